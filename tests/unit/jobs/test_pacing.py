"""The pace of a job: near the projector, but never stuck behind one that stands still."""

from collections.abc import AsyncIterator
from uuid import UUID

from command_api.application.batches import pacing
from command_api.application.batches.pacing import MOST_LAG, Pace
from command_api.application.imports.ports import KnownCustomer, KnownUser
from service_runtime.ids import new_id

ORG = new_id()


class Projector:
    """Read models that move by so many facts each time somebody looks."""

    def __init__(self, lag: int, step: int) -> None:
        self.lag_left = lag
        self.step = step
        self.at = 0
        self.looks = 0

    async def customers(self, org: UUID) -> AsyncIterator[KnownCustomer]:
        """Know nobody."""
        for _ in ():
            yield KnownCustomer(org, "")

    async def users(self, org: UUID) -> AsyncIterator[KnownUser]:
        """Know nobody."""
        for _ in ():
            yield KnownUser(org, "", None, active=True, admin=True)

    def _look(self) -> None:
        self.looks += 1
        self.at += self.step
        self.lag_left -= self.step

    async def applied(self, org: UUID) -> int:
        """Return how far they are."""
        assert org == ORG
        self._look()
        return self.at

    async def lag(self, lane: int) -> tuple[int, int]:
        """Return how far they are behind."""
        assert lane == 0
        self._look()
        return self.lag_left, self.at


async def no_time(_seconds: float) -> None:
    """Let time pass without waiting for it."""


async def test_it_waits_until_the_read_models_are_near() -> None:
    projector = Projector(lag=MOST_LAG + 1_000, step=100)
    await Pace(projector, no_time).keep(0)
    assert projector.looks == 10
    assert projector.lag_left == MOST_LAG


async def test_it_goes_on_at_once_where_they_are_near() -> None:
    projector = Projector(lag=MOST_LAG, step=0)
    await Pace(projector, no_time).keep(0)
    assert projector.looks == 1


async def test_beside_others_it_rests_longer_than_its_batch_took() -> None:
    rests: list[float] = []

    async def rest(seconds: float) -> None:
        rests.append(seconds)

    projector, now = Projector(lag=0, step=0), 0.0
    pace = Pace(projector, rest, lambda: now)
    for moved, written in ((100, 100), (200, 100), (100, 100), (300, 100)):
        now += 2 * pacing.COMPANY_S
        projector.at += moved
        await pace.keep(0, written, 0.25)
    assert rests == [0.25 * pacing.REST_FOR_WORK] * 2
    projector.at += 300
    await pace.keep(0, 100, 60.0)
    assert rests[-1] == pacing.LONGEST_REST_S


async def test_people_are_still_at_work_between_two_of_their_commands() -> None:
    projector, now = Projector(lag=0, step=0), 10.0
    pace = Pace(projector, no_time, lambda: now)
    assert not await pace.keep(0)
    projector.at += 1
    company = [await pace.keep(0)]
    for _ in range(3):
        now += pacing.COMPANY_S / 2
        company.append(await pace.keep(0))
    assert company == [True, True, False, False]


async def test_one_that_stands_still_is_waited_for_once() -> None:
    projector = Projector(lag=MOST_LAG + 1, step=0)
    pace = Pace(projector, no_time)
    await pace.keep(0)
    waited = projector.looks
    assert waited > 10
    await pace.keep(0)
    assert projector.looks == waited + 1
    projector.step = 1
    await pace.keep(0)
    assert projector.lag_left <= MOST_LAG


async def test_catching_up_is_bounded() -> None:
    assert await Pace(Projector(lag=0, step=10), no_time).catch_up(ORG, 95)
    assert not await Pace(Projector(lag=0, step=0), no_time).catch_up(ORG, 1)
    slow = Projector(lag=0, step=1)
    assert not await Pace(slow, no_time).catch_up(ORG, 10**9)
    assert slow.looks < 1_000
