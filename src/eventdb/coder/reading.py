"""One sentence with all that is read in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from eventdb.coder import attacks, blame, figures, names, parties, places, scan, speech
from eventdb.coder.blame import Blame
from eventdb.coder.figures import Figure
from eventdb.coder.mentions import Mention
from eventdb.coder.parties import Party
from eventdb.coder.places import Place
from eventdb.coder.scan import Scan
from eventdb.coder.speech import Speech
from eventdb.coder.text import Sentence


@dataclass(slots=True)
class Read:
    """One sentence with all that was read in it."""

    scan: Scan
    parties: list[Party]
    speeches: list[Speech]
    figures: list[Figure]
    places: list[Place]
    mentions: list[Mention]
    blames: list[Blame]


def read(sentence: Sentence, plain: str, published: date | None, surnames: dict[str, names.Who]) -> Read:
    """Reads one sentence. `surnames` are the last names that stand for a person in this article."""
    found = scan.scan(sentence, plain, published, surnames)
    people = parties.parties(found)
    counted, spots = figures.find(found, people), places.find(found)
    speeches = speech.find(found, people)
    mentions = attacks.find(found, people, spots, counted)
    return Read(found, people, speeches, counted, spots, mentions, blame.find(found, people, speeches))
