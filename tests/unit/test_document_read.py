"""Files to documents: formats, encodings, metadata, and each refusal by its reason."""

import errno
import gzip
import io
import json
import os
import sys
from datetime import date
from pathlib import Path

import pytest

from eventdb.document import Document, Metadata, find, read
from eventdb.document.decode import LIMIT
from eventdb.document.sources import KNOWN
from eventdb.errors import EventdbError, RefusedDocument

TEXT = (
    "Rockets land beside northern depot\n\n"
    "Two rockets landed beside the northern depot before dawn, the governor’s office told reporters.\n"
)


def only(path: Path | str, **given: object) -> Document:
    (source,) = find([path], Metadata(**given)).sources  # type: ignore[arg-type]
    (item,) = read(source)
    assert isinstance(item, Document), item
    return item


def refused(path: Path | str) -> RefusedDocument:
    (source,) = find([path]).sources
    (item,) = read(source)
    assert isinstance(item, RefusedDocument), item
    return item


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def row(**keys: object) -> str:
    return json.dumps({"text": TEXT, **keys}) + "\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_is_the_same_in_each_encoding_with_its_line_ends_untouched(tmp_path: Path, encoding: str) -> None:
    text = TEXT.replace("\n", "\r\n")
    found = only(write(tmp_path / "a.txt", text.encode(encoding)))
    assert found.text == text
    assert found.sha256 == only(write(tmp_path / "b.txt", text)).sha256
    assert found.address == (tmp_path / "a.txt").as_uri()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty: 0 bytes"),
        (b" \n\xc2\xa0\n", "empty: no word"),
        (b"\xef\xbb\xbf", "empty: no word"),
        (b"%PDF\x00\x01", "binary: NUL at character 4"),
        (b"\x89PNG\x00\xff", "binary: NUL at byte 4"),
        (b"\x1b\x01\x02 words", "binary: 3 control characters"),
        (b"caf\xe9 burnt", "encoding: not UTF-8, byte 0xE9 at offset 3"),
        (b"\xef\xbb\xbfcaf\xe9 burnt", "encoding: not UTF-8, byte 0xE9 at offset 6"),
        ("words".encode("utf-16")[:-1], "encoding: not UTF-16, byte 0x73 at offset 10"),
        ("words".encode("utf-32"), "encoding: UTF-32"),
        (b"word " * (LIMIT // 5 + 1), "too large: more than 5 MB"),
        (b"---\ntitle: Depot\n---\n\n", "empty: no text below the front matter"),
    ],
)
def test_refusals(tmp_path: Path, content: bytes, reason: str) -> None:
    error = refused(write(tmp_path / "a.txt", content))
    assert error.message.startswith(reason)
    assert error.file == "a.txt"


def test_an_article_at_the_limit_is_read(tmp_path: Path) -> None:
    assert len(only(write(tmp_path / "a.txt", b"x" * LIMIT)).text) == LIMIT


def test_an_unknown_extension_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    error = refused(write(tmp_path / "a.rtf", TEXT))
    assert "'.rtf'" in error.message
    assert ".txt, .md, .html, .htm, .pdf, .jsonl, or one of these with .gz" in error.hint
    assert refused(write(tmp_path / "README", TEXT)).message == "no extension"


def test_a_named_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert refused(tmp_path / "a.txt").message == "unreadable: a named pipe, not a file"


def test_a_device_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to("/dev/zero")
    assert refused(tmp_path / "a.txt").message == "unreadable: a device, not a file"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", TEXT).chmod(0)
    assert refused(tmp_path / "a.txt").message == "unreadable: permission denied"


def test_a_file_that_is_gone_by_now_is_refused(tmp_path: Path) -> None:
    (source,) = find([write(tmp_path / "a.txt", TEXT)]).sources
    (tmp_path / "a.txt").unlink()
    (error,) = read(source)
    assert isinstance(error, RefusedDocument)
    assert error.message == "unreadable: no such file or directory"


def test_a_link_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "gone.txt")
    assert refused(tmp_path / "a.txt").message.startswith("unreadable")


def test_markdown(tmp_path: Path) -> None:
    found = only(write(tmp_path / "a.md", f"---\ndate: 2022-05-03\n---\n# Depot *burns*\n\n{TEXT}"))
    assert (found.title, found.published_on) == ("Depot burns", date(2022, 5, 3))


PAGE = (
    '<!DOCTYPE html><html lang="en-GB"><head>{head}<title>Rockets land beside depot</title>'
    '<meta property="og:site_name" content="Depot Gazette"><meta name="author" content="Mina Haddad">'
    '<meta property="article:published_time" content="2022-05-03T23:10:00-04:00">'
    '<link rel="canonical" href="https://example.org/depot"></head><body>'
    '<nav><a href="/">Home</a> <a href="/w">World</a></nav>'
    "<article><h1>Rockets land beside depot</h1>"
    + "".join(
        f"<p>Rocket number {i} landed beside the northern depot café before dawn, the governor’s office told reporters "
        "in the capital, and nobody was hurt when it came down.</p>"
        for i in range(1, 6)
    )
    + "</article><footer>© 2021 Depot Media</footer></body></html>"
)


def test_a_page(tmp_path: Path) -> None:
    found = only(write(tmp_path / "a.html", PAGE.format(head="")))
    assert (found.title, found.publisher, found.authors) == (
        "Rockets land beside depot", "Depot Gazette", ("Mina Haddad",),
    )  # fmt: skip
    assert (found.published_on, found.published_basis) == (date(2022, 5, 3), "stated")
    assert found.url == found.address == "https://example.org/depot"
    assert found.language == "en"
    assert "Home" not in found.text
    assert [block.kind for block in found.blocks] == ["title", *["paragraph"] * 5]


def test_a_page_in_the_encoding_that_it_declares(tmp_path: Path) -> None:
    page = PAGE.format(head='<meta charset="windows-1252">').encode("windows-1252")
    assert "café" in only(write(tmp_path / "a.html", page)).text
    error = refused(write(tmp_path / "b.html", PAGE.format(head="").encode("windows-1252")))
    assert error.message.startswith("encoding: not UTF-8")
    error = refused(write(tmp_path / "c.html", PAGE.format(head="<meta charset=klingon>").encode("windows-1252")))
    assert "'klingon'" in error.message


def test_a_page_without_a_day_has_none(tmp_path: Path) -> None:
    page = PAGE.format(head="").replace("2022-05-03T23:10:00-04:00", "")
    found = only(write(tmp_path / "a.html", page))
    assert (found.published_on, found.published_basis) == (None, "unknown")


@pytest.mark.parametrize("page", ["<html><body><script>go()</script></body></html>", "<p></p> a"])
def test_a_page_without_an_article_is_refused(tmp_path: Path, page: str) -> None:
    assert refused(write(tmp_path / "a.html", page)).message.startswith("html: ")


def test_json_lines(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl",
        "\n"
        + row(id=7, title="Depot burns", authors=["Mina Haddad"], publisher="Depot Gazette", published_on="2022-05-03")
        + row(file="x.txt", url="https://example.org/x", authors="Mina Haddad; Tom Ferris", unknown=1)
        + row(),
    )
    (source,) = find([path]).sources
    first, second, third = read(source)
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert isinstance(third, Document)
    assert (first.file, first.title, first.authors) == ("a.jsonl:2", "Depot burns", ("Mina Haddad",))
    assert (first.published_on, first.published_basis) == (date(2022, 5, 3), "given")
    assert first.address == path.as_uri() + "#7"
    assert (second.file, second.authors, second.address) == (
        "x.txt", ("Mina Haddad", "Tom Ferris"), "https://example.org/x",
    )  # fmt: skip
    assert (third.file, third.address, third.text) == ("a.jsonl:4", None, TEXT)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "not an object"),
        ("{}", "text: missing"),
        ('{"text": 3}', "text: not a string"),
        ('{"text": ""}', "text: missing"),
        ('{"text": " "}', "empty"),
        ('{"text": "a\\u0000b"}', "binary"),
        ('{"text": "a\\ud800b"}', "encoding: half a surrogate pair at character 1"),
        ('{"text": "a", "title": "\\udfff"}', "title: half a surrogate pair"),
        ('{"text": "a", "url": "somewhere"}', "url: 'somewhere'"),
        ('{"text": "a", "published_on": "3 May"}', "published_on: '3 May'"),
        ('{"text": "a", "authors": [1]}', "authors: neither"),
        (b'{"text": "\xff"}', "encoding: not UTF-8, byte 0xFF at offset 10"),
        (json.dumps({"text": "x" * (LIMIT + 1)}), "too large"),
        (json.dumps({"text": "x" * (5 * LIMIT)}), "too large"),
    ],
)
def test_a_mistaken_line_is_refused_by_its_number_and_the_rest_is_read(
    tmp_path: Path, line: str | bytes, reason: str
) -> None:
    data = line.encode() if isinstance(line, str) else line
    path = write(tmp_path / "a.jsonl", row().encode() + data + b"\n" + row().encode())
    (source,) = find([path]).sources
    before, error, after = read(source)
    assert isinstance(before, Document)
    assert isinstance(error, RefusedDocument)
    assert isinstance(after, Document)
    assert error.file == "a.jsonl:2"
    assert error.message.startswith(reason)
    assert after.file == "a.jsonl:3"


def test_json_lines_without_a_line_are_refused(tmp_path: Path) -> None:
    assert refused(write(tmp_path / "a.jsonl", "\n\n")).message.startswith("empty")


@pytest.mark.parametrize(
    ("data", "files"),
    [
        (TEXT.encode(), ["stdin"]),
        (PAGE.format(head="").encode(), ["stdin"]),
        ((row() + row(file="x.txt")).encode(), ["stdin:1", "x.txt"]),
    ],
)
def test_standard_input(monkeypatch: pytest.MonkeyPatch, data: bytes, files: list[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    (source,) = find(["-", "-"]).sources
    items = list(read(source))
    assert [item.file for item in items] == files
    assert all(isinstance(item, Document) and "northern depot" in item.text for item in items)
    if files == ["stdin"] and b"<html" not in data:
        assert items[0].address is None  # type: ignore[union-attr]


def test_a_folder_is_read_by_name_with_all_below_it(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("b.txt", "a.TXT", "sub/c.md", ".hidden.txt", ".git/d.txt", "notes.rtf", "manifest.csv"):
        write(tmp_path / name, "file\n" if name == "manifest.csv" else TEXT)
    found = find([tmp_path])
    assert [source.file for source in found.sources] == ["a.TXT", "b.txt", "sub/c.md"]
    assert found.warnings == ()
    assert [source.file for source in find([tmp_path / "b.txt", tmp_path]).sources] == ["b.txt", "a.TXT", "sub/c.md"]


def test_links_that_lead_out_of_the_folder_are_refused_and_not_followed(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    elsewhere.mkdir()
    write(elsewhere / "out.txt", TEXT)
    write(folder / "a.txt", TEXT)
    (folder / "b.txt").symlink_to(elsewhere / "out.txt")
    (folder / "c.txt").symlink_to(folder / "a.txt")
    (folder / "d.txt").symlink_to("../out/out.txt")
    (folder / "loop").symlink_to(folder)
    (folder / "sub").symlink_to(elsewhere)
    found = find([folder])
    items = {source.file: next(iter(read(source))) for source in found.sources}
    assert isinstance(items.pop("a.txt"), Document)
    assert {name: str(item) for name, item in items.items()} == dict.fromkeys(
        ("b.txt", "d.txt", "sub"), "a link out of the folder, not followed"
    )
    # What is named by itself is meant.
    assert only(folder / "b.txt").text == TEXT


def test_a_file_that_becomes_a_link_after_it_was_found_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    write(tmp_path / "secret.txt", TEXT)
    (source,) = find([write(folder / "a.txt", TEXT).parent]).sources
    (folder / "a.txt").unlink()
    (folder / "a.txt").symlink_to(tmp_path / "secret.txt")
    (error,) = read(source)
    assert str(error) == "a link out of the folder, not followed"


def test_a_folder_without_permission_is_refused_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in/sub").mkdir(parents=True)
    write(tmp_path / "in/a.txt", TEXT)
    scandir, closed = os.scandir, {str(tmp_path / "in/sub")}

    def refusing(path: str) -> object:
        if str(path) in closed:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)  # root may enter any
    first, second = (next(iter(read(source))) for source in find([tmp_path / "in"]).sources)
    assert isinstance(first, Document)
    assert (second.file, str(second)) == ("sub", "unreadable: permission denied")
    closed.add(str(tmp_path / "in"))
    assert refused(tmp_path / "in").file == str(tmp_path / "in")


def test_an_archive_is_refused_wherever_it_lies(tmp_path: Path) -> None:
    for name in ("b.zip", "c.tar.gz", "d.tgz"):
        write(tmp_path / name, b"PK\x03\x04")
    write(tmp_path / "a.txt", TEXT)
    first, *others = (next(iter(read(source))) for source in find([tmp_path]).sources)
    assert isinstance(first, Document)
    assert [(item.file, str(item)) for item in others] == [
        (name, "an archive, which is not opened") for name in ("b.zip", "c.tar.gz", "d.tgz")
    ]
    assert refused(tmp_path / "b.zip").message == "an archive, which is not opened"


@pytest.mark.parametrize(
    ("content", "what"),
    [(gzip.compress(b"words", mtime=0), "gzip"), (b"PK\x03\x04\x00", "zip"), (b"%PDF-1.7\n", "PDF")],
)
def test_what_is_no_text_is_told_by_how_it_begins(tmp_path: Path, content: bytes, what: str) -> None:
    for name in ("a.txt", "a.html"):
        assert refused(write(tmp_path / name, content)).message == f"binary: {what}, whatever its name says"


def test_compressed_files_are_read_by_the_name_that_is_left_without_gz(tmp_path: Path) -> None:
    assert only(write(tmp_path / "a.txt.gz", gzip.compress(TEXT.encode(), mtime=0))).text == TEXT
    page = gzip.compress(PAGE.format(head="").encode())
    assert only(write(tmp_path / "b.HTML.GZ", page)).publisher == "Depot Gazette"
    write(tmp_path / "c.jsonl.gz", gzip.compress((row() + row(file="x.txt")).encode()))
    (source,) = find([tmp_path / "c.jsonl.gz"]).sources
    assert [item.file for item in read(source)] == ["c.jsonl.gz:1", "x.txt"]
    assert [source.file for source in find([tmp_path]).sources] == ["a.txt.gz", "b.HTML.GZ", "c.jsonl.gz"]


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(TEXT.encode(), mtime=0)[:-9],
        gzip.compress(TEXT.encode(), mtime=0)[:6],
        TEXT.encode(),
        b"\x1f\x8b\x08" + b"\xff" * 99,
    ],
)
def test_a_damaged_gzip_is_refused(tmp_path: Path, content: bytes) -> None:
    assert refused(write(tmp_path / "a.txt.gz", content)).message.startswith("gzip: damaged: ")


def test_a_file_that_grows_while_it_is_read_is_refused_as_half_of_something(tmp_path: Path) -> None:
    (source,) = find([write(tmp_path / "a.txt", TEXT)]).sources
    with pytest.raises(RefusedDocument, match="unsteady"), source.open() as stream:
        stream.read()
        with (tmp_path / "a.txt").open("a") as growing:
            growing.write("More.")
    # JSON lines end where the file ended when it was opened, though lines come as fast as they are read.
    path = write(tmp_path / "b.jsonl", row())
    (source,) = find([path]).sources
    items = []
    for item in read(source):
        items.append(item)
        with path.open("a") as growing:
            growing.write(row())
        assert len(items) < 5
    assert [type(item) for item in items] == [Document, RefusedDocument]
    assert "unsteady" in str(items[1])


def test_a_manifest_says_what_the_text_does_not_and_the_caller_wins(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    write(tmp_path / "a.txt", TEXT)
    write(tmp_path / "sub/b.txt", TEXT)
    write(
        tmp_path / "manifest.csv",
        "\ufefffile,publisher,authors,url,published_on,basis\n"
        'a.txt,Depot Gazette,"Mina Haddad; Tom Ferris",stated in the text,2022-05-03,seen\n'
        "sub/b.txt,Other Gazette,,https://example.org/b,\n"
        "gone.txt,,,,\n",
    )
    found = find([tmp_path], Metadata(publisher="Third Gazette"))
    assert [source.metadata for source in found.sources] == [
        Metadata("Third Gazette", None, ("Mina Haddad", "Tom Ferris"), None, date(2022, 5, 3)),
        Metadata("Third Gazette", None, (), "https://example.org/b", None),
    ]
    (warning,) = found.warnings
    assert "'gone.txt'" in warning
    # One file of the folder, named by itself beside the manifest as `folder/*` names it, is known as well.
    (alone,) = find([tmp_path / "a.txt", tmp_path / "manifest.csv"]).sources
    assert alone.metadata.publisher == "Depot Gazette"


def test_a_manifest_fetches_nothing_from_outside_its_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    write(tmp_path / "secret.txt", TEXT)
    write(tmp_path / "in/a.txt", TEXT)
    rows = (
        "sub/../a.txt,One",
        "../secret.txt,Two",
        "sub/../../secret.txt,Two",
        "/etc/hostname,Three",
        f"{'x' * 300},Four",
    )
    write(tmp_path / "in/manifest.csv", "\n".join(["file,publisher", *rows]) + "\n")
    found = find([tmp_path / "in"])
    article, *others = found.sources
    assert (article.file, article.metadata.publisher) == ("a.txt", "One")
    assert [(source.file, str(next(iter(read(source))))) for source in others] == [
        (name, "outside the folder of manifest.csv, which names it") for name in ("../secret.txt", "/etc/hostname")
    ]
    assert len(found.warnings) == 1  # the name that no file can have


def test_a_manifest_without_end_is_read_no_further_than_a_manifest_goes(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", TEXT)
    with pytest.raises(EventdbError, match="too large"):
        find([tmp_path / "a.txt"], manifest_path=Path("/dev/zero"))


def test_a_manifest_from_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    write(tmp_path / "in/a.txt", TEXT)
    path = write(tmp_path / "known.csv", "file,publisher\na.txt,Depot Gazette\nb.txt,Other\n")
    found = find([tmp_path / "in"], manifest_path=path)
    assert found.sources[0].metadata.publisher == "Depot Gazette"
    assert "'b.txt'" in found.warnings[0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("file,published_on\na.txt,2022-13-01\n", "manifest.csv:2: published_on: '2022-13-01' is not a day"),
        ("name\na.txt\n", "no column 'file'"),
        ("file\na.txt\na.txt\n", "manifest.csv:3: file: 'a.txt' stands twice"),
        ("file,title\n,x\n", "manifest.csv:2: file: empty"),
        (b"file\ncaf\xe9.txt\n", "not UTF-8, byte 0xE9 at offset 8"),
        ('file\n"a.txt\n' + "x" * 200_000, "not CSV"),
    ],
)
def test_a_mistake_in_a_manifest_stops_before_anything_is_read(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    write(tmp_path / "a.txt", TEXT)
    write(tmp_path / "manifest.csv", content)
    with pytest.raises(EventdbError) as caught:
        find([tmp_path])
    assert message in caught.value.message


def test_a_missing_path_and_an_empty_folder_are_the_callers_mistake(tmp_path: Path) -> None:
    with pytest.raises(EventdbError, match="no such file or folder"):
        find([tmp_path / "gone.txt"])
    with pytest.raises(EventdbError, match="nothing to read"):
        find([tmp_path])
    with pytest.raises(EventdbError, match="no path: nothing to read"):
        find([])
    write(tmp_path / "a.txt", TEXT)
    (tmp_path / "empty").mkdir()
    (warning,) = find([tmp_path / "a.txt", tmp_path / "empty"]).warnings
    assert warning == f"{tmp_path / 'empty'}: no file in it that ends in {KNOWN}"
