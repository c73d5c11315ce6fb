"""Who is held to have made the incidents of a story: each blame brought to the incident that it speaks of."""

from __future__ import annotations

from dataclasses import replace

from eventdb import lexicon
from eventdb.coder import blame, geography, names, words
from eventdb.coder.antecedents import Named
from eventdb.coder.blame import Blame
from eventdb.coder.incidents import Incident
from eventdb.coder.mentions import Mention
from eventdb.coder.parties import ARMED, OF_STATE, Party, is_actor, principal, same
from eventdb.coder.reading import Read

_MANY = words.entries("blame", "many")
_TURNS = frozenset({"but", "while", "although", "though", ";", "—"})
_BOTH = 2
_NEAR = 6  # sentences back in which the attacks of "both" stand
_REACH = 14  # tokens between a word of blame and the attacks that it is about
_OFFICES = words.entries("blame", "offices of state")
# the beginnings of rules whose incident is told after the word of blame
_COURSES = words.entries("blame", "courses of attacks")
_LISTED = frozenset({"and", "aside", "including", "after"})  # ties of the clauses that a list is made of
_BEFORE_INCIDENT = ("accusation", "behind", "responsible", "claim", "cannot", "does not")


def in_own_release(incidents: list[Incident], publisher: str | None) -> None:
    """Takes what an office of state says of others in a release of its own for an accusation: it is no reporter."""
    authority = _authority(publisher)
    if authority is None:
        return
    for incident in incidents:
        incident.blames = [(mention, _as_accusation(said, authority, publisher)) for mention, said in incident.blames]


def _authority(publisher: str | None) -> Party | None:
    """The state whose office a publisher is, or None: "U.S. Central Command", "The White House"."""
    who = names.known(publisher) if publisher else None
    if who is None or not (who.kind in OF_STATE or _OFFICES & set(who.name.lower().split())):
        return None
    country = who.country or next((c.code for c in lexicon.countries() if c.name == who.name), None)
    return Party(0, 0, geography.state(country or "") or who.name, "state", country)


def _as_accusation(said: Blame, authority: Party, publisher: str | None) -> Blame:
    own = said.actor is None or same(principal(said.actor), authority)
    if own or said.speaker is not None or said.stance != "stated":
        return said
    return replace(
        said, stance="accused", speaker=publisher, speaker_party=authority, rule="release of an office of state"
    )


def assign(
    read: Read, here: list[tuple[Mention, Incident]], incidents: list[Incident], named: Named
) -> list[tuple[Blame, str]]:
    """Gives the incidents what a sentence says of who made them; returns what speaks of none of them, and why.

    `here` are the mentions of the sentence that became part of an incident, `incidents` all so far, `named` whom
    the article has named before.
    """
    passed_over: list[tuple[Blame, str]] = []
    attackers: list[Party] = []
    for mention, incident in here:
        again = named.again(mention) if mention.agent is None and not incident.agents else None
        if again is not None:
            attackers.append(again)
            incident.blames.append((mention, blame.of_agent(read.scan, again, read.speeches, mention.at, False)))
        if mention.agent is not None:
            agent = named.meant(mention.agent, read.parties, _countries(incident))
            if agent.name != mention.agent.name and _counted(read, mention.agent) and not _has_acted(incidents, agent):
                agent = mention.agent
            known = (
                mention.definite
                and mention.noun is not None
                and mention.agent.j <= mention.noun.j
                and mention.agent.i >= mention.noun.i - 4
                and not any(mention.agent.j <= act.i < mention.noun.i for act in read.scan.acts)
            )
            attackers += [agent] if is_actor(read.scan, agent) and not agent.crowd else []
            for party in (agent, *mention.allies):
                if is_actor(read.scan, party) and not _said_already(read, mention, party):
                    said = blame.of_agent(read.scan, party, read.speeches, mention.at, known)
                    incident.blames.append((mention, said))
    if attackers:
        alone = all(same(attackers[-1], principal(s.party)) for s in read.speeches if s.party and _fights(s.party))
        named.attacker = (read.scan.sentence.index, attackers[-1]) if alone else None
    for said in read.blames:
        if said.actor is not None and not is_actor(read.scan, said.actor):
            passed_over.append((said, "says only that somebody attacked, and not who"))
            continue
        of = _blamed_for(read, here, incidents, said)
        if not of:
            passed_over.append((said, "of many attacks, or of none that is told"))
        for meant in of:
            if _is_other_matter(said, meant):
                passed_over.append((said, "the attacker blames another: of another attack than this one"))
                continue
            carrier = next((m for m, i in here if i is meant), None) or _carrier(read, meant, said)
            told = said
            if said.actor is not None and said.actor.described:
                told = replace(said, actor=named.meant(said.actor, read.parties, _countries(meant)))
            meant.blames.append((carrier, told))
            for mention, other in _also_blamed(here, meant, told):
                other.blames.append((mention, told))
    return passed_over


def _fights(party: Party) -> bool:
    """Whether who speaks may be an attacker too, so that "it" may be either."""
    return principal(party).kind in OF_STATE | ARMED


def _also_blamed(here: list[tuple[Mention, Incident]], meant: Incident, said: Blame) -> list[tuple[Mention, Incident]]:
    """The further incidents of a list: "blamed for the murder of A, the bombing of B and an attack on C"."""
    if said.actor is None or said.stance == "declined" or not said.rule.startswith(_BEFORE_INCIDENT):
        return []
    return [
        (mention, other)
        for mention, other in here
        if mention.at > said.at and other is not meant and mention.agent is None and mention.link in _LISTED
        if not other.agents
    ]


def _blamed_for(
    read: Read, here: list[tuple[Mention, Incident]], incidents: list[Incident], found: Blame
) -> list[Incident]:
    """The incidents of a blame: those of its sentence, else those last spoken of, else the news."""
    both = _both(read, incidents, found)
    if both:
        return both
    if _of_many(read, here, found):
        return []
    answered = _answered(read, here, incidents, found)
    if answered is not None:
        return [answered]
    if here:
        after = [(m, i) for m, i in here if m.at >= found.at]
        before = [(m, i) for m, i in here if m.at < found.at]
        if after and found.rule.startswith(_BEFORE_INCIDENT):
            return [after[0][1]]
        return [(before[-1] if before else after[0])[1]]
    if not incidents:
        return []
    latest = max(reversed(incidents), key=lambda i: i.mentions[-1].scan.sentence.index)
    gap = read.scan.sentence.index - latest.mentions[-1].scan.sentence.index
    return [latest] if gap <= 3 else incidents[:1]


def _answered(
    read: Read, here: list[tuple[Mention, Incident]], incidents: list[Incident], found: Blame
) -> Incident | None:
    """ "It prompted strikes on X, the militia believed to be responsible": for the attack that the strikes answer."""
    agents = [principal(m.agent) for m, _ in here if m.agent is not None]
    struck_back = len(here) == len(agents) and all(agent.kind in OF_STATE for agent in agents)
    actor, lows = found.actor, read.scan.sentence.lows
    if not here or not struck_back or actor is None or principal(actor).kind not in ARMED or found.stance == "claimed":
        return None
    if actor.i < here[-1][0].at or lows[found.at + 1 : found.at + 2] == ["for"]:
        return None  # "responsible for the bombing" says of which
    told = {id(incident) for _, incident in here}
    before = [i for i in incidents if id(i) not in told and not i.agents]
    latest = max(before, key=lambda i: i.mentions[-1].scan.sentence.index, default=None)
    near = latest is not None and read.scan.sentence.index - latest.mentions[-1].scan.sentence.index <= _NEAR
    return latest if near else None


def _both(read: Read, incidents: list[Incident], found: Blame) -> list[Incident]:
    """ "Claimed both attacks": the two incidents last told."""
    lows = read.scan.sentence.lows
    between = lows[found.at : found.at + 8]
    if "both" not in between or len(incidents) < _BOTH:
        return []
    if not any(m.noun is not None and found.at < m.at < found.at + _REACH for m in read.mentions):
        return []
    last = sorted(incidents, key=lambda i: i.mentions[-1].scan.sentence.index)[-_BOTH:]
    return last if read.scan.sentence.index - last[0].mentions[-1].scan.sentence.index <= _NEAR else []


def _of_many(read: Read, here: list[tuple[Mention, Incident]], found: Blame) -> bool:
    """Whether the attacks that the word of blame speaks of are many, and none of them this one: "similar attacks"."""
    lows = read.scan.sentence.lows
    if not here and _COURSES & set(lows[found.at : found.at + _REACH]):
        return True  # "blamed for a surge in violence"
    told = (n for n in range(found.at, min(found.at + _REACH, len(lows))) if lows[n] in ("who", "which"))
    end = next(told, found.at + _REACH)  # "blamed the rebels, who often plant bombs"
    after = next((m for m in read.mentions if found.at <= m.at < end), None)
    if after is not None and any(m.at > after.at for m, _ in here):
        return False  # "responsible for a number of attacks, including …"
    if after is not None and after.aggregate and not {";", ".", "—", "but"} & set(lows[found.at : after.at]):
        between = set(lows[found.at : after.at + 1])
        return bool(_MANY & between) or not here
    return not here and any(m.aggregate and 0 < found.at - m.at < _REACH for m in read.mentions)


def _said_already(read: Read, mention: Mention, agent: Party) -> bool:
    """ "Accused X of killing …", "X denied that its jets struck …": the word of blame says it of this very agent."""
    return any(
        said.actor is not None
        and said.stance in ("accused", "suspected", "denied")
        and said.at < mention.at
        and not _TURNS & set(read.scan.sentence.lows[said.at : mention.at])
        and (said.actor.i == agent.i or (not said.actor.described and same(said.actor, principal(agent))))
        for said in read.blames
    )


def _is_other_matter(said: Blame, incident: Incident) -> bool:
    """Whether the attacker himself blames somebody else: that is of another attack than his own."""
    held = [b.actor for _, b in incident.blames if b.actor is not None and b.stance in ("claimed", "stated")]
    agents = [principal(m.agent) for m in incident.mentions if m.agent is not None]
    agents = [agent for agent in agents if any(same(agent, actor) for actor in held)]
    speaker, actor = said.speaker_party, said.actor
    if speaker is None or actor is None or not agents:
        return False
    return any(same(principal(speaker), a) for a in agents) and not any(same(actor, a) for a in agents)


def _carrier(read: Read, incident: Incident, found: Blame) -> Mention:
    """A mention that carries the sentence of a blame that names no attack."""
    return Mention(read.scan, 0, len(read.scan.sentence.tokens), found.at, incident.type, found.rule)


def _counted(read: Read, party: Party) -> bool:
    """ "About 40 militants": some fighters, and not the group that was only spoken of."""
    return any(party.i in (q.i, q.j) for q in read.scan.quantities)


def _has_acted(incidents: list[Incident], actor: Party) -> bool:
    return any(same(other, actor) for incident in incidents for other in incident.agents if not other.described)


def _countries(incident: Incident) -> tuple[str, ...]:
    """The countries in which an incident was, as far as it is known yet."""
    return incident.spot.countries if incident.spot is not None else ()
