"""Read a PDF: its text layer, line by line with its place, by pdfium. Pure, but native code.

sandbox.py runs it; how lines become paragraphs is paragraphs.py. A scan holds pictures of text: that is
said, nothing is guessed.
"""

from __future__ import annotations

import re

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ingest.attachments.paragraphs import Line, join_pages
from ingest.errors import Locked, NotADocument, Scan, TooLarge

MOST_PAGES = 2_000
MOST_CHARS = 5_000_000
_LEAST_PER_PAGE = 5  # characters; below that on average a document is a scan
_UNREADABLE = re.compile("[\ufffd\ufffe\uffff\ue000-\uf8ff]")
_MOST_UNREADABLE = 0.2  # share of the text
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f\xad\u200b-\u200f\u2028-\u202e\ufeff\ufffe\uffff\ud800-\udfff]"
)
_SPACES = re.compile(r"[ \t\xa0\u2002-\u200a]+")
_EDGE = " \t\u3000\xa0"


def read_pdf(raw: bytes, what: str = "reading a PDF") -> list[str]:
    """The paragraphs of the document; `what` begins the messages.

    Raises NotADocument (torn, locked, a scan, fonts without characters), TooLarge (pages, text).
    """
    try:
        document = pdfium.PdfDocument(raw)
    except pdfium.PdfiumError as exc:
        if getattr(exc, "err_code", None) == pdfium_c.FPDF_ERR_PASSWORD or "assword" in str(exc):
            raise Locked(f"{what}: it is locked with a password") from exc
        raise NotADocument(f"{what}: it is damaged ({exc}); fetch it again") from exc
    try:
        count = len(document)
        if count > MOST_PAGES:
            raise TooLarge(f"{what}: it has {count} pages; {MOST_PAGES} are read at most")
        pages: list[list[Line]] = []
        chars = 0
        for number in range(count):
            pages.append(_page(document, number))
            chars += sum(len(line.text) for line in pages[-1])
            if chars > MOST_CHARS:
                raise TooLarge(f"{what}: it holds more than {MOST_CHARS} characters of text")
    finally:
        document.close()
    if chars < _LEAST_PER_PAGE * max(count, 1):
        raise Scan(f"{what}: it holds no text: its {count} pages have {chars} characters, so they are scans")
    unreadable = sum(len(_UNREADABLE.findall(line.text)) for page in pages for line in page)
    if unreadable > _MOST_UNREADABLE * chars:
        raise NotADocument(
            f"{what}: {unreadable} of {chars} characters have no meaning: its fonts do not say what they draw"
        )
    return join_pages(pages)


def _page(document: pdfium.PdfDocument, number: int) -> list[Line]:
    """The lines of one page, top to bottom; [] for a page that is broken."""
    try:
        page = document[number]
    except pdfium.PdfiumError:
        return []
    try:
        text = page.get_textpage()
    except pdfium.PdfiumError:
        page.close()
        return []
    try:
        return _lines(text)
    finally:
        text.close()
        page.close()


def _lines(text: pdfium.PdfTextPage) -> list[Line]:
    lines: list[Line] = []
    codes: list[int] = []
    first = last = -1  # of the visible letters of this line
    for index in range(text.count_chars()):
        code = int(pdfium_c.FPDFText_GetUnicode(text.raw, index))
        if code in (10, 13):
            _close(lines, text, codes, first, last)
            codes, first, last = [], -1, -1
            continue
        codes.append(code)
        if code not in (32, 0x3000, 0xA0):
            first, last = (index if first < 0 else first), index
    _close(lines, text, codes, first, last)
    return lines


def _close(lines: list[Line], text: pdfium.PdfTextPage, codes: list[int], first: int, last: int) -> None:
    printed = "".join(map(chr, codes))
    if any(0xD800 <= code <= 0xDFFF for code in codes):
        printed = printed.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    printed = _SPACES.sub(" ", _INVISIBLE.sub("", printed)).strip(_EDGE)
    if first < 0 or not printed:
        return
    boxes = [text.get_charbox(index, loose=True) for index in (first, (first + last) // 2, last)]
    # A dash or a Latin letter may come from another font, with lower letters.
    em = max(abs(top - bottom) for _, bottom, _, top in boxes) or 1.0
    lines.append(Line(printed, boxes[0][0], boxes[-1][2], em, boxes[0][1]))
