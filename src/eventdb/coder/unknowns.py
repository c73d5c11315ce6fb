"""Names of armed groups that the lexicon lacks, found by the words round them; never taken for a known actor.

"A group calling itself the X", "X fighters", and capitalised names that end in a noun of armed groups ("X Brigades").
The words are in words/unknowns.txt.
"""

from __future__ import annotations

from eventdb.coder import words
from eventdb.coder.names import Name
from eventdb.coder.text import Token

_CALLED = words.phrases("unknowns", "called")
_LAST_OF_CALLED = frozenset(phrase[-1] for phrase in _CALLED)
_GROUPS = words.entries("unknowns", "groups")
_LAST = words.entries("unknowns", "last words")
_MEMBERS = words.entries("unknowns", "members")
_INSIDE = words.entries("unknowns", "inside")
_NO_NAME = words.entries("unknowns", "no part")
_ARMED = words.entries("unknowns", "armed")
_SPEAKING = words.entries("parties", "offices") - {"'s", "military", "media", "field", "political"}
_ADJECTIVES = words.entries("unknowns", "adjectives")
_AUXILIARIES = words.entries("grammar", "auxiliaries")
_TAKING = tuple(words.entries("blame", "claiming"))
_TAKEN = words.entries("blame", "responsibility")
_AFTER = frozenset({",", ".", ";", "(", ")", "which", "who"})
_REACH = 6  # tokens before "calling itself" in which the group stands


def add(tokens: list[Token], found: list[Name]) -> list[Name]:
    """The names of a sentence with those of unknown armed groups, in order; what lies inside one goes with it."""
    lows = [token.low for token in tokens]
    covered = {k for name in found if name.who is not None and name.who.kind != "state" for k in range(name.i, name.j)}
    claimed = "claimed" in lows or not _TAKEN.isdisjoint(lows)
    new: list[Name] = []
    i = 0
    while i < len(tokens):
        if not tokens[i].capital and "-" not in lows[i]:  # as most words
            i += 1
            continue
        j = _run(tokens, lows, i)
        if j <= i:
            i += 1
            continue
        called = _is_called(lows, i)
        inside = covered & set(range(i, j))
        if j == i + 1 and lows[i] in _ADJECTIVES:
            i = j
            continue  # "claimed by Islamic militants"
        told = called or _is_apposed(lows, i, j) or (claimed and _claims(tokens, lows, i, j))
        known = any(name.i == i and name.j == j and name.who is not None for name in found)  # "claimed by Ukraine"
        if (told and not known and len(inside) * 2 < j - i) or (not inside and _is_group(tokens, lows, i, j)):
            text = " ".join(token.text for token in tokens[i:j]).replace(" 's", "'s")
            new.append(Name(i, j, None, (), unknown=text))
        i = j
    if not new:
        return found
    taken = {k for name in new for k in range(name.i, name.j)}
    kept = [name for name in found if not taken & set(range(name.i, name.j))]
    return sorted(kept + new, key=lambda name: name.i)


def _run(tokens: list[Token], lows: list[str], i: int) -> int:
    """The end of the run of capitalised words that begins at token i; i where none does."""
    if not _is_word(tokens[i]) or lows[i] in _NO_NAME:
        return i
    j = i + 1
    while j < len(tokens):
        step = 1
        while j + step < len(tokens) and lows[j + step - 1] in _INSIDE and step <= 2:
            step += 1
        if not _is_word(tokens[j + step - 1]) or any(low not in _INSIDE for low in lows[j : j + step - 1]):
            break
        j += step
    return j


def _is_word(token: Token) -> bool:
    return len(token.text) > 1 and ((token.capital and token.text[0].isalpha()) or token.low.startswith(("al-", "el-")))


def _is_called(lows: list[str], i: int) -> bool:
    """ "A group calling itself (the) X"."""
    k = i - 1 if lows[max(0, i - 1) : i] == ["the"] else i
    if not k or lows[k - 1] not in _LAST_OF_CALLED:
        return False
    phrase = next((p for p in _CALLED if tuple(lows[max(0, k - len(p)) : k]) == p), None)
    return phrase is not None and bool(_GROUPS & set(lows[max(0, k - len(phrase) - _REACH) : k]))


def _is_apposed(lows: list[str], i: int, j: int) -> bool:
    """ "A militant group, X,", "X, a little-known militant group"."""
    k = i - 1 if lows[max(0, i - 1) : i] == ["the"] else i
    if k > 1 and lows[k - 1] == "," and lows[k - 2] in _GROUPS and (lows[j : j + 1] or ["."])[0] in _AFTER:
        return True
    if lows[j : j + 1] != [","] or lows[j + 1 : j + 2] not in (["a"], ["an"], ["another"]):
        return False
    end = next((n for n in range(j + 2, min(j + 2 + _REACH, len(lows))) if lows[n] in _GROUPS), None)
    return end is not None and bool(_ARMED & set(lows[j + 2 : end + 1])) and not _AFTER & set(lows[j + 2 : end])


def _claims(tokens: list[Token], lows: list[str], i: int, j: int) -> bool:
    """ "X claimed responsibility", "claimed by X": a group, unless he who claims is said to speak for one."""
    if _SPEAKING & set(lows[max(0, i - _REACH) : j + _REACH]):
        return False
    k = i - 1 if lows[max(0, i - 1) : i] == ["the"] else i
    if lows[max(0, k - 2) : k] == ["claimed", "by"]:
        return True
    if j - i < 2 and (i == 0 or tokens[i - 1].text in '."') and not (tokens[i].text.isupper() or "-" in lows[i]):
        return False  # "Nobody claimed": any word is written so at the head of a sentence
    n = j
    while n < len(lows) and (lows[n] in _AUXILIARIES or lows[n].endswith("ly") or lows[n] in ("later", "also")):
        n += 1
    return n < len(lows) and lows[n].startswith(_TAKING) and bool(_TAKEN & set(lows[n + 1 : n + 5]))


def _is_group(tokens: list[Token], lows: list[str], i: int, j: int) -> bool:
    """Whether a run of two words or more names an armed group by its last word or by what follows it."""
    if j - i < 2:
        return False
    return lows[j - 1] in _LAST or (j < len(tokens) and lows[j] in _MEMBERS)
