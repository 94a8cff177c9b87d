"""A database with a history, and its backup: what a restored installation is made of."""

from urllib.parse import urlsplit

import asyncpg

from service_runtime.ids import new_id
from service_runtime.vault import MasterKey
from support.databases import PostgresCluster
from support.fact_writer import FactWriter
from support.histories import History
from support.projections import MASTER_KEY, tell


class Installation:
    """A database with a history, its backup, and what both say of the topic."""

    def __init__(self, cluster: PostgresCluster, database: str) -> None:
        self._cluster = cluster
        self.database = database
        self.backup = f"backup_{new_id().hex}"
        self.backup_dsn = cluster.dsn(self.backup)

    async def tell(self, database: str, seed: int) -> History:
        """Add a history to a log."""
        connection = await asyncpg.connect(database)
        try:
            return await tell(FactWriter(connection, MasterKey(MASTER_KEY)), seed, 30)
        finally:
            await connection.close()

    def back_up(self) -> str:
        """Copy the database as it is, and return the copy's DSN."""
        return self._cluster.create(self.backup, urlsplit(self.database).path.strip("/"))
