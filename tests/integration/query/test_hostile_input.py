"""Whatever is asked, the answer is one of the documented ones, and never a 500."""

from typing import Any, Final

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from query_api.entrypoints.http.app import openapi_document
from service_runtime.ids import new_id
from support.query_door import QueryDoor
from support.read_rows import ReadRows

DOCUMENT: Final = openapi_document()
_NAMES: Final = sorted(
    {
        parameter["name"]
        for path in DOCUMENT["paths"].values()
        for parameter in path["get"]["parameters"]
        if parameter["in"] == "query"
    }
    | {"bogus"}
)
_ODD: Final = (
    *("me", "mine", "today", "last_month", "VND", "won", "true", "title", "value", "desc"),
    *("2026-02-29", "9999-12-31", "0000-00-00", "-0", "1e400", "NaN", "null", "%00", "../.."),
    *(
        "'",
        '"',
        "\\",
        ":*",
        "a:*&b",
        "{}",
        "[]",
        "2026-05-31T00:00:00Z",
        "2199-12-31T23:59:59+14:00",
        "\u202e",
        "\ufeff",
        "\U0001d518",
        "0" * 400,
    ),
)
_VALUES = st.one_of(
    st.text(max_size=40),
    st.integers().map(str),
    st.sampled_from(_ODD),
    st.builds(lambda: str(new_id())),
)


@pytest.fixture
def filled(rows: ReadRows) -> ReadRows:
    """Give an organization that has one of everything."""
    rows.add("Deal", amount_minor=1)
    return rows


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    path=st.sampled_from(sorted(set(DOCUMENT["paths"]) - {"/v1/events/stream"})),  # has no end
    query=st.dictionaries(st.sampled_from(_NAMES), st.lists(_VALUES, min_size=1, max_size=2)),
    known=st.booleans(),
    accept=st.sampled_from([None, "application/json", "text/html", "*/*;q=0", ";,=/"]),
    language=st.sampled_from([None, "vi", "en-GB;q=0.1, *", "x" * 2000]),
)
async def test_every_answer_is_documented(
    filled: ReadRows,
    door: QueryDoor,
    path: str,
    query: dict[str, list[str]],
    known: bool,  # noqa: FBT001 - drawn
    accept: str | None,
    language: str | None,
) -> None:
    ids: dict[str, Any] = {
        "board": filled.board,
        "status": filled.statuses["Lead"],
        "opportunity": next(iter(filled.opportunities)),
        "customer": filled.customer,
        "user": filled.user,
        "team": filled.team,
        "lane": 0,
    }
    if not known:
        ids = dict.fromkeys(ids, new_id())
    headers = {"Authorization": f"Bearer {door.of(filled).credential}"}
    headers |= {} if accept is None else {"Accept": accept}
    headers |= {} if language is None else {"Accept-Language": language}
    texts = [(name, value) for name, values in query.items() for value in values]
    asked = httpx.QueryParams(list(texts))
    answer = await door.client.get(path.format(**ids), params=asked, headers=headers)
    documented = DOCUMENT["paths"][path]["get"]["responses"]
    assert str(answer.status_code) in documented, (path, texts, answer.text)
    if answer.status_code >= 400:
        slugs = documented[str(answer.status_code)]["content"]["application/problem+json"]
        assert answer.json()["type"] in slugs["examples"], (path, texts, answer.text)
