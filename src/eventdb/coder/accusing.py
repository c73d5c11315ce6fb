"""Who is accused or suspected in so many words: "blamed on", "behind", "the hallmarks of"."""

from __future__ import annotations

from eventdb import sheet
from eventdb.coder import subjects, words
from eventdb.coder.blame import Blame
from eventdb.coder.parties import Party, principal, same
from eventdb.coder.scan import BE, MODALS, Scan
from eventdb.coder.speech import Speech
from eventdb.coder.triggers import is_tangible

_BLAME_FORMS = frozenset(words.verbs("speech", "blame"))
_DENY_FORMS = frozenset(words.verbs("speech", "deny"))
_PRONOUNS = words.entries("speech", "pronouns") | {"we", "i", "you"}
_MARKS = frozenset({"hallmarks", "hallmark", "suspicion"})
_FALLS = frozenset({"fell", "falls", "fallen", "centred", "centered", "focused", "fall"})
_HEDGES = words.entries("speech", "hedge")
_BEHIND = words.entries("blame", "behind")
_OFTEN_NOUNS = words.entries("blame", "often nouns")
_BEFORE_VERB_BLAME = words.entries("blame", "before the verb blame")
_BEFORE_NOUN = words.entries("blame", "before a noun")
_ACTOR_AFTER_TO = tuple(words.entries("blame", "actor after to"))
_HOLD = words.entries("blame", "hold")
_SUSPICION = words.entries("blame", "suspicion")
_BEFORE_BEHIND = words.entries("blame", "before behind")
_IDIOMS = words.entries("blame", "idioms of behind")
_BEFORE_RESPONSIBLE = words.entries("blame", "before responsible")
WORDS = _BLAME_FORMS | _BEHIND  # looked at by `find`


def find(scan: Scan, parties: list[Party], speeches: list[Speech], k: int) -> list[Blame]:
    """What the word at token k says of who is accused or suspected."""
    found: list[Blame] = []
    low = scan.sentence.lows[k]
    if low in _BLAME_FORMS:
        found += _blamed(scan, parties, speeches, k)
    if low in _BEHIND:
        found += _behind(scan, parties, speeches, k)
    if low in _MARKS:
        found += _marked(scan, parties, speeches, k)
    return found


def _blamed(scan: Scan, parties: list[Party], speeches: list[Speech], k: int) -> list[Blame]:
    """ "Blamed the group for", "linked it to", "a militia blamed for", "put the blame on"."""
    lows = scan.sentence.lows
    low, following = lows[k], lows[k + 1] if k + 1 < len(lows) else ""
    if subjects.negated(lows, k) or not _is_blame(lows, k):
        return []
    reduced = following == "for"  # "a militia blamed for"
    passive = k > 0 and (lows[k - 1] in BE or following in ("on", "to", "for"))
    if low.startswith(_ACTOR_AFTER_TO):
        at = next((n for n in range(k + 1, min(k + 5, len(lows))) if lows[n] == "to"), None)
        actors = subjects.all_after(parties, lows, at + 1) if at is not None else []
        told = any(n.kind == "event" and n.j <= k and k - n.j <= 6 for n in scan.nouns)
        thing = scan.at.get(k - 1) is None and k > 0 and is_tangible(lows[k - 1])  # "strikes on targets linked to X"
        if passive and (not told or thing):
            return []  # "a group linked to al-Qaeda" is accused of nothing
    elif reduced:
        before = subjects.subject(parties, lows, k)
        actors = [before] if before else []
    elif following == "on":
        actors = subjects.all_after(parties, lows, k + 2)
    elif "on" in lows[k + 1 : k + 12] and low.startswith("blame"):
        at = k + 1 + lows[k + 1 : k + 12].index("on")
        actors = subjects.all_after(parties, lows, at + 1, 3) or subjects.all_after(parties, lows, k + 1)
    else:
        actors = subjects.all_after(parties, lows, k + 1)
    speaker = subjects.nearest(speeches, k)
    text, party = (speaker.text, speaker.party) if speaker else (None, None)
    if not passive and not reduced:
        i, j = subjects.who_before(scan, k)
        if j > i and lows[j - 1] in ("and", "but"):  # "X called on all to condemn it and blamed Y"
            subject = subjects.subject(parties, lows, k)
            if subject is not None:
                text, party = scan.sentence.words(subject.i, subject.j), subject
        elif j > i and lows[j - 1] not in _PRONOUNS:  # "We blame X", a minister said
            text = scan.sentence.words(i, j)
            party = next((p for p in parties if i <= p.i < j), None)
    stance: sheet.Stance = "suspected" if _SUSPICION & set(lows[max(0, k - 4) : k + 2]) else "accused"
    return [
        Blame(actor, text, party, stance, k, f"accusation: {low}")
        for actor in actors
        if party is None or actor.name != party.name
    ]


def _is_blame(lows: list[str], k: int) -> bool:
    """Whether a form of the verbs of blame blames here: no noun ("links to"), no other sense of "point" and "hold"."""
    low = lows[k]
    if low.startswith("point") and "finger" not in lows[k : k + 4]:
        return False
    if low in _HOLD and "responsible" not in lows[k : k + 8]:
        return False
    verb = low == "blame" and k > 0 and lows[k - 1] in _BEFORE_VERB_BLAME
    return not (low in _OFTEN_NOUNS and not verb and k > 0 and lows[k - 1] in _BEFORE_NOUN)


def _behind(scan: Scan, parties: list[Party], speeches: list[Speech], k: int) -> list[Blame]:
    """ "The group behind the attack", "believed to be responsible for"."""
    lows = scan.sentence.lows
    low = lows[k]
    if low == "behind":
        if not _BEFORE_BEHIND & set(lows[max(0, k - 3) : k]):
            return []
        if lows[k + 1 : k + 2] == ["the"] and set(lows[k + 2 : k + 3]) & _IDIOMS:
            return []
    elif MODALS & set(lows[max(0, k - 4) : k]):
        return []  # "would be held responsible"
    elif (k and lows[k - 1] in _BEFORE_RESPONSIBLE) or lows[k + 1 : k + 2] not in (["for"], ["."], [","], [";"]):
        return []
    actor = subjects.subject(parties, lows, k)
    if actor is None or subjects.negated(lows, k, 3) or _DENY_FORMS & set(lows[max(0, k - 5) : k]):
        return []
    speaker = subjects.nearest([s for s in speeches if s.k < k] or speeches, k)
    if speaker is not None and speaker.party is not None and same(speaker.party, actor) and speaker.kind == "say":
        return [Blame(principal(actor), speaker.text, speaker.party, "claimed", k, f"says it is {low}")]
    text, party = (speaker.text, speaker.party) if speaker else (None, None)
    if _HEDGES & set(lows[max(0, k - 4) : k]) or (speaker is not None and speaker.kind == "believe"):
        return [Blame(actor, text, party, "suspected", k, f"{low}, hedged")]
    return [Blame(actor, text, party, "accused" if speaker else "stated", k, f"{low}, unhedged")]


def _marked(scan: Scan, parties: list[Party], speeches: list[Speech], k: int) -> list[Blame]:
    """ "Bore the hallmarks of X", "suspicion fell on X"."""
    lows = scan.sentence.lows
    if lows[k] == "suspicion":
        at = next((n for n in range(k + 1, min(k + 6, len(lows))) if lows[n] == "on"), None)
        if at is None or not _FALLS & set(lows[k:at]):
            return []
    else:
        at = k + 1 if lows[k + 1 : k + 2] == ["of"] else None
    if at is None or subjects.negated(lows, k):
        return []
    speaker = subjects.nearest(speeches, k)
    text, party = (speaker.text, speaker.party) if speaker else (None, None)
    return [
        Blame(actor, text, party, "suspected", k, f"suspicion: {lows[k]}")
        for actor in subjects.all_after(parties, lows, at + 1)
    ]
