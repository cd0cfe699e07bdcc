"""PDFs of columns and of tables for the tests of attachments, by reportlab. No tests."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
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


def set_in_cells(
    pages: Sequence[Sequence[Sequence[str]]],
    widths: Sequence[float],
    *,
    height: str = "middle",
    padding: float = 3,
    spans: Mapping[tuple[int, int], tuple[int, int]] = {},
    above: Sequence[str] = (),
    below: Sequence[str] = (),
    over: Callable[[Canvas], None] = lambda _: None,
) -> bytes:
    """A table without rules on each page, every line of a cell drawn by itself, as word processors do.

    `height`: where the text of a cell stands in its row; `spans`: rows and columns of cells that go over
    several, by row and column; `above` and `below` are lines of larger text; `over` draws over each page.
    """
    pdfmetrics.registerFont(UnicodeCIDFont(SONG))
    size, leading = 10.5, 14.0
    lefts = [*accumulate(widths, initial=70.0)]
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4)
    for rows in pages:
        y = A4[1] - 90
        for line in above:
            canvas.setFont(SONG, 16)
            canvas.drawString(70, y, line)
            y -= 28
        cells = [
            [_broken(text, width - 10, size) for text, width in zip(row, widths, strict=True)] for row in rows
        ]
        heights = [
            2 * padding + leading * max(len(cell) for at, cell in enumerate(row) if (n, at) not in spans)
            for n, row in enumerate(cells)
        ]
        for n, row in enumerate(cells):
            for at, _ in enumerate(row):
                down, across = spans.get((n, at), (1, 1))
                cell = _broken(rows[n][at], lefts[at + across] - lefts[at] - 10, size)
                room = sum(heights[n : n + down]) - 2 * padding - leading * len(cell)
                top = y - padding - {"top": 0, "middle": room / 2, "bottom": room}[height]
                canvas.setFont(SONG, size)
                for number, line in enumerate(cell):
                    middle = (lefts[at] + lefts[at + across]) / 2
                    x = (
                        lefts[at] + 5
                        if len(cell) > 1
                        else middle - pdfmetrics.stringWidth(line, SONG, size) / 2
                    )
                    canvas.drawString(x, top - size - leading * number, line)
            y -= heights[n]
        y -= 40
        for line in below:
            canvas.setFont(SONG, 16)
            canvas.drawString(70, y, line)
            y -= 28
        over(canvas)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _broken(text: str, width: float, size: float) -> list[str]:
    lines = [""]
    for word in re.findall(r"[!-~]+|.", text):
        if pdfmetrics.stringWidth(lines[-1] + word, SONG, size) > width:
            lines.append("")
        lines[-1] += word
    return lines


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
        canvas.translate(*{0: (0, 0), 90: (0, -842), 270: (-842, -247)}[turned])

    stream = io.BytesIO()
    story: list[Flowable] = [Paragraph(line, body) for line in above]
    story.append(Table(cells, colWidths=widths, style=every))
    on_page: Callable[..., None] = turn
    SimpleDocTemplate(stream).build([*story, *(Paragraph(line, body) for line in below)], onFirstPage=on_page)
    return stream.getvalue()
