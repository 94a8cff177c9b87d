"""The body that asks for one command on many opportunities."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.json_schema import SkipJsonSchema

from command_api.domain.commands import BulkOpportunities, DeleteOpportunity
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

_IDS_NEEDED = Words(
    "Hiện chưa thực hiện hàng loạt theo bộ lọc được. Hãy bỏ `filter` và gửi `ids`, tối đa 1.000 "
    "mã.",
    "Bulk by a filter is not available yet. Leave out `filter` and send `ids`, up to 1,000.",
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


def _of_command(value: Any, _: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:  # noqa: ANN401 - any JSON value
    """Read the params as the body of the command that was named; a bad command says enough."""
    command = info.data.get("command")
    return value if command is None else _PARAMS[command].model_validate(value)


def _once(ids: list[Id]) -> list[Id]:
    if len(set(ids)) != len(ids):
        raise FieldRefused("repeated", _REPEATED)
    return ids


def _refused_filter(_: Any) -> Any:  # noqa: ANN401 - any JSON value
    raise FieldRefused("ids-needed", _IDS_NEEDED)


class Bulk(Body):
    """One command with one body on each of these opportunities, each on its own."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

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
    ids: Annotated[list[Id], AfterValidator(_once), Field(min_length=1, max_length=MAX_IDS)]
    dry_run: bool = False
    filter: SkipJsonSchema[Annotated[Any, AfterValidator(_refused_filter)]] = None

    def bulk(self) -> BulkOpportunities:
        """Return the command."""
        made = DeleteOpportunity if isinstance(self.params, _Deletion) else self.params.command
        return BulkOpportunities(tuple(made(one) for one in self.ids), self.dry_run)
