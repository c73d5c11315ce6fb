"""The lexicon of names: who and where, as data files that a person extends with a text editor.

`fold` makes spellings comparable; the loaders read the files beside this one, once a process, into tuples of frozen
records. The folder's README.md says how each file is extended. Order is that of the files, generated rows last.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).resolve().parent

_MARKS = re.compile("[\u0300-\u036f]")  # combining: what NFKD splits off a letter with an accent
_SILENT = re.compile("['’‘ʼʻ`´ʿʾ.]")  # written or left out at will: Kata'ib and Kataib, U.S. and US
_BREAKS = re.compile(r"[\W_]+")
_ASCII = {n: None if _SILENT.match(chr(n)) else " " for n in range(128) if not chr(n).isalnum()}


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory of ISO 3166-1, and Kosovo (XK).

    `adjectives` begin with the one that stands before a noun ("Iraqi"), people follow ("Iraqis"). `metonyms` are seats
    that stand for the government ("Tehran", "the Kremlin"). Territories are not `sovereign`.
    """

    code: str
    alpha3: str
    name: str
    aliases: tuple[str, ...]
    adjectives: tuple[str, ...]
    metonyms: tuple[str, ...]
    sovereign: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, under one canonical name. `basis` is what the entry rests on, and the dates for which it holds."""

    name: str
    kind: str
    country: str | None
    basis: str


@dataclass(frozen=True, slots=True)
class Alias:
    """Another spelling or name of an actor. Of kind `acronym` or `short` it may be a plain word: ask for exact case."""

    actor: str
    alias: str
    kind: str


@dataclass(frozen=True, slots=True)
class ActorLink:
    """A dated tie, read as: actor kind other. No `since` or `until` means not known, or still so."""

    actor: str
    kind: str
    other: str
    since: date | None
    until: date | None
    note: str


@dataclass(frozen=True, slots=True)
class Place:
    """A site, district, province, country, region or sea; degrees of WGS 84, None where a point would mislead."""

    name: str
    admin1: str | None
    country: str | None
    latitude: float | None
    longitude: float | None
    precision: str
    names: tuple[str, ...]


class City(NamedTuple):
    """A town of GeoNames. A named tuple: it is as immutable as the rest, and there are tens of thousands to make."""

    name: str
    admin1: str | None
    country: str
    latitude: float
    longitude: float
    population: int
    names: tuple[str, ...]


def fold(name: str) -> str:
    """The key under which spellings of one name meet; the same as the SQL function fold(text).

    Case, accents, apostrophes, full stops, hyphens, spaces, a leading "the" and every Arabic article "al" go:
    "Asa'ib Ahl al-Haq" and "Asaib Ahl-al Haq" become "asaibahlhaq". "" where a name has no letter or digit.
    """
    if name.isascii():  # the same as below, for most of a hundred thousand names
        if name.isalnum():
            return name.lower()
        words = name.lower().translate(_ASCII).split()
    else:
        # Letter by letter: a whole Greek word would end in another sigma than PostgreSQL gives it.
        low = "".join(letter.lower() for letter in name)
        bare = _SILENT.sub("", _MARKS.sub("", unicodedata.normalize("NFKD", low)))
        words = _BREAKS.sub(" ", bare).split()
    if len(words) > 1 and words[0] == "the":
        del words[0]
    return "".join([word for word in words if word != "al"] or words)


@cache
def countries() -> tuple[Country, ...]:
    """All of countries.csv, by code."""
    return tuple(
        Country(code, alpha3, name, _list(aliases), _list(adjectives), _list(metonyms), sovereign == "yes")
        for code, alpha3, name, aliases, adjectives, metonyms, sovereign in _rows("countries.csv")
    )


@cache
def actors() -> tuple[Actor, ...]:
    """actors.csv, then the states of countries.csv, then the forces that forces.csv makes for each sovereign one."""
    return _actors_and_aliases()[0]


@cache
def aliases() -> tuple[Alias, ...]:
    """aliases.csv, then what countries.csv and forces.csv give.

    No alias folds to the key of its own actor's name or of another alias of that actor.
    """
    return _actors_and_aliases()[1]


@cache
def actor_links() -> tuple[ActorLink, ...]:
    """actor_links.csv, then each state force that it makes no part of anything as part of its state."""
    listed = [
        ActorLink(actor, kind, other, _day(since), _day(until), note)
        for actor, kind, other, since, until, note in _rows("actor_links.csv")
    ]
    tied = {link.actor for link in listed if link.kind == "part_of"}
    states = {country.code: country.name for country in countries()}
    made = [
        ActorLink(actor.name, "part_of", states[actor.country], None, None, "")
        for actor in actors()
        if actor.kind == "state_force" and actor.country and actor.name not in tied
    ]
    return (*listed, *made)


@cache
def places() -> tuple[Place, ...]:
    """places.csv, then the countries themselves (without a point: a country is not where its middle is)."""
    listed = [
        Place(name, admin1 or None, country or None, _degrees(latitude), _degrees(longitude), precision, _list(names))
        for name, admin1, country, latitude, longitude, precision, names in _rows("places.csv")
    ]
    made = [Place(c.name, None, c.code, None, None, "country", c.aliases) for c in countries()]
    return (*listed, *made)


@cache
def cities() -> tuple[City, ...]:
    """All of cities.csv: towns, the larger first within a country."""
    return tuple(
        City(name, admin1 or None, country, float(latitude), float(longitude), int(population), _list(names))
        for name, admin1, country, latitude, longitude, population, names in _rows("cities.csv")
    )


@cache
def _actors_and_aliases() -> tuple[tuple[Actor, ...], tuple[Alias, ...]]:
    """What the files list wins over what is made: a made name that the files give to some actor is left to that actor.

    So "Israeli Armed Forces", listed as an alias of the Israel Defense Forces, lends these all that the pattern makes
    of "Israeli" ("Israeli army", "Israeli troops"), and no second actor comes of it.
    """
    actors = [Actor(name, kind, country or None, basis) for name, kind, country, basis in _rows("actors.csv")]
    aliases = [Alias(*row) for row in _rows("aliases.csv")]
    owner = {fold(alias.alias): alias.actor for alias in aliases} | {fold(actor.name): actor.name for actor in actors}
    listed = set(owner)

    def add_actor(name: str, kind: str, country: Country, basis: str) -> str:
        key = fold(name)
        if key not in owner:
            owner[key] = name
            actors.append(Actor(name, kind, country.code, basis))
        return owner[key]

    def add_alias(actor: str, alias: str, kind: str) -> None:
        key = fold(alias)
        if key not in owner:
            owner[key] = actor
            aliases.append(Alias(actor, alias, kind))

    for country in countries():
        add_actor(country.name, "state", country, "ISO 3166-1" if country.code != "XK" else "user-assigned code XK")
    for country in countries():
        for alias in country.aliases:
            add_alias(country.name, alias, "acronym" if _is_acronym(alias) else "name")
        for adjective in country.adjectives:
            add_alias(country.name, adjective, "acronym" if _is_acronym(adjective) else "demonym")
    patterns = [(name, kind, _list(others)) for name, kind, others in _rows("forces.csv")]
    for country in filter(lambda country: country.sovereign, countries()):
        for pattern, kind, others in patterns:
            adjective = country.adjectives[0]
            name = pattern.format(adjective=adjective)
            if owner.get(fold(name)) is not None and fold(name) not in listed:
                continue  # two countries of one adjective ("Congolese"): the first in the file has it
            force = add_actor(name, kind, country, "made by forces.csv")
            for other in others:
                add_alias(force, other.format(adjective=adjective), "name")
    return tuple(actors), tuple(aliases)


def _rows(file: str) -> Iterator[list[str]]:
    """The rows below the heading of a shipped file."""
    with (FOLDER / file).open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        next(rows)
        yield from rows


def _list(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(";")) if cell else ()


def _day(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None


def _degrees(cell: str) -> float | None:
    return float(cell) if cell else None


def _is_acronym(name: str) -> bool:
    return name.isupper()
