"""Who speaks in a sentence: "X said", "according to X", "X believe that"."""

from __future__ import annotations

from dataclasses import dataclass

from eventdb.coder import words
from eventdb.coder.parties import Party
from eventdb.coder.scan import Scan

_STOP = frozenset(',;:"()—.')
_SKIP = frozenset("the a an that who and but while when".split())


@dataclass(frozen=True, slots=True)
class Speech:
    """A speaker at tokens i to j (`text` without its article) and the verb at `k` with its class ("say", "believe", …)."""

    i: int
    j: int
    text: str | None
    party: Party | None
    k: int
    kind: str


def find(scan: Scan, parties: list[Party]) -> list[Speech]:
    """The speeches of a sentence, in order."""
    lows = scan.sentence.lows
    found: list[Speech] = []
    for k, low in enumerate(lows):
        if low == "according" and lows[k + 1 : k + 2] == ["to"]:
            i, j = _forward(scan, k + 2)
            if j > i and not _is_thing(lows[i:j]):
                found.append(_speech(scan, parties, i, j, k, "say"))
            continue
        for kind in ("say", "believe"):
            forms = words.verbs("speech", kind).get(low)
            if not forms or (
                forms[0].form == "base"
                and low in ("state", "report", "post", "call", "claim", "note", "estimate", "link", "charge")
            ):
                continue
            if low == "states" and k and lows[k - 1] == "united":
                continue
            if forms[0].form == "ing" and low not in ("saying", "adding"):
                continue
            if low in (
                "reported",
                "suspected",
                "believed",
                "described",
                "called",
                "noted",
                "reports",
                "claims",
                "states",
                "calls",
                "posted",
                "estimated",
            ) and (
                k == 0
                or lows[k - 1]
                in (
                    "is",
                    "are",
                    "was",
                    "were",
                    "be",
                    "been",
                    "the",
                    "a",
                    "an",
                    "its",
                    "their",
                    "these",
                    "of",
                    "group",
                    "militants",
                    "movement",
                )
                or (
                    k + 1 < len(lows)
                    and low in ("suspected", "believed", "reported")
                    and scan.at.get(k + 1) is not None
                )
            ):
                continue
            i, j = _backward(scan, k)
            if j <= i and k + 1 < len(lows) and (k == 0 or lows[k - 1] in _STOP):
                i, j = _forward(scan, k + 1)
            text = lows[i:j]
            if j > i and _may_speak(scan, text, i, j, parties):
                found.append(_speech(scan, parties, i, j, k, kind))
            break
    return found


def _speech(scan: Scan, parties: list[Party], i: int, j: int, k: int, kind: str) -> Speech:
    lows, tokens = scan.sentence.lows, scan.sentence.tokens
    near = [party for party in parties if i < party.i and j - 2 <= party.j <= j and k >= j]
    if (
        near
        and not _in_phrase(lows, near[-1].i)
        and any(low in ("in", "against", "on", "at", "near", "into") for low in lows[i : near[-1].i])
    ):
        i = near[-1].i  # "strikes against five facilities the Pentagon says": the speaker is what stands at the verb
    while i < j and lows[i] in _SKIP:
        i += 1
    text = _text(tokens, i, j)
    inside = [party for party in parties if i <= party.i < j]
    person = next((party for party in inside if party.kind == "person"), None)
    return Speech(i, j, text or None, person or (inside[0] if inside else None), k, kind)


def _in_phrase(lows: list[str], i: int) -> bool:
    """Whether what begins at token i is governed by a preposition: "a militia in Iraq"."""
    while i > 0 and lows[i - 1] in ("the", "a", "an"):
        i -= 1
        if lows[i] == "the":
            return False
    return i > 0 and lows[i - 1] in ("in", "of", "at", "from", "near", "against", "on", "with", "for")


def _text(tokens: list, i: int, j: int) -> str:  # type: ignore[type-arg]
    out = ""
    for n in range(i, j):
        gap = " " if n > i and tokens[n].start > tokens[n - 1].end else ""
        out += gap + tokens[n].text
    return out.strip()


_NOT_IN = frozenset("said says say told added stated and but that which because after when while if where".split())


def _backward(scan: Scan, k: int) -> tuple[int, int]:
    """The noun phrase that ends at the verb, over its auxiliaries and adverbs."""
    lows = scan.sentence.lows
    j = k
    while j > 0 and (
        lows[j - 1]
        in (
            "has",
            "have",
            "had",
            "also",
            "later",
            "did",
            "not",
            "n't",
            "repeatedly",
            "previously",
            "earlier",
            "then",
            "still",
        )
        or lows[j - 1].endswith("ly")
    ):
        j -= 1
    i = j
    if i > 0 and lows[i - 1] == ",":  # an apposition: "John Kirby, a spokesman, said"
        back = i - 2
        while back > 0 and i - back < 16 and lows[back] != ",":
            back -= 1
        if lows[back] == "," and back > 0:
            i = back
        else:
            return k, k
    while i > 0 and j - i < 18 and lows[i - 1] not in _STOP and lows[i - 1] not in _NOT_IN:
        if any(act.i <= i - 1 < act.j for act in scan.acts):
            break
        i -= 1
    return i, j


def _forward(scan: Scan, k: int) -> tuple[int, int]:
    lows = scan.sentence.lows
    j = k
    while (
        j < len(lows)
        and j - k < 14
        and (
            lows[j] not in _STOP
            or (
                lows[j] == "."
                and j + 1 < len(lows)
                and lows[j - 1] in ("gen", "capt", "lt", "col", "maj", "sgt", "mr", "rep", "sen", "dr")
            )
        )
    ):
        if lows[j] in ("that", "who", "which", "saying", "adding", "on", "in", "at") and j > k + 1:
            break
        j += 1
    return k, j


def _is_thing(lows: list[str]) -> bool:
    return any(low in ("tally", "count", "data", "database", "plan", "schedule", "law") for low in lows)


def _may_speak(scan: Scan, text: list[str], i: int, j: int, parties: list[Party]) -> bool:
    speakers = words.entries("speech", "speaker")
    if any(low in speakers for low in text) or text[-1:] in (["he"], ["she"], ["they"], ["it"]):
        return True
    if any(i <= party.i < j and not party.crowd for party in parties):
        return True
    # two capitals in a row: a person the lexicon does not know
    capitals = [t for t in scan.sentence.tokens[i:j] if t.capital and t.text.isalpha()]
    return len(capitals) >= 1 and j - i <= 6
