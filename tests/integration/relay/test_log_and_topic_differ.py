"""A database that was restored: where topic and log differ, neither goes on until it is decided."""

from collections.abc import AsyncGenerator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from cohoi_guard import Guard, NewEpoch
from command_api.application.relaying.adoption import NothingToAdoptError
from command_api.bootstrap import open_adoption
from opportunity_events.topic import place_of
from service_runtime.kafka_access import KafkaAccess
from support.backed_up import Installation
from support.operator import run_cohoi
from support.projections import key_settings, until
from support.relays import run_relay, until_published
from support.topic_reader import read_topic

pytestmark = pytest.mark.needs_broker


@pytest_asyncio.fixture
async def restored(
    installation: Installation, broker: str, topic: str
) -> AsyncGenerator[asyncpg.Connection]:
    """Publish a log, restore it from before its last facts, and connect to that."""
    await installation.tell(installation.database, 1)
    backup = installation.back_up()
    await installation.tell(installation.database, 2)
    async with run_relay(installation.database, broker, topic):
        await until_published(installation.database)
    opened = await asyncpg.connect(backup)
    yield opened
    await opened.close()


async def _refusal(connection: asyncpg.Connection) -> str | None:
    return await connection.fetchval("select refusal from log.relay_standings()")


async def test_a_topic_ahead_of_the_log_stops_relay_and_append(
    installation: Installation, restored: asyncpg.Connection, broker: str, topic: str
) -> None:
    backup = installation.backup_dsn
    async with run_relay(backup, broker, topic):
        await until(lambda: _refusal(restored), "the lane is refused")
    refusal = await _refusal(restored)
    assert refusal is not None
    assert "restored from before that" in refusal
    with pytest.raises(asyncpg.ObjectNotInPrerequisiteStateError, match="takes no facts"):
        await installation.tell(backup, 3)


async def test_a_topic_that_ends_with_another_fact_than_the_log_stops_both(
    installation: Installation, restored: asyncpg.Connection, broker: str, topic: str
) -> None:
    backup = installation.backup_dsn
    for seed in (3, 4, 5):
        await installation.tell(backup, seed)
    async with run_relay(backup, broker, topic):
        await until(lambda: _refusal(restored), "the lane is refused")
    refusal = await _refusal(restored)
    assert refusal is not None
    assert "the log was restored, and went on" in refusal


async def test_adopting_begins_an_epoch_where_they_part_and_a_guarded_consumer_ends_at_the_log(
    installation: Installation, restored: asyncpg.Connection, broker: str, topic: str
) -> None:
    backup = installation.backup_dsn
    parted_after: int = await restored.fetchval("select head from log.lanes") or 0
    async with run_relay(backup, broker, topic):
        await until(lambda: _refusal(restored), "the lane is refused")
    async with open_adoption(backup, KafkaAccess(broker, topic)) as adoption:
        adopted = await adoption.run(0)
    assert (adopted.epoch, adopted.begins_at) == (2, parted_after + 1)
    await installation.tell(backup, 3)
    async with run_relay(backup, broker, topic):
        await until_published(backup)
    consumed = await _consume(restored, broker, topic)
    logged = await restored.fetch("select event_id from log.facts order by lane_position")
    assert consumed == [str(row["event_id"]) for row in logged]


async def test_an_operator_sees_what_differs_and_decides_on_the_command_line(
    installation: Installation,
    restored: asyncpg.Connection,
    broker: str,
    topic: str,
    tmp_path: Path,
) -> None:
    settings = key_settings(installation.backup_dsn, tmp_path)
    kafka = {"KAFKA_BOOTSTRAP": broker, "COHOI_KAFKA_TOPIC": topic}
    async with run_relay(installation.backup_dsn, broker, topic):
        await until(lambda: _refusal(restored), "the lane is refused")
        shown = await run_cohoi(settings, tmp_path, "lanes", environment=kafka)
        assert shown.returncode == 1
        assert "lane 0 takes no facts" in shown.stdout
        assert "cohoi lanes adopt 0" in shown.stdout
        decided = await run_cohoi(
            settings, tmp_path, "lanes", "adopt", "0", "--yes", environment=kafka
        )
        assert decided.returncode == 0, decided.stderr
        assert "lane 0 is in epoch 2" in decided.stdout
        await until_published(installation.backup_dsn)
    again = await run_cohoi(settings, tmp_path, "lanes", "adopt", "0", "--yes", environment=kafka)
    assert (again.returncode, again.stderr) == (1, "cohoi: Log and topic of lane 0 agree.\n")
    without = await run_cohoi(settings, tmp_path, "lanes", "adopt", "0", "--yes")
    assert without.returncode == 1
    assert "KAFKA_BOOTSTRAP names no broker" in without.stderr
    unknown = await run_cohoi(settings, tmp_path, "lanes", "adopt", "7", "--yes", environment=kafka)
    assert unknown.returncode == 1
    assert unknown.stderr == "cohoi: The log has no lane 7.\n"


async def test_where_log_and_topic_agree_there_is_nothing_to_adopt(
    installation: Installation, broker: str, topic: str
) -> None:
    await installation.tell(installation.database, 1)
    async with run_relay(installation.database, broker, topic):
        await until_published(installation.database)
    async with open_adoption(installation.database, KafkaAccess(broker, topic)) as adoption:
        with pytest.raises(NothingToAdoptError, match="agree"):
            await adoption.run(0)


async def _consume(connection: asyncpg.Connection, broker: str, topic: str) -> list[str]:
    """Consume a lane as anybody would: with the guard, undoing what an epoch makes void."""
    guard, taken = Guard[str](), list[str]()
    records = await read_topic(broker, topic)
    epochs = await connection.fetch("select epoch, begins_at from log.lane_epochs(0)")
    begins = {row["epoch"]: row["begins_at"] for row in epochs}
    at = 0
    while at < len(records):
        place = place_of(records[at].headers, records[at].timestamp)
        try:
            offered = guard.offer(place.lane_position, str(place.event_id), epoch=place.epoch)
        except NewEpoch as new:
            in_vain = guard.begin(new.epoch, begins[new.epoch])
            del taken[len(taken) - len(in_vain) :]
            continue
        taken += [event for _, event in offered]
        at += 1
    assert guard.missing is None
    return taken
