"""A database of a million opportunities with five facts each, made once and kept for all parts."""

import asyncio
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import psycopg

from cohoi_bench.bench_room import Room
from cohoi_bench.facts_in_bulk import Shape, write_in_bulk
from cohoi_bench.stage import Office, Stage, fresh_stage
from projector.bootstrap import rebuild
from service_runtime.addresses import Addresses

_FACTS_EACH: Final = 5
_SHARES: Final = 5
"""Of five opportunities, four stand on the first board and one on the second."""
_EACH: Final = 200
"""So many opportunities a customer has."""


@dataclass(frozen=True)
class Large:
    """The stage, and who is in it."""

    stage: Stage
    office: Office


def large_stage(room: Room, opportunities: int, facts_each: int = _FACTS_EACH) -> Large:
    """Return the database of that size: the one that an earlier part made, else a new one."""
    name = f"bench_large_{opportunities}_{facts_each}"
    noted = Path(room.directory) / f"{name}.json"
    if noted.exists() and room.cluster.exists(name):
        office = msgspec.json.decode(noted.read_bytes(), type=Office)
        return Large(Stage(room.cluster, name, room.directory), office)
    noted.unlink(missing_ok=True)
    stage = fresh_stage(room.cluster, room.directory, name)
    office = asyncio.run(stage.open_office())
    first, second = office.boards
    boards = (*(first for _ in range(_SHARES - 1)), second)
    began = time.monotonic()
    customers = asyncio.run(stage.add_customers(office, opportunities // _EACH + 1))
    shape = Shape(opportunities, facts_each, boards, customers)
    asyncio.run(write_in_bulk(stage.dsn, office, shape))
    _say(f"{opportunities * facts_each} facts written", began)
    began = time.monotonic()
    asyncio.run(rebuild(Addresses.one(stage.dsn), stage.keys.master_key, lambda _done, _all: None))
    _say("read models built", began)
    with psycopg.connect(stage.dsn, autocommit=True) as connection:
        connection.execute("vacuum (analyze)")
        connection.execute("checkpoint")
    noted.write_bytes(msgspec.json.encode(office))
    return Large(stage, office)


def read_schema(dsn: str) -> str:
    """Return the schema of the read models that count now."""
    with psycopg.connect(dsn) as connection:
        found = connection.execute("select number from projection.current").fetchone()
    return f"read_{found[0]}" if found else "read"


def _say(what: str, began: float) -> None:
    sys.stderr.write(f"{what} in {time.monotonic() - began:.0f} s\n")
