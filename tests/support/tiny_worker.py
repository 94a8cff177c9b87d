"""A service for tests of the supervisor: asked to stop, it still writes its last word."""

import os
import signal
from types import FrameType

import psycopg

_DSN = os.environ["COHOI_LOG_DSN"]  # noqa: TID251 - as a service's settings do


def _stop(_number: int, _frame: FrameType | None) -> None:
    with psycopg.connect(_DSN, autocommit=True, connect_timeout=5) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS last_words (word text)")
        connection.execute("INSERT INTO last_words VALUES ('the database outlived me')")
    raise SystemExit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    print(f"listening under {os.getppid()}", flush=True)  # noqa: T201 - into its log, where the test sees it
    while True:
        signal.pause()
