"""Who takes a deed for his own, who denies it, and who says that he cannot or will not say who did it."""

from __future__ import annotations

from eventdb.coder import deeds, subjects, words
from eventdb.coder.blame import Blame, Reader
from eventdb.coder.parties import GROUPS, MAY_ATTACK, Party, principal
from eventdb.coder.scan import AUXILIARIES, BE, MODALS, PREPOSITIONS, Scan, governed
from eventdb.coder.speech import Speech

_CLAIM_FORMS = frozenset(words.verbs("speech", "claim"))
_DENY_FORMS = frozenset(words.verbs("speech", "deny"))
_RESPONSIBILITY = words.entries("blame", "responsibility")
_CLAIMING = tuple(words.entries("blame", "claiming"))
_DECLINING = words.entries("blame", "declining")
_DECLINED_WHAT = words.entries("blame", "declined what")
_CLAIMABLE = words.entries("blame", "claimable")
_OWN = words.entries("blame", "own claim")
_ITSELF = frozenset({"it", "they", "he", "she"})
_ENDS_CLAUSE = frozenset({".", ";", ":", "—", '"', "and", "but", "although", "though", "while"})
_DOING = frozenset({"attack", "fire", "conduct", "kill", "abduct", "down", "harm", "explode"})
_GUILT = frozenset({"involved", "behind", "responsible", "role", "involvement"})
_DISOWNED = frozenset({"behind", "responsible", "involved", "nothing", "role", "involvement", "part", "hand"})
_TAKING = words.entries("blame", "taking")
_BEFORE_NOUN_CLAIM = words.entries("blame", "before the noun claim")
_DENIED_WHAT = words.entries("blame", "denied what")
_BEFORE_NOT = words.entries("blame", "before not")
WORDS = _CLAIM_FORMS | _DENY_FORMS | _RESPONSIBILITY | _DECLINING  # that speak of blame


def _responsibility(scan: Scan, parties: list[Party], speeches: list[Speech], k: int) -> list[Blame]:
    """ "Claimed responsibility", "responsibility was claimed by", "no claim of responsibility", "a claim … from X"."""
    lows = scan.sentence.lows
    verb = next((n for n in range(k - 1, max(-1, k - 7), -1) if lows[n].startswith(_CLAIMING)), None)
    passive = _claimed_by(lows, k)
    if verb is None and passive is None:
        return []
    if _nobody(lows, k if verb is None else verb):
        return [Blame(None, None, None, "declined", k, "no claim of responsibility")]
    if lows[k + 1 : k + 2] == ["by"] or lows[k + 1 : k + 2] == ["from"]:
        actors = subjects.all_after(parties, lows, k + 2)
    elif verb is None and passive is not None:
        actors = subjects.all_after(parties, lows, passive + 1)
    else:
        at = k if verb is None else verb
        subject = subjects.ourselves(lows, speeches, at) or subjects.subject(scan, parties, at)
        if subject is None and verb is not None and lows[verb] in ("claim", "claims"):
            subject = next((p for p in parties if p.j <= verb and not p.crowd and not governed(lows, p.i)), None)
        actors = [*subjects.joined(parties, lows, subject), subject] if subject else []
        actors = actors or subjects.all_after(parties, lows, k + 1, 0)
    return [
        Blame(principal(actor), scan.sentence.words(actor.i, actor.j), actor, "claimed", k, "claim of responsibility")
        for actor in actors
    ]


def _claimed_by(lows: list[str], k: int) -> int | None:
    """ "Responsibility … was claimed on Telegram by": where the "by" stands."""
    claimed = next((n for n in range(k + 1, min(k + 16, len(lows))) if lows[n] == "claimed"), None)
    return (
        next((n for n in range(claimed + 1, min(claimed + 6, len(lows))) if lows[n] == "by"), None) if claimed else None
    )


def _nobody(lows: list[str], k: int) -> bool:
    """Whether the claim at token k is said not to have been made: "no group has claimed", "has yet to claim"."""
    start = next((n + 1 for n in range(k - 1, max(-1, k - 12), -1) if lows[n] in _ENDS_CLAUSE), max(0, k - 12))
    before = lows[start:k]
    return "yet" in before or bool({"nobody", "none"} & set(before)) or subjects.negated(before, len(before), 12)


def _claimed(scan: Scan, parties: list[Party], _speeches: list[Speech], k: int) -> list[Blame]:
    """ "Attacks claimed by the Houthis", "the Houthis claimed the attack", "claimed to have targeted"."""
    lows = scan.sentence.lows
    following = lows[k + 1] if k + 1 < len(lows) else ""
    if lows[k] in _TAKING or following in _RESPONSIBILITY:
        return []
    if lows[k] in ("claim", "claims") and k and lows[k - 1] in _BEFORE_NOUN_CLAIM:
        return []
    own = _own_deed(scan, k)
    if own and _nobody(lows, k):
        return [Blame(None, None, None, "declined", k, "nobody claims it")]
    if following == "by":
        actor = next(iter(subjects.all_after(parties, lows, k + 2)), None)
    else:
        actor = subjects.subject(scan, parties, k) if own else None
    if actor is None or (actor.kind == "person" and actor.country is None) or subjects.negated(lows, k):
        return []
    actor = principal(actor)
    if actor.kind not in GROUPS | {"state"}:
        return []
    return [Blame(actor, scan.sentence.words(actor.i, actor.j), actor, "claimed", k, "claims it")]


def _own_deed(scan: Scan, k: int) -> bool:
    """Whether what is claimed after token k is a deed of one's own: "the attack", "to have struck", "that it fired".

    "Claimed the attack killed rebels" and "claimed that rebels fired" only say what somebody else is not sure of.
    """
    lows = scan.sentence.lows
    at = k + 2 if lows[k + 1 : k + 2] == ["that"] else k + 1
    reported = at > k + 1
    if lows[at : at + 1] == ["it"] and (at + 1 >= len(lows) or not lows[at + 1][0].isalpha()):
        return True  # "the group claimed it"
    if lows[at : at + 1] and lows[at] in PREPOSITIONS - {"to", "by"}:  # "claimed in a message on Telegram to have …"
        at = next((n for n in range(at, min(at + 10, len(lows))) if lows[n] in _OWN), at)
    if lows[at : at + 1] and lows[at] in _OWN:
        return bool(_CLAIMABLE & set(lows[at : at + 9])) or any(
            at < act.i < at + 9 and act.section in _DOING for act in scan.acts
        )
    noun = next((n for n in scan.nouns if n.kind in ("event", "weapon") and at <= n.i <= at + 6), None)
    deed = (
        noun.j
        if noun is not None
        else next((n + 1 for n in range(at, at + 5) if lows[n : n + 1] and lows[n] in _CLAIMABLE), None)
    )
    if deed is None or reported:
        return False
    if any(name.i >= at and name.j < deed and lows[name.j : name.j + 1] != ["'s"] for name in scan.names if name.who):
        return False
    told = lows[deed : deed + 1]
    return not told or not (
        told[0] in BE | AUXILIARIES | MODALS or any(deed in (a.i, a.group_start) for a in scan.acts)
    )


def _denied(scan: Scan, parties: list[Party], speeches: list[Speech], k: int) -> list[Blame]:
    """ "Denied any role", "rejected the accusation", "denies that its men did it"."""
    lows = scan.sentence.lows
    subject = subjects.ourselves(lows, speeches, k) or subjects.subject(scan, parties, k)
    following = lows[k + 1 : k + 11]
    denies_it = following[:1] == ["it"] or following[:2] in (["any", "link"], ["any", "links"], ["any", "part"])
    if following[:1] == ["that"] and following[1:2] and following[1] not in _OWN:
        denies_it = bool(_GUILT & set(following))  # "denied that the strike killed civilians" denies no strike
    else:
        denies_it = denies_it or bool(_DENIED_WHAT & set(following))
    if subject is None or subjects.negated(lows, k) or not denies_it:
        return []
    actor = principal(subject)
    return [Blame(actor, scan.sentence.words(actor.i, actor.j), actor, "denied", k, "denial")]


def _disowned(scan: Scan, _parties: list[Party], speeches: list[Speech], k: int) -> list[Blame]:
    """ "The group said it was not behind the attack", "said it had nothing to do with it"."""
    lows = scan.sentence.lows
    told = next((s for s in reversed(speeches) if s.k < k <= s.k + 10), None)
    if told is None or told.party is None or not _ITSELF & set(lows[told.k + 1 : told.k + 4]):
        return []
    within = lows[told.k + 1 : k + 1]
    if not (subjects.negated(within, len(within), 8) or within[-1] == "nothing") or not deeds.after(scan, k + 1):
        return []
    actor = principal(told.party)
    if actor.kind not in MAY_ATTACK:
        return []
    return [Blame(actor, told.text, told.party, "denied", k, "says that it was not")]


def _declined(scan: Scan, _parties: list[Party], speeches: list[Speech], k: int) -> list[Blame]:
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


READERS: tuple[Reader, ...] = (
    (_RESPONSIBILITY, _responsibility),
    (_CLAIM_FORMS, _claimed),
    (_DENY_FORMS, _denied),
    (_DISOWNED, _disowned),
    (_DECLINING, _declined),
)
"""What each word says by which somebody claims, denies or declines."""
