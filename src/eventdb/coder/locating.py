"""Which place of a sentence is that of a mention."""

from __future__ import annotations

from eventdb.coder import words
from eventdb.coder.clauses import Piece
from eventdb.coder.figure import Figure
from eventdb.coder.mentions import Mention
from eventdb.coder.places import Place, phrase_start
from eventdb.coder.scan import PREPOSITIONS, Scan

_SAYING = words.entries("locating", "speaking") | {
    low for low, forms in words.verbs("speech", "say").items() if any(verb.form in ("past", "ing") for verb in forms)
}
_CLAUSES = words.entries("locating", "other clauses")
_REASONING = frozenset({"saying", "arguing", "claiming", "citing", "vowing"})
_HEARING = words.entries("locating", "hearing")
_OPENING = frozenset({"in", "at", "near", "outside", "inside", "on", "across", "around"})
_REACH = 8  # tokens from a verb of saying to the place where it was said


def where(scan: Scan, piece: Piece, mention: Mention, places: list[Place]) -> Place | None:
    """The most specific place of the piece, of equals the nearest, one after the trigger first.

    Where somebody spoke comes last: "a blast in Kirkuk, police said in Baghdad".
    """
    if not places:
        return None
    lows = scan.sentence.lows
    blamed = any(low.startswith("blam") for low in lows[piece.i : piece.j])  # "blamed the strike on Iran"
    home = mention.agent.j if mention.agent is not None else -1  # "rebels in Yemen" hit something elsewhere
    since = next((k for k in range(mention.at, piece.j) if lows[k] == "since"), piece.j)  # "the worst since X was hit"
    inside = [
        place
        for place in places
        if piece.i <= place.i < since
        and not _said_in(scan, place)
        and not (place.rank == 0 and (blamed or (lows[place.i - 1] == "in" and place.i - 1 == home)))
    ]
    clause = [place for place in inside if not _beyond(scan, mention, place)]
    if any(place.rank for place in clause) or any(_other_deed(scan, mention, place) for place in inside):
        inside = clause
    inside = [place for place in inside if not _speaks(scan, place, places)] or inside
    inside = [place for place in inside if not _gives_reason(scan, mention, place)]
    best = max((place.rank for place in inside), default=0)
    return min(
        (place for place in inside if place.rank == best),
        key=lambda place: (
            bool(place.takes_up),
            place.landmark,
            not place.options,
            not any(option.precision == "sea" for option in place.options),  # "in the Gulf of Aden, west of Aden"
            not any(option.country for option in place.options),  # "West Africa" tells less than a country
            place.i < mention.at,
            abs(place.i - mention.at),
        ),
        default=None,
    )


def _gives_reason(scan: Scan, mention: Mention, place: Place) -> bool:
    """ "Hamas attacked Israel, saying that Gaza …": what the attacker says of it tells no place."""
    lows = scan.sentence.lows
    return any(lows[k] == "," and lows[k + 1] in _REASONING for k in range(mention.at + 1, place.i - 1))


def _beyond(scan: Scan, mention: Mention, place: Place) -> int:
    """The token of the "while" or the like that parts a place from the trigger before it; 0 where none does."""
    lows = scan.sentence.lows
    return next((k for k in range(mention.at + 1, place.i) if lows[k] in _CLAUSES), 0)


def _other_deed(scan: Scan, mention: Mention, place: Place) -> bool:
    """Whether another deed is told between trigger and place: "a strike on Monday as rebels shelled X"."""
    start = _beyond(scan, mention, place)
    return start > 0 and any(
        act.section in ("attack", "fire", "kill") and act is not mention.act and start < act.i < place.i
        for act in scan.acts
    )


def beside(scan: Scan, mention: Mention, places: list[Place], figures: list[Figure]) -> Place | None:
    """ "Two died in the town of X when a shell hit a shop": the place of the victims, told in the piece before."""
    suffered = any(figure.at < mention.i for figure in figures)
    if mention.unreal or not (mention.link == "when" or (mention.link == "after" and suffered)):
        return None
    return where(scan, Piece(0, mention.i, ""), mention, places)


def opening(scan: Scan, cut: list[Piece], found: list[Mention], places: list[Place]) -> None:
    """ "At a rally in X, a man opened fire": the place of a phrase that opens the sentence is that of its clauses."""
    first = cut[0]
    if scan.sentence.lows[0] not in _OPENING or any(m.i < first.j for m in found):
        return
    for mention in found:
        if mention.where is None and not mention.unreal and mention.link in ("", "and", "when", "while"):
            mention.where = where(scan, first, mention, places)


def _said_in(scan: Scan, place: Place) -> bool:
    """Whether a place is where somebody spoke: "told reporters in Kabul", "speaking in Geneva"."""
    lows, tokens = scan.sentence.lows, scan.sentence.tokens
    i = phrase_start(scan, place.i)
    for k in range(i - 1, max(-1, i - 1 - _REACH), -1):
        if lows[k] in _SAYING:
            return lows[k + 1 : k + 2] != ["that"]
        dated = any(when.start <= tokens[k].start < when.end for when in scan.whens)
        outlet = tokens[k].capital and k + 1 < i  # "told Reuters in Cairo"
        if not (lows[k] in _HEARING or lows[k] in PREPOSITIONS or dated or outlet):
            return False
    return False


def _speaks(scan: Scan, place: Place, places: list[Place]) -> bool:
    """Whether a place belongs to who speaks: "police in Lahore said", "a hospital in Aleppo, Syria, said"."""
    lows, j = scan.sentence.lows, place.j
    while True:
        beyond = next((other for other in places if j < other.i <= j + 2), None)
        if beyond is None or lows[j] not in ("in", ","):
            break
        j = beyond.j
    i = phrase_start(scan, place.i)
    head = scan.at.get(i - 2) if i > 1 and lows[i - 1] == "of" else None  # "the mayor of X, told reporters"
    j += lows[j : j + 1] == [","] and (lows[j + 1 : j + 2] == ["told"] or (head is not None and head.kind == "people"))
    return bool(_SAYING & set(lows[j : j + 1]))
