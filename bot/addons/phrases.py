"""Example sentences for the bot, read from the editors' rule files. Knows nothing of Rasa.

Every sentence belongs to one *leaf*: `home.violence`, `home` (the topic as a whole), `outside.parking`, or the
name of an intent of its own. The leaf is what the topic model learns; the intent is what the dialogue sees. The
danger model learns the *signal*: what a message warns of, if anything.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

DANGER = "possible_danger"
NO_DANGER = "no_danger"  # sounds like danger and is none; teaches the danger model, and nothing else
OUTSIDE = "outside"
TOPIC = "topic_"
LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # the first is written in C: half a second instead of six


class BrokenRuleFile(ValueError):
    """A rule file has another shape than the bot can read; says which file and what is wrong."""


@dataclass(frozen=True)
class Phrase:
    """One example sentence, and the danger signal that it tells of, or None."""

    text: str
    intent: str
    leaf: str
    signal: str | None = None


def read_phrases(folder: Path) -> list[Phrase]:
    """All sentences under a rules folder; a text that stands in several files counts where it is first.

    The order is topics, dangers, outside matters. Topics whose button is a danger signal tell of that danger.
    """
    linked = linked_signals(folder)
    found: dict[str, Phrase] = {}
    for phrase in itertools.chain(topic_phrases(folder), danger_phrases(folder), outside_phrases(folder)):
        found.setdefault(" ".join(phrase.text.casefold().split()), phrase)
    return [replace(phrase, signal=phrase.signal or linked.get(phrase.leaf)) for phrase in found.values()]


def linked_signals(folder: Path) -> dict[str, str]:
    """Leaves whose button is itself a danger signal, and the signal."""
    return {leaf: path.stem for path, file in rule_files(folder / "danger") for leaf in file.get("topics") or []}


def topic_phrases(folder: Path) -> Iterator[Phrase]:
    for path, file in rule_files(folder / "topics"):
        topic = path.stem
        for text in sentences(path, file.get("phrases")):
            yield Phrase(text, TOPIC + topic, topic)
        for part in file.get("subtopics") or []:
            for text in sentences(path, part.get("phrases")):
                yield Phrase(text, TOPIC + topic, f"{topic}.{part.get('id')}")


def danger_phrases(folder: Path) -> Iterator[Phrase]:
    """What people in danger write, and what only sounds like it. The patterns are the portal's, and teach nothing."""
    for path, file in rule_files(folder / "danger"):
        signal = file.get("signal")
        for text in sentences(path, file.get("messages")):
            yield Phrase(text, DANGER, DANGER, signal) if signal else Phrase(text, NO_DANGER, NO_DANGER)


def outside_phrases(folder: Path) -> Iterator[Phrase]:
    for path, file in rule_files(folder / "outside"):
        for text in sentences(path, file.get("phrases")):
            yield Phrase(text, OUTSIDE, f"{OUTSIDE}.{path.stem}")


def small_talk(folder: Path) -> Iterator[str]:
    """What people say to the bot itself: the examples of Rasa's own files in this folder."""
    for path in sorted(folder.glob("*.yml")):
        for block in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("nlu", []):
            for line in str(block["examples"]).splitlines():
                if text := line.strip().removeprefix("-").strip():
                    yield text


def sentences(path: Path, by_language: Any) -> Iterator[str]:
    """The texts of a `phrases:` or `messages:` block, whatever the language."""
    if by_language is None or by_language == "":
        return
    if not isinstance(by_language, dict):
        raise BrokenRuleFile(f"{path}: phrases and messages must be lists under a language, such as sv:")
    for language, texts in by_language.items():
        if not isinstance(texts or [], list):
            raise BrokenRuleFile(f"{path}: what stands under {language} must be a list, one sentence after each dash")
        for text in texts or []:
            if not isinstance(text, str):
                raise BrokenRuleFile(f"{path}: under {language}, {text!r} must be one sentence; put it in quotes")
            if text.strip():
                yield text.strip()


def rule_files(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every YAML file of a folder, in the order of names. All scalars are read as text: `no` is a word here."""
    for path in sorted(folder.glob("*.yaml")):
        try:
            file = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            where = getattr(error, "problem_mark", None)
            line = f" near line {where.line + 1}" if where else ""
            raise BrokenRuleFile(f"{path}: cannot be read as YAML{line}") from error
        if not isinstance(file, dict):
            raise BrokenRuleFile(f"{path}: is empty or not a list of names and values")
        yield path, file
