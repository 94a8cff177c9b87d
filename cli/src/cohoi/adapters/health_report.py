"""What the running web says of itself at /readyz, for `cohoi doctor`."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any, Final

from cohoi.domain.finding import Finding, Level

_ANSWER_TIMEOUT_S: Final = 5
_LARGEST_BYTES: Final = 1024 * 1024


def examine_health(address: str) -> Iterator[Finding]:
    """Say everything that is wrong with the running product: dependencies and lanes by name."""
    for wrong in _report(address).get("problems", []):
        yield Finding(Level.WARNING, str(wrong["name"]), str(wrong["detail"]))


def _report(address: str) -> dict[str, Any]:
    """Return the report, which comes with 200 and with 503; an empty one where none comes."""
    request = urllib.request.Request(  # noqa: S310 - our own address
        f"{address}/readyz", headers={"Accept-Language": "en"}
    )
    try:
        with urllib.request.urlopen(request, timeout=_ANSWER_TIMEOUT_S) as answer:  # noqa: S310
            return json.loads(answer.read(_LARGEST_BYTES))
    except urllib.error.HTTPError as answer:
        try:
            with answer:
                return json.loads(answer.read(_LARGEST_BYTES))
        except (OSError, ValueError):
            return {}
    except (OSError, ValueError):
        return {}
