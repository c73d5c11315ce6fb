"""How long the coder takes for texts of hostile length and form, and whether that grows in proportion to their length.

    python benchmarks/coder/lengths.py [--size CHARACTERS] [FORM ...]

Each form is read and coded at a quarter of the size and at the whole, in a process of its own: seconds of the processor
and the peak of memory. In proportion, four times the length takes four times as long.
"""

# ruff: noqa: T201, S603

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from eventdb.coder import code, warm
from eventdb.document import Metadata
from eventdb.document.article import document, from_text
from unit.test_coder_lengths import FORMS

assert warm  # noqa: S101 what is read once is no work of a text
MOST = 6.0
"""Times longer for four times the length: more than this is no proportion, whatever the noise."""


def main() -> int:
    """Prints the table; 1 where a form grows faster than its length."""
    parser = argparse.ArgumentParser(prog="benchmarks/coder/lengths.py")
    parser.add_argument("forms", nargs="*", choices=[[], *FORMS], help="which forms; all, where none is named")
    parser.add_argument("--size", type=int, default=400_000, help="characters of the longer text (400000)")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(_taken(asked.forms[0], asked.size)))
        return 0
    print(f"{'':<34}{'characters':>12}{'read s':>9}{'code s':>9}{'MiB':>7}{'events':>8}{'times longer':>14}")
    faster = 0
    for form in asked.forms or FORMS:
        short, long = (_elsewhere(form, size) for size in (asked.size // 4, asked.size))
        grown = (long["read"] + long["code"]) / max(short["read"] + short["code"], 0.05)
        faster += grown > MOST
        print(f"{form:<34}{long['characters']:>12,}{long['read']:>9.2f}{long['code']:>9.2f}{long['peak']:>7.0f}"
              f"{long['events']:>8}{grown:>14.1f}{'  TOO MUCH' if grown > MOST else ''}")  # fmt: skip
    return 1 if faster else 0


def _elsewhere(form: str, size: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--one", "--size", str(size), form]
    found: dict[str, float] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    return found


def _taken(form: str, size: int) -> dict[str, float]:
    body = FORMS[form](size // 1000)
    began = time.process_time()
    article = document(
        from_text("Notes from the region\n\n" + body), "a.txt", Metadata(published_on=date(2021, 3, 10)), None
    )
    read = time.process_time()
    made = code(article)
    return {
        "characters": len(article.text),
        "read": read - began,
        "code": time.process_time() - read,
        "events": len(made.events),
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    sys.exit(main())
