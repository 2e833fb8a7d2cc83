"""A rule set: the areas of a day, the words of topics, local time, and facts that exist in it or no longer do."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from portal.triage.facts import UnknownFact, from_codes
from portal.triage.ruleset import Ruleset
from tests.unit.triage.conftest import build_content, small_content

RULES = build_content(small_content())


def with_an_old_area() -> Ruleset:
    content = small_content()
    content["areas.yaml"]["areas"].append(
        {"slug": "old", "name": "Gamla", "source": "test", "valid": {"to": "2026-03-09"}}
    )
    return build_content(content)


def test_a_moment_is_told_in_the_municipalitys_own_time() -> None:
    assert RULES.local(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)).replace(tzinfo=None) == datetime(2026, 7, 2, 0, 30)


def test_a_moment_without_a_zone_is_local_already() -> None:
    local = RULES.local(datetime(2026, 7, 1, 9, 0))
    assert (local.replace(tzinfo=None), local.utcoffset()) == (datetime(2026, 7, 1, 9, 0), timedelta(hours=2))


def test_a_time_that_the_clock_jumps_over_is_told_as_the_clock_shows_it_then() -> None:
    assert RULES.local(datetime(2026, 3, 29, 2, 30)).replace(tzinfo=None) == datetime(2026, 3, 29, 3, 30)


def test_topics_and_their_parts_have_labels_and_what_does_not_exist_has_none() -> None:
    ids = ["housing", "housing.rent", "housing.gone", "gone", "gone.rent"]
    assert [RULES.topic_label(topic_id) for topic_id in ids] == ["Bostad", "Hyra", None, None, None]


def test_topics_stand_in_their_declared_order_each_before_its_parts() -> None:
    assert RULES.topic_ids() == ["danger", "danger.hit", "home", "housing", "housing.eviction", "housing.rent"]


def test_topics_services_and_dangers_stand_in_their_declared_order_however_the_files_are_named() -> None:
    content = small_content()
    content["danger/arson.yaml"] = {**content["danger/violence-now.yaml"], "signal": "arson", "order": 2, "topics": []}
    rules = build_content({name: content[name] for name in sorted(content)})
    assert list(rules.topics) == ["danger", "home", "housing"]
    assert list(rules.services) == ["emergency-112", "on-call", "housing", "youth", "unit", "reception"]
    assert list(rules.dangers) == ["violence-now", "arson"]


def test_everything_that_editors_wrote_is_found_by_its_name() -> None:
    assert list(RULES.languages) == ["sv", "en"]
    assert list(RULES.areas) == ["north", "south"]
    assert list(RULES.questions) == ["roof-tonight", "age", "area"]
    assert list(RULES.outside) == ["parking"]
    assert list(RULES.understood) == ["sv"]
    assert list(RULES.helplines) == ["emergency-112"]
    assert dict(RULES.calm) == {"sv": ["på film"]}
    assert [(file, example.name) for file, example in RULES.examples] == [("examples/housing.yaml", "Någon blir vräkt")]
    assert RULES.municipality.slug == "provstad"


def test_a_rule_set_is_named_by_its_content() -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", RULES.id)
    assert build_content(small_content()).id == RULES.id
    assert with_an_old_area().id != RULES.id


def test_rules_stand_in_the_order_of_their_services_and_as_written_within() -> None:
    assert [f"{rule.service}/{rule.id}" for rule in RULES.rules] == [
        "emergency-112/call-112",
        "on-call/always-on-call",
        "housing/housing-any",
        "housing/eviction",
        "housing/no-roof",
        "youth/youth-home",
        "unit/unit-home",
        "reception/always-reception",
    ]


def test_helplines_and_the_contact_centre_have_hours() -> None:
    content = small_content()
    content["municipality.yaml"]["helplines"][0]["hours"] = {"mon-sun": ["09:00-17:00"]}
    content["municipality.yaml"]["contact_centre"]["exceptions"] = [{"date": "2026-03-10", "hours": ["12:00-13:00"]}]
    rules = build_content(content)
    new_years_day = datetime(2026, 1, 1, 10, 0)
    assert rules.helpline_hours["emergency-112"].is_open(new_years_day)  # a helpline keeps its hours on holidays
    assert not rules.contact_hours.is_open(new_years_day)
    assert not rules.contact_hours.is_open(datetime(2026, 3, 10, 10, 0))
    assert rules.contact_hours.is_open(datetime(2026, 3, 10, 12, 30))


def test_a_service_keeps_the_days_and_holidays_that_its_file_tells() -> None:
    content = small_content()
    content["services/youth.yaml"] |= {
        "closed_on_holidays": False,
        "closed_on_eves": True,
        "valid": {"from": "2025-12-01", "to": "2026-01-31"},
    }
    hours = build_content(content).hours["youth"]
    days = [date(2025, 11, 28), date(2025, 12, 24), date(2025, 12, 25), date(2026, 1, 30), date(2026, 2, 2)]
    assert [bool(hours.periods(day)) for day in days] == [False, False, True, True, False]


def test_facts_that_exist_are_given_back() -> None:
    facts = from_codes({"topics": ["housing.rent", "home"], "signals": ["violence-now"], "area": "north"})
    assert RULES.check_facts(facts) is facts
    assert RULES.check_facts(from_codes({})) == from_codes({})


REFUSED: list[tuple[dict[str, Any], str, str, tuple[str, ...]]] = [
    ({"topics": ["home", "housing.gone"]}, "topics", "housing.gone", tuple(RULES.topic_ids())),
    ({"signals": ["gone"]}, "signals", "gone", ("violence-now",)),
    ({"area": "gone"}, "area", "gone", ("north", "south")),
]


@pytest.mark.parametrize(("codes", "key", "value", "allowed"), REFUSED)
def test_what_does_not_exist_is_refused_with_what_does(
    codes: dict[str, Any], key: str, value: str, allowed: tuple[str, ...]
) -> None:
    with pytest.raises(UnknownFact) as caught:
        RULES.check_facts(from_codes(codes))
    assert (caught.value.key, caught.value.value, caught.value.allowed) == (key, value, allowed)


def test_an_area_of_another_day_is_refused_when_told_today_and_kept_when_stored() -> None:
    rules, facts = with_an_old_area(), from_codes({"area": "old"})
    assert rules.check_facts(facts) is facts
    assert rules.check_facts(facts, date(2026, 3, 9)) is facts
    with pytest.raises(UnknownFact) as caught:
        rules.check_facts(facts, date(2026, 3, 10))
    assert (caught.value.key, caught.value.value, caught.value.allowed) == ("area", "old", ("north", "south"))


def test_what_no_longer_exists_is_forgotten_and_all_else_is_kept() -> None:
    kept = {
        "topics": ["home", "housing.rent"],
        "signals": ["violence-now"],
        "age": 14,
        "language": "sv",
        "about": "self",
        "declined": ["area"],
    }
    older = {**kept, "topics": [*kept["topics"], "gone", "housing.gone"], "signals": ["gone", "violence-now"]}
    assert RULES.forget_unknown(from_codes({**older, "area": "gone"})) == from_codes(kept)
    assert RULES.forget_unknown(from_codes({**older, "area": "south"})) == from_codes({**kept, "area": "south"})


def test_one_button_may_mean_several_dangers() -> None:
    content = small_content()
    violence = content["danger/violence-now.yaml"]
    content["danger/arson.yaml"] = {**violence, "signal": "arson", "order": 2}
    rules = build_content(content)
    assert rules.signals_of_topics(frozenset({"danger.hit", "home"})) == {"violence-now", "arson"}
    assert rules.signals_of_topics(frozenset({"home"})) == frozenset()
