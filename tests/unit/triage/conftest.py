"""A rule set small enough to hold in the head: two towns' worth of services, as the editors' files would have it."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from portal.triage.reader import build
from portal.triage.ruleset import Ruleset
from portal.triage.yaml_source import Source

OFFICE = {"mon-fri": ["08:00-16:30"]}


def a_service(slug: str, order: int, rules: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "service": slug,
        "kind": "service",
        "name": slug.title(),
        "order": order,
        "summary": "Vi hjälper.",
        "about": "Vi hjälper.",
        "for": "För alla.",
        "assessment_required": "no",
        "channels": [{"kind": "phone", "number": "031-390 06 00"}],
        "hours": OFFICE,
        "source": "test",
        "rules": [{"suggest": "good", "because": "Därför.", **rule} for rule in rules],
        **more,
    }


def small_content() -> dict[str, Any]:
    services = [
        a_service("emergency-112", 1, [{"id": "call-112", "if": {"topic": "danger"}}], hours="always"),
        a_service(
            "on-call",
            2,
            [{"id": "always-on-call", "if": {}, "suggest": "possible"}],
            hours={"mon-sun": ["16:30-08:00"]},
        ),
        a_service("reception", 90, [{"id": "always-reception", "if": {}, "suggest": "possible"}]),
        a_service(
            "housing",
            20,
            [
                {"id": "housing-any", "if": {"topic": "housing"}},
                {"id": "eviction", "if": {"topic": "housing.eviction"}, "suggest": "strong", "urgency": "soon"},
                {
                    "id": "no-roof",
                    "if": {"topic": "housing", "roof-tonight": "no"},
                    "suggest": "strong",
                    "urgency": "today",
                },
            ],
            never_ask=["area"],
        ),
        a_service(
            "youth",
            30,
            [{"id": "youth-home", "if": {"topic": ["home", "housing"], "age": "about 10-20"}, "suggest": "strong"}],
        ),
        a_service("unit", 40, [{"id": "unit-home", "if": {"topic": "home"}}], staff_only=True),
    ]
    topic = {"phrases": {"sv": ["hjälp"]}}
    return {
        "municipality.yaml": {
            "slug": "provstad",
            "name": "Provstads kommun",
            "live": False,
            "time_zone": "Europe/Stockholm",
            "exit_url": "https://example.org/",
            "contact_centre": {"name": "Kontaktcenter", "phone": "031-390 06 01", "hours": OFFICE},
            "safe_word": "HJÄLP",
            "answer_within": {"emergency": 1, "today": 4, "soon": 16, "planned": 40},
            "adult_from_age": 18,
            "code_valid_days": 90,
            "helplines": [
                {
                    "slug": "emergency-112",
                    "name": "SOS",
                    "number": "112",
                    "for": "Fara.",
                    "hours": "always",
                    "source": "test",
                }
            ],
        },
        "areas.yaml": {
            "areas": [
                {"slug": "north", "name": "Norr", "source": "test"},
                {"slug": "south", "name": "Söder", "source": "test"},
            ]
        },
        "languages.yaml": {
            "languages": [
                {"tag": "sv", "name": "Svenska", "locale": "sv", "catalogue": "sv", "dir": "ltr", "status": "source"},
                {"tag": "en", "name": "English", "locale": "en", "catalogue": "en", "dir": "ltr", "status": "draft"},
            ]
        },
        "questions.yaml": {
            "questions": [
                {"fact": "roof-tonight", "ask": "Tak i natt?", "why": "Då vet vi.", "answers": yes_no()},
                {
                    "fact": "age",
                    "ask": "Ålder?",
                    "why": "Då vet vi.",
                    "answers": [
                        {"value": 14, "ages": "under 18", "label": "Ung"},
                        {"value": 40, "ages": "18+", "label": "Vuxen"},
                    ],
                },
                {
                    "fact": "area",
                    "ask": "Var?",
                    "why": "Då vet vi.",
                    "answers": [{"value": "north", "label": "Norr"}, {"value": "south", "label": "Söder"}],
                },
            ]
        },
        "danger/calm.yaml": {"phrases": {"sv": ["på film"]}},
        "danger/violence-now.yaml": {
            "signal": "violence-now",
            "label": "Våld",
            "order": 1,
            "topics": ["danger.hit"],
            "card": {"title": "Ring 112", "lines": ["Säg var du är."], "helplines": ["emergency-112"]},
            "staff": "Ring.",
            "phrases": {"sv": ["slår mig nu"]},
        },
        "outside/parking.yaml": {
            "matter": "parking",
            "label": "Parkering",
            "turn_to": "Ring växeln.",
            "phrases": {"sv": ["p-bot"]},
        },
        "understood/sv.yaml": {
            "language": "sv",
            "numbers": {"fjorton": 14},
            "said": [
                {"fact": "age", "of": "my-child", "phrases": ["min son på <age>"]},
                {"fact": "when", "value": "now", "phrases": ["måste nu"]},
            ],
        },
        "topics/danger.yaml": {
            "topic": "danger",
            "label": "Fara",
            "order": 1,
            "subtopics": [{"id": "hit", "label": "Slag"}],
        },
        "topics/home.yaml": {"topic": "home", "label": "Hemma", "order": 2, **topic},
        "topics/housing.yaml": {
            "topic": "housing",
            "label": "Bostad",
            "order": 3,
            "subtopics": [{"id": "eviction", "label": "Vräkt"}, {"id": "rent", "label": "Hyra"}],
        },
        "examples/housing.yaml": {
            "examples": [
                {"name": "Någon blir vräkt", "facts": {"topics": ["housing.eviction"]}, "expect": {"first": "housing"}}
            ]
        },
        **{f"services/{service['service']}.yaml": service for service in services},
    }


def yes_no() -> list[dict[str, str]]:
    return [{"value": "yes", "label": "Ja"}, {"value": "no", "label": "Nej"}]


def build_content(content: dict[str, Any]) -> Ruleset:
    return build({name: Source(data, {}) for name, data in content.items()})


@pytest.fixture
def content() -> dict[str, Any]:
    return deepcopy(small_content())


@pytest.fixture
def build_rules() -> Callable[[dict[str, Any]], Ruleset]:
    return build_content


@pytest.fixture(scope="session")
def ruleset() -> Ruleset:
    return build_content(small_content())
