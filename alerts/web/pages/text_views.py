"""The full text of a report, ready to print: its figures marked, each leading to its row and back. Pure.

How a text is cut into pieces is words/marked_text.py; the rest of the report's page is report_views.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alerts.listing.records import figure_record
from alerts.web.pages.report_views import anchor, place_in_text, report_href
from alerts.words.language import Words
from alerts.words.marked_text import Piece, Span, led_to, marked
from alerts.words.safe_text import clean
from ingest.model import Figure
from ingest.store.browse import Article, ReportDetail
from ingest.text.outline import outline


@dataclass(frozen=True, slots=True)
class PieceView:
    """`href`: the row of its figures; `id`: of the place where their quote begins."""

    text: str
    tone: str = ""  # headline, target or outcome
    doubt: bool = False
    title: str = ""
    href: str = ""
    id: str = ""
    hit: bool = False


@dataclass(frozen=True, slots=True)
class ParagraphView:
    pieces: tuple[PieceView, ...]
    id: str = ""  # of a part that begins here, or of what was searched for
    heading: bool = False


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of the text, and how much of it is figures."""

    heading: str
    href: str
    chars: int
    targets: int
    headline: int
    outcomes: int


def text_href(root: str, key: str) -> str:
    return f"{report_href(root, key)}/text"


def article_href(root: str, detail: ReportDetail, article: Article) -> str:
    """The address of its text: of the leading one that of the report's."""
    href = text_href(root, detail.report.key)
    leads = article is detail.articles[0]
    return href if leads else f"{href}?of={digits(article.version.content_hash)}"


def article_of(detail: ReportDetail, of: str) -> Article | None:
    """The article whose content hash begins with these digits; without any the leading one. None: no such."""
    return next((one for one in detail.articles if _digits(one.version.content_hash).startswith(of)), None)


def digits(content_hash: str) -> str:
    """As many as name a text in an address."""
    return _digits(content_hash)[:16]


def _digits(content_hash: str) -> str:
    return content_hash.removeprefix("sha256:")


def texts(root: str, detail: ReportDetail) -> list[tuple[str, str]]:
    """Title and address of each article, where there are several."""
    several = detail.articles if len(detail.articles) > 1 else ()
    return [(clean(one.version.title or ""), article_href(root, detail, one)) for one in several]


def paragraphs(
    root: str, key: str, article: Article, words: Words, asked: str, hits: Sequence[Span], at: int | None
) -> list[ParagraphView]:
    """Its text; every one of the `hits` of what was `asked` is marked, and the paragraph that has it is
    called `q`."""
    body = article.version.body
    lines = marked(body, [*article.targets, *article.outcomes], hits)
    show = _Shown(report_href(root, key), article, words)
    to = led_to(lines, asked, at)
    parts = {part.start: f"p-{part.start}" for part in outline(body) if part.heading}
    return [
        ParagraphView(
            tuple(map(show.piece, line.pieces)),
            "q" if line.start == to else parts.get(line.start, ""),
            line.start in parts and len(line.pieces) == 1,
        )
        for line in lines
    ]


def parts(article: Article, href: str) -> list[PartView]:
    """Those of its text, whose address is `href`."""
    return [
        PartView(
            part.heading,
            f"{href}#p-{part.start}" if part.heading else href,
            part.end - part.start,
            sum(part.start <= f.start < part.end for f in article.targets),
            sum(part.start <= f.start < part.end for f in article.targets if f.headline),
            sum(part.start <= f.start < part.end for f in article.outcomes),
        )
        for part in outline(article.version.body)
    ]


class _Shown:
    def __init__(self, page: str, article: Article, words: Words) -> None:
        self.page = page
        self.outcomes = set(map(id, article.outcomes))
        self.words = words

    def piece(self, piece: Piece) -> PieceView:
        if not piece.figures:
            return PieceView(piece.text, hit=piece.hit)
        first = piece.figures[0]
        return PieceView(
            piece.text,
            self._tone(piece.figures),
            any(f.doubted for f in piece.figures),
            " · ".join(map(self._title, piece.figures)),
            f"{self.page}#{'outcome' if id(first) in self.outcomes else 'target'}-{anchor(first)}",
            place_in_text(first) if piece.first else "",
            piece.hit,
        )

    def _tone(self, figures: Sequence[Figure]) -> str:
        if any(f.headline for f in figures):
            return "headline"
        return "outcome" if all(id(f) in self.outcomes for f in figures) else "target"

    def _title(self, figure: Figure) -> str:
        data = figure_record(figure)
        resolve = self.words.resolves.get(figure.resolve or "", "")
        return f"{self.words.label(data)} {figure.year or ''} {resolve}{self.words.figure(data)}"
