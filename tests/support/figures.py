"""Figures that a test tells people: shown with `pytest -s`, and with a failure."""

import sys


def tell(line: str) -> None:
    """Write a line of figures to standard output."""
    sys.stdout.write(f"\n{line}")
    sys.stdout.flush()
