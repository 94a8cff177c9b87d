"""The unprivileged account that PostgreSQL runs under where Cohoi itself runs as root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from cohoi.application.refusal import Refused

_PROBE_TIMEOUT_S = 20


@dataclass(frozen=True)
class Account:
    """A user of this machine whom a child process becomes."""

    uid: int
    gid: int
    name: str

    def can_enter(self, directory: Path) -> bool:
        """Ask as that user: modes alone do not tell of access lists and mounts."""
        return self._succeeds(["/bin/sh", "-c", 'cd -- "$0"', str(directory)])

    def can_run(self, program: Path) -> bool:
        """Say whether this user may read and start a program and the libraries it needs."""
        return self._succeeds([str(program), "--version"])

    def _succeeds(self, command: list[str]) -> bool:
        try:
            done = subprocess.run(  # noqa: S603 - our own arguments
                command,
                user=self.uid,
                group=self.gid,
                extra_groups=[],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=_PROBE_TIMEOUT_S,
                check=False,
            )
        except (OSError, subprocess.SubprocessError):
            return False
        return done.returncode == 0


def postgres_account(cluster: Path, sudo_uid: int | None = None) -> Account | None:
    """Return whom PostgreSQL is given to, or None where we are no root and it stays with us.

    An existing cluster keeps its owner; a new one goes to who called sudo, else to nobody.
    """
    if os.geteuid() != 0:
        return None
    if cluster.exists() and (owner := cluster.stat().st_uid) != 0:
        return _account(owner)
    if sudo_uid:
        return _account(sudo_uid)
    try:
        return _of_entry(pwd.getpwnam("nobody"))
    except KeyError as error:
        raise Refused(
            "PostgreSQL does not run as root, and this machine has no user `nobody` to give it "
            "to. Start Cohoi as an ordinary user, or through sudo from one."
        ) from error


def _account(uid: int) -> Account:
    try:
        return _of_entry(pwd.getpwuid(uid))
    except KeyError as error:
        raise Refused(
            f"PostgreSQL is to run as the user {uid}, whom this machine does not know. "
            "Start Cohoi as an ordinary user, or through sudo from one."
        ) from error


def _of_entry(entry: pwd.struct_passwd) -> Account:
    return Account(uid=entry.pw_uid, gid=entry.pw_gid, name=entry.pw_name)
