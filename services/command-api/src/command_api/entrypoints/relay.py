"""The relay as a process: `python -m command_api.entrypoints.relay`, until SIGTERM or SIGINT."""

import asyncio
import sys
from typing import Final

from command_api.application.relaying.ports import UnfitTopicError
from command_api.application.relaying.publishing import run_all
from command_api.bootstrap import open_relay
from command_api.settings import load_settings
from service_runtime.kafka_access import KafkaUnreachable
from service_runtime.logs import configure_logs
from service_runtime.metrics_socket import serve_metrics
from service_runtime.stopping import run_until, stop_on_signals

_STOP_WITHIN_S: Final = 5.0


async def serve() -> None:
    """Publish every lane until a signal; what is then on its way is awaited for a moment."""
    stop = stop_on_signals()
    settings = load_settings()
    if settings.metrics_listen is not None:
        serve_metrics(settings.metrics_listen)
    async with open_relay(settings) as publishing:
        running = run_all([topic.run(stop) for topic in publishing])
        await run_until(stop, running, within_s=_STOP_WITHIN_S)


def main() -> None:
    """Run the relay; 1 where the topic or the settings are not as they must be."""
    configure_logs("relay")
    try:
        asyncio.run(serve())
    except* (UnfitTopicError, KafkaUnreachable) as unfit:
        sys.exit(str(unfit.exceptions[0]))


if __name__ == "__main__":
    main()
