"""PDFs of columns and of tables for the tests of attachments, by reportlab. No tests."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    FrameBreak,
    NextPageTemplate,
    PageTemplate,
    Paragraph,
    SimpleDocTemplate,
    Table,
)

from tests.support.attached import SONG, TITLE

_BODY = {"fontName": SONG, "fontSize": 10.5, "leading": 16, "wordWrap": "CJK"}
GRID = ("GRID", (0, 0), (-1, -1), 0.5, "black")


def in_columns(lines: Iterable[str], title: str = TITLE, columns: int = 2) -> bytes:
    """As a gazette: the title over all columns, another running head on left and on right pages."""
    pdfmetrics.registerFont(UnicodeCIDFont(SONG))
    body = ParagraphStyle("body", firstLineIndent=21, alignment=4, **_BODY)
    head = ParagraphStyle("head", fontName=SONG, fontSize=20, leading=30, alignment=1)
    width, height = A4
    each = (width - 100 - 20 * (columns - 1)) / columns

    def frames(top: float) -> list[Frame]:
        return [
            Frame(50 + n * (each + 20), 60, each, height - top, leftPadding=0, rightPadding=0)
            for n in range(columns)
        ]

    def margins(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setFont(SONG, 9)
        canvas.drawCentredString(width / 2, 30, f"- {document.page} -")
        canvas.drawString(50, height - 30, "政府工作报告" if document.page % 2 else "荣昌区公报 2026年第1期")

    stream = io.BytesIO()
    template = BaseDocTemplate(stream, pagesize=A4)
    first = [Frame(50, height - 120, width - 100, 80), *frames(190)]
    template.addPageTemplates(
        [PageTemplate("first", first, onPage=margins), PageTemplate("others", frames(120), onPage=margins)]
    )
    story: list[Flowable] = [NextPageTemplate("others"), Paragraph(title, head), FrameBreak()]
    template.build([*story, *(Paragraph(line, body) for line in lines)])
    return stream.getvalue()


def with_table(
    rows: Sequence[Sequence[str]],
    style: Sequence[tuple[Any, ...]] = (GRID,),
    *,
    above: Iterable[str] = (),
    below: Iterable[str] = (),
    widths: Sequence[float] | None = None,
    turned: int = 0,
) -> bytes:
    """A table between paragraphs; with `widths` its cells are wrapped. `turned`: the page lies sideways."""
    pdfmetrics.registerFont(UnicodeCIDFont(SONG))
    body = ParagraphStyle("body", firstLineIndent=21, **_BODY)
    cell = ParagraphStyle("cell", **_BODY)
    cells: list[list[Any]] = [[Paragraph(text, cell) if widths else text for text in row] for row in rows]
    every = [("FONT", (0, 0), (-1, -1), SONG, 10.5), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), *style]

    def turn(canvas: Canvas, _: SimpleDocTemplate) -> None:
        canvas.setPageRotation(turned)
        canvas.rotate(turned)
        canvas.translate(*{0: (0, 0), 90: (0, -595), 270: (-842, 0)}[turned])

    stream = io.BytesIO()
    story: list[Flowable] = [Paragraph(line, body) for line in above]
    story.append(Table(cells, colWidths=widths, style=every))
    on_page: Callable[..., None] = turn
    SimpleDocTemplate(stream).build([*story, *(Paragraph(line, body) for line in below)], onFirstPage=on_page)
    return stream.getvalue()
