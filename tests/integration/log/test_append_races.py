"""Many callers on the same things at once, over the real append: nobody lost, nobody doubled."""

import asyncio
from typing import Any

import asyncpg
import pytest

from command_api.domain import commands as c
from command_api.domain import refusal
from service_runtime.ids import new_id
from support.office import Office, open_committer

RACERS = 64


async def outcomes(*tasks: Any) -> list[Any]:
    return await asyncio.gather(*tasks, return_exceptions=True)


async def versions_of(dsn: str, stream_id: Any) -> list[int]:
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch(
            "select version from log.facts where stream_id = $1 order by version", stream_id
        )
        return [row["version"] for row in rows]
    finally:
        await connection.close()


async def test_sixty_four_racers_without_if_match_all_get_in_in_some_order(
    office: Office, database: str
) -> None:
    board, statuses = await office.add_board("A", "B")
    deal = await office.add_opportunity(board, await office.add_customer())
    targets = [statuses["A"], statuses["B"]]
    moved = await outcomes(
        *(office.ask(c.EditOpportunity(deal, title=f"Deal {n}")) for n in range(RACERS)),
        *(office.ask(c.MoveOpportunity(deal, targets[n % 2])) for n in range(RACERS)),
    )
    assert [answer for answer in moved if isinstance(answer, BaseException)] == []
    versions = await versions_of(database, deal)
    assert versions == list(range(1, len(versions) + 1))
    assert len(versions) > RACERS


async def test_sixty_four_racers_with_if_match_have_one_winner_a_version(
    office: Office, database: str
) -> None:
    board, _ = await office.add_board("A")
    deal = await office.add_opportunity(board, await office.add_customer())
    raced = await outcomes(
        *(office.ask(c.EditOpportunity(deal, title=f"Deal {n}"), if_match=1) for n in range(RACERS))
    )
    winners = [answer for answer in raced if isinstance(answer, dict)]
    losers = [answer for answer in raced if isinstance(answer, refusal.VersionConflict)]
    assert len(winners) == 1
    assert len(losers) == RACERS - 1
    assert all(loser.fields == ("title",) for loser in losers)
    assert await versions_of(database, deal) == [1, 2]


async def test_racers_on_different_fields_with_if_match_are_merged(office: Office) -> None:
    board, statuses = await office.add_board("A", "B")
    deal = await office.add_opportunity(board, await office.add_customer())
    raced = await outcomes(
        office.ask(c.EditOpportunity(deal, title="Other"), if_match=1),
        office.ask(c.EditOpportunity(deal, confidence=40), if_match=1),
        office.ask(c.MoveOpportunity(deal, statuses["B"]), if_match=1),
        office.ask(c.EditOpportunity(deal, value=c.Money(5, "USD")), if_match=1),
    )
    assert all(isinstance(answer, dict) for answer in raced)
    merged = sorted(len(answer.get("merged_with", ())) for answer in raced)
    assert merged == [0, 1, 2, 3]


async def test_twenty_racers_adding_one_status_name_have_one_winner(office: Office) -> None:
    board, _ = await office.add_board("A")
    raced = await outcomes(
        *(
            office.ask(
                c.AddStatus(board, c.NewStatus(new_id(), "Đàm phán", "active", None, None), None)
            )
            for _ in range(20)
        )
    )
    assert sum(isinstance(answer, dict) for answer in raced) == 1
    assert sum(isinstance(answer, refusal.NameTaken) for answer in raced) == 19


async def test_moves_racing_the_deletion_of_their_target_end_in_the_replacement_or_are_refused(
    office: Office, database: str
) -> None:
    board, statuses = await office.add_board("A", "B", "C")
    customer = await office.add_customer()
    deals = [await office.add_opportunity(board, customer) for _ in range(24)]
    async with open_committer(database) as (second, _):
        other = Office(second, office.pool, office.org, office.admin)
        raced = await outcomes(
            *(
                (office if n % 2 else other).ask(c.MoveOpportunity(deal, statuses["B"]))
                for n, deal in enumerate(deals)
            ),
            other.ask(c.DeleteStatus(board, statuses["B"], statuses["C"], allow_type_change=False)),
        )
    *moves, deletion = raced
    assert isinstance(deletion, dict)
    refused = [answer for answer in moves if isinstance(answer, refusal.StatusGone)]
    assert all(gone.replacement == (statuses["C"], "C") for gone in refused)
    assert len(refused) + sum(isinstance(answer, dict) for answer in moves) == len(deals)
    connection = await asyncpg.connect(database)
    try:
        rows = await connection.fetch(
            "select status_id, count(*) from log.streams where status_id is not null group by 1"
        )
    finally:
        await connection.close()
    standing = {row["status_id"]: row["count"] for row in rows}
    assert statuses["B"] not in standing
    assert standing.get(statuses["C"], 0) == len(deals) - len(refused) == deletion["moved"]


@pytest.mark.parametrize("round_", range(5))
async def test_a_change_of_type_and_a_move_into_the_status_never_both_happen(
    office: Office, database: str, round_: int
) -> None:
    board, statuses = await office.add_board("A", "B", f"C{round_}")
    deal = await office.add_opportunity(board, await office.add_customer())
    async with open_committer(database) as (second, _):
        other = Office(second, office.pool, office.org, office.admin)
        move, retype = await outcomes(
            office.ask(c.MoveOpportunity(deal, statuses["B"])),
            other.ask(c.EditStatus(board, statuses["B"], type="lost")),
        )
    assert isinstance(move, dict)
    if isinstance(retype, refusal.TypeInUse):
        assert retype.count == 1
    else:
        # The type changed first: the move then was a loss, and says so.
        events = await asyncpg.connect(database)
        try:
            last = await events.fetchval(
                "select type from log.facts where stream_id = $1 order by version desc", deal
            )
        finally:
            await events.close()
        assert last == "opportunity_lost.v1"


@pytest.mark.parametrize("round_", range(5))
async def test_an_archive_and_a_creation_on_the_board_never_both_happen(
    office: Office, database: str, round_: int
) -> None:
    board, _ = await office.add_board("A", f"B{round_}")
    customer = await office.add_customer()
    async with open_committer(database) as (second, _):
        other = Office(second, office.pool, office.org, office.admin)
        create, archive = await outcomes(
            office.ask(c.CreateOpportunity(new_id(), "Deal", customer, board_id=board)),
            other.ask(c.ArchiveBoard(board)),
        )
    accepted = [isinstance(create, dict), isinstance(archive, dict)]
    assert accepted in ([True, False], [False, True])
    assert isinstance(create, dict | refusal.BoardArchived)
    assert isinstance(archive, dict | refusal.BoardInUse)


async def test_a_fresh_if_match_is_never_refused_because_the_board_changed(office: Office) -> None:
    board, statuses = await office.add_board("A", "B")
    deal = await office.add_opportunity(board, await office.add_customer())
    raced = await outcomes(
        *(office.ask(c.RenameBoard(board, f"Sales {n}")) for n in range(20)),
        office.ask(c.MoveOpportunity(deal, statuses["B"]), if_match=1),
    )
    assert [answer for answer in raced if isinstance(answer, BaseException)] == []


async def test_one_key_a_hundred_times_at_once_has_one_effect_and_equal_answers(
    office: Office, database: str
) -> None:
    board, _ = await office.add_board("A")
    customer = await office.add_customer()
    async with open_committer(database) as (second, _):
        other = Office(second, office.pool, office.org, office.admin)
        raced = await outcomes(
            *(
                (office if n % 2 else other).submit(
                    c.CreateOpportunity(new_id(), "Deal", customer, board_id=board), key="once"
                )
                for n in range(100)
            )
        )
    assert len({(answer.status, answer.body) for answer in raced}) == 1
    connection = await asyncpg.connect(database)
    try:
        made = await connection.fetchval(
            "select count(*) from log.facts where type = 'opportunity_created.v1'"
        )
    finally:
        await connection.close()
    assert made == 1


async def test_a_key_of_another_request_is_refused(office: Office) -> None:
    customer = c.AddCustomer(new_id(), "An", None, person=False)
    await office.ask(customer, key="k", hmac=b"one")
    with pytest.raises(refusal.KeyReused):
        await office.ask(customer, key="k", hmac=b"two")


async def test_two_processes_on_one_lane_keep_all_three_numberings_dense(
    office: Office, database: str
) -> None:
    board, statuses = await office.add_board("A", "B")
    customer = await office.add_customer()
    deals = [await office.add_opportunity(board, customer) for _ in range(8)]
    async with open_committer(database) as (second, _):
        other = Office(second, office.pool, office.org, office.admin)
        raced = await outcomes(
            *(
                (office if n % 2 else other).ask(
                    c.MoveOpportunity(deals[n % 8], statuses["A" if n % 3 else "B"])
                )
                for n in range(200)
            )
        )
    assert [answer for answer in raced if isinstance(answer, BaseException)] == []
    connection = await asyncpg.connect(database)
    try:
        facts = await connection.fetch(
            "select lane_position, position, stream_id, version, recorded_at, occurred_at"
            " from log.facts order by lane_position"
        )
    finally:
        await connection.close()
    assert [fact["lane_position"] for fact in facts] == list(range(1, len(facts) + 1))
    assert [fact["position"] for fact in facts] == list(range(1, len(facts) + 1))
    assert [fact["recorded_at"] for fact in facts] == sorted(f["recorded_at"] for f in facts)
    for deal in deals:
        versions = await versions_of(database, deal)
        assert versions == list(range(1, len(versions) + 1))
