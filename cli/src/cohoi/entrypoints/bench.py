"""`cohoi bench`: measures the product beside its baselines, where the bench is installed."""

import subprocess
import sys
from importlib.util import find_spec

import typer

from cohoi.application.refusal import Refused

_PACKAGE = "cohoi_bench"


def bench(context: typer.Context) -> None:
    """Measure the product beside its baselines; `--quick` takes minutes, all of it an hour."""
    if find_spec(_PACKAGE) is None:
        raise Refused(
            "the bench is no part of an installation. Run it from a checkout: `make bench`, or "
            '`make bench ARGS="--quick --only P1,P6"`.'
        )
    command = [sys.executable, "-m", _PACKAGE, *context.args]
    try:
        code = subprocess.call(command)  # noqa: S603 - our own program
    except KeyboardInterrupt:
        code = 1
    raise typer.Exit(code)
