"""The one family of errors that a user's mistake, or the world's, may raise."""

import errno


class EventdbError(Exception):
    """Something that the user can act on.

    `message` names the thing and the cause; `hint` is the next command or step to try, "" where there is none.
    The command line prints both, without a traceback, and exits with `exit_code` (1 partly refused, 2 nothing done).
    """

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class RefusedDocument(EventdbError):
    """A file that cannot be read as an article; `message` is the reason, kept in `ingest_items`.

    `file` is the file's name, for JSON lines with the number of the line (`articles.jsonl:12`).
    """

    def __init__(self, message: str, hint: str = "", file: str = "") -> None:
        super().__init__(message, hint)
        self.file = file


class RefusedSheet(EventdbError):
    """A coding sheet that does not fit its schema or its article; `mistakes` has one line a mistake."""

    def __init__(self, message: str, mistakes: list[str], hint: str = "") -> None:
        super().__init__(message, hint)
        self.mistakes = mistakes


class CoderUnavailable(EventdbError):
    """A coder that can code no article at all: not set up, not reached, or refused by its own server."""


class ServerError(EventdbError):
    """The embedded PostgreSQL could not be started, stopped or found."""


class DatabaseError(EventdbError):
    """A database that cannot be reached, or whose schema is older or newer than this code."""


class BackupError(EventdbError):
    """A backup that could not be made, read or restored."""


class PartlyDone(BackupError):
    """The backup is good, but something else that was asked for did not come about, such as its copy."""

    exit_code = 1


class Damaged(BackupError):
    """A backup that is not what was backed up; `findings` has one line a difference."""

    exit_code = 3

    def __init__(self, message: str, findings: list[str], hint: str = "") -> None:
        super().__init__(message, hint)
        self.findings = findings


class Busy(BackupError):
    """Another process is writing into the same folder of backups."""

    exit_code = 4


class NoSpace(BackupError):
    """There is no room left for the backup, or for the database that is restored from it."""

    exit_code = 5
    ERRNOS = (errno.ENOSPC, errno.EDQUOT)
