"""What people and things are called, for sentences about what happened to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True)
class Names:
    """Names by id; None stands for one that was erased, and what is not there is not known."""

    users: Mapping[UUID, str | None] = field(default_factory=dict[UUID, str | None])
    keys: Mapping[UUID, str | None] = field(default_factory=dict[UUID, str | None])
    customers: Mapping[UUID, str | None] = field(default_factory=dict[UUID, str | None])
    contacts: Mapping[UUID, str | None] = field(default_factory=dict[UUID, str | None])
