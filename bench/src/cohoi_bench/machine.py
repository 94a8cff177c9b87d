"""What ran where: versions, settings, and what else the machine was doing."""

import os
import platform
import subprocess
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import psycopg

_PACKAGES: Final = (
    "asyncpg",
    "eventsourcing",
    "fastapi",
    "httptools",
    "msgspec",
    "psycopg",
    "pydantic",
    "starlette",
    "uvicorn",
    "uvloop",
    "xlsxwriter",
)
_SETTINGS: Final = (
    "fsync",
    "synchronous_commit",
    "full_page_writes",
    "shared_buffers",
    "max_wal_size",
    "wal_level",
    "jit",
)
_BUSIEST: Final = 8


def describe(dsn: str) -> dict[str, Any]:
    """Say on what the bench runs."""
    with psycopg.connect(dsn, connect_timeout=10) as connection:
        settings = {
            name: str(row[0])
            for name in _SETTINGS
            if (row := connection.execute("SELECT current_setting(%s)", [name]).fetchone())
        }
        server = connection.execute("SELECT version()").fetchone()
    return {
        "commit": commit(),
        "python": platform.python_version(),
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "memory_gib": _memory_gib(),
        "postgresql": str(server[0]) if server else None,
        "settings": settings,
        "packages": {name: version(name) for name in _PACKAGES},
        **business(),
    }


def business() -> dict[str, Any]:
    """Say how busy the machine is, and with what."""
    listed = _output(["ps", "-eo", "pcpu,comm", "--sort=-pcpu", "--no-headers"]).splitlines()
    busy = [line.split(None, 1) for line in listed[:_BUSIEST] if line.strip()]
    return {
        "load_average": [round(figure, 2) for figure in os.getloadavg()],
        "busiest": [f"{name} {share} %" for share, name in busy if float(share) >= 1],
    }


def commit() -> str:
    """Return the short hash of what is measured, with a mark where it was changed since."""
    here = Path(__file__).parent
    head = _output(["git", "-C", str(here), "rev-parse", "--short", "HEAD"]).strip()
    changed = _output(["git", "-C", str(here), "status", "--porcelain", "-uno"]).strip()
    return f"{head or 'unknown'}{'-dirty' if changed else ''}"


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used; 0 where that cannot be known."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    """Return how much memory a process holds now, in MB; 0 where that cannot be known."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _memory_gib() -> float:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)


def _output(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)  # noqa: S603 - our own
    except OSError:
        return ""
    return done.stdout
