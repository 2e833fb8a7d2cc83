"""The rule set that judges right now: the published one, else the folder's; always the last one that was sound."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from portal.desk import rulesets
from portal.records.database import Database
from portal.records.errors import DomainError
from portal.triage.reader import Content, read_content, read_folder
from portal.triage.ruleset import Ruleset
from portal.understanding.danger import DangerMatcher
from portal.understanding.danger_rules import matcher_for
from portal.understanding.told_rules import fact_reader_for

log = logging.getLogger(__name__)

LOOK_AGAIN: Final = 0.5
"""Seconds between looks at which rule set is published. With the time to compile it, well within two seconds."""


@dataclass(frozen=True)
class RulesInUse:
    """A rule set and what is compiled from it; one request uses one of these throughout."""

    ruleset: Ruleset
    danger: DangerMatcher


def compile_in_use(ruleset: Ruleset) -> RulesInUse:
    fact_reader_for(ruleset)  # now, not with the first person who writes
    return RulesInUse(ruleset, matcher_for(ruleset))


_latest: tuple[str, RulesInUse] | None = None
"""What was compiled last, by the id of its content: rule sets never change, so keepers of one process may share it."""


def _compiled(ruleset_id: str, content: Content) -> RulesInUse:
    global _latest
    latest = _latest  # another keeper may replace it meanwhile
    if latest is None or latest[0] != ruleset_id:
        _latest = latest = (ruleset_id, compile_in_use(read_content(content)))
    return latest[1]


class RulesKeeper:
    """Hands out the current rules and follows publications within LOOK_AGAIN seconds. Safe for threads."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder
        self._lock = threading.Lock()
        self._in_use: RulesInUse | None = None
        self._looked = float("-inf")

    def current(self) -> RulesInUse:
        """The rules to use now. Raises RuleFilesInvalid only when there never were any sound ones."""
        if self._in_use is not None and time.monotonic() - self._looked < LOOK_AGAIN:
            return self._in_use
        # Only one page looks; the others go on with what they have, however long the database takes to answer.
        known = self._in_use
        if known is None:
            self._lock.acquire()
        elif not self._lock.acquire(blocking=False):
            return known
        try:
            if self._in_use is None or time.monotonic() - self._looked >= LOOK_AGAIN:
                self._in_use = self._look()
                self._looked = time.monotonic()
            return self._in_use
        finally:
            self._lock.release()

    def _look(self) -> RulesInUse:
        try:
            return self._published() or self._in_use or compile_in_use(read_folder(self._folder))
        except (DomainError, ValueError) as error:  # RuleFilesInvalid, or a danger phrase that cannot be read
            if self._in_use is not None:
                log.warning("Rules could not be read anew (%s); the last sound ones stay in use.", type(error).__name__)
                return self._in_use
            if isinstance(error, ValueError):
                raise
            return compile_in_use(read_folder(self._folder))

    def _published(self) -> RulesInUse | None:
        """The published rules; None when nothing is published."""
        with self._database.session(writes=False) as session:
            published = rulesets.current_id(session)
            if published is None:
                return None
            if self._in_use is not None and self._in_use.ruleset.id == published:
                return self._in_use
            content = rulesets.content_of(session, ruleset_id=published)
        return _compiled(published, content)
