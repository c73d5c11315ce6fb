"""Trying again what failed through nobody's mistake: a deadlock, two sessions in conflict, a connection that broke off.

The tries are few and bounded in time, so that a server which does not come back is told of and not waited for.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

Answer = TypeVar("Answer")

PAUSES = (0.1, 0.4, 1.5, 4.0, 6.0)
"""Seconds before each further try, give or take a half: twelve in all, in which a server restarts."""

# PostgreSQL's error codes (its manual, appendix A) of what may go well the next time: serialisation failure, deadlock;
# the server goes down, crashed or is coming up; a session ended for idling; too many connections.
_PASSING = ("40001", "40P01", "57P01", "57P02", "57P03", "57P05", "25P03", "53300")
_CONNECTION = "08"


def passing(error: DBAPIError) -> bool:
    """Whether the same may go well the next time."""
    code = getattr(error.orig, "sqlstate", None)
    if code is None:  # libpq's own word: the connection broke off, or could not be made
        return error.connection_invalidated or isinstance(error, OperationalError)
    return error.connection_invalidated or code in _PASSING or code.startswith(_CONNECTION)


def again(work: Callable[[], Answer], pauses: Sequence[float] = PAUSES) -> Answer:
    """What `work` returns; it is called again after each pause, for as long as what it raises is `passing`."""
    for pause in pauses:
        try:
            return work()
        except DBAPIError as error:
            if not passing(error):
                raise
        time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 so that two who met do not meet again
    return work()


def retried(
    connection: Connection,
    work: Callable[[Connection], Answer],
    done: Callable[[Connection], Answer | None] | None = None,
    pauses: Sequence[float] = PAUSES,
) -> Answer:
    """What `work` returns, run in a transaction of its own, and run again where that failed for the moment.

    A connection that broke off is made anew. It may have done so between the commit and its answer: `done` is asked
    before each further try, and what it returns, unless None, is the answer.
    """
    tries = 0

    def once() -> Answer:
        nonlocal tries
        tries += 1
        connection.rollback()  # of a transaction that a connection that is gone left behind
        with connection.begin():
            found = done(connection) if done and tries > 1 else None
            return found if found is not None else work(connection)

    return again(once, pauses)
