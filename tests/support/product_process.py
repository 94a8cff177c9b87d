"""The product as a process of its own: started, asked, killed, and counted."""

import contextlib
import json
import os
import signal
import subprocess
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from support.deadlines import eventually
from support.unprivileged import Interpreter, our_interpreter

_KEPT = ("PATH", "LANG", "LC_ALL", "COHOI_TEST_POSTGRES_MAJOR", "UV_CACHE_DIR")
TINY = ("-m", "support.tiny_product")
REAL = ("-m", "cohoi.entrypoints.main", "up", "--json")


class ProductProcess:
    """A supervisor with its children; use it as a context, which leaves nothing running."""

    def __init__(
        self,
        arguments: Sequence[str],
        data_dir: Path,
        *,
        interpreter: Interpreter | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        python = interpreter or our_interpreter()
        account = python.account
        self.data_dir = data_dir
        self._err = data_dir.with_name(f"{data_dir.name}.stderr")
        inherited = {k: os.environ[k] for k in _KEPT if k in os.environ}  # noqa: TID251 - what a shell would give
        with self._err.open("wb") as err:
            self.process = subprocess.Popen(  # noqa: S603 - our own programs
                [str(python.program), "-P", *arguments],
                env={
                    **inherited,
                    "HOME": "/nonexistent",
                    **python.environment,
                    **(environment or {}),
                },
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=err,
                user=None if account is None else account.uid,
                group=None if account is None else account.gid,
                extra_groups=None if account is None else [],
            )
        self._seen: set[int] = set()

    @classmethod
    def tiny(
        cls,
        data_dir: Path,
        *further: str,
        port: int = 0,
        interpreter: Interpreter | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Self:
        """Start the supervisor over the tiny services of these tests."""
        arguments = (*TINY, str(data_dir), str(port), *further)
        return cls(arguments, data_dir, interpreter=interpreter, environment=environment)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End what is left, by pid: a failed test leaves nothing running either."""
        self.descendants()
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate(timeout=60)
        for pid in self._seen:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def wait_until_ready(self, *, within_s: float = 120) -> Self:
        """Wait for `run.json` and the web behind it."""
        eventually(self._is_ready, f"ready; it said: {self.said}", within_s=within_s)
        self.descendants()
        return self

    def _is_ready(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f"it ended with {self.process.returncode}: {self.said}")
        try:
            self.get("/readyz")
        except (OSError, ValueError):
            return False
        return True

    @property
    def record(self) -> dict[str, Any]:
        """What `run.json` says."""
        return json.loads((self.data_dir / "run.json").read_text(encoding="utf-8"))

    @property
    def dsn(self) -> str:
        """The superuser's DSN."""
        return str(self.record["dsn"])

    @property
    def said(self) -> str:
        """All of its stderr."""
        return self._err.read_text(encoding="utf-8")

    def log(self, child: str) -> str:
        """All that a child wrote, over every life of it."""
        return (self.data_dir / "logs" / f"{child}.log").read_text(encoding="utf-8")

    def get(self, path: str) -> str:
        """Ask the web."""
        url = f"{self.record['address']}{path}"
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
            return str(answer.read().decode())

    @property
    def sentence(self) -> str:
        """The refusal that it ended with: one line, beside the steps that it told of."""
        lines = [line for line in self.said.splitlines() if not line.startswith("cohoi | ")]
        [only] = [line for line in lines if " | " not in line]
        return only.removeprefix("cohoi: ")

    def ended(self, *, within_s: float = 60) -> int:
        """Wait for the end of the supervisor and return its exit code."""
        self.process.communicate(timeout=within_s)
        return self.process.returncode

    def descendants(self) -> set[int]:
        """Return the living children, and theirs, and remember them."""
        found = _descendants({self.process.pid})
        self._seen |= found
        return found

    def orphans(self) -> set[int]:
        """Return who of all that were ever seen still lives."""
        return {pid for pid in self._seen if pid in _parents()}


def _descendants(roots: set[int]) -> set[int]:
    parents = _parents()
    found: set[int] = set()
    while fresh := {pid for pid, parent in parents.items() if parent in roots | found} - found:
        found |= fresh
    return found


def _parents() -> dict[int, int]:
    """Return the parent of every living process; a zombie does not live."""
    listed = subprocess.run(
        ["ps", "-eo", "pid=,ppid=,stat="],  # noqa: S607 - wherever the system has it
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    ).stdout
    rows = [line.split() for line in listed.splitlines()]
    return {int(pid): int(parent) for pid, parent, state in rows if not state.startswith("Z")}
