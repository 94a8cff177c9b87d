"""What `cohoi doctor` finds, and what it advises."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: what is so, and what to do where it is not well."""

    level: Level
    subject: str
    found: str
    advice: str = ""


def has_problem(findings: list[Finding]) -> bool:
    """Say whether `cohoi up` would fail as things are."""
    return any(finding.level is Level.PROBLEM for finding in findings)
