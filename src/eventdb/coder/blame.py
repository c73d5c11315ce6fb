"""Who says who did it, and how surely: claims, accusations, suspicions, denials, and refusals to say.

The stances are the coding sheet's: MUC-4's grades of perpetrator confidence and GTD's claims in one list; the
confidence of each is a point inside the range of the ICD 203 words that stand for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from eventdb import sheet
from eventdb.coder import words
from eventdb.coder.parties import GROUPS, OF_STATE, Party, principal, same
from eventdb.coder.scan import ARTICLES, AUXILIARIES, BE, MODALS, Scan, governed
from eventdb.coder.speech import Speech
from eventdb.coder.triggers import is_tangible

CONFIDENCE: dict[sheet.Stance, int | None] = {
    "claimed": 85,
    "stated": 90,
    "accused": 75,
    "suspected": 60,
    "denied": 5,
    "declined": None,
}
IMPLIED = "the answer to it struck this group"  # the rule of an attribution that nobody speaks
_IMPLIED_CONFIDENCE = 45  # ICD 203's "roughly even chance": the coder's inference, and no voice's word
_BLAME_FORMS = frozenset(words.verbs("speech", "blame"))
_CLAIM_FORMS = frozenset(words.verbs("speech", "claim"))
_DENY_FORMS = frozenset(words.verbs("speech", "deny"))
_PRONOUNS = words.entries("speech", "pronouns") | {"we", "i", "you"}
_OFFICES = words.entries("parties", "offices")
_OWN_VOICES = words.entries("blame", "own voices")
_MARKS = frozenset({"hallmarks", "hallmark", "suspicion"})
_FALLS = frozenset({"fell", "falls", "fallen", "centred", "centered", "focused", "fall"})
_HEDGES = words.entries("speech", "hedge")
_BEFORE_PREDICATE = AUXILIARIES | MODALS | words.entries("blame", "before a predicate")
_NEGATIVE = words.entries("grammar", "negative")
_BEHIND = words.entries("blame", "behind")
_RESPONSIBILITY = words.entries("blame", "responsibility")
_CLAIMING = tuple(words.entries("blame", "claiming"))
_DECLINING = words.entries("blame", "declining")
_DECLINED_WHAT = words.entries("blame", "declined what")
_OFTEN_NOUNS = words.entries("blame", "often nouns")
_BEFORE_VERB_BLAME = words.entries("blame", "before the verb blame")
_BEFORE_NOUN = words.entries("blame", "before a noun")
_ACTOR_AFTER_TO = tuple(words.entries("blame", "actor after to"))
_HOLD = words.entries("blame", "hold")
_SUSPICION = words.entries("blame", "suspicion")
_DOUBT = words.entries("blame", "doubt")
_BEFORE_VERB = words.entries("blame", "before the verb")
_ENDS_SPEAKER = words.entries("blame", "ends a speaker") | {".", ";", ":", '"', "—"}
_BEFORE_BEHIND = words.entries("blame", "before behind")
_IDIOMS = words.entries("blame", "idioms of behind")
_BEFORE_RESPONSIBLE = words.entries("blame", "before responsible")
_CLAIMABLE = words.entries("blame", "claimable")
_OWN_CLAIM = words.entries("blame", "own claim")
_TAKING = words.entries("blame", "taking")
_BEFORE_NOUN_CLAIM = words.entries("blame", "before the noun claim")
_DENIED_WHAT = words.entries("blame", "denied what")
_BEFORE_NOT = words.entries("blame", "before not")
WORDS = _BLAME_FORMS | _CLAIM_FORMS | _DENY_FORMS | _RESPONSIBILITY | _BEHIND | _DECLINING  # looked at by `find`


@dataclass(frozen=True, slots=True)
class Blame:
    """`actor` (None: nobody named) is said by `speaker` (None: the article) to have done it, in the word at `at`."""

    actor: Party | None
    speaker: str | None
    speaker_party: Party | None
    stance: sheet.Stance
    at: int
    rule: str


def confidence(said: Blame) -> int | None:
    """How surely it is said, 0 to 100; None where an authority declines to say."""
    return _IMPLIED_CONFIDENCE if said.rule == IMPLIED else CONFIDENCE[said.stance]


def find(scan: Scan, parties: list[Party], speeches: list[Speech]) -> list[Blame]:
    """What the words of blame in a sentence say. Agents of verbs are not here: see `of_agent`."""
    found: list[Blame | None] = []
    for k, low in enumerate(scan.sentence.lows):
        if low in _BLAME_FORMS:
            found += _blamed(scan, parties, speeches, k)
        if low in _RESPONSIBILITY:
            found += _responsibility(scan, parties, k)
        elif low in _BEHIND:
            found.append(_behind(scan, parties, speeches, k))
        if low in _CLAIM_FORMS:
            found.append(_claimed(scan, parties, k))
        if low in _MARKS:
            found += _marked(scan, parties, speeches, k)
        if low in _DENY_FORMS:
            found.append(_denied(scan, parties, k))
        if low in _DECLINING:
            found.append(_declined(scan, speeches, k))
    return _distinct([blame for blame in found if blame is not None])


def of_agent(scan: Scan, agent: Party, speeches: list[Speech], at: int, presupposed: bool) -> Blame:
    """The attribution that lies in naming the agent: in the article's own voice, or in a speaker's.

    `presupposed`: a definite noun phrase holds the agent ("the U.S. airstrikes"); the article takes it as known.
    """
    lows = scan.sentence.lows
    hedged = bool(_HEDGES & set(lows[max(0, agent.i - 3) : agent.j + 1]) or _DOUBT & set(lows[max(0, at - 3) : at]))
    speaker = covering(speeches, at, lows)
    actor = principal(agent)
    if presupposed and not hedged:
        return Blame(actor, None, None, "stated", at, "agent, named in passing")
    own = next((s for s in speeches if s.k < at and _speaks_for(s, actor)), None)
    if own is not None and own.kind == "say" and not hedged:
        speaker = own  # "X said it struck, according to a paper": X claims it, whoever passes it on
    if speaker is None:
        return Blame(actor, None, None, "suspected" if hedged else "stated", at, "agent, in the article's own voice")
    if speaker.kind == "believe":
        return Blame(actor, speaker.text, speaker.party, "suspected", at, "agent, believed by a speaker")
    if hedged:
        return Blame(actor, speaker.text, speaker.party, "suspected", at, "agent, hedged by a speaker")
    unnamed = (
        speaker.party is None and actor.kind in OF_STATE and _OWN_VOICES & set((speaker.text or "").lower().split())
    )
    if _speaks_for(speaker, actor) or unnamed:  # "the army struck the camp, a military spokesman said"
        return Blame(actor, speaker.text, speaker.party, "claimed", at, "agent, says the actor itself")
    return Blame(actor, speaker.text, speaker.party, "accused", at, "agent, says a speaker")


def _speaks_for(speech: Speech, actor: Party) -> bool:
    return any(
        party.name == actor.name or (not party.described and same(principal(party), actor)) for party in speech.parties
    )


def covering(speeches: list[Speech], at: int, lows: list[str]) -> Speech | None:
    """The speech that the words at token `at` belong to.

    One that follows covers what stands before only where a comma or a quotation mark sets it apart: in "struck a depot
    the ministry says is empty" the ministry says nothing of who struck it.
    """
    after = [s for s in speeches if s.k > at and s.i > at and _set_apart(s, lows)]
    before = [s for s in speeches if s.k < at]
    return after[0] if after else before[-1] if before else None


def _set_apart(speech: Speech, lows: list[str]) -> bool:
    first = min(speech.i, speech.k)
    return (
        lows[speech.k] == "according"
        or bool({",", '"', "—"} & set(lows[max(0, first - 3) : first]))
        or speech.i > speech.k
    )


def _distinct(found: list[Blame]) -> list[Blame]:
    kept: dict[tuple[str | None, str], Blame] = {}
    for blame in found:
        kept.setdefault((blame.actor.name if blame.actor else None, blame.stance), blame)
    return list(kept.values())


def _negated(lows: list[str], k: int, reach: int = 4) -> bool:
    return any(low in _NEGATIVE or low.endswith("n't") for low in lows[max(0, k - reach) : k])


def _nearest(speeches: list[Speech], k: int) -> Speech | None:
    """The speech whose verb is nearest."""
    return min(speeches, key=lambda s: abs(s.k - k)) if speeches else None


def _subject(parties: list[Party], lows: list[str], k: int) -> Party | None:
    """The subject of what stands at token k: nobody inside a phrase, a relative clause or an apposition."""
    j = k
    while j > 0 and (lows[j - 1] in _BEFORE_PREDICATE or lows[j - 1].endswith("ly")):
        j -= 1
    if j > 0 and lows[j - 1] in ("and", "but"):  # "X condemned the strikes and denied …": the subject of the first verb
        clause = next((n + 1 for n in range(j - 2, -1, -1) if lows[n] in (";", ":", '"', "—")), 0)
        opening = [p for p in parties if clause <= p.i < j and not p.crowd and not governed(lows, p.i)]
        if opening and opening[0].i - clause <= 4 and lows[opening[0].j : opening[0].j + 1] != ["'s"]:
            return opening[0]
        j = clause + 1
    if j > 0 and lows[j - 1] == ",":  # ", which Iran backs, was": back over what the commas set apart
        j = next((n for n in range(j - 2, max(-1, j - 22), -1) if lows[n] == ","), j - 1)
    before = [
        p
        for p in parties
        if p.j <= j and j - p.j <= 8 and not p.crowd and lows[p.j : p.j + 1] != ["'s"]
        if not governed(lows, p.i) or _has_spokesman(lows, p.i)
    ]
    return before[-1] if before else None


def _has_spokesman(lows: list[str], i: int) -> bool:
    """ "A spokesman for the group": who speaks for the party that begins at token i is its voice."""
    while i > 0 and lows[i - 1] in ARTICLES:
        i -= 1
    return i > 1 and lows[i - 1] in ("of", "for") and lows[i - 2] in _OFFICES


def _joined(parties: list[Party], lows: list[str], last: Party) -> list[Party]:
    """Those joined to a subject before it: "both A and B"."""
    return [
        p
        for p in parties
        if p.j < last.i and last.i - p.j <= 2 and "and" in lows[p.j : last.i] and not governed(lows, p.i)
    ]


def _all_after(parties: list[Party], lows: list[str], k: int, reach: int = 5) -> list[Party]:
    """The party after token k, and those joined to it by "and"."""
    first = next((p for p in parties if k <= p.i <= k + reach), None)
    if first is None:
        return []
    found = [first]
    for party in parties:
        if party.i > found[-1].j and party.i - found[-1].j <= 3 and "and" in lows[found[-1].j : party.i]:
            found.append(party)
    return found


def _who_before(scan: Scan, k: int) -> tuple[int, int]:
    """The noun phrase that ends at token k, for a speaker: "US, Saudi Arabia and European nations"."""
    lows = scan.sentence.lows
    j = k
    while j > 0 and lows[j - 1] in _BEFORE_VERB:
        j -= 1
    i = j
    while i > 0 and j - i < 9 and lows[i - 1] not in _ENDS_SPEAKER:
        if lows[i - 1] == "," and (lows[i] == "and" or "and" not in lows[i:j]):
            break
        i -= 1
    while i < j and (lows[i] in ARTICLES or lows[i] in ("and", ",")):
        i += 1
    return i, j


def _blamed(scan: Scan, parties: list[Party], speeches: list[Speech], k: int) -> list[Blame]:
    """ "Blamed the group for", "linked it to", "a militia blamed for", "put the blame on"."""
    lows = scan.sentence.lows
    low, following = lows[k], lows[k + 1] if k + 1 < len(lows) else ""
    if _negated(lows, k) or not _is_blame(lows, k):
        return []
    reduced = following == "for"  # "a militia blamed for"
    passive = k > 0 and (lows[k - 1] in BE or following in ("on", "to", "for"))
    if low.startswith(_ACTOR_AFTER_TO):
        at = next((n for n in range(k + 1, min(k + 5, len(lows))) if lows[n] == "to"), None)
        actors = _all_after(parties, lows, at + 1) if at is not None else []
        told = any(n.kind == "event" and n.j <= k and k - n.j <= 6 for n in scan.nouns)
        thing = scan.at.get(k - 1) is None and k > 0 and is_tangible(lows[k - 1])  # "strikes on targets linked to X"
        if passive and (not told or thing):
            return []  # "a group linked to al-Qaeda" is accused of nothing
    elif reduced:
        before = _subject(parties, lows, k)
        actors = [before] if before else []
    elif following == "on":
        actors = _all_after(parties, lows, k + 2)
    elif "on" in lows[k + 1 : k + 12] and low.startswith("blame"):
        at = k + 1 + lows[k + 1 : k + 12].index("on")
        actors = _all_after(parties, lows, at + 1, 3) or _all_after(parties, lows, k + 1)
    else:
        actors = _all_after(parties, lows, k + 1)
    speaker = _nearest(speeches, k)
    text, party = (speaker.text, speaker.party) if speaker else (None, None)
    if not passive and not reduced:
        i, j = _who_before(scan, k)
        if j > i and lows[j - 1] in ("and", "but"):  # "X called on all to condemn it and blamed Y"
            subject = _subject(parties, lows, k)
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


def _responsibility(scan: Scan, parties: list[Party], k: int) -> list[Blame]:
    """ "Claimed responsibility", "responsibility was claimed by", "no claim of responsibility"."""
    lows = scan.sentence.lows
    verb = next((n for n in range(k - 1, max(-1, k - 7), -1) if lows[n].startswith(_CLAIMING)), None)
    if verb is None:
        return []
    if _negated(lows, k, 9):
        return [Blame(None, None, None, "declined", k, "no claim of responsibility")]
    if lows[k + 1 : k + 2] == ["by"]:
        actors = _all_after(parties, lows, k + 2)
    else:
        subject = _subject(parties, lows, verb)
        actors = [*_joined(parties, lows, subject), subject] if subject else _all_after(parties, lows, k + 1, 0)
    return [
        Blame(principal(actor), scan.sentence.words(actor.i, actor.j), actor, "claimed", k, "claim of responsibility")
        for actor in actors
    ]


def _behind(scan: Scan, parties: list[Party], speeches: list[Speech], k: int) -> Blame | None:
    """ "The group behind the attack", "believed to be responsible for"."""
    lows = scan.sentence.lows
    low = lows[k]
    if low == "behind":
        if not _BEFORE_BEHIND & set(lows[max(0, k - 3) : k]):
            return None
        if lows[k + 1 : k + 2] == ["the"] and set(lows[k + 2 : k + 3]) & _IDIOMS:
            return None
    elif MODALS & set(lows[max(0, k - 4) : k]):
        return None  # "would be held responsible"
    elif (k and lows[k - 1] in _BEFORE_RESPONSIBLE) or lows[k + 1 : k + 2] not in (["for"], ["."], [","], [";"]):
        return None
    actor = _subject(parties, lows, k)
    if actor is None or _negated(lows, k, 3) or _DENY_FORMS & set(lows[max(0, k - 5) : k]):
        return None
    speaker = _nearest([s for s in speeches if s.k < k] or speeches, k)
    if speaker is not None and speaker.party is not None and same(speaker.party, actor) and speaker.kind == "say":
        return Blame(principal(actor), speaker.text, speaker.party, "claimed", k, f"says it is {low}")
    text, party = (speaker.text, speaker.party) if speaker else (None, None)
    if _HEDGES & set(lows[max(0, k - 4) : k]) or (speaker is not None and speaker.kind == "believe"):
        return Blame(actor, text, party, "suspected", k, f"{low}, hedged")
    return Blame(actor, text, party, "accused" if speaker else "stated", k, f"{low}, unhedged")


def _marked(scan: Scan, parties: list[Party], speeches: list[Speech], k: int) -> list[Blame]:
    """ "Bore the hallmarks of X", "suspicion fell on X"."""
    lows = scan.sentence.lows
    if lows[k] == "suspicion":
        at = next((n for n in range(k + 1, min(k + 6, len(lows))) if lows[n] == "on"), None)
        if at is None or not _FALLS & set(lows[k:at]):
            return []
    else:
        at = k + 1 if lows[k + 1 : k + 2] == ["of"] else None
    if at is None or _negated(lows, k):
        return []
    speaker = _nearest(speeches, k)
    text, party = (speaker.text, speaker.party) if speaker else (None, None)
    return [
        Blame(actor, text, party, "suspected", k, f"suspicion: {lows[k]}")
        for actor in _all_after(parties, lows, at + 1)
    ]


def _claimed(scan: Scan, parties: list[Party], k: int) -> Blame | None:
    """ "Attacks claimed by the Houthis", "the Houthis claimed the attack", "claimed to have targeted"."""
    lows = scan.sentence.lows
    following = lows[k + 1] if k + 1 < len(lows) else ""
    if lows[k] in _TAKING or following in _RESPONSIBILITY:
        return None
    if lows[k] == "claim" and k and lows[k - 1] in _BEFORE_NOUN_CLAIM:
        return None
    nobody = set(lows[max(0, k - 4) : k]) & {"nobody", "none"} or any(
        lows[n] == "no" and lows[n + 1 : n + 2] in (["group"], ["one"], ["organisation"], ["organization"], ["faction"])
        for n in range(max(0, k - 6), k)
    )
    if nobody and _CLAIMABLE & set(lows[k + 1 : k + 6]):
        return Blame(None, None, None, "declined", k, "nobody claims it")
    if following == "by":
        actor = next(iter(_all_after(parties, lows, k + 2)), None)
    else:
        actor = _subject(parties, lows, k)
        after = set(lows[k + 1 : k + 10])
        if not (_CLAIMABLE & after and _OWN_CLAIM & after):
            return None
    if actor is None or (actor.kind == "person" and actor.country is None) or _negated(lows, k):
        return None
    actor = principal(actor)
    if actor.kind not in GROUPS | {"state"}:
        return None
    return Blame(actor, scan.sentence.words(actor.i, actor.j), actor, "claimed", k, "claims it")


def _denied(scan: Scan, parties: list[Party], k: int) -> Blame | None:
    lows = scan.sentence.lows
    subject = _subject(parties, lows, k)
    following = lows[k + 1 : k + 10]
    denies_it = following[:1] == ["it"] or following[:2] in (["any", "link"], ["any", "links"], ["any", "part"])
    if subject is None or _negated(lows, k) or not (denies_it or _DENIED_WHAT & set(following)):
        return None
    actor = principal(subject)
    return Blame(actor, scan.sentence.words(actor.i, actor.j), actor, "denied", k, "denial")


def _declined(scan: Scan, speeches: list[Speech], k: int) -> Blame | None:
    """An authority that cannot or will not say who did it."""
    lows = scan.sentence.lows
    low, after = lows[k], lows[k + 1 : k + 10]
    speaker = _nearest(speeches, k)
    text, party = (speaker.text, speaker.party) if speaker else (None, None)
    rule = None
    if low == "attribute" and (_negated(lows, k, 3) or lows[max(0, k - 1) : k] == ["cannot"]):
        rule = "cannot attribute"
    elif low in ("blame", "blamed") and _negated(lows, k, 4):
        i, j = _who_before(scan, k)
        end = next((m for m in range(i, k) if lows[m] in _BEFORE_NOT), j)
        text, rule = scan.sentence.words(i, end) or text, "does not blame"
    elif low == "declined" and _DECLINED_WHAT & set(after):
        rule = "declines to say"
    elif low in ("unclear", "unknown") and "who" in after[:3]:
        rule = "unclear who"
    elif (
        low in ("knows", "known")
        and (_negated(lows, k, 4) or "nobody" in lows[max(0, k - 2) : k])
        and "who" in after[:4]
    ):
        rule = "nobody knows who"
    elif low == "clear" and _negated(lows, k, 4) and "who" in after[:3]:
        rule = "not clear who"
    return Blame(None, text, party, "declined", k, rule) if rule else None
