"""Which place is meant: the options of a name weighed by the countries that the article speaks of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import cast

from eventdb import lexicon, sheet
from eventdb.coder import words
from eventdb.coder.names import Where
from eventdb.coder.places import RANK, Place, at_border
from eventdb.coder.scan import Scan

# words of names that two places may share without being one
_COMMON = frozenset(word for word, _ in words.spelled("geography")["common in names"])
_KNOWN_BY_NAME = 50_000  # the same, where the text has the name of the gazetteer and not one of its other spellings
_KNOWN_ABROAD = 300_000  # people of a town that may be meant though the article does not speak of its country


@dataclass(frozen=True, slots=True)
class Spot:
    """A place decided on, named at `start` to `end` of the article.

    `countries` are ISO 3166 codes; `latitude` and `longitude` degrees; `rank` is 3 for a site down to 0 for a country.
    """

    name: str
    text: str
    admin1: str | None
    countries: tuple[str, ...]
    latitude: float | None
    longitude: float | None
    precision: sheet.PlacePrecision
    rank: int
    start: int
    end: int
    rule: str
    landmark: int = 0  # as of a Place

    @property
    def country(self) -> str | None:
        return ",".join(self.countries) or None


@dataclass(frozen=True, slots=True)
class Context:
    """Which countries an article speaks of, and how often: by any word (`spoken`), or as a place (`located`).

    `provinces` are countries with the name of a first-level division in which a place lies.
    """

    spoken: Counter[str]
    located: Counter[str]
    provinces: Counter[tuple[str, str]]
    dateline: tuple[Where, ...] = ()  # the places that it may name

    @property
    def home(self) -> str | None:
        """The country where most of what the article tells happens: by its places, or else its dateline."""
        located, spoken = (next((c for c, _ in counts.most_common(1)), None) for counts in (self.located, self.spoken))
        written = max(self.dateline, key=lambda w: (self.spoken[w.country or ""] > 0, w.population), default=None)
        return located or (written.country if written else None) or spoken


def context(scans: list[Scan], places: list[Place], dateline: tuple[Where, ...] = ()) -> Context:
    """The countries of an article: by name, adjective, a place that lies in one country only, or its dateline."""
    counts: Counter[str] = Counter()
    for scan in scans:
        for name in scan.names:
            lands = {where.country for where in name.where}
            if (name.metonym and len(lands) > 1) or at_border(scan.sentence.lows, name):
                continue  # "Tripoli" is in two countries, and a neighbour is not where it happened
            if name.who is not None and name.who.kind == "state" and name.who.country:
                counts[name.who.country] += 2
            elif name.who is not None and name.who.kind == "state_force" and name.who.country:
                counts[name.who.country] += 1
            listed = {where.country for where in name.where if not where.town and where.country}
            if len(listed) == 1:
                counts[listed.pop()] += 1
    located: Counter[str] = Counter()
    provinces: Counter[tuple[str, str]] = Counter()
    for place in places:
        options = [w for w in place.options if w.country and (not w.town or counts[w.country] or _well_known(w))]
        if options:
            best = max(options, key=lambda w: (not w.town, counts[w.country or ""] > 0, w.population))
            located[best.country or ""] += 1
            admin1 = best.name if best.precision == "admin1" else best.admin1
            if admin1:
                provinces[best.country or "", admin1] += 1
    return Context(counts, located, provinces, dateline)


def choose(place: Place, told: Context, beside: Collection[str]) -> Where | None:
    """The likeliest of a name's places, or None where none is likely.

    One in a country named beside it, then a country, then one in a country that the article speaks of, then a listed
    place before a town of the gazetteer, then the larger town. A small town of a country that the article does not
    speak of is not meant: the name is then one that the lexicon lacks.
    """
    if not place.options:
        return None
    counts, key = told.spoken, lexicon.fold(place.text)
    best = max(
        place.options,
        key=lambda w: (
            w.country in beside,
            w.precision == "country",
            counts.get(w.country or "", 0) > 0 and (not w.town or _well_known(w) or lexicon.fold(w.name) == key),
            not w.town,
            counts.get(w.country or "", 0) if w.town else 0,
            w.population,
            RANK[w.precision],
        ),
    )
    foreign = best.town and best.country not in beside and not counts.get(best.country or "", 0)
    silent = not told.located and not told.spoken and lexicon.fold(best.name) == key
    same = lexicon.fold(best.name) == key and best.population >= _KNOWN_BY_NAME
    return best if not foreign or silent or (same and not beside) or _well_known(best) else None


def _well_known(where: Where) -> bool:
    return where.population >= _KNOWN_ABROAD


def spot(scan: Scan, place: Place, places: list[Place], told: Context) -> Spot:
    """The place decided on, joined with the others named beside it by "and" ("Iraq and Syria")."""
    beside = sorted((p for p in places if p is not place and abs(p.i - place.i) <= 6), key=lambda p: abs(p.i - place.i))
    near = [w.country for p in beside for w in p.options if w.precision in ("country", "admin1") and w.country]
    where = choose(place, told, near)
    tokens = scan.sentence.tokens
    start, end = tokens[place.i].start, tokens[place.j - 1].end
    if where is None:
        others = sorted((p for p in places if p is not place), key=lambda p: abs(p.i - place.i))
        named = [w.country for p in others for w in p.options if w.precision == "country" and w.country]
        towns = [w.country for p in others if (w := choose(p, told, near)) is not None and w.country]
        country = next(iter([*near, *named, *towns]), None) or told.home
        return Spot(
            place.text,
            place.text,
            None,
            (country,) if country else (),
            None,
            None,
            "district",
            2,
            start,
            end,
            "named place that the lexicon lacks",
            place.landmark,
        )
    joined = [(place, where)]
    for other in places:
        if other is place or other.rank != place.rank or not other.options:
            continue
        between = scan.sentence.lows[min(place.j, other.j) : max(place.i, other.i)]
        if (
            between
            and len(between) <= 3
            and "and" in between
            and all(low in ("and", "in", "at", "the", ",") for low in between)
        ):
            chosen = choose(other, told, near)
            if chosen is not None and chosen.name != where.name:
                joined.append((other, chosen))
    if len(joined) > 1:
        joined.sort(key=lambda pair: pair[0].i)
        countries = tuple(dict.fromkeys(w.country for _, w in joined if w.country))
        return Spot(
            " and ".join(w.name for _, w in joined),
            " and ".join(p.text for p, _ in joined),
            None,
            countries,
            None,
            None,
            "several",
            place.rank,
            min(tokens[p.i].start for p, _ in joined),
            max(tokens[p.j - 1].end for p, _ in joined),
            "places joined by “and”",
        )
    lands = {c for c in near if c} if where.precision == "sea" else set()
    country = where.country or (lands.pop() if len(lands) == 1 else None)  # "in the Red Sea off Saudi Arabia"
    return Spot(
        where.name,
        place.text,
        where.admin1,
        (country,) if country else (),
        where.latitude,
        where.longitude,
        cast(sheet.PlacePrecision, where.precision),
        min(place.rank, RANK[where.precision]),
        start,
        end,
        "gazetteer",
        place.landmark,
    )


def identical(a: Spot, b: Spot) -> bool:
    """Whether two places are one and the same."""
    return lexicon.fold(a.name) == lexicon.fold(b.name)


def agree(a: Spot, b: Spot) -> bool | None:
    """Whether two places may be one: True the same or one within the other, False apart, None not to be told."""
    if lexicon.fold(a.name) == lexicon.fold(b.name) or set(a.name.split()) & set(b.name.split()) - _COMMON:
        return True
    if a.countries and b.countries and not set(a.countries) & set(b.countries):
        return False
    if a.precision == b.precision == "sea":
        return False  # two seas of different names
    if "sea" in (a.precision, b.precision) and max(a.rank, b.rank) >= 2:
        if a.latitude is not None and b.latitude is not None and a.longitude is not None and b.longitude is not None:
            return None if max(abs(a.latitude - b.latitude), abs(a.longitude - b.longitude)) < 6 else False
        return None
    low, high = sorted((a, b), key=lambda s: s.rank)
    if low.rank == 0:
        return True if low.precision == "country" and set(low.countries) & set(high.countries) else None
    if low.precision == high.precision == "admin1":
        return False
    if low.precision == "admin1" and high.admin1 is not None:
        return lexicon.fold(low.name) == lexicon.fold(high.admin1)
    if a.latitude is not None and b.latitude is not None and a.longitude is not None and b.longitude is not None:
        far = max(abs(a.latitude - b.latitude), abs(a.longitude - b.longitude)) > 0.6
        return not far if a.rank >= 2 and b.rank >= 2 else None
    return None


@cache
def state(code: str) -> str | None:
    return next((country.name for country in lexicon.countries() if country.code == code), None)


def of_country(code: str, text: str, start: int, end: int, rule: str) -> Spot:
    """A country as a place."""
    return Spot(state(code) or code, text, None, (code,), None, None, "country", 0, start, end, rule)
