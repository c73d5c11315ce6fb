"""Answers that came another way than over the wire: handed in as files, in the order of the questions."""

from __future__ import annotations

import json
from typing import Any

from eventdb.llm.coding import Reply
from eventdb.llm.prompt import Message
from eventdb.llm.request import Dialect, body


class Unanswered(Exception):
    """A question to which no answer was handed in; `request` is the body that asks it."""

    def __init__(self, request: dict[str, Any]) -> None:
        super().__init__("a question without an answer")
        self.request = request


class Handed:
    """Answers to be given in order. With `all_asked` a correction wants its answer, too; else it may go without."""

    def __init__(self, model: str, answers: list[str], *, all_asked: bool) -> None:
        self._model = model
        self._answers = [reply(answer) for answer in answers]
        self._all_asked = all_asked
        self.given = 0

    @property
    def left(self) -> int:
        """How many answers no question asked for."""
        return len(self._answers) - self.given

    def __call__(self, messages: list[Message], *, again: bool = False) -> Reply | None:
        """The next answer. Raises Unanswered where there is none and one is needed."""
        if self.given < len(self._answers):
            self.given += 1
            return self._answers[self.given - 1]
        if again and not self._all_asked:
            return None
        raise Unanswered(body(self._model, messages, Dialect()))


def reply(answer: str) -> Reply:
    """What was handed in: the answer itself, or the whole completion in which a server gave it."""
    try:
        held = json.loads(answer)
        choice = held["choices"][0]
        content, finish = choice["message"]["content"], choice.get("finish_reason")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        return Reply(answer)
    return Reply(content, cut=finish == "length") if isinstance(content, str) else Reply(answer)
