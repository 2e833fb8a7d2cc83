"""`make measure`: how well messages are understood that nothing has learnt from, beside two simpler ways.

    .venv/bin/python tools/measure_understanding.py [sv ar …] [--without-baselines] [--verbose] [--worst 10]

The messages of tests/understanding/messages go through `/api/v1/triage` as anybody's would, with the real bot, on a
Tuesday at ten. The two baselines of bot/baselines.py learn from the same phrases; they say topics and danger, and the
portal's engine, with the facts that the portal reads in the text, makes services of them. The tables are Markdown.
"""

import argparse
import base64
import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flask.testing import FlaskClient
from machine import MachineProblem
from setup_environment import ROOT, base_python
from terminal import run_main, say
from understanding_scores import (
    COMPARED,
    FACTS,
    MISTAKES,
    OF_DANGER,
    OF_SERVICES,
    Answer,
    Measure,
    Message,
    Pairs,
    confusions,
    count_facts,
    read_messages,
    share,
)

from bot import start
from portal import clock
from portal.api.ranked import ranked
from portal.app import create_app
from portal.records.migrations import upgrade
from portal.settings import Settings
from portal.triage.engine import decide
from portal.triage.reader import read_folder
from portal.triage.ruleset import Ruleset
from portal.understanding.bot import Bot
from portal.understanding.danger import SAFE_WORD_SIGNAL
from portal.understanding.reading import MOST_OFFERED
from portal.understanding.told_rules import told_facts

MESSAGES = ROOT / "tests" / "understanding" / "messages"
RULES = ROOT / "triage_rules"
MOMENT = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)  # a Tuesday, ten o'clock in Sweden: what is open answers
READY_WITHIN = 180  # seconds, a training included
OURS = "ours"
DANGER = "danger"
BASELINES = {"rasa": "Rasa's sparse pipeline", "nearest": "the nearest phrase"}


# --- the portal and its bot ----------------------------------------------------------------------------------------


@contextlib.contextmanager
def running_bot(secret: str) -> Iterator[str]:
    """The address of a real bot, which ends with the block."""
    url = f"http://127.0.0.1:{free_port()}"
    process = subprocess.Popen(
        [base_python(), str(ROOT / "bot" / "start.py")],
        env={**os.environ, "BOT_URL": url, "BOT_SECRET": secret},
        stdout=sys.stderr,
    )
    try:
        wait_until_ready(process, Bot(url, secret))
        yield url
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(process: "subprocess.Popen[bytes]", bot: Bot) -> None:
    until = time.monotonic() + READY_WITHIN
    while not bot.ready():
        if process.poll() is not None or time.monotonic() > until:
            raise MachineProblem("The bot did not start. The reason stands above.")
        time.sleep(0.3)


@contextlib.contextmanager
def running_portal() -> Iterator[FlaskClient]:
    """The whole portal on an empty database, its clock stopped."""
    secret = secrets.token_hex(20)
    with running_bot(secret) as url, tempfile.TemporaryDirectory() as folder, clock.freeze(MOMENT):
        settings = Settings(
            secret_key=secrets.token_hex(20),
            content_key=base64.b64encode(secrets.token_bytes(32)).decode(),
            bot_secret=secret,
            bot_url=url,
            database_url=f"sqlite:///{folder}/portal.db",
            var_folder=Path(folder),
            rate_limits=False,
        )
        upgrade(settings.database_url)
        yield create_app(settings).test_client()


def ask(portal: FlaskClient, message: Message) -> Answer:
    """What `/api/v1/triage` answers to the message."""
    response = portal.post("/api/v1/triage", json={"text": message.text})
    if response.status_code != 200:
        raise MachineProblem(f"The portal answered {response.status_code} to {message.id}.")
    got = response.get_json()
    return Answer(
        services=tuple(service["slug"] for service in got["services"]),
        topics=tuple(topic["id"] for topic in got["topics"]),
        certain=frozenset(danger["signal"] for danger in got["danger"] if danger["level"] == "certain"),
        possible=frozenset(danger["signal"] for danger in got["danger"] if danger["level"] == "possible"),
        outside=got["outside"],
        urgency=got["urgency"],
        language=got["language"],
        facts=got["facts"],
        understood=got["understood"],
    )


# --- the baselines -------------------------------------------------------------------------------------------------


def ask_baseline(name: str, messages: list[Message], ruleset: Ruleset) -> list[Answer]:
    """What a baseline makes of the messages; it learns and answers in the bot's environment."""
    texts = json.dumps([message.text for message in messages])
    command = [str(start.PYTHON), "-m", "bot.baselines", name]
    done = subprocess.run(
        command, cwd=ROOT, env=start.settings(), input=texts, stdout=subprocess.PIPE, text=True, check=False
    )
    start.sweep()
    if done.returncode != 0:
        raise MachineProblem(f"The baseline {name} could not be measured. The reason stands above.")
    found = json.loads(done.stdout)
    return [answer_from(labels, message, ruleset) for labels, message in zip(found, messages, strict=True)]


def answer_from(labels: list[str], message: Message, ruleset: Ruleset) -> Answer:
    """The engine's answer to labels, likeliest first, and to the facts that the portal reads in the text."""
    if labels[0].startswith("outside"):
        return Answer(outside=True)
    danger, _, signal = labels[0].partition(":")
    topics = [label for label in labels if ruleset.topic_label(label) is not None]
    facts = told_facts(ruleset, message.text, MOMENT, in_danger=danger == DANGER)
    facts = facts.with_fact("topics", frozenset(topics[:1]))
    if danger == DANGER:
        facts = facts.with_fact("signals", frozenset({signal or SAFE_WORD_SIGNAL}))
    decision = decide(ruleset, facts, MOMENT)
    doors = ranked(ruleset, facts, decision, topics[1:MOST_OFFERED], MOMENT)
    return Answer(
        services=tuple(door.service for door, _ in doors),
        topics=tuple(topics),
        certain=frozenset(decision.signals),
        urgency=decision.urgency,
    )


# --- what is printed -----------------------------------------------------------------------------------------------


def percent(part: float | None) -> str:
    return "–" if part is None else f"{part * 100:.0f}"


def by_language(pairs: Pairs) -> dict[str, Pairs]:
    """Pairs of each language, and of all together."""
    found: dict[str, Pairs] = {}
    for message, answer in pairs:
        found.setdefault(message.language, []).append((message, answer))
    return {**found, "**all**": pairs}


def table(head: list[str], rows: list[list[str]]) -> None:
    say("| " + " | ".join(head) + " |\n|---|" + "---:|" * (len(head) - 1))
    for row in rows:
        say("| " + " | ".join(row) + " |")


def print_measures(title: str, measures: Mapping[str, Measure], pairs: Pairs) -> None:
    say(f"\n{title}, in percent\n")
    rows = [
        [language, *(percent(share(measure, some)) for measure in measures.values())]
        for language, some in by_language(pairs).items()
    ]
    table(["", *measures], rows)


def print_facts(pairs: Pairs) -> None:
    """Precision and recall of every fact, by language."""
    say("\nFacts read from the text: right of those read / right of those said, in percent\n")
    rows = []
    for language, some in by_language(pairs).items():
        counts = [count_facts(some, facts) for facts in (*((fact,) for fact in FACTS), FACTS)]
        rows.append([language, *(f"{percent(count.precision)} / {percent(count.recall)}" for count in counts)])
    table(["", *FACTS, "together"], rows)


def print_comparison(found: dict[str, Pairs]) -> None:
    say(f"\nBeside the baselines, in percent: {' / '.join((OURS, *BASELINES.values()))}\n")
    parts = {name: by_language(pairs) for name, pairs in found.items()}
    rows = []
    for language in parts[OURS]:
        cells = [[share(measure, some[language]) for some in parts.values()] for measure in COMPARED.values()]
        rows.append([language, *(" / ".join(map(percent, cell)) for cell in cells)])
    table(["", *COMPARED], rows)


def print_mistakes(pairs: Pairs) -> None:
    for name, (measure, mistake) in MISTAKES.items():
        wrong = [pair for pair in pairs if measure(*pair) is mistake]
        say(f"\n--- {name}: {len(wrong)} ---")
        for message, answer in wrong:
            say(f"{message.id} {message.kind}: {message.text}\n    {told(name, message, answer)}")


def told(name: str, message: Message, answer: Answer) -> str:
    """What was wanted and what came, in codes."""
    topics, services = ", ".join(answer.topics[:2]) or "no topic", ", ".join(answer.services[:3]) or "no service"
    dangers = f"certain {sorted(answer.certain)}, possible {sorted(answer.possible)}"
    return {
        "first service": f"wanted {message.topics} {message.first}; got {topics}; {services}",
        "danger": f"wanted {message.danger}; got {topics}",
        "alarm": dangers,
        "outside": f"wanted {message.outside}; got {topics}",
        "sent away": f"wanted {message.topics}",
        "urgency": f"wanted {message.urgency}; got {answer.urgency}; {topics}; {dangers}; {dict(answer.facts)}",
        "language": f"wanted {message.language}; got {answer.language}",
    }[name]


def print_worst(pairs: Pairs, number: int) -> None:
    say("\nWhere the first service is wrong: topic wanted → what came instead\n")
    rows = [
        [name, str(times), ", ".join(message.id for message in messages[:3])]
        for name, times, messages in confusions(pairs)[:number]
    ]
    table(["", "times", "such as"], rows)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure how well test messages are understood.")
    parser.add_argument("languages", nargs="*", help="tags such as sv; all when left out")
    parser.add_argument("--without-baselines", action="store_true", help="only the portal: a few minutes less")
    parser.add_argument("--verbose", action="store_true", help="list what went wrong")
    parser.add_argument("--worst", type=int, default=10, metavar="N", help="how many confusions to list")
    return parser.parse_args()


def main() -> int:
    chosen = arguments()
    messages = read_messages(MESSAGES, chosen.languages)
    if not messages:
        raise MachineProblem(f"There are no test messages in {', '.join(chosen.languages)}.")
    with running_portal() as portal:
        pairs = [(message, ask(portal, message)) for message in messages]
    print_measures("Services, urgency, outside matters, language", OF_SERVICES, pairs)
    print_measures("Danger found, and false alarms", OF_DANGER, pairs)
    print_facts(pairs)
    print_worst(pairs, chosen.worst)
    if chosen.verbose:
        print_mistakes(pairs)
    if unheard := sum(not answer.understood for _, answer in pairs):
        say(f"\nThe bot did not answer in time to {unheard} of {len(pairs)} messages: they were read without it.")
    if not chosen.without_baselines:
        ruleset = read_folder(RULES)
        found = {name: list(zip(messages, ask_baseline(name, messages, ruleset), strict=True)) for name in BASELINES}
        print_comparison({OURS: pairs, **found})
    return 0


if __name__ == "__main__":
    run_main(main)
