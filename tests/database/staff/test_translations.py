"""What a human translated stands beside the person's own words, marked, and goes wherever those words go."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from portal.desk.conversation import add_message
from portal.desk.request_page import load_request
from portal.desk.submit import Submitted
from portal.records.database import Database
from portal.records.help_request import HelpRequest
from portal.records.message import Author, Message
from portal.records.sealing import ContentDamaged, ContentKeys
from portal.records.translation import Translation
from tests.database.staff.browsing import Client, path_of, press, text

SOMALI = "Waan baqayaa. Caawimaad baan rabaa."
FIRST = "Jag är rädd. Jag vill ha hjälp <b>nu</b>."
BETTER = "Jag är rädd. Jag behöver hjälp."


def opening_of(database: Database, request: Submitted) -> Message:
    with database.session(writes=False) as session:
        return session.scalars(select(Message).where(Message.request_id == request.request_id, Message.opening)).one()


@pytest.fixture
def somali(filed: Callable[..., Submitted]) -> Submitted:
    return filed(words=SOMALI, language="so")


def test_a_translation_is_marked_as_a_humans_and_a_correction_leaves_the_first_to_read(
    somali: Submitted, signed_in: Client, database: Database
) -> None:
    client = signed_in("agent1")
    address = path_of(somali, f"translate/{opening_of(database, somali).id}")
    assert "Lägg in en översättning till svenska" not in text(client.get(path_of(somali)))
    refused = press(client, address, body=FIRST, translator="interpreter")
    assert refused.status_code == 409  # only whoever holds it writes in it
    assert FIRST in text(refused)

    press(client, path_of(somali, "claim"))
    assert "Lägg in en översättning till svenska" in text(client.get(path_of(somali)))
    assert SOMALI in text(client.get(address))
    unsaid = press(client, address, body=FIRST)
    assert unsaid.status_code == 400
    assert "Välj vem som har översatt." in text(unsaid)
    assert FIRST in text(unsaid)

    assert press(client, address, body=FIRST, translator="interpreter").status_code == 303
    assert press(client, address, body=BETTER, translator="translator").status_code == 303
    page = text(client.get(path_of(somali)))
    assert page.index(SOMALI) < page.index("Översatt av en människa") < page.index("en översättare")
    assert page.index(BETTER) < page.index("En tidigare översättning") < page.index(FIRST)
    assert "<b>nu</b>" not in client.get(path_of(somali)).get_data(as_text=True)
    assert page.count("En översättning lades in") == 2


def test_only_the_persons_own_words_are_translated(
    somali: Submitted, filed: Callable[..., Submitted], signed_in: Client, database: Database
) -> None:
    client, other = signed_in("agent1"), filed(words="annat", language="so")
    press(client, path_of(somali, "claim"))
    press(client, path_of(somali, "answer"), answer="Hej", language="so")
    with database.session(writes=False) as session:
        ours = session.scalars(select(Message.id).where(Message.author == Author.STAFF)).one()
    for message in (ours, uuid4(), opening_of(database, other).id):
        assert client.get(path_of(somali, f"translate/{message}")).status_code == 404
        answer = press(client, path_of(somali, f"translate/{message}"), body=FIRST, translator="colleague")
        assert answer.status_code == 404
    with database.session(writes=False) as session:
        assert session.scalars(select(Translation)).all() == []


def test_a_translation_is_sealed_and_opens_nowhere_else(
    somali: Submitted, signed_in: Client, database: Database, keys: ContentKeys
) -> None:
    client, opening = signed_in("agent1"), opening_of(database, somali)
    press(client, path_of(somali, "claim"))
    press(client, path_of(somali, f"translate/{opening.id}"), body=BETTER, translator="colleague")
    with database.session() as session:
        row = session.scalars(select(Translation)).one()
        assert BETTER.encode() not in row.body
        page = load_request(session, keys=keys, request_id=somali.request_id)
        assert [each.body for each in page.translations[opening.id]] == [BETTER]
        request = session.get_one(HelpRequest, somali.request_id)
        data_key = keys.open_data_key(request.wrapped_key, request.id)
        later = add_message(
            session,
            key=data_key,
            request_id=request.id,
            author=Author.PERSON,
            body="mer",
            language="so",
            at=row.created_at,
        )
        session.execute(update(Translation).values(message_id=later.id))
        session.expire_all()
        with pytest.raises(ContentDamaged):
            load_request(session, keys=keys, request_id=somali.request_id)


def test_it_is_handed_over_disclosed_and_shown_to_the_person(
    somali: Submitted, signed_in: Client, hired: Callable[..., None], database: Database
) -> None:
    client, opening = signed_in("agent1"), opening_of(database, somali)
    press(client, path_of(somali, "claim"))
    press(client, path_of(somali, f"translate/{opening.id}"), body=BETTER, translator="translator")
    offered = text(client.get(path_of(somali, "handover/family-law")))
    assert "Översatt av en människa" in offered
    assert BETTER in offered

    hired("lead", "supervisor")
    lead = signed_in("lead")
    press(lead, path_of(somali, "why"), why="supervision")
    disclosed = text(lead.get(path_of(somali, "disclosure")))
    assert "Översatt av en människa" in disclosed
    assert BETTER in disclosed

    person = client.application.test_client()
    press(person, "/so/follow-up", code=somali.code)
    assert BETTER in text(person.get("/so/follow-up/everything"))
    assert BETTER in text(person.get("/so/follow-up/everything.txt"))
