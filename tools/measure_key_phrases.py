"""How well texts are routed with the bot stopped: every key phrase, read by what the others teach.

    .venv/bin/python tools/measure_key_phrases.py

A fifth of the phrases is held back at a time. They are short and unlike each other on purpose, so whole messages do
better.
"""

import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from portal.settings import ROOT
from portal.triage.reader import read_folder
from portal.triage.ruleset import Ruleset
from portal.understanding.key_phrases import OUTSIDE, Recognised, compile_key_phrases, phrases_in, topic_of
from portal.understanding.reading import MOST_OFFERED, OUTSIDE_WITHOUT_BOT, SURE_WITHOUT_BOT, WORTH_OFFERING_WITHOUT_BOT

FOLDS = 5
SEED = 20_261_122


@dataclass
class Count:
    """What became of phrases about our topics, and of phrases about outside matters."""

    ours: int = 0
    taken: int = 0
    taken_right: int = 0
    offered_right: int = 0
    first: int = 0
    lost: int = 0
    outside: int = 0
    outside_found: int = 0

    def add(self, name: str, found: Recognised) -> None:
        is_outside = found.outside_probability >= OUTSIDE_WITHOUT_BOT
        if name.startswith(OUTSIDE):
            self.outside += 1
            self.outside_found += is_outside
            return
        topics = [topic_of(topic) for topic, sure in found.topics[:MOST_OFFERED] if sure >= WORTH_OFFERING_WITHOUT_BOT]
        sure = bool(found.topics) and found.topics[0][1] >= SURE_WITHOUT_BOT and not is_outside
        self.ours += 1
        self.lost += is_outside
        self.taken += sure
        self.taken_right += sure and topics[:1] == [topic_of(name)]
        self.first += bool(found.topics) and topic_of(found.topics[0][0]) == topic_of(name)
        self.offered_right += not is_outside and topic_of(name) in topics


def by_language(ruleset: Ruleset) -> Iterator[tuple[str, str, str]]:
    """(language, phrase, what it is about) for every phrase."""
    for name, text, language in phrases_in(ruleset):
        yield language, text, name


def measure(ruleset: Ruleset) -> dict[str, Count]:
    phrases = list(by_language(ruleset))
    random.Random(SEED).shuffle(phrases)  # noqa: S311 - the same folds each time
    counts: dict[str, Count] = defaultdict(Count)
    for fold in range(FOLDS):
        known = compile_key_phrases(
            (text, name) for number, (_, text, name) in enumerate(phrases) if number % FOLDS != fold
        )
        for language, text, name in phrases[fold::FOLDS]:
            found = known.read(text)
            counts[language].add(name, found)
            counts["all"].add(name, found)
    return counts


def main() -> None:
    print("language  phrases  first  taken  right  among offered | outside  found  ours taken for outside")
    for language, count in sorted(measure(read_folder(ROOT / "triage_rules")).items()):
        print(
            f"{language:8} {count.ours:8} {count.first / count.ours:6.0%} {count.taken / count.ours:6.0%}"
            f" {count.taken_right / max(count.taken, 1):6.0%} {count.offered_right / count.ours:14.0%} |"
            f" {count.outside:7} {count.outside_found / count.outside:6.0%} {count.lost / count.ours:23.1%}"
        )


if __name__ == "__main__":
    main()
