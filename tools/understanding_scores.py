"""What a test message asks for, what it was answered, and whether that is right: the figures of `make measure`."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FACTS = ("age", "about", "when", "roof-tonight", "children-present")


@dataclass(frozen=True)
class Message:
    """One line of tests/understanding/messages; the README there says what each field means."""

    id: str
    language: str
    kind: str
    text: str
    topics: tuple[str, ...]
    first: tuple[str, ...]
    urgency: tuple[str, ...]
    danger: tuple[str, ...]
    outside: str | None
    facts: Mapping[str, Any]

    @property
    def asks_for_service(self) -> bool:
        return bool(self.first) and self.kind in ("scenario", "hard")


@dataclass(frozen=True)
class Answer:
    """What a person gets for a message: services and topics best first, dangers by level, codes of the rest."""

    services: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    certain: frozenset[str] = frozenset()
    possible: frozenset[str] = frozenset()
    outside: bool = False
    urgency: str = ""
    language: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    understood: bool = True

    @property
    def dangers(self) -> frozenset[str]:
        return self.certain | self.possible


Pairs = list[tuple[Message, Answer]]
Measure = Callable[[Message, Answer], bool | None]
"""Whether an answer is right (of a false alarm: whether there was one); None where the message does not count."""


def read_messages(folder: Path, languages: Iterable[str] = ()) -> list[Message]:
    """The test messages, of these languages or of all."""
    wanted = set(languages)
    found = []
    for path in sorted(folder.glob("*.jsonl")):
        if not wanted or path.stem in wanted:
            found += [message_from(json.loads(line)) for line in path.read_text("utf-8").splitlines()]
    return found


def message_from(row: Mapping[str, Any]) -> Message:
    """A message from its line. Raises TypeError for a field too few or too many."""
    fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    return Message(**fields)


def within(number: int, message: Message, answer: Answer) -> bool | None:
    return bool(set(answer.services[:number]) & set(message.first)) if message.asks_for_service else None


def right_first(message: Message, answer: Answer) -> bool | None:
    return (
        set(answer.services[:1]) <= set(message.first) and bool(answer.services) if message.asks_for_service else None
    )


def right_within_three(message: Message, answer: Answer) -> bool | None:
    return within(3, message, answer)


def danger_found(message: Message, answer: Answer) -> bool | None:
    return bool(answer.dangers) if message.danger else None


def danger_certain(message: Message, answer: Answer) -> bool | None:
    return bool(answer.certain) if message.danger else None


def danger_named(message: Message, answer: Answer) -> bool | None:
    return bool(answer.dangers & set(message.danger)) if message.danger else None


def alarm_on(*kinds: str, certain: bool = False) -> Measure:
    """False alarms on messages of these kinds that tell of no danger."""

    def alarm(message: Message, answer: Answer) -> bool | None:
        counts = message.kind in kinds and not message.danger
        return bool(answer.certain if certain else answer.dangers) if counts else None

    return alarm


def outside_recognised(message: Message, answer: Answer) -> bool | None:
    return answer.outside if message.kind == "outside" else None


def sent_away(message: Message, answer: Answer) -> bool | None:
    return answer.outside if message.outside is None else None


def urgency_right(message: Message, answer: Answer) -> bool | None:
    return answer.urgency in message.urgency if message.kind != "outside" else None


def language_right(message: Message, answer: Answer) -> bool | None:
    return answer.language == message.language


COMPARED: dict[str, Measure] = {
    "first": right_first,
    "in three": right_within_three,
    "danger": danger_found,
    "near": alarm_on("near-miss"),
    "outside": outside_recognised,
}
OF_SERVICES: dict[str, Measure] = {
    "first": right_first,
    "in three": right_within_three,
    "urgency": urgency_right,
    "outside": outside_recognised,
    "sent away": sent_away,
    "language": language_right,
}
OF_DANGER: dict[str, Measure] = {
    "found": danger_found,
    "certain": danger_certain,
    "right one": danger_named,
    "near": alarm_on("near-miss"),
    "near, certain": alarm_on("near-miss", certain=True),
    "calm": alarm_on("calm"),
    "calm, certain": alarm_on("calm", certain=True),
    "others": alarm_on("scenario", "hard"),
    "others, certain": alarm_on("scenario", "hard", certain=True),
}
MISTAKES: dict[str, tuple[Measure, bool]] = {
    "first service": (right_first, False),
    "danger": (danger_found, False),
    "alarm": (alarm_on("near-miss", "calm", "scenario", "hard"), True),
    "outside": (outside_recognised, False),
    "sent away": (sent_away, True),
    "urgency": (urgency_right, False),
    "language": (language_right, False),
}
"""What `--verbose` lists: each measure, and which of its answers is the mistake."""


def share(measure: Measure, pairs: Pairs) -> float | None:
    """How often it is so, 0 to 1; None where no message counts."""
    found = [so for message, answer in pairs if (so := measure(message, answer)) is not None]
    return sum(found) / len(found) if found else None


@dataclass
class FactCount:
    """How often a fact is said in messages, was read, and was read right."""

    said: int = 0
    read: int = 0
    right: int = 0

    def add(self, said: object, read: object) -> None:
        self.said += said is not None
        self.read += read is not None
        self.right += read is not None and said == read

    @property
    def precision(self) -> float | None:
        return self.right / self.read if self.read else None

    @property
    def recall(self) -> float | None:
        return self.right / self.said if self.said else None


def count_facts(pairs: Pairs, facts: Iterable[str] = FACTS) -> FactCount:
    """Of these facts together. Reading `self` where the message does not say whom it is about is no mistake."""
    count = FactCount()
    for message, answer in pairs:
        for fact in facts:
            said, read = message.facts.get(fact), answer.facts.get(fact)
            if (fact, said, read) != ("about", None, "self"):
                count.add(said, read)
    return count


def confusions(pairs: Pairs) -> list[tuple[str, int, list[Message]]]:
    """Topic wanted → what came instead, where the first service is wrong: how often, and the messages; worst first."""
    wrong: dict[str, list[Message]] = {}
    for message, answer in pairs:
        if right_first(message, answer) is False:
            wrong.setdefault(f"{main_topic(message.topics)} → {what_came(message, answer)}", []).append(message)
    worst = sorted(wrong.items(), key=lambda item: -len(item[1]))
    return [(name, len(messages), messages) for name, messages in worst]


def what_came(message: Message, answer: Answer) -> str:
    """Of what led to a wrong service, what weighs most: danger, an outside matter, another topic, or a rule."""
    if answer.certain:
        return "danger, certain"
    if answer.outside:
        return "outside"
    got = main_topic(answer.topics)
    return "the topic, another service" if got in {main_topic([topic]) for topic in message.topics} else got


def main_topic(topics: Sequence[str]) -> str:
    """The topic that the first of these is a part of."""
    return topics[0].partition(".")[0] if topics else "no topic"
