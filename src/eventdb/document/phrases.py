"""The reader's lists: data files beside this module, one phrase a line, which a person can extend without code.

A phrase is compared with a whole line, whatever its case: `*` stands for anything, `[one|other]` for either word,
`{names}` for people's names ("Jane Doe", "Jane Doe, John Smith and A. B. Jones"). Lines that begin with `#` are
comments.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
_NAME = r"[A-Z][\w.'-]*(?: (?:[A-Z][\w.'-]*|al|bin|da|de|del|der|di|el|la|van|von)){1,4}"
_NAMES = rf"(?-i:{_NAME}(?:(?:, and|,| and| &) {_NAME})*)"
_TOKEN = re.compile(r"\*|\{names\}|\[[^\]]*\]")
_LONGEST = 1500
_TRIM = " .!»>→|…•*\t"


class Phrases:
    """A list of phrases; `match` says whether a line is one of them."""

    def __init__(self, phrases: Iterator[str]) -> None:
        self._pattern = re.compile("|".join(map(_pattern, phrases)), re.IGNORECASE)

    def match(self, line: str) -> bool:
        """Whether the line, its bullets and final full stops aside, is a phrase of the list."""
        # Lines beyond any phrase are not tried: the patterns take time with the square of the length.
        return len(line) <= _LONGEST and bool(self._pattern.fullmatch(" ".join(line.split()).strip(_TRIM)))


@cache
def load(name: str) -> Phrases:
    """The list in the data file `name`.txt."""
    return Phrases(lines(name))


def lines(name: str) -> Iterator[str]:
    """The lines of the data file `name`.txt that are neither blank nor a comment."""
    for line in (_FOLDER / f"{name}.txt").read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()


def _pattern(phrase: str) -> str:
    phrase = phrase.strip(_TRIM.replace("*", ""))
    parts, at = [], 0
    for token in _TOKEN.finditer(phrase):
        parts.append(re.escape(phrase[at : token.start()]))
        mark = token[0]
        if mark == "*":
            parts.append(".*")
        elif mark == "{names}":
            parts.append(_NAMES)
        else:
            parts.append("(?:" + "|".join(map(_literal, mark[1:-1].split("|"))) + ")")
        at = token.end()
    return "(?:" + "".join([*parts, re.escape(phrase[at:])]) + ")"


def _literal(words: str) -> str:
    return re.escape(words).replace(r"\*", ".*")
