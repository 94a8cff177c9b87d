"""People see the lines that matter, and one sentence about a child that does not start."""

import pytest

from cohoi.domain.log_line import (
    is_important,
    progress_line,
    tells_of_progress,
    why_it_ended,
)


@pytest.mark.parametrize(
    ("child", "line"),
    [
        ("web", '{"event": "boom", "level": "error"}'),
        ("projector", '{"level": "warning", "event": "lane_stopped"}'),
        ("web", "service_runtime.vault.MasterKeyUnusable: the master key cannot be read"),
        ("web", "Traceback (most recent call last):"),
        ("reports-fast", "[2026-11-25 00:31:27,259: ERROR/MainProcess] consumer: no redis"),
        ("postgres", "2026-11-25 [7] PANIC:  could not write to file: No space left on device"),
        ("postgres", "2026-11-25 [7] ERROR:  could not extend file: No space left on device"),
        ("postgres", '2026-11-25 [7] FATAL:  role "cohoi_query" does not exist'),
    ],
)
def test_a_line_that_tells_of_trouble_is_shown(child: str, line: str) -> None:
    assert is_important(child, line)


@pytest.mark.parametrize(
    ("child", "line"),
    [
        ("web", '{"event": "request", "level": "info"}'),
        ("postgres", "2026-11-25 [7] FATAL:  the database system is starting up"),
        ("postgres", "[7] FATAL:  terminating connection due to administrator command"),
        ("postgres", "2026-11-25 [7] ERROR:  duplicate key value violates unique constraint"),
        ("redis", "31459:M 25 Nov 2026 * Ready to accept connections unix"),
    ],
)
def test_everyday_lines_stay_in_the_log(child: str, line: str) -> None:
    assert not is_important(child, line)


def test_a_full_disk_and_a_taken_port_are_named_as_such() -> None:
    full = ["LOG:  starting", "FATAL:  could not write lock file: No space left on device", ""]
    assert why_it_ended("postgres", full, "x.log").startswith("The disk is full: postgres")
    taken = ["OSError: [Errno 98] Address already in use"]
    assert "choose another port with --port" in why_it_ended("web", taken, "x.log")


def test_otherwise_the_last_telling_line_is_the_reason() -> None:
    lines = ["Traceback (most recent call last):", "ValueError: no luck", "goodbye", " "]
    assert why_it_ended("web", lines, "x.log") == (
        "web does not start: ValueError: no luck. All that it said stands in x.log."
    )
    assert "it said nothing" in why_it_ended("web", [], "x.log")


def test_how_far_a_long_start_is_is_shown_and_is_never_the_reason_of_an_end() -> None:
    line = progress_line("rebuilding", 1_200_000, 5_000_000)
    assert line == "rebuilding: 1,200,000 of 5,000,000 facts"
    assert tells_of_progress(line)
    assert not tells_of_progress("rebuilding: 12 facts of somebody")
    assert "no luck" in why_it_ended("migrate", ["KeyError: no luck", line], "x.log")
