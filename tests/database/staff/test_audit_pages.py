"""What an auditor asks the log: who opened this, what did they do, who was odd. Reading it leaves a trace too."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select, update

from portal import clock
from portal.desk.audit import Act
from portal.desk.roster import find_account
from portal.desk.submit import Submitted
from portal.records.audit_entry import AuditEntry
from portal.records.database import Database
from portal.records.help_request import HelpRequest
from tests.database.staff.browsing import Client, path_of, press, text

WORDS = "Han hotar mig hemma."


def rows(page: str) -> list[list[str]]:
    """The cells of the log on a page."""
    log = page[page.index("staff-log") :]
    found = re.findall("<tr>(.*?)</tr>", log, re.DOTALL)[1:]
    return [[re.sub("<[^>]+>", "", cell).strip() for cell in re.findall("<td>(.*?)</td>", row)] for row in found]


def test_the_log_answers_who_opened_what_in_which_days_and_what_was_odd(
    database: Database,
    signed_in: Client,
    hired: Callable[..., None],
    filed: Callable[..., Submitted],
    stopped: clock.FrozenClock,
) -> None:
    hired("keeper", "agent", sees_protected=True)
    hired("auditor", "auditor")
    asked, hidden = filed(words=WORDS), filed(words=WORDS)
    with database.session() as session:
        session.execute(update(HelpRequest).where(HelpRequest.id == hidden.request_id).values(protected=True))
    agent, keeper = signed_in("agent1"), signed_in("keeper")
    agent.get(path_of(asked))
    press(agent, path_of(asked, "claim"))
    signed_in("agent2").get(path_of(asked))
    press(signed_in("agent2"), path_of(asked, "why"), why="colleague-away")
    agent.get(path_of(hidden))
    press(keeper, path_of(hidden, "why"), why="person-called")
    stopped.move(timedelta(hours=20))
    auditor = signed_in("auditor")

    def ask(query: str) -> list[list[str]]:
        return rows(text(auditor.get(f"/staff/log?{query}")))

    opened = ask(f"subject={asked.reference.lower()}&act=opened")
    assert [(row[2], row[5]) for row in opened] == [("agent2", "Kollegan är borta"), ("agent1", "Väntade i kön")]
    assert {row[3] for row in ask("username=agent1&first=2026-03-10&last=2026-03-10")} == {
        "Loggade in",
        "Öppnade",
        "Försökte öppna en fråga med skyddade uppgifter",
    }
    assert "Ingen rad passar." in text(auditor.get("/staff/log?username=agent1&first=2026-03-11"))
    assert {(row[2], row[4].split()[0]) for row in ask("protected=y")} == {
        ("agent1", hidden.reference),
        ("keeper", hidden.reference),
    }
    assert {(row[2], row[4].split()[0]) for row in ask("untouched=y")} == {
        ("agent2", asked.reference),
        ("keeper", hidden.reference),
    }
    page = text(auditor.get("/staff/log"))
    access = re.findall(r'<th scope="row"><a [^>]+>(\w+)</a></th><td>(\d)</td><td>(\d)</td><td>(\d)</td>', page)
    assert access == [("agent1", "1", "0", "0"), ("keeper", "0", "1", "1")]
    assert "försökt öppna något som är skyddat" in text(signed_in("auditor").get("/staff/figures"))
    for wrong in ("first=yesterday", "last=0001-01-01"):
        assert auditor.get(f"/staff/log?{wrong}").status_code == 400
    file = text(auditor.get(f"/staff/log.csv?subject={asked.reference}&act=opened"))
    assert file.count(asked.reference) == 2

    with database.session(writes=False) as session:
        whose = str(find_account(session, username="agent1").id)
        read = [
            (row.act, row.subject, row.detail)
            for row in session.scalars(select(AuditEntry).order_by(AuditEntry.number))
            if row.act in (Act.READ_LOG, Act.EXPORTED)
        ]
    assert read[0] == (Act.READ_LOG, asked.reference, {"by": ["subject", "act"]})
    assert read[1] == (Act.READ_LOG, "audit-log", {"by": ["username", "first", "last"], "account": whose})
    assert (Act.EXPORTED, "audit-log", {"about": asked.reference, "by": ["subject", "act"]}) in read
    before = len(read)
    ask("untouched=y")
    ask("untouched=y")
    auditor.get("/staff/log?subject=Vad som helst, skrivet av någon!")
    with database.session(writes=False) as session:
        read = [row.subject for row in session.scalars(select(AuditEntry).where(AuditEntry.act == Act.READ_LOG))]
    assert len(read) == before - 1 + 2  # the same question twice within one reading stands there once
    assert read[-1] == "audit-log"


def test_an_auditor_follows_the_course_of_any_request_without_its_words(
    database: Database, signed_in: Client, hired: Callable[..., None], filed: Callable[..., Submitted]
) -> None:
    hired("auditor", "auditor")
    request = filed(words=WORDS, signals=["violence"], topics=["home.violence"], language="so")
    agent, auditor = signed_in("agent1"), signed_in("auditor")
    press(agent, path_of(request, "claim"))
    press(agent, path_of(request, "note"), note="En hemlig tanke.", kind="fact")
    press(agent, path_of(request, "answer"), answer="Ett svar.", language="sv", act="send")
    with database.session() as session:
        change = update(HelpRequest).where(HelpRequest.id == request.request_id)
        session.execute(change.values(protected=True, unit="family-counselling"))
    page = text(auditor.get(f"/staff/log/{request.reference.lower()}"))
    for shown in ("Frågan skickades", "Togs om hand", "Intern anteckning skrevs", "agent1", "Familjerådgivningen"):
        assert shown in page, shown
    for kept in (WORDS, "En hemlig tanke.", "Ett svar.", "violence", "våld", "Somali", "somali"):
        assert kept not in page, kept
    auditor.get(f"/staff/log/{request.reference}")
    assert auditor.get("/staff/log/FL-2222-3333").status_code == 404
    assert signed_in("agent1").get(f"/staff/log/{request.reference}").status_code == 403
    with database.session(writes=False) as session:
        followed = session.scalars(select(AuditEntry).where(AuditEntry.act == Act.FOLLOWED)).all()
        assert [row.subject for row in followed] == [request.reference]
    assert "Följde en frågas gång" in text(auditor.get(f"/staff/log/{request.reference}"))
