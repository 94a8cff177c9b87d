"""How older versions of a fact are read as today's; stored bytes and hashes never change."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

UpcastData = Callable[[dict[str, Any]], dict[str, Any]]


class Upcaster(msgspec.Struct, frozen=True):
    """Turns the data of one wire type into that of the next."""

    target: str
    upcast: UpcastData


# Keyed by the older wire type. Empty while every fact is at its first version.
UPCASTERS: Final[Mapping[str, Upcaster]] = {}
