"""The one place where the command line puts the services' parts together."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from cohoi.adapters.account import postgres_account
from cohoi.adapters.child_plans import one_off_plans, postgres_plan, redis_plan, service_plan
from cohoi.adapters.child_process import DIES_WITH_PARENT
from cohoi.adapters.console import Console
from cohoi.adapters.data_directory import is_locked, sentences_for
from cohoi.adapters.examination import (
    examine_account,
    examine_directory,
    examine_keys,
    examine_machine,
    examine_postgres,
    examine_redis,
    examine_running,
    examine_sockets,
)
from cohoi.adapters.installation_keys import (
    InstallationKeys,
    installation_keys,
    make_missing_keys,
)
from cohoi.adapters.postgres_binaries import find_postgres_binaries
from cohoi.adapters.postgres_home import (
    PostgresHome,
    postgres_home,
    postgres_server,
    settle_postgres_home,
)
from cohoi.adapters.postgres_leftover import end_leftover_postgres
from cohoi.adapters.postgres_server import PostgresServer
from cohoi.adapters.redis_binaries import choose_redis_binary, find_redis_binaries
from cohoi.adapters.redis_server import RedisServer, celery_broker_url, redis_server
from cohoi.adapters.run_record import RunRecord, read_run_record
from cohoi.adapters.socket_directory import socket_directory
from cohoi.adapters.stores import refuse_unusable_database, refuse_unusable_redis
from cohoi.adapters.supervisor import ChildPlan, Supervisor
from cohoi.adapters.watchdog import Watchdog
from cohoi.adapters.web_port import HOST, claim_port, is_web_ready
from cohoi.application.launch import WEB, Cast
from cohoi.application.refusal import Refused
from cohoi.application.running import Running, not_running, unnamed
from cohoi.application.services import Service
from cohoi.domain.finding import Finding
from cohoi.settings import Settings, inherited_environment
from command_api.bootstrap import settle_lanes
from projector.application.rebuilding import Rebuilt
from projector.bootstrap import settle_generation
from service_runtime.addresses import SCHEMAS, VARIABLES, Addresses, Schema
from service_runtime.metrics_socket import SUFFIX
from service_runtime.migrations import Migrations, check, migrate

_PACKAGES: Final[Mapping[Schema, str]] = {
    "log": "command_api",
    "read": "projector",
    "reports": "report_worker",
}
_DEMO_SETTLED = "demo.settled"  # from then on this directory gets no demo data
_DEMO_MADE = "made"
_LONGEST_PEER = f"reports-slow{SUFFIX}"


def schema_migrations(schemas: Sequence[Schema] = SCHEMAS) -> list[Migrations]:
    """Return the migrations of some schemas; none of them touches another one's."""
    return [
        Migrations(
            schema, resources.files(_PACKAGES[schema]).joinpath("adapters").joinpath("migrations")
        )
        for schema in schemas
    ]


async def check_schemas(addresses: Addresses, schemas: Sequence[Schema] = SCHEMAS) -> None:
    """Raise MigrationsPending where a database lacks a migration of the schemas it has."""
    for dsn, there in addresses.databases(schemas).items():
        await check(dsn, schema_migrations(there))


async def bring_up_to_date(
    addresses: Addresses,
    master_key_file: Path,
    progress: Callable[[int, int], None],
    *,
    lanes: int | None = None,
) -> tuple[list[str], Rebuilt | None]:
    """Apply missing migrations, and replay history where read models are defined otherwise now.

    Return the migrations' names, and what was rebuilt. The key is needed where there are facts.
    A number of lanes is settled before the first organization; raises Refused where it is too
    late for another one.
    """
    applied: list[str] = []
    for dsn, there in addresses.databases().items():
        applied += await migrate(dsn, schema_migrations(there))
    if lanes is not None and (settled := await settle_lanes(addresses.log, lanes)) != lanes:
        raise Refused(
            f"COHOI_LANES is {lanes}, and the log has {settled}: organizations live in their lanes "
            "for ever, so that the number is chosen with the first start. Unset it."
        )
    return applied, await settle_generation(addresses, master_key_file, progress)


@dataclass(frozen=True)
class Stack:
    """Everything that `cohoi up` needs to run: who, how, and how others find it."""

    supervisor: Supervisor
    cast: Cast
    record: RunRecord
    directory: Path

    @property
    def has_demo(self) -> bool:
        """Whether the demo data were made here, now or earlier."""
        settled = self.directory / _DEMO_SETTLED
        return settled.exists() and settled.read_text(encoding="utf-8").strip() == _DEMO_MADE

    def settle_demo(self, *, made: bool) -> None:
        """Note that the demo data are made, or were not wanted."""
        settled = self.directory / _DEMO_SETTLED
        if made or not settled.exists():
            settled.write_text(f"{_DEMO_MADE if made else 'not wanted'}\n", encoding="utf-8")


def build_stack(
    settings: Settings, services: Sequence[Service], console: Console, pid: int
) -> Stack:
    """Make what a first start makes, refuse what cannot work, and return the stack.

    Only for the holder of the data directory's lock.
    """
    directory = settings.directory
    port = claim_port(settings.port)
    keys = _keys(settings)
    with sentences_for(directory):
        make_missing_keys(keys, directory, has_data=_has_data(settings))
        postgres = _postgres(settings)
        redis = _redis(settings)
    addresses = addresses_of(settings, Addresses.one(postgres.dsn()) if postgres else None)
    redis_url = redis.url if redis else str(settings.redis_url)
    peers = socket_directory(directory / "metrics.socket", _LONGEST_PEER, settings.temporary)
    environment = {
        **_service_environment(settings, keys, port, addresses, redis_url),
        **_kafka_environment(settings),
    }
    plans = [
        *([postgres_plan(postgres)] if postgres else []),
        *([redis_plan(redis)] if redis else []),
        *one_off_plans(environment, directory),
        *(_service_plan(service, environment, directory, port, peers) for service in services),
    ]
    return Stack(
        supervisor=_supervisor(plans, directory, console),
        cast=Cast(
            embedded_postgres=postgres is not None,
            embedded_redis=redis is not None,
            services=[service.name for service in services],
            demo=settings.demo and not (directory / _DEMO_SETTLED).exists(),
        ),
        record=RunRecord(
            pid=pid,
            address=f"http://{HOST}:{port}",
            port=port,
            dsn=addresses.log,
            read_dsn=addresses.read,
            reports_dsn=addresses.reports,
            redis_url=redis_url,
            postgres_bindir=str(postgres.binaries.directory) if postgres else None,
        ),
        directory=directory,
    )


def find_running(settings: Settings) -> Running:
    """Return the product of the data directory, or the databases that variables name.

    What a variable names goes before what runs. Raises the one clear sentence where there is
    neither.
    """
    directory = settings.directory
    with sentences_for(directory):
        record = read_run_record(directory) if is_locked(directory) else None
    if record is None and not settings.named_databases:
        raise not_running(directory)
    keys = _keys(settings)
    bindir = record.postgres_bindir if record else None
    return Running(
        data_dir=directory,
        addresses=addresses_of(settings, record.addresses if record else None),
        redis_url=settings.redis_url or (record.redis_url if record else None),
        address=record.address if record else None,
        postgres_bindir=Path(bindir) if bindir else None,
        master_key_file=keys.master_key,
        jwks=keys.key_set,
        signing_key=keys.signing_key,
    )


def addresses_of(settings: Settings, others: Addresses | None = None) -> Addresses:
    """Return where the databases are: each by its variable, else by DATABASE_URL, else as `others`.

    Raises the sentence that names what is missing.
    """
    named = settings.named_databases
    found = {schema: one.dsn for schema, one in named.items()}
    if others is None and (missing := [VARIABLES[one] for one in SCHEMAS if one not in found]):
        raise unnamed(missing)
    if others is not None:
        found = {schema: others.of(schema) for schema in SCHEMAS} | found
    return Addresses(log=found["log"], read=found["read"], reports=found["reports"])


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything that `cohoi up` needs, and change nothing."""
    directory = settings.directory
    home = postgres_home(directory, sudo_uid=settings.sudo_uid)
    if home is None:
        account = postgres_account(directory / "postgres", settings.sudo_uid)
        home = PostgresHome(directory, account)
    yield from examine_machine()
    yield from examine_account(home, directory)
    yield from examine_postgres(find_postgres_binaries(), home, _elsewhere(settings))
    yield from examine_redis(find_redis_binaries(), settings.redis_url)
    yield from examine_directory(directory)
    yield from examine_sockets(home.directory, settings.temporary)
    yield from examine_keys(_keys(settings))
    yield from examine_running(directory, read_run_record(directory), settings.port)


def _elsewhere(settings: Settings) -> str | None:
    """Return the variables that name all databases; None where a server of our own is needed."""
    named = settings.named_databases
    if len(named) < len(SCHEMAS):
        return None
    return ", ".join(dict.fromkeys(one.variable for one in named.values()))


def _supervisor(plans: Sequence[ChildPlan], directory: Path, console: Console) -> Supervisor:
    return Supervisor(
        {plan.name: plan for plan in plans},
        logs=directory / "logs",
        console=console,
        watchdog=None if DIES_WITH_PARENT else Watchdog.start(),
    )


def _keys(settings: Settings) -> InstallationKeys:
    return installation_keys(
        settings.directory, master_key=settings.master_key_file, key_set=settings.jwks
    )


def _has_data(settings: Settings) -> bool:
    directory = settings.directory
    home = postgres_home(directory, sudo_uid=settings.sudo_uid)
    return (directory / _DEMO_SETTLED).exists() or (home is not None and home.cluster.exists())


def _postgres(settings: Settings) -> PostgresServer | None:
    """Return our own server, its cluster made and free, or None where another one is named."""
    named = settings.named_databases
    for dsn, variable in {one.dsn: one.variable for one in named.values()}.items():
        refuse_unusable_database(dsn, variable)
    if len(named) == len(SCHEMAS):
        return None
    home = settle_postgres_home(settings.directory, sudo_uid=settings.sudo_uid)
    server = postgres_server(home, find_postgres_binaries(), settings.temporary)
    server.make_cluster()
    end_leftover_postgres(server.cluster)
    return server


def _redis(settings: Settings) -> RedisServer | None:
    if settings.redis_url is not None:
        refuse_unusable_redis(settings.redis_url)
        return None
    binary = choose_redis_binary(find_redis_binaries())
    return redis_server(settings.directory, binary, settings.temporary)


def _service_plan(
    service: Service, environment: dict[str, str], directory: Path, port: int, peers: Path
) -> ChildPlan:
    """Return how a service is run: the web asks its neighbours for their numbers."""
    if service.name == WEB:
        own = {"COHOI_METRICS_PEERS": str(peers)}
        return service_plan(service, environment | own, directory, ready=lambda: is_web_ready(port))
    own = {"COHOI_METRICS_LISTEN": str(peers / f"{service.name}{SUFFIX}")}
    return service_plan(service, environment | own, directory, ready=None)


def _kafka_environment(settings: Settings) -> dict[str, str]:
    """Return what relay and projector read; nothing where no Kafka is named."""
    if settings.kafka_bootstrap is None:
        return {}
    return {
        "COHOI_KAFKA_BOOTSTRAP": settings.kafka_bootstrap,
        "COHOI_KAFKA_TOPIC": settings.kafka_topic,
        "COHOI_KAFKA_STATES_TOPIC": settings.kafka_states_topic or "",
    }


def _service_environment(
    settings: Settings, keys: InstallationKeys, port: int, addresses: Addresses, redis_url: str
) -> dict[str, str]:
    """Return what services read: three databases by name, which may be one."""
    directory = settings.directory
    return {
        **inherited_environment(),
        "COHOI_LOG_DSN": addresses.log,
        "COHOI_READ_DSN": addresses.read,
        "COHOI_REPORTS_DSN": addresses.reports,
        "COHOI_REDIS_URL": celery_broker_url(redis_url),
        "COHOI_MASTER_KEY_FILE": str(keys.master_key),
        "COHOI_JWKS": str(keys.key_set),
        "COHOI_REPORTS_DIR": str(directory / "reports"),
        "COHOI_PORT": str(port),
        "COHOI_DATA_DIR": str(directory),
        "PYTHONUNBUFFERED": "1",
        "TZ": "UTC",
    }
