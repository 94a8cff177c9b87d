"""What every test of the house shares: fixtures of `tests/support`, and logs as ours are."""

import pytest

from service_runtime.logs import configure_logs

pytest_plugins = ["support.databases", "support.redis_servers", "support.parts"]


@pytest.fixture(scope="session", autouse=True)
def our_logs() -> None:
    """Log as the product does: its default would print every local of a traceback, for seconds."""
    configure_logs("tests", level="WARNING")
