"""API keys: `opp_<key id>_<43 random characters>`, of which only the hash is stored."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

_PREFIX = "opp"
_ID_BYTES = 8
_SECRET_BYTES = 32  # 43 characters in base64url
_FORM = re.compile(r"opp_([0-9a-f]{16})_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class ApiKey:
    """A key as somebody presented it: its id, for finding and logs, and the hash of all of it."""

    key_id: str
    hash: bytes

    def matches(self, stored: bytes) -> bool:
        """Compare with the stored hash, in a time that says nothing about it."""
        return hmac.compare_digest(self.hash, stored)


@dataclass(frozen=True, repr=False)
class NewApiKey:
    """A key just made; `text` is shown once and kept nowhere."""

    text: str
    key_id: str
    hash: bytes


def looks_like_api_key(credential: str) -> bool:
    """Say whether a bearer credential means to be an API key rather than a JWT."""
    return credential.startswith(f"{_PREFIX}_")


def parse_api_key(credential: str) -> ApiKey | None:
    """Take a credential apart; None where it is no key of ours."""
    form = _FORM.fullmatch(credential)
    return ApiKey(form[1], _hash(credential)) if form else None


def new_api_key() -> NewApiKey:
    """Make a key with 256 random bits."""
    key_id = secrets.token_hex(_ID_BYTES)
    text = f"{_PREFIX}_{key_id}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    return NewApiKey(text, key_id, _hash(text))


def _hash(text: str) -> bytes:
    """Hash without salt or stretching: what has 256 random bits cannot be guessed."""
    return hashlib.sha256(text.encode("ascii")).digest()
