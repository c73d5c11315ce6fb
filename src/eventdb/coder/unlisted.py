"""Places that the lexicon lacks, found by the words round them: "in the village of Zarbod", "near Zarbod, east of X".

The text's own name is kept; its country is left to what else the article says.
"""

from __future__ import annotations

from dataclasses import replace

from eventdb.coder import words
from eventdb.coder.names import MONTHS
from eventdb.coder.places import CALLED_AFTER, NOUNS, PART_ENDINGS, RANK, SETTLED, Place, is_near, phrase_start
from eventdb.coder.scan import PREPOSITIONS, Scan

_BEFORE = words.entries("unlisted", "before a place with its noun")
_BEFORE_BARE = words.entries("unlisted", "before a bare place")
_PLACING = _BEFORE | _BEFORE_BARE | {"at"}
_NEIGHBOURING = words.entries("places", "neighbouring")
_FIRST = words.entries("unlisted", "first words")
_NO_PLACE = words.entries("unlisted", "no place")
_INSIDE = words.entries("unlisted", "inside")
_FOLLOWING = PREPOSITIONS | words.entries("unlisted", "after a bare place")
_WIDE = words.entries("places", "wide")
_ACRONYM = 4  # letters and dots of "US", "U.S."
_MAX = 6  # tokens of a name


def add(scan: Scan, known: list[Place]) -> list[Place]:
    """The places of a sentence, in order: the known ones and those that no list has."""
    tokens = scan.sentence.tokens
    taken = {k for place in known for k in range(place.i, place.j)} | {
        k
        for name in scan.names
        for k in range(name.i, name.j)
        if name.unknown or (name.who is not None and not name.where and not name.who.adjective)
    }
    found: list[Place] = []
    k = 1
    while k < len(tokens):
        if not (tokens[k].capital or "-" in tokens[k].low) or k in taken or not _may_begin(scan, k):
            k += 1
            continue
        j = _end(scan, k, taken)
        place = _place(scan, k, j)
        if place is not None:
            place = _with_list(scan, place, taken)
            j = max(j, place.j)
            found.append(place)
        k = j if place is not None else k + 1
    new = {n for place in found for n in range(place.i, place.j)}
    return sorted([p for p in known if not new & set(range(p.i, p.j))] + found, key=lambda place: place.i)


def _with_list(scan: Scan, place: Place, taken: set[int]) -> Place:
    """ "The villages of A, B and C": the whole list is one place."""
    lows, tokens = scan.sentence.lows, scan.sentence.tokens
    if place.i < 2 or place.options or lows[place.i - 2] not in SETTLED or not lows[place.i - 2].endswith("s"):
        return place
    j = place.j
    while j < len(tokens) and lows[j] in (",", "and"):
        k = j + 1 + (lows[j + 1 : j + 2] == ["and"])
        if k >= len(tokens) or k in taken or not _may_begin(scan, k):
            break
        j = _end(scan, k, taken)
    return replace(place, j=j, text=scan.sentence.words(place.i, j))


def _may_begin(scan: Scan, k: int) -> bool:
    token = scan.sentence.tokens[k]
    return (token.capital or token.low.startswith(("al-", "el-"))) and len(token.text) > 1


def _end(scan: Scan, k: int, taken: set[int]) -> int:
    """The end of the run of capitalised words and nouns of places that begins at token k."""
    lows, tokens = scan.sentence.lows, scan.sentence.tokens
    j = k
    while j < len(tokens) and j - k < _MAX and j not in taken and not _dated(scan, j):
        inside = lows[j] in _INSIDE and j > k and j + 1 < len(tokens) and tokens[j + 1].capital
        if not (
            tokens[j].text[0].isalpha() and (tokens[j].capital or inside or lows[j] in NOUNS or lows[j][:3] == "al-")
        ):
            break
        j += 1
    return max(j, k + 1)


def _dated(scan: Scan, k: int) -> bool:
    start = scan.sentence.tokens[k].start if k < len(scan.sentence.tokens) else -1
    return any(when.start <= start < when.end for when in scan.whens)


def _place(scan: Scan, k: int, j: int) -> Place | None:
    """The place that tokens k to j name, or None where nothing says that they name one."""
    lows, tokens = scan.sentence.lows, scan.sentence.tokens
    i = phrase_start(scan, k)
    before = lows[i - 1] if i else ""
    named = k > 1 and lows[k - 1] in ("of", "called", "named") and lows[k - 2] in SETTLED  # "the village of Zarbod"
    if not (named or before in _PLACING or lows[k - 1] in _NEIGHBOURING or _is_struck(scan, k)):
        return None  # as most capitalised words are
    ends = lows[j - 1] in NOUNS and j - k > 1
    adjectives = {n for name in scan.names if name.who and name.who.adjective for n in range(name.i, name.j)}
    text = " ".join(t.text for t in tokens[k:j])
    name = scan.name_at(k)
    if name is not None and name.where and name.i == k and name.j <= j and set(lows[name.j : j]) <= NOUNS:
        if before not in _BEFORE or name.j == j:
            return None
        if tokens[j - 1].capital and lows[j - 1] in CALLED_AFTER:
            return Place(k, j, text, (), 2)  # "near Jaffa Gate" is not in Jaffa
        text = " ".join(t.text for t in tokens[name.i : name.j])  # "the Jordan base" is in Jordan
        if text.isupper() and len(text) <= _ACRONYM:
            return None  # "a U.S. base" is not in the United States
        listed = [where for where in name.where if not where.town] or list(name.where)
        return Place(name.i, name.j, text, name.where, RANK.get(listed[0].precision, 0))
    if all(n in adjectives or lows[n] in NOUNS or lows[n].endswith(PART_ENDINGS) for n in range(k, j)):
        return None  # "the Iraqi city", "in rebel-held areas"
    if lows[k - 1] in ("a", "an"):
        return None  # "a Catholic church"
    if not (
        named
        or (ends and before in _BEFORE and before != "of")
        or lows[k - 1] in _NEIGHBOURING
        or (before in _BEFORE and lows[k] in _FIRST and j - k > 1 and _ends_phrase(scan, j))
        or (before in _BEFORE and _explained(scan, j))
        or _is_bare(scan, k, j, before)
    ):
        return None
    if not named and not ends and _no_place(scan, k, j):
        return None
    wide = {lows[j - 1], lows[k - 2] if named else ""} & _WIDE
    return Place(k, j, text, (), 1 if wide else 2, landmark=int(is_near(lows, i)))


def _no_place(scan: Scan, k: int, j: int) -> bool:
    lows, tokens = scan.sentence.lows, scan.sentence.tokens
    acronym = tokens[k].text.isupper()
    noun = any(scan.at.get(n) is not None for n in range(k, j) if lows[n] not in NOUNS)
    month = any(tokens[n].text in MONTHS for n in range(k, j))
    return acronym or noun or month or scan.sentence.heading or bool(_NO_PLACE & set(lows[k:j])) or _dated(scan, k)


def _explained(scan: Scan, j: int) -> bool:
    """ "In Zarbod, a village near X": an apposition says what it is."""
    lows = scan.sentence.lows
    if lows[j : j + 1] != [","] or lows[j + 1 : j + 2] not in (["a"], ["an"], ["the"]):
        return False
    settled = next((n for n in range(j + 2, min(j + 6, len(lows))) if lows[n] in SETTLED), None)
    if settled is None or settled + 1 >= len(lows) or PREPOSITIONS & set(lows[j + 2 : settled]):
        return False
    return lows[settled + 1] in PREPOSITIONS or not lows[settled + 1][0].isalpha()


def _ends_phrase(scan: Scan, j: int) -> bool:
    """Whether a noun phrase ends before token j, so that its last word is no adjective of another."""
    after = scan.sentence.lows[j] if j < len(scan.sentence.lows) else "."
    return (
        after in _FOLLOWING
        or not after[0].isalpha()
        or _dated(scan, j)
        or any(act.group_start == j for act in scan.acts)
    )


def _is_bare(scan: Scan, k: int, j: int, before: str) -> bool:
    """ "In Zarbod on Monday", "at Zarbod in Iraq": after "in" or "near" what is no other thing is a place."""
    lows = scan.sentence.lows
    after = lows[j] if j < len(lows) else "."
    if after == "'s" and (lows[j + 1 : j + 2] == ["home"] or not NOUNS & set(lows[j + 1 : j + 4])):
        return False  # "in Zarbod's view"
    if not _ends_phrase(scan, j) or j - k > 3 or after == "of" or lows[k - 1] == "the":
        return False
    if before in _BEFORE_BARE:
        return True
    beyond = scan.name_at(phrase_end(lows, j + 1)) if after in (",", "in", "near") else None
    return (before == "at" or _is_struck(scan, k)) and beyond is not None and bool(beyond.where)


def _is_struck(scan: Scan, k: int) -> bool:
    """Whether a verb of attack stands before token k: "shelled Zarbod"."""
    return any(act.j == k and act.section == "attack" and not act.passive for act in scan.acts)


def phrase_end(lows: list[str], k: int) -> int:
    """Passes over what may stand before a name: "in the northern"."""
    while k < len(lows) and (lows[k] in ("in", "the", "near") or lows[k].endswith("ern")):
        k += 1
    return k
