"""The one place that puts command-api together."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import asyncpg

from command_api.adapters.log import PostgresLog
from command_api.adapters.log_explainer import LogExplainer
from command_api.application.committer import Committer
from command_api.application.ports import Explainer
from command_api.settings import Settings
from service_runtime.authentication import Authenticator
from service_runtime.caller_directory import PostgresCallerDirectory
from service_runtime.clock import utc_now
from service_runtime.pools import open_pool
from service_runtime.tokens import TokenVerifier
from service_runtime.vault import MasterKey

ROLE: Final = "cohoi_command"
REQUEST_HMAC_LABEL: Final = b"cohoi request hmac 1"
"""What the key of the requests' HMAC is derived for; with another one all kept keys are reused."""

_APPLICATION: Final = "cohoi command-api"
_MIN_CONNECTIONS: Final = 2
_MAX_CONNECTIONS: Final = 12


@dataclass(frozen=True, slots=True)
class CommandSide:
    """What commands need, whichever way they come in."""

    committer: Committer
    explainer: Explainer
    authenticator: Authenticator
    master_key: MasterKey
    log_pool: asyncpg.Pool

    @property
    def request_hmac_key(self) -> bytes:
        """The key by which a retry is told from another request."""
        return self.master_key.derive(REQUEST_HMAC_LABEL)

    async def check_log(self) -> None:
        """Raise where the log's database does not answer."""
        await self.log_pool.fetchval("SELECT 1", timeout=1.0)


@asynccontextmanager
async def open_command_side(settings: Settings) -> AsyncGenerator[CommandSide]:
    """Open the log and what works on it; in the end finish what is under way and close."""
    master_key = MasterKey.from_file(settings.master_key_file)
    tokens = TokenVerifier(settings.jwks)
    pool = await open_pool(
        settings.log_dsn,
        role=ROLE,
        application=_APPLICATION,
        min_size=_MIN_CONNECTIONS,
        max_size=_MAX_CONNECTIONS,
    )
    try:
        log = PostgresLog(pool, master_key)
        committer = Committer(log, utc_now)
        try:
            yield CommandSide(
                committer=committer,
                explainer=build_explainer(pool),
                authenticator=Authenticator(tokens, PostgresCallerDirectory(pool)),
                master_key=master_key,
                log_pool=pool,
            )
        finally:
            await committer.close()
    finally:
        await pool.close()


def build_explainer(log_pool: asyncpg.Pool) -> Explainer:
    """Return who looks up what refusals tell: the one place to exchange it."""
    return LogExplainer(log_pool)
