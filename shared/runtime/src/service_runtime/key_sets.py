"""The public keys that verify tokens: in a file of this installation, or at an issuer's address."""

import asyncio
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

FETCH_WITHIN_S: Final = 5.0
REFETCH_EVERY_S: Final = 300.0
"""Keys of an issuer are looked at again after so long, so that one that was withdrawn goes."""
REFETCH_AT_MOST_EVERY_S: Final = 10.0
"""However many tokens name keys that nobody knows, the issuer is not asked more often."""
LARGEST_KEY_SET: Final = 256 * 1024

_log: Final = structlog.stdlib.get_logger(__name__)


class KeySetUnusable(Exception):  # noqa: N818 - says what is so
    """The public keys are missing, unreadable or no JWK set."""


class KeySource(Protocol):
    """Where the keys are, as they are now."""

    @property
    def changes(self) -> int:
        """How often the keys changed: what was verified before, counts no longer."""
        ...

    def keys(self) -> KeySet:
        """Return the keys; those of before where the new ones cannot be had."""
        ...

    async def look_again(self) -> bool:
        """Ask for keys once more, where that may help and is not done too often; say if it was."""
        ...


class KeySetFile:
    """A file, read again whenever it changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = _stamp(path)
        self._keys = _read_file(path)
        self.changes = 0

    def keys(self) -> KeySet:
        """Return the keys; a file that became unreadable leaves those that we have."""
        try:
            stamp = _stamp(self._path)
            if stamp != self._stamp:
                self._keys = _read_file(self._path)
                self._stamp = stamp
                self.changes += 1
        except KeySetUnusable as error:
            _log.warning("key_set_kept", reason=str(error))
        return self._keys

    async def look_again(self) -> bool:
        """Do nothing: the file is looked at for every token."""
        return False


class KeySetAddress:
    """The JWKS address of an OIDC issuer: remembered, and asked again now and then.

    Keys are rotated by publishing the new one beside the old one: whoever meets a token of a key
    that is not known here asks once more, at most every ten seconds.
    """

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._clock = clock
        self._fetched_at = self._asked_at = clock()
        self._text = _fetch(url)
        self._keys = _parsed(url, self._text)
        self._asking = asyncio.Lock()
        self._refreshing: asyncio.Task[bool] | None = None
        self.changes = 0

    def keys(self) -> KeySet:
        """Return the keys; old ones are asked for anew meanwhile."""
        if self._clock() - self._fetched_at > REFETCH_EVERY_S and not self._asked_lately:
            self._refreshing = asyncio.get_running_loop().create_task(self.look_again())
        return self._keys

    @property
    def _asked_lately(self) -> bool:
        return self._clock() - self._asked_at < REFETCH_AT_MOST_EVERY_S

    async def look_again(self) -> bool:
        """Ask the issuer, unless that was done a moment ago; say whether there are new keys."""
        changes = self.changes
        async with self._asking:
            if not self._asked_lately:
                self._asked_at = self._clock()
                await self._ask()
        return self.changes != changes

    async def _ask(self) -> None:
        try:
            text = await asyncio.to_thread(_fetch, self._url)
            keys = _parsed(self._url, text)
        except KeySetUnusable as error:
            _log.warning("key_set_kept", reason=str(error))
            return
        self._fetched_at = self._clock()
        if text != self._text:
            self._text, self._keys = text, keys
            self.changes += 1


def key_source(where: Path | str) -> KeySource:
    """Return the keys at a path, or at an address that begins with https:// or http://."""
    if isinstance(where, str) and where.startswith(("https://", "http://")):
        return KeySetAddress(where)
    return KeySetFile(Path(where))


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        found = os.stat(path)  # noqa: PTH116 - on every request, and several times as fast
    except OSError as error:
        raise _unusable(path, error.strerror) from error
    return found.st_mtime_ns, found.st_size, found.st_ino


def _read_file(path: Path) -> KeySet:
    try:
        text = path.read_bytes()
    except OSError as error:
        raise _unusable(path, error.strerror) from error
    return _parsed(path, text)


def _fetch(url: str) -> bytes:
    request = Request(url, headers={"Accept": "application/json"})  # noqa: S310 - key_source looked at the scheme
    try:
        with urlopen(request, timeout=FETCH_WITHIN_S) as answer:  # noqa: S310 - likewise
            text: bytes = answer.read(LARGEST_KEY_SET + 1)
    except HTTPError as error:
        error.close()  # it is an answer too, with a connection
        raise _unusable(url, f"{error.code} {error.reason}") from error
    except (URLError, OSError, ValueError) as error:
        raise _unusable(url, str(getattr(error, "reason", type(error).__name__))) from error
    if len(text) > LARGEST_KEY_SET:
        raise _unusable(url, f"it is larger than {LARGEST_KEY_SET} bytes")
    return text


def _parsed(where: Path | str, text: bytes) -> KeySet:
    try:
        keys = KeySet.import_key_set(json.loads(text))
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _unusable(where, "it holds no JWK set with a usable key") from error
    # a symmetric key could only be there to confuse the algorithms
    return KeySet([key for key in keys if isinstance(key, OKPKey | ECKey | RSAKey)])


def _unusable(where: Path | str, reason: str | None) -> KeySetUnusable:
    return KeySetUnusable(f"The key set {where} cannot be used: {reason}. COHOI_JWKS names it.")
