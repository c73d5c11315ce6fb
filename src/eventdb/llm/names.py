"""Names near a quote: as answered, or by any spelling of the lexicon; in whole words, folded as the lexicon folds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from eventdb import lexicon
from eventdb.document.types import Document
from eventdb.lexicon import fold
from eventdb.sheet import Span

_CHUNK = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]?(?![^\W_])|[^\W_]+(?:['’‘ʼʻ`´][^\W_]+)*")
_LONGEST = 8  # words of a name
_SHORT = 3  # letters; a name so short must stand in its own case, or "us" would be "US"


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    key: str


@dataclass(frozen=True, slots=True)
class _Spelling:
    """A spelling of an actor; an `exact` one must stand letter for letter, full stops aside."""

    text: str
    exact: bool


@cache
def _owners() -> dict[str, tuple[lexicon.Actor, ...]]:
    """The actors of each folded spelling."""
    found: dict[str, dict[str, lexicon.Actor]] = {}
    actors = {actor.name: actor for actor in lexicon.actors()}
    for name, spellings in _spellings().items():
        for spelling in spellings:
            found.setdefault(fold(spelling.text), {})[name] = actors[name]
    return {key: tuple(owners.values()) for key, owners in found.items()}


@cache
def _spellings() -> dict[str, tuple[_Spelling, ...]]:
    """The spellings of each actor of the lexicon; those of a state include its adjectives and its seats."""
    found = {actor.name: [_Spelling(actor.name, False)] for actor in lexicon.actors()}
    for alias in lexicon.aliases():
        found[alias.actor].append(_Spelling(alias.alias, alias.kind in ("acronym", "short")))
    for country in lexicon.countries():
        for other in (*country.adjectives, *country.metonyms):
            found[country.name].append(_Spelling(other, other.isupper()))
    return {name: tuple(spellings) for name, spellings in found.items()}


def known(name: str) -> lexicon.Actor | None:
    """The actor of the lexicon that the name means; None where it has none, or leaves it open which."""
    owners = _owners().get(fold(name), ())
    if len(owners) == 1:
        return owners[0]
    return next((owner for owner in owners if fold(owner.name) == fold(name)), None)


class Names:
    """The names of one article."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._words: dict[tuple[int, int], list[_Word]] = {}

    def actor(self, name: str, near: list[tuple[int, int]]) -> list[Span]:
        """Where an actor stands in the stretches: under this name or any other of the lexicon."""
        actor = known(name)
        spellings = (_Spelling(name, False), *(_spellings()[actor.name] if actor else ()))
        found = [span for spelling in spellings for span in self._find(spelling, near, actor)]
        return sorted(dict.fromkeys(found), key=lambda span: (span.start, -span.end))

    def words(self, words: str, near: list[tuple[int, int]]) -> list[Span]:
        """Where these words stand in the stretches."""
        return self._find(_Spelling(words, False), near, None)

    def _find(self, spelling: _Spelling, near: list[tuple[int, int]], actor: lexicon.Actor | None) -> list[Span]:
        key = fold(spelling.text)
        if not key:
            return []
        exact = spelling.exact or len(key) <= _SHORT
        found = []
        for stretch in near:
            words = self._of(stretch)
            for i, j in _runs(words, key):
                span = self._span(words[i].start, words[j - 1].end)
                if exact and _letters(span.text) != _letters(spelling.text):
                    continue
                if actor is None or not _within_another(words, i, j, actor):
                    found.append(span)
        return found

    def _of(self, stretch: tuple[int, int]) -> list[_Word]:
        if stretch not in self._words:
            self._words[stretch] = _words(self._document.plain, *stretch)
        return self._words[stretch]

    def _span(self, start: int, end: int) -> Span:
        return Span(start=start, end=end, text=self._document.text[start:end])


def _words(plain: str, start: int, end: int) -> list[_Word]:
    """The words of a stretch, folded; the article "al" is none, and "'s" no part of one."""
    found = []
    for match in _CHUNK.finditer(plain, start, end):
        text = match.group()
        if text.casefold().endswith(("'s", "’s")):
            text = text[:-2]
        key = fold(text)
        if key and key != "al":
            found.append(_Word(match.start(), match.start() + len(text), key))
    return found


def _runs(words: list[_Word], key: str) -> list[tuple[int, int]]:
    """The runs of whole words that make up the key."""
    found = []
    for i, word in enumerate(words):
        if not key.startswith(word.key):
            continue
        made = ""
        for j in range(i, min(i + _LONGEST * 2, len(words))):
            made += words[j].key
            if made == key:
                found.append((i, j + 1))
                break
            if not key.startswith(made):
                break
    return found


def _within_another(words: list[_Word], i: int, j: int, actor: lexicon.Actor) -> bool:
    """Whether words i to j are but a part of another actor's name, as "Hezbollah" is of "Kata'ib Hezbollah".

    A state stands in the names of its own forces.
    """
    owners = _owners()
    for a in range(max(0, j - _LONGEST), i + 1):
        made = ""
        for b in range(a, min(a + _LONGEST, len(words))):
            made += words[b].key
            if b + 1 < j or (a == i and b + 1 == j):
                continue
            others = owners.get(made, ())
            if others and actor not in others and not any(_belongs(other, actor) for other in others):
                return True
    return False


def _belongs(other: lexicon.Actor, actor: lexicon.Actor) -> bool:
    return actor.kind == "state" and other.kind == "state_force" and other.country == actor.country


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())
