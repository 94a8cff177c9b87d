"""A progress bar on stderr for work that goes through all facts."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def fact_progress(what: str) -> Generator[Callable[[int, int], None]]:
    """Show how many facts are done; give what is to be called with (done, all)."""
    bar = Progress(
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("facts"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task(what, total=None)

        def show(done: int, of_all: int) -> None:
            bar.update(task, completed=done, total=of_all)

        yield show
