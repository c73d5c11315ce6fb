"""Who is meant by "the group", "the coalition" and "the army": the one of that kind whom the article named last."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from eventdb import lexicon
from eventdb.coder import geography, names, words
from eventdb.coder.mentions import Mention
from eventdb.coder.parties import FORCES, Party, country_of, principal
from eventdb.coder.scan import Act, Scan, governed
from eventdb.coder.unowned import GOVERNING

_COALITION = "coalition"
_TAKEN_UP = words.entries("story", "taken up")
_ONE_GROUP = words.entries("story", "one group")
_DEEDS = frozenset({"attack", "fire", "conduct", "kill", "abduct", "harm", "explode"})
_OPENS = frozenset({",", "and", "but", "also", "then", "later", "day", "week", "month"})
_TIES = frozenset({"after", "when", "since", "before", "as", "while"})
_FIELDED = FORCES | words.entries("parties", "people of a group")
_POLICE = words.entries("parties", "police")


@dataclass(slots=True)
class Named:
    """Whom the article has named so far: the armed group, the coalition and the country of the forces named last."""

    group: Party | None = None
    coalition: Party | None = None
    country: str | None = None
    attacker: tuple[int, Party] | None = None  # who attacked in the sentence last told, with its index

    def again(self, mention: Mention) -> Party | None:
        """ "It also bombed", "they then shelled", "its jets struck": who attacked in the sentence before."""
        scan = mention.scan
        if self.attacker is None or scan.sentence.index - self.attacker[0] > 1:
            return None
        if not any(_by_pronoun(scan, act) for act in scan.acts if mention.i <= act.i < mention.j):
            return None
        return replace(self.attacker[1], i=mention.at, j=mention.at + 1, serves=None)

    def note(self, scan: Scan, parties: list[Party]) -> None:
        """Takes in the parties of a sentence. The first of them, likely its subject, is the one that stays."""
        for party in reversed(parties):
            actor = principal(party)
            if actor.described:
                continue
            if _COALITION in actor.name.lower():
                self.coalition = actor
            elif actor.kind in ("armed_group", "umbrella"):
                if self.group is None or not governed(scan.sentence.lows, party.i):
                    self.group = actor
            elif actor.country and (actor.kind == "state_force" or (party.kind == "state" and party.j - party.i > 1)):
                self.country = actor.country

    def meant(self, party: Party, beside: list[Party], countries: tuple[str, ...] = ()) -> Party:
        """The party itself, or whom it takes up.

        `beside` are the parties of its sentence, `countries` those in which the attack was.
        """
        if not party.described or party.crowd:
            return party
        if party.kind == "state_force":
            return _forces(party, self.country or (countries[0] if len(countries) == 1 else None))
        if party.kind == "umbrella":
            led = [p for p in beside if p.j <= party.i and _COALITION in p.name.lower()]
            return self._as(party, led[-1] if led else self.coalition)
        words_of = party.name.lower().split()
        plain = len(words_of) <= 2 and "-" not in party.name and (party.definite or party.name.lower() in _TAKEN_UP)
        if party.definite and words_of[-1] in _ONE_GROUP:
            # "blamed on the Islamists' rival; the militant group": named in the same sentence, or before it
            before = [p for p in beside if p.j < party.i and p.kind in ("armed_group", "umbrella") and not p.described]
            return self._as(party, before[-1] if before else self.group)
        return self._as(party, self.group) if plain else party

    @staticmethod
    def _as(party: Party, named: Party | None) -> Party:
        return party if named is None else replace(named, i=party.i, j=party.j, serves=None)


def _by_pronoun(scan: Scan, act: Act) -> bool:
    """Whether the subject of an active verb of attack is a pronoun at the head of its sentence or clause."""
    lows, k = scan.sentence.lows, act.group_start
    if act.passive or act.modal is not None or act.section not in _DEEDS:
        return False
    if lows[k - 1 : k] in (["it"], ["they"]):
        return k == 1 or lows[k - 2] in _OPENS
    owner = next((n for n in range(k - 2, max(-1, k - 5), -1) if lows[n] in ("its", "their")), None)
    opens = owner is not None and (owner == 0 or lows[owner - 1] in _OPENS or lows[owner - 1] in _TIES)
    return opens and lows[k - 1] in _FIELDED


@cache
def _adjectives() -> dict[str, str]:
    return {country.code: country.adjectives[0] for country in lexicon.countries() if country.adjectives}


def _forces(party: Party, country: str | None) -> Party:
    """ "The army", "security forces" of a country, under the name that the lexicon has for them."""
    adjective = _adjectives().get(country or "")
    if adjective is None:
        return party
    if party.name.lower() in GOVERNING:
        state = geography.state(country or "") or party.name
        return Party(party.i, party.j, state, "state", country)
    kind = "police" if _POLICE & set(party.name.lower().split()) else "army"
    who = names.known(f"{adjective} {kind}")
    if who is None or country_of(who.name) != country:
        return party
    return Party(party.i, party.j, who.name, who.kind, who.country)
