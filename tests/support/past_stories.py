"""Histories that are dated over months, back-dated imports among them, planted and projected."""

from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID, uuid5

import asyncpg

from opportunity_events import v1
from opportunity_events.codec import CODEC
from opportunity_events.envelope import Recorded, Stream
from opportunity_events.personal import Sealed
from service_runtime.vault import MasterKey
from support.fact_writer import FactWriter
from support.histories import History
from support.past_model import PastModel
from support.past_streams import Moment
from support.planted import Planted
from support.projections import MASTER_KEY, key_settings, project_all
from support.query_door import QueryDoor, Reader, open_query_door

_FIRST_DAY = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
_DAYS = 90
_SLOWEST_RATE = 200
"""Facts a second that even a crowded machine projects."""
_ZONES = ("America/New_York", "Asia/Ho_Chi_Minh", "Pacific/Auckland")
_PAGE = 1000


@dataclass
class PastStory:
    """A planted history: the model of it, a reader who sees all, and chance."""

    org: UUID
    admin: UUID
    model: PastModel
    door: QueryDoor
    reader: Reader
    random: Random

    def positions(self, count: int) -> list[Moment]:
        """Draw positions, the ends among them."""
        drawn = [self.random.randint(1, self.model.head) for _ in range(count)]
        return [Moment(position, None) for position in (0, 1, self.model.head, *drawn)]

    def instants(self, count: int, *, known: bool = False) -> list[Moment]:
        """Draw instants on and beside those of facts; as known at positions, where wanted."""
        moments: list[Moment] = []
        for _ in range(count):
            beside = timedelta(microseconds=self.random.choice([-1, 0, 0, 1]))
            time = self.random.choice(self.model.facts).occurred_at + beside
            position = self.random.randint(1, self.model.head) if known else None
            moments.append(Moment(position, time))
        return moments


@asynccontextmanager
async def told_past(
    database: str, folder: Path, *, seed: int, steps: int
) -> AsyncGenerator[PastStory]:
    """Plant a history of so many steps, project it, and open the door."""
    random = Random(seed)  # noqa: S311 - a test's own
    opened: dict[str, str] = {}
    connection = await asyncpg.connect(database)
    try:
        writer = FactWriter(connection, MasterKey(MASTER_KEY))

        def seal(org: UUID, subject: str, field: str, text: str) -> Sealed:
            sealed = writer.seal(org, subject, field, text)
            opened[sealed.ciphertext] = text
            return sealed

        history = History(random, seal)
        admin = uuid5(history.org, "admin")
        named = seal(history.org, f"user/{admin}", "name", "Lan")
        told = v1.UserAdded(named, None, "admin", None)
        facts = history.facts(steps)
        facts.insert(1, Planted(Stream(history.org, "user", admin), told))
        facts = [*_with_zones(random, history.org, facts)]
        await writer.register(history.org)
        await writer.append_in_groups([*_dated(facts)], size=50 if steps < 5000 else 500)
        recorded = await _recorded(connection, history.org)
    finally:
        await connection.close()
    gone = frozenset(history.erased_keys)

    def open_(sealed: Sealed) -> str | None:
        return None if sealed.key in gone else opened[sealed.ciphertext]

    patience = 60 + steps / _SLOWEST_RATE
    await project_all(database, key_settings(database, folder), within_s=patience)
    async with open_query_door(database, folder, wait_s=5) as door:
        reader = door.as_user(history.org, admin, "admin")
        model = PastModel(recorded, open_)
        yield PastStory(history.org, admin, model, door, reader, random)


def _with_zones(random: Random, org: UUID, facts: list[Planted]) -> Iterator[Planted]:
    """Let the organization move to another time zone now and then, and archive a board."""
    zone = "Asia/Ho_Chi_Minh"
    for place, planted in enumerate(facts):
        yield planted
        if place and place % 400 == 0:
            moved = random.choice(_ZONES)
            change = v1.Change("time_zone", zone, moved)
            zone = moved
            yield Planted(Stream(org, "organization", org), v1.OrganizationEdited((change,)))
    boards = [p.stream for p in facts if p.stream.kind == "board"]
    yield Planted(random.choice(boards), v1.BoardArchived("x"))


def _dated(facts: list[Planted]) -> Iterator[Planted]:
    """Date facts over some months; what an import dated stays where it is, or before now.

    The last tenth is dated by the log.
    """
    last: dict[Stream, datetime] = {}
    step = timedelta(days=_DAYS) / len(facts)
    for place, planted in enumerate(facts):
        now = _FIRST_DAY + place * step
        if place > len(facts) * 0.9:
            yield Planted(planted.stream, planted.data)
            continue
        given = min(planted.occurred_at or now, now)
        at = max(given, last.get(planted.stream, given))
        last[planted.stream] = at
        yield Planted(planted.stream, planted.data, at)


async def _recorded(connection: asyncpg.Connection, org: UUID) -> list[Recorded]:
    """Read an organization's facts back from its log."""
    found: list[Recorded] = []
    while True:
        rows = await connection.fetch(
            "select * from log.organization_facts($1, $2, $3) order by position",
            org,
            len(found),
            _PAGE,
        )
        found += [
            Recorded(
                fact=CODEC.decode(row["bytes"]),
                lane=row["lane"],
                lane_position=row["lane_position"],
                position=row["position"],
                recorded_at=row["recorded_at"],
                occurred_at=row["occurred_at"],
                prev_hash=row["prev_hash"],
                hash=row["hash"],
            )
            for row in rows
        ]
        if not rows:
            return found


def sampled(random: Random, ids: Iterable[UUID], count: int) -> list[UUID]:
    """Draw some ids."""
    listed = sorted(ids)
    return random.sample(listed, min(count, len(listed)))
