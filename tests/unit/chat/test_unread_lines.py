"""What was said with the bot after sending is the person's own, until the person lets it be read."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.chat.live import isolated, unread_lines, unread_words
from portal.desk.conversation import Line
from portal.desk.takeover import TalkEvent
from portal.records.event import EventKind
from portal.records.message import Author

SENT = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def minute(number: int) -> datetime:
    return SENT + timedelta(minutes=number)


def happened(*kinds: tuple[int, EventKind]) -> list[TalkEvent]:
    return [TalkEvent(number=at, kind=kind, at=minute(at), role=None) for at, kind in kinds]


def said(at: int) -> Line:
    return Line(author=Author.PERSON, body="hej", language="sv", at=minute(at))


GIVEN_BACK = (2, EventKind.GIVEN_BACK)


@pytest.mark.parametrize(
    ("events", "unread"),
    [
        ([], []),
        ([(0, EventKind.HUMAN_ASKED), (1, EventKind.TAKEN_OVER)], []),
        ([GIVEN_BACK], [3, 5, 7]),
        ([(2, EventKind.LEFT_CHAT)], [3, 5, 7]),
        ([GIVEN_BACK, (4, EventKind.HUMAN_ASKED)], []),
        ([GIVEN_BACK, (4, EventKind.HUMAN_ASKED), (6, EventKind.GIVEN_BACK)], [7]),
        ([GIVEN_BACK, (4, EventKind.TAKEN_OVER)], [3]),
        ([GIVEN_BACK, (4, EventKind.TAKEN_OVER), (6, EventKind.GIVEN_BACK)], [3, 7]),
        ([GIVEN_BACK, (4, EventKind.CLOSED)], [3, 5, 7]),
    ],
)
def test_only_what_the_bot_heard_and_nobody_was_let_read_is_unread(
    events: list[tuple[int, EventKind]], unread: list[int]
) -> None:
    lines = [said(at) for at in (1, 3, 5, 7)]
    assert [line.at for line in unread_lines(lines, happened(*events))] == [minute(at) for at in unread]


def test_the_person_is_shown_their_own_words_of_it() -> None:
    lines = [
        {"author": "person", "at": minute(3).isoformat(), "text": "mina ord"},
        {"author": "person", "at": minute(3).isoformat(), "key": "declined"},
        {"author": "bot", "at": minute(3).isoformat(), "key": "thanks"},
    ]
    assert unread_words(lines, happened(GIVEN_BACK)) == ("mina ord",)  # type: ignore[arg-type]


def test_a_role_keeps_its_direction_inside_a_sentence_of_another() -> None:
    assert isolated("Rådgivare") == "\u2068Rådgivare\u2069"
