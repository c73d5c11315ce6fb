"""Figures of a sentence that tells no attack by itself: of which incident they are."""

from __future__ import annotations

from eventdb.coder.figure import Figure
from eventdb.coder.incidents import Incident, in_mind
from eventdb.coder.mentions import OTHER_DEEDS
from eventdb.coder.parties import OF_STATE, country_of
from eventdb.coder.reading import Read
from eventdb.coder.when import DAY

RULE = "figures of the incident last spoken of"  # of the mention that carries them
_NEAR = 3  # sentences
_LONG_PAST = 30 * DAY


def of(read: Read, settled: set[int]) -> list[Figure]:
    """The figures of a sentence that no mention holds; `settled` are the ids of the mentions that have an incident."""
    other = [m for m in read.mentions if m.unreal or m.aggregate or m.link in OTHER_DEEDS or m.when is not None]
    held = {id(f) for m in other for f in m.figures} | {
        id(f) for m in read.mentions if id(m) in settled for f in m.figures
    }
    return [figure for figure in read.figures if id(figure) not in held]


def incident_of(read: Read, figures: list[Figure], incidents: list[Incident]) -> Incident | None:
    """The incident of figures that stand loose: the one last spoken of that they do not contradict.

    Far from it, "no casualties" and a toll that takes in all the others are said of the news.
    """
    may = [incident for incident in in_mind(incidents) if not _contradicts(incident, figures)]
    if not may:
        return None
    # of two in one sentence not the one behind an "after", which is older news
    latest = max(
        reversed(may), key=lambda i: (i.mentions[-1].scan.sentence.index, i.mentions[-1].link not in OTHER_DEEDS)
    )
    if _is_background(read, latest, incidents[0]) and incidents[0] in may:
        return incidents[0]
    if read.scan.sentence.index - latest.mentions[-1].scan.sentence.index <= _NEAR:
        return latest
    of_the_news = all(figure.high == 0 or figure.total for figure in figures)
    return incidents[0] if of_the_news and incidents[0] in may else None


def _is_background(read: Read, latest: Incident, lead: Incident) -> bool:
    """Whether an incident is long past, and was told in another paragraph: the next goes on with the news."""
    known, news = latest.best_dated, lead.best_dated
    if known is None or news is None or latest.mentions[-1].scan.sentence.paragraph == read.scan.sentence.paragraph:
        return False
    return known.last < news.first - _LONG_PAST


def is_near(read: Read, earlier: Read) -> bool:
    """Whether a sentence stands so near after an earlier one that figures of the one may be of the other's attack."""
    return read.scan.sentence.index - earlier.scan.sentence.index <= _NEAR


def _contradicts(incident: Incident, figures: list[Figure]) -> bool:
    """Whether figures cannot be of an incident: "no casualties" where some died, or the attacker's own people."""
    died = any(f.outcome == "killed" and f.low for m in incident.mentions for f in m.figures)
    if died and any(f.outcome == "killed" and f.high == 0 for f in figures):
        return True
    states = {agent.country for agent in incident.agents if agent.kind in OF_STATE and agent.country}
    own = {country for f in figures if f.affiliation is not None and (country := country_of(f.affiliation))}
    return bool(own & states)
