"""The phrases for facts of a rule set: compiled once, dated where areas are, mistakes told with their place."""

from datetime import datetime
from typing import Any

import pytest

from portal.triage.reader import read_source
from portal.triage.ruleset import Ruleset
from portal.understanding.told_rules import fact_phrase_errors, fact_reader_for, told_facts
from tests.unit.triage.conftest import build_content, small_content

DAY = datetime(2026, 3, 10, 12)
FILE = """language: sv
numbers: {fjorton: 14, "...": 3}
said:
- fact: age
  phrases: [är <age> år, är gammal, (<age> år, är <agee> år]
- fact: when
  value: now
  phrases: [nu*]
"""


def rules(**area: Any) -> Ruleset:
    content = small_content()
    content["areas.yaml"]["areas"][0] |= area
    return build_content(content)


def test_phrases_are_compiled_again_only_when_they_differ() -> None:
    content = small_content()
    before = fact_reader_for(build_content(content))
    content["services/youth.yaml"]["summary"] = "Annan text."
    assert fact_reader_for(build_content(content)) is before
    content["understood/sv.yaml"]["said"][1]["phrases"].append("genast")
    after = fact_reader_for(build_content(content))
    assert after.read("genast").choice("when") == "now"


def test_an_area_is_understood_on_its_days_only() -> None:
    ended = rules(name="Marielund", valid={"to": "2026-03-09"})
    assert told_facts(ended, "vi bor i Marielund", DAY).area is None
    assert told_facts(rules(name="Marielund", valid={"to": "2026-03-10"}), "vi bor i Marielund", DAY).area == "north"


def test_where_there_is_danger_a_partner_is_not_taken_for_the_one_it_concerns() -> None:
    content = small_content()
    content["understood/sv.yaml"]["said"].append({"fact": "about", "value": "partner", "phrases": ["min man dricker"]})
    ruleset = build_content(content)
    assert told_facts(ruleset, "min man dricker", DAY).choice("about") == "partner"
    assert told_facts(ruleset, "min man dricker", DAY, in_danger=True).choice("about") is None


def test_a_phrase_that_cannot_be_read_is_told_with_its_place() -> None:
    errors = fact_phrase_errors({"understood/sv.yaml": read_source("understood/sv.yaml", FILE.encode())})
    assert [str(error) for error in errors] == [
        "understood/sv.yaml, line 5, column 26: 'är gammal' says no age.\n"
        "    5 |   phrases: [är <age> år, är gammal, (<age> år, är <agee> år]\n"
        "      |                          ^^^^^^^^^\n"
        "   Write <age> where the number stands.",
        "understood/sv.yaml, line 5, column 37: '(<age> år': a ( stands alone, a ) is missing after it.\n"
        "    5 |   phrases: [är <age> år, är gammal, (<age> år, är <agee> år]\n"
        "      |                                     ^^^^^^^^^\n"
        "   Write a choice as (ord|annat).",
        "understood/sv.yaml, line 5, column 48: 'är <agee> år' says no age.\n"
        "    5 |   phrases: [är <age> år, är gammal, (<age> år, är <agee> år]\n"
        "      |                                                ^^^^^^^^^^^^\n"
        "   Write <age> where the number stands.",
        "understood/sv.yaml, line 8, column 13: 'nu*': 'nu*' would match almost anything.\n"
        "    8 |   phrases: [nu*]\n"
        "      |             ^^^\n"
        "   Write at least 3 different letters before the star.",
        "understood/sv.yaml, line 2, column 31: a number's word has no letters.\n"
        '    2 | numbers: {fjorton: 14, "...": 3}\n'
        "      |                               ^\n"
        "   Write the word as people do.",
    ]


@pytest.mark.parametrize("data", ["said: 3", "said: [3]", "said: [{phrases: 3}]", "numbers: 3", "[]"])
def test_what_is_no_phrase_at_all_is_left_to_the_reader(data: str) -> None:
    assert fact_phrase_errors({"understood/sv.yaml": read_source("understood/sv.yaml", data.encode())}) == []
