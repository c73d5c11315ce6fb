"""Which kind of weapon a word means: the one under which the rules have it, so that reports of both are comparable."""

from __future__ import annotations

import re
from functools import cache

from eventdb.coder import words

_WORD = re.compile(r"[\w'-]+")


@cache
def _kinds() -> dict[str, str]:
    """Each entry of the list of weapons → its kind."""
    return {entry: kind or entry for section in words.sections("weapons").values() for entry, kind in section.items()}


def kind(words_: str) -> str:
    """The kind of the list, else the words themselves, without signs and with no capital that only begins a word."""
    parts = [part.lower() if part[1:].islower() or len(part) == 1 else part for part in _WORD.findall(words_)]
    plain = " ".join(parts)
    found = _kinds().get(plain.lower()) or _kinds().get(plain.lower().removesuffix("s"))
    return found or plain
