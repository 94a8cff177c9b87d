"""P12: the log through relay, topic and projector, beside the same loops without the topic."""

import asyncio
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from typing import Any, Final

import asyncpg
import uvloop
from aiokafka import AIOKafkaConsumer, TopicPartition

from cohoi_bench.bench_room import Room, broker
from cohoi_bench.facts_in_bulk import Shape, write_in_bulk
from cohoi_bench.outcome import Outcome, Target, in_turn
from cohoi_bench.parts.projection import catch_up
from cohoi_bench.parts.stream import Commands
from cohoi_bench.stage import Office, Stage, fresh_stage, running, served
from cohoi_guard import Guard
from command_api.adapters.lane_topic import KafkaLaneTopic
from command_api.adapters.relay_metrics import RelayMetrics
from command_api.adapters.relayed_lanes import PostgresLanes
from command_api.application.relaying.fact_edition import FactEdition
from command_api.application.relaying.publishing import Publishing
from command_api.application.relaying.relay import LaneRelay, Tempo
from command_api.bootstrap import ROLE
from opportunity_events.topic import place_of, record_of
from projector.bootstrap import verify
from service_runtime.addresses import Addresses
from service_runtime.ids import new_id
from service_runtime.kafka_access import KafkaAccess
from service_runtime.lane_facts import LogTable
from service_runtime.pools import open_pool

_FACTS: Final = 1_000_000
_PROJECTED: Final = 200_000
_EACH: Final = 5
_LIMIT_S: Final = 1_800.0
_RATE: Final = 200.0


def measure(room: Room) -> list[Outcome]:
    """Measure the relay, the projector, and how long a command takes to be seen."""
    bootstrap = broker()
    if bootstrap is None:
        sys.stderr.write("P12 is left out: KAFKA_BOOTSTRAP names no broker\n")
        return []
    return [
        _relay(room, bootstrap),
        _projection(room, bootstrap),
        *_visibility(room, bootstrap),
    ]


def _relay(room: Room, bootstrap: str) -> Outcome:
    facts = room.size(_FACTS, 20_000)
    stage = _told(room, "bench_p12_relay", facts)
    topics: list[str] = []

    def publish(_: int) -> float:
        topics.append(f"bench.facts.{new_id().hex}")
        return facts / uvloop.run(_publish(stage, bootstrap, topics[-1]))

    base, own = in_turn(
        min(3, room.rounds), lambda _: facts / uvloop.run(_read_and_render(stage)), publish
    )
    return Outcome(
        part="P12",
        work=f"relay of {facts:,} facts to a topic",
        unit="facts/s",
        baseline="the same facts read and rendered, and thrown away",
        baseline_rounds=base,
        our_rounds=own,
        first=Target("≥ 0.7x", 0.7),
        checks={"the topic is the log": uvloop.run(_is_log(stage, bootstrap, topics[-1]))},
    )


def _projection(room: Room, bootstrap: str) -> Outcome:
    facts = room.size(_PROJECTED, 4_000)
    checks: dict[str, bool] = {}

    def project(kafka: str | None) -> float:
        stage = _told(room, "bench_p12_models", facts)
        topic = f"bench.facts.{new_id().hex}"
        if kafka is not None:
            uvloop.run(_publish(stage, kafka, topic))
        rate = facts / uvloop.run(catch_up(stage, kafka, topic))
        if kafka is not None:
            verified = asyncio.run(
                verify(Addresses.one(stage.dsn), stage.keys.master_key, lambda _done, _all: None)
            )
            checks["the read models verify"] = verified.count == 0
        return rate

    base, own = in_turn(min(3, room.rounds), lambda _: project(None), lambda _: project(bootstrap))
    return Outcome(
        part="P12",
        work=f"projection of {facts:,} facts from the topic",
        unit="facts/s",
        baseline="the same from the log's table",
        baseline_rounds=base,
        our_rounds=own,
        first=Target("≥ 0.7x", 0.7),
        checks=checks,
    )


def _visibility(room: Room, bootstrap: str) -> list[Outcome]:
    """Return p50 and p99 from acknowledged to applied, through the topic and by the table."""
    rate, seconds = (50.0, 3.0) if room.quick else (_RATE, 20.0)
    found: dict[str | None, list[tuple[float, float]]] = {None: [], bootstrap: []}
    for _ in range(min(3, room.rounds)):
        for kafka in (None, bootstrap):
            found[kafka].append(_seen(room, kafka, rate, seconds))
    outcomes: list[Outcome] = []
    for place, name in enumerate(("p50", "p99")):
        outcomes.append(
            Outcome(
                part="P12",
                work=f"acknowledged → applied through the topic, {rate:.0f} commands/s, {name}",
                unit="ms",
                baseline="the same by the log's table",
                baseline_rounds=[one[place] for one in found[None]],
                our_rounds=[one[place] for one in found[bootstrap]],
            )
        )
    return outcomes


def _told(room: Room, database: str, facts: int) -> Stage:
    stage = fresh_stage(room.cluster, room.directory, database)
    office = asyncio.run(stage.open_office())
    shape = Shape(facts // _EACH, _EACH, office.boards)
    asyncio.run(write_in_bulk(stage.dsn, office, shape))
    return stage


@asynccontextmanager
async def _lanes(stage: Stage) -> AsyncGenerator[PostgresLanes]:
    pool = await open_pool(stage.dsn, role=ROLE, application="bench", min_size=1, max_size=4)
    async with pool:
        table = LogTable(pool, stage.dsn, ROLE, application="bench")
        try:
            yield PostgresLanes(pool, table, lease_s=5)
        finally:
            await table.close()


async def _read_and_render(stage: Stage) -> float:
    async with _lanes(stage) as lanes:
        began, at = time.perf_counter(), 0
        while facts := await lanes.facts(0, at):
            records = [record_of(fact, 1) for fact in facts]
            at += len(records)
        return time.perf_counter() - began


async def _publish(stage: Stage, bootstrap: str, topic: str) -> float:
    """Publish the whole log to a new topic; return the seconds."""
    async with _lanes(stage) as lanes:
        kafka = KafkaLaneTopic(KafkaAccess(bootstrap, topic))
        meter = RelayMetrics()
        edition = FactEdition(0, lanes=lanes, topic=kafka, meter=meter)
        relay = LaneRelay(0, new_id().hex, lanes=lanes, edition=edition, meter=meter, tempo=Tempo())
        await kafka.prepare(1)
        head = (await lanes.epoch(0)).head
        stop = asyncio.Event()
        began = time.perf_counter()
        publishing = asyncio.create_task(Publishing([relay], kafka).run(stop))
        async with asyncio.timeout(_LIMIT_S):
            while relay.published < head:  # noqa: ASYNC110 - it has no event of ours
                await asyncio.sleep(0.01)
        seconds = time.perf_counter() - began
        stop.set()
        await publishing
    return seconds


async def _is_log(stage: Stage, bootstrap: str, topic: str) -> bool:
    """Compare log and topic, record by record, behind the guard."""
    partition = TopicPartition(topic, 0)
    guard = Guard[bytes]()
    async with (
        _lanes(stage) as lanes,
        AIOKafkaConsumer(
            bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="none"
        ) as consumer,
    ):
        consumer.assign([partition])
        await consumer.seek_to_beginning(partition)
        waiting: list[bytes] = []
        at = 0
        while facts := await lanes.facts(0, at):
            while len(waiting) < len(facts):
                found: dict[Any, Any] = await consumer.getmany(partition, timeout_ms=2_000)
                if not found:
                    return False
                for record in (one for batch in found.values() for one in batch):
                    place = place_of(record.headers, record.timestamp)
                    offered = guard.offer(place.lane_position, record.value, epoch=place.epoch)
                    waiting += [value for _, value in offered]
            if [record_of(fact, 1).value for fact in facts] != waiting[: len(facts)]:
                return False
            del waiting[: len(facts)]
            at += len(facts)
        return not waiting


def _seen(room: Room, bootstrap: str | None, rate: float, seconds: float) -> tuple[float, float]:
    stage = fresh_stage(room.cluster, room.directory, "bench_p12_seen")
    office = asyncio.run(stage.open_office())
    environment = stage.environment
    with ExitStack() as stack:
        if bootstrap is not None:
            environment |= {
                "COHOI_KAFKA_BOOTSTRAP": bootstrap,
                "COHOI_KAFKA_TOPIC": f"bench.facts.{new_id().hex}",
            }
            _start(room, stack, "command_api.entrypoints.relay", environment)
        _start(room, stack, "projector.entrypoints.run", environment)
        web = stack.enter_context(served("web", environment, room.log("web")))
        return uvloop.run(_watch(stage, office, web.port, rate, seconds))


def _start(room: Room, stack: ExitStack, module: str, environment: dict[str, str]) -> None:
    output = stack.enter_context(room.log(module).open("ab"))
    stack.enter_context(running([sys.executable, "-m", module], environment, output))


async def _watch(
    stage: Stage, office: Office, port: int, rate: float, seconds: float
) -> tuple[float, float]:
    """Return p50 and p99 from a command's answer to its position in the read models, in ms."""
    connection = await asyncpg.connect(stage.dsn)
    applied: list[tuple[int, float]] = []
    rung = asyncio.Event()

    def ring(*_: object) -> None:
        rung.set()

    async def follow() -> None:
        number = await connection.fetchval("select number from projection.current")
        statement = f"select position from read_{number}.applied where org = $1"  # noqa: S608 - a number
        while True:
            await rung.wait()
            rung.clear()
            position = await connection.fetchval(statement, office.org)
            if position is not None:
                applied.append((position, time.perf_counter()))

    await connection.add_listener("cohoi_applied", ring)
    following = asyncio.create_task(follow())
    commands = Commands(port, office, new_id().hex)
    try:
        await commands.run(rate, 2.0)  # until everything is warm
        commands.acknowledged.clear()
        await commands.run(rate, seconds)
        last = max(commands.acknowledged)
        async with asyncio.timeout(30):
            while not applied or applied[-1][0] < last:  # noqa: ASYNC110 - likewise
                await asyncio.sleep(0.01)
    finally:
        following.cancel()
        await connection.close()
    return _quantiles(commands.acknowledged, applied)


def _quantiles(
    acknowledged: dict[int, float], applied: list[tuple[int, float]]
) -> tuple[float, float]:
    waits: list[float] = []
    place = 0
    for position, at in sorted(acknowledged.items()):
        while applied[place][0] < position:
            place += 1
        waits.append(max(0.0, applied[place][1] - at) * 1000)
    waits.sort()
    return waits[len(waits) // 2], waits[int(len(waits) * 0.99)]
