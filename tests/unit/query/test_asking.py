"""Asking until an answer is late enough, by the organization's own clock."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from opportunity_filters.local_time import DEFAULT_ZONE, LocalClock
from opportunity_filters.moments import Moment
from query_api.application.answers import Answer, Head, LaneEpoch, Standing, StoredFact
from query_api.application.asking import Asking
from query_api.domain.refusals import BadPosition, ReadModelBehind
from query_api.domain.scope import Scope

ORG = UUID(int=1)
SCOPE = Scope(ORG, None)
NOW = datetime(2026, 5, 31, 17, 30, tzinfo=UTC)
RECORDED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Log:
    """A log whose head is told; the facts are nobody's business here."""

    def __init__(self, head: int | None) -> None:
        self._head = head

    async def head(self, org: UUID) -> Head | None:
        del org
        return None if self._head is None else Head(self._head, 1)

    async def lane_head(self, lane: int) -> Head | None:
        raise AssertionError(lane)

    async def lane_epochs(self, lane: int) -> tuple[LaneEpoch, ...]:
        raise AssertionError(lane)

    async def organization_facts(self, org: UUID, after: int, limit: int) -> tuple[StoredFact, ...]:
        assert limit == 1
        if self._head is None or after >= self._head:
            return ()
        at = RECORDED + timedelta(days=after)
        return (
            StoredFact(0, 1, org, after + 1, 1, ORG, "moved", at, at, b"", bytes(32), bytes(32)),
        )

    async def opportunity_history(
        self, org: UUID, opportunity_id: UUID, before: int, position: int, limit: int
    ) -> tuple[StoredFact, ...]:
        raise AssertionError(org, opportunity_id, before, position, limit)

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
    assert (await asking(applied).answer(SCOPE, 0, model.question)).found == "found"
    assert len(model.clocks) == 1
    assert applied.waited == []


async def test_a_zone_that_was_guessed_wrong_is_asked_again_and_remembered() -> None:
    model = Model(standing(zone="Europe/London"))
    asked = asking(Applied())
    for _ in range(2):
        await asked.answer(SCOPE, 0, model.question)
    assert [clock.zone for clock in model.clocks] == [
        DEFAULT_ZONE,
        "Europe/London",
        "Europe/London",
    ]


async def test_a_zone_that_changes_with_every_answer_is_given_up() -> None:
    zones = ("Europe/London", "Asia/Tokyo") * 20
    with pytest.raises(ReadModelBehind):
        await asking(Applied()).answer(
            SCOPE, 0, Model(*(standing(zone=zone) for zone in zones)).question
        )


async def test_an_answer_that_is_older_than_what_was_known_is_not_given() -> None:
    applied, model = Applied(), Model(standing(4), standing(7))
    applied.note(ORG, 7)
    answer = await asking(applied).answer(SCOPE, 7, model.question)
    assert answer.standing.position == 7
    assert applied.waited == [7]


async def test_a_position_beyond_the_head_is_refused_without_waiting() -> None:
    applied, model = Applied(), Model(standing())
    for head in (None, 9):
        with pytest.raises(BadPosition):
            await asking(applied, head).answer(SCOPE, 10, model.question)
    assert applied.waited == []
    assert model.clocks == []


async def test_what_is_not_reached_in_time_is_behind() -> None:
    model = Model(standing())
    with pytest.raises(ReadModelBehind):
        await asking(Applied(reachable=False)).answer(SCOPE, 9, model.question)
    assert model.clocks == []


@pytest.mark.parametrize("absent", [standing(position=None), standing(zone=None)])
async def test_an_organization_that_is_not_there_yet_is_behind(absent: Standing) -> None:
    with pytest.raises(ReadModelBehind):
        await asking(Applied()).answer(SCOPE, 0, Model(absent).question)


def at(position: int | None = None, instant: datetime | None = None) -> Scope:
    return replace(SCOPE, moment=Moment(position, instant))


async def test_a_position_is_asked_by_the_clock_of_its_fact_and_answered_as_itself() -> None:
    model = Model(standing(9))
    answer = await asking(Applied()).answer(at(3), 0, model.question)
    assert answer.standing.position == 3
    assert model.clocks[0].now == RECORDED + timedelta(days=2)


async def test_before_the_first_position_it_is_as_late_as_at_the_first() -> None:
    model = Model(standing(9))
    answer = await asking(Applied()).answer(at(0), 0, model.question)
    assert answer.standing.position == 0
    assert model.clocks[0].now == RECORDED


async def test_an_instant_is_its_own_clock_and_true_where_the_snapshot_is() -> None:
    model = Model(standing(7))
    answer = await asking(Applied()).answer(at(None, RECORDED), 0, model.question)
    assert answer.standing.position == 7
    assert model.clocks[0].now == RECORDED


async def test_an_instant_as_known_at_a_position_is_true_there() -> None:
    model = Model(standing(9))
    answer = await asking(Applied()).answer(at(4, RECORDED), 0, model.question)
    assert answer.standing.position == 4
    assert model.clocks[0].now == RECORDED


async def test_a_past_position_waits_until_it_is_applied() -> None:
    applied, model = Applied(), Model(standing(4), standing(8))
    answer = await asking(applied).answer(at(8), 2, model.question)
    assert answer.standing.position == 8
    assert applied.waited[0] == 8


@pytest.mark.parametrize(
    ("scope", "least", "parameter"),
    [
        (at(10), 0, "as_of"),
        (at(10, NOW), 0, "known_at"),
        (at(3), 10, "min_position"),
        (at(3, NOW), 10, "min_position"),
    ],
)
async def test_what_is_beyond_the_head_is_named(scope: Scope, least: int, parameter: str) -> None:
    with pytest.raises(BadPosition) as caught:
        await asking(Applied()).answer(scope, least, Model(standing(9)).question)
    assert caught.value.parameter == parameter


async def test_the_zone_of_the_past_is_not_remembered_for_now() -> None:
    model = Model(standing(9, "Europe/London"), standing(9, "Europe/London"), standing(9))
    asked = asking(Applied())
    await asked.answer(at(3), 0, model.question)
    await asked.answer(SCOPE, 0, model.question)
    assert [clock.zone for clock in model.clocks] == [
        DEFAULT_ZONE,
        "Europe/London",
        DEFAULT_ZONE,
    ]
