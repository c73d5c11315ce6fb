"""Which place of the lexicon a quoted name means: the one in the country that the answer gives."""

from __future__ import annotations

from functools import cache
from typing import cast

from eventdb import lexicon
from eventdb.lexicon import City, Country, Place, fold
from eventdb.sheet import Place as Where
from eventdb.sheet import PlacePrecision


@cache
def _index() -> dict[str, tuple[Place | City, ...]]:
    """The places of each folded name, listed ones before towns, larger towns first."""
    found: dict[str, list[Place | City]] = {}
    towns = sorted(lexicon.cities(), key=lambda city: -city.population)
    listed: tuple[Place | City, ...] = (*lexicon.places(), *towns)
    for place in listed:
        for name in dict.fromkeys(fold(name) for name in (place.name, *place.names)):
            found.setdefault(name, []).append(place)
    return {key: tuple(places) for key, places in found.items()}


@cache
def countries() -> dict[str, Country]:
    """The countries by their code."""
    return {country.code: country for country in lexicon.countries()}


def known(name: str, country: str | None) -> Where | None:
    """The lexicon's place of this name, in the country where that is given; None where it has none there."""
    codes = set(country.split(",")) if country else set()
    for place in _index().get(fold(name), ()):
        if not codes or place.country is None or place.country in codes:
            return Where(
                name=place.name,
                text=name,
                admin1=place.admin1,
                country=place.country,
                latitude=place.latitude,
                longitude=place.longitude,
                precision=cast(PlacePrecision, getattr(place, "precision", "city")),
                rule="gazetteer",
            )
    return None
