"""Near spellings: what is near to what, and how often the right actor is proposed first."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventdb import lexicon
from eventdb.database.proposals import LEAST, Known, Spellings, score
from eventdb.lexicon import fold


def known(*names: tuple[int, str, str]) -> Spellings:
    """Spellings: (id, actor, spelling)."""
    return Spellings(Known(i, actor, "armed_group", spelling, fold(spelling)) for i, actor, spelling in names)


GROUPS = known(
    (1, "Kata'ib Hezbollah", "Kata'ib Hezbollah"),
    (1, "Kata'ib Hezbollah", "Hezbollah Brigades"),
    (2, "Hezbollah", "Hezbollah"),
    (3, "Harakat al-Nujaba", "Nujaba"),
)


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_score_is_a_part_of_one_and_the_same_both_ways(one: str, other: str) -> None:
    assert 0 <= score(fold(one), fold(other)) <= 1
    assert score(fold(one), fold(other)) == pytest.approx(score(fold(other), fold(one)))
    if fold(one):
        assert score(fold(one), fold(one)) == 1.0


def test_the_nearest_actor_comes_first_and_each_once_by_its_nearest_spelling() -> None:
    near = GROUPS.near("Ketaib Hizbullah", least=0.3)
    assert [proposal.known.actor_id for proposal in near] == [1, 2]
    assert near[0].known.spelling == "Kata'ib Hezbollah"
    assert near[0].score > near[1].score
    assert GROUPS.near("Brigades of Hezbollah")[0].known.spelling == "Hezbollah Brigades"


def test_what_is_far_is_not_proposed() -> None:
    assert GROUPS.near("Rising Dawn Front") == []
    assert GROUPS.near("...") == []
    assert known().near("Hezbollah") == []
    assert len(GROUPS.near("Hezbollah", most=1, least=0)) == 1


def test_what_a_person_has_ruled_out_is_not_proposed() -> None:
    assert [p.known.actor_id for p in GROUPS.near("Kataib Hezbolah")] == [1, 2]
    assert [p.known.actor_id for p in GROUPS.near("Kataib Hezbolah", without={1})] == [2]


SWAPS = (("q", "k"), ("u", "o"), ("o", "u"), ("i", "ee"), ("a", "e"), ("ll", "l"), ("y", "i"), ("z", "s"), ("h", ""))


def test_a_name_of_the_lexicon_spelt_otherwise_is_proposed_first() -> None:
    """Of 200 group names with two letters changed as transliterations do. This measures, so that a change shows."""
    listed = {actor.name for actor in lexicon.actors() if not re.search("ISO|forces.csv", actor.basis)}
    spellings = [(a.actor, a.alias) for a in lexicon.aliases() if a.kind not in ("demonym", "acronym")]
    spellings += [(actor.name, actor.name) for actor in lexicon.actors()]
    ids = {name: i for i, name in enumerate(dict(spellings))}
    asked = known(*((ids[actor], actor, spelling) for actor, spelling in spellings))
    taken = {fold(spelling) for _, spelling in spellings}
    draw = random.Random(7)
    right = first = 0
    for actor, spelling in draw.sample([pair for pair in spellings if pair[0] in listed and len(pair[1]) > 7], 200):
        changed = spelling
        for _ in range(2):
            old, new = draw.choice([swap for swap in SWAPS if swap[0] in changed] or [("", "")])
            changed = changed.replace(old, new, 1) if old else changed
        if fold(changed) in taken:
            continue
        right += 1
        near = asked.near(changed, least=LEAST)
        first += bool(near) and near[0].known.actor == actor
    assert right > 100
    assert first / right >= 0.95
