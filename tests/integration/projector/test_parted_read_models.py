"""Read models that get a database of their own when the log has a history already."""

from cohoi.bootstrap import bring_up_to_date
from projector.settings import Settings
from service_runtime.addresses import Addresses
from support.projections import Story, project_all, verified_in
from support.rebuilds import unseen


async def test_an_empty_database_gets_the_read_models_of_the_whole_history(
    database: str, empty_database: str, settings: Settings, story: Story
) -> None:
    await story(61, 200)
    await project_all(database, settings)
    parted = Addresses(log=database, read=empty_database, reports=database)
    applied, rebuilt = await bring_up_to_date(parted, settings.master_key_file, unseen)
    assert {name.partition("/")[0] for name in applied} == {"roles", "read"}
    assert rebuilt is not None
    assert rebuilt.facts > 0
    there = settings.model_copy(update={"read_dsn": empty_database})
    assert (await verified_in(there)).count == 0
    assert await bring_up_to_date(parted, settings.master_key_file, unseen) == ([], None)
