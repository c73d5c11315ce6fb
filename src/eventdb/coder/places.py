"""The places of a sentence that may locate something: names of the lexicon. Those that it lacks: unlisted.py."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from eventdb.coder import words
from eventdb.coder.names import Name, Where
from eventdb.coder.scan import PREPOSITIONS, Noun, Scan

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
NOUNS = words.entries("places", "nouns of places")
SETTLED = {form for noun in words.entries("places", "settled") for form in (noun, words.plural(noun))}
BEFORE = words.entries("places", "before a place")
_BEFORE_STATE = words.entries("places", "before a state")
_BEFORE_COUNTRY = words.entries("places", "before a country")
_BEFORE_ACRONYM = words.entries("places", "before an acronym")
_PART = words.entries("places", "part of a place")
PART_ENDINGS = tuple(words.entries("places", "endings of a part"))
_DIRECTIONS = words.entries("places", "directions")
_AFTER = words.entries("places", "after a place")
_AFTER_ACRONYM = PREPOSITIONS | words.entries("places", "after an acronym")
_AFTER_COUNTRY = PREPOSITIONS | words.entries("places", "after a country")
_NO_SITE_OF = words.entries("places", "no site of a town")
_MEASURES = words.entries("places", "measures")
_BORDERS = words.entries("places", "borders")
CALLED_AFTER = words.entries("places", "called after towns")
_AFTER_SUBJECT = (["was"], ["came"])  # "has" and "is" may be said of a person
_BORDERED = (["with"], ["of"], ["bordering"])
_NEAR = (["near"], ["outside"], ["around"], ["off"], ["toward"], ["towards"], ["beyond"])
_LARGE = 300_000  # people of a town that needs no noun before "of"
_REACH = 4  # tokens from a town to the site that it names: "Istanbul's old covered market"


@dataclass(frozen=True, slots=True)
class Place:
    """A place as a sentence has it, tokens i to j; `options` are the places of the lexicon that it may be, or none.

    `takes_up` is the noun of one that names nothing ("in the city"), `country` that of a capital ("Mali's capital").
    `landmark` is 1 for one near which something is ("near X"), 2 for one from which it is some way ("miles from X").
    """

    i: int
    j: int
    text: str
    options: tuple[Where, ...]
    rank: int  # how specific: 3 site, 2 town or district, 1 province, 0 country or sea
    takes_up: str = ""
    landmark: int = 0
    country: str | None = None


def find(scan: Scan, known: Set[str] = frozenset()) -> list[Place]:
    """The places of a sentence that the lexicon has, in order; `known` are those that the article has told before."""
    found: list[Place] = []
    for name in scan.names:
        place = _named(scan, name, found, known)
        if place is not None:
            found.append(place)
    return found


def phrase_start(scan: Scan, i: int) -> int:
    """Where the phrase of the place at token i begins: "the southern Iraqi town of X", "Mali's capital X"."""
    lows = scan.sentence.lows
    while i > 0:
        low = lows[i - 1]
        name = scan.name_at(i - 1)
        if low in _PART or low.isdigit() or low.endswith(PART_ENDINGS):
            i -= 1
        elif name is not None and name.who is not None and name.who.kind == "state" and name.who.adjective:
            i = name.i
        elif low == "'s" and i > 1 and (owner := scan.name_at(i - 2)) is not None and owner.j == i - 1 and owner.where:
            i = owner.i
        elif low == "of" and i > 1 and lows[i - 2] in SETTLED:
            i -= 2
        else:
            break
    return i


def _named(scan: Scan, name: Name, earlier: list[Place], known: Set[str]) -> Place | None:
    """The place that a name is here, or None where it stands for a person, a group or a government."""
    lows = scan.sentence.lows
    if not name.where or (name.who is not None and name.who.adjective):
        return None
    i = phrase_start(scan, name.i)
    before = lows[i - 1] if i else ""
    following = lows[name.j] if name.j < len(lows) else "."
    text = " ".join(t.text for t in scan.sentence.tokens[name.i : name.j])
    if (
        text.isupper()
        and len(text) <= 4
        and not (before in _BEFORE_ACRONYM and _stands_alone(following, _AFTER_ACRONYM))
    ):
        return None  # "U.S. embassy" is not in the United States
    if (before == "from" and _is_origin(scan, i)) or _names_another(scan, name):
        return None
    if _whose_people(scan, name, before):
        return None  # "two Iowa National Guard soldiers were killed in Syria"
    if at_border(lows, name):
        return None  # what is near the border of X may be in another country
    told = (
        _is_called(lows, name.i)  # "the capital Dakar"
        or (before != "to" and _has_site(scan, name))  # "a Dakar hotel"
        or (text in known and _again(scan, name))
        or _names_attack(scan, name)
        or _is_subject(scan, name)
        or _struck(scan, name)
    )
    if name.metonym and not told and before not in _BEFORE_STATE:
        return None
    acts = any(a.group_start == name.j and not a.passive for a in scan.acts)  # "in Oman and Iran downed a drone"
    listed = before in ("and", ",", "or") and any(i - 2 <= p.j <= i for p in earlier) and not acts
    if all(where.precision in ("city", "district", "admin1") for where in name.where) and _is_part(scan, name):
        return None
    if all(where.town for where in name.where):
        if name.who is not None and name.who.kind != "state":
            return None  # a person or a group of that name
        if not (told or _is_town(scan, name, before, listed)):
            return None
    owns = following == "'s" and any(n.kind == "event" and name.j < n.i <= name.j + 5 for n in scan.nouns)
    if owns and name.who is not None:
        return None  # "in Iran's January 8 attack" is nowhere in Iran
    if name.who is not None and name.who.kind == "state" and not name.metonym:
        after_town = name.i > 0 and lows[name.i - 1] == "," and any(p.where and p.j == name.i - 1 for p in scan.names)
        dated = any(scan.token_at(when.start) == name.j for when in scan.whens)  # "on Yemen last week"
        alone = dated or _stands_alone(following, _AFTER_COUNTRY)
        located = before in _BEFORE_COUNTRY or (alone and _locates(scan, i, name.i))
        if not (located or listed or after_town or following == "side"):
            return None
    listed_places = [where for where in name.where if not where.town]
    rank = RANK.get((listed_places or list(name.where))[0].precision, 0)
    directed = (before == "of" and _directed(lows, i, name.i)) or before == "from"
    if directed:
        rank = max(0, rank - 1)  # "south of Baghdad" is not in it
    part_of = {"a", "an"} & set(lows[i : name.i]) and lows[name.i - 1] == "of"  # "X, a district of Baghdad"
    landmark = 2 if directed else int(is_near(lows, i) or bool(part_of))
    return Place(name.i, name.j, text, name.where, rank, landmark=landmark)


def _whose_people(scan: Scan, name: Name, before: str) -> bool:
    """Whether a province without a preposition only says where people are from: "an Iowa soldier"."""
    noun = scan.at.get(name.j)
    people = noun is not None and noun.kind in ("people", "group")
    return people and before not in PREPOSITIONS and all(where.precision == "admin1" for where in name.where)


def _again(scan: Scan, name: Name) -> bool:
    """Whether a place of which the article has told is one without a preposition: "Oyo has been hit", "attacks Oyo"."""
    if name.i == 0 or (name.i == 1 and scan.sentence.lows[0] == "the"):
        return not name.metonym
    noun = scan.at.get(name.i - 1)
    return (noun is not None and noun.kind == "event") or any(act.j == name.i for act in scan.acts)


def at_border(lows: list[str], name: Name) -> bool:
    """Whether a state is only told as a neighbour: "the Algerian border", "the border with Mali", "bordering Togo"."""
    i = name.i - (lows[name.i - 1 : name.i] == ["the"])
    return bool(_BORDERS & set(lows[name.j : name.j + 1])) or (
        bool(_BORDERS & set(lows[max(0, i - 2) : i])) and lows[i - 1 : i] in _BORDERED
    )


def is_near(lows: list[str], i: int) -> bool:
    """Whether the phrase at token i is only what something is near: "near X", "close to X", "outside X"."""
    return lows[i - 1 : i] in _NEAR or lows[max(0, i - 2) : i] == ["close", "to"]


def _stands_alone(following: str, words_after: frozenset[str]) -> bool:
    return following in words_after or not following[0].isalpha()


def _locates(scan: Scan, i: int, name_i: int) -> bool:
    """Whether what stands before a state's phrase at token i makes it a place: "strikes on Yemen", "coast of Oman"."""
    lows = scan.sentence.lows
    before = lows[i - 1] if i else ""
    if before == "on":  # "strikes on", "attack by the group on", but "sanctions on"
        noun = any(n.kind in ("event", "weapon") and i - 6 <= n.j - 1 < i for n in scan.nouns)
        return noun or any(i - 3 <= act.j < i for act in scan.acts)
    if before == "of":  # but "the government of Iraq"
        return i > 1 and (lows[i - 2] in NOUNS or lows[i - 2] in _DIRECTIONS or _directed(lows, i, name_i))
    return before in _BEFORE_STATE


def _is_origin(scan: Scan, i: int) -> bool:
    """Whether "from" before token i tells where somebody or something came from, not where it happened.

    "Kidnapped from Oyo" and "ten miles from Oyo" are places, "fighters from Niger" and "fired from Niger" are not.
    """
    lows = scan.sentence.lows
    taken = any(act.section == "abduct" and i - _REACH * 3 <= act.j < i for act in scan.acts)
    measured = bool(_MEASURES & set(lows[max(0, i - 4) : i - 1]))
    noun = scan.at.get(i - 2)
    people = noun is not None and noun.kind in ("people", "group", "weapon") and scan.name_at(i) is not None
    state = people and (name := scan.name_at(i)) is not None and name.who is not None
    return not measured and (not taken or state)


def _is_called(lows: list[str], i: int) -> bool:
    """ "The capital Dakar", "the port city of Dakar": a noun of settled places names it."""
    return lows[i - 1] in SETTLED if i and lows[i - 1] != "of" else i > 1 and lows[i - 2] in SETTLED


def _has_site(scan: Scan, name: Name) -> bool:
    """ "A Dakar hotel", "Dakar's main market": a town before a site that stands in it."""
    lows, tokens = scan.sentence.lows, scan.sentence.tokens
    owner = lows[name.j : name.j + 1] == ["'s"]
    for k in range(name.j + owner, min(name.j + owner + (_REACH if owner else 2), len(lows))):
        noun = scan.at.get(k)
        station = lows[k + 1 : k + 2] and lows[k + 1] in NOUNS  # "a Dakar police station"
        if noun is not None and noun.kind in ("event", "people", "group") and not station:
            return False
        if lows[k].rstrip("s") in NOUNS and lows[k] not in _NO_SITE_OF:
            return True
        if not lows[k][0].isalpha() or lows[k] in PREPOSITIONS or (tokens[k].capital and k > name.j + owner):
            return False
    return False


def _names_attack(scan: Scan, name: Name) -> bool:
    """ "The Dakar bombing", "the Paris attacks of 2015": a town before an attack; a seat may be who attacks."""
    noun = scan.at.get(name.j)
    lows, i = scan.sentence.lows, name.i
    while i > 0 and lows[i - 1].isdigit():
        i -= 1  # "the 2016 Brussels bombings"
    by_seat = name.metonym and (lows[max(0, i - 1) : i] != ["the"] or _is_aimed(scan, noun))
    return noun is not None and noun.kind == "event" and not by_seat


def _is_aimed(scan: Scan, noun: Noun | None) -> bool:
    return noun is not None and scan.sentence.lows[noun.j : noun.j + 1] in (["on"], ["against"], ["at"], ["in"])


def _is_subject(scan: Scan, name: Name) -> bool:
    """ "Dakar was rocked by a bomb", "Dakar, a port, …": a town that opens the sentence and is no person."""
    if name.i > 0 or name.metonym or scan.sentence.heading:
        return False
    after = scan.sentence.lows[name.j : name.j + 2]
    return after[:1] in _AFTER_SUBJECT or (after[:1] == [","] and after[1:2] in (["a"], ["an"], ["where"]))


def _names_another(scan: Scan, name: Name) -> bool:
    """ "Jaffa Gate" may be in any town, and "the Oyo cattle market in Lagos" is in Lagos."""
    lows, after = scan.sentence.lows, scan.sentence.tokens[name.j : name.j + 1]
    site = next((k for k in range(name.j, min(name.j + 2, len(lows))) if lows[k] in NOUNS), None)
    if site is not None and lows[site + 1 : site + 2] == ["in"]:
        beyond = scan.name_at(site + 2)
        return beyond is not None and any(where.precision in ("city", "district") for where in beyond.where)
    return bool(after) and after[0].capital and after[0].low in CALLED_AFTER and not scan.sentence.heading


def _directed(lows: list[str], i: int, name_i: int) -> bool:
    """Whether a direction stands before "of" and the name, or between them: "south of X", "of northern X"."""
    outside = i >= 2 and (lows[i - 2] in _DIRECTIONS or lows[name_i - 2] in _DIRECTIONS)
    return outside or (i < name_i and lows[i] in _DIRECTIONS)


def _is_part(scan: Scan, name: Name) -> bool:
    """Whether a town's name is only a part of an unknown one: the ship "Star Lagos", "Bank of Lagos", "Wadi Karam"."""
    tokens, lows = scan.sentence.tokens, scan.sentence.lows
    if max(where.population for where in name.where) >= _LARGE:
        k = name.i - 1
        return k > 0 and _is_unknown_word(scan, k) and lows[k] not in _PART
    after = name.j < len(tokens) and _is_unknown_word(scan, name.j) and lows[name.j] not in NOUNS
    after = after or (name.j < len(lows) and (lows[name.j] == "al" or lows[name.j].startswith("al-")))
    return after or (name.i > 1 and _is_unknown_word(scan, name.i - 1) and lows[name.i - 1] not in _PART)


def _is_unknown_word(scan: Scan, k: int) -> bool:
    """Whether a token is a capitalised word that is no name, date or listed noun."""
    token = scan.sentence.tokens[k]
    return (
        token.capital
        and token.text.isalpha()
        and len(token.text) > 1
        and not scan.sentence.heading
        and scan.name_at(k) is None
        and scan.at.get(k) is None
        and not any(when.start <= token.start < when.end for when in scan.whens)
    )


def _is_town(scan: Scan, name: Name, before: str, listed: bool) -> bool:
    """Whether a name that only towns bear is a town here: many are common words or family names."""
    lows = scan.sentence.lows
    after = lows[name.j] if name.j < len(lows) else ""
    next_name = scan.name_at(name.j + 1) if after == "," else None
    placed = (
        before in BEFORE
        or listed
        or _struck(scan, name)
        or (next_name is not None and bool(next_name.where))
        or (after in _AFTER and before != "to")
    )
    small = max(where.population for where in name.where) < _LARGE
    return placed and not (before == "of" and name.i > 0 and lows[name.i - 2] not in NOUNS and small)


def _struck(scan: Scan, name: Name) -> bool:
    """Whether a town is what a verb of attack hits: "hit Kharkiv", "Tel Aviv was struck"."""
    return any(
        act.section == "attack"
        and (0 <= act.group_start - name.j <= 8 and not name.metonym if act.passive else act.j == name.i)
        for act in scan.acts
    )
