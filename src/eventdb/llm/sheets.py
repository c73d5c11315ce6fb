"""What stands of a model's answers as the coding sheet of the article."""

from __future__ import annotations

from eventdb import sheet
from eventdb.document.about import about
from eventdb.document.types import Document
from eventdb.lexicon import fold
from eventdb.llm import form, names
from eventdb.sheet import Span

MOST_NOTES = 200
_LONGEST = 500  # characters of a note


def write(
    document: Document,
    coder: str,
    *,
    events: list[sheet.Event],
    tallies: tuple[sheet.Tally, ...],
    actors: list[sheet.Actor],
    notes: list[str],
) -> sheet.CodingSheet:
    """The sheet, its events in the order of the article; under the key `notes` what was dropped of the answers."""
    ordered = sorted(events, key=lambda event: min(span.start for span in event.evidence))
    ids = {event.id: f"e{n}" for n, event in enumerate(ordered, 1)}
    made = sheet.CodingSheet(
        coder=coder,
        document=about(document),
        actors=tuple(actors),
        events=tuple(_numbered(event, ids) for event in ordered),
        tallies=tallies,
    )
    return made.model_copy(update={"notes": [_text(note) for note in notes[:MOST_NOTES]]}) if notes else made


def actors(spans: dict[str, list[Span]], told: dict[str, form.Named]) -> list[sheet.Actor]:
    """The actors of the attributions: known ones as the lexicon has them, others as the answer describes them."""
    found = []
    for name, where in spans.items():
        listed, said = names.known(name), told.get(name)
        mentions = tuple(sorted(dict.fromkeys(where), key=lambda span: span.start))
        if listed is not None:
            known = sheet.Actor.model_validate({"name": listed.name, "kind": listed.kind, "country": listed.country})
            found.append(known.model_copy(update={"mentions": mentions}))
        else:
            described = said.described if said else not any(char.isupper() for char in name)
            found.append(
                sheet.Actor(
                    name=name,
                    kind=said.kind if said else "organisation",
                    described=described,
                    provisional=not described,
                    mentions=mentions,
                )
            )
    return [actor for actor in found if fold(actor.name)]


def _numbered(event: sheet.Event, ids: dict[str, str]) -> sheet.Event:
    answers = tuple(ids[other] for other in event.responds_to if other in ids)
    return event.model_copy(update={"id": ids[event.id], "responds_to": answers})


def _text(note: str) -> str:
    """The note as text that any database takes."""
    return note.encode("utf-8", "replace").decode().replace("\0", "\ufffd")[:_LONGEST]
