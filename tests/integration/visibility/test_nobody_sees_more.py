"""Thousands of tries to learn of what one may not see: ids, filters, cursors, commands, feeds."""

import base64
import hashlib
from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Any, Final, Literal
from uuid import UUID

import msgspec
import pytest

from opportunity_filters.filters import read_filter
from query_api.application.opportunities import LIST
from query_api.application.results import binding
from query_api.domain.scope import Scope, Viewer
from query_api.domain.sorting import OPPORTUNITY_ORDERS, read_sort
from service_runtime.folding import sort_key
from service_runtime.ids import new_id
from support.crowd import Deal, Member, any_filter, shown_sums, sums
from support.house import House
from support.query_door import Reader
from support.real_command_door import Person

COMMANDS: Final = (
    ("PATCH", "", {"title": "Của tôi"}),
    ("POST", "/win", None),
    ("POST", "/lose", None),
    ("POST", "/reopen", None),
    ("POST", "/move", {"status_id": "00000000-0000-7000-8000-000000000000"}),
    ("DELETE", "", None),
    ("POST", "/restore", None),
)
ORDERS: Final = tuple(OPPORTUNITY_ORDERS)


@dataclass
class Thief:
    """Somebody who tries, the deal that is not to be seen, and chance."""

    house: House
    member: Member
    secret: Deal
    chance: Random

    @property
    def reader(self) -> Reader:
        return self.house.reader(self.member)

    @property
    def person(self) -> Person:
        return self.house.person(self.member)

    @property
    def seen(self) -> dict[str, Deal]:
        return {str(one.id): one for one in self.house.crowd.seen(self.member)}

    def demand_only_seen(self, items: list[dict[str, Any]]) -> None:
        """Fail where a row is shown that is not to be seen."""
        assert {item["id"] for item in items} <= set(self.seen)

    async def by_id(self) -> None:
        """Ask for it by its id: one, and its history."""
        rest = self.chance.choice(["", "/history"])
        query: dict[str, Any] = self.chance.choice([{}, {"min_position": 1}, {"bogus": 1}])
        answers = [
            await self.reader.ask(f"/v1/opportunities/{one}{rest}", **query)
            for one in (self.secret.id, new_id())
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content

    async def by_filter(self) -> None:
        """Filter and sort so that it would be found, and compare the totals with the model's."""
        query, holds = any_filter(self.house.crowd, self.chance)
        order = {
            "sort": self.chance.choice(ORDERS),
            "order": self.chance.choice(["asc", "desc"]),
        }
        page = await self.reader.read("/v1/opportunities", limit=200, **query, **order)
        self.demand_only_seen(page["items"])
        held = [one for one in self.seen.values() if holds(one)]
        assert shown_sums(page["totals"]) == sums(held)

    async def by_board(self) -> None:
        """Look at its column, and at the board's totals."""
        board, status = self.secret.board, self.secret.status
        query, holds = any_filter(self.house.crowd, self.chance)
        view = await self.reader.read(f"/v1/boards/{board}/view", cards=100, **query)
        for column in view["columns"]:
            self.demand_only_seen(column["cards"])
        held = [one for one in self.seen.values() if holds(one) and one.board == board]
        assert shown_sums(view["totals"]) == sums(held)
        cards = await self.reader.read(f"/v1/boards/{board}/statuses/{status}/cards", limit=200)
        self.demand_only_seen(cards["items"])

    async def by_customer(self) -> None:
        """Look at the customer that it belongs to, who is seen by all."""
        body = await self.reader.read(f"/v1/customers/{self.secret.customer}")
        self.demand_only_seen(body["opportunities"]["items"])
        held = [
            one
            for one in self.seen.values()
            if one.customer == self.secret.customer and not one.deleted
        ]
        assert shown_sums(body["opportunities"]["totals"]) == sums(held)

    async def by_anothers_cursor(self) -> None:
        """Go on where somebody who sees all has stopped."""
        admin = next(one for one in self.house.crowd.members if one.role == "admin")
        query = {"sort": self.chance.choice(ORDERS), "limit": self.chance.randrange(1, 40)}
        page = await self.house.reader(admin).read("/v1/opportunities", **query)
        mine = await self.reader.read("/v1/opportunities", **query, cursor=page["next_cursor"])
        self.demand_only_seen(mine["items"])

    async def by_forged_cursor(self) -> None:
        """Begin behind it by its id and half of its title: the other half must not matter."""
        key = sort_key(self.secret.title)
        cut = key[: self.chance.randrange(1, len(key))]
        pages = [await self._behind(cut, one) for one in (self.secret.id, UUID(int=2**128 - 1))]
        self.demand_only_seen(pages[0])
        without_ties = [
            [item["id"] for item in page if sort_key(item["title"]) != cut] for page in pages
        ]
        assert without_ties[0] == without_ties[1]

    async def _behind(self, cut: str, row: UUID) -> list[dict[str, Any]]:
        values = {"sort": ["title"]}
        viewer = Viewer(Scope(self.house.crowd.office.org, None), self.member.id, self.member.team)
        sort = read_sort(values, OPPORTUNITY_ORDERS)
        bound = binding(viewer, LIST, read_filter(values, viewer).normalized(), sort)
        cursor = forged(cut, row, bound)
        page = await self.reader.read("/v1/opportunities", sort="title", limit=200, cursor=cursor)
        items: list[dict[str, Any]] = page["items"]
        return items

    async def by_command(self) -> None:
        """Command it, also with a version that is stale, right or not there yet."""
        method, rest, body = self.chance.choice(COMMANDS)
        version = self.chance.choice([None, '"1"', '"2"', '"99"', "*"])
        headers = {} if version is None else {"If_Match": version}
        answers = [
            await self.person.send(method, f"/v1/opportunities/{one}{rest}", body, **headers)
            for one in (self.secret.id, new_id())
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content

    async def by_bulk(self) -> None:
        """Command it among others."""
        ids = [str(self.secret.id), str(new_id())]
        bulk = {"command": "edit", "params": {"title": "Của tôi"}, "ids": ids}
        answer = await self.person.send("POST", "/v1/opportunities/bulk", bulk)
        if self.member.role == "rep":
            assert answer.status_code == 403
            return
        results = answer.json()["results"]
        assert [one["id"] for one in results] == ids
        assert results[0]["problem"] == results[1]["problem"]
        assert results[0]["status"] == 404

    async def by_feed(self) -> None:
        """Read the organization's facts."""
        seen = {str(one) for one in self.house.owners(self.member) or ()}
        feed = await self.reader.read("/v1/events", after=self.chance.randrange(600), limit=100)
        for fact in feed["items"]:
            if fact["subject"].startswith("opportunity/"):
                cells = [fact["data"].get("before"), fact["data"].get("after")]
                assert {cell["owner_id"] for cell in cells if cell} & seen


TRIES: Final = (
    (Thief.by_id, 3),
    (Thief.by_filter, 4),
    (Thief.by_board, 2),
    (Thief.by_customer, 1),
    (Thief.by_anothers_cursor, 2),
    (Thief.by_forged_cursor, 2),
    (Thief.by_command, 4),
    (Thief.by_bulk, 1),
    (Thief.by_feed, 1),
)


@pytest.mark.parametrize(
    "tries",
    [
        pytest.param(120, id="some"),
        pytest.param(5_000, id="many", marks=[pytest.mark.storm, pytest.mark.timeout(3_600)]),
    ],
)
@pytest.mark.parametrize("setting", ["own", "team"])
async def test_none_of_many_tries_shows_what_is_not_to_be_seen(
    house: House, setting: Literal["own", "team"], tries: int
) -> None:
    await house.allow(setting)
    chance = Random(f"{setting} {tries}")  # noqa: S311 - the same tries every time
    ways, often = [way for way, _ in TRIES], [often for _, often in TRIES]
    blind = [one for one in house.crowd.members if house.crowd.hidden(one)]
    done: Counter[str] = Counter()
    for way in chance.choices(ways, often, k=tries):
        member = chance.choice(blind)
        secret = chance.choice(house.crowd.hidden(member))
        await way(Thief(house, member, secret, chance))
        done[way.__name__] += 1
    assert len(done) == len(TRIES)


def forged(cut: str, row: UUID, bound: dict[str, Any]) -> str:
    """Return a cursor that says that its key is cut: the rest is to be looked up by the id."""
    payload = msgspec.msgpack.encode([False, False, row, [cut]])
    plain = msgspec.json.Encoder(order="sorted").encode(bound)
    digest = hashlib.sha256(len(plain).to_bytes(4, "big") + plain + payload).digest()[:12]
    return base64.urlsafe_b64encode(digest + payload).rstrip(b"=").decode()
