"""Jobs as a process: `python -m command_api.entrypoints.jobs`, until SIGTERM or SIGINT."""

import asyncio
import os
from typing import Final

from command_api.bootstrap import open_job_side
from command_api.entrypoints.http.problems import words_of
from command_api.settings import load_settings
from service_runtime.logs import configure_logs
from service_runtime.metrics_socket import serve_metrics
from service_runtime.stopping import run_until, stop_on_signals

_NICENESS: Final = 5


async def serve() -> None:
    """Run jobs until a signal; what is under way then is given back as far as it is."""
    stop = stop_on_signals()
    settings = load_settings()
    if settings.metrics_listen is not None:
        serve_metrics(settings.metrics_listen)
    async with open_job_side(settings, words_of) as side, side.book.listening():
        await run_until(stop, side.shift.work(), within_s=0)


def main() -> None:
    """Run jobs, behind whoever waits for an answer where the machine is busy."""
    os.nice(_NICENESS)
    configure_logs("jobs")
    asyncio.run(serve())


if __name__ == "__main__":
    main()
