"""What is wrong with the publishing of lanes, said to people."""

from collections.abc import Sequence
from typing import Final, Protocol

from command_api.application.relaying.ports import LaneStanding
from service_runtime.languages import Words
from service_runtime.troubles import Trouble

LATE_AFTER_S: Final = 10.0
"""A fact that waits for the topic for longer is told of."""


class Standings(Protocol):
    """Where it is known how far lanes are published."""

    async def standings(self) -> Sequence[LaneStanding]:
        """Return the lanes that were ever published, in order."""
        ...


async def relay_troubles(lanes: Standings) -> list[Trouble]:
    """Return what is wrong with any lane: it is refused, or its facts wait for long."""
    found: list[Trouble] = []
    for one in await lanes.standings():
        is_facts = one.topic == "facts"
        if one.refusal is not None:
            if is_facts:  # the other topics wait with it
                found.append(Trouble(f"lane-{one.lane}-refused", _refused(one)))
        elif one.waits_s > LATE_AFTER_S:
            name = "unpublished" if is_facts else f"{one.topic}-unpublished"
            found.append(Trouble(f"lane-{one.lane}-{name}", _late(one)))
    return found


def _refused(one: LaneStanding) -> Words:
    return Words(
        f"Làn {one.lane} không nhận sự kiện: nhật ký và topic khác nhau ({one.refusal}). "
        "Xem docs/runbooks/log-and-topic-differ.md.",
        f"Lane {one.lane} takes no facts: log and topic differ ({one.refusal}). "
        "See docs/runbooks/log-and-topic-differ.md.",
    )


def _late(one: LaneStanding) -> Words:
    waiting = one.head - one.published
    return Words(
        f"{waiting} sự kiện của làn {one.lane} chờ được đưa lên topic {one.topic} từ "
        f"{one.waits_s:.0f} giây. "
        "Xem docs/runbooks/relay-behind.md.",
        f"{waiting} facts of lane {one.lane} have waited for the topic of {one.topic} for "
        f"{one.waits_s:.0f} s. "
        "See docs/runbooks/relay-behind.md.",
    )
