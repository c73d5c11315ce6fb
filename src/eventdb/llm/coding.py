"""An article coded by a model: part by part, each answer held against the article, what fails sent back once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from eventdb.document.types import Document
from eventdb.errors import RefusedDocument
from eventdb.llm import checking, form, merging, parts, prompt, sheets
from eventdb.llm.checking import Kept
from eventdb.llm.form import Mistake, Unreadable
from eventdb.llm.parts import Part
from eventdb.llm.prompt import Message
from eventdb.llm.quotes import Article
from eventdb.sheet import CodingSheet, Event, Span, Tally

LIMIT = 24_000
"""Characters of a part, unless the settings have another: about 6,000 tokens, well within the smallest windows."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered; `cut` where it came to its limit before the end."""

    content: str
    cut: bool = False


class Ask(Protocol):
    """Puts a question to a model. With `again`, a correction, which may stay without an answer: None."""

    def __call__(self, messages: list[Message], *, again: bool = False) -> Reply | None: ...


def code(document: Document, ask: Ask, coder: str, limit: int = LIMIT) -> CodingSheet:
    """The sheet of an article; its key `notes` has what was dropped of the answers, and why.

    Raises RefusedDocument where an answer cannot be read at all, and whatever `ask` raises.
    """
    telling = _Telling(document, ask)
    found = parts.parts(document, limit)
    for part in found:
        telling.read(part, whole=len(found) == 1)
    return telling.sheet(coder)


@dataclass
class _Telling:
    """What the answers have told so far."""

    document: Document
    ask: Ask
    events: list[Event] = field(default_factory=list)
    tallies: tuple[Tally, ...] = ()
    spans: dict[str, list[Span]] = field(default_factory=dict)
    told: dict[str, form.Named] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.article = Article(self.document)

    def read(self, part: Part, *, whole: bool) -> None:
        """Asks for a part, and where the answer was cut off, for its halves."""
        asked = prompt.question(self.document, part, whole, self.events)
        reply = self.ask(asked)
        if reply is None or reply.cut:
            smaller = parts.halves(self.document, part)
            if len(smaller) < 2:
                raise RefusedDocument(
                    "the model's answer was cut off, and there is no shorter part to ask about",
                    "give its server a longer context (Ollama: OLLAMA_CONTEXT_LENGTH=32768)",
                )
            for half in smaller:
                self.read(half, whole=False)
            return
        self._take(self._checked(part, asked, reply))

    def sheet(self, coder: str) -> CodingSheet:
        """All of it as a sheet."""
        actors = sheets.actors(self.spans, self.told)
        return sheets.write(
            self.document, coder, events=self.events, tallies=self.tallies, actors=actors, notes=self.notes
        )

    def _checked(self, part: Part, asked: list[Message], reply: Reply) -> Kept:
        """What stands of the answer and, where something in it does not, of a second one."""
        first = self._kept(part, reply)
        if not first.mistakes:
            return first
        again = self.ask(prompt.correction(asked, reply.content, first.mistakes), again=True)
        second = self._kept(part, again) if again is not None and not again.cut else None
        if second is None or second.unreadable:
            if first.unreadable:
                raise RefusedDocument(f"the model's answer cannot be read: {first.mistakes[0]}")
            return first
        second.events = _united(second.events, first.events)
        second.tallies = list(merging.tallies((*second.tallies, *first.tallies)))
        second.told = first.told | second.told
        for name, spans in first.spans.items():
            second.spans.setdefault(name, []).extend(spans)
        return second

    def _kept(self, part: Part, reply: Reply) -> Kept:
        try:
            answer = form.read(reply.content)
        except Unreadable as error:
            return Kept(mistakes=[Mistake("", str(error))], unreadable=True)
        return checking.check(answer, self.article, (part.start, part.end), self.events)

    def _take(self, kept: Kept) -> None:
        """Adds what stands of a part to what the parts before told."""
        ids: dict[str, str] = {}
        for event in kept.events:
            at = self._known(event)
            ids[event.id] = self.events[at].id if at is not None else f"e{len(self.events) + 1}"
            if at is None:
                self.events.append(event.model_copy(update={"id": ids[event.id], "responds_to": ()}))
            else:
                self.events[at] = merging.joined(self.events[at], event.model_copy(update={"responds_to": ()}))
        for event in kept.events:
            self._answers(ids[event.id], [ids.get(other, other) for other in event.responds_to])
        self.tallies = merging.tallies((*self.tallies, *kept.tallies))
        self.told = kept.told | self.told
        for name, spans in kept.spans.items():
            self.spans.setdefault(name, []).extend(spans)
        self.notes += map(str, kept.mistakes)

    def _known(self, event: Event) -> int | None:
        """Which of the events this one is, by its id or its words; None where it is new."""
        for i, other in enumerate(self.events):
            if merging.same(other, event) or (other.id == event.id and merging.may_be(other, event)):
                return i
        return None

    def _answers(self, event_id: str, others: list[str]) -> None:
        at = next(i for i, event in enumerate(self.events) if event.id == event_id)
        known = {event.id for event in self.events} - {event_id}
        right = dict.fromkeys((*self.events[at].responds_to, *(other for other in others if other in known)))
        self.events[at] = self.events[at].model_copy(update={"responds_to": tuple(right)})


def _united(second: list[Event], first: list[Event]) -> list[Event]:
    """The events of the second answer with what stood in the first: the rest stands when a part is mended."""
    made = list(second)
    for event in first:
        for i, other in enumerate(made):
            if merging.same(other, event) or (other.id == event.id and merging.may_be(other, event)):
                made[i] = merging.joined(other, event)
                break
        else:
            taken = {other.id for other in made}
            fresh = event.id if event.id not in taken else f"{event.id}'"
            made.append(event.model_copy(update={"id": fresh}))
    return made
