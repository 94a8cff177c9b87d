"""The pieces of SQL that this service's statements are put together from."""

from collections.abc import Mapping
from typing import Final

from service_runtime import fragments

_PACKAGE: Final = "query_api.adapters.sql"


def load_fragments(file: str) -> Mapping[str, str]:
    """Return the pieces of a file by the names that stand above them."""
    return fragments.load_fragments(_PACKAGE, file)
