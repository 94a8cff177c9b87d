"""What one answer says to ask next: OpenAPI links from a thing made to all that is done to it."""

import re
from collections.abc import Iterator
from typing import Any, Final

_PARAMETER: Final = re.compile(r"\{([a-z_]+)\}")
_MADE: Final = ("201", "202")
_JOBS: Final = "/v1/jobs/{job}"
Paths = dict[str, dict[str, Any]]


def add_links(paths: Paths) -> None:
    """Let every answer that names something new link to the operations on it, by their ids.

    A read behind such a link asks for the position of the command, so that it sees what it made.
    """
    for path, operations in paths.items():
        for status in _MADE:
            made = operations.get("post", {}).get("responses", {}).get(status)
            if made is None:
                continue
            named = _JOBS if "JobOrdered" in str(made) else _named_by(path, paths)
            if named is not None:
                pointer = "job_id" if named == _JOBS else "id"
                made["links"] = dict(sorted(_links(path, named, pointer, paths)))


def _named_by(path: str, paths: Paths) -> str | None:
    """Return the path of one thing of a collection; None where the path is no collection."""
    single = re.compile(re.escape(path) + r"/\{[a-z_]+\}")
    return next((other for other in paths if single.fullmatch(other)), None)


def _links(
    path: str, named: str, pointer: str, paths: Paths
) -> Iterator[tuple[str, dict[str, Any]]]:
    above = _PARAMETER.findall(path)
    (own,) = [name for name in _PARAMETER.findall(named) if name not in above]
    values = {f"path.{name}": f"$request.path.{name}" for name in above}
    values[f"path.{own}"] = f"$response.body#/{pointer}"
    for other, operations in paths.items():
        if not (other + "/").startswith(named + "/"):
            continue
        if set(_PARAMETER.findall(other)) != {*above, own}:
            continue
        for operation in operations.values():
            asked = {parameter["name"] for parameter in operation.get("parameters", ())}
            seen = {"query.min_position": "$response.body#/position"}
            yield (
                operation["operationId"],
                {
                    "operationId": operation["operationId"],
                    "parameters": {**values, **(seen if "min_position" in asked else {})},
                },
            )
