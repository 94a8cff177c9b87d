"""Every fact there is can be told in both languages."""

import pytest

from opportunity_events.codec import CODEC
from opportunity_events.envelope import Fact
from opportunity_events.wire_types import WIRE_NAMES
from opportunity_history.entries import Entry
from opportunity_history.items import entry_of, history_item, plain_item
from opportunity_history.names import Names
from service_runtime.languages import Language
from support.fact_samples import samples
from support.paper import START


def _entry(fact: Fact) -> Entry:
    return entry_of(
        CODEC.encode(fact), stored_type=None, position=1, recorded_at=START, occurred_at=START
    )


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("fact", samples(), ids=lambda fact: WIRE_NAMES[type(fact.data)])
def test_a_fact_has_a_sentence_without_holes(fact: Fact, language: Language) -> None:
    tell = history_item if fact.stream.kind == "opportunity" else plain_item
    told = tell(_entry(fact), Names(), language)
    assert len(told["text"]) > len("a b")
    assert "None" not in told["text"]
    assert "{" not in told["text"]
    assert told["event_id"] == fact.event_id
