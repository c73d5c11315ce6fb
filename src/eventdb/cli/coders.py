"""The coders that a command can be told to use, behind one door: an article in, its coding sheet out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from eventdb import coder
from eventdb.document import Document
from eventdb.sheet import CodingSheet

RULES = "rules"


@dataclass(frozen=True, slots=True)
class Coder:
    """A coder: its name and version as they stand in the sheets, and what codes an article.

    `spent` says what the articles so far have cost, in words; "" where they cost nothing.
    """

    name: str
    code: Callable[[Document], CodingSheet]
    spent: Callable[[], str] = lambda: ""


def coder_of(name: str) -> Coder:
    """The coder that `--coder NAME` means. It holds no connection and no lock: each process may make its own."""
    return _MAKERS[name]()


def _rules() -> Coder:
    return Coder(coder.CODER, coder.code)


_MAKERS: dict[str, Callable[[], Coder]] = {RULES: _rules}
