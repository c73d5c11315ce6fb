"""What workers are told to do in the tests: functions of a module, which each process finds by name."""

import os
import signal
import time
from pathlib import Path

from eventdb import coder
from eventdb.document import Document
from eventdb.sheet import CodingSheet


class Particular(Exception):
    """An error that cannot be rebuilt from what it holds."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


def pid(_: object) -> int:
    return os.getpid()


def slower_the_sooner(number: int) -> int:
    time.sleep((7 - number) * 0.02)
    return number


def dies_once(marker: Path) -> str:
    """Kills its worker the first time that it gets the marker, and leaves the marker behind."""
    if not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return marker.name


def dies_of(number: int) -> int:
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def raises(kind: str) -> None:
    raise ValueError("no such number") if kind == "plain" else Particular("no such", " number")


def open_files(_: object) -> list[str]:
    links = []
    for link in Path("/proc/self/fd").iterdir():
        try:
            links.append(str(link.readlink()))
        except FileNotFoundError:  # that of the listing itself
            continue
    return links


def fatal_coder(article: Document) -> CodingSheet:
    """The coder, which an article that says so kills."""
    if "fatal" in article.text:
        os.kill(os.getpid(), signal.SIGKILL)
    return coder.code(article)


def slow_coder(article: Document) -> CodingSheet:
    """The coder, for which time has to be taken."""
    time.sleep(0.2)
    return coder.code(article)
