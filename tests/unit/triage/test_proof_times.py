"""The moments that a proof tells apart: who is open, and which rules are within their dates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from portal.triage.proof_times import regions
from portal.triage.ruleset import Ruleset
from tests.unit.triage.conftest import build_content

MONDAY = date(2026, 11, 23)
OFFICES = {"reception", "housing", "youth", "unit"}


def test_moments_with_the_same_services_open_are_one_and_the_earliest_stands_for_them(ruleset: Ruleset) -> None:
    """By night on-call is open, by day the offices are, and from Saturday morning only 112 is."""
    assert [(region.first, region.open) for region in regions(ruleset, MONDAY, days=7)] == [
        (datetime(2026, 11, 23, 0, 0), {"emergency-112", "on-call"}),
        (datetime(2026, 11, 23, 8, 0), {"emergency-112"} | OFFICES),
        (datetime(2026, 11, 28, 8, 0), {"emergency-112"}),
    ]
    assert len(regions(ruleset, MONDAY, days=6)) == 3
    assert len(regions(ruleset, MONDAY, days=5)) == 2


def test_hours_that_begin_and_end_within_the_hour_are_told_apart(content: dict[str, Any]) -> None:
    content["services/youth.yaml"]["hours"] = {"mon": ["10:20-10:50"]}
    firsts = [region.first for region in regions(build_content(content), MONDAY, days=1)]
    assert firsts == [
        datetime(2026, 11, 23, 0, 0),
        datetime(2026, 11, 23, 8, 0),
        datetime(2026, 11, 23, 10, 20),
    ]


def test_a_day_begins_at_midnight_though_nobody_opens_or_closes_then(content: dict[str, Any]) -> None:
    for slug in ("emergency-112", "on-call"):
        content[f"services/{slug}.yaml"]["hours"] = {"mon-fri": ["08:00-16:30"]}
    first, _second = regions(build_content(content), MONDAY, days=1)
    assert (first.first, first.open) == (datetime(2026, 11, 23, 0, 0), frozenset())


def test_three_years_are_looked_at(content: dict[str, Any]) -> None:
    content["services/on-call.yaml"]["hours"] = "always"
    content["services/on-call.yaml"]["exceptions"] = [{"date": "2029-11-22", "hours": []}]
    closed = [region for region in regions(build_content(content), MONDAY) if "on-call" not in region.open]
    assert closed[0].first == datetime(2029, 11, 22, 0, 0)


def held(content: dict[str, Any], days: int = 200) -> dict[date, bool]:
    """Whether the first housing rule holds, by the first day of each region."""
    found = regions(build_content(content), MONDAY, days=days)
    return {region.first.date(): ("housing", "housing-any") in region.holding for region in found}


@pytest.mark.parametrize("dated", ["rule", "service"])
def test_the_dates_of_a_rule_and_of_its_service_make_regions_of_their_own(content: dict[str, Any], dated: str) -> None:
    service = content["services/housing.yaml"]
    (service if dated == "service" else service["rules"][0])["valid"] = {"from": "2027-03-01", "to": "2027-03-31"}
    holding = held(content)
    assert holding[MONDAY] is False
    assert [day for day, holds in holding.items() if holds] == [date(2027, 3, 1), date(2027, 3, 6)]
    assert max(holding) == date(2027, 3, 6)


def test_a_rule_holds_on_its_last_day_and_no_more_on_the_day_after(content: dict[str, Any]) -> None:
    content["services/housing.yaml"]["rules"][0]["valid"] = {"to": "2026-12-01"}
    assert held(content) == {MONDAY: True, date(2026, 11, 28): True, date(2026, 12, 2): False, date(2026, 12, 5): False}


def test_a_rule_that_holds_to_the_end_of_all_days_ends_nothing(content: dict[str, Any]) -> None:
    content["services/housing.yaml"]["rules"][0]["valid"] = {"to": "9999-12-31"}
    assert set(held(content).values()) == {True}
