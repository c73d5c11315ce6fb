"""Workers that are killed, fail or are left alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from multiprocessing import forkserver
from pathlib import Path

import pytest

from eventdb import workers
from eventdb.workers import WorkerDied, Workers, in_order
from faults import calls

TESTS = Path(__file__).parents[1]


def alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rsplit(")", 1)[1].split()[0] != "Z"


def gone(pids: set[int]) -> bool:
    for _ in range(600):
        if not any(map(alive, pids)):
            return True
        time.sleep(0.05)
    return False


def test_results_come_in_the_order_of_the_items() -> None:
    with Workers(3, calls.slower_the_sooner) as pool:
        made = [(item, future.result()) for item, future in in_order(range(8), pool.submit, 6)]
    assert made == [(n, n) for n in range(8)]


def test_no_more_items_are_under_way_than_the_window_holds() -> None:
    taken, most, submitted = 0, 0, 0

    def submit(item: int) -> int:
        nonlocal submitted
        submitted += 1
        return item

    for _ in in_order(range(100), submit, 5):
        most = max(most, submitted - taken)
        taken += 1
    assert (taken, most) == (100, 5)


def test_a_killed_worker_costs_nothing(tmp_path: Path) -> None:
    markers = [tmp_path / f"{n}" for n in range(6)]
    with Workers(2, calls.dies_once) as pool:
        assert [pool.submit(marker).result(60) for marker in markers] == ["0", "1", "2", "3", "4", "5"]


def test_an_item_that_kills_each_worker_is_given_up_and_the_rest_goes_on() -> None:
    with Workers(2, calls.dies_of) as pool:
        futures = [pool.submit(n) for n in range(5)]
        assert [futures[n].result(60) for n in (0, 1, 3, 4)] == [0, 1, 3, 4]
        with pytest.raises(WorkerDied, match=r"killed 3 times, last by SIGKILL") as caught:
            futures[2].result(60)
    assert caught.value.exit_code == -signal.SIGKILL


def test_workers_killed_from_outside_while_they_wait_are_replaced() -> None:
    with Workers(1, calls.pid) as pool:
        for _ in range(workers.ATTEMPTS + 1):
            first = pool.submit(None).result(60)
            os.kill(first, signal.SIGKILL)
            assert gone({first})
        assert pool.submit(None).result(60) != first


def test_a_killed_fork_server_costs_nothing() -> None:
    with Workers(1, calls.pid) as pool:
        first = pool.submit(None).result(60)
        server = forkserver._forkserver._forkserver_pid
        assert server is not None
        os.kill(server, signal.SIGKILL)
        os.kill(first, signal.SIGKILL)
        assert gone({first})
        assert pool.submit(None).result(60) != first


def test_what_the_call_raises_comes_back() -> None:
    with Workers(1, calls.raises) as pool:
        with pytest.raises(ValueError, match="no such number"):
            pool.submit("plain").result(60)
        with pytest.raises(RuntimeError, match="Particular: no such number"):
            pool.submit("particular").result(60)
        with pytest.raises(ValueError, match="no such number"):
            pool.submit("plain").result(60)


def test_no_worker_outlives_the_pool_however_it_ends() -> None:
    pids: set[int] = set()
    with suppress(KeyboardInterrupt), Workers(2, calls.pid) as pool:
        pids |= {pool.submit(None).result(60) for _ in range(20)}
        raise KeyboardInterrupt
    assert pids
    assert gone(pids)


def test_a_worker_holds_no_file_of_the_caller(tmp_path: Path) -> None:
    with (tmp_path / "held").open("w") as held, Workers(1, calls.open_files) as pool:
        assert held.name not in pool.submit(None).result(60)


def test_workers_end_when_the_caller_is_killed() -> None:
    program = """
import time
from eventdb.workers import Workers
from faults import calls
if __name__ == "__main__":
    with Workers(2, calls.pid) as pool:
        print(*{pool.submit(None).result() for _ in range(20)}, flush=True)
        time.sleep(600)
"""
    paths = os.pathsep.join([str(Path(workers.__file__).parents[1]), str(TESTS)])
    caller = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": paths}
    )
    assert caller.stdout is not None
    pids = set(map(int, caller.stdout.readline().split()))
    assert pids
    assert all(map(alive, pids))
    caller.kill()
    caller.communicate()
    assert gone(pids)
