"""The page of limits says what the code says, and leaves no limit out."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "limits.md"
_ROW: Final = re.compile(
    r"^\| [^|]+ \| (?P<value>[^|]+) \| [^|]* \| `(?P<constant>[\w.]+)` \|", re.MULTILINE
)
_NAME: Final = re.compile(r"(MAX|MOST|LARGEST)_[A-Z_]+")
_UNITS: Final = {"KiB": 1024, "MiB": 1024**2, "s": 1}
_ROWS: Final = [
    (row["constant"], row["value"].strip()) for row in _ROW.finditer(PAGE.read_text("utf-8"))
]


def _figure(written: str) -> float:
    number, _, unit = written.partition(" ")
    return float(number.replace(",", "")) * _UNITS.get(unit, 1)


@pytest.mark.parametrize(("constant", "written"), _ROWS, ids=[name for name, _ in _ROWS])
def test_a_limit_has_the_value_that_the_page_says(constant: str, written: str) -> None:
    module, _, name = constant.rpartition(".")
    assert getattr(importlib.import_module(module), name) == _figure(written)


def test_no_limit_is_left_out() -> None:
    told = {constant for constant, _ in _ROWS}
    missing = sorted(set(_public_limits()) - told)
    assert missing == [], "write a line into docs/limits.md for each of them"


def _public_limits() -> Iterator[str]:
    for folder in ("shared", "services", "cli"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "src" not in path.parts or ".venv" in path.parts:
                continue
            package = path.parts[path.parts.index("src") + 1 :]
            module = ".".join([*package[:-1], path.stem])
            for name in _assigned(ast.parse(path.read_text("utf-8"))):
                if _NAME.fullmatch(name):
                    yield f"{module}.{name}"


def _assigned(module: ast.Module) -> Iterator[str]:
    for statement in module.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            yield statement.target.id
        elif isinstance(statement, ast.Assign):
            yield from (one.id for one in statement.targets if isinstance(one, ast.Name))
