"""Which incident a mention belongs to.

A mention with an article or name of its own ("the strike", "that attack", "Sunday's strikes") goes back to the nearest
incident that it does not contradict; a new one ("a rocket attack") begins an incident unless day, place or victims say
that it is known.
"""

from __future__ import annotations

from collections.abc import Sequence

from eventdb.coder import fitting, words
from eventdb.coder.geography import Spot, agree
from eventdb.coder.incidents import Dated, Incident
from eventdb.coder.mentions import GENERIC, OTHER_DEEDS, Mention
from eventdb.coder.parties import OF_STATE, Party, principal, same
from eventdb.coder.when import DAY

_SEPARATE = words.entries("story", "separate")
_OTHER = words.entries("story", "other")
_POINTING = words.entries("story", "pointing")
# ties within which a clause without a day of its own goes on with what was told
_GOES_ON = frozenset({"", "and", "when", "while", "blame"})
_UNDATED = 1.0
_NEW = 2.6  # what must speak for it that a new attack is one that was told
_KNOWN_AGAIN = 1.5
_OWN_DEED = 0.5
_NEXT = 2  # sentences within which the news goes on
_AFTERMATH = 3  # sentences after an attack in which its attackers are dealt with
_OLD = 1.5
_NEWS = 14 * DAY  # what is older than the news by more is its background


def place_in(
    mention: Mention,
    spot: Spot | None,
    dated: Dated | None,
    incidents: list[Incident],
    sentence: int,
    *,
    voices: Sequence[Party] = (),
) -> tuple[Incident, str] | None:
    """The incident that a mention goes back to, and what brings it there; None where it begins one.

    `voices` are those who speak in its sentence: who made an attack tells what came of it.
    """
    best: tuple[float, Incident, str] | None = None
    if _is_separate(mention):
        return None
    spoken_of = _of_that_day(mention, incidents)
    if spoken_of is not None:
        return spoken_of, "a clause on the day just named"
    if mention.of_attackers and (ended := _ended(spot, dated, incidents, sentence)) is not None:
        return ended, "the end of those who made it"
    known = [] if mention.earlier else _known_again(mention, incidents)
    fits = [(incident, fitting.fit(mention, spot, dated, incident)) for incident in incidents]
    demonstrative = mention.noun is not None and mention.anaphor and _points(mention)
    latest = max((incident.mentions[-1].scan.sentence.index for incident, fit in fits if fit is not None), default=0)
    for n, (incident, fit) in enumerate(fits):
        gap = sentence - incident.mentions[-1].scan.sentence.index
        if fit is None or (demonstrative and gap > sentence - latest):
            continue
        if mention.earlier and not n:
            continue  # "the previous attack": one before the news
        # another piece of the sentence, set apart by "after" or "in response to", is another incident
        if gap == 0 and not mention.anaphor and fit < 3.5 and mention.link not in ("", "and", "aside"):
            continue
        restated = gap <= 2 and _restated(mention, spot, incident)
        hard = restated or _is_hard(mention, spot, dated, incident)
        dates_it = _dates_the_news(mention, dated, incident, gap)
        if not (mention.definite or mention.anaphor or mention.noun is None or gap == 0 or hard or dates_it):
            continue  # "an airstrike": a new one, unless day, place or victims say otherwise
        asked = _asked(mention, spot, dated, gap, mention.type in incident.types)
        asked = min(asked, 1.0 if restated or dates_it else 0.6 if demonstrative else _NEW)
        near = max(0.0, 1.2 - 0.4 * gap) + 0.1 * n / len(incidents)
        total = fit + (near + (0.0 if n else 0.2) if asked < _NEW else 0.3 * near)
        if mention.earlier and incident.first.link in OTHER_DEEDS:
            total += asked  # "the previous attack" is the one that came before the news
        if mention.noun is None and mention.agent is None and _speaks_of_own(voices, incident):
            total += _OWN_DEED
        if known:
            total += _KNOWN_AGAIN if incident in known else -_KNOWN_AGAIN
        if mention.anaphor and not demonstrative and n and _is_background(incident, incidents[0], sentence):
            total -= 0.0 if incident in known else _OLD
        if mention.reaction and mention.anaphor and n and not demonstrative and _is_older(incident, incidents[0]):
            total -= 0.0 if incident in known else _OLD  # what is condemned is the news
        if total >= asked and (best is None or total > best[0]):
            best = (total, incident, _tie(mention, restated, hard))
    return best[1:] if best else None


def _speaks_of_own(voices: Sequence[Party], incident: Incident) -> bool:
    """Whether who speaks is who made the attack: "the army said that 45 fighters were killed"."""
    return any(
        same(principal(voice), agent) or (voice.described and voice.kind == "state_force" and agent.kind in OF_STATE)
        for voice in voices
        for agent in incident.agents
    )


def _asked(mention: Mention, spot: Spot | None, dated: Dated | None, gap: int, alike: bool) -> float:
    """How much must speak for it that a mention goes back to an incident last told `gap` sentences before.

    `alike` says that the two are of one kind.
    """
    vague = mention.anaphor and dated is None and spot is None
    asked = 0.3 if vague else 1.0 if mention.anaphor else 1.9 if mention.definite else _NEW
    unlocated = spot is None or (spot.latitude is None and spot.rank == 2)
    bare = mention.agent is None and unlocated and dated is None and not mention.figures
    if bare and (mention.definite or mention.noun is None):
        asked = 0.8
    if gap == 0 and not mention.definite:
        asked += 1.0
    undetailed = mention.noun is None and dated is None and spot is None and mention.type != "other_attack"
    if undetailed and alike and 0 < gap <= 2:
        asked = 0.3  # nothing says that it is another: the story goes on
    if gap > 0 and dated is None and not mention.by_noun and mention.link in _GOES_ON:
        asked = min(asked, _UNDATED)
    return asked


def _dates_the_news(mention: Mention, dated: Dated | None, incident: Incident, gap: int) -> bool:
    """Whether a later sentence gives the day of news that had none.

    "The army said on Friday. Soldiers were on patrol when fighting broke out on Thursday"; "until Friday's attacks".
    """
    if dated is None or dated.precision != "day" or incident.best_dated is not None or mention.figures:
        return False
    if mention.definite and mention.noun is not None and mention.noun.section in GENERIC:
        return 0 < gap <= _AFTERMATH
    near = incident.spoken is not None and 0 * DAY <= incident.spoken - dated.last <= DAY
    return mention.link == "when" and near and 0 < gap <= _NEXT


def _is_older(incident: Incident, news: Incident) -> bool:
    dated, newest = incident.best_dated, news.best_dated
    return dated is not None and newest is not None and dated.first < newest.first


def _ended(spot: Spot | None, dated: Dated | None, incidents: list[Incident], sentence: int) -> Incident | None:
    """The incident last told, where attackers die without a day or place of their own."""
    latest = max(incidents, key=lambda i: i.mentions[-1].scan.sentence.index, default=None)
    if latest is None or sentence - latest.mentions[-1].scan.sentence.index > _AFTERMATH:
        return None
    place, known = latest.spot, latest.best_dated
    there = spot is None or (place is not None and agree(spot, place) is True)
    then = dated is None or known is None or dated.first <= known.last + DAY
    return latest if there and then else None


def _of_that_day(mention: Mention, incidents: list[Incident]) -> Incident | None:
    """ "The last strike was in January, when it killed a leader": what the clause tells came on the day before it."""
    when = mention.when
    if mention.link != "when" or when is None or when.start > mention.scan.sentence.tokens[mention.at].start:
        return None
    lows, k = mention.scan.sentence.lows, mention.scan.token_at(when.start)
    if {"since", "worst"} & set(lows[:k]) or "as" in lows[:k]:
        return None  # "the deadliest since May, when"
    for incident in incidents:
        told = incident.mentions[-1]
        if (
            told.scan is mention.scan
            and told.when is not None
            and told.when.start == when.start
            and told.j <= mention.i
        ):
            return incident
    return None


def _is_background(incident: Incident, news: Incident, sentence: int) -> bool:
    """Whether an incident is only told beside the news: older, or compared with it, and not what was spoken of last.

    "Echoing an attack last year. The bombing killed …" goes on with the news; "last year a bomb went off there. The
    blast killed …" goes on with last year's.
    """
    last, dated, newest = incident.mentions[-1], incident.best_dated, news.best_dated
    older = dated is not None and newest is not None and dated.last < newest.first - _NEWS
    spoken_of = sentence - last.scan.sentence.index <= 1 and last.i == 0 and not last.other
    return (older or incident.first.other) and not spoken_of


def _known_again(mention: Mention, incidents: list[Incident]) -> list[Incident]:
    """ "The Bamako attack", "the attack on the Golden Star": the incidents of which those names were told."""
    if not mention.known_by:
        return []
    shared = [(len(mention.known_by & incident.known_by), incident) for incident in incidents]
    most = max((count for count, _ in shared), default=0)
    return [incident for count, incident in shared if count == most] if most else []


def _is_separate(mention: Mention) -> bool:
    """ "Separately, …", "in a second attack", "elsewhere": the text itself says that it is another."""
    lows = mention.scan.sentence.lows
    opens = lows[:5] if mention.i <= 6 else lows[mention.i : mention.i + 5]
    other = opens[:1] == ["in"] and opens[1:2] in (["a"], ["another"]) and bool(_OTHER & set(opens[1:3]))
    return mention.other or (not mention.anaphor and (other or bool(_SEPARATE & set(opens))))


def _tie(mention: Mention, restated: bool, hard: bool) -> str:
    """What brings a mention to an incident, in words."""
    if restated:
        return "a state's strikes, told once more"
    if mention.anaphor:
        return "takes up an attack that was told"
    if hard:
        return "day, place or victims are the same"
    if mention.definite:
        return "takes the attack as known"
    return "nothing says that it is another"


def _restated(mention: Mention, spot: Spot | None, incident: Incident) -> bool:
    """A state's strikes, told once by the article and once by a speaker in the sentences that follow."""
    place = incident.spot
    agent = principal(mention.agent) if mention.agent is not None else None
    return (
        mention.plural
        and agent is not None
        and agent.kind in OF_STATE
        and any(same(agent, other) for other in incident.agents)
        and (spot is None or place is None or agree(spot, place) is True)
    )


def _points(mention: Mention) -> bool:
    """Whether "that" or the like, and no "the", stands before the mention's noun."""
    if mention.noun is None:
        return False
    before = mention.scan.sentence.lows[max(0, mention.noun.i - 2) : mention.noun.i]
    return next((low in _POINTING for low in reversed(before) if low in _POINTING or low == "the"), False)


def _is_hard(mention: Mention, spot: Spot | None, dated: Dated | None, incident: Incident) -> bool:
    """Whether day, place or victims speak for one incident, and not only its kind and its actors."""
    known, place = incident.best_dated, incident.spot
    sure = dated is not None and known is not None and dated.weak == known.weak
    if sure and dated is not None and dated.precision in ("day", "week"):
        return True
    new = dated is not None and known is None and not mention.definite  # "an airstrike in X in late February"
    if not new and spot is not None and place is not None and min(spot.rank, place.rank) >= 1 and agree(spot, place):
        return True
    persons = mention.persons
    return bool(persons and persons & incident.persons) or fitting.alike_figures(mention, incident) > 0
