"""Whom a verb hit: the object of an active one, the subject of a passive one, and those joined to them."""

from __future__ import annotations

from eventdb.coder import words
from eventdb.coder.numbers import Quantity
from eventdb.coder.parties import Party
from eventdb.coder.phrases import Victims, anyone, counted, ending, hangs, name_after, named, one, people_after, single
from eventdb.coder.scan import Act, Scan

_BEGINS_ANOTHER = words.entries("figures", "begins another clause")
_ENDS_OBJECT = words.entries("figures", "ends an object") | {",", ".", ";", "—"}
_ONE = words.entries("figures", "one")
_DEAD_OBJECT = frozenset({"dead", "down"})  # "shot dead a guard"
_SAID = frozenset(words.verbs("speech", "say"))
_OWN = frozenset({"his", "her", "their", "its"})
_FIGHTERS = words.entries("figures", "fighters")
_OWN_PEOPLE = words.entries("figures", "people of one's own")
_PARENTS = words.entries("figures", "parents")
_BEFORE_COUNT = words.entries("figures", "before a count")
_PASSED_OVER = words.entries("figures", "passed over") | {","}
_JOINING = words.phrases("figures", "joining victims")
_NEW_CLAUSE = frozenset({",", ";", "—", "that", "when", "after", "before", "while"})
_ORDINALS = frozenset({"second", "third", "fourth", "fifth"})
_COMPLEMENTS = frozenset({"of", "from", "in", "at"})
_COMPLEMENT = 8  # tokens
_DESCRIBED = (["who"], ["whose"], [","])
_TRYING = 2  # tokens of "tried to"
_APPOSITION = 20  # tokens
_OTHER_OBJECTS = frozenset({"shoot", "stab", "execute", "hack", "burn", "beat", "neutralise"})
_EXAMPLES_BEGIN = (["including"], ["among"], ["most"])
_EXAMPLES = 12  # tokens between "including" and the comma that ends it
_TO_DEATH = frozenset({"dead", "death", "killed"})
_SELF = frozenset({"himself", "herself"})
_RELATIVE = frozenset({"who", "that", "which"})


def after(scan: Scan, parties: list[Party], k: int, act: Act | None = None) -> Victims | None:
    """Whom the verb before token k (`act`) or the noun before it takes as its object."""
    lows = scan.sentence.lows
    n = k
    while n < len(lows) and (lows[n].endswith("ly") or lows[n] in _DEAD_OBJECT):
        n += 1
    n = _past_date(scan, n)  # "shot dead on Wednesday two guards"
    if n < len(lows) - 1 and lows[n] in ("and", "or"):
        # "killed and wounded dozens": the count belongs to neither alone
        return None
    for q in scan.quantities:
        if q.i <= n < q.j or (q.i == n + 1 and lows[n] in _BEFORE_COUNT):
            return counted(scan, q)
    if lows[n : n + 1] == ["another"] and (n + 1 == len(lows) or lows[n + 1] in _ENDS_OBJECT):
        return Victims(1, 1, "another", None, None, n, n + 1)
    if lows[n : n + 1] and lows[n] in _SELF:
        return Victims(1, 1, lows[n], "fighter", None, n, n + 1)  # "killing himself and 14 others"
    end = min(n + 18, len(lows))
    known = {party.i for party in parties if party.kind == "person"}  # "the group's leader, X": the comma ends nothing
    end = next((s for s in range(n, end) if lows[s] in _ENDS_OBJECT and not (lows[s] == "," and s + 1 in known)), end)
    persons = [party for party in parties if n <= party.i < end and party.kind == "person"]
    noun = people_after(scan, n + 1, 8) if n < len(lows) and lows[n] in _ONE else None
    of_another = noun is not None and not noun.plural and lows[noun.j : noun.j + 1] == ["of"]  # "the driver of Gen. X"
    if persons and not of_another:
        people = tuple(dict.fromkeys(party.name for party in persons))
        j = persons[-1].j
        return Victims(len(people), len(people), scan.sentence.words(n, j), None, None, n, j, people)
    if n < len(lows) and lows[n] in _ONE:
        if noun is not None:
            return one(scan, n, n + 1, noun) if not noun.plural else None
        return anyone(scan, n) if act is not None and act.base not in _OTHER_OBJECTS else None
    noun = people_after(scan, n, 5)
    if noun is not None and not noun.plural and noun.section in ("force", "civilian") and noun.i > n:
        return one(scan, n, n, noun)
    return name_after(scan, n)


def _past_date(scan: Scan, k: int) -> int:
    """The token after the day that stands at token k, between a verb and its object; else k."""
    lows, tokens = scan.sentence.lows, scan.sentence.tokens
    start = k + 1 if lows[k : k + 1] == ["on"] else k
    if start >= len(lows):
        return k
    when = next((w for w in scan.whens if w.start <= tokens[start].start < w.end), None)
    return scan.token_at(when.end) if when is not None and when.precision == "day" else k


def before(scan: Scan, parties: list[Party], k: int, act: Act | None = None, near: bool = False) -> Victims | None:
    """Whom a verb group that begins at token k has as its subject, where it is passive or says who died or was hurt.

    `near` keeps to what stands just before it.
    """
    lows = scan.sentence.lows
    if act is not None and lows[k - 1 : k] in (["he"], ["she"]):
        return Victims(1, 1, None, None, None, k - 1, k)
    others = _others(scan, k)
    if others is not None:
        return others
    while near and k > 1 and lows[k - 1].endswith("ly"):
        k -= 1  # "another slightly wounded"
    if lows[k - 1 : k] == ["another"] or (lows[k - 2 : k - 1] == ["a"] and lows[k - 1] in _ORDINALS):
        return Victims(1, 1, "another", None, None, k - 1, k)  # "and a third was wounded"
    if lows[k - 1 : k] == ["and"] and not near:
        alone = _same_subject(scan, k - 1)
        if alone is not None:
            return alone
    subject = k
    if lows[k - 1 : k] and lows[k - 1] in _RELATIVE:
        subject = k - 2 if lows[k - 2 : k - 1] == [","] else k - 1  # "a driver, who was killed"
    direct = ending(scan, parties, subject) or _before_apposition(scan, parties, subject)
    if direct is not None and not hangs(scan, direct.i) and not (subject < k and _counts_part(scan, direct)):
        return _first_of_row(scan, parties, direct)
    found = _counted_before(scan, parties, k, act, 6 if near else 28)
    if found is not None:
        return found
    persons = [party for party in parties if party.kind == "person" and party.j <= k and k - party.j <= 3]
    if persons:
        person = persons[-1]
        return Victims(1, 1, person.name, None, None, person.i, person.j, (person.name,))
    unknown = named(scan, parties, k - 1 if lows[k - 1 : k] == [","] else k)
    if unknown is not None:
        return unknown
    # "A village official was gunned down"
    for noun in reversed(scan.nouns):
        described = lows[noun.j : noun.j + 1] in _DESCRIBED
        if noun.kind != "people" or noun.plural or noun.j > k or k - noun.j > (1 if near else 24 if described else 8):
            continue
        if noun.value in _PARENTS and lows[noun.j] == "of":
            continue  # "a policeman, a father of two"
        beside = noun.j >= k - 1 or (_complement_end(lows, noun.j, k) == k and not near)
        alone = single(scan, noun, beside)
        if alone is not None and not hangs(scan, alone.i):
            return _first_of_row(scan, parties, alone)
    start = next((n for n in range(k - 1, max(-1, k - 12), -1) if lows[n] in ("a", "an")), None)
    dead = bool(_TO_DEATH & set(lows[k : k + 6]))
    if start is None or act is None or (act.base in _OTHER_OBJECTS and not dead) or hangs(scan, start):
        return None
    somebody = anyone(scan, start)  # "a barber was killed", "a superintendent in Swat was shot to death"
    return somebody if somebody is not None and k in (somebody.j, _complement_end(lows, somebody.j, k)) else None


def _before_apposition(scan: Scan, parties: list[Party], k: int) -> Victims | None:
    """ "Ihor Petrenko, a baker, was killed", "a driver (34) died": who stands before the description that ends here."""
    lows = scan.sentence.lows
    if lows[k - 1 : k] == [")"]:
        start = next((n for n in range(k - 2, max(-1, k - 8), -1) if lows[n] == "("), None)
        return ending(scan, parties, start) if start is not None else None
    if lows[k - 1 : k] != [","]:
        return None
    for n in range(k - 2, max(-1, k - _APPOSITION), -1):
        found = ending(scan, parties, n) if lows[n] == "," else None
        if found is not None and not (set(lows[n:k]) & _SAID):
            return found
    return None


def _counts_part(scan: Scan, victims: Victims) -> bool:
    return any(victims.i <= q.i <= victims.i + 1 and is_part(scan.sentence.lows, q) for q in scan.quantities)


def _same_subject(scan: Scan, k: int) -> Victims | None:
    """ "A man drew a knife and was shot": the single subject of the clause before the "and" at token k."""
    lows = scan.sentence.lows
    start = next((n + 1 for n in range(k - 1, -1, -1) if lows[n] in _NEW_CLAUSE), 0)
    first = next((n for n in scan.nouns if start <= n.i < k and n.kind == "people"), None)
    verb = next((a.group_start for a in scan.acts if start <= a.i < k), k)
    named = (n for n in scan.names if 0 <= verb - n.j <= _TRYING and n.who is not None and n.who.adjective)
    national = next(named, None)
    if national is not None and national.i <= start + 2 and lows[national.i - 1 : national.i] in (["a"], ["an"]):
        text = scan.sentence.words(national.i, national.j)  # "a Palestinian stabbed two soldiers and was shot"
        return Victims(1, 1, text, "fighter", None, national.i - 1, national.j)
    if first is None or first.plural or first.j > verb:
        return None
    alone = single(scan, first, near=True)
    return None if alone is None or hangs(scan, alone.i) or alone.i > start + 3 else alone


def _others(scan: Scan, k: int) -> Victims | None:
    """ "Five died and others were wounded": one or more, and not the five."""
    lows = scan.sentence.lows
    if lows[k - 1 : k] != ["others"] or any(q.j == k - 1 or q.i == k - 1 for q in scan.quantities):
        return None
    counted_others = lows[k - 2 : k - 1] and lows[k - 2] not in ("and", ",", "while", "with", ";", "but")
    return None if counted_others else Victims(1, None, "others", None, None, k - 1, k)


def _counted_before(scan: Scan, parties: list[Party], k: int, act: Act | None, reach: int) -> Victims | None:
    """The nearest count before token k whose people are the subject of the verb there."""
    lows = scan.sentence.lows
    for quantity in reversed([q for q in scan.quantities if q.j <= k and k - q.j <= reach]):
        if is_part(lows, quantity):
            continue
        victims = counted(scan, quantity)
        if victims is None or victims.j > k:
            continue
        between = lows[victims.j : k]
        if ";" in between or "—" in between:
            return None
        if between and between[0] in _SAID:
            continue  # "two officials said a boy was killed"
        if "dead" in between:
            continue  # "20 people dead and more wounded"
        finite = [
            other
            for other in scan.acts
            if victims.i < other.i < k
            and other is not act
            and other.section in ("kill", "attack", "fire", "wound")
            and other.form not in ("past", "part", "ing")
        ]
        if finite:
            continue
        if len(between) > 3 and between[-1] != "and" and between[0] not in _PASSED_OVER:
            continue
        joined = [a for a in scan.acts if a.section in ("kill", "wound") and victims.j <= a.i < k and a is not act]
        if joined and not _coordinated(lows, joined[-1], k):
            continue
        return _first_of_row(scan, parties, victims)
    return None


def _first_of_row(scan: Scan, parties: list[Party], victims: Victims) -> Victims:
    """ "Five soldiers and four militants were killed": the first of the row; `following` gives the others."""
    lows = scan.sentence.lows
    first, closed = victims, False
    while (end := _joint_before(lows, first.i)) is not None:
        end = _before_examples(lows, end)
        closed = closed or lows[end : first.i] != [","]
        found = ending(scan, parties, end) or _with_complement(scan, parties, end)
        if found is None or hangs(scan, found.i) or (found.persons and lows[end] == ","):
            break
        if not closed and not (found.section and _is_count(scan, found) and _is_count(scan, first)):
            break  # "a policeman, a father of two, was killed": one man
        if any(q.i == found.i and is_part(lows, q) for q in scan.quantities):
            break
        first = found
    return first


def _with_complement(scan: Scan, parties: list[Party], k: int) -> Victims | None:
    """ "Two members of the security forces": the people phrase before the complement that ends at token k."""
    lows = scan.sentence.lows
    start = next((n for n in range(k - 1, max(0, k - _COMPLEMENT), -1) if lows[n] in _COMPLEMENTS), None)
    return ending(scan, parties, start) if start is not None and _complement_end(lows, start) == k else None


def _complement_end(lows: list[str], j: int, k: int | None = None) -> int:
    """Where the complement ends that begins at token j, at token k or before what goes on with the row; else j."""
    if j >= len(lows) or lows[j] not in _COMPLEMENTS:
        return j
    within = range(j + 1, min(j + _COMPLEMENT, len(lows)))
    end = next((n for n in within if lows[n] in (",", "and") or n == k), None)
    return end if end is not None and not set(lows[j:end]) & _BEGINS_ANOTHER else j


def _before_examples(lows: list[str], k: int) -> int:
    """ "Eleven soldiers, including a captain, and a driver": where the first of the row ends."""
    comma = next((n for n in range(k - 1, max(-1, k - _EXAMPLES), -1) if lows[n] == ","), None)
    if lows[k] != "," or comma is None or lows[comma + 1 : comma + 2] not in _EXAMPLES_BEGIN:
        return k
    return comma


def _after_examples(lows: list[str], k: int) -> int:
    """ "Eleven soldiers, including a captain, and a driver": where the row goes on."""
    if lows[k : k + 1] != [","] or lows[k + 1 : k + 2] not in _EXAMPLES_BEGIN:
        return k
    return next((n for n in range(k + 1, min(k + _EXAMPLES, len(lows))) if lows[n] == ","), k)


def _is_count(scan: Scan, victims: Victims) -> bool:
    return any(victims.i <= q.i <= victims.i + 1 for q in scan.quantities)


def _joint_before(lows: list[str], k: int) -> int | None:
    """The token at which the comma, "and" or the like begins that stands before token k."""
    for length in (4, 3, 2, 1):
        if k >= length and tuple(lows[k - length : k]) in _JOINING:
            return k - length
    return None


def _joint_after(lows: list[str], k: int) -> int | None:
    """The token after the comma, "and" or the like that begins at token k."""
    for length in (4, 3, 2, 1):
        if tuple(lows[k : k + length]) in _JOINING:
            return k + length
    return None


def is_part(lows: list[str], quantity: Quantity) -> bool:
    """Whether a count is a part of one before it: "21 soldiers, four of them officers"; not "two of the gunmen"."""
    following = lows[quantity.j : quantity.j + 2]
    if lows[max(0, quantity.i - 1) : quantity.i] == ["including"]:
        return True  # "eleven people, including three attackers"
    if (
        lows[max(0, quantity.i - 1) : quantity.i] == ["of"]
        and set(lows[max(0, quantity.i - 2) : quantity.i]) & _PARENTS
    ):
        return True  # "a policeman, a father of two"
    if following in (["of", "its"], ["of", "their"]) and _OWN_PEOPLE & set(lows[quantity.j + 2 : quantity.j + 4]):
        return False  # "12 of its soldiers died"
    if following in (["of", "the"], ["of", "its"], ["of", "their"]) and lows[quantity.j + 2 :][:1] != ["victims"]:
        return not _FIGHTERS & {low.rstrip("s") for low in lows[quantity.j + 2 : quantity.j + 5]}
    apart = lows[quantity.i - 1 : quantity.i] == [","]
    return following[:1] == ["of"] and (apart or following[1:] in (["them"], ["whom"], ["the"], ["those"]))


def following(scan: Scan, parties: list[Party], victims: Victims, until: int | None) -> Victims | None:
    """The next of a row of victims: "10 soldiers and four policemen", "a man, his wife and their son".

    `until` is the token of the verb group of which the row is the subject, where it is.
    """
    lows = scan.sentence.lows
    others = _past_apposition(scan, victims) if victims.persons else None
    if others is not None:
        return others
    k = _joint_after(lows, _after_examples(lows, _complement_end(lows, victims.j)))
    if k is None or victims.text is None:
        return None
    found = _starting(scan, parties, k)
    if found is None and victims.high == 1 and k < len(lows):
        found = anyone(scan, k)  # "a barber and a seamstress"
    elif found is not None and found.section is None and not found.persons:
        return None
    if found is None:
        return None
    if lows[victims.j : k] == [","] and not (_is_count(scan, found) and _is_count(scan, victims)):
        # ", a policeman said" tells who speaks, ", a father of two," who he was: only a longer row goes on so
        closing = _joint_after(lows, found.j)
        closed = closing is not None and lows[closing - 1] != "," and _starting(scan, parties, closing) is not None
        if victims.persons or not closed:
            return None
    if set(lows[found.j : found.j + 1]) & _SAID:
        return None  # "…, two officers said"
    another = found.j != until and found.j < len(lows) and lows[found.j] in _BEGINS_ANOTHER
    return None if another else found


def _past_apposition(scan: Scan, victims: Victims) -> Victims | None:
    """ "Killed Karim Haddad, a deputy head of the group, and five others": who comes after what a person is."""
    lows = scan.sentence.lows
    if lows[victims.j : victims.j + 1] != [","]:
        return None
    reach = range(victims.j + 1, min(victims.j + _APPOSITION, len(lows)))
    close = next((n for n in reach if lows[n] == "," and lows[n + 1 : n + 2] == ["and"]), None)
    quantity = next((q for q in scan.quantities if close is not None and q.i == close + 2), None)
    return counted(scan, quantity) if quantity is not None else None


def _starting(scan: Scan, parties: list[Party], k: int) -> Victims | None:
    """The people phrase that begins at token k."""
    lows = scan.sentence.lows
    owned = k < len(lows) and lows[k] in _OWN  # "a father and his two sons"
    quantity = next((q for q in scan.quantities if q.i == k + owned), None)
    if quantity is not None:
        return None if is_part(lows, quantity) else counted(scan, quantity)
    if k < len(lows) and lows[k] in _ONE:
        noun = people_after(scan, k + 1, 5)
        return one(scan, k, k + 1, noun) if noun is not None and not noun.plural else None
    person = next((p for p in parties if p.kind == "person" and p.i == k), None)
    if person is not None:
        return Victims(1, 1, person.name, None, None, person.i, person.j, (person.name,))
    return name_after(scan, k)


def _coordinated(lows: list[str], first: Act, k: int) -> bool:
    """ "wounded or killed", "captured and gunned down": one subject for both."""
    between = lows[first.j : k + 1]
    return len(between) <= 4 and any(low in ("and", "or") for low in between)
