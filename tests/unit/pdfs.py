"""PDFs by hand: as small as they can be, and as odd as a test wants them."""

import zlib
from collections.abc import Sequence

Words = tuple[float, float, float, str]
"""From the left and from the bottom in points, size of the letters, what is written."""


def pdf(pages: Sequence[Sequence[Words]], info: str = "", trailer: str = "") -> bytes:
    """A PDF of these pages; `info` are entries of its metadata (`/Title (Words)`), `trailer` of its trailer."""
    return of_streams([stream(page) for page in pages], info, trailer)


def stream(page: Sequence[Words]) -> bytes:
    """What draws the words of a page, each by itself."""
    shown = "".join(f"BT /F1 {size} Tf 1 0 0 1 {x} {y} Tm ({_escaped(words)}) Tj ET\n" for x, y, size, words in page)
    return shown.encode("cp1252")


def column(text: str, top: float = 700, left: float = 72, size: float = 10, gap: float = 12) -> list[Words]:
    """The lines of a text, one below the other; an empty line is a gap half as wide again."""
    words, y = [], top
    for line in text.strip("\n").split("\n"):
        if line:
            indent = len(line) - len(line.lstrip())
            words.append((left + 5 * indent, y, size, line.strip()))
        y -= gap if line else gap / 2
    return words


def of_streams(
    streams: Sequence[bytes], info: str = "", trailer: str = "", resources: str = "", more: Sequence[bytes] = ()
) -> bytes:
    """A PDF whose pages are drawn by these; `more` are objects besides, the first of them number 4 and two a page."""
    count = len(streams)
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(count))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for number, content in enumerate(streams):
        page = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * number} 0 R"
            f" /Resources << /Font << /F1 3 0 R >> {resources} >> >>"
        )
        packed = zlib.compress(content, 9)
        objects += [
            page.encode(),
            b"<< /Length %d /Filter /FlateDecode >> stream\n%s\nendstream" % (len(packed), packed),
        ]
    objects += more
    objects.append(f"<< {info} >>".encode("cp1252"))
    return _whole(objects, f"/Root 1 0 R /Info {len(objects)} 0 R {trailer}")


def _whole(objects: Sequence[bytes], trailer: str) -> bytes:
    data, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} {trailer} >>\n"
    return data + f"{end}startxref\n{len(data)}\n%%EOF\n".encode()


def _escaped(words: str) -> str:
    return words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
