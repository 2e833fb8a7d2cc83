"""Rasa's own checks: the training data, and conversations from bot/tests as intents and actions."""

from pathlib import Path

from tests.bot.running_bot import ROOT, Rasa

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
