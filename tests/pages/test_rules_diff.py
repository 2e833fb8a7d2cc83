"""flask rules diff, publish and rollback: what a change would do, and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal import clock
from portal.commands import rules_publish
from portal.desk import rulesets
from portal.desk.filing import file_request
from portal.triage.facts import from_codes
from portal.triage.proofs import Proof
from tests.pages.conftest import parts_of
from tests.pages.test_rules_commands import folder as folder
from tests.pages.test_rules_commands import rules, spoil

BUTTON = "topics: [danger-now.gone]"
"""The button that means the danger signal missing-person."""


def file(app: Flask, codes: dict[str, Any], times: int = 1) -> None:
    parts = parts_of(app)
    for _ in range(times):
        with parts.database.session() as session:
            file_request(
                session,
                keys=parts.content_keys,
                code_key=parts.code_key,
                ruleset=parts.rules.current().ruleset,
                facts=from_codes(codes),
                words="Ingen mer än vi får läsa det här.",
                language="sv",
                channel="form",
                now=clock.now(),
            )


def cut_the_button(folder: Path) -> None:
    """The danger button loses its danger, and the examples are made to agree: only a comparison can see it."""
    spoil(folder / "danger/missing-person.yaml", BUTTON, "topics: []")
    for path in (folder / "examples").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("danger: [missing-person]", "danger: []"), encoding="utf-8")


def test_it_says_what_changed_and_who_would_go_elsewhere(app: Flask, folder: Path) -> None:
    file(app, {"topics": ["money.debt"]}, 3)
    text = (folder / "services/financial-assistance.yaml").read_text(encoding="utf-8")
    (folder / "services/financial-assistance.yaml").write_text(
        text.replace("suggest: strong", "suggest: possible").replace("suggest: good", "suggest: possible"),
        encoding="utf-8",
    )
    code, said = rules(app, "diff", "published", str(folder))
    assert code == 0
    assert "~ rule " in said
    assert "financial-assistance/" in said
    assert "suggest strong → possible" in said
    assert "danger cases lost" in said
    assert "of 3 would go elsewhere" in said


def test_the_words_of_a_request_are_never_shown(app: Flask, folder: Path) -> None:
    file(app, {"topics": ["danger-now.gone"], "age": 15})
    cut_the_button(folder)
    _, said = rules(app, "diff", "published", str(folder))
    assert "13–15 år" in said
    assert "Ingen mer än vi" not in said


def test_a_change_that_loses_a_danger_case_is_refused(app: Flask, folder: Path) -> None:
    file(app, {"topics": ["danger-now.gone"]}, 2)
    cut_the_button(folder)
    code, said = rules(app, "diff", "published", str(folder))
    assert code == 1
    assert "DANGER LOST" in said
    assert "missing-person" in said


@pytest.fixture
def proven(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Proofs that take no time and hold; the ids of what they were asked to prove."""
    asked: list[str] = []

    def prove(ruleset: Any, **_more: Any) -> list[Proof]:
        asked.append(ruleset.id)
        return []

    monkeypatch.setattr(rules_publish, "prove", prove)
    return asked


def test_publishing_refuses_a_lost_danger_and_takes_it_only_with_a_reason_that_stays(
    app: Flask, folder: Path, proven: list[str]
) -> None:
    file(app, {"topics": ["danger-now.gone"]})
    before = parts_of(app).rules.current().ruleset.id
    cut_the_button(folder)

    code, said = rules(app, "publish", "--folder", str(folder))
    assert code == 1
    assert "DANGER LOST" in said
    assert "--accept-lost-danger" in said
    assert rules(app, "list")[1].startswith(before)

    assert rules(app, "publish", "--folder", str(folder), "--accept-lost-danger", " ")[0] == 1
    code, said = rules(app, "publish", "--folder", str(folder), "--accept-lost-danger", "decided by the board")
    assert code == 0
    assert "DANGER LOST" in said
    assert "danger cases lost their level: decided by the board" in rules(app, "list")[1]


def test_a_reason_that_nothing_needs_is_not_kept(app: Flask, folder: Path, proven: list[str]) -> None:
    spoil(folder / "municipality.yaml", "name: Norrköpings kommun", "name: Provstad")
    assert rules(app, "publish", "--folder", str(folder), "--accept-lost-danger", "in case")[0] == 0
    assert "in case" not in rules(app, "list")[1]


def test_what_the_proofs_break_is_not_published(app: Flask, folder: Path) -> None:
    """A rule that another of the same service always outdoes changes nothing: the real proofs find it."""
    with (folder / "services/reception.yaml").open("a", encoding="utf-8") as reception:
        reception.write("\n  - {id: echo, if: {topic: home}, suggest: possible, because: Därför.}\n")
    before = parts_of(app).rules.current().ruleset.id
    code, said = rules(app, "publish", "--folder", str(folder))
    assert code == 1
    assert "Nothing was published: a proof fails.\nno-rule-overshadowed: services/reception.yaml, line " in said
    assert parts_of(app).rules.current().ruleset.id == before


def test_a_failed_proof_stops_publishing_with_its_sentence(
    app: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = Proof("nobody-without-help", "Somebody helps.", 1, 0.1, ("a person of 17 is left alone",), (), "")
    monkeypatch.setattr(rules_publish, "prove", lambda *_asked, **_more: [failed])
    spoil(folder / "municipality.yaml", "name: Norrköpings kommun", "name: Provstad")
    code, said = rules(app, "publish", "--folder", str(folder))
    assert code == 1
    assert "nobody-without-help: a person of 17 is left alone" in said


def test_what_is_in_force_or_was_published_before_is_not_proven_again(
    app: Flask, folder: Path, proven: list[str]
) -> None:
    first = parts_of(app).rules.current().ruleset.id
    assert rules(app, "publish", "--seed")[0] == 0
    assert rules(app, "publish")[0] == 0
    assert proven == []

    spoil(folder / "municipality.yaml", "name: Norrköpings kommun", "name: Provstad")
    assert rules(app, "publish", "--folder", str(folder))[0] == 0
    assert len(proven) == 1
    assert rules(app, "publish")[0] == 0  # the shipped ones again
    assert len(proven) == 1
    assert rules(app, "list")[1].startswith(first)


def test_rolling_back_needs_no_id_and_takes_the_beginning_of_one(app: Flask, folder: Path, proven: list[str]) -> None:
    first = parts_of(app).rules.current().ruleset.id
    assert rules(app, "rollback")[0] == 1  # nothing was in force before
    spoil(folder / "municipality.yaml", "name: Norrköpings kommun", "name: Provstad")
    rules(app, "publish", "--folder", str(folder))
    second = rules(app, "list")[1].split()[0]

    code, said = rules(app, "rollback")
    assert (code, said) == (0, f"Rules {first[:12]} are in force.\n")
    assert rules(app, "rollback", second[:8])[0] == 0
    assert rules(app, "list")[1].startswith(second)


def test_going_back_says_which_danger_it_loses_and_still_goes(app: Flask, folder: Path, proven: list[str]) -> None:
    cut_the_button(folder)
    rules(app, "publish", "--folder", str(folder), "--accept-lost-danger", "to try it out")
    rules(app, "rollback")
    file(app, {"topics": ["danger-now.gone"]})
    cut = rules(app, "list")[1].splitlines()[1].split()[0]
    code, said = rules(app, "rollback", cut)
    assert code == 0
    assert "DANGER LOST" in said


def test_rules_that_this_version_cannot_read_do_not_come_back(app: Flask) -> None:
    before = parts_of(app).rules.current().ruleset.id
    parts = parts_of(app)
    with parts.database.session() as session:
        old = rulesets.publish(session, content={"services/x.yaml": {"gone": 1}}, by="test", now=clock.now())
        rulesets.rollback(session, to=before, by="test", now=clock.now())
    code, said = rules(app, "rollback", old)
    assert code == 1
    assert "cannot be read by this version" in said
    assert "The rules in force stay." in said
    assert rules(app, "list")[1].startswith(before)


def test_an_odd_name_of_rules_is_told_apart(app: Flask, tmp_path: Path) -> None:
    code, said = rules(app, "diff", "published", "nowhere")
    assert code == 1
    assert "There is no folder 'nowhere'" in said
    shutil.copytree(parts_of(app).settings.rules_folder, tmp_path / "same")
    assert "The rules are the same." in rules(app, "diff", "published", str(tmp_path / "same"))[1]
