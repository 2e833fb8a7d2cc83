"""The shipped rule files: every proof holds, from whichever day one proves, and quickly enough for each start."""

from __future__ import annotations

from datetime import date

import pytest

from portal.settings import ROOT
from portal.triage.proofs import Proof, prove
from portal.triage.reader import read_folder

RULES = read_folder(ROOT / "triage_rules")
DAY = date(2026, 3, 10)
PROOFS = prove(RULES, day=DAY)
MOST_SECONDS = 10
"""What publishing, and so the first start, may spend on proofs on a slow machine."""


@pytest.mark.parametrize("proof", PROOFS, ids=[proof.name for proof in PROOFS])
def test_the_shipped_rules_pass_the_proof(proof: Proof) -> None:
    assert proof.broken == ()
    assert proof.checks > 0


def test_the_hours_of_the_shipped_services_hold_for_all_three_years() -> None:
    told = [
        notice
        for proof in PROOFS
        for notice in proof.notices
        if proof.name in ("nobody-without-help", "something-open")
    ]
    assert told == []


def test_the_proofs_of_the_shipped_rules_take_seconds_not_minutes() -> None:
    assert sum(proof.seconds for proof in PROOFS) < MOST_SECONDS
