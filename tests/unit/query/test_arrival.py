"""A position that the log lacks: none of the log itself, and perhaps a late one of a copy."""

import pytest

from query_api.application.answers import Head
from query_api.application.arrival import arrived
from query_api.domain.refusals import BadPosition, ReadModelBehind


class Growing:
    """A head that is one further each time it is asked for."""

    def __init__(self, head: int, *, late: bool) -> None:
        self._head = head
        self._late = late
        self.asked = 0

    async def head(self) -> Head | None:
        """Return where it stands."""
        self._head += 1
        self.asked += 1
        return Head(self._head, 1, self._late)


async def nothing() -> Head | None:
    return None


async def test_what_the_log_lacks_is_refused_at_once_by_the_name_of_its_parameter() -> None:
    log = Growing(6, late=False)
    with pytest.raises(BadPosition) as refused:
        await arrived(log.head, {"min_position": 7, "after": 8})
    assert refused.value.parameter == "after"
    assert log.asked == 1


async def test_what_a_copy_lacks_is_waited_for() -> None:
    copy = Growing(6, late=True)
    head = await arrived(copy.head, {"min_position": 7, "after": 9})
    assert head == Head(9, 1, late=True)
    assert copy.asked == 3


async def test_what_does_not_come_in_time_is_behind_and_no_bad_position() -> None:
    copy = Growing(0, late=True)
    with pytest.raises(ReadModelBehind):
        await arrived(copy.head, {"after": 1_000}, within_s=0.2)
    assert copy.asked < 5


async def test_what_is_not_there_at_all_is_nobodys_head() -> None:
    assert await arrived(nothing, {"after": 1}) is None
    assert await arrived(Growing(0, late=True).head, {}) == Head(1, 1, late=True)
