"""Read an .ofd file (GB/T 33190): the text that its pages show, by its place. Pure.

ofdkit opens it, with all that producers get wrong (paths, namespaces, charsets), and says where each piece of
text lies; the limits of the container are container.py, columns page_layout.py, paragraphs paragraphs.py.
Seals, annotations and attached files are no text of the report.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

import ofdkit

from ingest.attachments.container import opened
from ingest.attachments.page_layout import GAP, SAME_LINE, SPACE, ReadingOrder
from ingest.attachments.paragraphs import Line, join_pages
from ingest.errors import Locked, NotADocument, Scan, TooLarge

MOST_PAGES = 2_000
MOST_CHARS = 5_000_000
_LEAST_PER_PAGE = 5  # characters; below that on average a document with pictures is a scan
_PICTURES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".jb2", ".jbig2", ".gbig2", ".gif"})

_SMALLEST = 1.0  # mm: the size of letters whose size is not said
_OUTSIDE = 2.0  # mm that text may stick out of its page and still be seen


def read_ofd(raw: bytes, what: str = "reading an .ofd file") -> list[str]:
    """The paragraphs of the document; `what` begins the messages.

    Raises NotADocument (torn, locked, a DTD, pictures of text only), TooLarge (a bomb, pages, text).
    """
    # zipfile's own errors pass through ofdkit: `opened` translates them.
    with opened(raw, what) as container:
        pictures = any(PurePosixPath(name.lower()).suffix in _PICTURES for name in container.namelist())
        pages = _pages(raw, what)
    paragraphs = join_pages(pages)
    chars = sum(map(len, paragraphs))  # without numbers of pages, which a scan may have
    if not paragraphs or (pictures and chars < _LEAST_PER_PAGE * len(pages)):
        raise Scan(
            f"{what}: it holds no text: its {len(pages)} pages have {chars} characters, so they are pictures "
            "(a scan, or drawn letters)"
        )
    return paragraphs


def _pages(raw: bytes, what: str) -> list[list[Line]]:
    try:
        with ofdkit.open(raw) as document:
            if len(document.pages) > MOST_PAGES:
                raise TooLarge(f"{what}: it has {len(document.pages)} pages; {MOST_PAGES} are read at most")
            pages: list[list[Line]] = []
            chars, order = 0, ReadingOrder()
            for page in document.pages:
                pages.append(_lines(page, order))
                chars += sum(len(line.text) for line in pages[-1])
                if chars > MOST_CHARS:
                    raise TooLarge(f"{what}: it holds more than {MOST_CHARS} characters of text")
            return pages
    except ofdkit.OFDLimitError as exc:
        if "DTD" in str(exc):
            raise NotADocument(f"{what}: it has a DTD or entities ({exc}); no OFD file needs them") from exc
        raise TooLarge(f"{what}: {exc}") from exc
    except ofdkit.OFDError as exc:
        if "password" in str(exc):
            raise Locked(f"{what}: it is locked with a password") from exc
        raise NotADocument(f"{what}: it is damaged ({exc}); fetch it again") from exc


def _lines(page: ofdkit.Page, order: ReadingOrder) -> list[Line]:
    """The lines of a page in the order of reading, whatever the order in the file."""
    x, y, width, height = page.box
    pieces: list[Line] = []
    row: list[ofdkit.TextRun] = []
    seen: set[tuple[str, int, int]] = set()
    for run in sorted(page.runs, key=lambda run: (run.y, run.x)):
        drawn = (run.text, round(run.x * 4), round(run.y * 4))
        on_page = (
            x - _OUTSIDE <= run.x <= x + width + _OUTSIDE and y - _OUTSIDE <= run.y <= y + height + _OUTSIDE
        )
        # Drawn twice at one place: bold letters of a font that has none.
        if not run.text.strip() or not on_page or drawn in seen:
            continue
        seen.add(drawn)
        if row and run.y - row[0].y > SAME_LINE * min(_em(run), _em(row[0])):
            pieces += _pieces(row)
            row = []
        row.append(run)
    return order.lines([*pieces, *_pieces(row)])


def _pieces(row: Sequence[ofdkit.TextRun]) -> Iterator[Line]:
    """What stands on one height, in pieces without a wide gap in them."""
    piece: list[ofdkit.TextRun] = []
    right = 0.0
    for run in sorted(row, key=lambda run: run.x):
        if piece and run.x - right > GAP * _em(run):
            yield _piece(piece, row[0].y)
            piece = []
        right = max(right, run.x + run.width) if piece else run.x + run.width
        piece.append(run)
    if piece:
        yield _piece(piece, row[0].y)


def _piece(runs: Sequence[ofdkit.TextRun], y: float) -> Line:
    text, right = runs[0].text, runs[0].x + runs[0].width
    for run in runs[1:]:
        text += (" " if (run.x - right) / _em(run) > SPACE else "") + run.text
        right = max(right, run.x + run.width)
    lead = len(text) - len(text.lstrip())
    em = max(map(_em, runs))
    return Line(" ".join(text.split()), runs[0].x + lead * em, right, em, -y)


def _em(run: ofdkit.TextRun) -> float:
    return float(max(run.size, _SMALLEST))
