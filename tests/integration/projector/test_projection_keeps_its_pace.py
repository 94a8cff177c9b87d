"""The projector's plans are made anew: tables that were empty at its start do not slow it down."""

import time
from statistics import median
from typing import Final
from uuid import UUID

import msgspec

from opportunity_events import v1
from opportunity_events.envelope import Stream
from projector.settings import Settings
from service_runtime.ids import new_id
from support.fact_samples import cell
from support.fact_writer import FactWriter
from support.planted import Planted
from support.projections import running_projector, until_applied

ORG: Final = UUID(int=0xACE)
BOARD: Final = UUID(int=0xB0A)
GROUP: Final = 400
GROUPS: Final = 30
FEW: Final = 8
# A batch that reads the whole table for each of its rows takes ten times as long in the end.
SLOWER_AT_MOST: Final = 4.0


async def test_a_first_import_does_not_get_slower_with_what_is_there(
    database: str, settings: Settings, writer: FactWriter
) -> None:
    await writer.register(ORG)
    begun = v1.OrganizationCreated("Cohoi Ltd", "VND", "Asia/Ho_Chi_Minh", "vi", "all")
    await writer.append([Planted(Stream(ORG, "organization", ORG), begun)])
    seconds: list[float] = []
    async with running_projector(settings):
        for _ in range(FEW):  # until then a plan is made for each execution, and then kept
            await writer.append([_created()])
            await until_applied(database)
        for _ in range(GROUPS):
            await writer.append([_created() for _ in range(GROUP)])
            started = time.perf_counter()
            await until_applied(database)
            seconds.append(time.perf_counter() - started)
    assert median(seconds[-5:]) < SLOWER_AT_MOST * median(seconds[:5])


def _created() -> Planted:
    standing = msgspec.structs.replace(cell(), customer_id=new_id())
    data = v1.OpportunityCreated(BOARD, None, standing, "Deal", None, (), None)
    return Planted(Stream(ORG, "opportunity", new_id()), data)
