"""The projector as a process: `python -m projector.entrypoints.run`, until SIGTERM or SIGINT."""

import asyncio
import signal
import sys
from typing import Final

import structlog

from projector.bootstrap import open_projector, rare_collections
from projector.settings import load_settings
from service_runtime.kafka_access import KafkaUnreachable
from service_runtime.logs import configure_logs
from service_runtime.metrics_socket import serve_metrics

_STOP_WITHIN_S: Final = 2.0
_log: Final = structlog.get_logger("projector")


async def serve() -> None:
    """Project every lane until a signal; then finish the batch in hand, or drop it after 2 s."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop.set)
    settings = load_settings()
    if settings.metrics_listen is not None:
        serve_metrics(settings.metrics_listen)
    async with open_projector(settings) as projector:
        running = asyncio.create_task(projector.run(stop))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        _, unfinished = await asyncio.wait({running}, timeout=_STOP_WITHIN_S)
        if unfinished:
            _log.warning("batch_dropped", reason="it took too long; it will be applied again")
            running.cancel()
            await asyncio.wait({running})
        elif error := running.exception():
            raise error


def main() -> None:
    """Run the projector; 1 where its settings of Kafka do not go together."""
    configure_logs("projector")
    try:
        with rare_collections():
            asyncio.run(serve())
    except KafkaUnreachable as unreachable:
        sys.exit(str(unreachable))


if __name__ == "__main__":
    main()
