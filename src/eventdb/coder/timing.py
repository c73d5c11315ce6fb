"""Which time expression of a sentence dates a mention, and which only dates what is said."""

from __future__ import annotations

from datetime import date

from eventdb.coder import words
from eventdb.coder.clauses import Piece
from eventdb.coder.mentions import Mention
from eventdb.coder.scan import Scan
from eventdb.coder.triggers import phrase_start
from eventdb.coder.when import PRECISIONS, When

_SPEAKING = words.entries("timing", "speaking")
_AFTER_DAY = words.entries("timing", "after a day")
_WORDS_ON_IT = words.entries("timing", "words on it")
_CLAIMING = words.entries("timing", "claiming")
_MESSAGES = words.entries("timing", "messages")
_OTHER_DEEDS = words.entries("timing", "other deeds") | words.entries("timing", "late deeds")
_LATE_DEEDS = words.entries("timing", "late deeds")
_AHEAD = words.entries("timing", "ahead")
_DUE = words.entries("timing", "due")
_OCCASIONS = words.entries("timing", "occasions")
_TIMES = words.entries("clauses", "times of day")
_SHORT = 3  # days that a stretch may have and still date one attack: "in the past 24 hours"
_WORD = 3  # days before publication within which the day of a claim may be mistaken for that of the attack
_REACTIONS = words.entries("timing", "reactions") | _OTHER_DEEDS
_TO_OBJECT = 10  # tokens from a verb to the noun that it is about
_COURT = words.entries("timing", "court")
_PASSED_OVER = words.entries("timing", "passed over")
# an opening date covers the pieces with these ties, not those set apart by "after" or "in response to"
_COVERED = frozenset({"", "and", "when", "while", "leads", "blame", "aside", "including"})
_SET_APART = frozenset({"after", "responds", "before", "since", "including"})


def when_of(mention: Mention, cut: list[Piece], alone: bool) -> When | None:
    """The time expression that dates the mention; `alone` says that it is the only one of its sentence.

    One inside its noun phrase ("the October 7 attack"), else in its piece, else just before a "when", else the one that
    opens the sentence; never one that dates a speech, but where nothing else does: then it was no later than that.
    """
    scan = mention.scan
    if mention.by_noun and mention.noun is not None:
        start = phrase_start(scan, mention.noun)
        own = [w for w in scan.whens if start <= scan.token_at(w.start) < mention.noun.j and w.same != "clause"]
        if own:
            return own[-1]._replace(role="on")
    usable = [w for w in scan.whens if w.role == "on" and dates_deed(mention, w) and not is_ahead(scan, w)]
    if mention.anaphor and mention.noun is not None:
        # "claimed the shooting in a statement on Tuesday": only a date that stands at the noun dates it
        noun = mention.noun
        lows = scan.sentence.lows
        usable = [
            w
            for w in usable
            if scan.token_at(w.end) <= noun.i or not _MESSAGES & set(lows[noun.j : max(noun.j, scan.token_at(w.start))])
        ]
    inside = [w for w in usable if mention.i <= scan.token_at(w.start) < mention.j and w.same != "clause"]
    inside = _without_other_verbs(mention, inside)
    if inside:
        resolved = [w for w in inside if w.resolved] or inside
        return min(resolved, key=lambda w: (PRECISIONS.index(w.precision), abs(scan.token_at(w.start) - mention.at)))
    if mention.link in ("when", "since"):
        before = [w for w in scan.whens if mention.i - 3 <= scan.token_at(w.end) <= mention.i]
        if before:
            return before[-1]._replace(role="on")
    if usable and usable[0].same != "clause":
        first = usable[0]
        at = scan.token_at(first.start)
        if at <= 2 and all(piece.link in _COVERED for piece in cut if 0 < piece.i <= mention.i):
            return first
        apart = any(piece.link in _SET_APART for piece in cut if mention.i < piece.i <= at)
        if mention.link in ("", "and") and alone and not apart:
            return first
        told = [w for w in usable if scan.token_at(w.start) < mention.i and w.same != "clause"]
        if mention.link == "after" and alone and told and told[-1].precision in ("month", "year"):
            return told[-1]  # "became known in April 2014 after its members had kidnapped 200 girls"
        if mention.link == "blame" and told and told[-1] in _of_piece_before(mention, cut, told):
            return told[-1]  # "two bombings last year blamed on X, in A and B"
    return _lately(mention, usable) or (None if mention.definite else _said_before(mention))


def _without_other_verbs(mention: Mention, whens: list[When]) -> list[When]:
    """Leaves out the day of another verb where the attack has one of its own.

    "The trial over the attacks of May 2015 opens on Wednesday", "was formed in 2012 and killed a reporter in 2019".
    """
    scan, lows = mention.scan, mention.scan.sentence.lows
    act = None if mention.by_noun else mention.act
    joined = act is not None and lows[act.group_start - 1 : act.group_start] == ["and"]
    kept = []
    for when in whens:
        start, end = scan.token_at(when.start), scan.token_at(when.end)
        court = bool(_COURT & set(lows[mention.at + 1 : start]))
        earlier = joined and act is not None and end <= act.group_start
        if not court and not earlier:
            kept.append(when)
    return kept or whens


def _of_piece_before(mention: Mention, cut: list[Piece], whens: list[When]) -> list[When]:
    before = next((piece for piece in reversed(cut) if piece.j <= mention.i), None)
    return [w for w in whens if before is not None and before.i <= mention.scan.token_at(w.start) < before.j]


def _lately(mention: Mention, usable: list[When]) -> When | None:
    """ "Killed 20 people in the past 24 hours": a short stretch dates it where no day does."""
    found = (
        w
        for w in mention.scan.whens
        if w.role == "span"
        and w.first is not None
        and w.last is not None
        and (w.last - w.first).days <= _SHORT
        and mention.i <= mention.scan.token_at(w.start) < mention.j
    )
    return next(found, None) if not usable else None


def _said_before(mention: Mention) -> When | None:
    """ "Said earlier this month that it had struck": no later than it was said."""
    scan = mention.scan
    said = [
        w
        for w in scan.whens
        if w.role == "on"
        and w.precision in ("month", "week")
        and w.resolved
        and scan.token_at(w.start) < mention.at
        and speech_date(scan, w)
    ]
    return said[-1] if said else None


def _of_another_deed(scan: Scan, when: When) -> str | None:
    """ "Arrested on Wednesday over an attack", "on Tuesday buried": what else was done that day."""
    lows = scan.sentence.lows
    k, end = scan.token_at(when.start), scan.token_at(when.end)
    verb = next((n for n in range(k - 1, max(-1, k - 9), -1) if lows[n] in _OTHER_DEEDS), None)
    if verb is None and lows[end : end + 1] and lows[end] in _OTHER_DEEDS:
        verb = end
    if verb is None:
        return None
    told = [n.i for n in scan.nouns if n.kind == "event"] + [
        a.i for a in scan.acts if a.section in ("attack", "kill", "fire", "explode") and a.i != verb
    ]
    apart = not any(min(verb, k) < i < max(verb, k) for i in told) and any(i > k for i in told)
    return lows[verb] if apart else None


def is_late_deed(scan: Scan, when: When) -> bool:
    """Whether a day is that of a court or a remembrance, which may come years after the attack."""
    return _of_another_deed(scan, when) in _LATE_DEEDS


def is_ahead(scan: Scan, when: When) -> bool:
    """ "Ahead of Sunday's vote", "before an election on Tuesday", "due on Friday": a day still to come."""
    lows = scan.sentence.lows
    k = scan.token_at(when.start)
    before = lows[max(0, k - 7) : k]
    if when.precision != "day" or {",", ";"} & set(before[-1:]):
        return False
    if _DUE & set(before[-4:]):
        return True
    at = next((n for n in range(len(before) - 1, -1, -1) if before[n] in _AHEAD), None)
    if at is None or _TIMES & set(before[at:]) or {",", ";"} & set(before[at:]):
        return False
    occasion = before[at] == "ahead" or bool(_OCCASIONS & set(before[at:] + lows[k + 1 : k + 4]))
    start = k - len(before) + at
    return occasion and not any(start < n.i < k and n.kind == "event" for n in scan.nouns)


def is_of_the_word(mention: Mention, published: date | None) -> bool:
    """ "Claimed the attack on the city on Saturday": the day may be that of the claim, if as new as the news."""
    when, noun, lows = mention.when, mention.noun, mention.scan.sentence.lows
    if when is None or noun is None or when.first is None or published is None or when.precision != "day":
        return False
    k = mention.scan.token_at(when.start)
    claimed = _WORDS_ON_IT & set(lows[max(0, noun.i - 8) : noun.i])
    return bool(claimed) and k >= noun.j and 0 <= (published - when.first).days <= _WORD


def dates_deed(mention: Mention, when: When) -> bool:
    """Whether a time expression may date what a mention tells, and not what is said or done about it."""
    return not (speech_date(mention.scan, when) or _of_reaction(mention, when) or _of_main_clause(mention, when))


def _of_main_clause(mention: Mention, when: When) -> bool:
    """ "On Saturday troops retook a hotel from gunmen who had seized it": the day is that of another deed."""
    scan = mention.scan
    k, lows = scan.token_at(when.end), scan.sentence.lows
    who = next((n for n in range(k, mention.at) if lows[n] in ("who", "whose")), None)
    told = any(mention.i <= a.i < k and a.section in ("attack", "kill", "fire", "explode") for a in scan.acts)
    return who is not None and not told and not any(mention.i <= n.i < k and n.kind == "event" for n in scan.nouns)


def _of_reaction(mention: Mention, when: When) -> bool:
    """ "On Tuesday the group confirmed the killing": the day before a word about a known attack is that word's."""
    scan, noun = mention.scan, mention.noun
    if noun is None or not mention.by_noun or not (mention.definite or mention.plural):
        return False
    k, lows = scan.token_at(when.end), scan.sentence.lows
    before = range(noun.i - 1, max(mention.i, noun.i - _TO_OBJECT) - 1, -1)
    verb = next((n for n in before if lows[n] in _REACTIONS), None)
    if verb is None or k > noun.i:
        return False
    told = any(k <= n.i < verb for n in scan.nouns if n.kind == "event")
    return not told and not {",", "that", "which", "who"} & set(lows[verb : noun.i])


def speech_date(scan: Scan, when: When) -> bool:
    """Whether a time expression dates what is said, not what happened: "said Saturday", "in a statement on Friday"."""
    lows = scan.sentence.lows
    k, end = scan.token_at(when.start), scan.token_at(when.end)
    before = [low for low in lows[max(0, k - 5) : k] if low not in _PASSED_OVER]
    if before[-1:] and (before[-1] in _SPEAKING or before[-2:-1] == ["told"]):
        return True
    if when.precision == "day" and _of_another_deed(scan, when):
        return True
    after = lows[end] if end < len(lows) else ""
    if when.precision == "day" and after in _AFTER_DAY:
        return True
    if when.precision == "day" and after == "that":
        return False
    # "claimed responsibility for Sunday's bomb" dates the bomb
    return bool(_CLAIMING & set(lows[max(0, k - 3) : k])) and not when.text.lower().endswith("'s")
