"""Short private directories for Unix sockets, whose paths the kernel limits."""

import hashlib
import os
import stat
import sys
from pathlib import Path

from cohoi.adapters.account import Account
from cohoi.application.refusal import Refused

LONGEST_SOCKET_PATH = 107 if sys.platform == "linux" else 103  # bytes, less the closing zero
_HASH_CHARACTERS = 12


def socket_directory(
    preferred: Path, socket_name: str, temporary: Path, account: Account | None = None
) -> Path:
    """Make a directory of mode 0700 where that socket's path is not too long, and return it.

    `preferred` where it is short enough, else one in `temporary`, named for the preferred.
    """
    chosen = preferred
    if len(os.fsencode(preferred / socket_name)) > LONGEST_SOCKET_PATH:
        digest = hashlib.sha256(os.fsencode(preferred)).hexdigest()[:_HASH_CHARACTERS]
        chosen = temporary / f"cohoi-{digest}"
    owner = os.geteuid() if account is None else account.uid
    try:
        chosen.mkdir(mode=0o700)
    except FileExistsError:
        _refuse_foreign(chosen, owner)
    else:
        chosen.chmod(0o700)
        if account is not None:
            os.chown(chosen, account.uid, account.gid)
    return chosen


def _refuse_foreign(directory: Path, owner: int) -> None:
    """Refuse what others made in our place in a temporary directory that all may write."""
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
        raise Refused(
            f"{directory} is in the way: Cohoi keeps its sockets there, and it is no private "
            "directory of the user that runs the server. Remove it and start again."
        )
