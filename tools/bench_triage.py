"""`make bench-triage`: one decision by our engine, by GoRules' ZEN Engine and by a plain loop, side by side.

    .venv/bin/python tools/bench_triage.py [--dense] [--repeats 9]

The same synthetic rules and the same situations for all three; the rules that hold are checked to be the same before
anything is timed. ZEN answers which rows of a decision table hold. Ours answers more: three values, danger, urgency,
ranked services with opening hours and languages, and all reasons, each of which is read. With more rules there are
more topics, as in a rule set that grows; `--dense` keeps to the topics of the small one, so that ten times as many
rules hold at once.
"""

import argparse
import gc
import json
import random
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import yaml
import zen

from portal.triage.conditions import TRUE
from portal.triage.engine import Decision, decide
from portal.triage.facts import ABOUT, WHEN, Facts, from_codes
from portal.triage.reader import build
from portal.triage.ruleset import Ruleset
from portal.triage.yaml_source import Source, parse

SIZES = (50, 200, 2000)
SITUATIONS = 400
MOMENT = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
AREAS = [f"area-{number}" for number in range(20)]
COLUMNS = ("topic", "age", "about", "area", "when")
OFFICE = {"mon-fri": ["08:00-16:30"]}


@dataclass(frozen=True)
class Sizes:
    """How large a rule set is: rules, services, topics with five parts each."""

    rules: int
    services: int
    topics: int


def sizes_of(rules: int, *, dense: bool) -> Sizes:
    services = {50: 10, 200: 25}.get(rules, 60)
    return Sizes(rules, services, 10 if dense else max(4, rules // 13))


def make_blocks(sizes: Sizes, rng: random.Random) -> list[dict[str, Any]]:
    """Conditions as editors write them: a topic or three, and often an age, who it is about, an area, when."""
    topics = topic_ids(sizes)
    blocks = []
    for _ in range(sizes.rules):
        block: dict[str, Any] = {"topic": rng.sample(topics, rng.choice([1, 1, 2, 3]))}
        if rng.random() < 0.4:
            low = rng.randrange(0, 40)
            block["age"] = f"{rng.choice(['', 'about '])}{low}-{low + rng.randrange(5, 40)}"
        for key, share, values, number in (("about", 0.3, ABOUT, 2), ("area", 0.2, AREAS, 3), ("when", 0.2, WHEN, 2)):
            if rng.random() < share:
                block[key] = rng.sample(list(values), number)
        blocks.append(block)
    return blocks


def topic_ids(sizes: Sizes) -> list[str]:
    return [f"topic-{number}.part-{part}" for number in range(sizes.topics) for part in range(5)]


def make_content(sizes: Sizes, blocks: Sequence[dict[str, Any]], rng: random.Random) -> dict[str, Any]:
    """Rule files around the blocks: every rule belongs to a service with hours, languages and a stand-in."""
    always = {"if": {}, "suggest": "possible", "because": "Alltid."}
    services = {
        "emergency-112": _service("emergency-112", 1, [{"id": "in-danger", "if": {"signal": "violence"}}], "always"),
        "on-call": _service("on-call", 2, [{"id": "on-call-always", **always}], "always"),
        "reception": _service("reception", 9000, [{"id": "reception-always", **always}], OFFICE),
    }
    for number in range(sizes.services):
        slug = f"service-{number}"
        services[slug] = _service(slug, 10 + number, [], OFFICE, languages=rng.sample(["sv", "en", "ar"], 2))
    slugs = [slug for slug in services if slug.startswith("service-")]
    for number, block in enumerate(blocks):
        rule = {"id": f"r{number}", "if": block, "suggest": rng.choice(["strong", "good", "possible"])}
        if rng.random() < 0.3:
            rule["urgency"] = rng.choice(["today", "soon"])
        services[rng.choice(slugs)]["rules"].append({**rule, "because": f"Regel {number}."})
    used = {slug: service for slug, service in services.items() if service["rules"]}
    return {**_frame(sizes), **{f"services/{slug}.yaml": service for slug, service in used.items()}}


def _service(slug: str, order: int, rules: list[dict[str, Any]], hours: Any, **more: Any) -> dict[str, Any]:
    return {
        "service": slug,
        "kind": "service",
        "name": slug,
        "order": order,
        "summary": "Hjälper.",
        "about": "Hjälper.",
        "for": "Alla.",
        "assessment_required": "no",
        "channels": [{"kind": "form"}],
        "hours": hours,
        "source": "benchmark",
        "rules": [{"suggest": "good", "because": "Därför.", **rule} for rule in rules],
        **({"fallback_when_closed": "on-call"} if order >= 10 else {}),
        **more,
    }


def _frame(sizes: Sizes) -> dict[str, Any]:
    """Everything a rule set has beside services, as small as it may be."""
    line = {"slug": "emergency-112", "name": "SOS", "number": "112", "for": "Fara.", "source": "benchmark"}
    topics = {
        f"topics/topic-{number}.yaml": {
            "topic": f"topic-{number}",
            "label": f"Ämne {number}",
            "order": number,
            "subtopics": [{"id": f"part-{part}", "label": f"Del {part}"} for part in range(5)],
        }
        for number in range(sizes.topics)
    }
    return {
        "municipality.yaml": {
            "slug": "bench",
            "name": "Mätstad",
            "live": False,
            "time_zone": "Europe/Stockholm",
            "exit_url": "https://example.org/",
            "contact_centre": {"name": "Kontaktcenter", "phone": "112", "hours": OFFICE},
            "safe_word": "HJÄLP",
            "answer_within": {"emergency": 1, "today": 4, "soon": 16, "planned": 40},
            "adult_from_age": 18,
            "code_valid_days": 90,
            "helplines": [{**line, "hours": "always"}],
        },
        "areas.yaml": {"areas": [{"slug": area, "name": area, "source": "benchmark"} for area in AREAS]},
        "languages.yaml": {
            "languages": [
                {"tag": tag, "name": tag, "locale": tag, "catalogue": tag, "dir": "ltr", "status": "source"}
                for tag in ("sv", "en", "ar")
            ]
        },
        "questions.yaml": {"questions": [{"fact": "area", "ask": "Var?", "why": "Då vet vi."}]},
        "danger/calm.yaml": {"phrases": {"sv": ["på film"]}},
        "danger/violence.yaml": {
            "signal": "violence",
            "label": "Våld",
            "order": 1,
            "card": {"title": "Ring 112", "lines": ["Säg var du är."], "helplines": ["emergency-112"]},
            "staff": "Ring.",
            "phrases": {"sv": ["slår mig nu"]},
        },
        "outside/parking.yaml": {"matter": "parking", "label": "P", "turn_to": "Ring.", "phrases": {"sv": ["p-bot"]}},
        "examples/none.yaml": {
            "examples": [{"name": "Ingen vet", "facts": {"about": "self"}, "expect": {"urgency": "planned"}}]
        },
        **topics,
    }


def make_table(blocks: Sequence[dict[str, Any]]) -> str:
    """The same conditions as a ZEN decision table that collects every row that holds."""
    rows = []
    for number, block in enumerate(blocks):
        cells = {key: ", ".join(json.dumps(value) for value in block.get(key, ())) for key in COLUMNS if key != "age"}
        low, _, high = block.get("age", "").removeprefix("about ").partition("-")
        rows.append({"_id": f"r{number}", **cells, "age": f"[{low}..{high}]" if high else "", "rule": f'"r{number}"'})
    content = {
        "hitPolicy": "collect",
        "inputs": [{"id": key, "name": key, "field": key} for key in COLUMNS],
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "rules": rows,
    }
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
        {"id": "table", "type": "decisionTableNode", "name": "t", "position": {"x": 0, "y": 0}, "content": content},
        {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 0, "y": 0}},
    ]
    edges = [
        {"id": "1", "sourceId": "in", "targetId": "table", "type": "edge"},
        {"id": "2", "sourceId": "table", "targetId": "out", "type": "edge"},
    ]
    return json.dumps({"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges})


def make_situations(sizes: Sizes, rng: random.Random) -> list[dict[str, Any]]:
    """Facts with everything known, keys as in the table's columns."""
    topics = topic_ids(sizes)
    return [
        {
            "topic": rng.choice(topics),
            "age": rng.randrange(0, 80),
            "about": rng.choice(ABOUT),
            "area": rng.choice(AREAS),
            "when": rng.choice(WHEN),
        }
        for _ in range(SITUATIONS)
    ]


def as_facts(situation: dict[str, Any]) -> Facts:
    codes = {key: value for key, value in situation.items() if key != "topic"}
    return from_codes({**codes, "topics": [situation["topic"]], "language": "sv"})


def read_reasons(decision: Decision) -> int:
    """Everything a page could show of a decision."""
    return sum(len(suggestion.reasons) for suggestion in decision.suggestions)


def rules_that_hold(decision: Decision) -> set[str]:
    return {reason.rule for suggestion in decision.suggestions for reason in suggestion.reasons if reason.certain} - {
        "on-call-always",
        "reception-always",
    }


def microseconds(run: Callable[[], object], calls: int, repeats: int) -> float:
    """The median over the repeats of the time of one call."""
    times = []
    for _ in range(repeats):
        gc.collect()
        started = time.perf_counter()
        run()
        times.append((time.perf_counter() - started) / calls * 1e6)
    return median(times)


def seconds(run: Callable[[], object], repeats: int = 3) -> float:
    return microseconds(run, 1, repeats) / 1e6


def measure(rules: int, *, dense: bool, repeats: int) -> dict[str, float]:
    """All figures for one size. Raises AssertionError when the engines do not agree."""
    rng = random.Random(rules)  # noqa: S311 - the same rules in every run
    sizes = sizes_of(rules, dense=dense)
    blocks = make_blocks(sizes, rng)
    content = make_content(sizes, blocks, rng)
    text = {name: yaml.safe_dump(data, allow_unicode=True) for name, data in content.items()}
    table = make_table(blocks)
    ruleset = build({name: Source(data, {}) for name, data in content.items()})
    situations = make_situations(sizes, rng)
    facts = [as_facts(situation) for situation in situations]
    zen_decision = zen.ZenEngine().create_decision(table)

    matching = 0
    for situation, known in zip(situations, facts, strict=True):
        by_zen = {row["rule"] for row in zen_decision.evaluate(situation)["result"]}
        by_loop = {rule.id for rule in ruleset.rules if rule.id in by_zen or _holds(rule, known)}
        ours = rules_that_hold(decide(ruleset, known, MOMENT))
        if not ours == by_zen == by_loop - {"on-call-always", "reception-always"}:
            raise AssertionError(f"{situation}: ZEN {by_zen}, ours {ours}")
        matching += len(by_zen)

    return {
        "rules": rules,
        "hold": matching / len(facts),
        "zen": microseconds(lambda: [zen_decision.evaluate(s) for s in situations], len(facts), repeats),
        "loop": microseconds(lambda: [[_holds(r, f) for r in ruleset.rules] for f in facts], len(facts), repeats),
        "decide": microseconds(lambda: [decide(ruleset, f, MOMENT) for f in facts], len(facts), repeats),
        "reasons": microseconds(lambda: [read_reasons(decide(ruleset, f, MOMENT)) for f in facts], len(facts), repeats),
        "bytes": _peak_bytes(ruleset, facts),
        "zen_load": seconds(lambda: zen.ZenEngine().create_decision(table)),
        "load": seconds(lambda: build({name: Source(data, {}) for name, data in content.items()})),
        "load_yaml": seconds(lambda: build({name: parse(written) for name, written in text.items()}), 1),
    }


def _holds(rule: Any, facts: Facts) -> bool:
    return bool(rule.condition.truth(facts) == TRUE)


def _peak_bytes(ruleset: Ruleset, facts: Sequence[Facts]) -> float:
    """The most memory that one decision holds at once, the mean over the situations."""
    peaks = []
    for known in facts[:50]:
        decide(ruleset, known, MOMENT)
        tracemalloc.start()
        decide(ruleset, known, MOMENT)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    return sum(peaks) / len(peaks)


def main() -> None:
    reader = argparse.ArgumentParser(description="Measure the triage engine beside others.")
    reader.add_argument("--dense", action="store_true", help="as many topics at 2,000 rules as at 200")
    reader.add_argument("--repeats", type=int, default=9)
    options = reader.parse_args()
    found = [measure(rules, dense=options.dense, repeats=options.repeats) for rules in SIZES]
    print("A decision, in microseconds (median of repeats):")
    print(" rules  hold     ZEN  plain loop  decide  with reasons  ZEN/ours  bytes held")
    for row in found:
        print(
            f"{row['rules']:6.0f} {row['hold']:5.1f} {row['zen']:7.0f} {row['loop']:11.0f} {row['decide']:7.1f}"
            f" {row['reasons']:13.1f} {row['zen'] / row['reasons']:9.0f} {row['bytes']:11.0f}"
        )
    print(f"2,000 rules against 200, with reasons: {found[2]['reasons'] / found[1]['reasons']:.2f} times the time")
    print("\nLoading and compiling, in seconds:")
    print(" rules     ZEN  published rules  rule files (YAML)")
    for row in found:
        print(f"{row['rules']:6.0f} {row['zen_load']:7.3f} {row['load']:16.3f} {row['load_yaml']:18.3f}")


if __name__ == "__main__":
    main()
