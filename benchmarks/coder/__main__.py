"""The coder beside spaCy's whole en_core_web_sm pipeline, on the same texts in the same run. See benchmarks/README.md.

Each contender runs in a process of its own, which loads, codes two texts to warm up, and is then timed. Rounds
alternate, so that whatever else the machine does falls on all alike. Medians over the rounds are printed.
"""

# ruff: noqa: T201, S603

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import texts

HERE = Path(__file__).resolve().parent
CONTENDERS = {
    "one": "eventdb, one worker",
    "spacy": "spaCy en_core_web_sm, whole",
    "two": "eventdb, two workers",
    "apart": "two lone processes at once",
}
MIB = 1024 * 1024


def main() -> int:
    """Runs the rounds and prints the table; 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="benchmarks/coder", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="articles to be coded beside those made here")
    parser.add_argument("--made", type=int, default=60, metavar="N", help="how many articles are made (60)")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="how often each contender runs (5)")
    asked = parser.parse_args()
    bodies = [*texts.made(asked.made), *texts.of_folders(asked.folders)]
    print(f"{len(bodies)} articles, {sum(map(len, bodies)):,} characters; {asked.rounds} rounds, medians; load "
          f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")  # fmt: skip
    results: dict[str, list[dict[str, float]]] = {name: [] for name in CONTENDERS}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "texts.json")
        file.write_text(json.dumps(bodies), encoding="utf-8")
        for _ in range(asked.rounds):
            for name in CONTENDERS:
                results[name].append(_apart(file) if name == "apart" else _round(name, file))
    return _show(results, len(bodies))


def _round(name: str, file: Path) -> dict[str, float]:
    return _figures(_begun(name, file))


def _apart(file: Path) -> dict[str, float]:
    """What two processors give where nothing joins those who work: each of two processes codes all the texts."""
    both = [_figures(one) for one in [_begun("one", file), _begun("one", file)]]
    return {key: statistics.mean(one[key] for one in both) / (2 if key == "seconds" else 1) for key in both[0]}


def _begun(name: str, file: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, str(HERE / "contender.py"), name, str(file)]
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "BLIS_NUM_THREADS": "1"}
    return subprocess.Popen(command, env=os.environ | one_thread, stdout=subprocess.PIPE)


def _figures(begun: subprocess.Popen[bytes]) -> dict[str, float]:
    printed, _ = begun.communicate()
    if begun.returncode:
        raise subprocess.CalledProcessError(begun.returncode, begun.args)
    found: dict[str, float] = json.loads(printed)
    return found


def _show(results: dict[str, list[dict[str, float]]], articles: int) -> int:
    middle = {
        name: {key: statistics.median(one[key] for one in rounds) for key in rounds[0]}
        for name, rounds in results.items()
    }
    print(f"\n{'':<28}{'articles/s':>11}{'ms CPU each':>13}{'load s':>8}{'peak MiB':>10}")
    for name, label in CONTENDERS.items():
        one = middle[name]
        print(f"{label:<28}{articles / one['seconds']:>11.1f}{one['cpu'] / articles * 1000:>13.1f}{one['load']:>8.2f}"
              f"{one['peak'] / MIB:>10.0f}")  # fmt: skip
    against = _ratio(results["spacy"], results["one"])
    scaled = _ratio(results["one"], results["two"])
    peak = middle["one"]["peak"] / MIB
    targets = (
        (f"one worker over spaCy         {against:5.1f} ×", "at least 3", against >= 3),
        (f"two workers over one          {scaled:5.2f} ×", "at least 1.8", scaled >= 1.8),
        (f"peak memory of one worker     {peak:5.0f} MiB", "below 500", peak < 500),
    )
    print()
    alone = middle["one"]["cpu"] / middle["two"]["cpu"]
    for figure, target, met in targets:
        print(f"{figure:<40} {target:<14}{'met' if met else 'MISSED'}")
    apart = _ratio(results["one"], results["apart"])
    print(f"\nTwo lone processes at once, which nothing joins, give {apart:.2f} × one:"
          f" no more can be had of two processors here. Two workers and who feeds them take {1 / alone:.2f} × the"
          f" processor time of one, the lone ones {middle['apart']['cpu'] / middle['one']['cpu']:.2f} ×.")  # fmt: skip
    return 0 if all(met for _, _, met in targets) else 1


def _ratio(slow: list[dict[str, float]], fast: list[dict[str, float]]) -> float:
    """The median over the rounds of how many times faster the second was in the same round."""
    return statistics.median(a["seconds"] / b["seconds"] for a, b in zip(slow, fast, strict=True))


if __name__ == "__main__":
    sys.exit(main())
