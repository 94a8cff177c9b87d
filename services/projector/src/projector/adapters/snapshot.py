"""Log and read models of one moment each, for whoever compares the one with the other."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from projector.adapters.log_snapshot import LogSnapshot
from projector.adapters.model_snapshot import ModelSnapshot, hold_current
from projector.adapters.owner import owner_at
from service_runtime.addresses import Addresses
from service_runtime.vault import MasterKey

_APPLICATION: Final = "cohoi verify"


@asynccontextmanager
async def open_snapshots(
    addresses: Addresses, master: MasterKey
) -> AsyncGenerator[tuple[LogSnapshot, ModelSnapshot]]:
    """Hold a moment of the read models open, and then one of the log.

    In this order, because no transaction covers both: the log only grows, so that it has every
    fact that the read models of an earlier moment know, and what it has beyond is not compared.
    """
    async with (
        owner_at(addresses.read, _APPLICATION) as models,
        models.transaction(isolation="repeatable_read", readonly=True),
    ):
        number = await hold_current(models)  # the first statement, which chooses the moment
        async with (
            owner_at(addresses.log, _APPLICATION) as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            log = LogSnapshot(connection, master)
            await log.prove_master_key()
            yield log, ModelSnapshot(models, number)
