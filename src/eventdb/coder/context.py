"""Who made an attack of which nothing says so, where all else that the article tells leaves one only.

Each is the coder's inference and no voice's word: a suspicion, with a confidence of its own.
"""

from __future__ import annotations

from dataclasses import replace

from eventdb.coder import blame
from eventdb.coder.blame import Blame
from eventdb.coder.incidents import Incident
from eventdb.coder.mentions import Mention
from eventdb.coder.parties import OF_STATE, Party, country_of, principal, same
from eventdb.coder.reading import Read

# what a state's forces do from afar, and with which those of one state are at work in one place
_FROM_AFAR = frozenset({"airstrike", "shelling", "missile_attack", "drone_attack"})


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
    """ "A strike near a stadium", where the article tells of the strikes of one state only."""
    striking = _striking(reads)
    if len({_state(agent) for _, agent in striking}) != 1:
        return
    mention, agent = striking[0]
    for incident in incidents:
        if incident.agents or incident.blames or not _is_from_afar(incident) or _is_at_home(incident, agent):
            continue
        said = Blame(agent, None, None, "suspected", mention.at, blame.ALONE)
        incident.blames.append((mention, said))


def _striking(reads: list[Read]) -> list[tuple[Mention, Party]]:
    """The mentions of attacks from afar with the state or coalition that made them."""
    found: list[tuple[Mention, Party]] = []
    for read in reads:
        for mention in read.mentions:
            if mention.agent is None or mention.unreal or mention.type not in _FROM_AFAR:
                continue
            agent = principal(mention.agent)
            if not agent.described and (agent.kind in OF_STATE or "coalition" in agent.name.lower()):
                found.append((mention, replace(agent, i=mention.agent.i, j=mention.agent.j)))
    return found


def _state(agent: Party) -> str:
    return agent.country or agent.name


def _is_from_afar(incident: Incident) -> bool:
    noun = incident.first.noun
    strike = noun is not None and noun.section == "strike" and incident.type == "other_attack"
    return strike or incident.type in _FROM_AFAR


def _is_at_home(incident: Incident, agent: Party) -> bool:
    """Whether the attack was in the agent's own country, or on its own people: then another made it."""
    country = agent.country or country_of(agent.name)
    where = incident.spot.countries if incident.spot is not None else ()
    struck = any(same(target, agent) for mention in incident.told for target in mention.targets)
    return struck or (country is not None and country in where)
