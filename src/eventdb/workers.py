"""A call made for many items in several processes at once, with the results in the order of the items.

The processes come from a fork server, a process of its own that does nothing but load what the call needs and split
off workers: a worker starts in milliseconds, shares that memory, and has neither the caller's threads nor its
connections to a database, which must not outlive a fork. One thread a worker hands it an item at a time, so that it is
always known which item a worker had when it died: another worker tries that item again, so one that is killed costs
nothing, and an item that kills each worker is given up after `ATTEMPTS`.
"""

from __future__ import annotations

import multiprocessing
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from queue import SimpleQueue
from threading import Lock, Thread
from types import TracebackType
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

ATTEMPTS = 3
"""How often an item is tried whose worker dies."""

AHEAD = 8
"""How many items a worker may be ahead of whoever takes the results; memory is bounded by as many items and results."""


_Task = tuple[Item, Future[Result]] | None


class WorkerDied(Exception):
    """Each worker that had the item died; `exit_code` is that of the last one, negative for a signal."""

    def __init__(self, exit_code: int | None) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code

    def __str__(self) -> str:
        code = self.exit_code
        if code is None or code >= 0:
            return f"its worker ended {ATTEMPTS} times, last with exit code {code}"
        with suppress(ValueError):
            return f"its worker was killed {ATTEMPTS} times, last by {signal.Signals(-code).name}"
        return f"its worker was killed {ATTEMPTS} times, last by signal {-code}"


class Workers(Generic[Item, Result]):
    """`count` processes that make `call`, a function of a module, of each item that is submitted.

    `preload` names the modules that the fork server imports first; the first use in a process decides. A context
    manager: at the end, in whichever way it comes, the processes are killed, since they hold nothing that is not to be
    had again. What the call raises, the future raises; WorkerDied where the item cost `ATTEMPTS` workers.
    """

    def __init__(self, count: int, call: Callable[[Item], Result], preload: tuple[str, ...] = ()) -> None:
        self.count = count
        self._tasks: SimpleQueue[_Task[Item, Result]] = SimpleQueue()
        self._workers = [_Worker(self._tasks, call) for _ in range(count)]
        _CONTEXT.set_forkserver_preload([*preload, __name__])

    def __enter__(self) -> Workers[Item, Result]:
        for worker in self._workers:
            worker.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.end()
            self._tasks.put(None)
        for worker in self._workers:
            worker.join()

    def submit(self, item: Item) -> Future[Result]:
        """Has the call made of one item, as soon as a worker is free."""
        future: Future[Result] = Future()
        self._tasks.put((item, future))
        return future


def in_order(items: Iterable[Item], submit: Callable[[Item], Result], window: int) -> Iterator[tuple[Item, Result]]:
    """Each item with what `submit` gave for it, at most `window` items behind the newest that was submitted."""
    held: deque[tuple[Item, Result]] = deque()
    for item in items:
        held.append((item, submit(item)))
        if len(held) >= window:
            yield held.popleft()
    while held:
        yield held.popleft()


_CONTEXT = multiprocessing.get_context("forkserver")
_starting = Lock()


class _Worker(Thread, Generic[Item, Result]):
    """Feeds one process; where that dies, starts another."""

    def __init__(self, tasks: SimpleQueue[_Task[Item, Result]], call: Callable[[Item], Result]) -> None:
        super().__init__(daemon=True)
        self._tasks, self._call = tasks, call
        self._process: ForkServerProcess | None = None
        self._pipe: Connection | None = None
        self._ended = False

    def run(self) -> None:
        # Ctrl-C is the caller's business: the fork server and the workers inherit this thread's deafness to it. The
        # tracker of resources comes before them, since starting it gives the thread its hearing back.
        resource_tracker.ensure_running()
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        while (task := self._tasks.get()) is not None and not self._ended:
            item, future = task
            try:
                future.set_result(self._result(item))
            except BaseException as error:
                future.set_exception(error)
        self._bury()

    def end(self) -> None:
        """Has the thread end at once, its process killed whatever it is at."""
        with _starting:
            self._ended = True
            if self._process is not None:
                self._process.kill()

    def _result(self, item: Item) -> Result:
        died = WorkerDied(None)
        for _ in range(ATTEMPTS):
            try:
                pipe = self._running()
                pipe.send(item)
                done, value = pipe.recv()
            except (EOFError, OSError) as error:
                died = WorkerDied(self._bury())
                died.__cause__ = error
                if self._ended:
                    break
            else:
                if not done:
                    raise value
                result: Result = value
                return result
        raise died

    def _running(self) -> Connection:
        """The pipe to the process, which is started where there is none."""
        with _starting:
            if self._ended:
                raise EOFError
            if self._pipe is None:
                self._pipe, theirs = _CONTEXT.Pipe()
                self._process = _CONTEXT.Process(target=_serve, args=(theirs, self._call), daemon=True)
                try:
                    self._process.start()
                finally:
                    theirs.close()
            return self._pipe

    def _bury(self) -> int | None:
        """Lets go of the process; its exit code, None where it never lived."""
        process, self._process = self._process, None
        pipe, self._pipe = self._pipe, None
        if pipe is not None:
            pipe.close()  # a process that lives reads the end of its work here
        if process is None or process.pid is None:
            return None
        process.join()
        return process.exitcode


def _serve(pipe: Connection, call: Callable[[Item], object]) -> None:
    """The life of a worker: an item, its answer, the next one, until the caller is gone."""
    with suppress(EOFError, OSError):
        while True:
            item = pipe.recv()
            answer: tuple[bool, object]
            try:
                answer = True, call(item)
            except BaseException as error:
                answer = False, _portable(error)
            pipe.send(answer)


def _portable(error: BaseException) -> BaseException:
    """The error where it can be handed to another process, else one that says the same."""
    try:
        copy: object = pickle.loads(pickle.dumps(error))  # noqa: S301 it was made here
    except Exception:
        copy = None
    return error if type(copy) is type(error) else RuntimeError(f"{type(error).__name__}: {error}")
