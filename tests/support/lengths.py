"""How long the long tests last: settings of the test run, with defaults for one machine."""

import os


def _number(name: str, usual: float) -> float:
    return float(os.environ.get(name) or usual)  # noqa: TID251 - the tests' own setting


def kills() -> int:
    """Return how many kills a storm of kills has (COHOI_KILLS; 100 for the whole of it)."""
    return int(_number("COHOI_KILLS", 10))


def faults(usual: int) -> int:
    """Return how many faults a series has that a storm makes long (COHOI_FAULTS)."""
    return int(_number("COHOI_FAULTS", usual))


def soak_minutes() -> float:
    """Return how long a soak lasts (COHOI_SOAK_MINUTES)."""
    return _number("COHOI_SOAK_MINUTES", 30)


def seed() -> int:
    """Return the seed of what is random in long tests (COHOI_SEED)."""
    return int(_number("COHOI_SEED", 1))
