"""One lane, published for ever: take it, see what the topic has, and add what it lacks."""

import asyncio
import time
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from command_api.application.relaying.ports import (
    Edition,
    Hold,
    Lanes,
    Mark,
    OvertakenError,
    Portion,
    TopicTroubleError,
)
from service_runtime.stopping import pause, run_until

_log: Final = structlog.get_logger("relay")


@dataclass(frozen=True)
class Tempo:
    """How long a lane is held, and how long the pauses are."""

    lease_s: float = 5.0
    renew_every_s: float = 1.0
    poll_s: float = 0.25
    standby_s: float = 0.5
    first_backoff_s: float = 0.25
    longest_backoff_s: float = 1.0


class RelayMeter(Protocol):
    """Who counts what relays do."""

    def published(self, lane: int, records: int, seconds: float) -> None:
        """Count records that the topic has taken."""
        ...

    def interrupted(self, lane: int) -> None:
        """Count a time that publishing had to begin anew."""
        ...

    def refused(self, lane: int) -> None:
        """Count a time that log and topic were found to differ."""
        ...


class HoldLostError(Exception):
    """Another relay has the lane, or may have it by now."""


class LaneRelay:
    """Publishes one lane to one topic until it is stopped, whenever no other relay does."""

    def __init__(
        self,
        lane: int,
        owner: str,
        *,
        lanes: Lanes,
        edition: Edition,
        meter: RelayMeter,
        tempo: Tempo | None = None,
    ) -> None:
        self._lane = lane
        self._owner = owner
        self._lanes = lanes
        self._edition = edition
        self._meter = meter
        self._tempo = tempo or Tempo()
        self._hold: Hold | None = None
        self._held_until = 0.0
        self._published = 0
        self._is_placed = False  # whether we know how far the lane is published

    @property
    def published(self) -> int:
        """How far the lane is published, as far as we know."""
        return self._published

    async def run(self, stop: asyncio.Event) -> None:
        """Publish until `stop` is set; what goes wrong is said, and tried again with backoff."""
        backoff = self._tempo.first_backoff_s
        while not stop.is_set():
            before = self._published
            try:
                await self._turn(stop)
                backoff = self._tempo.first_backoff_s
            except HoldLostError as lost:
                _log.warning("lane_lost", lane=self._lane, reason=str(lost))
                await self._give_up(released=False)
                backoff = self._tempo.first_backoff_s
            except TopicTroubleError as trouble:
                _log.warning("topic_trouble", lane=self._lane, reason=str(trouble))
                await self._begin_anew()
            except Exception as error:  # noqa: BLE001 - a relay that ends in silence is the worst of all
                _log.exception("relay_interrupted", lane=self._lane, error=type(error).__name__)
                await self._begin_anew()
            else:
                continue
            if self._published > before:
                backoff = self._tempo.first_backoff_s
            await pause(stop, backoff)
            backoff = min(backoff * 2, self._tempo.longest_backoff_s)
        await self._give_up(released=True)

    async def _turn(self, stop: asyncio.Event) -> None:
        """Take the lane and publish it for as long as it is ours."""
        if not await self._is_ours():
            await pause(stop, self._tempo.standby_s)
            return
        holding = asyncio.create_task(self._keep_holding())
        try:
            epoch = await self._lanes.epoch(self._lane)
            place = await self._edition.find_place(epoch)
            if place is None:
                await pause(stop, self._tempo.longest_backoff_s)
                return
            self._published, self._is_placed = place, True
            _log.info("publishing", lane=self._lane, epoch=epoch.epoch, after=place)
            await self._publish(stop, holding)
        finally:
            holding.cancel()
            await asyncio.wait({holding})

    async def _is_ours(self) -> bool:
        """Say whether we hold the lane: still, or from now on."""
        if self._hold is not None:
            await self._renew()
            return True
        return await self._take()

    async def _take(self) -> bool:
        asked_at = time.monotonic()
        self._is_placed = False
        self._hold = await self._lanes.acquire(self._lane, self._owner)
        self._held_until = asked_at + self._tempo.lease_s
        return self._hold is not None

    async def _publish(self, stop: asyncio.Event, holding: asyncio.Task[None]) -> None:
        """Publish portion after portion; while one is on its way, the next is read and rendered.

        It is handed over only once the one before is safe: a batch that arrived without it would
        be a gap, which nobody could tell from a place that was never given.
        """
        portion = await self._edition.portion(self._published)
        while not stop.is_set():
            if holding.done():
                holding.result()
            if portion.up_to == self._published:
                await self._wait_for_more(stop)
                portion = await self._edition.portion(self._published)
                continue
            handing = asyncio.create_task(self._hand_over(portion))
            try:
                await asyncio.sleep(0)  # so that it is on its way before we are busy
                portion = await self._edition.portion(portion.up_to)
                await handing
            finally:
                await _end(handing)

    async def _hand_over(self, portion: Portion) -> None:
        """Give a portion to the topic, if the lane is still ours as far as we can know."""
        began = time.monotonic()
        if began >= self._held_until:
            raise HoldLostError("it was silent for longer than it may")
        await self._edition.publish(portion)
        self._published = portion.up_to
        self._meter.published(self._lane, len(portion.records), time.monotonic() - began)

    async def _keep_holding(self) -> None:
        """Renew the hold for as long as the lane is published; raise HoldLostError."""
        while True:
            await asyncio.sleep(self._tempo.renew_every_s)
            try:
                await self._renew()
                await self._edition.look()
            except (HoldLostError, OvertakenError):
                raise
            except Exception as error:  # noqa: BLE001 - the hold lasts for some renewals that fail
                _log.warning("hold_not_renewed", lane=self._lane, error=type(error).__name__)

    async def _renew(self) -> None:
        asked_at = time.monotonic()
        if self._hold is None or not await self._lanes.renew(self._hold, self._mark()):
            raise HoldLostError("another relay has taken it")
        self._held_until = asked_at + self._tempo.lease_s

    def _mark(self) -> Mark | None:
        return self._edition.mark(self._published) if self._is_placed else None

    async def _wait_for_more(self, stop: asyncio.Event) -> None:
        """Wait for facts, for the next look at the log, or for the end."""
        await run_until(stop, self._lanes.wait(self._lane, self._tempo.poll_s), within_s=0)

    async def _begin_anew(self) -> None:
        """Forget what is under way; what the topic has of it will be seen at its tail."""
        self._meter.interrupted(self._lane)
        try:
            await self._edition.start_over()
        except Exception as error:  # noqa: BLE001 - the next turn will meet it again
            _log.warning("not_begun_anew", lane=self._lane, error=type(error).__name__)

    async def _give_up(self, *, released: bool) -> None:
        hold, self._hold = self._hold, None
        try:
            await self._edition.start_over()
            if hold is not None and released:
                await self._lanes.renew(hold, self._mark())
                await self._lanes.release(hold)
        except Exception as error:  # noqa: BLE001 - the next relay waits until the hold runs out
            _log.warning("lane_not_released", lane=self._lane, error=type(error).__name__)


async def _end(task: asyncio.Task[None]) -> None:
    """Let a task end now, whatever becomes of it; what it raises, its awaiter was told."""
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.exception()
