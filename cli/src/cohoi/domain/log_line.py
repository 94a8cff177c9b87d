"""What the lines that a child writes mean for people: which to show, and why it ended."""

import re
from collections.abc import Sequence

_IMPORTANT = re.compile(
    r'"level": ?"(?:warning|error|critical)"'  # structlog
    r"|\b(?:FATAL|PANIC|CRITICAL|ERROR): "  # PostgreSQL, uvicorn
    r"|: (?:ERROR|CRITICAL)/"  # Celery
    r"|^(?:Traceback |\w+(?:\.\w+)*(?:Error|Exception|Unusable|Unreachable|Pending|Refused)\b)"
    r"|No space left on device"
)
_STATEMENT_ERROR = re.compile(r"\bERROR: ")  # of PostgreSQL: a refused statement is its caller's
_PASSING = re.compile(  # what PostgreSQL answers while it comes and goes
    r"FATAL:  (?:the database system is |terminating connection due to administrator command)"
)
_FULL_DISK = "No space left on device"
_TAKEN_PORT = re.compile(r"[Aa]ddress already in use")
_PROGRESS = re.compile(r"^[a-z]+: [\d,]+ of [\d,]+ facts$")
_LONGEST_SHOWN = 300


def progress_line(what: str, done: int, of_all: int) -> str:
    """Return what work that goes through all facts says where no bar can be drawn."""
    return f"{what}: {done:,} of {of_all:,} facts"


def tells_of_progress(line: str) -> bool:
    """Say whether a line is one of `progress_line`: people wait for it."""
    return _PROGRESS.match(line) is not None


def is_important(child: str, line: str) -> bool:
    """Say whether people should see a line without opening the log."""
    of_passing_interest = _PASSING.search(line) or _STATEMENT_ERROR.search(line)
    if child == "postgres" and of_passing_interest and _FULL_DISK not in line:
        return False
    return _IMPORTANT.search(line) is not None


def tells_of_a_full_disk(lines: Sequence[str]) -> bool:
    """Say whether a child named a full disk among its last words."""
    return any(_FULL_DISK in line for line in lines)


def why_it_ended(child: str, lines: Sequence[str], log: str) -> str:
    """Return the sentence for people about a child that does not start."""
    if tells_of_a_full_disk(lines):
        return f"The disk is full: {child} could not write. Make room and start again."
    if any(_TAKEN_PORT.search(line) for line in lines):
        return (
            f"{child} found its port taken by another program. Stop that program, or choose "
            "another port with --port."
        )
    telling = [line for line in lines if line.strip()]
    important = [line for line in telling if is_important(child, line)]
    last = (important or telling or ["it said nothing"])[-1].strip()[:_LONGEST_SHOWN]
    return f"{child} does not start: {last}. All that it said stands in {log}."
