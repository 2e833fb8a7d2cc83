"""The ways to the staff pages, each shown to those who may open it. The first one open is where signing in leads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from flask_babel import LazyString, lazy_gettext

from portal.desk.rights import Right, may
from portal.records.staff_account import Role


@dataclass(frozen=True, slots=True)
class Entry:
    """One way. `pages` are the endpoints, without "staff.", on which it is the current one; the first is where it
    leads."""

    right: Right
    label: LazyString
    pages: tuple[str, ...]

    @property
    def leads_to(self) -> str:
        return f"staff.{self.pages[0]}"

    def is_current(self, endpoint: str | None) -> bool:
        return endpoint in {f"staff.{page}" for page in self.pages}


MENU: Final = (
    Entry(Right.READ_REQUESTS, lazy_gettext("Kön"), ("queue",)),
    Entry(Right.READ_REQUESTS, lazy_gettext("Att bevaka"), ("watch",)),
    Entry(Right.RECEIVE_HANDOVERS, lazy_gettext("Överlämnat"), ("handovers", "handover_page")),
    Entry(
        Right.DRAFT_ANSWERS,
        lazy_gettext("Frågor och svar"),
        ("answers", "answer_question", "published_answers", "published_answer"),
    ),
    Entry(Right.JUDGE_AREA_SIGNALS, lazy_gettext("Veckans bild"), ("week", "signal_page")),
    Entry(Right.EDIT_REPLIES, lazy_gettext("Svarstexter"), ("replies", "add_reply", "reply", "reply_variant")),
    Entry(Right.READ_FIGURES, lazy_gettext("Siffror"), ("figures",)),
    Entry(Right.REPORT_AREA_SIGNALS, lazy_gettext("Berätta om en plats"), ("new_signal",)),
    Entry(Right.MANAGE_ACCOUNTS, lazy_gettext("Konton"), ("accounts", "add_account", "account")),
    Entry(Right.AGREE_ON_ACCOUNTS, lazy_gettext("Godkänna"), ("agreements",)),
    Entry(Right.READ_AUDIT, lazy_gettext("Loggen"), ("audit_log", "check_log", "audit_course")),
    Entry(Right.READ_ERASURES, lazy_gettext("Gallring"), ("erasures",)),
    Entry(Right.OWN_ACCOUNT, lazy_gettext("Din inloggning"), ("second_factor", "password")),
)


def menu_for(roles: Iterable[Role]) -> list[Entry]:
    """What somebody with these roles may open; everybody has at least one."""
    held = frozenset(roles)
    return [entry for entry in MENU if may(held, entry.right)]
