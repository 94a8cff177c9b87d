"""What every test of the house shares: fixtures of `tests/support`, and logs as ours are."""

import signal

import hypothesis
import pytest

from service_runtime.logs import configure_logs

# The same examples on every machine: a failure here is a failure there. Searches for new ones are
# made by hand, with --hypothesis-profile=default.
hypothesis.settings.register_profile("house", derandomize=True, deadline=None)
hypothesis.settings.load_profile("house")

# A shell starts what runs in its background deaf to Ctrl-C, and every process that a test starts
# would be so too: whoever asks one to end by SIGINT would wait for nothing.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = [
    "support.brokers",
    "support.databases",
    "support.redis_servers",
    "support.parts",
]


@pytest.fixture(scope="session", autouse=True)
def our_logs() -> None:
    """Log as the product does: its default would print every local of a traceback, for seconds."""
    configure_logs("tests", level="WARNING")
