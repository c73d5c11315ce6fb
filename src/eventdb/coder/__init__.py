"""Document → CodingSheet: rules and word lists, no network, no chance, the same answer on every machine.

Each room answers one question and asks only those above it. The words of a room stand in words/ROOM.txt.

    words.py          the word lists, and the inflections of their words
    text.py           where do sentences and words begin?
    when.py, date_words.py, stretches.py, days.py, dates.py     which days does an expression of time mean?
    names.py          which names are here?
    unknowns.py       which of them are of armed groups that the lexicon lacks?
    numbers.py        which counts?
    datelines.py      which town is the dateline's?
    scan.py           what is each word here: a weapon, people, an attack, a verb that happened?

    parties.py        which actors stand in a sentence?
    speech.py         who speaks?
    phrases.py        who are people: counted, one of a kind, by name?
    victims.py, turns.py, figures.py   how many were killed, wounded, missing, taken, and whose people were they?
    places.py, unlisted.py         which names are places, in the lexicon and beyond it?
    takenup.py        which places are named by no name ("in the city")?

    clauses.py        which pieces of a sentence may hold one incident?
    idioms.py         which words of attack are of something else: accidents, courts, argument?
    triggers.py       which words of a piece are an attack?
    event_types.py    of which type?
    roles.py          who attacked whom?
    locating.py       where?
    realis.py         did it happen, and was it one or many?
    timing.py         which date is its date?
    attacks.py        all of that: the mentions (mentions.py) of a sentence
    blame.py, subjects.py, claiming.py, accusing.py, attributing.py     who says who did it, and how surely?
    verbal.py         what is vowed or halted?
    losses.py, tallies.py          which counts are of many attacks?
    reading.py        one sentence with all of that

    geography.py      which place of a name is meant?
    resuming.py, siting.py         which does "the city" take up, and which is that of a mention?
    naming.py         by what is an attack known again?
    incidents.py, fitting.py, merging.py     which mentions are one incident?
    parts.py          which figures are a sum of attacks that are told one by one?
    chronology.py     when was it?
    accounts.py       which incident does a party speak of that says what it did?
    blaming.py        which incident is a blame about?
    story.py          the document told sentence by sentence

    whereabouts.py    where was it, if no place is told?
    loose.py          of which attack are figures that stand alone?
    toll.py           which figures are parts, which totals?
    announcements.py, passages.py, sheets.py     the coding sheet
    values.py, considering.py      on which words a value rests, and what became of all the others (explained.py)
    coding.py         document → sheet, and why
"""

from eventdb.coder.coding import code, explain
from eventdb.coder.explained import Considered, Explained, Value
from eventdb.coder.sheets import CODER

__all__ = ["CODER", "Considered", "Explained", "Value", "code", "explain"]
