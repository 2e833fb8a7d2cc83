"""What a message holds when it is more than one text: an answer of parts, or a notice with a key and codes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from portal.records.message import Content


class Mark(StrEnum):
    """What the person is told about a part."""

    NONE = "none"
    UNREVIEWED = "unreviewed"  # nobody who speaks the language has read it, or the Swedish has changed since
    EXPLAINED = "explained"  # in Swedish; the reader is told how to get it explained


class Notice(StrEnum):
    """What the portal tells the person by itself. The sentence of each stands in `portal.said`."""

    UNIT_ASKED = "unit-asked"
    UNIT_HAS_IT = "unit-has-it"
    UNIT_WILL_REACH_YOU = "unit-will-reach-you"
    UNIT_CANNOT_REACH_YOU = "unit-cannot-reach-you"
    UNIT_RETURNED = "unit-returned"
    HANDOVER_WITHDRAWN = "handover-withdrawn"
    INTERPRETER_ASKED = "interpreter-asked"
    REPORT_TAKEN = "report-taken"


@dataclass(frozen=True, kw_only=True)
class Part:
    """One piece of an answer: what the person reads and in which language.

    `source` is the Swedish text that staff chose it by, where that is another; `mark` what the person is told about it.
    """

    body: str
    language: str
    source: str | None = None
    mark: Mark = Mark.NONE

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing to know about it but its words and language."""
        return self.source is None and self.mark == Mark.NONE


@dataclass(frozen=True, kw_only=True)
class NoticeView:
    """A notice and what its sentence is filled with: codes, never words."""

    notice: Notice
    codes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A body, opened. `body` is all of it as one text; of a notice, whose words depend on the reader, its codes."""

    body: str
    parts: tuple[Part, ...] = ()
    notice: NoticeView | None = None


def pack_parts(parts: Sequence[Part]) -> str:
    """The parts as one text to be sealed."""
    return json.dumps([asdict(part) for part in parts], ensure_ascii=False)


def as_read_by_staff(parts: Sequence[Part]) -> str:
    """The parts as one text for somebody who reads Swedish: in another language, each with its Swedish below."""
    return "\n\n".join(f"{part.body}\n({part.source})" if part.source else part.body for part in parts)


def pack_notice(notice: NoticeView) -> str:
    """The notice as a text to be sealed."""
    return json.dumps({"notice": notice.notice, "codes": dict(notice.codes)})


def opened(content: str, text: str, language: str) -> Opened:
    """What was sealed as `text`, by the kind of content it is."""
    if content == Content.PARTS:
        parts = tuple(Part(**{**part, "mark": Mark(part["mark"])}) for part in json.loads(text))
        return Opened(body="\n\n".join(part.body for part in parts), parts=parts)
    if content == Content.NOTICE:
        held = json.loads(text)
        codes = " ".join([held["notice"], *held["codes"].values()])
        return Opened(body=codes, notice=NoticeView(notice=Notice(held["notice"]), codes=held["codes"]))
    return Opened(body=text, parts=(Part(body=text, language=language),))
