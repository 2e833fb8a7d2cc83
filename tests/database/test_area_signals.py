"""Worries about places: kept apart, without persons, judged by people, erased in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import inspect, select

from portal.desk import area_danger, area_judging, area_retention, area_signals, area_week, presence
from portal.desk.area_errors import PersonInText, SignalChanged, SignalUnknown, TooFewSignals
from portal.desk.area_signals import HandedIn, Sighting
from portal.desk.area_week import Place
from portal.desk.errors import CodeMistyped, CodeUnknown
from portal.records.area_signal import AreaSignal
from portal.records.audit_entry import AuditEntry
from portal.records.erasure import Erasure
from portal.records.sealing import ContentErased, ContentKeys, new_content_key
from portal.settings import ROOT
from portal.triage.reader import read_folder
from portal.triage.ruleset import Ruleset

AUDIT = b"a" * 32
SEEN = "Lamporna i tunneln är trasiga och det känns otryggt."


@pytest.fixture(scope="module")
def ruleset() -> Ruleset:
    return read_folder(ROOT / "triage_rules")


@pytest.fixture
def staff(session, hire):
    return hire(session).id


@pytest.fixture
def hand_in(session, keys, code_key, ruleset, now):
    def hand_in(words: str = SEEN, **details: Any) -> HandedIn:
        at = details.pop("at", now)
        seed = details.pop("seed", uuid4().hex)
        rules = details.pop("rules", ruleset)
        signals = details.pop("signals", ())
        ordinary = {
            "area": "hageby",
            "place": "",
            "week": "2026-W11",
            "category": "damage",
            "how_often": "once",
            "source": "resident",
            "words": words,
            "wants_told": True,
        }
        return area_signals.hand_in(
            session,
            keys=keys,
            code_key=code_key,
            ruleset=rules,
            sighting=Sighting(**(ordinary | details)),
            signals=signals,
            language="sv",
            seed=seed,
            now=at,
        )

    return hand_in


@pytest.fixture
def judge(session, keys, ruleset, staff, now):
    """A supervisor's verbs with everything filled in that is the same each time."""
    ways = {"keys": keys, "ruleset": ruleset}
    needs = {
        "verify": {"words": SEEN, "place": "", "looked": False, **ways},
        "pass_on": {"words": SEEN, "receivers": ["police"], "looked": False, **ways},
        "tell_back": {"told": "passed-on", "words": "", "looked": False, **ways},
        "open_signal": ways,
    }

    def judge(verb: str, reference: str = "", **details: Any) -> Any:
        whose: dict[str, Any] = {"audit_key": AUDIT, "staff_id": staff, "now": now}
        named = {"reference": reference} if reference else {}
        return getattr(area_judging, verb)(session, **(whose | named | needs.get(verb, {}) | details))

    return judge


def row(session, reference: str) -> AreaSignal:
    return session.scalars(select(AreaSignal).where(AreaSignal.reference == reference)).one()


def test_what_is_handed_in_is_sealed_and_its_code_tells_how_it_stands(session, hand_in, keys, code_key):
    handed = hand_in(place="bakom kiosken")
    signal = row(session, handed.reference)
    assert (signal.area, signal.area_name, signal.area_from) == ("hageby", "Hageby", date(2025, 2, 1))
    stored = [str(getattr(signal, column.key)) for column in signal.__table__.columns]
    assert not [text for text in stored if "tunneln" in text or "kiosken" in text or handed.code in text]
    standing = area_signals.read_with_code(session, keys=keys, code_key=code_key, code=handed.code)
    assert (standing.state, standing.told, standing.reference) == ("new", None, handed.reference)
    with pytest.raises(CodeUnknown):
        area_signals.read_with_code(session, keys=keys, code_key=code_key, code="1" * 16)
    with pytest.raises(CodeMistyped):
        area_signals.read_with_code(session, keys=keys, code_key=code_key, code="123")


def test_the_same_form_sent_twice_is_kept_once(session, hand_in):
    seed = uuid4().hex
    assert hand_in(seed=seed) == hand_in(seed=seed)
    assert hand_in(seed=seed) != hand_in("En annan text.", seed=seed)
    assert len(session.scalars(select(AreaSignal)).all()) == 2


@pytest.mark.parametrize("words", ["ahmed säljer där", "ring 070-174 06 33", "bil ABC 123", "lägenhet 1102"])
def test_a_person_is_not_let_in_passed_on_or_told_of(hand_in, judge, words):
    with pytest.raises(PersonInText):
        hand_in(words)
    with pytest.raises(PersonInText):
        hand_in(place=words)
    handed = hand_in()
    with pytest.raises(PersonInText):
        judge("verify", handed.reference, words=words, looked=True)
    judge("verify", handed.reference)
    with pytest.raises(PersonInText):
        judge("pass_on", handed.reference, words=words, looked=True)
    with pytest.raises(PersonInText):
        judge("tell_back", handed.reference, words=words, looked=True)


def test_what_may_be_a_person_passes_only_when_somebody_has_looked(hand_in, judge):
    handed = hand_in("vid det gamla Kvistlundska huset")
    maybe = "vid det gamla Kvistlundska huset"
    with pytest.raises(PersonInText):
        judge("verify", handed.reference, words=maybe)
    judge("verify", handed.reference, words=maybe, looked=True)
    with pytest.raises(PersonInText):
        judge("pass_on", handed.reference, words=maybe)
    judge("pass_on", handed.reference, words=maybe, looked=True)


def test_only_what_somebody_has_read_is_passed_on_and_the_text_is_what_was_kept(session, hand_in, judge, keys):
    handed = hand_in()
    for verb in ("pass_on", "tell_back", "close"):
        with pytest.raises(SignalChanged):
            judge(verb, handed.reference)
    judge("verify", handed.reference, words="Lamporna är trasiga.")
    with pytest.raises(SignalChanged):  # a colleague was faster
        judge("verify", handed.reference)
    opened = judge("open_signal", handed.reference)
    assert (opened.words, opened.state) == ("Lamporna är trasiga.", "verified")
    judge("pass_on", handed.reference, words="Laga lamporna.", receivers=["police", "parks-and-streets"])
    judge("pass_on", handed.reference, words="Laga lamporna.", receivers=["outreach"])
    signal = row(session, handed.reference)
    assert (signal.state, signal.passed_to) == ("passed-on", ["outreach", "parks-and-streets", "police"])
    assert area_signals.open_text(keys, signal, "passed_words") == "Laga lamporna."
    with pytest.raises(ValueError, match="receiver"):
        judge("pass_on", handed.reference, receivers=["nobody"])
    with pytest.raises(SignalUnknown):
        judge("open_signal", "OP-2222-2222")


def test_what_is_told_back_reaches_everybody_who_handed_it_in(session, hand_in, judge, keys, code_key, now):
    first, second, elsewhere = hand_in(), hand_in("Rutan är trasig."), hand_in(area="navestad")
    for handed in (first, second, elsewhere):
        judge("verify", handed.reference)
    with pytest.raises(TooFewSignals):
        judge("merge", references=[first.reference])
    with pytest.raises(TooFewSignals):
        judge("merge", references=[first.reference, elsewhere.reference])
    leader = judge("merge", references=[second.reference, first.reference])
    opened = judge("open_signal", leader)
    assert set(opened.leads) | {leader} == {first.reference, second.reference}
    judge("pass_on", leader)
    judge("tell_back", leader, words="Kommunen byter lamporna på tisdag.")
    for handed in (first, second):
        told = area_signals.read_with_code(session, keys=keys, code_key=code_key, code=handed.code, now=now)
        assert (told.state, told.told, told.passed_to) == ("passed-on", "passed-on", ("police",))
        assert told.told_words == "Kommunen byter lamporna på tisdag."
        assert row(session, handed.reference).told_read_at == now


def test_what_was_brought_together_by_mistake_can_be_taken_apart(session, hand_in, judge):
    both = [hand_in().reference, hand_in().reference]
    for reference in both:
        judge("verify", reference)
    leader = judge("merge", references=both)
    assert sorted(row(session, reference).state for reference in both) == ["merged", "verified"]
    judge("split", leader)
    assert [row(session, reference).state for reference in both] == ["verified", "verified"]


def test_every_opening_and_every_judgement_is_written_down_without_text(session, hand_in, judge, staff):
    handed = hand_in()
    judge("open_signal", handed.reference)
    judge("verify", handed.reference)
    judge("set_aside", handed.reference)
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
    assert [(entry.act, entry.subject, entry.staff_id) for entry in entries] == [
        ("opened", handed.reference, staff),
        ("judged", handed.reference, staff),
        ("judged", handed.reference, staff),
    ]
    assert [entry.detail for entry in entries[1:]] == [{"state": "verified"}, {"state": "not-area"}]


def test_texts_are_erased_after_their_time_but_never_unread_and_codes_stay(
    session, hand_in, judge, keys, code_key, now
):
    unread, read, told = hand_in(), hand_in(), hand_in()
    for handed in (read, told):
        judge("verify", handed.reference)
    later = now + timedelta(days=365)
    judge("tell_back", told.reference, words="Vi har tittat.", now=later)
    erased = area_retention.erase_area_texts(
        session, audit_key=AUDIT, keep=timedelta(days=365), decision="§ 12", now=later
    )
    assert erased == 1
    line = session.scalars(select(Erasure)).one()
    assert (line.reference, line.retention_class, line.decision) == (read.reference, "area-signal", "§ 12")
    assert [row(session, each.reference).wrapped_key is None for each in (unread, read, told)] == [False, True, False]
    with pytest.raises(ContentErased):
        area_signals.open_text(keys, row(session, read.reference), "words")
    assert judge("open_signal", read.reference).erased
    standing = area_signals.read_with_code(session, keys=keys, code_key=code_key, code=read.code)
    assert (standing.erased, standing.category, row(session, read.reference).area) == (True, "damage", "hageby")


def test_a_new_content_key_takes_over(session, hand_in, code_key, ruleset, now):
    old, new = new_content_key(), new_content_key()
    sighting = Sighting(
        area=None,
        place="",
        week="2026-W11",
        category="other",
        how_often="once",
        source="staff",
        words=SEEN,
        wants_told=False,
    )
    handed = area_signals.hand_in(
        session,
        keys=ContentKeys(old),
        code_key=code_key,
        ruleset=ruleset,
        sighting=sighting,
        language="sv",
        seed=uuid4().hex,
        now=now,
    )
    assert area_retention.rewrap_area_signals(session, keys=ContentKeys(f"new:{new},old:{old}")) == 1
    assert area_signals.open_text(ContentKeys(new), row(session, handed.reference), "words") == SEEN


def test_an_old_worry_keeps_its_area_when_the_list_changes(session, hand_in, ruleset, now):
    hand_in()
    ended = ruleset.areas["hageby"].model_copy(
        update={
            "name": "Södra Hageby",
            "valid": ruleset.areas["navestad"].valid.model_copy(update={"from_": date(2026, 3, 1)}),
        }
    )
    changed = replace(ruleset, areas={**ruleset.areas, "hageby": ended})
    hand_in(rules=changed)
    picture = area_week.weekly_picture(session, week="2026-W11", places=[], categories=["damage"], hide_below=5)
    assert [(each.place.name, each.place.since) for each in picture.rows] == [
        ("Hageby", date(2025, 2, 1)),
        ("Södra Hageby", date(2026, 3, 1)),
    ]
    assert len(picture.versions) == 2


def test_the_week_stands_against_earlier_weeks(session, hand_in, judge):
    for week, number in (
        ("2026-W11", 12),
        ("2026-W10", 6),
        ("2026-W09", 0),
        ("2026-W08", 8),
        ("2026-W07", 6),
        ("2025-W11", 5),
    ):
        for _ in range(number):
            hand_in(week=week)
    judge("set_aside", hand_in().reference)  # never counts
    for _ in range(3):
        hand_in(area=None, place="vid stationen", category="other")
    hageby = Place("hageby", "Hageby", date(2025, 2, 1))
    picture = area_week.weekly_picture(
        session, week="2026-W11", places=[hageby], categories=["damage", "other"], hide_below=5
    )
    first, outside = picture.rows
    assert [figure.number for figure in first.cells] == [12, 0]
    assert (first.earlier.before.number, first.earlier.mean) == (6, 5.0)
    assert first.earlier.year_ago is not None
    assert first.earlier.year_ago.number == 5
    assert [figure.number for figure in outside.cells] == [0, None]
    assert (outside.total.number, outside.total.exact) == (1, False)
    assert (picture.total.number, picture.total.exact) == (13, False)


def test_nothing_ties_a_worry_about_a_place_to_a_request_or_a_person(session):
    seen = inspect(session.connection())
    points_to = {each["referred_table"] for each in seen.get_foreign_keys("area_signal")}
    pointed_at_by = {
        table
        for table in seen.get_table_names()
        for each in seen.get_foreign_keys(table)
        if each["referred_table"] == "area_signal"
    }
    assert points_to == pointed_at_by == {"area_signal"}
    assert not {column["name"] for column in seen.get_columns("area_signal")} & {"request_id", "staff_id", "visit_id"}


def test_weeks_are_counted_as_in_sweden():
    assert area_signals.week_of(date(2027, 1, 3)) == "2026-W53"
    assert area_signals.first_day("2026-W53") == date(2026, 12, 28)
    assert area_week._weeks_needed("2026-W53").year_ago == "2025-W52"
    assert area_signals.weeks_to_report(date(2026, 1, 7))[:2] == ["2026-W02", "2026-W01"]


def test_danger_is_told_by_the_clocks_of_priority_one_until_somebody_has_looked(
    session, hand_in, judge, staff, ruleset, now
):
    minute = timedelta(minutes=1)
    hand_in("Trasiga lampor")
    seen, verified, waits = (
        row(session, hand_in(f"{SEEN} {number}", signals=["violence-now"]).reference) for number in "abc"
    )
    area_danger.note_seen(session, audit_key=AUDIT, reference=seen.reference, staff_id=staff, now=now)
    judge("verify", verified.reference)
    assert [each.reference for each in area_danger.unseen_danger(session)] == [waits.reference]

    def told(at):
        presence.note_present(session, staff_id=staff, now=at)
        return area_danger.escalate_unseen(session, ruleset=ruleset, now=at), waits.danger_told

    assert [told(now + minutes * minute) for minutes in (1, 5, 6, 10, 99)] == [
        (0, None),
        (1, "supervisor"),
        (0, "supervisor"),
        (1, "on-call"),
        (0, "on-call"),
    ]
    alone = row(session, hand_in(f"{SEEN} d", signals=["violence-now"], at=now + 200 * minute).reference)
    presence.note_gone(session, staff_id=staff)
    steps = [area_danger.escalate_unseen(session, ruleset=ruleset, now=now + (200 + n) * minute) for n in range(2)]
    assert (steps, alone.danger_told, waits.danger_told) == ([1, 0], "on-call", "on-call")
