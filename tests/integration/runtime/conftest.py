"""Fixtures of the tests of the runtime."""

from pathlib import Path

import pytest

from support.migration_folders import MigrationFolder


@pytest.fixture
def folder(tmp_path: Path) -> MigrationFolder:
    made = MigrationFolder(tmp_path)
    made.write("0001_create_shop.sql", "CREATE SCHEMA shop; CREATE TABLE shop.item (id int);")
    return made
