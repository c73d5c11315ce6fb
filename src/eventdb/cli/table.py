"""Rows as text for people: aligned columns, or one record below the other where a terminal is too narrow for them.

Whatever an article says, what is printed here cannot steer a terminal: control characters are dropped.
"""

from __future__ import annotations

import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from eventdb.cli.terminal import harmless

GAP = "  "
NARROWEST = 20
"""Characters below which a column of longer text is not squeezed."""


def cell(value: object) -> str:
    """A value on one line: nothing for None, the members of a list parted by semicolons."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "; ".join(cell(member) for member in value)
    return harmless(" ".join(str(value).split()))


def terminal_width() -> int | None:
    """In characters; None where the output is no terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def lines(columns: Sequence[str], rows: Iterable[Sequence[Any]], width: int | None = None) -> Iterator[str]:
    """The lines of a table.

    `width` is the terminal's, in characters: long text is wrapped to fit it, and where that cannot be done each row
    becomes a record with a line for each column. None is no terminal: every row is one line, however long.
    """
    kept = list(rows)
    heads = [cell(column) for column in columns]
    cells = [[cell(value) for value in row] for row in kept]
    numbers = [_all_numbers(row[i] for row in kept) for i in range(len(heads))]
    widths = [max(map(_width, column)) for column in zip(heads, *cells, strict=True)]
    if width is not None:
        fitted = _fit(widths, heads, width)
        if fitted is None:
            yield from _records(heads, cells, width)
            return
        widths = fitted
    for row in [heads, ["-" * size for size in widths], *cells]:
        yield from _wrapped(row, widths, numbers)


def _fit(widths: Sequence[int], heads: Sequence[str], width: int) -> list[int] | None:
    """The widths, the widest columns narrowed until all fit into `width`; None where they cannot."""
    fitted = list(widths)
    least = [min(size, max(_width(head), NARROWEST)) for size, head in zip(widths, heads, strict=True)]
    over = sum(fitted) + len(GAP) * (len(fitted) - 1) - width
    while over > 0:
        widest = max(range(len(fitted)), key=lambda i: (fitted[i] > least[i], fitted[i]))
        if fitted[widest] <= least[widest]:
            return None
        fitted[widest] -= 1
        over -= 1
    return fitted


def _wrapped(row: Sequence[str], widths: Sequence[int], numbers: Sequence[bool]) -> Iterator[str]:
    parts = [
        textwrap.wrap(text, size) if _width(text) > size else [text] for text, size in zip(row, widths, strict=True)
    ]
    for i in range(max(map(len, parts), default=0)):
        line = (
            _padded(part[i] if i < len(part) else "", size, right)
            for part, size, right in zip(parts, widths, numbers, strict=True)
        )
        yield GAP.join(line).rstrip()


def _records(heads: Sequence[str], cells: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    margin = max(map(_width, heads)) + len(GAP)
    for number, row in enumerate(cells, 1):
        yield f"-- {number} ".ljust(min(width, 40), "-")
        for head, text in zip(heads, row, strict=True):
            first, *others = textwrap.wrap(text, max(width - margin, NARROWEST)) or [""]
            yield (_padded(head, margin, False) + first).rstrip()
            yield from (" " * margin + other for other in others)


def _padded(text: str, size: int, right: bool) -> str:
    space = " " * (size - _width(text))
    return space + text if right else text + space


def _width(text: str) -> int:
    """Cells of a terminal that the text takes: two for an East Asian wide character, none for a combining mark."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def _all_numbers(values: Iterable[Any]) -> bool:
    found = [value for value in values if value is not None]
    return bool(found) and not any(
        isinstance(value, str | bool | list) or not hasattr(value, "__abs__") for value in found
    )
