"""Whatever a stream does to its consumer, behind the guard every fact stands once, in order."""

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohoi_guard import Guard, NewEpoch, TooManyWaiting, WrongLane


def _taken(guard: Guard[str], *positions: int) -> list[int]:
    return [
        position for one in positions for position, _ in guard.offer(one, f"fact {one}", epoch=1)
    ]


def test_the_next_fact_is_taken_and_moves_the_guard() -> None:
    guard = Guard[str]()
    assert guard.offer(1, "first") == [(1, "first")]
    assert guard.last == 1


def test_what_was_taken_is_left_out_however_often_it_comes() -> None:
    assert _taken(Guard[str](), 1, 2, 1, 2, 2, 3, 1) == [1, 2, 3]


def test_what_comes_early_waits_and_the_guard_says_for_what() -> None:
    guard = Guard[str](last=4)
    assert _taken(guard, 8, 7) == []
    assert guard.missing == (5, 6)
    assert guard.waiting == 2
    assert _taken(guard, 6, 5) == [5, 6, 7, 8]
    assert guard.missing is None


def test_a_zombie_that_writes_100_to_110_before_95_to_99_changes_nothing() -> None:
    guard = Guard[str](last=94)
    zombie, leader = range(100, 111), range(95, 121)
    assert _taken(guard, *zombie, *leader) == list(range(95, 121))


def test_a_truncated_head_is_missed_and_fetched_from_the_log() -> None:
    guard = Guard[str]()
    assert _taken(guard, 501, 502) == []
    assert guard.missing == (1, 500)
    assert _taken(guard, *range(1, 501)) == list(range(1, 503))


def test_no_more_may_wait_than_is_allowed() -> None:
    guard = Guard[str](most_waiting=3)
    assert _taken(guard, 5, 6, 7) == []
    with pytest.raises(TooManyWaiting, match="3 facts wait for 1 to 4") as refused:
        guard.offer(8, "too much")
    assert (refused.value.first, refused.value.last) == (1, 4)
    assert _taken(guard, 7, 1, 2, 3, 4) == [1, 2, 3, 4, 5, 6, 7]


def test_a_new_epoch_is_not_taken_before_the_guard_knows_where_it_begins() -> None:
    guard = Guard[str](last=1_000)
    with pytest.raises(NewEpoch, match="epoch 2 begins"):
        guard.offer(901, "again", epoch=2)
    assert guard.begin(2, 901) == range(901, 1_001)
    assert guard.last == 900
    assert guard.offer(901, "of before", epoch=1) == []
    assert guard.offer(901, "again", epoch=2) == [(901, "again")]


def test_an_epoch_that_begins_later_than_the_guard_stands_undoes_nothing() -> None:
    guard = Guard[str](last=10)
    assert guard.offer(12, "early", epoch=1) == []
    assert list(guard.begin(2, 12)) == []
    assert (guard.last, guard.waiting) == (10, 0)


def test_a_replay_takes_each_position_from_the_epoch_that_counts_there() -> None:
    guard = Guard[str](epochs={1: 1, 2: 3})
    topic = [(1, 1), (2, 1), (3, 1), (4, 1), (3, 2), (4, 2)]
    taken = [one for at, epoch in topic for one in guard.offer(at, f"{at} of {epoch}", epoch=epoch)]
    assert taken == [(1, "1 of 1"), (2, "2 of 1"), (3, "3 of 2"), (4, "4 of 2")]


def test_epochs_are_learned_in_their_order() -> None:
    with pytest.raises(ValueError, match="not later than 2"):
        Guard[str](epochs={1: 1, 2: 3}).begin(2, 9)


def test_a_fact_of_another_lane_is_a_mistake_of_the_consumer() -> None:
    guard = Guard[str](lane=2)
    with pytest.raises(WrongLane, match="a fact of lane 3, where lane 2 is read"):
        guard.offer(1, "elsewhere", lane=3)
    assert guard.offer(1, "here", lane=2) == [(1, "here")]


def test_a_guard_stands_at_a_position_or_at_none() -> None:
    with pytest.raises(ValueError, match="position or 0"):
        Guard[str](last=-1)


def _hostile(random: Random, length: int) -> Iterator[tuple[int, int]]:
    """Yield (position, epoch): every one of a log, among duplicates, zombies and old epochs."""
    at = 0
    while at < length:
        match random.randrange(6):
            case 0:  # what was not surely written is written again
                back = random.randint(0, at)
                yield from ((one, 1) for one in range(back + 1, at + 1))
            case 1:  # a zombie writes what it had in hand, perhaps far ahead
                begin = random.randint(1, length)
                end = min(length, begin + random.randrange(12))
                yield from ((one, 1) for one in range(begin, end + 1))
            case 2:  # someone who lived before the last adoption
                yield random.randint(1, length + 5), 0
            case _:
                step = min(length, at + random.randrange(1, 9))
                yield from ((one, 1) for one in range(at + 1, step + 1))
                at = step


@given(seed=st.integers(0, 2**32), length=st.integers(1, 200))
def test_any_stream_that_has_every_fact_is_taken_once_in_order(seed: int, length: int) -> None:
    guard = Guard[str]()
    taken = [
        one
        for position, epoch in _hostile(Random(seed), length)  # noqa: S311 - repeatable, not secret
        for one in guard.offer(position, f"fact {position}", epoch=epoch)
    ]
    assert taken == [(position, f"fact {position}") for position in range(1, length + 1)]
    assert guard.waiting == 0


@given(seed=st.integers(0, 2**32), length=st.integers(1, 200), most=st.integers(1, 20))
def test_any_stream_at_all_is_completed_by_the_log(seed: int, length: int, most: int) -> None:
    """Facts are shuffled, doubled and dropped; what is missing is asked of the log."""
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    stream = [random.randint(1, length) for _ in range(2 * length)]
    guard = Guard[int](most_waiting=most)
    taken: list[int] = []

    def take(position: int) -> None:
        taken.extend(one for one, _ in guard.offer(position, position))

    for position in stream:
        try:
            take(position)
        except TooManyWaiting as gap:
            for missing in range(gap.first, gap.last + 1):
                take(missing)
            take(position)
    while guard.missing is not None:
        for missing in range(guard.missing[0], guard.missing[1] + 1):
            take(missing)
    assert taken == list(range(1, guard.last + 1))
    assert guard.last == max(stream)
