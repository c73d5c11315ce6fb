"""The client against a server on the loopback that answers by a script: dialects, retries, and what a user is told."""

from __future__ import annotations

import json
import traceback
from pathlib import Path
from typing import Any

import pytest

from cli.llm_server import Asked, Server, Step, refuses, says, served
from eventdb.errors import CoderUnavailable, EventdbError, RefusedDocument
from eventdb.llm import client, form, options
from eventdb.llm.client import Client
from eventdb.llm.options import Options

KEY = "sk-very-secret-0123456789"
MESSAGES = [{"role": "system", "content": "Code."}, {"role": "user", "content": "The article."}]
EMPTY = {"events": [], "tallies": [], "actors": []}


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def asking(server: Server, waits: list[float] | None = None, **changed: Any) -> Client:
    given = {"model": "m", "url": server.url, "key": KEY, "timeout": 5, "retries": 3, **changed}
    return Client(Options(**given), (waits if waits is not None else []).append)


def test_what_is_sent_is_the_body_and_the_key_and_what_comes_back_is_the_answer() -> None:
    with served(says(EMPTY)) as server:
        answer = asking(server).ask(MESSAGES)
    assert json.loads(answer.reply.content) == EMPTY
    assert (answer.tokens_in, answer.tokens_out, answer.reply.cut) == (4000, 50, False)
    (asked,) = server.asked
    assert (asked.path, asked.headers["authorization"]) == ("/v1/chat/completions", f"Bearer {KEY}")
    assert asked.body == {
        "model": "m", "messages": MESSAGES, "temperature": 0, "max_tokens": 8192,
        "response_format": {"type": "json_schema",
                            "json_schema": {"name": "coding", "strict": True, "schema": form.schema()}},
    }  # fmt: skip


def test_without_a_key_none_is_sent_nor_what_is_set_for_another_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-other")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-other")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-other")
    with served(says(EMPTY)) as server:
        asking(server, key=None).ask(MESSAGES)
    assert "authorization" not in server.asked[0].headers
    assert "other" not in str(server.asked[0].headers)


@pytest.mark.parametrize("status", [400, 422, 501])
def test_a_server_without_schemas_is_asked_for_any_object_then_by_the_prompt_alone(status: int) -> None:
    def taking(known: set[str | None]) -> Any:
        def step(asked: Asked) -> Step:
            kind = asked.body.get("response_format", {}).get("type")
            return says(EMPTY) if kind in known else refuses(status, f"unknown response_format {kind}")

        return step

    for known, forms in (
        ({"json_object"}, ["json_schema", "json_object", "json_object"]),
        ({None}, ["json_schema", "json_object", None, None]),
    ):
        with served(taking(known)) as server:
            asks = asking(server)
            for _ in range(2):  # the second question goes in the dialect that was found
                asks.ask(MESSAGES)
        assert [asked.body.get("response_format", {}).get("type") for asked in server.asked] == forms


def test_limit_and_temperature_are_said_as_the_server_takes_them() -> None:
    def step(asked: Asked) -> Step:
        if "max_tokens" in asked.body:
            return refuses(400, "Unsupported parameter: use 'max_completion_tokens' instead.")
        if "temperature" in asked.body:
            return refuses(400, "Unsupported value: 'temperature' does not support 0.")
        return says(EMPTY)

    with served(step) as server:
        asking(server).ask(MESSAGES)
    body = server.asked[-1].body
    assert body["max_completion_tokens"] == 8192
    assert "temperature" not in body
    assert body["response_format"]["type"] == "json_schema", "the form is given up for no other's sake"


def test_a_question_that_is_taken_in_no_dialect_costs_one_article() -> None:
    with served(refuses(400, f"context length exceeded, key {KEY}")) as server:
        asks = asking(server)
        with pytest.raises(RefusedDocument, match=r"does not take the question.*context length") as refused:
            asks.ask(MESSAGES)
        assert len(server.asked) == 3
    assert KEY not in refused.value.message


def test_busy_is_waited_for_as_long_as_it_says() -> None:
    waits: list[float] = []
    with served(refuses(429, "slow down", Retry_After="7"), refuses(429, "slow down"), says(EMPTY)) as server:
        asking(server, waits).ask(MESSAGES)
    assert waits == [7, 2]


def test_too_long_a_wait_is_not_waited() -> None:
    waits: list[float] = []
    with (
        served(refuses(429, "no quota", Retry_After="3600")) as server,
        pytest.raises(CoderUnavailable, match=r"patience \(429\).*no quota"),
    ):
        asking(server, waits).ask(MESSAGES)
    assert waits == []


def test_failures_without_end_have_an_end() -> None:
    waits: list[float] = []
    with served(refuses(500, "out of memory")) as server:
        with pytest.raises(RefusedDocument, match=r"failed \(500\).*out of memory"):
            asking(server, waits).ask(MESSAGES)
        assert len(server.asked) == 4
    assert waits == [1, 2, 4]


def test_one_failure_costs_one_wait() -> None:
    with served(refuses(503, "loading"), says(EMPTY)) as server:
        asking(server).ask(MESSAGES)
    assert len(server.asked) == 2


def test_a_slow_answer_is_given_up_and_asked_for_again() -> None:
    with served(says(EMPTY, wait=1.5), says(EMPTY)) as server:
        asking(server, timeout=0.3).ask(MESSAGES)
        assert len(server.asked) == 2
    with (
        served(says(EMPTY, wait=1.5)) as server,
        pytest.raises(RefusedDocument, match=r"no answer within 0\.3 seconds"),
    ):
        asking(server, timeout=0.3, retries=0).ask(MESSAGES)


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_key_is_said_without_the_key(status: int) -> None:
    with served(refuses(status, f"Incorrect API key provided: {KEY}")) as server:
        with pytest.raises(CoderUnavailable, match="refuses the key") as refused:
            asking(server).ask(MESSAGES)
        assert len(server.asked) == 1
    assert "EVENTDB_LLM_KEY" in refused.value.hint
    assert KEY not in "".join(traceback.format_exception(refused.value, chain=True)[-1:])
    assert KEY not in refused.value.message + refused.value.hint


def test_a_wrong_model_and_an_absent_server_are_named() -> None:
    with served(refuses(404, "model not found")) as server, pytest.raises(CoderUnavailable, match="no model m"):
        asking(server).ask(MESSAGES)
    nobody = Server("http://me:secret@127.0.0.1:9/v1")
    with pytest.raises(CoderUnavailable, match=r"cannot be reached: http://127\.0\.0\.1:9/v1$") as refused:
        asking(nobody, retries=1).ask(MESSAGES)
    assert "secret" not in refused.value.message


@pytest.mark.parametrize(
    "step",
    [
        Step(200, "<html>hello</html>", {"Content-Type": "text/html"}),
        Step(200, "{broken"),
        Step(200, "[]"),
        Step(200, '{"choices": []}'),
        Step(200, '{"choices": [{"message": {"content": null}}]}'),
    ],
)
def test_what_is_no_completion_is_no_answer(step: Step) -> None:
    with served(step) as server, pytest.raises(RefusedDocument, match="something else than JSON"):
        asking(server, retries=1).ask(MESSAGES)
    assert len(server.asked) == 2


def test_an_answer_that_trickles_or_never_ends_is_given_up() -> None:
    slowly = Step(200, says(EMPTY).body, trickle=0.05)
    with served(slowly) as server, pytest.raises(RefusedDocument, match=r"no answer within 0\.5 seconds"):
        asking(server, timeout=0.5, retries=0).ask(MESSAGES)
    with (
        served(Step(200, " " * (client.LONGEST_BODY + 1))) as server,
        pytest.raises(RefusedDocument, match="something else than JSON"),
    ):
        asking(server, retries=0).ask(MESSAGES)


def test_a_line_that_breaks_is_tried_again() -> None:
    with served(Step(200, says(EMPTY).body, breaks=True), says(EMPTY)) as server:
        asking(server).ask(MESSAGES)
        assert len(server.asked) == 2


def test_a_model_that_declines_and_one_that_is_cut_off() -> None:
    choice = {"message": {"content": None, "refusal": "I would rather not."}, "finish_reason": "stop"}
    with (
        served(Step(200, json.dumps({"choices": [choice]}))) as server,
        pytest.raises(RefusedDocument, match=r"declines to code it: I would rather not\."),
    ):
        asking(server).ask(MESSAGES)
    with served(says('{"events": [', finish="length")) as server:
        assert asking(server).ask(MESSAGES).reply.cut


def test_the_library_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "openai", None)
    with pytest.raises(CoderUnavailable, match="openai, which is not installed") as refused:
        client.Client(Options("m", "http://127.0.0.1:9/v1"))
    assert refused.value.hint == "pip install 'eventdb[llm]'"


# Settings -------------------------------------------------------------------------------------------------------------


def setting(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name in ("URL", "MODEL", "KEY", "KEY_FILE", "TIMEOUT", "RETRIES", "PART", "CACHE"):
        monkeypatch.delenv(f"EVENTDB_LLM_{name}", raising=False)
    for name, value in values.items():
        monkeypatch.setenv(f"EVENTDB_LLM_{name}", value)


def test_all_of_it_is_read_and_the_key_is_never_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY + "\n")
    setting(monkeypatch, URL="http://host/v1/", MODEL="m:8b", KEY_FILE=str(tmp_path / "key"), TIMEOUT="9", CACHE="off")
    given = options.read()
    assert (given.url, given.model, given.key, given.timeout, given.cache) == ("http://host/v1", "m:8b", KEY, 9, None)
    assert KEY not in repr(given)
    setting(monkeypatch, URL="https://host/v1", MODEL="m", KEY="k")
    assert options.read().cache == Path(__import__("os").environ["EVENTDB_HOME"]) / "llm-answers"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "EVENTDB_LLM_URL is not set, and nothing is sent"),
        ({"URL": "localhost:11434"}, "EVENTDB_LLM_URL is not the URL"),
        ({"URL": "http://host:x/v1"}, "EVENTDB_LLM_URL is not the URL"),
        ({"URL": "http://host/v1"}, "EVENTDB_LLM_MODEL is not set"),
        ({"URL": "http://host/v1", "MODEL": "two words"}, "EVENTDB_LLM_MODEL is no name"),
        ({"URL": "http://host/v1", "MODEL": "m", "KEY": "sk-very secret"}, "EVENTDB_LLM_KEY holds no key"),
        ({"URL": "http://host/v1", "MODEL": "m", "KEY_FILE": "/no/such/secret"}, "no such file"),
        ({"URL": "http://host/v1", "MODEL": "m", "RETRIES": "many"}, "EVENTDB_LLM_RETRIES is not a whole number"),
        ({"URL": "http://host/v1", "MODEL": "m", "TIMEOUT": "0"}, "EVENTDB_LLM_TIMEOUT is not a whole number"),
        ({"URL": "http://host/v1", "MODEL": "m", "CACHE": "maybe"}, "EVENTDB_LLM_CACHE is neither on nor off"),
    ],
)
def test_a_wrong_setting_is_named_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], said: str
) -> None:
    setting(monkeypatch, **values)
    with pytest.raises(EventdbError, match=said) as refused:
        options.read()
    assert refused.value.hint
    assert "sk-very" not in refused.value.message
