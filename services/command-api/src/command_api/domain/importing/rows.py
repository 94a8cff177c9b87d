"""What a row of a file became: typed values, or a refusal with its reason."""

from datetime import date, datetime

import msgspec

from command_api.domain.importing.assumptions import Assumed
from command_api.domain.importing.identity import Identity
from command_api.domain.importing.reasons import Reason
from command_api.domain.importing.statuses import FoundStatus
from opportunity_events.v1 import Period


class Row(msgspec.Struct, frozen=True):
    """One opportunity as the file tells it; None is what the file does not say.

    Names are NFC, trimmed, spaces collapsed; instants are UTC. `created_at` None: recorded now.
    `closed_at` and `closed_on` are of won and lost rows alone (None there: now, today).
    """

    line: int
    cells: tuple[str, ...]
    identity: Identity
    title: str
    status: FoundStatus
    currency: str
    customer: str | None = None
    owner: str | None = None
    amount_minor: int | None = None
    period: Period | None = None
    confidence: int | None = None
    expected_close_date: date | None = None
    created_at: datetime | None = None
    closed_at: datetime | None = None
    closed_on: date | None = None
    note: str | None = None
    external_ref: str | None = None
    product: str | None = None
    lost_reason: str | None = None
    assumed: tuple[Assumed, ...] = ()


class Refused(msgspec.Struct, frozen=True):
    """A row that does not go in: its line, why, and its cells as far as they were legible."""

    line: int
    reason: Reason
    cells: tuple[str, ...]
