"""Who answers a request: by a Caddyfile, and by an HTTPRoute, as their servers read them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Upstream = tuple[str, int]
Route = Callable[[str, str], Upstream]
"""Takes a method and a path, and returns who answers: host and port."""

_MATCHER: Final = re.compile(r"^\t@(?P<name>\w+) (?P<kind>path|method) (?P<words>.+)$")
_HANDLE: Final = re.compile(r"^\thandle(?: @(?P<matcher>\w+))? \{$")
_UPSTREAM: Final = re.compile(r"^\t{3}dynamic a (?P<host>\S+) (?P<port>\d+) \{$")
_OUTSIDE: Final = re.compile(r"^(?:#.*|\{|:8000 \{|\}|\tadmin off|\tauto_https off|\t#.*|\t\}|)$")


@dataclass(frozen=True)
class _Handled:
    """A block of the file: what comes in, and where it goes."""

    kind: str
    words: tuple[str, ...]
    upstream: Upstream

    def takes(self, method: str, path: str) -> bool:
        if self.kind == "method":
            return method in self.words
        return not self.kind or any(_is_at(path, word) for word in self.words)


def caddy_route(caddyfile: str) -> Route:
    """Read a Caddyfile of the form that ours has; raises ValueError where it has another one."""
    matchers: dict[str, tuple[str, tuple[str, ...]]] = {"": ("", ())}
    handled: list[_Handled] = []
    matcher: str | None = None
    for line in caddyfile.splitlines():
        if found := _MATCHER.match(line):
            matchers[found["name"]] = (found["kind"], tuple(found["words"].split()))
        elif found := _HANDLE.match(line):
            matcher = found["matcher"] or ""
        elif found := _UPSTREAM.match(line):
            if matcher is None:
                raise ValueError(f"outside of a handle: {line}")
            handled.append(_Handled(*matchers[matcher], (found["host"], int(found["port"]))))
        elif not (_OUTSIDE.match(line) or line.startswith("\t\t")):
            raise ValueError(f"not understood: {line}")

    def route(method: str, path: str) -> Upstream:
        return next(one.upstream for one in handled if one.takes(method, path))

    return route


def _is_at(path: str, pattern: str) -> bool:
    if pattern.endswith("*"):
        return path.startswith(pattern.removesuffix("*"))
    return path == pattern


def gateway_route(document: Mapping[str, Any]) -> Route:
    """Read an HTTPRoute: the longest path counts first, then a method, then the order of rules."""
    rules: Sequence[Mapping[str, Any]] = document["spec"]["rules"]
    choices = [
        (match["path"]["value"], match.get("method"), _backend(rule))
        for rule in rules
        for match in rule["matches"]
        if match["path"]["type"] == "PathPrefix"
    ]

    def route(method: str, path: str) -> Upstream:
        fitting = [
            (len(prefix), wanted is not None, -rank, backend)
            for rank, (prefix, wanted, backend) in enumerate(choices)
            if _is_below(path, prefix) and wanted in {None, method}
        ]
        return max(fitting)[-1]

    return route


def _backend(rule: Mapping[str, Any]) -> Upstream:
    (backend,) = rule["backendRefs"]
    return backend["name"], backend["port"]


def _is_below(path: str, prefix: str) -> bool:
    """Say whether a path is a prefix's or below it: whole segments count."""
    return path == prefix or path.startswith(f"{prefix.rstrip('/')}/")
