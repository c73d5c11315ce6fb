"""Segments → an outline: what each piece of an article is, by its form and by the reader's lists."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from eventdb import lexicon
from eventdb.document import dates, outlets, people, phrases
from eventdb.document.segments import Segment
from eventdb.document.types import Block, BlockKind

_FURNITURE_WORDS, _CAPTION_WORDS, _ENDING_WORDS = 60, 90, 120
_SENTENCE = 8  # a closed line of so many words is a sentence of the article
_LONG = 25  # a line of so many words is prose, whatever its end
_HEADING = 15
_TITLE = 40
_LABELLED = 25
_SOON = 8  # characters between a label and its day
_SHORT_LINE, _LINE = 120, 1500  # characters, beyond which a line is not tried as a date, or as anything but prose

_LABEL = re.compile(r"(?P<label>[A-Za-z][A-Za-z ]{2,24}?)\s*:\s*(?P<value>.*)")
_URL = re.compile(r"<?https?://\S+>?")
_CREDIT = re.compile(
    r".*\S\s+(?:REUTERS|AFP|AP|EPA|UPI)/[A-Z][\w' .-]+|.*\b[A-Z][a-z]+ [A-Z][\w'-]+/[A-Z][\w.]*[A-Za-z]"
)
_BYLINE = re.compile(r"[Bb](?:y|Y):? (?=[A-Z@])")
_PLACE = r"[A-Z][\w.'-]*(?:[ /-][A-Z][\w.'-]*){0,3}"
_UPPER = r"[A-Z][A-Z.'-]+(?:[ /-][A-Z.'-]+){0,3}"
_DATELINE = re.compile(
    rf"(?:{_UPPER}(?:, {_PLACE}){{0,2}}(?:, [^()—]{{3,25}}?)?(?: \([^()]{{2,40}}\))? ?(?:—|--?)\s+"
    rf"|{_PLACE}, {_PLACE}(?: \([^()]{{2,40}}\))? ?(?:—|--)\s+"
    rf"|{_PLACE}(?:, {_PLACE}){{0,2}} \([^()]{{2,40}}\) ?(?:—|--?)\s+"
    r"|\((?P<outlet>[^()]{2,40})\) ?(?:(?:—|--?)\s*)?)(?=[A-Z\"'0-9])"
)


@dataclass(slots=True)
class Piece:
    """A segment and what it is; for a labelled line also the label's meaning and the value."""

    segment: Segment
    kind: BlockKind | None = None
    meaning: str | None = None
    value: str = ""
    dateline: int = 0  # the number of characters, at the start of a paragraph, of its dateline

    def blocks(self) -> list[Block]:
        """The piece as blocks: one, or two where a paragraph begins with a dateline."""
        start, end, kind = self.segment.start, self.segment.end, self.kind or "paragraph"
        if not self.dateline:
            return [Block(start, end, kind)]
        return [Block(start, start + len(self.value.rstrip()), "dateline"), Block(start + self.dateline, end, kind)]


def outline(pieces_of: Sequence[Segment], plain: str, headings: dict[int, int], title: str | None) -> list[Piece]:
    """The pieces of an article in order, each with its kind.

    `headings` are the Markdown headings, as offset → level; `title` is the title where it is known from elsewhere, so
    that the line that holds it is found.
    """
    pieces = [Piece(segment) for segment in pieces_of]
    _by_form(pieces, plain, headings)
    _twice(pieces)
    if title:
        _known_title(pieces, title)
    first = next((i for i, piece in enumerate(pieces) if piece.kind is None and _is_prose(piece.segment)), len(pieces))
    _head(pieces[:first], known=bool(title) or any(piece.kind == "title" for piece in pieces))
    if first < len(pieces):
        _tail(pieces[first + 1 :])
    _between(pieces[first:])
    for piece in pieces:
        if piece.kind is None:
            short = not piece.segment.closed and piece.segment.count <= _HEADING
            piece.kind = "heading" if short else "paragraph"
    for piece in [piece for piece in pieces if piece.kind == "paragraph"][:2]:
        _split_dateline(piece, plain)
    return pieces


def _is_prose(segment: Segment) -> bool:
    return (segment.closed and segment.count >= _SENTENCE) or segment.count >= _LONG


def _by_form(pieces: list[Piece], plain: str, headings: dict[int, int]) -> None:
    """What a line's own form tells: labels, dates, furniture, captions, bylines, Markdown headings."""
    awaited: Piece | None = None  # a label whose value is on the next line
    for piece in pieces:
        segment = piece.segment
        line_start = plain.rfind("\n", 0, segment.start) + 1
        level = headings.get(line_start)
        if awaited and not _labelled(piece) and segment.count <= _LABELLED:
            piece.kind, piece.meaning, piece.value = awaited.kind, awaited.meaning, segment.words
            awaited = None
            continue
        awaited = None
        if piece.kind is None and _labelled(piece):
            awaited = piece if not piece.value else None
        elif len(segment.words) <= _SHORT_LINE and dates.only_date(segment.words):
            piece.kind, piece.meaning, piece.value = "dateline", "date", segment.words
        elif is_furniture(segment):
            piece.kind = "furniture"
        elif is_caption(segment):
            piece.kind = "caption"
        elif _is_byline(segment):
            piece.kind, piece.meaning = "byline", "byline"
            piece.value = _BYLINE.sub("", segment.words, count=1)
        elif level:
            first = level == 1 and all(other.kind != "title" for other in pieces)
            piece.kind = "title" if first else "heading"


def _labelled(piece: Piece) -> bool:
    """Whether the line is a known label with its value, or the label alone; fills in the piece."""
    words = piece.segment.words
    if piece.segment.count > _LABELLED or len(words) > _LINE:
        return False
    match = _LABEL.fullmatch(words)
    meaning = _labels().get(" ".join(match["label"].split()).casefold()) if match else None
    value = match["value"].strip(" `*_\"'") if match else ""
    if not meaning:
        # "Updated on Jan. 3 at noon": no colon, but a day follows the label.
        label = next((label for label in _day_labels() if words.casefold().startswith(label)), "")
        rest = words[len(label) :].strip()
        day = next(dates.printed(rest), None) if label else None
        if day and day.start <= _SOON:
            meaning, value = _labels()[label.strip()], rest
    if not meaning or (meaning == "source" and _is_prose(piece.segment) and not _URL.search(value)):
        return False
    piece.meaning, piece.value = meaning, value
    kinds: dict[str, BlockKind] = {"published": "dateline", "updated": "dateline", "byline": "byline", "title": "title"}
    piece.kind = kinds.get(meaning, "furniture")
    return True


def is_furniture(segment: Segment) -> bool:
    """Whether the line belongs to the site: a phrase of the lists, a bare address, a row of links, no word at all."""
    words = segment.words
    if not any(char.isalnum() for char in words) or _URL.fullmatch(words):
        return True
    row = [part for part in words.split("|") if part.strip()]
    if len(row) >= 3 and all(len(part.split()) <= 4 for part in row):
        return True
    if all(word.startswith(("#", "@")) for word in words.split()):
        return True
    if segment.count > _FURNITURE_WORDS or len(words) > _LINE:
        return False
    sentence = segment.closed and segment.count >= _SENTENCE
    return (not sentence and phrases.load("furniture").match(words)) or phrases.load("notices").match(words)


def is_caption(segment: Segment) -> bool:
    """Whether the line is a photograph's caption or credit."""
    if segment.count > _CAPTION_WORDS or len(segment.words) > _LINE:
        return False
    return phrases.load("captions").match(segment.words) or (
        not segment.closed and bool(_CREDIT.fullmatch(segment.words))
    )


def _is_byline(segment: Segment) -> bool:
    if not _BYLINE.match(segment.words) or len(segment.words) > _LINE or _is_prose(segment):
        return False
    found = people.people(_BYLINE.sub("", segment.words, count=1))
    return bool(found.authors or found.publishers)


def _twice(pieces: list[Piece]) -> None:
    """A line that stands twice in a row is a caption and its alternative text; a sentence twice in a row, a slip."""
    for piece, following in pairwise(pieces):
        same = piece.segment.words.casefold() == following.segment.words.casefold()
        if same and piece.kind in (None, "title") and following.kind in (None, "title"):
            if piece is pieces[0] or piece.kind == "title" or _is_prose(piece.segment):
                following.kind = "furniture"
            else:
                piece.kind = following.kind = "caption"
        elif following.kind == "caption" and piece.kind is None and piece.segment.count > 3:
            bare = piece.segment.words.rstrip(" .").casefold()
            if following.segment.words.casefold().startswith(bare):
                piece.kind = "caption"


def _known_title(pieces: list[Piece], title: str) -> None:
    wanted = _letters(title)
    found = [piece for piece in pieces[:25] if wanted and _letters(piece.segment.words) == wanted]
    if found:
        for piece in pieces:
            if piece.kind == "title":
                piece.kind = "heading"
        for piece in found:
            piece.kind = "furniture"
        found[0].kind = "title"


def _letters(words: str) -> str:
    return "".join(char for char in words.casefold() if char.isalnum())


def _head(head: list[Piece], known: bool) -> None:
    """What stands above the first sentence: menu, title, names, days, a subtitle."""
    open_ = [piece for piece in head if piece.kind is None]
    if not known:
        likely = (piece for piece in open_ if 4 <= piece.segment.count <= _TITLE)
        title = next(likely, open_[0] if open_ else None)
        if title:
            title.kind = "title"
            for piece in open_[: open_.index(title)]:
                piece.kind = "furniture"
    for i, piece in enumerate(head):
        if piece.kind is not None:
            continue
        words, following = piece.segment.words, head[i + 1] if i + 1 < len(head) else None
        signed = people.is_names(words) and following is not None and _signs(following)
        if outlets.named(words) or signed:
            piece.kind, piece.meaning, piece.value = "byline", "byline", words
        elif piece.segment.count <= _HEADING and any(day.year for day in dates.printed(words)):
            piece.kind, piece.meaning, piece.value = "dateline", "date", words


def _between(rest: list[Piece]) -> None:
    """A bare day between two paragraphs is a heading, as in a chronology, and not the day of publication."""
    last = max((i for i, piece in enumerate(rest) if piece.kind is None), default=0)
    for piece in rest[:last]:
        if piece.meaning == "date":
            piece.kind, piece.meaning = "heading", None


def _signs(piece: Piece) -> bool:
    """Whether a name above this line may be the author's: an outlet, a day or a post follows."""
    words = piece.segment.words
    return piece.kind in ("dateline", "byline") or bool(outlets.named(words)) or people.is_post(words)


def _tail(tail: list[Piece]) -> None:
    """What stands below the last sentence: tags, signatures, who wrote and who helped."""
    for piece in reversed(tail):
        segment = piece.segment
        if segment.count <= _ENDING_WORDS and phrases.load("endings").match(segment.words):
            piece.kind = "furniture"
            piece.meaning, piece.value = "ending", segment.words
        elif piece.kind in (None, "heading") and not segment.closed and segment.count <= _HEADING:
            piece.kind = "furniture"
        elif piece.kind in (None, "heading", "title"):
            return


def _split_dateline(piece: Piece, plain: str) -> None:
    text = plain[piece.segment.start : piece.segment.end]
    match = _DATELINE.match(text) or _bare_dateline(text)
    if not match or match.end() >= len(text):
        return
    if match.re is _DATELINE and match["outlet"] and not outlets.named(match["outlet"]):
        return
    piece.meaning, piece.value, piece.dateline = "dateline", match[0], match.end()


def _bare_dateline(text: str) -> re.Match[str] | None:
    """ "TRIPOLI U.S. warplanes …": a known city in capitals, with no dash, before a sentence that begins by itself."""
    match = _bare().match(text)
    return match if match and all(city in _cities() for city in match["cities"].split("/")) else None


@cache
def _bare() -> re.Pattern[str]:
    countries = "|".join(re.escape(country.name) for country in lexicon.countries())
    return re.compile(rf"(?P<cities>[A-Z]{{4,}}(?:[ /][A-Z]{{4,}}){{0,3}})(?:, (?:{countries}))? (?=[A-Z\"])")


@cache
def _cities() -> frozenset[str]:
    """The cities in capitals."""
    return frozenset(city.name.upper() for city in lexicon.cities())


@cache
def _labels() -> dict[str, str]:
    """Label → its meaning, longer labels first."""
    found = {}
    for line in phrases.lines("labels"):
        meaning, _, labels = line.partition("=")
        found.update({label.strip().casefold(): meaning.strip() for label in labels.split(",")})
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


@cache
def _day_labels() -> tuple[str, ...]:
    """The labels that a day may follow without a colon, each with the space behind it, longer ones first."""
    return tuple(f"{label} " for label, meaning in _labels().items() if meaning in ("published", "updated"))
