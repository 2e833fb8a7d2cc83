"""Two at once, where one has not finished when the other begins: nothing is lost, and what was decided stands."""

import threading
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import select, true

from portal.desk import (
    bulk,
    legal_holds,
    links,
    public_answers,
    public_questions,
    public_work,
    saved_views,
    second_factor,
    staff_tasks,
    threats,
    two_handlers,
    work,
)
from portal.desk.errors import DomainError
from portal.desk.follow_up import read_conversation
from portal.desk.handover_views import handovers_of
from portal.desk.public_questions import Places
from portal.desk.public_text import AnswerDraft
from portal.desk.retention import erase_expired
from portal.desk.staff_drafts import save_draft
from portal.records.database import Database
from portal.records.help_request import HelpRequest
from portal.records.public_answer import AnswerSearchMiss, PublicAnswer
from portal.records.public_question import PublicQuestion
from portal.records.request_link import LinkKind, RequestLink
from portal.records.staff_draft import DraftKind
from portal.records.threat import PairedAct
from tests.database.test_handover import AUDIT_KEY, Desk, desk, threaten  # noqa: F401  # desk is a fixture

LONGEST = timedelta(days=30)
AS_FAR_AS_IT_COMES = 0.1  # seconds


@pytest.fixture
def meanwhile(url):
    """Does `first`, lets the others begin before that is committed, waits for all; what stood in the others' way."""
    patient = Database(url, busy_timeout=10)
    stood_in_the_way = []

    def finish(then):
        try:
            with patient.session() as session:
                then(session)
        except DomainError as error:
            stood_in_the_way.append(error)

    def do(first, *then):
        others = [threading.Thread(target=finish, args=(each,)) for each in then]
        with patient.session() as session:
            first(session)
            session.flush()
            for other in others:
                other.start()
            others[0].join(AS_FAR_AS_IT_COMES)
        for other in others:
            other.join(10)
            assert not other.is_alive()
        return stood_in_the_way

    yield do
    patient.close()


def test_what_is_written_while_a_unit_accepts_never_makes_the_request_unreadable(desk, keys, now, meanwhile):  # noqa: F811
    handover_id = desk.sent()
    ids = {"request_id": desk.request_id, "staff_id": desk.sender, "now": now}
    with desk.database.session() as session:
        threaten(desk, session)

    def note(session):
        work.add_note(session, keys=keys, **ids, body="En sak till.")

    def ask(session):
        after = timedelta(minutes=10)
        two_handlers.ask_second(session, keys=keys, **ids, act=PairedAct.ANSWER, alone_after=after, body="Ett svar")

    def write(session):
        until = {"expires_at": now + timedelta(days=2), "longest": LONGEST}
        threats.write_down(session, keys=keys, **ids, body="Han skrek.", **until)

    assert meanwhile(lambda session: desk.accept(session, handover_id), note, ask, write) == []
    with desk.database.session() as session:
        assert [note.body for note in desk.page(session).notes] == ["En sak till."]
        handovers_of(session, keys=keys, request_id=desk.request_id)
        key = keys.open_data_key(session.get(HelpRequest, desk.request_id).wrapped_key, desk.request_id)
        (press,) = two_handlers.waiting_presses(session, key=key, request_id=desk.request_id, now=now)
        assert press.body == "Ett svar"
        assert threats.counting_threat(session, key=key, request_id=desk.request_id, now=now).body == "Han skrek."


def test_whoever_reads_while_a_unit_accepts_reads_it_as_it_was_or_as_it_is(desk, keys, now):  # noqa: F811
    handover_id = desk.sent()
    patient = Database(desk.database.url.render_as_string(hide_password=False), busy_timeout=10)
    with closing(patient), patient.session(writes=False) as session:
        before = session.get(HelpRequest, desk.request_id).wrapped_key
        with patient.session() as other:
            desk.accept(other, handover_id)
        session.expire_all()
        assert session.get(HelpRequest, desk.request_id).wrapped_key == before
        assert desk.page(session).words is not None


def test_of_two_who_write_down_a_threat_at_once_both_are_kept(desk, keys, now, meanwhile):  # noqa: F811
    with desk.database.session() as session:
        threaten(desk, session)

    def write(body, staff_id):
        until = {"expires_at": now + timedelta(days=2), "longest": LONGEST}
        return lambda session: threats.write_down(
            session, keys=keys, request_id=desk.request_id, staff_id=staff_id, now=now, body=body, **until
        )

    assert meanwhile(write("Han skrek.", desk.sender), write("Han slog i bordet.", desk.receiver)) == []
    with desk.database.session() as session:
        key = keys.open_data_key(session.get(HelpRequest, desk.request_id).wrapped_key, desk.request_id)
        noted = threats.counting_threat(session, key=key, request_id=desk.request_id, now=now).body
    assert noted == "Han skrek.\n\nHan slog i bordet."


@pytest.fixture
def scheduled(database, submit, hire, keys, now):
    """A public question whose answer is to be published now: its number, and its request."""
    with database.session() as session:
        one, other = hire(session, "one").id, hire(session, "other").id
        request_id = submit(session).request_id
        places = Places(per_day=6, since=now)
        public_questions.ask(session, request_id=request_id, places=places, answer_due_at=now, now=now)
        number = session.scalars(select(PublicQuestion.number)).one()

        def change(staff_id, version):
            return public_work.Change(number=number, version=version, staff_id=staff_id, now=now)

        parts = {"greeting": "Hej.", "answer": "Ja.", "invitation": "", "sign_off": "Vi", "language": "sv"}
        answer = AnswerDraft(**parts, law_date=now.date(), review_by=now.date())
        public_work.scrub(session, change(one, 1), keys=keys, text="Får barnet byta klass?")
        public_work.keep_draft(session, change(one, 2), keys=keys, draft=answer, done=True, topics=[])
        approved = {"publish_between": (now, now), "code_valid": timedelta(days=90)}
        public_work.approve(session, change(other, 3), keys=keys, **approved)
    return number, request_id


def test_an_answer_that_is_taken_back_while_it_is_published_is_read_by_nobody(
    database, scheduled, keys, now, meanwhile
):
    number, request_id = scheduled

    def publish(session):
        assert public_questions.publish_due(session, keys=keys, now=now, owner="Vi", cut_after=LONGEST) == [number]

    assert meanwhile(publish, lambda session: public_questions.withdraw(session, request_id=request_id, now=now)) == []
    with database.session() as session:
        assert session.scalars(select(PublicAnswer.retracted)).one()
        assert read_conversation(session, keys=keys, request_id=request_id, now=now).unread == 1


def test_what_somebody_protected_asked_is_not_published(database, scheduled, keys, now):
    _number, request_id = scheduled
    with database.session() as session:
        session.get(HelpRequest, request_id).protected = True
        assert public_questions.publish_due(session, keys=keys, now=now, owner="Vi", cut_after=LONGEST) == []
        assert session.scalars(select(PublicQuestion.state)).one() == "private"
        assert session.scalars(select(PublicAnswer)).all() == []


def test_a_duplicate_linked_while_the_other_party_is_marked_is_kept_from_it_too(database, submit, hire, now, meanwhile):
    with database.session() as session:
        staff_id = hire(session).id
        copy, one, again, other = (submit(session).request_id for _ in range(4))
        ids = {"staff_id": staff_id, "now": now}
        links.link_duplicate(session, request_id=one, other_id=again, **ids)

    assert (
        meanwhile(
            lambda session: links.link_duplicate(session, request_id=copy, other_id=one, **ids),
            lambda session: links.mark_other_party(session, request_id=again, other_id=other, **ids),
        )
        == []
    )
    with database.session() as session:
        apart = select(RequestLink).where(RequestLink.kind == LinkKind.OTHER_PARTY)
        sides = {frozenset((link.first_id, link.second_id)) for link in session.scalars(apart)}
        assert sides == {frozenset((side, other)) for side in (copy, one, again)}
        parties = {each: session.get(HelpRequest, each).party for each in (copy, one, again, other)}
        assert len({parties[copy], parties[one], parties[again]}) == 1
        assert parties[other] not in (None, parties[one])


def test_a_link_that_two_make_at_once_is_there_once(database, submit, hire, now, meanwhile):
    with database.session() as session:
        staff_id = hire(session).id
        one, other = submit(session).request_id, submit(session).request_id
        ids = {"staff_id": staff_id, "now": now}

    errors = meanwhile(
        lambda session: links.link_duplicate(session, request_id=one, other_id=other, **ids),
        lambda session: links.link_duplicate(session, request_id=other, other_id=one, **ids),
    )
    assert [error.code for error in errors] == ["not-linkable"]
    with database.session() as session:
        assert len(session.scalars(select(RequestLink)).all()) == 1


def test_who_says_first_that_a_task_is_done_did_it(desk, session, now, meanwhile):  # noqa: F811
    with desk.database.session() as other:
        due = {"due_at": now, "now": now}
        staff_tasks.add_task(other, request_id=desk.request_id, kind=staff_tasks.TaskKind.FEEDBACK, **due)
        task_id = staff_tasks.open_tasks(other, within=true())[0].id

    def finish(staff_id):
        details = {"within": true(), "supervises": True, "task_id": task_id, "now": now}
        return lambda session: staff_tasks.finish_task(session, staff_id=staff_id, **details)

    meanwhile(finish(desk.sender), finish(desk.receiver))
    with desk.database.session() as other:
        assert other.get(staff_tasks.StaffTask, task_id).done_by == desk.sender


def test_the_first_of_its_kind_can_be_made_by_two_at_once(database, submit, hire, keys, now, meanwhile):
    with database.session() as session:
        staff_id, request_id = hire(session).id, submit(session).request_id
    draft = {"request_id": request_id, "staff_id": staff_id, "kind": DraftKind.ANSWER, "body": "Hej"}

    def first(session):
        save_draft(session, keys=keys, **draft, now=now)
        public_answers.count_miss(session, today=now.date())
        saved_views.choose_setting(session, staff_id=staff_id, shortcuts=False)
        offered.append(second_factor.offer_totp(session, key=b"f" * 32, staff_id=staff_id))

    offered = []
    assert meanwhile(first, first) == []
    with database.session() as session:
        assert session.scalars(select(AnswerSearchMiss.count)).all() == [2]
        assert saved_views.setting_of(session, staff_id=staff_id).shortcuts is False
    assert offered[0] == offered[1]


def test_what_is_erased_in_this_moment_cannot_be_held_any_more(database, submit, hire, now, meanwhile):
    with database.session() as session:
        ids = {"request_id": submit(session).request_id, "staff_id": hire(session).id, "now": now}
        work.claim(session, **ids)
        work.close(session, **ids, reason="answered", code_valid=timedelta())
    errors = meanwhile(
        lambda session: erase_expired(session, now=now),
        lambda session: legal_holds.place_hold(session, **ids, reason="court"),
    )
    assert [error.code for error in errors] == ["content-erased"]


def test_several_are_changed_in_the_same_order_whoever_ticked_them(session):
    """Two who act on the same ones would else wait for each other, and both be told that it failed."""
    changed = []
    outcomes = bulk.each(session, ["FL-3", "FL-1", "FL-2"], changed.append)
    assert changed == [outcome.reference for outcome in outcomes] == ["FL-1", "FL-2", "FL-3"]
