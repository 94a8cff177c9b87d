"""The whole product, running: `cohoi up` with its demo data, once for all tests here."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from support.product_process import REAL, ProductProcess
from support.running_product import DEMO, Product


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """Start the product with its demo data on a free port; stop it in the end."""
    folder = Path(tempfile.mkdtemp(prefix="cohoi-e2e-"))
    folder.chmod(0o755)
    data_dir = folder / "data"
    arguments = (*REAL, "--data-dir", str(data_dir), "--port", "0")
    with ProductProcess(arguments, data_dir) as process:
        process.wait_until_ready()
        yield Product(process, data_dir)
        process.process.terminate()
        assert process.ended() == 0
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def admin(product: Product) -> Iterator[httpx.Client]:
    """Call as an admin of the demo."""
    with product.caller(DEMO, "Quản trị Demo") as client:
        yield client
