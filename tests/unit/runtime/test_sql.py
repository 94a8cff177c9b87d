"""Named SQL: loaded by name or as a folder, once."""

import pytest

from service_runtime.sql import load_sql, load_sql_folder

PACKAGE = "service_runtime.caller_queries"


def test_a_statement_is_loaded_by_its_name() -> None:
    assert "log.known_user" in load_sql(PACKAGE, "user")
    assert load_sql(PACKAGE, "user.sql") == load_sql(PACKAGE, "user")
    assert load_sql(PACKAGE, "user") is load_sql(PACKAGE, "user")


def test_a_folder_is_loaded_by_names() -> None:
    folder = load_sql_folder(PACKAGE)
    assert set(folder) == {"user", "api_key"}
    assert folder["user"] == load_sql(PACKAGE, "user")
    assert load_sql_folder(PACKAGE) is folder


def test_a_statement_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        load_sql(PACKAGE, "none")
