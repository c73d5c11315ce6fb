"""What the environment says: EVENTDB_URL, EVENTDB_HOME, EVENTDB_BACKUPS; EVENTDB_LLM_… for a model, EVENTDB_LIMIT_…"""

import os
from pathlib import Path


def database_url() -> str | None:
    """EVENTDB_URL, where set: a `postgresql://` URL that wins over the embedded server."""
    return os.environ.get("EVENTDB_URL") or None


def home() -> Path | None:
    """EVENTDB_HOME, where set: the folder in which the embedded server keeps its data."""
    value = os.environ.get("EVENTDB_HOME")
    return Path(value).expanduser().absolute() if value else None


def default_home() -> Path:
    """EVENTDB_HOME, else the user's data folder; for root a place that the server's own user can reach."""
    if given := home():
        return given
    if os.geteuid() == 0:
        return Path("/var/lib/eventdb")
    data = Path(os.environ.get("XDG_DATA_HOME", ""))
    return (data if data.is_absolute() else Path.home() / ".local/share") / "eventdb"


def backups() -> Path | None:
    """EVENTDB_BACKUPS, where set: the folder of backups that `eventdb doctor` looks at."""
    value = os.environ.get("EVENTDB_BACKUPS")
    return Path(value).expanduser().absolute() if value else None


def llm(name: str) -> str | None:
    """EVENTDB_LLM_NAME, where set and not blank: of URL, MODEL, KEY, KEY_FILE, TIMEOUT, RETRIES, PART, CACHE."""
    return os.environ.get(f"EVENTDB_LLM_{name}", "").strip() or None


def limit(name: str) -> str | None:
    """EVENTDB_LIMIT_NAME, where set: see eventdb.document.limits."""
    return os.environ.get(f"EVENTDB_LIMIT_{name.upper()}") or None
