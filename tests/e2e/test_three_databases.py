"""The product over three databases: the log, the read models and the reports each apart."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import httpx
import psycopg
import pytest

from service_runtime.addresses import SCHEMAS, VARIABLES, Addresses
from service_runtime.ids import new_id
from support.databases import PostgresCluster
from support.deadlines import eventually
from support.product_process import REAL, ProductProcess
from support.running_product import COHOI, Product, wait_for

_DEALS: Final = 30
_PLANT: Final = "update {}.opportunities set title = 'Planted' where title = 'Máy in 7'"


@pytest.fixture(scope="module")
def addresses(postgres_cluster: PostgresCluster) -> Iterator[Addresses]:
    """Give three empty databases; drop them in the end."""
    names = {schema: f"test_{schema}_{new_id().hex}" for schema in SCHEMAS}
    made = {schema: postgres_cluster.create(name) for schema, name in names.items()}
    yield Addresses(made["log"], made["read"], made["reports"])
    for name in names.values():
        postgres_cluster.drop(name)


@pytest.fixture(scope="module")
def house(addresses: Addresses) -> Iterator[Product]:
    """Run the product over them, with its own Valkey beside."""
    folder = Path(tempfile.mkdtemp(prefix="cohoi-three-"))
    folder.chmod(0o755)
    environment = {
        "COHOI_DATA_DIR": str(folder / "data"),
        "COHOI_PORT": "0",
        "COHOI_DEMO": "0",
        **_variables(addresses),
    }
    with ProductProcess(REAL, folder / "data", environment=environment) as process:
        yield Product(process.wait_until_ready(), folder / "data")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def org(house: Product) -> str:
    return house.run("org", "create", "Three Ltd").strip()


@pytest.fixture(scope="module")
def lan(house: Product, org: str) -> Iterator[httpx.Client]:
    """Call as an admin, who has sold some printers."""
    with house.caller(org, "Lan") as client:
        wait_for(client, client.post("/v1/boards", json={"name": "Bán hàng", "statuses": []}))
        customer = wait_for(client, client.post("/v1/customers", json={"name": "An Phát"}))["id"]
        for number in range(_DEALS):
            body = {"title": f"Máy in {number}", "customer_id": customer}
            wait_for(client, client.post("/v1/opportunities", json=body))
        yield client


def test_each_database_has_its_own_schemas_and_their_migrations(
    house: Product, addresses: Addresses
) -> None:
    assert not (house.data_dir / "postgres").exists()
    expected = {
        "log": {"log", "vault"},
        "read": {"projection", _current(addresses)},
        "reports": {"reports"},
    }
    for schema in SCHEMAS:
        recorded = _column(addresses.of(schema), "select distinct schema from cohoi_migrations")
        assert recorded == {"roles", schema}
        made = _column(
            addresses.of(schema),
            "select nspname from pg_namespace where nspname <> 'public' and nspname !~ '^pg_'"
            " and nspname <> 'information_schema'",
        )
        assert made == expected[schema]


def test_to_migrate_again_changes_nothing(house: Product) -> None:
    assert json.loads(house.run("migrate", "--json")) == {"applied": [], "rebuilt": None}


def test_commands_are_read_and_reported(house: Product, lan: httpx.Client) -> None:
    assert lan.get("/v1/opportunities/totals").json()["totals"][0]["count"] == _DEALS
    ordered = lan.post("/v1/reports", json={"kind": "opportunities", "format": "csv"})
    assert ordered.status_code == httpx.codes.ACCEPTED, ordered.text
    report = f"/v1/reports/{ordered.json()['id']}"
    eventually(lambda: lan.get(report).json()["state"] == "done", "the report is done")
    told = lan.get(f"{report}/file").text
    assert all(f"Máy in {number}" in told for number in range(_DEALS))
    (lane,) = json.loads(house.run("lanes", "--json"))
    assert lane["head"] == lane["projected"] > _DEALS
    assert lane["projector"] is not None


def test_an_import_of_the_command_line_finds_what_the_read_models_know(
    house: Product, lan: httpx.Client, org: str, tmp_path: Path
) -> None:
    file = tmp_path / "deals.csv"
    file.write_text("title,customer,amount\nMáy quét,An Phát,1000\n", encoding="utf-8")
    house.run("import", str(file), "--org", org, "--board", "Bán hàng")
    wait_for(lan, lan.post("/v1/customers", json={"name": "Người cuối"}))
    found = lan.get("/v1/customers", params={"q": "An Phát"}).json()["items"]
    assert len(found) == 1


def test_a_planted_difference_is_found_and_a_rebuild_mends_it(
    house: Product, lan: httpx.Client, addresses: Addresses
) -> None:
    assert json.loads(house.run("verify", "--json"))["differences"] == 0
    before = _current(addresses)
    with psycopg.connect(addresses.read, autocommit=True) as connection:
        assert connection.execute(_PLANT.format(before).encode()).rowcount == 1
    (found,) = json.loads(house.run("verify", "--json", code=1))["named"]
    assert (found["table"], found["column"]) == ("read.opportunities", "title")
    rebuilt = json.loads(house.run("rebuild", "--json"))
    assert rebuilt["facts"] > _DEALS
    assert _current(addresses) == f"read_{rebuilt['generation']}" != before
    assert json.loads(house.run("verify", "--json"))["differences"] == 0
    assert "Planted" not in lan.get("/v1/opportunities", params={"limit": 200}).text
    house.run("rebuild", "--rollback")
    assert _current(addresses) == before
    house.run("rebuild")
    assert json.loads(house.run("verify", "--json"))["differences"] == 0


def test_a_purge_goes_through_every_database(
    house: Product, lan: httpx.Client, addresses: Addresses
) -> None:
    person = {"name": "Người Bị Xóa", "person": True}
    customer = wait_for(lan, lan.post("/v1/customers", json=person))["id"]
    wait_for(lan, lan.delete(f"/v1/customers/{customer}", params={"erase": "true"}))
    places = {schema: _statistics_of(addresses.of(schema)) for schema in SCHEMAS}
    assert "1 erasures purged" in house.run("purge", within_s=300)
    for schema in SCHEMAS:
        assert _statistics_of(addresses.of(schema)) != places[schema]
    assert json.loads(house.run("verify", "--json"))["differences"] == 0


def test_psql_opens_the_database_of_the_schema_that_is_asked_for(house: Product) -> None:
    asked = "select to_regnamespace('{}') is not null"
    for schema, name in (("log", "vault"), ("read", "projection"), ("reports", "reports")):
        said = house.run("psql", "--schema", schema, "--", "-Atc", asked.format(name))
        assert said.strip() == "t"


def test_a_database_that_is_not_named_or_not_there_is_told_by_its_variable(
    addresses: Addresses, tmp_path: Path
) -> None:
    named = _variables(addresses)
    missing = {name: dsn for name, dsn in named.items() if name != VARIABLES["reports"]}
    assert _said(tmp_path, "migrate", missing) == (
        "cohoi: COHOI_REPORTS_DSN must be set too, or DATABASE_URL for all that have no "
        "database of their own.\n"
    )
    away = "postgresql://somebody:secret@127.0.0.1:9/nowhere"
    with closing(psycopg.connect(addresses.log)):  # the others are there
        said = _said(tmp_path, "verify", {**missing, VARIABLES["read"]: away, "DATABASE_URL": away})
    assert "127.0.0.1:9/nowhere" in said
    assert "COHOI_READ_DSN" in said
    assert "secret" not in said


def _said(folder: Path, command: str, variables: dict[str, str]) -> str:
    """Run a command that is to be refused; return what it says of it."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}  # noqa: TID251 - a shell's
    done = subprocess.run(  # noqa: S603 - our own command line
        [COHOI, command, "--data-dir", str(folder)],
        env={**kept, **variables},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    return done.stderr


def _variables(addresses: Addresses) -> dict[str, str]:
    return {VARIABLES[schema]: addresses.of(schema) for schema in SCHEMAS}


def _current(addresses: Addresses) -> str:
    (number,) = _column(addresses.read, "select 'read_' || number from projection.current")
    return number


def _statistics_of(dsn: str) -> set[str]:
    return _column(dsn, "select pg_relation_filepath('pg_catalog.pg_statistic')")


def _column(dsn: str, statement: str) -> set[str]:
    with psycopg.connect(dsn, autocommit=True, connect_timeout=10) as connection:
        return {row[0] for row in connection.execute(statement.encode()).fetchall()}
