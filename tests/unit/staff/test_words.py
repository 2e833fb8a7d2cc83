"""Words on staff pages: every code has a name, and lengths of time read as people say them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import pytest
from flask import Flask
from flask_babel import Babel

from portal.desk.audit import Why
from portal.desk.contact import ContactChannel
from portal.records.event import EventKind
from portal.records.help_request import Channel, CloseReason, Entrance, State, Urgency
from portal.records.message import Author
from portal.records.note import NoteKind
from portal.records.staff_account import Role
from portal.staff import labels
from portal.staff.moments import length_words
from portal.staff.promise import promised
from portal.triage.ruleset import LEVEL_NAMES

NOW = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def swedish() -> Iterator[None]:
    app = Flask("words")
    Babel(app, default_locale="sv")
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("names", "codes"),
    [
        (labels.URGENCY, Urgency),
        (labels.STATE, State),
        (labels.CHANNEL, Channel),
        (labels.ENTRANCE, Entrance),
        (labels.CONTACT_CHANNEL, ContactChannel),
        (labels.CONTACT_WAY, ContactChannel),
        (labels.LOOKED, Why),
        (labels.NOTE_KIND, NoteKind),
        (labels.AUTHOR, Author),
        (labels.CLOSE_REASON, CloseReason),
        (labels.EVENT, EventKind),
        (labels.ROLE, Role),
        (labels.LEVEL, LEVEL_NAMES.values()),
    ],
)
def test_every_code_has_a_name_of_its_own(names: dict[str, object], codes: type[StrEnum]) -> None:
    assert set(names) == set(codes)
    assert len({str(name) for name in names.values()}) == len(names)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=59), "0 minuter"),
        (timedelta(minutes=1), "1 minut"),
        (timedelta(minutes=59, seconds=59), "59 minuter"),
        (timedelta(hours=1), "1 timme"),
        (timedelta(hours=2, minutes=5), "2 timmar 5 minuter"),
        (timedelta(days=1, minutes=30), "1 dygn"),
        (timedelta(days=3, hours=4, minutes=30), "3 dygn 4 timmar"),
        (timedelta(minutes=-5), "0 minuter"),
    ],
)
def test_a_length_is_told_by_its_two_largest_parts(length: timedelta, words: str) -> None:
    assert length_words(length) == words


@pytest.mark.parametrize(
    ("tag", "name"),
    [("sv", "Svenska"), ("ar", "Arabiska"), ("so", "Somaliska"), ("x", "x"), ("", ""), ("no-such-tag", "no-such-tag")],
)
def test_a_language_is_named_in_swedish_and_an_unknown_one_by_its_tag(tag: str, name: str) -> None:
    assert labels.language_name(tag) == name


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("state", "waiting_since", "due", "counts"),
    [
        (State.NEW, NOW, NOW + HOUR, True),
        (State.CLAIMED, NOW - HOUR, NOW, True),
        (State.IN_DIALOGUE, NOW, NOW + HOUR, True),
        (State.IN_DIALOGUE, NOW, NOW - HOUR, False),
        (State.WAITING_PERSON, NOW, NOW + HOUR, False),
        (State.CLOSED, NOW, NOW + HOUR, False),
        (State.NEW, NOW, None, False),
    ],
)
def test_a_promise_counts_while_the_person_still_waits_for_it(
    state: State, waiting_since: datetime, due: datetime | None, counts: bool
) -> None:
    assert promised(state, waiting_since, due) == (due if counts else None)
