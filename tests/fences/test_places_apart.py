"""Worries about places and requests about persons are never joined: no module reads both."""

import ast
from pathlib import Path

PORTAL = Path(__file__).parents[2] / "portal"
ABOUT_PERSONS = {
    "conversation",
    "disclosure",
    "event",
    "filing",
    "follow_up",
    "help_request",
    "legal_hold",
    "message",
    "note",
    "queue",
    "request_page",
    "retention",
    "submit",
    "takeover",
    "work",
}
"""Modules of records and desk that read or write requests about persons."""

PUT_TOGETHER = {
    "citizen/__init__.py": "registers all pages",
    "commands/database.py": "gives all keys a new content key",
    "commands/retention.py": "erases what is over, table by table",
    "records/__init__.py": "names all tables",
    "staff/__init__.py": "registers all pages",
}
"""The only modules that name both kinds, because they put the portal together."""


def imported(file: Path) -> set[str]:
    """What a file imports from the portal, as `package.module` or `package.module.name`."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("portal"):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.startswith("portal")}
    return found


def reads(file: Path) -> tuple[bool, bool]:
    """Whether a module reads worries about places, and whether it reads requests about persons."""
    parts = [name.split(".") for name in imported(file)]
    places = any(part[2:3] and part[2].startswith("area_") and part[2] != "area_errors" for part in parts)
    own = file.name.startswith("area_")
    persons = any(part[1] in ("records", "desk") and part[2:3] and part[2] in ABOUT_PERSONS for part in parts)
    return places or own, persons


def test_no_module_reads_both_places_and_requests_about_persons() -> None:
    read = {file.relative_to(PORTAL).as_posix(): reads(file) for file in PORTAL.rglob("*.py")}
    places = {name for name, (of_places, _) in read.items() if of_places}
    persons = {name for name, (_, of_persons) in read.items() if of_persons}
    assert {"citizen/places.py", "staff/week.py", "desk/area_judging.py"} <= places
    assert {"citizen/follow_up.py", "staff/queue.py", "desk/retention.py"} <= persons
    assert places & persons <= set(PUT_TOGETHER)


def test_the_table_of_places_names_nothing_of_persons() -> None:
    table = (PORTAL / "records" / "area_signal.py").read_text("utf-8")
    assert table.count("ForeignKey(") == table.count('ForeignKey("area_signal.id")') == 1
    for word in ("request", "visit", "staff_account"):
        assert f"{word}_id" not in table
