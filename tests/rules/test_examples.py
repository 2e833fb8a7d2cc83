"""The shipped rule files: sound, and every example situation of the editors comes out as they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.settings import ROOT
from portal.triage.checks import check
from portal.triage.coverage import coverage
from portal.triage.examples import shortfalls
from portal.triage.grammar import Example
from portal.triage.reader import read_folder

RULES = read_folder(ROOT / "triage_rules")


@pytest.mark.parametrize(("file", "example"), RULES.examples, ids=[example.name for _, example in RULES.examples])
def test_example(file: str, example: Example) -> None:
    assert not shortfalls(RULES, example), f"{file}: {example.name}"


def test_the_shipped_rules_pass_every_check() -> None:
    assert [finding for finding in check(RULES) if finding.kind == "error"] == []


def test_each_service_and_partner_of_the_domain_is_described() -> None:
    assert len(list(Path(ROOT / "triage_rules/services").glob("*.yaml"))) == 25
    assert len(RULES.topics) == 16
    assert len(RULES.dangers) == 16


def test_unreviewed_danger_phrases_and_unverified_numbers_are_told_to_the_operator() -> None:
    told = " ".join(finding.message for finding in check(RULES) if finding.kind == "notice")
    assert "no speaker has reviewed the ar phrases" in told
    assert "(112) has not been verified" in told


def test_until_the_municipality_is_live_its_own_numbers_are_from_series_reserved_for_fiction() -> None:
    """PTS reserves these series for fiction: https://pts.se (telefonnummer för böcker och filmer)."""
    reserved = ("031-390 06", "040-628 04", "08-465 004", "0980-319 2", "070-174 06")
    own = [
        channel.number
        for service in RULES.services.values()
        if service.kind == "service"
        for channel in service.channels
    ]
    numbers = [*filter(None, own), RULES.municipality.contact_centre.phone]
    national = {line.number for line in RULES.municipality.helplines if line.slug != "on-call"}
    assert not RULES.municipality.live
    assert [number for number in numbers if number not in national and not number.startswith(reserved)] == []


def test_every_rule_topic_answer_and_danger_signal_is_exercised_by_an_example() -> None:
    """`flask rules coverage --missing` prints an example to begin with for a rule that is not."""
    found = coverage(RULES)
    assert (found.rules, found.topics, found.answers, found.signals) == ((), (), (), ())
