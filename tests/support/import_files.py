"""Import files in a line or two: a text, the plan of it, its rows."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings

from command_api.domain.importing.plan import Options, Plan, plan
from command_api.domain.importing.reasons import FileRefused, Reason, ReasonCode
from command_api.domain.importing.rows import Refused, Row
from command_api.domain.text import status_key
from opportunity_events.v1 import Language, StatusType

SAIGON: Final = ZoneInfo("Asia/Ho_Chi_Minh")
NOW: Final = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)
steady: Final = settings(
    derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)


def planned(
    file: str | bytes,
    *,
    currency: str = "USD",
    language: Language = "en",
    statuses: Mapping[str, StatusType] | None = None,
    mapping: Mapping[str, str | None] | None = None,
    now: datetime = NOW,
) -> Plan:
    """Plan a file; statuses are given by their names."""
    raw = file.encode() if isinstance(file, str) else file
    keys: dict[str, StatusType] = {
        status_key(name): status_type for name, status_type in (statuses or {}).items()
    }
    return plan(raw, Options(currency, language, SAIGON, now, keys, mapping or {}))


def only(outcome: Plan) -> Row | Refused:
    """Return the one row of a file."""
    (row,) = outcome.rows()
    return row


def good(outcome: Plan) -> Row:
    """Return the one row of a file, which must go in."""
    row = only(outcome)
    assert isinstance(row, Row), row
    return row


def why(outcome: Plan) -> ReasonCode:
    """Return why the one row of a file is refused."""
    row = only(outcome)
    assert isinstance(row, Refused), row
    return row.reason.code


def why_file(
    file: str | bytes, mapping: Mapping[str, str | None] | None = None
) -> tuple[Reason, ...]:
    """Return why a whole file is refused."""
    with pytest.raises(FileRefused) as refused:
        planned(file, mapping=mapping)
    return refused.value.reasons
