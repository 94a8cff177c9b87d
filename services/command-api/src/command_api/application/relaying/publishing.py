"""All lanes of a log, each published to each topic by a task of its own."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, Final, Protocol

import structlog

from command_api.application.relaying.ports import Topic, TopicTroubleError, UnfitTopicError
from command_api.application.relaying.relay import LaneRelay
from service_runtime.stopping import pause

_RETRY_S: Final = 1.0
_UNFIT_RETRY_S: Final = 30.0
_FORGET_EVERY_S: Final = 10.0
_log: Final = structlog.get_logger("relay")


class LanesToForget(Protocol):
    """The lanes of a topic that nobody wants."""

    async def forget(self) -> None:
        """Forget how far they were published, where nobody holds them."""
        ...


class Publishing:
    """One topic, and every lane's relay to it."""

    def __init__(
        self, relays: Sequence[LaneRelay], topic: Topic, *, is_required: bool = True
    ) -> None:
        """Publish to a topic; one that is not required and unfit holds up no other."""
        self._relays = relays
        self._topic = topic
        self._is_required = is_required

    async def run(self, stop: asyncio.Event) -> None:
        """Make or check the topic, then publish every lane until `stop` is set.

        Raises UnfitTopicError where a topic that is required is not as it must be.
        """
        while not stop.is_set():
            try:
                await self._topic.prepare(len(self._relays))
            except TopicTroubleError as trouble:
                _log.warning("topic_away", reason=str(trouble), retry_in_s=_RETRY_S)
                await pause(stop, _RETRY_S)
            except UnfitTopicError as unfit:
                if self._is_required:
                    raise
                _log.error("topic_unfit", reason=str(unfit), retry_in_s=_UNFIT_RETRY_S)
                await pause(stop, _UNFIT_RETRY_S)
            else:
                break
        await run_all([relay.run(stop) for relay in self._relays])


class Forgetting:
    """A topic that is not wanted: whoever published it before us may do so for a while yet."""

    def __init__(self, lanes: LanesToForget) -> None:
        self._lanes = lanes

    async def run(self, stop: asyncio.Event) -> None:
        """Forget now and then how far it was published, until `stop` is set."""
        while not stop.is_set():
            try:
                await self._lanes.forget()
            except Exception as error:  # noqa: BLE001 - nothing depends on it, and facts must go on
                _log.warning("topic_not_forgotten", error=type(error).__name__)
            await pause(stop, _FORGET_EVERY_S)


async def run_all(running: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Run several until all have ended; what one raises ends the others, and is raised."""
    async with asyncio.TaskGroup() as tasks:
        for one in running:
            tasks.create_task(one)
