"""Verbal events: a vow of or call for attacks by an armed actor, and a halt that it announces."""

from __future__ import annotations

from dataclasses import dataclass

from eventdb.coder.parties import Party, principal
from eventdb.coder.scan import Scan
from eventdb.coder.speech import Speech

_VOW = frozenset(
    "vow vows vowed vowing threaten threatens threatened threatening pledge pledged pledges promise promised promises swear swore sworn warned warns calling called calls urge urged urges urging".split()
)
_GO_ON = frozenset("continue continuing keep resume escalate intensify expand".split())
_HALT = frozenset(
    "suspend suspends suspended suspending suspension halt halts halted halting pause paused pausing pauses stop stopped stopping cease ceased cessation freeze".split()
)
_ATTACKS = frozenset(
    "attack attacks strike strikes operations operation attacking targeting striking hostilities jihad retaliate revenge assaults bombings missiles target hit".split()
)
_ARMED = frozenset({"armed_group", "umbrella", "party"})


@dataclass(frozen=True, slots=True)
class Verbal:
    """An announcement by `actor` in one sentence; `type` is "threat" or "suspension"."""

    type: str
    actor: Party
    speaker: Party | None
    speaker_text: str | None
    scan: Scan
    i: int
    j: int
    rule: str


def find(scan: Scan, parties: list[Party], speeches: list[Speech], focus: Party | None) -> list[Verbal]:
    """The announcements of a sentence. `focus` is the armed actor last spoken of, for "it" and "the group"."""
    lows = scan.sentence.lows
    found = []
    for k, low in enumerate(lows):
        if low in _HALT and (verbal := _halt(scan, parties, speeches, focus, k)):
            found.append(verbal)
            break
    for k, low in enumerate(lows):
        kind = None
        if (
            low in ("calls", "threat", "threats")
            and k
            and (scan.name_at(k - 1) is not None or lows[k - 1] in ("the", "its", "their"))
        ):
            continue  # the noun
        if low in _VOW and not (k and lows[k - 1] in ("so", "phone", "roll")):
            kind = "vow"
        elif (
            low in ("will", "would", "won't")
            and k
            and any(w in ("said", "says", "it", "group", "that") for w in lows[max(0, k - 8) : k])
            and bool(speeches)
        ):
            kind = "says it will"
        elif low in ("open", "door") and "jihad" in lows:
            kind = "call"
        if kind is None:
            continue
        reach = lows[k + 1 : k + 14]
        if not set(reach) & _ATTACKS and kind != "call":
            continue
        after = [low for low in lows[k + 1 : k + 4] if low not in ("not", "also", "never", "soon", "now")]
        if kind == "says it will" and not _speaks_for_itself(speeches):
            continue
        if kind == "says it will" and not (
            set(after[:1]) & (_GO_ON | _ATTACKS)
            or low == "won't"
            and set(lows[k + 1 : k + 3]) & {"stop", "cease", "end"}
        ):
            continue
        if low.startswith(("call", "urg")) and not (
            lows[k + 1 : k + 2] in (["for"], ["on"]) or "to" in lows[k : k + 6]
        ):
            continue
        if set(lows[k + 1 : k + 4]) & {"stop", "end", "halt", "suspend", "pause", "cease"} and low != "won't":
            continue
        actor = (
            _armed(parties, k, lows)
            or _by_speech(speeches)
            or (focus if {"it", "group", "militia", "he", "its"} & set(lows[max(0, k - 6) : k + 1]) else None)
        )
        if actor is None:
            continue
        speaker = speeches[0] if speeches else None
        found.append(
            Verbal(
                "threat",
                actor,
                speaker.party if speaker else None,
                speaker.text if speaker else None,
                scan,
                0,
                len(lows),
                kind,
            )
        )
        break
    return found


def _armed(parties: list[Party], k: int, lows: list[str]) -> Party | None:
    """The armed actor before token k, or the group of the leader who speaks."""
    for party in reversed([p for p in parties if p.j <= k and k - p.j <= 24]):
        actor = principal(party)
        if actor.kind in _ARMED and not actor.crowd and actor.name.lower() not in ("group", "faction"):
            return actor
        if (
            actor.kind in ("state", "state_force", "person")
            and k - party.j <= 6
            and "—" not in lows[party.j : k]
            and not {"and", "of", "on", "against", "in"} & set(lows[max(0, party.i - 2) : party.i])
        ):
            return None
    return None


def _speaks_for_itself(speeches: list[Speech]) -> bool:
    """Whether the one who says what will be done is armed himself: others only foretell it."""
    for speech in speeches:
        if (
            speech.party is not None
            and principal(speech.party).kind in _ARMED
            or {"it", "they", "group", "militia", "movement"} & set((speech.text or "").lower().split())
        ):
            return True
    return False


def _by_speech(speeches: list[Speech]) -> Party | None:
    for speech in speeches:
        if speech.party is not None:
            actor = principal(speech.party)
            if actor.kind in _ARMED and actor.name.lower() not in ("group", "faction"):
                return actor
    return None


def _halt(scan: Scan, parties: list[Party], speeches: list[Speech], focus: Party | None, k: int) -> Verbal | None:
    lows = scan.sentence.lows
    if not set(lows[k + 1 : k + 6]) & (_ATTACKS | {"military", "fighting"}):
        return None
    before = lows[max(0, k - 4) : k]
    if {"won't", "not", "n't", "until", "to stop"} & set(before) or "until" in lows[max(0, k - 2) : k]:
        return None
    if lows[k].startswith(("stop", "cease")) and not {"would", "will", "to", "announced", "agreed"} & set(before):
        return None
    actor = _armed(parties, k, lows)
    if actor is None:
        return None
    if {"urge", "urged", "calls", "called", "demanded", "demand", "pressed", "asked"} & set(lows[max(0, k - 8) : k]):
        return None
    speaker = next((s for s in speeches if s.k < k and k - s.k < 8), None)
    return Verbal(
        "suspension",
        actor,
        speaker.party if speaker else None,
        speaker.text if speaker else None,
        scan,
        0,
        len(lows),
        f"{lows[k]} of attacks",
    )
