"""Services as pages show them."""

from datetime import UTC, datetime

from babel import Locale

from portal.service_cards import FIRST_SHOWN, language_names, shown_services, week_words
from portal.triage.engine import decide
from portal.triage.facts import from_codes
from portal.triage.ruleset import Ruleset

NIGHT = datetime(2026, 3, 11, 1, 10, tzinfo=UTC)
FACTS = from_codes({"topics": ["school-leisure.skip"], "about": "self", "age": 14})


def test_the_first_services_come_in_the_order_of_the_decision(ruleset: Ruleset) -> None:
    decision = decide(ruleset, FACTS, NIGHT)
    shown = shown_services(ruleset, FACTS, decision, NIGHT)
    assert [card.slug for card in shown.first] == [door.service for door in decision.doors[:FIRST_SHOWN]]
    assert shown.first[0].why.because


def test_somebody_open_now_is_always_among_those_shown(ruleset: Ruleset) -> None:
    for hour in range(24):
        moment = NIGHT.replace(hour=hour)
        shown = shown_services(ruleset, FACTS, decide(ruleset, FACTS, moment), moment)
        assert shown.open_now or any(card.open_now for card in shown.first)


def test_no_service_is_shown_twice(ruleset: Ruleset) -> None:
    shown = shown_services(ruleset, FACTS, decide(ruleset, FACTS, NIGHT), NIGHT)
    slugs = [card.slug for card in (*shown.first, *shown.more, *filter(None, [shown.open_now]))]
    assert len(slugs) == len(set(slugs))


def test_opening_hours_speak_the_language_of_the_reader(ruleset: Ruleset) -> None:
    outreach = ruleset.services["outreach"]
    swedish = week_words(outreach, Locale.parse("sv"))
    assert swedish[0][0] == "tisdag–lördag"
    assert week_words(outreach, Locale.parse("en"))[0][0] == "Tuesday–Saturday"
    assert week_words(ruleset.services["emergency-112"], Locale.parse("sv")) == []


def test_days_stand_in_the_order_of_the_week_with_holidays_and_eves_last(ruleset: Ruleset) -> None:
    on_call = ruleset.services["on-call"]
    assert isinstance(on_call.hours, dict)
    published = on_call.model_copy(update={"hours": dict(sorted(on_call.hours.items()))})
    assert week_words(published, Locale.parse("sv")) == [
        ("måndag–fredag", ["00:00–08:00", "16:30–24:00"]),
        ("lördag–söndag", ["00:00–24:00"]),
        ("Helgdagar", ["00:00–24:00"]),
        ("Midsommarafton, julafton och nyårsafton", ["00:00–24:00"]),
    ]


def test_languages_are_named_in_the_language_of_the_reader() -> None:
    assert language_names(["sv", "en"], Locale.parse("en")) == ["Swedish", "English"]
