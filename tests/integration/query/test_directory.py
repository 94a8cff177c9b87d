"""Customers, people, teams, the organization, and who is asking."""

from support.query_door import QueryDoor, Reader
from support.read_rows import START, ReadRows


async def test_a_customer_comes_with_contacts_and_first_opportunities(
    rows: ReadRows, reader: Reader
) -> None:
    second = rows.add_contact(rows.customer, "Bình", 1, email="binh@example.com")
    first = rows.add_contact(rows.customer, None, 0, erased_at=START)
    rows.add_all([{"title": f"{number}", "amount_minor": 2} for number in range(52)])
    rows.add("gone", deleted_at=START)
    rows.add("another's", customer_id=rows.add_customer("Other"))
    answer = await reader.ask(f"/v1/customers/{rows.customer}")
    body = answer.json()
    assert answer.headers["etag"] == '"1"'
    assert [contact["id"] for contact in body["contacts"]] == [str(first), str(second)]
    assert body["contacts"][0]["name"] is None
    assert body["contacts"][0]["erased_at"] is not None
    opportunities = body["opportunities"]
    assert len(opportunities["items"]) == 50
    assert opportunities["totals"][0]["active"]["value_minor"]["listed"] == "104"
    cursor = opportunities["next_cursor"]
    rest = await reader.read("/v1/opportunities", customer=rows.customer, cursor=cursor)
    met = {item["id"] for item in (*opportunities["items"], *rest["items"])}
    assert len(met) == 52
    assert len(rest["items"]) == 2


async def test_customers_are_sorted_as_people_read_and_searched_by_name(
    rows: ReadRows, neighbour: ReadRows, reader: Reader
) -> None:
    for name in ("Đỗ Gia", "Do Gia", "Ân", None, "Zu"):
        rows.add_customer(name, person=name is None)
    names = ["Ân", "Công ty An Phát", "Do Gia", "Đỗ Gia", "Zu", None]
    pages = await reader.pages("/v1/customers", limit=2)
    assert [item["name"] for page in pages for item in page["items"]] == names
    pages = await reader.pages("/v1/customers", limit=4, sort="name", order="desc")
    assert [item["name"] for page in pages for item in page["items"]] == [*names[4::-1], None]
    found = await reader.read("/v1/customers", q="do g")
    assert [item["name"] for item in found["items"]] == ["Do Gia", "Đỗ Gia"]
    by_age = await reader.pages("/v1/customers", limit=3, sort="created")
    assert sum(len(page["items"]) for page in by_age) == 6
    assert neighbour.customer not in {item["id"] for page in by_age for item in page["items"]}


async def test_users_and_teams_are_listed_by_name(
    rows: ReadRows, neighbour: ReadRows, reader: Reader
) -> None:
    rows.add_user(None, active=False)
    rows.add_user("An", email="an@example.com", role="manager")
    rows.add_team("Central")
    pages = await reader.pages("/v1/users", limit=1)
    assert [page["items"][0]["name"] for page in pages] == ["An", "Lan", None]
    assert [page["items"][0]["active"] for page in pages] == [True, True, False]
    found = await reader.read("/v1/users", q="la")
    assert [item["id"] for item in found["items"]] == [str(rows.user)]
    pages = await reader.pages("/v1/teams", limit=1)
    assert [page["items"][0]["name"] for page in pages] == ["Central", "North"]
    assert neighbour.team


async def test_who_asks_is_told_who_it_is_and_what_day_it_is(
    rows: ReadRows, neighbour: ReadRows, door: QueryDoor
) -> None:
    for here in (rows, neighbour):
        me = await door.of(here).read("/v1/me")
        assert me["user"]["id"] == str(here.user)
        assert me["organization"]["id"] == str(here.org)
        answer = await door.of(here).ask("/v1/organization")
        organization = answer.json()
        assert answer.headers["etag"] == f'"{organization.pop("version")}"'
        assert {**organization, "today": me["organization"]["today"]} == me["organization"]


async def test_single_resources_carry_their_version(rows: ReadRows, reader: Reader) -> None:
    deal = rows.add(version=7)
    for path, etag in (
        (f"/v1/opportunities/{deal}", '"7"'),
        (f"/v1/boards/{rows.board}", '"1"'),
        (f"/v1/customers/{rows.customer}", '"1"'),
        (f"/v1/users/{rows.user}", '"1"'),
        (f"/v1/teams/{rows.team}", '"1"'),
        ("/v1/organization", '"1"'),
    ):
        answer = await reader.ask(path)
        assert answer.headers["etag"] == etag
        assert answer.headers["cohoi-position"] == str(rows.position)
