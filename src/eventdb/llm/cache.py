"""Answers that a model gave, by model, prompt version and question: files in a folder of EVENTDB_HOME.

An answer appears by a rename, so it is whole or absent, also where two processes ask the same. It holds neither key nor
address of the server; the folder is the user's own, for an answer quotes its article.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from eventdb.llm import prompt
from eventdb.llm.coding import Reply
from eventdb.llm.prompt import Message


class Cache:
    """The answers of one model in one folder, made at the first answer; None as the folder keeps nothing."""

    def __init__(self, folder: Path | None, model: str) -> None:
        self._folder = folder
        self._model = model

    def find(self, messages: list[Message]) -> Reply | None:
        """The answer to these messages; None where it is not known, or its file is damaged."""
        path = self._path(messages)
        if path is None:
            return None
        try:
            held = json.loads(path.read_text(encoding="utf-8"))
            content = held["content"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        return Reply(content) if isinstance(content, str) else None

    def keep(self, messages: list[Message], reply: Reply) -> None:
        """Keeps a whole answer. A disk that is full or read-only costs the keeping only."""
        path = self._path(messages)
        if path is None or reply.cut:
            return
        held = {"model": self._model, "prompt": prompt.version(), "content": reply.content}
        with suppress(OSError):
            for folder in (path.parent.parent, path.parent):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")  # readable by the user alone
            try:
                with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as stream:
                    json.dump(held, stream)
                Path(name).replace(path)
            except OSError:
                Path(name).unlink(missing_ok=True)

    def _path(self, messages: list[Message]) -> Path | None:
        if self._folder is None:
            return None
        asked = json.dumps([self._model, prompt.version(), messages], sort_keys=True)
        name = hashlib.sha256(asked.encode()).hexdigest()
        return self._folder / name[:2] / f"{name}.json"
