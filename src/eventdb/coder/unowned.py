"""Forces named without their owner: "the army", "security forces", "coalition planes".

They are no parties of the sentence as others are, since "an army base" and "a police car" are things; but they may be
who attacked. Whose they are the article says elsewhere: see antecedents.py.
"""

from __future__ import annotations

from eventdb.coder import words
from eventdb.coder.parties import FORCES, Party
from eventdb.coder.scan import DETERMINERS, Noun, Scan

_UNOWNED = words.entries("parties", "unowned forces")
_BEFORE = words.entries("parties", "before a force")
_OF_STATE = words.entries("parties", "heads of state")
GOVERNING = words.entries("parties", "governing")
_FOREIGN = words.entries("parties", "foreign")
_OWNED = frozenset({"'s", "its", "their", "our", "his", "her", "-"})


def forces(scan: Scan, parties: list[Party]) -> list[Party]:
    """The forces of a sentence that no party of it owns, in order."""
    taken = {k for party in parties for k in range(party.i, party.j)}
    found = [_force(scan, noun, taken) for noun in scan.nouns if noun.kind == "group" and noun.section == "force"]
    found += [_coalition(scan, k, taken) for k, low in enumerate(scan.sentence.lows) if low == "coalition"]
    return sorted((party for party in found if party is not None), key=lambda party: party.i)


def governments(scan: Scan, parties: list[Party]) -> list[Party]:
    """ "The government" and the like, where no party of the sentence owns it and no noun follows that it describes."""
    lows = scan.sentence.lows
    taken = {k for party in parties for k in range(party.i, party.j)}
    return [
        Party(k, k + 1, low, "state_force", None, described=True, definite=True)
        for k, low in enumerate(lows)
        if low in GOVERNING and k and lows[k - 1] == "the" and not {k, k - 1} & taken
        if not (lows[k + 1 : k + 2] == ["of"] and k + 2 in taken) and not _describes(scan, k + 1)
    ]


def _describes(scan: Scan, k: int) -> bool:
    """Whether what stands before token k describes a noun there: "the government soldiers"."""
    low = scan.sentence.lows[k] if k < len(scan.sentence.lows) else ""
    return k in scan.at or low == "'s" or "-" in low


def _force(scan: Scan, noun: Noun, taken: set[int]) -> Party | None:
    lows = scan.sentence.lows
    i = noun.i
    while i > 0 and (lows[i - 1] in _BEFORE or lows[i - 1] in FORCES) and i - 1 not in taken:
        i -= 1
    if (noun.value not in _UNOWNED and not _BEFORE & set(lows[i : noun.i])) or noun.i in taken:
        return None  # "helicopters" may be anybody's, "government helicopters" not
    if noun.value == "force" and i == noun.i:
        return None  # "the force of the blast"
    of_state = i > 1 and lows[i - 1] == "'s" and lows[i - 2] in _OF_STATE  # "the president's troops"
    if _FOREIGN & set(lows[max(0, i - 1) : noun.i]):
        return None  # "foreign forces" are not the country's own
    if i > 0 and ((lows[i - 1] in _OWNED and not of_state) or i - 1 in taken or "coalition" in lows[i : noun.i]):
        return None
    return Party(i, noun.j, scan.sentence.words(i, noun.j), "state_force", None, described=True, definite=True)


def _coalition(scan: Scan, k: int, taken: set[int]) -> Party | None:
    """ "The coalition", "coalition aircraft"; no coalition of parties that governs."""
    lows = scan.sentence.lows
    if k in taken:
        return None
    j = k + 1
    while j < len(lows) and lows[j] in FORCES and lows[j] not in ("government", "strikes", "strike"):
        j += 1
    if (
        j == k + 1
        and not (k > 0 and lows[k - 1] in DETERMINERS)
        and lows[j : j + 1] not in (["strikes"], ["airstrikes"])
    ):
        return None
    return Party(k, j, scan.sentence.words(k, j), "umbrella", None, described=True, definite=True)
