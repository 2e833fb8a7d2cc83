"""Twenty thousand damaged rule files: each is read, or refused at a line that exists. Never a traceback."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest
import yaml

from portal.settings import ROOT
from portal.triage.engine import decide
from portal.triage.facts import Facts, from_codes
from portal.triage.questions import next_question
from portal.triage.reader import RuleError, RuleFile, RuleFilesInvalid, assemble, read_file, read_source
from portal.triage.ruleset import Ruleset
from portal.triage.yaml_problems import lines_of
from portal.triage.yaml_source import Path
from portal.understanding.danger_rules import phrase_errors
from tests.unit.triage.conftest import small_content
from tests.unit.triage.test_reader import HOUSING
from tests.unit.triage.test_schema import VALUES, mutated, places

SEED = 20_260_123
SMALL_MUTANTS, SHIPPED_MUTANTS = 9_000, 500
SENTENCES_KEPT = 3
BATCHES = 10
MOMENTS = [datetime(2026, 3, 10, 10, 0), datetime(2026, 12, 24, 23, 59)]
SPECIALS = [*"{}[]:-#&*!|>'\"%@`,?~=\\\t\n\r ", ": ", "- ", " #", "<<: ", "---\n", "...\n", "&a ", "*a", "!!int ",
            "\x00", "\x07", "\x85", "\u2028", "\ufeff", "\u202e", "😀", "å", "!x ", "\\u0000", '"\\ud800"', "yes",
            "true", "null", ".nan", "1e999", "9" * 40, "2026-02-30", "25:00", "[" * 30, "{a: " * 25]  # fmt: skip

Chance = random.Random
Mutation = Callable[[str, Chance], str]


def somewhere(text: str, chance: Chance) -> int:
    return chance.randrange(len(text) + 1)


def insert(text: str, chance: Chance) -> str:
    at = somewhere(text, chance)
    return text[:at] + chance.choice(SPECIALS) + text[at:]


def overwrite(text: str, chance: Chance) -> str:
    at = somewhere(text, chance)
    return text[:at] + chance.choice(SPECIALS) + text[at + 1 :]


def delete(text: str, chance: Chance) -> str:
    at = somewhere(text, chance)
    return text[:at] + text[at + chance.choice((1, 1, 2, 5, 30)) :]


def truncate(text: str, chance: Chance) -> str:
    return text[: somewhere(text, chance)]


def on_lines(change: Callable[[list[str], int, Chance], None]) -> Mutation:
    def mutation(text: str, chance: Chance) -> str:
        lines = text.split("\n")
        change(lines, chance.randrange(len(lines)), chance)
        return "\n".join(lines)

    return mutation


def drop_line(lines: list[str], at: int, _chance: Chance) -> None:
    del lines[at]


def double_line(lines: list[str], at: int, _chance: Chance) -> None:
    lines.insert(at, lines[at])


def move_line(lines: list[str], at: int, chance: Chance) -> None:
    line = lines.pop(at)
    lines.insert(chance.randrange(len(lines) + 1), line)


def indent_line(lines: list[str], at: int, chance: Chance) -> None:
    lines[at] = chance.choice((" ", "  ", "    ", "\t")) + lines[at]


def dedent_line(lines: list[str], at: int, chance: Chance) -> None:
    lines[at] = lines[at][chance.choice((1, 2, 4)) :]


def swap_values(lines: list[str], at: int, chance: Chance) -> None:
    other = chance.randrange(len(lines))
    key, colon, value = lines[at].partition(":")
    other_key, other_colon, other_value = lines[other].partition(":")
    if colon and other_colon:
        lines[at], lines[other] = f"{key}:{other_value}", f"{other_key}:{value}"


def new_value(lines: list[str], at: int, chance: Chance) -> None:
    key, colon, _ = lines[at].partition(":")
    lines[at] = f"{key}{colon} {chance.choice(VALUES)}"


TEXT_MUTATIONS: list[Mutation] = [
    insert,
    overwrite,
    delete,
    truncate,
    *map(on_lines, (drop_line, double_line, move_line, indent_line, dedent_line, swap_values, new_value)),
]


def nudged(data: Any, chance: Chance) -> Any:
    """The same data with one value a little different: a character, a number, or the value of another place."""
    data = deepcopy(data)
    leaves = [path for path in places(data) if path and not isinstance(value_at(data, path), dict | list)]
    if not leaves:
        return data
    path = chance.choice(leaves)
    value = value_at(data, path)
    if chance.random() < 0.4:
        value = value_at(data, chance.choice(leaves))
    elif isinstance(value, str):
        value = chance.choice((insert, overwrite, delete))(value, chance)
    elif isinstance(value, int | float):
        value = value + chance.choice((-1, 1, 1000)) if not isinstance(value, bool) else not value
    value_at(data, path[:-1])[path[-1]] = value
    return data


def value_at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def damaged(text: str, data: Any, chance: Chance) -> bytes:
    """A file's bytes after one to three mutations of its text, or of its data."""
    if chance.random() < 0.5:
        for _ in range(chance.choice((1, 1, 2))):
            if isinstance(data, dict | list) and data:
                data = chance.choice((mutated, nudged, nudged))(data, chance)
        text = yaml.dump(data, Dumper=Plain, allow_unicode=True, sort_keys=False)
    else:
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            text = chance.choice(TEXT_MUTATIONS)(text, chance)
    written = text.encode("utf-8", errors="surrogatepass")
    if chance.random() < 0.02:
        at = chance.randrange(len(written) + 1)
        written = written[:at] + bytes([chance.randrange(256)]) + written[at:]
    return written


class Plain(yaml.SafeDumper):
    """Writes the same thing twice instead of pointing to it."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


BUSY = """\
exceptions:
  - {date: 2026-12-24, hours: ["10:00-14:00", "20:00-24:00"]}
  - {date: 2026-12-31, hours: []}
valid: {from: 2025-02-01, to: 2026-12-31}
fallback_when_closed: on-call
areas: [north, south]
rules:
  - id: housing-any
    if:
      topic: [home, housing.rent]
      any: [{age: about 10-25}, {not: {about: place, as: private}}, {any: [{when: now}, {when: [soon, today]}]}]
    valid: {from: 2025-02-01, to: 2026-12-31}
"""
"""What the small file of the other tests does without, in place of its own rule."""


def small_texts() -> dict[str, str]:
    texts = {name: yaml.dump(data, Dumper=Plain, sort_keys=False) for name, data in small_content().items()}
    plain = HOUSING[HOUSING.index("rules:") : HOUSING.index("    suggest:")]
    return texts | {"services/housing.yaml": HOUSING.replace(plain, BUSY)}


def shipped_texts() -> dict[str, str]:
    folder = ROOT / "triage_rules"
    files = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.yaml")}
    return {name: with_short_lists(text) for name, text in files.items()}


def with_short_lists(text: str) -> str:
    """The text with three sentences a language: hundreds more of the same kind take minutes and show nothing new."""
    kept, item, count = [], "", 0
    for line in text.splitlines(keepends=True):
        if language := re.fullmatch(r"( +)[a-z]{2,3}(-[A-Z]{2})?:\n", line):
            item, count = f"{language[1]}  - ", 0
        listed = bool(item) and line.startswith(item)
        count += listed
        if not listed or count <= SENTENCES_KEPT:
            kept.append(line)
    return "".join(kept)


def situations(rules: Ruleset) -> list[Facts]:
    topics = rules.topic_ids()
    return [
        Facts(),
        from_codes({"topics": [topics[-1]], "age": 17, "when": "now", "about": "my-child", "children-present": "yes"}),
        from_codes({"topics": topics[:2], "signals": list(rules.dangers)[:1], "as": "professional"}),
    ]


def use(rules: Ruleset) -> None:
    """Asks everything of a rule set that a page would ask."""
    for facts in situations(rules):
        for moment in MOMENTS:
            assert decide(rules, facts, moment).suggestions is not None
        next_question(rules, facts, MOMENTS[0])


def read_damaged(name: str, written: bytes, others: Mapping[str, RuleFile]) -> list[RuleError]:
    """What is wrong with a damaged file among sound ones; nothing when its rules can be used."""
    try:
        source = read_source(name, written)
        file = read_file(name, source)
        rules = assemble({**others, name: file})
    except RuleFilesInvalid as refused:
        return refused.errors
    if not (errors := phrase_errors({name: source})):
        use(rules)
    return errors


def check_place(error: RuleError, name: str, written: bytes, others: Mapping[str, RuleFile]) -> None:
    """An error points into a file that exists, and speaks our language."""
    text = written.decode("utf-8", errors="replace") if error.file == name else others[error.file].source.text
    lines = lines_of(text.removeprefix("\ufeff"))
    assert 1 <= error.line <= len(lines)
    assert 0 <= error.column <= len(lines[error.line - 1]) + 1
    told = str(error)
    assert told.startswith(f"{error.file}, line {error.line}")
    for word in ("Input should", "pydantic", "while parsing", "while scanning", "Value error", "<several>", "None"):
        assert word not in error.says.replace(repr(word), "") or word in text


@pytest.mark.parametrize("batch", range(BATCHES))
@pytest.mark.parametrize(("texts", "count"), [(small_texts, SMALL_MUTANTS), (shipped_texts, SHIPPED_MUTANTS)])
def test_a_damaged_file_is_read_or_refused_at_a_line_that_exists(
    batch: int, texts: Callable[[], dict[str, str]], count: int
) -> None:
    chance = Chance(SEED + batch)
    written_texts = texts()
    sound = {name: read_file(name, read_source(name, text.encode())) for name, text in written_texts.items()}
    assemble(sound)
    ended: Counter[str] = Counter()
    for number in range(count // BATCHES):
        name = chance.choice(sorted(written_texts))
        written = damaged(written_texts[name], deepcopy(sound[name].source.data), chance)
        errors = read_damaged(name, written, sound)
        for error in errors:
            check_place(error, name, written, sound)
        ended["refused" if errors else "sound"] += 1
        assert errors is not None, f"mutant {number} of {name}"
    assert min(ended["refused"], ended["sound"]) > count // BATCHES // 20, ended
