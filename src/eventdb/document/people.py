"""Who wrote: names out of bylines, and names apart from posts and outlets."""

import re
from dataclasses import dataclass
from functools import cache

from eventdb.document import dates, outlets, phrases

_PARTICLES = frozenset(
    ("al", "el", "bin", "ibn", "abu", "da", "de", "del", "della", "der", "di", "du", "la", "le", "van", "von", "y")
)  # fmt: skip
_SPLIT = re.compile(r"\s*(?:[,;|•]|—|--| - |\band\b|&)\s*", re.IGNORECASE)
_ASIDE = re.compile(r"\s+(?:in|at|from|for|of|with|via)\s+.*$|\(.*?\)|\S+@\S+|https?://\S+", re.IGNORECASE)
_SUFFIX = re.compile(r", (?=(?:[JS]r\.?|I{2,3}|IV)\b)")
_BIOGRAPHY = re.compile(r" (?:is|was|are|were|covers|cover|reports|writes) ")


@dataclass(frozen=True, slots=True)
class Byline:
    """The authors and the publishers that a byline names."""

    authors: tuple[str, ...]
    publishers: tuple[str, ...]


def people(line: str) -> Byline:
    """Who stands in a byline ("Jane Doe in Amman and John Smith, Reuters"), places and posts left out."""
    authors, publishers = [], []
    for part in _SPLIT.split(_SUFFIX.sub(" ", line)):
        name = _ASIDE.sub("", part).strip(" .:*_")
        outlet = outlets.named(name) or outlets.named(_without_post(name))
        if outlet:
            publishers.append(outlet)
        elif _is_name(name) and not is_post(name):
            authors.append(name.title() if name.isupper() else name)
    return Byline(tuple(dict.fromkeys(authors)), tuple(dict.fromkeys(publishers)))


def is_names(line: str) -> bool:
    """Whether the line holds people's names and nothing else."""
    parts = [part for part in _SPLIT.split(_SUFFIX.sub(" ", line)) if part]
    return bool(parts) and all(_is_name(part) and not is_post(part) for part in parts)


def is_post(line: str) -> bool:
    """Whether the line names a post rather than a person ("Staff Writer")."""
    return any(word.casefold().strip(".,") in _posts() for word in line.split())


def of_biographies(text: str) -> tuple[str, ...]:
    """The people whom a note below an article introduces, a sentence each ("Jane Doe is a reporter at …")."""
    names: list[str] = []
    for sentence in re.split(r"(?<=[a-z0-9)\"'][.!]) (?=[A-Z])", text):
        subject = _BIOGRAPHY.split(sentence, maxsplit=1)
        if len(subject) == 2 and is_names(subject[0]):
            names += people(subject[0]).authors
    return tuple(dict.fromkeys(names))


def _is_name(text: str) -> bool:
    words = text.replace("-", " ").split()
    if any(word.isupper() and outlets.named(word) for word in words):  # "CNN World"
        return False
    if not 2 <= len(text.split()) <= 5 or any(char.isdigit() for char in text) or next(dates.printed(text), None):
        return False
    return all(word[0].isupper() or word.casefold() in _PARTICLES for word in words) and words[-1][0].isupper()


def _without_post(text: str) -> str:
    return " ".join(word for word in text.split() if word.casefold() not in _posts())


@cache
def _posts() -> frozenset[str]:
    return frozenset(word for line in phrases.lines("roles") for word in line.split())
