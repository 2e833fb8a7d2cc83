"""The reminder that gives nothing away."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from portal.citizen.sending import calendar_text


def test_the_reminder_stands_at_the_promised_time_in_utc() -> None:
    due = datetime(2026, 7, 1, 14, 0, tzinfo=ZoneInfo("Europe/Stockholm"))
    lines = calendar_text(due, "Biblioteket", datetime(2026, 6, 30, 8, 0, tzinfo=UTC)).split("\r\n")
    assert "DTSTART:20260701T120000Z" in lines
    assert "DTEND:20260701T121500Z" in lines
    assert "DTSTAMP:20260630T080000Z" in lines
    assert "SUMMARY:Biblioteket" in lines
    assert lines[-1] == ""


def test_no_two_reminders_can_be_told_to_belong_together() -> None:
    now = datetime(2026, 6, 30, 8, 0, tzinfo=UTC)
    uids = {line for _ in range(2) for line in calendar_text(now, "x", now).split("\r\n") if line.startswith("UID")}
    assert len(uids) == 2
