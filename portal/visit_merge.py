"""Two pages of one person that change the draft in the same moment: what each of them added is kept.

Plain JSON in, plain JSON out. `base` is the draft as this page found it, `mine` as it leaves it, `theirs` as it is
stored by now.
"""

from __future__ import annotations

from typing import Any


def merge(base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """The draft with both changes. Where both changed the same word, mine stands; what either took away is gone.

    A talk that was forgotten meanwhile stays forgotten: nothing said in it comes back.
    """
    before, stored = _conversation(base), _conversation(theirs)
    if before and stored != before:
        return theirs
    if before and _conversation(mine) != before:
        return {**{key: value for key, value in theirs.items() if key not in base}, **mine}
    merged: dict[str, Any] = _merge(base, mine, theirs)
    if lines := merged.get("chat", {}).get("lines"):
        lines.sort(key=lambda line: line["at"])
    return merged


def _conversation(data: dict[str, Any]) -> str | None:
    found: str | None = data.get("chat", {}).get("conversation")
    return found


def _merge(base: Any, mine: Any, theirs: Any) -> Any:
    if mine == base:
        return theirs
    if theirs == base:
        return mine
    if isinstance(mine, dict) and isinstance(theirs, dict):
        return _merge_keys(base if isinstance(base, dict) else {}, mine, theirs)
    if isinstance(mine, list) and isinstance(theirs, list):
        return _merge_lists(base if isinstance(base, list) else [], mine, theirs)
    return mine


def _merge_keys(base: dict[str, Any], mine: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    merged = {}
    for key in (*theirs, *(key for key in mine if key not in theirs)):
        if key in mine and key in theirs:
            merged[key] = _merge(base.get(key), mine[key], theirs[key])
        elif key not in base:
            merged[key] = mine[key] if key in mine else theirs[key]
        elif key in mine and mine[key] != base[key]:
            merged[key] = mine[key]
    return merged


def _merge_lists(base: list[Any], mine: list[Any], theirs: list[Any]) -> list[Any]:
    """What is stored, less what I took away, and then what I added."""
    added, kept = list(mine), list(theirs)
    for item in base:
        if item in added:
            added.remove(item)
        elif item in kept:
            kept.remove(item)
    return kept + [item for item in added if item not in kept]
