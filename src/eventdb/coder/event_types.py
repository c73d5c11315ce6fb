"""The type of an attack: from its noun, its weapon, its verb, and whether a state made it.

The types are the coding sheet's. A strike by a state is an airstrike, so is a drone strike by one; other drones are
one-way drones. A crowd that storms premises is a riot, fighters who do are an armed assault.
"""

from __future__ import annotations

from eventdb.coder import words
from eventdb.coder.clauses import Piece
from eventdb.coder.mentions import Mention
from eventdb.coder.parties import OF_STATE, Party, principal
from eventdb.coder.scan import Act, Noun, Scan

_PREMISES = words.entries("types", "premises")
_GUNMEN = words.entries("types", "gunmen")
_KILLINGS = words.entries("types", "killings")
_BLASTS = words.entries("types", "blasts")
_BARRAGES = words.entries("types", "barrages")
_GUNS_AND_KNIVES = words.entries("types", "guns and knives")
_GUN_WORDS = words.entries("types", "gun words")
_SHIPS = words.entries("types", "ships")
_FIGHTERS = words.entries("types", "fighters")
_HULLS = words.entries("types", "hulls")
_EXPLOSIVES = words.entries("types", "explosives")
_SHELLING = words.entries("types", "shelling")
_STRIKES = words.entries("types", "strikes")
_ORDER = {section: n for n, (section, _) in enumerate(words.spelled("types")["order of weapons"])}
_ANY_WEAPON = words.entries("types", "any weapon")
# nouns whose type a weapon beside them decides: their section of events.txt → which of them
_BY_WEAPON = {"armed_assault": _KILLINGS, "bombing": _BLASTS, "shelling": _BARRAGES}
_BESIDE_FIGHTERS = frozenset({"by", "with", "against", "between"})
_UNDECIDED = frozenset({"attack", "strike", "clash", "raid"})  # sections of events.txt that leave the type open


def decide(
    piece: Piece, mention: Mention, acts: list[Act], weapons: list[Noun], parties: list[Party]
) -> tuple[str, str]:
    """The event type and the rule that decided it."""
    noun, lows = mention.noun, mention.scan.sentence.lows[piece.i : piece.j]
    inside = [p for p in parties if piece.i <= p.i < piece.j]
    by_state = any(p.kind in OF_STATE or p.kind == "person" for p in inside)
    if mention.agent is not None and mention.agent.crowd:
        return "riot", "by a crowd"
    if any(a.base == "storm" for a in acts) or (noun is not None and noun.value == "storming"):
        crowd = any(p.crowd for p in inside)
        if crowd or (_PREMISES & set(lows) and not weapons and not _GUNMEN & set(lows)):
            return "riot", "storming of premises or by a crowd"
        return "armed_assault", "storming"
    if noun is not None and noun.section not in _UNDECIDED:
        return _by_noun(noun, acts, weapons, by_state)
    usable = [w for w in weapons if not _is_victim(w, acts) and not _is_target(w, noun, mention.scan.sentence.lows)]
    if mention.act is not None and mention.act.section == "clash":
        usable = [w for w in usable if w.section != "airstrike"]  # "clashed as a helicopter flew overhead"
    agent_of_state = mention.agent is not None and principal(mention.agent).kind in OF_STATE
    verb = mention.act.i if mention.act is not None else -1
    carriers = [w for w in usable if w.section in ("drone_attack", "airstrike") and w.i < verb]
    if agent_of_state and carriers and any(w.i > verb for w in usable):
        return "airstrike", "fired from the aircraft of a state"  # "a U.S. drone fired missiles at his convoy"
    if usable:
        return _by_weapon(usable, noun, by_state)
    if noun is not None and noun.section == "raid":
        return "raid", f"noun: {noun.value}"
    agent = principal(mention.agent).kind if mention.agent is not None else None
    return _by_verb(noun, acts, set(lows), by_state, agent)


def _by_noun(noun: Noun, acts: list[Act], weapons: list[Noun], by_state: bool) -> tuple[str, str]:
    if weapons and noun.value in _BY_WEAPON.get(noun.section, ()):
        return _by_weapon(weapons, noun, by_state)
    if noun.value == "drone strike" and by_state:
        return "airstrike", "drone strike of a state"
    if noun.value == "killing" and not acts:
        return "other_attack", "killing"
    return noun.section, f"noun: {noun.value}"


def _by_weapon(weapons: list[Noun], noun: Noun | None, by_state: bool) -> tuple[str, str]:
    if noun is None:
        weapon = min(weapons, key=lambda w: (_ORDER.get(w.section, len(_ORDER)), w.i))
    else:
        weapon = min(weapons, key=lambda w: abs(w.i - noun.i))
    if weapon.section == "drone_attack" and noun is not None and noun.section == "strike" and by_state:
        return "airstrike", "drone strike of a state"
    return weapon.section, f"weapon: {weapon.value}"


def _by_verb(noun: Noun | None, acts: list[Act], lows: set[str], by_state: bool, agent: str | None) -> tuple[str, str]:
    bases, kinds = {a.base for a in acts}, {a.section for a in acts}
    section = noun.section if noun is not None else None
    if "abduct" in kinds and _SHIPS & lows and not bases & {"kidnap", "abduct"}:
        return "naval_attack", "a ship taken"
    if "abduct" in kinds:
        return "abduction", "verb: " + next(a.base for a in acts if a.section == "abduct")
    shot = "shoot" in bases and not any(a.base == "shoot" and a.section == "down" for a in acts)
    # "fired on" by a state, or at a ship or an aircraft, may be done with more than guns
    guns = bases & _GUNS_AND_KNIVES - ({"fire"} if agent in OF_STATE or _HULLS & lows else set())
    if guns or shot or _GUN_WORDS & lows:
        return "armed_assault", "guns, knives or an ambush"
    if bases & _EXPLOSIVES:
        return ("airstrike" if by_state and "bomb" in bases else "bombing"), "explosives"
    if bases & _SHELLING:
        return "shelling", "shelling"
    if agent in OF_STATE and "operation" in lows and kinds <= {"kill", "conduct"}:
        return "raid", "killed in an operation"
    if "raid" in bases:
        return "raid", "raid"
    if section == "strike" or bases & _STRIKES:
        return ("airstrike" if agent in OF_STATE else "other_attack"), "strike"
    if section == "clash" or "clash" in kinds:
        return "armed_assault", "clash"
    # "45 militants were killed": they are the dead
    suffered = all(act.passive for act in acts) and not _BESIDE_FIGHTERS & lows
    doing = kinds & {"attack", "kill"} and not suffered
    if _FIGHTERS & lows and doing and not _HULLS & lows and agent not in OF_STATE:
        return "armed_assault", "fighters"
    if acts and noun is None and kinds == {"kill"} and bases == {"kill"}:
        return "other_attack", "killing"
    return "other_attack", "attack"


def _is_victim(weapon: Noun, acts: list[Act]) -> bool:
    """A drone that is shot down, an aircraft that is destroyed, is not the weapon."""
    return any(
        a.section in ("down", "harm", "abduct")
        and (0 <= a.group_start - weapon.j <= 4 if a.passive else 0 <= weapon.i - a.j <= 6)
        for a in acts
    )


def _is_target(weapon: Noun, noun: Noun | None, lows: list[str]) -> bool:
    """ "Strikes against missiles that were ready to launch": they were hit, not used."""
    if noun is None or noun.section not in ("strike", "attack", "raid", "airstrike") or weapon.i < noun.j:
        return False
    return bool({"against", "on", "targeting"} & set(lows[noun.j : weapon.i])) and "with" not in lows[noun.j : weapon.i]


def weapon_of(scan: Scan, weapons: list[Noun], kind: str) -> tuple[Noun | None, int | None]:
    """The weapon that fits the type, a counted one before others, and how many of it."""
    harmed = [a for a in scan.acts if a.section in ("down", "harm")]
    fitting = [w for w in weapons if (w.section == kind or kind in _ANY_WEAPON) and not _is_victim(w, harmed)]
    for weapon in fitting:
        count = next((q.low for q in scan.quantities if q.j <= weapon.i <= q.j + 3 and not q.vague), None)
        if count is not None:
            return weapon, count
    return (fitting[0] if fitting else None), None
