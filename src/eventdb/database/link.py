"""Whether two reports of several articles are of one incident: pure scoring, no database.

The rule is Fellegi and Sunter's (A Theory for Record Linkage, 1969): each thing on which two reports agree is worth
bits, the more the rarer such an agreement is by chance; each disagreement costs bits; two reports are of one incident
where the sum reaches THRESHOLD, the bits that tell one incident from all others. Some disagreements are contradictions:
no sum outweighs them, and no cluster holds two reports that contradict each other.

What each thing is worth stands in the tables below. Clusters are made in clusters.py; what a cluster adds up to is in
summary.py.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from rapidfuzz import fuzz

THRESHOLD = 12.0
"""The bits from which two reports are of one incident; there the score is 0.5."""

# When ---------------------------------------------------------------------------------------------------------------
SPAN = 4000  # days: a common day is worth log2(SPAN) bits, a common month log2(SPAN / 31)
LONG = 92  # days: an interval longer than this dates an incident only together with something specific
ONE_DAY_APART = -3.0  # midnight lies elsewhere in Washington than in Baghdad; two attacks on end are likelier

# What ---------------------------------------------------------------------------------------------------------------
VERBAL = frozenset({"threat", "suspension", "statement"})
SAME_TYPE, CLOSE_TYPE, ANY_TYPE, OTHER_TYPE = 3.0, 1.0, 0.0, -5.0
UNSPECIFIC = "other_attack"  # agrees with every physical type
CLOSE = frozenset(
    frozenset(pair)
    for pair in (
        ("airstrike", "drone_attack"), ("airstrike", "missile_attack"), ("airstrike", "shelling"),
        ("airstrike", "raid"), ("rocket_attack", "missile_attack"), ("rocket_attack", "shelling"),
        ("rocket_attack", "drone_attack"), ("missile_attack", "drone_attack"), ("missile_attack", "shelling"),
        ("naval_attack", "missile_attack"), ("naval_attack", "drone_attack"), ("naval_attack", "rocket_attack"),
        ("naval_attack", "bombing"), ("naval_attack", "armed_assault"), ("naval_attack", "raid"),
        ("bombing", "armed_assault"), ("bombing", "drone_attack"), ("armed_assault", "raid"),
        ("armed_assault", "abduction"), ("armed_assault", "riot"), ("raid", "abduction"),
    )
)  # fmt: skip
SAME_WEAPON = 1.0  # only where the types differ: else the type has said it

# Where --------------------------------------------------------------------------------------------------------------
SAME_PLACE = {"site": 6.0, "city": 5.0, "district": 4.0, "admin1": 3.0, "sea": 3.0, "country": 1.5, "region": 1.5,
              "several": 3.0, "unknown": 3.0}  # fmt: skip
FINE = frozenset({"site", "city", "district"})
IN_PLACE, IN_ADMIN1, IN_COUNTRY = 4.0, 3.0, 1.5
OTHER_ADMIN1, OTHER_PLACE, OTHER_COUNTRY = -6.0, -8.0, -10.0
NEARBY = 30.0  # km: a site this near a town or district lies in it
TOO_FAR = 60.0  # km between two points that are both a town or finer: not the same place
SAME_SPOT = 3.0  # km between two sites of different names that may be one
ALIKE = 88  # of 100: names of places that are spellings of one another

# Who ----------------------------------------------------------------------------------------------------------------
SAME_ACTOR, TIED_ACTOR, OTHER_ACTOR = 3.0, 1.0, -4.0
STATES = frozenset({"state", "state_force"})
SAME_TARGET, OTHER_TARGET = 2.0, -2.0
SAME_PERSON = 8.0
SAME_DEAD, OTHER_DEAD, DEAD_ON_ONE_SIDE = 14.0, -6.0, -4.0  # nobody is killed twice

# What came of it ----------------------------------------------------------------------------------------------------
SAME_FIGURE = ((10, 4.0), (3, 3.0), (2, 2.0), (1, 1.5), (0, 0.5))  # from this figure on: the rarer the better
FITTING_FIGURE, NEAR_FIGURE, OTHER_FIGURE = 1.0, -1.0, -3.0
SAME_VICTIMS = 6.0  # a word for the victims that most attacks have not ("farmers"), with a figure that agrees
SAME_AFFILIATION = 1.0
COMMON_VICTIMS = frozenset(
    word
    for line in Path(__file__).with_name("common_victims.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
)

# In what course of events (collective linkage: Bhattacharya and Getoor, 2007) ----------------------------------------
SAME_COURSE = 5.0  # both answer, or are answered by, what alone is enough to be one incident

# Clusters -----------------------------------------------------------------------------------------------------------
AT_ODDS = -4.0  # bits below zero at which two reports are kept out of one cluster though nothing contradicts outright
MARGIN = 1.0  # bits: a report that fits two contradicting incidents this equally is joined to neither


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is said to have acted, or was acted against.

    `kin` are the keys of the actor itself and of those that it is part of, a front for, led by or follows; `backers`
    those that back one of them.
    """

    key: int
    name: str
    kind: str
    described: bool = False
    kin: frozenset[int] = frozenset()
    backers: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """`keys` are the folded names, part by part ("al-Asad and Irbil" has two); `countries` ISO codes."""

    key: int
    name: str
    keys: frozenset[str]
    admin1: str | None = None
    countries: frozenset[str] = frozenset()
    latitude: float | None = None
    longitude: float | None = None
    precision: str = "unknown"


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of casualties; `words` are its telling words for the victims, in the singular."""

    outcome: str
    low: int
    high: int | None
    total: bool = False
    words: frozenset[str] = frozenset()
    affiliation: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One source's account of one incident, as far as linking looks at it.

    `key` orders reports whatever the order in which they came; `group` is the source: no two reports of one source are
    joined. `persons` are the named people among targets and victims, `dead` those of them who were killed. `answers`
    and `answered_by` are the ids of reports of the same source.
    """

    id: int
    key: tuple[str, str]
    group: int
    event_type: str
    published_on: date | None = None
    start: date | None = None
    end: date | None = None
    precision: str = "unknown"
    place: Place | None = None
    weapon: str | None = None
    certainty: int = 80
    actors: tuple[Actor, ...] = ()
    targets: tuple[Actor, ...] = ()
    persons: Mapping[int, str] | None = None
    dead: frozenset[int] = frozenset()
    figures: tuple[Figure, ...] = ()
    answers: frozenset[int] = frozenset()
    answered_by: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What speaks for one incident, in bits, and what forbids it. `specific`: something names this very incident."""

    bits: float
    reasons: tuple[str, ...]
    contradiction: str | None = None
    specific: bool = False
    vague_date: bool = False

    @property
    def score(self) -> float:
        """The probability that both are of one incident, 0 to 1."""
        return 1 / (1 + 2 ** min(THRESHOLD - self.bits, 1000))

    @property
    def joins(self) -> bool:
        """Whether the two reports alone are enough. A long or unknown interval needs something specific beside it."""
        return self.contradiction is None and self.bits >= THRESHOLD and (self.specific or not self.vague_date)

    @property
    def at_odds(self) -> bool:
        return self.contradiction is not None or self.bits < AT_ODDS


def compare(a: Report, b: Report) -> Verdict:
    """Whether two reports, of whatever sources, are of one incident."""
    if a.key > b.key:
        a, b = b, a  # the same words whichever comes first
    scales = _Scales()
    _types(a, b, scales)
    if scales.contradiction is None:
        _dates(a, b, scales)
    if scales.contradiction is None:
        _places(a.place, b.place, scales)
        _actors(a, b, scales)
        _persons_and_targets(a, b, scales)
        _figures(a, b, scales)
    return scales.verdict()


class _Scales:
    """Collects bits and reasons."""

    def __init__(self) -> None:
        self.bits = 0.0
        self.reasons: list[str] = []
        self.contradiction: str | None = None
        self.specific = False
        self.vague_date = False

    def add(self, bits: float, reason: str) -> None:
        self.bits += bits
        self.reasons.append(reason)

    def forbid(self, reason: str) -> None:
        self.contradiction = self.contradiction or reason

    def verdict(self) -> Verdict:
        return Verdict(self.bits, tuple(self.reasons), self.contradiction, self.specific, self.vague_date)


def _types(a: Report, b: Report, scales: _Scales) -> None:
    one, two = a.event_type, b.event_type
    if one == two and one != UNSPECIFIC:
        scales.add(SAME_TYPE, f"type: both {one}")
    elif one == two:
        scales.add(ANY_TYPE, "type: both unspecific")
    elif {one, two} & VERBAL:
        scales.forbid(f"type: {one} against {two}")
    elif UNSPECIFIC in (one, two):
        scales.add(ANY_TYPE, f"type: {one} agrees with {two}")
    elif frozenset((one, two)) in CLOSE:
        scales.add(CLOSE_TYPE, f"type: {one} is close to {two}")
    else:
        scales.add(OTHER_TYPE, f"type: {one} against {two}")
    if one != two and a.weapon and b.weapon and singulars(a.weapon) & singulars(b.weapon):
        scales.add(SAME_WEAPON, f"weapon: {a.weapon} and {b.weapon}")


def _dates(a: Report, b: Report, scales: _Scales) -> None:
    for dated, other in ((a, b), (b, a)):
        # Nothing is reported before it happens; a day more, for the newspaper's own midnight.
        if dated.start and other.published_on and dated.start > other.published_on + timedelta(days=1):
            scales.forbid(f"date: {dated.start} is after the other was published, {other.published_on}")
            return
    if a.start is None or a.end is None or b.start is None or b.end is None:
        scales.vague_date = True
        return
    gap = max((b.start - a.end).days, (a.start - b.end).days)
    if gap > 1:
        scales.forbid(f"date: {_interval(a)} against {_interval(b)}")
    elif gap == 1:
        scales.add(ONE_DAY_APART, f"date: {_interval(a)} and {_interval(b)}, a day apart")
    else:
        days = max((a.end - a.start).days, (b.end - b.start).days) + 1
        scales.vague_date = days > LONG
        both = f"both {_interval(a)}" if _interval(a) == _interval(b) else f"{_interval(a)} and {_interval(b)} overlap"
        scales.add(max(math.log2(SPAN / days), 0.0), f"date: {both}")


def _places(a: Place | None, b: Place | None, scales: _Scales) -> None:
    if a is None or b is None:
        return
    distance = _distance(a, b)
    fine = (a.precision in FINE) + (b.precision in FINE)
    at_border = fine == 2 and distance is not None and distance <= NEARBY
    if a.countries and b.countries and not a.countries & b.countries and not at_border:
        scales.add(OTHER_COUNTRY, f"place: {a.name} against {b.name}")
        return
    common = a.keys & b.keys
    if a.key == b.key or common:
        if fine == 2 and distance is not None and distance > TOO_FAR:  # two towns of one name
            scales.forbid(f"place: {a.name} and {b.name} are {distance:.0f} km apart")
            return
        both = f"both {a.name}" if a.name == b.name else f"{a.name} and {b.name}"
        bits = IN_PLACE if fine == 1 else min(SAME_PLACE[a.precision], SAME_PLACE[b.precision])
        scales.add(bits, f"place: {both}")
    elif fine == 2:
        _fine_places(a, b, distance, scales)
    elif fine == 1:
        small, large = (a, b) if a.precision in FINE else (b, a)
        _place_in_larger(small, large, scales)
    elif a.precision == b.precision == "admin1":
        scales.add(OTHER_ADMIN1, f"place: {a.name} against {b.name}")
    elif a.countries & b.countries:
        scales.add(IN_COUNTRY, f"place: {a.name} and {b.name}, in one country")


def _fine_places(a: Place, b: Place, distance: float | None, scales: _Scales) -> None:
    between = f"{a.name} and {b.name}"
    sites = a.precision == b.precision == "site"
    if distance is None:
        if fuzz.token_set_ratio(a.name.lower(), b.name.lower()) >= ALIKE:
            scales.add(IN_PLACE, f"place: {between} are alike")
        elif a.admin1 and b.admin1 and a.admin1 == b.admin1 and not sites:
            scales.add(0.0, f"place: {between}, both in {a.admin1}")
        else:
            scales.add(OTHER_PLACE, f"place: {a.name} against {b.name}")
    elif distance > TOO_FAR:
        scales.forbid(f"place: {between} are {distance:.0f} km apart")
    elif distance <= (SAME_SPOT if sites else NEARBY):
        scales.add(IN_PLACE, f"place: {between} are {distance:.0f} km apart")
    elif sites:
        scales.add(OTHER_PLACE, f"place: {between} are {distance:.0f} km apart")
    else:
        scales.add(OTHER_ADMIN1, f"place: {between} are {distance:.0f} km apart")


def _place_in_larger(small: Place, large: Place, scales: _Scales) -> None:
    if large.precision == "admin1" and small.admin1:
        if _letters(small.admin1) in {_letters(large.name), _letters(large.admin1 or "")}:
            scales.add(IN_ADMIN1, f"place: {small.name} lies in {large.name}")
        else:
            scales.add(OTHER_ADMIN1, f"place: {small.name} lies in {small.admin1}, not in {large.name}")
    elif small.countries & large.countries:
        scales.add(IN_COUNTRY, f"place: {small.name} and {large.name}, in one country")


def _actors(a: Report, b: Report, scales: _Scales) -> None:
    verbal = a.event_type in VERBAL
    if not a.actors or not b.actors:
        if verbal:
            scales.forbid("actor: not known who said it")
        return
    bits, reason = _best_tie(a.actors, b.actors)
    if bits > 0:
        scales.add(bits, f"actor: {reason}")
    elif verbal and bits < 0:
        scales.forbid(f"actor: {reason}")
    elif _tied_any(a.actors, b.targets) and _tied_any(b.actors, a.targets):
        scales.forbid(f"actor: {reason}, and each attacks the other")
    elif bits < 0:
        scales.add(bits, f"actor: {reason}")


def _best_tie(ours: Sequence[Actor], theirs: Sequence[Actor]) -> tuple[float, str]:
    """The best that any two of them give: reports may name several, and need not name the same."""
    pairs = [(_tie(x, y), x.name, y.name) for x in ours for y in theirs]
    bits, one, two = max(pairs, key=lambda pair: (pair[0], pair[1:]))
    if bits == SAME_ACTOR:
        return bits, f"both {one}"
    if bits > 0:
        return bits, f"{one} and {two} may be one, or are tied"
    return bits, f"{one} against {two}" if bits < 0 else f"{one} and {two}"


def _tie(a: Actor, b: Actor) -> float:
    if a.key == b.key:
        return SAME_ACTOR
    if _tied(a, b):
        return TIED_ACTOR
    if a.described or b.described:
        # "Gunmen" may be any group, and "Iran-backed militants" many; but neither is a state.
        if (a.kind in STATES) != (b.kind in STATES):
            return OTHER_ACTOR
        return TIED_ACTOR if "population" not in (a.kind, b.kind) else 0.0
    return OTHER_ACTOR


def _tied(a: Actor, b: Actor) -> bool:
    """Whether one is, belongs to, fronts for or is backed by the other, or both belong to the same."""
    ours, theirs = a.kin | {a.key}, b.kin | {b.key}
    return bool(ours & theirs) or bool(a.backers & theirs) or bool(b.backers & ours)


def _tied_any(ours: Iterable[Actor], theirs: Iterable[Actor]) -> bool:
    theirs = tuple(theirs)
    return any(_tied(x, y) for x in ours for y in theirs)


def _persons_and_targets(a: Report, b: Report, scales: _Scales) -> None:
    names = dict(a.persons or {}) | dict(b.persons or {})
    if dead := a.dead & b.dead:
        scales.add(SAME_DEAD, f"killed in both: {_listed(dead, names)}")
        scales.specific = True
    elif common := (a.persons or {}).keys() & (b.persons or {}).keys():
        scales.add(SAME_PERSON, f"persons: both {_listed(common, names)}")
        scales.specific = True
    elif a.dead and b.dead:
        scales.add(OTHER_DEAD, f"killed: {_listed(a.dead, names)} against {_listed(b.dead, names)}")
    elif (a.dead and (b.targets or b.figures)) or (b.dead and (a.targets or a.figures)):
        scales.add(DEAD_ON_ONE_SIDE, f"killed: {_listed(a.dead or b.dead, names)} in one only")
    if a.targets and b.targets and a.event_type not in VERBAL:
        one, two = (", ".join(sorted({t.name for t in targets})) for targets in (a.targets, b.targets))
        if _tied_any(a.targets, b.targets):
            scales.add(SAME_TARGET, f"target: both {one}" if one == two else f"target: {one} and {two}")
        elif not scales.specific and not any(target.described for target in (*a.targets, *b.targets)):
            scales.add(OTHER_TARGET, f"target: {one} against {two}")


def _listed(keys: Iterable[int], names: Mapping[int, str]) -> str:
    return ", ".join(sorted(names[key] for key in keys))


def _figures(a: Report, b: Report, scales: _Scales) -> None:
    for outcome in ("killed", "wounded", "missing", "detained"):
        ours = [f for f in a.figures if f.outcome == outcome]
        theirs = [f for f in b.figures if f.outcome == outcome]
        if not ours or not theirs:
            continue
        bits, reason = _best_figure(_given(ours), _given(theirs))
        scales.add(bits, f"{outcome}: {reason}")
        # Two rows of one figure, alike in a telling word for the victims, name the incident though the sums differ.
        common = {
            word
            for x in ours
            for y in theirs
            if (x.low, x.high) != (0, 0) and _fit((x.low, x.high), (y.low, y.high)) > 0
            for word in x.words & y.words
        }
        if common and not scales.specific:  # a name that is common to both has counted
            scales.add(SAME_VICTIMS, f"victims: both {', '.join(sorted(common))}")
            scales.specific = True
        if {f.affiliation for f in ours if f.low} & {f.affiliation for f in theirs if f.low} - {None}:
            scales.add(SAME_AFFILIATION, f"{outcome}: of one side")


Range = tuple[int, int | None]
"""The least and the most; None is "at least"."""


def _given(rows: Sequence[Figure]) -> list[Range]:
    """What a report gives for one outcome: each of its totals, as speakers may differ, else the sum of its rows."""
    totals = [(row.low, row.high) for row in rows if row.total]
    if totals:
        return totals
    highs = [row.high for row in rows]
    return [(sum(row.low for row in rows), None if None in highs else sum(high for high in highs if high is not None))]


def _best_figure(ours: Sequence[Range], theirs: Sequence[Range]) -> tuple[float, str]:
    bits, one, two = max((_fit(x, y), _range(x), _range(y)) for x in ours for y in theirs)
    if bits < 0:
        return bits, f"{one} against {two}"
    return bits, f"both {one}" if one == two else f"{one} and {two} agree"


def _fit(a: Range, b: Range) -> float:
    """What two figures of one outcome are worth; None as high end means "at least"."""
    (low_a, high_a), (low_b, high_b) = a, b
    if low_a == high_a == low_b == high_b:
        return next(bits for least, bits in SAME_FIGURE if low_a >= least)
    if (high_b is None or low_a <= high_b) and (high_a is None or low_b <= high_a):
        return FITTING_FIGURE
    low, high = min(low_a, low_b), max(low_a, low_b)
    return NEAR_FIGURE if high - low <= 3 or (low and high <= 2 * low) else OTHER_FIGURE


def telling_words(victims: str, common: Collection[str] = ()) -> frozenset[str]:
    """The words for victims, in the singular, that few attacks share; `common` adds to those that many do."""
    words = singulars(victims)
    return frozenset(word for word in words if word not in COMMON_VICTIMS and word not in common and len(word) > 2)


def singulars(text: str) -> set[str]:
    """The words of a text in lower case, each without the s of a plural."""
    return {_singular(word) for word in re.findall(r"[^\W\d_]+", text.lower())}


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _letters(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.lower())


def _interval(report: Report) -> str:
    return f"{report.start}" if report.start == report.end else f"{report.start} to {report.end}"


def _range(figure: Range) -> str:
    low, high = figure
    return f"at least {low}" if high is None else f"{low}" if low == high else f"{low} to {high}"


def _distance(a: Place, b: Place) -> float | None:
    """Kilometres on a sphere of 6,371 km; None where a point is not known."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return None
    lat_a, lat_b = math.radians(a.latitude), math.radians(b.latitude)
    half = math.sin((lat_b - lat_a) / 2) ** 2
    half += math.cos(lat_a) * math.cos(lat_b) * math.sin(math.radians(b.longitude - a.longitude) / 2) ** 2
    return 2 * 6371 * math.asin(min(1.0, math.sqrt(half)))
