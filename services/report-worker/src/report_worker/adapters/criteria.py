"""Resolved filters as the JSON in which a report's row keeps them."""

from typing import Final

from pydantic import TypeAdapter

from report_worker.domain.filters import OpportunityFilter

_ADAPTER: Final = TypeAdapter(OpportunityFilter)


def criteria_json(criteria: OpportunityFilter) -> str:
    """Write resolved filters as JSON."""
    return _ADAPTER.dump_json(criteria).decode()


def read_criteria(stored: object) -> OpportunityFilter:
    """Read resolved filters from plain JSON values."""
    return _ADAPTER.validate_python(stored)
