"""What the command line finds by name: the oldest of an organization, up to a number."""

import pytest

from command_api.adapters import registry
from command_api.adapters.registry import Registry
from service_runtime.vault import MasterKey
from support.office import MASTER_KEY, Office


@pytest.fixture
def found(office: Office) -> Registry:
    return Registry(office.pool, MasterKey(MASTER_KEY))


async def test_boards_and_people_beyond_what_is_listed_are_left_out(
    office: Office, found: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    boards = [(await office.add_board("A"))[0] for _ in range(4)]
    people = [office.admin, *[await office.add_user(name) for name in ("Minh", "Hoa", "Tú")]]

    async def listed() -> tuple[object, object]:
        return (
            [one.board_id for one in await found.boards(office.org)],
            [one.user_id for one in await found.users(office.org)],
        )

    assert await listed() == (boards, people)
    monkeypatch.setattr(registry, "MAX_BOARDS", 2)
    monkeypatch.setattr(registry, "MAX_PEOPLE", 3)
    assert await listed() == (boards[:2], people[:3])
