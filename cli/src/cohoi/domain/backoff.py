"""How long to wait before a child that died is started again."""

FIRST_S = 0.5
LONGEST_S = 30.0
STEADY_AFTER_S = 60.0  # who lived this long has recovered from whatever it was


def failures_in_a_row(failures: int, lived_s: float) -> int:
    """Count one more death, or begin to count anew after a long life."""
    return 1 if lived_s >= STEADY_AFTER_S else failures + 1


def pause_s(failures: int) -> float:
    """Return the pause after that many deaths in a row: doubled each time, up to a limit."""
    return min(LONGEST_S, FIRST_S * 2.0 ** min(failures - 1, 16))
