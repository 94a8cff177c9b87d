"""How the lanes fare: how far the read models are behind the log, and whether they stand still."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from service_runtime.languages import Words
from service_runtime.troubles import Trouble

BEHIND_AFTER_S: Final = 10.0
"""From this age of the oldest fact that is not folded on, a lane is told to be behind."""


@dataclass(frozen=True, slots=True)
class LaneStanding:
    """One lane at one moment; lag is in lane positions and in seconds of the oldest waiting."""

    lane: int
    head: int
    applied: int
    lag_s: float
    stopped_at: int | None
    """The lane position of the fact that cannot be folded."""
    forsaken: bool
    """No projector has held the lane for some seconds."""

    @property
    def lag(self) -> int:
        """How many facts are not folded yet."""
        return max(0, self.head - self.applied)


class Lanes(Protocol):
    """Where the standing of the lanes is looked up."""

    async def standings(self) -> Sequence[LaneStanding]:
        """Return every lane, in order."""
        ...


async def lane_troubles(lanes: Lanes) -> list[Trouble]:
    """Return what is wrong with lanes, one trouble a lane: the worst of it."""
    return [
        Trouble(f"lane {standing.lane}", words)
        for standing in await lanes.standings()
        if (words := _words(standing)) is not None
    ]


def _words(standing: LaneStanding) -> Words | None:
    lane, lag = standing.lane, standing.lag
    if standing.stopped_at is not None:
        at = standing.stopped_at
        return Words(
            f"Làn {lane} dừng trước sự kiện ở vị trí {at} vì không gấp được sự kiện đó; {lag} sự "
            "kiện đang chờ. Các lần đọc vẫn trả lời, ở vị trí cũ. "
            "Xem docs/runbooks/stopped-lane.md.",
            f"Lane {lane} stands before the fact at lane position {at}, which cannot be folded; "
            f"{lag} facts wait. Reads still answer, at the old position. "
            "See docs/runbooks/stopped-lane.md.",
        )
    if standing.forsaken:
        return Words(
            f"Không có projector nào giữ làn {lane}; {lag} sự kiện đang chờ. "
            "Xem docs/runbooks/projector-behind.md.",
            f"No projector holds lane {lane}; {lag} facts wait. "
            "See docs/runbooks/projector-behind.md.",
        )
    if standing.lag_s >= BEHIND_AFTER_S:
        return Words(
            f"Làn {lane} chậm {lag} sự kiện, sự kiện cũ nhất đã chờ {standing.lag_s:.0f} giây. "
            "Xem docs/runbooks/projector-behind.md.",
            f"Lane {lane} is {lag} facts behind; the oldest has waited {standing.lag_s:.0f} s. "
            "See docs/runbooks/projector-behind.md.",
        )
    return None
