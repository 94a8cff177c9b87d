"""`python -m cohoi.entrypoints.web`: the web of the embedded product, one process, one port."""

from collections.abc import Sequence

import uvicorn

from cohoi.adapters.file_handles import allow_all_file_handles
from cohoi.adapters.web_port import HOST
from cohoi.adapters.web_server import ConnectionProtocol, WebServer
from cohoi.entrypoints.front_door import DoorName, build_front_door
from cohoi.settings import Settings, load_settings
from service_runtime.garbage import settle_memory
from service_runtime.logs import configure_logs
from service_runtime.metrics import name_process

_DRAIN_S = 3
_KEEP_ALIVE_S = 75  # longer than clients and proxies keep an idle connection, so that they close it


def serve_doors(
    settings: Settings, host: str, port: int, names: Sequence[DoorName] = tuple(DoorName)
) -> None:
    """Serve doors on a port until told to stop."""
    name_process()
    allow_all_file_handles()
    door = build_front_door(settings.metrics_peers, names)
    settle_memory()
    config = uvicorn.Config(
        door,
        host=host,
        port=port,
        loop="uvloop",
        http=ConnectionProtocol,
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,  # nothing of ours believes what a caller says of where it comes from
        timeout_graceful_shutdown=_DRAIN_S,
        timeout_keep_alive=_KEEP_ALIVE_S,
    )
    WebServer(config, door.end_streams).run()


def main() -> None:
    """Serve every door on this machine alone."""
    settings = load_settings()
    configure_logs("web", level=settings.log_level)
    serve_doors(settings, HOST, settings.port)


if __name__ == "__main__":
    main()
