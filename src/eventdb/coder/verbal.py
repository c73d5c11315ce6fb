"""Verbal events: a vow of or call for attacks by an armed actor, and a halt that it announces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from eventdb.coder import words
from eventdb.coder.parties import ARMED, Party, principal
from eventdb.coder.scan import Scan, governed
from eventdb.coder.speech import Speech

_VOWS = words.entries("verbal", "vows")
_ALSO_NOUNS = words.entries("verbal", "also nouns")
_NOUNS_TOO = words.entries("verbal", "nouns too")
_BEFORE_NOUN = words.entries("verbal", "before a noun")
_NO_VOWS = words.entries("verbal", "no vows")
_WILL = words.entries("verbal", "will")
_CALLS_TO_WAR = words.entries("verbal", "calls to war")
_GO_ON = words.entries("verbal", "go on")
_STOP = words.entries("verbal", "stop")
_STOP_OTHERS = words.entries("verbal", "stop") | words.entries("verbal", "halts")
_PASSED_OVER = words.entries("verbal", "passed over")
_ATTACKS = words.entries("verbal", "attacks")
_HALTED = _ATTACKS | words.entries("verbal", "also halted")
_HALTS = words.entries("verbal", "halts")
_TO_STOP = words.entries("verbal", "to stop")
_NO_HALT = words.entries("verbal", "no halt")
_ANNOUNCING = words.entries("verbal", "announcing")
_ASKED_FOR = words.entries("verbal", "asked for")
_THE_ACTOR = words.entries("verbal", "the actor")
_THE_SPEAKER = words.entries("verbal", "the speaker")
_BARE = words.entries("verbal", "bare names")


_FIRST = _VOWS | _WILL | _CALLS_TO_WAR | _HALTS  # words that may begin an announcement
_TITLE = 3  # tokens of a leader's title, between his group and his name


@dataclass(frozen=True, slots=True)
class Verbal:
    """An announcement by `actor` in one sentence, as `speaker` says it (None: the article)."""

    type: Literal["threat", "suspension"]
    actor: Party
    speaker: str | None
    rule: str


def find(scan: Scan, parties: list[Party], speeches: list[Speech], focus: Party | None) -> list[Verbal]:
    """The announcements of a sentence, at most a halt and a threat.

    `focus` is the armed actor last spoken of, for "it" and "the group".
    """
    tokens = [k for k, low in enumerate(scan.sentence.lows) if low in _FIRST]
    if not tokens:
        return []
    halt = next((v for k in tokens if (v := _halt(scan, parties, speeches, k))), None)
    threat = next((v for k in tokens if (v := _threat(scan, parties, speeches, focus, k))), None)
    return [verbal for verbal in (halt, threat) if verbal is not None]


def _threat(scan: Scan, parties: list[Party], speeches: list[Speech], focus: Party | None, k: int) -> Verbal | None:
    """The vow, call or announcement of attacks that the word at token k makes."""
    lows = scan.sentence.lows
    rule = _vow(scan, speeches, k)
    if rule is None:
        return None
    reach = set(lows[k + 1 : k + 14]) | (set(lows[max(0, k - 8) : k]) if rule == "says it will" else set())
    if rule != "call" and not _ATTACKS & reach:  # "attacks will not stop" has them before it
        return None
    if _STOP_OTHERS & set(lows[k + 1 : k + 8]) and rule == "vow" and lows[k].startswith(("call", "urg")):
        return None  # "called on the group to stop its attacks"
    if lows[k] != "won't" and lows[k + 1 : k + 2] != ["not"] and _TO_STOP & set(lows[k + 1 : k + 4]):
        return None
    speaking = _by_speech(speeches)
    actor = (speaking if rule == "says it will" else None) or _armed(parties, k, lows) or speaking
    if actor is None and _THE_ACTOR & set(lows[max(0, k - 6) : k + 1]):
        actor = focus
    return Verbal("threat", actor, speeches[0].text if speeches else None, rule) if actor is not None else None


def _vow(scan: Scan, speeches: list[Speech], k: int) -> str | None:
    """What kind of vow the word at token k begins: "vow", "says it will", "call", or None."""
    lows = scan.sentence.lows
    low, before = lows[k], lows[k - 1] if k else ""
    if low in _ALSO_NOUNS and k and (scan.name_at(k - 1) is not None or before in _BEFORE_NOUN):
        return None
    if low in _NOUNS_TOO and (before in _BEFORE_NOUN or lows[k + 1 : k + 2] == ["of"]):
        return None  # "with promises of help"
    if low in _VOWS and before not in _NO_VOWS:
        if low.startswith(("call", "urg")) and not (
            lows[k + 1 : k + 2] in (["for"], ["on"]) or "to" in lows[k : k + 6]
        ):
            return None
        return "vow"
    if low in _WILL and speeches and k:
        after = [low for low in lows[k + 1 : k + 4] if low not in _PASSED_OVER]
        going_on = after[:1] and after[0] in _GO_ON | _ATTACKS
        unstopped = (low == "won't" or lows[k + 1 : k + 2] == ["not"]) and _STOP & set(lows[k + 1 : k + 4])
        return "says it will" if (going_on or unstopped) and _speaks_for_itself(speeches) else None
    return "call" if low in _CALLS_TO_WAR and "jihad" in lows else None


def _armed(parties: list[Party], k: int, lows: list[str]) -> Party | None:
    """The armed actor before token k, or the group of the leader who speaks."""
    before = [p for p in parties if p.j <= k and k - p.j <= 45]
    for n in range(len(before) - 1, -1, -1):
        party, actor = before[n], principal(before[n])
        led = n and actor.kind == "person" and 0 <= party.i - before[n - 1].j <= _TITLE
        if led and k - party.j <= _TITLE and principal(before[n - 1]).kind in ARMED:
            continue  # "Hezbollah chief Hassan Nasrallah threatened": the group speaks through him
        if actor.kind in ARMED and not actor.crowd and actor.name.lower() not in _BARE:
            return actor
        if (
            actor.kind in ("state", "state_force", "person")
            and k - party.j <= 6
            and "—" not in lows[party.j : k]
            and not governed(lows, party.i)
        ):
            return None
    return None


def _speaks_for_itself(speeches: list[Speech]) -> bool:
    """Whether the one who says what will be done is armed himself: others only foretell it."""
    return any(
        (speech.party is not None and principal(speech.party).kind in ARMED)
        or bool(_THE_SPEAKER & set((speech.text or "").lower().split()))
        for speech in speeches
    )


def _by_speech(speeches: list[Speech]) -> Party | None:
    """The armed actor who speaks."""
    actors = [principal(speech.party) for speech in speeches if speech.party is not None]
    return next((actor for actor in actors if actor.kind in ARMED and actor.name.lower() not in _BARE), None)


def _halt(scan: Scan, parties: list[Party], speeches: list[Speech], k: int) -> Verbal | None:
    """The halt to attacks that the word at token k announces."""
    lows = scan.sentence.lows
    if lows[k] not in _HALTS or not _HALTED & set(lows[k + 1 : k + 6]):
        return None
    before = set(lows[max(0, k - 4) : k])
    if before & _NO_HALT or (lows[k].startswith(("stop", "cease")) and not before & _ANNOUNCING):
        return None
    actor = _armed(parties, k, lows)
    if actor is None or _ASKED_FOR & set(lows[max(0, k - 8) : k]):
        return None
    speaker = next((s.text for s in speeches if 0 < k - s.k < 8), None)
    return Verbal("suspension", actor, speaker, f"{lows[k]} of attacks")
