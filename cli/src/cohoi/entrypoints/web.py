"""`python -m cohoi.entrypoints.web`: the web of the embedded product, one process, one port."""

import uvicorn

from cohoi.adapters.file_handles import allow_all_file_handles
from cohoi.adapters.web_port import HOST
from cohoi.adapters.web_server import ConnectionProtocol, WebServer
from cohoi.entrypoints.front_door import build_front_door
from cohoi.settings import load_settings
from service_runtime.garbage import settle_memory
from service_runtime.logs import configure_logs
from service_runtime.metrics import name_process

_DRAIN_S = 3
_KEEP_ALIVE_S = 75  # longer than clients and proxies keep an idle connection, so that they close it


def main() -> None:
    """Serve until told to stop."""
    settings = load_settings()
    configure_logs("web", level=settings.log_level)
    name_process()
    allow_all_file_handles()
    door = build_front_door(settings.metrics_peers)
    settle_memory()
    config = uvicorn.Config(
        door,
        host=HOST,
        port=settings.port,
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


if __name__ == "__main__":
    main()
