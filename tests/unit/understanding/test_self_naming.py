"""What would tell who somebody is is found; what would not is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.understanding.self_naming import who_it_tells


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ring 070-174 06 33 efter fem", ["070-174 06 33"]),
        ("mitt nummer är +46 70 174 06 33.", ["+46 70 174 06 33"]),
        ("jag heter det här: 20100101-2380", ["20100101-2380"]),
        ("100101-2380", ["100101-2380"]),
        ("skriv till namn.efternamn@exempel.se!", ["namn.efternamn@exempel.se"]),
        ("رقمي ٠٧٠١٧٤٠٦٣٣", ["٠٧٠١٧٤٠٦٣٣"]),
        ("0701740633 och 0701740633", ["0701740633"]),
    ],
)
def test_what_tells_who_somebody_is(text: str, found: list[str]) -> None:
    assert who_it_tells(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "jag är 14 år och bor på gatan 12",
        "det var 2026-03-10 klockan 22:30",
        "den 10/3/2026",
        "ring 112 eller 116 111",
        "jag är skyldig 15000 kronor",
        "han@ sa det",
    ],
)
def test_what_does_not(text: str) -> None:
    assert who_it_tells(text) == []


@given(st.text(max_size=300))
def test_any_text_can_be_read_and_what_is_found_stands_in_it(text: str) -> None:
    assert all(found in text for found in who_it_tells(text))


def test_a_long_row_of_digits_is_read_in_no_time() -> None:
    assert who_it_tells("1 " * 2500) == []
