"""However a history is cut into batches, the read models come out the same."""

from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from opportunity_events.envelope import Recorded
from projector.domain.fold import Fold
from projector.domain.tables import total_rows
from projector.domain.totals import Totals
from support.folding import folded, tables
from support.histories import History
from support.memory_models import MemoryModels
from support.recorded_facts import PlainKeyring, Recorder, plain_seal

# a seed, and not Hypothesis' own chance: that one would take minutes, and repeats itself
chances = st.integers(0, 2**32).map(Random)


def _told(chance: Random, steps: int) -> tuple[list[Recorded], PlainKeyring]:
    history = History(chance, plain_seal)
    facts = Recorder().record(history.facts(steps))
    return facts, PlainKeyring(history.erased_keys)


@settings(max_examples=100, deadline=None)
@given(chances, st.integers(0, 90), st.data())
def test_batches_cut_anywhere_come_to_the_same_rows(
    chance: Random, steps: int, data: st.DataObject
) -> None:
    facts, keyring = _told(chance, steps)
    cuts = data.draw(st.sets(st.integers(0, len(facts)), max_size=8), label="cuts")
    at_once, one_by_one, in_batches = (MemoryModels(keyring) for _ in range(3))
    at_once.project(facts)
    for fact in facts:
        one_by_one.project([fact])
    for start, end in pairwise(sorted({0, *cuts, len(facts)})):
        in_batches.project(facts[start:end])
    assert one_by_one.rows == at_once.rows
    assert in_batches.rows == at_once.rows


@settings(max_examples=100, deadline=None)
@given(chances, st.integers(0, 90))
def test_the_sum_of_all_shifts_is_what_stands_in_the_end(chance: Random, steps: int) -> None:
    facts, keyring = _told(chance, steps)
    fold = Fold(keyring)
    for fact in facts:
        fold.apply(fact)
    standing = Totals()
    for state in fold.opportunities.states().values():
        standing.include(state)
    assert {*total_rows(fold.totals).rows()} == {*total_rows(standing).rows()}


@settings(max_examples=30, deadline=None)
@given(chances, st.integers(0, 40))
def test_every_version_begins_where_the_one_before_ends(chance: Random, steps: int) -> None:
    facts, _ = _told(chance, steps)
    found = tables(folded(facts))
    for name in ("opportunity_versions", "board_versions", "customer_versions", "user_versions"):
        for before, after in pairwise(found[name]):
            if (before["org"], before["id"]) != (after["org"], after["id"]):
                assert before["to_position"] is None
                continue
            assert after["version"] == before["version"] + 1
            assert before["to_position"] == after["from_position"]
            assert before["to_time"] == after["from_time"]
            assert before["from_time"] <= before["to_time"]
