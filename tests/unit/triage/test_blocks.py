"""The block of conditions in a rule: kept as it was written, and counted before it is expanded."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from portal.triage.blocks import MOST_ALTERNATIVES, Block, alternatives
from portal.triage.conditions import CONDITION_KEYS, BadCondition, compile_block, parse_age
from portal.triage.shape_errors import keys_of

plain_conditions = st.fixed_dictionaries(
    {},
    optional={
        "topic": st.sampled_from(["home", ["home", "housing.rent"]]),
        "age": st.sampled_from(["under 18", "about 10-25", ["18+", "7-9"]]),
        "as": st.sampled_from(["private", "professional"]),
        "roof-tonight": st.sampled_from(["yes", ["yes", "no"]]),
    },
)


def around(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    some = inner.filter(bool)
    return st.builds(
        lambda block, nots, anys: block | ({"not": nots} if nots else {}) | ({"any": anys} if anys else {}),
        plain_conditions,
        st.none() | some,
        st.lists(some, max_size=3),
    )


blocks = st.recursive(plain_conditions, around, max_leaves=6)


@given(blocks)
def test_a_block_gives_back_what_was_written(written: dict[str, Any]) -> None:
    assert Block.model_validate(written).plain() == written


@given(blocks)
def test_the_count_of_alternatives_is_never_less_than_what_the_index_holds(written: dict[str, Any]) -> None:
    counted = alternatives(Block.model_validate(written))
    assume(counted <= MOST_ALTERNATIVES)
    assert 1 <= len(compile_block(written).alternatives) <= counted


@pytest.mark.parametrize(
    ("block", "ways"),
    [
        ({}, 1),
        ({"topic": ["home", "housing"], "age": "18+"}, 1),
        ({"any": [{"age": "18+"}, {"as": "private"}]}, 2),
        ({"topic": "home", "any": [{"any": [{"age": "18+"}, {"when": "now"}]}, {"as": "private"}]}, 3),
        ({"not": {"age": "18+", "as": "private", "when": "now"}}, 3),
        ({"not": {"any": [{"age": "18+"}, {"as": "private", "when": "now"}]}}, 2),
        ({"not": {"not": {"any": [{"age": "18+"}, {"as": "private"}]}}}, 2),
        ({"any": [{"age": "18+"}, {"when": "now"}], "not": {"about": "self", "as": "private"}}, 4),
    ],
)
def test_the_ways_in_which_a_block_can_come_true_are_counted(block: dict[str, Any], ways: int) -> None:
    assert alternatives(Block.model_validate(block)) == ways


@given(st.from_regex(r"(about |)(\d{1,3}-\d{1,3}|under \d{1,3}|\d{1,3}\+| ?\d{1,4} ?)", fullmatch=True))
def test_grammar_and_conditions_agree_on_how_an_age_is_written(text: str) -> None:
    try:
        Block.model_validate({"age": text})
        taken = True
    except ValidationError:
        taken = False
    try:
        parse_age(text)
        read = True
    except BadCondition as error:
        read = "lower age first" in error.allowed  # the form is right; that the order is not, `sense` says
    assert taken is (read and text.isascii())


def test_the_keys_of_a_block_are_the_conditions() -> None:
    assert set(keys_of(Block)) == set(CONDITION_KEYS)
