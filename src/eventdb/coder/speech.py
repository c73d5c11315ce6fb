"""Who speaks in a sentence: "X said", "according to X", "X believe that"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from eventdb.coder import words
from eventdb.coder.parties import Party
from eventdb.coder.scan import ARTICLES, HELD, Scan, governed

_KINDS: tuple[Literal["say", "believe"], ...] = ("say", "believe")
_SPEAKERS = words.entries("speech", "speaker")
_FORMS = frozenset(form for kind in _KINDS for form in words.verbs("speech", kind))
_NO_VERBS = words.entries("speech", "no verbs")
_ING = words.entries("speech", "-ing forms")
_MESSAGES = words.entries("speech", "messages")
_ADJECTIVES = words.entries("speech", "often adjectives")
_BEFORE_ADJECTIVE = words.entries("speech", "before an adjective")
_BEFORE_NOUN = words.entries("speech", "before a noun")
_BEFORE_VERB = words.entries("speech", "before the verb")
_NO_SPEAKER = words.entries("speech", "ends a speaker")
_ENDS_FOLLOWING = words.entries("speech", "ends a speaker that follows")
_TITLES = words.entries("speech", "titles")
_PASSED_OVER = words.entries("speech", "passed over")
_BEFORE_TARGET = words.entries("speech", "before a target")
_BEFORE_PHRASE = words.entries("speech", "before a phrase")
_AUXILIARIES = words.entries("speech", "auxiliaries")
_THINGS = words.entries("speech", "things")
_PRONOUNS = words.entries("speech", "pronouns")
_HELD_TO = HELD - frozenset(words.verbs("speech", "claim"))
_NAMING = words.entries("speech", "naming")
_STOP = frozenset(',;:"()—.')


@dataclass(frozen=True, slots=True)
class Speech:
    """A speaker at tokens i to j (`text` without its article) and the verb at `k` with its class ("say", "believe")."""

    i: int
    j: int
    text: str | None
    party: Party | None
    k: int
    kind: Literal["say", "believe"]
    parties: tuple[Party, ...] = ()  # all whom the speaker's phrase names


def find(scan: Scan, parties: list[Party]) -> list[Speech]:
    """The speeches of a sentence, in order."""
    lows = scan.sentence.lows
    found: list[Speech] = []
    for k, low in enumerate(lows):
        if low == "according" and lows[k + 1 : k + 2] == ["to"]:
            i, j = _forward(scan, k + 2)
            if j > i and not _THINGS & set(lows[i:j]):
                found.append(_speech(scan, parties, (i, j), k, "say"))
            continue
        if low not in _FORMS or (low in _HELD_TO and lows[k + 1 : k + 2] == ["to"]):
            continue  # "X, believed to be behind it": who believes so is not said
        kind = next((kind for kind in _KINDS if _is_verb(scan, k, kind)), None)
        if kind is None:
            continue
        i, j = _forward(scan, k + 1) if _is_inverted(scan, k) else _backward(scan, k)
        joined = low in _ING and lows[k - 1 : k] == [","]  # ", saying that it acted for X": who acts speaks
        if j <= i and k + 1 < len(lows) and (k == 0 or lows[k - 1] in _STOP) and not joined:
            i, j = _forward(scan, k + 1)
        issuer = _issuer(scan, parties, k)
        if issuer is not None:
            i, j = issuer.i, issuer.j
        if low in _NAMING and lows[i : i + 1] == ["what"]:
            continue  # "hit what it described as a depot" says nothing of who hit it
        if j > i and _may_speak(scan, i, j, parties):
            found.append(_speech(scan, parties, (i, j), k, kind))
    return found


def _issuer(scan: Scan, parties: list[Party], k: int) -> Party | None:
    """ "The army issued a statement on Monday saying": who issues what says it."""
    lows = scan.sentence.lows
    told = next((n for n in range(k - 1, max(-1, k - 8), -1) if lows[n] in _MESSAGES), None)
    if lows[k] not in _ING or told is None:
        return None
    before = [p for p in parties if p.j <= told and told - p.j <= 8 and not governed(lows, p.i) and not p.crowd]
    return before[-1] if before else None


def resolve(speeches: list[Speech], last: Speech | None) -> list[Speech]:
    """The speeches, with "he" and the like put as the speaker before; `last` is the one of earlier sentences."""
    found: list[Speech] = []
    for speech in speeches:
        if last is not None and (speech.text or "").lower() in _PRONOUNS:
            speech = replace(speech, text=last.text, party=last.party, parties=last.parties)  # noqa: PLW2901
        found.append(speech)
        last = speech
    return found


def _is_inverted(scan: Scan, k: int) -> bool:
    """Whether the speaker follows: ", said Ahmad Karimi, a doctor"."""
    tokens = scan.sentence.tokens
    return (
        0 < k < len(tokens) - 1
        and tokens[k].low != "told"  # who follows is told it
        and tokens[k - 1].text in (",", '"')
        and tokens[k + 1].capital
        and tokens[k + 1].text.isalpha()
    )


def _is_verb(scan: Scan, k: int, kind: str) -> bool:
    """Whether token k is a verb of speech of that class here, and not a noun or an adjective."""
    lows = scan.sentence.lows
    low, before = lows[k], lows[k - 1] if k else ""
    forms = words.verbs("speech", kind).get(low)
    if not forms or (forms[0].form == "base" and low in _NO_VERBS):
        return False
    if (low == "states" and before == "united") or (forms[0].form == "ing" and low not in _ING):
        return False
    if low not in _ADJECTIVES:
        return True
    named = low in _BEFORE_NOUN and k + 1 < len(lows) and scan.at.get(k + 1) is not None
    return k > 0 and before not in _BEFORE_ADJECTIVE and not named


def _speech(scan: Scan, parties: list[Party], span: tuple[int, int], k: int, kind: Literal["say", "believe"]) -> Speech:
    i, j = span
    lows = scan.sentence.lows
    near = [party for party in parties if i < party.i and j - 2 <= party.j <= j and k >= j]
    if near and not _in_phrase(lows, near[-1].i) and _BEFORE_TARGET & set(lows[i : near[-1].i]):
        i = near[-1].i  # "strikes on depots that the ministry says": the speaker is what stands at the verb
    while i < j and lows[i] in _PASSED_OVER:
        i += 1
    j = next((n for n in range(i + 1, j) if lows[n] in _AUXILIARIES), j)
    beside = next((party for party in parties if party.j == i - 1 and lows[party.j] == "and"), None)
    if beside is not None and k >= j and any(party.i == i for party in parties) and not governed(lows, beside.i):
        i = beside.i  # "Iran and Hamas say"
    inside = tuple(party for party in parties if i <= party.i < j)
    person = next((party for party in inside if party.kind == "person"), None)
    text = scan.sentence.words(i, j).rstrip(" ,") or None
    return Speech(i, j, text, person or (inside[0] if inside else None), k, kind, inside)


def _in_phrase(lows: list[str], i: int) -> bool:
    """Whether what begins at token i is governed by a preposition: "a militia in Iraq"."""
    while i > 0 and lows[i - 1] in ARTICLES:
        i -= 1
        if lows[i] == "the":
            return False
    return i > 0 and lows[i - 1] in _BEFORE_PHRASE


def _backward(scan: Scan, k: int) -> tuple[int, int]:
    """The noun phrase that ends at the verb, over its auxiliaries and adverbs."""
    lows = scan.sentence.lows
    j = k
    while j > 0 and (lows[j - 1] in _BEFORE_VERB or lows[j - 1].endswith("ly")):
        j -= 1
    i = j
    if i > 0 and lows[i - 1] == ",":  # an apposition: "John Kirby, a spokesman, said"
        back = i - 2
        while back > 0 and i - back < 16 and lows[back] != ",":
            back -= 1
        if lows[back] != "," or back <= 0:
            return k, k
        i = back
    while i > 0 and j - i < 18 and lows[i - 1] not in _STOP and lows[i - 1] not in _NO_SPEAKER:
        if any(act.i <= i - 1 < act.j for act in scan.acts):
            break
        i -= 1
    return i, j


def _forward(scan: Scan, k: int) -> tuple[int, int]:
    """The noun phrase that begins at token k."""
    lows = scan.sentence.lows
    j = k
    while j < len(lows) and j - k < 14:
        titled = lows[j] == "." and j + 1 < len(lows) and lows[j - 1] in _TITLES
        if (lows[j] in _STOP and not titled) or (lows[j] in _ENDS_FOLLOWING and j > k + 1):
            break
        j += 1
    return k, j


def _may_speak(scan: Scan, i: int, j: int, parties: list[Party]) -> bool:
    """Whether tokens i to j are somebody who may speak: a listed noun, a pronoun, an actor, or an unknown name."""
    lows = scan.sentence.lows
    if _SPEAKERS & set(lows[i:j]) or lows[j - 1] in _PRONOUNS:
        return True
    if any(i <= party.i < j and not party.crowd for party in parties):
        return True
    if i > 0 and lows[i - 1] in _STOP and j - i <= 8 and not any(a.i >= i and a.j <= j for a in scan.acts):
        ends = j + 1 >= len(lows) or lows[j + 1] in _STOP or any(scan.token_at(w.start) == j + 1 for w in scan.whens)
        if ends and lows[j - 1].isalpha():
            return True  # ", a village head said.": whoever stands between the comma and the verb
    return j - i <= 6 and any(token.capital and token.text.isalpha() for token in scan.sentence.tokens[i:j])
