"""News of our own making: sentences put together from parts, and the ways in which the same text may be set."""

from __future__ import annotations

import random
import textwrap
from typing import Any

from hypothesis import strategies as st

from eventdb import sheet

PLACES = (
    "Mosul", "Kirkuk", "Ain al-Asad air base", "the U.S. embassy in Baghdad", "Erbil", "Kharkiv", "Aden",
    "Zarbod village", "Maiduguri", "Quetta", "the Red Sea", "Deir Ezzor", "northern Mali", "Kabul", "Gaza City",
)  # fmt: skip
ACTORS = (
    "Kata'ib Hezbollah", "gunmen", "the Islamic State", "Houthi rebels", "Israeli warplanes", "Boko Haram",
    "the Taliban", "suspected militants", "Turkish drones", "an Iranian-backed militia", "al-Shabaab", "U.S. forces",
    "Russian troops",
)  # fmt: skip
VICTIMS = (
    "soldiers",
    "farmers",
    "policemen",
    "civilians, among them a child,",
    "a contractor",
    "guards",
    "worshippers",
)
DAYS = (
    "on Monday",
    "on March 3",
    "two days later",
    "last week",
    "on Jan. 8",
    "early on Friday",
    "in February 2020",
    "",
)
NUMBERS = (
    "three",
    "at least 25",
    "dozens of",
    "more than 100",
    "between 10 and 12",
    "no",
    "1,200",
    "a number of",
    "two",
)
TEMPLATES = (
    "{Actor} killed {n} {victims} near {place} {day}, police said.",
    "At least {k} people died {day} when a car bomb went off outside a market in {place}, a doctor told reporters.",
    "Rockets hit {place} {day}, wounding {n} {victims}; nobody has claimed responsibility.",
    '"We cannot say who did this," a spokesman in {place} said {day}.',
    "{Actor} struck {place} with drones {day} in response to an attack that killed {n} {victims}.",
    "The governor of {place} blamed {actor} for the attack, which he called 'a crime'.",
    "Rockets struck a depot near {place} {day}. {Actor} claimed responsibility for the attack.",
    "{Actor} denied that it was behind the strike {day}.",
    "More than {k} attacks have hit bases in {place} since October 17.",
    'The group\'s leader vowed to "answer every strike", and {n} {victims} were reported missing.',
    "In a separate incident {day}, {actor} ambushed a convoy near {place}, leaving {n} {victims} dead.",
    "{Actor} said that it had fired {k} missiles at {place} {day}; the army's spokesman put the dead at {k}.",
    "An explosion shook {place} {day}. The ministry did not say what had caused it.",
    "Prices rose again {day} in {place} - by 3.5 percent - and the bank's governor warned of more to come.",
    "Gen. Rana Aziz of the U.S. Army (a veteran of {place}) said the raid had been planned for weeks.",
    "“{Actor} took {n} {victims} hostage,” he said {day}; “we don't know where they are.”",
)  # fmt: skip


def _sentence(pick: Any) -> str:
    actor = pick(ACTORS)
    made = pick(TEMPLATES).format(
        Actor=actor[0].upper() + actor[1:], actor=actor, place=pick(PLACES), victims=pick(VICTIMS), day=pick(DAYS),
        n=pick(NUMBERS), k=pick(("4", "17", "60", "twelve")),
    )  # fmt: skip
    return " ".join(made.replace(" ,", ",").replace(" .", ".").replace(" ;", ";").split())


def article(chosen: random.Random) -> list[str]:
    """The title and the paragraphs of an article, the same for the same state of `chosen`."""
    paragraphs = [
        " ".join(_sentence(chosen.choice) for _ in range(chosen.randint(2, 4))) for _ in range(chosen.randint(1, 5))
    ]
    return ["Notes from the region", *paragraphs]


ARTICLES = st.integers(0, 2**32).map(lambda seed: article(random.Random(seed)))


def set_plainly(paragraphs: list[str]) -> str:
    """A paragraph a line, a blank line between them."""
    return "\n\n".join(paragraphs) + "\n"


def wrapped(paragraphs: list[str], width: int) -> str:
    """Each paragraph broken where the next word would not fit."""
    lines = [textwrap.fill(one, width, break_long_words=False, break_on_hyphens=False) for one in paragraphs]
    return set_plainly(lines)


def respaced(text: str, chosen: random.Random) -> str:
    """Some spaces made two, or no-break, or thin; blanks put at the ends of lines."""
    forms = (" ", " ", " ", "  ", "\u00a0", "\u2009", "\u202f", " \u00a0", "\t")
    spaced = "".join(chosen.choice(forms) if char == " " else char for char in text)
    return "\n".join(line + chosen.choice(("", "", " ", "  ", "\u00a0")) for line in spaced.split("\n"))


def requoted(text: str) -> str:
    """Straight quotes made curly, as an editor makes them: an opening one after a space or a bracket."""
    made = ""
    for n, char in enumerate(text):
        opens = n == 0 or text[n - 1] in " \n(“‘"
        made += {'"': "“" if opens else "”", "'": "‘" if opens else "’"}.get(char, char)
    return made


def what_is_coded(made: sheet.CodingSheet) -> Any:
    """A sheet without its passages, and with the words that it takes from the article set plainly."""
    return _bare(made.model_dump(mode="json", exclude={"document"}))


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        left = {key: _bare(one) for key, one in value.items() if key not in ("evidence", "mentions")}
        return left
    if isinstance(value, list):
        return [_bare(one) for one in value]
    if isinstance(value, str):
        return " ".join(value.translate(str.maketrans("“”‘’", "\"\"''")).split())
    return value
