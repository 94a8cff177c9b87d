"""What an import is asked to do, and what it gives back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from command_api.application.imports.tally import Tally
from command_api.domain.commands import Asker


class ImportOptions(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the caller chose. `new_board` names the board where it has to be made.

    `owner_id` owns the rows that name nobody, where the asker is no user.
    """

    board_id: UUID
    currency: str
    mapping: dict[str, str | None] = {}
    dry_run: bool = False
    owner_id: UUID | None = None
    new_board: str | None = None


class ImportResult(msgspec.Struct, frozen=True):
    """What became of a whole import, as data; sentences are made when it is shown."""

    mapping: dict[str, str | None]
    tally: Tally


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """An import as it is to be run, from where it stands: the first `handled` rows are settled.

    `ordered_at` is its clock: the same in every attempt, so that each reads the same rows.
    """

    org: UUID
    asker: Asker
    options: ImportOptions
    causation_id: UUID
    correlation_id: str
    traceparent: str | None
    ordered_at: datetime
    handled: int
    tally: Tally | None
