"""The coder's word lists: plain text files under `words/`, read once.

A file holds sections (`[name]`), one entry a line; a line that begins with "#" is a comment, and the comment above a
section says what the section does. An entry may be several words, and may have a value after " = ". Capitals do not
matter unless the section's comment says so. Verbs stand in their base form, nouns in the singular: the inflected forms
are made here, and where a word is irregular the entry gives them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

FOLDER = Path(__file__).parent / "words"
Form = Literal["base", "s", "past", "part", "ing"]
_VOWELS = "aeiou"


@cache
def spelled(file: str) -> dict[str, tuple[tuple[str, str], ...]]:
    """The sections of `words/FILE.txt`: section → pairs of entry, spelled as in the file, and value ("" for none)."""
    found: dict[str, list[tuple[str, str]]] = {}
    section: list[tuple[str, str]] = []
    for line in (FOLDER / f"{file}.txt").read_text(encoding="utf-8").splitlines():
        stripped = line.strip()
        if stripped.startswith("[") and stripped.endswith("]"):
            section = found.setdefault(stripped[1:-1], [])
        elif stripped and not stripped.startswith("#"):
            entry, _, value = stripped.partition(" = ")
            section.append((entry.strip(), value.strip()))
    return {name: tuple(pairs) for name, pairs in found.items()}


@cache
def sections(file: str) -> dict[str, dict[str, str]]:
    """The sections of `words/FILE.txt`: section → entry in lower case → value ("" for none)."""
    return {name: {entry.lower(): value for entry, value in pairs} for name, pairs in spelled(file).items()}


def entries(file: str, section: str) -> frozenset[str]:
    """The entries of one section, in lower case."""
    return frozenset(sections(file)[section])


def numbers(file: str, section: str) -> dict[str, int]:
    """The entries of one section with their values as whole numbers."""
    return {entry: int(value) for entry, value in sections(file)[section].items()}


def ranges(file: str, section: str) -> dict[str, tuple[int, int | None]]:
    """The entries of one section with the range of each value: "3" is 3 to 3, "3-5" 3 to 5, "12+" 12 or more."""
    found: dict[str, tuple[int, int | None]] = {}
    for entry, value in sections(file)[section].items():
        low, _, high = value.rstrip("+").partition("-")
        found[entry] = (int(low), None if value.endswith("+") else int(high or low))
    return found


@cache
def phrases(file: str, section: str) -> dict[tuple[str, ...], str]:
    """The entries of one section cut into words, with their values, in the order of the file."""
    return {tuple(entry.split()): value for entry, value in sections(file)[section].items()}


def pattern(found: frozenset[str] | dict[str, int] | dict[str, tuple[int, int | None]]) -> str:
    """The words as a part of a regular expression, longer ones first."""
    return "(?:" + "|".join(sorted(found, key=lambda word: (-len(word), word))) + ")"


def plural(noun: str) -> str:
    """The plural of a noun or of the last word of a phrase: regular, or listed as the same in the plural."""
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in _VOWELS:
        return noun[:-1] + "ies"
    if noun.endswith("men") or noun in entries("grammar", "same in the plural"):
        return noun
    return noun + "s"


@dataclass(frozen=True, slots=True)
class Verb:
    """One inflected verb: its base, its form, and the words that must follow it ("down", "off"), if any."""

    base: str
    form: Form
    particle: str = ""


@cache
def verbs(file: str, section: str) -> dict[str, tuple[Verb, ...]]:
    """Every inflected form of a section's verbs → what it may be.

    An entry is `base [past [participle [-ing form]]] [+particle]`; forms that are left out are regular.
    """
    found: dict[str, tuple[Verb, ...]] = {}
    for entry in sections(file)[section]:
        verb, _, particle = entry.partition("+")
        base, *irregular = verb.split()
        past = irregular[0] if irregular else _ed(base)
        part = irregular[1] if len(irregular) > 1 else past
        ing = irregular[2] if len(irregular) > 2 else _ing(base)
        forms: list[tuple[str, Form]] = [
            (base, "base"),
            (plural(base), "s"),
            (past, "past"),
            (part, "part"),
            (ing, "ing"),
        ]
        for text, form in forms:
            verb_form = Verb(base, form, particle.strip())
            if verb_form not in found.get(text, ()):
                found[text] = (*found.get(text, ()), verb_form)
    return found


def _doubles(base: str) -> bool:
    """Whether the last letter is doubled before "-ed" and "-ing": one vowel, one consonant after it ("stab")."""
    return (
        len(base) > 2
        and base[-1] not in _VOWELS + "wxy"
        and base[-2] in _VOWELS
        and base[-3] not in _VOWELS
        and len([c for c in base if c in _VOWELS]) == 1
    )


def _ed(base: str) -> str:
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2] not in _VOWELS:
        return base[:-1] + "ied"
    return base + (base[-1] if _doubles(base) else "") + "ed"


def _ing(base: str) -> str:
    if base.endswith("ie"):
        return base[:-2] + "ying"
    if base.endswith("e") and not base.endswith("ee"):
        return base[:-1] + "ing"
    return base + (base[-1] if _doubles(base) else "") + "ing"
