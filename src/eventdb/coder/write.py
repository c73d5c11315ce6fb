"""The reading of a whole document, and its coding sheet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from eventdb import __version__, sheet
from eventdb.coder import (
    attacks,
    blame,
    clauses,
    figures,
    geography,
    names,
    parties,
    places,
    speech,
    story,
    tallies,
    text,
    timing,
    verbal,
)
from eventdb.coder.blame import Blame
from eventdb.coder.figures import Figure
from eventdb.coder.geography import Spot
from eventdb.coder.mentions import Mention
from eventdb.coder.parties import Party, principal
from eventdb.coder.scan import Scan, scan
from eventdb.coder.speech import Speech
from eventdb.coder.story import Dated, Incident
from eventdb.document.types import Document

CODER = f"rules {__version__}"


@dataclass(slots=True)
class _Read:
    """One sentence with all that was read in it."""

    scan: Scan
    parties: list[Party]
    speeches: list[Speech]
    figures: list[Figure]
    places: list[places.Place]
    mentions: list[Mention]
    blames: list[Blame]


@dataclass(slots=True)
class _Story:
    """The document as it is read, sentence by sentence."""

    document: Document
    reads: list[_Read]
    countries: Counter[str]
    incidents: list[Incident] = field(default_factory=list)
    verbals: list[tuple[verbal.Verbal, _Read]] = field(default_factory=list)
    counts: list[tallies.Count] = field(default_factory=list)
    last: Dated | None = None
    past: tuple[int, Dated] | None = None
    focus: Party | None = None  # the armed actor last named
    order: list[Incident] = field(default_factory=list)  # incidents as they are spoken of


def code(document: Document) -> sheet.CodingSheet:
    """Codes one article. Every value carries its passage and the rule that made it."""
    found = text.sentences(document)
    people = names.surnames([sentence.tokens for sentence in found])
    reads = [_read(sentence, document, people) for sentence in found]
    tale = _Story(document, reads, geography.context([r.scan for r in reads]))
    labour = _about_labour(reads)
    body = [read for read in reads if not read.scan.sentence.heading]
    for read in body:
        _take(tale, read, labour)
    _headlines(tale, [read for read in reads if read.scan.sentence.heading], labour)
    story.set_in_time(tale.incidents, document.published_on)
    _lead_defaults(tale)
    _implied(tale)
    for incident in tale.incidents:
        incident.weak = _thin(incident)
    return _sheet(tale)


def _implied(tale: _Story) -> None:
    """Who is struck in answer to an attack is thereby held to have made it, where nobody else is."""
    for answer in tale.incidents:
        for attack in answer.responds_to:
            if attack.agents or attack.blames or principal_kind(answer) not in ("state", "state_force"):
                continue
            struck = [
                (m, t)
                for m in answer.mentions
                for t in m.targets
                if t.kind in ("armed_group", "umbrella") and not t.crowd
            ]
            if struck:
                mention, target = struck[0]
                said = Blame(target, None, None, "suspected", mention.at, "the answer to it struck this group")
                attack.blames.append((mention, said))


def principal_kind(incident: Incident) -> str | None:
    """The kind of the incident's first agent."""
    return incident.agents[0].kind if incident.agents else None


def _thin(incident: Incident) -> bool:
    """An attack that nothing dates is an incident only with victims and an actor, or with a town or site beside one of them."""
    if incident.date is not None:
        return False
    hurt = any(f.low or f.high == 0 for m in incident.mentions for f in m.figures)
    actor = bool(incident.agents)
    site = incident.spot is not None and incident.spot.rank >= 2
    generic = incident.type == "other_attack"
    return not (hurt and actor or site and (hurt or actor) and not (generic and len(incident.mentions) == 1))


def _read(sentence: text.Sentence, document: Document, surnames: dict[str, names.Who]) -> _Read:
    found = scan(sentence, document.plain, document.published_on, surnames)
    people = parties.parties(found)
    speeches = speech.find(found, people)
    counted = figures.find(found, people)
    spots = places.find(found)
    return _Read(
        found,
        people,
        speeches,
        counted,
        spots,
        attacks.find(found, people, spots, counted),
        blame.find(found, people, speeches),
    )


_LABOUR = frozenset(
    "union unions workers walkout picket labor labour uaw wages bargaining contract strikers employees ratify".split()
)


def _about_labour(reads: list[_Read]) -> bool:
    """Whether the strikes of the article are those of workers."""
    words = Counter(low for read in reads for low in read.scan.sentence.lows)
    return (
        sum(words[w] for w in _LABOUR) >= 4
        and not words["airstrikes"]
        and not words["airstrike"]
        and not words["missile"]
    )


def _take(tale: _Story, read: _Read, labour: bool) -> None:
    """Adds a sentence to the story."""
    found = read.scan
    tale.counts += tallies.find(found, read.mentions, read.speeches, tale.document.published_on)
    here: list[tuple[Mention, Incident]] = []
    if not labour:
        for mention in _each_site(read):
            incident = _settle(tale, read, mention)
            if incident is not None:
                here.append((mention, incident))
        _hand_on(read, here)
        _loose_figures(tale, read, here)
        _ties(tale, read, here)
    _blame(tale, read, here)
    for announcement in verbal.find(found, read.parties, read.speeches, tale.focus):
        tale.verbals.append((announcement, read))
    for party in read.parties:
        actor = principal(party)
        if actor.kind in ("armed_group", "umbrella") and not actor.described and "coalition" not in actor.name.lower():
            tale.focus = actor
    _located(tale, read, here)
    spoken = [w for w in found.whens if w.resolved and w.role == "on" and w.first and w.last]
    if spoken:
        w = spoken[-1]
        tale.last = Dated(w.first, w.last, w.precision, w, w.inferred, w.rule)  # type: ignore[arg-type]
    for _, incident in here:
        if incident.best_dated is not None:
            tale.last = incident.best_dated


def _note_past(tale: _Story, dated: Dated, index: int) -> None:
    """Keeps an older date with its year, so that a later "Jan. 8" can follow it; a recent day ends that."""
    published = tale.document.published_on
    if published is None:
        return
    if not dated.inferred and (published - dated.last).days > 150 and dated.precision in ("day", "month"):
        tale.past = (index, dated)
    elif not dated.inferred and (published - dated.last).days < 60:
        tale.past = None


def _each_site(read: _Read) -> list[Mention]:
    """ "Two attacks targeted A and B" are two incidents, one at each site."""
    found: list[Mention] = []
    for mention in read.mentions:
        sites = [p for p in read.places if mention.i <= p.i < mention.j and p.rank == 3]
        noun = mention.noun
        count = next((q.low for q in read.scan.quantities if noun is not None and q.j <= noun.i <= q.j + 3), None)
        if (
            noun is not None
            and noun.plural
            and count is not None
            and count > 1
            and count == len(sites)
            and not mention.unreal
        ):
            found += [replace(mention, where=site, aggregate=False, figures=[], alone=True) for site in sites]
        else:
            found.append(mention)
    return found


def _spot(tale: _Story, read: _Read, mention: Mention) -> Spot | None:
    if mention.where is None:
        return None
    if mention.alone:
        return geography.spot(read.scan, mention.where, [mention.where], tale.countries)
    return geography.spot(
        read.scan,
        mention.where,
        [p for p in read.places if mention.i <= p.i < mention.j or p is mention.where],
        tale.countries,
    )


def _settle(tale: _Story, read: _Read, mention: Mention) -> Incident | None:
    """Brings a mention to its incident: a known one, a new one, or none."""
    lows = read.scan.sentence.lows
    if lows[:3] in (
        ["the", "dead", "included"],
        ["among", "the", "dead"],
        ["the", "victims", "included"],
        ["the", "dead", "include"],
    ):
        return None  # a sum of what other sentences tell
    if mention.unreal or mention.aggregate or tallies.is_campaign(read.scan):
        return None
    if (
        mention.plural
        and mention.definite
        and mention.when is None
        and mention.noun is not None
        and not mention.figures
    ):
        # "the attacks" are one incident only where the story has told of several as one
        strikes = mention.noun.section in ("strike", "airstrike")
        if not strikes and not any(incident.first.plural for incident in tale.incidents):
            return None
    index = read.scan.sentence.index
    past = tale.past[1] if tale.past and index - tale.past[0] <= 6 else None
    dated = story.date_of(mention, tale.last, past, tale.document.published_on)
    spot = _spot(tale, read, mention)
    incident = story.place_in(mention, spot, dated, tale.incidents, index)
    if incident is None:
        if not _stands(mention, spot, dated, any(b.actor is not None for b in read.blames)):
            return None
        incident = Incident()
        tale.incidents.append(incident)
    incident.mentions.append(mention)
    if spot is not None:
        incident.spots.append(spot)
    if dated is not None:
        incident.dated.append(dated)
        _note_past(tale, dated, index)
    return incident


def _stands(mention: Mention, spot: Spot | None, dated: Dated | None, blamed: bool) -> bool:
    """Whether a mention says enough to be an incident of its own."""
    persons = any(f.persons for f in mention.figures)
    hurt = any(f.low for f in mention.figures)
    whom = bool(mention.targets or mention.target_words or hurt)
    signs = (dated is not None) + (spot is not None) + bool(mention.agent or blamed) + whom
    if persons and (mention.agent or spot or dated):
        return True
    if (
        mention.noun is not None
        and mention.noun.section == "clash"
        or (mention.act is not None and mention.act.section == "clash" and mention.noun is None)
    ):
        return dated is not None and (hurt or spot is not None)
    if (
        dated is not None
        and not mention.definite
        and mention.type != "other_attack"
        and dated.precision in ("day", "month", "week")
    ):
        return True
    if mention.anaphor or (mention.definite and mention.noun is not None and not mention.figures):
        return signs >= 3 or (signs >= 2 and (dated is not None or mention.act is not None))
    return signs >= 2


def _hand_on(read: _Read, here: list[tuple[Mention, Incident]]) -> None:
    """What a clause that is no incident itself counts goes to the incident of its sentence ("four died in a clash when they assaulted a post")."""
    settled = {id(mention) for mention, _ in here}
    for mention in read.mentions:
        if (
            here
            and id(mention) not in settled
            and not mention.alone
            and mention.figures
            and not mention.unreal
            and not mention.aggregate
        ):
            here[0][0].figures.extend(mention.figures)


_LOCATED = frozenset("located situated occurred happened place".split())


def _located(tale: _Story, read: _Read, here: list[tuple[Mention, Incident]]) -> None:
    """ "The facilities were located in X": a later sentence that says where the incident last spoken of was."""
    if here or not tale.order or not _LOCATED & set(read.scan.sentence.lows):
        return
    latest = tale.order[-1]
    sites = [place for place in read.places if place.rank >= 2]
    if not sites or read.scan.sentence.index - latest.mentions[-1].scan.sentence.index > 1:
        return
    spot = geography.spot(read.scan, sites[0], read.places, tale.countries)
    known = latest.spot
    if known is None or (known.rank < spot.rank and geography.agree(known, spot) is not False):
        latest.spots.append(spot)
        whole = Mention(read.scan, 0, len(read.scan.sentence.tokens), 0, latest.type, "where it was")
        whole.anaphor = True
        latest.mentions.append(whole)


def _loose_figures(tale: _Story, read: _Read, here: list[tuple[Mention, Incident]]) -> None:
    """Figures of a sentence without a mention belong to the incident last spoken of."""
    held = {id(f) for m in read.mentions for f in m.figures}
    loose = [f for f in read.figures if id(f) not in held]
    if not loose or here or not tale.incidents or tallies.is_campaign(read.scan):
        return
    latest = max(tale.incidents, key=lambda i: i.mentions[-1].scan.sentence.index)
    if read.scan.sentence.index - latest.mentions[-1].scan.sentence.index > 3:
        if any(figure.high != 0 for figure in loose):
            return
        latest = tale.incidents[0]  # "no casualties" is said of the news
    whole = Mention(
        read.scan, 0, len(read.scan.sentence.tokens), loose[0].at, latest.type, "figures of the incident last spoken of"
    )
    whole.anaphor = True
    whole.figures = loose
    latest.mentions.append(whole)


def _ties(tale: _Story, read: _Read, here: list[tuple[Mention, Incident]]) -> None:
    """Ties incidents by the words that join the pieces of a sentence, or a sentence to the one before."""
    links = [(piece.i, piece.link) for piece in clauses.pieces(read.scan)]
    for n, (mention, incident) in enumerate(here[1:], 1):
        for first, other in reversed(here[:n]):
            if other is incident or other in incident.responds_to or incident in other.responds_to:
                continue
            between = [link for i, link in links if first.i < i <= mention.i]
            opened = first.link == "responds" and first.i == 0  # "In response to an attack, …"
            if {"responds", "after"} & set(between) and "leads" not in between:
                other.responds_to.append(incident)
            elif "leads" in between or opened:
                incident.responds_to.append(other)  # and what is listed after it: "led to A, B and C"
            else:
                continue
            break
    if here and tale.order and here[0][1] is not tale.order[-1]:
        lows = read.scan.sentence.lows
        incident, before = here[0][1], tale.order[-1]
        opens = lows[: here[0][0].at + 6]
        if (
            (
                "responded" in opens
                or "retaliated" in opens
                or "retaliatory" in opens
                or lows[:2] in (["days", "later"], ["hours", "later"], ["weeks", "later"])
            )
            and before not in incident.responds_to
            and incident not in before.responds_to
        ):
            incident.responds_to.append(before)
    tale.order += [incident for _, incident in here]


def _blame(tale: _Story, read: _Read, here: list[tuple[Mention, Incident]]) -> None:
    for mention, incident in here:
        if mention.agent is not None:
            agent = _resolve(tale, mention.agent)
            known = (
                mention.definite
                and mention.noun is not None
                and mention.agent.j <= mention.noun.j
                and mention.agent.i >= mention.noun.i - 4
            )
            incident.blames.append((mention, blame.of_agent(read.scan, agent, read.speeches, mention.at, known)))
    for found in read.blames:
        incident = _blamed_for(tale, read, here, found)
        if incident is not None:
            mention = next((m for m, i in here if i is incident), None)
            if found.actor is not None and found.actor.described:
                found = replace(found, actor=_resolve(tale, found.actor))
            incident.blames.append((mention, found) if mention else (_carrier(read, incident, found), found))


def _carrier(read: _Read, incident: Incident, found: Blame) -> Mention:
    """A mention that carries the sentence of a blame that names no attack."""
    carrier = Mention(read.scan, 0, len(read.scan.sentence.tokens), found.at, incident.type, found.rule)
    return carrier


_TAKEN_UP = frozenset("rebels insurgents militants fighters jihadists guerrillas separatists".split())


def _resolve(tale: _Story, party: Party) -> Party:
    """ "the rebels" is the armed group that the article has last named, where it has named one."""
    if (
        party.described
        and (party.definite or party.name.lower() in _TAKEN_UP)
        and not party.crowd
        and tale.focus is not None
        and len(party.name.split()) <= 2
        and "-" not in party.name
    ):
        return Party(party.i, party.j, tale.focus.name, tale.focus.kind, tale.focus.country)
    return party


def _blamed_for(tale: _Story, read: _Read, here: list[tuple[Mention, Incident]], found: Blame) -> Incident | None:
    if here:
        after = [(m, i) for m, i in here if m.at >= found.at]
        before = [(m, i) for m, i in here if m.at < found.at]
        if after and found.rule.startswith(("accusation", "behind", "responsible", "claim", "cannot", "does not")):
            return after[0][1]
        return (before[-1] if before else after[0])[1]
    if any(m.aggregate and abs(m.at - found.at) < 14 for m in read.mentions):
        return None  # blamed for many attacks, none of them this one
    if not tale.incidents:
        return None
    latest = max(tale.incidents, key=lambda i: i.mentions[-1].scan.sentence.index)
    gap = read.scan.sentence.index - latest.mentions[-1].scan.sentence.index
    return latest if gap <= 3 else tale.incidents[0] if gap <= 12 else None


def _headlines(tale: _Story, heads: list[_Read], labour: bool) -> None:
    """A headline adds to an incident of the text; by itself it makes one only where the text has none."""
    if labour:
        return
    for read in heads:
        for mention in read.mentions:
            if mention.unreal or mention.aggregate or not read.scan.sentence.title:
                continue
            spot = _spot(tale, read, mention)
            if tale.incidents:
                incident = story.place_in(
                    mention, spot, None, tale.incidents[:2], tale.incidents[0].first.scan.sentence.index
                )
                if incident is not None and spot is not None and incident.spot is None:
                    incident.spots.append(spot)


def _lead_defaults(tale: _Story) -> None:
    """The news itself happened about when it was published, where nothing else dates it."""
    published = tale.document.published_on
    if published is None or not tale.incidents:
        return
    lead = tale.incidents[0]
    if lead.date is None and lead.first.scan.sentence.index <= 6:
        spoken = [
            w
            for m in lead.mentions[:2]
            for w in m.scan.whens
            if w.role == "on"
            and w.precision == "day"
            and w.first
            and 0 <= (published - w.first).days <= 7
            and timing.speech_date(m.scan, w)
        ]
        if spoken and spoken[0].first and spoken[0].last:
            lead.date = Dated(spoken[0].first, spoken[0].last, "day", spoken[0], True, "day of the announcement")
        else:
            first = published - 7 * story.DAY
            lead.date = Dated(first, published, "week", None, True, "news of the day of publication")


# --- the sheet ---------------------------------------------------------------------------------------------------


def _span(document: Document, start: int, end: int) -> sheet.Span:
    return sheet.Span(start=start, end=end, text=document.text[start:end])


def _piece(document: Document, mention: Mention) -> sheet.Span:
    """The passage of a mention: its piece of the sentence, or all of it where it has but one."""
    tokens = mention.scan.sentence.tokens
    i, j = mention.i, mention.j
    while i < j - 1 and tokens[i].text in ",;—-\"'":
        i += 1
    while j - 1 > i and tokens[j - 1].text in ',;—("':
        j -= 1
    return _span(document, tokens[i].start, tokens[j - 1].end)


def _sentence(document: Document, found: Scan) -> sheet.Span:
    return _span(document, found.sentence.start, found.sentence.end)


def _tokens_span(document: Document, found: Scan, i: int, j: int) -> sheet.Span:
    tokens = found.sentence.tokens
    return _span(document, tokens[i].start, tokens[j - 1].end)


def _sheet(tale: _Story) -> sheet.CodingSheet:
    document = tale.document
    kept = [incident for incident in tale.incidents if not incident.weak]
    ids = {id(incident): f"e{n}" for n, incident in enumerate(kept, 1)}
    events = [_event(tale, incident, ids) for incident in kept]
    events += _announcements(tale, len(events))
    counts = [_tally(document, count) for count in tale.counts]
    return sheet.CodingSheet(
        coder=CODER,
        document=sheet.SheetDocument(
            file=document.file,
            sha256=document.sha256,
            title=document.title,
            publisher=document.publisher,
            authors=document.authors,
            url=document.url,
            language=document.language,
            published_on=document.published_on,
            published_precision=document.published_precision,
            published_basis=document.published_basis,
        ),
        actors=tuple(_actors(tale)),
        events=tuple(events),
        tallies=tuple(counts),
    )


def _event(tale: _Story, incident: Incident, ids: dict[int, str]) -> sheet.Event:
    document = tale.document
    passages = list(dict.fromkeys(_piece(document, m) for m in incident.mentions))
    return sheet.Event(
        id=ids[id(incident)],
        type=incident.type,
        date=_interval(document, incident),
        place=_place(tale, incident),
        weapon=_weapon(document, incident),
        targets=tuple(_targets(incident)),
        casualties=tuple(_casualties(tale, incident)),
        attributions=tuple(_attributions(tale, incident)),
        responds_to=tuple(
            dict.fromkeys(
                ids[id(other)] for other in incident.responds_to if id(other) in ids and other is not incident
            )
        ),
        certainty=_certainty(incident),
        evidence=tuple(passages),
        rule=incident.first.rule,
    )


def _certainty(incident: Incident) -> int:
    """80 for an incident with day and place, less for each that is missing or inferred."""
    score = 90
    if incident.date is None or incident.date.precision != "day":
        score -= 15
    if incident.date is not None and incident.date.inferred:
        score -= 5
    if incident.spot is None:
        score -= 10
    if len(incident.mentions) == 1:
        score -= 5
    return score


def _interval(document: Document, incident: Incident) -> sheet.Interval | None:
    dated = incident.date
    if dated is None:
        return None
    when = dated.when
    return sheet.Interval(
        start=dated.first,
        end=dated.last,
        precision=dated.precision if dated.first != dated.last or dated.precision != "unknown" else "day",
        text=when.text if when else None,
        inferred=dated.inferred,
        rule=dated.rule,
        evidence=(_span(document, when.start, when.end),) if when else (),
    )


def _place(tale: _Story, incident: Incident) -> sheet.Place | None:
    spot = incident.spot or _from_object(incident) or _from_targets(incident) or _from_lead(tale, incident)
    if spot is None:
        return None
    return sheet.Place(
        name=spot.name,
        text=spot.text,
        admin1=spot.admin1,
        country=spot.country,
        latitude=spot.latitude,
        longitude=spot.longitude,
        precision=spot.precision,
        evidence=(_span(tale.document, spot.start, spot.end),) if spot.end > spot.start else (),
        rule=spot.rule,
    )


_MOVABLE = frozenset(
    "tanker tankers ship ships vessel vessels drone drones jet embassy consulate base bases troops forces citizens aircraft".split()
)


def _from_targets(incident: Incident) -> Spot | None:
    """The country of what was hit, where it is of a kind that stands at home ("a Saudi oil facility", "Iraqi bases")."""
    for mention in incident.mentions:
        lows, tokens = mention.scan.sentence.lows, mention.scan.sentence.tokens
        for name in mention.scan.names:
            if (
                not (mention.i <= name.i < mention.j)
                or name.who is None
                or name.who.kind != "state"
                or not name.who.country
            ):
                continue
            if mention.agent is not None and mention.agent.i <= name.i < mention.agent.j:
                continue
            after = lows[name.j : name.j + 4]
            if not after or name.who.country == "US":
                continue
            bases = {"base", "bases"} & set(after)
            if (bases and name.who.adjective) or (
                {
                    "facility",
                    "facilities",
                    "refinery",
                    "pipeline",
                    "city",
                    "capital",
                    "village",
                    "town",
                    "villages",
                    "territory",
                    "border",
                    "airport",
                    "port",
                    "oilfield",
                    "military",
                }
                & set(after)
                and not _MOVABLE & set(after)
            ):
                return geography.of_country(
                    name.who.country,
                    name.who.name,
                    tokens[name.i].start,
                    tokens[name.j - 1].end,
                    "country of what was hit",
                )
    return None


def _from_lead(tale: _Story, incident: Incident) -> Spot | None:
    """Nothing is said of where: the sentence's own places, then those of the sentence before, where they agree on a country."""
    for mention in incident.mentions:
        read = next((r for r in tale.reads if r.scan is mention.scan), None)
        if read is None or not read.places:
            continue
        near = min(read.places, key=lambda p: abs(p.i - mention.at))
        spot = geography.spot(read.scan, near, read.places, tale.countries)
        if spot.countries:
            return geography.of_country(
                spot.countries[0], spot.text, spot.start, spot.end, "country of a place in the sentence"
            )
    return None


def _from_object(incident: Incident) -> Spot | None:
    """ "invaded Israel", "struck Iran": a state that is attacked is where it happened."""
    for mention in incident.mentions:
        act = mention.act
        if act is None or act.section != "attack":
            continue
        for target in mention.targets:
            if (
                target.kind == "state"
                and target.country
                and (act.j <= target.i <= act.j + 1 if not act.passive else target.j == act.group_start)
            ):
                tokens = mention.scan.sentence.tokens
                if mention.scan.name_at(target.j - 1) is not None:
                    return geography.of_country(
                        target.country,
                        target.name,
                        tokens[target.i].start,
                        tokens[target.j - 1].end,
                        "state that was attacked",
                    )
    return None


def _weapon(document: Document, incident: Incident) -> sheet.Weapon | None:
    for mention in sorted(incident.mentions, key=lambda m: m.weapon_count is None):
        if mention.weapon is not None:
            noun = mention.weapon
            return sheet.Weapon(
                kind=noun.value,
                count=mention.weapon_count,
                rule="weapon list",
                evidence=(_tokens_span(document, mention.scan, noun.i, noun.j),),
            )
    return None


def _targets(incident: Incident) -> list[str]:
    found: list[str] = []
    for mention in incident.mentions:
        found += [target.name for target in mention.targets] or mention.target_words
    agents = {agent.name for agent in incident.agents}
    return [name for name in dict.fromkeys(found) if name not in agents][:4]


def _casualties(tale: _Story, incident: Incident) -> list[sheet.Casualty]:
    """The figures of an incident, each outcome in the order of the text.

    Figures of one sentence are parts and add up. A later sentence that gives other figures for the same people gives another
    total, unless its words add to the first ("also", "another").
    """
    rows: list[tuple[Figure, Mention]] = []
    for mention in incident.mentions:
        for figure in mention.figures:
            if not any(_repeats(figure, other) for other, _ in rows):
                rows.append((figure, mention))
    rows = _without_parts(rows)
    found: list[sheet.Casualty] = []
    for outcome in ("killed", "wounded", "missing", "detained"):
        group = [(f, m) for f, m in rows if f.outcome == outcome]
        if any(f.low or f.high is None for f, _ in group):
            group = [(f, m) for f, m in group if not (f.low == 0 and f.high == 0)]
        if group:
            found += _totals(tale, group)
    return found


_ADDS = frozenset("also another other others more additional alongside separately".split())


def _totals(tale: _Story, group: list[tuple[Figure, Mention]]) -> list[sheet.Casualty]:
    opening = group[0][1].scan.sentence.index
    parts = [(f, m) for f, m in group if m.scan.sentence.index == opening]
    later = [(f, m) for f, m in group if m.scan.sentence.index != opening]
    added, rivals = [], []
    for f, m in later:
        words = m.scan.sentence.lows[max(0, f.i - 2) : f.j + 3]
        (added if f.persons or _ADDS & set(words) and not f.total else rivals).append((f, m))
    parts += added
    whole = sum(f.low for f, _ in parts)
    # a smaller figure of a later sentence is a part of the first, not a rival
    rivals = [(f, m) for f, m in rivals if f.low > whole or f.total]
    rows = [_casualty(tale, f, m, total=bool(rivals) and len(parts) == 1) for f, m in parts]
    if rivals and len(parts) > 1:
        rows = [_casualty(tale, f, m, total=False) for f, m in parts]
        rows += [_casualty(tale, f, m, total=True) for f, m in rivals]
        return rows
    return rows + [_casualty(tale, f, m, total=True) for f, m in rivals]


def _casualty(tale: _Story, figure: Figure, mention: Mention, total: bool) -> sheet.Casualty:
    read = next(r for r in tale.reads if r.scan is mention.scan)
    speaker = blame.covering(read.speeches, figure.at, read.scan.sentence.lows)
    return sheet.Casualty(
        outcome=figure.outcome,
        low=figure.low,
        high=figure.high,
        victims=figure.victims,
        affiliation=figure.affiliation,  # type: ignore[arg-type]
        civilian=_civilian(figure),
        speaker=speaker.text if speaker else None,
        total=total or figure.total,
        evidence=(_sentence(tale.document, mention.scan),),
        rule=figure.rule,
    )


def _repeats(a: Figure, b: Figure) -> bool:
    """Whether a figure says again what another has said."""
    if a.outcome != b.outcome:
        return False
    if a.persons and b.persons and set(a.persons) <= set(b.persons):
        return True
    if a.low == b.low and (a.high == b.high or a.high is None or b.high is None):
        return not (a.persons and b.persons)
    return False


def _without_parts(rows: list[tuple[Figure, Mention]]) -> list[tuple[Figure, Mention]]:
    """Drops a person counted alone where a later row counts the same people together."""
    return [
        (f, m)
        for f, m in rows
        if not (
            f.persons
            and any(o is not f and o.outcome == f.outcome and set(f.persons) < set(o.persons) for o, _ in rows)
        )
    ]


def _civilian(figure: Figure) -> bool | None:
    return {"civilian": True, "force": False, "fighter": False}.get(figure.section or "")


def _attributions(tale: _Story, incident: Incident) -> list[sheet.Attribution]:
    found: dict[tuple[str | None, str | None, str], sheet.Attribution] = {}
    states = {b.actor.country for _, b in incident.blames if b.actor is not None and b.actor.kind == "state"}
    named = any(b.actor is not None and not b.actor.described for _, b in incident.blames)
    for mention, said in incident.blames:
        if mention is None:
            continue
        actor = said.actor.name if said.actor else None
        if said.actor is not None and said.actor.kind == "state_force" and said.actor.country in states:
            actor = (
                geography.state(said.actor.country or "") or actor
            )  # one voice says "U.S. forces", another "the U.S."
        if (
            said.actor is not None
            and said.actor.described
            and named
            and not said.actor.crowd
            and said.stance == "stated"
            and said.speaker is None
            and len(said.actor.name.split()) == 1
        ):
            continue
        key = (actor, said.speaker if said.stance != "stated" else None, said.stance)
        if key in found:
            continue
        found[key] = sheet.Attribution(
            actor=actor,
            speaker=said.speaker,
            stance=said.stance,
            confidence=blame.CONFIDENCE[said.stance],
            evidence=(_sentence(tale.document, mention.scan),),
            rule=said.rule,
        )
    return list(found.values())


def _announcements(tale: _Story, offset: int) -> list[sheet.Event]:
    """One event for each actor and kind of announcement, however often the article repeats it."""
    grouped: dict[tuple[str, str], list[tuple[verbal.Verbal, _Read]]] = {}
    for announcement, read in _named_speakers(tale.verbals):
        grouped.setdefault((announcement.type, announcement.actor.name), []).append((announcement, read))
    events = []
    for n, ((kind, actor), items) in enumerate(grouped.items(), offset + 1):
        whens = [
            w
            for _, read in items
            for w in read.scan.whens
            if w.resolved
            and w.role == "on"
            and w.precision in ("day", "week")
            and w.first
            and w.last
            and not any(m.when == w for m in read.mentions)
        ]
        when = (
            min(whens, key=lambda w: w.precision != "day", default=None)
            if kind == "threat"
            else next((w for w in whens if w.precision == "week"), None) or next(iter(whens), None)
        )
        published = tale.document.published_on
        interval = None
        if when is not None and when.first and when.last:
            interval = sheet.Interval(
                start=when.first,
                end=when.last,
                precision=when.precision,
                text=when.text,
                inferred=False,
                rule=when.rule,
                evidence=(_span(tale.document, when.start, when.end),),
            )
        elif published is not None:
            interval = sheet.Interval(
                start=published - 7 * story.DAY,
                end=published,
                precision="week",
                inferred=True,
                rule="announced before publication",
            )
        spans = tuple(dict.fromkeys(_sentence(tale.document, read.scan) for _, read in items))
        first = items[0][0]
        stance = "claimed" if first.speaker else "stated"
        country = next((p.country for p in _all_parties(tale) if p.name == actor and p.country), None)
        place = geography.of_country(country, country, 0, 0, "country of the actor") if country else None
        events.append(
            sheet.Event(
                id=f"e{n}",
                type=kind,
                date=interval,  # type: ignore[arg-type]
                place=sheet.Place(name=place.name, country=place.country, precision="country", rule=place.rule)
                if place
                else None,
                attributions=(
                    sheet.Attribution(
                        actor=actor,
                        speaker=first.speaker,
                        stance=stance,
                        confidence=blame.CONFIDENCE[stance],
                        evidence=spans[:1],
                        rule=first.rule,
                    ),
                ),
                certainty=70,
                evidence=spans,
                rule=first.rule,
            )
        )
    return events


def _named_speakers(items: list[tuple[verbal.Verbal, _Read]]) -> list[tuple[verbal.Verbal, _Read]]:
    """A lead's "Iran-backed militia" is the one group that the text goes on to name as making the same announcement."""
    named = {v.type: v.actor for v, _ in reversed(items) if not v.actor.described}
    return [
        (replace(v, actor=named[v.type]) if v.actor.described and v.type in named else v, read) for v, read in items
    ]


def _all_parties(tale: _Story) -> list[Party]:
    return [party for read in tale.reads for party in read.parties]


def _tally(document: Document, count: tallies.Count) -> sheet.Tally:
    return sheet.Tally(
        low=count.low,
        high=count.high,
        approximate=count.approximate,
        what=count.what[:500],
        since=count.since,
        until=count.until,
        speaker=count.speaker,
        evidence=(_sentence(document, count.scan),),
        rule=count.rule,
    )


def _actors(tale: _Story) -> list[sheet.Actor]:
    """Every actor that the article names or describes, with where."""
    spans: dict[str, list[sheet.Span]] = {}
    first: dict[str, Party] = {}
    used = {b.actor.name for i in tale.incidents for _, b in i.blames if b.actor} | {
        v.actor.name for v, _ in tale.verbals
    }
    for read in tale.reads:
        for party in read.parties:
            if party.described and party.name not in used:
                continue
            first.setdefault(party.name, party)
            spans.setdefault(party.name, []).append(_tokens_span(tale.document, read.scan, party.i, party.j))
    for incident in tale.incidents:
        for _, said in incident.blames:
            if said.actor is not None:
                first.setdefault(said.actor.name, said.actor)
    for announcement, _ in tale.verbals:
        first.setdefault(announcement.actor.name, announcement.actor)
    return [
        sheet.Actor(
            name=name,
            kind=party.kind,
            country=party.country,
            described=party.described,
            provisional=party.provisional,
            mentions=tuple(dict.fromkeys(spans.get(name, ()))),
        )  # type: ignore[arg-type]
        for name, party in first.items()
    ]
