"""Idempotency keys, and the HMAC by which a retry is told from another request."""

import hmac
import re
from typing import Final
from uuid import UUID, uuid5

from starlette.requests import Request

from service_runtime.callers import Caller
from service_runtime.ids import new_id
from service_runtime.languages import Words
from service_runtime.problems import Problem

KEY_HEADER: Final = "Idempotency-Key"
KEY_PATTERN: Final = r"^[\x21-\x7e]{1,200}$"
_KEY: Final = re.compile(KEY_PATTERN[1:-1])
_LOWER_CASE_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BAD_KEY = Words(
    "Header Idempotency-Key phải đứng một lần, gồm 1 đến 200 ký tự ASCII nhìn thấy được, không có "
    "khoảng trắng. Một UUID là phù hợp nhất.",
    "The header Idempotency-Key stands once and has 1 to 200 visible ASCII characters, no spaces. "
    "A UUID is a good choice.",
)


def parse_key(headers: list[str]) -> str | None:
    """Return the key of a request, None where it brings none."""
    if not headers:
        return None
    key = headers[0]
    if len(headers) > 1 or _KEY.fullmatch(key) is None:
        raise Problem("malformed-header", _BAD_KEY, data={"header": KEY_HEADER})
    return key


def command_id(org: UUID, key: str | None) -> UUID:
    """Return the command's id: the key if it is one, else derived from it, else a new one."""
    if key is None:
        return new_id()
    return UUID(key) if _LOWER_CASE_UUID.fullmatch(key) else uuid5(org, key)


def request_hmac(
    hmac_key: bytes, caller: Caller, request: Request, if_match: str | None, body: bytes
) -> bytes:
    """Return the HMAC of caller, method, path with query, If-Match and raw body.

    Each part stands with its length before it, and an absent one differs from an empty one, so
    that no two requests look the same.
    """
    path: bytes = request.scope.get("raw_path") or request.url.path.encode()
    query: bytes = request.scope["query_string"]
    parts = (
        caller.actor.encode(),
        request.method.encode(),
        path,
        query,
        None if if_match is None else if_match.encode("latin-1"),
        body,
    )
    told = b"".join(b"-" if part is None else b"+%d:%b" % (len(part), part) for part in parts)
    return hmac.digest(hmac_key, told, "sha256")
