"""Fixtures that give tests a real Valkey or Redis.

`redis_server` (session) the address of a server: the product's own embedded one without its
               append-only file, COHOI_TEST_REDIS_URL, or a container (support.containers)
`redis_url`    (test) the same address, with nothing in its database
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from cohoi.adapters import redis_server as embedded
from cohoi.adapters.child_process import spawn
from cohoi.adapters.redis_binaries import choose_redis_binary, find_redis_binaries
from support import containers

_READY_WITHIN_S = 30


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    url = os.environ.get("COHOI_TEST_REDIS_URL")  # noqa: TID251 - the tests' own setting
    if url:
        yield url
        return
    if containers.wanted():
        with containers.redis_container() as address:
            yield address
        return
    data_dir = Path(tempfile.mkdtemp(prefix="cohoi-test-"))
    try:
        binary = choose_redis_binary(find_redis_binaries())
        server = embedded.redis_server(data_dir, binary, Path(tempfile.gettempdir()))
        log = data_dir / "redis.log"
        with log.open("wb") as output:
            process = spawn(
                server.command(durable=False),
                environment={"PATH": os.defpath},
                directory=data_dir,
                output=output,
                death_signal=embedded.STOP_SIGNAL,
            )
        try:
            deadline = time.monotonic() + _READY_WITHIN_S
            while not embedded.redis_answers(server.url):
                if process.poll() is not None or time.monotonic() > deadline:
                    pytest.fail(f"Redis did not start:\n{log.read_text(encoding='utf-8')}")
                time.sleep(0.02)
            yield server.url
        finally:
            process.send_signal(embedded.STOP_SIGNAL)
            process.wait(timeout=30)
    finally:
        shutil.rmtree(data_dir, ignore_errors=True)


@pytest.fixture
def redis_url(redis_server: str) -> str:
    with redis.Redis.from_url(redis_server, socket_timeout=10) as client:
        client.flushdb()
    return redis_server
