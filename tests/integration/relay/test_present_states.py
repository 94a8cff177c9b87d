"""The topic of present states stands as the log says, whoever else wrote to it in between."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer, ConsumerRecord

from command_api.adapters.lane_topic import KafkaLaneTopic
from command_api.application.relaying.ports import UnfitTopicError
from command_api.bootstrap import open_adoption
from opportunity_events.opportunity_states import VOID_TYPE, OpportunityState
from service_runtime.kafka_access import KafkaAccess
from support.backed_up import Installation
from support.fact_writer import FactWriter
from support.native_kafka import NativeKafka
from support.operator import run_cohoi
from support.projections import asking, key_settings, tell, until
from support.relays import run_relay, run_relay_with, until_published, until_states_are_seen
from support.state_reader import Opportunity, assert_states_are_the_log, newest, read_states
from support.topic_reader import read_topic

pytestmark = pytest.mark.needs_broker

# A segment ends after 0.1 s, and is compacted a moment later.
_EAGER_CLEANER = """
log.roll.ms=100
log.cleaner.backoff.ms=100
log.cleaner.min.cleanable.ratio=0.01"""
_REFUSED = "select bool_or(refusal is not null) from log.relay_standings()"


@pytest.fixture
def access(broker: str, topic: str) -> KafkaAccess:
    return KafkaAccess(broker, topic, states_topic=f"{topic}.states")


@pytest.fixture
def states(access: KafkaAccess) -> str:
    assert access.states_topic is not None
    return access.states_topic


async def test_each_opportunity_stands_as_the_log_says_and_each_change_says_what_was(
    connection: asyncpg.Connection,
    writer: FactWriter,
    database: str,
    access: KafkaAccess,
    states: str,
) -> None:
    await tell(writer, 7, 300)
    async with run_relay_with(database, access):
        await until_published(database)
        await tell(writer, 8, 100)
        await until_published(database)
    said = await assert_states_are_the_log(connection, access.bootstrap, states)
    changes = [(one, change) for one, change in said if change is not None]
    facts = await connection.fetchval(
        "select count(*) from log.facts where stream_kind = 'opportunity'"
    )
    assert len(changes) == facts
    standing: dict[Opportunity, OpportunityState | None] = {}
    for one, change in changes:
        assert change.before == standing.get(one)
        standing[one] = change.after
    deletions = [change for _, change in changes if change.op == "d"]
    assert len(said) - len(changes) == len(deletions) > 0


async def test_a_relay_that_starts_again_says_only_what_was_not_said(
    connection: asyncpg.Connection,
    writer: FactWriter,
    database: str,
    access: KafkaAccess,
    states: str,
) -> None:
    for seed in (1, 2, 3):
        await tell(writer, seed, 50)
        async with run_relay_with(database, access):
            await until_published(database)
    said = await assert_states_are_the_log(connection, access.bootstrap, states)
    versions = [(one, change.source.version) for one, change in said if change is not None]
    assert len(versions) == len(set(versions))


async def _write_again(access: KafkaAccess, states: str, places: slice) -> None:
    """Write records of before once more, as a relay does that was thought dead."""
    records = (await read_topic(access.bootstrap, states))[places]
    assert records
    producer = AIOKafkaProducer(bootstrap_servers=access.bootstrap, acks="all")
    await producer.start()
    try:
        for record in records:
            await producer.send_and_wait(
                states,
                record.value,
                key=record.key,
                partition=0,
                headers=list(record.headers),
                timestamp_ms=record.timestamp,
            )
    finally:
        await producer.stop()


async def test_what_a_relay_of_before_wrote_behind_is_said_again_though_nothing_happens(
    connection: asyncpg.Connection,
    writer: FactWriter,
    database: str,
    access: KafkaAccess,
    states: str,
) -> None:
    await tell(writer, 4, 120)
    async with run_relay_with(database, access):
        await until_published(database)
        await _write_again(access, states, slice(5, 40))
        await until_states_are_seen(connection, access)
    await assert_states_are_the_log(connection, access.bootstrap, states)


async def test_what_a_relay_of_before_wrote_in_between_is_said_again_under_way(
    connection: asyncpg.Connection,
    writer: FactWriter,
    database: str,
    access: KafkaAccess,
    states: str,
) -> None:
    await tell(writer, 5, 120)
    async with run_relay_with(database, access):
        await until_published(database)
        writing = asyncio.create_task(_write_again(access, states, slice(0, 60)))
        for seed in (15, 16, 17):
            await tell(writer, seed, 40)
        await writing
        await until_states_are_seen(connection, access)
    await assert_states_are_the_log(connection, access.bootstrap, states)


async def test_what_was_written_while_no_relay_ran_is_said_again(
    connection: asyncpg.Connection,
    writer: FactWriter,
    database: str,
    access: KafkaAccess,
    states: str,
) -> None:
    await tell(writer, 6, 120)
    async with run_relay_with(database, access):
        await until_published(database)
    await _write_again(access, states, slice(0, 60))
    async with run_relay_with(database, access):
        await until_states_are_seen(connection, access)
    await assert_states_are_the_log(connection, access.bootstrap, states)


async def test_what_only_a_lost_time_knew_is_taken_away_once_an_operator_has_decided(
    installation: Installation, access: KafkaAccess, states: str
) -> None:
    await installation.tell(installation.database, 1)
    backup = installation.back_up()
    await installation.tell(installation.database, 2)
    async with run_relay_with(installation.database, access):
        await until_published(installation.database)
    before = newest(await read_states(access.bootstrap, states))
    connection = await asyncpg.connect(backup)
    try:
        async with run_relay_with(backup, access):
            await until(asking(connection, _REFUSED), "the lane is refused")
            async with open_adoption(backup, access) as adoption:
                await adoption.run(0)
            await installation.tell(backup, 3)
            await until_published(backup)
            await until_states_are_seen(connection, access)
        await assert_states_are_the_log(connection, access.bootstrap, states)
    finally:
        await connection.close()
    after = newest(await read_states(access.bootstrap, states))
    assert before.keys() - after.keys()
    last = {one.key: said(one) for one in await read_topic(access.bootstrap, states)}
    assert {epoch for epoch, _ in last.values()} == {2}, "a sink must not take it for old"
    void = [kind for _, kind in last.values() if kind == VOID_TYPE]
    assert len(void) >= len(before.keys() - after.keys())


def said(record: ConsumerRecord[Any, Any]) -> tuple[int, str]:
    """Return epoch and type of a record."""
    headers = {name: value.decode() for name, value in record.headers}
    return int(headers["laneepoch"]), headers["type"]


async def test_a_lane_that_is_refused_for_a_while_is_said_on_where_it_was(
    connection: asyncpg.Connection,
    writer: FactWriter,
    database: str,
    access: KafkaAccess,
    states: str,
) -> None:
    await tell(writer, 21, 60)
    async with run_relay_with(database, access):
        await until_published(database)
    records = len(await read_topic(access.bootstrap, states))
    await connection.execute("select log.refuse_lane(0, 'to see')")
    async with run_relay_with(database, access):
        await asyncio.sleep(1.5)
        await connection.execute("select log.lift_refusal(0)")
        await tell(writer, 22, 20)
        await until_published(database)
        await until_states_are_seen(connection, access)
    said = await assert_states_are_the_log(connection, access.bootstrap, states)
    versions = [(one, change.source.version) for one, change in said if change is not None]
    assert len(said) > records
    assert len(versions) == len(set(versions)), "said again from the beginning"


async def test_while_the_lane_is_refused_nothing_is_said(
    connection: asyncpg.Connection,
    writer: FactWriter,
    database: str,
    access: KafkaAccess,
    states: str,
) -> None:
    await tell(writer, 23, 30)
    async with run_relay_with(database, access):
        await until_published(database)
        await until_states_are_seen(connection, access)
        end = len(await read_topic(access.bootstrap, states))
        await connection.execute("select log.refuse_lane(0, 'to see')")
        await asyncio.sleep(1)
        await _write_again(access, states, slice(0, 5))
        await asyncio.sleep(1)
        assert len(await read_topic(access.bootstrap, states)) == end + 5
        await connection.execute("select log.lift_refusal(0)")
        await until_states_are_seen(connection, access)
    await assert_states_are_the_log(connection, access.bootstrap, states)


async def test_an_unfit_topic_of_states_holds_up_no_fact(
    connection: asyncpg.Connection,
    writer: FactWriter,
    database: str,
    access: KafkaAccess,
    states: str,
) -> None:
    await KafkaLaneTopic(KafkaAccess(access.bootstrap, states)).prepare(1)
    await tell(writer, 24, 30)
    async with run_relay_with(database, access) as relay:
        await until_published(database)
        assert not relay.task.done()
    head = await connection.fetchval("select head from log.lanes")
    assert len(await read_topic(access.bootstrap, access.topic)) == head
    assert await read_topic(access.bootstrap, states) == []


async def test_a_hold_is_never_forgotten_under_whoever_has_it(
    connection: asyncpg.Connection, writer: FactWriter, database: str, access: KafkaAccess
) -> None:
    await tell(writer, 25, 30)
    holds = "select sum(owner_epoch) from log.relays where topic = 'opportunities'"
    async with run_relay_with(database, access):
        await until_published(database)
        before = await connection.fetchval(holds)
        async with run_relay(database, access.bootstrap, access.topic):
            await asyncio.sleep(0.5)
        assert await connection.fetchval(holds) == before


async def test_a_topic_that_is_wanted_no_more_and_then_again_is_said_from_the_beginning(
    connection: asyncpg.Connection,
    writer: FactWriter,
    database: str,
    access: KafkaAccess,
    states: str,
) -> None:
    await tell(writer, 9, 60)
    async with run_relay_with(database, access):
        await until_published(database)
    async with run_relay(database, access.bootstrap, access.topic):
        await tell(writer, 10, 60)
        await until_published(database)
    assert await connection.fetchval("select count(*) from log.relays") == 1
    async with run_relay_with(database, access):
        await until_published(database)
        await until_states_are_seen(connection, access)
    said = await assert_states_are_the_log(connection, access.bootstrap, states)
    firsts = [one for one, change in said if change is not None and change.source.version == 1]
    assert len(firsts) > len(set(firsts))


async def test_an_operator_has_all_topics_forgotten_once_nobody_publishes(
    connection: asyncpg.Connection,
    writer: FactWriter,
    database: str,
    access: KafkaAccess,
    tmp_path: Path,
) -> None:
    settings = key_settings(database, tmp_path)
    await tell(writer, 14, 20)
    async with run_relay_with(database, access):
        await until_published(database)
        early = await run_cohoi(settings, tmp_path, "lanes", "forget")
        assert (early.returncode, "stop it first" in early.stderr) == (1, True)
        shown = await run_cohoi(settings, tmp_path, "lanes")
        assert "states" in shown.stdout
    late = await run_cohoi(settings, tmp_path, "lanes", "forget")
    assert (late.returncode, late.stdout) == (0, "no lane is published any more\n")
    assert await connection.fetchval("select count(*) from log.relays") == 0


async def test_a_topic_that_was_made_anew_is_filled_from_the_beginning(
    connection: asyncpg.Connection, writer: FactWriter, database: str, access: KafkaAccess
) -> None:
    await tell(writer, 11, 60)
    async with run_relay_with(database, access):
        await until_published(database)
    other = f"{access.states_topic}.anew"
    anew = KafkaAccess(access.bootstrap, access.topic, states_topic=other)
    async with run_relay_with(database, anew):
        await until_published(database)
        await until_states_are_seen(connection, anew)
    await assert_states_are_the_log(connection, access.bootstrap, other)


async def test_records_of_somebody_else_are_left_alone_and_harm_nobody(
    connection: asyncpg.Connection,
    writer: FactWriter,
    database: str,
    access: KafkaAccess,
    states: str,
) -> None:
    await tell(writer, 12, 60)
    async with run_relay_with(database, access):
        await until_published(database)
        await until_states_are_seen(connection, access)
        fact = (await read_topic(access.bootstrap, access.topic))[0]
        producer = AIOKafkaProducer(bootstrap_servers=access.bootstrap)
        await producer.start()
        await producer.send_and_wait(states, b"hello", key=b"nobody", partition=0)
        await producer.send_and_wait(
            states, fact.value, key=fact.key, partition=0, headers=list(fact.headers)
        )
        await producer.stop()
        await tell(writer, 13, 60)
        await until_published(database)
        await until_states_are_seen(connection, access)
    await assert_states_are_the_log(connection, access.bootstrap, states)
    alien = [one for one in await read_topic(access.bootstrap, states) if one.key == b"nobody"]
    assert len(alien) == 1
    async with run_relay(database, access.bootstrap, access.topic):
        await asyncio.sleep(0.5)  # forgets how far states were said
    async with run_relay_with(database, access):
        await until_states_are_seen(connection, access)
    await assert_states_are_the_log(connection, access.bootstrap, states)


async def test_a_topic_that_is_not_compacted_is_refused(access: KafkaAccess, states: str) -> None:
    kept = KafkaAccess(access.bootstrap, states)
    await KafkaLaneTopic(kept).prepare(1)
    with pytest.raises(UnfitTopicError, match=r"set cleanup\.policy=compact"):
        await KafkaLaneTopic(access, states).prepare(1)


@pytest.mark.needs_kafka
async def test_what_compaction_leaves_is_each_opportunity_as_it_stands(
    connection: asyncpg.Connection,
    writer: FactWriter,
    database: str,
    kafka_home: Path,
    topic: str,
) -> None:
    with NativeKafka(kafka_home, settings=_EAGER_CLEANER) as kafka:
        access = KafkaAccess(kafka.bootstrap, topic, states_topic=f"{topic}.states")
        states = f"{topic}.states"
        async with run_relay_with(database, access):
            await tell(writer, 31, 200)
            await until_published(database)
            await _write_again(access, states, slice(0, 100))
            written = await _compacted(access, states, writer, database)
            await until_states_are_seen(connection, access)
        said = await assert_states_are_the_log(connection, access.bootstrap, states)
        assert len(said) < written / 2
        async with run_relay_with(database, KafkaAccess(access.bootstrap, topic)):
            pass  # what was marked is forgotten
        async with run_relay_with(database, access):  # and all is read and said anew
            await until_published(database)
            await until_states_are_seen(connection, access)
        await assert_states_are_the_log(connection, access.bootstrap, states)


async def _compacted(access: KafkaAccess, states: str, writer: FactWriter, database: str) -> int:
    """Go on until the broker has compacted; return how many records were ever written."""
    for seed in range(40, 100):
        await tell(writer, seed, 5)
        await until_published(database)
        _, end = await KafkaLaneTopic(access, states).bounds(0)
        if len(await read_topic(access.bootstrap, states)) < end / 2:
            return end
        await asyncio.sleep(0.2)
    raise AssertionError("the broker never compacted")
