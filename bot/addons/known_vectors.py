"""Vectors of the training sentences, so that they need not be worked out again: six minutes of two cores.

They are kept between trainings in the bot's own folder, and those of the sentences that come with the project lie in
`bot/known_vectors.npz`. A vector's parts are written as whole numbers from -127 to 127: its direction changes by less
than half a percent. A sentence that is not known is embedded; a file that cannot be read only costs time.

    python -m bot.addons.known_vectors     (`make vectors`) writes the project's file anew
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

KEPT_IN = "BOT_VECTORS"  # environment variable: the file in the bot's own folder
OF_THE_PROJECT = Path(__file__).resolve().parent.parent / "known_vectors.npz"
STEPS = 127

Vectors = dict[int, np.ndarray]
Embed = Callable[[list[str]], np.ndarray]


def vectors_of(texts: list[str], embed: Embed, model: str) -> np.ndarray:
    """One unit vector a text: float32 (N, 384). `embed` works out those that no file of this `model` knows."""
    of_the_project = read(OF_THE_PROJECT, model)
    kept = Path(os.environ[KEPT_IN]) if os.environ.get(KEPT_IN) else None
    known = of_the_project | (read(kept, model) if kept is not None else {})
    names = [name_of(text) for text in texts]
    new = {name: text for name, text in zip(names, texts, strict=True) if name not in known}
    if new:
        known |= dict(zip(new, in_steps(embed(list(new.values()))), strict=True))
        if kept is not None:
            write(kept, model, {name: known[name] for name in names if name not in of_the_project})
    rows = np.stack([known[name] for name in names]).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def name_of(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def in_steps(rows: np.ndarray) -> np.ndarray:
    """(N, 384) int8: each row stretched to its longest part."""
    longest = np.abs(rows).max(axis=1, keepdims=True)
    return np.round(rows / np.where(longest > 0, longest, 1) * STEPS).astype(np.int8)


def read(path: Path, model: str) -> Vectors:
    """What a file knows; nothing when it was made with another model, is missing, or is broken."""
    try:
        with np.load(path, allow_pickle=False) as file:
            same = str(file["model"]) == model
            return dict(zip(file["names"].tolist(), file["rows"], strict=True)) if same else {}
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return {}


def write(path: Path, model: str, vectors: Vectors) -> None:
    names = sorted(vectors)
    new = path.with_suffix(".new")
    with new.open("wb") as file:
        rows = np.stack([vectors[name] for name in names])
        np.savez(file, model=np.array(model), names=np.array(names, np.uint64), rows=rows)
    new.replace(path)


def write_for_the_project() -> None:
    """All sentences of the rule files and of bot/data, embedded where they are not known."""
    from bot.launcher import leave_out

    leave_out()  # Rasa cannot be read without
    from bot.addons.e5_featurizer import MODEL, embed_many
    from bot.addons.phrases import read_phrases, small_talk

    root = OF_THE_PROJECT.parent
    texts = [phrase.text for phrase in read_phrases(root.parent / "triage_rules")] + list(small_talk(root / "data"))
    texts = [" ".join(text.split()) for text in texts]
    rows = vectors_of(texts, embed_many, MODEL)
    write(OF_THE_PROJECT, MODEL, dict(zip(map(name_of, texts), in_steps(rows), strict=True)))
    print(f"{OF_THE_PROJECT.name}: {len(set(texts)):,} sentences")  # noqa: T201 - a command


if __name__ == "__main__":
    write_for_the_project()
