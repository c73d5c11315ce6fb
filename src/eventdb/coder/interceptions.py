"""What was shot down: a missile or drone that was sent at somebody is an attack by its sender, whoever brought it down.

"The destroyer shot down two missiles fired by the Houthis" tells an attack by the Houthis. "Rebels downed a U.S. drone"
tells one by the rebels: what belongs to an army and is lost was no attack.
"""

from __future__ import annotations

from eventdb.coder import words
from eventdb.coder.clauses import Piece
from eventdb.coder.parties import GROUPS, OF_STATE, Party, principal
from eventdb.coder.scan import Act, Noun, Scan

_SENT = frozenset({"missile_attack", "rocket_attack", "drone_attack"})  # sections of weapons.txt that fly at somebody
_WATCHING = words.entries("triggers", "watching")
_SENDING = words.entries("triggers", "sending")
_DEFENCE = frozenset({"defence", "defences", "defense", "defenses"})
_REACH = 9  # tokens between the verb and what was shot down


def sent(scan: Scan, piece: Piece, act: Act, agent: Party | None) -> Noun | None:
    """The weapon that a verb of shooting down tells to have been sent at somebody, or None."""
    if act.section != "down":
        return None
    i, j = (act.group_start - _REACH, act.group_start) if act.passive else (act.j, act.j + _REACH)
    flown = [n for n in scan.nouns if n.kind == "weapon" and max(i, piece.i) <= n.i < min(j, piece.j)]
    if not flown:
        return None
    flown = [n for n in flown if n.section in _SENT] or flown  # "drones packed with explosives"
    weapon = flown[-1] if act.passive else flown[0]
    if weapon.section not in _SENT or _WATCHING & set(scan.sentence.lows[max(0, weapon.i - 3) : weapon.i]):
        return None
    shot = (
        agent is not None and (agent.i > act.i) == act.passive
    )  # "drones fired by the Houthis were downed": not by them
    of_group = agent is not None and shot and principal(agent).kind in GROUPS - OF_STATE
    lost = not weapon.plural and weapon.section == "drone_attack" and _owner_of_state(scan, weapon)
    defended = act.base == "intercept" or _DEFENCE & set(scan.sentence.lows)
    return None if of_group or (lost and not defended) else weapon


def sender(scan: Scan, act: Act, weapon: Noun, parties: list[Party]) -> Party | None:
    """Who sent it: whose it is ("Ukrainian drones"), or who fired it ("launched by", "fired from … areas")."""
    first = -1 if act.passive else act.i
    before = [p for p in parties if first < p.i < weapon.i and weapon.i - p.j <= 2 and p.kind != "person"]
    if before:
        return before[-1]
    lows = scan.sentence.lows
    for k in range(weapon.j, min(weapon.j + 4, len(lows) - 1)):
        if lows[k] in _SENDING and lows[k + 1] in ("by", "from"):
            # "fired from Yemen": a country is where it came from, and need not have sent it
            kinds = GROUPS | OF_STATE if lows[k + 1] == "by" else GROUPS - OF_STATE
            return next((p for p in parties if k + 1 < p.i <= k + 5 and p.kind in kinds), None)
    # "X launched 55 drones, of which 49 were shot down"
    fired = next((a for a in scan.acts if a.section == "fire" and not a.passive and a.i < weapon.i), None)
    return next((p for p in parties if fired is not None and 0 <= fired.group_start - p.j <= 1), None)


def _owner_of_state(scan: Scan, weapon: Noun) -> bool:
    """Whether the name of a state stands before a drone: "a U.S. drone"."""
    name = next((n for n in scan.names if 0 <= weapon.i - n.j <= 1), None)
    return name is not None and name.who is not None and name.who.kind in OF_STATE
