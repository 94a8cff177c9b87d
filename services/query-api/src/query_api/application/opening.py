"""Opening what facts say of people; what was erased reads null, and says so."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from opportunity_events.personal import sealed_places
from query_api.application.ports import PersonKey, Vault

ERASED = "erased"


async def open_all(vault: Vault, org_data: Sequence[tuple[UUID, Any]]) -> None:
    """Open every sealed value of these (organization, data as plain JSON) in place."""
    keys = await vault.keys(_key_ids(data for _, data in org_data))
    for org, data in org_data:
        open_data(org, data, keys)


def open_data(org: UUID, data: Any, keys: Mapping[UUID, PersonKey]) -> None:  # noqa: ANN401 - plain JSON
    """Open what these keys open, and blank the rest: its key is gone, and so is what it said."""
    for container, place, field in list(sealed_places(data)):
        held = cast("dict[str | int, Any]", container)
        sealed: Mapping[str, str] = held[place]
        key = keys.get(UUID(sealed["key"]))
        if key is None or key.org != org:
            held[place] = None
            held[ERASED] = True
        else:
            held[place] = key.opened(sealed, field)


def _key_ids(data: Iterable[Any]) -> set[UUID]:
    return {
        UUID(cast("dict[str | int, Any]", container)[place]["key"])
        for one in data
        for container, place, _ in sealed_places(one)
    }
