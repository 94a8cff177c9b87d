"""The head of a request, read once for all layers that look at it."""

from collections.abc import Iterable
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.types import Scope

_STATE: Final = "head"


class RequestHead(Headers):
    """The framework's headers, by name in a dictionary instead of in a list to be searched."""

    def __init__(self, pairs: list[tuple[bytes, bytes]]) -> None:
        super().__init__(raw=pairs)
        first: dict[bytes, bytes] = {}
        repeated: set[bytes] = set()
        for name, value in pairs:
            if name in first:
                repeated.add(name)
            else:
                first[name] = value
        self.first: Final = first
        """The first of each name, which is in lower case."""
        self.repeated: Final = repeated
        """The names that stand more than once."""

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401 - as its base says
        """Return the first header of a name."""
        value = self.first.get(key.lower().encode("latin-1"))
        return default if value is None else value.decode("latin-1")

    def getlist(self, key: str) -> list[str]:
        """Return all headers of a name, in their order."""
        name = key.lower().encode("latin-1")
        if name in self.repeated:
            return super().getlist(key)
        value = self.first.get(name)
        return [] if value is None else [value.decode("latin-1")]

    def __getitem__(self, key: str) -> str:
        return self.first[key.lower().encode("latin-1")].decode("latin-1")

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key.lower().encode("latin-1") in self.first


def read_head(scope: Scope) -> RequestHead:
    """Return the head of a request; read by the first who asks."""
    state: dict[str, Any] = scope.setdefault("state", {})
    head = state.get(_STATE)
    if head is None:
        pairs: Iterable[tuple[bytes, bytes]] = scope["headers"]
        head = state[_STATE] = RequestHead(list(pairs))
    return head
