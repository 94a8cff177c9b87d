"""Where the kernel does not end the children of a killed supervisor, the watchdog does."""

import signal
import subprocess
import sys

from cohoi.adapters.watchdog import Watchdog
from support.deadlines import eventually

_DEAF = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
signal.pause()
"""


def _sleeper() -> subprocess.Popen[bytes]:
    return subprocess.Popen(["sleep", "600"])  # noqa: S607 - wherever the system has it


def test_at_the_end_of_its_pipe_it_ends_who_is_watched_and_nobody_else() -> None:
    watched, forgotten = _sleeper(), _sleeper()
    deaf = subprocess.Popen([sys.executable, "-c", _DEAF], stdout=subprocess.PIPE)  # noqa: S603 - ours
    try:
        assert deaf.stdout is not None
        assert deaf.stdout.readline() == b"deaf\n"
        watchdog = Watchdog.start()
        for child in (watched, forgotten, deaf):
            watchdog.watch(child.pid, signal.SIGTERM)
        watchdog.forget(forgotten.pid)
        watchdog.close(within_s=60)  # our end of the pipe closes, as it would if we were killed
        for child, ending in ((watched, -signal.SIGTERM), (deaf, -signal.SIGKILL)):
            eventually(lambda child=child: child.poll() is not None, "it ended")
            assert child.returncode == ending
        assert forgotten.poll() is None
    finally:
        for child in (watched, forgotten, deaf):
            child.kill()
            child.communicate()
