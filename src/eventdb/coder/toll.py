"""The casualties of an incident: which figures are parts, which totals, which say the same again."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from eventdb import sheet
from eventdb.coder import blame, loose, passages, words
from eventdb.coder.figure import Figure
from eventdb.coder.incidents import Incident
from eventdb.coder.mentions import STRIKES, Mention
from eventdb.coder.parties import OF_STATE
from eventdb.coder.story import Story

_ADDS = words.entries("toll", "adds")
_ALSO = words.entries("toll", "adds to any")
_FROM_AFAR = frozenset({"airstrike", "drone_attack", "missile_attack", "rocket_attack", "shelling"})
_OVERTAKEN = words.entries("toll", "overtaken")
_MULTIPLE = 1.5
_OVERTAKEN_REACH = 12  # tokens before a figure in which "initial reports said" stands


Row = tuple[Figure, Mention, bool]
"""A figure, the mention that tells it, and whether it is a total."""


def casualties(tale: Story, incident: Incident) -> list[sheet.Casualty]:
    """The figures of an incident as rows of the sheet."""
    return [_casualty(tale, figure, mention, total) for figure, mention, total in rows(incident)]


def rows(incident: Incident, dropped: list[tuple[Figure, str]] | None = None) -> list[Row]:
    """The figures of an incident, each outcome in the order of the text.

    Figures of one sentence are parts and add up. A later sentence that gives other figures for the same people gives
    another total, unless its words add to the first ("also", "another"). What is left out goes into `dropped`, with the
    reason.
    """
    left: list[tuple[Figure, str]] = [] if dropped is None else dropped
    told: list[tuple[Figure, Mention]] = []
    for mention in sorted(incident.mentions, key=lambda m: m.scan.sentence.index):
        for figure in mention.figures:
            if any(_repeats(figure, other) and not _beside(figure, mention, other, m) for other, m in told):
                left.append((figure, "says again what was said"))
            else:
                told.append((figure, mention))
    told = _without_parts(told, left)
    if any(f.low for f, _ in told):  # "no civilian casualties", but soldiers were hurt
        nobody_else = [f for f, _ in told if f.high == 0 and f.victims and f.rule.startswith("no ")]
        left += [(f, "nobody else") for f in nobody_else]
        told = [(f, m) for f, m in told if f not in nobody_else]
    if any(
        f.outcome == "killed" and f.victims is None and f.low == f.high == 1 and f.rule.startswith("die")
        for f, _ in told
    ):
        hurt = next(((f, m) for f, m in told if f.outcome == "wounded" and f.low == f.high == 1), None)
        if hurt is not None:  # "she died of her wounds"
            told.remove(hurt)
            left.append((hurt[0], "died later"))
    found: list[Row] = []
    for outcome in ("killed", "wounded", "missing", "detained"):
        group = [(f, m) for f, m in told if f.outcome == outcome]
        if any(f.low or f.high is None for f, _ in group):
            left += [(f, "somebody was hurt, after all") for f, _ in group if f.low == 0 and f.high == 0]
            group = [(f, m) for f, m in group if not (f.low == 0 and f.high == 0)]
        attackers = [(f, m) for f, m in group if _of_attackers(f, incident)]
        hit = [row for row in group if row not in attackers]
        if hit and attackers:
            left += [(f, "a part of the figure before it") for f, _ in attackers if f.vague]
            attackers = [row for row in attackers if not row[0].vague]
        if hit:
            totals = _totals(hit, left)
            if attackers and _takes_in(totals[0][0], group):
                totals[0] = (*totals[0][:2], True)  # "four died … an officer and three militants were killed"
            found += totals
        if attackers:
            found += [(f, m, False) for f, m, _ in _totals(attackers, left) if f.total is False][:1]
    return found


def _takes_in(whole: Figure, group: list[tuple[Figure, Mention]]) -> bool:
    """Whether the figures of one sentence, attackers among them, add up to a figure told elsewhere."""
    sums: Counter[int] = Counter()
    for figure, mention in group:
        if figure is not whole:
            sums[mention.scan.sentence.index] += figure.low
    return whole.low == whole.high and whole.low in sums.values()


def _beside(a: Figure, here: Mention, b: Figure, there: Mention) -> bool:
    """ "Two women and two children": two counts of one sentence, each with its own people."""
    return here.scan is there.scan and a.victims is not None and b.victims is not None and a.victims != b.victims


def _of_attackers(figure: Figure, incident: Incident) -> bool:
    """Whether a figure counts those who attacked, which is a row of its own: fighters, where no state struck them."""
    agents = incident.agents
    struck = any(m.noun is not None and m.noun.section in STRIKES for m in incident.told)  # by whomever
    if any(agent.kind in OF_STATE for agent in agents) or incident.type in _FROM_AFAR or struck:
        return False
    return figure.section == "fighter" or any(figure.affiliation == agent.name for agent in agents)


def _totals(group: list[tuple[Figure, Mention]], left: list[tuple[Figure, str]]) -> list[Row]:
    """The figures of one outcome: the parts that the first sentence gives, what is added, then rival totals."""
    group = _in_force(group, left)
    opening = group[0][1].scan.sentence.index
    parts = [(f, m) for f, m in group if m.scan.sentence.index == opening]
    later = [(f, m) for f, m in group if m.scan.sentence.index != opening]
    added = [(f, m) for f, m in later if f.persons or _adds(f, m)]
    rivals = [row for row in later if row not in added]
    parts += added
    whole = sum(f.low for f, _ in parts)
    # a smaller figure of a later sentence is a part of the first, not a rival
    sections = {f.section for f, _ in parts}
    another = [f.section == "fighter" and "fighter" not in sections for f, _ in rivals]  # who they were is disputed
    kept = [f.low > whole or f.total or other for (f, _), other in zip(rivals, another, strict=True)]
    left += [(f, "a part of the figure before it") for (f, _), stays in zip(rivals, kept, strict=True) if not stays]
    rivals = [row for row, stays in zip(rivals, kept, strict=True) if stays]
    newest = next((row for row in reversed(rivals) if row[0].total and row[0].low >= whole), None)
    if newest is not None:  # "the toll rose to 31"
        before = [row for row in parts + rivals if row is not newest]
        if len(parts) > 1:
            return [(f, m, False) for f, m in parts] + [(*newest, True)]
        return [(*newest, True)] + [(f, m, True) for f, m in before]
    disputed = bool(rivals) and len(parts) == 1
    surer = next((row for row in rivals if disputed and _is_plainer(row[0], parts[0][0])), None)
    if surer is not None:
        return [(*surer, True)] + [(f, m, True) for f, m in parts + [row for row in rivals if row is not surer]]
    if rivals and len(parts) > 1 and not any(f.total for f, _ in parts + rivals):
        # what the parts come to, before the figures that others give for all
        high = None if any(f.high is None for f, _ in parts) else sum(f.high or 0 for f, _ in parts)
        first, mention = parts[0]
        whole_figure = replace(first, low=whole, high=high, victims=None, section=None, rule="sum of its parts")
        return [(whole_figure, mention, True)] + [(f, m, False) for f, m in parts] + [(f, m, True) for f, m in rivals]
    return [(f, m, disputed or f.total) for f, m in parts] + [(f, m, True) for f, m in rivals]


def _is_plainer(later: Figure, first: Figure) -> bool:
    """Whether a later figure says what the first left open, and so comes first.

    "Several were hurt … eleven were", "more than 30 … at least 34"; but a multiple of it is another's count.
    """
    if later.vague or later.low <= first.low:
        return False
    return first.vague or (first.high is None and later.low <= _MULTIPLE * first.low)


def _in_force(group: list[tuple[Figure, Mention]], left: list[tuple[Figure, str]]) -> list[tuple[Figure, Mention]]:
    """Without what the article itself says is overtaken, and without vague words where a number is told."""
    if len(group) == 1:
        return group
    overtaken = [row for row in group if _overtaken(*row)]
    if len(overtaken) < len(group):
        left += [(f, "overtaken by later figures") for f, _ in overtaken]
        group = [row for row in group if row not in overtaken]
    exact = max((f.low for f, _ in group if not f.vague), default=0)
    vague = [row for row in group[1:] if row[0].vague and row[0].low <= exact]
    left += [(f, "a part of the figure before it") for f, _ in vague]
    return [row for row in group if row not in vague]


def _overtaken(figure: Figure, mention: Mention) -> bool:
    """ "Initial reports said that seven had died", "the previous toll was 32"."""
    lows = mention.scan.sentence.lows
    start = max(0, figure.i - _OVERTAKEN_REACH)
    return mention.rule == loose.RULE and bool(_OVERTAKEN & set(lows[start : figure.at + 3]))


def _adds(figure: Figure, mention: Mention) -> bool:
    """Whether the words of a later figure add it to the first: "two others died", not "five dead, two others hurt"."""
    if figure.total or figure.vague:
        return False
    lows = mention.scan.sentence.lows
    i, j = max(0, min(figure.i, figure.at) - 2), max(figure.j, figure.at + 1)
    near = {low for k, low in enumerate(lows[i:j], i) if not (low == "more" and lows[k + 1 : k + 2] == ["than"])}
    beside = any(o.outcome != figure.outcome and o.low and o.i < figure.i for o in mention.figures)
    return bool(near & _ADDS) and (not beside or bool(near & _ALSO))


def _casualty(tale: Story, figure: Figure, mention: Mention, total: bool) -> sheet.Casualty:
    read = tale.reads[mention.scan.sentence.index]
    speaker = blame.covering(read.speeches, figure.at, read.scan.sentence.lows)
    return sheet.Casualty(
        outcome=figure.outcome,
        low=figure.low,
        high=figure.high,
        victims=figure.victims,
        affiliation=figure.affiliation,
        civilian=_civilian(figure),
        speaker=speaker.text if speaker else None,
        total=total,
        evidence=(passages.sentence(tale.document, mention.scan),),
        rule=figure.rule,
    )


def _repeats(a: Figure, b: Figure) -> bool:
    """Whether a figure says again what another has said."""
    apart = a.section and b.section and (a.section == "fighter") != (b.section == "fighter")
    if a.outcome != b.outcome or apart:
        return False  # "a soldier was killed … one militant was killed"
    if a.persons and b.persons and set(a.persons) <= set(b.persons):
        return True
    if a.low == b.low and (a.high == b.high or a.high is None or b.high is None):
        return not (a.persons and b.persons)
    return False


def _without_parts(rows: list[tuple[Figure, Mention]], left: list[tuple[Figure, str]]) -> list[tuple[Figure, Mention]]:
    """Drops a person counted alone where a later row counts the same people together."""
    kept: list[tuple[Figure, Mention]] = []
    for f, m in rows:
        among = f.persons and any(
            o is not f and o.outcome == f.outcome and set(f.persons) < set(o.persons) for o, _ in rows
        )
        if among:
            left.append((f, "counted with others"))
        else:
            kept.append((f, m))
    return kept


def _civilian(figure: Figure) -> bool | None:
    return {"civilian": True, "force": False, "fighter": False}.get(figure.section or "")
