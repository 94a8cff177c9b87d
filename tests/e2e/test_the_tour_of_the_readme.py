"""The five minutes of the README, run as they stand there."""

import os
import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

from support.running_product import COHOI, Product

README: Final = Path(__file__).parents[2] / "README.md"
_TOUR: Final = re.compile(r"<!-- tour:begin -->(.*)<!-- tour:end -->", re.DOTALL)
_BLOCK: Final = re.compile(r"```bash\n(.*?)```", re.DOTALL)


@pytest.mark.needs_curl
def test_every_command_of_the_tour_does_what_it_says(product: Product, tmp_path: Path) -> None:
    tour = _TOUR.search(README.read_text(encoding="utf-8"))
    assert tour is not None
    blocks = _BLOCK.findall(tour[1])
    script = "\necho; echo '### next'\n".join(blocks)
    script = script.replace(".venv/bin/cohoi", COHOI).replace(
        "http://127.0.0.1:8000", product.address
    )
    done = subprocess.run(  # noqa: S603 - the README of this checkout
        ["bash", "-c", f"shopt -s expand_aliases; set -euo pipefail\n{script}"],  # noqa: S607
        env={**os.environ, "COHOI_DATA_DIR": str(product.data_dir)},  # noqa: TID251 - a shell's
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    told = done.stdout.split("### next")
    assert len(told) == len(blocks)
    for place, expected in (
        (1, '"name":"Cohoi Demo"'),
        (3, '"type" : "won"'),
        (4, '"type":"version-conflict"'),
        (5, "won it"),
        (5, '"type":"opportunity_won.v1"'),
        (5, "event: fact"),
        (6, "VND"),
        (7, '"won"'),
    ):
        assert expected.replace(" ", "") in told[place].replace(" ", ""), told[place]
    assert "0 differences" in told[-1]
