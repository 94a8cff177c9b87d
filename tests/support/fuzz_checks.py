"""What schemathesis demands of every answer beyond its own checks; loaded by it, not by tests."""

import json
from typing import Any, Final

import schemathesis

# What no schema can say: whether an id, a cursor or a position is one of this organization's,
# whether a key was used before, what stands there, and what one parameter asks of another.
_KNOWLEDGE_400: Final = frozenset({"bad-cursor", "bad-position"})
_KNOWLEDGE_422: Final = frozenset(
    {
        *("unknown", "unknown-id", "unknown-currency", "unknown-time-zone", "repeated"),
        *("not-active", "your-own", "bad-filter", "bad-form", "empty-filter"),
        *("not-a-person", "still-active", "beyond-the-end"),
    }
)
_RELATED: Final = frozenset({"currency", "known_at", "value_min", "value_max"})
_LEAKS: Final = (
    "Traceback",
    "asyncpg",
    "psycopg",
    "site-packages",
    '.py"',
    'relation "',
    "sqlstate",
)


@schemathesis.check
def what_the_schema_allows_is_refused_only_for_what_it_cannot_say(
    _: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case[Any]
) -> None:
    """Demand that what the schema allows is accepted, or refused by a state: no rule is secret."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if "" in dict(case.headers or {}).values():
        return  # an empty header is called positive whatever its pattern
    if response.status_code not in {400, 422}:
        return
    problem: dict[str, Any] = json.loads(response.content)
    slug, codes = problem["type"], {error["code"] for error in problem.get("errors", ())}
    known = (
        (slug == "bad-filter" and problem["parameter"] in _RELATED)
        or slug == "idempotency-key-reused"
        or slug in _KNOWLEDGE_400
        or (slug == "invalid" and codes <= _KNOWLEDGE_422)
        or case.path == "/v1/imports"  # its options are JSON inside a form's text
    )
    assert known, f"{slug} {codes} {problem.get('parameter')} {problem.get('errors')}"


@schemathesis.check
def nothing_leaks(
    _: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case[Any]
) -> None:
    """Demand that no answer shows a stack, a statement, a library or a path of ours."""
    text = response.content.decode("utf-8", "replace")
    if case.path not in {"/docs", "/openapi.json"}:
        assert not [leak for leak in _LEAKS if leak in text]
