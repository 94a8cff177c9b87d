"""The chunks of one stream: as much at once as a socket takes, and nothing between them."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

import pytest

from query_api.application import event_stream
from query_api.application.catching_up import CatchingUp
from query_api.application.channel import Channel
from query_api.application.event_stream import EventStream, Pulse, Verdict
from query_api.application.frames import Frame

ORG = UUID(int=1)
FRAMES = [Frame(position, None, b"%d;" % position) for position in range(11, 21)]


class _Blocks:
    """What is behind the window, read at once."""

    async def after(self, org: UUID, position: int) -> Sequence[Frame]:
        assert org == ORG
        return [frame for frame in FRAMES if frame.position > position]


async def _everything() -> Verdict:
    return Verdict(None, 60.0)


@pytest.mark.parametrize("waits", [True, False], ids=["in the window", "in the log"])
async def test_what_is_sent_at_once_is_limited_in_bytes(
    monkeypatch: pytest.MonkeyPatch,
    waits: bool,  # noqa: FBT001 - a parameter
) -> None:
    monkeypatch.setattr(event_stream, "MAX_CHUNK_BYTES", 10)
    channel = Channel(ORG, lambda: 10**9)
    channel.begin(10 if waits else 20)
    channel.publish(FRAMES if waits else [])
    blocks = cast("CatchingUp", _Blocks())  # only what is asked of it
    stream = EventStream(channel, blocks, _everything, Pulse())
    stream.position = 10
    chunks: list[bytes | None] = []
    while stream.position < 20:
        chunks.append(await stream.next())
    assert chunks == [b"11;12;13;", b"14;15;16;", b"17;18;19;", b"20;"]
