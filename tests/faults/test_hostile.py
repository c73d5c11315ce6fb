"""Articles that are made to break what reads them: each is refused by name, costs no more than it may, and the good
ones before and after it go in.

The bombs are made here, small as they lie on disk and large as they open. Limits are set low, so that it takes seconds.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest

from eventdb.document import confined, limits
from eventdb.document.parsed import Parsed
from eventdb.errors import EventdbError, RefusedDocument
from unit.pdfs import column, of_streams, pdf

MEGABYTE = 1_000_000
MEMORY = 300
"""MB that the child may have in these tests."""

LOW = {"EVENTDB_LIMIT_MEMORY": str(MEMORY), "EVENTDB_LIMIT_CPU": "4", "EVENTDB_LIMIT_TIME": "20"}
LEDE = (
    "March 4, 2021\n\n"
    "Gunmen fired six rockets at Al Asad Air Base in Iraq on Wednesday, killing two soldiers, a spokesman said.\n"
)
PARAGRAPH = (
    "<p>Gunmen fired {} rockets at Al Asad Air Base in Iraq on Wednesday, killing {} soldiers, a spokesman said.</p>"
)
PAGE = (
    "<html><head><title>Base hit</title><meta property='article:published_time' content='2021-03-04'></head>"
    "<body><article>" + "".join(PARAGRAPH.format(number, number + 2) for number in range(3, 9))
)


def page(inside: str = "") -> bytes:
    return (PAGE + inside + "</article></body></html>").encode()


@cache
def gzipped_zeros(size: int) -> bytes:
    """A gzip file that opens to so many zeros, and is a thousandth of that."""
    packer, packed = zlib.compressobj(9, wbits=31), []
    for _ in range(size // MEGABYTE):
        packed.append(packer.compress(bytes(MEGABYTE)))
    return b"".join([*packed, packer.flush()])


def pdf_bomb() -> bytes:
    """A page whose drawing opens to 40 MB."""
    return of_streams([b"BT " + bytes(40 * MEGABYTE).replace(b"\0", b" ") + b" ET"])


def pdf_of_many_forms() -> bytes:
    """A page that draws a form that draws a form …, each ten times: 10^12 drawings."""
    forms = [
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F0 %d 0 R >> >> /Length 70 >>"
        b" stream\n%s\nendstream" % (7 + n, b"/F0 Do " * 10)
        for n in range(12)
    ]
    return of_streams([b"/F0 Do " * 10], resources="/XObject << /F0 6 0 R >>", more=forms)


def laughs(declared: str) -> str:
    """A billion laughs: each entity is ten of the one before."""
    entities = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    return f'<!DOCTYPE {declared} [<!ENTITY l0 "lol">{entities}]>'


def anchors() -> str:
    """The same in front matter: each list is nine of the one before."""
    lists = (f"{after}: &{after} [{f'*{before},' * 9}]\n" for before, after in pairwise("abcdefghi"))
    return "---\na: &a [x, x]\n" + "".join(lists) + "---\n"


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "gzip.txt.gz": (lambda: gzipped_zeros(100 * MEGABYTE), "too large: more than 5 MB"),
    "gzip.html.gz": (lambda: gzipped_zeros(100 * MEGABYTE), "too large: more than 5 MB"),
    "gzip.pdf.gz": (lambda: gzipped_zeros(100 * MEGABYTE), "gzip: opens to more than 50 times its size"),
    "lines.jsonl.gz": (lambda: gzip.compress(b"\n" * 20 * MEGABYTE), "gzip: opens to more than 50 times its size"),
    "line.jsonl.gz": (lambda: gzipped_zeros(100 * MEGABYTE), "gzip: opens to more than 50 times its size"),
    "zip.zip": (lambda: b"PK\x03\x04" + bytes(99), "an archive, which is not opened"),
    "zip.txt": (lambda: b"PK\x03\x04" + bytes(99), "binary: zip"),
    "bomb.pdf": (pdf_bomb, "pdf: opens to more than 20 MB"),
    "forms.pdf": (pdf_of_many_forms, "pdf: "),
    "cut.pdf": (lambda: pdf([column(LEDE)])[:-200], "pdf: cut off"),
    "deep.html": (lambda: page("<div>" * 200_000 + "words"), "html: tags nested more than 255 deep"),
    "attributes.html": (
        lambda: page("<p " + " ".join(f"a{n}=x" for n in range(300_000)) + ">"),
        "html: parsing takes more than 4 s of computing",
    ),
    "wide.html": (lambda: page("<b>a</b>" * 500_000), "html: parsing takes more than 300 MB of memory"),
    "menu.html": (
        lambda: b"<html><body><p>Short words of a page.</p><footer>" + b"<a href=x>Go on</a> " * 5_000,
        "html: no article found in the page: 22 characters of the 25,022 of its text",
    ),
    "null.txt": (lambda: LEDE.encode() + b"\0", "binary: NUL"),
    "null.html": (lambda: page("\0"), "binary: NUL"),
    "escapes.txt": (lambda: b"\x1b[2J\x1b[31m words \x07", "binary: "),
    "deep.jsonl": (lambda: b'{"text": ' + b"[" * MEGABYTE, "too many values"),
    "values.jsonl": (lambda: b'{"text": "a", "b": [' + b"{}," * 6 * MEGABYTE + b"{}]}", "too many values"),
    "anchors.md": (lambda: anchors().encode(), "empty: no text below the front matter"),
}  # fmt: skip
"""Name → what is in it, and how its refusal begins."""

HARMLESS: dict[str, Callable[[], bytes]] = {
    "laughs.html": lambda: laughs("html").encode() + page("<p>&l9;</p>"),
    "laughs.xhtml.html": lambda: b'<?xml version="1.0"?>' + laughs("html").encode() + page("<p>&l9;</p>"),
    "outside.html": lambda: b'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + page("<p>&x; said so.</p>"),
}
"""What looks like a bomb and is read as any page."""


@pytest.fixture
def low(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in LOW.items():
        monkeypatch.setenv(name, value)
    yield
    confined._parser(os.getpid(), limits.current()).close()


@pytest.fixture
def parser() -> Iterator[confined.Parser]:
    found = confined.Parser(limits.Limits(MEMORY * MEGABYTE, cpu=4, time=20, file=MEGABYTE, text=5 * MEGABYTE))
    yield found
    found.close()


def run(folder: Path, *args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from eventdb.cli.main import main; main()", *args],
        cwd=folder, env=os.environ | LOW | environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


# All at once ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bombs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of them, between two good articles."""
    folder = tmp_path_factory.mktemp("bombs")
    for name, (make, _) in BOMBS.items():
        (folder / name).write_bytes(make())
    for name, make_harmless in HARMLESS.items():
        (folder / name).write_bytes(make_harmless())
    os.mkfifo(folder / "pipe.txt")
    (folder / "device.txt").symlink_to("/dev/zero")
    (folder / "0.txt").write_text(LEDE)
    (folder / "z.html").write_bytes(page())
    (folder / "z.pdf").write_bytes(pdf([column(LEDE)]))
    return folder


REFUSED = {name: begin for name, (_, begin) in BOMBS.items()} | {
    "pipe.txt": "unreadable: a named pipe",
    "device.txt": "a link out of the folder",
}


MEASURED = """
import os, re, resource
from pathlib import Path
from eventdb.cli.main import main
from eventdb.document import confined, limits
try:
    main()
finally:
    confined._parser(os.getpid(), limits.current()).close()
    own = re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]
    os.write(2, f"peaks {own} {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}\\n".encode())
"""
"""Prints the most kilobytes that the command and its children had in memory."""


def test_each_bomb_is_refused_by_name_and_the_rest_is_ingested(bombs: Path, database_url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, "ingest", str(bombs)], cwd=bombs.parent, capture_output=True, text=True,
        env=os.environ | LOW | {"EVENTDB_URL": database_url}, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    told = dict(re.findall(r"^refused +(\S+?): (.+)$", done.stderr, re.MULTILINE))
    assert {name.partition(":")[0] for name in told} == set(REFUSED)
    for name, why in told.items():
        assert why.startswith(REFUSED[name.partition(":")[0]]), (name, why)
    with psycopg.connect(database_url) as connection:
        stored = connection.execute("SELECT file_name, outcome FROM ingest_items WHERE outcome <> 'refused'").fetchall()
        refusals = connection.execute("SELECT count(*) FROM ingest_items WHERE outcome = 'refused'").fetchone()
    assert {file for file, _ in stored} == {"0.txt", "z.html", "z.pdf", *HARMLESS}
    assert refusals == (len(told),)
    own, child = map(int, re.findall(r"^peaks (\d+) (\d+)$", done.stderr, re.MULTILINE)[0])
    assert child * 1024 < MEMORY * MEGABYTE
    assert own * 1024 < 500 * MEGABYTE


def test_a_page_reads_no_file_of_this_machine(bombs: Path) -> None:
    done = run(bombs, "code", "outside.html", "--format", "json")
    assert done.returncode == 0
    assert "root:" not in done.stdout


def test_code_says_what_to_do_about_each(bombs: Path) -> None:
    done = run(bombs, "code", "deep.html", "bomb.pdf", "z.pdf", "--published", "2021-03-04")
    assert done.returncode == 1
    assert len(re.findall(r"^refused: .*\. (?:Save|Give|Fetch)", done.stderr, re.MULTILINE)) == 2
    assert [json.loads(line)["document"]["file"] for line in done.stdout.splitlines()] == ["z.pdf"]


# The child ------------------------------------------------------------------------------------------------------------


def child_of(parser: confined.Parser) -> subprocess.Popen[bytes]:
    assert parser._child
    return parser._child


def test_one_child_parses_many_and_a_new_one_after_its_death(parser: confined.Parser) -> None:
    assert isinstance(parser.parse("html", page()), Parsed)
    first = child_of(parser)
    for number in range(5):
        parser.parse("html", page(PARAGRAPH.format(number, "no")))
        parser.parse("pdf", pdf([column(LEDE)]))
    assert child_of(parser) is first
    with pytest.raises(RefusedDocument, match="more than 4 s of computing"):
        parser.parse("html", BOMBS["attributes.html"][0]())
    assert isinstance(parser.parse("html", page()), Parsed)
    assert child_of(parser) is not first
    first.wait(0)  # it is gone, and nobody's zombie


def test_what_a_good_child_refuses_costs_no_child(parser: confined.Parser) -> None:
    parser.parse("html", page())
    first = child_of(parser)
    with pytest.raises(RefusedDocument, match="nested"):
        parser.parse("html", BOMBS["deep.html"][0]())
    assert child_of(parser) is first


def test_memory_is_told_from_a_mistake_and_from_a_kill(parser: confined.Parser) -> None:
    with pytest.raises(RefusedDocument, match="more than 300 MB of memory") as caught:
        parser.parse("html", BOMBS["wide.html"][0]())
    assert "EVENTDB_LIMIT_MEMORY above 300" in caught.value.hint
    with pytest.raises(RefusedDocument, match="the parser failed: KeyError: 'odt'") as caught:
        parser.parse("odt", b"words")
    assert "report it" in caught.value.hint


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_child_that_dies_between_two_articles_costs_neither(parser: confined.Parser, number: signal.Signals) -> None:
    parser.parse("html", page())
    os.kill(child_of(parser).pid, number)
    child_of(parser).wait(10)
    assert isinstance(parser.parse("html", page()), Parsed)


def when_busy(parser: confined.Parser, number: signal.Signals, times: int) -> threading.Thread:
    """Sends the signal to so many children, each while it parses."""

    def strike() -> None:
        struck: set[int] = set()
        for _ in range(600):
            child = parser._child
            if child and child.pid not in struck and parser._lock.locked() and computing(child.pid):
                os.kill(child.pid, number)
                struck.add(child.pid)
            if len(struck) == times:
                return
            time.sleep(0.02)

    thread = threading.Thread(target=strike)
    thread.start()
    return thread


def computing(pid: int) -> bool:
    """Whether the child has been asked: it has set its limit of computing by then."""
    try:
        limit = re.search(r"^Max cpu time +(\S+)", Path(f"/proc/{pid}/limits").read_text(), re.MULTILINE)
    except OSError:
        return False
    return bool(limit and limit[1] != "unlimited")


linux = pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="looks into /proc")


@linux
def test_an_article_whose_child_was_killed_once_is_parsed_by_another(parser: confined.Parser) -> None:
    long = page("".join(PARAGRAPH.format(number, number * 7) for number in range(2000)))
    thread = when_busy(parser, signal.SIGKILL, 1)
    assert isinstance(parser.parse("html", long), Parsed)
    thread.join()


@linux
def test_an_article_whose_children_are_all_killed_is_refused_as_such(parser: confined.Parser) -> None:
    thread = when_busy(parser, signal.SIGKILL, 2)
    with pytest.raises(RefusedDocument, match="killed from outside"):
        parser.parse("html", BOMBS["attributes.html"][0]())
    thread.join()


@linux
def test_a_crash_is_told_as_ours(parser: confined.Parser) -> None:
    thread = when_busy(parser, signal.SIGSEGV, 1)
    with pytest.raises(RefusedDocument, match=r"the parser failed: it crashed \(SIGSEGV\)"):
        parser.parse("html", BOMBS["attributes.html"][0]())
    thread.join()


def test_the_clock_ends_what_does_not_even_compute(parser: confined.Parser) -> None:
    parser._limits = limits.Limits(MEMORY * MEGABYTE, cpu=4, time=1, file=MEGABYTE, text=5 * MEGABYTE)
    parser.parse("html", page())
    os.kill(child_of(parser).pid, signal.SIGSTOP)
    with pytest.raises(RefusedDocument, match="more than 1 s, the limit"):
        parser.parse("html", page())


def test_the_child_holds_no_secret_and_no_file_of_the_parent(
    parser: confined.Parser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("EVENTDB_URL", "postgresql://me:secret@host/x")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "json.py").write_text("raise SystemExit('imported from the folder of the articles')")
    with (tmp_path / "open").open("w"):
        parser.parse("html", page())
        inside = Path(f"/proc/{child_of(parser).pid}")
        if not inside.exists():
            pytest.skip("looks into /proc")
        assert b"secret" not in (inside / "environ").read_bytes()
        assert str(tmp_path / "open") not in {str(one.readlink()) for one in (inside / "fd").iterdir()}


def test_without_a_child_nothing_is_said_of_the_article(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EventdbError, match="does not start") as caught:
        confined.Parser(limits.Limits(20 * MEGABYTE, 1, 5, 1, 1)).parse("html", page())
    assert not isinstance(caught.value, RefusedDocument)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(EventdbError, match="cannot start a process"):
        confined.Parser(limits.current()).parse("html", page())


def test_ctrl_c_ends_the_child_too(parser: confined.Parser) -> None:
    parser.parse("html", page())
    child = child_of(parser)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        with pytest.raises(KeyboardInterrupt):
            parser.parse("html", BOMBS["attributes.html"][0]())
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    child.wait(10)
    assert isinstance(parser.parse("html", page()), Parsed)


def test_the_documents_give_each_limit_and_its_default() -> None:
    text = (Path(__file__).parents[2] / "docs/security.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `EVENTDB_LIMIT_(\w+)` \| (\d+) \|", text, re.MULTILINE)
    assert {name.lower(): int(default) for name, default in rows} == limits.DEFAULTS


@pytest.mark.parametrize("value", ["lots", "-1", "1e9", "0", "12", "9" * 99, "٣٠٠"])
def test_a_limit_that_is_no_number(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("EVENTDB_LIMIT_MEMORY", value)
    with pytest.raises(EventdbError, match="is not a whole number of megabytes from 256") as caught:
        limits.current()
    assert caught.value.hint.startswith("unset EVENTDB_LIMIT_MEMORY")


def test_a_mistaken_limit_stops_before_anything_is_read(tmp_path: Path, database_url: str) -> None:
    (tmp_path / "a.txt").write_text(LEDE)
    done = run(tmp_path, "ingest", "a.txt", EVENTDB_LIMIT_CPU="long", EVENTDB_URL=database_url)
    assert done.returncode == 2
    assert "EVENTDB_LIMIT_CPU: 'long' is not a whole number of seconds from 1" in done.stderr
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM ingest_runs").fetchone() == (0,)
