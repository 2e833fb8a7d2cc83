"""How soon a human acts, by the shipped rules: what is urgent, nights, holidays, and clocks that change."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.desk.clocks import begin, escalation_due, judged
from portal.settings import ROOT
from portal.triage.engine import decide
from portal.triage.facts import from_codes
from portal.triage.reader import read_folder

MINUTE = timedelta(minutes=1)
TUESDAY = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)  # 10:00 on the wall


@pytest.fixture(scope="module")
def rules():
    return read_folder(ROOT / "triage_rules")


def at(rules, moment):
    """What the clock on the wall shows."""
    return rules.local(moment).strftime("%a %d %b %H:%M")


@pytest.mark.parametrize(
    ("codes", "priority"),
    [
        ({"signals": ["violence-now"]}, 1),
        ({"roof-tonight": "no"}, 2),
        ({"topics": ["home.violence"], "about": "neighbour", "age": 40}, 2),
        ({"topics": ["worried-about-someone.child"]}, 2),
        ({"topics": ["home.fights"], "children-present": "yes"}, 2),
        ({"topics": ["home.fights"], "about": "friend", "age": 40}, 4),
        ({"topics": ["feelings.lonely"], "about": "self", "age": 15}, 3),
        ({"topics": ["feelings.lonely"], "about": "my-child", "age": 15}, 4),
        ({"topics": ["money.debt"], "when": "today"}, 3),
        ({"topics": ["money.debt"]}, 4),
        ({"topics": ["my-area.idea"]}, 5),
        ({"topics": ["my-area.idea", "money.debt"]}, 4),
    ],
)
def test_the_rules_say_how_urgent_a_situation_is(rules, codes, priority):
    facts = from_codes(codes)
    decision = decide(rules, facts, TUESDAY)
    urgency = decision.urgency if "signals" in codes or codes.get("when") == "today" else "planned"
    assert judged(rules, facts, urgency) == priority


def test_danger_counts_real_minutes_also_in_the_night_when_the_clock_is_put_forward(rules):
    before = datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
    waiting = begin(rules, 1, before)
    assert at(rules, before) == "Sun 29 Mar 01:59"
    assert waiting.act_by == before + 2 * MINUTE
    assert at(rules, waiting.act_by) == "Sun 29 Mar 03:01"
    assert waiting.escalate_at == before + 5 * MINUTE
    assert escalation_due(rules, 1, before, taken=1) == before + 10 * MINUTE
    assert escalation_due(rules, 1, before, taken=2) is None


def test_what_can_wait_for_the_morning_counts_open_hours_over_night_weekend_and_the_changed_clock(rules):
    saturday_night = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)  # the clock goes back before Sunday's dawn
    waiting = begin(rules, 2, saturday_night)
    assert (at(rules, waiting.act_by), at(rules, waiting.escalate_at)) == ("Mon 26 Oct 08:30", "Mon 26 Oct 09:00")


def test_a_holiday_is_no_working_day(rules):
    good_friday = datetime(2026, 4, 3, 8, 0, tzinfo=UTC)
    assert at(rules, begin(rules, 2, good_friday).act_by) == "Tue 07 Apr 08:30"
    assert at(rules, begin(rules, 1, good_friday).act_by) == "Fri 03 Apr 10:02"


def test_an_ordinary_question_has_a_working_day_and_the_unit_head_hears_of_todays_the_next_morning(rules):
    assert at(rules, begin(rules, 4, TUESDAY).act_by) == "Wed 11 Mar 10:00"
    today = begin(rules, 3, TUESDAY)
    assert (at(rules, today.act_by), at(rules, today.escalate_at)) == ("Tue 10 Mar 14:00", "Wed 11 Mar 08:00")


def test_the_last_step_comes_again_where_the_rules_say_so(rules):
    steps = [at(rules, escalation_due(rules, 5, TUESDAY, taken=taken)) for taken in range(3)]
    assert steps == ["Tue 17 Mar 10:00", "Tue 24 Mar 10:00", "Tue 31 Mar 10:00"]


def test_without_priorities_in_the_rules_the_promise_is_the_clock(rules):
    bare = rules.municipality.model_copy(update={"priorities": []})
    old = type(rules)(**{**vars(rules), "municipality": bare})
    promised = TUESDAY + 60 * MINUTE
    assert judged(old, from_codes({"roof-tonight": "no"}), "today") is None
    assert begin(old, 3, TUESDAY, promised=promised).act_by == promised
