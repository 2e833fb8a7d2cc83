"""The contact centre grows: units and roles, states for handed over and set aside, practice data, the audit log."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_KINDS = (
    "submitted",
    "code-saved",
    "person-wrote",
    "danger-raised",
    "claimed",
    "released",
    "answered",
    "noted",
    "closed",
    "reopened",
    "human-asked",
    "taken-over",
    "given-back",
    "left-chat",
)
_NEW_KINDS = (
    "moved",
    "reassigned",
    "ranked",
    "escalated",
    "contacted",
    "interpreter-asked",
    "report-taken",
    "report-assessed",
    "threat-marked",
    "threat-over",
    "alarm-raised",
    "protected",
    "unprotected",
    "linked",
    "unlinked",
    "quarantined",
    "cleared",
    "handover-sent",
    "handover-accepted",
    "handover-returned",
    "handover-withdrawn",
    "thinned",
    "held",
    "hold-ended",
    "disclosed",
)
_LAST_KIND = "erased"
_STATES = ("new", "claimed", "in-dialogue", "waiting-person")
_NEW_STATES = ("waiting-unit", "quarantine")
_LAST_STATE = "closed"
_SEALED = "the audit log is append-only"


def upgrade() -> None:
    """Add the columns, allow the new words, and make the audit log."""
    _staff()
    _requests()
    _allow_kinds(*_KINDS, *_NEW_KINDS, _LAST_KIND)
    _audit_log()


def downgrade() -> None:
    """Drop them; what waited for a unit or lay aside waits for staff again, and the audit log is gone."""
    op.drop_table("audit_entry")
    if _is_postgres():
        op.execute("DROP FUNCTION refuse_audit_change()")
    forgotten = ", ".join(f"'{kind}'" for kind in _NEW_KINDS)
    op.execute(f"DELETE FROM event WHERE kind IN ({forgotten})")  # noqa: S608  # the words above, nobody's input
    _allow_kinds(*_KINDS, _LAST_KIND)
    aside = ", ".join(f"'{state}'" for state in _NEW_STATES)
    op.execute(f"UPDATE help_request SET state = 'in-dialogue' WHERE state IN ({aside})")  # noqa: S608  # as above
    _allow_states(*_STATES, _LAST_STATE)
    with op.batch_alter_table("help_request") as request:
        request.drop_constraint(op.f("ck_help_request_party"), type_="check")
        for column in ("party", "practice", "protected", "unit"):
            request.drop_column(column)
    op.drop_column("staff_account", "sees_protected")
    op.drop_column("staff_account", "units")


def _staff() -> None:
    op.add_column("staff_account", sa.Column("units", sa.JSON, nullable=True))
    op.execute("UPDATE staff_account SET units = '[\"contact-centre\"]'")
    op.add_column("staff_account", sa.Column("sees_protected", sa.Boolean, nullable=True))
    op.execute("UPDATE staff_account SET sees_protected = false")
    with op.batch_alter_table("staff_account") as staff:
        staff.alter_column("units", nullable=False)
        staff.alter_column("sees_protected", nullable=False)


def _requests() -> None:
    op.add_column("help_request", sa.Column("unit", sa.String(60), nullable=True))
    op.add_column("help_request", sa.Column("protected", sa.Boolean, nullable=True))
    op.add_column("help_request", sa.Column("practice", sa.Boolean, nullable=True))
    op.add_column("help_request", sa.Column("party", sa.SmallInteger, nullable=True))
    op.execute("UPDATE help_request SET unit = 'contact-centre', protected = false, practice = false")
    with op.batch_alter_table("help_request") as request:
        for column in ("unit", "protected", "practice"):
            request.alter_column(column, nullable=False)
        request.create_check_constraint(op.f("ck_help_request_party"), "party IN (1, 2)")
    _allow_states(*_STATES, *_NEW_STATES, _LAST_STATE)


def _allow_states(*states: str) -> None:
    with op.batch_alter_table("help_request") as request:
        request.drop_constraint(op.f("ck_help_request_state"), type_="check")
        request.create_check_constraint(op.f("ck_help_request_state"), _one_of("state", *states))


def _allow_kinds(*kinds: str) -> None:
    with op.batch_alter_table("event") as event:
        event.drop_constraint(op.f("ck_event_kind"), type_="check")
        event.create_check_constraint(op.f("ck_event_kind"), _one_of("kind", *kinds))


def _audit_log() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.Uuid, sa.ForeignKey("staff_account.id"), nullable=True),
        sa.Column("act", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("why", sa.String(40), nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
    )
    op.create_index("ix_audit_entry_staff_id", "audit_entry", ["staff_id"])
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject"])
    for statement in _refusals():
        op.execute(statement)


def _refusals() -> list[str]:
    """Let the database itself refuse to change or remove a row; emptying whole tables is left to an operator."""
    if _is_postgres():
        return [
            "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{_SEALED}'; END $$",
            "CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry"
            " FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()",
        ]
    return [
        f"CREATE TRIGGER audit_entry_no_{verb.lower()} BEFORE {verb} ON audit_entry"
        f" BEGIN SELECT RAISE(ABORT, '{_SEALED}'); END"
        for verb in ("UPDATE", "DELETE")
    ]


def _one_of(column: str, *words: str) -> str:
    allowed = ", ".join(f"'{word}'" for word in words)
    return f"{column} IN ({allowed})"


def _is_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"
