"""Free text to facts: danger by phrases alone, and nothing that the model says takes anything away."""

import pytest

from portal.triage.facts import Facts, from_codes
from portal.understanding.danger import compile_phrases
from portal.understanding.reading import Reading, add_reading, find_signals

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
