"""Which words of a piece are an attack: its verbs, its noun, and the noun's phrase."""

from __future__ import annotations

from functools import cache

from eventdb.coder import idioms, words
from eventdb.coder.clauses import Piece
from eventdb.coder.mentions import GENERIC
from eventdb.coder.scan import AUXILIARIES, DETERMINERS, MODALS, PREPOSITIONS, PRONOUNS, Act, Noun, Scan

TANGIBLE = words.entries("triggers", "tangible")
_LOOSE_ATTACKS = words.entries("triggers", "loose attacks")
_TARGETING = words.entries("triggers", "targeting")
_WITH_IDIOMS = words.entries("triggers", "with idioms")
_IDIOMS = words.phrases("triggers", "idioms")
_EXPLOSIONS = words.entries("triggers", "explosions")
_CARRIERS = words.entries("triggers", "carriers")
_VEHICLES = words.entries("triggers", "vehicles")
_FLYING = words.entries("triggers", "flying")
_DOWNING = words.entries("triggers", "downing")
_ABDUCTIONS = words.entries("triggers", "abductions")
_SEIZED = words.entries("triggers", "seized")
_BOARDING = words.entries("triggers", "boarding")
_PLANTED = words.entries("triggers", "planted")
_PLANTING = words.entries("triggers", "planting")
_LEFT_SO = words.entries("triggers", "left so")
_STRIKING = words.entries("triggers", "striking")
_NO_OBJECTS = words.entries("triggers", "no objects")
_SENT = frozenset({"missile_attack", "rocket_attack", "drone_attack"})
_DEFINITE = words.entries("triggers", "definite")
_LAW = words.entries("triggers", "law")
_UNDER = words.entries("triggers", "under")
_REACH = 6  # tokens from a verb in which its object or its subject is looked for
_NO_ATTACK = words.entries("triggers", "no attack")
_NOT_WITH_DOWN = words.entries("triggers", "not with down")
_ALSO_CONDUCT = words.entries("triggers", "also conduct")
_PLAIN = words.entries("triggers", "plain")
_ORDER = {section: n for n, (section, _) in enumerate(words.spelled("triggers")["order of verbs"])}
_INSIDE_PHRASE = words.entries("triggers", "inside a noun phrase")
_ENDS_PHRASE = (
    PREPOSITIONS
    | words.entries("triggers", "ends a noun phrase")
    | words.entries("realis", "unreal")
    | {",", ".", ";", ":", "—", '"', "(", ")"}
)


def main_noun(nouns: list[Noun]) -> Noun | None:
    """The most telling event noun: a specific one before a general one, the first of equals."""
    return min(
        nouns,
        key=lambda n: (
            n.section in ("clash", "riot"),
            n.section in GENERIC or (n.value in _PLAIN and any(o.section in GENERIC for o in nouns)),
            n.value in _PLAIN,
            n.i,
        ),
        default=None,
    )


def main_act(acts: list[Act]) -> Act | None:
    """The most telling verb, the first of equals."""
    return min(acts, key=lambda a: (_ORDER[a.section], a.i), default=None)


def is_tangible(low: str) -> bool:
    """Whether a word is a thing that can be hit."""
    return low in TANGIBLE or low.rstrip("s") in TANGIBLE


def is_attack(scan: Scan, act: Act, piece: Piece) -> bool:
    """Whether a verb is a trigger in this piece: weak ones need a weapon, an attack or a victim beside them."""
    near = [n for n in scan.nouns if piece.i <= n.i < piece.j]
    lows = scan.sentence.lows
    weapon = any(n.kind == "weapon" for n in near)
    event = any(n.kind == "event" for n in near)
    if idioms.of_verb(scan, act, piece) is not None:
        return False
    match act.section:
        case "fire":
            fired = [n for n in near if n.kind == "weapon" and n.value not in _CARRIERS]
            return any(act.j - 8 <= n.i <= act.j + 8 for n in fired)
        case "conduct" | "die" | "neutralise" | "repel":
            return False
        case "wound":  # "a bomb wounded a journalist"
            return not act.passive and any(n.kind == "weapon" and 0 <= act.group_start - n.j <= 2 for n in near)
        case "kill":
            return _is_killing(scan, act, near, weapon)
        case "explode":
            return weapon or event or act.base in _EXPLOSIONS
        case "plant":  # "planted a bomb", "a bomb was left outside"
            # "the bomb was hidden in a bin" is one that was told of
            bombs = [n for n in near if n.kind == "weapon" and n.value in _PLANTED and lows[n.i - 1] not in _DEFINITE]
            if act.passive:
                return any(act.group_start - _REACH <= n.i < act.group_start for n in bombs)
            if act.base == "leave":  # "the bomb left twelve dead"
                mine = any(n.kind in ("weapon", "event") and 0 <= act.group_start - n.j <= 2 for n in near)
                return mine and bool(_LEFT_SO & set(lows[act.j : act.j + _REACH + 2]))
            return act.base in _PLANTING and any(act.j <= n.i <= act.j + 3 for n in bombs)
        case "land":
            return any(n.kind == "weapon" and n.i < act.i for n in near)
        case "harm":
            return weapon or any(n.kind == "event" and n.value != "not" for n in near)
        case "down":
            reach = (
                lows[max(piece.i, act.group_start - 8) : act.group_start] if act.passive else lows[act.j : act.j + 8]
            )
            if act.base == "intercept":  # a plane that is intercepted is only met
                return any(n.kind == "weapon" and n.section in _SENT for n in near)
            return act.base in _DOWNING and any(low.rstrip("s") in _FLYING for low in reach)
        case "abduct":
            return _is_taking(scan, act, near)
    return act.base not in _LOOSE_ATTACKS or _has_object(scan, act, piece, near, weapon)


def _is_killing(scan: Scan, act: Act, near: list[Noun], weapon: bool) -> bool:
    lows = scan.sentence.lows
    if act.base in _ALSO_CONDUCT and any(n.kind == "event" and 0 <= n.i - act.j <= 5 for n in near):
        return False
    if act.base in _NOT_WITH_DOWN and lows[act.j : act.j + 1] == ["down"]:
        return False
    return weapon or not _NO_ATTACK & set(lows[act.j : act.j + 4])


def _is_taking(scan: Scan, act: Act, near: list[Noun]) -> bool:
    """Whether people or a ship are taken: "seized three nurses", "were snatched"; passengers who board take none."""
    if act.base in _ABDUCTIONS:
        return True
    i, j = (act.group_start - 4, act.group_start) if act.passive else (act.j, act.j + _REACH)
    if scan.sentence.lows[act.j : act.j + 1] == ["on"]:
        return False  # "captured on camera"
    taken = act.base not in _BOARDING and any(n.kind == "people" and i <= n.i < j for n in near)
    if not act.passive and _LAW & set(scan.sentence.lows[max(0, act.group_start - 2) : act.group_start]):
        return taken
    ship = any(low in _SEIZED or low.rstrip("s") in _SEIZED for low in scan.sentence.lows[max(0, i) : j])
    return taken or (ship and (act.base not in _BOARDING or any(n.kind == "group" for n in near)))


def _has_object(scan: Scan, act: Act, piece: Piece, near: list[Noun], weapon: bool) -> bool:
    """Whether a verb with other senses ("hit", "target") has what an attack has: somebody and something hit."""
    lows = scan.sentence.lows
    if act.base == "come":  # "came under fire"
        return bool(_UNDER & set(lows[act.j : act.j + 4])) or any(n.kind == "event" and n.i <= act.j + 3 for n in near)
    driven = (
        lows[max(piece.i, act.group_start - _REACH) : act.group_start] if act.passive else lows[act.i + 1 : act.i + 6]
    )
    if act.base == "ram" and _VEHICLES & set(lows[max(piece.i, act.group_start - 3) : act.group_start]):
        return True  # "a car rammed into a bus stop"
    if act.base == "drive" and not weapon and not _VEHICLES & set(driven):
        return False  # "troops drove into the city"
    if act.base in _WITH_IDIOMS and tuple(lows[act.j : act.j + 2]) in _IDIOMS:
        return False
    if weapon:
        return True
    if act.passive:
        return (
            any(is_tangible(low) for low in lows[max(piece.i, act.group_start - 10) : act.group_start])
            or any(n.kind in ("people", "group") and n.i < act.i for n in near)
            or any(name.j <= act.i for name in scan.names)
        )
    hit = (
        any(is_tangible(low) for low in lows[act.j : act.j + 8])
        or any(act.j <= name.i <= act.j + 8 for name in scan.names)
        or any(n.kind in ("people", "group") and 0 <= n.i - act.j <= 7 for n in near)
    )
    attackers = any(n.kind == "group" and n.i < act.i for n in near) or any(
        name.who is not None and name.who.kind != "person" and name.i < act.i for name in scan.names
    )
    if attackers and act.base in _STRIKING and lows[act.j : act.j + 1] in (["it"], ["them"]):
        return True  # "the Houthis said their forces had hit it"
    if attackers and act.base in _STRIKING and act.form == "past" and not act.particle and _opens_object(scan, act):
        return True  # "the rebels struck the M/V Swift": whatever it is
    return hit and (attackers or act.base in _TARGETING)


def _opens_object(scan: Scan, act: Act) -> bool:
    """Whether what follows a verb is its object: an article, a number or a name, and no idiom ("struck a deal")."""
    tokens = scan.sentence.tokens[act.j : act.j + 5]
    if not tokens or _NO_OBJECTS & {token.low for token in tokens}:
        return False
    return tokens[0].low in DETERMINERS or tokens[0].capital or any(q.i == act.j for q in scan.quantities)


def phrase_start(scan: Scan, noun: Noun) -> int:
    """The token at which the phrase of a noun begins, its determiner included."""
    lows = scan.sentence.lows
    verbs = {act.i for act in scan.acts}
    i = noun.i
    while i > 0 and noun.i - i < 9:
        before = lows[i - 1]
        if before in DETERMINERS:
            return i - 1
        if before in _ENDS_PHRASE or i - 1 in verbs or before in _verbal():
            break
        i -= 1
    return i


@cache
def _verbal() -> frozenset[str]:
    """Words that are no part of a noun phrase: auxiliaries, modals, pronouns, verbs of speech."""
    said = frozenset(
        text for section in ("say", "believe", "blame", "claim", "deny") for text in words.verbs("speech", section)
    )
    return (said - _INSIDE_PHRASE) | AUXILIARIES | MODALS | PRONOUNS | {"not"}
