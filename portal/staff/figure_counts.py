"""All that was counted for a period, and the rules by which it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.desk.daily_counts import NumberOf
from portal.desk.figures import Figures
from portal.desk.open_clock import OpenClock
from portal.staff.figure_period import Period
from portal.staff.figure_told import Telling
from portal.triage.ruleset import Ruleset


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    figures: Figures
    daily: Sequence[NumberOf]  # by month, like the parts of the figures
    period: Period
    ruleset: Ruleset
    now: datetime
    tell: Telling

    @property
    def least(self) -> int:
        return self.ruleset.municipality.hide_below

    @property
    def clock(self) -> OpenClock:
        here = self.ruleset.local(self.now)
        return OpenClock(
            self.ruleset.contact_hours,
            self.ruleset.time_zone,
            first=self.period.begins(here)[0],
            last=self.period.ends(here),
        )
