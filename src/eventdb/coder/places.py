"""The places of a sentence that may locate something."""

from __future__ import annotations

from dataclasses import dataclass

from eventdb.coder import words
from eventdb.coder.names import Name, Where
from eventdb.coder.scan import PREPOSITIONS, Scan

# how specific a place is, by its precision in the lexicon
RANK = {
    "site": 3,
    "city": 2,
    "district": 2,
    "admin1": 1,
    "sea": 1,
    "region": 0,
    "country": 0,
    "several": 0,
    "unknown": 0,
}
_NOUNS = words.entries("places", "nouns of places")
_BEFORE = words.entries("places", "before a place")
_BEFORE_UNKNOWN = words.entries("places", "before an unknown place")
_BEFORE_COUNTRY = words.entries("places", "before a country")
_BEFORE_ACRONYM = words.entries("places", "before an acronym")
_PART = words.entries("places", "part of a place")
_DIRECTIONS = words.entries("places", "directions")
_NEIGHBOURING = words.entries("places", "neighbouring")
_SETTLED = words.entries("places", "settled")
_WIDE = words.entries("places", "wide")
_AFTER = words.entries("places", "after a place")
_AFTER_ACRONYM = PREPOSITIONS | words.entries("places", "after an acronym")
_AFTER_COUNTRY = PREPOSITIONS | words.entries("places", "after a country")
_LARGE = 300_000  # people of a town that needs no noun before "of"


@dataclass(frozen=True, slots=True)
class Place:
    """A place as a sentence has it, tokens i to j; `options` are the places of the lexicon that it may be, or none."""

    i: int
    j: int
    text: str
    options: tuple[Where, ...]
    rank: int  # how specific: 3 site, 2 town or district, 1 province, 0 country or sea


def find(scan: Scan) -> list[Place]:
    """The places of a sentence, in order: names of the lexicon, and unknown ones with a noun of places."""
    found: list[Place] = []
    for name in scan.names:
        place = _named(scan, name, found)
        if place is not None:
            found.append(place)
    return sorted(found + _unknown(scan, found), key=lambda place: place.i)


def _unknown(scan: Scan, known: list[Place]) -> list[Place]:
    """Capitalised words after a preposition that end in a noun of places: "in Zarbod village"."""
    lows, tokens = scan.sentence.lows, scan.sentence.tokens
    taken = {k for place in known for k in range(place.i, place.j)} | {
        k for name in scan.names for k in range(name.i, name.j) if name.who is not None and not name.where
    }
    found: list[Place] = []
    for k in range(1, len(tokens)):
        opens = lows[k - 1] in _BEFORE_UNKNOWN or (k > 1 and lows[k - 1] == "the" and lows[k - 2] in _BEFORE_UNKNOWN)
        named = k > 1 and lows[k - 1] in ("of", "called", "named") and lows[k - 2] in _NOUNS  # "the village of Zarbod"
        beside = lows[k - 1] in _NEIGHBOURING
        if not (opens or named or beside) or k in taken or not (tokens[k].capital and tokens[k].text.isalpha()):
            continue
        j = k
        while (
            j < len(tokens)
            and ((tokens[j].capital and tokens[j].text[0].isalpha()) or lows[j] in _NOUNS)
            and j - k < 6
            and j not in taken
        ):
            j += 1
        name = scan.name_at(k)
        if name is not None and name.where and name.i == k and name.j < j and set(lows[name.j : j]) <= _NOUNS:
            text = " ".join(t.text for t in tokens[name.i : name.j])  # "the Jordan base" is in Jordan
            listed = [where for where in name.where if not where.town] or list(name.where)
            found.append(Place(name.i, name.j, text, name.where, RANK.get(listed[0].precision, 0)))
        elif lows[j - 1] in _NOUNS or (named and lows[k - 2] in _SETTLED) or beside:
            wide = {lows[j - 1], lows[k - 2] if named else ""} & _WIDE
            found.append(Place(k, j, " ".join(t.text for t in tokens[k:j]), (), 1 if wide else 2))
    return found


def _named(scan: Scan, name: Name, earlier: list[Place]) -> Place | None:
    """The place that a name is here, or None where it stands for a person, a group or a government."""
    lows = scan.sentence.lows
    if not name.where or (name.metonym and name.i and lows[name.i - 1] not in _BEFORE):
        return None
    if name.who is not None and name.who.adjective:
        return None
    i = name.i
    while i > 0 and (lows[i - 1] in _PART or lows[i - 1].isdigit()):
        i -= 1
    before = lows[i - 1] if i else ""
    following = lows[name.j] if name.j < len(lows) else "."
    text = " ".join(t.text for t in scan.sentence.tokens[name.i : name.j])
    acronym = text.isupper() and len(text) <= 4
    if acronym and not (before in _BEFORE_ACRONYM and _stands_alone(following, _AFTER_ACRONYM)):
        return None  # "U.S. embassy" is not in the United States
    acts = any(a.group_start == name.j and not a.passive for a in scan.acts)  # "in Oman and Iran downed a drone"
    listed = before in ("and", ",", "or") and any(i - 2 <= p.j <= i for p in earlier) and not acts
    if all(where.town for where in name.where):
        if name.who is not None and name.who.kind != "state":
            return None  # a person or a group of that name
        if not _is_town(scan, name, before, listed):
            return None
    owns = following == "'s" and any(n.kind == "event" and name.j < n.i <= name.j + 5 for n in scan.nouns)
    if owns and name.who is not None:
        return None  # "in Iran's January 8 attack" is nowhere in Iran
    if name.who is not None and name.who.kind == "state" and not name.metonym:
        after_town = name.i > 0 and lows[name.i - 1] == "," and any(p.where and p.j == name.i - 1 for p in scan.names)
        dated = any(scan.token_at(when.start) == name.j for when in scan.whens)  # "on Yemen last week"
        alone = dated or _stands_alone(following, _AFTER_COUNTRY)
        located = before in _BEFORE_COUNTRY or (before in _BEFORE and alone)
        if not (located or listed or after_town):
            return None
    listed_places = [where for where in name.where if not where.town]
    rank = RANK.get((listed_places or list(name.where))[0].precision, 0)
    if before == "of" and _directed(lows, i, name.i):
        rank = max(0, rank - 1)  # "south of Baghdad" is not in it
    return Place(name.i, name.j, text, name.where, rank)


def _stands_alone(following: str, words_after: frozenset[str]) -> bool:
    return following in words_after or not following[0].isalpha()


def _directed(lows: list[str], i: int, name_i: int) -> bool:
    """Whether a direction stands before "of" and the name, or between them: "south of X", "of northern X"."""
    outside = i >= 2 and (lows[i - 2] in _DIRECTIONS or lows[name_i - 2] in _DIRECTIONS)
    return outside or (i < name_i and lows[i] in _DIRECTIONS)


def _is_town(scan: Scan, name: Name, before: str, listed: bool) -> bool:
    """Whether a name that only towns bear is a town here: many are common words or family names."""
    lows = scan.sentence.lows
    after = lows[name.j] if name.j < len(lows) else ""
    next_name = scan.name_at(name.j + 1) if after == "," else None
    placed = (
        (before in _BEFORE and before != "to")
        or listed
        or _struck(scan, name)
        or (next_name is not None and bool(next_name.where))
        or after in _AFTER
    )
    small = max(where.population for where in name.where) < _LARGE
    return placed and not (before == "of" and name.i > 0 and lows[name.i - 2] not in _NOUNS and small)


def _struck(scan: Scan, name: Name) -> bool:
    """Whether a town is what a verb of attack hits: "hit Kharkiv", "Tel Aviv was struck"."""
    return any(
        act.section == "attack" and (0 <= act.group_start - name.j <= 8 if act.passive else act.j == name.i)
        for act in scan.acts
    )
