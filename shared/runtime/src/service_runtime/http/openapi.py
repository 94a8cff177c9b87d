"""The problems in OpenAPI: each route documents which it may answer, with an example each."""

from collections.abc import Mapping
from typing import Any, Final

from service_runtime.problems import CATALOGUE, PROBLEM_JSON, Problem

READ_PROBLEMS: Final = (
    "bad-filter",
    "unauthenticated",
    "not-acceptable",
    "bad-position",
    "read-model-behind",
    "log-unavailable",
)
"""What every GET of the product may answer."""

COMMAND_PROBLEMS: Final = (
    "malformed-json",
    "malformed-header",
    "unauthenticated",
    "forbidden",
    "not-found",
    "not-acceptable",
    "too-large",
    "unsupported-media-type",
    "invalid",
    "idempotency-key-reused",
    "log-unavailable",
    "busy",
)
"""What every command may answer."""

_TEXT: Final = {"type": "string"}
_PROBLEM_SCHEMA: Final[Mapping[str, Any]] = {
    "title": "Problem",
    "description": "A refusal (RFC 9457); members beside these depend on its type.",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "enum": sorted(CATALOGUE), "description": "The slug."},
        "title": _TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "How to mend it, in the caller's language."},
        "parameter": {"type": "string", "description": "The query parameter (400)."},
        "errors": {
            "type": "array",
            "description": "What is wrong with the input (422).",
            "items": {
                "type": "object",
                "required": ["code", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "A JSON pointer (RFC 6901)."},
                    "parameter": _TEXT,
                    "code": _TEXT,
                    "detail": _TEXT,
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": True,
}


def problem_responses(*slugs: str) -> dict[int | str, dict[str, Any]]:
    """Return what `responses=` of a route takes: its problems by status, each with an example."""
    by_status: dict[int | str, dict[str, Any]] = {}
    for slug in dict.fromkeys(slugs):
        problem = Problem(slug)
        title = CATALOGUE[slug].title.en
        response = by_status.setdefault(problem.status, _empty_response())
        response["description"] += f"{' · ' if response['description'] else ''}`{slug}`"
        media = response["content"][PROBLEM_JSON]
        media["examples"][slug] = {"summary": title, "value": problem.document("en")}
        for name in problem.headers:
            response["headers"][name] = {"schema": dict(_TEXT)}
    return by_status


def _empty_response() -> dict[str, Any]:
    return {
        "description": "",
        "headers": {
            "X-Request-Id": {"schema": dict(_TEXT)},
            "Content-Language": {"schema": {"type": "string", "enum": ["vi", "en"]}},
        },
        "content": {
            PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {}}
        },
    }


def with_problems(document: dict[str, Any]) -> dict[str, Any]:
    """Complete FastAPI's document: our problem schema and bearer tokens, not its own 422."""
    components: dict[str, Any] = document.setdefault("components", {})
    schemas: dict[str, Any] = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = dict(_PROBLEM_SCHEMA)
    components["schemas"] = dict(sorted(schemas.items()))
    components["securitySchemes"] = {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "A JWT, or an API key beginning with opp_.",
        }
    }
    for operations in document.get("paths", {}).values():
        for operation in operations.values():
            _drop_default_422(operation)
    return document


def _drop_default_422(operation: dict[str, Any]) -> None:
    responses: dict[str, Any] = operation.get("responses", {})
    content = responses.get("422", {}).get("content", {}).get("application/json", {})
    if str(content.get("schema", {}).get("$ref", "")).endswith("/HTTPValidationError"):
        del responses["422"]
