"""Who made an attack of which nothing says so, where all else that the article tells leaves one only.

Each is the coder's inference and no voice's word: a suspicion, with a confidence of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from eventdb.coder import blame
from eventdb.coder.blame import Blame
from eventdb.coder.incidents import Incident
from eventdb.coder.mentions import STRIKES, Mention
from eventdb.coder.parties import ARMED, OF_STATE, Party, country_of, principal, same
from eventdb.coder.reading import Read

# what a state's forces do from afar, and with which those of one state are at work in one place
_FROM_AFAR = frozenset({"airstrike", "shelling", "missile_attack", "drone_attack"})
# of these, what armed groups do too
_BY_GROUPS_TOO = frozenset({"shelling", "missile_attack", "drone_attack", "rocket_attack"})


def imply(incidents: list[Incident], reads: list[Read]) -> None:
    """Gives the incidents that nobody is held to have made those whom the article implies."""
    _in_answer(incidents)
    _from_afar(incidents, reads)


def _in_answer(incidents: list[Incident]) -> None:
    """Who is struck in answer to an attack is thereby held to have made it."""
    for answer in incidents:
        for attack in answer.responds_to:
            if attack.agents or attack.blames or _first_kind(answer) not in OF_STATE:
                continue
            struck = [
                (m, t)
                for m in answer.mentions
                for t in m.targets
                if t.kind in ("armed_group", "umbrella") and not t.crowd
            ]
            if struck:
                mention, target = struck[0]
                said = Blame(target, None, None, "suspected", mention.at, blame.IMPLIED)
                attack.blames.append((mention, said))


def _first_kind(incident: Incident) -> str | None:
    """The kind of the incident's first agent."""
    return incident.agents[0].kind if incident.agents else None


def _from_afar(incidents: list[Incident], reads: list[Read]) -> None:
    """ "A strike near a stadium", where the article tells of the strikes of one state only that could be meant."""
    striking = _striking(incidents, reads)
    groups = any(a.kind in ARMED for i in incidents if i.type in _BY_GROUPS_TOO for a in i.agents)
    for incident in incidents:
        if incident.agents or incident.blames or not _is_from_afar(incident):
            continue
        if incident.type in _BY_GROUPS_TOO and groups:
            continue
        where = set(incident.spot.countries) if incident.spot is not None else set()
        abroad = [s for s in striking if _country(s.agent) not in where and not _is_struck(incident, s.agent)]
        there = [s for s in abroad if where & s.countries] or abroad
        if len({_country(s.agent) or s.agent.name for s in there}) == 1:
            first = there[0]
            said = Blame(first.agent, None, None, "suspected", first.mention.at, blame.ALONE)
            incident.blames.append((first.mention, said))


@dataclass(frozen=True, slots=True)
class _Striker:
    """A state or a coalition that strikes from afar, where the article says so, and the countries that it strikes."""

    mention: Mention
    agent: Party
    countries: frozenset[str]


def _striking(incidents: list[Incident], reads: list[Read]) -> list[_Striker]:
    told = {id(mention): incident for incident in incidents for mention in incident.mentions}
    found: list[_Striker] = []
    for read in reads:
        for mention in read.mentions:
            if mention.agent is None or mention.unreal or mention.type not in _FROM_AFAR:
                continue
            if mention.act is not None and mention.act.section == "down":
                continue  # who shoots missiles down
            agent = principal(mention.agent)
            if agent.described or not (agent.kind in OF_STATE or "coalition" in agent.name.lower()):
                continue
            incident = told.get(id(mention))
            spot = incident.spot if incident is not None else None
            countries = {o.country for o in mention.where.options if o.country} if mention.where is not None else set()
            countries |= set(spot.countries) if spot is not None else set()
            whole = replace(agent, i=mention.agent.i, j=mention.agent.j)
            found.append(_Striker(mention, whole, frozenset(countries)))
    return found


def _country(agent: Party) -> str | None:
    return agent.country or country_of(agent.name)


def _is_from_afar(incident: Incident) -> bool:
    struck = any(m.noun is not None and m.noun.section in STRIKES for m in incident.told)
    return incident.type in _FROM_AFAR or (struck and incident.type == "other_attack")


def _is_struck(incident: Incident, agent: Party) -> bool:
    """Whether an attack was on the agent's own people, abroad too: then another made it."""
    return any(same(target, agent) for mention in incident.told for target in mention.targets)
