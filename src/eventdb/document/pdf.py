"""A PDF → the article in it, by pypdf. Runs in the child: see `parser`.

A PDF says where each letter stands and not what a paragraph is: `paragraphs` finds those. What it says of itself is
often the typist's name, the file's or the day of printing; so it is believed only where the text bears it out.
"""

import io
import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pypdf
from pypdf.errors import LimitReachedError

from eventdb.document import dates, paragraphs, people
from eventdb.document.header import Facts, Published
from eventdb.document.limits import MEGABYTE, Limits
from eventdb.document.paragraphs import Line
from eventdb.document.parsed import Parsed
from eventdb.errors import RefusedDocument

_END_WITHIN = 4096
_OCR = "Recognise its text first: ocrmypdf IN.pdf OUT.pdf, then give OUT.pdf; or save the text as .txt."
_FEW_LETTERS = 50
"""Letters a page below which a PDF with pictures is taken for a scan with no more than a stamp on it."""
_UNREADABLE = 1 / 50
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\x00": "\ufffd"}
)
_CREATED = re.compile(r"D:(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})")
_SITE = re.compile(r"(?:\s+[-–—|·]\s+[^-–—|·]{2,40})+$")


def extract(data: bytes, limits: Limits) -> Parsed:
    """The text of a PDF, a paragraph a line, and what of its metadata can be believed.

    Raises RefusedDocument where it is damaged, encrypted, a scan, or opens to more than an article.
    """
    if b"%%EOF" not in data[-_END_WITHIN:]:
        raise RefusedDocument("pdf: cut off: its end is missing", "Fetch it again, whole.")
    try:
        with _limited(4 * limits.text):
            lines, count, pictures, said = _opened(data, limits)
    except (RefusedDocument, MemoryError):
        raise
    except LimitReachedError as error:
        raise RefusedDocument(
            f"pdf: opens to more than {4 * limits.text // MEGABYTE} MB, far more than an article",
            "Save its text as .txt; or, if you trust it, set EVENTDB_LIMIT_TEXT higher.",
        ) from error
    except Exception as error:  # on a damaged file pypdf raises nearly anything
        raise RefusedDocument(f"pdf: damaged: {_reason(error)}", "Fetch it again, or save its text as .txt.") from error
    letters = sum(char.isalnum() for line in lines for char in line.words)
    if not letters or (pictures and letters < _FEW_LETTERS * count):
        raise RefusedDocument(f"pdf: no text in {'its page' if count == 1 else f'its {count} pages'}: a scan", _OCR)
    kept, addresses = paragraphs.without_running(lines, count)
    text = "\n\n".join(paragraphs.joined(kept or lines))
    strange = sum(char == "\ufffd" or "\ue000" <= char <= "\uf8ff" for char in text)
    if strange > len(text) * _UNREADABLE:
        raise RefusedDocument("pdf: its fonts do not say which letters they draw", _OCR)
    facts, notes = _facts(said, text)
    url = addresses[0] if len(addresses) == 1 and "…" not in addresses[0] and "..." not in addresses[0] else None
    return Parsed(text, facts.over(Facts(url=url)), notes)


def _opened(data: bytes, limits: Limits) -> tuple[list[Line], int, bool, dict[str, Any]]:
    """The lines of a PDF, the number of its pages, whether there are pictures on them, and its metadata."""
    reader = pypdf.PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        raise RefusedDocument("pdf: encrypted", "Remove that first: qpdf --decrypt IN.pdf OUT.pdf, then give OUT.pdf.")
    lines = _lines(reader, limits)
    said = {str(key): value for key, value in (reader.metadata or {}).items()}
    return lines, len(reader.pages), _has_pictures(reader), said


def _limited(most: int) -> AbstractContextManager[object]:
    """In it, pypdf opens no stream to more than `most` bytes, and starts no program."""
    return pypdf.apply_configuration(
        zlib_maximum_output_length=most,
        lzw_maximum_output_length=most,
        run_length_maximum_output_length=most,
        jbig2_maximum_output_length=most,
        brotli_maximum_output_length=most,
        array_based_stream_maximum_output_length=most,
        jbig2dec_binary=None,
    )


# Its lines ------------------------------------------------------------------------------------------------------------


def _lines(reader: pypdf.PdfReader, limits: Limits) -> list[Line]:
    """The lines of all pages in the order in which they are drawn, which follows columns."""
    found: list[Line] = []
    size = 0
    for number, page in enumerate(reader.pages):
        parts: list[tuple[str, float, float, float]] = []

        def keep(
            text: str, cm: Sequence[float], tm: Sequence[float], _font: Any, size: float, parts: list[Any] = parts
        ) -> None:
            x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
            y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
            scale = abs(tm[1] * cm[1] + tm[3] * cm[3]) or abs(tm[1] * cm[2]) or 1.0
            parts.append((text, x, y, abs(size) * scale))

        size += len(page.extract_text(visitor_text=keep))
        if size > limits.text:
            raise RefusedDocument(
                f"pdf: too large: more than {limits.text // MEGABYTE} MB of text",
                "Save the article alone, as .txt; or set EVENTDB_LIMIT_TEXT higher.",
            )
        found += _of_page(number, parts)
    return found


def _of_page(number: int, parts: Sequence[tuple[str, float, float, float]]) -> list[Line]:
    """The lines that the parts make; a line stands where its first part does."""
    found: list[Line] = []
    words: list[str] = []
    place: tuple[float, float, float] | None = None

    def end() -> None:
        nonlocal place
        text = " ".join("".join(words).translate(_LIGATURES).split())
        if text and place:
            found.append(Line(number, *place, text))
        words.clear()
        place = None

    for text, *where in parts:
        first, *others = text.split("\n")
        for piece in (first, *(part for other in others for part in ("\n", other))):
            if piece == "\n":
                end()
            elif piece:
                words.append(piece)
                if place is None and piece.strip():
                    place = (where[0], where[1], where[2])
    end()
    return found


def _has_pictures(reader: pypdf.PdfReader) -> bool:
    for page in reader.pages:
        resources = page.get("/Resources")
        objects = resources.get_object().get("/XObject") if resources else None
        for one in (objects.get_object() if objects else {}).values():
            if one.get_object().get("/Subtype") == "/Image":
                return True
    return False


# What it says of itself -----------------------------------------------------------------------------------------------


def _facts(found: dict[str, Any], text: str) -> tuple[Facts, tuple[str, ...]]:
    """Title and authors where they stand in the text; the day where the text has it too, if without its year."""
    spelt = _spelt(text)
    title = _value(found, "/Title")
    titles = (title, _SITE.sub("", title))  # a browser adds the site's name
    byline = people.people(_value(found, "/Author").replace(";", ","))
    authors = tuple(name for name in byline.authors if _spelt(name) in spelt)
    published, notes = _published(_value(found, "/CreationDate"), text)
    return (
        Facts(
            title=next((one for one in titles if len(one.split()) >= 3 and _spelt(one) in spelt), None),
            authors=authors,
            published=published,
        ),
        notes,
    )


def _published(created: str, text: str) -> tuple[Published | None, tuple[str, ...]]:
    """The day on which the file was made, if the article bears it; else a note, since it may be the day of printing."""
    match = _CREATED.match(created)
    try:
        day = date(*map(int, match.groups())) if match else None
    except ValueError:
        day = None
    if day is None or not dates.FIRST_YEAR <= day.year <= dates.LAST_YEAR:
        return None, ()
    for one in dates.printed(text):
        if (one.month, one.day) == (day.month, day.day) and one.year in (None, day.year):
            return Published(day, "day", "stated" if one.year else "inferred"), ()
    return None, (f"the PDF was made on {day}, which need not be the day of publication",)


def _spelt(words: str) -> str:
    return "".join(char for char in words.casefold() if char.isalnum())


def _value(found: dict[str, Any], key: str) -> str:
    value: Any = found.get(key)
    value = value.get_object() if hasattr(value, "get_object") else value
    return " ".join(str(value).split())[:1000] if isinstance(value, str) else ""


def _reason(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
