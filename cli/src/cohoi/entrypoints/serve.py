"""`cohoi serve`: one door of the product as a process of its own, for installations of many."""

from typing import Annotated

import typer

from cohoi.entrypoints.front_door import DoorName
from cohoi.entrypoints.web import serve_doors
from cohoi.settings import load_settings
from service_runtime.logs import configure_logs

_PORT = 8000


def serve(
    door: Annotated[DoorName, typer.Argument(help="Which door.")],
    *,
    host: Annotated[str, typer.Option(help="Where it listens: 0.0.0.0 for all.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port.", min=1, max=65_535)] = _PORT,
) -> None:
    """Serve one door until told to stop; its settings are the variables COHOI_*.

    A proxy in front sends GET to query-api, /v1/reports to report-api, and everything else,
    /v1/jobs and /v1/views whatever the method, to command-api: deploy/Caddyfile is one.
    """
    settings = load_settings()
    configure_logs(door.value, level=settings.log_level)
    serve_doors(settings, host, port, [door])
