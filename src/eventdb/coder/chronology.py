"""When the incidents of a document happened.

What the words of a mention do not date is set between the incidents before and after it in the story, and the news
itself about the day of publication.
"""

from __future__ import annotations

from datetime import date

from eventdb.coder import timing
from eventdb.coder.incidents import Dated, Incident
from eventdb.coder.mentions import Mention
from eventdb.coder.when import DAY, PRECISIONS, Precision, When, day_of, month_of

_ANSWER = 45 * DAY  # an answer comes within so many days of what it answers
_BEFORE = 30 * DAY  # and what is answered within so many before
_NEWS = 7  # days from an incident to publication within which it is the news
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
    return Dated(when.first, when.last, when.precision, when, when.inferred, when.rule)


def _from_beside(mention: Mention, beside: Dated | None) -> Dated | None:
    """ "Came under fire on Monday, a day after the strikes": the strikes were on Sunday."""
    scan = mention.scan
    gap = next(
        (w for w in scan.whens if w.same == "clause" and 0 <= mention.i - scan.token_at(w.end) + 1 <= 1),
        None,
    )
    if mention.link != "after" or gap is None or gap.after is None or beside is None or beside.precision != "day":
        return None
    first, end = beside.first - gap.after[1] * DAY, beside.last - gap.after[0] * DAY
    return Dated(first, end, _precision(first, end), gap, True, "distance from what came after it")


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


def set_in_time(incidents: list[Incident], published: date | None) -> None:
    """Gives each incident its date; the undated stand between what they answer and what answers them."""
    for incident in incidents:
        incident.date = incident.best_dated
    answers: dict[Incident, list[Incident]] = {}
    for incident in incidents:
        for other in dict.fromkeys(incident.responds_to):
            answers.setdefault(other, []).append(incident)
    for _ in range(3):
        for incident in incidents:
            if incident.date is None:
                incident.date = _between(incident, answers.get(incident, []), published)


def _between(incident: Incident, answers: list[Incident], published: date | None) -> Dated | None:
    before = [other.date for other in incident.responds_to if other.date is not None]
    after = [other.date for other in answers if other.date is not None]
    gap = next(
        (
            w
            for m in incident.mentions
            for w in m.scan.whens
            if w.same == "clause" and w.after is not None and m.link == "after"
        ),
        None,
    )
    if after and not before:
        nearest = min(after, key=lambda d: d.first)
        reach = abs(gap.after[0]) + abs(gap.after[1]) if gap is not None and gap.after is not None else 0
        if reach:
            first = nearest.first - reach * DAY
            return Dated(
                first,
                nearest.last,
                _precision(first, nearest.last, "week"),
                gap,
                True,
                "shortly before what answers it",
            )
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


def date_the_news(incidents: list[Incident], published: date | None) -> None:
    """The news itself happened about when it was published, where nothing else dates it."""
    if published is None or not incidents:
        return
    lead = incidents[0]
    if lead.date is None and lead.first.scan.sentence.index <= 6:
        spoken = [w for m in lead.mentions[:2] for w in spoken_on(m, published)]
        if spoken and spoken[0].first and spoken[0].last:
            lead.date = Dated(spoken[0].first, spoken[0].last, "day", spoken[0], True, "day of the announcement")
        else:
            first = published - 7 * DAY
            lead.date = Dated(first, published, "week", None, True, "news of the day of publication")
    _date_beside_the_lead(incidents, published)


def _date_beside_the_lead(incidents: list[Incident], published: date) -> None:
    """What is told beside dated news, in the simple past and with where and who or whom, is as new as the news."""
    lead = incidents[0].date
    if lead is None or not 0 <= (published - lead.first).days <= _NEWS:
        return
    old = False  # what is told after an older attack may be as old
    for incident in incidents[1:]:
        if incident.date is not None:
            old = incident.date.last < lead.first - _BEFORE
        elif not old and _told_as_news(incident, lead.first - _BEFORE):
            incident.date = Dated(lead.first, published, "week", None, True, "told beside the news")


def _told_as_news(incident: Incident, since: date) -> bool:
    """Whether an incident without a day is told in the simple past, with a place and with who made or suffered it."""
    first = incident.first
    verb, scan = first.act, first.scan
    hurt = any(figure.low for figure in first.figures)
    simple = verb.form == "past" if verb is not None else hurt
    past = _PERFECT & set(scan.sentence.lows[first.i : first.j])
    older = any(w.last is not None and w.last < since for w in scan.whens) or any(w.after for w in scan.whens)
    known = first.agent is not None or hurt or bool(first.targets or first.target_words)
    return (
        simple and not past and not older and known and incident.spot is not None and first.link in ("", "and", "when")
    )
