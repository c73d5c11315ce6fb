"""Names and the words of places, made comparable; the lists are text files under `words/`, in sections (`[name]`).

Coarser than `eventdb.lexicon.fold`, and on purpose: two people seldom name an actor alike, and a base may be told by
its town. What is one name here need not be one actor in the database.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "words"
SHORTEST = 3
"""Letters of the shortest name that is looked for inside another: two letters are too often a word."""


def plain(name: str | None) -> str:
    """Plain Latin letters, digits and full stops, in lower case, other runs as one space; apostrophes leave no gap."""
    latin = unicodedata.normalize("NFKD", name or "").encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9.]+", " ", re.sub("['`]", "", latin)).strip(" .")


def telling(name: str | None) -> frozenset[str]:
    """The words of a name, without those that tell it from no other."""
    return frozenset(word.strip(".") for word in plain(name).split()) - _filler() - {""}


def same_actor(one: str | None, other: str | None) -> bool:
    """Whether two names may be one actor's: alike, of one list of names.txt, or with half of the shorter's words.

    Nobody is the same as nobody. A member of a list is also found inside a longer name ("officials of the Pentagon").
    """
    if not one or not other:
        return not one and not other
    a, b = plain(one), plain(other)
    if a == b or _lists(a) & _lists(b):
        return True
    ours, theirs = telling(one), telling(other)
    shared = ours & theirs
    return bool(shared) and len(shared) >= 0.5 * min(len(ours), len(theirs))


def stands_for(type_: str) -> frozenset[str]:
    """The types for which a coded type is right, itself among them."""
    return frozenset((type_, *dict(_sections("types")["stands_for"]).get(type_, "").split()))


@cache
def _lists(name: str) -> frozenset[str]:
    """The lists of names.txt one member of which stands in the name, as whole words."""
    return frozenset(
        heading
        for heading, members in _sections("names").items()
        if heading != "filler"
        for member, _ in members
        if len(member) >= SHORTEST and re.search(rf"(?:^| ){re.escape(plain(member))}(?: |$)", name)
    )


@cache
def _filler() -> frozenset[str]:
    return frozenset(word for word, _ in _sections("names")["filler"])


@cache
def _sections(file: str) -> dict[str, tuple[tuple[str, str], ...]]:
    """Section → pairs of entry and value ("" for none)."""
    found: dict[str, list[tuple[str, str]]] = {}
    section: list[tuple[str, str]] = []
    for line in (FOLDER / f"{file}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = found.setdefault(line.strip("[] "), [])
        elif line.strip() and not line.startswith("#"):
            entry, _, value = line.partition(" = ")
            section.append((entry.strip(), value.strip()))
    return {name: tuple(pairs) for name, pairs in found.items()}
