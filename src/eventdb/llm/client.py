"""Puts questions to a server of the OpenAI protocol, and again where it is busy or fails: so often and no more."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eventdb.errors import CoderUnavailable, RefusedDocument
from eventdb.llm.coding import Reply
from eventdb.llm.options import Options
from eventdb.llm.prompt import Message
from eventdb.llm.request import Dialect, body, simpler

if TYPE_CHECKING:
    import openai

LONGEST_WAIT = 120.0
"""Seconds for which a server may ask to wait; a server that wants longer is one to come back to later."""

LONGEST_BODY = 8_000_000
"""Bytes of a response: many times the longest answer."""

_FORBIDDEN = frozenset({401, 403})
_NOT_TAKEN = frozenset({400, 415, 422, 501})  # a body that the server does not take
_BUSY = frozenset({408, 409, 425, 429})


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply, and what it cost in tokens, as far as the server says."""

    reply: Reply
    tokens_in: int
    tokens_out: int


class Client:
    """A connection to one server. `sleep` waits for so many seconds between two tries."""

    def __init__(self, options: Options, sleep: Callable[[float], None] = time.sleep) -> None:
        self._options = options
        self._sleep = sleep
        self._dialect = Dialect()
        self._openai = _library()
        self._server = self._connected()

    def ask(self, messages: list[Message]) -> Answer:
        """The answer to the messages.

        Raises CoderUnavailable where no question can be answered (key, model or address wrong, nobody there, busy for
        too long), RefusedDocument where this one is not.
        """
        dialect = self._dialect
        while True:
            try:
                answer = self._answered(body(self._options.model, messages, dialect))
            except _NotTaken as refused:
                other = simpler(dialect, refused.said)
                if other is None:
                    raise RefusedDocument(
                        f"the model's server does not take the question ({refused.status}): {refused.said}"
                    ) from None
                dialect = other
            else:
                self._dialect = dialect
                return answer

    def _connected(self) -> openai.OpenAI:
        server: openai.OpenAI = self._openai.OpenAI(
            base_url=self._options.url,
            api_key=self._options.key or "none",
            timeout=self._options.timeout,
            max_retries=0,  # done here, where the wait is bounded
        )
        return server

    def _answered(self, asked: dict[str, Any]) -> Answer:
        for tried in range(self._options.retries + 1):
            try:
                return _read(self._posted(asked))
            except self._openai.APIStatusError as error:
                wait = self._after_status(error, tried)
            except self._openai.APITimeoutError:
                wait = self._after(
                    tried, RefusedDocument(f"the model gave no answer within {self._options.timeout:g} seconds")
                )
            except self._openai.APIConnectionError:
                wait = self._after(tried, self._unreachable())
            except (self._openai.APIError, ValueError, RecursionError):  # an answer that is not of the protocol
                wait = self._after(tried, RefusedDocument("the model's server answered with something else than JSON"))
            self._sleep(wait)
        raise AssertionError("the last try returns or raises")

    def _posted(self, asked: dict[str, Any]) -> object:
        """What the server says. No key is sent where none is set, nor what the environment holds for another server.

        Raises ValueError for what is no JSON, or too long, and APITimeoutError where it comes too slowly.
        """
        absent = self._openai.Omit()
        headers: dict[str, Any] = {"OpenAI-Organization": absent, "OpenAI-Project": absent}
        if self._options.key is None:
            headers["Authorization"] = absent
        ask = self._server.chat.completions.with_streaming_response.create
        with ask(**asked, extra_headers=headers) as response:
            return json.loads(self._whole(response))

    def _whole(self, response: Any) -> bytes:
        """The body of a response, within its time and size: a server may send for ever, a byte now and then."""
        until = time.monotonic() + self._options.timeout
        parts: list[bytes] = []
        try:
            for part in response.iter_bytes():
                parts.append(part)
                if time.monotonic() > until:
                    raise self._openai.APITimeoutError(request=response.http_request)
                if sum(map(len, parts)) > LONGEST_BODY:
                    raise ValueError("too long")
        except (ValueError, self._openai.APIError):
            raise
        except Exception as error:  # of the library below, whichever it is: the line broke
            raise self._openai.APIConnectionError(request=response.http_request) from error
        return b"".join(parts)

    def _after_status(self, error: openai.APIStatusError, tried: int) -> float:
        status, url = error.status_code, self._options.shown_url
        if status in _FORBIDDEN:  # what it says of the key may hold the key
            raise CoderUnavailable(
                f"the server of the model refuses the key ({status}): {url}",
                "export EVENTDB_LLM_KEY=…, or EVENTDB_LLM_KEY_FILE, with a key that is good there",
            ) from None
        said = self._said(error)
        if status == 404:
            raise CoderUnavailable(
                f"there is no model {self._options.model}, or no chat at all, at {url} ({status}): {said}",
                "export EVENTDB_LLM_URL=…, most often ending in /v1, and EVENTDB_LLM_MODEL=… as the server names it",
            ) from None
        if status in _NOT_TAKEN:
            raise _NotTaken(status, said) from None
        if status in _BUSY:
            wait = _wait(error.response.headers)
            busy = CoderUnavailable(
                f"the server of the model asks for patience ({status}): {said}",
                "the same command later: what was answered is kept",
            )
            return self._after(tried, busy, wait)
        if status >= 500:
            failed = RefusedDocument(f"the server of the model failed ({status}): {said}")
            return self._after(tried, failed, _wait(error.response.headers))
        raise RefusedDocument(f"the server of the model refused ({status}): {said}") from None

    def _after(self, tried: int, last: CoderUnavailable | RefusedDocument, wait: float | None = None) -> float:
        """Seconds until the next try: as the server asks, else 1, 2, 4 … up to 30. Raises `last` after the last."""
        if tried >= self._options.retries or (wait or 0) > LONGEST_WAIT:
            raise last from None
        return min(2.0**tried, 30.0) if wait is None else wait

    def _unreachable(self) -> CoderUnavailable:
        return CoderUnavailable(
            f"the server of the model cannot be reached: {self._options.shown_url}",
            "export EVENTDB_LLM_URL=…, or start the server",
        )

    def _said(self, error: openai.APIStatusError) -> str:
        """What the server says of its refusal, without the key, on one line."""
        said = " ".join(str(error.message).split())
        if self._options.key:
            said = said.replace(self._options.key, "…")
        return said[:300]


class _NotTaken(Exception):
    """A body that the server does not take; `said` is why."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status
        self.said = said


def _library() -> Any:
    try:
        import openai  # noqa: PLC0415 an extra, and slow to load
    except ImportError as error:
        raise CoderUnavailable(
            "--coder llm needs the package openai, which is not installed", "pip install 'eventdb[llm]'"
        ) from error
    return openai


def _wait(headers: Mapping[str, str]) -> float | None:
    """Retry-After in seconds; None where it is missing, or a date."""
    given = headers.get("retry-after", "")
    return float(given) if re.fullmatch(r"\d{1,9}(\.\d+)?", given) else None


def _read(said: object) -> Answer:
    """The answer in a completion. Raises ValueError where it is none, RefusedDocument where the model declines."""
    if not isinstance(said, dict):
        raise ValueError("no JSON object")
    try:
        choice = said["choices"][0]
        message, finish = choice["message"], choice.get("finish_reason")
        content, refusal = message.get("content"), message.get("refusal")
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise ValueError("no completion") from error
    if finish == "content_filter" or (refusal and not content):
        raise RefusedDocument(f"the model declines to code it: {str(refusal or finish)[:300]}")
    if not isinstance(content, str):
        raise ValueError("no text")
    usage = said.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    spent = (usage.get(key) for key in ("prompt_tokens", "completion_tokens"))
    tokens_in, tokens_out = (n if isinstance(n, int) and n > 0 else 0 for n in spent)
    return Answer(Reply(content, cut=finish == "length"), tokens_in, tokens_out)
