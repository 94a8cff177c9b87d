"""What /readyz says of lanes: refused, or waiting for the topic for long."""

from collections.abc import Sequence

import pytest

from command_api.application.relaying.ports import LaneStanding, TopicName
from command_api.application.relaying.troubles import LATE_AFTER_S, relay_troubles
from service_runtime.languages import Language


class Lanes:
    """Lanes that stand as they are told to."""

    def __init__(self, *standings: LaneStanding) -> None:
        self._standings = standings

    async def standings(self) -> Sequence[LaneStanding]:
        return self._standings


def _lane(
    *, topic: TopicName = "facts", waits_s: float = 0.0, refusal: str | None = None
) -> LaneStanding:
    return LaneStanding(2, topic, 1, 900, 850, None, waits_s, refusal)


@pytest.mark.parametrize("waits_s", [0.0, LATE_AFTER_S])
async def test_a_lane_that_is_published_in_time_is_no_trouble(waits_s: float) -> None:
    assert await relay_troubles(Lanes(_lane(waits_s=waits_s))) == []


async def test_facts_that_wait_for_long_are_told_with_the_page_that_helps() -> None:
    (trouble,) = await relay_troubles(Lanes(_lane(waits_s=LATE_AFTER_S + 1)))
    english = trouble.words.in_language("en")
    assert trouble.name == "lane-2-unpublished"
    assert english.startswith("50 facts of lane 2 have waited for the topic of facts for 11 s.")
    assert "docs/runbooks/relay-behind.md" in trouble.words.in_language("vi")


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_a_refused_lane_is_told_with_its_reason_however_long_its_facts_wait(
    language: Language,
) -> None:
    lane = _lane(waits_s=99, refusal="the topic has lane position 9")
    (trouble,) = await relay_troubles(Lanes(lane))
    assert trouble.name == "lane-2-refused"
    said = trouble.words.in_language(language)
    assert "the topic has lane position 9" in said
    assert "docs/runbooks/log-and-topic-differ.md" in said
