"""Who may do what is one table, and the documentation shows that very table."""

from portal.desk.rights import MAY, Right, may, rights_of, table
from portal.records.staff_account import Role
from portal.settings import ROOT


def test_the_documentation_shows_the_table_that_is_enforced() -> None:
    assert table() in (ROOT / "docs" / "roles.md").read_text("utf-8")


def test_every_right_is_somebodys() -> None:
    assert set(MAY) == set(Right)
    assert all(MAY.values())


def test_whoever_looks_after_accounts_texts_or_the_log_reads_no_requests() -> None:
    for role in (Role.ADMINISTRATOR, Role.CONTENT_EDITOR, Role.QA_REVIEWER, Role.AUDITOR):
        assert not rights_of([role]) & {Right.READ_REQUESTS, Right.WORK_REQUESTS, Right.DISCLOSE}, role


def test_several_roles_add_up_and_give_nothing_else() -> None:
    both = rights_of([Role.AGENT, Role.QA_REVIEWER])
    assert both == rights_of([Role.AGENT]) | rights_of([Role.QA_REVIEWER])
    assert not may([Role.AGENT, Role.QA_REVIEWER], Right.MANAGE_ACCOUNTS)
