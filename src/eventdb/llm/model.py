"""A model as a coder: questions to its server or its known answers, and what they cost."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from eventdb.document.types import Document
from eventdb.errors import CoderUnavailable, RefusedDocument
from eventdb.llm import coding, form, prompt
from eventdb.llm.cache import Cache
from eventdb.llm.client import Client
from eventdb.llm.coding import Reply
from eventdb.llm.options import Options
from eventdb.llm.prompt import Message
from eventdb.sheet import CodingSheet

PATIENCE = 3
"""So many articles in a row may fail at the server; after that it is the server that fails, and not the articles."""


def coder_name(model: str) -> str:
    """The coder as sheets name it: "llm MODEL prompt-VERSION"."""
    return f"llm {model} {prompt.version()}"


_PER_TOKEN = 8
"""Characters: twice what a token of English has. A server that counts fewer tokens has not read the whole question."""


@dataclass
class Spent:
    """What the questions cost. Answers that were known cost nothing.

    `unread` counts the questions of which the server seems to have read a part only: servers leave out the beginning of
    what is longer than their context, and say nothing.
    """

    questions: int = 0
    known: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    unread: int = 0

    def __str__(self) -> str:
        asked = f"{self.questions} question{'' if self.questions == 1 else 's'}"
        known = f", {self.known} more answered from the cache" if self.known else ""
        short = (
            f"; of {self.unread} the server read a part only: give it a longer context (Ollama:"
            " OLLAMA_CONTEXT_LENGTH=32768), or make EVENTDB_LLM_PART smaller"
        )
        return f"{asked}, {self.tokens_in} tokens in, {self.tokens_out} out{known}{short if self.unread else ''}"


class Model:
    """The model that the options name. Raises CoderUnavailable where its library is not installed."""

    def __init__(self, options: Options, sleep: Callable[[float], None] = time.sleep) -> None:
        self.name = coder_name(options.model)
        self.spent = Spent()
        self._part = options.part
        self._client = Client(options, sleep)
        self._cache = Cache(options.cache, options.model)
        self._failed = 0
        self._lock = Lock()  # the counts are those of all threads

    def code(self, document: Document) -> CodingSheet:
        """The sheet of an article.

        Raises RefusedDocument for one that the model did not code, CoderUnavailable where it can code none.
        """
        try:
            made = coding.code(document, self._ask, self.name, self._part)
        except RefusedDocument as error:
            with self._lock:
                self._failed += 1
                failed = self._failed
            if failed >= PATIENCE:
                raise CoderUnavailable(
                    f"the model failed at {PATIENCE} articles in a row, lastly: {error.message}",
                    "the same command once its server is well: what was answered is kept",
                ) from error
            raise
        self._failed = 0
        return made

    def _ask(self, messages: list[Message], *, again: bool = False) -> Reply:  # noqa: ARG002 a correction is a question
        known = self._cache.find(messages)
        if known is not None:
            with self._lock:
                self.spent.known += 1
            return known
        answer = self._client.ask(messages)
        with self._lock:
            self.spent.questions += 1
            self.spent.tokens_in += answer.tokens_in
            self.spent.tokens_out += answer.tokens_out
            self.spent.unread += 0 < answer.tokens_in < sum(len(m["content"]) for m in messages) // _PER_TOKEN
        if form.readable(answer.reply.content):  # one that is not may be better the next time
            self._cache.keep(messages, answer.reply)
        return answer.reply
