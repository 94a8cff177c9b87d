"""The event stream on a real socket: where it begins, what it gives, what it refuses."""

import asyncio
import logging

import pytest

from command_api.domain import commands as c
from opportunity_events.codec import canonical_json
from query_api.application import event_streams
from service_runtime.http import request_envelope
from service_runtime.ids import new_id
from support.deadlines import until_true
from support.office import begin_office
from support.stream_room import Room


async def test_a_fact_is_on_the_stream_once_it_is_acknowledged_as_the_feed_gives_it(
    room: Room,
) -> None:
    follower = room.follower()
    assert await follower.connect() == 200
    assert follower.headers["content-type"].startswith("text/event-stream")
    assert follower.headers["x-accel-buffering"] == "no"
    position = await room.write(note="Gọi lại")
    await follower.until(position)
    assert follower.got == [position]
    feed = await room.reader().ask("/v1/events", after=position - 1)
    assert canonical_json(follower.facts[0]) in feed.content
    assert follower.facts[0]["data"]["note"] == "Gọi lại"


async def test_without_a_place_it_begins_now_and_says_where_that_is(room: Room) -> None:
    before = await room.write()
    follower = room.follower()
    await follower.connect()
    assert follower.headers["cohoi-position"] == str(before)
    assert await follower.block()
    assert (follower.last_id, follower.got) == (before, [])
    position = await room.write()
    await follower.until(position)
    assert follower.got == [position]


async def test_the_last_event_id_goes_before_after(room: Room) -> None:
    first = await room.write()
    last = first
    for _ in range(5):
        last = await room.write()
    resumed = room.follower()
    resumed.last_id = last - 2
    await resumed.connect("?after=1")
    after = room.follower()
    await after.connect(f"?after={last - 3}")
    await resumed.until(last)
    await after.until(last)
    assert resumed.got == [last - 1, last]
    assert after.got == [last - 2, last - 1, last]
    from_the_beginning = room.follower()
    await from_the_beginning.connect("?after=0")
    await from_the_beginning.until(last)
    assert from_the_beginning.got == list(range(1, last + 1))


async def test_far_behind_it_catches_up_by_pages_and_joins_what_comes(room: Room) -> None:
    writing = asyncio.create_task(_write(room, 400))
    followers = [room.follower() for _ in range(5)]
    for place, follower in enumerate(followers):
        await follower.connect(f"?after={place}")
    last = await writing
    for place, follower in enumerate(followers):
        await follower.until(last)
        assert follower.got == list(range(place + 1, last + 1))


async def test_a_place_that_is_none_is_refused_before_anything_is_sent(room: Room) -> None:
    head = await room.write()
    refused = [
        (f"?after={head + 1}", {}, 400, "bad-position", {"parameter": "after"}),
        ("?after=-1", {}, 400, "bad-position", {"parameter": "after"}),
        ("?after=1&after=2", {}, 400, "bad-position", {"parameter": "after"}),
        ("?min_position=1", {}, 400, "bad-filter", {}),
        ("", {"Last-Event-ID": str(head + 1)}, 400, "bad-position", {"parameter": "Last-Event-ID"}),
        ("", {"Accept": "application/json"}, 406, "not-acceptable", {}),
        ("", {"Authorization": "Bearer no"}, 401, "unauthenticated", {}),
    ]
    refused += [
        ("", {"Last-Event-ID": odd}, 400, "malformed-header", {"header": "Last-Event-ID"})
        for odd in ("", "x", "-1", "1.0", "0x1", "٣", "9" * 17, "1,2", "null")
    ]
    for query, headers, status, slug, data in refused:
        follower = room.follower()
        assert await follower.connect(query, headers=headers) == status, (query, headers)
        problem = await follower.problem()
        assert problem["type"] == slug, (query, headers)
        assert {name: problem.get(name) for name in data} == data
        assert follower.headers["content-type"] == "application/problem+json"
    assert len(room.door.side.streams) == 0


async def test_one_stream_too_many_is_told_to_come_again(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room.door.side.streams, "_most", 3)
    followers = [room.follower() for _ in range(3)]
    for follower in followers:
        assert await follower.connect() == 200
    surplus = room.follower()
    assert await surplus.connect() == 503
    assert (await surplus.problem())["type"] == "busy"
    assert int(surplus.headers["retry-after"]) >= 1
    followers[0].tear()
    await until_true(lambda: len(room.door.side.streams) < 3, "the place is free")
    assert await room.follower().connect() == 200
    assert event_streams.MAX_STREAMS == 1_000


async def test_what_waits_for_all_streams_is_limited_in_bytes_and_costs_no_fact(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await begin_office(room.office.committer, room.office.pool, "Elsewhere")
    ours = room.follower()
    theirs = room.follower_with(room.door.as_user(other.org, other.admin, "admin").credential)
    await ours.connect("?after=0")
    await theirs.connect("?after=0")

    async def write(theirs_at: int) -> int:
        last = 0
        for _ in range(20):
            await other.add_customer()
            last = await room.write()
        await ours.until(last)
        await theirs.until(theirs_at)
        return last

    await write(22)
    least = min(len(canonical_json(fact)) for fact in (*ours.facts, *theirs.facts))
    assert room.door.side.streams.frames * least > 10_000
    monkeypatch.setattr(event_streams, "MAX_WAITING_BYTES", 10_000)
    monkeypatch.setattr(event_streams, "_LEAST_WAITING_BYTES", 0)
    last = await write(42)
    assert 2 <= room.door.side.streams.frames <= 10_000 // least
    again = room.follower()
    await again.connect("?after=0")
    await again.until(last)
    for follower in (ours, again):
        assert follower.got == list(range(1, last + 1))


async def test_a_silent_stream_shows_that_it_lives_and_how_far_it_looked(hasty_room: Room) -> None:
    room = hasty_room
    stranger = await room.office.add_user("Minh", "rep")
    await room.see("own")
    follower = room.follower(stranger, "rep")
    await follower.connect()
    position = await room.write()
    await follower.until(position)
    assert follower.got == []
    seen = follower.comments
    while follower.comments < seen + 3:
        assert await follower.block()
    assert follower.last_id == position


async def test_organizations_never_meet(room: Room) -> None:
    other = await begin_office(room.office.committer, room.office.pool, "Elsewhere")
    ours = room.follower()
    theirs = room.follower_with(room.door.as_user(other.org, other.admin, "admin").credential)
    await ours.connect("?after=0")
    await theirs.connect("?after=0")
    last = 0
    for _ in range(20):
        await other.add_customer()
        last = await room.write()
    await ours.until(last)
    await theirs.until(22)
    assert {fact["org"] for fact in ours.facts} == {str(room.office.org)}
    assert {fact["org"] for fact in theirs.facts} == {str(other.org)}
    assert theirs.got == list(range(1, 23))
    assert ours.got == list(range(1, last + 1))


async def test_what_was_erased_is_null_for_whoever_reads_it_later(room: Room) -> None:
    early = room.follower()
    await early.connect()
    person = await room.office.ask(
        c.AddCustomer(customer := new_id(), "Nguyễn Văn An", None, person=True)
    )
    await early.until(person["position"])
    assert early.facts[0]["data"]["name"] == "Nguyễn Văn An"
    erased = await room.office.ask(c.EraseCustomer(customer))
    await early.until(erased["position"])
    late = room.follower()
    await late.connect(f"?after={person['position'] - 1}")
    await late.until(erased["position"])
    assert late.facts[0]["data"]["name"] is None
    assert late.facts[0]["data"]["erased"] is True
    assert "Nguyễn" not in str(late.facts)


async def _write(room: Room, count: int) -> int:
    last = 0
    for _ in range(count // 20):
        last = max(await asyncio.gather(*(room.write() for _ in range(20))))
    return last


async def test_a_stream_that_went_on_for_long_is_no_slow_request(
    room: Room, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(request_envelope, "SLOW_S", 0.0)
    told: list[dict[str, object]] = []
    caplog.set_level(logging.INFO, logger=request_envelope.__name__)
    monkeypatch.setattr(request_envelope, "_log", _Told(told))
    follower = room.follower()
    await follower.connect()
    await follower.until(await room.write())
    follower.tear()
    await until_true(lambda: len(room.door.side.streams) == 0, "the stream is let go")
    await room.reader().read("/v1/events")
    assert [one["route"] for one in told] == ["/v1/events"]


class _Told:
    """Takes what is logged."""

    def __init__(self, told: list[dict[str, object]]) -> None:
        self._told = told

    def log(self, _level: int, _event: str, **fields: object) -> None:
        self._told.append(fields)
