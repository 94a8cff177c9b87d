"""Groups of which a part did not go in: nothing is answered that stands on that part."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
import pytest

from command_api.adapters import log as log_adapter
from command_api.adapters.log import PostgresSession
from command_api.application import committer
from command_api.application.committer import Appended
from command_api.application.group import Decided
from command_api.domain import commands as c
from command_api.domain import refusal
from service_runtime.ids import new_id
from support.office import Office, open_committer


@asynccontextmanager
async def held_lane(dsn: str) -> AsyncGenerator[asyncpg.Connection]:
    """Hold the lane's lock, so that appends queue behind it in the order in which they come."""
    holder = await asyncpg.connect(dsn)
    try:
        async with holder.transaction():
            await holder.execute("select pg_advisory_xact_lock(7246, 0)")
            yield holder
    finally:
        await holder.close()


async def until_waiting(connection: asyncpg.Connection, appends: int) -> None:
    async with asyncio.timeout(10):
        while appends != await connection.fetchval(  # noqa: ASYNC110 - another session's lock
            "select count(*) from pg_locks where locktype = 'advisory' and not granted"
        ):
            await asyncio.sleep(0.02)


async def test_a_refusal_never_names_what_a_raced_key_would_have_made(
    office: Office, database: str
) -> None:
    board, _ = await office.add_board("A")
    there, never, late = new_id(), new_id(), new_id()

    def add(status_id: UUID) -> c.AddStatus:
        return c.AddStatus(board, c.NewStatus(status_id, "Gọi", "active", None, None), None)

    async with open_committer(database) as (second, _):
        other = Office(second, office.pool, office.org, office.admin)
        async with held_lane(database) as holder:
            first = asyncio.create_task(other.submit(add(there), key="once"))
            await until_waiting(holder, 1)
            again = asyncio.create_task(office.submit(add(never), key="once"))
            namesake = asyncio.create_task(office.submit(add(late)))
            await until_waiting(holder, 2)
        made, repeated, refused = await asyncio.gather(
            first, again, namesake, return_exceptions=True
        )
    assert made == repeated
    assert isinstance(refused, refusal.NameTaken)
    assert refused.status_id == there


async def test_a_client_too_far_behind_to_be_told_everything_is_not_merged(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_adapter, "MAX_FACTS_SINCE", 2)
    board, _ = await office.add_board("A")
    deal = await office.add_opportunity(board, await office.add_customer())
    for figure in (10, 20):
        await office.ask(c.EditOpportunity(deal, confidence=figure))
    await office.ask(c.EditOpportunity(deal, title="Lan"))
    with pytest.raises(refusal.VersionConflict) as conflict:
        await office.ask(c.EditOpportunity(deal, external_ref="A-1"), if_match=1)
    # nothing that came since changed it, but not everything that came is known
    assert conflict.value.fields == ("external_ref",)
    merged = await office.ask(c.EditOpportunity(deal, external_ref="A-1"), if_match=2)
    assert len(merged["merged_with"]) == 2


async def test_a_command_that_loses_every_round_is_told_to_come_again(
    office: Office, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, _ = await office.add_board("A")
    deal = await office.add_opportunity(board, await office.add_customer())
    late = c.EditOpportunity(deal, title="Late")
    append = PostgresSession.append
    rounds = 0

    async with open_committer(database) as (second, _):
        rival = Office(second, office.pool, office.org, office.admin)

        async def append_behind(
            session: PostgresSession, group: Sequence[Decided]
        ) -> list[Appended]:
            nonlocal rounds
            if group[0].submission.command == late and rounds < 3 * committer.MAX_ROUNDS:
                rounds += 1
                await rival.ask(c.EditOpportunity(deal, title=f"Early {rounds}"))
            return await append(session, group)

        monkeypatch.setattr(PostgresSession, "append", append_behind)
        # under the lane's lock it would win
        monkeypatch.setattr(committer, "LOCKED_FROM_ROUND", committer.MAX_ROUNDS)
        with pytest.raises(refusal.Busy):
            await office.ask(late)
    assert rounds == committer.MAX_ROUNDS
    monkeypatch.undo()
    assert (await office.ask(late))["version"] == 1 + rounds + 1
