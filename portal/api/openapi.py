"""The OpenAPI 3.1 document, generated from the shapes and served at /api/v1/openapi.json."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from portal.api import shapes

REFERENCE: Final = "#/components/schemas/{model}"


class _Operation(BaseModel):
    """One route of the API."""

    path: str
    method: str
    name: str
    summary: str
    takes: type[BaseModel] | None = None
    gives: dict[int, type[BaseModel]]


OPERATIONS: Final = (
    _Operation(
        path="/api/v1/triage",
        method="post",
        name="triage",
        summary="Judge a situation: urgency, danger cards, services in rank order, and what to ask next.",
        takes=shapes.TriageQuestion,
        gives={200: shapes.TriageAnswer, 400: shapes.ErrorOut, 429: shapes.ErrorOut},
    ),
    _Operation(
        path="/api/v1/requests",
        method="post",
        name="file_request",
        summary="File a request with the contact centre. The receipt code comes only once it is safely stored.",
        takes=shapes.NewRequest,
        gives={201: shapes.RequestFiled, 400: shapes.ErrorOut, 429: shapes.ErrorOut, 503: shapes.ErrorOut},
    ),
    _Operation(
        path="/healthz",
        method="get",
        name="health",
        summary="Whether the process lives.",
        gives={200: shapes.Health},
    ),
    _Operation(
        path="/readyz",
        method="get",
        name="readiness",
        summary="Whether people can ask and be answered, part by part.",
        gives={200: shapes.Readiness, 503: shapes.Readiness},
    ),
)

MEANINGS: Final = {
    200: "The answer.",
    201: "Filed and stored.",
    400: "The call cannot be used; the message says what to change.",
    429: "Too many calls; nothing was filed.",
    503: "A part is not available; nothing was filed.",
}


@cache
def document() -> dict[str, Any]:
    """The whole document as plain JSON values."""
    used = [model for operation in OPERATIONS for model in (operation.takes, *operation.gives.values()) if model]
    _, schemas = models_json_schema(
        [(model, "validation") for model in dict.fromkeys(used)], ref_template=REFERENCE, title="Första linjen"
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Första linjen",
            "version": _version(),
            "description": "Triage and requests of a municipality's first line. No key is needed to ask for help; "
            "text sent here is not logged.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": _paths(),
        "components": {"schemas": schemas["$defs"]},
    }


def _version() -> str:
    try:
        return version("forsta-linjen")
    except PackageNotFoundError:  # run from a clone, not installed
        return "0.1.0"


def _paths() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        described: dict[str, Any] = {
            "operationId": operation.name,
            "summary": operation.summary,
            "responses": {
                str(status): {"description": MEANINGS[status], "content": _content(model)}
                for status, model in operation.gives.items()
            },
        }
        if operation.takes:
            described["requestBody"] = {"required": True, "content": _content(operation.takes)}
        paths.setdefault(operation.path, {})[operation.method] = described
    return paths


def _content(model: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": REFERENCE.format(model=model.__name__)}}}
