"""Coding ahead: each article with its sheet in order, while workers are at the articles that follow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from threading import Thread

import click

from eventdb.cli.coders import Coder
from eventdb.cli.params import WholeNumber
from eventdb.document import Document
from eventdb.errors import EventdbError, RefusedDocument
from eventdb.sheet import CodingSheet
from eventdb.workers import AHEAD, WorkerDied, Workers, in_order

Coded = Callable[[], CodingSheet]
"""Fetches the sheet of an article, where need be waiting for it; raises EventdbError where the coder gives none."""

MOST = 64
# What the fork server loads before it splits off workers: the coder with its lexicon, and what the commands import.
_PRELOAD = ("eventdb.cli.main", "eventdb.cli.coding", "eventdb.coder.warm")

workers_option = click.option(
    "--workers",
    type=WholeNumber(min=1, max=MOST),
    default=1,
    show_default=True,
    metavar="N",
    help="Code N articles at once, each in a process of its own; ask a model about N at once. What comes out is the "
    "same, in the same order.",
)
"""`--workers N`, handed to the command as `workers`."""


@dataclass(frozen=True, slots=True)
class Coding:
    """`begin` has an article coded, now or when its sheet is fetched; as many as `window` may be under way."""

    begin: Callable[[Document], Coded]
    window: int


@contextmanager
def coding(coder: Coder, workers: int) -> Iterator[Coding]:
    """With one worker an article is coded here, when its sheet is fetched; with more, by a process that is free.

    A coder that waits for another machine needs no process to wait in: there, by a thread.
    """
    if workers == 1:
        yield Coding(lambda article: partial(_fetched, partial(coder.code, article)), 1)
        return
    if coder.remote:
        with _Threads(workers, coder.code) as threads:
            yield Coding(lambda article: partial(_fetched, threads.submit(article).result), workers * AHEAD)
        return
    with Workers(workers, coder.code, _PRELOAD) as pool:
        yield Coding(lambda article: partial(_fetched, pool.submit(article).result), workers * AHEAD)


def each_coded(
    items: Iterable[Document | RefusedDocument], coder: Coder, workers: int
) -> Iterator[tuple[Document | RefusedDocument, CodingSheet | RefusedDocument]]:
    """Each article in order, with its sheet or with why there is none."""
    with coding(coder, workers) as ahead:

        def begin(item: Document | RefusedDocument) -> Coded | RefusedDocument:
            return item if isinstance(item, RefusedDocument) else ahead.begin(item)

        for item, coded in in_order(items, begin, ahead.window):
            if isinstance(coded, RefusedDocument):
                yield item, coded
                continue
            try:
                sheet = coded()
            except RefusedDocument as error:
                yield item, error
            else:
                yield item, sheet


class _Threads:
    """Threads that code. Nobody waits for one that waits for an answer: not Ctrl-C, and not the end of the command."""

    def __init__(self, count: int, code: Callable[[Document], CodingSheet]) -> None:
        self._code = code
        self._count = count
        self._todo: SimpleQueue[tuple[Future[CodingSheet], Document] | None] = SimpleQueue()
        self._ended = False
        for _ in range(count):
            Thread(target=self._work, daemon=True).start()

    def __enter__(self) -> _Threads:
        return self

    def __exit__(self, *_raised: object) -> None:
        self._ended = True
        for _ in range(self._count):
            self._todo.put(None)

    def submit(self, article: Document) -> Future[CodingSheet]:
        """The sheet that is to come."""
        future: Future[CodingSheet] = Future()
        self._todo.put((future, article))
        return future

    def _work(self) -> None:
        while (todo := self._todo.get()) and not self._ended:
            future, article = todo
            try:
                future.set_result(self._code(article))
            except BaseException as error:  # raised again where the sheet is fetched
                future.set_exception(error)


def _fetched(coded: Coded) -> CodingSheet:
    """The sheet; a mistake of the coder's own costs one article, not all."""
    try:
        return coded()
    except EventdbError:
        raise
    except WorkerDied as error:
        hint = "Give it fewer --workers and so more memory; where that does not help, please report it."
        raise RefusedDocument(f"the coder failed: {error}", hint) from error
    except Exception as error:
        raise RefusedDocument(f"the coder failed: {type(error).__name__}: {error}", "Please report it.") from error
