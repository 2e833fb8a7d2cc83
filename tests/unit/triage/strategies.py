"""Random blocks of conditions and random situations, for what must hold for all of them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from portal.triage.blocks import MOST_ALTERNATIVES, Block, alternatives
from portal.triage.facts import ABOUT, WHEN, YES_NO

TOPICS = ("home", "home.fights", "home.violence", "money", "money.debt", "school")
AREAS = ("north", "south")
LANGUAGES = ("sv", "ar", "so")
SIGNALS = ("violence", "overdose")
AGES = ("about 10-20", "10-12", "under 18", "18+", "about 65+", "0-120")


def some(values: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)


literals = st.one_of(
    *(
        st.tuples(st.just(key), some(values)).map(lambda pair: {pair[0]: pair[1]})
        for key, values in (
            ("topic", TOPICS),
            ("signal", SIGNALS),
            ("age", AGES),
            ("area", AREAS),
            ("language", LANGUAGES),
            ("about", ABOUT),
            ("when", WHEN),
            ("roof-tonight", YES_NO),
            ("as", ("private", "professional")),
        )
    )
)


def small_enough(block: dict[str, Any]) -> bool:
    """May this block stand in a rule? The reader refuses those that can come true in too many ways."""
    return alternatives(Block.model_validate(block)) <= MOST_ALTERNATIVES


written = st.recursive(
    st.lists(literals, min_size=1, max_size=3).map(
        lambda parts: {key: value for part in parts for key, value in part.items()}
    ),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: {**pair[0], "not": pair[1]}),
        st.tuples(inner, st.lists(inner, min_size=1, max_size=3)).map(lambda pair: {**pair[0], "any": pair[1]}),
    ),
    max_leaves=4,
)
blocks = st.just({}) | written.filter(small_enough)
"""Blocks as editors may write them, `not` and `any` inside each other."""

situations = st.fixed_dictionaries(
    {},
    optional={
        "topics": st.lists(st.sampled_from((*TOPICS, "home.unheard-of")), max_size=3),
        "signals": st.lists(st.sampled_from(SIGNALS), max_size=2),
        "age": st.integers(0, 120),
        "area": st.sampled_from((*AREAS, "elsewhere")),
        "language": st.sampled_from((*LANGUAGES, "xx")),
        "about": st.sampled_from(ABOUT),
        "when": st.sampled_from(WHEN),
        "roof-tonight": st.sampled_from(YES_NO),
        "as": st.sampled_from(("private", "professional")),
    },
)
"""Codes of a situation, any part of it unknown, values that no rule foresees among them."""
