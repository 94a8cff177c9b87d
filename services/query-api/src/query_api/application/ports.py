"""What the questions need from outside: the read schema, the log, the vault, and who waits."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from opportunity_filters.conditions import Conditions
from opportunity_filters.filters import SearchWords
from opportunity_filters.local_time import LocalClock
from query_api.application.answers import (
    Answer,
    BoardTotals,
    BoardView,
    CustomerPage,
    Head,
    HistoryPage,
    LaneEpoch,
    Me,
    OpportunityPage,
    Page,
    Single,
    StoredFact,
)
from query_api.domain.scope import Scope
from query_api.domain.totals import TotalsRow
from query_api.domain.windows import Window


class OpportunityModel(Protocol):
    """Opportunities as they are now; every answer is one snapshot."""

    async def page(
        self, scope: Scope, conditions: Conditions, window: Window, clock: LocalClock
    ) -> Answer[OpportunityPage]:
        """Find a page of opportunities, and the sums of all that fulfil the conditions."""
        ...

    async def totals(self, scope: Scope, conditions: Conditions) -> Answer[tuple[TotalsRow, ...]]:
        """Sum all that fulfil the conditions."""
        ...

    async def single(
        self, scope: Scope, opportunity_id: UUID, clock: LocalClock
    ) -> Answer[Single | None]:
        """Find one, deleted ones too."""
        ...


class BoardModel(Protocol):
    """Boards, their columns and their sums; every answer is one snapshot."""

    async def page(self, scope: Scope, window: Window) -> Answer[Page]:
        """Find a page of boards."""
        ...

    async def single(self, scope: Scope, board_id: UUID) -> Answer[Single | None]:
        """Find one board."""
        ...

    async def totals(
        self, scope: Scope, board_id: UUID, conditions: Conditions
    ) -> Answer[BoardTotals | None]:
        """Sum a board by its statuses."""
        ...

    async def view(
        self,
        scope: Scope,
        board_id: UUID,
        conditions: Conditions,
        window: Window,
        clock: LocalClock,
    ) -> Answer[BoardView | None]:
        """Find a board with the first cards of each of its columns."""
        ...

    async def cards(
        self,
        scope: Scope,
        column: tuple[UUID, UUID],
        conditions: Conditions,
        window: Window,
        clock: LocalClock,
    ) -> Answer[Page | None]:
        """Find a page of the cards of a column (board, status)."""
        ...


class DirectoryModel(Protocol):
    """Customers, people, teams and the organization; every answer is one snapshot."""

    async def customers(
        self, scope: Scope, searches: Sequence[SearchWords], window: Window
    ) -> Answer[Page]:
        """Find a page of customers whose names fulfil one of the searches."""
        ...

    async def customer(
        self, scope: Scope, customer_id: UUID, window: Window, clock: LocalClock
    ) -> Answer[CustomerPage | None]:
        """Find a customer with a page of its live opportunities and their sums."""
        ...

    async def users(
        self, scope: Scope, searches: Sequence[SearchWords], window: Window
    ) -> Answer[Page]:
        """Find a page of users whose names fulfil one of the searches."""
        ...

    async def user(self, scope: Scope, user_id: UUID) -> Answer[Single | None]:
        """Find one user."""
        ...

    async def teams(self, scope: Scope, window: Window) -> Answer[Page]:
        """Find a page of teams."""
        ...

    async def team(self, scope: Scope, team_id: UUID) -> Answer[Single | None]:
        """Find one team."""
        ...

    async def organization(self, scope: Scope) -> Answer[Single | None]:
        """Find the organization itself."""
        ...

    async def me(self, scope: Scope, user_id: UUID | None) -> Answer[Me | None]:
        """Find the organization and the user that asks."""
        ...


class HistoryModel(Protocol):
    """The facts of an opportunity with the names that their sentences need."""

    async def page(
        self, scope: Scope, opportunity_id: UUID, before: int | None, limit: int
    ) -> Answer[HistoryPage | None]:
        """Find up to `limit` + 1 applied facts before a version, newest first."""
        ...


class FactLog(Protocol):
    """The log, as far as reads may ask it."""

    async def head(self, org: UUID) -> Head | None:
        """Say where an organization stands; None where the log does not know it."""
        ...

    async def organization_facts(self, org: UUID, after: int, limit: int) -> tuple[StoredFact, ...]:
        """Read an organization's facts after a position, oldest first."""
        ...

    async def opportunity_history(
        self, org: UUID, opportunity_id: UUID, before: int, position: int, limit: int
    ) -> tuple[StoredFact, ...]:
        """Read an opportunity's facts before a version and up to a position, newest first."""
        ...

    async def lane_facts(self, lane: int, after: int, limit: int) -> tuple[StoredFact, ...]:
        """Read a lane's facts after a lane position, oldest first."""
        ...

    async def lane_head(self, lane: int) -> Head | None:
        """Say where a lane stands; None where there is no such lane."""
        ...

    async def lane_epochs(self, lane: int) -> tuple[LaneEpoch, ...]:
        """Return the epochs of a lane, oldest first; none where there is no such lane."""
        ...


class Following(Protocol):
    """Who follows the log for this process's event streams."""

    async def following(self) -> None:
        """Return once every fact that is committed from now on will be delivered."""
        ...


class Vault(Protocol):
    """Where the keys of people are."""

    async def keys(self, key_ids: Collection[UUID]) -> Mapping[UUID, "PersonKey"]:
        """Return the keys that are still there; those of erased people are not."""
        ...


class PersonKey(Protocol):
    """The key of one person of one organization."""

    @property
    def org(self) -> UUID:
        """The organization that the person belongs to."""
        ...

    def opened(self, sealed: Mapping[str, str], field: str) -> str:
        """Open a value that was sealed under this key for a field."""
        ...


class AppliedPositions(Protocol):
    """How far the read schema has come, and waiting for it."""

    def known(self, org: UUID) -> int:
        """Return a position that an organization is known to have reached."""
        ...

    def note(self, org: UUID, position: int) -> None:
        """Remember where an answer was true."""
        ...

    async def reached(self, org: UUID, position: int, within_s: float) -> bool:
        """Wait until an organization has reached a position; say whether it did in time."""
        ...
