"""What a proof says: situations as sentences, and as example files that an editor can keep."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import yaml

from portal.triage.facts import from_codes
from portal.triage.proof_words import Situation, as_example, examples_text, known_labels, listed, place, when_known
from portal.triage.ruleset import Ruleset

Build = Callable[[dict[str, Any]], Ruleset]
NEW_YEAR = datetime(2027, 1, 1, 9, 5)


def situation(codes: dict[str, Any], *, always: bool = True) -> Situation:
    return Situation(from_codes(codes), NEW_YEAR, always=always, near=True)


@pytest.mark.parametrize(
    ("codes", "sentence"),
    [
        ({}, "When nothing is known, at any time,"),
        ({"topics": ["home"]}, "When «Hemma» is all that is known, at any time,"),
        ({"topics": ["home"], "age": 14}, "When «Hemma» and Ung are all that is known, at any time,"),
        (
            {"topics": ["home"], "age": 14, "area": "north"},
            "When «Hemma», Ung and the area Norr are all that is known, at any time,",
        ),
    ],
)
def test_a_sentence_begins_with_all_that_is_known(ruleset: Ruleset, codes: dict[str, Any], sentence: str) -> None:
    assert when_known(ruleset, situation(codes)) == sentence


def test_a_sentence_names_the_moment_where_it_matters(ruleset: Ruleset) -> None:
    sentence = when_known(ruleset, situation({}, always=False))
    assert sentence == "When nothing is known, on Friday 1 January 2027 at 09:05,"


def test_facts_are_named_in_the_words_of_the_files_in_the_order_in_which_a_person_tells_them(ruleset: Ruleset) -> None:
    codes = {"language": "en", "roof-tonight": "no", "area": "north", "age": 14, "signals": ["violence-now"]}
    assert known_labels(ruleset, from_codes({**codes, "topics": ["housing.rent", "home"]})) == [
        "«Hemma»",
        "«Hyra»",
        "danger «Våld»",
        "Ung",
        "the area Norr",
        "«Nej»",
        "the language en",
    ]


@pytest.mark.parametrize(
    ("codes", "label"),
    [
        ({"age": 7}, "7 years"),
        ({"when": "soon"}, "when: soon"),
        ({"as": "professional"}, "somebody who asks in their job"),
        ({"as": "private"}, "somebody who asks privately"),
    ],
)
def test_facts_that_no_question_offers_are_named_too(ruleset: Ruleset, codes: dict[str, Any], label: str) -> None:
    assert known_labels(ruleset, from_codes(codes)) == [label]


def test_an_age_is_told_in_years_where_no_question_is_about_age(content: dict[str, Any], build_rules: Build) -> None:
    questions = content["questions.yaml"]["questions"]
    questions[:] = [question for question in questions if question["fact"] != "age"]
    assert known_labels(build_rules(content), from_codes({"age": 14})) == ["14 years"]


def test_an_example_is_named_for_what_is_known_for_the_proof_and_for_the_moment(ruleset: Ruleset) -> None:
    found = situation({"topics": ["home"], "age": 14})
    assert as_example(ruleset, "something-open", found, {"first": "youth"}) == {
        "name": "Hemma, Ung (something-open, 2027-01-01 09:05)",
        "facts": {"topics": ["home"], "age": 14},
        "at": "2027-01-01T09:05",
        "expect": {"first": "youth"},
    }
    nothing = as_example(ruleset, "something-open", situation({}), {})
    assert nothing["name"] == "Ingenting är känt (something-open, 2027-01-01 09:05)"


def test_an_example_file_can_be_read_by_people_and_names_each_situation_once(ruleset: Ruleset) -> None:
    one = as_example(ruleset, "p", situation({"area": "south", "age": 14}), {"first": "youth"})
    other = as_example(ruleset, "p", situation({}), {"within_three": "a-service-" + "with-a-long-name " * 5 + "end"})
    text = examples_text([one, other, one])
    assert yaml.safe_load(text) == {"examples": [one, other]}
    assert text.splitlines()[:2] == ["examples:", "- name: Ung, the area Söder (p, 2027-01-01 09:05)"]
    assert [line.split(":")[0].strip("- ") for line in text.splitlines()[1:7]] == [
        "name",
        "facts",
        "age",
        "area",
        "at",
        "expect",
    ]
    assert max(map(len, text.splitlines())) > 100  # a long text stays on its line
    assert examples_text([]) == ""


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(1, "a"), (3, "a, b, c"), (6, "a, b, c, d, e, f"), (7, "a, b, c, d, e, f and 1 more")],
)
def test_a_sentence_lists_six_and_counts_the_rest(number: int, sentence: str) -> None:
    assert listed("abcdefgh"[:number]) == sentence


def test_a_place_is_a_line_where_lines_are_known() -> None:
    assert place("topics/home.yaml", ("entrance",), lambda file, path: len(file) + len(path)) == (
        "topics/home.yaml, line 17"
    )
    assert place("topics/home.yaml", ("entrance",), None) == "topics/home.yaml"
