"""Which figures stand in a passage: digits, number words, and vague ones by the coding sheet's rules ("dozens": 12)."""

from __future__ import annotations

from eventdb.coder import dates, numbers, text
from eventdb.coder.text import Sentence
from eventdb.llm import names
from eventdb.sheet import Span

_ONE = frozenset({"a", "an", "another", "one", "lone", "single", "himself", "herself"})
_NONE = frozenset({"no", "none", "nobody", "not", "without", "neither", "nor", "zero", "0", "never", "unhurt",
                   "unharmed", "uninjured", "unscathed", "safe"})  # fmt: skip
_MANY = frozenset({"men", "women", "people", "children", "police", "troops", "personnel", "policemen", "gunmen"})


def shown(plain: str, spans: list[Span], low: int, high: int | None, of: str | None = None) -> bool:
    """Whether both ends of a figure stand in one of the passages. `high` None is "or more"; `of` says what is counted.

    "A soldier" and a victim by name are 1; "no", "not", "unhurt" and "safe" are 0.
    """
    return any(_in(plain, span, low, high, of) for span in spans)


def _in(plain: str, span: Span, low: int, high: int | None, of: str | None) -> bool:
    tokens = text.tokens(plain, span.start, span.end)
    sentence = Sentence(0, 0, span.start, span.end, tokens)
    found = numbers.find(sentence, dates.find(plain, span.start, span.end, None))
    if any((quantity.low, quantity.high) == (low, high) for quantity in found):
        return True
    values = {end for quantity in found for end in (quantity.low, quantity.high) if end is not None}
    lows = set(sentence.lows)
    if _NONE & lows or any(low_.endswith("n't") for low_ in lows):
        values.add(0)
    if _ONE & lows or _one_by_name(plain, span, of):
        values.add(1)
    return low in values and (high is None or high in values)


def _one_by_name(plain: str, span: Span, of: str | None) -> bool:
    """Whether what is counted stands in the passage in the singular: "the commander", "Khalid Omar"."""
    if not of or of.casefold() not in " ".join(plain[span.start : span.end].split()).casefold():
        return False
    first, head = of.split()[0], of.split()[-1]
    plural = head.casefold() in _MANY or (head.endswith("s") and not head.endswith("ss"))
    return not plural or _a_name(first, head)


def _a_name(first: str, last: str) -> bool:
    """Whether words that begin and end so are a person's name: "Abu … al-Muhandis", and not "U.S. Marines"."""
    capitals = first[:1].isupper() and last.rpartition("-")[2][:1].isupper()
    return capitals and first != last and not first.isupper() and "." not in first and names.known(first) is None
