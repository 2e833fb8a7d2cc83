"""The shipped rules, read once: what pages show is made of them."""

import pytest

from portal.settings import ROOT
from portal.triage.reader import read_folder
from portal.triage.ruleset import Ruleset


@pytest.fixture(scope="session")
def ruleset() -> Ruleset:
    return read_folder(ROOT / "triage_rules")
