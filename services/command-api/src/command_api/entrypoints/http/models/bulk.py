"""The body that asks for one command on many opportunities: by ids, or by a filter."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal, Self, get_args
from uuid import UUID

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)

from command_api.domain.commands import BulkOpportunities, DeleteOpportunity, OpportunityCommand
from command_api.entrypoints.http.models.absence import absent
from command_api.entrypoints.http.models.filters import Filters
from command_api.entrypoints.http.models.opportunities import (
    Lose,
    Move,
    Nothing,
    OpportunityChanges,
    Reopen,
    Win,
)
from service_runtime.http.fields import Body, Id
from service_runtime.http.validation_words import FieldRefused
from service_runtime.languages import Words

MAX_IDS: Final = 1_000
BulkCommand = Literal["edit", "move", "win", "lose", "reopen", "delete", "restore"]
Params = OpportunityChanges | Move | Win | Lose | Reopen | Nothing

_IDS_OR_FILTER = Words(
    "Hãy gửi `ids` hoặc `filter`, một trong hai.", "Send either `ids` or `filter`."
)
_EMPTY = Words(
    "Bộ lọc trống sẽ lấy tất cả. Hãy nêu ít nhất một tham số, chẳng hạn `deleted`: false.",
    "An empty filter would take everything. Give at least one parameter, such as `deleted`: false.",
)
_REPEATED = Words("Mỗi mã chỉ được có một lần.", "Each id may stand only once.")
_EXAMPLE: Final[dict[str, Any]] = {
    "command": "edit",
    "params": {"expected_close_date": "2026-06-30"},
    "ids": ["0199a0c2-5b7e-7c11-8d4f-3a2b1c0d9e8f"],
    "dry_run": False,
}


class _Deletion(Nothing):
    """Deleting, too, needs no more to be said."""


_PARAMS: Final[Mapping[str, type[Params]]] = MappingProxyType(
    {
        "edit": OpportunityChanges,
        "move": Move,
        "win": Win,
        "lose": Lose,
        "reopen": Reopen,
        "delete": _Deletion,
        "restore": Nothing,
    }
)


def _said_in_schema(schema: dict[str, Any]) -> None:
    """Say what no field says alone: which params a command takes, and that ids or a filter do."""
    schema["oneOf"] = [{"required": ["ids"]}, {"required": ["filter"]}]
    shapes = dict(zip(get_args(Params), schema["properties"]["params"]["anyOf"], strict=True))
    schema["anyOf"] = [
        {
            "properties": {"command": {"const": command}, "params": shapes[_shown(params)]},
            "required": [] if _may_be_left_out(params) else ["params"],
        }
        for command, params in _PARAMS.items()
    ]
    schema["examples"] = [_EXAMPLE]


def _shown(params: type[Params]) -> type[Params]:
    return Nothing if issubclass(params, Nothing) else params


def _may_be_left_out(params: type[Params]) -> bool:
    try:
        params.model_validate({})
    except ValidationError:
        return False
    return True


def _of_command(value: Any, _: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:  # noqa: ANN401 - any JSON value
    """Read the params as the body of the command that was named; a bad command says enough."""
    command = info.data.get("command")
    return value if command is None else _PARAMS[command].model_validate(value)


def _once(ids: list[Id]) -> list[Id]:
    if len(set(ids)) != len(ids):
        raise FieldRefused("repeated", _REPEATED)
    return ids


def _some(chosen: Filters) -> Filters:
    if not chosen.given():
        raise FieldRefused("empty-filter", _EMPTY)
    return chosen


class Bulk(Body):
    """One command with one body on each of many opportunities, each on its own."""

    model_config = ConfigDict(json_schema_extra=_said_in_schema)

    command: BulkCommand
    params: Annotated[
        Params,
        WrapValidator(_of_command),
        Field(
            default_factory=dict,
            validate_default=True,
            description="The body of the command's own route.",
        ),
    ]
    ids: Annotated[list[Id], AfterValidator(_once), Field(min_length=1, max_length=MAX_IDS)] = (
        absent()
    )
    filter: Annotated[
        Filters,
        AfterValidator(_some),
        Field(description="In the place of ids: everything that it finds at this position."),
    ] = absent()
    dry_run: bool = False

    @model_validator(mode="after")
    def _either(self) -> Self:
        if ("ids" in self.model_fields_set) == ("filter" in self.model_fields_set):
            raise FieldRefused("ids-or-filter", _IDS_OR_FILTER)
        return self

    @property
    def by_filter(self) -> bool:
        """Whether a filter says on which."""
        return "filter" in self.model_fields_set

    def bulk(self) -> BulkOpportunities:
        """Return the command on the ids."""
        return BulkOpportunities(tuple(self.one(one) for one in self.ids), self.dry_run)

    def one(self, opportunity_id: UUID) -> OpportunityCommand:
        """Return the command on one."""
        made = DeleteOpportunity if isinstance(self.params, _Deletion) else self.params.command
        return made(opportunity_id)
