"""Personal values as facts carry them: sealed under the key of the person they speak of."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import msgspec

SEALED_KEYS = frozenset({"key", "nonce", "ciphertext"})


class Sealed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """AES-256-GCM ciphertext of one value; nonce and ciphertext are standard base64."""

    key: UUID
    nonce: str
    ciphertext: str


def sealed_places(data: Any) -> Iterator[tuple[dict[str, Any] | list[Any], str | int, str]]:  # noqa: ANN401 - plain JSON
    """Yield (container, key in it, field name) of each sealed value in a fact's plain JSON.

    The field name is what the value was sealed for: the key under which it stands, or in a
    list of changes the change's own `field`.
    """
    if isinstance(data, dict):
        named = data.get("field")
        for key, value in data.items():
            if isinstance(value, dict) and value.keys() == SEALED_KEYS:
                in_change = key in {"from", "to"} and isinstance(named, str)
                yield data, key, named if in_change and isinstance(named, str) else key
            else:
                yield from sealed_places(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from sealed_places(value)
