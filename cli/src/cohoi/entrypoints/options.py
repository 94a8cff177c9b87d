"""The options that all commands take, and the settings that they override."""

from pathlib import Path
from typing import Annotated

import typer

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        help="Where Cohoi keeps its data (COHOI_DATA_DIR; default ./.cohoi).",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Put the result on stdout as JSON.")]
