"""Danger reaches whoever may act on it, on every staff page, and nobody else; and it names nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, update

from portal import clock
from portal.current import EXTENSION, Parts
from portal.desk.area_signals import Sighting, hand_in
from portal.desk.submit import Submitted
from portal.records.area_signal import AreaSignal
from portal.records.audit_entry import AuditEntry
from portal.records.database import Database
from portal.records.help_request import HelpRequest
from tests.database.staff.browsing import Client, path_of, press, text

NEWS = "/staff/watch/news?mark=none"
DANGER: dict[str, Any] = {"signals": ["violence-now"], "urgency": "emergency"}
SEALED = "family-counselling"


def alarms(client: FlaskClient, address: str = "/staff/password") -> str:
    """What stands above the page."""
    return text(client.get(address)).partition('id="alarms"')[2].partition('role="status"')[0]


def sounds(client: FlaskClient) -> list[str]:
    found = re.search(r'data-sounds="([^"]*)"', text(client.get(NEWS)))
    return found[1].split() if found else []


def test_danger_calls_on_every_page_until_somebody_takes_it_and_once_more_when_others_are_told(
    filed: Callable[..., Submitted], signed_in: Client, hired: Callable[..., None], database: Database
) -> None:
    hired("boss", "supervisor")
    hired("night", "on-call")
    agent, boss, night, admin = (signed_in(name) for name in ("agent1", "boss", "night", "admin"))
    calm = filed(words="calm")
    assert [sounds(each) for each in (agent, boss, night, admin)] == [[], [], [], []]
    mark = re.findall(r"news\?mark=(\w+)", text(agent.get(NEWS)))[0]
    assert agent.get(f"/staff/watch/news?mark={mark}").status_code == 204
    danger = filed(words="hemligt", **DANGER)
    for client, address in ((agent, path_of(calm)), (boss, "/staff/figures"), (night, "/staff/area-signals/new")):
        band = alarms(client, address)
        assert "Fara. Ingen har tagit den." in band
        assert danger.reference in band
        assert 'aria-live="assertive"' in band
        for content in ("hemligt", "Våld", "home.violence", "violence-now"):
            assert content not in band
    assert "Fara" not in alarms(admin)
    assert sounds(admin) == []
    news = agent.get(f"/staff/watch/news?mark={mark}")
    assert (news.status_code, danger.reference in text(news), "<html" in text(news)) == (200, True, False)
    heard = [sounds(each) for each in (agent, boss, night)]
    assert [len(each) for each in heard] == [1, 1, 1]

    with database.session() as session:
        told = HelpRequest.reference.in_([danger.reference, calm.reference])
        session.execute(update(HelpRequest).where(told).values(escalated_to="supervisor"))
    assert sounds(agent) == heard[0]
    assert len(set(sounds(boss)) - set(heard[1])) == 2
    assert "1 har väntat för länge" in alarms(boss)
    assert "1 har väntat för länge" not in alarms(agent)
    assert "Arbetsledaren vet" in alarms(night)
    press(agent, path_of(danger, "claim"))
    assert [sounds(each) for each in (agent, night)] == [[], [each for each in sounds(night) if "once" in each]]
    assert "Fara" not in alarms(boss)


def test_what_is_out_of_reach_never_calls_and_the_other_party_is_told_of_without_a_name(
    filed: Callable[..., Submitted], signed_in: Client, hired: Callable[..., None], database: Database
) -> None:
    hired("sealed", "agent", units=[SEALED])
    hired("night", "on-call")
    hired("few", "agent", sees_protected=True)
    hired("learner", "trainee")
    requests = {kind: filed(words=kind, **DANGER) for kind in ("sealed", "protected", "practice", "other")}
    with database.session() as session:
        for kind, values in (
            ("sealed", {"unit": SEALED}),
            ("protected", {"protected": True}),
            ("practice", {"practice": True}),
            ("other", {"party": 2}),
        ):
            chosen = HelpRequest.id == requests[kind].request_id
            session.execute(update(HelpRequest).where(chosen).values(**values))
    bands = {name: alarms(signed_in(name)) for name in ("agent1", "sealed", "night", "few", "learner")}
    seen = {name: {kind for kind, each in requests.items() if each.reference in band} for name, band in bands.items()}
    assert seen == {
        "agent1": set(),
        "sealed": {"sealed"},
        "night": set(),
        "few": {"protected"},
        "learner": {"practice"},
    }
    assert "Den står under Den andra parten." in bands["agent1"]
    assert "show=other-party" in bands["agent1"]
    assert "1 av dem står under Den andra parten." in bands["few"]
    assert "Den andra parten" not in bands["sealed"] + bands["learner"]


def test_asking_for_news_costs_one_light_question_for_danger_however_long_the_queue_is(
    filed: Callable[..., Submitted], signed_in: Client, database: Database
) -> None:
    client = signed_in("agent1")
    counted: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        counted.append(statement)

    event.listen(database.engine, "before_cursor_execute", count)
    client.get(NEWS)
    without, counted[:] = len(counted), []
    for number in range(12):
        filed(words=str(number), **DANGER)
    counted[:] = []
    client.get(NEWS)
    asked = [each for each in counted if "help_request" in each and "threat" not in each]
    event.remove(database.engine, "before_cursor_execute", count)
    assert len(counted) == without
    assert len(asked) == 1
    assert "minst 10" in alarms(client)


def place(app: Flask, words: str, *signals: str) -> str:
    parts: Parts = app.extensions[EXTENSION]
    with parts.database.session() as session:
        return hand_in(
            session,
            keys=parts.content_keys,
            code_key=parts.code_key,
            ruleset=parts.rules.current().ruleset,
            sighting=Sighting(
                area="hageby",
                place="",
                week="2026-W11",
                category="damage",
                how_often="once",
                source="resident",
                words=words,
                wants_told=False,
            ),
            signals=signals,
            language="sv",
            seed=f"{words:.<30}",
            now=clock.now(),
        ).reference


def test_danger_in_a_worry_about_a_place_calls_at_once_until_somebody_says_it_is_seen(
    app: Flask, signed_in: Client, hired: Callable[..., None], database: Database, stopped: clock.FrozenClock
) -> None:
    hired("boss", "supervisor")
    hired("night", "on-call")
    boss, night, agent = signed_in("boss"), signed_in("night"), signed_in("agent1")
    calm, danger = place(app, "Trasiga lampor"), place(app, "Någon har ett vapen vid tunneln", "violence-now")
    page = f"/staff/area-signals/{danger}/danger"
    for client in (boss, night):
        assert danger in alarms(client)
        assert calm not in alarms(client)
        assert "vapen" not in alarms(client)
        assert len(sounds(client)) == 1
    assert (danger in alarms(agent), agent.get(page).status_code) == (False, 403)
    shown = text(night.get(page))
    assert "Någon har ett vapen vid tunneln" in shown
    assert night.get(f"/staff/area-signals/{calm}/danger").status_code == 404
    assert night.get(f"/staff/area-signals/{danger}").status_code == 403
    assert "Jag har sett det och gör det som behövs" in text(boss.get(f"/staff/area-signals/{danger}"))
    stopped.move(timedelta(minutes=1))
    assert press(night, f"{page}/seen").status_code == 303
    assert press(night, f"{page}/seen").status_code == 303
    assert [sounds(client) for client in (boss, night)] == [[], []]
    assert night.get(page).status_code == 404
    assert boss.get(page).location == f"/staff/area-signals/{danger}"
    assert press(night, f"/staff/area-signals/{calm}/danger/seen").status_code == 404
    with database.session(writes=False) as session:
        acts = session.scalars(select(AuditEntry).where(AuditEntry.subject == danger).order_by(AuditEntry.number))
        assert [(each.act, each.detail) for each in acts if each.act == "judged"] == [
            ("judged", {"state": "danger-seen"})
        ]
        signal = session.scalars(select(AreaSignal).where(AreaSignal.reference == danger)).one()
        assert signal.state == "new"
