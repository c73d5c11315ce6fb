"""A document's prose as sentences of tokens, every token with its offsets into the article's text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from eventdb.coder import words
from eventdb.document.types import Document

_TITLES = "|".join(title for title, _ in words.spelled("text")["titles"])
_TOKEN = re.compile(
    r"[^\W\d_]++(?![\w.'/-])|"  # a plain word, as most are
    rf"\b(?:{_TITLES})\.(?!\w)|\bJr\.|"
    r"\d+(?:,\d{3})+(?:\.\d+)?|\d+\.\d+|(?:[A-Za-z]\.){2,}|"
    r"\w+(?:[-/]\w+)*(?:'[a-z](?!\w)|'\w+(?:-\w+)*)*|'s\b|\.\.\.|…|--|[^\w\s]"
)
_ABBREVIATIONS = words.entries("text", "abbreviations")
_MAY_END = words.entries("text", "may end a sentence")
_STARTERS = words.entries("text", "starters")
_CLOSING = "\"')]}"
MAX_TOKENS = 400  # a longer run is cut: no writer means it as one sentence, and time must stay in proportion


class Token(NamedTuple):  # made for every word, and so of the kind that is made fastest
    """A word or mark: `text[start:end]` of the article; `low` is its lower case, `capital` how it begins."""

    start: int
    end: int
    text: str
    low: str
    capital: bool


@dataclass(slots=True)
class Sentence:
    """A sentence: its tokens, its place in the document, and whether it is the title or a heading."""

    index: int
    paragraph: int
    start: int
    end: int
    tokens: list[Token]
    heading: bool = False
    title: bool = False
    lows: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lows = [token.low for token in self.tokens]
        for k, low in enumerate(self.lows):
            if low != "may" or self.tokens[k].text != "May":
                continue
            after = self.lows[k + 1 : k + 2]
            if self.tokens[k - 1].text != '"' if k else after and after[0].isdigit():
                self.lows[k] = "May"  # the month, which is no "may"

    def words(self, i: int, j: int) -> str:
        """Tokens i to j as they stand in the text, any run of spaces between two of them made one."""
        out = ""
        for n in range(i, j):
            out += (" " if n > i and self.tokens[n].start > self.tokens[n - 1].end else "") + self.tokens[n].text
        return out


def tokens(plain: str, start: int, end: int) -> list[Token]:
    """The tokens of a stretch; a possessive "'s" stands by itself."""
    found = []
    for match in _TOKEN.finditer(plain, start, end):
        text = match.group()
        first, last = match.span()
        low = text.lower()
        if low.endswith("'s") and len(text) > 2:
            found.append(Token(first, last - 2, text[:-2], text[:-2].lower(), text[0].isupper()))
            found.append(Token(last - 2, last, text[-2:], "'s", False))
        else:
            found.append(Token(first, last, text, low, text[0].isupper()))
    return found


def sentences(document: Document) -> list[Sentence]:
    """The sentences of the title, headings and paragraphs, in order."""
    found: list[Sentence] = []
    for number, block in enumerate(document.blocks):
        if block.kind not in ("title", "heading", "paragraph"):
            continue
        for group in _split(tokens(document.plain, block.start, block.end), document.plain):
            found.append(
                Sentence(
                    len(found),
                    number,
                    group[0].start,
                    group[-1].end,
                    group,
                    heading=block.kind != "paragraph",
                    title=block.kind == "title",
                )
            )
    return found


def _split(stream: list[Token], plain: str) -> Iterator[list[Token]]:
    group: list[Token] = []
    for i, token in enumerate(stream):
        group.append(token)
        following = stream[i + 1] if i + 1 < len(stream) else None
        if following is None:
            break
        if len(group) >= MAX_TOKENS or _ends(group, token, following, plain):
            yield group
            group = []
    if group:
        yield group


def _ends(group: list[Token], token: Token, following: Token, plain: str) -> bool:
    """Whether a sentence ends after `token`, the last of `group`."""
    touching = not plain[token.end : following.start]
    if token.text in ".!?…" or (token.text in _CLOSING and len(group) > 1 and group[-2].text in ".!?"):
        if touching and (following.text in _CLOSING or (token.text == "." and len(group) > 1)):
            return False
        before = group[-2].low if len(group) > 1 else ""
        if token.text == "." and (
            before in _ABBREVIATIONS or (len(before) == 1 and before.isalpha() and group[-2].capital)
        ):
            return False
        return following.capital or following.text in "\"'([" or following.text[0].isdigit() or following.text == "—"
    # "Gen." and "U.S." carry their own full stops; "U.S." ends a sentence only before a word that plainly starts one
    return token.low in _MAY_END and following.low in _STARTERS and following.capital
