"""What is chosen in the queue, as the page's address has it: codes only, and anything else counts as not chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask_babel import gettext, lazy_gettext

from portal import current
from portal.desk.queue import Filters, View
from portal.records.help_request import Channel, Priority
from portal.records.staff_account import CONTACT_CENTRE
from portal.staff import labels, signed_in

SWITCHES: Final = ("child", "danger", "report")
WORDS: Final = ("priority", "language", "topic", "unit", "channel")

VIEW_LABEL: Final = {
    View.OPEN: lazy_gettext("Väntar på oss"),
    View.MINE: lazy_gettext("Mina"),
    View.WAITING: lazy_gettext("Väntar på personen"),
    View.UNIT: lazy_gettext("Väntar på en enhet"),
    View.QUARANTINE: lazy_gettext("Åt sidan"),
    View.OTHER_PARTY: lazy_gettext("Den andra parten"),
    View.CLOSED: lazy_gettext("Stängda"),
}
PRIORITY_LABEL: Final = {
    Priority.P1: lazy_gettext("Fara"),
    Priority.P2: lazy_gettext("Barn i risk, våld, inget tak"),
    Priority.P3: lazy_gettext("I dag"),
    Priority.P4: lazy_gettext("Vanlig"),
    Priority.P5: lazy_gettext("Information"),
}
SWITCH_LABEL: Final = {
    "child": lazy_gettext("Gäller ett barn"),
    "danger": lazy_gettext("Med fara"),
    "report": lazy_gettext("Lagens klocka går"),
}


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a filter."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """What an address chooses: a view, filters, and the request that the page begins after."""

    view: View
    filters: Filters
    after: UUID | None = None

    def address(self, *, after: UUID | None = None) -> dict[str, str]:
        """The arguments of the address that chooses the same; nothing but codes."""
        chosen = {"show": self.view.value} | filter_arguments(self.filters)
        return chosen | {"after": str(after)} if after else chosen

    @property
    def filtered(self) -> bool:
        return self.filters != Filters()


def choice_from(arguments: Mapping[str, str]) -> Choice:
    """What the arguments of an address choose. A view, word or number that does not exist chooses nothing."""
    ruleset = current.ruleset()
    known: dict[str, set[str]] = {
        "priority": {str(rank.value) for rank in Priority},
        "topic": set(ruleset.topic_ids()),
        "unit": set(signed_in.who().units),
        "channel": {channel.value for channel in Channel},
    }
    said = {name: arguments.get(name, "").strip() for name in WORDS}
    words = {name: word for name, word in said.items() if word and (name not in known or word in known[name])}
    if not words.get("language", "").replace("-", "").isalnum() or len(words.get("language", "")) > 35:
        words.pop("language", None)
    priority = words.pop("priority", None)
    switches = {name: arguments.get(name) == "1" for name in SWITCHES}
    filters = Filters(priority=int(priority) if priority else None, **words, **switches)  # type: ignore[arg-type]
    return Choice(_view(arguments.get("show", "")), filters, _id(arguments.get("after", "")))


def filter_arguments(filters: Filters) -> dict[str, str]:
    words = {name: str(value) for name in WORDS if (value := getattr(filters, name)) is not None}
    return words | {name: "1" for name in SWITCHES if getattr(filters, name)}


def options(choice: Choice) -> dict[str, list[Option]]:
    """The choices of each filter, with what is chosen now."""
    ruleset, filters = current.ruleset(), choice.filters
    languages = [*ruleset.languages]
    if filters.language and filters.language not in languages:
        languages.append(filters.language)
    offered = {
        "priority": [(str(rank.value), f"P{rank.value} · {PRIORITY_LABEL[rank]}") for rank in Priority],
        "language": sorted(((tag, labels.language_name(tag)) for tag in languages), key=lambda pair: pair[1]),
        "topic": [(topic, _topic_label(topic)) for topic in ruleset.topic_ids()],
        "unit": [(unit, unit_name(unit)) for unit in sorted(signed_in.who().units)],
        "channel": [(channel.value, str(labels.CHANNEL[channel])) for channel in Channel],
    }
    return {
        name: [Option("", gettext("Alla"), getattr(filters, name) is None)]
        + [Option(value, label, value == str(getattr(filters, name))) for value, label in pairs]
        for name, pairs in offered.items()
    }


def unit_name(unit: str) -> str:
    if unit == CONTACT_CENTRE:
        return str(current.ruleset().municipality.contact_centre.name)
    return str(labels.service_name(unit))


def _topic_label(topic: str) -> str:
    label = labels.topic_label(topic)
    return f"– {label}" if "." in topic else label


def _view(word: str) -> View:
    try:
        return View(word)
    except ValueError:
        return View.OPEN


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
