"""A fact that cannot be projected: its lane stops there, says so, and goes on once it can."""

from collections.abc import Callable
from uuid import UUID

import pytest

from opportunity_events import v1
from opportunity_events.codec import CODEC
from opportunity_events.envelope import Stream
from projector.application.health import LaneHealth
from projector.application.poison import PoisonFactError
from projector.application.projection import Pace
from projector.settings import Settings
from support.fact_writer import FactWriter
from support.generations import ReadConnection
from support.planted import Planted
from support.projections import Hand, Verify, asking, running_projector, until, until_applied

ORG, TEAM = UUID(int=0xC0), UUID(int=0x7E)
BEGUN = Planted(
    Stream(ORG, "organization", ORG),
    v1.OrganizationCreated("Cohoi Ltd", "VND", "Asia/Ho_Chi_Minh", "vi", "all"),
)


def team(data: v1.TeamFact) -> Planted:
    return Planted(Stream(ORG, "team", TEAM), data)


_STOPPED = "select stopped_at is not null from projection.checkpoints"
FACTS = [
    BEGUN,
    team(v1.TeamAdded("Bắc")),
    team(v1.TeamRenamed("Bắc", "Trung")),
    team(v1.TeamRenamed("Trung", "Nam")),
]


async def _overwrite(connection: ReadConnection, lane_position: int, canonical: bytes) -> None:
    """Give a fact other bytes: what the log itself never allows."""
    async with connection.transaction():
        await connection.execute("set local session_replication_role = replica")
        await connection.execute(
            "update log.facts set bytes = $2 where lane_position = $1", lane_position, canonical
        )


async def _bytes(connection: ReadConnection, lane_position: int) -> bytes:
    found = await connection.fetchval(
        "select bytes from log.facts where lane_position = $1", lane_position
    )
    assert isinstance(found, bytes)
    return found


def _of_unknown_type(sound: bytes) -> bytes:
    return sound.replace(b"team_renamed.v1", b"team_painted.v1")


def _cut_off(sound: bytes) -> bytes:
    return sound[: len(sound) // 2]


def _of_another_stream(sound: bytes) -> bytes:
    return sound.replace(b"team/", b"user/")


def _empty(_: bytes) -> bytes:
    return b""


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (_of_unknown_type, "UnknownFactError"),
        (_cut_off, "MalformedFactError"),
        (_of_another_stream, "another stream or version"),
        (_empty, "MalformedFactError"),
    ],
    ids=["of an unknown type", "cut off", "of another stream", "empty"],
)
async def test_a_damaged_fact_stops_its_lane_until_it_is_mended(
    database: str,
    settings: Settings,
    writer: FactWriter,
    connection: ReadConnection,
    verified: Verify,
    spoil: Callable[[bytes], bytes],
    reason: str,
) -> None:
    await writer.register(ORG)
    await writer.append(FACTS)
    event = await connection.fetchval("select event_id from log.facts where lane_position = 3")
    sound = await _bytes(connection, 3)
    await _overwrite(connection, 3, spoil(sound))
    hasty = Pace(first_backoff_s=0.02, longest_backoff_s=0.05)
    async with running_projector(settings, hasty) as projector:
        await until(asking(connection, _STOPPED), "the lane stops")
        (lane,) = projector.health.lanes()
        assert (lane.state, lane.lane_position) == ("stopped", 2)
        assert (lane.stopped_position, lane.stopped_event) == (3, event)
        assert lane.reason is not None
        assert reason in lane.reason
        row = await connection.fetchrow("select * from projection.checkpoints")
        assert row is not None
        assert (row["lane_position"], row["stopped_position"]) == (2, 3)
        assert (row["stopped_event"], row["stopped_reason"]) == (event, lane.reason)
        assert await connection.fetchval("select name from read.teams") == "Bắc"

        await _overwrite(connection, 3, sound)
        await until_applied(database)
        (lane,) = projector.health.lanes()
        assert lane == LaneHealth(0, "following", 4)
    assert await connection.fetchval("select name from read.teams") == "Nam"
    assert await connection.fetchval("select stopped_position from projection.checkpoints") is None
    assert (await verified()).differences == ()


async def test_a_fact_that_does_not_go_on_what_stands_is_applied_up_to_and_no_further(
    hand: Hand, writer: FactWriter, connection: ReadConnection
) -> None:
    await writer.register(ORG)
    await writer.append(FACTS)
    fact = CODEC.decode(await _bytes(connection, 3))
    twice = CODEC.encode(type(fact)(fact.stream, fact.version, fact.cause, v1.TeamAdded("Bắc")))
    projector = hand.lane_projector("tests")
    assert await projector.take_lane()
    await _overwrite(connection, 3, twice)
    with pytest.raises(PoisonFactError, match="begins a second time") as caught:
        await projector.project(await hand.read(0, 10))
    assert (caught.value.lane_position, caught.value.event) == (3, fact.event_id)
    assert await connection.fetchval("select lane_position from projection.checkpoints") == 2


async def test_a_value_that_its_key_does_not_open_stops_the_lane(
    hand: Hand, writer: FactWriter, connection: ReadConnection
) -> None:
    await writer.register(ORG)
    user = UUID(int=0x05)
    name = writer.seal(ORG, f"user/{user}", "name", "Lan")
    # sealed as a name, planted as an e-mail address
    added = Planted(Stream(ORG, "user", user), v1.UserAdded(name, name, "rep", None))
    await writer.append([BEGUN, added])
    projector = hand.lane_projector("tests")
    assert await projector.take_lane()
    with pytest.raises(PoisonFactError, match="SealBroken"):
        await projector.project(await hand.read(0, 10))
    assert await connection.fetchval("select lane_position from projection.checkpoints") == 1


async def test_a_jump_of_the_source_stops_the_lane(
    hand: Hand, writer: FactWriter, connection: ReadConnection
) -> None:
    await writer.register(ORG)
    await writer.append(FACTS)
    facts = await hand.read(0, 10)
    projector = hand.lane_projector("tests")
    assert await projector.take_lane()
    with pytest.raises(PoisonFactError, match="jumped to lane position 3"):
        await projector.project([facts[0], *facts[2:]])
    assert await connection.fetchval("select lane_position from projection.checkpoints") == 1
