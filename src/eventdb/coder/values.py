"""On which words each value of a sheet rests, by which rule, and where the lexicon or a word list has them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from eventdb import lexicon
from eventdb.coder import passages, sheets, toll, whereabouts
from eventdb.coder.explained import Field, Value
from eventdb.coder.incidents import Incident
from eventdb.coder.mentions import Mention
from eventdb.coder.names import fold
from eventdb.coder.story import Story
from eventdb.coder.text import tokens
from eventdb.sheet import Casualty, CodingSheet, Event, Span

_TARGET = "what the clause attacks"


def find(tale: Story, sheet: CodingSheet) -> tuple[Value, ...]:
    """The values of each event of the sheet, in its order."""
    incidents = dict(enumerate(sheets.told(tale)))
    found: list[Value] = []
    for n, event in enumerate(sheet.events):
        found += _Words(tale, incidents[n], event).values() if n in incidents else _announced(tale, event)
    return tuple(found)


class _Words:
    """The values of one attack."""

    def __init__(self, tale: Story, incident: Incident, event: Event) -> None:
        self.tale, self.incident, self.event = tale, incident, event

    def values(self) -> Iterator[Value]:
        yield self._type()
        yield from self._date()
        yield from self._place()
        yield from self._weapon()
        yield from self._targets()
        for (figure, mention, _), row in zip(toll.rows(self.incident), self.event.casualties, strict=True):
            yield self._at(row.outcome, _figure(row), self._tokens(mention, figure.i, figure.j), row.rule)
        yield from self._actors()
        for other in self.event.responds_to:
            yield Value(self.event.id, "answers", other, None, None, "words that join the two")

    def _at(self, field: Field, value: str, spans: tuple[Span, ...], rule: str | None, entry: str = "") -> Value:
        span = spans[0] if spans else None
        return Value(self.event.id, field, value, span, _around(self.tale, span), rule or "", entry)

    def _tokens(self, mention: Mention, i: int, j: int) -> tuple[Span, ...]:
        return (passages.tokens(self.tale.document, mention.scan, i, j),)

    def _type(self) -> Value:
        mention = next(m for m in self.incident.mentions if m.type == self.event.type)
        noun, act = mention.noun, mention.act
        if noun is not None and mention.by_noun:
            entry = f"events.txt [{noun.section}] {noun.value}"
            return self._at("type", self.event.type, self._tokens(mention, noun.i, noun.j), mention.rule, entry)
        if act is not None and act.i == mention.at:
            base = f"{act.base} +{act.particle}" if act.particle else act.base
            entry = f"verbs.txt [{act.section}] {base}"
            return self._at("type", self.event.type, self._tokens(mention, act.i, act.j), mention.rule, entry)
        return self._at("type", self.event.type, self._tokens(mention, mention.at, mention.at + 1), mention.rule)

    def _date(self) -> Iterator[Value]:
        date = self.event.date
        if date is not None:
            told = f"{date.start}" if date.start == date.end else f"{date.start} to {date.end}"
            yield self._at("date", told + (", inferred" if date.inferred else ""), date.evidence, date.rule)

    def _place(self) -> Iterator[Value]:
        place = self.event.place
        if place is not None:
            told = ", ".join(part for part in (place.name, place.admin1, place.country) if part)
            spot = whereabouts.find(self.tale, self.incident)
            listed = spot is not None and spot.latitude is not None
            yield self._at("place", told, place.evidence, place.rule, _place_entry(place.name) if listed else "")

    def _weapon(self) -> Iterator[Value]:
        weapon = self.event.weapon
        if weapon is not None:
            noun = next(m.weapon for m in self.incident.mentions if m.weapon and m.weapon.value == weapon.kind)
            count = f" × {weapon.count}" if weapon.count else ""
            entry = f"weapons.txt [{noun.section}] {noun.value}"
            yield self._at("weapon", weapon.kind + count, weapon.evidence, weapon.rule, entry)

    def _targets(self) -> Iterator[Value]:
        for name in self.event.targets:
            told = next(
                ((m, t) for m in self.incident.mentions for t in m.targets if t.name == name and t.j > t.i), None
            )
            if told is not None:
                mention, target = told
                spans = self._tokens(mention, target.i, target.j)
                yield self._at("target", name, spans, _TARGET, _actor_entry(spans[0].text, name))
            else:
                mention = next(m for m in self.incident.mentions if name in m.target_words)
                yield self._at("target", name, self._named(mention, name), _TARGET)

    def _named(self, mention: Mention, name: str) -> tuple[Span, ...]:
        """The words of a target in its clause, or the clause where it has other spaces."""
        sentence = mention.scan.sentence
        size = len(tokens(name, 0, len(name)))
        for i in range(mention.i, mention.j - size + 1):
            if sentence.words(i, i + size) == name:
                return self._tokens(mention, i, i + size)
        return (passages.piece(self.tale.document, mention),)

    def _actors(self) -> Iterator[Value]:
        for (mention, said, _), row in zip(sheets.sayings(self.incident), self.event.attributions, strict=True):
            by = f", says {row.speaker}" if row.speaker else ""
            sure = f" {row.confidence} %" if row.confidence is not None else ""
            told = f"{row.actor or 'nobody named'}, {row.stance}{sure}{by}"
            if said.actor is None:
                yield self._at("actor", told, self._tokens(mention, said.at, said.at + 1), said.rule)
            else:
                spans = self._tokens(mention, said.actor.i, said.actor.j)
                yield self._at("actor", told, spans, said.rule, _actor_entry(spans[0].text, said.actor.name))


def _announced(tale: Story, event: Event) -> Iterator[Value]:
    """The values of a threat or a suspension: the whole sentence tells them."""
    first = event.evidence[0]
    yield Value(event.id, "type", event.type, first, first, event.rule or "", "verbal.txt")
    if event.date is not None:
        span = event.date.evidence[0] if event.date.evidence else None
        yield Value(event.id, "date", f"{event.date.start}", span, _around(tale, span), event.date.rule or "")
    for row in event.attributions:
        told = f"{row.actor}, {row.stance} {row.confidence} %"
        span = next(
            (
                passages.tokens(tale.document, read.scan, v.actor.i, v.actor.j)
                for v, read in tale.verbals
                if v.actor.name == row.actor and passages.sentence(tale.document, read.scan) in event.evidence
            ),
            None,
        )
        yield Value(event.id, "actor", told, span, _around(tale, span), row.rule or "")


def _around(tale: Story, span: Span | None) -> Span | None:
    """The sentence in which a passage stands."""
    if span is None:
        return None
    after = bisect_right(tale.reads, span.start, key=lambda read: read.scan.sentence.start)
    return passages.sentence(tale.document, tale.reads[after - 1].scan) if after else span


def _figure(row: Casualty) -> str:
    number = f"at least {row.low}" if row.high is None else f"{row.low}" if row.low == row.high else ""
    told = number or f"{row.low} to {row.high}"
    return told + (f" {row.victims}" if row.victims else "") + (", in all" if row.total else "")


def _place_entry(name: str) -> str:
    key = fold(name)
    if any(fold(place.name) == key for place in lexicon.places()):
        return f"places.csv: {name}"
    return f"cities.csv: {name}"


def _actor_entry(text: str, actor: str) -> str:
    """Where the lexicon has the words of an actor: its own name, an alias, or the name and adjective of a country."""
    country = next((country for country in lexicon.countries() if country.name == actor), None)
    if country is not None:
        return f"countries.csv: {country.code} {actor}"
    key = fold(text)
    for alias in lexicon.aliases():
        if alias.actor == actor and fold(alias.alias) == key:
            return f"aliases.csv: {alias.alias} ({alias.kind}) → {actor}"
    return f"actors.csv: {actor}" if any(entry.name == actor for entry in lexicon.actors()) else ""
