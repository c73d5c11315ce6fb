"""What the environment says: EVENTDB_URL and EVENTDB_HOME."""

import os
from pathlib import Path


def database_url() -> str | None:
    """EVENTDB_URL, where set: a `postgresql://` URL that wins over the embedded server."""
    return os.environ.get("EVENTDB_URL") or None


def home() -> Path | None:
    """EVENTDB_HOME, where set: the folder in which the embedded server keeps its data."""
    value = os.environ.get("EVENTDB_HOME")
    return Path(value).expanduser().absolute() if value else None
