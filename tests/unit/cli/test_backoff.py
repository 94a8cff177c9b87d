"""A child that dies again and again is started ever more rarely, but always again."""

from cohoi.domain.backoff import LONGEST_S, STEADY_AFTER_S, failures_in_a_row, pause_s


def test_each_death_in_a_row_doubles_the_pause_up_to_a_limit() -> None:
    assert [pause_s(n) for n in range(1, 6)] == [0.5, 1.0, 2.0, 4.0, 8.0]
    assert pause_s(7) == pause_s(10_000) == LONGEST_S


def test_a_long_life_makes_the_next_death_the_first() -> None:
    assert failures_in_a_row(4, STEADY_AFTER_S - 1) == 5
    assert failures_in_a_row(4, STEADY_AFTER_S) == 1
