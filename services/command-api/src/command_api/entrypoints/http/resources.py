"""Which resource a path names: a stream, and in it perhaps a status or a contact."""

import re
from typing import Final
from uuid import UUID

import msgspec
from starlette.requests import Request

from opportunity_events.envelope import Stream, StreamKind
from service_runtime.problems import Problem

_KINDS: Final[tuple[StreamKind, ...]] = ("board", "customer", "opportunity", "user", "team")
_PARTS: Final = ("status", "contact")
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Named(msgspec.Struct, frozen=True):
    """What a command is about."""

    stream: Stream
    part: UUID | None


def named_in_path(request: Request, org: UUID) -> Named | None:
    """Return what the path names, None where it names nothing; what is no id is not found."""
    ids = {name: _id(text) for name, text in request.path_params.items()}
    part = next((ids[name] for name in _PARTS if name in ids), None)
    for kind in _KINDS:
        stream_id = ids.get(kind)
        if stream_id is not None:
            return Named(Stream(org, kind, stream_id), part)
    return None


def _id(text: str) -> UUID:
    if _UUID.fullmatch(text) is None:
        raise Problem("not-found")
    return UUID(text)
