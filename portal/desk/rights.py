"""Who may do what: the one table. Pages name the right they need in `portal.access`; nothing else decides by role.

`docs/roles.md` shows this table; `flask staff roles` prints it.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from portal.records.staff_account import Role


class Right(StrEnum):
    """One thing that somebody may do. The value is how the documentation says it."""

    OWN_ACCOUNT = "change one's own password and second factor, sign out"
    READ_REQUESTS = "see the queue and read requests within reach"
    WORK_REQUESTS = "take, answer, note, hand over and close requests"
    REASSIGN = "give requests to colleagues, change many at once, end threat notes"
    RECEIVE_HANDOVERS = "accept or return what is handed over to one's unit"
    REPORT_AREA_SIGNALS = "hand in a worry about a place"
    SEE_AREA_DANGER = "see at once a worry about a place that tells of danger"
    JUDGE_AREA_SIGNALS = "verify, merge and pass on worries about places, read the weekly picture"
    READ_FIGURES = "read figures without persons and take them out as CSV"
    DISCLOSE = "take out one request for disclosure, put a legal hold on it"
    DRAFT_ANSWERS = "draft answers to public questions"
    REVIEW_ANSWERS = "read drafted public answers as the second reader, publish or decline them"
    EDIT_REPLIES = "write and review ready-made replies"
    READ_AUDIT = "read who opened what and why, without content"
    READ_ERASURES = "read the protocol of what was erased"
    MANAGE_ACCOUNTS = "add and switch off accounts, ask for roles, units and recoveries"
    AGREE_ON_ACCOUNTS = "agree, as the second of two, to what was asked for an account"


_EVERYBODY: Final = frozenset(Role)
_DESK: Final = frozenset({Role.AGENT, Role.SUPERVISOR, Role.ON_CALL})

MAY: Final[dict[Right, frozenset[Role]]] = {
    Right.OWN_ACCOUNT: _EVERYBODY,
    Right.READ_REQUESTS: _DESK | {Role.TRAINEE},
    Right.WORK_REQUESTS: _DESK | {Role.TRAINEE},
    Right.REASSIGN: frozenset({Role.SUPERVISOR}),
    Right.RECEIVE_HANDOVERS: _DESK,
    Right.REPORT_AREA_SIGNALS: _DESK,
    Right.SEE_AREA_DANGER: frozenset({Role.SUPERVISOR, Role.ON_CALL}),
    Right.JUDGE_AREA_SIGNALS: frozenset({Role.SUPERVISOR}),
    Right.READ_FIGURES: frozenset({Role.SUPERVISOR, Role.AUDITOR}),
    Right.DISCLOSE: frozenset({Role.SUPERVISOR}),
    Right.DRAFT_ANSWERS: frozenset({Role.AGENT, Role.QA_REVIEWER}),
    Right.REVIEW_ANSWERS: frozenset({Role.QA_REVIEWER}),
    Right.EDIT_REPLIES: frozenset({Role.CONTENT_EDITOR}),
    Right.READ_AUDIT: frozenset({Role.AUDITOR}),
    Right.READ_ERASURES: frozenset({Role.AUDITOR, Role.SUPERVISOR, Role.ADMINISTRATOR}),
    Right.MANAGE_ACCOUNTS: frozenset({Role.ADMINISTRATOR}),
    Right.AGREE_ON_ACCOUNTS: frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR}),
}
"""Right to the roles of which one is needed. Editors, reviewers, auditors and administrators read no requests."""

_ENTRUSTED: Final = (
    Right.READ_REQUESTS,
    Right.DRAFT_ANSWERS,  # shows what a person wrote before names are taken out
    Right.REVIEW_ANSWERS,
    Right.READ_AUDIT,
    Right.MANAGE_ACCOUNTS,
    Right.AGREE_ON_ACCOUNTS,
)
GIVEN_BY_TWO: Final = frozenset(
    role for role in Role if role is not Role.TRAINEE and any(role in MAY[right] for right in _ENTRUSTED)
)
"""Roles that nobody gives alone: those that read what people wrote or who opened it, and those that decide on accounts.
A trainee reads nothing that is real."""


def may(roles: Iterable[Role], right: Right) -> bool:
    """Whether somebody with these roles has this right. Their own sign-in is theirs also while they have no role."""
    return right is Right.OWN_ACCOUNT or not MAY[right].isdisjoint(roles)


def rights_of(roles: Iterable[Role]) -> frozenset[Right]:
    """Everything that somebody with these roles may do."""
    held = frozenset(roles)
    return frozenset(right for right in Right if may(held, right))


def table() -> str:
    """The table as Markdown: rights down, roles across."""
    head = ["", *(role.value for role in Role)]
    rows = [[right.value, *("yes" if role in MAY[right] else "" for role in Role)] for right in Right]
    lines = [head, ["---"] + [":-:"] * len(Role), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
