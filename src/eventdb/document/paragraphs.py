"""Printed lines → whole paragraphs: what a page number, a column's end or a hyphen parted is joined again.

A paragraph begins where the gap above a line is wider than is usual, where the size of the letters changes, or where
the line before ends a sentence and is short or the line itself is set in. Where a page or column ends, words decide.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from eventdb.document.segments import closed

_EDGE = 2  # levels from the top and from the bottom of a page that may be a running header or footer
_LONGEST_RUNNING, _SENTENCE = 120, 8  # characters; words of a closed line from which it is a sentence
_RUNNING_SHARE = 0.4  # of the pages; left and right pages may have different ones
_SAME_HEIGHT = 3  # points
_WIDER = 1.25  # times the usual gap
_USUAL_SHARE = 0.15  # of the gaps
_AROUND = 6  # lines before and behind, among which the longest tells how wide the column is
_INDENT = 4  # sizes of a letter: a line that is set in by more is of another column
_SHORT, _UNFILLED, _FULL = 0.8, 0.45, 0.7  # of the longest line around
_HYPHENATED = 0.03  # of the lines: from here on a hyphen at a line's end is taken for the typesetter's

_PAGE_NUMBER = re.compile(r"(?:page\s*)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?|[-–—]\s*\d{1,4}\s*[-–—]", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S+")
_PRINTED_ADDRESS = re.compile(r"https?://\S+(?:\s+\d{1,4}\s*/\s*\d{1,4})?")
_BROKEN_WORD = re.compile(r"(?P<before>[^\W\d_]+)(?P<hyphen>[-\u00ad\u2010])$")
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: where it begins, in points from the page's left and bottom, its letters' size, its words."""

    page: int
    x: float
    y: float
    size: float
    words: str


def without_running(lines: Sequence[Line], pages: int) -> tuple[list[Line], list[str]]:
    """The lines without running headers, footers and page numbers; and the web addresses that stood among those.

    Only what stands at an edge, and on several pages in the same place (numbers aside), is dropped: a line too many
    does less harm than a sentence too few.
    """
    edges = [line for number in range(pages) for line in _edges([one for one in lines if one.page == number])]
    alike = Counter((_form(line), round(line.y / _SAME_HEIGHT)) for line in edges)
    often = max(2, pages * _RUNNING_SHARE)
    dropped = set()
    for line in edges:
        level = round(line.y / _SAME_HEIGHT)
        times = sum(alike[_form(line), level + by] for by in (-1, 0, 1))
        running = times >= often and len(line.words) <= _LONGEST_RUNNING and not _is_sentence(line.words)
        if running or _PAGE_NUMBER.fullmatch(line.words) or _PRINTED_ADDRESS.fullmatch(line.words):
            dropped.add(line)
    addresses = [found[0] for line in lines if line in dropped and (found := _ADDRESS.search(line.words))]
    return [line for line in lines if line not in dropped], list(dict.fromkeys(addresses))


def joined(lines: Sequence[Line]) -> list[str]:
    """The paragraphs of the lines, in order, each on one line."""
    usual = _usual_gaps(lines)
    groups: list[list[Line]] = []
    for i, line in enumerate(lines):
        around = lines[max(0, i - _AROUND) : i + _AROUND]
        alike = [one for one in around if round(one.size) == round(line.size)]
        longest = max(len(one.words) for one in alike)
        margin = min(one.x for one in alike if abs(one.x - line.x) < _INDENT * line.size)
        if i == 0 or _begins(lines[i - 1], line, usual.get(round(line.size)), longest, margin):
            groups.append([])
        groups[-1].append(line)
    hyphens = _Hyphens(lines)
    return [hyphens.joined([line.words for line in group]) for group in groups]


def _edges(lines: Sequence[Line]) -> Iterator[Line]:
    levels = sorted({round(line.y / _SAME_HEIGHT) for line in lines})
    outer = {*levels[:_EDGE], *levels[-_EDGE:]}
    return (line for line in lines if round(line.y / _SAME_HEIGHT) in outer)


def _form(line: Line) -> str:
    return re.sub(r"\d+", "0", line.words).casefold()


def _is_sentence(words: str) -> bool:
    return closed(words) and len(words.split()) >= _SENTENCE


def _usual_gaps(lines: Sequence[Line]) -> dict[int, float]:
    """Size of letters → the gap between two lines of a paragraph: the narrowest that is not rare."""
    gaps: dict[int, Counter[float]] = defaultdict(Counter)
    for above, line in pairwise(lines):
        gap = above.y - line.y
        if above.page == line.page and round(above.size) == round(line.size) and 0 < gap < 4 * line.size:
            gaps[round(line.size)][round(2 * gap) / 2] += 1
    return {
        size: min(gap for gap, times in found.items() if times >= _USUAL_SHARE * found.total())
        for size, found in gaps.items()
        if any(times >= _USUAL_SHARE * found.total() for times in found.values())
    }


def _begins(above: Line, line: Line, usual: float | None, longest: int, margin: float) -> bool:
    """Whether a paragraph begins with `line`.

    `longest` is the length of the longest line around, in characters; `margin` is where the lines around begin.
    """
    if abs(above.size - line.size) > 0.08 * max(above.size, line.size) or line.words[:1] in "•●▪■◦":
        return True
    # The next word would have fitted, so that something else ended the line.
    if len(above.words) + 1 + len(line.words.split()[0]) < _UNFILLED * longest:
        return True
    ended = closed(above.words)
    gap = above.y - line.y
    if above.page != line.page or gap <= 0:  # another page or column
        return ended or len(above.words) < _FULL * longest
    if gap > _WIDER * (usual or 1.4 * line.size):
        return True
    set_in = line.x - margin > line.size / 2
    return ended and (set_in or len(above.words) < _SHORT * longest)


class _Hyphens:
    """Knows of a hyphen at the end of a line whether it belongs to the word, by how the rest of the text writes it."""

    def __init__(self, lines: Sequence[Line]) -> None:
        inside = [" ".join(line.words.split()[:-1]) for line in lines]
        self._words = {word.casefold() for line in inside for word in _WORD.findall(line)}
        broken = sum(bool(_BROKEN_WORD.search(line.words)) for line in lines)
        self._typesetter = broken >= max(2, _HYPHENATED * len(lines))

    def joined(self, lines: Sequence[str]) -> str:
        """The lines as one."""
        text = lines[0]
        for line in lines[1:]:
            broken, following = _BROKEN_WORD.search(text), _WORD.match(line)
            if not broken or not following:
                text += line if text.endswith(("-", "—", "/")) else f" {line}"
            elif self._drops(broken, following[0]):
                text = text[: broken.start("hyphen")] + line
            else:
                text += line
        return text.replace("\u00ad", "")

    def _drops(self, broken: re.Match[str], following: str) -> bool:
        if broken["hyphen"] == "\u00ad":
            return True
        before = broken["before"]
        if f"{before}-{following}".casefold() in self._words:
            return False
        if f"{before}{following}".casefold() in self._words:
            return True
        return self._typesetter and before.islower() and following[:1].islower()
