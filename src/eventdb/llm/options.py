"""Which model codes, where it is and what it may cost: read from the settings EVENTDB_LLM_…, and checked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from eventdb import settings
from eventdb.errors import CoderUnavailable
from eventdb.llm.coding import LIMIT

_DOCS = "docs/coding.md, “A model as the coder”"
_NAME = re.compile(r"[!-~]{1,120}")  # as it stands in a sheet's coder
_KEY = re.compile(r"[!-~]{1,4000}")  # what an HTTP header can carry; anything else would be shown by the error


@dataclass(frozen=True, slots=True)
class Options:
    """`url` ends before "/chat/completions"; `timeout` is in seconds, `part` in characters of an article.

    `retries` says how often a question is put again to a server that is busy or fails. `cache` is None where answers
    are not kept. The key stands in no representation of this.
    """

    model: str
    url: str | None = None
    key: str | None = field(default=None, repr=False)
    timeout: float = 300
    retries: int = 4
    part: int = LIMIT
    cache: Path | None = None

    @property
    def shown_url(self) -> str:
        """The URL as messages may show it: without user, password and what follows "?"."""
        parts = urlsplit(self.url or "")
        return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def read() -> Options:
    """The options of the environment. Raises CoderUnavailable where one is missing or wrong."""
    url = settings.llm("URL")
    if url is None:
        raise CoderUnavailable(
            "no model is set up: EVENTDB_LLM_URL is not set, and nothing is sent anywhere without it",
            f"export EVENTDB_LLM_URL=http://localhost:11434/v1 EVENTDB_LLM_MODEL=…; see {_DOCS}",
        )
    _check_url(url)
    model = settings.llm("MODEL")
    if model is None:
        raise CoderUnavailable(
            "EVENTDB_LLM_MODEL is not set", "export EVENTDB_LLM_MODEL=NAME, the model's name on its server"
        )
    return Options(
        model=_model(model),
        url=url.rstrip("/"),
        key=_key(),
        timeout=_number("TIMEOUT", 300, 1, 3600),
        retries=_number("RETRIES", 4, 0, 20),
        part=part(),
        cache=_cache(),
    )


def name() -> str:
    """The model's name where no server is asked, else "unnamed". Raises CoderUnavailable for a wrong one."""
    return _model(settings.llm("MODEL") or "unnamed")


def part() -> int:
    """EVENTDB_LLM_PART. Raises CoderUnavailable where it is no number of a part that has room to overlap."""
    return _number("PART", LIMIT, 4_000, 1_000_000)


def _model(given: str) -> str:
    if not _NAME.fullmatch(given):
        raise CoderUnavailable(
            "EVENTDB_LLM_MODEL is no name of a model", "export EVENTDB_LLM_MODEL=NAME, without spaces"
        )
    return given


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        right = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:  # a port that is none
        right = False
    if not right:
        raise CoderUnavailable(
            "EVENTDB_LLM_URL is not the URL of a server",
            "export EVENTDB_LLM_URL=https://host/v1, or for Ollama http://localhost:11434/v1",
        )


def _key() -> str | None:
    """EVENTDB_LLM_KEY, else what stands in EVENTDB_LLM_KEY_FILE; None where the server needs none."""
    key, where = settings.llm("KEY"), "EVENTDB_LLM_KEY"
    file = settings.llm("KEY_FILE")
    if key is None and file is not None:
        where = f"EVENTDB_LLM_KEY_FILE ({file})"
        try:
            key = Path(file).expanduser().read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "is no text"
            raise CoderUnavailable(f"{where}: {str(why).lower()}", "name a file that holds the key alone") from None
    if key is not None and not _KEY.fullmatch(key):
        raise CoderUnavailable(f"{where} holds no key", "give the key alone: letters, digits and signs, no spaces")
    return key


def _number(name: str, usual: int, least: int, most: int) -> int:
    given = settings.llm(name)
    if given is None:
        return usual
    if not re.fullmatch(r"\d{1,9}", given) or not least <= int(given) <= most:
        raise CoderUnavailable(
            f"EVENTDB_LLM_{name} is not a whole number from {least} to {most}", f"unset EVENTDB_LLM_{name}, for {usual}"
        )
    return int(given)


def _cache() -> Path | None:
    given = settings.llm("CACHE")
    if given in (None, "on"):
        return settings.default_home() / "llm-answers"
    if given == "off":
        return None
    raise CoderUnavailable("EVENTDB_LLM_CACHE is neither on nor off", "unset EVENTDB_LLM_CACHE, for on")
