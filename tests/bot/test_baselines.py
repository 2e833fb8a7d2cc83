"""The baselines that `make measure` compares with learn from the rule files, and answer in their terms."""

import json
import subprocess
from pathlib import Path

import pytest

from bot import start
from tests.bot.running_bot import ROOT

RENT = [
    "vi kan inte betala hyran",
    "hyran är för hög för oss",
    "jag ligger efter med hyran",
    "hyresvärden vill ha hyran",
]
SAD = ["jag är ledsen varje dag", "allt känns tungt och ledset", "jag gråter varje kväll", "jag är ledsen hela tiden"]
HIT = ["han slår mig just nu", "pappa slår oss nu", "han slår mig igen hjälp"]
PARKING = ["hur får jag parkeringstillstånd", "var får man parkera bilen", "parkeringsboten är fel"]


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """Four files, as small as files can be that something is learnt from."""
    parts = {
        "topics/housing.yaml": {"topic": "housing", "subtopics": [{"id": "rent", "phrases": {"sv": RENT}}]},
        "topics/feelings.yaml": {"topic": "feelings", "phrases": {"sv": SAD}},
        "danger/violence-now.yaml": {"signal": "violence-now", "messages": {"sv": HIT}},
        "outside/parking.yaml": {"matter": "parking", "phrases": {"sv": PARKING}},
    }
    for name, content in parts.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content), "utf-8")  # every JSON is YAML
    return tmp_path


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize(
    ("baseline", "labels"),
    [
        ("rasa", ["housing", "feelings", "danger:violence-now", "outside.parking"]),
        ("nearest", ["housing.rent", "feelings", "danger:violence-now", "outside.parking"]),
    ],
)
def test_a_baseline_says_what_its_phrases_say(baseline: str, labels: list[str], rules: Path, tmp_path: Path) -> None:
    texts = [RENT[0], SAD[0], HIT[0], PARKING[0]]
    done = subprocess.run(
        [str(start.PYTHON), "-m", "bot.baselines", baseline],
        cwd=ROOT,
        env={**start.settings(), "TRIAGE_RULES": str(rules), "BOT_VECTORS": str(tmp_path / "vectors.npz")},
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=False,
    )
    start.sweep()
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    assert [answer[0] for answer in answers] == labels
    assert all(len(answer) == 4 for answer in answers), "every other label follows"
