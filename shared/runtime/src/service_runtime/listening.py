"""Connections that only listen: on one channel, outside of any pool, for as long as they last."""

from collections.abc import Callable
from typing import Any, Final

import asyncpg

from service_runtime.pools import server_settings

_TIMEOUT_S: Final = 5


async def open_listener(
    dsn: str,
    *,
    role: str | None,
    application: str,
    channel: str,
    heard: Callable[[str], None],
    lost: Callable[[], None] = lambda: None,
) -> asyncpg.Connection:
    """Connect and listen; `heard` gets each payload, `lost` is called once it is over.

    Whoever opened it ends it with `terminate()`. One that cannot listen is not left behind.
    Notifications are lost with a connection: they may shorten waiting, but nothing may rest on
    them alone.
    """
    listener = await asyncpg.connect(
        dsn,
        timeout=_TIMEOUT_S,
        command_timeout=_TIMEOUT_S,
        server_settings=server_settings(
            role=role, application=application, statement_timeout_s=_TIMEOUT_S
        ),
    )

    def hear(_connection: Any, _pid: int, _channel: str, payload: object) -> None:  # noqa: ANN401 - asyncpg's callback
        heard(str(payload))

    def end(_: object) -> None:
        lost()

    try:
        await listener.add_listener(channel, hear)
    except BaseException:  # also where we are told to stop
        listener.terminate()
        raise
    listener.add_termination_listener(end)
    return listener
