"""A projection added or changed replays history: a generation of the new definition, online."""

import asyncio
from dataclasses import replace

import asyncpg
import pytest

from projector.adapters.definition import Definition, present_definition
from projector.application.changeover import NothingKeptError
from projector.application.projection import Pace
from projector.bootstrap import rebuild, roll_back, settle_generation, verify
from projector.settings import Settings
from service_runtime.addresses import Addresses
from service_runtime.read_schema import ReadModelsMissing
from support.generations import ReadConnection
from support.projections import Story, project_all, running_projector, until_applied
from support.rebuilds import generations, unseen

# One column more, and one table more that the versions feed: what one adds is SQL, or the fold.
ADDED = """
alter table {schema}.opportunities
    add column title_length integer generated always as (char_length(title)) stored;
create table {schema}.daily_changes (
    org uuid not null,
    day date not null,
    changes bigint not null,
    primary key (org, day)
);
create function {schema}.count_change() returns trigger language plpgsql as $$
begin
    insert into {schema}.daily_changes as known
    values (new.org, (new.from_time at time zone 'UTC')::date, 1)
    on conflict (org, day) do update set changes = known.changes + 1;
    return null;
end
$$;
create trigger count_change after insert on {schema}.opportunity_versions
    for each row execute function {schema}.count_change();
grant select, insert, update on {schema}.daily_changes to cohoi_projector;
grant select on {schema}.daily_changes to cohoi_query;
"""
BY_THE_LOG = """
    select org, (coalesce(occurred_at, recorded_at) at time zone 'UTC')::date as day,
        count(*) as changes
    from log.facts where stream_kind = 'opportunity' group by 1, 2 order by 1, 2
"""
BY_THE_MODEL = "select org, day, changes from read.daily_changes order by org, day"


@pytest.fixture
def changed() -> Definition:
    present = present_definition()
    return replace(present, text=f"{present.text}{ADDED}")


async def test_an_added_projection_replays_the_history_and_goes_on_with_what_comes(
    database: str,
    settings: Settings,
    story: Story,
    connection: ReadConnection,
    changed: Definition,
) -> None:
    await story(71, 200)
    key_file = settings.master_key_file
    async with running_projector(settings, Pace(first_backoff_s=0.05, standby_interval_s=0.05)):
        await until_applied(database)
        done = await settle_generation(
            Addresses.one(database), key_file, unseen, definition=changed
        )
        assert done is not None
        assert (done.generation, done.facts) == (2, await _count_facts(connection))
        await story(72, 100)
        await until_applied(database)
    assert await connection.fetch(BY_THE_MODEL) == await connection.fetch(BY_THE_LOG) != []
    odd = "select count(*) from read.opportunities where title_length <> char_length(title)"
    assert await connection.fetchval(odd) == 0
    assert (
        await settle_generation(Addresses.one(database), key_file, unseen, definition=changed)
        is None
    )


async def _count_facts(connection: asyncpg.Connection) -> int:
    return await connection.fetchval("select count(*) from log.facts") or 0


async def test_an_added_projection_on_an_empty_log_needs_no_history_and_no_key(
    database: str, settings: Settings, connection: ReadConnection, changed: Definition
) -> None:
    nowhere = settings.master_key_file.with_name("no.key")
    assert (
        await settle_generation(Addresses.one(database), nowhere, unseen, definition=changed)
        is None
    )
    assert await generations(connection) == {2: "current"}
    assert await connection.fetch(BY_THE_MODEL) == []


async def test_several_that_settle_at_once_make_one_generation(
    database: str, settings: Settings, story: Story, connection: ReadConnection, changed: Definition
) -> None:
    await story(73, 60)
    key_file = settings.master_key_file
    done = await asyncio.gather(
        *(
            settle_generation(Addresses.one(database), key_file, unseen, definition=changed)
            for _ in range(3)
        )
    )
    assert sorted(one.generation for one in done if one is not None) == [2]
    assert await generations(connection) == {1: "kept", 2: "current"}


async def test_another_fold_is_another_definition_and_a_comment_is_not() -> None:
    present = present_definition()
    refolded = replace(present, fold_revision=present.fold_revision + 1)
    commented = replace(present, text=f"-- a word more\n{present.text}\n-- and another\n")
    assert refolded.fingerprint != present.fingerprint == commented.fingerprint


async def test_what_another_program_made_is_neither_verified_nor_rolled_back_to(
    database: str, settings: Settings, story: Story, changed: Definition
) -> None:
    await story(74, 30)
    await project_all(database, settings)
    await rebuild(Addresses.one(database), settings.master_key_file, unseen, definition=changed)
    with pytest.raises(ReadModelsMissing, match="cohoi migrate"):
        await verify(Addresses.one(database), settings.master_key_file, unseen)
    await roll_back(Addresses.one(database), settings.master_key_file)  # to what this program made
    assert (await verify(Addresses.one(database), settings.master_key_file, unseen)).count == 0
    with pytest.raises(NothingKeptError, match="the release that made it"):
        await roll_back(Addresses.one(database), settings.master_key_file)


async def test_a_definition_that_fails_leaves_the_current_one(
    database: str, settings: Settings, story: Story, connection: ReadConnection
) -> None:
    await story(75, 30)
    await project_all(database, settings)
    present = present_definition()
    broken = replace(present, text=f"{present.text} create table {{schema}}.applied (oops int);")
    with pytest.raises(asyncpg.DuplicateTableError):
        await rebuild(Addresses.one(database), settings.master_key_file, unseen, definition=broken)
    assert await generations(connection) == {1: "current"}
