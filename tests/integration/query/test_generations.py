"""Reads while the read models change under them: another generation, or for a moment none."""

import asyncio
from pathlib import Path

from projector.bootstrap import drop_kept, rebuild
from service_runtime.addresses import Addresses
from service_runtime.pools import open_pool
from service_runtime.read_schema import ReadSchema
from support.office import open_office
from support.projections import key_settings, project_all, until_applied
from support.query_door import QueryDoor
from support.read_rows import ReadRows
from support.rebuilds import unseen

_ROUNDS = 6
_POSITION = "select position from read.applied where org = $1"
_BOTH = "select (select count(*) from read.users), (select position from read.applied)"


async def test_where_no_generation_is_current_reads_ask_for_patience(
    rows: ReadRows, door: QueryDoor
) -> None:
    reader = door.of(rows)
    assert (await reader.ask("/v1/boards")).status_code == 200
    rows.run("create temporary table away as select * from projection.current")
    rows.run("delete from projection.current")
    for path in ("/v1/me", "/v1/boards", "/v1/opportunities"):
        response = await reader.ask(path)
        assert response.status_code == 503, response.text
        assert int(response.headers["Retry-After"]) > 0
    rows.run("insert into projection.current select * from away")
    assert (await reader.ask("/v1/boards")).status_code == 200


async def test_statements_and_snapshots_outlive_flips_and_drops(
    database: str, tmp_path: Path
) -> None:
    settings = key_settings(database, tmp_path)
    over = asyncio.Event()
    async with open_office(database) as office:
        await project_all(database, settings)
        pool = await open_pool(
            database, role="cohoi_query", application="tests", min_size=1, max_size=4
        )

        async def ask(reads: ReadSchema) -> int:
            last = asked = 0
            while not over.is_set():
                position = await reads.fetchval(office.org, _POSITION, office.org)
                assert position >= max(last, 1)
                last, asked = position, asked + 1
            return asked

        async def look(reads: ReadSchema) -> int:
            looked = 0
            while not over.is_set():
                async with reads.snapshot(office.org) as snapshot:
                    first = await snapshot.ask(_BOTH)
                    assert tuple(await snapshot.ask(_BOTH)) == tuple(first)
                looked += 1
            return looked

        async def change() -> None:
            for number in range(_ROUNDS):
                await office.add_user(f"Rep {number}")
                await rebuild(Addresses.one(database), settings.master_key_file, unseen)
                await drop_kept(Addresses.one(database))
            over.set()

        async with pool:
            one, other = ReadSchema(pool), ReadSchema(pool)
            counts = await asyncio.gather(ask(one), ask(other), look(one), look(other), change())
    assert all(count is None or count > _ROUNDS for count in counts)
    await until_applied(database)
