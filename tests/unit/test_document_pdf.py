"""PDFs to documents: whole paragraphs, what the metadata may say, and each refusal by its reason."""

import re
from datetime import date
from pathlib import Path

import pypdf
import pytest

from eventdb.document import Document, find, read
from eventdb.document.paragraphs import Line, joined, without_running
from eventdb.errors import RefusedDocument
from unit.pdfs import Words, column, of_streams, pdf, stream

FIRST = """
Two rockets landed beside the northern depot before dawn on Tuesday, the governor
told reporters, and one of them set fire to a shed in which spare tyres were kept.

Nobody was hurt. The commander of the garrison said that the blast broke windows in
"""
SECOND = """
forty houses, and that the fire was put out within an hour.

A group that calls itself the Brigade of the River took responsibility in a message.
"""
PARAGRAPHS = [
    "Two rockets landed beside the northern depot before dawn on Tuesday, the governor told reporters, and one of them "
    "set fire to a shed in which spare tyres were kept.",
    "Nobody was hurt. The commander of the garrison said that the blast broke windows in forty houses, and that the "
    "fire was put out within an hour.",
    "A group that calls itself the Brigade of the River took responsibility in a message.",
]
TITLE: Words = (72, 760, 18, "Rockets land beside northern depot")


def printed(number: int, of: int) -> list[Words]:
    """What a browser prints around each page."""
    return [
        (40, 820, 8, "5/3/22, 9:14 AM"), (300, 820, 8, "Rockets land beside northern depot"),
        (40, 20, 8, "https://example.org/depot"), (540, 20, 8, f"{number}/{of}"),
    ]  # fmt: skip


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def only(path: Path) -> Document:
    (source,) = find([path]).sources
    (item,) = read(source)
    assert isinstance(item, Document), item
    return item


def refused(folder: Path, data: bytes) -> RefusedDocument:
    (source,) = find([write(folder / "a.pdf", data)]).sources
    (item,) = read(source)
    assert isinstance(item, RefusedDocument), item
    assert item.file == "a.pdf"
    assert item.hint
    return item


def test_paragraphs_are_whole_over_lines_and_pages_and_what_is_printed_around_them_is_left_out(tmp_path: Path) -> None:
    pages = [[*printed(1, 2), TITLE, *column(FIRST)], [*printed(2, 2), *column(SECOND)]]
    found = only(write(tmp_path / "a.pdf", pdf(pages)))
    assert found.text.split("\n\n") == ["Rockets land beside northern depot", *PARAGRAPHS]
    assert [block.kind for block in found.blocks] == ["title", *["paragraph"] * 3]
    assert [found.text[block.start : block.end] for block in found.blocks] == found.text.split("\n\n")
    assert (found.title, found.url) == ("Rockets land beside northern depot", "https://example.org/depot")
    assert found.language == "en"


def test_a_line_of_one_page_at_its_edge_is_no_header(tmp_path: Path) -> None:
    found = only(write(tmp_path / "a.pdf", pdf([[TITLE, *column(FIRST), (72, 40, 10, "Depot Gazette, page three")]])))
    assert found.text.endswith("Depot Gazette, page three")
    numbered = [TITLE, *column(FIRST), (290, 40, 10, "Page 1 of 1")]
    assert "Page" not in only(write(tmp_path / "b.pdf", pdf([numbered]))).text


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = "The rocket fell short of the depot and broke\nthe wall of a bakery, whose owner had just"
    right = "opened it for the day. He was not hurt, and\nneither was his son."
    found = only(write(tmp_path / "a.pdf", pdf([[*column(left, left=40), *column(right, left=320)]])))
    assert found.text == " ".join((left + "\n" + right).split("\n"))


def test_indented_paragraphs(tmp_path: Path) -> None:
    text = (
        "  The rocket fell short of the depot and broke the wall of a bakery in the village.\n"
        "  Its owner, who had just opened it for the day, was not hurt, and neither was his\nson."
    )
    found = only(write(tmp_path / "a.pdf", pdf([column(text)])))
    assert [len(part.split()) for part in found.text.split("\n\n")] == [17, 18]


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        (["the blast broke win-", "dows in the village", "of the commander's counter-", "part"], "broke windows in"),
        (["a well-known group and a well-", "known man"], "a well-known man"),
        (["the drone-", "launched bomb fell"], "the drone-launched bomb"),
        (["they met the coun\u00ad", "cil of the town"], "the council of"),
        (["in the north-", "East of the town"], "north-East"),
        (["twenty—", "no more"], "twenty—no more"),
    ],
)  # fmt: skip
def test_a_hyphen_at_the_end_of_a_line_goes_only_where_the_typesetter_put_it(lines: list[str], whole: str) -> None:
    (text,) = joined([Line(0, 72, 700 - 12 * number, 10, words) for number, words in enumerate(lines)])
    assert whole in text


def test_a_sentence_at_the_edge_of_each_page_is_no_running_header() -> None:
    words = "A rocket of the same kind fell beside the depot again."
    lines = [Line(page, 72, 800, 10, words) for page in range(4)]
    assert without_running(lines, 4) == (lines, [])


def test_metadata_counts_where_the_text_bears_it_out(tmp_path: Path) -> None:
    page = [TITLE, (72, 740, 10, "By Mina Haddad"), (72, 728, 10, "May 3"), *column(FIRST)]
    info = "/Title (Rockets land beside northern depot - Depot Gazette) /Author (Mina Haddad)"
    info += " /CreationDate (D:20220503091455Z)"
    found = only(write(tmp_path / "a.pdf", pdf([page], info)))
    assert (found.title, found.authors) == ("Rockets land beside northern depot", ("Mina Haddad",))
    assert (found.published_on, found.published_basis) == (date(2022, 5, 3), "inferred")


def test_metadata_of_the_typist_and_the_printer_does_not_count(tmp_path: Path) -> None:
    info = r"/Title (Microsoft Word - depot_v3 \(2\).docx) /Author (Tom Ferris) /CreationDate (D:20240711)"
    found = only(write(tmp_path / "a.pdf", pdf([[TITLE, *column(FIRST)]], info)))
    assert (found.title, found.authors, found.published_on) == ("Rockets land beside northern depot", (), None)
    assert "the PDF was made on 2024-07-11, which need not be the day of publication" in found.notes


def test_letters_are_letters(tmp_path: Path) -> None:
    drawn = stream(column("Two  rockets landed beside the northern depot, and \xadnobody was hurt by them."))
    assert only(write(tmp_path / "a.pdf", of_streams([drawn]))).text == (
        "Two rockets landed beside the northern depot, and nobody was hurt by them."
    )


def test_an_encrypted_pdf_is_refused(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(write(tmp_path / "b.pdf", pdf([column(FIRST)]))))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "c.pdf")
    error = refused(tmp_path, (tmp_path / "c.pdf").read_bytes())
    assert error.message == "pdf: encrypted"
    assert "qpdf --decrypt" in error.hint


IMAGE = "/XObject << /I << /Type /XObject /Subtype /Image >> >>"


@pytest.mark.parametrize(
    ("streams", "resources", "message"),
    [
        ([b"q 595 0 0 842 0 0 cm /I Do Q"], IMAGE, "pdf: no text in its page: a scan"),
        ([stream([(9, 9, 6, "Scanned by a telephone")])] * 3, IMAGE, "pdf: no text in its 3 pages: a scan"),
        ([b""], "", "pdf: no text in its page: a scan"),
    ],
)
def test_a_scan_is_refused(tmp_path: Path, streams: list[bytes], resources: str, message: str) -> None:
    error = refused(tmp_path, of_streams(streams, resources=resources))
    assert error.message == message
    assert "ocrmypdf" in error.hint


def test_damage_is_told(tmp_path: Path) -> None:
    whole = pdf([column(FIRST)])
    assert refused(tmp_path, whole[:-300]).message == "pdf: cut off: its end is missing"
    assert refused(tmp_path, b"words").message == "pdf: does not begin as a PDF does"
    assert refused(tmp_path, b"%PDF-1.7\nwords\n%%EOF\n").message.startswith("pdf: damaged: ")
    pages = re.sub(rb"/Kids \[[^]]*\]", b"/Kids 7 ", whole)
    assert refused(tmp_path, pages).message.startswith("pdf: ")
