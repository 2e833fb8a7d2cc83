"""Each fault that a proof finds is shown where it can be mended, with an example that says what should come out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

import pytest
import yaml
import z3

from portal.settings import ROOT
from portal.triage.engine import Decision, decide
from portal.triage.facts import Facts
from portal.triage.proof_formulas import Encoding
from portal.triage.proofs import Proof, prove
from portal.triage.ruleset import LEVELS, Ruleset
from portal.triage.yaml_source import Path
from tests.unit.triage.conftest import build_content
from tests.unit.triage.test_proofs import DAY, a_rule, proof, rules_of, sound_content, with_answers

Change = Callable[[dict[str, Any]], object]
PRINTED = ROOT / "tests/unit/triage/printed_proofs.txt"
HELPED = {"first": "emergency-112", "urgency": "emergency"}


@dataclass(frozen=True)
class Found:
    """What one proof said: the file and the path of each fault, the whole sentences, and what its examples expect."""

    places: list[tuple[str, Path]]
    sentences: list[str]
    expected: list[dict[str, Any]]


def found_by(name: str, content: dict[str, Any]) -> Found:
    shown: list[tuple[str, Path]] = []

    def line_of(file: str, path: Path) -> int:
        shown.append((file, path))
        return len(shown)

    broken = {one.name: one for one in prove(build_content(content), day=DAY, line_of=line_of)}[name]
    said = [*broken.broken, *broken.notices]
    places = [shown[int(text.split(", line ")[1].split(":")[0]) - 1] for text in said]
    examples = yaml.safe_load(broken.example)["examples"] if broken.example else []
    assert all(example["name"].split("(")[1].startswith(f"{name}, ") for example in examples)
    sentences = [re.sub(r", line \d+", "", text, count=1) for text in said]
    return Found(places, sentences, [example["expect"] for example in examples])


def printed(change: Change) -> list[str]:
    """The sentences that stand under the name of a change in printed_proofs.txt."""
    _, _, after = PRINTED.read_text("utf-8").partition(f"\n{change.__name__.replace('_', ' ')}:\n")
    return [line.strip() for line in after.partition("\n\n")[0].splitlines()]


def nobody_helps(content: dict[str, Any]) -> None:
    for slug in ("on-call", "reception"):
        rules_of(content, slug)[0]["if"] = {"when": "now"}


def all_close(content: dict[str, Any]) -> None:
    content["services/on-call.yaml"]["hours"] = {"mon-fri": ["16:30-24:00"]}


def first_door_for_staff(content: dict[str, Any]) -> None:
    content["services/on-call.yaml"]["staff_only"] = True


def close_112(content: dict[str, Any]) -> None:
    content["services/emergency-112.yaml"]["hours"] = {"mon-sun": ["00:00-12:00"]}


def another_number(content: dict[str, Any]) -> None:
    content["municipality.yaml"]["helplines"][0]["number"] = "114 14"


def emergency_elsewhere(content: dict[str, Any]) -> None:
    rules_of(content, "housing")[1]["urgency"] = "emergency"


def emergency_that_ends(content: dict[str, Any]) -> None:
    block = {"topic": "housing", "not": {"topic": "home"}}
    rules_of(content, "emergency-112").append(a_rule("roof", block, "strong", urgency="emergency"))


def danger_that_ends(content: dict[str, Any]) -> None:
    content["topics/danger.yaml"]["subtopics"].append({"id": "gone", "label": "Borta"})
    content["danger/violence-now.yaml"]["topics"] = ["danger"]


def home_leads_nowhere(content: dict[str, Any]) -> None:
    rules_of(content, "youth").pop()


def rent_leads_nowhere(content: dict[str, Any]) -> None:
    rules_of(content, "housing")[0]["if"] = {"topic": ["housing.eviction"], "when": "now"}
    rules_of(content, "housing").append(a_rule("rent", {"topic": "housing.rent", "when": "now"}))


def no_entrance(content: dict[str, Any]) -> None:
    content["topics/home.yaml"]["entrance"] = []


def idle_subtopics(content: dict[str, Any]) -> None:
    content["topics/home.yaml"]["subtopics"] = [{"id": "fights", "label": "Bråk"}, {"id": "care", "label": "Omsorg"}]


def never_true(content: dict[str, Any]) -> None:
    rules_of(content, "housing").append(a_rule("never", {"topic": "home", "not": {"topic": "home"}}))


def in_the_shadow(content: dict[str, Any]) -> None:
    rules_of(content, "housing").append(a_rule("shadow", {"topic": "housing.rent"}))


def contradicting(content: dict[str, Any]) -> None:
    rules_of(content, "housing").append(a_rule("other", {"topic": ["housing.eviction"]}, "possible"))


def twice(content: dict[str, Any]) -> None:
    rules_of(content, "housing").append(a_rule("again", {"topic": ["housing"]}))


def silenced(content: dict[str, Any]) -> None:
    content["services/unit.yaml"]["valid"] = {"from": "2027-01-01"}
    rules_of(content, "unit")[0]["valid"] = {"to": "2026-12-31"}


def unasked(content: dict[str, Any]) -> None:
    rules_of(content, "housing").append(a_rule("north", {"topic": "housing", "area": "north"}, "strong"))


HOUSING_4 = ("services/housing.yaml", ("rules", 3, "if"))


@pytest.mark.parametrize(
    ("name", "change", "places", "expected"),
    [
        ("nobody-without-help", nobody_helps, [("services/reception.yaml", ("rules",))], [{"first": "reception"}]),
        ("something-open", all_close, [("services/on-call.yaml", ("hours",))], [{"within_three": "on-call"}]),
        ("danger-is-emergency", first_door_for_staff, [("services/on-call.yaml", ())], []),
        ("danger-is-emergency", close_112, [("services/emergency-112.yaml", ("hours",))], []),
        ("danger-is-emergency", another_number, [("danger/violence-now.yaml", ("card", "helplines"))], []),
        ("danger-is-emergency", emergency_elsewhere, [("services/housing.yaml", ("rules", 1, "if"))], [HELPED]),
        (
            "danger-is-emergency",
            emergency_that_ends,
            [("services/emergency-112.yaml", ("rules", 1, "if"))],
            [{"urgency": "emergency"}],
        ),
        (
            "danger-is-emergency",
            danger_that_ends,
            [("danger/violence-now.yaml", ("topics",))],
            [{"danger": ["violence-now"]}],
        ),
        ("every-topic-leads-somewhere", home_leads_nowhere, [("topics/home.yaml", ())], [{"first": "youth"}]),
        (
            "every-topic-leads-somewhere",
            rent_leads_nowhere,
            [("topics/housing.yaml", ()), ("topics/housing.yaml", ("subtopics",))],
            [{"first": "housing"}, {"first": "housing"}],
        ),
        ("every-topic-leads-somewhere", no_entrance, [("topics/home.yaml", ("entrance",))], []),
        ("every-topic-leads-somewhere", idle_subtopics, [("topics/home.yaml", ("subtopics",))], []),
        ("every-rule-can-fire", never_true, [HOUSING_4], []),
        ("no-rule-overshadowed", in_the_shadow, [HOUSING_4], []),
        ("no-contradiction", contradicting, [HOUSING_4], [{"within_three": "housing"}]),
        ("no-contradiction", twice, [HOUSING_4], []),
        ("no-contradiction", silenced, [("services/unit.yaml", ("valid",))], []),
        ("no-contradiction", unasked, [HOUSING_4], []),
    ],
)
def test_a_fault_is_told_in_full_and_shown_where_it_can_be_mended(
    name: str, change: Change, places: list[tuple[str, Path]], expected: list[dict[str, Any]]
) -> None:
    content = sound_content()
    change(content)
    assert found_by(name, content) == Found(places, printed(change), expected)


def not_strong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Encoding, "level", lambda _encoding, _slug, level: z3.BoolVal(level < LEVELS["strong"]))


def not_certain(monkeypatch: pytest.MonkeyPatch) -> None:
    class Waiting(Encoding):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            self.certain = {slug: z3.BoolVal(slug != "on-call") for slug in self.certain}

    monkeypatch.setattr("portal.triage.proof_formulas.Encoding", Waiting)


def not_urgent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Encoding, "_urgent", lambda _encoding, rank: z3.BoolVal(rank == 0))


@pytest.mark.parametrize("less", [not_strong, not_certain, not_urgent])
def test_danger_that_leads_to_its_doors_but_not_surely_strongly_and_urgently_is_found(
    monkeypatch: pytest.MonkeyPatch, less: Callable[[pytest.MonkeyPatch], None]
) -> None:
    less(monkeypatch)
    found = found_by("danger-is-emergency", sound_content())
    said = "When «Slag» is all that is known, at any time, the answer is no emergency that begins with 112."
    assert found.sentences[0] == f"danger/violence-now.yaml: {said}"
    assert found.places[0] == ("danger/violence-now.yaml", ("topics",))
    assert found.expected[0] == {"first": "emergency-112", "urgency": "emergency", "danger": ["violence-now"]}


def test_a_topic_that_leads_nowhere_beside_another_is_told_with_both() -> None:
    content = sound_content()
    rules_of(content, "housing")[0]["if"] = {"topic": "housing", "not": {"topic": "home"}}
    rules_of(content, "housing").pop(1)
    rules_of(content, "youth")[-1]["if"] = {"topic": "home", "not": {"topic": "housing"}}
    broken = proof(content, "every-topic-leads-somewhere")
    assert broken.broken[0].startswith("topics/home.yaml: When «Hemma» and «Bostad» are all that is known, at any time")


def test_an_example_of_a_topic_that_leads_nowhere_expects_the_service_with_rules_about_it_or_the_door_for_all() -> None:
    content = sound_content()
    rules_of(content, "housing")[0]["if"] = {"topic": "housing", "when": "now"}
    rules_of(content, "youth")[0]["if"] = {"topic": "home", "age": "about 10-20"}
    content["topics/money.yaml"] = {"topic": "money", "label": "Pengar", "order": 4, "phrases": {"sv": ["skuld"]}}
    found = found_by("every-topic-leads-somewhere", content)
    assert [path for path in found.places if path[1] != ("entrance",)] == [
        ("topics/housing.yaml", ()),
        ("topics/housing.yaml", ("subtopics",)),
        ("topics/money.yaml", ()),
    ]
    assert found.expected == [{"first": "housing"}, {"first": "housing"}, {"first": "reception"}]


def test_an_emergency_that_names_112_only_until_more_is_known_is_found_where_it_no_longer_does() -> None:
    content = sound_content()
    emergency_elsewhere(content)
    block = {"topic": "housing.eviction", "not": {"topic": "home"}}
    rules_of(content, "emergency-112").append(a_rule("eviction-112", block, "strong"))
    broken = proof(content, "danger-is-emergency")
    assert broken.sentence == (
        "services/housing.yaml: When «Hemma» and «Vräkt» are all that is known, at any time, it is an emergency, but "
        "112 is not suggested."
    )


def test_an_emergency_that_ends_is_found_though_all_that_was_known_stays_known() -> None:
    content = sound_content()
    block = {"area": "north", "not": {"topic": "home"}}
    rules_of(content, "emergency-112").append(a_rule("north-112", block, "strong", urgency="emergency"))
    assert proof(content, "danger-is-emergency").sentence == (
        "services/emergency-112.yaml: When «Fara» and the area Norr are all that is known, at any time, it is an "
        "emergency, but no more when more becomes known."
    )


def test_an_emergency_that_another_rule_keeps_up_only_until_a_date_is_found_on_the_day_after() -> None:
    content = sound_content()
    emergency_that_ends(content)
    until = {"urgency": "emergency", "valid": {"to": "2026-12-31"}}
    rules_of(content, "emergency-112").append(a_rule("home-112", {"topic": "home"}, "strong", **until))
    broken = proof(content, "danger-is-emergency")
    assert broken.sentence == (
        "services/emergency-112.yaml: When «Bostad» is all that is known, on Friday 1 January 2027 at 00:00, it is an "
        "emergency, but no more when more becomes known."
    )


def test_an_engine_that_puts_112_last_is_told_with_the_first_moment_at_which_it_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def last_first(*asked: Any) -> Decision:
        decision = decide(*asked)
        return decision._replace(suggestions=decision.suggestions[::-1])

    monkeypatch.setattr("portal.triage.proof_help.decide", last_first)
    assert found_by("danger-is-emergency", sound_content()).sentences == [
        "danger/violence-now.yaml: When danger «Våld» is all that is known, on Monday 23 November 2026 at 00:00, the "
        "answer is no emergency that begins with 112."
    ]


def test_an_answer_at_fault_is_shown_by_its_line() -> None:
    lines: dict[tuple[str, Path], int] = {("questions.yaml", ("questions", 1, "answers", 1, "value")): 17}
    ruleset = with_answers("age", (14, "Ung"), (14, "Tonåring"))
    broken = prove(ruleset, day=DAY, line_of=lambda file, path: lines[file, path])[-1]
    assert broken.sentence.startswith("questions.yaml, line 17: the answer «Tonåring»")


def test_a_proof_tells_how_many_questions_it_decided_and_how_long_it_took() -> None:
    """Each answer and each subtopic of the small rule set and that no question follows the last; and each rule."""
    started = perf_counter()
    proofs = prove(build_content(sound_content()), day=DAY)
    took = perf_counter() - started
    assert proofs[-1].checks == 2 + 2 + 2 + 3 + 1
    assert {one.name: one.checks for one in proofs}["every-rule-can-fire"] == 9
    assert [one.checks for one in prove(build_content(sound_content()), day=DAY)] == [one.checks for one in proofs]
    assert all(0 < one.seconds < took for one in proofs)
    assert sum(one.seconds for one in proofs) <= took


def late_hole(days: int) -> Proof:
    """A sound rule set but for one day on which somebody is suggested and all are closed."""
    content = sound_content()
    content["services/reception.yaml"].update(hours={"mon-sun": ["08:00-16:30"]}, closed_on_holidays=False)
    closed = {"date": (DAY + timedelta(days=days)).isoformat(), "hours": []}
    content["services/on-call.yaml"].update(hours="always", exceptions=[closed])
    return proof(content, "something-open")


def test_what_breaks_within_a_year_stops_publishing_and_what_comes_later_is_only_told() -> None:
    within, later = late_hole(365), late_hole(366)
    assert (within.holds, bool(within.notices), within.example != "") == (False, False, True)
    assert (later.holds, bool(later.notices), later.example) == (True, True, "")


def test_a_solver_that_gives_up_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(z3.Solver, "check", lambda *_asked: z3.unknown)
    monkeypatch.setattr(z3.Solver, "reason_unknown", lambda _solver: "out of memory")
    with pytest.raises(RuntimeError, match="the solver gave up: out of memory"):
        prove(build_content(sound_content()), day=DAY)


def test_of_several_smallest_situations_the_one_that_the_files_name_first_is_told() -> None:
    encoding = Encoding(build_content(sound_content()), DAY)
    space = encoding.space
    either = z3.Or(space.single["when"]["now"], space.topics["housing"], space.topics["home"])
    found = encoding.solver.smallest(either)
    assert found is not None
    assert (found.facts, found.moment, found.always) == (
        Facts(topics=frozenset({"home"})),
        datetime(2026, 11, 23),
        True,
    )
    by_age = encoding.solver.smallest(space.known("age"))
    assert by_age is not None
    assert by_age.facts == Facts(age=14)  # an age that the portal asks for


def test_a_question_that_comes_after_the_last_one_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def one_more(ruleset: Ruleset, facts: Facts, moment: datetime, *, asked: int) -> bool:
        return bool(ruleset.questions) and (facts, moment, asked) == (Facts(), datetime(2026, 11, 23), 4)

    monkeypatch.setattr("portal.triage.proof_questions.next_question", one_more)
    lines: dict[tuple[str, Path], int] = {("questions.yaml", ()): 1}
    broken = prove(build_content(sound_content()), day=DAY, line_of=lambda file, path: lines[file, path])[-1]
    assert broken.sentence == "questions.yaml, line 1: after 4 questions another one is asked; the program is at fault."


def test_an_answer_that_does_not_exist_is_told_with_those_that_do() -> None:
    broken = prove(with_answers("area", ("north", "Norr"), ("nowhere", "Ingenstans")), day=DAY)[-1]
    assert broken.sentence == (
        "questions.yaml: the answer «Ingenstans» to «Var?» has the value 'nowhere', which does not exist; "
        "allowed: north, south, west."
    )


def test_a_topic_that_is_not_narrowed_by_its_subtopic_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def also(facts: Facts, fact: str, value: Any) -> Facts:
        return facts.with_fact(fact, [value] if fact == "topics" else value)

    monkeypatch.setattr("portal.triage.proof_questions.with_answer", also)
    found = found_by("questions-bounded", sound_content())
    assert found.sentences[0] == "topics/danger.yaml: choosing «Slag» leaves the topic open."
    assert [file for file, path in found.places if path == ("subtopics",)] == [
        "topics/danger.yaml",
        "topics/housing.yaml",
        "topics/housing.yaml",
    ]


def test_closed_hours_are_told_with_whom_to_ask_for_others_and_when_it_happens_again() -> None:
    closed, advice = (
        "services/on-call.yaml: When nothing is known, on Saturday 28 November 2026 at 00:00, everybody who is "
        "suggested is closed: on-call, reception.",
        "Change the hours of one of them, or give one a fallback_when_closed that is open then.",
    )
    content = sound_content()
    content["services/on-call.yaml"].update(hours="always", exceptions=[{"date": "2026-11-28", "hours": []}])
    assert proof(content, "something-open").sentence == f"{closed} {advice}"
    content["services/youth.yaml"]["hours"] = {"sat": ["10:00-12:00"]}
    assert proof(content, "something-open").sentence == (
        f"{closed} {advice} The same happens on Saturday 28 November 2026 at 10:00."
    )
