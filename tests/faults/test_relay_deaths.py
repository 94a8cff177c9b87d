"""Relays and brokers that stop, die and lie: behind the guard the topic is the log, every time.

Two relays forced active, a broker killed, paused, and one whose answers get lost: after each,
every fact of the log is in the topic, in order, once behind the guard, every opportunity stands
in the topic of states as the log says, and the lag is back under 2 s within 10 s. COHOI_FAULTS
says how often (a few in `make test`; 50, 20 … in a storm).
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

import asyncpg
import pytest
import pytest_asyncio
from aiokafka.admin import AIOKafkaAdminClient

from cohoi_guard import Guard
from opportunity_events.topic import place_of
from service_runtime.kafka_access import KafkaAccess
from service_runtime.vault import MasterKey
from support.fact_writer import FactWriter
from support.figures import tell as say
from support.lengths import faults
from support.native_kafka import NativeKafka, free_port, three_brokers
from support.projections import MASTER_KEY, tell, until
from support.relay_process import DEAD_AFTER_S, RelayProcess, states_topic_of
from support.relays import until_states_are_seen
from support.state_reader import assert_states_are_the_log
from support.tcp_proxy import tcp_proxy
from support.topic_reader import read_topic

pytestmark = [pytest.mark.needs_kafka, pytest.mark.timeout(3_600)]

_BACK_WITHIN_S: Final = 10.0
_LAG_S: Final = 2.0
_STANDING: Final = """
select min(published) as published, min(owner) filter (where topic = 'facts') as owner,
    coalesce(extract(epoch from clock_timestamp() - min(waits_since)), 0)::float8 as lag_s
from log.relay_standings()"""


@pytest_asyncio.fixture
async def connection(database: str) -> AsyncGenerator[asyncpg.Connection]:
    opened = await asyncpg.connect(database)
    yield opened
    await opened.close()


@pytest.fixture
def kafka(kafka_home: Path) -> Iterator[NativeKafka]:
    with NativeKafka(kafka_home) as native:
        yield native


class Load:
    """Facts that are written without a pause, for as long as the context is open."""

    def __init__(self, database: str) -> None:
        self._database = database
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Write one small history after another."""
        connection = await asyncpg.connect(self._database)
        try:
            writer = FactWriter(connection, MasterKey(MASTER_KEY))
            seed = 0
            while not self._stop.is_set():
                seed += 1
                await tell(writer, seed, 40)
                await asyncio.sleep(0.05)
        finally:
            await connection.close()

    def stop(self) -> None:
        """Write no more."""
        self._stop.set()


@asynccontextmanager
async def loaded(database: str) -> AsyncGenerator[Load]:
    """Write facts meanwhile."""
    load = Load(database)
    writing = asyncio.create_task(load.run())
    try:
        yield load
    finally:
        load.stop()
        await writing


async def _until_back(connection: asyncpg.Connection, since: float) -> float:
    """C5: wait until all that stands in the log by now is published, and the lag is small.

    Returns how long that took.
    """
    head: int = await connection.fetchval("select head from log.lanes") or 0

    async def is_back() -> bool:
        row = await connection.fetchrow(_STANDING)
        return row is not None and row["published"] >= head and row["lag_s"] < _LAG_S

    await until(is_back, "the lag is back", within_s=60)
    return time.monotonic() - since


async def _demand_the_log(
    connection: asyncpg.Connection, bootstrap: str, topic: str
) -> tuple[int, int]:
    """C3: behind the guard the topic is the log; return how many records and facts there are.

    And the newest record of each opportunity in the topic of states is what the log says of it.
    """

    async def all_published() -> bool:
        return bool(
            await connection.fetchval(
                "select bool_and(head = published) from log.relay_standings()"
            )
        )

    await until(all_published, "all is published", within_s=60)
    records = await read_topic(bootstrap, topic)
    guard = Guard[bytes]()
    passed: list[bytes] = []
    for record in records:
        place = place_of(record.headers, record.timestamp)
        passed += [
            item for _, item in guard.offer(place.lane_position, place.hash, epoch=place.epoch)
        ]
    assert guard.missing is None
    logged = await connection.fetch("select hash from log.facts order by lane_position")
    assert passed == [row["hash"] for row in logged]
    states = states_topic_of(topic)
    await until_states_are_seen(connection, KafkaAccess(bootstrap, topic, states_topic=states))
    await assert_states_are_the_log(connection, bootstrap, states)
    return len(records), len(logged)


async def test_a_leader_that_stands_still_and_wakes_again_does_no_harm(
    connection: asyncpg.Connection,
    database: str,
    kafka: NativeKafka,
    topic: str,
    tmp_path: Path,
) -> None:
    rounds = faults(2)
    with ExitStack() as stack:
        folders = [tmp_path / "one", tmp_path / "two"]
        relays: dict[int, RelayProcess] = {}
        for folder in folders:
            folder.mkdir()
            relay = RelayProcess(database, folder, kafka.bootstrap, topic)
            relays[stack.enter_context(relay).pid] = relay
        async with loaded(database):
            for _ in range(rounds):
                leader = await _leader(connection, None)
                relays[leader].pause()
                paused_at = time.monotonic()
                await _leader(connection, leader)
                assert await _until_back(connection, paused_at) < DEAD_AFTER_S + _BACK_WITHIN_S
                relays[leader].resume()
        records, facts = await _demand_the_log(connection, kafka.bootstrap, topic)
    say(f"{rounds} leaders stood still: {facts} facts in {records} records")


async def _leader(connection: asyncpg.Connection, other_than: int | None) -> int:
    """Wait until a relay holds the lane that is another one, and return its process id."""
    found = 0

    async def ask() -> bool:
        nonlocal found
        row = await connection.fetchrow(_STANDING)
        if row is None or row["owner"] is None:
            return False
        found = int(row["owner"].split("/")[1])
        return found != other_than and row["published"] > 0

    await until(ask, "a relay holds the lane", within_s=30)
    return found


async def test_a_broker_that_is_killed_again_and_again_loses_nothing(
    connection: asyncpg.Connection, database: str, kafka: NativeKafka, topic: str, tmp_path: Path
) -> None:
    rounds, longest = faults(2), 0.0
    with RelayProcess(database, tmp_path, kafka.bootstrap, topic):
        async with loaded(database):
            await _leader(connection, None)
            for _ in range(rounds):
                kafka.kill()
                await asyncio.sleep(0.5)
                await asyncio.to_thread(kafka.wait_for_ports)
                kafka.start()
                longest = max(longest, await _until_back(connection, time.monotonic()))
                assert longest < _BACK_WITHIN_S
        records, facts = await _demand_the_log(connection, kafka.bootstrap, topic)
    say(
        f"{rounds} kills of the broker: {facts} facts in {records} records, back in {longest:.1f} s"
    )


async def test_a_broker_that_stands_still_is_waited_for(
    connection: asyncpg.Connection, database: str, kafka: NativeKafka, topic: str, tmp_path: Path
) -> None:
    """For a minute in a storm; longer than a batch may be on its way, so that it is given up."""
    seconds = 60.0 if faults(0) else 3.0
    with RelayProcess(database, tmp_path, kafka.bootstrap, topic):
        async with loaded(database):
            await _leader(connection, None)
            kafka.pause()
            await asyncio.sleep(seconds)
            kafka.resume()
            back = await _until_back(connection, time.monotonic())
            assert back < _BACK_WITHIN_S
        records, facts = await _demand_the_log(connection, kafka.bootstrap, topic)
    say(f"{seconds:.0f} s of silence: {facts} facts in {records} records, back in {back:.1f} s")


async def test_an_answer_that_is_lost_after_the_append_doubles_nothing_behind_the_guard(
    connection: asyncpg.Connection, database: str, kafka_home: Path, topic: str, tmp_path: Path
) -> None:
    port = free_port()
    rounds = faults(3)
    with NativeKafka(kafka_home, advertised_port=port) as kafka:
        async with tcp_proxy(port, kafka.port) as proxy:
            through = f"127.0.0.1:{port}"
            with RelayProcess(database, tmp_path, through, topic):
                async with loaded(database):
                    await _leader(connection, None)
                    for _ in range(rounds):
                        proxy.swallow_answers()
                        await asyncio.wait_for(proxy.has_swallowed.wait(), 10)
                        proxy.behave()
                        assert await _until_back(connection, time.monotonic()) < _BACK_WITHIN_S
                records, facts = await _demand_the_log(connection, through, topic)
    say(f"{rounds} lost answers: {facts} facts in {records} records")


async def test_of_three_brokers_one_is_lost_for_good_and_nothing_with_it(
    connection: asyncpg.Connection, database: str, kafka_home: Path, topic: str, tmp_path: Path
) -> None:
    with three_brokers(kafka_home) as brokers:
        everywhere = ",".join(broker.bootstrap for broker in brokers)
        with RelayProcess(database, tmp_path, everywhere, topic):
            async with loaded(database):
                await _leader(connection, None)
                await asyncio.sleep(1)
                lost = await _leading(everywhere, topic)
                await asyncio.to_thread(brokers[lost - 1].discard)
                back = await _until_back(connection, time.monotonic())
                await asyncio.sleep(2)
            left = ",".join(one.bootstrap for one in brokers if one is not brokers[lost - 1])
            records, facts = await _demand_the_log(connection, left, topic)
    assert back < _BACK_WITHIN_S
    say(f"one of three brokers lost: {facts} facts in {records} records, back in {back:.1f} s")


async def _leading(bootstrap: str, topic: str) -> int:
    """Return the node that leads the lane's partition."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        (described,) = await admin.describe_topics([topic])
        return int(described["partitions"][0]["leader"])
    finally:
        await admin.close()
