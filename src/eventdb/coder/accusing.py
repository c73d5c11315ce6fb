"""Who is accused or suspected in so many words: "blamed on", "behind", "the hallmarks of", "the attackers were"."""

from __future__ import annotations

from eventdb import sheet
from eventdb.coder import deeds, subjects, words
from eventdb.coder.blame import Blame, Reader, covering
from eventdb.coder.parties import GROUPS, MAY_ATTACK, Party, principal, same
from eventdb.coder.scan import ARTICLES, BE, DETERMINERS, HELD, MODALS, Scan
from eventdb.coder.speech import Speech
from eventdb.coder.triggers import is_tangible

_BLAME_FORMS = frozenset(words.verbs("speech", "blame"))
_DENY_FORMS = frozenset(words.verbs("speech", "deny"))
_PRONOUNS = words.entries("speech", "pronouns") | {"we", "i", "you"}
_MARKS = words.phrases("blame", "marks")
_FIRST_OF_MARKS = frozenset(mark[0] for mark in _MARKS)
_HEDGES = words.entries("speech", "hedge")
_BEHIND = words.entries("blame", "behind")
_OFTEN_NOUNS = words.entries("blame", "often nouns")
_BEFORE_VERB_BLAME = words.entries("blame", "before the verb blame")
_BEFORE_NOUN = words.entries("blame", "before a noun")
_ACTOR_AFTER_TO = tuple(words.entries("blame", "actor after to"))
_ACTOR_AFTER_ON = ("blame", "pin")
_BLAMING_NOUN = frozenset(form for form in words.verbs("blame", "put the blame"))
_HOLD = words.entries("blame", "hold")
_SUSPICION = words.entries("blame", "suspicion")
_BEFORE_BEHIND = words.entries("blame", "before behind")
_BEFORE_RESPONSIBLE = words.entries("blame", "before responsible")
_DOERS = words.entries("blame", "doers")
_SUSPECTING = words.entries("blame", "suspecting")
_ATTACKERS = words.entries("blame", "attackers")
_BELIEVING = frozenset(words.verbs("speech", "believe")) - _SUSPECTING
_DID_IT = frozenset({"did", "done"})
_DOING = frozenset({"fire", "conduct", "attack"})
_TAKES_UP = frozenset({"the", "it", "this", "that", "these", "those", "they", "both", "which"})
_ANYBODY = frozenset({"person", "man", "men", "woman", "people"})
_AS_WHOM = words.phrases("blame", "as whom")
_BEFORE_WHOM = words.entries("blame", "before whom") | DETERMINERS
_SPEAKERS = words.entries("speech", "speaker")
_DOUBTED = words.entries("blame", "doubted")
_PAUSES = frozenset({",", ".", ";", ":", "—", '"'})
_ENDS_OBJECT = frozenset({"for", "of", "on", "in", "over", ",", ".", ";", '"', "and", "who", "which", "that", "after"})
WORDS = _BLAME_FORMS | _BEHIND  # that speak of blame
_ENDS_ACCUSER = frozenset({"of", "for", ",", ".", ";", "and"})
_CONDUCTED = 6  # tokens after a verb of doing in which the attack stands


def _blamed(scan: Scan, parties: list[Party], speeches: list[Speech], k: int) -> list[Blame]:
    """ "Blamed the group for", "linked it to", "a militia blamed for", "put the blame on", "is accused of"."""
    lows = scan.sentence.lows
    low, following = lows[k], lows[k + 1] if k + 1 < len(lows) else ""
    if subjects.negated(lows, k) or not _is_blame(lows, k):
        return []
    relative = _antecedent(parties, lows, k) if following == "for" else None
    reduced = following == "for" and low != "blame"  # "a militia blamed for"
    passive = k > 0 and (lows[k - 1] in BE or following in ("on", "to", "for"))
    of = _past_accuser(lows, k)
    charged = lows[of : of + 1] == ["of"] and not low.endswith("ing")  # "is accused (by X) of having planted it"
    charged = charged or (of > k + 1 and lows[of] == "for")  # "was blamed by X for the attack"
    if low.startswith(_ACTOR_AFTER_TO):
        at = next((n for n in range(k + 1, min(k + 8, len(lows))) if lows[n] == "to"), None)
        actors = subjects.all_after(parties, lows, at + 1) if at is not None else []
        told = any(n.kind == "event" and n.j <= k and k - n.j <= 6 for n in scan.nouns)
        thing = scan.at.get(k - 1) is None and k > 0 and is_tangible(lows[k - 1])  # "strikes on targets linked to X"
        if passive and (not told or thing):
            return []  # "a group linked to al-Qaeda" is accused of nothing
    elif relative:
        actors = [relative]
    elif reduced or charged:
        before = subjects.subject(scan, parties, k)
        actors = [before] if before and deeds.after(scan, of + 1) else []
    elif following == "on":
        actors = subjects.all_after(parties, lows, k + 2) or _undescribed(scan, k + 2)
    elif (
        low.startswith(_ACTOR_AFTER_ON)
        and "on" in (far := lows[k + 1 : k + 12])
        and "for" not in far[: far.index("on")]
    ):
        at = k + 1 + far.index("on")
        actors = subjects.all_after(parties, lows, at + 1, 3) or subjects.all_after(parties, lows, k + 1)
        actors = actors or _undescribed(scan, at + 1)
    else:
        actors = _of_a_deed(scan, subjects.all_after(parties, lows, k + 1) or _undescribed(scan, k + 1))
    speaker = subjects.nearest(speeches, k)
    text, party = (speaker.text, speaker.party) if speaker else (None, None)
    if charged and of > k + 2:
        text, party = scan.sentence.words(k + 2, of), next((p for p in parties if k + 2 <= p.i < of), None)
    if relative or not (passive or reduced or charged):
        i, j = subjects.who_before(scan, k)
        if j > i and lows[j - 1] in ("and", "but"):  # "X called on all to condemn it and blamed Y"
            subject = subjects.subject(scan, parties, k)
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


def _past_accuser(lows: list[str], k: int) -> int:
    """The token after the verb at token k, or after the one who accuses: "accused by rights groups of"."""
    if lows[k + 1 : k + 2] != ["by"] or lows[k - 1] not in BE:
        return k + 1
    return next((n for n in range(k + 2, min(k + 9, len(lows))) if lows[n] in _ENDS_ACCUSER), k + 1)


def _antecedent(parties: list[Party], lows: list[str], k: int) -> Party | None:
    """ "Groups that it blamed for the attack": whom a relative clause takes up as its object."""
    for n in range(k - 1, max(0, k - 7), -1):
        if lows[n] in ("that", "which", "whom", "who") and n < k - 1:
            near = [p for p in parties if p.j <= n and not p.crowd and not _PAUSES & set(lows[p.j : max(p.j, n - 1)])]
            return near[-1] if near and n - near[-1].j <= 7 else None  # also "the group's commander, whom it blamed"
        if lows[n] in (".", ";", '"'):
            return None
    return None


def _of_a_deed(scan: Scan, actors: list[Party]) -> list[Party]:
    """The accused, unless what they are accused of is no attack: "of arming rebels", "for the delay"."""
    if not actors:
        return []
    lows, end = scan.sentence.lows, actors[-1].j
    of = next((n for n in range(end, min(end + 6, len(lows))) if lows[n] in ("of", "for")), None)
    if of is None or {",", ".", ";", "and", "but"} & set(lows[end:of]):
        return actors
    return actors if deeds.after(scan, of + 1) else []


def _undescribed(scan: Scan, k: int) -> list[Party]:
    """Whom a phrase from token k on blames without a name that is known: "intelligence agents", "a drug gang"."""
    lows = scan.sentence.lows
    i = k
    while i < len(lows) and lows[i] in DETERMINERS | ARTICLES:
        i += 1
    j = next((n for n in range(i, min(i + 5, len(lows))) if lows[n] in _ENDS_OBJECT), i)
    if j <= i or lows[j - 1] not in _DOERS or any(name.i < j and name.j > i for name in scan.names):
        return []
    text = scan.sentence.words(i, j)
    return [Party(i, j, text, "armed_group", None, described=True)]


def _is_blame(lows: list[str], k: int) -> bool:
    """Whether a form of the verbs of blame blames here: no noun ("links to"), no other sense of "point" and "hold"."""
    low = lows[k]
    if low.startswith("point") and not {"finger", "fingers"} & set(lows[k : k + 4]):
        return False
    if low in _HOLD and "responsible" not in lows[k : k + 8]:
        return False
    verb = low == "blame" and k > 0 and lows[k - 1] in _BEFORE_VERB_BLAME
    verb = verb or (low == "blame" and bool(_BLAMING_NOUN & set(lows[max(0, k - 4) : k])))  # "laid the blame on"
    return not (low in _OFTEN_NOUNS and not verb and k > 0 and lows[k - 1] in _BEFORE_NOUN)


def _behind(scan: Scan, parties: list[Party], speeches: list[Speech], k: int) -> list[Blame]:
    """ "The group behind the attack", "believed to be responsible for", "was involved"."""
    lows = scan.sentence.lows
    low = lows[k]
    before = set(lows[max(0, k - 4) : k])
    if lows[k - 2 : k] == ["of", "being"]:
        return []  # "accused Israel of being behind it": read at the first verb
    if low == "behind":
        if not _BEFORE_BEHIND & set(lows[max(0, k - 3) : k]) or not deeds.after(scan, k + 1, 6):
            return []
    elif low == "involved":
        if not BE & before or lows[k + 1 : k + 2] not in (["in"], ["."], [","], [";"], ['"']):
            return []
        if lows[k + 1] == "in" and not deeds.after(scan, k + 2, 6):
            return []
    elif {"would", "will", "should", "must", "shall"} & before:
        return []  # "would be held responsible"
    elif k and lows[k - 1] in _BEFORE_RESPONSIBLE and not (k > 2 and lows[k - 2] == "to" and lows[k - 3] in HELD):
        return []  # "those responsible", but "is thought to be responsible"
    elif lows[k + 1 : k + 2] == ["to"] or not (BE & before or lows[k + 1 : k + 2] == ["for"]):
        return []
    if low == "responsible" and lows[k + 1 : k + 2] == ["for"] and not deeds.after(scan, k + 2):
        return []
    start = next((n for n in range(k - 1, max(-1, k - 6), -1) if lows[n] == "who"), None)
    if start is not None and (start == 0 or not (lows[start - 1] == "," or _ends_party(parties, start))):
        return []  # "declined to say who was responsible"
    actor = subjects.ourselves(lows, speeches, k) or subjects.subject(scan, parties, k)
    if actor is None or subjects.negated(lows, k, 3) or _DENY_FORMS & set(lows[max(0, k - 5) : k]):
        return []
    if low == "involved" and actor.kind not in MAY_ATTACK:
        return []
    speaker = subjects.nearest([s for s in speeches if s.k < k] or speeches, k)
    if (
        speaker is not None
        and speaker.party is not None
        and same(principal(speaker.party), actor)
        and speaker.kind == "say"
    ):
        return [Blame(principal(actor), speaker.text, speaker.party, "claimed", k, f"says it is {low}")]
    text, party = (speaker.text, speaker.party) if speaker else (None, None)
    doubted = (_HEDGES | MODALS) & before or _DOUBTED & set(lows[max(0, actor.i - 7) : actor.i])
    if doubted or (speaker is not None and speaker.kind == "believe"):
        return [Blame(actor, text, party, "suspected", k, f"{low}, hedged")]
    return [Blame(actor, text, party, "accused" if speaker else "stated", k, f"{low}, unhedged")]


def _ends_party(parties: list[Party], k: int) -> bool:
    return any(party.j == k for party in parties)


def _marked(scan: Scan, parties: list[Party], speeches: list[Speech], k: int) -> list[Blame]:
    """ "Bore the hallmarks of X", "suspicion fell on X", "the work of X"."""
    lows = scan.sentence.lows
    mark = next((m for m in _MARKS if tuple(lows[k : k + 1]) == m[:1] and _at_mark(lows, k, m) is not None), None)
    at = _at_mark(lows, k, mark) if mark else None
    if mark is None or at is None or subjects.negated(lows, k):
        return []
    speaker = subjects.nearest(speeches, k)
    text, party = (speaker.text, speaker.party) if speaker else (None, None)
    stance: sheet.Stance = "suspected"
    if _MARKS[mark] == "plain" and not (_HEDGES | MODALS) & set(lows[max(0, k - 6) : k]):
        stance = "accused" if speaker and speaker.kind == "say" else "suspected" if speaker else "stated"
    return [
        Blame(actor, text, party, stance, k, f"suspicion: {lows[k]}")
        for actor in subjects.all_after(parties, lows, at, 4)
        if actor.kind in MAY_ATTACK and not (party is not None and same(party, actor))
    ]


def _at_mark(lows: list[str], k: int, mark: tuple[str, ...]) -> int | None:
    """Where a mark ("suspicion … on") that begins at token k ends: its words, with up to three others between."""
    n = k
    for word in mark[1:]:
        at = next((m for m in range(n + 1, min(n + 5, len(lows))) if lows[m] == word), None)
        if at is None:
            return None
        n = at
    return n + 1


def _suspected(scan: Scan, parties: list[Party], _speeches: list[Speech], k: int) -> list[Blame]:
    """ "Police suspect the group", "X is suspected of planting the bomb"."""
    lows = scan.sentence.lows
    if k > 0 and lows[k - 1] in BE and lows[k + 1 : k + 2] in (["of"], ["in"]):
        actor = subjects.subject(scan, parties, k)
        if actor is None or subjects.negated(lows, k) or not deeds.after(scan, k + 2):
            return []
        return [Blame(actor, None, None, "suspected", k, "suspected of it")]
    i, j = subjects.who_before(scan, k)
    if j <= i or subjects.negated(lows, k) or (lows[j - 1] in BE):
        return []
    voice = next((p for p in parties if i <= p.i < j), None)
    if voice is None and not _SPEAKERS & set(lows[i:j]) and lows[j - 1] not in _PRONOUNS:
        return []  # "two suspected gunmen"
    at = k + 2 if lows[k + 1 : k + 2] == ["that"] else k + 1
    actors = [a for a in subjects.all_after(parties, lows, at, 2) if a.kind in MAY_ATTACK and not a.crowd]
    of = next((n for n in range(at, min(at + 8, len(lows))) if lows[n] == "of"), None)
    if not actors or (of is not None and of == actors[-1].j and not deeds.after(scan, of + 1)):
        return []
    return [Blame(actor, scan.sentence.words(i, j), voice, "suspected", k, "suspected") for actor in actors]


def _done_by(scan: Scan, parties: list[Party], speeches: list[Speech], k: int) -> list[Blame]:
    """ "The rocket was fired by X", "it was carried out by X": who did what was told before."""
    lows = scan.sentence.lows
    act = next((a for a in scan.acts if a.j == k and a.passive and a.section in _DOING), None)
    if act is None or act.modal is not None or subjects.negated(lows, k, k - act.group_start + 1):
        return []
    if not _TAKES_UP & set(lows[max(0, act.group_start - 5) : act.group_start]):
        return []
    actors = [a for a in subjects.all_after(parties, lows, k + 1, 4) if a.kind in MAY_ATTACK and not a.crowd]
    return [_reported(scan, actor, speeches, k, "done by") for actor in actors]


def _reported(scan: Scan, actor: Party, speeches: list[Speech], k: int, rule: str) -> Blame:
    """What a sentence says of an actor at token k, in the voice of its speaker."""
    lows = scan.sentence.lows
    speaker = covering(speeches, k, lows)
    text, party = (speaker.text, speaker.party) if speaker else (None, None)
    if _HEDGES & set(lows[max(0, k - 4) : actor.j]) or (speaker is not None and speaker.kind == "believe"):
        return Blame(actor, text, party, "suspected", k, f"{rule}, hedged")
    if party is not None and same(principal(party), principal(actor)):
        return Blame(principal(actor), text, party, "claimed", k, f"{rule}, says the actor itself")
    return Blame(actor, text, party, "accused" if speaker else "stated", k, rule)


def _believed(scan: Scan, parties: list[Party], speeches: list[Speech], k: int) -> list[Blame]:
    """ "Investigators believe X planted the device": a belief of somebody's deed."""
    lows = scan.sentence.lows
    speaker = next((s for s in speeches if s.k == k), None)
    at = k + 2 if lows[k + 1 : k + 2] == ["that"] else k + 1
    actor = next((p for p in parties if at <= p.i <= at + 1 and p.kind in MAY_ATTACK and not p.crowd), None)
    if speaker is None or actor is None or subjects.negated(lows, k):
        return []
    verb = next((a for a in scan.acts if actor.j <= a.group_start <= actor.j + 1 and a.form in ("past", "part")), None)
    if verb is not None and verb.section == "conduct":  # "that X made the drone": made is not conducted
        near = range(verb.j, verb.j + _CONDUCTED)
        verb = verb if any(n.kind == "event" and n.i in near for n in scan.nouns) else None
    did = lows[actor.j : actor.j + 1] == ["planted"] or (verb is not None and not verb.passive)
    if not did or (verb is not None and verb.modal is not None):
        return []
    return [Blame(actor, speaker.text, speaker.party, "suspected", k, "believed to have done it")]


def _did_it(scan: Scan, parties: list[Party], speeches: list[Speech], k: int) -> list[Blame]:
    """ "Said that X had done it"."""
    lows = scan.sentence.lows
    actor = subjects.subject(scan, parties, k - 1) if k and lows[k - 1] in _DID_IT else None
    if actor is None or actor.kind not in MAY_ATTACK or subjects.negated(lows, k):
        return []
    return [_reported(scan, actor, speeches, k, "did it")]


def _identified(scan: Scan, parties: list[Party], speeches: list[Speech], k: int) -> list[Blame]:
    """ "The attackers were X", "the gunmen belonged to X", "identified the bomber as a member of X"."""
    lows = scan.sentence.lows
    following = lows[k + 1] if k + 1 < len(lows) else ""
    if lows[k] in _ANYBODY and following not in ("who", "behind"):
        return []  # "the man was a member of the party" speaks of no attacker
    reach = 18 if following in ("of", "who", "in", "behind") else 1
    starts = range(k + 1, min(k + 1 + reach, len(lows)))
    told = ((n, phrase) for n in starts for phrase in _AS_WHOM if tuple(lows[n : n + len(phrase)]) == phrase)
    n, phrase = next(told, (0, ()))
    at = n + len(phrase)
    if not phrase or {".", ";"} & set(lows[k + 1 : n]) or subjects.negated(lows, at + 1, at - k):
        return []
    actors = [a for a in subjects.all_after(parties, lows, at, 6) if a.kind in GROUPS and not a.crowd]
    if not actors or not set(lows[at : actors[0].i]) <= _BEFORE_WHOM:
        return []
    speaker = subjects.nearest(speeches, k)
    text, party = (speaker.text, speaker.party) if speaker else (None, None)
    stance: sheet.Stance = "accused" if speaker else "stated"
    if party is not None and same(principal(party), actors[0]) and principal(party).kind in GROUPS:
        stance = "claimed"
    if _HEDGES & set(lows[k : actors[0].j]) or (speaker is not None and speaker.kind == "believe"):
        stance = "suspected"
    return [Blame(actor, text, party, stance, k, "who the attackers were") for actor in actors]


READERS: tuple[Reader, ...] = (
    (_BLAME_FORMS, _blamed),
    (_BEHIND, _behind),
    (_FIRST_OF_MARKS, _marked),
    (_SUSPECTING, _suspected),
    (_BELIEVING, _believed),
    (frozenset({"it"}), _did_it),
    (frozenset({"by"}), _done_by),
    (_ATTACKERS, _identified),
)
"""What each word that accuses or suspects says, and of whom."""
