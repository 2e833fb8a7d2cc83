"""flask rules try and coverage: what editors read in the terminal."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from flask import Flask

from portal.commands.tables import columns_of
from portal.settings import ROOT
from tests.pages.conftest import StandInBot


def rules(app: Flask, *arguments: str, columns: int = 100) -> tuple[int, str]:
    result = app.test_cli_runner(env={"COLUMNS": str(columns)}).invoke(args=["rules", *arguments])
    return result.exit_code, result.output


def tried(app: Flask, *arguments: str) -> str:
    code, said = rules(app, "try", *arguments)
    assert code == 0, said
    return said


def test_a_sentence_is_judged_and_every_step_is_shown(app: Flask) -> None:
    said = tried(app, "han slår mig nu", "--fact", "age=15", "--at", "2026-03-10T10:00")
    assert "signals: Våld eller hot just nu (violence-now)" in said
    assert "age: 13–15 år" not in said  # nobody said which answer; the years are known
    assert "age: 15 år (15)" in said
    assert "emergency, from danger violence-now" in said
    assert "card «Ring 112" in said


def test_facts_are_told_in_swedish_with_the_rules_that_used_them(app: Flask) -> None:
    said = tried(app, "--fact", "topics=housing.eviction", "--at", "2026-03-10T10:00")
    assert "topics: Bostad: Jag kan bli vräkt (housing.eviction)" in said
    assert "soon, from housing-coordination/housing-eviction" in said
    assert "because of: Bostad: Jag kan bli vräkt" in said
    assert "? housing-eviction-near (strong, today) waits for: when, children-present, age" in said
    assert "Next question  when: När behövs hjälpen?" in said
    assert "I dag eller i natt" in said


def test_it_says_from_when_a_closed_service_is_open(app: Flask) -> None:
    said = tried(app, "--fact", "topics=housing.eviction", "--at", "2026-03-13T23:00")
    assert "opens Mon 16 Mar 08:00" in said


def test_no_line_is_wider_than_the_terminal(app: Flask) -> None:
    for arguments in (["--fact", "topics=home"], ["--file", str(ROOT / "triage_rules/examples/outreach.yaml")]):
        _, said = rules(app, "try", *arguments, columns=80)
        assert max(map(columns_of, said.splitlines())) <= 80


@pytest.mark.parametrize(
    ("fact", "says"),
    [
        ("abuot=self", "There is no fact 'abuot'; did you mean 'about'?"),
        ("about=slef", "about cannot be 'slef'; did you mean 'self'?"),
        ("topics=housing.evicton", "topics cannot be 'housing.evicton'; did you mean 'housing.eviction'?"),
        ("age=200", "age cannot be 200; allowed: a whole number of years, 0 to 120"),
        ("age", "'age' is not a fact; write it as age=14"),
    ],
)
def test_a_fact_that_does_not_exist_is_refused_with_what_was_meant(app: Flask, fact: str, says: str) -> None:
    code, said = rules(app, "try", "--fact", fact)
    assert code == 1
    assert says in said


def test_topics_may_be_given_one_by_one(app: Flask) -> None:
    answer = json.loads(tried(app, "--json", "--fact", "topics=home", "--fact", "topics=money,housing"))
    assert [fact["value"] for fact in answer["known"]] == ["home", "housing", "money"]


def test_what_the_bot_understood_is_told_with_its_confidence(app: Flask, bot: StandInBot) -> None:
    bot.understands(topics=[{"id": "housing.eviction", "confidence": 0.8}, {"id": "money.debt", "confidence": 0.2}])
    said = tried(app, "vi blir vräkta")
    assert "housing.eviction 0.80; money.debt 0.20 (too unsure; offered as a button)" in said


def test_every_example_of_a_file_is_a_row_and_a_wrong_one_ends_with_status_1(app: Flask, tmp_path: Path) -> None:
    right = "{name: En kompis skolkar, facts: {topics: [school-leisure.skip]}, expect: {first: outreach}}"
    wrong = "{name: En familj blir vräkt, facts: {topics: [housing.eviction]}, expect: {urgency: planned}}"
    file = tmp_path / "mine.yaml"
    file.write_text(f"examples:\n  - {right}\n  - {wrong}\n", encoding="utf-8")
    code, said = rules(app, "try", "--file", str(file))
    assert code == 1
    assert "WRONG  «En familj blir vräkt»: expected urgency planned, got soon" in said
    assert "2 examples: 1 hold, 1 do not." in said

    file.write_text(f"examples:\n  - {right}\n", encoding="utf-8")
    assert rules(app, "try", "--file", str(file))[0] == 0
    file.write_text("examples:\n  - {nam: x}\n", encoding="utf-8")
    code, said = rules(app, "try", "--file", str(file))
    assert code == 1
    assert "examples/mine.yaml, line 2, column 6: 'nam'" in said


def test_a_text_file_is_judged_line_by_line_in_any_language(app: Flask, bot: StandInBot, tmp_path: Path) -> None:
    bot.understands(topics=[{"id": "housing.tonight", "confidence": 0.9}])
    file = tmp_path / "sentences.txt"
    file.write_text("han slår mig nu\n\nما عندي وين نام الليلة\n", encoding="utf-8")
    answers = json.loads(tried(app, "--file", str(file), "--json"))
    assert answers[0]["urgency"] == "emergency"
    assert answers[0]["danger"] == ["violence-now"]
    assert answers[1]["topics"] == ["housing.tonight"]
    assert len(answers[1]["services"]) == 3


def test_a_silent_bot_is_asked_once_and_danger_is_still_read(app: Flask, bot: StandInBot, tmp_path: Path) -> None:
    bot.silent = True
    file = tmp_path / "sentences.txt"
    file.write_text("vi blir vräkta\nhan slår mig nu\njag är ledsen\n", encoding="utf-8")
    said = tried(app, "--file", str(file))
    assert "The bot does not answer" in said
    assert "violence-now" in said
    assert len(bot.asked) == 1


def test_a_rule_that_no_example_exercises_is_named_with_an_example_to_begin_with(app: Flask, tmp_path: Path) -> None:
    folder = with_rule(tmp_path, "nobody-tries-this", "{topic: money, age: 30-40, not: {as: professional}}")
    code, said = rules(app, "coverage", "--folder", str(folder))
    assert code == 0
    assert "housing-coordination: nobody-tries-this" in said
    assert "nobody-tries-this" not in rules(app, "check", "--folder", str(folder))[1]
    assert "rules coverage --missing" in rules(app, "check", "--folder", str(folder))[1]

    _, skeleton = rules(app, "coverage", "--missing", "--folder", str(folder))
    file = tmp_path / "kept.yaml"
    file.write_text(f"examples:\n{skeleton}", encoding="utf-8")
    code, said = rules(app, "try", "--file", str(file), "--folder", str(folder))
    assert code == 0, said
    (folder / "examples" / "kept.yaml").write_text(f"examples:\n{skeleton}", encoding="utf-8")
    assert "exercise all" in rules(app, "coverage", "--folder", str(folder))[1]


def with_rule(tmp_path: Path, rule_id: str, block: str) -> Path:
    """A copy of the shipped rule files with one rule more."""
    folder = tmp_path / "rules"
    shutil.copytree(ROOT / "triage_rules", folder)
    with (folder / "services/housing-coordination.yaml").open("a", encoding="utf-8") as file:
        file.write(f"\n  - id: {rule_id}\n    if: {block}\n    suggest: good\n    because: Därför.\n")
    return folder
