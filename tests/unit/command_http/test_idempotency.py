"""Keys, causes, and what makes one request the same as another."""

import re
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid5

import pytest

from command_api.application.submission import Submission
from support.command_door import KEY, ORG, THING, USER, CommandDoor, open_command_door

PATH = f"/v1/opportunities/{THING}"
UUID_KEY = "0199a0c2-5b7e-4c11-8d4f-3a2b1c0d9e8f"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACEPARENT = f"00-{TRACE}-00f067aa0ba902b7-01"


async def submission(
    door: CommandDoor,
    *,
    path: str = PATH,
    method: str = "PATCH",
    content: bytes = b'{"confidence":5}',
    role: str = "admin",
    **headers: str,
) -> Submission:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    await door.send(method, path, content=content, role=role, headers=sent)
    return door.submitter.last


def hmac_of(one: Submission) -> bytes:
    assert one.idempotency is not None
    assert len(one.idempotency.request_hmac) == 32
    return one.idempotency.request_hmac


async def test_without_a_key_nothing_is_kept_and_every_command_is_new(door: CommandDoor) -> None:
    one = await submission(door)
    other = await submission(door)
    assert one.idempotency is None
    assert one.cause.command_id != other.cause.command_id
    assert one.cause.command_id.version == 7


async def test_a_key_that_is_a_uuid_is_the_commands_id(door: CommandDoor) -> None:
    one = await submission(door, idempotency_key=UUID_KEY)
    assert one.idempotency is not None
    assert one.idempotency.key == UUID_KEY
    assert one.cause.command_id == UUID(UUID_KEY)
    assert one.cause.causation_id == UUID(UUID_KEY)


@pytest.mark.parametrize("key", ["invoice-17", UUID_KEY.upper(), UUID_KEY.replace("-", ""), "!"])
async def test_any_other_key_is_made_into_an_id_with_the_organization(
    door: CommandDoor, key: str
) -> None:
    one = await submission(door, idempotency_key=key)
    assert one.cause.command_id == uuid5(ORG, key)


async def test_the_same_request_again_has_the_same_hmac(door: CommandDoor) -> None:
    one = await submission(door, idempotency_key="a", if_match='"7"')
    again = await submission(
        door, idempotency_key="a", if_match='"7"', accept_language="vi", user_agent="another"
    )
    assert hmac_of(one) == hmac_of(again)


OTHERS: dict[str, Callable[[CommandDoor], Awaitable[Submission]]] = {
    "caller": lambda d: submission(d, idempotency_key="a", role="service"),
    "path": lambda d: submission(d, idempotency_key="a", path=PATH.replace("-7a00-", "-7a01-")),
    "method and path": lambda d: submission(
        d, idempotency_key="a", path=f"{PATH}/win", method="POST", content=b""
    ),
    "body": lambda d: submission(d, idempotency_key="a", content=b'{"confidence":6}'),
    "spaces in the body": lambda d: submission(
        d, idempotency_key="a", content=b'{"confidence": 5}'
    ),
    "precondition": lambda d: submission(d, idempotency_key="a", if_match='"7"'),
    "any precondition": lambda d: submission(d, idempotency_key="a", if_match="*"),
}


@pytest.mark.parametrize("different", OTHERS)
async def test_another_request_has_another_hmac(door: CommandDoor, different: str) -> None:
    one = await submission(door, idempotency_key="a")
    other = await OTHERS[different](door)
    assert hmac_of(one) != hmac_of(other)


async def test_the_query_is_part_of_the_request(door: CommandDoor) -> None:
    path = f"/v1/customers/{THING}"
    one = await submission(door, method="DELETE", path=path, content=b"", idempotency_key="a")
    other = await submission(
        door, method="DELETE", path=f"{path}?erase=false", content=b"", idempotency_key="a"
    )
    assert hmac_of(one) != hmac_of(other)


async def test_the_method_is_part_of_the_request(door: CommandDoor) -> None:
    one = await submission(door, method="DELETE", content=b"{}", idempotency_key="a")
    other = await submission(door, method="PATCH", content=b"{}", idempotency_key="a")
    assert hmac_of(one) != hmac_of(other)


async def test_another_master_key_makes_another_hmac(door: CommandDoor) -> None:
    one = await submission(door, idempotency_key="a")
    async with open_command_door(b"x" * 32) as elsewhere:
        other = await submission(elsewhere, idempotency_key="a")
    assert hmac_of(one) != hmac_of(other)


async def test_a_cause_says_who_asked_through_what_and_as_part_of_what(door: CommandDoor) -> None:
    one = await submission(door, traceparent=TRACEPARENT, cohoi_client="web")
    assert one.cause.actor == f"user/{USER}"
    assert one.cause.client == "web"
    assert one.cause.correlation_id == TRACE
    assert one.cause.traceparent == TRACEPARENT
    assert one.cause.causation_id == one.cause.command_id
    assert (one.asker.org, one.asker.user_id, one.asker.role) == (ORG, USER, "admin")


async def test_without_a_good_trace_the_cause_correlates(door: CommandDoor) -> None:
    for bad in ("", "00-" + "0" * 32 + "-00f067aa0ba902b7-01", "nonsense"):
        one = await submission(door, traceparent=bad, cohoi_client="WEB")
        assert one.cause.correlation_id == str(one.cause.command_id)
        assert one.cause.traceparent is None
        assert one.cause.client == "api"


async def test_a_key_of_a_service_is_no_user(door: CommandDoor) -> None:
    one = await submission(door, role="service")
    assert one.cause.actor == one.asker.actor == f"key/{KEY}"
    assert one.asker.user_id is None
    assert re.fullmatch(r"[0-9a-f-]{36}", one.cause.correlation_id)
