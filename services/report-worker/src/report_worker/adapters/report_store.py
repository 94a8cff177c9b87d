"""Report files in a folder: a folder for each organization, nothing readable before it is whole."""

import errno
import hashlib
import os
import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID

from report_worker.application.making import DiskFull, StoredFile
from report_worker.domain.files import StoredName, draft_name, read_stored_name, stored_name
from report_worker.domain.report import Attempt

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_CONTENT: Final = "content"
_DIGEST_BYTES: Final = 1024 * 1024


class FolderDraft:
    """A file in the making, in a folder of its attempt's own."""

    def __init__(self, folder: Path, target: Path, file: BinaryIO) -> None:
        self._folder = folder
        self._target = target
        self._file = file

    @property
    def file(self) -> BinaryIO:
        """Where the bytes go."""
        return self._file

    @property
    def scratch(self) -> Path:
        """The folder, for what has to lie on disk meanwhile."""
        return self._folder

    def seal(self) -> StoredFile:
        """Make the bytes durable, then give them their name; first the file, then its folder."""
        self._file.flush()
        os.fsync(self._file.fileno())
        digest, size = _digest(self._file)
        (self._folder / _CONTENT).rename(self._target)
        _sync_folder(self._target.parent)
        return StoredFile(self._target.name, digest, size)


class ReportStore:
    """The files of all organizations, below one folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @contextmanager
    def draft(self, attempt: Attempt) -> Generator[FolderDraft]:
        """Begin a file; what is not sealed at the end is removed. Raises DiskFull."""
        order = attempt.order
        home = self._root / str(order.org)
        folder = home / str(draft_name(order.id, attempt.number))
        target = home / str(stored_name(order.id, attempt.number, order.format))
        with _full_disk_told():
            try:
                folder.mkdir(mode=0o700, parents=True)
                with open_private(folder / _CONTENT) as file:
                    yield FolderDraft(folder, target, file)
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def path(self, org: UUID, name: str) -> Path:
        """Return where a file lies; a name that is none of ours is refused."""
        if read_stored_name(name) is None:
            raise ValueError("no name of a report's file")
        return self._root / str(org) / name

    def remove(self, org: UUID, name: str) -> None:
        """Remove a file or a draft, where it is there."""
        path = self.path(org, name)
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)

    def names(self) -> Mapping[UUID, list[str]]:
        """Return what lies in each organization's folder."""
        if not self._root.is_dir():
            return {}
        homes = {org: home for home in self._root.iterdir() if (org := _org(home)) is not None}
        return {org: [path.name for path in home.iterdir()] for org, home in homes.items()}

    def read_name(self, name: str) -> StoredName | None:
        """Take a name apart; None where it is none of ours."""
        return read_stored_name(name)


def open_private(path: Path) -> BinaryIO:
    """Create a file that nobody else may read."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    return os.fdopen(descriptor, "w+b", buffering=1024 * 1024)


@contextmanager
def _full_disk_told() -> Generator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull from error
        raise


def _digest(file: BinaryIO) -> tuple[str, int]:
    """Return SHA-256 and size of what was stored, not of what was meant to be."""
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while part := file.read(_DIGEST_BYTES):
        digest.update(part)
        size += len(part)
    return digest.hexdigest(), size


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder durable too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _org(home: Path) -> UUID | None:
    try:
        return UUID(home.name) if home.is_dir() else None
    except ValueError:
        return None
