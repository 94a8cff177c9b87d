"""Who is given which facts: judged when they are delivered, and anew whenever that may change."""

from datetime import timedelta
from uuid import UUID

import pytest

from command_api.domain import commands as c
from service_runtime.callers import Role
from service_runtime.clock import utc_now
from service_runtime.ids import new_id
from service_runtime.tokens import access_claims, sign_token
from support.stream_room import Room


async def _team(room: Room, name: str, *users: UUID) -> UUID:
    team = new_id()
    await room.office.ask(c.AddTeam(team, name))
    for user in users:
        await room.edit_user(user, team_id=team)
    return team


async def test_a_rep_is_given_its_own_its_teams_or_all_as_the_organization_sets(
    hasty_room: Room,
) -> None:
    room = hasty_room
    me, mate, other = [await room.office.add_user(name) for name in ("Minh", "Hoa", "Tú")]
    await _team(room, "North", me, mate)
    follower = room.follower(me, "rep")
    await follower.connect()
    given: dict[str, list[str]] = {}
    owners = {"me": me, "mate": mate, "other": other}
    for visibility in ("own", "team", "all", "own"):
        await room.see(visibility)
        positions = {await room.write(owner=user): name for name, user in owners.items()}
        await follower.until(max(positions))
        given[visibility] = [positions[one] for one in follower.got if one in positions]
    assert given == {"own": ["me"], "team": ["me", "mate"], "all": ["me", "mate", "other"]}


async def test_a_manager_is_given_at_least_its_team_and_an_auditor_all(hasty_room: Room) -> None:
    room = hasty_room
    manager = await room.office.add_user("Minh", "manager")
    auditor = await room.office.add_user("Vy", "auditor")
    mate, other = await room.office.add_user("Hoa"), await room.office.add_user("Tú")
    await _team(room, "North", manager, mate)
    await room.see("own")
    managing, auditing = room.follower(manager, "manager"), room.follower(auditor, "auditor")
    await managing.connect()
    await auditing.connect()
    of_mate, of_other = await room.write(owner=mate), await room.write(owner=other)
    end = await room.write()
    await managing.until(end)
    await auditing.until(end)
    assert managing.got == [of_mate]
    assert auditing.got == [of_mate, of_other, end]


async def test_a_hand_over_is_told_to_both_and_nothing_of_before_to_the_new_owner(
    hasty_room: Room,
) -> None:
    room = hasty_room
    giver, taker, bystander = [await room.office.add_user(name) for name in ("An", "Bình", "Chi")]
    await room.see("own")
    followers = [room.follower(user, "rep") for user in (giver, taker, bystander)]
    for follower in followers:
        await follower.connect()
    deal = new_id()
    created = await room.office.ask(
        c.CreateOpportunity(deal, "Deal", room.customer, board_id=room.board, owner_id=giver)
    )
    handed = await room.office.ask(c.EditOpportunity(deal, owner_id=taker))
    after = await room.office.ask(c.EditOpportunity(deal, title="Renamed"))
    end = await room.edit_user(bystander, name="Chi Chi")
    for follower in followers:
        await follower.until(end)
    positions = [int(answer["position"]) for answer in (created, handed, after)]
    got = [[one for one in follower.got if one in positions] for follower in followers]
    assert got == [positions[:2], positions[1:], []]


async def test_what_is_not_of_an_opportunity_is_told_to_everybody(hasty_room: Room) -> None:
    room = hasty_room
    rep = await room.office.add_user("Minh")
    await room.see("own")
    follower = room.follower(rep, "rep")
    await follower.connect()
    last = 0
    for command in (
        c.AddCustomer(new_id(), "Công ty Bình Minh", None, person=False),
        c.RenameBoard(room.board, "Deals"),
        c.AddTeam(new_id(), "South"),
        c.AddUser(new_id(), "Lan Anh", None, "rep", None),
        c.EditOrganization(name="Cohoi JSC"),
    ):
        last = int((await room.office.ask(command))["position"])
    await follower.until(last)
    assert follower.got == list(range(last - 4, last + 1))


async def test_another_team_in_mid_stream_counts_from_the_next_fact_on(hasty_room: Room) -> None:
    room = hasty_room
    me, north, south = [await room.office.add_user(name) for name in ("Minh", "Bắc", "Nam")]
    await room.see("team")
    first = await _team(room, "North", north)
    second = await _team(room, "South", south)
    follower = room.follower(me, "rep")
    await follower.connect()
    seen: list[list[str]] = []
    for team in (None, first, second, first, None):
        await room.edit_user(me, team_id=team)
        positions = {
            await room.write(owner=north): "north",
            await room.write(owner=south): "south",
        }
        await follower.until(max(positions))
        seen.append([positions[one] for one in follower.got if one in positions])
    assert seen == [[], ["north"], ["south"], ["north"], []]


async def test_a_mate_who_joins_the_team_in_mid_stream_is_seen_from_then_on(
    hasty_room: Room,
) -> None:
    room = hasty_room
    me, mate = await room.office.add_user("Minh"), await room.office.add_user("Hoa")
    await room.see("team")
    team = await _team(room, "North", me)
    follower = room.follower(me, "rep")
    await follower.connect()
    before = await room.write(owner=mate)
    await follower.until(before)
    await room.edit_user(mate, team_id=team)
    after = await room.write(owner=mate)
    await follower.until(after)
    assert before not in follower.got
    assert after in follower.got


@pytest.mark.parametrize("change", [{"active": False}, {"role": "manager"}])
async def test_a_stream_ends_when_its_caller_is_what_it_was_no_more(
    hasty_room: Room, change: dict[str, str | bool]
) -> None:
    room = hasty_room
    rep = await room.office.add_user("Minh")
    follower = room.follower(rep, "rep")
    await follower.connect()
    position = await room.edit_user(rep, **change)
    await room.write()
    await follower.to_the_end()
    assert all(one < position for one in follower.got)
    assert await room.follower(rep, "rep").connect() == 401


async def test_a_stream_ends_with_its_token(hasty_room: Room) -> None:
    room = hasty_room
    claims = access_claims(
        org=room.office.org,
        user=room.office.admin,
        role=Role.ADMIN,
        issued_at=utc_now() - timedelta(hours=1),
        lifetime=timedelta(hours=1, seconds=-58),  # a minute's leeway is given
    )
    follower = room.follower_with(sign_token(room.door.signing_key, claims))
    assert await follower.connect() == 200
    await follower.to_the_end()
    assert follower.comments >= 2
    assert await room.follower_with(follower.credential).connect() == 401


async def test_the_feed_gives_what_the_stream_gives_and_moves_on_over_the_rest(
    hasty_room: Room,
) -> None:
    room = hasty_room
    rep = await room.office.add_user("Minh")
    await room.see("own")
    mine = [await room.write(owner=rep if place % 10 == 5 else None) for place in range(40)][5::10]
    reader = room.reader(rep, "rep")
    first = mine[0] - 6
    met: list[int] = []
    after, asked = first, 0
    while True:
        page = await reader.read("/v1/events", after=after, limit=2)
        met += [fact["position"] for fact in page["items"]]
        asked += 1
        assert len(page["items"]) <= 2
        if page["position"] == after:
            break
        after = page["position"]
    assert met == mine
    assert asked == 4  # two full ones, one that looks through the rest, one at the end
    follower = room.follower(rep, "rep")
    await follower.connect(f"?after={first}")
    await follower.until(after)
    assert follower.got == mine


async def test_a_page_of_nothing_still_moves_on(
    hasty_room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = hasty_room
    monkeypatch.setattr("query_api.application.events.MAX_LOOKED_THROUGH", 30)
    rep = await room.office.add_user("Minh")
    start = await room.see("own")
    for _ in range(50):
        await room.write()
    reader = room.reader(rep, "rep")
    page = await reader.read("/v1/events", after=start, limit=10)
    assert (page["items"], page["position"]) == ([], start + 30)
    page = await reader.read("/v1/events", after=page["position"], limit=10)
    assert (page["items"], page["position"]) == ([], start + 50)
