"""How opening hours are written in rule files, and what a mistaken way of writing them probably means.

`always`; or days with their periods, where `holidays` and `eves` stand beside the days of the week; or nothing.
Nothing, null and left out mean one thing, for services, the contact centre and helplines alike: nobody has told us.
Pages then say to ask when it is open, or nothing of the hours of a helpline, and the engine counts it as closed. An
empty block of days means the same.
"""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from pydantic import Discriminator, Field, Tag

from portal.triage.hours import DAYS, EVES, HOLIDAYS, SPECIAL_DAYS
from portal.triage.shapes import word

_DAY_NAMES: Final = {
    **dict(zip(("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"), DAYS, strict=True)),
    **dict(zip(("mån", "tis", "ons", "tor", "fre", "lör", "sön"), DAYS, strict=True)),
    **dict(zip(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), DAYS, strict=True)),
    "weekdays": "mon-fri",
    "vardagar": "mon-fri",
    "helger": "sat-sun",
    "weekend": "sat-sun",
    **dict.fromkeys(("helgdagar", "helgdag", "röda dagar", "holiday", "public holidays", HOLIDAYS), HOLIDAYS),
    **dict.fromkeys(("aftnar", "afton", "helgaftnar", "helgafton", "eve", EVES), EVES),
}
NOON: Final = 12
_CLOCK: Final = r"(?:[01][0-9]|2[0-3])[:.][0-5][0-9]"
_RANGES: Final = [f"{first}-{last}" for at, first in enumerate(DAYS) for last in DAYS[at:]]


def _days_meant(text: str) -> str:
    """`måndag-fredag` means mon-fri, `Mon` means mon, and `helgdagar` means holidays."""
    parts = [part.strip() for part in re.split(r"[-–—]|\btill\b|\bto\b", text.strip().lower())]
    named = [_DAY_NAMES.get(part) or _DAY_NAMES.get(part.rstrip("ares"), part[:3]) for part in parts if part]
    return "-".join(named)


def period_meant(text: str) -> str:
    """`8-16`, `kl 8–16.30` and `8 to 5` mean 08:00-16:00, 08:00-16:30 and 08:00-17:00."""
    clocks = re.findall(r"(\d{1,2})(?:[:.](\d{2}))?", text)
    if len(clocks) != 2:
        return ""
    (start, first), (end, last) = clocks
    if int(end) < int(start) <= NOON and not last:
        end = str(int(end) + NOON)
    return f"{start:0>2}:{first or '00'}-{end:0>2}:{last or '00'}"


Days = Annotated[
    str,
    *word(
        f"^(?:{'|'.join((*DAYS, *_RANGES, *SPECIAL_DAYS))})$",
        f"{', '.join(DAYS)}, or a range with the earlier day first, such as mon-fri; or {', '.join(SPECIAL_DAYS)}",
        guess=_days_meant,
    ),
]
Period = Annotated[
    str,
    *word(
        rf"^(?!([0-9]{{2}})[:.]([0-9]{{2}})-\1[:.]\2$){_CLOCK}-(?:{_CLOCK}|24[:.]00)$",
        'a period in quotes such as "08:00-16:30"; over midnight "21:00-03:00"; a day ends at 24:00',
        guess=period_meant,
    ),
]

Week = dict[Days, Annotated[list[Period], Field(max_length=12)]]
Hours = (
    Annotated[
        Annotated[Literal["always"], Tag("<always>")] | Annotated[Week, Tag("<week>")],
        Discriminator(lambda value: "<week>" if isinstance(value, dict) else "<always>"),
    ]
    | None
)
"""`always`, days with their periods, or nothing when nobody has told us."""
