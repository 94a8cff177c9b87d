"""A progress bar on stderr for work that goes through all facts; lines where it is no terminal."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cohoi.domain.log_line import progress_line

LINE_EVERY_S: Final = 5.0
"""Where no bar can be drawn, a line says so often how far it is."""


@contextmanager
def fact_progress(what: str) -> Generator[Callable[[int, int], None]]:
    """Show how many facts are done; give what is to be called with (done, all)."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(console, what)
        return
    bar = Progress(
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("facts"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
    with bar:
        task = bar.add_task(what, total=None)

        def show(done: int, of_all: int) -> None:
            bar.update(task, completed=done, total=of_all)

        yield show


def _lines(console: Console, what: str) -> Callable[[int, int], None]:
    due = time.monotonic() + LINE_EVERY_S

    def show(done: int, of_all: int) -> None:
        nonlocal due
        if (now := time.monotonic()) < due:
            return
        due = now + LINE_EVERY_S
        console.file.write(f"{progress_line(what, done, of_all)}\n")
        console.file.flush()

    return show
