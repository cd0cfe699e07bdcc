"""Read a PDF: the letters of its text layer and the rules of its tables with their places, by pdfium. Pure,
but native code.

sandbox.py runs it; rows of tables are ruled_tables.py, columns page_layout.py, paragraphs paragraphs.py. A
scan holds pictures of text: that is said, nothing is guessed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from ctypes import c_double, c_float
from dataclasses import dataclass, replace
from itertools import chain, islice, pairwise
from math import pi
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ingest.attachments.broken_rows import carry_back
from ingest.attachments.page_layout import GAP, SLIGHT, ReadingOrder
from ingest.attachments.paragraphs import Line, join_pages
from ingest.attachments.ruled_tables import MOST_RULES, Cells, Rule, Table, middle, tables_of
from ingest.errors import Locked, NotADocument, Scan, TooLarge

MOST_PAGES = 2_000
MOST_CHARS = 5_000_000
_LEAST_PER_PAGE = 5  # characters; below that on average a document is a scan
# Numbers of glyphs come out as letters of scripts that nobody in China writes a report in (not Arabic,
# Tibetan, Mongolian, Hangul, Yi).
_UNREADABLE = re.compile(
    "[\ufffd\ufffe\uffff\ue000-\uf8ff\u0100-\u02ff\u0530-\u05ff\u0700-\u0eff\u1000-\u10ff\u1200-\u17ff"
    "\u18b0-\u1dff\u2c00-\u2dff\ua4d0-\uabff]"
)
_MOST_UNREADABLE = 0.2  # share of the text
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f\xad\u200b-\u200f\u2028-\u202e\ufeff\ufffe\uffff\ud800-\udfff]"
)
_SPACES = re.compile(r"[ \t\xa0\u2002-\u200a]+")
_EDGE = " \t\u3000\xa0"
_BREAKS = frozenset({10, 13})
_BLANKS = frozenset({32, 0x3000, 0xA0})
_SLANTED = 0.2  # radians: the letters of a scan may stand a little askew
_BACK = 2.0  # em: letters may be drawn over each other, no farther
_SHIFTED = 0.6  # em: ² stands higher than its line
_TOUCHING = 0.2  # em: between letters of one line
_OUTSIDE = 2.0  # points that a letter may stick out of its page
_FORMS = 4  # in each other: what adds numbers or a watermark to a PDF puts each page into one
_MOST_OBJECTS = 100_000  # of a page, each time that it is drawn


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
        chars, order = 0, ReadingOrder()
        for page, following in pairwise(chain(_pages(document, count), [_Page()])):
            carry_back(page.tables, page.pieces, following.tables, following.pieces)
            pages.append(list(_lines(page, order)))
            chars += sum(len(line.text) for line in pages[-1])
            if chars > MOST_CHARS:
                raise TooLarge(f"{what}: it holds more than {MOST_CHARS} characters of text")
    finally:
        document.close()
    paragraphs = join_pages(pages)
    of_text = sum(map(len, paragraphs))  # a scan may have numbers of pages, and the name of what scanned it
    if of_text < _LEAST_PER_PAGE * max(count, 1):
        raise Scan(
            f"{what}: it holds no text: its {count} pages have {of_text} characters, so they are scans"
        )
    unreadable = sum(len(_UNREADABLE.findall(line.text)) for page in pages for line in page)
    if unreadable > _MOST_UNREADABLE * chars:
        raise NotADocument(
            f"{what}: {unreadable} of {chars} characters have no meaning: its fonts do not say what they draw"
        )
    return paragraphs


@dataclass(frozen=True, slots=True)
class _Page:
    """What stands on a page: in its tables, around them, and turned another way beside them."""

    pieces: Sequence[Line] = ()
    tables: Sequence[tuple[Table, Cells]] = ()
    beside: Sequence[Line] = ()


def _pages(document: pdfium.PdfDocument, count: int) -> Iterator[_Page]:
    last: Table | None = None
    for number in range(count):
        page = _page(document, number, last)
        last = min((table for table, _ in page.tables), key=lambda table: table.heights[-1], default=None)
        yield page


def _page(document: pdfium.PdfDocument, number: int, before: Table | None) -> _Page:
    """One page; nothing stands on one that is broken. `before`: the last table of the page before."""
    try:
        page = document[number]
    except pdfium.PdfiumError:
        return _Page()
    try:
        text = page.get_textpage()
    except pdfium.PdfiumError:
        page.close()
        return _Page()
    try:
        quarters, shown = _quarters(text), page.get_bbox()
        tables = tables_of(list(_rules(page, _TURNS[quarters[0]])), before)
        pieces: list[Line] = []
        within: list[list[Line]] = [[] for _ in tables]
        for piece in _pieces(_letters(text, quarters[0], shown), tables):
            held = next((n for n, table in enumerate(tables) if table.holds(*middle(piece))), None)
            (pieces if held is None else within[held]).append(piece)
        cells = [(table, table.cells(inside)) for table, inside in zip(tables, within, strict=True)]
        beside = [
            replace(piece, row=True, block=-quarter)
            for quarter in quarters[1:]
            for piece in _pieces(_letters(text, quarter, shown), ())
        ]
        return _Page(pieces, cells, beside)
    finally:
        text.close()
        page.close()


def _lines(page: _Page, order: ReadingOrder) -> Iterator[Line]:
    """The lines of a page in their order."""
    rows = chain.from_iterable(table.rows(cells) for table, cells in page.tables)
    lines = order.lines([*page.pieces, *rows])
    yield from lines
    foot = min((line.y for line in lines), default=0.0)
    for number, piece in enumerate(page.beside, 1):  # its number and its head beside a table on its side
        yield replace(piece, y=foot - number * piece.em)


# --- where letters stand ---------------------------------------------------------------------


class _Letter(NamedTuple):  # there are so many that a dataclass would take a third of the time
    """`left`, `right`, `foot`, `top`: its box; `y`: the line that it stands on."""

    code: int
    left: float
    right: float
    foot: float
    top: float
    y: float


_Turned = Callable[[float, float], tuple[float, float]]
_TURNS: tuple[_Turned, ...] = (
    lambda x, y: (x, y),
    lambda x, y: (-y, x),
    lambda x, y: (-x, -y),
    lambda x, y: (y, -x),
)


def _quarters(text: pdfium.PdfTextPage) -> list[int]:
    """By how many quarters letters are turned, that of most first: a wide table lies on its side."""
    angles = Counter(
        round(pdfium_c.FPDFText_GetCharAngle(text.raw, index) / (pi / 2)) % 4
        for index in range(text.count_chars())
        if not pdfium_c.FPDFText_IsGenerated(text.raw, index)
    )
    return [quarter for quarter, _ in angles.most_common()] or [0]


def _letters(
    text: pdfium.PdfTextPage, quarter: int, shown: tuple[float, float, float, float]
) -> Iterator[_Letter]:
    """Those that are turned so, on the part of the page that is shown."""
    left, foot, right, top = shown
    box, x, y = pdfium_c.FS_RECTF(), c_double(), c_double()
    raw, upright, turned = text.raw, quarter == 0, _TURNS[quarter]
    for index in range(text.count_chars()):
        code = pdfium_c.FPDFText_GetUnicode(raw, index)
        if code in _BREAKS or code in _BLANKS:
            yield _Letter(code, 0, 0, 0, 0, 0)
            continue
        angle = pdfium_c.FPDFText_GetCharAngle(raw, index)
        if _SLANTED < angle % (pi / 2) < pi / 2 - _SLANTED:
            continue  # a watermark
        if round(angle / (pi / 2)) % 4 != quarter:
            continue
        pdfium_c.FPDFText_GetLooseCharBox(raw, index, box)
        pdfium_c.FPDFText_GetCharOrigin(raw, index, x, y)
        if not (
            left - _OUTSIDE <= x.value <= right + _OUTSIDE and foot - _OUTSIDE <= y.value <= top + _OUTSIDE
        ):
            continue
        if upright:
            yield _Letter(code, box.left, box.right, box.bottom, box.top, y.value)
            continue
        (x0, y0), (x1, y1) = turned(box.left, box.bottom), turned(box.right, box.top)
        stands = turned(x.value, y.value)[1]
        yield _Letter(code, min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1), stands)


def _pieces(letters: Iterable[_Letter], tables: Sequence[Table]) -> Iterator[Line]:
    """The text in pieces without a break, a wide gap or a rule in them."""
    codes: list[int] = []
    seen: list[_Letter] = []
    parts: list[tuple[int, int]] = []  # where each begins in them
    broken = False
    for letter in letters:
        if letter.code in _BREAKS:
            broken = True
            continue
        if letter.code in _BLANKS and codes and not broken:
            codes.append(letter.code)
            continue
        if letter.code in _BLANKS or (seen and _apart(seen[-1], letter, tables, broken)):
            yield from _whole(codes, seen, parts)
            codes, seen, parts = [], [], []
        broken = False
        if letter.code not in _BLANKS:
            if seen and letter.left - seen[-1].right > SLIGHT * (letter.top - letter.foot):
                parts.append((len(codes), len(seen)))
            codes.append(letter.code)
            seen.append(letter)
    yield from _whole(codes, seen, parts)


def _apart(one: _Letter, two: _Letter, tables: Sequence[Table], broken: bool) -> bool:
    """`broken`: pdfium sees the end of a line between them, as it does between letters drawn one by one."""
    em = max(one.top - one.foot, two.top - two.foot)
    if broken and max(abs(two.left - one.right), abs(one.y - two.y)) > _TOUCHING * em:
        return True
    if not -_BACK * em < two.left - one.right < GAP * em or abs(one.y - two.y) > _SHIFTED * em:
        return True
    return any(
        table.holds(one.left, one.y) and table.parts(one.right - 0.3 * em, two.left + 0.3 * em, one.y)
        for table in tables
    )


def _whole(codes: Sequence[int], seen: Sequence[_Letter], parts: Sequence[tuple[int, int]]) -> Iterator[Line]:
    """The piece, with its parts: the cells of a table may stand no farther apart than the letters of a line
    that is spread."""
    for line in _closed(codes, seen):
        ends = pairwise([(0, 0), *parts, (len(codes), len(seen))])
        own = (_closed(codes[a:b], seen[x:y]) for (a, x), (b, y) in ends)
        yield replace(line, parts=tuple(chain.from_iterable(own))) if parts else line


def _closed(codes: Sequence[int], seen: Sequence[_Letter]) -> Iterator[Line]:
    printed = "".join(map(chr, codes))
    if any(0xD800 <= code <= 0xDFFF for code in codes):
        printed = printed.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    printed = _SPACES.sub(" ", _INVISIBLE.sub("", printed)).strip(_EDGE)
    if not seen or not printed:
        return
    # A dash or a Latin letter may come from another font, with lower letters.
    em = max(letter.top - letter.foot for letter in (seen[0], seen[len(seen) // 2], seen[-1])) or 1.0
    yield Line(printed, seen[0].left, seen[-1].right, em, seen[0].y)


def _rules(page: pdfium.PdfPage, turned: _Turned) -> Iterator[Rule]:
    """The straight lines that the page draws, those around rectangles too; at most a few more than are looked
    at."""
    found = 0
    for drawn in islice(page.get_objects(max_depth=_FORMS), _MOST_OBJECTS):
        if drawn.type != pdfium_c.FPDF_PAGEOBJ_PATH:
            continue
        matrix, form = drawn.get_matrix(), drawn.container
        while form is not None:
            matrix, form = matrix.multiply(form.get_matrix()), form.container
        start = last = None
        for index in range(pdfium_c.FPDFPath_CountSegments(drawn.raw)):
            segment = pdfium_c.FPDFPath_GetPathSegment(drawn.raw, index)
            x, y = c_float(), c_float()
            pdfium_c.FPDFPathSegment_GetPoint(segment, x, y)
            point = turned(*matrix.on_point(x.value, y.value))
            kind = pdfium_c.FPDFPathSegment_GetType(segment)
            if kind == pdfium_c.FPDF_SEGMENT_MOVETO:
                start = point
            elif kind == pdfium_c.FPDF_SEGMENT_LINETO and last is not None:
                found += 1
                yield Rule(*last, *point)
            if pdfium_c.FPDFPathSegment_GetClose(segment) and start is not None:
                found += 1
                yield Rule(*point, *start)
            last = point
            if found > MOST_RULES:
                return
