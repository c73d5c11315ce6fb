"""The coder's word lists: plain text files under `words/`, read once.

A file holds sections (`[name]`), one entry a line, `#` comments. An entry may have a value after " = ". The section
`[end]` closes a file. Verbs are listed in their base form with irregular past and participle; nouns in the singular.
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
def sections(file: str) -> dict[str, dict[str, str]]:
    """The sections of `words/FILE.txt`: section → entry in lower case → value ("" where none is given)."""
    found: dict[str, dict[str, str]] = {}
    section = ""
    for line in (FOLDER / f"{file}.txt").read_text(encoding="utf-8").splitlines():
        stripped = line.strip()
        if stripped.startswith("[") and stripped.endswith("]"):
            section = stripped[1:-1]
            found.setdefault(section, {})
        elif stripped and not stripped.startswith("#"):
            entry, _, value = stripped.partition(" = ")
            found[section][entry.strip().lower()] = value.strip()
    found.pop("end", None)
    return found


def entries(file: str, section: str) -> frozenset[str]:
    """The entries of one section."""
    return frozenset(sections(file)[section])


def plural(noun: str) -> str:
    """The regular plural of a noun or of the last word of a phrase."""
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in _VOWELS:
        return noun[:-1] + "ies"
    if noun.endswith("men") or noun in {"people", "children", "troops", "personnel", "lives", "staff", "aircraft"}:
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
    """Every inflected form of a section's verbs → what it may be."""
    found: dict[str, tuple[Verb, ...]] = {}
    for entry in sections(file)[section]:
        verb, _, particle = entry.partition("+")
        base, *irregular = verb.split()
        past = irregular[0] if irregular else _ed(base)
        part = irregular[1] if len(irregular) > 1 else past
        forms: list[tuple[str, Form]] = [
            (base, "base"),
            (plural(base), "s"),
            (past, "past"),
            (part, "part"),
            (_ing(base), "ing"),
        ]
        for text, form in forms:
            verb_form = Verb(base, form, particle.strip())
            if verb_form not in found.get(text, ()):
                found[text] = (*found.get(text, ()), verb_form)
    return found


def _doubles(base: str) -> bool:
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
    return base + (base[-1] if _doubles(base) or base == "kidnap" else "") + "ed"


def _ing(base: str) -> str:
    if base.endswith("ie"):
        return base[:-2] + "ying"
    if base.endswith("e") and not base.endswith("ee"):
        return base[:-1] + "ing"
    return base + (base[-1] if _doubles(base) or base == "kidnap" else "") + "ing"
