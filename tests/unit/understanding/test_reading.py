"""Free text to facts: danger by phrases alone, and nothing that the model says takes anything away."""

import pytest

from portal.triage.facts import Facts, from_codes
from portal.triage.ruleset import Ruleset
from portal.understanding.bot import PARSE_SECONDS, Bot, Understood
from portal.understanding.danger import compile_phrases
from portal.understanding.reading import Reading, add_reading, find_signals, read_text

MATCHER = compile_phrases({"violence-now": {"sv": ["slår mig nu"]}})
DANGER = "han slår mig nu"


@pytest.mark.parametrize("text", [DANGER, "x " * 24_000 + DANGER, DANGER + " x" * 200_000, "x " * 200_000 + DANGER])
def test_danger_is_found_at_the_beginning_and_at_the_end_of_any_text(text: str) -> None:
    assert find_signals(MATCHER, text) == {"violence-now"}


def test_what_is_read_is_added_and_nothing_is_taken_away() -> None:
    known = from_codes({"topics": ["home"], "signals": ["gang-threat"], "age": 14})
    read = add_reading(known, Reading(frozenset({"violence-now"}), (("money.food", 0.9), ("housing", 0.2))))
    assert read.topics == {"home", "money.food"}
    assert read.signals == {"gang-threat", "violence-now"}
    assert read.age == 14


def test_a_topic_the_model_is_not_sure_of_is_offered_not_taken() -> None:
    reading = Reading(topics=(("money.food", 0.3), ("housing", 0.2), ("home", 0.05)))
    assert add_reading(Facts(), reading) == Facts()
    assert reading.offered_topics() == ("money.food", "housing")


class LearntFromOtherRules(Bot):
    """A bot that has not been started anew since other rules came into force."""

    def __init__(self) -> None:
        """Nobody is called."""

    def parse(self, text: str, *, patience: float = PARSE_SECONDS) -> Understood:
        topics = (("gone-since", 0.9), ("money.gone-since", 0.8), ("money.food", 0.7))
        return Understood(topics, "topic_gone-since", "gone-since", 0.9, True, ("gone-since", "violence-now"))


def test_rules_published_while_the_bot_runs_outweigh_what_it_learnt_before(ruleset: Ruleset) -> None:
    read = read_text("vi har ingen mat hemma", ruleset=ruleset, danger=MATCHER, bot=LearntFromOtherRules())
    assert read.bot_answered
    assert read.topics == (("money.food", 0.7),)
    assert read.outside is None
    assert read.possible == ("violence-now",)
