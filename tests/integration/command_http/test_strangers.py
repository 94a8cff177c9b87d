"""Another organization's ids, and what is no request at all."""

from typing import Any

from support.real_command_door import RealDoor, anything


async def test_anothers_ids_name_nothing_in_a_path_and_are_unknown_in_a_body(
    door: RealDoor,
) -> None:
    stranger, admin = await door.stranger(), door.admin
    board = await stranger.make("/v1/boards", {"name": "Của họ"})
    customer = await stranger.make("/v1/customers", {"name": "Của họ"})
    contact = await stranger.make(f"/v1/customers/{customer}/contacts", {"name": "Của họ"})
    deal = await stranger.make("/v1/opportunities", {"title": "A", "customer_id": customer})
    team = await stranger.make("/v1/teams", {"name": "Của họ"})
    own = await admin.make("/v1/customers", {"name": "Của tôi"})
    routes: list[tuple[str, str, Any]] = [
        ("PATCH", f"/v1/boards/{board}", {"name": "A"}),
        ("DELETE", f"/v1/boards/{board}", None),
        ("POST", f"/v1/boards/{board}/statuses", {"name": "A", "type": "won"}),
        ("PUT", f"/v1/boards/{board}/statuses/order", {"status_ids": []}),
        ("PATCH", f"/v1/boards/{board}/statuses/{anything()}", {"name": "A"}),
        ("DELETE", f"/v1/boards/{board}/statuses/{anything()}", None),
        ("PATCH", f"/v1/customers/{customer}", {"name": "A"}),
        ("DELETE", f"/v1/customers/{customer}", None),
        ("DELETE", f"/v1/customers/{customer}?erase=true", None),
        ("POST", f"/v1/customers/{customer}/contacts", {"name": "A"}),
        ("PATCH", f"/v1/customers/{customer}/contacts/{contact}", {"name": "A"}),
        ("PATCH", f"/v1/customers/{own}/contacts/{contact}", {"name": "A"}),
        ("DELETE", f"/v1/customers/{customer}/contacts/{contact}", None),
        ("PATCH", f"/v1/opportunities/{deal}", {"title": "B"}),
        ("DELETE", f"/v1/opportunities/{deal}", None),
        *(
            ("POST", f"/v1/opportunities/{deal}/{verb}", None)
            for verb in ("win", "lose", "reopen", "restore")
        ),
        ("POST", f"/v1/opportunities/{deal}/move", {"status_id": anything()}),
        ("PATCH", f"/v1/users/{stranger.user}", {"name": "A"}),
        ("DELETE", f"/v1/users/{stranger.user}", None),
        ("PATCH", f"/v1/teams/{team}", {"name": "A"}),
    ]
    before = len(await door.facts())
    auditor = await door.person("auditor")
    for method, path, body in routes:
        for who in (admin, auditor):
            problem = await who.refused(method, path, body)
            assert (problem["type"], problem["status"]) == ("not-found", 404), (method, path)
    problem = await admin.refused(
        "POST", "/v1/opportunities", {"title": "A", "customer_id": customer, "board_id": board}
    )
    assert problem["status"] == 422
    assert {error["code"] for error in problem["errors"]} == {"unknown"}
    assert len(await door.facts()) == before + 1  # the auditor


HOSTILE: list[bytes] = [
    b"",
    b"null",
    b"[]",
    b'""',
    b"0",
    b"{",
    b"[" * 100_000,
    b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    b"\xff\xfe{}",
    b'{"name":"\\u0000"}',
    b'{"name":"\\ud800","title":"\\udfff"}',
    b'{"name":' + b"9" * 5_000 + b"}",
    b'{"name":1e999}',
    b'{"title":{"title":{"title":[]}},"statuses":[[[]]],"ids":{}}',
    b'{"name":"a","name":"b"}',
    b'{"__proto__":1,"constructor":2,"%s":3,"\'; drop table log.facts; --":4}',
    '{"name":"ơ\u202e\u200b\ufeff"}'.encode(),
    b'{"status_id":"00000000-0000-0000-0000-000000000000","customer_id":true}',
    b'{"closed_on":"0000-00-00","expected_close_date":"10000-01-01","value":{}}',
]


async def test_nothing_that_is_sent_breaks_anything(door: RealDoor) -> None:
    admin, unknown = door.admin, anything()
    await admin.make("/v1/boards", {"name": "Bán hàng"})
    customer = await admin.make("/v1/customers", {"name": "An Phát"})
    deal = await admin.make("/v1/opportunities", {"title": "A", "customer_id": customer})
    headers = {"Authorization": admin.authorization, "Content-Type": "application/json"}
    for method, path in (
        ("POST", "/v1/boards"),
        ("POST", "/v1/customers"),
        ("PATCH", f"/v1/customers/{customer}"),
        ("POST", f"/v1/customers/{customer}/contacts"),
        ("POST", "/v1/opportunities"),
        ("PATCH", f"/v1/opportunities/{deal}"),
        ("POST", f"/v1/opportunities/{deal}/move"),
        ("POST", f"/v1/opportunities/{deal}/win"),
        ("DELETE", f"/v1/opportunities/{deal}"),
        ("POST", "/v1/opportunities/bulk"),
        ("POST", "/v1/users"),
        ("PATCH", "/v1/organization"),
        ("PATCH", f"/v1/opportunities/{unknown}"),
        ("PATCH", "/v1/opportunities/%00"),
        ("PATCH", "/v1/opportunities/..%2f..%2fetc%2fpasswd"),
        ("POST", "/v1/opportunities/bulk?x=%00&x=%ff"),
    ):
        for raw in HOSTILE:
            response = await admin.client.request(method, path, content=raw, headers=headers)
            where = (method, path, raw[:60], response.text)
            assert response.status_code < 500, where
            assert "traceback" not in response.text.lower(), where
