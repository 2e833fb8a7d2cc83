"""The shipped opening hours, quarter of an hour by quarter of an hour: somebody answers at any time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from portal.service_cards import open_stand_in
from portal.settings import ROOT
from portal.triage.reader import read_folder
from portal.triage.ruleset import Ruleset

QUARTER = timedelta(minutes=15)


@pytest.fixture(scope="module")
def ruleset() -> Ruleset:
    return read_folder(ROOT / "triage_rules")


@pytest.mark.parametrize("year", [2026, 2027, 2028, 2029, 2035])
def test_when_the_contact_centre_is_closed_the_on_call_service_answers(ruleset: Ruleset, year: int) -> None:
    on_call = ruleset.hours["on-call"]
    nobody = []
    moment = datetime(year, 1, 1)
    while moment.year == year:
        if not ruleset.contact_hours.is_open(moment) and not on_call.is_open(moment):
            nobody.append(moment)
        moment += QUARTER
    assert nobody == []


@pytest.mark.parametrize("moment", ["2026-03-10T10:00", "2026-03-11T03:00", "2026-12-25T12:00", "2027-06-25T12:00"])
def test_who_is_closed_names_a_way_to_somebody_open(ruleset: Ruleset, moment: str) -> None:
    """On a working day, in the night, on Christmas Day and on Midsummer Eve."""
    now = datetime.fromisoformat(moment)
    closed = [slug for slug, hours in ruleset.hours.items() if not hours.is_open(now)]
    assert [slug for slug in closed if open_stand_in(ruleset, slug, now) is None] == []
