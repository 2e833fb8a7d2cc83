"""The JSON Schema for editors' editors says the same as the reader: same keys, same words, same forms."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from portal.settings import ROOT
from portal.triage import grammar, schema
from portal.triage.blocks import About, ActingAs, When, YesNo
from portal.triage.facts import ASKABLE, CHOICES
from portal.triage.hours import BadHours, parse_hours
from portal.triage.reader import read_sources, shape_of
from portal.triage.shape_errors import keys_of
from portal.triage.shapes import Shape
from portal.triage.yaml_source import Path
from tests.unit.triage.conftest import small_content

RULES = ROOT / "triage_rules"
MUTANTS = 3_000
SEED = 20_260_122

SOURCES = read_sources(RULES)
ALL_SHAPES = sorted(Shape.__subclasses__(), key=lambda shape: shape.__name__)
MISSING = ("required", "if")
"""Kinds of JSON Schema errors that mean a missing key."""
CHECKERS = {shape: Draft202012Validator(schema.schema_of(shape)) for shape in grammar.SHAPES.values()}

VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 7, 31, 130, 2.5, "", " ", "yes", "no", "true", "always", "Always", "home",
    "Home", "a b", "home.violence", "home.", "under 18", "about 10-25", "10 - 25", "18+", "<18", "self", "now",
    "strong", "emergency", "sv", "zh-Hant", "2026-06-19", "2026-02-29", "2028-02-29", "2026-6-19", "2026-06-19T22:00",
    "08:00-16:30", "08:00-08:00", "08.00-24.00", "8-16", "21:00-03:00", "https://example.org/", "javascript:alert(1)",
    "x" * 1501, "tab\there", "line\nbreak", "bell\x07", [], {}, [None], ["sv"], ["mon"], [[]], {"sv": []},
    {"sv": ["text"]}, {"mon-fri": ["08:00-16:30"]}, {"fri-mon": ["08:00-16:30"]}, {"mon": "08:00-16:30"},
    {"topic": "home"}, {"not": {}}, {"not": {"age": "18+"}}, {"any": []}, {"any": [{"when": ["now", "soon"]}]},
    {"any": [{}]}, {"topik": "home"}, {"as": "private", "roof-tonight": True},
]  # fmt: skip
"""Values of every type, on both sides of every form that the models know."""

EXCEPTIONS: dict[str, Callable[[Any], bool]] = {
    "JSON makes no difference between 20 and 20.0; the reader wants 20": lambda value: (
        isinstance(value, float) and value.is_integer()
    ),
}
"""Values on which the two may differ, and why. None of VALUES is among them."""


def places(data: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from places(value, (*path, key))


def parent_of(data: Any, path: Path) -> Any:
    for part in path[:-1]:
        data = data[part]
    return data


def mutated(data: Any, chance: random.Random) -> Any:
    """The same data with one thing changed: a key or item dropped, renamed, given another value, or added."""
    data = deepcopy(data)
    path = chance.choice([path for path in places(data) if path])
    block, key = parent_of(data, path), path[-1]
    change = chance.choice(["drop", "value", "value", "rename", "add"])
    if change == "drop":
        del block[key]
    elif change == "value":
        block[key] = deepcopy(chance.choice(VALUES))
    elif isinstance(block, list):
        block.insert(int(key), deepcopy(chance.choice([*VALUES, block[int(key)]])))
    else:
        new = chance.choice(
            [f"{key}s", str(key).upper(), "name", "valid", "not", "any", "en", "sat", "for_", "if_", ""]
        )
        block[new] = block.pop(key) if change == "rename" else deepcopy(chance.choice(VALUES))
    return data


def is_sound_to_the_reader(shape: type[Shape], data: Any) -> bool:
    try:
        shape.model_validate(data)
    except ValidationError:
        return False
    return True


def test_the_schemas_in_the_rule_folder_are_those_of_the_models() -> None:
    assert schema.stale(RULES) == [], "run `flask rules schema`"


def test_a_schema_that_was_changed_by_hand_is_noticed_and_written_anew(tmp_path: Any) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    assert len(schema.write(folder)) == len(grammar.SHAPES) + 1
    changed = folder / "schema/service.schema.json"
    changed.write_text("{}", encoding="utf-8")
    assert schema.stale(folder) == [changed]
    assert schema.write(folder) == [changed]
    assert schema.stale(folder) == []


@pytest.mark.parametrize("shape", CHECKERS, ids=lambda shape: shape.__name__)
def test_a_schema_is_itself_sound(shape: type[Shape]) -> None:
    Draft202012Validator.check_schema(CHECKERS[shape].schema)


@pytest.mark.parametrize("name", SOURCES)
def test_a_rule_file_is_sound_to_both(name: str) -> None:
    shape = shape_of(name)
    assert is_sound_to_the_reader(shape, SOURCES[name].data)
    assert not list(CHECKERS[shape].iter_errors(SOURCES[name].data))


def test_reader_and_schema_agree_on_files_with_one_thing_changed() -> None:
    chance = random.Random(SEED)
    small = small_content()
    kept = {True: 0, False: 0}
    for number in range(MUTANTS):
        # The big files have more of everything, the small ones are changed more often where it matters.
        pool = small if number % 2 else {name: source.data for name, source in SOURCES.items()}
        name = chance.choice(sorted(pool))
        data = mutated(pool[name], chance)
        shape = shape_of(name)
        sound = is_sound_to_the_reader(shape, data)
        errors = list(CHECKERS[shape].iter_errors(data))
        assert sound is not bool(errors), f"{name}: the reader says {sound}, the schema {errors[:2]}: {data}"
        kept[sound] += 1
    assert min(kept.values()) > MUTANTS // 20, kept


def test_reader_and_schema_agree_on_every_value_under_every_key() -> None:
    for model in ALL_SHAPES:
        checker = Draft202012Validator(schema.schema_of(model))
        for key in keys_of(model):
            for value in VALUES:
                told = [error for error in errors_of(model, {key: value}) if error["type"] != "missing"]
                by_schema = [error for error in checker.iter_errors({key: value}) if error.validator not in MISSING]
                assert bool(told) is bool(by_schema), f"{model.__name__}.{key} = {value!r}: {told}, {by_schema}"


def errors_of(model: type[Shape], data: Any) -> list[Any]:
    try:
        model.model_validate(data)
    except ValidationError as error:
        return [detail for detail in error.errors() if detail["loc"]]
    return []


def test_the_exceptions_are_exceptions() -> None:
    (differs,) = EXCEPTIONS.values()
    topic = {"topic": "home", "label": "Hemma", "order": 20.0}
    assert differs(20.0)
    assert not is_sound_to_the_reader(grammar.Topic, topic)
    assert not list(CHECKERS[grammar.Topic].iter_errors(topic))
    assert not any(differs(value) for value in VALUES)


def test_every_key_is_explained_in_a_sentence() -> None:
    for shape in ALL_SHAPES:
        assert shape.__doc__
        for name, field in shape.model_fields.items():
            assert field.description, f"{shape.__name__}.{name} needs a description"
            if field.is_required():
                assert field.examples, f"{shape.__name__}.{name} needs an example"


def test_an_example_of_a_key_is_a_value_that_the_reader_takes_there() -> None:
    for shape in ALL_SHAPES:
        for name, field in shape.model_fields.items():
            key = field.alias or name
            for example in field.examples or []:
                wrong = [error for error in errors_of(shape, {key: example}) if error["type"] != "missing"]
                assert not wrong, f"{shape.__name__}.{key}"


@pytest.mark.parametrize("text", ["08:00-16:30", "21:00-03:00", "00:00-24:00", "08.15-09.00", "23:59-00:00"])
def test_a_period_that_the_grammar_takes_can_be_read(text: str) -> None:
    assert not [e for e in errors_of(grammar.HoursException, {"date": "2026-01-01", "hours": [text]}) if e]
    assert parse_hours({"mon": [text]}).week


def test_hours_that_the_grammar_takes_are_hours_that_can_be_computed_with() -> None:
    chance = random.Random(SEED)
    clock = [f"{hour:02}{mark}{minute:02}" for hour in range(26) for minute in (0, 30, 59, 60) for mark in ":."]
    taken = 0
    for _ in range(3_000):
        period = f"{chance.choice(clock)}-{chance.choice(clock)}"
        if errors_of(grammar.HoursException, {"date": "2026-01-01", "hours": [period]}):
            continue
        taken += 1
        try:
            parse_hours({"mon-sun": [period]})
        except BadHours as error:
            raise AssertionError(period) from error
    assert taken > 300


def test_the_words_of_conditions_are_the_words_of_facts() -> None:
    words = {"about": About, "when": When, "roof-tonight": YesNo, "as": ActingAs}
    for key, literal in words.items():
        assert literal.__args__ == CHOICES[key]
    (askable,) = grammar.Service.model_fields["never_ask"].annotation.__args__  # type: ignore[union-attr]
    assert askable.__args__ == ASKABLE
