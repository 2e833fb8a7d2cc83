"""Every text of the rule files that a person may read reaches the translators; what stays with editors is declared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
import yaml
from pydantic.fields import FieldInfo

from portal.i18n.rule_texts import extract
from portal.settings import ROOT
from portal.triage import grammar
from portal.triage.shape_errors import keys_of
from portal.triage.shapes import TEXT_FORM, Shape

NOT_TRANSLATED = {
    "source": "editors' own notes",
    "decision_ref": "editors' own notes",
    "verified_by": "editors' own notes",
    "Municipality.time_zone": "a code",
    "Municipality.safe_word": "what people write, not what they read",
    "Municipality.name": "a name",
    "LanguageEntry.name": "each language's name in itself",
    "LanguageEntry.locale": "a code",
    "LanguageEntry.catalogue": "a code",
    "Helpline.number": "a number",
    "ContactCentre.phone": "a number",
    "Channel.number": "a number",
    "Area.aliases": "what people write, not what they read",
    "AreaSignals.decision": "editors' own notes",
    "phrases": "what people write, not what they read; each language has its own",
    "messages": "what people write, not what they read; each language has its own",
    "Example.name": "editors' own notes",
    "Reply.called": "what staff pick by, always in Swedish",
    "Reply.swedish": "each language has its own, beside it",
    "Reply.drafts": "each language has its own",
    "Reply.owner_note": "editors' own notes",
    "Example.words": "practice for trainees, in the language that such a person writes",
    "HandoverGround.name": "staff choose it; their pages speak Swedish",
    "HandoverGround.law": "the name of a law",
    "EditorialAnswer.question": "a public answer is shown in the language it is written in, marked so",
    "EditorialAnswer.answer": "as the question",
    "EditorialAnswer.owner": "a role, for staff",
    "RetentionClass.name": "the name that the decision uses, for staff, who read Swedish",
    "RetentionClass.decision": "the name of a decision",
    "Retention.decision": "the name of a decision",
}
"""Keys with text that no person asking or staff reads translated, and why. Without a dot: under every kind of block."""

OPTIONS = {
    place: "yes" if "named = yes" in options else "no"
    for place, options in re.findall(
        r"^\[rules: triage_rules/([a-z]+(?:/|\.yaml))(?:\*\.yaml)?\]\n((?:[a-z]+ = .*\n)*)",
        (ROOT / "translations/babel.cfg").read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )
}
"""The kinds of files that are extracted, and whether their `name` is."""


def is_text(schema: Any) -> bool:
    """Does a JSON Schema allow free text anywhere in it?"""
    if isinstance(schema, dict):
        return schema.get("pattern") == TEXT_FORM or any(is_text(inner) for inner in schema.values())
    return isinstance(schema, list) and any(is_text(inner) for inner in schema)


def text_keys(shape: type[Shape], seen: tuple[type[Shape], ...] = ()) -> Iterator[tuple[str, str]]:
    """Every key with free text in a kind of file: the block's name and the key."""
    described = shape.model_json_schema()
    for name, definition in {shape.__name__: described, **described.get("$defs", {})}.items():
        for key, value in definition.get("properties", {}).items():
            if is_text(value):
                yield name, key


def declared(block: str, key: str) -> bool:
    return key in NOT_TRANSLATED or f"{block}.{key}" in NOT_TRANSLATED


@pytest.mark.parametrize("place", grammar.SHAPES)
def test_every_text_is_either_extracted_or_declared_as_not_translated(place: str) -> None:
    shape = grammar.SHAPES[place]
    data = filled(shape)
    found = {text for _line, _name, text, _comments in extracted(data, place)}
    for block, key in text_keys(shape):
        mark = f"{block}.{key}"
        assert (mark in found) is not declared(block, key), f"{mark} in {place}"


def extracted(data: Any, place: str) -> Iterator[tuple[int, None, str, list[str]]]:
    if place in OPTIONS:
        written = BytesIO(yaml.safe_dump(data, allow_unicode=True).encode())
        yield from extract(written, (), (), {"named": OPTIONS[place]})


def filled(shape: type[Shape]) -> dict[str, Any]:
    """A file of this kind in which every key is written and every text is the name of its block and key."""
    return {key: filled_value(shape, key, field) for key, field in keys_of(shape).items()}


def filled_value(shape: type[Shape], key: str, field: FieldInfo) -> Any:
    annotation = str(field.annotation)
    model = next(
        (model for model in Shape.__subclasses__() if f".{model.__name__}" in annotation.replace("'", ".")), None
    )
    if key in ("if", "facts"):
        return {}
    if model is not None and model is not shape:
        return [filled(model)] if "list[" in annotation else filled(model)
    text = f"{shape.__name__}.{key}"
    if "dict[" in annotation:
        return {"sv": [text]}
    return [text] if "list[" in annotation else text


def test_what_is_declared_as_not_translated_exists() -> None:
    found = {
        mark for shape in grammar.SHAPES.values() for block, key in text_keys(shape) for mark in (key, f"{block}.{key}")
    }
    assert set(NOT_TRANSLATED) <= found
