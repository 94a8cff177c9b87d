"""The relay as a process: `python -m command_api.entrypoints.relay`, until SIGTERM or SIGINT."""

import asyncio
import signal
import sys
from typing import Final

import structlog

from command_api.application.relaying.ports import UnfitTopicError
from command_api.bootstrap import open_relay
from command_api.settings import load_settings
from service_runtime.kafka_access import KafkaUnreachable
from service_runtime.logs import configure_logs
from service_runtime.metrics_socket import serve_metrics

_STOP_WITHIN_S: Final = 5.0
_log: Final = structlog.get_logger("relay")


async def serve() -> None:
    """Publish every lane until a signal; what is then on its way is awaited for a moment."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop.set)
    settings = load_settings()
    if settings.metrics_listen is not None:
        serve_metrics(settings.metrics_listen)
    async with open_relay(settings) as relay:
        running = asyncio.create_task(relay.run(stop))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        _, unfinished = await asyncio.wait({running}, timeout=_STOP_WITHIN_S)
        if unfinished:
            _log.warning("batch_dropped", reason="it took too long; the topic's end says of it")
            running.cancel()
            await asyncio.wait({running})
        elif error := running.exception():
            raise error


def main() -> None:
    """Run the relay; 1 where the topic or the settings are not as they must be."""
    configure_logs("relay")
    try:
        asyncio.run(serve())
    except* (UnfitTopicError, KafkaUnreachable) as unfit:
        sys.exit(str(unfit.exceptions[0]))


if __name__ == "__main__":
    main()
