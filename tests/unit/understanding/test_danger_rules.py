"""The danger phrases of a rule set are compiled anew only when they have changed."""

from __future__ import annotations

from portal.understanding.danger_rules import matcher_for
from tests.unit.triage.conftest import build_content, small_content


def test_a_change_elsewhere_keeps_the_compiled_phrases_and_a_change_of_phrases_does_not() -> None:
    content = small_content()
    before = matcher_for(build_content(content))
    content["services/housing.yaml"]["name"] = "Något annat"
    assert matcher_for(build_content(content)) is before
    content["danger/violence-now.yaml"]["phrases"]["sv"] = ["han sparkar mig"]
    after = matcher_for(build_content(content))
    assert after.find("han sparkar mig")
    assert not after.find("slår mig nu")
    assert before.find("slår mig nu")
