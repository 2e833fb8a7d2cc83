"""What a page may reach: settings, database, keys, rules, bot. The only door between Flask and the rest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from flask import current_app, g
from sqlalchemy.orm import Session

from portal.records.database import Database, DatabaseBusy
from portal.records.sealing import ContentKeys
from portal.rules_in_use import RulesInUse, RulesKeeper
from portal.settings import Settings
from portal.triage.ruleset import Ruleset
from portal.understanding.bot import Bot

EXTENSION = "portal"


@dataclass(frozen=True)
class Parts:
    """What the application is made of; built once by `create_app`."""

    settings: Settings
    database: Database
    content_keys: ContentKeys
    code_key: bytes
    audit_key: bytes
    factor_key: bytes
    rules: RulesKeeper
    bot: Bot


def parts() -> Parts:
    found: Parts = current_app.extensions[EXTENSION]
    return found


def settings() -> Settings:
    return parts().settings


def rules() -> RulesInUse:
    """The rules of this request: looked up once, so that one request never mixes two versions."""
    if "rules" not in g:
        g.rules = parts().rules.current()
    in_use: RulesInUse = g.rules
    return in_use


def ruleset() -> Ruleset:
    return rules().ruleset


def reading() -> AbstractContextManager[Session]:
    """A session that cannot write."""
    return parts().database.session(writes=False)


@contextmanager
def writing() -> Iterator[Session]:
    """One transaction, committed when the block ends: the only place where pages' changes are committed.

    A page waits for a locked database once. What it would write after that (who looks, who is there, what was written)
    is refused at once, so that somebody is told in seconds and not in a minute. Raises DatabaseBusy.
    """
    if g.get("database_was_busy"):
        raise DatabaseBusy("this page has waited already")
    try:
        with parts().database.session() as session:
            yield session
    except DatabaseBusy:
        g.database_was_busy = True
        raise
