"""Two organizations: with the other's ids every route answers as if there were nothing."""

from fastapi.routing import APIRoute

from query_api.entrypoints.http.app import ROUTERS
from service_runtime.ids import new_id
from support.query_door import Reader
from support.read_rows import ReadRows


def paths_of(rows: ReadRows) -> dict[str, str]:
    """Return every route with an id in its path, with an organization's ids in it."""
    ids = {
        "board": rows.board,
        "status": rows.statuses["Lead"],
        "opportunity": next(iter(rows.opportunities)),
        "customer": rows.customer,
        "user": rows.user,
        "team": rows.team,
    }
    routes = [route for router in ROUTERS for route in router.routes]
    paths = [route.path for route in routes if isinstance(route, APIRoute)]
    return {path: path.format(**ids) for path in paths if "{" in path and "{lane}" not in path}


async def test_anothers_ids_are_answered_like_ids_that_nobody_has(
    rows: ReadRows, neighbour: ReadRows, reader: Reader
) -> None:
    rows.add()
    theirs, ours = paths_of(neighbour), paths_of(rows)
    assert len(theirs) == 9
    for route, path in theirs.items():
        answer = await reader.ask(path)
        assert answer.status_code == 404, route
        nobodys = route
        for name in ("board", "status", "opportunity", "customer", "user", "team"):
            nobodys = nobodys.replace(f"{{{name}}}", str(new_id()))
        assert (await reader.ask(nobodys)).content == answer.content
        refused = await reader.refused(path, bogus="1")
        assert refused == (404, "not-found", None), route
    for route, path in ours.items():
        if not route.endswith("/history"):  # rows without facts have none
            assert (await reader.ask(path)).status_code == 200, route


async def test_no_list_shows_anothers_rows(
    rows: ReadRows, neighbour: ReadRows, reader: Reader
) -> None:
    deal = rows.add(amount_minor=1)
    for path, expected in (
        ("/v1/boards", {rows.board}),
        ("/v1/opportunities", {deal}),
        ("/v1/customers", {rows.customer}),
        ("/v1/users", {rows.user}),
        ("/v1/teams", {rows.team}),
    ):
        items = (await reader.read(path))["items"]
        assert {item["id"] for item in items} == {str(one) for one in expected}
    for query in ({}, {"period": "one_time"}, {"owner": "me"}):
        (total,) = (await reader.read("/v1/opportunities/totals", **query))["totals"]
        assert total["active"]["value_minor"]["listed"] == "1"
    assert neighbour.opportunities


async def test_a_row_of_ours_that_names_theirs_shows_nothing_of_them(
    rows: ReadRows, neighbour: ReadRows, reader: Reader
) -> None:
    deal = rows.add(customer_id=neighbour.customer, owner_id=neighbour.user)
    shown = await reader.read(f"/v1/opportunities/{deal}")
    assert shown["customer"]["name"] is None
    assert shown["owner"]["name"] is None
