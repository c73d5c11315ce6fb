"""Incidents where some sources are restricted: what is public is joined as though these were not there.

A restricted source is then laid beside it: each of its reports goes to the public incident that it agrees with, or
makes one of its own. It ties no two public incidents together, changes the values of none, and meets no other
restricted source, since those who may see the one may be kept from the other. So nobody can tell from what he sees that
there is more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import combinations

from eventdb.database import clusters as clustering
from eventdb.database.clusters import Cluster, Pairs
from eventdb.database.link import Report


def cluster(
    reports: Iterable[Report],
    closed: Collection[int],
    same: Iterable[Collection[int]],
    apart: Collection[frozenset[int]],
    pairs: Pairs,
) -> list[Cluster]:
    """As `clusters.cluster`, where `closed` are the ids of restricted sources."""
    kept = list(reports)
    same = list(same)
    public = [report for report in kept if report.group not in closed]
    found = clustering.cluster(public, same, apart, pairs)
    if len(public) == len(kept):
        return found
    incidents = [{report.id for report in one.reports} for one in found]
    parted = set(apart)
    for one, other in combinations(incidents, 2):
        parted |= {frozenset((a, b)) for a in one for b in other}
    for source in sorted({report.group for report in kept} & set(closed)):
        own = [report for report in kept if report.group == source]
        for joined in clustering.cluster([*public, *own], [*same, *incidents], parted, pairs):
            mine = tuple(report for report in joined.reports if report.group == source)
            verdicts = {report.id: joined.verdicts[report.id] for report in mine if report.id in joined.verdicts}
            ids = {report.id for report in joined.reports}
            home = next((number for number, others in enumerate(incidents) if ids & others), None)
            if mine and home is None:
                found.append(Cluster(mine, verdicts))
            elif mine and home is not None:
                beside = found[home]
                found[home] = Cluster((*beside.reports, *mine), {**beside.verdicts, **verdicts})
    return found


def seen_by_all(found: Cluster, closed: Collection[int]) -> tuple[Report, ...]:
    """The reports on which the incident's values rest: those of public sources, or all where there is none."""
    return tuple(report for report in found.reports if report.group not in closed) or found.reports
