"""What every test of the house shares: fixtures of `tests/support`, and logs as ours are."""

import hypothesis
import pytest

from service_runtime.logs import configure_logs

# The same examples on every machine: a failure here is a failure there. Searches for new ones are
# made by hand, with --hypothesis-profile=default.
hypothesis.settings.register_profile("house", derandomize=True, deadline=None)
hypothesis.settings.load_profile("house")

pytest_plugins = ["support.databases", "support.redis_servers", "support.parts"]


@pytest.fixture(scope="session", autouse=True)
def our_logs() -> None:
    """Log as the product does: its default would print every local of a traceback, for seconds."""
    configure_logs("tests", level="WARNING")
