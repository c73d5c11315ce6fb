"""One sentence with all that is read in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from eventdb.coder import (
    attacks,
    attributing,
    datelines,
    entries,
    figures,
    names,
    parties,
    places,
    scan,
    speech,
    takenup,
    tallies,
    unlisted,
    unowned,
)
from eventdb.coder.blame import Blame
from eventdb.coder.entries import Entry
from eventdb.coder.figure import Figure
from eventdb.coder.mentions import Mention
from eventdb.coder.parties import Party
from eventdb.coder.places import Place
from eventdb.coder.scan import Scan
from eventdb.coder.speech import Speech
from eventdb.coder.text import Sentence

_HEADINGS = 20  # headings that may stand before the lead
_REACH = 6  # sentences back in which "he said" finds who


@dataclass(slots=True)
class Read:
    """One sentence with all that was read in it."""

    scan: Scan
    parties: list[Party]
    forces: list[Party]  # named without their owner
    speeches: list[Speech]
    figures: list[Figure]
    places: list[Place]
    mentions: list[Mention]
    blames: list[Blame]
    serving: dict[str, str]  # person → the armed group for which the article says that he speaks or acts
    located: set[str]  # places of which the article has told so far
    entry: Entry | None  # of a timeline or list, in which it stands


def read(
    sentence: Sentence,
    plain: str,
    published: date | None,
    surnames: dict[str, names.Who],
    before: list[Read],
) -> Read:
    """Reads one sentence: `surnames` are the last names that stand for a person here, `before` what was read so far."""
    opens = not before or before[-1].scan.sentence.paragraph != sentence.paragraph
    sentence = datelines.cut(sentence, opens)
    found = scan.scan(sentence, plain, published, surnames)
    listed = entries.entry(found, (before[-1].scan, before[-1].entry) if before else None)
    found.listed = listed is not None
    serving = before[-1].serving if before else {}
    people = parties.serving(parties.parties(found), serving)
    forces = unowned.forces(found, people)
    located = before[-1].located if before else set()
    spots = takenup.add(found, unlisted.add(found, places.find(found, located)))
    located.update(place.text for place in spots if place.options and place.rank >= 1)
    counted = figures.find(found, people)
    own = counted
    if any(not earlier.scan.sentence.heading for earlier in before[:_HEADINGS]):  # the lead may be of such a stretch
        own = [figure for figure in counted if not tallies.of_a_stretch(found, figure)]
    last = next((earlier.speeches[-1] for earlier in reversed(before[-_REACH:]) if earlier.speeches), None)
    speeches = speech.resolve(speech.find(found, people), last)
    mentions = attacks.find(found, people, spots, own, speeches, forces=forces)
    if listed is not None:
        for mention in mentions:
            mention.when = mention.when or listed.when
            if mention.where is None and listed.when is None:  # "Mogadishu: a roadside bomb hits a bus"
                mention.where = next((place for place in spots if place.i <= 1), None)
    blamable = sorted([*people, *forces, *unowned.governments(found, people)], key=lambda party: party.i)
    blames = attributing.find(found, blamable, speeches)
    return Read(found, people, forces, speeches, counted, spots, mentions, blames, serving, located, listed)
