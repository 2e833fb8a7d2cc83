"""A supervisor reads the week: verifies in two steps, brings together, passes on, tells back, takes out."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.desk import area_signals
from portal.desk.area_signals import HandedIn, Sighting
from portal.records.area_signal import AreaSignal
from portal.records.audit_entry import AuditEntry
from tests.database.staff.browsing import press, text

SEEN = "Lamporna i tunneln är trasiga."
WEEK = "2026-W11"


@pytest.fixture
def told(app, database, keys, code_key, shipped_rules, now) -> Callable[..., HandedIn]:
    def tell(words: str = SEEN, *, signals: tuple[str, ...] = (), **details: Any) -> HandedIn:
        ordinary = {
            "area": "hageby",
            "place": "",
            "week": WEEK,
            "category": "damage",
            "how_often": "weekly",
            "source": "resident",
            "words": words,
            "wants_told": True,
        }
        with database.session() as session:
            return area_signals.hand_in(
                session,
                keys=keys,
                code_key=code_key,
                ruleset=shipped_rules.ruleset,
                sighting=Sighting(**(ordinary | details)),
                signals=signals,
                language="sv",
                seed=uuid4().hex,
                now=now,
            )

    return tell


@pytest.fixture
def supervisor(hired, signed_in):
    hired("sup", "supervisor")
    return signed_in("sup")


def row(database, reference: str) -> AreaSignal:
    with database.session(writes=False) as session:
        return session.scalars(select(AreaSignal).where(AreaSignal.reference == reference)).one()


def audited(database) -> list[tuple[str, str]]:
    with database.session(writes=False) as session:
        return [(each.act, each.subject) for each in session.scalars(select(AuditEntry).order_by(AuditEntry.number))]


def verified(client, handed: HandedIn) -> None:
    answer = press(client, f"/staff/area-signals/{handed.reference}/verify", words=SEEN, step="look", sure="y")
    assert answer.status_code == 303


def test_a_text_is_verified_in_two_steps_and_never_with_a_person_in_it(told, supervisor, database):
    handed = told("Vid Kvistlunds kiosk är <b>lamporna</b> trasiga.")
    page = f"/staff/area-signals/{handed.reference}"
    raw = supervisor.get(page).get_data(as_text=True)
    assert "<b>lamporna" not in raw
    assert "Kanske ett namn" in raw
    person = press(supervisor, f"{page}/verify", words="ahmed bor i lgh 1102", step="look", sure="y")
    assert (person.status_code, row(database, handed.reference).state) == (400, "new")
    assert "<b><bdi>lgh 1102</bdi></b>" in text(person)
    assert "ahmed bor i lgh 1102" in text(person)
    first = press(supervisor, f"{page}/verify", words=SEEN)
    assert "2. Läs texten en gång till" in text(first)
    unsure = press(supervisor, f"{page}/verify", words=SEEN, step="look")
    assert (unsure.status_code, row(database, handed.reference).state) == (400, "new")
    verified(supervisor, handed)
    assert row(database, handed.reference).state == "verified"
    late = press(supervisor, f"{page}/verify", words=SEEN, step="look", sure="y")
    assert late.status_code == 409
    assert "En kollega hann före." in text(late)
    assert audited(database).count(("opened", handed.reference)) == 5  # each page that showed the text


def test_it_is_brought_together_passed_on_and_told_back(told, supervisor, database):
    signals = [told(), told("Klotter i tunneln."), told(area="city")]
    for handed in signals:
        verified(supervisor, handed)
    references = [handed.reference for handed in signals]
    apart = press(supervisor, "/staff/week/merge", references=references, week=WEEK)  # type: ignore[arg-type]
    assert apart.status_code == 400
    assert "samma område" in text(apart)
    together = press(supervisor, "/staff/week/merge", references=references[:2], week=WEEK)  # type: ignore[arg-type]
    page = together.location
    assert "1 till är ihoplagd med den" in text(supervisor.get(page))
    named = press(supervisor, f"{page}/pass-on", words="ahmed gör det", receivers="police", looked="y")
    assert named.status_code == 400
    assert "ahmed gör det" in text(named)
    assert press(supervisor, f"{page}/pass-on", words=SEEN).status_code == 400  # to nobody
    assert press(supervisor, f"{page}/pass-on", words=SEEN, receivers="police").status_code == 303
    assert press(supervisor, f"{page}/tell", words="Ahmed flyttar", told="changed").status_code == 400
    assert press(supervisor, f"{page}/tell", words="Lamporna byts.", told="changed").status_code == 303
    assert press(supervisor, f"{page}/close").status_code == 303
    assert sorted(row(database, each).told or "" for each in references) == ["", "changed", "changed"]


def test_the_picture_hides_small_counts_and_so_do_the_files(told, supervisor, database, stopped):
    for number in range(12):
        told(area="hageby", source="school" if number else "resident")
    for _ in range(3):
        told(area="navestad", category="selling")
    told("Någon slår en annan nu.", area="city", category="other-crime", signals=("violence-now",))
    passed = told("| =HYPERLINK(1) <i>trasigt</i>")
    verified(supervisor, passed)
    words = {"words": "=1+1 | <script>alert(1)</script> # trasigt", "looked": "y", "receivers": "parks-and-streets"}
    assert press(supervisor, f"/staff/area-signals/{passed.reference}/pass-on", **words).status_code == 303
    page = text(supervisor.get(f"/staff/week?week={WEEK}"))
    assert "Veckans bild, vecka 11" in page
    assert "utsatt" not in page.casefold()
    shown = page.partition("week-kinds")[2].partition("</table>")[0]
    assert "<\u202f5" in shown
    assert ">3<" not in shown
    assert page.index("Våld eller hot just nu") < page.index("Skola eller fritidsgård")  # danger leads the list
    assert SEEN not in page  # a text is opened by itself, and that is written down

    file = supervisor.get(f"/staff/week.csv?week={WEEK}")
    lines = list(csv.reader(io.StringIO(file.get_data(as_text=True).lstrip("\ufeff")), delimiter=";"))
    counts = {(line[1], line[3]): line[4] for line in lines[1:]}
    assert counts["Hageby", "Något är förstört eller nedklottrat"] == "13"
    assert counts["Navestad", "Det säljs droger där"] == "färre än 5"
    assert counts["Navestad", "Tillsammans"] == "minst 1"
    notes = supervisor.get(f"/staff/week.md?week={WEEK}").get_data(as_text=True)
    assert "Navestad | minst 1 |" in notes
    assert "\\<script\\>alert(1)\\</script\\> \\# trasigt" in notes
    assert SEEN not in notes  # only what was passed on goes out
    exported = [subject for act, subject in audited(database) if act == "exported"]
    assert exported == [f"area-week-{WEEK}"] * 2
    assert "Veckans bild, vecka 10" in text(supervisor.get("/staff/week?week=nonsense"))  # the week that has ended


def test_staff_hand_in_what_they_see_with_danger_first_and_no_person(signed_in, database):
    agent = signed_in("agent1")
    page = "/staff/area-signals/new"
    form = {
        "area": "elsewhere",
        "place": "busstationen",
        "category": "gathering",
        "week": WEEK,
        "how_often": "once",
        "words": "Två gäng slåss, han slår mig nu.",
        "seed": uuid4().hex,
    }
    danger = text(press(agent, page, **form))
    assert danger.index("Våld eller hot just nu") < danger.index("Två gäng slåss")
    named = press(agent, page, **{**form, "seen_danger": "yes", "words": "ahmed slåss"})
    assert "<b><bdi>ahmed</bdi></b>" in text(named)
    assert press(agent, page, **{**form, "place": ""}).status_code == 400
    with database.session(writes=False) as session:
        assert session.scalars(select(AreaSignal)).all() == []
    for _ in range(2):  # pressed twice, kept once
        assert press(agent, page, **{**form, "seen_danger": "yes"}).status_code == 303
    with database.session(writes=False) as session:
        (signal,) = session.scalars(select(AreaSignal)).all()
    assert (signal.source, signal.area, signal.signals) == ("staff", None, ["violence-now"])
