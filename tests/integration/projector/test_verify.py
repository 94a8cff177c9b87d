"""Whatever is damaged, verify names it."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from projector.application.projection import Pace
from projector.domain.differences import SHOWN
from projector.settings import Settings
from service_runtime.ids import new_id
from service_runtime.vault import MasterKey
from support.databases import PostgresCluster
from support.fact_writer import FactWriter
from support.generations import ReadConnection, connect_to_reads
from support.projections import (
    MASTER_KEY,
    Story,
    Verify,
    key_settings,
    project_all,
    running_projector,
    tell,
    verified_in,
)


@dataclass(frozen=True)
class Damage:
    """What is done to a sound database, and where verify must name it: (table, column)."""

    name: str
    statement: str
    table: str
    column: str


DAMAGES = [
    # facts
    Damage(
        "a changed byte",
        "update log.facts set bytes = set_byte(bytes, 40, get_byte(bytes, 40) # 1)"
        " where lane_position = 9",
        "log.facts",
        "hash",
    ),
    Damage(
        "a changed byte under a hash that was made anew",
        "with changed as (select lane_position as place, replace(convert_from(bytes, 'UTF8'),"
        ' \'"client":"cli"\', \'"client":"web"\')::bytea as bytes, prev_hash'
        " from log.facts where lane_position = 9)"
        " update log.facts f set bytes = c.bytes, hash = sha256(c.prev_hash || c.bytes)"
        " from changed c where c.place = f.lane_position",
        "log.facts",
        "prev_hash",
    ),
    Damage(
        "a removed fact", "delete from log.facts where lane_position = 30", "log.facts", "version"
    ),
    Damage(
        "a removed last fact",
        "delete from log.facts where lane_position = (select head from log.lanes)",
        "log.lanes",
        "head",
    ),
    Damage(
        "two facts that changed places in the lane",
        "update log.facts set lane_position = case lane_position when 20 then -21 else -20 end"
        " where lane_position in (20, 21);"
        " update log.facts set lane_position = - lane_position where lane_position < 0",
        "log.facts",
        "position",
    ),
    Damage(
        "two facts that changed places in their organization",
        "update log.facts set position = case position when 20 then -21 else -20 end"
        " where position in (20, 21); update log.facts set position = - position"
        " where position < 0",
        "log.facts",
        "position",
    ),
    Damage(
        "a gap behind the last position",
        "update log.organizations set head = head + 1",
        "log.organizations",
        "head",
    ),
    Damage(
        "a gap behind the last lane position",
        "update log.lanes set head = head + 1",
        "log.lanes",
        "head",
    ),
    Damage(
        "a changed hash",
        "update log.facts set hash = sha256('x') where lane_position = 12",
        "log.facts",
        "hash",
    ),
    Damage(
        "a chain that was cut",
        "update log.facts set prev_hash = sha256('x'), hash = sha256(sha256('x') || bytes)"
        " where lane_position = 40",
        "log.facts",
        "prev_hash",
    ),
    Damage(
        "a clock that went back",
        "update log.facts set recorded_at = recorded_at - interval '1 day',"
        " occurred_at = occurred_at - interval '1 day' where lane_position = 44",
        "log.facts",
        "recorded_at",
    ),
    Damage(
        "a business time that is not in the bytes",
        "update log.facts set occurred_at = occurred_at - interval '3 years'"
        " where lane_position = 1",
        "log.facts",
        "occurred_at",
    ),
    Damage(
        "another type in the column",
        "update log.facts set type = 'team_added.v1' where lane_position = 1",
        "log.facts",
        "type",
    ),
    Damage(
        "another event id",
        "update log.facts set event_id = gen_random_uuid() where lane_position = 5",
        "log.facts",
        "event_id",
    ),
    Damage(
        "a fact in a lane that there is not",
        "update log.facts set lane = 7 where lane_position = (select head from log.lanes)",
        "log.facts",
        "count",
    ),
    # decision state
    Damage(
        "a wrong decision state",
        "update log.streams set state = state || ' '::bytea where kind = 'board'",
        "log.streams",
        "state",
    ),
    Damage(
        "an opportunity that stands elsewhere",
        "update log.streams set status_id = gen_random_uuid() where status_id is not null",
        "log.streams",
        "status_id",
    ),
    Damage(
        "a version of decision state",
        "update log.streams set version = version + 1 where kind = 'user'",
        "log.streams",
        "version",
    ),
    Damage(
        "a missing decision state",
        "delete from log.streams where kind = 'organization'",
        "log.streams",
        "*",
    ),
    Damage(
        "a decision state of nothing",
        "insert into log.streams (org, kind, id, version, hash, created_at, occurred_at,"
        " recorded_at, last_actor, state) select org, kind, gen_random_uuid(), version, hash,"
        " created_at, occurred_at, recorded_at, last_actor, state from log.streams limit 1",
        "log.streams",
        "*",
    ),
    # read models
    Damage("a wrong total", "update read.totals set count = count + 1", "read.totals", "count"),
    Damage(
        "a wrong sum of one owner",
        "update read.owner_totals set weighted_annual = weighted_annual - 1",
        "read.owner_totals",
        "weighted_annual",
    ),
    Damage(
        "a missing row",
        "delete from read.opportunities where id in (select id from read.opportunities limit 1)",
        "read.opportunities",
        "*",
    ),
    Damage(
        "an extra row",
        "insert into read.teams (org, id, version, name, name_key)"
        " values (gen_random_uuid(), gen_random_uuid(), 1, 'x', 'x')",
        "read.teams",
        "*",
    ),
    Damage(
        "a changed title",
        "update read.opportunities set title = title || '!'",
        "read.opportunities",
        "title",
    ),
    Damage(
        "other words to be found by",
        "update read.customers set words = array_to_tsvector(array['x'])",
        "read.customers",
        "words",
    ),
    Damage(
        "a changed cell of an old version",
        "update read.opportunity_versions set amount_minor = 17"
        " where version = 1 and to_position is not null",
        "read.opportunity_versions",
        "amount_minor",
    ),
    Damage(
        "an interval of positions that ends too early",
        "update read.opportunity_versions set to_position = to_position - 1"
        " where version = 1 and to_position is not null",
        "read.opportunity_versions",
        "to_position",
    ),
    Damage(
        "an interval of time that begins too late",
        "update read.opportunity_versions set from_time = from_time + interval '1 second'"
        " where version = 2",
        "read.opportunity_versions",
        "from_time",
    ),
    Damage(
        "a missing version",
        "delete from read.opportunity_versions where version = 1",
        "read.opportunity_versions",
        "*",
    ),
    Damage(
        "a version that never was",
        "insert into read.user_versions (org, id, version, from_position, from_time, name_key,"
        " role, active) select org, id, 99, from_position, from_time, name_key, role, active"
        " from read.user_versions limit 1",
        "read.user_versions",
        "*",
    ),
    Damage(
        "another name in an old version of a customer",
        "update read.customer_versions set name = 'x'",
        "read.customer_versions",
        "name",
    ),
    Damage(
        "another status in an old version of a board",
        "update read.board_versions set statuses = statuses - 0",
        "read.board_versions",
        "statuses",
    ),
    Damage(
        "statuses in another order",
        'update read.statuses set "index" = 5 - "index"',
        "read.statuses",
        "index",
    ),
    Damage("another board", "update read.boards set name = 'x'", "read.boards", "name"),
    Damage(
        "a contact's place",
        "update read.contacts set ordinal = ordinal + 1",
        "read.contacts",
        "ordinal",
    ),
    Damage("a user's role", "update read.users set role = 'admin'", "read.users", "role"),
    Damage(
        "an organization's currency",
        "update read.organizations set currency = 'EUR'",
        "read.organizations",
        "currency",
    ),
    Damage(
        "a count of erasures",
        "insert into read.erasures (org, count) select org, 1 from read.organizations"
        " on conflict (org) do update set count = read.erasures.count + 1",
        "read.erasures",
        "count",
    ),
    Damage(
        "an organization that is said to be further than it is",
        'update read.applied set "position" = "position" + 1',
        "read.applied",
        "position",
    ),
    Damage(
        "a checkpoint beyond the log",
        "update projection.checkpoints set lane_position = lane_position + 1",
        "projection.checkpoints",
        "lane_position",
    ),
    Damage(
        "a checkpoint behind what is applied",
        "update projection.checkpoints set lane_position = lane_position - 1",
        "read.applied",
        "position",
    ),
]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def projected_template(
    postgres_cluster: PostgresCluster,
    database_template: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncGenerator[str]:
    """Give a database with a history that is projected, and sound."""
    name = f"test_{new_id().hex}"
    database = postgres_cluster.create(name, database_template)
    settings = key_settings(database, tmp_path_factory.mktemp("key"))
    connection = await connect_to_reads(database)
    await tell(FactWriter(connection, MasterKey(MASTER_KEY)), 21, 90)
    await connection.close()
    await project_all(database, settings)
    assert (await verified_in(settings)).differences == ()
    yield name
    postgres_cluster.drop(name)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
async def test_verify_names_the_damage(
    projected_template: str, postgres_cluster: PostgresCluster, tmp_path: Path, damage: Damage
) -> None:
    name = f"test_{new_id().hex}"
    settings = key_settings(postgres_cluster.create(name, projected_template), tmp_path)
    try:
        connection = await connect_to_reads(settings.log_dsn)
        async with connection.transaction():
            # as nobody but a superuser can: without the triggers that guard the facts
            await connection.execute("set local session_replication_role = replica")
            await connection.execute(damage.statement)
        await connection.close()
        found = await verified_in(settings)
    finally:
        postgres_cluster.drop(name)
    places = {(difference.table, difference.column) for difference in found.differences}
    assert (damage.table, damage.column) in places


async def test_a_sound_database_has_no_difference_in_any_state_of_progress(
    database: str, settings: Settings, story: Story, verified: Verify
) -> None:
    assert (await verified()).differences == ()
    await story(22, 60)
    behind = await verified()
    assert behind.differences == ()
    assert behind.facts > 60
    await project_all(database, settings)
    assert (await verified()).differences == ()
    await story(23, 60)
    assert (await verified()).differences == ()


async def test_many_differences_are_all_counted_and_the_first_hundred_named(
    database: str,
    settings: Settings,
    story: Story,
    connection: ReadConnection,
    verified: Verify,
) -> None:
    await story(24, 300)
    await project_all(database, settings)
    await connection.execute("update read.opportunity_versions set period = 'weekly'")
    versions = await connection.fetchval("select count(*) from read.opportunity_versions")
    found = await verified()
    assert found.count == versions
    assert len(found.differences) == SHOWN


async def test_what_is_personal_is_never_printed(
    database: str,
    settings: Settings,
    story: Story,
    connection: ReadConnection,
    verified: Verify,
) -> None:
    await story(25, 60)
    await project_all(database, settings)
    await connection.execute("update read.users set name = 'Lan', email = 'lan@example.com'")
    await connection.execute("update read.contacts set phone = '0912 345 678'")
    await connection.execute("update read.opportunities set note = 'gọi Lan'")
    found = await verified()
    assert {d.column for d in found.differences} >= {"name", "email", "phone", "note"}
    assert {d.stored for d in found.differences} == {"[personal]"}
    assert {d.expected for d in found.differences} == {"[personal]"}


async def test_verify_beside_a_projector_at_work_sees_one_moment(
    settings: Settings, story: Story, verified: Verify
) -> None:
    await story(26, 600)
    async with running_projector(settings, Pace(batch_facts=25)):
        seen = [await verified() for _ in range(4)]
    assert [found.differences for found in seen] == [()] * 4
