"""Compartments: what lies outside somebody's reach does not exist for them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.desk.accounts import add_staff
from portal.desk.errors import RequestUnknown, TraineeAlone
from portal.desk.reach import find, within_reach
from portal.records.help_request import HelpRequest

SEALED = frozenset({"family-counselling"})


@pytest.fixture
def member(session, now):
    def hire(*roles, units=("contact-centre",), sees_protected=False):
        name = "-".join([*roles, *units, str(sees_protected)])
        return add_staff(
            session,
            username=name,
            display_role="Kollega",
            roles=roles,
            password="long enough a password",
            now=now,
            units=units,
            sees_protected=sees_protected,
        )

    return hire


@pytest.fixture
def filed(session, submit):
    def file(urgency="soon", **columns):
        submitted = submit(session, urgency=urgency)
        request = session.get(HelpRequest, submitted.request_id)
        for name, value in columns.items():
            setattr(request, name, value)
        session.flush()
        return request

    return file


def reached(session, member):
    query = select(HelpRequest.id).where(within_reach(member, sealed_units=SEALED))
    return set(session.scalars(query))


def test_a_request_is_found_however_its_reference_is_cased(session, filed, member):
    request = filed()
    assert find(session, member=member("agent"), reference=f" {request.reference.lower()} ") == request.id
    with pytest.raises(RequestUnknown):
        find(session, member=member("supervisor"), reference="FL-0000-0000")


def test_a_unit_is_a_compartment_also_for_supervisors_of_other_units(session, filed, member):
    ours, theirs = filed(), filed(unit="family-counselling")
    assert reached(session, member("agent")) == {ours.id}
    assert reached(session, member("supervisor")) == {ours.id}
    assert reached(session, member("agent", units=("family-counselling",))) == {theirs.id}
    with pytest.raises(RequestUnknown):
        find(session, member=member("agent", units=("outreach",)), reference=theirs.reference)


def test_on_call_reaches_what_is_acute_everywhere_but_in_sealed_units(session, filed, member):
    acute = filed("emergency", unit="housing-coordination")
    filed("soon", unit="housing-coordination")
    filed("emergency", unit="family-counselling")
    assert reached(session, member("on-call")) == {acute.id}


def test_a_protected_identity_exists_for_a_small_group_only(session, filed, member):
    request = filed(protected=True)
    assert reached(session, member("supervisor")) == set()
    assert reached(session, member("agent", sees_protected=True)) == {request.id}


def test_a_trainee_sees_practice_data_and_nobody_else_does(session, filed, member):
    real, made_up = filed(), filed(practice=True)
    assert reached(session, member("trainee")) == {made_up.id}
    assert reached(session, member("agent")) == {real.id}


def test_a_trainee_has_no_other_role(member):
    with pytest.raises(TraineeAlone):
        member("trainee", "agent")


def test_what_is_out_of_reach_stays_so_when_it_is_asked_for_in_time(session, filed, member, now):
    filed(unit="outreach", created_at=now - timedelta(days=2))
    assert reached(session, member("auditor", units=())) == set()
