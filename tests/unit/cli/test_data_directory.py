"""The data directory is one supervisor's at a time, and says why it cannot be used."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from cohoi.adapters.account import postgres_account
from cohoi.adapters.data_directory import is_locked, locked_data_directory
from cohoi.application.refusal import Refused


def test_its_lock_is_held_by_one_and_ends_with_the_holder(tmp_path: Path) -> None:
    directory = tmp_path / "data"
    assert not is_locked(directory)
    with locked_data_directory(directory):
        assert is_locked(directory)
        with (
            pytest.raises(Refused, match=f"in use by process {os.getpid()}"),
            locked_data_directory(directory),
        ):
            pass
        assert is_locked(directory)  # the one refused did not release it
    assert not is_locked(directory)
    with locked_data_directory(directory):
        assert (directory / "logs").is_dir()


def test_a_disk_without_room_is_said_before_anything_is_made(tmp_path: Path) -> None:
    with (
        pytest.raises(Refused, match=r"is full: \d+ MB are free, and Cohoi needs"),
        locked_data_directory(tmp_path / "data", needed_bytes=1 << 60),
    ):
        pass
    assert not (tmp_path / "data" / "logs").exists()


def test_what_is_no_directory_is_said(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for path in (file, file / "below"):
        with pytest.raises(Refused, match="cannot be used"), locked_data_directory(path):
            pass


def test_a_directory_of_somebody_else_is_said() -> None:
    folder = Path(tempfile.mkdtemp(prefix="cohoi-unwritable-"))
    folder.chmod(0o555)
    account = postgres_account(folder / "no-cluster")
    try:
        if account is not None:  # root may write everywhere, so be somebody for a moment
            os.seteuid(account.uid)
        with (
            pytest.raises(Refused, match="Start Cohoi as the user who owns it"),
            locked_data_directory(folder / "data"),
        ):
            pass
    finally:
        if account is not None:
            os.seteuid(0)
        folder.chmod(0o755)
        shutil.rmtree(folder)
