"""Markup and in-line furniture: the stretches of a text that are not its words, to be blanked in `plain`."""

import re
from collections.abc import Iterator

from eventdb.document.plain import blank

# No mark spans the beginning of another of its kind: else marks without an end take time with the square of the length.
_IMAGE = re.compile(r"!\[[^\[\]\n]*\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"\n]*\")?\)")
_LINK = re.compile(r"(\[)[^\[\]\n]*(\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"\n]*\")?\))")
_REFERENCE = re.compile(r"(\[)[^\[\]\n]+(\]\[[^\[\]\n]*\])")
_AUTOLINK = re.compile(r"<https?://[^<>\s]+>")
_COMMENT = re.compile(r"<!--(?:(?!<!--).)*?-->", re.DOTALL)
_TAG = re.compile(
    r"</?(?:a|b|br|div|em|h[1-6]|hr|i|img|li|ol|p|small|span|strong|sub|sup|u|ul)(?:\s[^<>\n]*)?/?>", re.IGNORECASE
)
_HEADING = re.compile(r"^ {0,3}(#{1,6})(?=\s)[^\n]*?(\s#+\s*)?$", re.MULTILINE)
_QUOTED = re.compile(r"^ {0,3}((?:> ?)+)", re.MULTILINE)
_BULLET = re.compile(r"^ {0,6}([*+-] )(?=\S)", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3})(?=[^\s*])[^*\n]*?(?<=[^\s*])(\1)(?![\w*])")
_UNDERLINED = re.compile(r"(?<![\w_])(_{1,3})(?=[^\s_])[^_\n]*?(?<=[^\s_])(\1)(?![\w_])")
_CODE = re.compile(r"(?<!`)(`{1,3})(?=[^`])[^`\n]*(\1)(?!`)")

# Some sites glue links to other stories into a sentence: the person's last name, then the whole name again run into the
# first headline, then more headlines up to MORE ("Jane Doe Jane Ann DoeSenate votes … Doe resigns MORE said"). The form
# is what tells it: a name that is said twice and the second time runs into a capital, a figure or a quote.
_GLUED = re.compile(
    r"(?<![\w'-])(?P<last>[A-Z][\w'-]+(?:,? [JS]r\.)?) "
    r"(?P<junk>(?:[A-Z(][\w.'()-]* ){1,5}(?P=last)(?=[A-Z0-9\"'])[^\n]{0,1500}?\bMORE\b)"
)


def markup(plain: str) -> str:
    """`plain` with Markdown and the tags of running text made spaces: the words of links and emphasis stay."""
    plain = blank(plain, _whole(plain, _COMMENT, _IMAGE, _AUTOLINK, _TAG))
    plain = blank(plain, _marks(plain, _LINK, _REFERENCE, _HEADING, _QUOTED, _BULLET))
    # Emphasis may nest: the outer marks first, then those inside.
    for _ in range(2):
        plain = blank(plain, _marks(plain, _EMPHASIS, _UNDERLINED, _CODE))
    return plain


def glued(plain: str) -> str:
    """`plain` without the headlines that a site glued into its sentences; the name before them stays."""
    return blank(plain, (match.span("junk") for match in _GLUED.finditer(plain)))


def headings(plain: str) -> dict[int, int]:
    """The Markdown headings of a text before `markup`: the offset of each line with one → its level, 1 to 6."""
    return {match.start(): len(match[1]) for match in _HEADING.finditer(plain)}


def _whole(plain: str, *patterns: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    for pattern in patterns:
        yield from (match.span() for match in pattern.finditer(plain))


def _marks(plain: str, *patterns: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """The groups of each match: its marks, not what stands between them."""
    for pattern in patterns:
        for match in pattern.finditer(plain):
            yield from (match.span(i) for i in range(1, len(match.groups()) + 1) if match[i] is not None)
