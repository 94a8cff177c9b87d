"""The window over an organization's newest facts: what it keeps, gives, and lets go."""

from uuid import UUID

import pytest

from query_api.application.channel import MAX_WAITING, Channel
from query_api.application.frames import Frame, comment, joined

ORG, ME, MATE = UUID(int=1), UUID(int=2), UUID(int=3)
_ROOM = 10**9


def frame(position: int, *owners: UUID, size: int = 10) -> Frame:
    text = b"%d;" % position
    return Frame(position, frozenset(owners) if owners else None, text.ljust(size, b"."))


def frames(first: int, last: int) -> list[Frame]:
    return [frame(position) for position in range(first, last + 1)]


def channel(head: int = 0, *, most_bytes: int = _ROOM) -> Channel:
    made = Channel(ORG, lambda: most_bytes)
    made.begin(head)
    return made


def given(window: Channel, position: int, seen: frozenset[UUID] | None = None) -> list[int]:
    text, _ = window.after(position, seen, _ROOM)
    return [int(one) for one in text.replace(b".", b"").split(b";")[:-1]]


def test_a_stream_is_given_what_comes_after_its_position() -> None:
    window = channel(10)
    window.publish(frames(11, 15))
    assert given(window, 10) == [11, 12, 13, 14, 15]
    assert given(window, 13) == [14, 15]
    assert window.after(15, None, _ROOM) == (b"", 15)


def test_the_same_facts_again_change_nothing() -> None:
    window = channel(10)
    window.publish(frames(11, 15))
    window.publish(frames(13, 17))
    assert given(window, 10) == [11, 12, 13, 14, 15, 16, 17]


def test_the_window_begins_where_facts_came_before_the_head_was_read() -> None:
    window = Channel(ORG, lambda: _ROOM)
    window.publish(frames(9, 11))
    window.begin(10)
    assert (window.base, window.head) == (8, 11)
    assert given(window, 10) == [11]


def test_a_window_that_has_not_begun_knows_no_position() -> None:
    window = Channel(ORG, lambda: _ROOM)
    assert not window.has_reached(0)
    window.begin(10)
    assert window.has_reached(10)
    assert not window.has_reached(11)
    window.publish(frames(11, 12))
    assert window.has_reached(12)


def test_the_head_of_a_later_stream_moves_no_window() -> None:
    window = channel(10)
    window.begin(12)
    assert window.base == 10


def test_what_waits_is_limited_in_number() -> None:
    window = channel()
    window.publish(frames(1, MAX_WAITING + 40))
    assert window.base == 40
    assert len(given(window, 40)) == MAX_WAITING


def test_what_waits_is_limited_in_bytes_but_the_newest_stays() -> None:
    window = channel(most_bytes=1_000)
    window.publish([frame(position, size=400) for position in range(1, 6)])
    assert window.base == 3
    window.publish([frame(6, size=5_000)])
    assert (window.base, window.head) == (5, 6)


def test_a_gap_begins_the_window_anew_behind_it() -> None:
    window = channel(10)
    window.publish(frames(11, 12))
    window.publish(frames(15, 16))
    assert (window.base, window.head) == (14, 16)


def test_an_erasure_leaves_nothing_that_was_read_before_it() -> None:
    window = channel(10)
    window.publish(frames(11, 15))
    window.erase()
    window.publish(frames(16, 16))
    assert (window.base, window.head) == (15, 16)
    assert window.erasures == 1


def test_only_what_may_be_seen_is_given_and_the_rest_is_passed_over() -> None:
    window = channel()
    window.publish([frame(1, ME), frame(2, MATE), frame(3), frame(4, MATE, ME), frame(5, MATE)])
    assert given(window, 0, frozenset({ME})) == [1, 3, 4]
    assert window.after(0, frozenset({ME}), _ROOM)[1] == 5
    assert given(window, 0, frozenset()) == [3]
    assert given(window, 0, None) == [1, 2, 3, 4, 5]


def test_streams_at_one_place_that_see_the_same_share_the_bytes() -> None:
    window = channel()
    window.publish(frames(1, 20))
    first, again = window.after(5, frozenset({ME}), _ROOM), window.after(5, frozenset({ME}), _ROOM)
    assert first[0] is again[0]
    window.publish(frames(21, 21))
    assert window.after(5, frozenset({ME}), _ROOM)[1] == 21


@pytest.mark.parametrize(("most", "upto"), [(1, 1), (10, 1), (25, 2), (30, 3), (10**6, 5)])
def test_a_chunk_holds_whole_frames_up_to_a_size_and_one_at_least(most: int, upto: int) -> None:
    assert joined(frames(1, 5), None, most)[1] == upto


def test_a_sign_of_life_is_no_event() -> None:
    lines = comment(17).decode().split("\n")
    assert lines[0].startswith(":")
    assert not any(line.startswith(("data", "event")) for line in lines)
    assert lines[1:] == ["id: 17", "", ""]
