"""The past on paper: what each stream was after each of its facts, folded without the projector.

A state is plain data. `Stream.at` finds the state that a moment shows: facts up to a position, of
those the ones that occurred up to an instant; neither ever falls with the version.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from opportunity_events import v1
from opportunity_events.envelope import Recorded, instant
from opportunity_events.personal import Sealed

State = dict[str, Any]
Open = Callable[[Sealed], str | None]
"""Opens what was sealed; None where its key is gone."""


@dataclass
class Moment:
    """A position, an instant, or an instant as known at a position."""

    position: int | None
    time: datetime | None

    def query(self) -> dict[str, str]:
        """Return it as a read asks it."""
        if self.time is None:
            return {"as_of": str(self.position)}
        known = {} if self.position is None else {"known_at": str(self.position)}
        return {"as_of": instant(self.time), **known}


@dataclass
class Past:
    """One stream: a state for each fact, with where that fact stands."""

    positions: list[int] = field(default_factory=list[int])
    times: list[datetime] = field(default_factory=list[datetime])
    states: list[State] = field(default_factory=list[State])

    def index(self, moment: Moment) -> int:
        """Return how many facts a moment sees."""
        seen = len(self.states)
        if moment.position is not None:
            seen = min(seen, bisect_right(self.positions, moment.position))
        if moment.time is not None:
            seen = min(seen, bisect_right(self.times, moment.time))
        return seen

    def at(self, moment: Moment) -> State | None:
        """Return the state that a moment shows."""
        seen = self.index(moment)
        return self.states[seen - 1] if seen else None

    def later(self, moment: Moment) -> list[State]:
        """Return what is known at a moment and happened after it, oldest first."""
        known = len(self.states)
        if moment.position is not None:
            known = bisect_right(self.positions, moment.position)
        return self.states[self.index(moment) : known]

    def named(self, moment: Moment) -> State | None:
        """Return the state that a moment shows, or the first one where it was made later."""
        return self.at(moment) or next(iter(self.later(moment)), None)


def fold(facts: Iterable[Recorded], open_: Open) -> dict[str, dict[UUID, Past]]:
    """Return every stream by kind and id."""
    kinds: dict[str, dict[UUID, Past]] = {
        kind: {} for kind in ("organization", "team", "user", "board", "customer", "opportunity")
    }
    for recorded in facts:
        stream = recorded.fact.stream
        past = kinds[stream.kind].setdefault(stream.id, Past())
        before = past.states[-1] if past.states else None
        past.positions.append(recorded.position)
        past.times.append(recorded.occurred_at)
        past.states.append(_FOLDS[stream.kind](before, recorded, open_))
    return kinds


def _opened(open_: Open, value: Any) -> Any:
    return open_(value) if isinstance(value, Sealed) else value


def _opportunity(before: State | None, recorded: Recorded, open_: Open) -> State:
    data: Any = recorded.fact.data
    cell = msgspec.structs.asdict(data.after)
    status = cell.pop("status")
    cell["expected_close_date"] = _day(cell["expected_close_date"])
    cell["closed_on"] = _day(cell["closed_on"])
    state: State = {
        **(before or {}),
        **cell,
        "id": str(recorded.fact.stream.id),
        "version": recorded.fact.version,
        "board_id": data.board_id,
        "status_id": status.id,
        "status_type": status.type,
        "updated_at": recorded.recorded_at,
    }
    if isinstance(data, v1.OpportunityCreated):
        state |= {
            "title": data.title,
            "external_ref": data.external_ref,
            "contact_ids": [str(contact) for contact in data.contact_ids],
            "note": _opened(open_, data.note),
            "created_at": recorded.occurred_at,
        }
    elif isinstance(data, v1.OpportunityEdited):
        for change in data.changes:
            if change.field in {"title", "external_ref", "note"}:
                state[change.field] = _opened(open_, change.to)
            elif change.field == "contact_ids":
                state["contact_ids"] = list(change.to)  # pyright: ignore[reportArgumentType] - ids
    if before is None or before["status_id"] != status.id:
        state["status_since"] = recorded.occurred_at
    was_deleted = before is not None and before["deleted"]
    if not cell["deleted"]:
        state["deleted_at"] = None
    elif not was_deleted:
        state["deleted_at"] = recorded.recorded_at
    return state


def _day(value: Any) -> str | None:
    return None if value is None else value.isoformat()


def _customer(before: State | None, recorded: Recorded, open_: Open) -> State:
    data: Any = recorded.fact.data
    state: State = {
        **(before or {"contacts": {}, "archived_at": None}),
        "id": recorded.fact.stream.id,
    }
    state["contacts"] = dict(state["contacts"])
    state["version"] = recorded.fact.version
    match data:
        case v1.CustomerAdded():
            state |= {
                "name": _opened(open_, data.name),
                "external_ref": data.external_ref,
                "person": data.person,
                "created_at": recorded.occurred_at,
            }
        case v1.CustomerEdited():
            state |= {change.field: _opened(open_, change.to) for change in data.changes}
        case v1.CustomerArchived():
            state["archived_at"] = recorded.recorded_at
        case v1.CustomerErased():
            state["name"] = None
        case v1.ContactAdded():
            fields = {name: getattr(data, name) for name in ("name", "email", "phone", "title")}
            state["contacts"][data.contact_id] = {
                name: _opened(open_, value) for name, value in fields.items()
            }
        case v1.ContactEdited():
            changed = {change.field: _opened(open_, change.to) for change in data.changes}
            state["contacts"][data.contact_id] = state["contacts"][data.contact_id] | changed
        case v1.ContactErased():
            state["contacts"][data.contact_id] = dict.fromkeys(("name", "email", "phone", "title"))
        case _:
            raise AssertionError(data)
    return state


def _board(before: State | None, recorded: Recorded, open_: Open) -> State:
    del open_
    data: Any = recorded.fact.data
    old: State = before or {"archived_at": None, "statuses": [], "gone": []}
    state: State = {**old, "id": recorded.fact.stream.id, "version": recorded.fact.version}
    statuses: list[State] = [dict(status) for status in old["statuses"]]
    state["statuses"] = statuses
    match data:
        case v1.BoardCreated():
            state |= {"name": data.name, "created_at": recorded.occurred_at}
            statuses += [_status(status) for status in data.statuses]
        case v1.BoardRenamed():
            state["name"] = data.to
        case v1.BoardArchived():
            state["archived_at"] = recorded.recorded_at
        case v1.StatusAdded():
            statuses.insert(data.index, _status(data.status))
        case v1.StatusesReordered():
            statuses.sort(key=lambda status: data.to.index(status["id"]))
        case v1.StatusDeleted():
            state["statuses"] = [s for s in statuses if s["id"] != data.status.id]
            gone = [s for s in statuses if s["id"] == data.status.id]
            state["gone"] = [*old["gone"], *gone]
        case v1.StatusDeletionStarted():
            _of(statuses, data.status.id)["deleting"] = True
        case v1.StatusRenamed():
            _of(statuses, data.status_id)["name"] = data.to
        case v1.StatusRecolored():
            _of(statuses, data.status_id)["color"] = data.to
        case v1.StatusConfidenceSet():
            _of(statuses, data.status_id)["default_confidence"] = data.to
        case v1.StatusTypeChanged():
            changed = {"type": data.to, "default_confidence": data.default_confidence_to}
            _of(statuses, data.status_id).update(changed)
        case _:
            raise AssertionError(data)
    return state


def _status(status: v1.WholeStatus) -> State:
    return {**msgspec.structs.asdict(status), "deleting": False}


def _of(statuses: list[State], status_id: UUID) -> State:
    return next(status for status in statuses if status["id"] == status_id)


def _user(before: State | None, recorded: Recorded, open_: Open) -> State:
    data: Any = recorded.fact.data
    match data:
        case v1.UserAdded():
            return {"name": _opened(open_, data.name), "team_id": data.team_id}
        case v1.UserEdited():
            changed = {change.field: _opened(open_, change.to) for change in data.changes}
            if changed.get("team_id") is not None:
                changed["team_id"] = UUID(changed["team_id"])
            return {**(before or {}), **changed}
        case v1.UserErased():
            return {**(before or {}), "name": None}
        case _:
            raise AssertionError(data)


def _organization(before: State | None, recorded: Recorded, open_: Open) -> State:
    del open_
    data: Any = recorded.fact.data
    if isinstance(data, v1.OrganizationCreated):
        return {"zone": data.time_zone}
    zones = [change.to for change in data.changes if change.field == "time_zone"]
    return {**(before or {}), **({"zone": zones[-1]} if zones else {})}


def _team(before: State | None, recorded: Recorded, open_: Open) -> State:
    del before, recorded, open_
    return {}


_FOLDS: dict[str, Callable[[State | None, Recorded, Open], State]] = {
    "opportunity": _opportunity,
    "customer": _customer,
    "board": _board,
    "user": _user,
    "organization": _organization,
    "team": _team,
}
