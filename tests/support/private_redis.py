"""A Redis of one test's own, which it may kill and start again, with or without its memory."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Self

from cohoi.adapters import redis_server as embedded
from cohoi.adapters.child_process import spawn
from cohoi.adapters.redis_binaries import choose_redis_binary, find_redis_binaries
from support.deadlines import eventually


class PrivateRedis:
    """The product's own Redis, on a socket; use it as a context, which leaves nothing running."""

    def __init__(self, data_dir: Path) -> None:
        binary = choose_redis_binary(find_redis_binaries())
        self._data_dir = data_dir
        self._server = embedded.redis_server(data_dir, binary, Path(tempfile.gettempdir()))
        self._process: subprocess.Popen[bytes] | None = None
        self.url = self._server.url

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        shutil.rmtree(self._data_dir, ignore_errors=True)

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self._data_dir / "redis.log").open("ab") as output:
            self._process = spawn(
                self._server.command(durable=False),
                environment={"PATH": os.defpath},
                directory=self._data_dir,
                output=output,
                death_signal=embedded.STOP_SIGNAL,
            )
        eventually(lambda: embedded.redis_answers(self.url), "Redis answers")

    def kill(self) -> None:
        """End it as a power cut would; what it held in memory is gone."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(timeout=30)
            self._process = None
