"""Two pages of one person change the same draft at once, and neither loses anything."""

from __future__ import annotations

from typing import Any

from portal.visit_merge import merge


def line(text: str, at: int) -> dict[str, Any]:
    return {"id": text, "text": text, "at": f"2026-01-01T00:00:0{at}"}


def talk(*lines: dict[str, Any], conversation: str = "one", **more: Any) -> dict[str, Any]:
    return {"chat": {"conversation": conversation, "lines": list(lines), **more}}


def test_both_messages_are_kept_in_the_order_in_which_they_were_written() -> None:
    first, mine, theirs = line("hej", 0), line("min", 1), line("din", 2)
    merged = merge(talk(first), talk(first, mine), talk(first, theirs))
    assert merged["chat"]["lines"] == [first, mine, theirs]


def test_a_draft_that_nobody_else_changed_is_kept_as_it_is() -> None:
    assert merge({"words": "a"}, {"words": "b", "asked": ["age"]}, {"words": "a"}) == {"words": "b", "asked": ["age"]}


def test_what_the_other_page_filed_stays() -> None:
    assert merge({}, {"words": "b"}, {"sent": {"code": "1"}}) == {"words": "b", "sent": {"code": "1"}}


def test_facts_learnt_on_both_sides_are_added_and_those_taken_away_are_gone() -> None:
    base = {"facts": {"topics": ["home", "money"], "age": 14}}
    mine = {"facts": {"topics": ["home", "money", "school"]}}
    theirs = {"facts": {"topics": ["home", "housing"], "age": 14, "about": "self"}}
    merged = merge(base, mine, theirs)["facts"]
    assert (sorted(merged["topics"]), merged.get("age"), merged["about"]) == (
        ["home", "housing", "school"],
        None,
        "self",
    )


def test_a_value_that_both_changed_is_mine() -> None:
    assert merge({"facts": {"age": 1}}, {"facts": {"age": 2}}, {"facts": {"age": 3}}) == {"facts": {"age": 2}}


def test_a_value_that_i_changed_outlives_its_removal() -> None:
    assert merge({"a": 1, "b": 1}, {"a": 2, "b": 1}, {"c": 1}) == {"a": 2, "c": 1}


def test_a_talk_forgotten_meanwhile_stays_forgotten() -> None:
    said = line("hemligt", 1)
    forgotten = talk(conversation="two")
    assert merge(talk(), talk(said), forgotten) == forgotten


def test_forgetting_takes_what_was_said_meanwhile_along_and_keeps_a_receipt() -> None:
    said = line("hemligt", 1)
    mine = talk(conversation="two")
    assert merge(talk() | {"words": "x"}, mine, talk(said) | {"words": "y", "chat_sent": {"code": "1"}}) == (
        mine | {"chat_sent": {"code": "1"}}
    )
