"""What an article may cost to read; the environment may say otherwise."""

from dataclasses import dataclass

from eventdb import settings
from eventdb.errors import EventdbError

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes for `memory` (address space of the parser), `file` (a PDF or compressed file as it lies there) and `text`
    (what comes out of a page or PDF); seconds for an article in `cpu` (computing) and `time` (on the clock).
    """

    memory: int
    cpu: int
    time: int
    file: int
    text: int


DEFAULTS = {"memory": 1024, "cpu": 60, "time": 120, "file": 50, "text": 5}
"""As a user gives them: megabytes and seconds. A page of 5 MB, all of it text, takes some 40 s and 200 MB to parse."""

LEAST = {"memory": 256, "cpu": 1, "time": 1, "file": 1, "text": 1}
"""Python and the libraries that parse take some 100 MB before they have read a word."""

_MOST = 1_000_000
_SECONDS = ("cpu", "time")


def current() -> Limits:
    """The limits that hold: EVENTDB_LIMIT_MEMORY and so on, else the defaults. Raises EventdbError for no number."""
    return Limits(**{name: _value(name) * (1 if name in _SECONDS else MEGABYTE) for name in DEFAULTS})


def _value(name: str) -> int:
    given = settings.limit(name)
    if given is None:
        return DEFAULTS[name]
    if not (given.isascii() and given.isdecimal() and LEAST[name] <= int(given[:9]) <= _MOST):
        unit = "seconds" if name in _SECONDS else "megabytes"
        raise EventdbError(
            f"EVENTDB_LIMIT_{name.upper()}: {given[:40]!r} is not a whole number of {unit} from {LEAST[name]}",
            f"unset EVENTDB_LIMIT_{name.upper()}, which gives {DEFAULTS[name]}",
        )
    return int(given[:9])
