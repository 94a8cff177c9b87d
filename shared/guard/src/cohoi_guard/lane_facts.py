"""Asking the log itself for facts of a lane, where the topic does not have them (any more)."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

_PAGE = 1_000
_TIMEOUT_S = 30.0


def lane_facts(
    address: str, token: str, lane: int, first: int, last: int, *, timeout_s: float = _TIMEOUT_S
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the facts of a lane from `first` to `last`, each with its lane position, page by page.

    `address` is the product's (https://cohoi.example.com), `token` an operator's key. Raises
    urllib.error.HTTPError where the log refuses, and LookupError where it ends before `last`.
    """
    if urlsplit(address).scheme not in {"http", "https"}:
        raise ValueError("the address begins with http:// or https://")
    after = first - 1
    while after < last:
        query = urlencode({"after": after, "limit": min(_PAGE, last - after)})
        request = Request(  # noqa: S310 - the scheme is looked at above
            f"{address.rstrip('/')}/v1/lanes/{lane}/facts?{query}",
            headers={"Authorization": f"Bearer {token}"},
        )
        with urlopen(request, timeout=timeout_s) as answer:  # noqa: S310 - likewise
            items: list[dict[str, Any]] = json.load(answer)["items"]
        if not items:
            raise LookupError(f"the log of lane {lane} ends at {after}, before {last}")
        for item in items:
            after = int(item["laneposition"])
            yield after, item
