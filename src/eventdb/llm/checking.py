"""An answer held against the article: what it bears out becomes events of the coding sheet, the rest mistakes.

Nothing is kept that cannot be shown. Each quote stands in the article to the letter, each figure inside its quotes,
each name in the paragraphs of its quotes, each date agrees with the words quoted for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from eventdb import sheet
from eventdb.document.types import Document
from eventdb.llm import days, figures, form, names, places, weapons
from eventdb.llm.form import Mistake
from eventdb.llm.names import Names
from eventdb.llm.quotes import Article
from eventdb.sheet import Span

CONFIDENCE: dict[str, tuple[int, int, int]] = {
    "claimed": (60, 85, 100),
    "stated": (70, 90, 100),
    "accused": (50, 75, 95),
    "suspected": (20, 60, 95),
    "denied": (0, 5, 20),
}
"""Of each stance: the least confidence, the one taken where none is given, and the most; as the database has them."""

_SHORTEST = 2  # words of a passage that shows an event or a figure


@dataclass
class Kept:
    """What stands of an answer, and what does not.

    `spans` has the names of the attributions with where they stand, `told` what the answer says of them.
    """

    events: list[sheet.Event] = field(default_factory=list)
    tallies: list[sheet.Tally] = field(default_factory=list)
    told: dict[str, form.Named] = field(default_factory=dict)
    spans: dict[str, list[Span]] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    unreadable: bool = False


def check(answer: form.Answer, article: Article, stretch: tuple[int, int], known: list[sheet.Event]) -> Kept:
    """What stands of the answer to a question about `stretch` of the article.

    `known` are the events that the model was told of: it may answer more of them under their ids.
    """
    return _Check(article, stretch, known, answer).all()


class _Check:
    def __init__(
        self, article: Article, stretch: tuple[int, int], known: list[sheet.Event], answer: form.Answer
    ) -> None:
        self._article = article
        self._stretch = stretch
        self._answer = answer
        self._names = Names(article.document)
        self._kept = Kept(mistakes=list(answer.mistakes))
        self._ids = {event.id for event in known}
        self._described = {named.name: named for _, named in answer.actors}

    @property
    def _document(self) -> Document:
        return self._article.document

    def all(self) -> Kept:
        seen: set[str] = set()
        for told in self._answer.events:
            if told.told.id in seen:
                self._wrong(f"{told.key}.id", f"“{told.told.id}” stands twice")
                continue
            event = self._event(told)
            if event is not None:
                seen.add(event.id)
                self._kept.events.append(event)
        ids = seen | self._ids
        self._kept.events = [self._answering(event, ids) for event in self._kept.events]
        for key, counted in self._answer.tallies:
            tally = self._tally(key, counted)
            if tally is not None:
                self._kept.tallies.append(tally)
        return self._kept

    def _wrong(self, key: str, why: str) -> None:
        self._kept.mistakes.append(Mistake(key, why))

    # Passages

    def _passages(self, key: str, quotes: list[str], near: list[Span] | None = None) -> list[Span]:
        """The passages of the quotes, each the one nearest to those of its event; wrong quotes are left out."""
        found: list[Span] = []
        for i, quote in enumerate(quotes):
            span = self._passage(f"{key}.quotes[{i}]", quote, [*(near or ()), *found])
            if span is None:
                continue
            if len(span.text.split()) < _SHORTEST:
                self._wrong(f"{key}.quotes[{i}]", f"“{quote}” is too short to show anything")
            else:
                found.append(span)
        return list(dict.fromkeys(found))

    def _passage(self, key: str, quote: str, near: list[Span]) -> Span | None:
        spans = self._article.find(quote, *self._stretch)
        if not spans:
            self._wrong(key, f"“{_short(quote)}” does not stand in the article, word for word")
            return None
        return min(spans, key=lambda span: (_distance(span, near), span.start))

    # Events

    def _event(self, event: form.Event) -> sheet.Event | None:
        told = event.told
        spans = self._passages(event.key, told.quotes)
        if not spans:
            self._wrong(event.key, "no passage is left that shows the event")
            return None
        return sheet.Event(
            id=told.id,
            type=told.type,
            date=self._date(event, spans),
            place=self._place(event, spans),
            weapon=self._weapon(event, spans),
            targets=tuple(self._targets(event, spans)),
            casualties=tuple(
                casualty for key, harm in event.casualties if (casualty := self._casualty(key, harm, spans))
            ),
            attributions=tuple(
                attribution
                for key, blame in event.attributions
                if (attribution := self._attribution(key, blame, spans))
            ),
            responds_to=tuple(dict.fromkeys(told.responds_to)),
            certainty=told.certainty,
            evidence=tuple(spans),
        )

    def _answering(self, event: sheet.Event, ids: set[str]) -> sheet.Event:
        """The event without answers to what is no event."""
        right = tuple(other for other in event.responds_to if other in ids and other != event.id)
        for other in event.responds_to:
            if other not in right:
                self._wrong(f"{event.id}.responds_to", f"“{_short(other)}” is no other event of the answer")
        return event.model_copy(update={"responds_to": right})

    def _date(self, event: form.Event, near: list[Span]) -> sheet.Interval | None:
        told, key = event.date, f"{event.key}.date"
        if told is None:
            return None
        span = self._passage(f"{key}.quote", told.quote, near)
        if span is None:
            return None
        wrong = self._wrong_days(told, event.told.type, span)
        if wrong:
            self._wrong(key, wrong)
            return None
        return sheet.Interval(
            start=told.start,
            end=told.end,
            precision=told.precision,
            text=span.text,
            inferred=told.inferred or days.inferred(self._document.plain, span, self._document.published_on),
            evidence=(span,),
        )

    def _wrong_days(self, told: form.Dated, type_: str, span: Span) -> str | None:
        published = self._document.published_on
        if told.end < told.start:
            return f"end {told.end} is before start {told.start}"
        if told.precision == "day" and told.start != told.end:
            return "precision is day, but start and end differ"
        if type_ not in sheet.VERBAL and published and told.start > published:
            return f"{told.start} is after the day of publication, {published}"
        return days.disagreement(self._document.plain, span, told.start, told.end, published)

    def _place(self, event: form.Event, near: list[Span]) -> sheet.Place | None:
        told, key = event.place, f"{event.key}.place"
        if told is None:
            return None
        span = self._passage(f"{key}.quote", told.quote, near)
        if span is None:
            return None
        place = places.known(span.text, told.country)
        if place is not None:
            return place.model_copy(update={"evidence": (span,)})
        country = self._countries(key, told.country)
        name = " ".join(span.text.split())
        return sheet.Place(name=name, text=span.text, country=country, precision=told.precision, evidence=(span,))

    def _countries(self, key: str, codes: str | None) -> str | None:
        """Of the countries of a place that the lexicon has not there, those that the article speaks of."""
        whole = [(block.start, block.end) for block in self._document.blocks]
        right = []
        for code in dict.fromkeys(codes.split(",")) if codes else ():
            country = places.countries().get(code)
            if country and self._names.actor(country.name, whole):
                right.append(code)
            else:
                self._wrong(f"{key}.country", f"the article names no country {code}")
        return ",".join(right) or None

    def _weapon(self, event: form.Event, near: list[Span]) -> sheet.Weapon | None:
        told, key = event.weapon, f"{event.key}.weapon"
        if told is None:
            return None
        span = self._passage(f"{key}.quote", told.quote, near)
        if span is None:
            return None
        kind = weapons.kind(told.kind)
        if not self._says(told.kind, span):
            self._wrong(f"{key}.kind", f"“{_short(told.kind)}” does not stand in its quote")
            return None
        count = told.count
        if count is not None and not figures.shown(self._document.plain, [span], count, count, told.kind):
            self._wrong(f"{key}.count", f"{count} does not stand in its quote")
            count = None
        return sheet.Weapon(kind=kind, count=count, evidence=(span,))

    def _says(self, kind: str, span: Span) -> bool:
        """Whether the passage has the words of the weapon, in the singular or plural."""
        stretch = [(span.start, span.end)]
        forms = (kind, f"{kind}s", f"{kind}es", kind.removesuffix("s"))
        return any(self._names.words(words, stretch) for words in forms)

    def _targets(self, event: form.Event, spans: list[Span]) -> list[str]:
        found = []
        near = self._article.paragraphs(spans)
        for i, name in enumerate(event.told.targets):
            actor = self._actor(f"{event.key}.targets[{i}]", name, near)
            if actor:
                found.append(actor)
        return list(dict.fromkeys(found))

    # Figures and attributions

    def _casualty(self, key: str, told: form.Harm, near: list[Span]) -> sheet.Casualty | None:
        spans = self._passages(key, told.quotes, near)
        if not spans or not self._figure(key, told.low, told.high, spans, told.victims):
            return None
        paragraphs = self._article.paragraphs(spans)
        speaker = self._voice(f"{key}.speaker", told.speaker, paragraphs)
        if told.speaker and not speaker:
            return None
        victims = self._voice(f"{key}.victims", told.victims, paragraphs)
        affiliation = self._actor(f"{key}.affiliation", told.affiliation, paragraphs)
        return sheet.Casualty(
            outcome=told.outcome,
            low=told.low,
            high=told.high,
            victims=victims,
            affiliation=affiliation,
            civilian=told.civilian,
            speaker=speaker,
            total=told.total,
            evidence=tuple(spans),
        )

    def _figure(self, key: str, low: int, high: int | None, spans: list[Span], of: str | None) -> bool:
        if high is not None and high < low:
            self._wrong(f"{key}.high", f"{high} is below low, {low}")
            return False
        if figures.shown(self._document.plain, spans, low, high, of):
            return True
        figure = f"{low}" if high in (None, low) else f"{low} to {high}"
        self._wrong(key, f"the figure {figure} does not stand in its quote “{_short(spans[0].text)}”")
        return False

    def _voice(self, key: str, words: str | None, near: list[tuple[int, int]]) -> str | None:
        """Words that name somebody, as the article has them, else an actor by its own name; None where neither is."""
        if not words:
            return None
        if found := self._names.words(words, near):
            return " ".join(found[0].text.split())
        return self._actor(key, words, near)

    def _actor(self, key: str, name: str | None, near: list[tuple[int, int]]) -> str | None:
        """The name of an actor: the lexicon's, else the article's; None where it stands nowhere near."""
        if not name:
            return None
        found = self._names.actor(name, near)
        if not found:
            self._wrong(key, f"“{_short(name)}” does not stand near its quotes")
            return None
        actor = names.known(name)
        return actor.name if actor else " ".join(found[0].text.split())

    def _attribution(self, key: str, told: form.Blame, near: list[Span]) -> sheet.Attribution | None:
        spans = self._passages(key, told.quotes, near)
        if not spans:
            return None
        if told.actor is None and told.stance != "declined":
            self._wrong(f"{key}.actor", "only where the stance is declined may no actor be named")
            return None
        paragraphs = self._article.paragraphs(spans)
        name = self._actor(f"{key}.actor", told.actor, paragraphs)
        speaker = self._voice(f"{key}.speaker", told.speaker, paragraphs)
        if (told.actor and not name) or (told.speaker and not speaker):
            return None
        if told.actor and name:
            self._kept.spans.setdefault(name, []).extend(self._names.actor(told.actor, paragraphs))
            if told.actor in self._described:
                self._kept.told.setdefault(name, self._described[told.actor])
        return sheet.Attribution(
            actor=name,
            speaker=speaker,
            stance=told.stance,
            confidence=self._confidence(key, told),
            evidence=tuple(spans),
        )

    def _confidence(self, key: str, told: form.Blame) -> int | None:
        if told.stance == "declined":
            return None
        least, usual, most = CONFIDENCE[told.stance]
        if told.confidence is not None and not least <= told.confidence <= most:
            self._wrong(
                f"{key}.confidence", f"{told.confidence} is outside {least} to {most}, the range of “{told.stance}”"
            )
            return usual
        return usual if told.confidence is None else told.confidence

    def _tally(self, key: str, told: form.Counted) -> sheet.Tally | None:
        spans = self._passages(key, told.quotes)
        if not spans or not self._figure(key, told.low, told.high, spans, None):
            return None
        paragraphs = self._article.paragraphs(spans)
        speaker = self._voice(f"{key}.speaker", told.speaker, paragraphs)
        if told.speaker and not speaker:
            return None
        stand = self._names.words(told.what, paragraphs)
        if not stand:
            self._wrong(f"{key}.what", f"“{_short(told.what)}” does not stand near its quotes")
            return None
        since, until = (
            self._bound(f"{key}.{end}", day, spans) for end, day in (("since", told.since), ("until", told.until))
        )
        if since and until and until < since:
            self._wrong(f"{key}.until", f"{until} is before since, {since}")
            until = None
        return sheet.Tally(
            low=told.low,
            high=told.high,
            approximate=told.approximate,
            what=" ".join(stand[0].text.split()),
            since=since,
            until=until,
            speaker=speaker,
            evidence=tuple(spans),
        )

    def _bound(self, key: str, day: date | None, spans: list[Span]) -> date | None:
        if day is None or days.stand(self._document.plain, spans, day, self._document.published_on):
            return day
        self._wrong(key, f"{day} is not what the words of its quotes mean")
        return None


def _distance(span: Span, near: list[Span]) -> int:
    """Characters between a passage and the nearest of others; 0 where it overlaps one, or there is none."""
    return min((max(other.start - span.end, span.start - other.end, 0) for other in near), default=0)


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= 80 else words[:79] + "…"
