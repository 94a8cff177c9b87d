"""All lanes of a log, each published to each topic by a task of its own."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, Final

import structlog

from command_api.application.relaying.ports import Topic, TopicTroubleError
from command_api.application.relaying.relay import LaneRelay
from service_runtime.stopping import pause

_RETRY_S: Final = 1.0
_log: Final = structlog.get_logger("relay")


class Publishing:
    """One topic, and every lane's relay to it."""

    def __init__(self, relays: Sequence[LaneRelay], topic: Topic) -> None:
        self._relays = relays
        self._topic = topic

    async def run(self, stop: asyncio.Event) -> None:
        """Make or check the topic, then publish every lane until `stop` is set.

        Raises UnfitTopicError where the topic is not as it must be.
        """
        while not stop.is_set():
            try:
                await self._topic.prepare(len(self._relays))
            except TopicTroubleError as trouble:
                _log.warning("topic_away", reason=str(trouble), retry_in_s=_RETRY_S)
                await pause(stop, _RETRY_S)
            else:
                break
        await run_all([relay.run(stop) for relay in self._relays])


async def run_all(running: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Run several until all have ended; what one raises ends the others, and is raised."""
    async with asyncio.TaskGroup() as tasks:
        for one in running:
            tasks.create_task(one)
