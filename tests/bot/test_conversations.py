"""Rasa's own checks: the training data, and conversations from bot/tests as intents and actions."""

from pathlib import Path

import pytest

from tests.bot.running_bot import ROOT, PortalStandIn, Rasa, RunningBot

FILES = ("-c", "bot/config.yml", "-d", "bot/domain.yml", "--data", "bot/data")


def test_training_data_has_no_warnings(rasa: Rasa) -> None:
    done = rasa("data", "validate", "--fail-on-warnings", *FILES)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No story structure conflicts found" in done.stdout + done.stderr


def check(rasa: Rasa, model: Path, stories: Path, results: Path) -> int:
    files = ("-s", str(stories), "-m", str(model), "--out", str(results), "--endpoints", "bot/endpoints.yml")
    return rasa("test", "core", "--fail-on-prediction-errors", "--no-plot", "--quiet", *files).returncode


def test_conversations_go_as_written(rasa: Rasa, model: Path, tmp_path: Path) -> None:
    assert check(rasa, model, ROOT / "bot" / "tests", tmp_path) == 0


def test_a_conversation_that_goes_another_way_is_noticed(rasa: Rasa, model: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "test_wrong.yml"
    steps = "steps: [{intent: greet}, {action: utter_goodbye}]"
    wrong.write_text(f'version: "3.1"\nstories:\n  - story: wrong\n    {steps}\n')
    assert check(rasa, model, wrong, tmp_path / "results") != 0


SWEARING = [
    ("fan också, min jävla hyresvärd har sagt upp mig, jag blir vräkt", "housing"),
    ("helvete, jag har inte en jävla krona kvar till mat", "money"),
    ("fuck this, my landlord is kicking me out, eviction notice came", "housing"),
    ("I have no fucking money for food", "money"),
    ("يلعن أبو هالحياة، ما معي مصاري للأكل", "money"),
]


@pytest.mark.parametrize(("text", "topic"), SWEARING)
def test_swearing_never_hides_what_it_is_about(bot: RunningBot, conversation: str, text: str, topic: str) -> None:
    found = bot.parse(text)
    assert topic in {each["id"].split(".")[0] for each in found["topics"]}
    assert found["outside"]["matter"] is None
    assert bot.say(conversation, text, language="sv")


@pytest.mark.parametrize("text", ["fan fan fan", "dra åt helvete", "fuck you", "يلعنك", "jävla skitbot"])
def test_swear_words_alone_get_an_answer(bot: RunningBot, conversation: str, text: str) -> None:
    assert bot.say(conversation, text, language="sv")


@pytest.mark.parametrize("text", ["nej, inte det", "nej du har fattat fel", "no, not that", "لا، مو هذا"])
def test_no_not_that_is_a_correction(bot: RunningBot, conversation: str, text: str) -> None:
    bot.say(conversation, "jag har inga pengar till mat", language="sv")
    assert bot.say(conversation, text, language="sv") == [{"key": "corrected", "args": {}}]


def test_a_correction_with_the_right_topic_beside_it_reaches_triage_as_both(
    bot: RunningBot, conversation: str, portal: PortalStandIn
) -> None:
    bot.say(conversation, "Nej, du missförstod. Jag blir vräkt från min lägenhet.", language="sv")
    latest = portal.calls[-1]["tracker"]["latest_message"]
    assert latest["topics"][0]["id"].startswith("housing")
    sure = {found["name"]: found["confidence"] for found in latest["intent_ranking"]}
    assert sure["correct_you"] >= 0.45
