"""A command that asks a model, interrupted and killed while it waits for answers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from cli.llm_answers import ARTICLE, answer
from cli.llm_server import Asked, Server, Step, says, served

LONG = 600  # seconds: nobody here waits for such an answer


@pytest.fixture
def start(tmp_path: Path, database_url: str) -> Callable[..., subprocess.Popen[str]]:
    """Starts eventdb on a folder of three articles."""
    (tmp_path / "in").mkdir()
    for n in range(3):
        (tmp_path / "in" / f"{n}.txt").write_text(f"{ARTICLE}\nIt is {n}.\n")

    def begin(server: Server, *args: str) -> subprocess.Popen[str]:
        environment = os.environ | {
            "EVENTDB_LLM_URL": server.url, "EVENTDB_LLM_MODEL": "m", "EVENTDB_HOME": str(tmp_path / "home"),
            "EVENTDB_URL": database_url, "NO_PROXY": "127.0.0.1",
        }  # fmt: skip
        return subprocess.Popen(
            [sys.executable, "-c", "from eventdb.cli.main import main; main()", *args, "--coder", "llm",
             str(tmp_path / "in")],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    return begin


def asked(server: Server, number: int) -> None:
    """Waits until so many questions have come."""
    until = time.monotonic() + 60
    while len(server.asked) < number:
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_does_not_wait_for_an_answer(start: Callable[..., subprocess.Popen[str]], workers: str) -> None:
    with served(says(answer(), wait=LONG)) as server:
        process = start(server, "code", "--workers", workers)
        asked(server, int(workers))
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Interrupted" in errors
    assert "Traceback" not in errors


def test_killed_while_it_waits_it_goes_on_from_there_and_pays_once(
    start: Callable[..., subprocess.Popen[str]], database_url: str
) -> None:
    def step(question: Asked) -> Step:
        return says(answer(), wait=LONG if "It is 1" in question.question and len(server.asked) < 3 else 0)

    with served(step) as server:
        process = start(server, "ingest")
        asked(server, 2)
        process.kill()
        process.communicate(timeout=60)
        with psycopg.connect(database_url) as connection:
            assert connection.execute("SELECT file_name FROM sources").fetchall() == [("0.txt",)]
        done, errors = start(server, "ingest").communicate(timeout=60)
        assert "2 new, 1 known already" in done, errors
        assert len(server.asked) == 4, "the first article is not asked about again"
