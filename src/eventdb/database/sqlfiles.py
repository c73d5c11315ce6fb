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
    return DDL(path(name).read_text(encoding="utf-8").rstrip().removesuffix(";").replace("%", "%%"))


def before_tables() -> list[str]:
    """The files that the tables need, and the functions that triggers call; the newest version of each."""
    later = _listed("functions/order-of-views.txt")
    return [file for name, file in sorted(_newest("functions").items()) if name not in later]


def after_tables() -> list[str]:
    """The files that need the tables: triggers, the functions that views call, views; the newest version of each."""
    triggers, functions, views = _newest("triggers"), _newest("functions"), _newest("views")
    return [
        *(triggers[name] for name in sorted(triggers)),
        *(functions[name] for name in _listed("functions/order-of-views.txt")),
        *(views[name] for name in _listed("views/order.txt")),
    ]


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
