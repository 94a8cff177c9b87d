"""Cursors of lists that stand newest first by id: the last id of a page, and nothing else."""

import base64
from typing import Final
from uuid import UUID

from service_runtime.problems import Problem

MAX_CURSOR: Final = 512
_UUID_BYTES: Final = 16


def write_cursor(last: UUID) -> str:
    """Return the cursor of the page behind an id."""
    return base64.urlsafe_b64encode(last.bytes).decode().rstrip("=")


def read_cursor(cursor: str | None) -> UUID | None:
    """Return the id behind which a page begins; anything but a cursor of ours is refused."""
    if cursor is None:
        return None
    try:
        raw = base64.b64decode(cursor + "==", altchars="-_", validate=True)
    except ValueError as error:
        raise _refused() from error
    if len(raw) != _UUID_BYTES:
        raise _refused()
    return UUID(bytes=raw)


def _refused() -> Problem:
    return Problem("bad-cursor", data={"parameter": "cursor"})
