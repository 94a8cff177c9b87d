"""The examples that consumers begin with do what they say, on a real topic."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Final
from uuid import UUID

import asyncpg
import duckdb
import pytest

from service_runtime.kafka_access import KafkaAccess
from support.fact_writer import FactWriter
from support.projections import tell
from support.relays import run_relay, run_relay_with, until_published
from support.state_reader import logged_states

pytestmark = pytest.mark.needs_broker

EXAMPLES: Final = Path(__file__).parents[3] / "shared" / "guard" / "examples"


def _run(example: str, *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own example
        [sys.executable, "-P", str(EXAMPLES / example), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


async def test_the_one_of_aiokafka_goes_on_where_it_stopped(
    writer: FactWriter, database: str, broker: str, topic: str, tmp_path: Path
) -> None:
    file = tmp_path / "facts.db"
    heads: list[int] = []
    async with run_relay(database, broker, topic):
        for seed in (1, 2):
            await tell(writer, seed, 30)
            await until_published(database)
            heads.append(int(_run("consume_aiokafka.py", broker, topic, "0", str(file))))
    with closing(sqlite3.connect(file)) as stored:
        rows = stored.execute("select laneposition, fact from facts order by 1").fetchall()
    assert 0 < heads[0] < heads[1] == len(rows)
    assert [position for position, _ in rows] == list(range(1, len(rows) + 1))
    assert all(json.loads(fact)["specversion"] == "1.0" for _, fact in rows)


async def test_lines_of_the_one_of_confluent_are_loaded_by_duckdb(
    writer: FactWriter,
    connection: asyncpg.Connection,
    database: str,
    broker: str,
    topic: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await tell(writer, 3, 60)
    async with run_relay(database, broker, topic):
        await until_published(database)
    lines = _run("consume_confluent.py", broker, topic, "0")
    (tmp_path / "facts.ndjson").write_text(lines, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    statement = (EXAMPLES / "load_a_day_duckdb.sql").read_text(encoding="utf-8")
    with duckdb.connect() as analyst:
        found = {row[0]: row[1] for row in analyst.execute(statement).fetchall()}
    logged = await connection.fetch("select type, count(*) from log.facts group by type")
    assert found == {row["type"]: row["count"] for row in logged}


async def test_the_sink_of_states_has_a_row_for_each_opportunity_that_stands(
    writer: FactWriter,
    connection: asyncpg.Connection,
    database: str,
    broker: str,
    topic: str,
    tmp_path: Path,
) -> None:
    states = f"{topic}.states"
    file = tmp_path / "states.db"
    access = KafkaAccess(broker, topic, states_topic=states)
    async with run_relay_with(database, access):
        for seed in (4, 5):
            await tell(writer, seed, 80)
            await until_published(database)
            counted = int(_run("keep_states_aiokafka.py", broker, states, "0", str(file)))
    logged = await logged_states(connection)
    with closing(sqlite3.connect(file)) as stored:
        rows = stored.execute(
            "select org, id, version, state from opportunities where state is not null"
        ).fetchall()
    assert counted == len(rows) == len(logged) > 0
    assert {(UUID(org), UUID(one)): version for org, one, version, _ in rows} == {
        one: version for one, (version, _) in logged.items()
    }
    assert all(json.loads(state)["version"] == version for _, _, version, state in rows)
