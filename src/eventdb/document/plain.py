"""The reader's alphabet: text of the same length with its odd characters made ordinary."""

import re
from collections.abc import Iterable

_SINGLE_QUOTES = "\u2018\u2019\u201a\u201b\u2032\u00b4\u02bc\u02bb\uff07"
_DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02"
_HYPHENS = "\u00ad\u2010\u2011\u2012\u2212\ufe63\uff0d"
_DASHES = "\u2013\u2014\u2015"
_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_INVISIBLE = (
    "\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
_LINE_ENDS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_CONTROLS = "".join(map(chr, (*range(32), *range(127, 160))))

# Later entries win: a line end is also a control character.
_FOLDED = {
    **dict.fromkeys(map(ord, _CONTROLS + _SPACES + _INVISIBLE), " "),
    **dict.fromkeys(map(ord, _LINE_ENDS + "\n"), "\n"),
    **dict.fromkeys(map(ord, _SINGLE_QUOTES), "'"),
    **dict.fromkeys(map(ord, _DOUBLE_QUOTES), '"'),
    **dict.fromkeys(map(ord, _HYPHENS), "-"),
    **dict.fromkeys(map(ord, _DASHES), "—"),
}
# A carriage return ends a line only where no line feed follows it.
_LONE_RETURN = re.compile(r"\r(?!\n)")


def fold(text: str) -> str:
    """`text`, character for character: straight quotes, plain spaces, "-" for hyphens, "—" for longer dashes.

    Every kind of line end becomes a line feed, other control and invisible characters a space. Nothing is composed or
    decomposed, so that an offset into the one is an offset into the other.
    """
    return _LONE_RETURN.sub("\n", text).translate(_FOLDED)


def blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """`text` with the stretches `[start:end]` made spaces; their line feeds stay, so that lines stay lines."""
    parts, at = [], 0
    for start, end in sorted(spans):
        begin = max(start, at)
        if end > begin:
            parts += [text[at:begin], re.sub(r"[^\n]", " ", text[begin:end])]
            at = end
    return "".join([*parts, text[at:]])
