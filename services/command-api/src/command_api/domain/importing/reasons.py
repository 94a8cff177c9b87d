"""Why a row or a whole file was refused: codes with parameters, and their sentences."""

from typing import Final, Literal, get_args

import msgspec

from command_api.domain.importing.reason_sentences import SENTENCES
from opportunity_events.v1 import Language

FileCode = Literal[
    "empty-file",
    "too-large",
    "not-csv",
    "nul-character",
    "damaged-encoding",
    "unknown-encoding",
    "unreadable-header",
    "too-many-columns",
    "too-many-rows",
    "column-name-too-long",
    "nothing-mapped",
    "unknown-column",
    "unknown-field",
    "field-twice",
    "scaled-amounts",
    "unknown-file-currency",
]
RowCode = Literal[
    "too-few-cells",
    "too-many-cells",
    "cell-too-long",
    "unclosed-quote",
    "stray-quote",
    "control-character",
    "text-too-long",
    "not-a-number",
    "negative-amount",
    "exponent-amount",
    "too-many-decimals",
    "amount-too-large",
    "ambiguous-amount",
    "unknown-currency",
    "currency-conflict",
    "unclear-currency",
    "not-a-date",
    "two-digit-year",
    "ambiguous-date",
    "date-out-of-range",
    "date-in-future",
    "closed-before-created",
    "unknown-period",
    "not-a-confidence",
    "confidence-out-of-range",
    "duplicate-id",
]
DecisionCode = Literal[
    "needs-admin-status",
    "needs-admin-user",
    "needs-manager-owner",
    "needs-manager-date",
    "owner-missing",
    "ambiguous-owner",
    "ambiguous-customer",
    "inactive-owner",
    "archived-customer",
    "archived-board",
    "status-gone",
    "too-many-statuses",
    "not-accepted",
]
"""What reading cannot know and the decision about a row may answer."""

ReasonCode = FileCode | RowCode | DecisionCode
REASON_CODES: Final[frozenset[str]] = frozenset(
    (*get_args(FileCode), *get_args(RowCode), *get_args(DecisionCode))
)
Param = str | int
_SHOWN_CHARACTERS: Final = 80


class Reason(msgspec.Struct, frozen=True):
    """Why something was refused, as data."""

    code: ReasonCode
    params: dict[str, Param] = {}


class FileRefused(Exception):  # noqa: N818 - the house names refusals by what happened
    """The whole file is refused; a wrong mapping may give several reasons, others give one."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__(", ".join(reason.code for reason in reasons))
        self.reasons = reasons


class RowRefused(Exception):  # noqa: N818 - likewise
    """One row is refused; raised and caught inside the reading of a row."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.code)
        self.reason = reason


def refuse_file(code: FileCode, **params: Param) -> FileRefused:
    """Return the refusal of a whole file, to be raised."""
    return FileRefused(Reason(code, params))


def refuse_row(code: RowCode, **params: Param) -> RowRefused:
    """Return the refusal of a row, to be raised."""
    return RowRefused(Reason(code, params))


def sentence(reason: Reason, language: Language) -> str:
    """Say a reason to people: what is wrong, where, and how to mend it."""
    vietnamese, english = SENTENCES[reason.code]
    template = vietnamese if language == "vi" else english
    return template.format_map({key: shown(value) for key, value in reason.params.items()})


def shown(value: Param) -> str:
    """Make a value from a file fit for a sentence: one line, printable, of bounded length."""
    if isinstance(value, int):
        return str(value)
    printable = "".join(letter if letter.isprintable() else " " for letter in value)
    if len(printable) <= _SHOWN_CHARACTERS:
        return printable
    return printable[: _SHOWN_CHARACTERS - 1] + "…"
