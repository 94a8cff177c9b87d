"""The real services under the supervisor: killed whole, and stopped whole."""

import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cohoi.application.services import SERVICES
from support.deadlines import eventually
from support.product_process import REAL, ProductProcess


@pytest.fixture
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="cohoi-stack-"))
    folder.chmod(0o755)
    yield folder / "data"
    shutil.rmtree(folder)


def _start(data_dir: Path) -> ProductProcess:
    where = {"COHOI_DATA_DIR": str(data_dir), "COHOI_PORT": "0", "COHOI_DEMO": "0"}
    return ProductProcess(REAL, data_dir, environment=where)


def _all_services_started(product: ProductProcess) -> bool:
    """Every service has a log, and every log that should say so says that it works."""
    for service in SERVICES:
        if not (product.data_dir / "logs" / f"{service.name}.log").exists():
            return False
    return "ready." in product.log("reports-slow") and "ready." in product.log("reports-fast")


def test_killed_it_leaves_nothing_running_and_starts_again_and_stops_whole(
    data_dir: Path,
) -> None:
    with _start(data_dir) as product:
        product.wait_until_ready()
        eventually(lambda: _all_services_started(product), "all services work", within_s=120)
        assert len(product.descendants()) >= len(SERVICES) + len(("postgres", "redis"))
        product.process.send_signal(signal.SIGKILL)
        product.ended()
        eventually(lambda: not product.orphans(), "no orphan is left")
    with _start(data_dir) as product:
        product.wait_until_ready()
        eventually(lambda: _all_services_started(product), "all services work", within_s=120)
        with psycopg.connect(product.dsn, connect_timeout=10) as connection:
            assert connection.execute("SELECT count(*) FROM cohoi_migrations").fetchone()
        assert "starting it again" not in product.said  # no service died on its way
        product.descendants()
        product.process.send_signal(signal.SIGTERM)
        assert product.ended(within_s=60) == 0
        assert not product.orphans()
        assert not (data_dir / "run.json").exists()
