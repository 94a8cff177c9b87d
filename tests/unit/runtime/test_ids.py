"""New ids: version 7, unique, and growing whatever the clock does."""

import threading
import time
from uuid import RFC_4122, UUID

import pytest

from service_runtime.clock import utc_now
from service_runtime.ids import new_id


def milliseconds(made: UUID) -> int:
    return made.int >> 80


def test_an_id_is_a_uuid_of_version_7_that_begins_with_the_time() -> None:
    before = time.time_ns() // 1_000_000
    made = new_id()
    assert made.version == 7
    assert made.variant == RFC_4122
    assert before <= milliseconds(made) <= time.time_ns() // 1_000_000 + 1


def test_ids_grow_in_the_order_in_which_they_are_made() -> None:
    made = [new_id() for _ in range(20_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_ids_grow_while_the_clock_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time_ns()
    ticks = iter([now, now - 5_000_000_000, now - 4_000_000_000, now + 1_000_000])
    monkeypatch.setattr(time, "time_ns", lambda: next(ticks))
    made = [new_id() for _ in range(4)]
    assert made == sorted(made)
    assert milliseconds(made[1]) == milliseconds(made[0])


def test_threads_never_make_the_same_id() -> None:
    made: list[list[UUID]] = [[] for _ in range(8)]

    def make(into: list[UUID]) -> None:
        into.extend(new_id() for _ in range(2_000))

    threads = [threading.Thread(target=make, args=(into,)) for into in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(one == sorted(one) for one in made)
    assert len({each for one in made for each in one}) == 8 * 2_000


def test_the_clock_is_aware_and_in_utc() -> None:
    offset = utc_now().utcoffset()
    assert offset is not None
    assert not offset
