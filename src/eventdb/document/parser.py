"""The program of the child that parses pages and PDFs; `eventdb.document.confined` starts it and talks to it.

It sets its own limits before it has seen an article. Memory that runs out is answered as such and not as a mistake, and
ends the child: what the libraries left behind then is not to be trusted.
"""

import contextlib
import json
import os
import sys
from collections.abc import Callable
from typing import IO, Any

from eventdb.document import parsed
from eventdb.document.confined import most, receive, send
from eventdb.document.limits import Limits
from eventdb.errors import RefusedDocument

try:
    import resource
except ImportError:  # Windows has no such limits: there the clock of the parent holds alone
    resource = None  # type: ignore[assignment]

_ARTICLES = 500
"""After so many the child is replaced, lest what the libraries keep adds up."""

_NEAR = 9 / 10
"""A failure with so much of the memory taken is put down to the memory: libraries may swallow a MemoryError."""

_Parsers = dict[str, Callable[[bytes, Limits], parsed.Parsed]]


def main() -> None:
    """Parse what comes in on standard input, until it ends."""
    limits = Limits(**json.loads(sys.argv[1]))
    _limit_memory_and_files(limits)
    # What a library prints must not get among the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    parsers = _parsers()
    send(answers, json.dumps({"peak": _resident()}).encode())
    for number in range(1, _ARTICLES + 1):
        if not _serve(sys.stdin.buffer, answers, parsers, limits, last=number == _ARTICLES):
            return


def _parsers() -> _Parsers:
    from eventdb.document import page, pdf  # noqa: PLC0415 under the limits, as all that they do

    return {"html": page.extract, "pdf": pdf.extract}


def _serve(questions: IO[bytes], answers: IO[bytes], parsers: _Parsers, limits: Limits, *, last: bool) -> bool:
    """Answer one question; whether another may follow."""
    question = receive(questions, sys.maxsize)
    if question is None:
        return False
    kind, _, data = question.partition(b" ")
    del question
    _limit_computing(limits.cpu)
    answer = _answer(parsers, kind.decode(), data, limits)
    last = last or "died" in answer or _peak() > limits.memory / 2
    message = parsed.to_json(answer | {"last": last})
    if len(message) > most(limits):
        refused = RefusedDocument(f"{kind.decode()}: too large: what it says of itself is more than an article")
        message = parsed.to_json({"refused": refused.message, "hint": "Save its text as .txt.", "last": last})
    send(answers, message)
    return not last


def _answer(parsers: _Parsers, kind: str, data: bytes, limits: Limits) -> dict[str, Any]:
    try:
        found = parsers[kind](data, limits)
        if len(found.text.encode("utf-8", "replace")) > limits.text:
            raise RefusedDocument(
                f"{kind}: too large: more than {limits.text // 1_000_000} MB of text",
                "Save the article alone, as .txt; or set EVENTDB_LIMIT_TEXT higher.",
            )
        return {"parsed": parsed.dumps(found)}
    except MemoryError:
        return {"died": "memory", "of": ""}
    except Exception as error:
        if _peak() > _NEAR * limits.memory:
            return {"died": "memory", "of": ""}
        if isinstance(error, RefusedDocument):
            return {"refused": error.message, "hint": error.hint}
        if isinstance(error, RecursionError):
            return {"refused": f"{kind}: nested too deep to be parsed", "hint": "Save its text as .txt."}
        return {"failed": f"{type(error).__name__}: {error}"[:500]}


def _limit_memory_and_files(limits: Limits) -> None:
    """No more memory than allowed, no file written, no core dumped."""
    if resource is None:
        return
    for name, value in (("RLIMIT_AS", limits.memory), ("RLIMIT_FSIZE", 0), ("RLIMIT_CORE", 0)):
        _limit(name, value)


def _limit_computing(seconds: int) -> None:
    """So many seconds more: the system counts those of the whole process."""
    if resource is not None:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        _limit("RLIMIT_CPU", int(usage.ru_utime + usage.ru_stime) + 1 + seconds)


def _limit(name: str, value: int) -> None:
    # macOS knows RLIMIT_AS, but neither holds it nor always takes it.
    with contextlib.suppress(ValueError, OSError, AttributeError):
        which = getattr(resource, name)
        hard = resource.getrlimit(which)[1]
        resource.setrlimit(which, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _resident() -> int:
    """The most bytes in memory that the system puts down to this process."""
    if resource is None:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _peak() -> int:
    """The most bytes of address space that this process ever had; 0 where the system does not say."""
    try:
        with open("/proc/self/status", "rb") as status:  # noqa: PTH123
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith(b"VmPeak:"))
    except (OSError, StopIteration, ValueError):
        return 0


if __name__ == "__main__":
    main()
