"""The hash chain of a stream: each fact's hash covers its bytes and everything before it."""

from hashlib import sha256


def chain_hash(previous: bytes, canonical: bytes) -> bytes:
    """Return SHA-256(previous hash, 32 raw bytes, zeros before version 1 || canonical bytes)."""
    return sha256(previous + canonical).digest()
