"""The texts of statements, composed from pieces by what is asked and remembered by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from opportunity_filters.conditions import Conditions
from opportunity_filters.local_time import LocalClock
from opportunity_filters.sql_conditions import Shape, joined, opportunity_conditions, shape_of
from query_api.adapters.fragments import load_fragments
from query_api.domain.cursors import Place
from query_api.domain.scope import Scope
from query_api.domain.sorting import Sort
from service_runtime.fragments import fill

OPPORTUNITY_CONDITIONS: Final = "opportunity conditions"
"""Stands for the file of conditions that lists share with other readers."""
_ANYWHERE: Final = "anywhere"
_PLAIN: Final = ""
_INDEXED: Final = frozenset({"expected_close", "created"})
_INDEXED_ON_BOARDS: Final = frozenset({"title", "value"})
"""The orders that the read models have an index for: the one everywhere, the other in a column."""
_ID_KEYS: Final = frozenset({"board", "status", "owner", "team", "customer"})


@dataclass(frozen=True)
class Listing:
    """A kind of row that lists are made of: the files that describe it, and how it is shown."""

    rows: str
    orders: str
    item: str = "item"


CARDS: Final = Listing("opportunities", "opportunity_orders", "card")
OPPORTUNITIES: Final = Listing("opportunities", "opportunity_orders", "whole")
CUSTOMERS: Final = Listing("customers", "customers")
USERS: Final = Listing("users", "users")
TEAMS: Final = Listing("teams", "teams")
BOARDS: Final = Listing("boards", "boards")


def statement(name: str, *, unknown: str | None = None, **pieces: str) -> str:
    """Return the text of a statement around its pieces."""
    files = load_fragments("statements")
    nothing = load_fragments("unknown_ids")["none"]
    head = fill(files["head"], unknown=unknown or nothing)
    return fill(files[name], head=head, source=files["source"], **pieces)


def clock_values(clock: LocalClock) -> dict[str, Any]:
    """Return the parameters by which opportunities are shown."""
    return {
        "today": clock.today,
        "offset_starts": list(clock.offsets.starts),
        "offsets": list(clock.offsets.offsets),
    }


def place_values(place: Place | None) -> dict[str, Any]:
    """Return the parameters of a place in an order."""
    if place is None:
        return {}
    keys = {f"key_{number}": key for number, key in enumerate(place.keys, start=1)}
    return {**keys, "after_id": place.id}


def where(file: str, shape: Shape) -> str:
    """Return conditions joined by AND, each a piece of the file."""
    if file == OPPORTUNITY_CONDITIONS:
        return opportunity_conditions(shape)
    return joined(load_fragments(file), shape)


@lru_cache(maxsize=512)
def unknown_ids(shape: Shape) -> str:
    """Return the piece that names the keys whose ids are not there."""
    pieces = load_fragments("unknown_ids")
    each = [pieces[name] for name in shape[0] if name in _ID_KEYS]
    return fill(pieces["any"], each=" union all ".join(each)) if each else pieces["none"]


@lru_cache(maxsize=64)
def item(listing: Listing) -> str:
    """Return the piece that shows a row p of a listing as JSON."""
    rows = load_fragments(listing.rows)
    return fill(rows[listing.item], shown=rows.get("shown", ""))


def scope_values(scope: Scope) -> dict[str, Any]:
    """Return the parameters of what the reader may see."""
    owners = {} if scope.owners is None else {"owners": sorted(scope.owners)}
    return {"org": scope.org, **owners}


def single(listing: Listing, scope: Scope) -> str:
    """Return the piece that finds one row by the parameter `id`."""
    return _single(listing, scope.owners is not None)


@lru_cache(maxsize=64)
def _single(listing: Listing, narrow: bool) -> str:  # noqa: FBT001 - a cache's key
    rows = load_fragments(listing.rows)
    return fill(
        load_fragments("pages")["single"],
        item=item(listing),
        columns=rows["columns"],
        table=rows["table"],
        scope=_scope(listing, narrow),
        names=rows["names"],
    )


def scoped(listing: Listing, scope: Scope) -> str:
    """Return the first condition of every query: what the reader may see."""
    return _scope(listing, scope.owners is not None)


def _scope(listing: Listing, narrow: bool) -> str:  # noqa: FBT001 - part of a cache's key
    if listing.rows == "opportunities":
        return _scope_of("opportunities", narrow)
    return load_fragments(listing.rows)["scope"]


def _scope_of(table: str, narrow: bool) -> str:  # noqa: FBT001 - part of a cache's key
    return load_fragments("scopes")[f"{table}_owned" if narrow else table]


@dataclass(frozen=True)
class _PageShape:
    """What the text of a page depends on."""

    listing: Listing
    sort: Sort
    place: tuple[bool, bool] | None
    """Whether it is an empty one, and whether its key is whole."""
    conditions: Shape
    stand: str
    narrow: bool
    """Whether the reader sees less than all of its organization."""
    found: str
    """How rows are found before they are ordered: a piece of pages.sql, or as they stand."""

    @property
    def direction(self) -> str:
        return "desc" if self.sort.descending else "asc"


def page(
    listing: Listing,
    sort: Sort,
    place: Place | None,
    conditions: Conditions,
    scope: Scope,
    stand: str = _ANYWHERE,
) -> str:
    """Return the piece that finds a page; `stand` names where its rows may stand."""
    at = None if place is None else (place.empty, place.whole)
    narrow = scope.owners is not None
    found = _found(listing, sort, conditions, scope, stand)
    return _page(_PageShape(listing, sort, at, shape_of(conditions), stand, narrow, found))


def _found(listing: Listing, sort: Sort, conditions: Conditions, scope: Scope, stand: str) -> str:
    present = listing.rows == "opportunities" and scope.moment is None
    narrow, everywhere = scope.owners is not None, stand == _ANYWHERE
    if conditions.searches:
        indexed = sort.by in (_INDEXED if everywhere else _INDEXED | _INDEXED_ON_BOARDS)
        return "walked_or_searched" if present and indexed and not narrow else "searched"
    return "owned" if present and narrow and not everywhere else _PLAIN


@lru_cache(maxsize=512)
def _page(shape: _PageShape) -> str:
    pages = load_fragments("pages")
    keys = len(shape.sort.order.kinds)
    return fill(
        pages["page"],
        order=pages[f"{shape.direction}_{keys}"],
        keys=pages[f"keys_{keys}"],
        item=item(shape.listing),
        names=load_fragments(shape.listing.rows)["names"],
        parts=_parts(shape),
    )


def _parts(shape: _PageShape) -> str:
    if not shape.sort.order.may_be_empty:
        return _part(shape, "filled")
    if shape.place is not None and shape.place[0]:
        return _part(shape, "empty")
    return fill(
        load_fragments("pages")["both"],
        filled=_part(shape, "filled"),
        empty=_part(shape, "empty"),
    )


def _part(shape: _PageShape, part: str) -> str:
    listing, sort = shape.listing, shape.sort
    rows, orders = load_fragments(listing.rows), load_fragments(listing.orders)
    pages = load_fragments("pages")
    emptiness = "empty_" if part == "empty" else ""
    behind = pages["anywhere"]
    if shape.place is not None and shape.place[0] is (part == "empty"):
        whole = fill(orders.get(f"{sort.by}.whole_key", ""), scope=_scope_of("place", shape.narrow))
        key = ":key_1::text" if shape.place[1] else whole
        behind = fill(orders[f"{sort.by}.behind_{emptiness}{shape.direction}"], key_1=key)
    names, searches = shape.conditions
    filters = OPPORTUNITY_CONDITIONS if listing.rows == "opportunities" else listing.rows
    pieces = {
        "keys": orders[f"{sort.by}.keys"],
        "columns": rows["columns"],
        "table": rows["table"],
        "join": orders.get(f"{sort.by}.join", ""),
        "scope": _scope(listing, shape.narrow),
        "place": pages[_ANYWHERE] if shape.stand == _ANYWHERE else rows[shape.stand],
        "conditions": where(filters, (names, ())),
        part: orders[f"{sort.by}.{part}"],
        "behind": behind,
        "order": orders[f"{sort.by}.{emptiness}{shape.direction}"],
    }
    if shape.found != _PLAIN:
        pieces["table"] = fill(
            pages[shape.found],
            **pieces,
            part=pieces[part],
            searched_table=rows.get("searched_table", rows["table"]),
            searches=where(filters, ((), searches)),
        )
    return fill(pages[part], **pieces)


def totals(conditions: Conditions, scope: Scope, *, by_status: bool, board: bool = False) -> str:
    """Return the piece that sums a filter: from kept totals where they can answer it.

    `board` narrows it to the board of the parameter `board_id`.
    """
    narrow = scope.owners is not None
    kept = conditions.maintained and scope.moment is None
    sums = _Sums(shape_of(conditions), kept, by_status, board, narrow)
    return _totals(sums)


@dataclass(frozen=True)
class _Sums:
    """What the text of sums depends on."""

    conditions: Shape
    maintained: bool
    by_status: bool
    board: bool
    narrow: bool


@lru_cache(maxsize=512)
def _totals(sums: _Sums) -> str:
    shape, narrow = sums.conditions, sums.narrow
    pieces = load_fragments("totals")
    stands: Mapping[str, str] = load_fragments("opportunities")
    anywhere = load_fragments("pages")["anywhere"]
    if not sums.maintained:
        rows = fill(
            pieces["added"],
            status=pieces["added_status" if sums.by_status else "no_status"],
            table=stands["searched_table" if shape[1] else "table"],
            scope=_scope_of("opportunities", narrow),
            place=stands["on_board"] if sums.board else anywhere,
            conditions=where(OPPORTUNITY_CONDITIONS, shape),
        )
        return fill(pieces["as_json"], rows=rows)
    owned = narrow or not {"owner", "team"}.isdisjoint(shape[0])
    rows = fill(
        pieces["kept_by_owner" if owned else "kept"],
        status=pieces["kept_status" if sums.by_status else "no_status"],
        scope=_scope_of("owner_totals" if owned else "totals", narrow),
        place=stands["totals_on_board"] if sums.board else anywhere,
        conditions=where("totals_filters", shape),
    )
    return fill(pieces["as_json"], rows=rows)
