"""One OpenAPI document out of those of the doors."""

from collections.abc import Sequence
from typing import Any, Final

from cohoi.application.openapi_links import add_links

_INFO: Final = {
    "title": "Cohoi",
    "description": (
        "Sales opportunities, and everything that ever happened to them. Every change is a fact "
        "in a log; lists, boards and totals are folds of it, and each answer says the position at "
        "which it is true."
    ),
    "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
}


class DoorsDisagree(Exception):  # noqa: N818 - says what is so
    """Two doors document the same operation, or the same component in two ways."""


def merge_documents(documents: Sequence[dict[str, Any]], version: str) -> dict[str, Any]:
    """Return one document with the paths and components of all, linked; raise DoorsDisagree."""
    paths: dict[str, dict[str, Any]] = {}
    components: dict[str, dict[str, Any]] = {}
    for document in documents:
        for path, operations in document.get("paths", {}).items():
            _add_all(paths.setdefault(path, {}), operations, path, same_allowed=False)
        for kind, named in document.get("components", {}).items():
            _add_all(components.setdefault(kind, {}), named, kind, same_allowed=True)
    add_links(paths)
    return {
        "openapi": "3.1.0",
        "info": {**_INFO, "version": version},
        "paths": dict(sorted(paths.items())),
        "components": {kind: dict(sorted(named.items())) for kind, named in components.items()},
    }


def _add_all(
    known: dict[str, Any], more: dict[str, Any], where: str, *, same_allowed: bool
) -> None:
    for name, value in more.items():
        if name in known and not (same_allowed and known[name] == value):
            raise DoorsDisagree(f"{where}: {name} stands in two doors")
        known[name] = value
