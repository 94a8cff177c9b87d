"""The read models after facts were projected: equal to a refold, whatever happened on the way."""

from integration.projector.conftest import Story, Verify
from projector.settings import Settings
from support.projections import project_all


async def test_a_projected_history_verifies(
    database: str, settings: Settings, story: Story, verified: Verify
) -> None:
    await story(1, 400)
    await story(2, 400)
    await project_all(database, settings)
    found = await verified()
    assert found.differences == ()
    assert found.facts > 800
    assert found.rows > 800
    assert found.cells > found.rows
