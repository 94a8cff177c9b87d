"""One lane, followed for ever: read, fold, write, move the checkpoint, wait for more."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
import structlog

from opportunity_events.envelope import Recorded
from opportunity_events.logged_fact import LoggedFact
from projector.application.decoding import decode_prefix
from projector.application.health import Health, LaneHealth, LaneState
from projector.application.poison import PoisonFactError, fold_one
from projector.application.ports import (
    FactSource,
    Keyrings,
    Lease,
    LeaseLostError,
    ReadModels,
)
from projector.domain.fold import Fold
from projector.domain.personal import erased_key, sealing_keys
from service_runtime.stopping import pause, run_until

_log: Final = structlog.get_logger("projector")


@dataclass(frozen=True)
class Pace:
    """How much at once, and how long between attempts."""

    batch_facts: int = 2_000
    poll_interval_s: float = 0.25
    renew_interval_s: float = 1.0
    standby_interval_s: float = 0.5
    first_backoff_s: float = 0.25
    longest_backoff_s: float = 2.0


class LaneProjector:
    """Keeps the read models of one lane at the head of its log, until it is stopped."""

    def __init__(
        self,
        lane: int,
        owner: str,
        *,
        source: FactSource,
        keyrings: Keyrings,
        models: ReadModels,
        health: Health,
        pace: Pace | None = None,
    ) -> None:
        self._lane = lane
        self._owner = owner
        self._source = source
        self._keyrings = keyrings
        self._models = models
        self._health = health
        self._pace = pace or Pace()
        self._lease: Lease | None = None
        self._renewed_at = 0.0
        self._sweeps = True  # whether there may be generations that nobody needs any more
        self._swept_at = 0.0

    @property
    def lane(self) -> int:
        """Which lane it is."""
        return self._lane

    @property
    def lane_position(self) -> int:
        """How far the lane is applied, as far as we hold it."""
        return 0 if self._lease is None else self._lease.lane_position

    async def run(self, stop: asyncio.Event) -> None:
        """Project until `stop` is set; what goes wrong is said, and tried again with backoff."""
        backoff = self._pace.first_backoff_s
        while not stop.is_set():
            try:
                await self._turn(stop)
                backoff = self._pace.first_backoff_s
            except LeaseLostError as lost:
                _log.warning("lane_lost", lane=self._lane, owner=self._owner, reason=str(lost))
                self._lease = None
                self._say("standby")
            except PoisonFactError as poison:
                await self._stop_lane(poison)
                await pause(stop, backoff)
                backoff = min(backoff * 2, self._pace.longest_backoff_s)
            except Exception as error:  # noqa: BLE001 - a lane that ends in silence is the worst of all
                _log.exception("lane_interrupted", lane=self._lane, retry_in_s=backoff)
                self._say("waiting", reason=type(error).__name__)
                await pause(stop, backoff)
                backoff = min(backoff * 2, self._pace.longest_backoff_s)
        await self.release_lane()

    async def take_lane(self) -> bool:
        """Take the lane, and say whether it could be had."""
        self._lease = await self._models.acquire(self._lane, self._owner)
        if self._lease is None:
            return False
        self._renewed_at = _now()
        self._sweeps = True
        _log.info("lane_taken", lane=self._lane, after=self._lease.lane_position)
        self._say("following")
        return True

    async def release_lane(self) -> None:
        """Hand the lane on; where that fails, the next one waits until the lease runs out."""
        if self._lease is None:
            return
        try:
            await self._models.release(self._lease)
        except Exception as error:  # noqa: BLE001 - at the end there is nobody left to tell but the log
            _log.warning("lane_not_released", lane=self._lane, error=type(error).__name__)
        self._lease = None

    async def _turn(self, stop: asyncio.Event) -> None:
        """Do what is next: take the lane, or its next batch, or wait for one."""
        lease = self._lease
        if lease is None:
            if not await self.take_lane():
                self._say("standby")
                await pause(stop, self._pace.standby_interval_s)
            return
        batch = await self._source.read(self._lane, lease.lane_position, self._pace.batch_facts)
        await self._sweep()
        if batch:
            # after the read: what was read before an epoch began may not be applied in it
            if await self._is_of_this_story(lease):
                await self.project(batch)
            return
        if _now() - self._renewed_at >= self._pace.renew_interval_s:
            await self._is_of_this_story(lease)
            await self._models.renew(lease)
            self._renewed_at = _now()
        await self._wait_for_more(stop)

    async def _is_of_this_story(self, lease: Lease) -> bool:
        """Say whether the lane is in the epoch of the lease; else take note of the later one.

        Raises PoisonFactError where that began at or before what is applied: the read models know
        facts that are no more, and only a rebuild makes them forget.
        """
        epochs = await self._source.epochs(self._lane)
        newest = max(epochs)
        if newest == lease.lane_epoch:
            return True
        void_from = [
            begins_at
            for epoch, begins_at in epochs.items()
            if epoch > lease.lane_epoch and begins_at <= lease.lane_position
        ]
        if void_from:
            reason = (
                f"epoch {newest} of the lane began, and what is applied from there on is void: run "
                "`cohoi rebuild`"
            )
            raise PoisonFactError(self._lane, min(void_from), None, reason)
        self._lease = msgspec.structs.replace(lease, lane_epoch=newest)
        return False

    async def _sweep(self) -> None:
        """Drop generations that are done with, as soon as nobody reads them."""
        if not self._sweeps or _now() - self._swept_at < self._pace.renew_interval_s:
            return
        self._swept_at = _now()
        try:
            self._sweeps = await self._models.drop_gone()
        except Exception as error:  # noqa: BLE001 - that can wait, and the facts cannot
            _log.warning("generations_not_dropped", error=type(error).__name__)

    async def _wait_for_more(self, stop: asyncio.Event) -> None:
        """Wait for facts, for the next renewal of the lease, or for the end."""
        timeout_s = min(self._pace.poll_interval_s, self._pace.renew_interval_s)
        await run_until(stop, self._source.wait(self._lane, timeout_s), within_s=0)

    async def catch_up(self, upto: int) -> int:
        """Apply a lane that we hold up to a lane position; return how many facts that took.

        Raises what `project` raises.
        """
        done = 0
        while (missing := upto - self.lane_position) > 0:
            limit = min(missing, self._pace.batch_facts)
            batch = await self._source.read(self._lane, self.lane_position, limit)
            if not batch:
                break
            await self.project(batch)
            done += len(batch)
        return done

    async def project(self, batch: Sequence[LoggedFact]) -> None:
        """Apply a batch under the lease; where a fact is poison, apply what stands before it.

        Raises PoisonFactError at the fact, LeaseLostError where another owns the lane.
        """
        if self._lease is None:
            raise LeaseLostError(f"lane {self._lane} is not taken")
        facts, poison = decode_prefix(self._lease.lane_position, batch)
        while facts:
            try:
                await self._apply(self._lease, facts)
            except PoisonFactError as unfoldable:
                poison = unfoldable
                facts = facts[: unfoldable.lane_position - facts[0].lane_position]
            else:
                break
        if poison is not None:
            raise poison

    async def _apply(self, lease: Lease, facts: Sequence[Recorded]) -> None:
        """Fold facts and store the outcome in one transaction with the checkpoint."""
        erased = {key for recorded in facts if (key := erased_key(recorded.fact.data))}
        keys = {key for recorded in facts for key in sealing_keys(recorded.fact.data)}
        fold = Fold(await self._keyrings.load(keys - erased))
        upto = facts[-1].lane_position
        async with self._models.step(lease, upto) as step:
            await step.load(fold, facts)
            for recorded in facts:
                fold_one(fold, recorded)
            await step.write(fold)
        self._lease = msgspec.structs.replace(lease, lane_position=upto)
        self._renewed_at = _now()
        self._sweeps = self._sweeps or bool(erased)
        self._say("following")
        await self._models.announce({recorded.fact.stream.org for recorded in facts})

    async def _stop_lane(self, poison: PoisonFactError) -> None:
        _log.error(
            "lane_stopped",
            lane=poison.lane,
            lane_position=poison.lane_position,
            event_id=str(poison.event),
            reason=poison.reason,
        )
        applied = 0 if self._lease is None else self._lease.lane_position
        self._health.say(
            LaneHealth(
                self._lane,
                "stopped",
                applied,
                poison.lane_position,
                poison.event,
                poison.reason,
            )
        )
        if self._lease is None:
            return
        try:
            await self._models.report_stopped(
                self._lease, poison.lane_position, poison.event, poison.reason
            )
        except LeaseLostError:
            self._lease = None
        except Exception:  # noqa: BLE001 - the log above said it already; the lane must live to try again
            _log.exception("lane_stop_not_reported", lane=self._lane)

    def _say(self, state: LaneState, reason: str | None = None) -> None:
        applied = 0 if self._lease is None else self._lease.lane_position
        self._health.say(LaneHealth(self._lane, state, applied, reason=reason))


def _now() -> float:
    return asyncio.get_running_loop().time()
