"""Recognizing a caller: a credential, and what its owner is at this moment."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from service_runtime.api_keys import looks_like_api_key, parse_api_key
from service_runtime.callers import Caller, Role
from service_runtime.tokens import (
    ExpiredToken,
    InvalidToken,
    TokenVerifier,
    UnknownKey,
    VerifiedToken,
)
from service_runtime.visibility import Visibility, visible_owners

_MAX_HEADER_CHARACTERS = 9_000


class Doubt(StrEnum):
    """Why a caller was not recognized, as far as the caller may know."""

    MISSING = "missing"
    """No bearer credential was sent."""
    INVALID = "invalid"
    """It proves nothing: forged, malformed, unknown or revoked."""
    EXPIRED = "expired"
    INACTIVE = "inactive"
    """It is in order, but its user is unknown or inactive."""
    ROLE_CHANGED = "role_changed"
    """It is in order, but says another role than the user has now."""


class Unauthenticated(Exception):  # noqa: N818 - a refusal
    """The caller was not recognized."""

    def __init__(self, doubt: Doubt) -> None:
        super().__init__(doubt.value)
        self.doubt = doubt


@dataclass(frozen=True)
class KnownUser:
    """What a user is now; `language` is the user's or the organization's."""

    role: Role
    team_id: UUID | None
    active: bool
    language: str | None
    visibility: Visibility
    """The organization's setting."""
    teammates: frozenset[UUID]
    """All users of its team; looked up only where it may see no more than theirs."""


@dataclass(frozen=True)
class KnownKey:
    """What is stored of an API key."""

    org: UUID
    key_uuid: UUID
    name: str
    role: Role
    operator: bool
    hash: bytes
    revoked_at: datetime | None
    visibility: Visibility
    """The organization's setting."""


class CallerDirectory(Protocol):
    """Where callers are looked up, on every request."""

    async def user(self, org: UUID, user_id: UUID) -> KnownUser | None:
        """Return a user of an organization as it is now."""
        ...

    async def api_key(self, key_id: str) -> KnownKey | None:
        """Return what is stored of the key with this id."""
        ...


class Authenticator:
    """Turns an Authorization header into a caller."""

    def __init__(self, tokens: TokenVerifier, directory: CallerDirectory) -> None:
        self._tokens = tokens
        self._directory = directory

    async def caller(self, authorization: str | None) -> Caller:
        """Return who is asking; raise Unauthenticated where that is in doubt."""
        credential = _bearer(authorization)
        if looks_like_api_key(credential):
            return await self._of_api_key(credential)
        return await self._of_token(credential)

    def good_for_s(self, authorization: str | None) -> float | None:
        """Return how long a credential is taken at most; None: until somebody revokes it."""
        credential = _bearer(authorization)
        if looks_like_api_key(credential):
            return None
        try:
            return self._tokens.good_for_s(credential)
        except InvalidToken:
            return 0.0

    async def _of_token(self, credential: str) -> Caller:
        try:
            token = await self._verified(credential)
        except ExpiredToken as error:
            raise Unauthenticated(Doubt.EXPIRED) from error
        except InvalidToken as error:
            raise Unauthenticated(Doubt.INVALID) from error
        user = await self._directory.user(token.org, token.user)
        if user is None or not user.active:
            raise Unauthenticated(Doubt.INACTIVE)
        if user.role is not token.role:
            raise Unauthenticated(Doubt.ROLE_CHANGED)
        return Caller(
            org=token.org,
            actor=f"user/{token.user}",
            user_id=token.user,
            role=user.role,
            team_id=user.team_id,
            operator=False,
            language=user.language,
            owners=visible_owners(user.role, user.visibility, token.user, user.teammates),
        )

    async def _verified(self, credential: str) -> VerifiedToken:
        try:
            return self._tokens.verify(credential)
        except UnknownKey:
            if not await self._tokens.look_for_new_keys():
                raise
            return self._tokens.verify(credential)

    async def _of_api_key(self, credential: str) -> Caller:
        key = parse_api_key(credential)
        if key is None:
            raise Unauthenticated(Doubt.INVALID)
        known = await self._directory.api_key(key.key_id)
        if known is None or not key.matches(known.hash) or known.revoked_at is not None:
            raise Unauthenticated(Doubt.INVALID)
        return Caller(
            org=known.org,
            actor=f"key/{known.key_uuid}",
            user_id=None,
            role=known.role,
            team_id=None,
            operator=known.operator,
            language=None,
            owners=visible_owners(known.role, known.visibility, None, ()),
        )


def _bearer(authorization: str | None) -> str:
    if not authorization:
        raise Unauthenticated(Doubt.MISSING)
    if len(authorization) > _MAX_HEADER_CHARACTERS:
        raise Unauthenticated(Doubt.INVALID)
    scheme, _, credential = authorization.strip().partition(" ")
    if scheme.lower() != "bearer" or not credential.strip():
        raise Unauthenticated(Doubt.MISSING)
    return credential.strip()
