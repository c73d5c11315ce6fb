"""A server of the OpenAI protocol on the loopback, which answers by a script and remembers what it was asked.

with served(says(answer)) as server:
    ... EVENTDB_LLM_URL=server.url ...
server.asked[0].body["messages"]
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def question(self) -> str:
        """The last message."""
        return str(self.body["messages"][-1]["content"])


@dataclass(frozen=True)
class Step:
    """What is answered to one request after a wait; `trickle` is a pause after each byte; both are in seconds.

    What `breaks` ends in the middle.
    """

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0
    trickle: float = 0
    breaks: bool = False


Script = Step | Callable[[Asked], Step]


@dataclass
class Server:
    """The address, and the requests so far in order."""

    url: str
    asked: list[Asked] = field(default_factory=list)


def says(answer: Any, finish: str = "stop", wait: float = 0, read: int = 4000) -> Step:
    """A completion with the answer: an object of the form, or the text itself. `read` counts the question's tokens."""
    content = answer if isinstance(answer, str) else json.dumps(answer)
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content}}
    usage = {"prompt_tokens": read, "completion_tokens": 50, "total_tokens": read + 50}
    made = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}
    return Step(200, json.dumps(made), wait=wait)


def refuses(status: int, message: str, **headers: str) -> Step:
    """An error in the protocol's form. `Retry_After="1"` is the header Retry-After."""
    return Step(
        status, json.dumps({"error": {"message": message}}), {k.replace("_", "-"): v for k, v in headers.items()}
    )


@contextmanager
def served(*script: Script) -> Iterator[Server]:
    """Answers by the script, step by step; the last step answers all that comes after."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked = Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            with lock:
                step = script[min(len(server.asked), len(script) - 1)]
                server.asked.append(asked)
            step = step if isinstance(step, Step) else step(asked)
            time.sleep(step.wait)
            content = step.body.encode()
            try:
                self.send_response(step.status)
                for name, value in {"Content-Type": "application/json", **step.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if step.breaks:
                    self.wfile.write(content[: len(content) // 2])
                    self.close_connection = True
                    return
                for byte in range(len(content) if step.trickle else 0):
                    self.wfile.write(content[byte : byte + 1])
                    time.sleep(step.trickle)
                self.wfile.write(b"" if step.trickle else content)
            except OSError:  # who asked did not wait
                pass

        def log_message(self, *args: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    server = Server(f"http://127.0.0.1:{http.server_address[1]}/v1")
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
