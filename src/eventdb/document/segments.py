"""Text → segments: the lines or wrapped paragraphs that a reader sees as one piece each."""

import re
from dataclasses import dataclass
from itertools import pairwise

_WORD = re.compile(r"\S+")
_CLOSERS = "\"')]} *_"
_FINAL = ".!?:;,…"
_ABBREVIATION = re.compile(r"(?:^|\s|[\"'(])(?:[A-Za-z]\.){2,}$")
_SHORT = 120
# A line that could not take the next word within the width was broken by the width.
_WIDEST, _NARROWEST = 120, 50
_SLACK = 3


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece `text[start:end]` without the blanks around it; `words` is its plain wording on one line.

    `count` is the number of words, signs that stand alone aside.
    """

    start: int
    end: int
    words: str
    count: int

    @property
    def closed(self) -> bool:
        """Whether it ends as a sentence does, quotes and brackets aside."""
        return closed(self.words)


def closed(words: str) -> bool:
    """Whether the words end with a sentence's punctuation; "U.S." and the like ends no short line."""
    bare = words.rstrip(_CLOSERS)
    if not bare.endswith(tuple(_FINAL)):
        return False
    return len(bare) > _SHORT or not _ABBREVIATION.search(bare)


def segments(plain: str) -> list[Segment]:
    """The pieces of `plain`, in order.

    A text broken at a width (mail, agency wire) is told from one with a paragraph a line by its form: most of its lines
    end in mid-sentence, just where the next word would not have fitted.
    """
    lines = _lines(plain)
    width = _width(lines)
    found: list[Segment] = []
    i = 0
    while i < len(lines):
        j = i
        while width and j + 1 < len(lines) and lines[j + 1].start_line == lines[j].start_line + 1:
            if not _breaks(lines[j], lines[j + 1], width):
                break
            j += 1
        words = plain[lines[i].start : lines[j].end].split()
        count = sum(any(map(str.isalnum, word)) for word in words)
        found.append(Segment(lines[i].start, lines[j].end, " ".join(words), count))
        i = j + 1
    return found


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    start_line: int
    words: str


def _lines(plain: str) -> list[_Line]:
    """The lines that hold something, with the number of each."""
    found, at = [], 0
    for number, line in enumerate(plain.split("\n")):
        stripped = line.strip()
        if stripped:
            start = at + len(line) - len(line.lstrip())
            found.append(_Line(start, start + len(stripped), number, " ".join(stripped.split())))
        at += len(line) + 1
    return found


def _width(lines: list[_Line]) -> int | None:
    """The width at which the text was broken; None where each line is a piece of its own."""
    pairs = [(a, b) for a, b in pairwise(lines) if b.start_line == a.start_line + 1]
    width = max((len(line.words) for line in lines if " " in line.words), default=0)
    if not pairs or not _NARROWEST <= width <= _WIDEST:
        return None
    open_ = [(a, b) for a, b in pairs if not a.words.rstrip(_CLOSERS).endswith((".", "!", "?"))]
    wrapped = [a for a, b in open_ if _breaks(a, b, width)]
    return width if 2 * len(wrapped) > len(open_) else None


def _breaks(line: _Line, following: _Line, width: int) -> bool:
    word = _WORD.match(following.words)
    same = line.words == following.words
    return not same and len(line.words) + 1 + (word.end() if word else 0) > width - _SLACK
