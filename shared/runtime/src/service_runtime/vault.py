"""A master key wraps a key per person, and that key seals what facts say of them."""

import base64
import os
import secrets
from pathlib import Path
from typing import Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from opportunity_events.personal import Sealed

KEY_BYTES = 32
_NONCE_BYTES = 12
_WRAPPED_VERSION = b"\x01"  # says how the rest is made, should we ever make it otherwise


class MasterKeyUnusable(Exception):  # noqa: N818 - says what is so
    """The file of the master key is missing, unreadable or not 32 bytes long."""


class WrongMasterKey(Exception):  # noqa: N818 - says what is so
    """A wrapped key does not open: it was wrapped by another master key, or is damaged."""


class SealBroken(Exception):  # noqa: N818 - says what is so
    """A sealed value does not open: another key, another place, or a changed byte."""


def new_key() -> bytes:
    """Make a key of 32 random bytes."""
    return secrets.token_bytes(KEY_BYTES)


def write_new_master_key(path: Path) -> None:
    """Write a new master key that only its owner may read; never over an existing file."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(new_key())
        file.flush()
        os.fsync(file.fileno())


class MasterKey:
    """The key of the installation, which wraps the keys that are stored."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise MasterKeyUnusable(f"A master key has {KEY_BYTES} bytes, this one {len(key)}.")
        self._cipher = AESGCM(key)
        self._key = key

    def derive(self, label: bytes) -> bytes:
        """Return a key of 32 bytes for one purpose (HKDF-SHA256); the same label, the same key."""
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=label).derive(self._key)

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Read a file of exactly 32 bytes; raise MasterKeyUnusable with a sentence else."""
        try:
            with path.open("rb") as file:
                key = file.read(KEY_BYTES + 1)
        except OSError as error:
            raise MasterKeyUnusable(
                f"The master key file {path} cannot be read ({error.strerror}). "
                "Set COHOI_MASTER_KEY_FILE to the file that was made with this data."
            ) from error
        if len(key) != KEY_BYTES:
            raise MasterKeyUnusable(
                f"The master key file {path} must hold exactly {KEY_BYTES} bytes. "
                "Restore it from its backup: without it personal data cannot be read."
            )
        return cls(key)

    def wrap(self, key: bytes, *, org: UUID, subject: str) -> bytes:
        """Encrypt a person's key for storage, bound to the organization and the subject."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        bound = _bound(b"cohoi key 1", org.bytes, subject.encode())
        return _WRAPPED_VERSION + nonce + self._cipher.encrypt(nonce, key, bound)

    def unwrap(self, wrapped: bytes, *, org: UUID, subject: str) -> bytes:
        """Decrypt what `wrap` made for the same organization and subject."""
        version, nonce = wrapped[:1], wrapped[1 : 1 + _NONCE_BYTES]
        bound = _bound(b"cohoi key 1", org.bytes, subject.encode())
        try:
            if version != _WRAPPED_VERSION or len(nonce) != _NONCE_BYTES:
                raise InvalidTag  # noqa: TRY301 - no version of ours: as good as a broken tag
            return self._cipher.decrypt(nonce, wrapped[1 + _NONCE_BYTES :], bound)
        except InvalidTag as error:
            raise WrongMasterKey(
                "A stored key does not open with this master key: the file that "
                "COHOI_MASTER_KEY_FILE names is another one than this data was written with."
            ) from error


def seal(key: bytes, key_id: UUID, text: str, *, org: UUID, subject: str, field: str) -> Sealed:
    """Encrypt one value, bound to its organization, its subject, its field and its key's id."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    bound = _bound(b"cohoi seal 1", org.bytes, key_id.bytes, subject.encode(), field.encode())
    ciphertext = AESGCM(key).encrypt(nonce, text.encode(), bound)
    return Sealed(key=key_id, nonce=_base64(nonce), ciphertext=_base64(ciphertext))


def unseal(key: bytes, sealed: Sealed, *, org: UUID, subject: str, field: str) -> str:
    """Decrypt what `seal` made for the same place; raise SealBroken for anything else."""
    bound = _bound(b"cohoi seal 1", org.bytes, sealed.key.bytes, subject.encode(), field.encode())
    try:
        nonce = base64.b64decode(sealed.nonce, validate=True)
        ciphertext = base64.b64decode(sealed.ciphertext, validate=True)
        return AESGCM(key).decrypt(nonce, ciphertext, bound).decode()
    except (InvalidTag, ValueError) as error:
        raise SealBroken("A sealed value does not open under its key and place.") from error


def seal_bytes(key: bytes, raw: bytes, *, org: UUID, subject: str, place: str) -> bytes:
    """Encrypt a piece of a file, bound to its organization, its subject and its place there."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    bound = _bound(b"cohoi bytes 1", org.bytes, subject.encode(), place.encode())
    return nonce + AESGCM(key).encrypt(nonce, raw, bound)


def unseal_bytes(key: bytes, sealed: bytes, *, org: UUID, subject: str, place: str) -> bytes:
    """Decrypt what `seal_bytes` made for the same place; raise SealBroken for anything else."""
    bound = _bound(b"cohoi bytes 1", org.bytes, subject.encode(), place.encode())
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound)
    except (InvalidTag, ValueError) as error:
        raise SealBroken("A sealed piece does not open under its key and place.") from error


def _bound(*parts: bytes) -> bytes:
    """Join the parts of the associated data so that no two lists of parts look the same."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
