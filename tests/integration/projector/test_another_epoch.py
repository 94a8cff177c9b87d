"""Where an operator declares another story of a lane, read models of the old one do not go on."""

import pytest

from projector.bootstrap import rebuild
from projector.settings import Settings
from service_runtime.addresses import Addresses
from support.generations import ReadConnection
from support.projections import Story, Verify, asking, running_projector, until, until_applied
from support.rebuilds import unseen

_STOPPED = "select stopped_at is not null from projection.checkpoints order by generation desc"
_ADOPT = "select log.adopt_lane(0, 2, head + $1) from log.lanes where lane = 0"


async def test_models_that_know_void_facts_stop_again_and_again_until_they_are_rebuilt(
    connection: ReadConnection, story: Story, settings: Settings, verified: Verify
) -> None:
    await story(1, 40)
    async with running_projector(settings):
        await until_applied(settings.log_dsn)
    await connection.execute(_ADOPT, -5)
    await story(2, 20)
    for _ in range(2):  # a projector that starts anew is no wiser than the one before
        async with running_projector(settings):
            await until(asking(connection, _STOPPED), "the lane stands")
            reason = await connection.fetchval("select stopped_reason from projection.checkpoints")
            assert "epoch 2 of the lane began" in reason
            assert "run `cohoi rebuild`" in reason
    async with running_projector(settings):
        await rebuild(Addresses.one(settings.log_dsn), settings.master_key_file, unseen)
        await until_applied(settings.log_dsn)
        await story(3, 20)
        await until_applied(settings.log_dsn)
    assert (await verified()).count == 0


@pytest.mark.parametrize("ahead", [1, 7])
async def test_an_epoch_that_begins_beyond_what_is_applied_stops_nobody(
    connection: ReadConnection, story: Story, settings: Settings, verified: Verify, ahead: int
) -> None:
    await story(1, 30)
    async with running_projector(settings):
        await until_applied(settings.log_dsn)
        await connection.execute(_ADOPT, ahead)
        await story(2, 30)
        await until_applied(settings.log_dsn)
    async with running_projector(settings):
        await story(3, 10)
        await until_applied(settings.log_dsn)
    assert await connection.fetchval("select max(lane_epoch) from projection.checkpoints") == 2
    assert (await verified()).count == 0
