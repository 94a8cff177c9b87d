"""Turns of jobs: they last a while, longer where beginning takes long, and end only for others."""

import pytest

from command_api.application.batches.turn import SET_UP_SHARE, TURN_S, Turn, TurnOver


class Time:
    """A clock that is set by hand, and whether others wait."""

    def __init__(self, *, waiting: bool = True) -> None:
        self.now = 100.0
        self.waiting = waiting
        self.asked = 0

    def clock(self) -> float:
        """Return the time."""
        return self.now

    async def others_wait(self) -> bool:
        """Say whether others wait, and that somebody asked."""
        self.asked += 1
        return self.waiting


async def test_a_turn_is_over_after_a_while_if_others_wait() -> None:
    time = Time()
    turn = Turn(time.others_wait, time.clock)
    time.now += TURN_S - 0.1
    await turn.pass_on()
    assert time.asked == 0
    time.now += 0.1
    with pytest.raises(TurnOver):
        await turn.pass_on()


async def test_a_job_that_is_alone_goes_on_and_asks_again_a_turn_later() -> None:
    time = Time(waiting=False)
    turn = Turn(time.others_wait, time.clock)
    for _ in range(3):
        time.now += TURN_S
        await turn.pass_on()
        await turn.pass_on()
    assert time.asked == 3


async def test_what_takes_long_to_begin_goes_on_longer() -> None:
    time = Time()
    turn = Turn(time.others_wait, time.clock)
    time.now += 10
    turn.set_up()
    time.now += 10 * SET_UP_SHARE - 0.1
    await turn.pass_on()
    time.now += 0.1
    with pytest.raises(TurnOver):
        await turn.pass_on()


async def test_a_job_of_ones_own_has_no_turn() -> None:
    time = Time()
    turn = Turn(None, time.clock)
    time.now += 1_000_000
    await turn.pass_on()
    assert time.asked == 0
