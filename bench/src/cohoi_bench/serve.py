"""`python -m cohoi_bench.serve WHAT PORT`: an ASGI application on uvicorn, as the product has it.

WHAT is `empty` (the empty FastAPI application), `command` (command-api alone) or `web` (the three
doors of the embedded product).
"""

import sys

import uvicorn
from starlette.types import ASGIApp

from cohoi.entrypoints.front_door import build_front_door
from cohoi_bench.empty_app import app as empty_app
from command_api.entrypoints.http.app import build_app
from command_api.settings import load_settings
from service_runtime.garbage import settle_memory
from service_runtime.logs import configure_logs


def _application(what: str) -> ASGIApp:
    match what:
        case "empty":
            return empty_app
        case "command":
            return build_app(load_settings())
        case "web":
            return build_front_door()
        case other:
            raise SystemExit(f"no such application: {other}")


def main() -> None:
    """Serve until told to stop."""
    what, port = sys.argv[1:]
    configure_logs(what)
    application = _application(what)
    if what != "empty":
        settle_memory()
    uvicorn.run(
        application,
        host="127.0.0.1",
        port=int(port),
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
    )


if __name__ == "__main__":
    main()
