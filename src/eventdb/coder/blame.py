"""Who says who did it, and how surely: what a blame is, and what lies in naming the agent of an attack.

The stances are the coding sheet's: MUC-4's grades of perpetrator confidence and GTD's claims in one list; the
confidence of each is a point inside the range of the ICD 203 words that stand for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from eventdb import sheet
from eventdb.coder import words
from eventdb.coder.parties import OF_STATE, Party, principal, same
from eventdb.coder.scan import BE, Scan
from eventdb.coder.speech import Speech

CONFIDENCE: dict[sheet.Stance, int | None] = {
    "claimed": 85,
    "stated": 90,
    "accused": 75,
    "suspected": 60,
    "denied": 5,
    "declined": None,
}
IMPLIED = "the answer to it struck this group"  # the rule of an attribution that nobody speaks
ALONE = "no other is told to strike there"  # likewise
_IMPLIED_CONFIDENCE = 45  # ICD 203's "roughly even chance": the coder's inference, and no voice's word
_OWN_VOICES = words.entries("blame", "own voices")
_HEDGES = words.entries("speech", "hedge")
_DOUBT = words.entries("blame", "doubt")


@dataclass(frozen=True, slots=True)
class Blame:
    """`actor` (None: nobody named) is said by `speaker` (None: the article) to have done it, in the word at `at`."""

    actor: Party | None
    speaker: str | None
    speaker_party: Party | None
    stance: sheet.Stance
    at: int
    rule: str


Reader = tuple[frozenset[str], Callable[[Scan, list[Party], list[Speech], int], list[Blame]]]
"""Words, and what reads one of them, at a token of a sentence with its parties and speeches."""


def confidence(said: Blame) -> int | None:
    """How surely it is said, 0 to 100; None where an authority declines to say."""
    return _IMPLIED_CONFIDENCE if said.rule in (IMPLIED, ALONE) else CONFIDENCE[said.stance]


def of_agent(scan: Scan, agent: Party, speeches: list[Speech], at: int, presupposed: bool) -> Blame:
    """The attribution that lies in naming the agent: in the article's own voice, or in a speaker's.

    `presupposed`: a definite noun phrase holds the agent ("the U.S. airstrikes"); the article takes it as known.
    """
    lows = scan.sentence.lows
    verb = min([at, agent.j + 4, *(act.i for act in scan.acts if act.i >= agent.j and act.section != "conduct")])
    hedged = bool(
        _HEDGES & set(lows[max(0, agent.i - 3) : max(verb, agent.j + 1)]) or _DOUBT & set(lows[max(0, at - 3) : at])
    )
    speaker = covering(speeches, at, lows) or _between(speeches, at, agent, lows)
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


def _between(speeches: list[Speech], at: int, agent: Party, lows: list[str]) -> Speech | None:
    """ "An attack Riyadh said was launched by X": who says it stands between the attack and its agent."""
    return next((s for s in speeches if at < s.k < agent.i and lows[s.k + 1] in BE), None)


def _set_apart(speech: Speech, lows: list[str]) -> bool:
    first = min(speech.i, speech.k)
    return (
        lows[speech.k] == "according"
        or bool({",", '"', "—"} & set(lows[max(0, first - 3) : first]))
        or speech.i > speech.k
    )
