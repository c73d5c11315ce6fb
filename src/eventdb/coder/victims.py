"""Whom a count counts: the people noun after it, the subject before a passive verb, the object of an active one."""

from __future__ import annotations

from dataclasses import dataclass

from eventdb.coder import words
from eventdb.coder.numbers import Quantity
from eventdb.coder.parties import ARMED, OF_STATE, Party
from eventdb.coder.scan import DETERMINERS, Act, Noun, Scan

_ENDINGS = ("ans", "is", "ese", "ns", "bs")  # of the plurals of nationals
_AFTER_NATIONALS = words.entries("figures", "after nationals")
_BEGINS_ANOTHER = words.entries("figures", "begins another clause")
_NO_VICTIMS = words.entries("figures", "no victims")
_ENDS_PEOPLE = words.entries("figures", "ends a people phrase") | {",", ".", ";", ":", "—"}
_ENDS_OBJECT = words.entries("figures", "ends an object") | {",", ".", ";", "—"}
_ENDS_DESCRIPTION = words.entries("figures", "ends a description") | DETERMINERS | {",", ".", ";"}
_ONE = words.entries("figures", "one")
_DEAD_OBJECT = frozenset({"dead", "down"})  # "shot dead a guard"
_SAID = frozenset(words.verbs("speech", "say"))
_ONE_TITLES = words.entries("text", "titles")
_OWN = frozenset({"his", "her", "their", "its"})
_THINGS = words.entries("figures", "things counted")
_FIGHTERS = words.entries("figures", "fighters")
_BEFORE_COUNT = words.entries("figures", "before a count")
_AFTER_BARE_COUNT = words.entries("figures", "after a bare count") | {",", ".", ";", "—", "-", ")", '"'}
_PASSED_OVER = words.entries("figures", "passed over") | {","}


@dataclass(frozen=True, slots=True)
class Victims:
    """`low` to `high` people (None: or more), as the sentence calls them, at tokens i to j.

    `section` is their list in people.txt or groups.txt, `affiliation` the actor whose people they are, `persons` their
    names where they are named.
    """

    low: int
    high: int | None
    text: str | None
    section: str | None
    affiliation: str | None
    i: int
    j: int
    persons: tuple[str, ...] = ()


def after(scan: Scan, parties: list[Party], k: int) -> Victims | None:
    """Whom the verb before token k takes as its object."""
    lows = scan.sentence.lows
    n = k
    while n < len(lows) and (lows[n].endswith("ly") or lows[n] in _DEAD_OBJECT):
        n += 1
    if n < len(lows) - 1 and lows[n] in ("and", "or"):
        # "killed and wounded dozens": the count belongs to neither alone
        return None
    for q in scan.quantities:
        if q.i <= n < q.j or (q.i == n + 1 and lows[n] in _BEFORE_COUNT):
            return counted(scan, q)
    end = min(n + 18, len(lows))
    named = {party.i for party in parties if party.kind == "person"}  # "the group's leader, X": the comma ends nothing
    end = next((s for s in range(n, end) if lows[s] in _ENDS_OBJECT and not (lows[s] == "," and s + 1 in named)), end)
    persons = [party for party in parties if n <= party.i < end and party.kind == "person"]
    if persons:
        people = tuple(dict.fromkeys(party.name for party in persons))
        j = persons[-1].j
        return Victims(len(people), len(people), scan.sentence.words(n, j), None, None, n, j, people)
    if n < len(lows) and lows[n] in _ONE:
        noun = people_after(scan, n + 1, 8)
        return _one(scan, n, n + 1, noun) if noun is not None and not noun.plural else None
    noun = people_after(scan, n, 5)
    if noun is not None and not noun.plural and noun.section in ("force", "civilian") and noun.i > n:
        return _one(scan, n, n, noun)
    return None


def before(scan: Scan, parties: list[Party], k: int, act: Act, near: bool = False) -> Victims | None:
    """Whom a passive or intransitive verb group that begins at token k has as its subject.

    `near` keeps to what stands just before it.
    """
    if act.section == "die" and scan.sentence.lows[k - 1 : k] in (["he"], ["she"]):
        return Victims(1, 1, None, None, None, k - 1, k)
    others = _others(scan, k)
    if others is not None:
        return others
    victims = _counted_before(scan, k, act, 6 if near else 28)
    if victims is not None:
        return victims
    persons = [party for party in parties if party.kind == "person" and party.j <= k and k - party.j <= 3]
    if persons:
        person = persons[-1]
        return Victims(1, 1, person.name, None, None, person.i, person.j, (person.name,))
    unknown = _named_person(scan, k)
    if unknown is not None:
        return unknown
    # "A village official was gunned down"
    lows = scan.sentence.lows
    for noun in reversed(scan.nouns):
        if noun.kind != "people" or noun.plural or noun.j > k or k - noun.j > (1 if near else 8):
            continue
        i = noun.i
        while i > 0 and noun.i - i < 6 and lows[i - 1] not in _ENDS_DESCRIPTION:
            i -= 1
        if near and noun.i > 0 and lows[noun.i - 1] in _OWN:
            return _one(scan, noun.i, noun.i, noun)  # "and his colleague wounded"
        if (i > 0 and lows[i - 1] in ("a", "an", "another", "one")) or lows[i] in ("a", "an"):
            return _one_of_two(scan, i) or _one(scan, i, i, noun)
    return None


def _one_of_two(scan: Scan, i: int) -> Victims | None:
    """The first of two single victims: "a bodyguard and a driver were killed"; `following` gives the second."""
    lows = scan.sentence.lows
    first = i - 1 if i and lows[i - 1] in ("a", "an", "another", "one") else i
    if lows[first - 1 : first] != ["and"]:
        return None
    noun = next((n for n in scan.nouns if n.kind == "people" and n.j == first - 1 and not n.plural), None)
    if noun is None:
        return None
    start = noun.i
    while start > 0 and noun.i - start < 4 and lows[start - 1] not in _ENDS_DESCRIPTION:
        start -= 1
    return _one(scan, start, start, noun) if lows[start - 1 : start] in (["a"], ["an"], ["one"]) else None


def _named_person(scan: Scan, k: int) -> Victims | None:
    """ "The officer, Gen. Hamid Karimi, was killed": a name of two words or more that no list knows, or a title's."""
    lows, tokens = scan.sentence.lows, scan.sentence.tokens
    end = k - 1 if lows[k - 1 : k] == [","] else k
    start = end
    while start > 0 and tokens[start - 1].capital and tokens[start - 1].text[0].isalpha() and end - start < 5:
        start -= 1
    known = any(start <= n.i < end and (n.who is not None or n.where) for n in scan.names)
    titled = start > 0 and (lows[start - 1] in _ONE_TITLES or lows[start - 1 : start] == ["."])
    if known or start == end or (end - start < 2 and not titled):
        return None
    if start <= 1 and end - start < 2:
        return None
    name = scan.sentence.words(start, end)
    return Victims(1, 1, name, None, None, start, end, (name,))


def _others(scan: Scan, k: int) -> Victims | None:
    """ "Five died and others were wounded": one or more, and not the five."""
    lows = scan.sentence.lows
    if lows[k - 1 : k] != ["others"] or any(q.j == k - 1 or q.i == k - 1 for q in scan.quantities):
        return None
    counted_others = lows[k - 2 : k - 1] and lows[k - 2] not in ("and", ",", "while", "with", ";", "but")
    return None if counted_others else Victims(1, None, "others", None, None, k - 1, k)


def _counted_before(scan: Scan, k: int, act: Act, reach: int) -> Victims | None:
    """The nearest count before token k whose people are the subject of the verb there."""
    lows = scan.sentence.lows
    for quantity in reversed([q for q in scan.quantities if q.j <= k and k - q.j <= reach]):
        if _is_part(lows, quantity):
            continue
        victims = counted(scan, quantity)
        if victims is None or victims.j > k:
            continue
        between = lows[victims.j : k]
        if ";" in between or "—" in between:
            return None
        finite = [
            other
            for other in scan.acts
            if victims.i < other.i < k
            and other is not act
            and other.section in ("kill", "attack", "fire", "wound")
            and other.form not in ("past", "part", "ing")
        ]
        if finite:
            continue
        if len(between) > 3 and between[-1] != "and" and between[0] not in _PASSED_OVER:
            continue
        joined = [a for a in scan.acts if a.section in ("kill", "wound") and victims.j <= a.i < k and a is not act]
        if joined and not _coordinated(lows, joined[-1], k):
            continue
        return _first_of_row(scan, victims)
    return None


def _first_of_row(scan: Scan, victims: Victims) -> Victims:
    """ "Five soldiers and four militants were killed": the first of the row; `following` gives the others."""
    lows = scan.sentence.lows
    for quantity in reversed([q for q in scan.quantities if q.j < victims.i]):
        first = counted(scan, quantity)
        if first is None or first.section is None or _is_part(lows, quantity):
            break
        if lows[first.j : victims.i] not in (["and"], [","], [",", "and"]):
            break
        victims = first
    single = next((n for n in scan.nouns if n.kind == "people" and not n.plural and n.j == victims.i - 1), None)
    if single is not None and lows[victims.i - 1] == "and":  # "a service member and two contractors"
        start = next((k for k in range(single.i - 1, max(-1, single.i - 5), -1) if lows[k] in ("a", "an", "one")), None)
        if start is not None and not any(a.i in range(start, single.i) for a in scan.acts):
            return _one(scan, start, start + 1, single)
    return victims


def _is_part(lows: list[str], quantity: Quantity) -> bool:
    """Whether a count is a part of one before it: "21 soldiers, four of them officers"; not "two of the gunmen"."""
    following = lows[quantity.j : quantity.j + 2]
    if lows[max(0, quantity.i - 1) : quantity.i] == ["including"]:
        return True  # "eleven people, including three attackers"
    if following in (["of", "the"], ["of", "its"], ["of", "their"]) and lows[quantity.j + 2 :][:1] != ["victims"]:
        return not _FIGHTERS & {low.rstrip("s") for low in lows[quantity.j + 2 : quantity.j + 5]}
    apart = lows[quantity.i - 1 : quantity.i] == [","]
    return following[:1] == ["of"] and (apart or following[1:] in (["them"], ["whom"], ["the"], ["those"]))


def following(scan: Scan, victims: Victims, until: int | None) -> Victims | None:
    """The next of a row of victims: "10 soldiers and four policemen".

    `until` is the token of the verb group of which the row is the subject, where it is.
    """
    lows = scan.sentence.lows
    k = victims.j
    while k < len(lows) and lows[k] in (",", "and"):
        k += 1
    if k < len(lows) and lows[k] in _OWN and any(q.i == k + 1 for q in scan.quantities):
        k += 1  # "a father and his two sons"
    if k == victims.j or victims.text is None:
        return None
    found = None
    quantity = next((q for q in scan.quantities if q.i == k), None)
    if quantity is not None:
        found = None if _is_part(lows, quantity) else counted(scan, quantity)
    elif k < len(lows) and lows[k] in _ONE and lows[k - 1] == "and":  # ", a policeman said" tells who speaks
        noun = people_after(scan, k + 1, 5)
        found = _one(scan, k, k + 1, noun) if noun is not None and not noun.plural else None
    if found is None or found.section is None or set(lows[found.j : found.j + 1]) & _SAID:
        return None  # "…, two officers said"
    another = found.j != until and found.j < len(lows) and lows[found.j] in _BEGINS_ANOTHER
    return None if another else found


def counted(scan: Scan, quantity: Quantity) -> Victims | None:
    """A quantity with its people noun, or by itself ("injured six")."""
    lows = scan.sentence.lows
    noun = people_after(scan, quantity.j, 8)
    if noun is not None:
        j = noun.j
        if lows[j : j + 1] == ["of"]:
            name = scan.name_at(j + 1) or scan.name_at(j + 2)
            j = name.j if name else j
        text = scan.sentence.words(quantity.j, j) or None
        affiliation = _whose(scan, quantity.j, j)
        return Victims(quantity.low, quantity.high, text, noun.section, affiliation, quantity.i, j)
    following = lows[quantity.j] if quantity.j < len(lows) else "."
    return alone(quantity) if following in _AFTER_BARE_COUNT else _unlisted(scan, quantity)


def _unlisted(scan: Scan, quantity: Quantity) -> Victims | None:
    """ "Killed 58 revellers": a plural that no list knows, where it is none of the things that are counted."""
    lows = scan.sentence.lows
    for k in range(quantity.j, min(quantity.j + 3, len(lows))):
        low = lows[k]
        if low in _ENDS_PEOPLE or not low.isalpha() or scan.at.get(k) is not None or scan.name_at(k) is not None:
            return None
        if low.endswith("s") and not low.endswith("ss"):
            if low in _THINGS or any(a.i <= k < a.j for a in scan.acts):
                return None
            text = scan.sentence.words(quantity.j, k + 1)
            return Victims(quantity.low, quantity.high, text, None, None, quantity.i, k + 1)
    return None


def alone(quantity: Quantity) -> Victims:
    """A quantity that counts people whom no noun names."""
    return Victims(quantity.low, quantity.high, None, None, None, quantity.i, quantity.j)


def people_only(scan: Scan, i: int, k: int) -> bool:
    """Whether only a people phrase stands between tokens i and k: "14 [villagers] dead"."""
    noun = people_after(scan, i, 6)
    return noun is not None and noun.j == k


def people_after(scan: Scan, k: int, limit: int) -> Noun | None:
    """A people noun at token k or a few modifiers on; a name counts as one modifier."""
    lows = scan.sentence.lows
    n, steps, other = k, 0, None
    while n < len(lows) and steps < limit:
        noun = _people_at(scan, n)
        if noun is not None and lows[n] == "other":
            other, noun = noun, None  # "two other members": only where no better word follows
        if noun is not None:
            # "U.S. contractor employees": the last of a row of people nouns is the head
            return next((x for x in scan.nouns if x.i == noun.j and x.kind == "people"), noun)
        low = lows[n]
        if low in _ENDS_PEOPLE and not (low == "and" and n > k):
            return other
        if any(act.i == n for act in scan.acts) and "-" not in low and not low.endswith("ing"):
            return other
        name = scan.name_at(n)
        whole = name is not None and not any(x.kind == "people" and n <= x.i < name.j for x in scan.nouns)
        n, steps = (name.j if name is not None and whole else n + 1), steps + 1
    return other


def _people_at(scan: Scan, n: int) -> Noun | None:
    """A noun that means people and begins at token n."""
    noun = next((x for x in scan.nouns if x.i == n and x.kind == "people"), None)
    return noun or _armed_people(scan, n) or _nationals(scan, n)


def _nationals(scan: Scan, n: int) -> Noun | None:
    """ "Three Americans": the people of a country, where no noun follows that they describe."""
    name = scan.name_at(n)
    lows = scan.sentence.lows
    if name is None or name.i != n or name.who is None or not name.who.adjective:
        return None
    one = n > 0 and lows[n - 1] in ("one", "an", "a", "another")
    if not one and not lows[name.j - 1].endswith(_ENDINGS):
        return None
    following = lows[name.j] if name.j < len(lows) else "."
    if following in _ENDS_PEOPLE or following in _AFTER_NATIONALS:
        return Noun(name.i, name.j, "people", "civilian", "national", not one)
    return None


def _armed_people(scan: Scan, n: int) -> Noun | None:
    """A noun of groups.txt at token n that means people: "rioters", not "factions"."""
    noun = next((x for x in scan.nouns if x.i == n and x.kind == "group" and x.section in ("armed", "crowd")), None)
    return noun if noun is not None and noun.value not in _NO_VICTIMS else None


def _one(scan: Scan, i: int, text_from: int, noun: Noun) -> Victims:
    text = scan.sentence.words(text_from, noun.j)
    return Victims(1, 1, text, noun.section, _whose(scan, i, noun.j), i, noun.j)


def _whose(scan: Scan, i: int, j: int) -> str | None:
    """The affiliation that names inside the phrase give."""
    for name in scan.names:
        if i <= name.i < j and name.who is not None and name.who.kind in ARMED | OF_STATE:
            return name.who.name
    return None


def _coordinated(lows: list[str], first: Act, k: int) -> bool:
    """ "wounded or killed", "captured and gunned down": one subject for both."""
    between = lows[first.j : k + 1]
    return len(between) <= 4 and any(low in ("and", "or") for low in between)
