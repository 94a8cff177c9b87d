"""The log with the keys that open what it says of people."""

from collections.abc import Collection
from uuid import UUID

from projector.adapters.connection import Connection
from projector.adapters.keyrings import Vault
from projector.adapters.log_tables import LogTables
from projector.domain.personal import Keyring
from service_runtime.vault import MasterKey


class LogSnapshot(LogTables):
    """Reads the log's tables and the vault on one connection of the owner."""

    def __init__(self, connection: Connection, master: MasterKey) -> None:
        super().__init__(connection)
        self._vault = Vault(connection, master)

    async def prove_master_key(self) -> None:
        """Raise WrongMasterKey where the log is sealed under another one."""
        await self._vault.prove_master_key()

    async def load(self, keys: Collection[UUID]) -> Keyring:
        """Return a keyring with those of the keys that exist."""
        return await self._vault.load(keys)
