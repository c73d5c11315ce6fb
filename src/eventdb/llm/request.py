"""The body of a request to `/chat/completions`, in the dialect that the server takes.

Servers differ in what they take for the form of the answer and for its limit. Each difference is found out by a
refusal: the dialect that it leads to is tried next, and kept for the questions after.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from eventdb.llm import form
from eventdb.llm.prompt import Message

MOST_TOKENS = 8_192
"""Tokens of an answer: some fifty events. A longer one is cut off, and its part asked for in halves."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a server takes: the form by schema, as any JSON object, or only by the prompt; a temperature; a limit."""

    form: Literal["json_schema", "json_object", "prompt"] = "json_schema"
    temperature: bool = True
    limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"


def body(model: str, messages: list[Message], dialect: Dialect) -> dict[str, Any]:
    """What is sent, to the letter: no more goes over the wire than this and the key."""
    made: dict[str, Any] = {"model": model, "messages": messages, dialect.limit: MOST_TOKENS}
    if dialect.temperature:
        made["temperature"] = 0
    if dialect.form == "json_schema":
        schema = {"name": "coding", "strict": True, "schema": form.schema()}
        made["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif dialect.form == "json_object":
        made["response_format"] = {"type": "json_object"}
    return made


def simpler(dialect: Dialect, refusal: str) -> Dialect | None:
    """The dialect to try after a server refused this one in these words; None where there is none left."""
    said = refusal.casefold()
    if "max_completion_tokens" in said and dialect.limit == "max_tokens":
        return replace(dialect, limit="max_completion_tokens")
    if "temperature" in said and dialect.temperature:
        return replace(dialect, temperature=False)
    if dialect.form == "json_schema":
        return replace(dialect, form="json_object")
    if dialect.form == "json_object":
        return replace(dialect, form="prompt")
    return None
