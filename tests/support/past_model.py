"""What every read should answer as of a moment, said by other means: folds and plain sums."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from opportunity_events.envelope import Recorded, instant
from service_runtime.folding import sort_key
from support.past_streams import Moment, Open, Past, State, fold

Accept = Callable[[State], bool]
_PERIODS: tuple[str, ...] = ("one_time", "monthly", "annual")


class PastModel:
    """Every stream of an organization, to be looked at as of any moment."""

    def __init__(self, facts: Iterable[Recorded], open_: Open) -> None:
        self.facts = list(facts)
        self.kinds = fold(self.facts, open_)
        self.erased: dict[UUID, datetime] = {
            recorded.fact.data.contact_id: recorded.recorded_at  # pyright: ignore[reportAttributeAccessIssue]
            for recorded in self.facts
            if type(recorded.fact.data).__name__ == "ContactErased"
        }

    @property
    def head(self) -> int:
        """Return the last position."""
        return len(self.facts)

    def at(self, moment: Moment) -> "Then":
        """Look at a moment."""
        return Then(self, moment)


@dataclass
class Then:
    """A moment of an organization."""

    model: PastModel
    moment: Moment
    live: dict[str, State] = field(init=False)

    def __post_init__(self) -> None:
        pasts = self.model.kinds["opportunity"]
        found = ((str(key), past.at(self.moment)) for key, past in pasts.items())
        self.live = {key: state for key, state in found if state is not None}
        [organization] = self.model.kinds["organization"].values()
        self.zone = ZoneInfo((organization.named(self.moment) or organization.states[0])["zone"])

    @property
    def position(self) -> int:
        """Return where an answer is true."""
        return self.model.head if self.moment.position is None else self.moment.position

    @property
    def today(self) -> date:
        """Return the organization's day."""
        now = self.moment.time
        if now is None:
            now = self.model.facts[max(self.position, 1) - 1].recorded_at
        return now.astimezone(self.zone).date()

    def opportunities(self, accept: Accept = lambda _: True) -> list[State]:
        """Return the live ones that are accepted, in the list's own order."""
        found = [s for s in self.live.values() if not s["deleted"] and accept(s)]
        return sorted(found, key=_by_expected_close)

    def shown(self, state: State) -> dict[str, Any]:
        """Return an opportunity as a list shows it."""
        amount, kind = state["amount_minor"], state["status_type"]
        sure = {"won": 100, "lost": 0}.get(kind, state["confidence"])
        close, closed = state["expected_close_date"], state["closed_on"]
        end = self.today if closed is None else date.fromisoformat(closed)
        since = state["status_since"].astimezone(self.zone).date()
        return {
            "id": state["id"],
            "version": state["version"],
            "title": state["title"],
            "external_ref": state["external_ref"],
            "customer": self._named("customer", state["customer_id"]),
            "board_id": str(state["board_id"]),
            "status": {
                "id": str(state["status_id"]),
                "name": self.status_name(state["board_id"], state["status_id"]),
                "type": kind,
            },
            "owner": self._named("user", state["owner_id"]),
            "value": None
            if amount is None
            else {"amount_minor": amount, "currency": state["currency"]},
            "period": state["period"],
            "annualized_minor": None
            if amount is None
            else amount * (12 if state["period"] == "monthly" else 1),
            "confidence": state["confidence"],
            "confidence_source": state["confidence_source"],
            "effective_confidence": sure,
            "expected_value_minor": None if amount is None else _rounded(amount * (sure or 0)),
            "expected_close_date": close,
            "closed_on": closed,
            "lost_reason": state["lost_reason"],
            "overdue": kind == "active"
            and close is not None
            and date.fromisoformat(close) < self.today,
            "days_in_status": max(0, (end - since).days),
            "created_at": instant(state["created_at"]),
            "updated_at": instant(state["updated_at"]),
            "deleted_at": None if state["deleted_at"] is None else instant(state["deleted_at"]),
        }

    def whole(self, state: State) -> dict[str, Any]:
        """Return an opportunity as its own page shows it."""
        return {**self.shown(state), "contact_ids": state["contact_ids"], "note": state["note"]}

    def listed(self, state: State) -> dict[str, Any]:
        """Return an opportunity as the list shows it, but for its note."""
        return {**self.shown(state), "contact_ids": state["contact_ids"]}

    def totals(self, states: Iterable[State]) -> list[dict[str, Any]]:
        """Return what some opportunities add up to, by currency and type."""
        by_currency: dict[str, dict[str, list[State]]] = {}
        for state in states:
            types = by_currency.setdefault(state["currency"], {"active": [], "won": [], "lost": []})
            types[state["status_type"]].append(state)
        return [
            {
                "currency": currency,
                "count": sum(map(len, types.values())),
                **{kind: _sums(found) for kind, found in types.items()},
            }
            for currency, types in sorted(by_currency.items())
        ]

    def status_totals(self, states: Iterable[State]) -> list[dict[str, Any]]:
        """Return what stands in one status, by currency."""
        by_currency: dict[str, list[State]] = {}
        for state in states:
            by_currency.setdefault(state["currency"], []).append(state)
        return [
            {"currency": currency, **_sums(found)}
            for currency, found in sorted(by_currency.items())
        ]

    def boards(self) -> list[dict[str, Any]]:
        """Return the boards that were there, or that an opportunity of then refers to."""
        referred = {state["board_id"] for state in self.live.values()}
        found = self._there("board", referred)
        found.sort(key=lambda state: (state["created_at"], state["id"]))
        return [self.board(state) for state in found]

    def board(self, state: State) -> dict[str, Any]:
        """Return a board with its statuses of then."""
        return {
            "id": str(state["id"]),
            "version": state["version"],
            "name": state["name"],
            "archived_at": _instant(state["archived_at"]),
            "statuses": [{**s, "id": str(s["id"])} for s in self.statuses(state["id"])],
        }

    def statuses(self, board_id: UUID) -> list[State]:
        """Return the statuses of then, and behind them later ones that hold something of then."""
        past = self.model.kinds["board"][board_id]
        standing = past.named(self.moment)
        assert standing is not None
        known = {s["id"] for s in (*standing["statuses"], *standing["gone"])}
        held = {s["status_id"] for s in self.live.values() if s["board_id"] == board_id}
        found: list[State] = list(standing["statuses"])
        for state in past.later(self.moment):
            new = [s for s in state["statuses"] if s["id"] not in known]
            known |= {s["id"] for s in new}
            found += [s for s in new if s["id"] in held]
        return found

    def status_name(self, board_id: UUID, status_id: UUID) -> str:
        """Return what a status was called, or first was called."""
        past = self.model.kinds["board"][board_id]
        standing = past.named(self.moment)
        assert standing is not None
        for state in (standing, *past.later(self.moment)):
            for status in (*state["statuses"], *state["gone"]):
                if status["id"] == status_id:
                    return status["name"]
        raise AssertionError(status_id)

    def customers(self) -> list[dict[str, Any]]:
        """Return the customers that were there or are referred to, by name, erased ones last."""
        referred = {state["customer_id"] for state in self.live.values()}
        found = self._there("customer", referred)
        found.sort(key=lambda s: (s["name"] is None, sort_key(s["name"] or ""), s["id"]))
        return [self.customer(state) for state in found]

    def customer(self, state: State) -> dict[str, Any]:
        """Return a customer with its contacts of then."""
        return {
            "id": str(state["id"]),
            "version": state["version"],
            "name": state["name"],
            "external_ref": state["external_ref"],
            "person": state["person"],
            "archived_at": _instant(state["archived_at"]),
            "contacts": [
                {"id": str(key), **contact, "erased_at": _instant(self.model.erased.get(key))}
                for key, contact in state["contacts"].items()
            ],
        }

    def team_of(self, owner: UUID) -> UUID | None:
        """Return the team that a user was in."""
        state = self.model.kinds["user"][owner].named(self.moment)
        return None if state is None else state["team_id"]

    def _there(self, kind: str, referred: set[UUID]) -> list[State]:
        pasts = self.model.kinds[kind].items()
        found = [
            past.at(self.moment) or (past.named(self.moment) if key in referred else None)
            for key, past in pasts
        ]
        return [state for state in found if state is not None]

    def _named(self, kind: str, key: UUID) -> dict[str, Any]:
        past: Past = self.model.kinds[kind][key]
        state = past.named(self.moment)
        assert state is not None
        return {"id": str(key), "name": state["name"]}


def _by_expected_close(state: State) -> tuple[bool, str, str]:
    day = state["expected_close_date"]
    return (day is None, day or "", state["id"])


def _instant(at: datetime | None) -> str | None:
    return None if at is None else instant(at)


def _rounded(hundredths: int) -> int:
    """Divide by a hundred, a half upwards: nothing here is negative."""
    return (hundredths + 50) // 100


def _sums(states: list[State]) -> dict[str, Any]:
    value: dict[str, int] = dict.fromkeys(_PERIODS, 0)
    weighted: dict[str, int] = dict.fromkeys(_PERIODS, 0)
    estimated = [state for state in states if state["amount_minor"] is not None]
    for state in estimated:
        sure = {"won": 100, "lost": 0}.get(state["status_type"], state["confidence"] or 0)
        value[state["period"]] += state["amount_minor"]
        weighted[state["period"]] += state["amount_minor"] * sure
    return {
        "count": len(states),
        "not_estimated": len(states) - len(estimated),
        "value_minor": {name: str(figure) for name, figure in _with_sums(value).items()},
        "expected_minor": {
            name: str(_rounded(figure)) for name, figure in _with_sums(weighted).items()
        },
    }


def _with_sums(figures: dict[str, int]) -> dict[str, int]:
    return {
        **figures,
        "listed": sum(figures.values()),
        "annualized": figures["one_time"] + 12 * figures["monthly"] + figures["annual"],
    }
