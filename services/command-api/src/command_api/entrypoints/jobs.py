"""Jobs as a process: `python -m command_api.entrypoints.jobs`, until SIGTERM or SIGINT."""

import asyncio
import os
import signal
from typing import Final

from command_api.bootstrap import open_job_side
from command_api.entrypoints.http.problems import words_of
from command_api.settings import load_settings
from service_runtime.logs import configure_logs
from service_runtime.metrics_socket import serve_metrics

_NICENESS: Final = 5


async def serve() -> None:
    """Run jobs until a signal; what is under way then is given back as far as it is."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop.set)
    settings = load_settings()
    if settings.metrics_listen is not None:
        serve_metrics(settings.metrics_listen)
    async with open_job_side(settings, words_of) as side, side.book.listening():
        working = asyncio.create_task(side.shift.work())
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        working.cancel()
        await asyncio.wait({working})
        if not working.cancelled():
            working.result()


def main() -> None:
    """Run jobs, behind whoever waits for an answer where the machine is busy."""
    os.nice(_NICENESS)
    configure_logs("jobs")
    asyncio.run(serve())


if __name__ == "__main__":
    main()
