"""JWTs: made for callers of an installation, and verified against a set of public keys."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet, OKPKey, import_key
from joserfc.jws import JWSRegistry

from service_runtime.callers import Role
from service_runtime.clock import utc_now
from service_runtime.key_sets import KeySource, key_source

DEFAULT_ISSUER: Final = "cohoi"
DEFAULT_AUDIENCE: Final = "cohoi"
ALGORITHMS: Final = ("EdDSA", "Ed25519", "ES256", "RS256")  # Ed25519: what RFC 9864 calls EdDSA
_TYPES: Final = frozenset({"jwt", "at+jwt", "application/at+jwt"})
_CLAIMS: Final = ("iss", "aud", "exp", "iat", "sub", "org", "role")
_MAX_TOKEN_CHARACTERS: Final = 8_192
_MAX_LEEWAY_S: Final = 60
_CLOSED_UNTIL: Final = 2**40  # seconds; an expiry beyond it is as good as never


class InvalidToken(Exception):  # noqa: N818 - says what is so
    """A token that proves nothing; the message is for the log, never for the caller."""


class ExpiredToken(InvalidToken):
    """A token that was good until a while ago."""


class UnknownKey(InvalidToken):
    """A token of a key that is not known here: there may be a new one."""


@dataclass(frozen=True)
class VerifiedToken:
    """What a token says, after its signature and its claims were looked at."""

    org: UUID
    user: UUID
    role: Role
    expires_at: float
    """Seconds since 1970, without the leeway."""


class _AllowList(JWSRegistry):
    """Our algorithms and no others; joserfc's own list would warn of the name EdDSA."""

    def get_alg(self, name: str) -> Any:  # noqa: ANN401 - joserfc's model, of a private module
        if name not in ALGORITHMS:
            raise InvalidToken("algorithm not allowed")
        return self.algorithms[name]


class TokenVerifier:
    """Verifies tokens against a JWK set, in a file or at an address, which it follows.

    Tokens found good are remembered by their SHA-256 until they expire or the keys change; a
    caller's present role is looked up elsewhere, on every request.
    """

    def __init__(
        self,
        key_set: Path | str | KeySource,
        *,
        issuer: str = DEFAULT_ISSUER,
        audience: str = DEFAULT_AUDIENCE,
        leeway_s: int = _MAX_LEEWAY_S,
        remembered: int = 10_000,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        if not 0 <= leeway_s <= _MAX_LEEWAY_S:
            raise ValueError(f"leeway_s must be 0..{_MAX_LEEWAY_S}")
        self._source = key_source(key_set) if isinstance(key_set, Path | str) else key_set
        self._changes = self._source.changes
        self._leeway_s = leeway_s
        self._remembered = remembered
        self._now = now
        self._issuer = issuer
        self._audience = audience
        self._registry = _AllowList()
        self._cache: OrderedDict[bytes, VerifiedToken] = OrderedDict()

    def verify(self, token: str) -> VerifiedToken:
        """Return what a token says; raise InvalidToken for anything that proves nothing."""
        if len(token) > _MAX_TOKEN_CHARACTERS or not token.isascii():
            raise InvalidToken("too long or not ASCII")
        keys = self._present_keys()
        digest = hashlib.sha256(token.encode("ascii")).digest()
        verified = self._cache.get(digest)
        if verified is None:
            verified = self._verify(token, keys)
            self._cache[digest] = verified
            if len(self._cache) > self._remembered:
                self._cache.popitem(last=False)
        elif verified.expires_at + self._leeway_s <= self._now().timestamp():
            del self._cache[digest]
            raise ExpiredToken("expired")
        else:
            self._cache.move_to_end(digest)
        return verified

    def good_for_s(self, token: str) -> float:
        """Return how long a token will still be taken, the leeway included."""
        expires_at = self.verify(token).expires_at
        return expires_at + self._leeway_s - self._now().timestamp()

    async def look_for_new_keys(self) -> bool:
        """Ask for keys once more, where they may have changed; say whether they did."""
        return await self._source.look_again()

    def _present_keys(self) -> KeySet:
        """Return the keys; where they changed, what was verified by others counts no longer."""
        keys = self._source.keys()
        if self._changes != self._source.changes:
            self._changes = self._source.changes
            self._cache.clear()
        return keys

    def _verify(self, token: str, keys: KeySet) -> VerifiedToken:
        try:
            decoded = jwt.decode(token, keys, registry=self._registry)
            self._claims_registry().validate(decoded.claims)
        except ExpiredTokenError as error:
            raise ExpiredToken("expired") from error
        except InvalidKeyIdError as error:
            raise UnknownKey("no key of this id") from error
        except (
            JoseError,
            ValueError,
            TypeError,
            KeyError,
            AttributeError,
            RecursionError,
        ) as error:
            raise InvalidToken(type(error).__name__) from error
        declared = decoded.header.get("typ", "JWT")
        if not isinstance(declared, str) or declared.lower() not in _TYPES:
            raise InvalidToken("typ")
        return _verified(decoded.claims)

    def _claims_registry(self) -> jwt.JWTClaimsRegistry:
        required: dict[str, jwt.ClaimsOption] = {name: {"essential": True} for name in _CLAIMS}
        required["iss"] = {"essential": True, "value": self._issuer}
        required["aud"] = {"essential": True, "value": self._audience}
        return jwt.JWTClaimsRegistry(
            now=int(self._now().timestamp()), leeway=self._leeway_s, **required
        )


def _verified(claims: Mapping[str, Any]) -> VerifiedToken:
    try:
        return VerifiedToken(
            org=UUID(claims["org"]),
            user=UUID(claims["sub"]),
            role=Role(claims["role"]),
            expires_at=float(min(claims["exp"], _CLOSED_UNTIL)),
        )
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidToken("sub, org or role") from error


def new_signing_key() -> dict[str, Any]:
    """Make a private Ed25519 JWK, with a `kid` that is its thumbprint."""
    key = OKPKey.generate_key("Ed25519", {"use": "sig", "alg": "Ed25519"}, private=True)
    key.ensure_kid()
    return dict(key.as_dict(private=True))


def public_key_set(private_jwk: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JWK set, as its file holds it, that verifies what this key signs."""
    key = import_key(dict(private_jwk), private_jwk["kty"])
    key.ensure_kid()
    return {"keys": [dict(key.as_dict(private=False))]}


def access_claims(
    *,
    org: UUID,
    user: UUID,
    role: Role,
    issued_at: datetime,
    lifetime: timedelta,
    issuer: str = DEFAULT_ISSUER,
    audience: str = DEFAULT_AUDIENCE,
) -> dict[str, Any]:
    """Return the claims of a token for one user of one organization."""
    return {
        "iss": issuer,
        "aud": audience,
        "iat": int(issued_at.timestamp()),
        "exp": int((issued_at + lifetime).timestamp()),
        "sub": str(user),
        "org": str(org),
        "role": role.value,
    }


def sign_token(private_jwk: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    """Sign claims with a private JWK, by the algorithm that its `alg` or its kind names."""
    key = import_key(dict(private_jwk), private_jwk["kty"])
    key.ensure_kid()
    by_kind = {"OKP": "Ed25519", "EC": "ES256", "RSA": "RS256"}
    algorithm = private_jwk.get("alg") or by_kind[private_jwk["kty"]]
    header = {"alg": algorithm, "kid": key.kid}
    return jwt.encode(header, dict(claims), key, registry=_AllowList())
