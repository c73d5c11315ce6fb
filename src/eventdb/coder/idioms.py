"""Words of attack that are used of something else: accidents, argument, courts, exercises, trade."""

from __future__ import annotations

from eventdb.coder import words
from eventdb.coder.clauses import Piece
from eventdb.coder.scan import DETERMINERS, Act, Noun, Scan

_ACCIDENTS = words.entries("idioms", "accidents")
_LAUNCHING = words.entries("idioms", "launching")
_HARMLESS = words.entries("idioms", "harmless")
_OF_WORDS = words.entries("idioms", "of words")
_CRITICS = words.entries("idioms", "critics")
_REQUESTS = words.entries("idioms", "requests")
_ABSTRACT = words.entries("idioms", "abstract")
_SENTENCES = words.entries("idioms", "sentences")
_TRIED_FOR = words.entries("idioms", "tried for")
_EXERCISES = words.entries("idioms", "exercises")
_DURING = words.entries("idioms", "during")
_DEFUSED = words.entries("idioms", "defused")
_FOR = frozenset({"for", "over"})
_BURSTING = words.entries("idioms", "bursting")
_LONG = ("-day", "-hour", "-week", "-month")
_STRIKERS = words.entries("idioms", "strikers")
ACCIDENT = "an accident"
_SUBJECT = 7  # tokens before a verb in which its subject stands


def of_verb(scan: Scan, act: Act, piece: Piece) -> str | None:
    """What a verb of attack tells instead of one, or None where it may be an attack."""
    lows = scan.sentence.lows
    if _is_accident(scan, act, piece):
        return ACCIDENT
    if act.base in _LAUNCHING and _HARMLESS & set(lows[max(piece.i, act.i - 8) : act.j + 6]):
        return "nothing that harms"  # "guards fired tear gas"
    if "with" in lows[act.j : act.j + 4] and _REQUESTS & set(lows[act.j : act.j + 8]):
        return "words, and no weapons"  # "bombarded him with questions"
    if act.section == "explode" and _ABSTRACT & set(lows[max(piece.i, act.group_start - 4) : act.group_start]):
        return "a figure of speech"
    if act.base == "come" and (_CRITICS & set(lows[act.j : act.j + 8]) or _FOR & set(lows[act.j + 1 : act.j + 5])):
        return "criticism"  # "came under fire for his remarks"
    if act.section == "plant" and _DEFUSED & set(lows):
        return "a bomb that was found in time"
    if act.base == "execute" and (_SENTENCES & set(lows) or (act.passive and "for" in lows[act.j : act.j + 5])):
        return "the sentence of a court"
    return None


def of_noun(scan: Scan, noun: Noun, start: int) -> str | None:
    """What a noun of attack, whose phrase begins at token `start`, tells instead of one, or None."""
    lows = scan.sentence.lows
    days = noun.section == "strike" and any(low.endswith(_LONG) for low in lows[start : noun.i])  # "a three-day strike"
    by = lows[noun.j : noun.j + 4] if lows[noun.j : noun.j + 1] == ["by"] else []  # "the strike by nurses"
    works = noun.value == "strike" and not noun.plural and _STRIKERS & {*lows[max(0, start - 4) : start], *by}
    if days or works or _OF_WORDS & set(lows[start : noun.i]):
        return "an attack of words or a strike of workers"
    if (
        lows[noun.j - 1] == "fire"
        and lows[noun.j : noun.j + 1] == ["from"]
        and _CRITICS & set(lows[noun.j : noun.j + 4])
    ):
        return "criticism"
    if noun.section == "armed_assault" and lows[start - 1 : start] in (["of"], ["with"], ["for"]):
        if _TRIED_FOR & set(lows[max(0, start - 3) : start]):
            return "a charge in court"
        return None
    if noun.value in ("blast", "explosion") and _BURSTING & set(lows) and not _weapons(scan):
        return ACCIDENT
    if noun.value == "siege" and (lows[noun.i - 1] == "under" or lows[noun.j : noun.j + 1] == ["of"]):
        return "a town cut off"
    if noun.value == "execution" and lows[noun.j : noun.j + 1] == ["of"] and _of_an_attack(scan, noun):
        return "the carrying out of an attack"
    if noun.value == "execution" and _SENTENCES & set(lows):
        return "the sentence of a court"
    return None


def _weapons(scan: Scan) -> bool:
    """Whether a weapon is named; a mine may be one of coal."""
    return any(n.kind == "weapon" and n.value != "mine" for n in scan.nouns)


def _of_an_attack(scan: Scan, noun: Noun) -> bool:
    """ "The planning and execution of the attack"."""
    return any(n.kind == "event" and 0 < n.i - noun.j <= _SUBJECT for n in scan.nouns)


def exercise(scan: Scan, piece: Piece) -> str | None:
    """The word that makes what a piece tells an exercise or a show: "in a drill"."""
    lows = scan.sentence.lows
    return next(
        (lows[k] for k in range(piece.i, piece.j) if lows[k] in _EXERCISES and _DURING & set(lows[max(0, k - 4) : k])),
        None,
    )


def _is_accident(scan: Scan, act: Act, piece: Piece) -> bool:
    """ "A flood killed 20", "an earthquake struck": nature and traffic attack nobody."""
    lows = scan.sentence.lows
    far = act.form == "ing" and lows[act.i - 1 : act.i] == [","]  # "an earthquake struck the city, killing"
    span = range(piece.i if far else max(piece.i, act.group_start - _SUBJECT), act.group_start)
    if act.passive:
        span = range(act.j, min(piece.j, act.j + _SUBJECT))
    attackers = any(n.kind in ("group", "weapon") and n.i in span for n in scan.nouns)
    other = any(n.kind == "event" and n.value == "not" and n.i in span for n in scan.nouns)  # "a gas explosion killed"
    burning = any(
        lows[k] == "fire" and DETERMINERS & set(lows[max(0, k - 2) : k]) for k in span if scan.at.get(k) is None
    )
    return not attackers and (other or burning or any(lows[k] in _ACCIDENTS for k in span))
