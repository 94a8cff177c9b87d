"""Documents name only what there is, and every decision names what keeps it."""

import re
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
DECISIONS: Final = sorted((ROOT / "docs" / "adr").glob("*.md"))
DOCUMENTS: Final = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_PATH: Final = re.compile(
    r"`((?:shared|services|cli|tests|docs|deploy|bench|web)/[\w./-]+|Makefile|README\.md)(?:::(\w+))?`"
)
_TARGET: Final = re.compile(r"`make ([a-z][\w-]*)`")


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_fits_on_a_page_and_names_what_keeps_it(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert "**Kept by**" in text
    assert len(text.splitlines()) <= 60


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_document_names_only_files_and_tests_that_there_are(page: Path) -> None:
    for path, test in _PATH.findall(page.read_text(encoding="utf-8")):
        assert (ROOT / path).exists(), f"{page.name} names {path}"
        if test:
            assert f"def {test}" in (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_document_names_only_make_targets_that_there_are(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in _TARGET.findall(page.read_text(encoding="utf-8")):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"{page.name}: make {target}"


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(page.stem[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))
