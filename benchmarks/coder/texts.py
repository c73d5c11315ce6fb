"""What the benchmarks code: articles made here, the same in every run, and those of folders."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from eventdb import document
from eventdb.document import Document
from unit import making_news

_PARTS = 4  # articles of the tests that make one as long as news is


def made(count: int) -> Iterator[str]:
    """Articles of some three thousand characters, of our own sentences."""
    for number in range(count):
        chosen = random.Random(number)  # noqa: S311 the same texts each time
        paragraphs = [part for _ in range(_PARTS) for part in making_news.article(chosen)[1:]]
        yield making_news.set_plainly(["Notes from the region", "March 10, 2021", *paragraphs])


def of_folders(folders: Iterable[Path]) -> Iterator[str]:
    """The texts of all articles that can be read in the folders."""
    for folder in folders:
        for source in document.find([folder]).sources:
            yield from (item.text for item in document.read(source) if isinstance(item, Document))
