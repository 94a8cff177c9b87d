"""A child's log has a limit, keeps the last lines, and is for its owner alone."""

import stat
from pathlib import Path

from cohoi.adapters.child_log import ChildLog


def test_lines_are_kept_over_restarts_up_to_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "web.log"
    for start in range(5):  # a log that is opened again counts what is there
        log = ChildLog(path, largest_bytes=1_000)
        for line in range(10):
            log.write(f"start {start} line {line}".encode())
        log.close()
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["web.log", "web.log.1"]
    assert all(file.stat().st_size <= 1_000 for file in files)
    assert path.read_text().splitlines()[-1].endswith(" | start 4 line 9")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
