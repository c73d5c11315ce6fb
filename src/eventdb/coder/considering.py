"""What became of each word that may tell an attack, of each figure and of each blame: an event, or why none.

Nothing is decided here: the rooms that decide leave their reasons on what they pass over, and this room reads them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from eventdb.coder import attributing, clauses, figures, passages, realis, sheets, tallies, toll, triggers, words
from eventdb.coder.blame import Blame
from eventdb.coder.clauses import Piece
from eventdb.coder.explained import Considered, Kind, Verdict
from eventdb.coder.figure import Figure
from eventdb.coder.incidents import Incident
from eventdb.coder.mentions import Mention
from eventdb.coder.reading import Read
from eventdb.coder.scan import Act, Noun, Scan
from eventdb.coder.story import Story
from eventdb.sheet import VERBAL, CodingSheet, Event, Span

_UNDATED = "nothing dates it, and victims, actor and place do not make up for that"
_WEAK = "an attack only with a weapon, an attack or somebody hit beside it"
_NO_VERB = "not used as a verb of attack here"
_UNCOUNTED = "nobody is counted beside it, or another word has counted them"
_NOBODY = "nobody is found whom it blames, or who claims or denies"
_AGAIN = ("says again what was said", "said before", "counted with others", "a part of the figure before it")


@dataclass(frozen=True, slots=True)
class _Fate:
    verdict: Verdict
    events: tuple[str, ...]
    reason: str


@dataclass(slots=True)
class _Case:
    """A story and its sheet, with what each mention became."""

    tale: Story
    ids: dict[int, str]  # of incidents on the sheet
    parts: dict[tuple[int, int, int], list[tuple[Incident, Mention]]] = field(default_factory=dict)
    figures: dict[int, tuple[Incident, str | None]] = field(default_factory=dict)  # with why they were left out
    announced: dict[Span, Event] = field(default_factory=dict)  # by sentence
    counted: dict[int, int] = field(default_factory=dict)  # sentence → the first tally of it

    @classmethod
    def of(cls, tale: Story, sheet: CodingSheet) -> _Case:
        case = cls(tale, {id(incident): f"e{n}" for n, incident in enumerate(sheets.told(tale), 1)})
        for incident in tale.incidents:
            dropped: list[tuple[Figure, str]] = []
            toll.rows(incident, dropped)
            why = {id(figure): reason for figure, reason in dropped}
            for mention in incident.mentions:
                case.parts.setdefault(_key(mention), []).append((incident, mention))
                for figure in mention.figures:
                    case.figures.setdefault(id(figure), (incident, why.get(id(figure))))
        for event in sheet.events:
            if event.type in VERBAL:
                case.announced |= dict.fromkeys(event.evidence, event)
        for n, count in enumerate(tale.counts, 1):
            case.counted.setdefault(id(count.scan), n)
        return case


def find(tale: Story, sheet: CodingSheet) -> tuple[Considered, ...]:
    """All that was considered, in the order of the text: each word that may tell an attack stands here once."""
    case = _Case.of(tale, sheet)
    found = [one for read in tale.reads for one in (*_attacks(case, read), *_casualties(case, read))]
    found += _attributions(case)
    return tuple(sorted(found, key=lambda one: (one.passage.start, one.kind, one.passage.end)))


def _key(mention: Mention) -> tuple[int, int, int]:
    return id(mention.scan), mention.i, mention.at


def _considered(case: _Case, scan: Scan, tokens: tuple[int, int], kind: Kind, fate: _Fate) -> Considered:
    document = case.tale.document
    return Considered(
        kind,
        passages.tokens(document, scan, *tokens),
        passages.sentence(document, scan),
        fate.verdict,
        fate.events,
        fate.reason,
    )


# Attacks --------------------------------------------------------------------------------------------------------------


def _attacks(case: _Case, read: Read) -> Iterator[Considered]:
    taken: set[int] = set()
    for i, j, word in _words(read):
        if not taken & set(range(i, j)):
            taken |= set(range(i, j))
            yield _considered(case, read.scan, (i, j), "attack", _of_word(case, read, i, j, word))


def _words(read: Read) -> list[tuple[int, int, Noun | Act | None]]:
    """Tokens i to j that may be an attack: the triggers first, then listed nouns and verbs, then unused forms."""
    scan = read.scan
    listed: list[tuple[int, int, Noun | Act | None]] = [(n.i, n.j, n) for n in scan.nouns if n.kind == "event"]
    listed += [(act.i, act.j, act) for act in scan.acts if act.section in clauses.TRIGGER_ACTS]
    ats = {mention.at for mention in read.mentions}
    chosen = {id(word) for mention in read.mentions for word in (mention.noun, mention.act)}
    main = [(i, j, word) for i, j, word in listed if ats & set(range(i, j)) and id(word) in chosen]
    held = {k for i, j, _ in listed for k in range(i, j)}
    bare = [(k, k + 1, None) for k, low in enumerate(scan.sentence.lows) if k in ats - held or low in _forms()]
    return main + listed + bare


@cache
def _forms() -> frozenset[str]:
    """Every form of the verbs of attack that need no particle."""
    return frozenset(
        form
        for section in clauses.TRIGGER_ACTS
        for form, verbs in words.verbs("verbs", section).items()
        if any(not verb.particle for verb in verbs)
    )


def _of_word(case: _Case, read: Read, i: int, j: int, word: Noun | Act | None) -> _Fate:
    scan = read.scan
    if isinstance(word, Noun) and not clauses.is_trigger(word):
        return _rejected(f"“{scan.sentence.words(i, j).lower()}” only looks like an attack")
    mention = next((m for m in read.mentions if m.i <= i < m.j), None)
    main = mention is not None and i <= mention.at < j
    if word is None and not main:
        weapon = next((n for n in scan.nouns if n.kind == "weapon" and n.i <= i < n.j), None)
        return _rejected(_NO_VERB if weapon is None else f"names a weapon here: {weapon.value}")
    if isinstance(word, Act) and not main:
        piece = Piece(mention.i, mention.j, mention.link) if mention is not None else _piece(scan, i)
        if not triggers.is_attack(scan, word, piece):
            return _rejected(_WEAK)
        if (unreal := realis.unreal_act(scan, word)) is not None:
            return _rejected(realis.why(unreal))
    if mention is None:
        return _rejected(_WEAK)
    if isinstance(word, Noun) and mention.verb_for_noun is not None:
        return _rejected(f"did not happen, and the verb beside it did: “{mention.verb_for_noun}”")
    fate = _of_mention(case, mention)
    if main:
        return fate
    beside = f"of one clause with “{scan.sentence.tokens[mention.at].text}”"
    if fate.verdict == "rejected":
        return _rejected(f"{beside}, which is rejected: {fate.reason}")
    return _Fate("merged", fate.events, beside)


def _piece(scan: Scan, i: int) -> Piece:
    return next(piece for piece in clauses.pieces(scan) if piece.i <= i < piece.j)


def _of_mention(case: _Case, mention: Mention) -> _Fate:
    parts = case.parts.get(_key(mention), [])
    told = [(incident, part) for incident, part in parts if id(incident) in case.ids]
    if parts and not told:
        return _rejected(_UNDATED)
    if not told:
        return _rejected(_passed_over(case, mention))
    events = tuple(dict.fromkeys(case.ids[id(incident)] for incident, _ in told))
    first = [part for incident, part in told if part is incident.first]
    if first:
        return _Fate("event", events, first[0].rule)
    return _Fate("merged", events, next((part.joined for _, part in told if part.joined), "told again"))


def _passed_over(case: _Case, mention: Mention) -> str:
    """Why a mention is part of no incident, and whether a tally or an announcement tells it."""
    why = mention.passed_over or "one of several, of which the article says too little"
    if mention.aggregate:
        n = case.counted.get(id(mention.scan))
        why += f", counted in tally {n}" if n is not None else ""
    if mention.unreal:
        telling = case.announced.get(passages.sentence(case.tale.document, mention.scan))
        why += f", told as the {telling.type} {telling.id}" if telling is not None else ""
    return why


def _rejected(reason: str) -> _Fate:
    return _Fate("rejected", (), reason)


# Figures --------------------------------------------------------------------------------------------------------------


def _casualties(case: _Case, read: Read) -> Iterator[Considered]:
    for figure in read.figures:
        yield _considered(case, read.scan, (figure.i, figure.j), "casualty", _of_figure(case, read, figure))
    used = {figure.at for figure in read.figures}
    for act in read.scan.acts:
        if act.section in figures.OUTCOMES and act.i not in used:
            why = f"not said as done: “{act.modal}”" if act.modal is not None else _UNCOUNTED
            yield _considered(case, read.scan, (act.i, act.j), "casualty", _rejected(why))
            used.add(act.i)
    for k, low in enumerate(read.scan.sentence.lows):
        if low in figures.TELLING and k not in used:
            yield _considered(case, read.scan, (k, k + 1), "casualty", _rejected(_UNCOUNTED))


def _of_figure(case: _Case, read: Read, figure: Figure) -> _Fate:
    owner, why = case.figures.get(id(figure), (None, None))
    if owner is not None and id(owner) in case.ids:
        events = (case.ids[id(owner)],)
        return _Fate("event", events, figure.rule) if why is None else _left(events, why)
    if owner is not None:
        return _rejected(f"of an attack that is left out: {_UNDATED}")
    if any(count.figure is figure for count in case.tale.counts):
        return _rejected("the sum of many attacks, counted in a tally")
    holder = next((m for m in read.mentions if any(f is figure for f in m.figures)), None)
    if holder is not None:
        return _rejected(f"of an attack that is left out: {_of_mention(case, holder).reason}")
    if tallies.is_campaign(read.scan):
        return _rejected("the sum of a whole campaign")
    return _rejected("of no attack that is told near it")


def _left(events: tuple[str, ...], why: str) -> _Fate:
    return _Fate("merged" if why in _AGAIN else "rejected", events, why)


# Blames ---------------------------------------------------------------------------------------------------------------


def _attributions(case: _Case) -> Iterator[Considered]:
    for incident in case.tale.incidents:
        dropped: list[tuple[Blame, str]] = []
        sheets.sayings(incident, dropped)
        reasons = {id(said): why for said, why in dropped}
        event = case.ids.get(id(incident))
        for mention, said in incident.blames:
            if mention is None:
                continue
            why = reasons.get(id(said))
            if event is None:
                fate = _rejected(f"of an attack that is left out: {_UNDATED}")
            else:
                fate = _Fate("event", (event,), said.rule) if why is None else _left((event,), why)
            yield _considered(case, mention.scan, _tokens(said), "attribution", fate)
    for read, said, why in case.tale.passed_over:
        yield _considered(case, read.scan, _tokens(said), "attribution", _rejected(why))
    for read in case.tale.reads:
        if read.scan.sentence.heading:
            for said in read.blames:
                yield _considered(case, read.scan, _tokens(said), "attribution", _rejected("said in a headline alone"))
        used = {said.at for said in read.blames}
        for k, low in enumerate(read.scan.sentence.lows):
            if low in attributing.WORDS and k not in used:
                yield _considered(case, read.scan, (k, k + 1), "attribution", _rejected(_NOBODY))


def _tokens(said: Blame) -> tuple[int, int]:
    """Who is blamed, or the word of blame where nobody is named."""
    return (said.actor.i, said.actor.j) if said.actor is not None else (said.at, said.at + 1)
