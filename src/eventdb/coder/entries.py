"""The entries of timelines, chronologies and lists: under a day or a place, what is told in the present tense was done.

"Feb. 3, 2007 - A truck bomb kills 135 people. The group claims it." An entry begins with a date and a mark, or under a
heading that is a date, and goes on to the end of its paragraph, or to the next heading.
"""

from __future__ import annotations

from dataclasses import dataclass

from eventdb.coder import words
from eventdb.coder.scan import Scan
from eventdb.coder.when import When

_MARKS = words.entries("text", "marks of an entry")
_BULLETS = frozenset({"-", "–", "—", "--", "*", "•", "·"})


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a list: its date, where it has one, and whether a heading gives it."""

    when: When | None
    by_heading: bool


def entry(scan: Scan, previous: tuple[Scan, Entry | None] | None) -> Entry | None:
    """The entry in which a sentence stands, or None; `previous` is the sentence before with its own."""
    lows = scan.sentence.lows
    first = next((k for k, low in enumerate(lows) if low not in _BULLETS), len(lows))
    when = next((w for w in scan.whens if scan.token_at(w.start) == first and w.role == "on"), None)
    if when is not None:
        end = scan.token_at(when.end)
        if scan.sentence.heading and end >= len(lows) - 1:
            return Entry(when, True)
        if lows[end : end + 1] and lows[end] in _MARKS:
            return Entry(when, False)
    if scan.sentence.heading:
        return None
    known = previous[1] if previous is not None else None
    same = previous is not None and previous[0].sentence.paragraph == scan.sentence.paragraph
    if known is not None and (same or known.by_heading):
        return known
    name = scan.name_at(first)
    if name is not None and name.where and lows[name.j : name.j + 1] == [":"]:
        return Entry(None, False)  # "Mogadishu: a roadside bomb hits a bus"
    return None
