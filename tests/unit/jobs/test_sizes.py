"""Sizes of batches: near what holds the lane as long as others can bear, step by step."""

from hypothesis import given
from hypothesis import strategies as st

from command_api.application.batches.sizing import HOLD_S, LEAST, BatchSize

MOST = 400


def test_alone_a_batch_grows_to_the_most_it_may_be() -> None:
    size = BatchSize(MOST)
    sizes = [size.items]
    for _ in range(6):
        size.after(size.items, 10.0, others=False)
        sizes.append(size.items)
    assert sizes == [20, 40, 80, 160, 320, 400, 400]


def test_beside_others_it_finds_the_size_that_they_can_bear() -> None:
    size = BatchSize(MOST)
    second_per_item = HOLD_S / 160
    for _ in range(10):
        size.after(size.items, size.items * second_per_item, others=True)
    assert abs(size.items - 160) <= 1


def test_where_the_log_is_slow_it_stays_at_the_least() -> None:
    size = BatchSize(MOST)
    for _ in range(10):
        size.after(size.items, 5.0, others=True)
    assert size.items == LEAST


@given(st.lists(st.tuples(st.integers(0, MOST), st.floats(0, 60), st.booleans())))
def test_whatever_happens_it_stays_within_its_bounds(
    seen: list[tuple[int, float, bool]],
) -> None:
    size = BatchSize(MOST)
    for items, held_s, others in seen:
        size.after(items, held_s, others=others)
        assert LEAST <= size.items <= MOST
