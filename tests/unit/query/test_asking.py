"""Asking until an answer is late enough, by the organization's own clock."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import pytest

from opportunity_filters.local_time import DEFAULT_ZONE, LocalClock
from query_api.application.answers import Answer, Head, Standing, StoredFact
from query_api.application.asking import Asking
from query_api.domain.refusals import BadPosition, ReadModelBehind

ORG = UUID(int=1)
NOW = datetime(2026, 5, 31, 17, 30, tzinfo=UTC)


class Log:
    """A log whose head is told; the facts are nobody's business here."""

    def __init__(self, head: int | None) -> None:
        self._head = head

    async def head(self, org: UUID) -> Head | None:
        del org
        return None if self._head is None else Head(self._head, 1)

    async def lane_head(self, lane: int) -> Head | None:
        raise AssertionError(lane)

    async def organization_facts(self, org: UUID, after: int, limit: int) -> tuple[StoredFact, ...]:
        raise AssertionError(org, after, limit)

    async def lane_facts(self, lane: int, after: int, limit: int) -> tuple[StoredFact, ...]:
        raise AssertionError(lane, after, limit)


class Applied:
    """Positions that are reached as soon as somebody waits for them, if at all."""

    def __init__(self, *, reachable: bool = True) -> None:
        self.waited: list[int] = []
        self._known = 0
        self._reachable = reachable

    def known(self, org: UUID) -> int:
        del org
        return self._known

    def note(self, org: UUID, position: int) -> None:
        del org
        self._known = position

    async def reached(self, org: UUID, position: int, within_s: float) -> bool:
        del org
        assert within_s > 0
        self.waited.append(position)
        return self._reachable


class Model:
    """Answers with one standing after another; the last one stays."""

    def __init__(self, *standings: Standing) -> None:
        self._standings: Sequence[Standing] = standings
        self.clocks: list[LocalClock] = []

    async def question(self, clock: LocalClock) -> Answer[str]:
        self.clocks.append(clock)
        place = min(len(self.clocks), len(self._standings)) - 1
        return Answer(self._standings[place], "found")


def standing(position: int | None = 5, zone: str | None = DEFAULT_ZONE) -> Standing:
    return Standing(position, zone, "vi")


def asking(applied: Applied, head: int | None = 9) -> Asking:
    return Asking(applied, Log(head), lambda: NOW)


async def test_a_question_is_put_once() -> None:
    applied, model = Applied(), Model(standing())
    assert (await asking(applied).answer(ORG, 0, model.question)).found == "found"
    assert len(model.clocks) == 1
    assert applied.waited == []


async def test_a_zone_that_was_guessed_wrong_is_asked_again_and_remembered() -> None:
    model = Model(standing(zone="Europe/London"))
    asked = asking(Applied())
    for _ in range(2):
        await asked.answer(ORG, 0, model.question)
    assert [clock.zone for clock in model.clocks] == [
        DEFAULT_ZONE,
        "Europe/London",
        "Europe/London",
    ]


async def test_a_zone_that_changes_with_every_answer_is_given_up() -> None:
    zones = ("Europe/London", "Asia/Tokyo") * 20
    with pytest.raises(ReadModelBehind):
        await asking(Applied()).answer(
            ORG, 0, Model(*(standing(zone=zone) for zone in zones)).question
        )


async def test_an_answer_that_is_older_than_what_was_known_is_not_given() -> None:
    applied, model = Applied(), Model(standing(4), standing(7))
    applied.note(ORG, 7)
    answer = await asking(applied).answer(ORG, 7, model.question)
    assert answer.standing.position == 7
    assert applied.waited == [7]


async def test_a_position_beyond_the_head_is_refused_without_waiting() -> None:
    applied, model = Applied(), Model(standing())
    for head in (None, 9):
        with pytest.raises(BadPosition):
            await asking(applied, head).answer(ORG, 10, model.question)
    assert applied.waited == []
    assert model.clocks == []


async def test_what_is_not_reached_in_time_is_behind() -> None:
    model = Model(standing())
    with pytest.raises(ReadModelBehind):
        await asking(Applied(reachable=False)).answer(ORG, 9, model.question)
    assert model.clocks == []


@pytest.mark.parametrize("absent", [standing(position=None), standing(zone=None)])
async def test_an_organization_that_is_not_there_yet_is_behind(absent: Standing) -> None:
    with pytest.raises(ReadModelBehind):
        await asking(Applied()).answer(ORG, 0, Model(absent).question)
