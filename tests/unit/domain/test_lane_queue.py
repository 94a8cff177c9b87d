"""Which of the commands that wait go into one group: bounded in number and in weight."""

import asyncio

from command_api.application.group import CHARACTERS_AS_A_FACT
from command_api.application.lane_queue import (
    MAX_GROUP_COMMANDS,
    MAX_GROUP_WEIGHT,
    LaneQueue,
    Pending,
)
from command_api.application.submission import Submission
from command_api.domain import commands as c
from opportunity_events.envelope import Cause
from support.paper import ident

ORG, BOARD, CUSTOMER = ident(1), ident(2), ident(3)


def groups_of(*commands: c.Command) -> list[int]:
    """Return how many of the commands each group takes."""
    asker = c.Asker(ORG, "system", None, "admin")
    cause = Cause("system", "api", ident(9), ident(9), "test")
    queue, loop = LaneQueue(), asyncio.get_running_loop()
    for command in commands:
        queue.put(Pending(Submission(asker, command, cause), loop.create_future()))
    groups: list[int] = []
    while len(queue):
        groups.append(len(queue.take_group()))
    return groups


def weighing(weight: int) -> c.Command:
    """Return a command with a note that makes it weigh so many facts."""
    note = "x" * (CHARACTERS_AS_A_FACT * (weight - 1))
    return c.CreateOpportunity(ident(4), "Deal", CUSTOMER, board_id=BOARD, note=note)


async def test_a_group_takes_so_many_commands_and_leaves_the_others_to_the_next() -> None:
    commands = [c.RenameBoard(BOARD, f"{number}") for number in range(MAX_GROUP_COMMANDS + 10)]
    assert groups_of(*commands) == [MAX_GROUP_COMMANDS, 10]


async def test_a_group_takes_so_much_weight_and_leaves_the_others_to_the_next() -> None:
    third = weighing(MAX_GROUP_WEIGHT // 3)
    assert groups_of(*[third] * 7) == [3, 3, 1]
    assert groups_of(third, third, weighing(MAX_GROUP_WEIGHT // 3 + 1), third) == [2, 2]


async def test_a_command_that_weighs_more_than_a_group_may_goes_alone() -> None:
    heavy, light = weighing(MAX_GROUP_WEIGHT + 1), weighing(1)
    assert groups_of(light, heavy, light) == [1, 1, 1]
    assert groups_of(heavy, heavy) == [1, 1]
