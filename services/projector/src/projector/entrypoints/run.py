"""The projector as a process: `python -m projector.entrypoints.run`, until SIGTERM or SIGINT."""

import asyncio
import sys
from typing import Final

from projector.bootstrap import open_projector, rare_collections
from projector.settings import load_settings
from service_runtime.kafka_access import KafkaUnreachable
from service_runtime.logs import configure_logs
from service_runtime.metrics_socket import serve_metrics
from service_runtime.stopping import run_until, stop_on_signals

_STOP_WITHIN_S: Final = 2.0


async def serve() -> None:
    """Project every lane until a signal; then finish the batch in hand, or drop it after 2 s."""
    stop = stop_on_signals()
    settings = load_settings()
    if settings.metrics_listen is not None:
        serve_metrics(settings.metrics_listen)
    async with open_projector(settings) as projector:
        await run_until(stop, projector.run(stop), within_s=_STOP_WITHIN_S)


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
