"""A saved view as people keep it: a question, its name, and who sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from msgspec import UNSET, UnsetType

ViewKind = Literal["list", "board"]
MOST_OWN: Final = 200
"""How many private views one caller may keep."""
MOST_SHARED: Final = 500
"""How many shared views an organization may keep."""


@dataclass(frozen=True, slots=True)
class ViewText:
    """What of a view people made up or chose."""

    name: str | None
    """None once an erasure took the name with the person that it named."""
    kind: ViewKind
    query: Mapping[str, tuple[str, ...]]
    shared: bool


@dataclass(frozen=True, slots=True)
class View:
    """A view; `owner` is who made it, as facts name actors."""

    id: UUID
    org: UUID
    owner: str
    version: int
    text: ViewText
    created_at: datetime
    updated_at: datetime

    def is_seen_by(self, actor: str) -> bool:
        """Say whether a caller may see it: its own ones and the shared ones."""
        return self.text.shared or self.owner == actor


@dataclass(frozen=True, slots=True)
class ViewChanges:
    """What of a view changes; UNSET leaves it."""

    name: str | UnsetType = UNSET
    kind: ViewKind | UnsetType = UNSET
    query: Mapping[str, tuple[str, ...]] | UnsetType = UNSET
    shared: bool | UnsetType = UNSET

    def of(self, text: ViewText) -> ViewText:
        """Return what they make of a view."""
        return ViewText(
            name=text.name if self.name is UNSET else self.name,
            kind=text.kind if self.kind is UNSET else self.kind,
            query=text.query if self.query is UNSET else self.query,
            shared=text.shared if self.shared is UNSET else self.shared,
        )
