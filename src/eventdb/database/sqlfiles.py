"""The shipped .sql files: which there are, which version of each is current, and a file as a statement to run.

A migration names the exact file that it installs, and a shipped file is never edited: a later version of
`views/claims.sql` is a new file `views/claims.v2.sql`, installed by a new migration whose downgrade puts the older
one back. So a migration does in ten years what it does today.
"""

import re
from pathlib import Path

from sqlalchemy import DDL

from eventdb import resources

FOLDERS = ("functions", "triggers", "views")
_VERSION = re.compile(r"(?P<name>\w+?)(?:\.v(?P<version>\d+))?\.sql")


def path(name: str) -> Path:
    """Where the shipped file or folder `name` is, such as "functions/fold.sql"."""
    return resources.folder("sql") / name


def statements(name: str) -> DDL:
    """What the shipped file `name` says, to be executed as it stands: neither ":name" nor "%" mean anything in it."""
    return DDL(path(name).read_text(encoding="utf-8").rstrip().removesuffix(";").replace("%", "%%"))


def current(folder: str) -> list[str]:
    """The newest version of every file of `folder`, in the order of its `order.txt` where it has one, else by name."""
    newest: dict[str, tuple[int, str]] = {}
    for file in path(folder).glob("*.sql"):
        if match := _VERSION.fullmatch(file.name):
            found = (int(match["version"] or 1), f"{folder}/{file.name}")
            newest[match["name"]] = max(found, newest.get(match["name"], found))
    return [newest[name][1] for name in _order(folder) or sorted(newest)]


def _order(folder: str) -> list[str]:
    order = path(folder) / "order.txt"
    if not order.is_file():
        return []
    lines = (line.strip() for line in order.read_text(encoding="utf-8").splitlines())
    return [line.removesuffix(".sql") for line in lines if line and not line.startswith("#")]
