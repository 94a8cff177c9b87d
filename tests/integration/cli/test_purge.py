"""The purge of a database's files: what it writes anew, what it drops, what it says it left."""

from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from cohoi.adapters.database_files import STATISTICS, TABLES, PostgresFiles
from cohoi.application.purging import purge
from service_runtime.addresses import Addresses


@pytest.fixture
def files(database: str) -> PostgresFiles:
    return PostgresFiles(Addresses.one(database))


def erase_somebody(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            "insert into log.erasures (org, subject, erased_at)"
            " values (gen_random_uuid(), 'contact/x', clock_timestamp() - interval '1 hour')"
        )


def nothing(*_: object) -> None:
    pass


class Models:
    """Read models that are folded and dropped elsewhere."""

    def __init__(self, rebuild: Callable[[], None] = nothing, *, still_read: int = 0) -> None:
        self.rebuild = rebuild
        self._still_read = still_read

    def drop_kept(self) -> int:
        return self._still_read


def clock() -> float:
    return 0.0


def test_a_purge_settles_what_was_erased_before_it_began(
    database: str, files: PostgresFiles
) -> None:
    assert (files.pending(), files.oldest_pending_s()) == (0, None)
    erase_somebody(database)
    waited_s = files.oldest_pending_s()
    assert waited_s is not None
    assert waited_s >= 3600

    def rebuild() -> None:
        erase_somebody(database)  # while it runs

    done = purge(files, Models(rebuild), nothing, clock)
    assert (done.erasures, done.left_over) == (1, ())
    assert files.pending() == 2
    assert purge(files, Models(), nothing, clock).erasures == 1
    assert files.pending() == 0


def test_tables_are_other_files_afterwards(database: str, files: PostgresFiles) -> None:
    places = (
        "select array_agg(pg_relation_filepath(n::regclass) order by n) from unnest(%s::text[]) n"
    )
    names = [
        f"{schema}.{table}"
        for tables in (*TABLES.values(), (STATISTICS,))
        for schema, table in tables
    ]
    with psycopg.connect(database, autocommit=True) as connection:
        before = connection.execute(places, [names]).fetchone()
        assert files.rewrite_tables(nothing) == []
        after = connection.execute(places, [names]).fetchone()
    assert before is not None
    assert after is not None
    assert not set(before[0]) & set(after[0])


def test_no_segment_of_the_write_ahead_log_stays(database: str, files: PostgresFiles) -> None:
    word = b"Zyxwvut-purge-me"
    segments = (
        "select coalesce(bool_or("
        "position(%s::bytea in pg_read_binary_file('pg_wal/' || name)) > 0), false)"
        " from pg_ls_waldir() where name ~ '^[0-9A-F]{24}$'"
    )
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("select pg_logical_emit_message(false, 'x', %s)", [word.decode()])
        connection.execute("select pg_switch_wal()")
        assert connection.execute(segments, [word]).fetchone() == (True,)
        assert files.renew_write_ahead_log() == []
        assert connection.execute(segments, [word]).fetchone() == (False,)
        assert connection.execute("show wal_recycle").fetchone() == ("on",)


def test_older_read_models_that_are_still_read_leave_it_pending(
    database: str, files: PostgresFiles
) -> None:
    erase_somebody(database)
    done = purge(files, Models(still_read=1), nothing, clock)
    assert done.erasures == 0
    assert "still read" in done.left_over[0]
    assert files.pending() == 1


def _as(login: str, database: str) -> str:
    """Return the database's address for somebody else."""
    parts = urlsplit(database)
    server = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{login}@{server}"))


def test_whoever_may_not_settles_nothing_and_is_told_what_is_left(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("drop role if exists purge_as_owner")
        connection.execute("create role purge_as_owner login password 'x' in role cohoi_owner")
    try:
        files = PostgresFiles(Addresses.one(_as("purge_as_owner:x", database)))
        erase_somebody(database)
        done = purge(files, Models(), nothing, clock)
    finally:
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("drop role purge_as_owner")
    assert done.erasures == 0
    assert any("pg_statistic" in sentence for sentence in done.left_over)
    assert any("write-ahead log" in sentence for sentence in done.left_over)
    assert PostgresFiles(Addresses.one(database)).pending() > 0
