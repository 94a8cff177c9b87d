"""`python -m cohoi.entrypoints.write_openapi FILE`: the doors' document, for `make schemas`."""

import json
import sys
from pathlib import Path

from cohoi.entrypoints.front_door import openapi_document


def render() -> str:
    """Write the document down for people and for comparing."""
    return json.dumps(openapi_document(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(render(), encoding="utf-8")
