"""Questions that are answered in public: who sees what, who may do what, and what is left in the database."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal import clock
from portal.commands.answers import publish_answers
from portal.commands.retention import run_retention
from portal.desk.follow_up import open_with_code, person_writes, read_conversation
from portal.desk.public_questions import Places, ask
from portal.desk.submit import Submitted
from portal.records.audit_entry import AuditEntry
from portal.records.database import Database
from portal.records.help_request import HelpRequest
from portal.records.public_answer import PublicAnswer
from portal.records.public_question import PublicQuestion
from portal.records.sealing import ContentKeys
from tests.database.staff.browsing import Client, press, text
from tests.database.test_sealed_at_rest import everything_stored

RAW = "Min dotter går på Ljura skola i Hageby. Jag heter Kajsa-Stina. Ring 070-174 06 33. Får hon byta <b>klass</b>?"
CLEAN = "Mitt barn trivs inte i skolan. Får barnet byta <b>klass</b>?"
ANSWER = "Ja, prata med <script>rektorn</script> först."
WITHOUT = ("Kajsa-Stina", "070-174 06 33", "Ljura skola")


@dataclass(frozen=True, eq=False)
class Desk:
    """A public question, and browsers of those who work on it."""

    number: int
    filed: Submitted
    agent: FlaskClient
    reviewer: FlaskClient

    def post(self, who: FlaskClient, verb: str, **fields: str) -> TestResponse:
        page = text(who.get(self.path))
        found = re.search(r'name="version" value="(\d+)"', page)
        return press(who, f"{self.path}/{verb}", **{"version": found[1] if found else "1", **fields})

    @property
    def path(self) -> str:
        return f"/staff/answers/{self.number}"

    def scrub(self) -> TestResponse:
        return self.post(self.agent, "scrub", question=CLEAN, read_through="y")

    def draft(self, who: FlaskClient, **more: str) -> TestResponse:
        fields = {"greeting": "Hej.", "answer": ANSWER, "invitation": "", "sign_off": "Vi i Första linjen"}
        days = {"law_date": "2026-01-01", "review_by": "2027-01-01", "language": "sv", "topic": ""}
        return self.post(who, "draft", **{**fields, **days, "done": "1", **more})

    def approved(self) -> Desk:
        assert [self.scrub().status_code, self.draft(self.agent).status_code] == [303, 303]
        assert self.post(self.reviewer, "review", verdict="publish").status_code == 303
        return self


@pytest.fixture
def desk(
    app: Flask,
    database: Database,
    filed: Callable[..., Submitted],
    hired: Callable[..., None],
    signed_in: Client,
    now: datetime,
) -> Desk:
    hired("reader", "qa-reviewer")
    hired("both", "agent", "qa-reviewer")
    request = filed(words=RAW)
    with database.session() as session:
        ask(session, request_id=request.request_id, places=Places(per_day=6, since=now), answer_due_at=now, now=now)
        number = session.scalars(select(PublicQuestion.number)).one()
    return Desk(number, request, signed_in("agent1"), signed_in("reader"))


def messages(desk: Desk, database: Database, keys: ContentKeys) -> list[str | None]:
    with database.session() as session:
        talk = read_conversation(session, keys=keys, request_id=desk.filed.request_id, now=clock.now())
    return [message.body for message in talk.messages]


def as_asker(app: Flask, desk: Desk) -> tuple[FlaskClient, str]:
    """The asker's browser with the conversation open, and what it shows."""
    person = app.test_client()
    page = person.get("/sv/follow-up").get_data(as_text=True)
    proof = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[-1]
    data = {"csrf_token": proof, "code": desk.filed.code}
    return person, text(person.post("/sv/follow-up", data=data, follow_redirects=True))


def asker_presses(person: FlaskClient, address: str, **fields: str) -> TestResponse:
    page = person.get("/sv/follow-up/conversation").get_data(as_text=True)
    proof = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[-1]
    return person.post(address, data={"csrf_token": proof, **fields}, follow_redirects=True)


def test_nobody_but_the_asker_reads_the_own_words_once_they_are_scrubbed(
    desk: Desk, app: Flask, signed_in: Client, database: Database
) -> None:
    reference = desk.filed.reference
    assert desk.agent.get(f"/staff/requests/{reference}").status_code == 404
    assert reference not in text(desk.agent.get("/staff/queue"))
    before = text(desk.agent.get(desk.path))
    assert '<mark class="naming-name">Kajsa-Stina</mark>' in before
    assert '<mark class="naming-number">070-174 06 33</mark>' in before
    assert '<mark class="naming-place">Hageby</mark>' in before
    assert "Jag heter [namn]. Ring [nummer]." in before
    with database.session(writes=False) as session:
        assert [entry.subject for entry in session.scalars(select(AuditEntry).where(AuditEntry.act == "opened"))] == [
            reference
        ]
    reviewer_sees = text(desk.reviewer.get(desk.path))
    assert "behöver först ta bort namn och platser" in reviewer_sees
    assert [word for word in WITHOUT if word in reviewer_sees] == []
    refused = desk.post(desk.reviewer, "scrub", question="x", read_through="y")
    assert refused.status_code == 403
    assert desk.post(desk.agent, "scrub", question=CLEAN).status_code == 400  # nobody confirmed having read it
    assert desk.scrub().status_code == 303
    for who in (desk.agent, desk.reviewer, signed_in("both")):
        page = who.get(desk.path).get_data(as_text=True)
        assert [word for word in WITHOUT if word in page] == []
        assert "&lt;b&gt;klass&lt;/b&gt;" in page
        assert "<b>klass</b>" not in page
    assert "Kajsa-Stina" in as_asker(app, desk)[1]


def test_a_second_person_reads_before_the_asker_has_the_answer_and_the_public_later(
    desk: Desk,
    app: Flask,
    signed_in: Client,
    database: Database,
    keys: ContentKeys,
    stopped: clock.FrozenClock,
) -> None:
    both = signed_in("both")
    assert desk.draft(desk.agent).status_code == 400  # nothing is scrubbed yet
    desk.scrub()
    desk.draft(both)
    assert "Du har skrivit svaret" in text(both.get(desk.path))
    own = desk.post(both, "review", verdict="publish")
    assert (own.status_code, "Någon annan behöver läsa det." in text(own)) == (403, True)
    assert desk.post(desk.agent, "review", verdict="publish").status_code == 403
    assert desk.post(desk.reviewer, "review", verdict="back", comment="").status_code == 400
    assert desk.post(desk.reviewer, "review", verdict="back", comment="Nämn skolan.").status_code == 303
    assert "Nämn skolan." in text(both.get(desk.path))
    old = re.search(r'name="version" value="(\d+)"', text(both.get(desk.path)))
    assert desk.draft(both).status_code == 303
    late = desk.draft(desk.agent, version=old[1] if old else "", answer="Ett svar som inte får tappas bort.")
    assert (late.status_code, "Ett svar som inte får tappas bort." in text(late)) == (409, True)
    assert messages(desk, database, keys) == [RAW]
    desk.post(desk.reviewer, "review", verdict="publish")
    assert messages(desk, database, keys) == [RAW, f"Hej.\n\n{ANSWER}\n\nVi i Första linjen"]
    assert "Du är den första som läser svaret." in as_asker(app, desk)[1]

    with app.app_context():
        stopped.move(timedelta(days=3) - timedelta(minutes=1))
        assert publish_answers() == (0, 0)
        stopped.move(timedelta(days=7, minutes=2))
        assert publish_answers() == (1, 0)
    listed = app.test_client().get("/sv/answers").get_data(as_text=True)
    assert "&lt;b&gt;klass&lt;/b&gt;" in listed
    number = int(re.findall(r"/sv/answers/(\d+)", listed)[0])
    page = app.test_client().get(f"/sv/answers/{number}").get_data(as_text=True)
    assert "&lt;script&gt;rektorn&lt;/script&gt;" in page
    assert "1 januari 2026" in page
    assert "<b>klass" not in listed + page
    assert "<script>rektorn" not in page
    with database.session(writes=False) as session:
        assert session.get_one(PublicAnswer, number).published_week.weekday() == 0
    person, shown = as_asker(app, desk)
    assert "Så ser de ut för andra" in shown
    assert app.test_client().get(f"/ar/answers/{number}").status_code == 200
    asker_presses(person, "/sv/follow-up/withdraw")
    assert app.test_client().get(f"/sv/answers/{number}").status_code == 404


def test_what_was_published_leads_back_to_nobody_after_its_time(
    desk: Desk, app: Flask, database: Database, stopped: clock.FrozenClock
) -> None:
    desk.approved()
    stored = everything_stored(database)
    secret = [*WITHOUT, "trivs inte i skolan", "prata med"]
    assert [words for words in secret if words.encode() in stored] == []
    assert b"public-answers" in stored  # codes are in clear, so these are the right bytes
    with app.app_context():
        stopped.move(timedelta(days=11))
        assert publish_answers() == (1, 0)
        stopped.move(timedelta(days=31))
        assert publish_answers() == (0, 1)
    with database.session(writes=False) as session:
        question = session.scalars(select(PublicQuestion)).one()
        assert (question.request_id, question.answer_number, question.drafted_by, question.publish_at) == (None,) * 4
        assert (question.asked_at.weekday(), question.asked_at.hour, question.asked_at.minute) == (0, 0, 0)
    assert b"trivs inte i skolan" in everything_stored(database)  # the public text, in clear
    assert "Frågor och svar</h2>" not in as_asker(app, desk)[1]


def test_a_declined_question_tells_its_asker_why_and_is_answered_like_any_other(
    desk: Desk, app: Flask, database: Database
) -> None:
    desk.scrub()
    assert desk.post(desk.reviewer, "review", verdict="decline").status_code == 400
    assert desk.post(desk.reviewer, "review", verdict="decline", reason="ongoing").status_code == 303
    _, shown = as_asker(app, desk)
    assert "Den gäller något som någon redan arbetar med." in shown
    assert "svarar dig i stället" in shown
    assert desk.filed.reference in text(desk.agent.get("/staff/queue"))


def test_what_cannot_wait_here_is_in_the_contact_centres_queue_at_once(
    desk: Desk, app: Flask, database: Database, filed: Callable[..., Submitted], now: datetime
) -> None:
    def another() -> Desk:
        request = filed(words=RAW)
        with database.session() as session:
            ask(session, request_id=request.request_id, places=Places(per_day=9, since=now), answer_due_at=now, now=now)
            number = session.scalars(select(PublicQuestion.number).order_by(PublicQuestion.number.desc())).first()
        return Desk(number or 0, request, desk.agent, desk.reviewer)

    moved, taken_back, more, danger = desk, another(), another(), another()
    assert moved.post(moved.agent, "move").status_code == 303
    asker_presses(as_asker(app, taken_back)[0], "/sv/follow-up/withdraw")
    asker_presses(as_asker(app, more)[0], "/sv/follow-up/conversation", body="Och en sak till")
    asker_presses(as_asker(app, danger)[0], "/sv/follow-up/conversation", body="han slår mig nu")
    queue = text(desk.agent.get("/staff/queue"))
    expected = {moved: ("private", "soon"), taken_back: ("private", "soon"), more: ("asked", "soon")}
    for each, (state, urgency) in {**expected, danger: ("private", "emergency")}.items():
        assert each.filed.reference in queue
        with database.session(writes=False) as session:
            question = session.get_one(PublicQuestion, each.number)
            request = session.get_one(HelpRequest, each.filed.request_id)
            assert (question.state, request.urgency, request.unit) == (state, urgency, "contact-centre")


def test_danger_written_after_the_answer_stops_its_publication(
    desk: Desk, app: Flask, database: Database, keys: ContentKeys, code_key: bytes, stopped: clock.FrozenClock
) -> None:
    desk.approved()
    with database.session() as session:
        opened = open_with_code(session, code=desk.filed.code, code_key=code_key, now=clock.now())
        person_writes(
            session,
            keys=keys,
            request_id=opened.request_id,
            body="han hittade mig",
            language="sv",
            now=clock.now(),
            signals=["violence-now"],
        )
    with app.app_context():
        stopped.move(timedelta(days=20))
        assert publish_answers() == (0, 0)


def test_an_answer_that_its_asker_never_read_reaches_the_supervisor_who_decides_what_is_erased(
    desk: Desk,
    app: Flask,
    hired: Callable[..., None],
    signed_in: Client,
    stopped: clock.FrozenClock,
    database: Database,
) -> None:
    desk.approved()
    hired("chief", "supervisor")
    with app.app_context():
        stopped.move(timedelta(days=120))
        assert run_retention()[0] == 0
    chief, reference = signed_in("chief"), desk.filed.reference
    assert reference in text(chief.get("/staff/erasures"))
    assert chief.get(f"/staff/requests/{reference}").status_code == 404
    assert press(chief, f"/staff/requests/{reference}/erase-unread").status_code == 303
    with app.app_context():
        assert run_retention()[0] == 1
    assert WITHOUT[0].encode() not in everything_stored(database)


def test_published_answers_are_corrected_read_again_and_taken_away(
    desk: Desk, app: Flask, stopped: clock.FrozenClock, signed_in: Client
) -> None:
    desk.approved()
    with app.app_context():
        stopped.move(timedelta(days=11))
        publish_answers()
    stopped.move(timedelta(days=400))
    reader, agent = signed_in("reader"), signed_in("agent1")
    listed = text(reader.get("/staff/answers/published"))
    assert "Ska läsas igen" in listed
    assert "1 ska läsas igen" in text(reader.get("/staff/answers"))
    assert "trivs inte" not in text(reader.get("/staff/answers/published?law_before=2026-01-01"))
    number = int(re.findall(r"/staff/answers/published/(\d+)", listed)[0])
    path = f"/staff/answers/published/{number}"
    fields = {"question": CLEAN, "answer": "Ja.", "law_date": "2027-01-01", "review_by": "2030-01-01"}
    assert "Spara rättelsen" not in text(agent.get(path))
    assert press(agent, f"{path}/change", **fields, version="1", act="correct").status_code == 403
    assert press(reader, f"{path}/change", **fields, version="1", act="correct").status_code == 303
    assert press(reader, f"{path}/change", **fields, version="1", act="retract").status_code == 409
    public = text(app.test_client().get(f"/sv/answers/{number}"))
    assert "Rättat" in public
    assert "1 januari 2027" in public
    assert "Ska läsas igen" not in text(reader.get("/staff/answers/published")).replace("Ska läsas igen senast", "")
    assert press(reader, f"{path}/change", **fields, version="2", act="retract").status_code == 303
    assert app.test_client().get(f"/sv/answers/{number}").status_code == 404
