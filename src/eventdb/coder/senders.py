"""Whose a missile, a rocket or a drone was: who sent it attacked, not who shot it down."""

from __future__ import annotations

from eventdb.coder import names, words
from eventdb.coder.clauses import Piece
from eventdb.coder.parties import ARMED, GROUPS, Party
from eventdb.coder.scan import PREPOSITIONS, Act, Noun, Scan

_FLOWN = frozenset({"missile_attack", "rocket_attack", "drone_attack"})
_GROUNDS = words.entries("roles", "grounds")
_REACH = 12  # tokens from a verb in which the weapon, or who sent it, is looked for


def met_in_the_air(scan: Scan, act: Act, parties: list[Party]) -> Noun | None:
    """The missile, rocket or drone that a verb shoots down, where whoever does it is attacked by it."""
    if act.section != "down":
        return None
    i, j = (act.group_start - _REACH, act.group_start) if act.passive else (act.i + 1, act.j + _REACH)
    weapon = next((n for n in scan.nouns if i <= n.i < j and n.kind == "weapon" and n.section in _FLOWN), None)
    if weapon is None or weapon.section != "drone_attack" or weapon.plural:
        return weapon
    owner = next((p for p in parties if p.i < weapon.j and p.j in (weapon.i, weapon.j)), None)
    return weapon if owner is None or owner.kind in ARMED else None


def sender(scan: Scan, piece: Piece, weapon: Noun, parties: list[Party]) -> Party | None:
    """Whose a weapon is: "a Houthi missile", "drones launched by X", "rockets that X had fired"."""
    lows = scan.sentence.lows
    for act in scan.acts:
        if act.section != "fire" or not weapon.j <= act.group_start <= weapon.j + _REACH:
            continue
        if lows[act.j : act.j + 1] == ["by"]:
            return next_to(scan, parties, act.j + 1)
        subject = next((p for p in reversed(parties) if weapon.j <= p.i and p.j <= act.group_start), None)
        if subject is not None:
            return subject
    owner = next((p for p in parties if p.i < weapon.j and p.j in (weapon.i, weapon.i - 1, weapon.j)), None)
    return owner or from_territory(scan, piece, parties)


def from_territory(scan: Scan, piece: Piece, parties: list[Party]) -> Party | None:
    """ "A missile fired from Houthi areas", "launched from Houthi-controlled territory": whose ground it came from."""
    lows = scan.sentence.lows
    for k in range(piece.i, piece.j - 2):
        if lows[k] != "from":
            continue
        party = next((p for p in parties if k < p.i <= k + 2 and p.kind in GROUPS and not p.described), None)
        if party is not None and set(lows[party.j : party.j + 2]) & _GROUNDS:
            return party
        for n in (k + 1, k + 2):
            if n < piece.j - 1 and lows[n].endswith(("-controlled", "-held")) and lows[n + 1] in _GROUNDS:
                who = names.known(scan.sentence.tokens[n].text.rsplit("-", 1)[0])
                if who is not None and who.kind in GROUPS:
                    return Party(n, n + 1, who.name, who.kind, who.country)
    return None


def next_to(scan: Scan, parties: list[Party], k: int) -> Party | None:
    """The party whose phrase begins at token k: nothing that ends a phrase stands between."""
    party = next((p for p in parties if k <= p.i <= k + 4), None)
    between = scan.sentence.lows[k : party.i] if party is not None else []
    return party if not (PREPOSITIONS | {",", "and", "who", "that"}) & set(between) else None
