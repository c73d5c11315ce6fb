"""Which place a phrase takes up: "the city" is the one named before, "the capital" that of the country spoken of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from eventdb.coder import geography, names
from eventdb.coder.geography import Context, Spot
from eventdb.coder.names import Where
from eventdb.coder.places import RANK, Place
from eventdb.coder.reading import Read
from eventdb.coder.takenup import PROVINCES, WIDER

_BACK = 6  # sentences in which the place taken up was named


def resolve(place: Place, reads: Sequence[Read], index: int, told: Context) -> Spot | None:
    """The place that a phrase of the sentence at `index` takes up, or None where nothing tells."""
    sentence = reads[index].scan.sentence
    start, end = sentence.tokens[place.i].start, sentence.tokens[place.j - 1].end
    if place.takes_up == "capital":
        before = [p for p in reads[index].places if p.i < place.i]
        near = [w.country for p in reversed(before) for w in p.options if w.precision == "country"]
        country = place.country or next(iter(near), None) or told.home
        where = names.capital(country) if country else None
        return _spot(where, place.text, start, end) if where is not None else None
    lowest = 1 if place.takes_up in WIDER | PROVINCES else 2
    after = reads[index + 1 : index + 1 + _BACK] if place.country else ()  # "in the Iraqi city", whose name comes later
    for read in (*reversed(reads[max(0, index - _BACK) : index + 1]), *after):
        for other in reversed(read.places):
            if other.takes_up or other.rank < lowest or (read is reads[index] and other.i > place.i):
                continue
            spot = geography.spot(read.scan, other, read.places, told)
            if place.country and place.country not in spot.countries:
                continue
            if spot.rank == lowest or (spot.rank > lowest and place.takes_up not in PROVINCES):
                return replace(spot, text=place.text, start=start, end=end, rule="place taken up")
    if place.country:
        return geography.of_country(place.country, place.text, start, end, "country of a place that is not named")
    if lowest == 2 and told.dateline:
        likely = geography.choose(Place(0, 0, "", told.dateline, 2), told, ())
        return _spot(likely, place.text, start, end) if likely is not None else None
    return None


def _spot(where: Where, text: str, start: int, end: int) -> Spot:
    countries = (where.country,) if where.country else ()
    rule = "place taken up"
    at = (where.latitude, where.longitude)
    return Spot(where.name, text, where.admin1, countries, *at, "city", RANK["city"], start, end, rule)
