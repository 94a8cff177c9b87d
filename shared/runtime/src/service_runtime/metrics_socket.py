"""The numbers of a process without a web: served on a socket of its own, and read from there."""

import asyncio
import contextlib
import os
import socket
import threading
from pathlib import Path
from typing import Final

from service_runtime.metrics import collected, name_process, written

SUFFIX: Final = ".metrics"
LARGEST_BYTES: Final = 4 * 1024 * 1024
_BACKLOG: Final = 8
_TIMEOUT_S: Final = 2.0
_REQUEST_BYTES: Final = 8_192
_HEAD: Final = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
    b"Content-Length: %d\r\nConnection: close\r\n\r\n"
)


def serve_metrics(where: str) -> threading.Thread:
    """Answer everybody who connects with the numbers, one after another.

    `where` is the path of a Unix socket, which only its owner can connect to and which sends the
    bare text, or `host:port`, which speaks HTTP for a scraper in a private network. In a thread
    of its own, so that a process which is busy or synchronous answers too; it ends with the
    process. Raises OSError where nothing can listen there.
    """
    name_process()
    listener = _on_path(Path(where)) if where.startswith("/") else _on_port(where)
    listener.listen(_BACKLOG)
    speaks_http = listener.family != socket.AF_UNIX
    thread = threading.Thread(
        target=_serve, args=(listener, speaks_http), name="metrics", daemon=True
    )
    thread.start()
    return thread


def _on_path(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)  # a process that was killed left it
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    path.chmod(0o600)
    return listener


def _on_port(where: str) -> socket.socket:
    host, _, port = where.rpartition(":")
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, int(port)))
    return listener


def _serve(listener: socket.socket, speaks_http: bool) -> None:  # noqa: FBT001 - one caller
    while True:
        try:
            caller, _ = listener.accept()
        except OSError:
            return
        with caller, contextlib.suppress(OSError):
            caller.settimeout(_TIMEOUT_S)
            body = written(collected())
            if speaks_http:
                caller.recv(_REQUEST_BYTES)  # whatever it asks for, there is one answer
                caller.sendall(_HEAD % len(body))
            caller.sendall(body)


async def read_metrics(path: Path) -> str:
    """Return what a process says of itself, 4 MiB at most; raise OSError where it is gone."""
    reader, writer = await asyncio.open_unix_connection(os.fspath(path))
    told = bytearray()
    try:
        while piece := await reader.read(LARGEST_BYTES - len(told)):
            told += piece
    finally:
        writer.close()
    if len(told) == LARGEST_BYTES:
        del told[told.rfind(b"\n") + 1 :]  # half a line would spoil the numbers of all others
    return told.decode()
