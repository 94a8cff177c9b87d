"""Connections that only listen: on one channel, outside of any pool, for as long as they last."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

import asyncpg
import structlog
from prometheus_client import Gauge

from service_runtime.metrics import REGISTRY
from service_runtime.pools import server_settings

_TIMEOUT_S: Final = 5
LISTEN_AGAIN_S: Final = 30.0
"""How often one tries to listen on a hot standby, which may have become the primary."""

_hears: Final = Gauge(
    "cohoi_listens",
    "1 where notifications are heard, 0 where one looks instead, as on a hot standby",
    ["listener"],
    registry=REGISTRY,
)
_log: Final = structlog.stdlib.get_logger(__name__)


class Listener:
    """A connection that listens, but not on a hot standby: there it stays open and is deaf.

    Whoever opened it ends it with `terminate()`.
    """

    def __init__(
        self,
        connection: asyncpg.Connection,
        *,
        application: str,
        channel: str,
        heard: Callable[[str], None],
    ) -> None:
        self.connection = connection
        self.hears = False
        self._application = application
        self._channel = channel
        self._heard = heard
        self._tried_at: float | None = None
        self._gauge = _hears.labels(application)
        self._gauge.set(0)

    async def listen(self) -> bool:
        """Say whether it listens, after trying to where it was refused some time ago."""
        now = asyncio.get_running_loop().time()
        if self.hears or (self._tried_at is not None and now < self._tried_at + LISTEN_AGAIN_S):
            return self.hears
        try:
            await self.connection.add_listener(self._channel, self._hear)
        except asyncpg.ReadOnlySQLTransactionError:
            if self._tried_at is None:  # once a connection
                _log.info(
                    "looks_instead_of_listening",
                    application=self._application,
                    channel=self._channel,
                    reason="a hot standby notifies nobody",
                )
        else:
            self.hears = True
            self._gauge.set(1)
        self._tried_at = now
        return self.hears

    def is_closed(self) -> bool:
        """Say whether the connection is over."""
        return self.connection.is_closed()

    def terminate(self) -> None:
        """End the connection at once."""
        self.ended()
        self.connection.terminate()

    def ended(self) -> None:
        """Note that nothing is heard any more."""
        self.hears = False
        self._gauge.set(0)

    def _hear(self, _connection: Any, _pid: int, _channel: str, payload: object) -> None:  # noqa: ANN401 - asyncpg's callback
        self._heard(str(payload))


async def open_listener(
    dsn: str,
    *,
    role: str | None,
    application: str,
    channel: str,
    heard: Callable[[str], None],
    lost: Callable[[], None] = lambda: None,
) -> Listener:
    """Connect and listen; `heard` gets each payload, `lost` is called once it is over.

    One that cannot connect is not left behind; one that is refused to listen, as on a hot
    standby, is deaf until it is asked again (`Listener.listen`). Notifications are lost with a
    connection: they may shorten waiting, but nothing may rest on them alone.
    """
    connection = await asyncpg.connect(
        dsn,
        timeout=_TIMEOUT_S,
        command_timeout=_TIMEOUT_S,
        server_settings=server_settings(
            role=role, application=application, statement_timeout_s=_TIMEOUT_S
        ),
    )
    listener = Listener(connection, application=application, channel=channel, heard=heard)

    def end(_: object) -> None:
        listener.ended()
        lost()

    try:
        await listener.listen()
    except BaseException:  # also where we are told to stop
        listener.terminate()
        raise
    connection.add_termination_listener(end)
    return listener
