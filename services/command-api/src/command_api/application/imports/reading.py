"""Reading a file beside other work: in a thread, or in slices."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, TypeVar

from command_api.domain.importing.names import folded_name
from command_api.domain.importing.plan import Plan
from command_api.domain.importing.rows import Refused, Row
from command_api.domain.importing.sheet import NO_CUSTOMER
from command_api.domain.text import status_key
from opportunity_events.v1 import StatusType

SLICE_ROWS: Final = 400
T = TypeVar("T")


async def in_thread(work: Callable[[], T]) -> T:
    """Run work that takes seconds in a thread that no ending process waits for."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def tell(say: Callable[[], None]) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(lambda: None if future.done() else say())

    def run() -> None:
        try:
            result = work()
        except Exception as failed:  # noqa: BLE001 - it is raised where the work is awaited
            error = failed
            tell(lambda: future.set_exception(error))
        else:
            tell(lambda: future.set_result(result))

    threading.Thread(target=run, name="import-reading", daemon=True).start()
    return await future


async def slices(plan: Plan, skip: int = 0) -> AsyncIterator[list[Row | Refused]]:
    """Yield the rows behind the first `skip` in slices, letting others work between them."""
    rows: Iterator[Row | Refused] = plan.rows()
    while skip > 0:
        passed = sum(1 for _ in islice(rows, min(skip, SLICE_ROWS)))
        skip -= passed or skip
        await asyncio.sleep(0)
    while some := list(islice(rows, SLICE_ROWS)):
        yield some
        await asyncio.sleep(0)


@dataclass(slots=True)
class Mentioned:
    """Whom and what a file names: folded names, and statuses in the order of their appearance."""

    customers: set[str] = field(default_factory=set[str])
    statuses: dict[str, tuple[str, StatusType]] = field(
        default_factory=dict[str, tuple[str, StatusType]]
    )


async def mentioned(plan: Plan) -> Mentioned:
    """Go through a file once to learn whom it names, so that only those are looked up."""
    found = Mentioned({folded_name(name) for name in NO_CUSTOMER.values()})
    async for some in slices(plan):
        for row in some:
            if not isinstance(row, Row):
                continue
            if row.customer is not None:
                found.customers.add(folded_name(row.customer))
            if row.status.name is not None:
                key = status_key(row.status.name)
                found.statuses.setdefault(key, (row.status.name, row.status.type))
    return found
