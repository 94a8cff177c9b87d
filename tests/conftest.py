"""What every test of the house shares: the fixtures of `tests/support`."""

pytest_plugins = ["support.databases", "support.redis_servers", "support.parts"]
