"""How many were killed, wounded, missing or taken, and whose people they were."""

from __future__ import annotations

from dataclasses import dataclass

from eventdb.coder.numbers import Quantity
from eventdb.coder.parties import Party
from eventdb.coder.scan import DETERMINERS, Act, Noun, Scan

_BETWEEN = frozenset(
    "other others more of its the his their her additional civilian innocent alleged suspected further least at mostly many local also".split()
)
_INJURIES = frozenset("injury injuries wounds concussions concussion tbi tbis".split())


@dataclass(frozen=True, slots=True)
class Figure:
    """One count of one outcome: `low` to `high` (None: or more), of `victims` as the sentence calls them; tokens i to j."""

    outcome: str
    low: int
    high: int | None
    victims: str | None
    section: str | None  # the people list of the victims: force, civilian, fighter
    affiliation: str | None
    i: int
    j: int
    at: int  # the token of the verb or noun that says so
    persons: tuple[str, ...] = ()
    total: bool = False
    rule: str = ""


@dataclass(frozen=True, slots=True)
class _Victims:
    low: int
    high: int | None
    text: str | None
    section: str | None
    affiliation: str | None
    i: int
    j: int
    persons: tuple[str, ...] = ()


def find(scan: Scan, parties: list[Party]) -> list[Figure]:
    """The figures of a sentence, in order."""
    found: list[Figure] = []
    for act in scan.acts:
        outcome = {"kill": "killed", "die": "killed", "wound": "wounded"}.get(act.section)
        if outcome is None or act.modal not in (None, "to", "not", "n't") and act.modal != "to":
            continue
        if act.modal in ("not", "n't") or act.modal == "to" or (act.form == "base" and not _did(scan, act)):
            continue
        victims = None
        rule = ""
        if act.section == "die" or act.passive:
            victims, rule = _before(scan, parties, act.group_start, act), f"{act.base}: who before it"
        else:
            victims, rule = _after(scan, parties, act.j), f"{act.base}: whom after it"
            if victims is None and act.form in ("past", "part"):
                victims, rule = _before(scan, parties, act.i, act, near=True), f"{act.base}: reduced passive"
        if victims is not None:
            found.append(_figure(outcome, victims, act.i, rule))
    found += _nouns(scan, parties)
    return _distinct(sorted(found, key=lambda figure: figure.at))


def _did(scan: Scan, act: Act) -> bool:
    return any(low in ("did", "do", "does") for low in scan.sentence.lows[act.group_start : act.i])


def _figure(outcome: str, v: _Victims, at: int, rule: str) -> Figure:
    return Figure(
        outcome,
        v.low,
        v.high,
        v.text,
        v.section,
        v.affiliation,
        min(v.i, at),
        max(v.j, at + 1),
        at,
        v.persons,
        rule=rule,
    )


def _distinct(figures: list[Figure]) -> list[Figure]:
    kept: list[Figure] = []
    for figure in figures:
        if not any(
            f.outcome == figure.outcome
            and f.low == figure.low
            and f.high == figure.high
            and f.i < figure.j
            and figure.i < f.j
            for f in kept
        ):
            kept.append(figure)
    return kept


def _text(scan: Scan, i: int, j: int) -> str:
    tokens = scan.sentence.tokens
    out = ""
    for n in range(i, j):
        out += (" " if n > i and tokens[n].start > tokens[n - 1].end else "") + tokens[n].text
    return out


def _whose(scan: Scan, i: int, j: int) -> str | None:
    """The affiliation that names inside the phrase give."""
    for name in scan.names:
        if (
            i <= name.i < j
            and name.who is not None
            and name.who.kind in ("state", "armed_group", "umbrella", "state_force", "party")
        ):
            return name.who.name
    return None


def _people_after(scan: Scan, k: int, limit: int = 6) -> Noun | None:
    """A people noun at token k or a few modifiers on."""
    lows = scan.sentence.lows
    for n in range(k, min(k + limit, len(lows))):
        noun = next((x for x in scan.nouns if x.i == n and x.kind == "people"), None)
        if noun is None:
            group = next(
                (x for x in scan.nouns if x.i == n and x.kind == "group" and x.section in ("armed", "crowd")), None
            )
            noun = (
                group
                if group and group.value not in ("group", "militia group", "armed group", "faction", "militia", "proxy")
                else None
            )
        if noun is not None:
            # "U.S. contractor employees": the last of a row of people nouns is the head
            after = next((x for x in scan.nouns if x.i == noun.j and x.kind == "people"), None)
            return after or noun
        low = lows[n]
        if low in (
            ",",
            ".",
            ";",
            ":",
            "and",
            "or",
            "in",
            "on",
            "at",
            "by",
            "when",
            "who",
            "that",
            "from",
            "to",
            "for",
            "during",
            "after",
            "—",
            "with",
            "as",
        ) and not (low == "and" and n > k):
            return None
        if any(act.i == n for act in scan.acts) and "-" not in low and not low.endswith("ing"):
            return None
    return None


def _persons(scan: Scan, parties: list[Party], i: int, j: int) -> list[Party]:
    return [party for party in parties if i <= party.i < j and party.kind == "person"]


def _after(scan: Scan, parties: list[Party], k: int) -> _Victims | None:
    """Whom the verb before token k takes as its object."""
    lows = scan.sentence.lows
    n = k
    while n < len(lows) and (lows[n] in ("at", "least", "up") and False or lows[n].endswith("ly")):
        n += 1
    if n < len(lows) and lows[n] in ("and", "or") and n + 1 < len(lows):
        # "killed and wounded dozens": the count belongs to neither alone
        return None
    quantity = next(
        (q for q in scan.quantities if q.i <= n < q.j or q.i == n + 1 and lows[n] in ("the", "its", "another")), None
    )
    if quantity is not None:
        return _counted(scan, quantity)
    end = min(n + 12, len(lows))
    for stop in range(n, end):
        if lows[stop] in (
            ",",
            ";",
            ".",
            "when",
            "after",
            "in",
            "at",
            "on",
            "during",
            "near",
            "that",
            "by",
            "—",
            "who",
            "as",
            "with",
            "to",
        ):
            end = stop
            break
    persons = _persons(scan, parties, n, end)
    if persons:
        people = tuple(dict.fromkeys(party.name for party in persons))
        return _Victims(len(people), len(people), _text(scan, n, persons[-1].j), None, None, n, persons[-1].j, people)
    if n < len(lows) and lows[n] in ("a", "an", "one", "another", "its", "their", "his", "the", "her"):
        noun = _people_after(scan, n + 1, 8)
        if noun is not None and not noun.plural:
            return _Victims(1, 1, _text(scan, n + 1, noun.j), noun.section, _whose(scan, n, noun.j), n, noun.j)
        return None
    noun = _people_after(scan, n, 5)
    if noun is not None and not noun.plural and noun.section in ("force", "civilian") and n < len(lows) and noun.i > n:
        return _Victims(1, 1, _text(scan, n, noun.j), noun.section, _whose(scan, n, noun.j), n, noun.j)
    return None


def _counted(scan: Scan, quantity: Quantity) -> _Victims | None:
    """A quantity with its people noun, or by itself ("injured six")."""
    lows = scan.sentence.lows
    noun = _people_after(scan, quantity.j, 8)
    if noun is not None:
        j = noun.j
        if lows[j : j + 1] == ["of"]:
            name = scan.name_at(j + 1) or scan.name_at(j + 2)
            j = name.j if name else j
        return _Victims(
            quantity.low,
            quantity.high,
            _text(scan, quantity.j, j) or None,
            noun.section,
            _whose(scan, quantity.j, j),
            quantity.i,
            j,
        )
    after = lows[quantity.j] if quantity.j < len(lows) else "."
    if after in (
        ",",
        ".",
        ";",
        "and",
        "in",
        "on",
        "at",
        "—",
        "-",
        "others",
        "more",
        "of",
        "when",
        "during",
        "near",
        "after",
        "including",
        "by",
        ")",
        '"',
        "mostly",
        "as",
        "before",
        "while",
        "were",
        "was",
        "have",
        "had",
    ):
        return _Victims(quantity.low, quantity.high, None, None, None, quantity.i, quantity.j)
    return None


def _before(scan: Scan, parties: list[Party], k: int, act: Act, near: bool = False) -> _Victims | None:
    """Whom a passive or an intransitive verb group that begins at token k has as its subject."""
    lows = scan.sentence.lows
    reach = 6 if near else 28
    candidates = [q for q in scan.quantities if q.j <= k and k - q.j <= reach]
    for quantity in reversed(candidates):
        victims = _counted(scan, quantity)
        if victims is None or victims.j > k:
            continue
        between = lows[victims.j : k]
        if any(low in (";", "—") for low in between):
            break
        if any(
            other.i > victims.i
            and other.i < k
            and other is not act
            and other.section in ("kill", "attack", "fire", "wound")
            and other.form not in ("past", "part", "ing")
            for other in scan.acts
        ):
            continue
        if (
            between
            and between[-1] != "and"
            and between[0] not in (",", "who", "in", "of", "from", "including", "and", "at", "on", "near", "also")
            and len(between) > 3
        ):
            continue
        joined = [a for a in scan.acts if a.section in ("kill", "wound") and victims.j <= a.i < k and a is not act]
        if joined and not _coordinated(lows, joined[-1], k):
            continue
        return victims
    persons = [party for party in parties if party.kind == "person" and party.j <= k and k - party.j <= 3]
    if persons:
        return _Victims(1, 1, persons[-1].name, None, None, persons[-1].i, persons[-1].j, (persons[-1].name,))
    # "A village official was gunned down"
    nouns = [
        noun
        for noun in scan.nouns
        if noun.kind == "people" and not noun.plural and noun.j <= k and k - noun.j <= (1 if near else 8)
    ]
    for noun in reversed(nouns):
        i = noun.i
        while (
            i > 0
            and noun.i - i < 6
            and lows[i - 1] not in DETERMINERS
            and lows[i - 1] not in (",", ".", ";", "and", "of", "by", "said", "that")
        ):
            i -= 1
        if i > 0 and lows[i - 1] in ("a", "an", "another", "one") or i < len(lows) and lows[i] in ("a", "an"):
            return _Victims(1, 1, _text(scan, i, noun.j), noun.section, _whose(scan, i, noun.j), i, noun.j)
    return None


def _coordinated(lows: list[str], first: Act, k: int) -> bool:
    """ "wounded or killed", "captured and gunned down": one subject for both."""
    between = lows[first.j : k + 1]
    return len(between) <= 4 and any(low in ("and", "or") for low in between)


def _nouns(scan: Scan, parties: list[Party]) -> list[Figure]:
    """ "14 dead", "no casualties", "the deaths of three soldiers", "brain injuries of 34 service members"."""
    lows, found = scan.sentence.lows, []
    for k, low in enumerate(lows):
        quantity = next(
            (q for q in scan.quantities if q.j == k or (q.j < k <= q.j + 5 and _people_only(scan, q.j, k))), None
        )
        if low in ("dead", "deaths", "fatalities") or (
            low in ("wounded", "injured") and not any(a.i == k for a in scan.acts)
        ):
            outcome = "wounded" if low in ("wounded", "injured") else "killed"
            if quantity is not None and lows[quantity.i - 1 if quantity.i else 0] not in ("of",):
                v = _counted(scan, quantity) or _Victims(
                    quantity.low, quantity.high, None, None, None, quantity.i, quantity.j
                )
                found.append(_figure(outcome, v, k, f"count with {low}"))
        if (
            low in ("casualties", "casualty")
            and quantity is not None
            and quantity.high == 0
            and quantity.j == k
            or low == "casualties"
            and lows[max(0, k - 2) : k] == ["without", "any"]
            or low == "casualties"
            and lows[k - 1 : k] == ["without"]
        ):
            found += [
                Figure(o, 0, 0, None, None, None, max(0, k - 1), k + 1, k, rule="no casualties")
                for o in ("killed", "wounded")
            ]
        if low in _INJURIES and quantity is not None and quantity.j == k:
            if quantity.high == 0:
                found.append(Figure("wounded", 0, 0, None, None, None, quantity.i, k + 1, k, rule="no injuries"))
        elif (
            low in _INJURIES
            and lows[k + 1 : k + 2] == ["of"]
            or low in ("deaths", "killing", "killings", "death", "murder")
            and lows[k + 1 : k + 2] in (["of"],)
        ):
            outcome = "wounded" if low in _INJURIES else "killed"
            victims = _after(scan, parties, k + 2)
            if victims is not None:
                found.append(_figure(outcome, victims, k, f"{low} of"))
        elif low in _INJURIES and any(
            w in ("suffer", "suffered", "sustained", "sustain", "suffering", "received")
            for w in lows[max(0, k - 6) : k]
        ):
            verb = max(
                n
                for n in range(max(0, k - 6), k)
                if lows[n] in ("suffer", "suffered", "sustained", "sustain", "suffering", "received")
            )
            candidates = [q for q in scan.quantities if q.j <= verb and verb - q.j <= 10]
            if candidates and (v := _counted(scan, candidates[-1])) is not None and v.j <= verb and v.text:
                found.append(_figure("wounded", v, verb, "suffered injuries"))
        if (
            low == "lives"
            and quantity is not None
            and any(w in ("claimed", "took", "claiming", "cost") for w in lows[max(0, k - 6) : k])
        ):
            found.append(
                Figure(
                    "killed",
                    quantity.low,
                    quantity.high,
                    "lives",
                    None,
                    None,
                    quantity.i,
                    k + 1,
                    k,
                    rule="claimed lives",
                )
            )
        if (
            low == "toll"
            and lows[max(0, k - 1) : k] in (["death"],)
            or low == "toll"
            and "dead" in lows[max(0, k - 3) : k]
        ):
            later = next((q for q in scan.quantities if k < q.i <= k + 8), None)
            if later is not None and not later.vague:
                found.append(
                    Figure(
                        "killed",
                        later.low,
                        later.high,
                        None,
                        None,
                        None,
                        k - 1,
                        later.j,
                        k,
                        total=True,
                        rule="death toll",
                    )
                )
        if low in ("missing",) and quantity is not None:
            found.append(
                Figure(
                    "missing", quantity.low, quantity.high, None, None, None, quantity.i, k + 1, k, rule="count missing"
                )
            )
        if (
            low in ("hostage", "hostages")
            and quantity is not None
            and any(w in ("took", "taken", "taking", "seized", "kidnapped") for w in lows[max(0, k - 8) : k])
        ):
            found.append(
                Figure(
                    "detained",
                    quantity.low,
                    quantity.high,
                    "hostages",
                    None,
                    None,
                    quantity.i,
                    k + 1,
                    k,
                    rule="took hostages",
                )
            )
    for act in scan.acts:
        if act.section == "abduct" and act.base in ("kidnap", "abduct"):
            victims = _before(scan, parties, act.group_start, act) if act.passive else _after(scan, parties, act.j)
            if victims is not None:
                found.append(_figure("detained", victims, act.i, f"{act.base}"))
    return found


def _people_only(scan: Scan, i: int, k: int) -> bool:
    """Only a people phrase stands between a quantity and "dead"."""
    noun = _people_after(scan, i, 6)
    return noun is not None and noun.j == k
