"""What may reach a terminal: words and colours, and nothing that moves its cursor, renames its window or hides text.

Articles are others' words. The commands clean what they print of them; `guard` stands behind them all, so that one that
forgets to does no harm.
"""

from __future__ import annotations

import re
import sys
from typing import Any, TextIO, cast

# C0 and C1 but tab and line feed, DEL, and the characters that turn the direction of text around.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# What click writes: the styles that do not hide text, and, on stderr, a progress bar.
_STYLES = r"\x1b\[(?:0|1|2|3|4|22|24|3[0-9]|39|9[0-7])(?:;(?:1|2|4|3[0-9]|9[0-7]))*m"
_OURS = re.compile(rf"({_STYLES}|\r\n)")
_OURS_IN_PROGRESS = re.compile(rf"({_STYLES}|\r|\x1b\[\?25[hl]|\x1b\[K)")


def harmless(text: str) -> str:
    """`text` without the characters that steer a terminal; tabs and line feeds stay."""
    return _CONTROL.sub("", text)


def guard() -> None:
    """From now on, what is written to a terminal by way of sys.stdout and sys.stderr is harmless."""
    if sys.stdout.isatty():
        sys.stdout = cast(TextIO, _Guarded(sys.stdout, _OURS))
    if sys.stderr.isatty():
        sys.stderr = cast(TextIO, _Guarded(sys.stderr, _OURS_IN_PROGRESS))


class _Guarded:
    """A stream as it is, but for what is written to it."""

    def __init__(self, stream: TextIO, ours: re.Pattern[str]) -> None:
        self._stream = stream
        self._ours = ours

    def write(self, text: str) -> int:
        parts = self._ours.split(text)  # every second one is ours
        self._stream.write("".join(part if i % 2 else harmless(part) for i, part in enumerate(parts)))
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
