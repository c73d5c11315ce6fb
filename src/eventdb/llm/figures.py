"""Which figures stand in a passage: digits, number words, and vague ones by the coding sheet's rules ("dozens": 12)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from eventdb.coder import dates, numbers, text
from eventdb.coder.text import Sentence
from eventdb.llm import names
from eventdb.sheet import Span

_FILE = Path(__file__).parent / "words" / "figures.txt"
_REACH = 6  # words after a denial in which the harm that it denies stands


@cache
def _words(section: str) -> frozenset[str]:
    """The entries of a section of words/figures.txt."""
    _, _, rest = _FILE.read_text(encoding="utf-8").partition(f"\n[{section}]\n")
    lines = rest.partition("\n[")[0].splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def shown(plain: str, spans: list[Span], low: int, high: int | None, of: str | None = None) -> bool:
    """Whether both ends of a figure stand in one of the passages. `high` None is "or more"; `of` says what is counted.

    "A soldier" and a victim by name are 1; "no", "not hurt" and "safe" are 0 (words/figures.txt).
    """
    return any(_in(plain, span, low, high, of) for span in spans)


def _in(plain: str, span: Span, low: int, high: int | None, of: str | None) -> bool:
    tokens = text.tokens(plain, span.start, span.end)
    sentence = Sentence(0, 0, span.start, span.end, tokens)
    found = numbers.find(sentence, dates.find(plain, span.start, span.end, None))
    if any((quantity.low, quantity.high) == (low, high) for quantity in found):
        return True
    values = {end for quantity in found for end in (quantity.low, quantity.high) if end is not None}
    if _none(sentence.lows):
        values.add(0)
    if not _words("one").isdisjoint(sentence.lows) or _one_by_name(plain, span, of):
        values.add(1)
    return low in values and (high is None or high in values)


def _none(lows: list[str]) -> bool:
    """Whether somebody is said to be unhurt, or harm is denied."""
    for i, low in enumerate(lows):
        if low in _words("unhurt"):
            return True
        if low not in _words("denials") and not low.endswith("n't"):
            continue
        for after in lows[i + 1 : i + 1 + _REACH]:
            if after in _words("said"):
                break
            if after in _words("harm"):
                return True
    return False


def _one_by_name(plain: str, span: Span, of: str | None) -> bool:
    """Whether what is counted stands in the passage in the singular: "the commander", "Khalid Omar"."""
    if not of or of.casefold() not in " ".join(plain[span.start : span.end].split()).casefold():
        return False
    first, head = of.split()[0], of.split()[-1]
    plural = head.casefold() in _words("many") or (head.endswith("s") and not head.endswith("ss"))
    return not plural or _a_name(first, head)


def _a_name(first: str, last: str) -> bool:
    """Whether words that begin and end so are a person's name: "Abu … al-Muhandis", and not "U.S. Marines"."""
    capitals = first[:1].isupper() and last.rpartition("-")[2][:1].isupper()
    return capitals and first != last and not first.isupper() and "." not in first and names.known(first) is None
