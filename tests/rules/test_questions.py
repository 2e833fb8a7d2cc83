"""The shipped questions find out what matters: at most four, and enough."""

from __future__ import annotations

from portal.settings import ROOT
from portal.triage.interviews import interview_all, summarise
from portal.triage.questions import MOST_QUESTIONS
from portal.triage.reader import read_folder

RULES = read_folder(ROOT / "triage_rules")
ENOUGH = 0.97
FEW = 2


def test_asking_finds_the_same_first_service_and_urgency_as_knowing_everything() -> None:
    for summary in (summarise(interview_all(RULES)), summarise(interview_all(RULES, topics_told=True))):
        assert summary.share >= ENOUGH
        assert summary.median_questions <= FEW
        assert summary.most_questions <= MOST_QUESTIONS
