"""The connection below a request, where the server hands it over: it can be dropped."""

import asyncio
import contextlib
import socket
from typing import Final

from starlette.types import Scope

EXTENSION: Final = "cohoi.connection"
"""Where our own server's scope has the transport; other servers' scopes have none."""


class Connection:
    """What an endpoint that sends without end may do beside sending."""

    def __init__(self, scope: Scope) -> None:
        extension = (scope.get("extensions") or {}).get(EXTENSION, {})
        self._transport: asyncio.Transport | None = extension.get("transport")
        self._task = asyncio.current_task()

    def hold_at_most(self, size: int) -> None:
        """Let the kernel hold about so many unsent bytes; by itself it would grow to megabytes."""
        below = None if self._transport is None else self._transport.get_extra_info("socket")
        if below is not None:
            with contextlib.suppress(OSError):  # the client hung up already
                below.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size)

    def cut(self) -> None:
        """Drop it at once, with whatever has not been taken."""
        if self._transport is not None:
            self._transport.abort()
        elif self._task is not None:
            self._task.cancel()

    def leave(self, within_s: float) -> None:
        """Drop it where the client does not take in time what was written before the end."""
        if self._transport is not None and self._transport.get_write_buffer_size():
            asyncio.get_running_loop().call_later(within_s, self._transport.abort)
