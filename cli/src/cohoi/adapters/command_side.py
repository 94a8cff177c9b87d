"""The command side of the running product, opened for one command of the command line."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from cohoi.application.refusal import Refused
from cohoi.application.running import Running
from command_api.adapters.registry import Registry
from command_api.application.administration import Administration
from command_api.bootstrap import CommandSide, open_command_side
from command_api.settings import Settings
from service_runtime.key_sets import KeySetUnusable
from service_runtime.pools import DatabaseUnreachable
from service_runtime.vault import MasterKeyUnusable


@dataclass(frozen=True)
class Counter:
    """Where a command of the command line is served."""

    side: CommandSide
    registry: Registry
    administration: Administration


@asynccontextmanager
async def open_counter(running: Running) -> AsyncGenerator[Counter]:
    """Open the command side beside the running product; what is missing is one sentence."""
    settings = Settings(
        log_dsn=running.addresses.log,
        read_dsn=running.addresses.read,
        master_key_file=running.master_key_file,
        jwks=running.jwks,
    )
    try:
        async with open_command_side(settings) as side:
            registry = Registry(side.log_pool, side.master_key)
            yield Counter(side, registry, Administration(side.committer, registry))
    except (DatabaseUnreachable, MasterKeyUnusable, KeySetUnusable) as missing:
        raise Refused(str(missing)) from missing
