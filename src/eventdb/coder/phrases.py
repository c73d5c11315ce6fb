"""Phrases that mean people: a count with its noun ("two drivers"), one of a kind ("a driver"), a person by name."""

from __future__ import annotations

from dataclasses import dataclass, replace

from eventdb.coder import words
from eventdb.coder.numbers import Quantity
from eventdb.coder.parties import ARMED, OF_STATE, Party
from eventdb.coder.scan import DETERMINERS, PREPOSITIONS, Noun, Scan

_ENDINGS = ("ans", "is", "ese", "ns", "bs")  # of the plurals of nationals
_AFTER_NATIONALS = words.entries("figures", "after nationals")
_NO_VICTIMS = words.entries("figures", "no victims")
_ENDS_PEOPLE = words.entries("figures", "ends a people phrase") | {",", ".", ";", ":", "—"}
_ENDS_DESCRIPTION = words.entries("figures", "ends a description") | DETERMINERS | {",", ".", ";"}
_ENDS_ANYONE = _ENDS_PEOPLE | PREPOSITIONS | _AFTER_NATIONALS
_ONE_TITLES = words.entries("text", "titles")
_THINGS = words.entries("figures", "things counted")
_BODIES_OF_PEOPLE = words.phrases("figures", "bodies of people")
_COLLECTIVE = words.ranges("figures", "many in one word")
_INDEFINITE = frozenset({"a", "an", "another", "one"})
_OWN = frozenset({"his", "her", "their", "its"})
_AFTER_BARE_COUNT = (
    words.entries("figures", "after a bare count") | PREPOSITIONS | {",", ".", ";", ":", "—", "–", "-", ")", '"'}
)
_NAME_TOKENS = 5


@dataclass(frozen=True, slots=True)
class Victims:
    """`low` to `high` people (None: or more), as the sentence calls them, at tokens i to j.

    `section` is their list in people.txt or groups.txt, `affiliation` the actor whose people they are, `persons` their
    names where they are named. `vague`: by a word that leaves the number open ("dozens", "up to nine").
    """

    low: int
    high: int | None
    text: str | None
    section: str | None
    affiliation: str | None
    i: int
    j: int
    persons: tuple[str, ...] = ()
    vague: bool = False


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
        second = next((q for q in scan.quantities if quantity.j < q.i < noun.i and lows[q.i - 1] == "and"), None)
        if (
            second is not None and second.high is not None and quantity.high is not None
        ):  # "two male and one female guard"
            quantity = quantity._replace(low=quantity.low + second.low, high=quantity.high + second.high)
        affiliation = _whose(scan, quantity.j, j)
        vague = is_vague(quantity)
        return Victims(quantity.low, quantity.high, text, noun.section, affiliation, quantity.i, j, vague=vague)
    following = lows[quantity.j] if quantity.j < len(lows) else "."
    bare = following in _AFTER_BARE_COUNT or (following.endswith("ly") and len(following) > len("only"))
    return alone(quantity) if bare or _dated(scan, quantity.j) else _unlisted(scan, quantity)


def _dated(scan: Scan, k: int) -> bool:
    """ "Killed 12 Monday": a day begins at token k."""
    return any(k < len(scan.sentence.lows) and w.start == scan.sentence.tokens[k].start for w in scan.whens)


def _unlisted(scan: Scan, quantity: Quantity) -> Victims | None:
    """ "Killed 58 revellers": a plural that no list knows, where it is none of the things that are counted."""
    lows = scan.sentence.lows
    start = quantity.j
    nation = scan.name_at(start)  # "two Iranian advisers"
    if nation is not None and nation.i == start and nation.who is not None and nation.who.adjective:
        start = nation.j
    for k in range(start, min(start + 3, len(lows))):
        low = lows[k]
        if low in _ENDS_PEOPLE or not low.isalpha() or scan.at.get(k) is not None or scan.name_at(k) is not None:
            return None
        if low.endswith("s") and not low.endswith("ss"):
            if low in _THINGS or any(a.i <= k < a.j for a in scan.acts):
                return None
            text = scan.sentence.words(quantity.j, k + 1)
            vague = is_vague(quantity)
            whose = _whose(scan, quantity.j, start)
            return Victims(quantity.low, quantity.high, text, None, whose, quantity.i, k + 1, vague=vague)
    return None


def alone(quantity: Quantity) -> Victims:
    """A quantity that counts people whom no noun names."""
    low, high, vague = quantity.low, quantity.high, is_vague(quantity)
    return Victims(low, high, None, None, None, quantity.i, quantity.j, vague=vague)


def is_vague(quantity: Quantity) -> bool:
    """ "Dozens", "several", "up to nine": a count that a number would make plainer."""
    at_most = quantity.approximate and quantity.high is not None and quantity.high > quantity.low
    return (quantity.vague and quantity.high != quantity.low) or at_most


def people_only(scan: Scan, i: int, k: int) -> bool:
    """Whether only a people phrase stands between tokens i and k: "14 [villagers] dead"."""
    noun = people_after(scan, i, 6)
    return noun is not None and noun.j == k


def ending(scan: Scan, parties: list[Party], k: int) -> Victims | None:
    """The people phrase that ends at token k: "two drivers", "his wife", "Ahmed Karimi"."""
    for quantity in (q for q in scan.quantities if q.j < k <= q.j + 8):
        found = counted(scan, quantity)
        if found is not None and found.section is not None and found.j == k:
            owned = quantity.i > 0 and scan.sentence.lows[quantity.i - 1] in _OWN
            return replace(found, i=quantity.i - 1) if owned else found  # "his two sons"
    noun = next((n for n in scan.nouns if n.kind == "people" and n.j == k), None)
    noun = noun or next(
        (n for i in range(max(0, k - 3), k) if (n := _people_at(scan, i)) is not None and n.j == k), None
    )
    if noun is not None and not noun.plural:
        start = description_start(scan, noun)
        determined = start > 0 and (scan.sentence.lows[start - 1] in DETERMINERS | _INDEFINITE)
        return one(scan, start - 1, start, noun) if determined else None
    return named(scan, parties, k)


def anyone(scan: Scan, k: int) -> Victims | None:
    """Somebody whom no list knows, at the "a" of token k: "killed a barber". The verb tells that it is a person."""
    lows = scan.sentence.lows
    if lows[k] not in ("a", "an"):
        return None
    acts = {act.group_start for act in scan.acts} | {act.i for act in scan.acts}
    j = next((n for n in range(k + 1, min(k + 5, len(lows))) if lows[n] in _ENDS_ANYONE or n in acts), None)
    if j is None or j == k + 1 or not all(low.replace("-", "").isalpha() for low in lows[k + 1 : j]):
        return None
    head = lows[j - 1]
    other = any(k < n.j and n.i < j and n.kind in ("event", "weapon") for n in scan.nouns)
    if other or head.endswith("ly") or head in _THINGS or head + "s" in _THINGS:
        return None
    return Victims(1, 1, scan.sentence.words(k + 1, j), None, None, k, j)


def hangs(scan: Scan, i: int) -> bool:
    """Whether the phrase that begins at token i hangs on a preposition or is the object of a verb."""
    lows = scan.sentence.lows
    return i > 0 and (lows[i - 1] in PREPOSITIONS or any(a.i <= i - 1 < a.j and a.base != "leave" for a in scan.acts))


def named(scan: Scan, parties: list[Party], k: int) -> Victims | None:
    """The person whose name ends at token k: "the officer, Gen. Hamid Karimi"."""
    person = next((p for p in parties if p.kind == "person" and p.j == k), None)
    if person is not None:
        return Victims(1, 1, person.name, None, None, person.i, person.j, (person.name,))
    start = k
    while start > 0 and _is_capital(scan, start - 1) and k - start < _NAME_TOKENS:
        start -= 1
    return unknown_name(scan, start, k)


def name_after(scan: Scan, k: int) -> Victims | None:
    """The person whom no list knows, at token k, with a rank or without: "murdered Omar Haddad"."""
    ranks = {n for x in scan.nouns if x.kind in ("people", "group") for n in range(x.i, x.j)}
    while (
        k < len(scan.sentence.tokens) and _is_capital(scan, k) and (k in ranks or scan.sentence.lows[k] in _ONE_TITLES)
    ):
        k += 1
    end = k
    while end < len(scan.sentence.tokens) and _is_capital(scan, end) and end - k < _NAME_TOKENS:
        end += 1
    return unknown_name(scan, k, end) if end - k > 1 else None


def unknown_name(scan: Scan, start: int, end: int) -> Victims | None:
    """Tokens start to end as the name of a person: two words or more that no list knows, or one after a title."""
    lows = scan.sentence.lows
    # one word of the run may also be a town: "David Marlow"
    inside = [n for n in scan.names if start <= n.i < end]
    known = any(n.who is not None or n.unknown is not None or n.j - n.i > 1 or end - start == 1 for n in inside)
    listed = any(start <= n.i < end and n.kind in ("group", "event", "weapon") for n in scan.nouns)
    titled = start > 0 and (lows[start - 1] in _ONE_TITLES or lows[start - 1 : start] == ["."])
    if known or listed or start == end or (end - start < 2 and not titled):
        return None
    if start <= 1 and end - start < 2:
        return None
    name = scan.sentence.words(start, end)
    return Victims(1, 1, name, None, None, start, end, (name,))


def _is_capital(scan: Scan, k: int) -> bool:
    token = scan.sentence.tokens[k]
    return token.capital and token.text[0].isalpha()


def description_start(scan: Scan, noun: Noun) -> int:
    """Where the words begin that describe a people noun, its article left out: "(a) village elder"."""
    lows = scan.sentence.lows
    i = noun.i
    while i > 0 and noun.i - i < 6 and lows[i - 1] not in _ENDS_DESCRIPTION:
        i -= 1
    return i


def single(scan: Scan, noun: Noun, near: bool) -> Victims | None:
    """One of a kind: "a driver"; "the driver", "his wife" only where `near` says that it stands beside its verb."""
    lows = scan.sentence.lows
    i = description_start(scan, noun)
    if (i > 0 and lows[i - 1] in _INDEFINITE) or lows[i] in ("a", "an"):
        return one(scan, max(0, i - 1) if lows[i] not in ("a", "an") else i, i, noun)
    definite = i > 0 and lows[i - 1] in DETERMINERS
    return one(scan, i - 1, i, noun) if definite and near and noun.value not in _COLLECTIVE else None


def people_after(scan: Scan, k: int, limit: int) -> Noun | None:
    """A people noun at token k or a few modifiers on; a name counts as one modifier."""
    lows = scan.sentence.lows
    n, steps, other = k, 0, None
    while n < len(lows) and steps < limit:
        noun = _people_at(scan, n)
        if noun is not None and lows[n] == "other":
            other, noun = noun, None  # "two other members": only where no better word follows
        if noun is not None:
            # "U.S. contractor employees", "National Guard soldiers": the last of a row of people nouns is the head
            while (
                following := next((x for x in scan.nouns if x.i == noun.j and x.kind == "people"), None)
            ) is not None:
                noun = following
            return noun
        low = lows[n]
        another = low == "and" and lows[n + 1 : n + 2] and lows[n + 1] in DETERMINERS
        if low in _ENDS_PEOPLE and (another or not (low == "and" and n > k)):
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
    return noun or _armed_people(scan, n) or _nationals(scan, n) or _forces(scan, n)


def _forces(scan: Scan, n: int) -> Noun | None:
    """ "Nine police", "20 security forces": a body of people that is counted by its members."""
    phrase = next((p for p in _BODIES_OF_PEOPLE if tuple(scan.sentence.lows[n : n + len(p)]) == p), None)
    if phrase is None or any(x.i == n + len(phrase) and x.kind in ("people", "group") for x in scan.nouns):
        return None  # "police officers"
    return Noun(n, n + len(phrase), "people", "force", " ".join(phrase), True)


def _nationals(scan: Scan, n: int) -> Noun | None:
    """ "Three Americans": the people of a country, where no noun follows that they describe."""
    name = scan.name_at(n)
    lows = scan.sentence.lows
    if name is None or name.i != n or name.who is None or not name.who.adjective:
        return None
    alone_here = n > 0 and lows[n - 1] in ("one", "an", "a", "another")
    if not alone_here and not lows[name.j - 1].endswith(_ENDINGS):
        return None
    following = lows[name.j] if name.j < len(lows) else "."
    if following in _ENDS_PEOPLE or following in _AFTER_NATIONALS:
        return Noun(name.i, name.j, "people", "civilian", "national", not alone_here)
    return None


def _armed_people(scan: Scan, n: int) -> Noun | None:
    """A noun of groups.txt at token n that means people: "rioters", not "factions"."""
    noun = next((x for x in scan.nouns if x.i == n and x.kind == "group" and x.section in ("armed", "crowd")), None)
    return noun if noun is not None and noun.value not in _NO_VICTIMS else None


def one(scan: Scan, i: int, text_from: int, noun: Noun) -> Victims:
    """One person, called by a noun and the words from token `text_from` on."""
    text = scan.sentence.words(text_from, noun.j)
    low, high = _COLLECTIVE.get(noun.value, (1, 1))
    if noun.value in _COLLECTIVE and scan.sentence.lows[noun.j : noun.j + 1] == ["of"]:
        sized = next((q for q in scan.quantities if q.i == noun.j + 1), None)  # "a family of four"
        low, high = (sized.low, sized.high) if sized is not None else (low, high)
    return Victims(low, high, text, noun.section, _whose(scan, i, noun.j), i, noun.j)


def _whose(scan: Scan, i: int, j: int) -> str | None:
    """The affiliation that names inside the phrase give."""
    for name in scan.names:
        if i <= name.i < j and name.who is not None and name.who.kind in ARMED | OF_STATE:
            return name.who.name
    return None
