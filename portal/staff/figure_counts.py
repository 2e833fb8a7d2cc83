"""All that was counted for a period, and the rules by which it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.desk.daily_counts import NumberOf
from portal.desk.figures import HOUR, Figures
from portal.desk.open_clock import OpenClock
from portal.staff.figure_period import Period
from portal.triage.ruleset import Ruleset


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    figures: Figures
    daily: NumberOf
    period: Period
    ruleset: Ruleset
    now: datetime

    @property
    def least(self) -> int:
        return self.ruleset.municipality.hide_below

    @property
    def clock(self) -> OpenClock:
        start = self.ruleset.local(self.now)
        began = min(self.period.starts(start), start)
        return OpenClock(self.ruleset.contact_hours, self.ruleset.time_zone, first=began, last=self.now)

    @property
    def targets(self) -> dict[str, float]:
        """Seconds of opening time until a first answer, by urgency."""
        return {urgency: hours * HOUR for urgency, hours in self.ruleset.municipality.answer_within}
