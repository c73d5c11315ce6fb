"""Names in a sentence: actors and places of the lexicon, found over folded text, longest first.

A name of the lexicon must begin with a capital in the text; an acronym or a short form must stand letter for letter. An
unknown capitalised word before "Hezbollah" makes an unknown name, never the Lebanese party.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from eventdb import lexicon
from eventdb.coder import words
from eventdb.coder.text import Token

MONTHS = frozenset(calendar.month_name) | frozenset(calendar.day_name) - {""}  # "August" is no town
_KNOWN_TOWN = 40_000  # people of a town whose name of three letters is taken for one: "Gao", "Jos"
_LONGEST = 8  # tokens
_SMALL = tuple(words.entries("names", "small beginnings"))
_SMALL_LETTERS = frozenset(beginning[0] for beginning in ("al", *_SMALL))
_BEGINNINGS = (2, 4, 8)  # letters of a key: what no key begins with need not be looked for further
_PLAIN = words.entries("names", "no part of a name")
_OUTSIDE = words.entries("names", "outside")
fold = lru_cache(maxsize=1 << 16)(lexicon.fold)  # a word comes again, but there is no end of words


@dataclass(frozen=True, slots=True)
class Who:
    """An actor of the lexicon; `adjective` where the form found describes rather than names ("Iraqi")."""

    name: str
    kind: str
    country: str | None
    adjective: bool = False


@dataclass(frozen=True, slots=True)
class Where:
    """A place of the lexicon."""

    name: str
    admin1: str | None
    country: str | None
    latitude: float | None
    longitude: float | None
    precision: str
    population: int = 0
    town: bool = False


class Name(NamedTuple):
    """Tokens i to j name an actor, one of several places, or both (a country)."""

    i: int
    j: int
    who: Who | None
    where: tuple[Where, ...]
    unknown: str | None = None
    metonym: bool = False


@cache
def _index() -> tuple[dict[str, list[tuple[str, bool, Who]]], dict[str, list[Where]], frozenset[str], dict[str, str]]:
    kinds = {actor.name: actor for actor in lexicon.actors()}
    who: dict[str, list[tuple[str, bool, Who]]] = {}
    for actor in lexicon.actors():
        who.setdefault(fold(actor.name), []).append((actor.name, False, Who(actor.name, actor.kind, actor.country)))
    for alias in lexicon.aliases():
        actor = kinds[alias.actor]
        exact = alias.kind in ("acronym", "short")
        entry = Who(actor.name, actor.kind, actor.country, adjective=alias.kind == "demonym")
        who.setdefault(fold(alias.alias), []).append((alias.alias, exact, entry))
    states = {country.code: country.name for country in lexicon.countries()}
    metonyms: dict[str, str] = {}
    for country in lexicon.countries():
        for adjective in country.adjectives:
            entry = Who(country.name, "state", country.code, adjective=True)
            known = who.setdefault(fold(adjective), [])
            if not any(w.name == country.name for _, _, w in known):
                known.append((adjective, adjective.isupper(), entry))
        for seat in country.metonyms:
            metonyms[fold(seat)] = states[country.code]
    where: dict[str, list[Where]] = {}
    for place in lexicon.places():
        entry_place = Where(place.name, place.admin1, place.country, place.latitude, place.longitude, place.precision)
        for name in (place.name, *place.names):
            known_places = where.setdefault(fold(name), [])
            if entry_place not in known_places:
                known_places.append(entry_place)
    starts = frozenset(key[:n] for key in (*who, *where, *_towns(), *metonyms) for n in _BEGINNINGS)
    return who, where, starts, metonyms


@cache
def _towns() -> dict[str, list[lexicon.City]]:
    found: dict[str, list[lexicon.City]] = {}
    for city in lexicon.cities():
        for name in (city.name, *city.names):
            if name in MONTHS:
                continue
            if len(name) > 3 or (len(name) == 3 and name == city.name and city.population >= _KNOWN_TOWN):
                found.setdefault(lexicon.fold(name), []).append(city)
    return found


@cache
def _places(key: str) -> tuple[Where, ...]:
    """The places of a folded name: those of the lexicon's table, then the towns."""
    towns = (
        Where(city.name, city.admin1, city.country, city.latitude, city.longitude, "city", city.population, town=True)
        for city in _towns().get(key, ())
    )
    return (*_index()[1].get(key, ()), *towns)


def capital(country: str) -> Where | None:
    """The capital of a country, by its code."""
    seats = next((c.metonyms for c in lexicon.countries() if c.code == country), ())
    found = (where for seat in seats for where in _places(fold(seat)) if where.country == country)
    return next(found, None)


def surnames(sentences: list[list[Token]]) -> dict[str, Who]:
    """The last names of the persons whom an article names in full: later they may stand alone."""
    found: dict[str, Who] = {}
    first = _first_names()
    for tokens in sentences:
        if not any(token.low.partition("-")[0] in first or not token.low.isascii() for token in tokens):
            continue  # most sentences: to look for all names is dear
        for name in find(tokens, {}):
            if name.who is not None and name.who.kind == "person" and name.j - name.i > 1:
                found.setdefault(fold(tokens[name.j - 1].text), name.who)
    return found


@cache
def _first_names() -> frozenset[str]:
    """With what the full names of persons in the lexicon begin, in lower case, as written and folded."""
    starts = (
        alias.lower().replace("-", " ").split()[0]
        for actors in _index()[0].values()
        for alias, _, actor in actors
        if actor.kind == "person"
    )
    return frozenset(form for start in starts for form in (start, fold(start)))


def known(text: str) -> Who | None:
    """The actor of the lexicon that a whole text names ("U.S. Central Command", "The White House"), or None."""
    who, _, _, metonyms = _index()
    key = fold(text.partition("(")[0])
    found = [actor for alias, exact, actor in who.get(key, ()) if not exact or alias == text]
    return found[0] if found else Who(metonyms[key], "state", None) if key in metonyms else None


def find(tokens: list[Token], people: dict[str, Who]) -> list[Name]:
    """The names of a sentence, in order, none inside another.

    `people` are the last names that stand for a person in this article.
    """
    found: list[Name] = []
    i = 0
    while i < len(tokens):
        token = tokens[i]
        first = token.text[0]
        if (first.islower() and first not in _SMALL_LETTERS) or not _may_begin(token):
            i += 1
            continue
        best = _longest(tokens, i) if _is_beginning(token.text) else None
        person = people.get(fold(token.text)) if token.capital or "-" in token.text else None
        if person is not None and (best is None or best.j == i + 1):
            best = Name(i, i + 1, person, ())
        if best is None:
            i += 1
            continue
        best = _not_lebanese(tokens, best)
        found.append(best)
        i = best.j
    return found


@lru_cache(maxsize=1 << 16)
def _is_beginning(text: str) -> bool:
    """Whether a name of the lexicon begins with a word, as far as its first letters tell."""
    starts = _index()[2]
    key = fold(text) if text.isalnum() or len(text) > 1 else ""
    return len(key) < min(_BEGINNINGS) or all(key[:n] in starts for n in _BEGINNINGS if len(key) >= n)


def _may_begin(token: Token) -> bool:
    """Whether a name may begin with a token: a capital, a figure ("17 November"), "al" or "al-Asad"."""
    if token.low == "the":
        return False
    if token.capital or (token.text[0].isdigit() and len(token.text) > 1):
        return True
    return token.low == "al" or (token.low.startswith(_SMALL) and len(token.text) > 4)


def _longest(tokens: list[Token], i: int) -> Name | None:
    """The longest name of the lexicon that begins at token i."""
    who, where, starts, metonyms = _index()
    towns = _towns()
    key = ""
    best: Name | None = None
    for j in range(i, min(i + _LONGEST, len(tokens))):
        token = tokens[j]
        if token.low == "'s" and j > i and j + 1 < len(tokens) and tokens[j + 1].capital:
            key += "s"  # "New People's Army"
            continue
        if token.low == "'s" or token.text in '"().;:—':
            break
        if j > i and token.text in _OUTSIDE:
            break  # "Yemen is" are no Yemenis
        if token.text == "," or (token.text == "." and j + 1 >= len(tokens)):
            break
        part = fold(token.text) if token.text.isalnum() or len(token.text) > 1 else ""
        if part == "al" or token.low == "the":
            continue  # inside a name, and never its end: "told Reuters the planes"
        key += part
        if (len(key) >= 4 and key[:4] not in starts) or (len(key) >= 8 and key[:8] not in starts):
            break
        if not key or (not part and j > i):
            continue  # a hyphen or a dot is no part of a name that ends before it: "U.S.-owned"
        text = None
        people = []
        for alias, exact, actor in who.get(key) or (who.get(key + "s") if j > i else None) or ():
            if exact:
                text = text or "".join(t.text for t in tokens[i : j + 1])
                bare = text.replace(".", "").replace(" ", "")
                given = alias.replace(".", "").replace(" ", "")
                if bare != given and bare.removeprefix("Al-").removeprefix("al-") != given:
                    continue
            people.append(actor)
        spots = _places(key) if key in where or key in towns else ()
        if not people and key in metonyms:
            people = [Who(metonyms[key], "state", None)]
            best = Name(i, j + 1, people[0], spots, metonym=True)
        elif people or spots:
            people.sort(key=lambda actor: actor.adjective)
            best = Name(i, j + 1, people[0] if people else None, spots)
    return best


def _not_lebanese(tokens: list[Token], name: Name) -> Name:
    if name.who is None or name.who.name != "Hezbollah" or name.j - name.i > 1 or name.i == 0:
        return name
    before = tokens[name.i - 1]
    if before.capital and before.text[0].isalpha() and before.low not in _PLAIN and not _names_country(before):
        text = f"{before.text} {tokens[name.i].text}"
        return Name(name.i - 1, name.j, None, (), unknown=text)
    return name


def _names_country(token: Token) -> bool:
    who = _index()[0].get(fold(token.text), ())
    return any(actor.kind == "state" for _, _, actor in who)
