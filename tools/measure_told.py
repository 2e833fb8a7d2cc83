"""How much of what messages say by themselves is read, and how much of what is read is right, by language and fact.

    .venv/bin/python tools/measure_told.py      every language; `sv` after it: one, with each mistake

The messages lie in tests/rules/told/, a file for each language: `about=my-child age=14 | Min dotter på 14 …`.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from portal.settings import ROOT
from portal.triage.facts import Facts
from portal.triage.reader import read_folder
from portal.understanding.told_facts import FactReader
from portal.understanding.told_rules import fact_reader_for

MESSAGES = ROOT / "tests/rules/told"
FACTS = ("about", "age", "when", "roof-tonight", "children-present")


@dataclass
class Count:
    """Facts that messages say, that were read, and that were read right."""

    said: Counter[str] = field(default_factory=Counter)
    read: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    mistakes: list[str] = field(default_factory=list)

    def found(self, fact: str | None = None) -> float:
        """The share of what is said that was read right; 1 when nothing is said."""
        return _share(self.right, self.said, fact)

    def precision(self, fact: str | None = None) -> float:
        """The share of what was read that is right; 1 when nothing was read."""
        return _share(self.right, self.read, fact)

    def add(self, text: str, expected: dict[str, str], facts: Facts) -> None:
        for fact in FACTS:
            value = facts.value(fact)
            got = None if value is None else str(value)
            self.said[fact] += fact in expected
            self.read[fact] += got is not None
            self.right[fact] += got is not None and got == expected.get(fact)
            if got != expected.get(fact):
                self.mistakes.append(f"{fact}: {got} instead of {expected.get(fact)} | {text}")


def _share(part: Counter[str], whole: Counter[str], fact: str | None) -> float:
    of = whole[fact] if fact else whole.total()
    return (part[fact] if fact else part.total()) / of if of else 1.0


def messages(language: str) -> Iterator[tuple[dict[str, str], str]]:
    """Each message of a language with the facts that it says."""
    for line in (MESSAGES / f"{language}.txt").read_text("utf-8").splitlines():
        facts, _, text = line.partition("|")
        yield dict(pair.split("=") for pair in facts.split() if "=" in pair), text.strip()


def languages() -> list[str]:
    return sorted(path.stem for path in MESSAGES.glob("*.txt"))


def measure(language: str, reader: FactReader) -> Count:
    count = Count()
    for expected, text in messages(language):
        count.add(text, expected, reader.read(text))
    return count


def main(arguments: list[str]) -> None:
    reader = fact_reader_for(read_folder(ROOT / "triage_rules"))
    print(f"{'':6} {'messages':>8}  {'all':>10}  " + "  ".join(f"{fact:>16}" for fact in FACTS))
    print(f"{'':6} {'':8}  {'right found':>10}")
    for language in arguments or languages():
        count = measure(language, reader)
        cells = [f"{count.precision(fact):>10.0%} {count.found(fact):>5.0%}" for fact in (None, *FACTS)]
        print(f"{language:6} {len(list(messages(language))):>8}  " + "  ".join(cells))
        if arguments:
            print("\n".join(count.mistakes))


if __name__ == "__main__":
    main(sys.argv[1:])
