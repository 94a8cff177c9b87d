"""What commands answer: the shapes of the stored bytes, for the OpenAPI document alone."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Version = Annotated[int, Field(ge=1, description="Counts the facts of the resource's stream.")]
Position = Annotated[int, Field(ge=1, description="The organization's, for `min_position`.")]
Count = Annotated[int, Field(ge=0)]


class Answer(BaseModel):
    """A closed shape."""

    model_config = ConfigDict(extra="forbid")


class Created(Answer):
    """The id of the new thing; a sub-resource's version is that of what it belongs to."""

    id: UUID
    version: Version
    position: Position


class MergedFact(Answer):
    """A fact since the caller's version, which changed other fields."""

    event_id: UUID
    type: Annotated[str, Field(examples=["opportunity_edited.v1"])]
    actor: Annotated[str, Field(description="`user/<id>`, `key/<id>` or `system`.")]
    fields: list[str]


class Changed(Answer):
    """The resource as the command leaves it; "already so" answers the present numbers."""

    id: UUID
    version: Version
    position: Position
    merged_with: Annotated[
        list[MergedFact],
        Field(
            default_factory=list[MergedFact],
            description="Only where `If-Match` was stale and the command was merged.",
        ),
    ]


class StatusRemoved(Changed):
    """The deleted status, and how many opportunities moved to its replacement."""

    moved: Count


class Done(Answer):
    """One opportunity of a bulk that has what was asked for."""

    id: UUID
    status: Literal[200]
    version: Version


class Refused(Answer):
    """One opportunity of a bulk that was refused, with the problem document of its own."""

    id: UUID
    status: Annotated[int, Field(ge=400, le=599)]
    problem: dict[str, Any]


class BulkAnswer(Answer):
    """What became of each opportunity, in the order of the ids."""

    causation_id: Annotated[UUID, Field(description="What all facts of this bulk carry.")]
    position: Annotated[int, Field(ge=0)]
    done: Count
    refused: Count
    results: list[Done | Refused]
