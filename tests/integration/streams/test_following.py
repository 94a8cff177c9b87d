"""The event stream on a real socket: where it begins, what it gives, what it refuses."""

from support.stream_room import Room

from opportunity_events.codec import canonical_json


async def test_a_fact_is_on_the_stream_once_it_is_acknowledged_as_the_feed_gives_it(
    room: Room,
) -> None:
    follower = room.follower()
    assert await follower.connect() == 200
    assert follower.headers["content-type"].startswith("text/event-stream")
    position = await room.write()
    await follower.until(position)
    assert follower.got == [position]
    feed = await room.reader().read("/v1/events", after=position - 1)
    assert feed["items"] == follower.facts
    assert canonical_json(feed["items"][0]) == canonical_json(follower.facts[0])
