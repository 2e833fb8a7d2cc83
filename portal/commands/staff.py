"""flask staff: accounts for those who work here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final
from uuid import UUID

import click
from sqlalchemy.orm import Session

from portal import clock, current
from portal.commands.groups import CommandGroup
from portal.desk import audit, entrusted, recovery, second_factor
from portal.desk.accounts import add_staff, change_password
from portal.desk.audit import Act
from portal.desk.errors import StaffUnknown, TraineeAlone, UsernameTaken
from portal.desk.rights import table
from portal.desk.roster import AccountRow, find_account, list_accounts, random_password
from portal.records.errors import DomainError
from portal.records.migrations import is_current
from portal.records.staff_account import CONTACT_CENTRE, Role

staff_commands = CommandGroup("staff", help="Accounts for those who work here.")

DEMO: Final = {
    "agent1": ("Socialsekreterare", Role.AGENT),
    "agent2": ("Rådgivare", Role.AGENT),
    "supervisor": ("Arbetsledare", Role.SUPERVISOR),
    "oncall": ("Socialjour", Role.ON_CALL),
    "editor": ("Redaktör", Role.CONTENT_EDITOR),
    "reviewer": ("Granskare", Role.QA_REVIEWER),
    "auditor": ("Revisor", Role.AUDITOR),
    "admin": ("Administratör", Role.ADMINISTRATOR),
    "trainee": ("Under upplärning", Role.TRAINEE),
}
"""Accounts for trying the portal out: name to the role people see, and what it may do."""


@staff_commands.command("add")
@click.argument("username")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
@click.option("--display-role", required=True, help="What people see instead of a name, as in Socialsekreterare.")
@click.option("--unit", "units", multiple=True, default=[CONTACT_CENTRE], help="Whose requests they may read.")
@click.option("--sees-protected", is_flag=True, help="One of the few who read protected identities.")
def add(username: str, roles: Sequence[str], display_role: str, units: Sequence[str], sees_protected: bool) -> None:
    """Add an account and print its random password, once. At once, also what takes two persons on the pages: this is
    how the first accounts come to be, and whoever runs it holds the database anyway."""
    with _accounts() as session:
        password = _add(session, username, display_role, roles, units=units, sees_protected=sees_protected)
    _print_once({username: password})


@staff_commands.command("demo")
def demo() -> None:
    """Add an account per role, and print their random passwords, once."""
    with _accounts() as session:
        there = {account.username for account in list_accounts(session)}
        passwords = {
            username: _add(session, username, display_role, [role])
            for username, (display_role, role) in DEMO.items()
            if username not in there
        }
    if not passwords:
        click.echo(f"Staff accounts: {', '.join(DEMO)}. New password for one: flask staff password USERNAME")
        return
    _print_once(passwords)
    if current.settings().staff_second_factor:
        click.echo("  The first sign-in asks for an app for codes. Without one, this prints the code:")
        click.echo("  tools/python tools/portal_command.py staff code USERNAME\n")


@staff_commands.command("roles")
def roles() -> None:
    """Print who may do what, as docs/roles.md shows it."""
    click.echo(table())


@staff_commands.command("password")
@click.argument("username")
def password(username: str) -> None:
    """Give an account a new random password, print it once, and end where it is signed in."""
    new = random_password()
    with _accounts() as session:
        account = _find(session, username)
        change_password(session, staff_id=account.id, new_password=new, now=clock.now(), password_made=True)
        _note(session, account.id, change="password", where="at-the-machine")
    _print_once({account.username: new})


@staff_commands.command("reset")
@click.argument("username")
def reset(username: str) -> None:
    """The last resort, for when no second person is left to agree to a recovery: a new random password, printed once,
    and no second factor any more. The audit log keeps that it was done at the machine."""
    new = random_password()
    with _accounts() as session:
        account = _find(session, username)
        recovery.reset(session, staff_id=account.id, new_password=new, now=clock.now(), password_made=True)
        _note(session, account.id, recovery="at-the-machine")
    _print_once({account.username: new})


@staff_commands.command("code")
@click.argument("username")
def code(username: str) -> None:
    """Print the code that an account's app would show now, to try a demonstration out without a telephone."""
    if current.ruleset().municipality.live:
        raise click.ClickException("This is a live service (live: true), so codes come from their owner's app only.")
    parts, now = current.parts(), clock.now()
    with _accounts(writes=False) as session:
        account = _find(session, username)
        shown = second_factor.code_now(session, key=parts.factor_key, staff_id=account.id, now=now)
    if shown is None:
        raise click.ClickException(f"{username} has no app set up. Sign in first: the page then shows a secret.")
    click.echo(shown)


@staff_commands.command("list")
def list_all() -> None:
    """List the accounts, without anything secret."""
    with _accounts(writes=False) as session:
        accounts = list_accounts(session)
    for account in accounts:
        state = "on" if account.active else "off"
        click.echo(f"{account.username}  {', '.join(account.roles)}  {account.display_role}  {state}")
    if not accounts:
        click.echo("There are no accounts. Add one: flask staff add USERNAME --role agent --display-role TEXT")


@contextmanager
def _accounts(*, writes: bool = True) -> Iterator[Session]:
    """One transaction. What goes wrong becomes one sentence with what to do."""
    database = current.parts().database
    try:
        if not is_current(database):
            raise click.ClickException("The tables are not up to date. Run `flask database upgrade` first.")
        with database.session(writes=writes) as session:
            yield session
    except DomainError as error:
        raise click.ClickException(f"The database cannot be used: {error}. Check DATABASE_URL.") from error


def _add(
    session: Session,
    username: str,
    display_role: str,
    roles: Sequence[str],
    *,
    units: Sequence[str] = (CONTACT_CENTRE,),
    sees_protected: bool = False,
) -> str:
    password = random_password()
    try:
        member = add_staff(
            session,
            username=username,
            display_role=display_role,
            roles=roles,
            password=password,
            password_made=True,
            now=clock.now(),
            units=units,
            sees_protected=sees_protected,
        )
    except TraineeAlone as error:
        raise click.ClickException("A trainee works with practice data only: give no other role beside it.") from error
    except UsernameTaken as error:
        raise click.ClickException(
            f"There is already an account {username!r}. New password: flask staff password {username}"
        ) from error
    except ValueError as error:
        raise click.ClickException("USERNAME and --display-role must not be empty.") from error
    held = entrusted.holding(roles, units, sees_protected)
    _note(session, member.id, change="added", where="at-the-machine", **held.codes())
    return password


def _note(session: Session, staff_id: UUID, **codes: object) -> None:
    """The audit log keeps what was done at the machine, by whoever holds database and keys in any case."""
    audit.append(
        session,
        key=current.parts().audit_key,
        act=Act.ACCOUNT_CHANGED,
        subject=str(staff_id),
        at=clock.now(),
        staff_id=None,
        detail=codes,
    )


def _find(session: Session, username: str) -> AccountRow:
    try:
        return find_account(session, username=username)
    except StaffUnknown as error:
        raise click.ClickException(f"There is no account {username!r}. `flask staff list` shows them all.") from error


def _print_once(passwords: dict[str, str]) -> None:
    width = max(len(username) for username in passwords)
    click.echo("\n  Staff accounts. These passwords are shown this once; nobody can read them later.\n")
    for username, password in passwords.items():
        click.echo(f"    {username:<{width}}   {password}")
    click.echo("")
