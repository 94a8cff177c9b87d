"""What the routes document: answers with their headers, and problems with whole examples."""

from typing import Any, Final
from uuid import UUID

from command_api.domain import refusal as r
from command_api.entrypoints.http.models.answers import Answer, Changed, Created
from command_api.entrypoints.http.problems import problem_of, with_data
from service_runtime.http.openapi import COMMAND_PROBLEMS, problem_responses
from service_runtime.languages import Words
from service_runtime.problems import PROBLEM_JSON, InputError, Problem, invalid

Responses = dict[int | str, dict[str, Any]]

_ID: Final = UUID("0199a0c2-5b7e-7c11-8d4f-3a2b1c0d9e8f")
_OTHER_ID: Final = UUID("0199a0c2-5b7e-7c12-8d4f-3a2b1c0d9e8f")
_EXAMPLES: Final[tuple[r.Refusal, ...]] = (
    r.Forbidden("manager"),
    r.NameTaken(_ID),
    r.LastOfType("won"),
    r.StatusInUse(12),
    r.TypeInUse(12),
    r.BoardInUse(12),
    r.TypeChange("active", "won", 12),
    r.StatusGone(_ID, (_OTHER_ID, "Đàm phán")),
    r.NotAPermutation((_ID,), (), (_OTHER_ID,)),
    r.BoardArchived(),
    r.CustomerArchived(),
    r.Invalid(r.Fault("/owner_id", "unknown")),
    r.KeyReused(),
)
_FACT: Final[dict[str, Any]] = {
    "event_id": "0a3c1d52-6d7b-5f0e-9a41-2f1f0c9b7d11",
    "type": "opportunity_won.v1",
    "version": 8,
    "position": 4312,
    "recorded_at": "2026-01-31T08:00:00.000000Z",
    "occurred_at": "2026-01-31T08:00:00.000000Z",
    "actor": {"id": f"user/{_OTHER_ID}", "name": "Nguyễn Thị Lan"},
    "client": "web",
    "command_id": str(_OTHER_ID),
    "causation_id": str(_OTHER_ID),
    "text": "Lan won the opportunity.",
    "changes": [
        {
            "field": "status",
            "from": {"id": str(_ID), "name": "Đàm phán", "type": "active"},
            "to": {"id": str(_OTHER_ID), "name": "Hoàn thành", "type": "won"},
        }
    ],
}


def _examples() -> dict[str, Problem]:
    examples = {refusal.slug: problem_of(refusal) for refusal in _EXAMPLES}
    examples["already-deleted"] = with_data(
        problem_of(r.AlreadyDeleted(8)), deleted_at="2026-01-31T08:00:00.000000Z"
    )
    examples["version-conflict"] = with_data(
        problem_of(r.VersionConflict(7, 8, ("status",))),
        current={"id": str(_ID), "version": 8, "title": "Phần mềm kho cho An Phát"},
        events_since=[_FACT],
    )
    examples["malformed-header"] = Problem("malformed-header", data={"header": "If-Match"})
    examples["invalid"] = invalid(
        [InputError("/title", "required", Words("Bắt buộc.", "This is required."))]
    )
    return examples


_EXAMPLE_PROBLEMS: Final = _examples()


def answers(
    status: int = 200,
    *,
    model: type[Answer] | None = None,
    versioned: bool = True,
    problems: tuple[str, ...] = (),
    queued: type[Answer] | None = None,
) -> Responses:
    """Return what a command's route documents: its good answer and everything it may refuse.

    `queued` is the answer where it takes a job.
    """
    responses: Responses = problem_responses(*COMMAND_PROBLEMS, *problems)
    for response in responses.values():
        for slug, example in response["content"][PROBLEM_JSON]["examples"].items():
            if slug in _EXAMPLE_PROBLEMS:
                example["value"] = _EXAMPLE_PROBLEMS[slug].document("en")
    chosen = model or (Created if status == 201 else Changed)  # noqa: PLR2004 - Created
    good: dict[str, Any] = {
        "model": chosen,
        "description": _DESCRIPTIONS[status],
        "headers": _headers(status, versioned=versioned),
    }
    if queued is not None:
        responses[202] = {
            "model": queued,
            "description": _DESCRIPTIONS[202],
            "headers": _headers(202, versioned=False),
        }
    return {status: good, **responses}


_DESCRIPTIONS: Final = {200: "Done, or already so", 201: "Made", 202: "Queued"}


def _headers(status: int, *, versioned: bool) -> dict[str, Any]:
    headers: dict[str, Any] = {
        "X-Request-Id": {"schema": {"type": "string"}},
        "Cohoi-Position": {
            "description": "The organization's position at which this is true.",
            "schema": {"type": "string", "pattern": "^[0-9]+$"},
        },
    }
    if versioned:
        headers["ETag"] = {
            "description": "The version, quoted, for `If-Match`.",
            "schema": {"type": "string", "examples": ['"7"']},
        }
    if status == 201:  # noqa: PLR2004 - Created
        headers["Location"] = {
            "description": "The path of the new thing.",
            "schema": {"type": "string", "examples": [f"/v1/opportunities/{_ID}"]},
        }
    return headers
