"""Bytes → text, or the reason why not. Nothing is guessed: a wrong guess would be stored for good."""

import codecs
import re

from eventdb.errors import RefusedDocument

LIMIT = 5_000_000
"""The most bytes that one article may have; far above any article, far below what would stall the coder."""

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_HINT = "Save it as UTF-8."
_EMPTY = "Fetch it again, or leave it out."
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1b\x7f]")
_DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_DECLARED_WITHIN = 2048


def decode(data: bytes) -> str:
    """The text of `data`: UTF-8 with or without byte order mark, or UTF-16 with one; line ends stay as they are.

    Raises RefusedDocument where it is empty, too large, binary or in another encoding.
    """
    _sized(data)
    # The UTF-32 marks begin with a UTF-16 one, hence the order.
    if data.startswith(_UTF32):
        raise RefusedDocument("encoding: UTF-32 is not read", _HINT)
    encoding = "utf-16" if data.startswith(_UTF16) else "utf-8-sig"
    return checked(_strict(data, encoding))


def decode_line(data: bytes) -> str:
    """One line of JSON, which is UTF-8; a byte order mark before the first is dropped. Raises RefusedDocument."""
    return _strict(data, "utf-8-sig")


def decode_page(data: bytes) -> str:
    """The same for an HTML page, which may declare an encoding of its own (`<meta charset=…>`)."""
    declared = _DECLARED.search(data[:_DECLARED_WITHIN])
    try:
        return decode(data)
    except RefusedDocument:
        if not declared or b"\x00" in data or len(data) > LIMIT:
            raise
        name = declared[1].decode("ascii")
        try:
            codecs.lookup(name)
        except LookupError:
            raise RefusedDocument(f"encoding: the page declares {name!r}, which is unknown", _HINT) from None
        return checked(_strict(data, name))


def checked(text: str) -> str:
    """`text`, where it is one: some words, no NUL, no lone surrogates, hardly any control characters.

    Raises RefusedDocument.
    """
    nul = text.find("\x00")
    if nul >= 0:
        raise RefusedDocument(f"binary: NUL at character {nul}", _HINT)
    controls = _CONTROL.findall(text)
    if len(controls) > len(text) / 100:
        at = text.index(controls[0])
        raise RefusedDocument(f"binary: {len(controls)} control characters, the first at character {at}")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise RefusedDocument(f"encoding: half a surrogate pair at character {error.start}", _HINT) from None
    if not any(char.isalnum() for char in text):
        raise RefusedDocument("empty: no word in it", _EMPTY)
    return text


_OTHERS = {
    b"\x1f\x8b": ("gzip", "Name it by what is in it, such as .html.gz; or unpack it first."),
    b"PK\x03\x04": ("zip", "Unpack it, and give the folder; of a word processor's file save the text as .txt."),
    b"%PDF-": ("PDF", "Name it .pdf."),
}
"""How files begin that are no text, whatever their names say."""


def _sized(data: bytes) -> None:
    if not data:
        raise RefusedDocument("empty: 0 bytes", _EMPTY)
    for begin, (name, hint) in _OTHERS.items():
        if data.startswith(begin):
            raise RefusedDocument(f"binary: {name}, whatever its name says", hint)
    if len(data) > LIMIT:
        raise too_large()


def too_large() -> RefusedDocument:
    """The refusal of an article above the limit."""
    return RefusedDocument(
        f"too large: more than {LIMIT // 1_000_000} MB, the limit of an article",
        "Split it into articles: a folder of files, or .jsonl with one article a line.",
    )


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if b"\x00" in data and encoding == "utf-8-sig":
            raise RefusedDocument(f"binary: NUL at byte {data.index(0)}", _HINT) from None
        # A decoder may count from behind the byte order mark.
        at = error.start + len(data) - len(error.object)
        name = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16"}.get(encoding, encoding)
        raise RefusedDocument(f"encoding: not {name}, byte 0x{data[at]:02X} at offset {at}", _HINT) from None
    except UnicodeError as error:  # "UTF-16 stream does not start with BOM" and the like
        raise RefusedDocument(f"encoding: {error}", _HINT) from None
