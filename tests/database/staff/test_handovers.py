"""A request goes from the contact centre to a unit and on, through the pages that two people have in front of them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal import clock, turns
from portal.desk.contact import Contact, ContactChannel
from portal.desk.follow_up import person_writes
from portal.desk.submit import Submitted
from portal.records.audit_entry import AuditEntry
from portal.records.database import Database
from portal.records.event import Event
from portal.records.handover import Handover
from portal.records.help_request import HelpRequest
from portal.records.sealing import ContentKeys
from portal.records.staff_account import StaffAccount
from tests.database.staff.browsing import Client, path_of, press, text, token

UNIT = "victim-support"
WORDS = "Han hotar mig.\nHan heter Anton.\n<b>Hjälp</b> mig."


@dataclass
class Two:
    """Somebody in the contact centre, who has a request, and somebody in a unit."""

    sender: FlaskClient
    receiver: FlaskClient
    request: Submitted

    def choices(self, page: str, **changes: Any) -> dict[str, Any]:
        """What a browser would post from a page of choices: everything that is ticked there."""
        ticked = re.findall(r'name="keep" value="([^"]+)" checked', page)
        hidden = re.findall(r'type="hidden" name="(keep|seen|offered|reach|may_move)" value="([^"]*)"', page)
        fields: dict[str, Any] = {name: value for name, value in hidden if name != "keep"}
        fields["keep"] = ticked or [value for name, value in hidden if name == "keep"]
        fields |= {"reach": "y"} if re.search(r'name="reach" value="y" checked', page) else {}
        consent = {"ground": "consent", "consent_how": "by-phone"}
        return fields | consent | changes

    def post(self, fields: dict[str, Any], step: str) -> TestResponse:
        data = {"csrf_token": token(self.sender), "step": step, **fields}
        return self.sender.post(path_of(self.request, f"handover/{UNIT}"), data=data)

    def page(self) -> str:
        return text(self.sender.get(path_of(self.request, f"handover/{UNIT}")))

    def send(self, **changes: Any) -> str:
        """Send it; returns the address where the unit opens it."""
        answer = self.post(self.choices(self.page(), **changes), "send")
        assert answer.status_code == 303, text(answer)
        (address,) = re.findall(r"/staff/handovers/[0-9a-f-]+", text(self.receiver.get("/staff/handovers")))
        return str(address)


@pytest.fixture
def two(hired: Callable[..., None], signed_in: Client, filed: Callable[..., Submitted]) -> Two:
    hired("unit-member", "agent", units=[UNIT])
    contact = Contact(name="Mira", channel=ContactChannel.PHONE, address="0701740605", never_contact="Anton")
    request = filed(words=WORDS, contact=contact, language="so")
    sender = signed_in("agent1")
    press(sender, path_of(request, "claim"))
    press(sender, path_of(request, "note"), note="Hon viskade.")
    return Two(sender, signed_in("unit-member"), request)


def test_a_request_goes_all_the_way_to_the_units_own_system(two: Two, database: Database) -> None:
    chosen = text(two.sender.get(path_of(two.request, "handover")))
    assert "Brottsofferstöd" in chosen
    first = two.page()
    assert "Hon viskade." in first
    struck = re.findall(r'value="([^"]+)" checked> <span[^>]*>Han heter Anton', first)
    fields = two.choices(first)
    fields["keep"] = [key for key in fields["keep"] if key not in struck]
    looked = text(two.post(fields, "look"))
    assert "Han hotar mig.\n[…]\n<b>Hjälp</b> mig." in looked
    assert "Hon viskade." not in looked
    assert "Personen sa det i telefon" in looked
    # Nothing has left yet; going back keeps what was chosen.
    assert "Inget väntar på svar" in text(two.receiver.get("/staff/handovers"))
    back = text(two.post(two.choices(looked), "change"))
    assert f'value="{struck[0]}">' in back
    sent = two.post(two.choices(looked), "send")
    assert sent.status_code == 303
    after = text(two.sender.get(path_of(two.request)))
    assert "Väntar på svar" in after

    listed = text(two.receiver.get("/staff/handovers"))
    address = re.findall(r"/staff/handovers/[0-9a-f-]+", listed)[0]
    assert two.receiver.get(path_of(two.request)).status_code == 404
    assert two.sender.get(address).status_code == 404
    opened = text(two.receiver.get(address))
    assert "Han hotar mig.\n[…]" in opened
    assert "0701740605" in opened
    assert "heter Anton" not in opened
    accepted = press(two.receiver, f"{address}/accept", how="own-system")
    assert accepted.status_code == 303
    assert press(two.receiver, f"{address}/accept", how="own-system").status_code == 409
    file = press(two.receiver, f"{address}/fetch", form="json")
    plain = text(press(two.receiver, f"{address}/fetch", form="text"))
    assert file.headers["Content-Disposition"] == f'attachment; filename="{two.request.reference}.json"'
    assert json.loads(file.data)["contact"]["never_contact"] == "Anton"
    assert "Får aldrig få veta något: Anton" in plain
    assert "\n    Han hotar mig.\n    […]\n" in plain, "set in, so that nobody's words pass for another's"
    receipt = text(two.receiver.get(address))
    assert hashlib.sha256(file.data).hexdigest() in receipt
    assert press(two.receiver, f"{address}/confirm").status_code == 303
    assert "Det som skickades är borttaget." in text(two.receiver.get(address))
    assert press(two.receiver, f"{address}/fetch", form="json").status_code == 400
    assert press(two.receiver, f"{address}/confirm").status_code == 409

    left = text(two.sender.get(path_of(two.request)))
    assert "Han hotar mig" not in left
    assert "Hon viskade" not in left
    assert "lämnades över till en enhet och finns inte kvar här." in left
    assert "Kvitto" in left
    assert "har nu din fråga" in left  # what the person was told
    with database.session(writes=False) as session:
        by = select(StaffAccount.id).where(StaffAccount.username == "unit-member").scalar_subquery()
        unit = select(AuditEntry.act).where(AuditEntry.staff_id == by, AuditEntry.why == "handover")
        acts = session.scalars(unit.order_by(AuditEntry.number)).all()
        written = session.scalars(select(AuditEntry.act)).all()
    assert acts == ["opened", "handed-over", "exported", "exported", "erased"]
    assert "unmasked" in written  # the sender saw the number before it went


def test_what_is_missing_is_asked_for_and_nothing_is_lost(two: Two) -> None:
    fields = two.choices(two.page())
    for changes, sentence in (
        ({"ground": ""}, "Välj varför uppgifterna får lämnas."),
        ({"consent_how": ""}, "Välj hur personen sa ja."),
        ({"ground": "harm-test"}, "Skriv kort varför"),
        ({"keep": []}, "Allt personen skrev är struket."),
    ):
        answer = two.post(fields | changes, "look")
        assert answer.status_code == 400, changes
        assert sentence in text(answer)
    assert two.post(fields | {"ground": "gone"}, "send").status_code == 400
    unproven = two.sender.post(path_of(two.request, f"handover/{UNIT}"), data={"step": "send", **fields})
    assert unproven.status_code == 400
    assert 'value="by-phone" selected' in text(unproven)
    empty = text(two.sender.get(path_of(two.request, "handover/family-law")))
    assert "Ingen i enheten har ett konto här." in empty
    assert "Ingen i enheten har ett konto här." not in two.page()
    assert two.sender.get(path_of(two.request, "handover/no-such-unit")).status_code == 404
    assert two.sender.get(path_of(two.request, "handover/safety-hosts")).status_code == 404


def test_when_the_person_writes_meanwhile_the_new_words_are_shown_before_anything_leaves(
    two: Two, database: Database, keys: ContentKeys
) -> None:
    fields = two.choices(two.page())
    with database.session() as session:
        person_writes(
            session,
            keys=keys,
            request_id=two.request.request_id,
            body="Han är på väg hit.",
            language="sv",
            now=clock.now(),
        )
    answer = two.post(fields, "send")
    assert answer.status_code == 409
    again = text(answer)
    assert "Läs igenom igen" in again
    assert re.search(r"checked> <span[^>]*>Han är på väg hit\.", again)
    assert two.post(two.choices(again), "send").status_code == 303


def test_a_unit_gives_back_with_a_reason_and_the_sender_takes_back(two: Two, signed_in: Client) -> None:
    address = two.send()
    unreasoned = press(two.receiver, f"{address}/return", reason="wrong-unit", words="")
    assert unreasoned.status_code == 400
    kept = press(two.receiver, f"{address}/return", reason="", words="Ring familjerätten.")
    assert kept.status_code == 400
    assert "Ring familjerätten." in text(kept)
    assert press(two.receiver, f"{address}/return", reason="wrong-unit", words="Ring familjerätten.").status_code == 303
    page = text(two.sender.get(path_of(two.request)))
    assert "Det är inte vårt uppdrag" in page
    assert "Ring familjerätten." in page
    assert "Det som skickades är borttaget." in text(two.receiver.get(address))
    assert two.request.reference in text(signed_in("agent2").get("/staff/queue"))

    press(two.sender, path_of(two.request, "claim"))
    address = two.send()
    assert press(two.sender, path_of(two.request, "handover-withdraw")).status_code == 303
    late = press(two.receiver, f"{address}/accept", how="own-system")
    assert late.status_code == 409
    assert "avsändaren har tagit tillbaka frågan" in text(late)
    assert press(two.sender, path_of(two.request, "handover-withdraw")).status_code == 409


def test_a_unit_that_works_here_gets_the_request_itself_and_the_contact_centre_loses_it(two: Two) -> None:
    address = two.send(may_move="y")
    moved = press(two.receiver, f"{address}/accept", how="here")
    assert moved.location == path_of(two.request)
    page = text(two.receiver.get(path_of(two.request)))
    assert "Hon viskade." in page
    assert two.sender.get(path_of(two.request)).status_code == 404
    assert two.request.reference not in text(two.sender.get("/staff/queue?show=mine"))


def test_only_whoever_is_in_the_unit_and_may_see_protected_people_sees_it(
    two: Two, database: Database, hired: Callable[..., None], signed_in: Client
) -> None:
    address = two.send()
    hired("other-unit", "agent", units=["family-law"])
    assert signed_in("other-unit").get(address).status_code == 404
    assert press(signed_in("other-unit"), f"{address}/accept", how="own-system").status_code == 404
    with database.session() as session:
        session.get_one(HelpRequest, two.request.request_id).protected = True
    assert two.receiver.get(address).status_code == 404
    assert two.request.reference not in text(two.receiver.get("/staff/handovers"))
    hired("trusted", "agent", units=[UNIT], sees_protected=True)
    assert signed_in("trusted").get(address).status_code == 200


def test_a_unit_that_stays_silent_is_seen_by_those_who_sent(
    two: Two, app: Flask, stopped: clock.FrozenClock, signed_in: Client, database: Database
) -> None:
    two.send()
    stopped.move(timedelta(days=3))
    with app.app_context():
        assert turns.handovers() == "Handovers: 1 are overdue."
        assert turns.handovers() is None
    page = text(signed_in("agent2").get("/staff/handovers"))
    assert "Enheter som inte har svarat i tid" in page
    assert two.request.reference in page
    with database.session(writes=False) as session:
        assert session.scalars(select(Event.kind).where(Event.kind == "escalated")).all() == ["escalated"]


def test_outside_the_municipality_nothing_is_sent(two: Two, database: Database) -> None:
    address = path_of(two.request, "handover/police-114-14")
    page = text(two.sender.get(address))
    assert "114 14" in page
    assert "Härifrån skickas inget." in page
    assert press(two.sender, address).status_code == 400
    assert press(two.sender, address, did="called-without-names").status_code == 303
    with database.session(writes=False) as session:
        event = session.scalars(select(Event).where(Event.kind == "guided-on")).one()
        assert event.detail == {"service": "police-114-14", "did": ["called-without-names"]}
        assert session.scalars(select(Handover)).all() == []


def test_somebody_who_does_not_have_the_request_hands_nothing_over(two: Two, signed_in: Client) -> None:
    other = signed_in("agent2")
    for address in ("handover", f"handover/{UNIT}"):
        assert "hotar" not in text(other.get(path_of(two.request, address)))  # why is asked at the door
    fields = {"csrf_token": token(other), "step": "send", **two.choices(two.page())}
    assert other.post(path_of(two.request, f"handover/{UNIT}"), data=fields).status_code == 409
    assert press(two.sender, path_of(two.request, "release")).status_code == 303
    assert other.get(path_of(two.request, "handover")).status_code == 303
    assert other.post(path_of(two.request, f"handover/{UNIT}"), data=fields).status_code == 409
