"""Which reports make up one incident: clusters from the best pairs first, whatever the order in which reports came."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from eventdb.database.link import MARGIN, SAME_COURSE, VERBAL, Report, Verdict, compare
from eventdb.database.summary import precision_rank


@dataclass(frozen=True, slots=True)
class Cluster:
    """Reports of one incident, by key; `verdicts` says for each but the first how it came in: its best tie."""

    reports: tuple[Report, ...]
    verdicts: Mapping[int, Verdict]


class Pairs:
    """Verdicts of pairs of reports in their course of events; `reports` are all that are known of, by id."""

    def __init__(self, reports: Mapping[int, Report]) -> None:
        self._reports = reports
        self._alone: dict[tuple[int, int], Verdict] = {}

    def __call__(self, a: Report, b: Report) -> Verdict:
        """As `compare`, and more where both answer, or are answered by, one and the same incident."""
        verdict = self._compared(a, b)
        if verdict.contradiction is not None or a.event_type in VERBAL:
            return verdict
        for ours, theirs, how in (
            (a.answered_by, b.answered_by, "both answered by"),
            (a.answers, b.answers, "both in answer to"),
        ):
            for x, y in sorted((x, y) for x in ours for y in theirs):
                one, two = self._reports.get(x), self._reports.get(y)
                if one and two and self._compared(one, two).joins:
                    reasons = (*verdict.reasons, f"course: {how} the same {min(one.event_type, two.event_type)}")
                    return replace(verdict, bits=verdict.bits + SAME_COURSE, reasons=reasons, specific=True)
        return verdict

    def _compared(self, a: Report, b: Report) -> Verdict:
        ids = (a.id, b.id) if a.id < b.id else (b.id, a.id)
        if ids not in self._alone:
            self._alone[ids] = compare(a, b)
        return self._alone[ids]


def cluster(
    reports: Iterable[Report],
    same: Iterable[Collection[int]] = (),
    apart: Collection[frozenset[int]] = (),
    pairs: Pairs | None = None,
) -> list[Cluster]:
    """The incidents that the reports make up.

    `same` are sets of ids that a person holds to be of one incident, `apart` pairs that a person holds to be of two:
    both outrank every score. The best pairs are joined first; a cluster holds no two reports that contradict each
    other, that are of one source, or that a person holds apart; a report that fits two contradicting incidents equally
    well (within MARGIN bits) is joined to neither.
    """
    reports = list(reports)
    return _Clustering(reports, same, apart, pairs or Pairs({report.id: report for report in reports})).run()


class _Clustering:
    def __init__(
        self,
        reports: Iterable[Report],
        same: Iterable[Collection[int]],
        apart: Collection[frozenset[int]],
        pairs: Pairs,
    ) -> None:
        self.reports = sorted(reports, key=lambda report: report.key)
        self.pairs = pairs
        self.apart = apart
        self.members: dict[int, list[Report]] = {report.id: [report] for report in self.reports}
        self.of: dict[int, int] = {report.id: report.id for report in self.reports}  # report → its cluster
        self.judged: set[int] = set()
        for ids in same:
            known = [i for i in ids if i in self.of]
            for other in known[1:]:
                self._merge(self.of[known[0]], self.of[other])
            self.judged.update(known if len(known) > 1 else ())
        self.edges: list[tuple[float, Report, Report]] = []
        self.neighbours: dict[int, list[tuple[float, Report]]] = defaultdict(list)
        for a, b in combinations(self.reports, 2):
            if a.group != b.group and (verdict := self.pairs(a, b)).joins:
                self.edges.append((verdict.bits, a, b))
                self.neighbours[a.id].append((verdict.bits, b))
                self.neighbours[b.id].append((verdict.bits, a))

    def run(self) -> list[Cluster]:
        for bits, a, b in sorted(self.edges, key=lambda edge: (-edge[0], edge[1].key, edge[2].key)):
            one, two = self.of[a.id], self.of[b.id]
            if one != two and self._may_join(one, two) and not self._rivalled(one, two, bits):
                self._merge(one, two)
        clusters = [self._cluster(members) for members in self.members.values()]
        return sorted(clusters, key=lambda found: found.reports[0].key)

    def _merge(self, one: int, two: int) -> None:
        if one != two:
            for report in self.members[two]:
                self.of[report.id] = one
            self.members[one] += self.members.pop(two)

    def _may_join(self, one: int, two: int) -> bool:
        return not any(
            a.group == b.group or frozenset((a.id, b.id)) in self.apart or self.pairs(a, b).at_odds
            for a in self.members[one]
            for b in self.members[two]
        )

    def _rivalled(self, one: int, two: int, bits: float) -> bool:
        """Whether one of the two fits a third cluster as well, which contradicts the other of the two."""
        for ours, theirs in ((one, two), (two, one)):
            rivals = {
                self.of[other.id]
                for report in self.members[ours]
                for strength, other in self.neighbours[report.id]
                if strength >= bits - MARGIN and self.of[other.id] not in (one, two)
            }
            if any(self._may_join(ours, rival) and self._contradict(theirs, rival) for rival in rivals):
                return True
        return False

    def _contradict(self, one: int, two: int) -> bool:
        """Whether they are two incidents; that one article tells of both is not enough, it may tell one twice."""
        return any(
            self.pairs(a, b).at_odds or frozenset((a.id, b.id)) in self.apart
            for a in self.members[one]
            for b in self.members[two]
            if a.group != b.group or not self.pairs(a, b).joins
        )

    def _cluster(self, members: Sequence[Report]) -> Cluster:
        ordered = sorted(members, key=_best_known_first)
        verdicts = {}
        for report in ordered[1:]:
            others = [self.pairs(report, other) for other in ordered if other.id != report.id]
            best = max(others, key=lambda verdict: (verdict.contradiction is None, verdict.bits, verdict.reasons))
            if report.id in self.judged and not best.joins:
                best = Verdict(math.inf, ("judged: the same",), None)
            verdicts[report.id] = best
        return Cluster(tuple(ordered), verdicts)


def _best_known_first(report: Report) -> tuple[float, int, date, tuple[str, str]]:
    """The report that says most exactly when and where comes first: the others are joined to it."""
    days = (report.end - report.start).days if report.start and report.end else math.inf
    return days, precision_rank(report.place), report.published_on or date.max, report.key
