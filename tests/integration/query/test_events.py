"""Facts over HTTP: an organization's own, gapless, and a lane's for operators."""

from collections.abc import AsyncGenerator
from uuid import UUID

import asyncpg
import pytest_asyncio

from opportunity_events.chain import chain_hash
from opportunity_events.codec import canonical_json
from service_runtime.vault import MasterKey
from support.fact_writer import FactWriter
from support.projections import tell
from support.query_door import MASTER_KEY, QueryDoor, Reader
from support.read_rows import ReadRows


class Teller:
    """Plants random histories of organizations, and says who may read them."""

    def __init__(self, connection: asyncpg.Connection, door: QueryDoor) -> None:
        self._connection = connection
        self._writer = FactWriter(connection, MasterKey(MASTER_KEY))
        self._door = door

    async def reader(self, seed: int, steps: int = 60) -> tuple[UUID, Reader]:
        """Plant a history, and return its organization and one of its active users."""
        org = (await tell(self._writer, seed, steps)).org
        user = await self._connection.fetchrow(
            "select s.id, u.role from log.streams s, log.caller_user(s.org, s.id) u"
            " where s.org = $1 and s.kind = 'user' and u.active limit 1",
            org,
        )
        assert user is not None
        return org, self._door.as_user(org, user["id"], user["role"])


@pytest_asyncio.fixture
async def teller(database: str, door: QueryDoor) -> AsyncGenerator[Teller]:
    connection = await asyncpg.connect(database)
    yield Teller(connection, door)
    await connection.close()


async def test_the_feed_is_gapless_canonical_and_ones_own(
    teller: Teller, neighbour: ReadRows
) -> None:
    for org, reader in (await teller.reader(1), await teller.reader(2)):
        after, met = 0, list[int]()
        while True:
            answer = await reader.ask("/v1/events", after=after, limit=7)
            page = answer.json()
            assert answer.content == canonical_json(page)
            assert {fact["org"] for fact in page["items"]} <= {str(org)}
            assert page["epoch"] == 1
            met += [fact["position"] for fact in page["items"]]
            if not page["items"]:
                break
            after = page["position"]
        assert met == list(range(1, len(met) + 1))
        assert len(met) >= 60
        assert page["position"] == met[-1]
        assert org != neighbour.org


async def test_the_feed_refuses_what_it_cannot_answer(rows: ReadRows, reader: Reader) -> None:
    beyond = rows.position + 1
    assert await reader.refused("/v1/events", after=beyond) == (400, "bad-position", "after")
    refused = await reader.refused("/v1/events", min_position=beyond)
    assert refused == (400, "bad-position", "min_position")
    assert await reader.refused("/v1/events", after="-1") == (400, "bad-position", "after")
    assert await reader.refused("/v1/events", limit=1001) == (400, "bad-filter", "limit")


async def test_a_lane_is_for_operators_and_verifies(
    teller: Teller, reader: Reader, api_key: Reader, operator: Reader
) -> None:
    await teller.reader(3)
    for other in (reader, api_key):
        assert await other.refused("/v1/lanes/0/facts") == (403, "forbidden", None)
    feed = await operator.read("/v1/lanes/0/facts", limit=1000)
    facts = feed["items"]
    assert [fact["laneposition"] for fact in facts] == list(range(1, len(facts) + 1))
    assert feed["position"] == len(facts)
    assert any("ciphertext" in str(fact["data"]) for fact in facts)
    for fact in facts:
        stored = {
            key: value
            for key, value in fact.items()
            if key
            not in {"lane", "laneposition", "laneepoch", "position", "time", "prevhash", "hash"}
        }
        if fact["occurredat"] == fact["time"]:
            del stored["occurredat"]
        made = chain_hash(bytes.fromhex(fact["prevhash"]), canonical_json(stored))
        assert made.hex() == fact["hash"]
    tail = await operator.read("/v1/lanes/0/facts", after=len(facts))
    assert tail == {"items": [], "position": len(facts), "epoch": 1}
    for unknown in ("7", "x", "-1", "99999999999999999999"):
        assert (await operator.refused(f"/v1/lanes/{unknown}/facts"))[0] == 404
    beyond = await operator.refused("/v1/lanes/0/facts", after=len(facts) + 1)
    assert beyond == (400, "bad-position", "after")


async def test_an_operator_reads_where_each_epoch_of_a_lane_begins(
    operator: Reader, reader: Reader
) -> None:
    assert await reader.refused("/v1/lanes/0/epochs") == (403, "forbidden", None)
    said = await operator.read("/v1/lanes/0/epochs")
    assert [(one["epoch"], one["begins_at"]) for one in said["items"]] == [(1, 1)]
    assert said["epoch"] == 1
    assert (await operator.refused("/v1/lanes/7/epochs"))[0] == 404
    assert (await operator.refused("/v1/lanes/0/epochs", after=1))[1] == "bad-filter"
