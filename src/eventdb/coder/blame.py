"""Who says who did it, and how surely: claims, accusations, suspicions, denials, and refusals to say.

The stances are the coding sheet's: MUC-4's grades of perpetrator confidence and GTD's claims in one list; the
confidence of each is a point inside the range of the ICD 203 words that stand for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from eventdb import sheet
from eventdb.coder import words
from eventdb.coder.parties import Party, principal, same
from eventdb.coder.scan import Scan
from eventdb.coder.speech import Speech

CONFIDENCE: dict[str, int | None] = {
    "claimed": 85,
    "stated": 90,
    "accused": 75,
    "suspected": 60,
    "denied": 5,
    "declined": None,
}
_OTHERS = frozenset("he she it they".split())


@dataclass(frozen=True, slots=True)
class Blame:
    """`actor` is said by `speaker` (None: the article) to have done it; tokens i to j say so, the sentence's trigger of blame at `at`."""

    actor: Party | None
    speaker: str | None
    speaker_party: Party | None
    stance: sheet.Stance
    i: int
    j: int
    at: int
    rule: str


def find(scan: Scan, parties: list[Party], speeches: list[Speech]) -> list[Blame]:
    """What the words of blame in a sentence say. Agents of verbs are not here: see `of_agent`."""
    lows = scan.sentence.lows
    found: list[Blame] = []
    whole = (0, len(lows))
    for k, low in enumerate(lows):
        if low in _BLAME_FORMS:
            found += _blamed(scan, parties, speeches, k, whole)
        if low in ("behind", "responsible", "responsibility", "credit"):
            found += _behind(scan, parties, speeches, k, whole)
        if low in _CLAIM_FORMS and (blame := _claimed(scan, parties, speeches, k, whole)):
            found.append(blame)
        if low in _DENY_FORMS and (denied := _denied(scan, parties, k, whole)):
            found.append(denied)
        if low in ("attribute", "blame", "blamed", "declined", "unclear", "unknown", "clear") and (
            declined := _declined(scan, speeches, k, whole)
        ):
            found.append(declined)
    return _distinct(found)


_BLAME_FORMS = frozenset(text for text in words.verbs("speech", "blame"))
_CLAIM_FORMS = frozenset(text for text in words.verbs("speech", "claim"))
_DENY_FORMS = frozenset(text for text in words.verbs("speech", "deny"))
_NEGATIVE = frozenset("not no n't never nobody none neither".split())


def _distinct(found: list[Blame]) -> list[Blame]:
    kept: list[Blame] = []
    for blame in found:
        name = blame.actor.name if blame.actor else None
        if not any((b.actor.name if b.actor else None, b.stance) == (name, blame.stance) for b in kept):
            kept.append(blame)
    return kept


def _negated(lows: list[str], k: int, reach: int = 4) -> bool:
    return any(low in _NEGATIVE or low.endswith("n't") for low in lows[max(0, k - reach) : k])


def _speaker(speeches: list[Speech], k: int) -> Speech | None:
    """The speech whose verb is nearest."""
    return min(speeches, key=lambda s: abs(s.k - k)) if speeches else None


def _subject(parties: list[Party], lows: list[str], k: int) -> Party | None:
    before = [p for p in parties if p.j <= k and k - p.j <= 8 and not p.crowd]
    return before[-1] if before else None


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


def _text(scan: Scan, i: int, j: int) -> str:
    tokens, out = scan.sentence.tokens, ""
    for n in range(i, j):
        out += (" " if n > i and tokens[n].start > tokens[n - 1].end else "") + tokens[n].text
    return out


def _who_before(scan: Scan, k: int) -> tuple[int, int]:
    """The noun phrase that ends at token k, for a speaker: "US, Saudi Arabia and European nations"."""
    lows = scan.sentence.lows
    j = k
    while j > 0 and lows[j - 1] in (
        "has",
        "have",
        "had",
        "also",
        "then",
        "later",
        "immediately",
        "quickly",
        "repeatedly",
        "directly",
        "publicly",
        "previously",
    ):
        j -= 1
    i = j
    while (
        i > 0
        and j - i < 9
        and lows[i - 1] not in (".", ";", ":", '"', "—", "while", "after", "when", "that", "which", "but", "said")
    ):
        if lows[i - 1] == "," and not (i >= 2 and any(p_low in ("and",) for p_low in lows[i:j])):
            break
        i -= 1
    while i < j and lows[i] in ("the", "a", "an", "and", ","):
        i += 1
    return i, j


def _blamed(scan: Scan, parties: list[Party], speeches: list[Speech], k: int, whole: tuple[int, int]) -> list[Blame]:
    lows = scan.sentence.lows
    low = lows[k]
    passive = k > 0 and (
        lows[k - 1] in ("was", "were", "been", "is", "are", "be")
        or (lows[k + 1 : k + 2] == ["on"] or lows[k + 1 : k + 2] == ["to"] or lows[k + 1 : k + 2] == ["for"])
    )
    if _negated(lows, k):
        return []
    reduced = lows[k + 1 : k + 2] == ["for"]  # "a militia blamed for"
    to_kind = low.startswith(("link", "tie", "tied", "attribut"))
    if (
        low.startswith("point")
        and lows[k + 1 : k + 4] != ["the", "finger", "at"]
        and lows[k + 1 : k + 3] != ["to"]
        and "finger" not in lows[k : k + 4]
    ):
        return []
    if low.startswith("h") and lows[k] in ("hold", "held", "holds", "holding") and "responsible" not in lows[k : k + 8]:
        return []
    if low in ("link", "links", "tie", "ties", "charge", "charges", "fault", "faults", "blame") and not (
        low == "blame" and k and lows[k - 1] in ("to", "they", "officials", "it")
    ):
        if k and lows[k - 1] in ("the", "a", "to", "any", "no", "strong", "has", "have"):
            return []
    if to_kind:
        at = next((n for n in range(k + 1, min(k + 5, len(lows))) if lows[n] == "to"), None)
        actors = _all_after(parties, lows, at + 1) if at is not None else []
        if passive and not actors:
            return []
    elif reduced:
        before = _subject(parties, lows, k)
        actors = [before] if before else []
    elif lows[k + 1 : k + 2] == ["on"]:
        actors = _all_after(parties, lows, k + 2)
    elif "on" in lows[k + 1 : k + 5] and low.startswith("blame"):
        at = k + 1 + lows[k + 1 : k + 5].index("on")
        actors = _all_after(parties, lows, at + 1, 3) or _all_after(parties, lows, k + 1)
    else:
        actors = _all_after(parties, lows, k + 1)
    if not actors:
        return []
    speaker = _speaker(speeches, k)
    text, party = (speaker.text, speaker.party) if speaker else (None, None)
    if not passive and not reduced:
        i, j = _who_before(scan, k)
        if j > i:
            text = _text(scan, i, j)
            party = next((p for p in parties if i <= p.i < j), None)
    stance: sheet.Stance = (
        "suspected" if any(w in lows[max(0, k - 4) : k + 2] for w in ("suspected", "likely", "believed")) else "accused"
    )
    return [
        Blame(actor, text, party, stance, *whole, k, f"accusation: {low}")
        for actor in actors
        if party is None or actor.name != party.name
    ]


def _behind(scan: Scan, parties: list[Party], speeches: list[Speech], k: int, whole: tuple[int, int]) -> list[Blame]:
    lows = scan.sentence.lows
    low = lows[k]
    if low in ("responsibility", "credit"):
        window = lows[max(0, k - 6) : k]
        if not any(w.startswith(("claim", "tak", "took", "assum")) for w in window):
            return []
        if (
            _negated(lows, k, 9)
            or lows[max(0, k - 3) : k][:1] == ["no"]
            or (lows[k - 2 : k] == ["claim", "of"] and "no" in lows[max(0, k - 6) : k])
        ):
            return [Blame(None, None, None, "declined", *whole, k, "no claim of responsibility")]
        verb = next(
            (n for n in range(k - 1, max(-1, k - 7), -1) if lows[n].startswith(("claim", "tak", "took", "assum"))), k
        )
        if lows[k + 1 : k + 2] == ["by"]:
            actors = _all_after(parties, lows, k + 2)
        else:
            subject = _subject(parties, lows, verb)
            actors = [subject] if subject else _all_after(parties, lows, k + 1, 0)
        return [
            Blame(principal(a), _text(scan, a.i, a.j), a, "claimed", *whole, k, "claim of responsibility")
            for a in actors
        ]
    if low == "behind":
        if not any(
            w in ("was", "were", "is", "are", "be", "been", "believed", "militia", "group")
            for w in lows[max(0, k - 3) : k]
        ):
            return []
        if lows[k + 1 : k + 2] in (["the"],) and lows[k + 2 : k + 3] in (["scenes"], ["wheel"]):
            return []
    elif lows[max(0, k - 1) : k] and lows[k - 1] in ("those", "all", "be", "not"):
        return []
    elif lows[k + 1 : k + 2] not in (["for"], ["."], [","], [";"]):
        return []
    actor = _subject(parties, lows, k)
    if actor is None or _negated(lows, k, 3):
        return []
    hedged = any(w in words.entries("speech", "hedge") for w in lows[max(0, k - 4) : k])
    speaker = _speaker([s for s in speeches if s.k < k] or speeches, k)
    if speaker is not None and speaker.party is not None and same(speaker.party, actor) and speaker.kind == "say":
        return [Blame(principal(actor), speaker.text, speaker.party, "claimed", *whole, k, f"says it is {low}")]
    stance: sheet.Stance = (
        "suspected"
        if hedged or (speaker is not None and speaker.kind == "believe")
        else "accused"
        if speaker
        else "stated"
    )
    return [
        Blame(
            actor,
            speaker.text if speaker else None,
            speaker.party if speaker else None,
            stance,
            *whole,
            k,
            f"{low}, {'hedged' if stance == 'suspected' else 'unhedged'}",
        )
    ]


def _claimed(scan: Scan, parties: list[Party], speeches: list[Speech], k: int, whole: tuple[int, int]) -> Blame | None:
    """ "attacks claimed by the Houthis", "the Houthis claimed the attack", "claimed that they had targeted"."""
    lows = scan.sentence.lows
    if (
        lows[k] in ("take", "took", "taken", "takes", "taking")
        or lows[k + 1 : k + 2] == ["responsibility"]
        or lows[k + 1 : k + 2] == ["credit"]
    ):
        return None
    if lows[k] == "claim" and k and lows[k - 1] in ("a", "the", "that", "no", "of", "this", "to"):
        return None
    if lows[k + 1 : k + 2] == ["by"]:
        actors = _all_after(parties, lows, k + 2)
        actor = actors[0] if actors else None
    else:
        actor = _subject(parties, lows, k)
        after = lows[k + 1 : k + 10]
        own = any(
            w
            in (
                "attack",
                "attacks",
                "strike",
                "strikes",
                "operation",
                "bombing",
                "shooting",
                "blast",
                "drone",
                "targeted",
                "fired",
                "launched",
                "carried",
                "struck",
                "hit",
            )
            for w in after
        )
        if not own or not (
            {"they", "it", "its", "the", "a", "having", "to", "that", "had", "an", "deadly"} & set(after)
        ):
            return None
    if actor is None or actor.kind == "person" and actor.country is None or _negated(lows, k):
        return None
    actor = principal(actor)
    if actor.kind not in ("armed_group", "umbrella", "state_force", "party", "state"):
        return None
    return Blame(actor, _text(scan, actor.i, actor.j), actor, "claimed", *whole, k, "claims it")


def _denied(scan: Scan, parties: list[Party], k: int, whole: tuple[int, int]) -> Blame | None:
    lows = scan.sentence.lows
    about = lows[k + 1 : k + 10]
    if not {
        "involvement",
        "responsibility",
        "role",
        "accusation",
        "accusations",
        "allegations",
        "allegation",
        "claims",
        "any",
        "attack",
        "attacks",
        "involved",
        "carrying",
        "being",
        "having",
        "it",
    } & set(about):
        return None
    actor = _subject(parties, lows, k)
    if actor is None:
        return None
    actor = principal(actor)
    return Blame(actor, _text(scan, actor.i, actor.j), actor, "denied", *whole, k, "denial")


def _declined(scan: Scan, speeches: list[Speech], k: int, whole: tuple[int, int]) -> Blame | None:
    lows = scan.sentence.lows
    low = lows[k]
    after = lows[k + 1 : k + 10]
    speaker = _speaker(speeches, k)
    text, party = (speaker.text, speaker.party) if speaker else (None, None)
    if low == "attribute" and _negated(lows, k, 3):
        return Blame(None, text, party, "declined", *whole, k, "cannot attribute")
    if low in ("attribute",) and lows[max(0, k - 1) : k] == ["cannot"]:
        return Blame(None, text, party, "declined", *whole, k, "cannot attribute")
    if low in ("blame", "blamed") and _negated(lows, k, 4):
        i, j = _who_before(scan, k)
        n = next((m for m in range(i, k) if lows[m] in ("did", "has", "have", "had", "does", "would")), j)
        return Blame(None, _text(scan, i, n) or text, party, "declined", *whole, k, "does not blame")
    if low == "declined" and {"attribute", "blame", "responsible", "responsibility", "assign", "identify", "who"} & set(
        after
    ):
        return Blame(None, text, party, "declined", *whole, k, "declines to say")
    if low in ("unclear", "unknown") and {"who", "behind", "responsible"} & set(after) and "who" in after[:3]:
        return Blame(None, text, party, "declined", *whole, k, "unclear who")
    if low == "clear" and _negated(lows, k, 4) and "who" in after[:3]:
        return Blame(None, text, party, "declined", *whole, k, "not clear who")
    return None


def of_agent(scan: Scan, agent: Party, speeches: list[Speech], at: int, presupposed: bool) -> Blame:
    """The attribution that lies in naming the agent: in the article's own voice, or in a speaker's.

    `presupposed`: a definite noun phrase holds the agent ("the U.S. airstrikes"), which the article then takes as known.
    """
    lows = scan.sentence.lows
    hedges = words.entries("speech", "hedge")
    near = {*lows[max(0, agent.i - 3) : agent.j + 1]}
    hedged = bool(near & hedges) or any(
        low in ("likely", "probably", "apparently", "allegedly", "suspected", "believed")
        for low in lows[max(0, at - 3) : at]
    )
    speaker = covering(speeches, at, lows)
    actor = principal(agent)
    if presupposed and not hedged:
        return Blame(actor, None, None, "stated", 0, len(lows), at, "agent, named in passing")
    if speaker is not None and speaker.kind == "believe":
        return Blame(actor, speaker.text, speaker.party, "suspected", 0, len(lows), at, "agent, believed by a speaker")
    if speaker is None:
        return Blame(
            actor,
            None,
            None,
            "suspected" if hedged else "stated",
            0,
            len(lows),
            at,
            "agent, in the article's own voice",
        )
    if hedged:
        return Blame(actor, speaker.text, speaker.party, "suspected", 0, len(lows), at, "agent, hedged by a speaker")
    own = speaker.party is not None and (same(principal(speaker.party), actor) or speaker.party.name == actor.name)
    stance: sheet.Stance = "claimed" if own else "accused"
    return Blame(
        actor,
        speaker.text,
        speaker.party,
        stance,
        0,
        len(lows),
        at,
        "agent, says the actor itself" if own else "agent, says a speaker",
    )


def covering(speeches: list[Speech], at: int, lows: list[str]) -> Speech | None:
    """The speech that the words at token `at` belong to.

    One that follows covers what stands before only where a comma or a quotation mark sets it apart: in "five
    facilities the ministry says are depots" the ministry says nothing of who struck them.
    """
    if not speeches:
        return None
    after = [
        s
        for s in speeches
        if s.k > at
        and s.i > at
        and (
            lows[s.k] == "according"
            or {",", '"', "—"} & set(lows[max(0, min(s.i, s.k) - 3) : min(s.i, s.k)])
            or s.i > s.k
        )
    ]
    if after:
        return after[-1]
    before = [s for s in speeches if s.k < at]
    return before[-1] if before else None
