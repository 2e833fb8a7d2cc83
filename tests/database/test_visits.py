"""The draft that only the person's cookie opens."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from portal.desk import visits
from portal.desk.errors import ContentDamaged, VisitExpired, VisitUnknown
from portal.records.visit import Visit

HOUR = timedelta(hours=1)


@pytest.fixture
def cookie(session, now):
    return visits.open_visit(session, now=now, lifetime=HOUR)


def test_what_was_saved_comes_back(session, cookie, now):
    body = {"words": "مرحبا 😟", "facts": {"age": 13, "topics": ["home.violence"]}, "step": None}

    assert visits.load(session, cookie=cookie, now=now) == {}
    visits.save(session, cookie=cookie, body=body, now=now, lifetime=HOUR)

    assert visits.load(session, cookie=cookie, now=now) == body


def test_each_visit_has_its_own_draft(session, cookie, now):
    other = visits.open_visit(session, now=now, lifetime=HOUR, body={"words": "annan"})

    assert visits.load(session, cookie=cookie, now=now) == {}
    assert visits.load(session, cookie=other, now=now) == {"words": "annan"}


def test_the_row_does_not_hold_the_cookie(session, cookie):
    row = session.scalars(select(Visit)).one()

    assert cookie not in row.id
    assert cookie.encode() not in row.body


@pytest.mark.parametrize("wrong", ["", "x", "å" * 4000, "\ud83d"])
def test_a_wrong_cookie_opens_nothing(session, cookie, wrong, now):
    with pytest.raises(VisitUnknown):
        visits.load(session, cookie=wrong, now=now)
    with pytest.raises(VisitUnknown):
        visits.save(session, cookie=wrong, body={}, now=now, lifetime=HOUR)
    visits.forget(session, cookie=wrong)


def test_a_draft_copied_to_another_visit_does_not_open(session, cookie, now):
    other = visits.open_visit(session, now=now, lifetime=HOUR)
    body = session.scalars(select(Visit.body)).first()
    session.execute(update(Visit).values(body=body))
    session.expire_all()

    opened = 0
    for each in (cookie, other):
        try:
            visits.load(session, cookie=each, now=now)
            opened += 1
        except ContentDamaged:
            pass
    assert opened == 1


def test_a_draft_that_lay_too_long_is_expired_and_saving_keeps_it_alive(session, cookie, now):
    visits.save(session, cookie=cookie, body={"a": 1}, now=now + HOUR / 2, lifetime=HOUR)

    assert visits.load(session, cookie=cookie, now=now + HOUR) == {"a": 1}
    with pytest.raises(VisitExpired):
        visits.load(session, cookie=cookie, now=now + HOUR * 1.5)
    with pytest.raises(VisitExpired):
        visits.save(session, cookie=cookie, body={}, now=now + HOUR * 2, lifetime=HOUR)


def test_leaving_forgets_the_draft_at_once(session, cookie, now):
    visits.forget(session, cookie=cookie)

    with pytest.raises(VisitUnknown):
        visits.load(session, cookie=cookie, now=now)
    assert session.scalar(select(func.count()).select_from(Visit)) == 0


def test_only_expired_drafts_are_forgotten(session, cookie, now):
    visits.open_visit(session, now=now, lifetime=HOUR * 3)

    assert visits.forget_expired(session, now=now + HOUR) == 1
    assert visits.forget_expired(session, now=now + HOUR) == 0
    assert session.scalar(select(func.count()).select_from(Visit)) == 1
