"""What views need from outside: where they are kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from command_api.application.submission import Accepted, Idempotency
from command_api.application.views.view import View, ViewText


class TooManyViews(Exception):  # noqa: N818 - says what is so
    """The caller, or for a shared view its organization, keeps as many as it may."""


class ViewMoved(Exception):  # noqa: N818 - says what is so
    """The view is not at the version that was looked at any more, or is gone."""


@dataclass(frozen=True, slots=True)
class ViewWrite:
    """One change of a view: `before` is None for a new one, `after` for one that goes.

    The same text before and after leaves the view and keeps the receipt alone.
    """

    id: UUID
    org: UUID
    owner: str
    before: View | None
    after: ViewText | None
    idempotency: Idempotency | None


class ViewDesk(Protocol):
    """Where views are kept."""

    async def answered(self, org: UUID, idempotency: Idempotency) -> Accepted | None:
        """Return what was answered under a key before; raises KeyReused for another request."""
        ...

    async def view(self, org: UUID, view_id: UUID) -> View | None:
        """Return a view of an organization, whoever may see it."""
        ...

    async def page(
        self, org: UUID, actor: str | None, before: UUID | None, limit: int
    ) -> list[View]:
        """Return somebody's own views and the shared ones, newest first, before an id."""
        ...

    async def write(self, change: ViewWrite) -> Accepted:
        """Write a view and its receipt; raises KeyReused, ViewMoved or TooManyViews."""
        ...

    async def mark(self, org: UUID, views: Sequence[View], subject: str) -> None:
        """Note that views name somebody who is about to be erased."""
        ...

    async def position(self, org: UUID) -> int:
        """Return the position of an organization's newest fact."""
        ...


Decide = Callable[[View], ViewText | None]
"""Says what becomes of a view as it is: its next text, None for one that goes; may refuse."""
