"""The question of a view: what a list or a board takes, and nothing else."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_api.application.views.query import MOST_CARDS, VIEW_KEYS, normalize_query
from command_api.entrypoints.http.models.views import Question
from opportunity_filters.filters import FILTER_KEYS
from opportunity_filters.orders import OPPORTUNITY_ORDER_NAMES
from opportunity_filters.refusals import BadFilter
from query_api.domain.sorting import OPPORTUNITY_ORDERS
from query_api.domain.windows import MAX_CARDS
from query_api.entrypoints.http.queries import ViewQuery

ID = "01980F3A-6F0E-7CC3-98C4-DC0C0C07FFFF"


def test_a_view_may_ask_whatever_the_view_of_a_board_may_be_asked() -> None:
    asked = set(ViewQuery.model_fields) - {"min_position", "as_of", "known_at"}
    assert set(Question.model_fields) == set(VIEW_KEYS) == asked | {"board"}
    assert set(FILTER_KEYS) < set(VIEW_KEYS)


def test_it_knows_the_orders_and_the_sizes_of_the_reads() -> None:
    assert tuple(OPPORTUNITY_ORDERS) == OPPORTUNITY_ORDER_NAMES
    assert MAX_CARDS == MOST_CARDS


def test_what_is_relative_stays_relative_and_ids_are_written_one_way() -> None:
    asked = {"sort": ("value",), "owner": ("me", ID, ID.lower()), "closed_to": ("today",)}
    kept = normalize_query("list", asked)
    assert kept == {
        "owner": ("me", ID.lower()),
        "closed_to": ("today",),
        "sort": ("value",),
    }
    assert list(kept) == ["owner", "closed_to", "sort"]


@given(
    st.dictionaries(
        st.sampled_from(VIEW_KEYS),
        st.lists(
            st.one_of(st.text(max_size=20), st.sampled_from(["me", ID, "won", "7", "true"]))
        ).map(tuple),
    )
)
def test_whatever_is_kept_is_kept_the_same_when_kept_again(
    asked: dict[str, tuple[str, ...]],
) -> None:
    with suppress(BadFilter):
        kept = normalize_query("list", asked)
        assert normalize_query("list", kept) == kept


def test_a_board_is_of_one_board_and_a_list_of_any() -> None:
    assert normalize_query("list", {}) == {}
    with pytest.raises(BadFilter):
        normalize_query("board", {})
    assert normalize_query("board", {"board": (ID, ID)}) == {"board": (ID.lower(),)}
