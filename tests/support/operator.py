"""What an operator runs: the command line beside a database, and the projector's own process."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from projector.settings import Settings

_COHOI = str(Path(sys.executable).with_name("cohoi"))


async def run_cohoi(
    settings: Settings,
    directory: Path,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with further variables."""
    return await asyncio.to_thread(
        subprocess.run,
        [_COHOI, *arguments, "--data-dir", str(directory)],
        env={**_environment(settings), **(environment or {})},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


async def cohoi_process(
    settings: Settings, directory: Path, *arguments: str
) -> asyncio.subprocess.Process:
    """Start a command; what it prints can be read."""
    return await asyncio.create_subprocess_exec(
        _COHOI,
        *arguments,
        "--data-dir",
        str(directory),
        env=_environment(settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )


@asynccontextmanager
async def projector_process(settings: Settings) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Run a projector as a process of its own; it is killed in the end."""
    environment = {
        **os.environ,  # noqa: TID251 - a shell's
        "COHOI_LOG_DSN": settings.log_dsn,
        "COHOI_READ_DSN": settings.read_dsn,
        "COHOI_MASTER_KEY_FILE": str(settings.master_key_file),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "projector.entrypoints.run",
        env=environment,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _environment(settings: Settings) -> dict[str, str]:
    return {
        **os.environ,  # noqa: TID251 - a shell's
        "DATABASE_URL": settings.log_dsn,
        "COHOI_MASTER_KEY_FILE": str(settings.master_key_file),
    }
