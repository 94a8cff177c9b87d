"""Several lanes: each is a partition, organizations are spread over them, and each is whole."""

from pathlib import Path
from random import Random

import asyncpg
import pytest

from cohoi.application.refusal import Refused
from cohoi.bootstrap import bring_up_to_date
from opportunity_events.topic import place_of
from service_runtime.addresses import Addresses
from support.fact_writer import FactWriter
from support.histories import History
from support.projections import key_settings, running_projector, until_applied, verified_in
from support.relays import run_relay, until_published
from support.topic_reader import read_topic

LANES = 3


async def _settle(database: str, tmp_path: Path, lanes: int) -> None:
    settings = key_settings(database, tmp_path)
    await bring_up_to_date(
        Addresses.one(database), settings.master_key_file, lambda _done, _all: None, lanes=lanes
    )


async def test_the_number_of_lanes_is_chosen_before_the_first_organization(
    connection: asyncpg.Connection, writer: FactWriter, database: str, tmp_path: Path
) -> None:
    for lanes in (5, 2, LANES):
        await _settle(database, tmp_path, lanes)
        assert await connection.fetchval("select count(*) from log.lanes") == lanes
    await _tell(connection, writer, 1)
    await _settle(database, tmp_path, LANES)
    with pytest.raises(Refused, match="COHOI_LANES is 4, and the log has 3"):
        await _settle(database, tmp_path, 4)


@pytest.mark.needs_broker
async def test_each_lane_is_published_to_its_partition_and_projected_from_there(
    connection: asyncpg.Connection,
    writer: FactWriter,
    database: str,
    tmp_path: Path,
    broker: str,
    topic: str,
) -> None:
    await _settle(database, tmp_path, LANES)
    for seed in range(6):
        await _tell(connection, writer, seed)
    settings = key_settings(database, tmp_path).model_copy(
        update={"kafka_bootstrap": broker, "kafka_topic": topic}
    )
    async with run_relay(database, broker, topic), running_projector(settings):
        await until_published(database)
        await until_applied(database)
    for lane in range(LANES):
        places = [
            place_of(record.headers, record.timestamp)
            for record in await read_topic(broker, topic, lane)
        ]
        assert {place.lane for place in places} == {lane}
        assert [place.lane_position for place in places] == list(range(1, len(places) + 1))
        head: int = (
            await connection.fetchval("select head from log.lanes where lane = $1", lane) or 0
        )
        assert len(places) == head > 0
    assert (await verified_in(settings)).count == 0


async def _tell(connection: asyncpg.Connection, writer: FactWriter, seed: int) -> None:
    history = History(Random(seed), writer.seal)  # noqa: S311 - a test's own
    await writer.register(history.org)
    lane = await connection.fetchval(
        "select lane from log.organizations where org = $1", history.org
    )
    await writer.append(history.facts(40), lane or 0)
