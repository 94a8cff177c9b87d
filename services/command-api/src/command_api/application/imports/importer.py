"""An import from its first row to its last: batch by batch, each settled whole or not at all."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from command_api.application.batches.pacing import Pace
from command_api.application.batches.ports import BatchLog, JobLost
from command_api.application.batches.settling import Settling
from command_api.application.batches.sizing import BatchSize
from command_api.application.batches.turn import Turn
from command_api.application.imports.batch import BatchDecider
from command_api.application.imports.identifiers import Identifiers
from command_api.application.imports.order import ImportOrder, ImportResult
from command_api.application.imports.ports import Names
from command_api.application.imports.reading import (
    SLICE_ROWS,
    Mentioned,
    in_thread,
    mentioned,
    slices,
)
from command_api.application.imports.resolving import Resolver
from command_api.application.imports.roster import Roster
from command_api.application.imports.settling import DecidingRows
from command_api.application.imports.tally import Made, Tally
from command_api.application.known import Known
from command_api.domain import commands as c
from command_api.domain.board.decide import MAX_STATUSES
from command_api.domain.board.state import Board
from command_api.domain.importing.names import folded_name
from command_api.domain.importing.plan import Options, Plan, plan
from command_api.domain.importing.rows import Refused, Row
from command_api.domain.organization.state import Organization
from command_api.domain.text import status_key
from opportunity_events.envelope import Stream
from opportunity_events.v1 import StatusType
from service_runtime.ids import new_id

_CLOSING_STATUSES: Final = 2


class BoardUnknown(Exception):  # noqa: N818 - says what is so
    """The board of the import is not there, and nobody asked for a new one."""


class Importer:
    """Runs one import; `progress` is told after each batch how many rows are settled."""

    def __init__(
        self,
        order: ImportOrder,
        batches: BatchLog,
        names: Names,
        ids: Identifiers,
        clock: Callable[[], datetime],
        progress: Callable[[int, int], None],
        turn: Turn,
    ) -> None:
        self._order = order
        self._batches = batches
        self._names = names
        self._ids = ids
        self._clock = clock
        self._progress = progress
        self._turn = turn
        self._pace = Pace(names)
        self._size = BatchSize(SLICE_ROWS)
        self._lane = 0

    async def run(self, raw: bytes) -> ImportResult:
        """Settle every row that is not settled yet, and say what became of the whole.

        Raises FileRefused or BoardUnknown where nothing can be done at all, JobLost where the job
        was taken away, TurnOver where others wait.
        """
        self._lane, head = await self._batches.head()
        organization, board = await self._standing()
        outline = await in_thread(lambda: plan(raw, self._options(organization, board)))
        await self._batches.size(outline.total, outline.columns)
        await self._pace.catch_up(self._order.org, head)
        decider = await self._decider(outline, organization, board)
        tally = self._order.tally or Tally(Made(), outline.assumptions)
        deciding = DecidingRows(self._order, decider, self._clock, tally)
        dry_run = self._order.options.dry_run
        settling = Settling(self._batches, deciding, self._lane, dry_run=dry_run)
        handled = self._order.handled
        self._turn.set_up()
        self._progress(handled, outline.total)
        async for rows in slices(outline, skip=handled):
            left = rows
            while left:
                batch, left = left[: self._size.items], left[self._size.items :]
                await self._settle(settling, batch, handled)
                handled += len(batch)
                self._progress(handled, outline.total)
                # A dry run goes on: what it would have made stands in its memory alone.
                if not dry_run and handled < outline.total:
                    await self._turn.pass_on()
        mapping = {mapped.column: mapped.field for mapped in outline.mapping}
        return ImportResult({**mapping}, deciding.tally)

    async def _settle(
        self, settling: Settling[Row | Refused], batch: list[Row | Refused], begin: int
    ) -> None:
        began = time.monotonic()
        await settling.settle(batch, begin)
        if self._order.options.dry_run:
            self._size.after(len(batch), settling.held_s, others=False)
            return
        took_s = time.monotonic() - began
        others = await self._pace.keep(self._lane, settling.written, took_s)
        self._size.after(len(batch), settling.held_s, others=others)

    async def _standing(self) -> tuple[Organization, Board | None]:
        """Return the organization and the board as they are now."""
        org, options = self._order.org, self._order.options
        organization, board = (
            Stream(org, "organization", org),
            Stream(org, "board", options.board_id),
        )
        known = Known()
        async with self._batches.session(self._lane, locked=False) as session:
            await session.answer({organization, board}, known)
        loaded, found = known.streams[organization], known.streams[board]
        if loaded is None or not isinstance(loaded.state, Organization):
            raise JobLost
        if found is None and options.new_board is None:
            raise BoardUnknown
        return loaded.state, found.state if found and isinstance(found.state, Board) else None

    def _options(self, organization: Organization, board: Board | None) -> Options:
        live = () if board is None else (s for s in board.statuses if s.going_to is None)
        return Options(
            currency=self._order.options.currency,
            language=organization.language,
            zone=ZoneInfo(organization.time_zone),
            now=self._order.ordered_at,
            statuses={status_key(status.name): status.type for status in live},
            mapping=self._order.options.mapping,
        )

    async def _decider(
        self, outline: Plan, organization: Organization, board: Board | None
    ) -> BatchDecider:
        order, language = self._order, organization.language
        found = await mentioned(outline)
        roster = Roster(order.org, self._ids, language)
        users = [user async for user in self._names.users(order.org)]
        roster.learn(
            [
                customer
                async for customer in self._names.customers(order.org)
                if folded_name(customer.name) in found.customers
            ],
            users,
        )
        first_admin = next((user.id for user in users if user.active and user.admin), None)
        fallback = order.options.owner_id or (
            None if order.asker.actor != "system" else first_admin
        )
        resolver = Resolver(order, roster, organization.time_zone, fallback)
        new_board = None
        if board is None and order.options.new_board is not None:
            new_board = _board_of(order.options.board_id, order.options.new_board, found)
        return BatchDecider(order, self._ids, roster, resolver, new_board, language)


def _board_of(board_id: UUID, name: str, found: Mentioned) -> c.CreateBoard:
    """Return the board that a file asks for: its statuses in the order of their appearance."""
    every = list(found.statuses.values())
    active = [one for one in every if one[1] == "active"][: MAX_STATUSES - _CLOSING_STATUSES]
    closing: list[tuple[str, StatusType]] = []
    for status_type in ("won", "lost"):
        closing += [one for one in every if one[1] == status_type][:1]
    statuses = tuple(
        c.NewStatus(new_id(), status, status_type, None, None)
        for status, status_type in (*active, *closing)
    )
    return c.CreateBoard(board_id, name, statuses, (new_id(), new_id(), new_id()))
