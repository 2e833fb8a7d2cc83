"""What the bot learns from the editors' rule files."""

from pathlib import Path

import pytest

from bot.addons.phrases import DANGER, NO_DANGER, BrokenRuleFile, Phrase, read_phrases

TOPIC = """
topic: home
phrases: {sv: [det är jobbigt hemma]}
subtopics:
  - id: violence
    phrases: {sv: [pappa slår mig], en: [no]}
"""
SIGNAL = """
signal: violence-now
topics: [home.violence]
phrases: {sv: ["(han|hon) slår* _ mig nu"]}
messages: {sv: [han står utanför dörren igen, pappa slår mig]}
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    files = {
        "topics/home.yaml": TOPIC,
        "danger/violence-now.yaml": SIGNAL,
        "danger/calm.yaml": "phrases: {sv: [i filmen _ _]}\nmessages: {sv: [mamma dödar mig om jag är sen]}",
        "outside/parking.yaml": "matter: parking\nphrases: {sv: [parkeringsbot, pappa slår mig]}",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_topics_dangers_and_outside_matters_become_examples_and_patterns_do_not(rules: Path) -> None:
    assert read_phrases(rules) == [
        Phrase("det är jobbigt hemma", "topic_home", "home"),
        Phrase("pappa slår mig", "topic_home", "home.violence", "violence-now"),
        Phrase("no", "topic_home", "home.violence", "violence-now"),
        Phrase("mamma dödar mig om jag är sen", NO_DANGER, NO_DANGER),
        Phrase("han står utanför dörren igen", DANGER, DANGER, "violence-now"),
        Phrase("parkeringsbot", "outside", "outside.parking"),
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("topic: [home", "cannot be read as YAML"),
        ("- home", "names and values"),
        ("phrases: [hej]", "under a language"),
        ("phrases: {sv: hej}", "one sentence after each dash"),
        ("phrases: {sv: [{a: b}]}", "put it in quotes"),
    ],
)
def test_a_broken_file_is_named_with_the_remedy(rules: Path, text: str, complaint: str) -> None:
    (rules / "topics/home.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BrokenRuleFile, match=complaint) as problem:
        read_phrases(rules)
    assert "topics/home.yaml" in str(problem.value)
