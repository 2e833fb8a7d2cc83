"""The kinds of words in rule files: which forms they take, what is guessed, and what an editor's editor is told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError

from portal.triage import blocks, shapes
from portal.triage.grammar import Validity
from portal.triage.opening import Days, Period
from portal.triage.shapes import Refusal, Shape, needed, schema_name, word
from portal.triage.situations import Situation, WrittenAs


def refusal(kind: Any, value: Any) -> Refusal:
    """Why a value is refused."""
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(value)
    (detail,) = caught.value.errors()
    error = detail["ctx"]["error"]
    assert isinstance(error, Refusal)
    return error


def test_a_word_has_one_form_and_says_how_it_is_written() -> None:
    kind = Annotated[str, *word(r"^[a-c]+$", "a, b or c", guess=str.lower, longest=4, title="Letters")]
    assert TypeAdapter(kind).validate_python("abca") == "abca"
    error = refusal(kind, "ABC")
    assert (error.says, error.meant, error.remedy) == ("", "abc", "Write a, b or c")
    assert TypeAdapter(kind).json_schema() == {
        "type": "string",
        "pattern": "^[a-c]+$",
        "maxLength": 4,
        "description": "Write a, b or c.",
        "title": "Letters",
    }


def test_an_age_that_is_a_number_is_taken_for_that_year() -> None:
    error = refusal(blocks.Age, 18)
    assert (error.says, error.meant, error.remedy) == ("", "18-18", f"Write {blocks.AGE_WORDS}")


def test_a_guess_that_has_not_the_form_itself_is_not_shown() -> None:
    assert refusal(Annotated[str, *word(r"^[a-c]+$", "a, b or c", guess=str.lower)], "XYZ").meant == ""
    assert refusal(Annotated[str, *word(r"^[a-c]+$", "a, b or c")], "ABC").meant == ""


def test_a_word_may_be_as_long_as_said_and_no_longer() -> None:
    kind = Annotated[str, *word(r"^x+$", "x")]
    assert TypeAdapter(kind).validate_python("x" * 200)
    error = refusal(kind, "x" * 1201)
    assert (error.says, error.meant, error.remedy) == ("this has 1,201 characters", "", "At most 200 are allowed")
    assert TypeAdapter(kind).json_schema() == {
        "type": "string",
        "pattern": "^x+$",
        "maxLength": 200,
        "description": "Write x.",
    }
    assert refusal(Annotated[str, *word(r"^x+$", "x", longest=1000)], "x" * 1001).remedy == "At most 1,000 are allowed"


def test_a_refusal_can_be_read_by_itself() -> None:
    assert str(Refusal("this is empty", remedy="Write something")) == "this is empty"
    assert (Refusal("x").meant, Refusal("x").remedy) == ("", "")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (" Åäö_Éü ", "aao-eu"),
        ("Bo stad", "bo-stad"),
        ("bostad!?", "bostad"),
        ("3-rum", ""),
        ("home.fights", ""),
    ],
)
def test_the_name_that_was_probably_meant_is_guessed(text: str, meant: str) -> None:
    try:
        assert TypeAdapter(shapes.Slug).validate_python(text) == text
        guessed = ""
    except ValidationError:
        guessed = refusal(shapes.Slug, text).meant
    assert guessed == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-2-1", "2026-02-01"),
        (" 2026/12/31 ", "2026-12-31"),
        ("2026.1.31", "2026-01-31"),
        ("2026 1 31", "2026-01-31"),
        ("20260131", "2026-01-31"),
        ("2026-02-30", ""),
        ("the 2026-2-1", ""),
        ("2026-2", ""),
    ],
)
def test_the_day_that_was_probably_meant_is_guessed(text: str, meant: str) -> None:
    error = refusal(shapes.Day, text)
    assert error.meant == meant
    assert error.remedy == "Write a day that exists as year-month-day, for example 2026-06-19"


def test_days_and_moments_are_written_as_text_and_become_dates() -> None:
    assert TypeAdapter(shapes.Day).validate_python("2028-02-29") == date(2028, 2, 29)
    assert TypeAdapter(shapes.Moment).validate_python("2026-03-10T22:00") == datetime(2026, 3, 10, 22, 0)
    remedy = "Write a day or moment, for example 2026-06-19 or 2026-03-10T22:00"
    assert refusal(shapes.Day, 20260619).remedy == remedy
    assert refusal(shapes.Moment, None).remedy == remedy
    assert refusal(shapes.Moment, None).says == ""
    written = shapes._written_as(shapes._DAY[0], date.fromisoformat)
    assert TypeAdapter(Annotated[date, written]).validate_python("2026-06-19") == date(2026, 6, 19)
    assert refusal(Annotated[date, written], "2026-6-19").meant == "2026-06-19"


def test_a_key_that_must_be_written_shows_an_example() -> None:
    class Page(Shape):
        title: str = needed("The heading.", "Hej", alias="heading", min_length=2)

    assert Page.model_fields["title"].is_required()
    assert Page.model_json_schema()["properties"] == {
        "heading": {
            "description": "The heading.",
            "examples": ["Hej"],
            "minLength": 2,
            "title": "Heading",
            "type": "string",
        }
    }
    assert schema_name(Page) == "page.schema.json"


def test_a_condition_may_be_left_out() -> None:
    class Page(Shape):
        title: str = blocks.asks("The heading.", alias="heading")

    field = Page.model_fields["title"]
    assert (field.default, field.description, field.alias) == (None, "The heading.", "heading")
    assert not field.is_required()


def test_the_facts_of_an_example_are_kept_as_they_were_written() -> None:
    facts: TypeAdapter[Any] = TypeAdapter(Annotated[dict[str, Any], WrittenAs(Situation)])
    written = {"topics": ["home"], "roof-tonight": False, "as": "private"}
    assert facts.validate_python(written) == written
    with pytest.raises(ValidationError):
        facts.validate_python({"roof": False})
    assert facts.json_schema()["additionalProperties"] is False


def test_days_on_which_something_holds_are_both_included() -> None:
    first, last = date(2026, 1, 10), date(2026, 1, 20)
    days = [date(2026, 1, day) for day in (9, 10, 20, 21)]
    held = {
        name: [validity.covers(day) for day in days]
        for name, validity in {
            "always": Validity(),
            "from": Validity.model_construct(from_=first, to=None),
            "to": Validity.model_construct(from_=None, to=last),
            "both": Validity.model_construct(from_=first, to=last),
        }.items()
    }
    assert held == {
        "always": [True, True, True, True],
        "from": [False, True, True, True],
        "to": [True, True, True, False],
        "both": [False, True, True, False],
    }


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("måndag till fredag", "mon-fri"),
        ("Mon to Fri", "mon-fri"),
        ("mond", "mon"),
        ("lördagar", "sat"),
        ("helger", "sat-sun"),
        ("söndagar – måndagar", ""),
        ("ibland", ""),
    ],
)
def test_the_days_that_were_probably_meant_are_guessed(written: str, meant: str) -> None:
    assert refusal(Days, written).meant == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("8-16", "08:00-16:00"),
        ("kl 8–16.30", "08:00-16:30"),
        ("8 to 5", "08:00-17:00"),
        ("12-5", "12:00-17:00"),
        ("8-8", ""),
        ("13-5", "13:00-05:00"),
        ("9-8.30", "09:00-08:30"),
        ("dygnet runt", ""),
        ("8-12-16", ""),
    ],
)
def test_the_period_that_was_probably_meant_is_guessed(written: str, meant: str) -> None:
    assert refusal(Period, written).meant == meant
