"""Who takes a deed for his own, who denies it, and who says that he cannot or will not say who did it."""

from __future__ import annotations

from eventdb.coder import subjects, words
from eventdb.coder.blame import Blame
from eventdb.coder.parties import GROUPS, Party, principal
from eventdb.coder.scan import Scan
from eventdb.coder.speech import Speech

_CLAIM_FORMS = frozenset(words.verbs("speech", "claim"))
_DENY_FORMS = frozenset(words.verbs("speech", "deny"))
_RESPONSIBILITY = words.entries("blame", "responsibility")
_CLAIMING = tuple(words.entries("blame", "claiming"))
_DECLINING = words.entries("blame", "declining")
_DECLINED_WHAT = words.entries("blame", "declined what")
_CLAIMABLE = words.entries("blame", "claimable")
_OWN_CLAIM = words.entries("blame", "own claim")
_TAKING = words.entries("blame", "taking")
_BEFORE_NOUN_CLAIM = words.entries("blame", "before the noun claim")
_DENIED_WHAT = words.entries("blame", "denied what")
_BEFORE_NOT = words.entries("blame", "before not")
WORDS = _CLAIM_FORMS | _DENY_FORMS | _RESPONSIBILITY | _DECLINING  # looked at by `find`


def find(scan: Scan, parties: list[Party], speeches: list[Speech], k: int) -> list[Blame]:
    """What the word at token k says of who claims, denies, or declines to say."""
    found: list[Blame] = []
    low = scan.sentence.lows[k]
    if low in _RESPONSIBILITY:
        found += _responsibility(scan, parties, k)
    if low in _CLAIM_FORMS:
        found += _claimed(scan, parties, k)
    if low in _DENY_FORMS:
        found += _denied(scan, parties, k)
    if low in _DECLINING:
        found += _declined(scan, speeches, k)
    return found


def _responsibility(scan: Scan, parties: list[Party], k: int) -> list[Blame]:
    """ "Claimed responsibility", "responsibility was claimed by", "no claim of responsibility"."""
    lows = scan.sentence.lows
    verb = next((n for n in range(k - 1, max(-1, k - 7), -1) if lows[n].startswith(_CLAIMING)), None)
    if verb is None:
        return []
    if subjects.negated(lows, k, 9):
        return [Blame(None, None, None, "declined", k, "no claim of responsibility")]
    if lows[k + 1 : k + 2] == ["by"]:
        actors = subjects.all_after(parties, lows, k + 2)
    else:
        subject = subjects.subject(parties, lows, verb)
        actors = (
            [*subjects.joined(parties, lows, subject), subject]
            if subject
            else subjects.all_after(parties, lows, k + 1, 0)
        )
    return [
        Blame(principal(actor), scan.sentence.words(actor.i, actor.j), actor, "claimed", k, "claim of responsibility")
        for actor in actors
    ]


def _claimed(scan: Scan, parties: list[Party], k: int) -> list[Blame]:
    """ "Attacks claimed by the Houthis", "the Houthis claimed the attack", "claimed to have targeted"."""
    lows = scan.sentence.lows
    following = lows[k + 1] if k + 1 < len(lows) else ""
    if lows[k] in _TAKING or following in _RESPONSIBILITY:
        return []
    if lows[k] == "claim" and k and lows[k - 1] in _BEFORE_NOUN_CLAIM:
        return []
    nobody = set(lows[max(0, k - 4) : k]) & {"nobody", "none"} or any(
        lows[n] == "no" and lows[n + 1 : n + 2] in (["group"], ["one"], ["organisation"], ["organization"], ["faction"])
        for n in range(max(0, k - 6), k)
    )
    if nobody and _CLAIMABLE & set(lows[k + 1 : k + 6]):
        return [Blame(None, None, None, "declined", k, "nobody claims it")]
    if following == "by":
        actor = next(iter(subjects.all_after(parties, lows, k + 2)), None)
    else:
        actor = subjects.subject(parties, lows, k)
        after = set(lows[k + 1 : k + 10])
        if not (_CLAIMABLE & after and _OWN_CLAIM & after):
            return []
    if actor is None or (actor.kind == "person" and actor.country is None) or subjects.negated(lows, k):
        return []
    actor = principal(actor)
    if actor.kind not in GROUPS | {"state"}:
        return []
    return [Blame(actor, scan.sentence.words(actor.i, actor.j), actor, "claimed", k, "claims it")]


def _denied(scan: Scan, parties: list[Party], k: int) -> list[Blame]:
    lows = scan.sentence.lows
    subject = subjects.subject(parties, lows, k)
    following = lows[k + 1 : k + 10]
    denies_it = following[:1] == ["it"] or following[:2] in (["any", "link"], ["any", "links"], ["any", "part"])
    if subject is None or subjects.negated(lows, k) or not (denies_it or _DENIED_WHAT & set(following)):
        return []
    actor = principal(subject)
    return [Blame(actor, scan.sentence.words(actor.i, actor.j), actor, "denied", k, "denial")]


def _declined(scan: Scan, speeches: list[Speech], k: int) -> list[Blame]:
    """An authority that cannot or will not say who did it."""
    lows = scan.sentence.lows
    low, after = lows[k], lows[k + 1 : k + 10]
    speaker = subjects.nearest(speeches, k)
    text, party = (speaker.text, speaker.party) if speaker else (None, None)
    rule = None
    if low == "attribute" and (subjects.negated(lows, k, 3) or lows[max(0, k - 1) : k] == ["cannot"]):
        rule = "cannot attribute"
    elif low in ("blame", "blamed") and subjects.negated(lows, k, 4):
        i, j = subjects.who_before(scan, k)
        end = next((m for m in range(i, k) if lows[m] in _BEFORE_NOT), j)
        text, rule = scan.sentence.words(i, end) or text, "does not blame"
    elif low == "declined" and _DECLINED_WHAT & set(after):
        rule = "declines to say"
    elif low in ("unclear", "unknown") and "who" in after[:3]:
        rule = "unclear who"
    elif (
        low in ("knows", "known")
        and (subjects.negated(lows, k, 4) or "nobody" in lows[max(0, k - 2) : k])
        and "who" in after[:4]
    ):
        rule = "nobody knows who"
    elif low == "clear" and subjects.negated(lows, k, 4) and "who" in after[:3]:
        rule = "not clear who"
    return [Blame(None, text, party, "declined", k, rule)] if rule else []
