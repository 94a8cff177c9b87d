"""JWTs: made for callers of an installation, and verified against a key set in a file."""

import hashlib
import json
import os
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import structlog
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey, import_key
from joserfc.jws import JWSRegistry

from service_runtime.callers import Role
from service_runtime.clock import utc_now

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


class KeySetUnusable(Exception):  # noqa: N818 - says what is so
    """The file of public keys is missing, unreadable or no JWK set."""


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
    """Verifies tokens against a JWK set file, which it reads again whenever it changes.

    Tokens found good are remembered by their SHA-256 until they expire or the keys change; a
    caller's present role is looked up elsewhere, on every request.
    """

    def __init__(
        self,
        key_set: Path,
        *,
        issuer: str = DEFAULT_ISSUER,
        audience: str = DEFAULT_AUDIENCE,
        leeway_s: int = _MAX_LEEWAY_S,
        remembered: int = 10_000,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        if not 0 <= leeway_s <= _MAX_LEEWAY_S:
            raise ValueError(f"leeway_s must be 0..{_MAX_LEEWAY_S}")
        self._path = key_set
        self._leeway_s = leeway_s
        self._remembered = remembered
        self._now = now
        self._issuer = issuer
        self._audience = audience
        self._registry = _AllowList()
        self._cache: OrderedDict[bytes, VerifiedToken] = OrderedDict()
        self._stamp = _stamp(key_set)
        self._keys = _read_keys(key_set)

    def verify(self, token: str) -> VerifiedToken:
        """Return what a token says; raise InvalidToken for anything that proves nothing."""
        if len(token) > _MAX_TOKEN_CHARACTERS or not token.isascii():
            raise InvalidToken("too long or not ASCII")
        self._read_keys_again()
        digest = hashlib.sha256(token.encode("ascii")).digest()
        verified = self._cache.get(digest)
        if verified is None:
            verified = self._verify(token)
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

    def _read_keys_again(self) -> None:
        """Follow a changed file; one that became unreadable leaves the keys that we have."""
        try:
            stamp = _stamp(self._path)
            if stamp == self._stamp:
                return
            self._keys = _read_keys(self._path)
        except KeySetUnusable as error:
            structlog.get_logger(__name__).warning("key_set_kept", reason=str(error))
            return
        self._stamp = stamp
        self._cache.clear()

    def _verify(self, token: str) -> VerifiedToken:
        try:
            decoded = jwt.decode(token, self._keys, registry=self._registry)
            self._claims_registry().validate(decoded.claims)
        except ExpiredTokenError as error:
            raise ExpiredToken("expired") from error
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


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        found = os.stat(path)  # noqa: PTH116 - on every request, and several times as fast
    except OSError as error:
        raise _unusable(path, error.strerror) from error
    return found.st_mtime_ns, found.st_size, found.st_ino


def _read_keys(path: Path) -> KeySet:
    try:
        keys = KeySet.import_key_set(json.loads(path.read_bytes()))
    except OSError as error:
        raise _unusable(path, error.strerror) from error
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _unusable(path, "it holds no JWK set with a usable key") from error
    # a symmetric key could only be there to confuse the algorithms
    return KeySet([key for key in keys if isinstance(key, OKPKey | ECKey | RSAKey)])


def _unusable(path: Path, reason: str | None) -> KeySetUnusable:
    return KeySetUnusable(f"The key set {path} cannot be used: {reason}. COHOI_JWKS names it.")


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
