"""Variables are read once, flags come before them, and a bad one is named."""

from pathlib import Path

import pytest

from cohoi.settings import BadSetting, load_settings


def test_a_flag_comes_before_its_variable_and_that_before_the_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("COHOI_PORT", "COHOI_DATA_DIR", "COHOI_DEMO", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    assert load_settings().port == 8000
    assert load_settings().directory == Path.cwd() / ".cohoi"
    monkeypatch.setenv("COHOI_PORT", "9000")
    monkeypatch.setenv("COHOI_DEMO", "0")
    monkeypatch.setenv("DATABASE_URL", "")  # set and empty is not set
    settings = load_settings()
    assert (settings.port, settings.demo, settings.database_url) == (9000, False, None)
    assert load_settings(port=9001, data_dir=None).port == 9001


@pytest.mark.parametrize(
    ("name", "value"), [("COHOI_PORT", "http"), ("COHOI_PORT", "65536"), ("COHOI_DEMO", "perhaps")]
)
def test_a_bad_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting, match=name):
        load_settings()
