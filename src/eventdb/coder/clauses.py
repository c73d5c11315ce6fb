"""The pieces of a sentence, each of which may hold one incident.

A sentence is cut where another incident may begin: at a connector of words/clauses.txt ("after", "in response to",
"which led to"), and at a comma or "and" before a new subject with a new verb.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from eventdb.coder import words
from eventdb.coder.phrases import ending, hangs
from eventdb.coder.places import phrase_start
from eventdb.coder.scan import DETERMINERS, PREPOSITIONS, Act, Noun, Scan

_CONNECTORS = words.phrases("clauses", "connectors")
_BY_FIRST_WORD = {first: [p for p in _CONNECTORS if p[0] == first] for first, *_ in _CONNECTORS}
_WITH_SUBJECT = words.phrases("clauses", "with a subject")
_CAUSING = words.entries("clauses", "causing")
_AIMING = frozenset({"on", "in", "at", "against", "near"})
_WHERE = frozenset({"where", "wherein"})
_TIMES = words.entries("clauses", "times of day")
_PASSIVE_TOO = words.phrases("clauses", "in the passive too")
_OF_GROUPS = words.entries("clauses", "of groups too")
_ANGER = words.entries("clauses", "anger")
_BEFORE_DATE = words.entries("clauses", "before a date")
_NOT_PASSIVE = words.entries("clauses", "not in the passive")
_PASSIVE = words.entries("clauses", "passive")
_STANDS_ALONE = words.entries("clauses", "stands alone")
_PASSED_OVER = words.entries("clauses", "passed over") | {","}
_RELATIVE = words.entries("clauses", "relative")
_ITEMS = words.entries("clauses", "items")
_SAID = words.entries("clauses", "said")
_BETWEEN_TWO = words.entries("clauses", "between two sides")
TRIGGER_ACTS = frozenset({"attack", "fire", "kill", "explode", "land", "abduct", "harm", "down", "clash"})
_TELLING_ACTS = TRIGGER_ACTS | {"wound", "die"}
_CAUSE = words.phrases("clauses", "cause of a toll")
_PLAIN_HARM = words.entries("clauses", "plain harm")
_STRETCHES = words.entries("clauses", "stretches of time")
_SAME_SUBJECT = words.entries("clauses", "same subject")
_OPENING = 4  # tokens at the head of a sentence
_REACH = 16  # tokens within which a clause shows its verb


class Piece(NamedTuple):
    """Tokens i to j, and how they are tied to what stands before ("" for the first piece)."""

    i: int
    j: int
    link: str


def is_trigger(noun: Noun) -> bool:
    """Whether a noun is an attack: events.txt marks those that only look it ("heart attack = not")."""
    return noun.kind == "event" and noun.value != "not"


def pieces(scan: Scan) -> list[Piece]:
    """The stretches of a sentence that may each hold one incident, in order."""
    cuts = _cuts(scan)
    edges = [0, *sorted(cuts), len(scan.sentence.lows)]
    found: list[Piece] = []
    for a, b in pairwise(edges):
        if b <= a:
            continue
        link = cuts.get(a, "")
        if found and link not in _STANDS_ALONE and not _eventful(scan, a, b):
            found[-1] = Piece(found[-1].i, b, found[-1].link)  # nothing happens in it: it goes with what stands before
        else:
            found.append(Piece(a, b, link))
    return found


def _eventful(scan: Scan, a: int, b: int) -> bool:
    return any(a <= noun.i < b and is_trigger(noun) for noun in scan.nouns) or any(
        a <= act.i < b and act.section in _TELLING_ACTS for act in scan.acts
    )


def _cuts(scan: Scan) -> dict[int, str]:
    """Token → the tie of the piece that begins there."""
    lows = scan.sentence.lows
    cuts: dict[int, str] = {}
    taken = 0  # "in response to" is not "response to" as well
    for k, low in enumerate(lows):
        phrase = _connector(lows, k) if k >= taken and k not in cuts and low in _BY_FIRST_WORD else None
        if low in _CAUSING and lows[k + 1 : k + 2] != ["to"] and "to" in lows[k + 2 : k + 7] and k not in cuts:
            cuts[k] = "leads"
        elif phrase in _WITH_SUBJECT:
            start = _subject_start(scan, k)
            if start > 0:
                cuts[start] = "leads"
        elif phrase is not None and _ties(scan, k, phrase):
            cuts[k] = "since" if low == "when" and _since_before(scan, k) else _CONNECTORS[phrase]
            taken = k + len(phrase)
        if k and k not in cuts and low in (",", "and", "but", "or") and _new_clause(scan, k):
            cuts[k] = "and"
        if k and k not in cuts and low in ("which", "who") and lows[k - 1] == "," and _about_party(scan, k):
            cuts[k] = "which"
    _cut_at_own_verbs(scan, cuts)
    _join_asides(scan, cuts)
    _join_relatives(scan, cuts)
    _join_past_since(scan, cuts)
    return _without_date_commas(scan, cuts)


def _join_asides(scan: Scan, cuts: dict[int, str]) -> None:
    """ "A blast in Jos — claimed by no one — killed two", "staged an attack — storming a jail": the clause goes on."""
    lows = scan.sentence.lows
    dashes = [k for k, low in enumerate(lows) if low == "—"]
    for n, k in enumerate(dashes):
        verb = next((j for j in range(k + 1, len(lows)) if not lows[j].endswith("ly") and lows[j] != "also"), len(lows))
        goes_on = any(
            k < act.group_start <= verb and act.i >= verb and act.form in ("past", "s", "ing") for act in scan.acts
        )
        if not goes_on or cuts.get(k) != "aside":
            continue
        del cuts[k]
        start = dashes[n - 1] if n else k
        if not _eventful(scan, start, k):  # what stands between two dashes
            for inside in [cut for cut in cuts if start <= cut < k]:
                del cuts[inside]


def _join_relatives(scan: Scan, cuts: dict[int, str]) -> None:
    """ "An attack, which the army blamed on rebels, killed two": the blame stands within the attack's own clause."""
    lows = scan.sentence.lows
    for k in [k for k, link in cuts.items() if link == "blame"]:
        comma = next((n for n in range(k - 1, max(0, k - _REACH), -1) if lows[n] == ","), 0)
        end = next((n for n in range(k + 1, min(k + _REACH, len(lows))) if lows[n] == ","), 0)
        if (
            comma
            and lows[comma + 1] in ("which", "that")
            and any(act.group_start == end + 1 for act in scan.acts if end)
        ):
            del cuts[k]


def _join_past_since(scan: Scan, cuts: dict[int, str]) -> None:
    """ "Its deadliest strike since the war began, hitting a cafe": what was hit goes with the strike, not the war."""
    lows = scan.sentence.lows
    for k in [k for k, link in cuts.items() if link == "since"]:
        comma = next((n for n in range(k + 1, len(lows)) if lows[n] == ","), 0)
        goes_on = any(act.form == "ing" and act.group_start == comma + 1 for act in scan.acts)
        if comma and goes_on and not _eventful(scan, k, comma):
            del cuts[k]


def _cut_at_own_verbs(scan: Scan, cuts: dict[int, str]) -> None:
    """ "Protesters angry about strikes on a militia torched a post": the verb goes with the protesters."""
    lows = scan.sentence.lows
    for k in [k for k in cuts if lows[k] in _ANGER]:
        for act in scan.acts:
            if not k < act.group_start <= k + _REACH or act.passive or act.modal or act.form not in ("past", "part"):
                continue
            if not {",", "that", "which", "who", "and"} & set(lows[k : act.group_start]) and _is_attack(scan, act):
                cuts[act.group_start] = "and"
            elif lows[act.group_start - 1] == "and" and act.section in TRIGGER_ACTS:
                cuts[act.group_start - 1] = "and"
            else:
                continue
            break


def _without_date_commas(scan: Scan, cuts: dict[int, str]) -> dict[int, str]:
    """ "And in September, missiles …": the clause begins at the "and", not at the comma after its date."""
    lows = scan.sentence.lows
    for k in [k for k in sorted(cuts) if lows[k] in ("and", "but", "while", ";")]:
        comma = next((n for n in range(k + 1, k + 6) if n in cuts and lows[n] == ","), None)
        if comma is not None and any(scan.token_at(w.start) > k and scan.token_at(w.end) == comma for w in scan.whens):
            del cuts[comma]
    return cuts


def _connector(lows: list[str], k: int) -> tuple[str, ...] | None:
    return next(
        (phrase for phrase in _BY_FIRST_WORD.get(lows[k], ()) if tuple(lows[k : k + len(phrase)]) == phrase), None
    )


def _ties(scan: Scan, k: int, phrase: tuple[str, ...]) -> bool:
    """Whether a connector joins another incident here, and not a date, a noun or an example."""
    lows = scan.sentence.lows
    first, link = phrase[0], _CONNECTORS[phrase]
    if (link == "since" or (link in ("after", "before") and first in _BEFORE_DATE)) and _dated_next(scan, k + 1):
        return False
    if link in ("after", "before") and set(lows[k + 1 : k + 2]) & _TIMES:
        return False
    if link in ("after", "before") and any(
        w.same != "clause" and scan.token_at(w.start) < k < scan.token_at(w.end) for w in scan.whens
    ):
        return False  # "a strike in X the day before killed two"
    if link == "when" and any(_is_harm(a) and 0 <= k - a.j <= 2 for a in scan.acts):
        return False  # "three were killed when fighters attacked": one incident
    if phrase in _CAUSE and _tells_its_toll(scan, k):
        return False
    if first in _BETWEEN_TWO:
        return _other_side(scan, k)
    if phrase in _PASSIVE_TOO:
        return True
    if link == "before" and lows[k + 1 : k + 2] and lows[k + 1] in _SAME_SUBJECT:
        return False  # "shot two guards before he blew himself up"
    if first in _OF_GROUPS:
        return any(k < noun.i <= k + 8 and is_trigger(noun) for noun in scan.nouns) and scan.name_at(k + 2) is None
    if first in _NOT_PASSIVE and k and lows[k - 1] in _PASSIVE:
        return False
    if link == "including":
        stop = next((n for n in range(k + 2, min(k + 11, len(lows))) if lows[n] == ","), k + 11)
        listed = any(k < noun.i < stop and is_trigger(noun) for noun in scan.nouns)  # not "including women, were …"
        return listed or "one" in lows[k + 1 : k + 4]
    return not (phrase == ("following",) and k > 0 and lows[k - 1] in DETERMINERS)


def _other_side(scan: Scan, k: int) -> bool:
    """ "Israel struck X as Hezbollah fired at Y": a deed of each side. "Died as rebels attacked" is one."""
    before = next((n for n in reversed(range(k)) if scan.sentence.lows[n] in (";", ":", "—")), 0)
    mine = _sides(scan, before, k)
    told = any(before <= n.i < k and is_trigger(n) for n in scan.nouns) or any(
        before <= a.i < k and _is_attack(scan, a) and not a.passive for a in scan.acts
    )
    after = (a for a in scan.acts if k < a.i <= k + _REACH and _is_attack(scan, a))
    act = next((a for a in after if (a.form == "ing") == (scan.sentence.lows[k] == "with")), None)
    if not told or not mine or act is None or act.passive or act.modal is not None:
        return False
    theirs = _sides(scan, k, act.group_start)
    return bool(theirs) and not theirs & mine and not _RELATIVE & set(scan.sentence.lows[k : act.group_start])


def _sides(scan: Scan, i: int, j: int) -> set[str]:
    """The armed sides named from token i to j."""
    named = {n.who.name for n in scan.names if i <= n.i < j and n.who is not None and n.who.kind != "person"}
    return named | {n.value for n in scan.nouns if i <= n.i < j and n.kind == "group"}


def _since_before(scan: Scan, k: int) -> bool:
    """ "The deadliest since March, when …": what the clause tells is the older one."""
    return any(w.role == "since" and 0 <= k - scan.token_at(w.end) <= 1 for w in scan.whens)


def _is_harm(act: Act) -> bool:
    """Whether a verb tells what came of an attack to its victims, who are its subject."""
    return act.section == "die" or (act.passive and act.section in ("kill", "wound"))


def _tells_its_toll(scan: Scan, k: int) -> bool:
    """ "Five were killed on Monday after a missile hit a bus stop": the clause before the tie is what came of it.

    Not so where a stretch of time parts the two ("two days after"), where the clause before names an attack or a
    weapon, or where the one that follows has a day or dead of its own.
    """
    before = [act for act in scan.acts if act.i < k and act.section in _TELLING_ACTS]
    if not before or not all(_is_harm(act) and act.base in _PLAIN_HARM for act in before):
        return False
    told = [noun for noun in scan.nouns if noun.i < k and (is_trigger(noun) or noun.kind == "weapon")]
    if any(scan.sentence.lows[noun.j] != "," or noun.i > _OPENING for noun in told):  # but "in one incident, …"
        return False
    whens = [(scan.token_at(w.start), scan.token_at(w.end), w) for w in scan.whens]
    if any(w.same == "clause" and a <= k <= b for a, b, w in whens) or scan.sentence.lows[k - 1] in _STRETCHES:
        return False
    days = {(w.first, w.last) for a, _, w in whens if w.role == "on" and w.resolved and a < k}
    own = {(w.first, w.last) for a, _, w in whens if w.role == "on" and w.resolved and a > k}
    killing = any(act.i > k and act.section == "kill" and not act.passive for act in scan.acts)
    return not (days and own - days) and not killing


def _about_party(scan: Scan, k: int) -> bool:
    """ "Struck a militia, which it says killed …": another deed, of the one named before the comma."""
    party = any(noun.j == k - 1 and noun.kind == "group" for noun in scan.nouns) or any(
        name.j == k - 1 and name.who is not None and name.who.kind not in ("state", "person") for name in scan.names
    )
    lows = scan.sentence.lows
    struck = any(is_trigger(noun) and noun.j <= k for noun in scan.nouns)
    told = any(a.i <= k + 1 < a.j or a.group_start == k + 1 for a in scan.acts)
    if struck and told and {"against", "on", "of"} & set(lows[max(0, k - 9) : k - 1]):
        return False  # "raids against bases of the group, which killed 25": the raids did
    stop = next((n for n in range(k + 1, min(k + 8, len(lows))) if lows[n] == ","), k + 8)
    return party and any(
        k < a.i < stop and a.section in ("kill", "attack", "fire") and not a.passive and a.modal is None
        for a in scan.acts
    )


def _subject_start(scan: Scan, k: int) -> int:
    """Where the clause of the verb at token k begins: before its subject, and before a date that opens it."""
    lows = scan.sentence.lows
    start = next((n + 1 for n in range(k - 1, -1, -1) if lows[n] in (",", ";", "—", '"')), 0)
    for when in scan.whens:
        a, b = scan.token_at(when.start), scan.token_at(when.end)
        if a < start and start - b <= 2:
            start = a
    while start > 0 and lows[start - 1] in ("on", "in", "and"):
        start -= 1
    return start


def _dated_next(scan: Scan, k: int) -> bool:
    """Whether a date and no attack follows: "after Sunday's strike" is tied to a strike, "after Sunday" is not."""
    if k >= len(scan.sentence.lows):
        return False
    start = scan.sentence.tokens[k].start
    when = next((w for w in scan.whens if w.start <= start + 4 and w.end > start), None)
    if when is None:
        return False
    after = scan.token_at(when.end)
    return not any(noun.kind == "event" and after - 1 <= noun.i <= after + 6 for noun in scan.nouns)


def _new_clause(scan: Scan, k: int) -> bool:
    """Whether the comma or "and" at token k begins a clause, or a list item, that may hold another incident."""
    lows, tokens = scan.sentence.lows, scan.sentence.tokens
    n = k + 1
    while n < len(lows) and lows[n] in _PASSED_OVER:
        n += 1
    if n >= len(lows) or any(w.start < tokens[k].start < w.end for w in scan.whens):
        return False
    if not any(is_trigger(noun) for noun in scan.nouns if noun.j <= k) and not any(
        act.section in TRIGGER_ACTS for act in scan.acts if act.j <= k
    ):
        return False
    harm = next((act for act in scan.acts if act.i > n), None)
    if lows[k + 1] in _WHERE and harm is not None and _is_harm(harm):
        return False  # "bombed two villages, where 40 people were killed"
    if lows[n] == "by" and lows[k] in (",", "and") and any(n < x.i <= n + 8 and is_trigger(x) for x in scan.nouns):
        return True  # "followed by A and by B"
    if lows[k] == "and" and _is_row_of_places(scan, k):
        return False  # "attacks in Gao and Timbuktu killed 20"
    row = ending(scan, [], k) if lows[k] == "and" and any(q.i == n for q in scan.quantities) else None
    if row is not None and not hangs(scan, row.i):
        return False  # "eight pupils and 20 others were killed"
    if lows[n] in _ITEMS and lows[k] in (",", "and"):
        # ", a U.S. airstrike that …": an item of a list of incidents
        noun = next((x for x in scan.nouns if n < x.i <= n + 6 and is_trigger(x)), None)
        if noun is not None and not any(n <= a.i < noun.i for a in scan.acts):
            return True
    if (
        lows[n] == "another"
        and _AIMING & set(lows[n + 1 : n + 2])
        and any(_is_attack(scan, a) for a in scan.acts if a.i > n)
    ):
        return True  # "one on a base in May killed two, and another on a ship in June killed three"
    if lows[n] == "the" and _is_dated_item(scan, k, n):
        return True
    if lows[n] in PREPOSITIONS and not any(scan.token_at(w.start) in (n, n + 1) for w in scan.whens):
        return False
    return _has_subject_and_verb(scan, n)


def _is_dated_item(scan: Scan, k: int, n: int) -> bool:
    """ "Behind the 2016 Brussels bombings and the attacks in Paris in November 2015": each with a time of its own."""
    noun = next((x for x in scan.nouns if n < x.i <= n + 3 and is_trigger(x)), None)
    if noun is None or noun.section == "clash":
        return False
    starts = [scan.token_at(w.start) for w in scan.whens if w.role in ("on", "of a noun") and w.resolved]
    return any(start < k for start in starts) and any(noun.j <= start <= noun.j + 6 for start in starts)


def _is_row_of_places(scan: Scan, k: int) -> bool:
    """Whether the "and" at token k joins two places of which the first hangs on a preposition."""
    first, second = scan.name_at(k - 1), scan.name_at(k + 1)
    return first is not None and second is not None and bool(first.where and second.where) and hangs(scan, first.i)


def _has_subject_and_verb(scan: Scan, n: int) -> bool:
    """Whether a subject of its own and a verb of attack follow from token n on."""
    lows = scan.sentence.lows
    limit = _clause_end(scan, n)
    dated = next((w for w in scan.whens if scan.token_at(w.start) in range(n, n + 3)), None)
    acts = (a for a in scan.acts if n <= a.i < limit and a.form != "ing")
    # "and on Saturday a bomb wounded six": a day of its own makes it another
    act = next((a for a in acts if _is_attack(scan, a) or (dated is not None and a.section == "wound")), None)
    if act is None:
        return False
    start, first = scan.token_at(dated.end) if dated else n, act.group_start
    if lows[n - 1] == lows[first - 1] == "and" and first > n:
        return False  # "popular with traders and diplomats and killed 20": they are no subject of it
    subject = (
        any(start <= x.i < first and x.kind in ("weapon", "people", "group", "event") for x in scan.nouns)
        or any(start <= x.i < first and not _is_adverbial(scan, x.i, start) for x in scan.names)
        or any(start <= q.i < first for q in scan.quantities)
    )
    said = any(lows[k] in _SAID for k in range(n, first))  # "but said that rebels fired": no relative clause
    of_dates = scan.dated()
    between = {lows[k] for k in range(n, first) if k not in of_dates}  # the "that" of "of that year" is no relative
    return subject and not (_RELATIVE - {"that"} if said else _RELATIVE) & between


def _is_adverbial(scan: Scan, i: int, start: int) -> bool:
    """Whether a name hangs on a preposition after token `start`: "and B in central Mali": Mali attacked nobody."""
    i = phrase_start(scan, i)
    return i > start and scan.sentence.lows[i - 1] in PREPOSITIONS


def _is_attack(scan: Scan, act: Act) -> bool:
    """Whether a verb may be an attack, or conducts one: "carried out strikes"."""
    conducted = act.section == "conduct" and any(is_trigger(x) and act.j <= x.i <= act.j + 6 for x in scan.nouns)
    return act.section in TRIGGER_ACTS or conducted


def _clause_end(scan: Scan, n: int) -> int:
    """The next mark after token n that ends a clause and is no part of a date."""
    lows, tokens = scan.sentence.lows, scan.sentence.tokens
    limit = min(n + _REACH, len(lows))
    for stop in range(n + 1, limit):
        if lows[stop] in (",", ";", "—") and not any(w.start <= tokens[stop].start < w.end + 2 for w in scan.whens):
            return stop
    return limit
