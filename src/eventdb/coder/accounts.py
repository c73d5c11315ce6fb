"""What a party says that it did, told after the attack was told: "the army said it had struck a depot"."""

from __future__ import annotations

from eventdb.coder import words
from eventdb.coder.blame import Blame
from eventdb.coder.geography import Spot, agree
from eventdb.coder.incidents import Dated, Incident
from eventdb.coder.mentions import Mention
from eventdb.coder.parties import OF_STATE, principal, same

_ANOTHER = words.entries("story", "another")
# what a state's forces do: of a bomb on a market they give no account of their own
_OF_FORCES = frozenset(
    {"airstrike", "shelling", "missile_attack", "rocket_attack", "drone_attack", "raid", "other_attack"}
)
_REACH = 3  # sentences between an attack and its maker's account of it


def attack_meant(
    mention: Mention, spot: Spot | None, dated: Dated | None, incidents: list[Incident], blames: list[Blame]
) -> Incident | None:
    """The incident last told, where the mention is its maker's own account: no day of its own, no other maker known.

    `blames` are those of its sentence: who claims a deed gives an account of it, too.
    """
    lows = mention.scan.sentence.lows
    claims = (b.actor for b in blames if b.stance == "claimed" and b.at < mention.at)
    maker = mention.agent if mention.own_account else next(claims, None)
    if dated is not None or maker is None or _ANOTHER & set(lows) or not incidents:
        return None
    latest = max(incidents, key=lambda i: i.mentions[-1].scan.sentence.index)
    gap = mention.scan.sentence.index - latest.mentions[-1].scan.sentence.index
    if not 0 < gap <= _REACH or (spot is not None and latest.spot is not None and agree(spot, latest.spot) is False):
        return None
    agent = principal(maker)
    if latest.agents:
        return latest if any(same(agent, other) for other in latest.agents if not other.crowd) else None
    fits = mention.type in latest.types or "other_attack" in (mention.type, latest.type)
    return latest if fits and (agent.kind not in OF_STATE or latest.type in _OF_FORCES) else None
