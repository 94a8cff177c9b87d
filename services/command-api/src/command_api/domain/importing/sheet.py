"""What is known of a file before its rows are read."""

from collections.abc import Mapping
from typing import Final

import msgspec

from command_api.domain.importing.columns import Column
from command_api.domain.importing.fields import Field
from command_api.domain.importing.survey import Survey
from command_api.domain.importing.timeline import Clock
from opportunity_events.v1 import Language, StatusType

DEFAULT_TITLE: Final[dict[Language, str]] = {"vi": "Cơ hội", "en": "Opportunity"}
NO_CUSTOMER: Final[dict[Language, str]] = {"vi": "Chưa có khách hàng", "en": "No customer yet"}


class Sheet(msgspec.Struct, frozen=True):
    """The columns, what they are, what their cells decided together, and where the file goes.

    `currency` is that of amounts that do not say theirs; `statuses` are the board's, by
    `status_key(name)`.
    """

    columns: tuple[Column, ...]
    fields: dict[Field, Column]
    survey: Survey
    currency: str
    language: Language
    statuses: Mapping[str, StatusType]
    clock: Clock
