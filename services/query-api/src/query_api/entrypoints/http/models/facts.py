"""Facts: the history of one opportunity, the feed, and a lane."""

from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import Field

from opportunity_events.codec import canonical_json
from query_api.entrypoints.http.models.shape import (
    Cursor,
    Instant,
    Position,
    Shape,
    example,
    page_example,
)

_FACT: Final[dict[str, Any]] = {
    "actor": "user/01980f3a-6f0e-7cc3-98c4-dc0c0c073993",
    "causationid": "01980f3a-6f0e-7cc3-98c4-dc0c0c0739a1",
    "client": "web",
    "commandid": "01980f3a-6f0e-7cc3-98c4-dc0c0c0739a1",
    "correlationid": "01980f3a-6f0e-7cc3-98c4-dc0c0c0739a1",
    "data": {"name": "Miền Bắc"},
    "datacontenttype": "application/json",
    "dataschema": "urn:cohoi:schema:team_added.v1",
    "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "id": "5d0e1a0c-3f4b-5c6d-8e9f-0a1b2c3d4e5f",
    "occurredat": "2026-05-31T02:15:30.123456Z",
    "org": "01980f3a-6f0e-7cc3-98c4-dc0c0c073994",
    "position": 48112,
    "prevhash": "0000000000000000000000000000000000000000000000000000000000000000",
    "source": "/organizations/01980f3a-6f0e-7cc3-98c4-dc0c0c073994",
    "specversion": "1.0",
    "streamversion": 1,
    "subject": "team/01980f3a-6f0e-7cc3-98c4-dc0c0c073996",
    "time": "2026-05-31T02:15:30.123456Z",
    "type": "team_added.v1",
}
_ITEM: Final[dict[str, Any]] = {
    "event_id": _FACT["id"],
    "type": "opportunity_moved.v1",
    "version": 3,
    "position": 48112,
    "recorded_at": _FACT["time"],
    "occurred_at": _FACT["time"],
    "actor": {"id": _FACT["actor"], "name": "Lan"},
    "client": "web",
    "command_id": _FACT["commandid"],
    "causation_id": _FACT["causationid"],
    "text": "Lan chuyển từ Tiếp cận sang Đàm phán",
    "changes": [
        {
            "field": "status",
            "from": {
                "id": "01980f3a-6f0e-7cc3-98c4-dc0c0c073997",
                "name": "Tiếp cận",
                "type": "active",
            },
            "to": {
                "id": "01980f3a-6f0e-7cc3-98c4-dc0c0c073992",
                "name": "Đàm phán",
                "type": "active",
            },
        }
    ],
}
_LANE_FACT: Final[dict[str, Any]] = {**_FACT, "lane": 0, "laneposition": 90001, "laneepoch": 1}
_LANE_EPOCH: Final[dict[str, Any]] = {
    "epoch": 1,
    "begins_at": 1,
    "declared_at": "2026-05-31T02:15:30.123456Z",
}
STREAM_EXAMPLE: Final = (
    f": \nid: 48111\n\nid: 48112\nevent: fact\ndata: {canonical_json(_FACT).decode()}\n\n"
)
Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Client = Literal["web", "api", "import", "cli", "worker"]


class Actor(Shape):
    """Who did it: `user/<id>`, `key/<id>` or `system`; the name is null once erased."""

    id: str
    name: str | None


class Change(Shape):
    """One field before and after; a status in it is {id, name, type} of then."""

    field: str
    from_: Annotated[Any, Field(alias="from")]
    to: Any
    erased: Annotated[
        bool | None, Field(description="True where what it was is not readable any more.")
    ] = None


class HistoryItem(Shape):
    """One fact of an opportunity, in words and in data."""

    model_config = example(_ITEM)

    event_id: UUID
    type: str
    version: int
    position: int
    recorded_at: Instant
    occurred_at: Instant
    actor: Actor
    client: Client
    command_id: UUID
    causation_id: UUID
    text: Annotated[str, Field(description="A sentence in the language of the answer.")]
    changes: list[Change]


class History(Shape):
    """A page of an opportunity's facts, the newest first."""

    model_config = page_example(_ITEM)

    items: list[HistoryItem]
    next_cursor: Cursor
    position: Position


class Fact(Shape):
    """A fact (CloudEvents 1.0), canonical JSON; absent attributes are left out."""

    model_config = example(_FACT)

    specversion: Literal["1.0"]
    id: UUID
    source: str
    type: str
    subject: str
    time: Instant
    datacontenttype: Literal["application/json"]
    dataschema: str
    org: UUID
    position: int
    streamversion: int
    occurredat: Instant
    actor: str
    client: Client
    commandid: UUID
    causationid: UUID
    correlationid: str
    traceparent: str | None = None
    prevhash: Hash
    hash: Hash
    data: Annotated[
        dict[str, Any],
        Field(
            description="What happened. The feed opens personal fields; one that was erased is "
            "null, with `erased` true beside it. A form with opened fields does not verify."
        ),
    ]


class LaneFact(Fact):
    """A fact as the topic carries it, personal fields sealed, with where its lane has it."""

    model_config = example(_LANE_FACT)

    lane: int
    laneposition: int
    laneepoch: int


class Feed(Shape):
    """An organization's facts, oldest first; `position` is the next `after`."""

    model_config = example({"items": [_FACT], "position": 48112, "epoch": 1})

    items: list[Fact]
    position: Position
    epoch: int


class LaneEpoch(Shape):
    """An epoch of a lane: facts of the topic from `begins_at` on count in it, or in a later one."""

    model_config = example(_LANE_EPOCH)

    epoch: int
    begins_at: int
    declared_at: Instant


class LaneEpochs(Shape):
    """The epochs of a lane, oldest first; `position` is its head, `epoch` the present one."""

    model_config = example({"items": [_LANE_EPOCH], "position": 90001, "epoch": 1})

    items: list[LaneEpoch]
    position: Position
    epoch: int


class LaneFeed(Shape):
    """A lane's facts, oldest first; `position` is a lane position, and the next `after`."""

    model_config = example({"items": [_LANE_FACT], "position": 90001, "epoch": 1})

    items: list[LaneFact]
    position: Position
    epoch: int
