"""The HTTP/1.1 requests that the load consists of, written down once a connection needs them."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from zlib import crc32

RequestOf = Callable[[int, int], bytes]
"""The bytes of a client's n-th request: (client, n) to bytes."""

_HOST: Final = "bench"


def raw_request(
    method: str, path: str, headers: Mapping[str, str], body: bytes | None = None
) -> bytes:
    """Write a request down."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {_HOST}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


def key_of(run: str, client: int, n: int) -> str:
    """Return an idempotency key as clients make them: a UUID, here one that can be foretold."""
    begin = hashlib.md5(run.encode(), usedforsecurity=False).hexdigest()
    return f"{begin[:8]}-{begin[8:12]}-4{begin[12:15]}-8{begin[15:18]}-{client:04x}{n:08x}"


def the_same(method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> RequestOf:
    """Send one request over and over."""
    written = raw_request(method, path, headers, body)
    return lambda _client, _n: written


def creations(
    path: str, headers: Mapping[str, str], fields: Mapping[str, Any], run: str
) -> RequestOf:
    """Create something new each time, under an Idempotency-Key of its own."""

    def request(client: int, n: int) -> bytes:
        body = json.dumps({**fields, "title": f"Deal {client} of {n}"}).encode()
        return raw_request(
            "POST", path, {**headers, "Idempotency-Key": key_of(run, client, n)}, body
        )

    return request


def edits(paths: Sequence[str], headers: Mapping[str, str], run: str) -> RequestOf:
    """Change the confidence of one opportunity after the other, each time to another figure.

    Another run begins with other figures, so that none finds everything to be so already.
    """
    shift = crc32(run.encode())

    def request(client: int, n: int) -> bytes:
        path = paths[(client + n * 64) % len(paths)]
        body = b'{"confidence":%d}' % ((n * 7 + client + shift) % 100)
        return raw_request(
            "PATCH", path, {**headers, "Idempotency-Key": key_of(run, client, n)}, body
        )

    return request


def moves(
    paths: Sequence[str], statuses: Sequence[str], headers: Mapping[str, str], run: str
) -> RequestOf:
    """Move each opportunity on to the next status."""

    def request(client: int, n: int) -> bytes:
        at = (client + n * 64) % len(paths)
        lap = (client + n * 64) // len(paths)
        body = json.dumps({"status_id": statuses[(lap + 1) % len(statuses)]}).encode()
        return raw_request(
            "POST",
            f"{paths[at]}/move",
            {**headers, "Idempotency-Key": key_of(run, client, n)},
            body,
        )

    return request
