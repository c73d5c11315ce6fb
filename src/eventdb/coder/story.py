"""The document told sentence by sentence: mentions brought to their incidents, with who is blamed for what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from eventdb.coder import (
    accounts,
    blaming,
    chronology,
    clauses,
    context,
    datelines,
    geography,
    loose,
    merging,
    parts,
    realis,
    siting,
    tallies,
    verbal,
    words,
)
from eventdb.coder.antecedents import Named
from eventdb.coder.blame import Blame
from eventdb.coder.figure import Figure
from eventdb.coder.geography import Spot
from eventdb.coder.incidents import Dated, Incident, in_mind
from eventdb.coder.mentions import OTHER_DEEDS, STRIKES, Mention
from eventdb.coder.parties import Party
from eventdb.coder.reading import Read
from eventdb.coder.when import DAY
from eventdb.document.types import Document

_LABOUR = words.entries("story", "labour")
_NO_LABOUR = words.entries("story", "no labour")
_LEAD = 2  # sentences, the title among them, that tell the news
_YEAR_LINE = 6  # tokens that a line has, at most, that is but a year with marks round it
_TOWN = 2  # rank of a place that tells one attack from another
_SHORT = 120  # tokens of an article in which two such words are enough
_MUCH = 4  # words of labour that make it the matter of an article
_LOCATED = words.entries("story", "located")
_ENDS = (["."], [","], [";"])
_LONG_PAST = 200 * DAY
_SUMS = words.phrases("story", "sums")
_FOLLOWING_ON = words.phrases("story", "following on")
_ANSWERS = words.entries("story", "answers")


@dataclass(slots=True)
class Story:
    """The document as it is read, sentence by sentence."""

    document: Document
    reads: list[Read]
    countries: geography.Context
    incidents: list[Incident] = field(default_factory=list)
    verbals: list[tuple[verbal.Verbal, Read]] = field(default_factory=list)
    counts: list[tallies.Count] = field(default_factory=list)
    waiting: list[tuple[Read, list[Figure]]] = field(default_factory=list)  # figures before the first incident
    last: Dated | None = None
    past: tuple[int, Dated] | None = None
    named: Named = field(default_factory=Named)
    gaps: list[chronology.Gap] = field(default_factory=list)
    order: list[Incident] = field(default_factory=list)  # incidents as they are spoken of
    passed_over: list[tuple[Read, Blame, str]] = field(default_factory=list)  # blames of no incident, and why


def tell(document: Document, reads: list[Read]) -> Story:
    """The story of a document, its incidents set in time, with who is held to have made them."""
    tale = Story(
        document,
        reads,
        geography.context(
            [read.scan for read in reads], [place for read in reads for place in read.places], datelines.town(document)
        ),
    )
    labour = _about_labour(reads)
    for read in reads:
        _year_alone(tale, read)
        if not read.scan.sentence.heading:
            _take(tale, read, labour)
        else:
            _pass_over(read, "a headline, which makes no event by itself")
    if not labour:
        _headlines(tale)
    parts.take_sums_from(tale.incidents)
    chronology.set_in_time(tale.incidents, tale.gaps, document.published_on)
    chronology.date_the_news(tale.incidents, [read.scan for read in reads], tale.gaps, document.published_on)
    context.imply(tale.incidents, reads)
    blaming.in_own_release(tale.incidents, document.publisher)
    return tale


def stands(incident: Incident) -> bool:
    """Whether an incident belongs on the sheet.

    One that nothing dates does only with victims and an actor, or with a town or site beside one of them.
    """
    if incident.date is not None:
        return True
    hurt = any(f.low or f.high == 0 for m in incident.mentions for f in m.figures)
    actor = bool(incident.agents)
    site = incident.spot is not None and incident.spot.rank >= 2
    generic = incident.type == "other_attack"
    alone = generic and len(incident.mentions) == 1
    return (hurt and actor) or (site and (hurt or actor) and not alone)


def _about_labour(reads: list[Read]) -> bool:
    """Whether the strikes of the article are those of workers."""
    counts = Counter(low for read in reads for low in read.scan.sentence.lows)
    much = sum(counts[low] for low in _LABOUR)
    short = counts.total() < _SHORT
    return (much >= _MUCH or (short and much >= 2)) and not any(counts[low] for low in _NO_LABOUR)


def _take(tale: Story, read: Read, labour: bool) -> None:
    """Adds a sentence to the story."""
    found = read.scan
    counts = tallies.find(found, read.mentions, read.figures, read.speeches, tale.document.published_on)
    tale.counts += counts
    summed = {id(count.figure) for count in counts}
    if tale.incidents:
        summed |= {id(figure) for figure in read.figures if tallies.of_a_stretch(found, figure)}
    for mention in read.mentions:
        mention.figures = [figure for figure in mention.figures if id(figure) not in summed]
    here: list[tuple[Mention, Incident]] = []
    if not labour:
        for mention in siting.each_site(read):
            incident = _settle(tale, read, mention, here[-1][1].best_dated if here else None)
            if incident is not None:
                here.append((mention, incident))
                tale.last = incident.best_dated or tale.last
        _hand_on(read, here)
        _loose_figures(tale, read, here, summed)
        _gaps(tale, here)
        _ties(tale, read, here)
    else:
        _pass_over(read, "strikes of workers are the matter of the article")
    tale.passed_over += [(read, *left) for left in blaming.assign(read, here, in_mind(tale.incidents), tale.named)]
    for announcement in verbal.find(found, read.parties, read.speeches, tale.named.group):
        tale.verbals.append((announcement, read))
    tale.named.note(found, read.parties)
    _located(tale, read, here)
    for w in found.whens:
        if w.role == "on" and w.first and w.last:
            tale.last = Dated(w.first, w.last, w.precision, w, w.inferred, w.rule)
    for _, incident in here:
        if incident.best_dated is not None:
            tale.last = incident.best_dated


def _pass_over(read: Read, why: str) -> None:
    for mention in read.mentions:
        mention.passed_over = why


def _year_alone(tale: Story, read: Read) -> None:
    """ "2007", "2007:" as a line of a chronicle: the year of the days below it."""
    if len(read.scan.sentence.lows) > _YEAR_LINE:
        return
    lows = [low for low in read.scan.sentence.lows if low not in (":", ".", "-", "—", "–")]
    if len(lows) == 1 and len(lows[0]) == 4 and lows[0].isdecimal() and lows[0][:2] in ("19", "20"):
        first = date(int(lows[0]), 1, 1)
        tale.past = (read.scan.sentence.index, Dated(first, first, "day", None, False, "year of a chronicle"))


def _note_past(tale: Story, dated: Dated, index: int, in_order: bool) -> None:
    """Keeps an older date with its year, so that a later "Jan. 8" can follow it; a recent day ends that.

    A date that follows one so kept (`in_order`) hands the year on.
    """
    published = tale.document.published_on
    if published is None:
        return
    if in_order and dated.inferred and dated.precision in ("day", "month"):
        tale.past = (index, dated)
    if not dated.inferred and (published - dated.last).days > 150 and dated.precision in ("day", "month"):
        tale.past = (index, dated)
    elif not dated.inferred and (published - dated.last).days < 60:
        tale.past = None


def _settle(tale: Story, read: Read, mention: Mention, beside: Dated | None) -> Incident | None:
    """Brings a mention to its incident: a known one, a new one, or none; `beside` dates the one told just before."""
    mention.passed_over = _none_of_its_own(tale, read, mention)
    if mention.passed_over is not None:
        return None
    index = read.scan.sentence.index
    past = tale.past[1] if tale.past and index - tale.past[0] <= 6 else None
    dated = chronology.date_of(mention, _reckoned_from(tale, mention), past, tale.document.published_on, beside)
    spot = siting.spot(read, mention, tale.reads, tale.countries)
    known = merging.place_in(mention, spot, dated, in_mind(tale.incidents), index, voices=_voices(read))
    account = None if known else accounts.attack_meant(mention, spot, dated, in_mind(tale.incidents), read.blames)
    if account is not None:
        known, spot = (account, "its maker's own account"), None
    if known is not None:
        incident, mention.joined = known
        if mention.of_attackers:
            mention.agent = None  # those who killed the attackers did not attack
    else:
        if not _stands(
            mention,
            spot,
            dated,
            any(b.actor is not None for b in read.blames),
            opens=not tale.incidents,
        ):
            mention.passed_over = "says too little of day, place, actor and victims to be an incident of its own"
            return None
        said = chronology.spoken_on(mention, tale.document.published_on)
        news = said is not None and mention.link not in OTHER_DEEDS  # what came before the news is older than its day
        incident = Incident(spoken=said[0].first if said and news else None)
        tale.incidents.append(incident)
    incident.mentions.append(mention)
    if spot is not None:
        incident.spots.append(spot)
    if dated is not None:
        incident.dated.append(dated)
        if mention.link != "including":
            _note_past(tale, dated, index, in_order=past is not None and dated.first >= past.last)
    return incident


def _voices(read: Read) -> list[Party]:
    """Who speaks in a sentence, a force whose owner is not told among them."""
    return [
        party
        for speech in read.speeches
        for party in (*speech.parties, *(force for force in read.forces if speech.i <= force.i < speech.j))
    ]


def _none_of_its_own(tale: Story, read: Read, mention: Mention) -> str | None:
    """Why a mention is no single attack that happened, where it is none."""
    if tuple(read.scan.sentence.lows[:3]) in _SUMS:
        return "a sum of what other sentences tell"
    if mention.unreal:
        return realis.why(mention.unreal)
    if mention.aggregate:
        return "many attacks, not one"
    if tallies.is_campaign(read.scan):
        return "the sum of a whole campaign"
    if (
        mention.plural
        and mention.definite
        and mention.when is None
        and mention.noun is not None
        and not mention.figures
    ):
        # "the attacks" are one incident only where the story has told of several as one
        strikes = mention.noun.section in STRIKES
        if not strikes and not any(incident.first.plural and incident.dated for incident in in_mind(tale.incidents)):
            return "several known attacks, none of which the article tells as one"
    return None


def _reckoned_from(tale: Story, mention: Mention) -> Dated | None:
    """The date from which "a week earlier" counts: the one last spoken of, but the news before a month long past."""
    last = tale.last
    told = _day_beside(mention)
    if told is not None:
        return told
    if last is None and tale.document.published_on is not None:
        day = tale.document.published_on
        return Dated(day, day, "day", None, True, "day of publication")
    lead = tale.incidents[0].best_dated if tale.incidents else None
    back = mention.when is not None and mention.when.after is not None and mention.when.after[0] < 0
    if not back or lead is None or last is None or last.precision not in ("month", "year"):
        return last
    return lead if lead.first > last.last + _LONG_PAST else last


def _day_beside(mention: Mention) -> Dated | None:
    """ "Claimed on Saturday an attack a day earlier": the day that the sentence itself names before."""
    when = mention.when
    if when is None or when.after is None:
        return None
    days = [w for w in mention.scan.whens if w.role == "on" and w.precision == "day" and w.end <= when.start]
    found = next((w for w in reversed(days) if w.first is not None and w.last is not None), None)
    if found is None or found.first is None or found.last is None:
        return None
    return Dated(found.first, found.last, found.precision, found, found.inferred, found.rule)


def _stands(mention: Mention, spot: Spot | None, dated: Dated | None, blamed: bool, *, opens: bool) -> bool:
    """Whether a mention says enough to be an incident of its own; `opens`: nothing was told before it."""
    persons = any(f.persons for f in mention.figures)
    exact = [f for f in mention.figures if f.low]
    hurt = bool(exact)
    whom = bool(mention.targets or mention.target_words or hurt)
    signs = (dated is not None) + (spot is not None) + bool(mention.agent or blamed) + whom
    if persons and (mention.agent or spot or dated):
        return True
    lead = spot is not None or dated is not None or mention.scan.sentence.index <= _LEAD
    if opens and hurt and lead and mention.type != "other_attack":
        return True  # news that takes the attack as known: "seven were hurt in the missile strike on the base"
    if (mention.noun is not None and mention.noun.section == "clash") or (
        mention.act is not None and mention.act.section == "clash" and mention.noun is None
    ):
        return dated is not None and (hurt or spot is not None)
    if (
        dated is not None
        and not mention.definite
        and mention.type != "other_attack"
        and dated.precision in ("day", "month", "week")
    ):
        return True
    if mention.link == "after" and mention.by_noun and not mention.definite and any(f.low == f.high for f in exact):
        return True  # "days after a similar attack killed three": older news, which its toll tells apart
    if mention.anaphor and not opens:
        town = spot is not None and spot.rank >= _TOWN
        return dated is not None and (town or mention.agent is not None)  # "the attack" is one that was told
    if mention.anaphor or (mention.definite and mention.noun is not None and not mention.figures):
        return signs >= 3 or (signs >= 2 and (dated is not None or mention.act is not None))
    return signs >= 2


def _hand_on(read: Read, here: list[tuple[Mention, Incident]]) -> None:
    """What a clause that is no incident itself counts goes to the incident of its sentence.

    "Six guerrillas fell in a battle as they stormed the fort": the battle is the incident, the six are its dead.
    """
    settled = {id(mention) for mention, _ in here}
    for mention in read.mentions:
        lost = id(mention) not in settled and not mention.alone and not mention.unreal and not mention.aggregate
        if here and lost and mention.link not in OTHER_DEEDS:
            here[0][0].figures.extend(f for f in mention.figures if f not in here[0][0].figures)


def _located(tale: Story, read: Read, here: list[tuple[Mention, Incident]]) -> None:
    """ "The facilities were located in X": a later sentence that says where the incident last spoken of was."""
    if here or not tale.order:
        return
    lows, latest = read.scan.sentence.lows, tale.order[-1]
    told = bool(_LOCATED & set(lows))
    sites = [
        place
        for place in read.places
        if place.rank >= 2 and not place.takes_up and (told or siting.was_there(lows, place.i))
    ]
    if not sites or read.scan.sentence.index - latest.mentions[-1].scan.sentence.index > 1:
        return
    spot = geography.spot(read.scan, sites[0], read.places, tale.countries)
    known = latest.spot
    if known is None or (known.rank < spot.rank and geography.agree(known, spot) is not False):
        latest.spots.append(spot)
        latest.mentions.append(_whole(read, 0, latest, "where it was"))


def _loose_figures(tale: Story, read: Read, here: list[tuple[Mention, Incident]], summed: set[int]) -> None:
    """Figures of a sentence without a mention of an incident of its own belong to the one spoken of before, or next."""
    for earlier, figures in tale.waiting if here else []:
        if loose.is_near(read, earlier):
            incident = here[0][1]
            incident.mentions.append(_whole(earlier, figures[0].at, incident, loose.RULE, figures))
    tale.waiting = [] if here else tale.waiting
    figures = [f for f in loose.of(read, {id(mention) for mention, _ in here}) if id(f) not in summed]
    if not figures or here or tallies.is_campaign(read.scan, lead=not tale.incidents):
        return
    if not tale.incidents:
        tale.waiting.append((read, figures))  # "police said on Sunday that four had died": the attack is told next
        return
    incident_of = loose.incident_of(read, figures, tale.incidents)
    if incident_of is not None:
        incident_of.mentions.append(_whole(read, figures[0].at, incident_of, loose.RULE, figures))


def _whole(read: Read, at: int, incident: Incident, rule: str, figures: Sequence[Figure] = ()) -> Mention:
    """A mention that carries a sentence which names no attack to its incident."""
    end = len(read.scan.sentence.tokens)
    return Mention(read.scan, 0, end, at, incident.type, rule, anaphor=True, figures=list(figures))


def _gaps(tale: Story, here: list[tuple[Mention, Incident]]) -> None:
    """Keeps how far apart two incidents are said to be: "A, two days after B", "Two days after B, A"."""
    for n, (mention, earlier) in enumerate(here):
        gap = chronology.gap_of(mention)
        if gap is None:
            continue
        beside = [incident for _, incident in here[:n][::-1] + here[n + 1 :]] or tale.order[-1:]
        later = next((incident for incident in beside if incident is not earlier), None)
        if later is not None:
            tale.gaps.append((later, earlier, gap))


def _ties(tale: Story, read: Read, here: list[tuple[Mention, Incident]]) -> None:
    """Ties incidents by the words that join the pieces of a sentence, or a sentence to the one before."""
    links = [(piece.i, piece.link) for piece in clauses.pieces(read.scan)] if len(here) > 1 else []
    for n, (mention, incident) in enumerate(here[1:], 1):
        for first, other in reversed(here[:n]):
            if other is incident or other in incident.responds_to or incident in other.responds_to:
                continue
            between = [link for i, link in links if first.i < i <= mention.i]
            opened = first.link in ("responds", "after") and first.i == 0  # "In response to an attack, …"
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
        answered = "response" in lows and lows[lows.index("response") + 1 : lows.index("response") + 2] in _ENDS
        follows = answered or bool(_ANSWERS & set(opens)) or tuple(lows[:2]) in _FOLLOWING_ON
        if follows and before not in incident.responds_to and incident not in before.responds_to:
            incident.responds_to.append(before)
    tale.order += [incident for _, incident in here]


def _headlines(tale: Story) -> None:
    """A headline gives a place to an incident of the lead that has none; by itself it makes no incident."""
    for read in tale.reads:
        for mention in read.mentions:
            if mention.unreal or mention.aggregate or not read.scan.sentence.title:
                continue
            spot = siting.spot(read, mention, tale.reads, tale.countries)
            if tale.incidents:
                known = merging.place_in(
                    mention, spot, None, tale.incidents[:2], tale.incidents[0].first.scan.sentence.index + 1
                )
                if known is not None and spot is not None and known[0].spot is None:
                    known[0].spots.append(spot)
