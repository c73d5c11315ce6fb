"""When the incidents of a document happened.

What the words of a mention do not date is set between the incidents before and after it in the story, and the news
itself about the day of publication.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from eventdb.coder import timing, words
from eventdb.coder.incidents import Dated, Incident
from eventdb.coder.mentions import OTHER_DEEDS, Mention
from eventdb.coder.scan import Scan
from eventdb.coder.when import DAY, PRECISIONS, Precision, When, day_of, month_of

_ANSWER = 45 * DAY  # an answer comes within so many days of what it answers
_BEFORE = 30 * DAY  # and what is answered within so many before
_NEXT = 2  # sentences within which a story of the past goes on
_WENT_ON = 40 * DAY
_ONE_MORE = words.entries("timing", "one more")
_OPENING = 2  # sentences after the first that tells the news, up to which a day is that of the news
_GOING_ON = words.entries("timing", "going on")
_NEWS = 7  # days from an incident to publication within which it is the news
Gap = tuple[Incident, Incident, When]  # the second came so long before the first
_PERFECT = frozenset({"had", "has", "have", "previously", "earlier", "ago", "since", "past", "once"})
_WIDEST: dict[Precision, int] = {"day": 0, "week": 8, "month": 62, "year": 800}  # precision → days that it may span


def date_of(
    mention: Mention, last: Dated | None, past: Dated | None, published: date | None, beside: Dated | None = None
) -> Dated | None:
    """The interval that the mention's own words give, `beside` being the date of the incident told just before it.

    `last` is the date last spoken of, for "that month"; `past` an older date with its year in which the story has
    been told lately: a day and month without a year then follow it ("Jan. 8" after a December).
    """
    when = mention.when
    if when is None:
        return _from_beside(mention, beside)
    if when.same in ("day", "month", "week", "year", "morning", "evening", "night"):
        if last is None:
            return None
        if when.same == "month" and last.precision in ("day", "week", "month"):
            first, end = month_of(last.first.year, last.first.month)
            return Dated(first, end, "month", when, True, "same month as before")
        return Dated(last.first, last.last, last.precision, when, True, f"same {when.same} as before")
    if when.after is not None:
        if last is None or when.same == "clause":
            return None
        first, end = last.first + when.after[0] * DAY, last.last + when.after[1] * DAY
        if published is not None:
            end = min(end, published)
            first = min(first, end)
        precision: Precision = when.precision if last.precision == "day" else "month"
        return Dated(first, end, _precision(first, end, precision), when, True, "distance from the incident before")
    if when.first is None or when.last is None:
        return None
    if when.inferred and when.month_day is not None and past is not None and when.first > past.last + 120 * DAY:
        moved = _following(when.month_day, past.first)
        if moved is not None:
            return Dated(*moved, when.precision, when, True, f"{when.rule}, the first after {past.first}")
    weak = timing.is_of_the_word(mention, published)
    return Dated(when.first, when.last, when.precision, when, when.inferred, when.rule, weak)


def gap_of(mention: Mention) -> When | None:
    """The distance that ties a clause to its sentence: "came under fire, a day after the strikes"."""
    scan = mention.scan
    return next(
        (w for w in scan.whens if w.same == "clause" and 0 <= mention.i - scan.token_at(w.end) + 1 <= 1),
        None,
    )


def _from_beside(mention: Mention, beside: Dated | None) -> Dated | None:
    """ "Came under fire on Monday, a day after the strikes": the strikes were on Sunday."""
    gap = gap_of(mention)
    if gap is None or beside is None or beside.precision != "day":
        return None
    return _back(beside, gap)


def _back(known: Dated, gap: When) -> Dated | None:
    """The date of what a gap is counted from."""
    if gap.after is None:
        return None
    first, end = known.first - gap.after[1] * DAY, known.last - gap.after[0] * DAY
    first = min(first, end)
    return Dated(first, end, _precision(first, end), gap, True, "distance from what came after it")


def _forth(known: Dated, gap: When, published: date | None) -> Dated | None:
    """The date of what is told with a gap to it."""
    if gap.after is None:
        return None
    first, end = known.first + gap.after[0] * DAY, known.last + gap.after[1] * DAY
    if published is not None:
        first, end = min(first, published), min(end, published)
    first = min(first, end)  # a distance may be told with its ends in either order
    return Dated(first, end, _precision(first, end), gap, True, "distance from what came before it")


def _following(month_day: tuple[int, int | None], after: date) -> tuple[date, date] | None:
    month, day = month_day
    for year in (after.year, after.year + 1):
        if day is None:
            first, last = month_of(year, month)
        else:
            found = day_of(year, month, day)
            if found is None:
                continue
            first = last = found
        if last >= after:
            return first, last
    return None


def _precision(first: date, last: date, least: Precision = "day") -> Precision:
    width = (last - first).days
    fits: Precision = next((precision for precision, most in _WIDEST.items() if width <= most), "unknown")
    return max(fits, least, key=PRECISIONS.index)


def set_in_time(incidents: list[Incident], gaps: list[Gap], published: date | None) -> None:
    """Gives each incident its date; the undated stand between what they answer and what answers them."""
    for incident in incidents:
        incident.date = incident.best_dated
    _bridge(gaps, published)
    answers: dict[Incident, list[Incident]] = {}
    for incident in incidents:
        for other in dict.fromkeys(incident.responds_to):
            answers.setdefault(other, []).append(incident)
    for _ in range(3):
        for incident in incidents:
            if incident.date is None:
                incident.date = _between(incident, answers.get(incident, []), published)


def _bridge(gaps: list[Gap], published: date | None) -> None:
    """Dates the one of two incidents from the other and the distance between them."""
    for later, earlier, gap in gaps:
        if earlier.date is None and later.date is not None and later.date.precision in ("day", "week"):
            earlier.date = _back(later.date, gap)
        elif later.date is None and earlier.date is not None and earlier.date.precision in ("day", "week"):
            later.date = _forth(earlier.date, gap, published)


def _between(incident: Incident, answers: list[Incident], published: date | None) -> Dated | None:
    before = [other.date for other in incident.responds_to if other.date is not None]
    after = [other.date for other in answers if other.date is not None]
    if after and not before:
        nearest = min(after, key=lambda d: d.first)
        first = nearest.first - _BEFORE
        return Dated(
            first, nearest.last, _precision(first, nearest.last, "month"), None, True, "before what answers it"
        )
    if before:
        start = max(before, key=lambda d: d.first).first
        stop = min((d.last for d in after if d.last >= start), default=None)
        if stop is None and published is not None:
            stop = min(published, start + _ANSWER)
        if stop is None or stop < start:
            return None
        return Dated(start, stop, _precision(start, stop, "month"), None, True, "after what it answers")
    return None


def spoken_on(mention: Mention, published: date | None) -> list[When]:
    """The days of the week before publication on which the sentence of a mention was said: "police said Saturday"."""
    if published is None:
        return []
    return [
        w
        for w in mention.scan.whens
        if w.role == "on"
        and w.precision == "day"
        and w.first
        and 0 <= (published - w.first).days <= _NEWS
        and timing.speech_date(mention.scan, w)
    ]


def date_the_news(incidents: list[Incident], scans: list[Scan], gaps: list[Gap], published: date | None) -> None:
    """The news itself happened about when it was published, where nothing else dates it."""
    if published is None or not incidents:
        return
    lead = incidents[0]
    if lead.date is None and lead.first.scan.sentence.index <= 6:
        week = Dated(published - 7 * DAY, published, "week", None, True, "news of the day of publication")
        lead.date = week
        if lead.first.link not in OTHER_DEEDS:  # "said on Friday …, after a drone had hit"
            lead.date = _announced(lead, published) or _of_the_news(lead, scans, published) or week
        _bridge(gaps, published)
    _date_beside_the_lead(incidents, published)


def _announced(incident: Incident, published: date) -> Dated | None:
    """ "Police said on Sunday that drones had struck": on that day or shortly before."""
    for mention in incident.mentions[:2]:
        for when in spoken_on(mention, published):
            if when.first and when.last and not timing.is_late_deed(mention.scan, when):
                return Dated(when.first, when.last, "day", when, True, "day of the announcement")
    return None


def _of_the_news(lead: Incident, scans: list[Scan], published: date) -> Dated | None:
    """The day, not older than the news, that the first sentences of the body name: the news was about then."""
    begins = lead.first.scan.sentence.index
    for scan in scans:
        if scan.sentence.heading or scan.sentence.index > begins + _OPENING:
            continue
        for when in scan.whens:
            if when.role != "on" or when.precision != "day" or when.first is None or when.last is None:
                continue
            recent = 0 <= (published - when.first).days <= _NEWS
            if recent and not timing.is_ahead(scan, when) and not timing.is_late_deed(scan, when):
                return Dated(when.first, when.last, "day", when, True, "day of the news")
    return None


def _date_beside_the_lead(incidents: list[Incident], published: date) -> None:
    """What is told beside dated news, in the simple past and with where and who or whom, is as new as the news.

    "In another attack", "elsewhere", "a second bomb" say that it is of the same day as what was told before; and where
    a story of the past goes on, it goes on soon after what it has told.
    """
    lead = incidents[0].date
    news = lead if lead is not None and 0 <= (published - lead.first).days <= _NEWS else None
    before = incidents[0]
    for incident in incidents[1:]:
        if incident.date is None and incident.first.link not in OTHER_DEEDS:
            incident.date = _announced(incident, published)
        if incident.date is None and before.date is not None:
            since = (news or before.date).first - _BEFORE
            plain = _told_as_news(incident, since)
            hurt = any(figure.low for mention in incident.mentions for figure in mention.figures)
            if _is_one_more(incident.first) and (incident.spot is not None or hurt):
                incident.date = replace(before.date, when=None, inferred=True, rule="one more beside what was told")
            elif news is not None and before.date.last >= since and plain:
                incident.date = Dated(news.first, published, "week", None, True, "told beside the news")
            elif before.date.last < published - _BEFORE and plain and _follows(incident, before):
                last = min(published, max(before.date.last, before.date.first + _WENT_ON))
                incident.date = Dated(before.date.first, last, "month", None, True, "told after it")
        if incident.date is not None:
            before = incident


def _is_one_more(mention: Mention) -> bool:
    """ "In a second attack, …", "elsewhere, …", "another bomb": one more of what the text tells, on its day."""
    lows = mention.scan.sentence.lows
    return (
        mention.link in ("", "and")
        and not mention.anaphor
        and bool(_ONE_MORE & set(lows[: mention.at + 1]))
        and not _PERFECT & (set(lows) - {"earlier"})
    )


def _follows(incident: Incident, before: Incident) -> bool:
    """ "Then", "in turn", "struck back": whether an incident is told right after another, as what came next."""
    scan = incident.first.scan
    index = scan.sentence.index
    return bool(_GOING_ON & set(scan.sentence.lows)) and any(
        0 <= index - m.scan.sentence.index <= _NEXT for m in before.mentions
    )


def _told_as_news(incident: Incident, since: date) -> bool:
    """Whether an incident without a day is told in the simple past, with a place and with who made or suffered it."""
    first = incident.first
    verb, scan = first.act, first.scan
    hurt = any(figure.low for figure in first.figures)
    acts = [act for act in scan.acts if first.i <= act.i < first.j]
    simple = any(act.form == "past" or act.passive for act in acts) if verb is not None else hurt
    past = _PERFECT & set(scan.sentence.lows[first.i : first.j])
    older = any(w.last is not None and w.last < since for w in scan.whens) or any(w.after for w in scan.whens)
    known = first.agent is not None or hurt or bool(first.targets or first.target_words)
    return (
        simple and not past and not older and known and incident.spot is not None and first.link in ("", "and", "when")
    )
