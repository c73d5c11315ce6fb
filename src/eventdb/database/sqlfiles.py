"""The shipped .sql files: which there are, which version of each is current, and a file as a statement to run.

A migration names the exact file that it installs, and a shipped file is never edited: a later version of
`views/claims.sql` is a new file `views/claims.v2.sql`, installed by a new migration whose downgrade puts the older
one back. So a migration does in ten years what it does today.
"""

import re
from pathlib import Path

from sqlalchemy import DDL

from eventdb import resources

_VERSION = re.compile(r"(?P<name>\w+?)(?:\.v(?P<version>\d+))?\.sql")


def path(name: str) -> Path:
    """Where the shipped file or folder `name` is, such as "functions/fold.sql"."""
    return resources.folder("sql") / name


def statements(name: str) -> DDL:
    """What the shipped file `name` says, to be executed as it stands: neither ":name" nor "%" mean anything in it."""
    body = path(name).read_text(encoding="utf-8").rstrip().removesuffix(";").replace("%", "%%")
    return DDL(body)  # type: ignore[no-untyped-call]


def again(name: str) -> DDL:
    """What a shipped file of a function says, for a downgrade that puts it in the place of a later version of it."""
    body = statements(name).statement
    return DDL(body.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1))  # type: ignore[no-untyped-call]


def before_tables() -> list[str]:
    """The files that the tables need; the newest version of each, in the order in which they are made."""
    return _ordered("functions", _functions()[0])


def after_tables() -> list[str]:
    """The files that need the tables: functions, triggers, views, policies; the newest version of each, in order."""
    return [
        *_ordered("functions", _functions()[1]),
        *_ordered("triggers", sorted(_newest("triggers"))),
        *_ordered("views", _listed("views/order.txt")),
        *_ordered("policies", sorted(_newest("policies"))),
    ]


def _functions() -> tuple[list[str], list[str]]:
    """The names of functions that are made before the tables, and of those made after."""
    names = _listed("functions/order.txt")
    tables = names.index("[tables]")
    return names[:tables], names[tables + 1 :]


def _ordered(folder: str, names: list[str]) -> list[str]:
    newest = _newest(folder)
    return [newest[name] for name in names]


def _newest(folder: str) -> dict[str, str]:
    """The name of every object of `folder` → its newest file."""
    newest: dict[str, tuple[int, str]] = {}
    for file in path(folder).glob("*.sql"):
        if match := _VERSION.fullmatch(file.name):
            found = (int(match["version"] or 1), f"{folder}/{file.name}")
            newest[match["name"]] = max(found, newest.get(match["name"], found))
    return {name: file for name, (_, file) in newest.items()}


def _listed(name: str) -> list[str]:
    lines = (line.strip() for line in path(name).read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]
