"""A row of a table as a line: a figure stays in its column, on a page as in a file."""

from __future__ import annotations

import pytest

from ingest.attachments.doc import read_doc
from ingest.attachments.docx import read_docx
from ingest.attachments.pdf import read_pdf
from ingest.page.lines import as_text, lines_of
from ingest.text.rows import row_line
from tests.support.attached import word
from tests.support.doc_files import doc
from tests.support.pdf_files import with_table

ROW = ("固定资产投资", "亿元", "", "4.2", "", "5左右")


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        (ROW, "固定资产投资 亿元 — 4.2 — 5左右"),
        (("", "指标 名称", "计量 单位", "", "2024年 计划"), "— 指标名称 计量单位 — 2024年计划"),
        (("R&D  spending", "%", "", "2.1"), "R&D spending % — 2.1"),
        (("索引号", "", "发布机构", "河湾县"), "索引号 发布机构 河湾县"),
        (("地区生产总值", "", "6%"), "地区生产总值 6%"),
        (("", "", "", "7"), "7"),
        (("", "河湾县人民政府县长　某某", " "), "河湾县人民政府县长　某某"),
        (("今年打算把北坡的渠修通。" * 9, "", "", "7"), "今年打算把北坡的渠修通。" * 9 + " 7"),
    ],
)
def test_a_row(cells: tuple[str, ...], line: str) -> None:
    assert row_line(cells) == line


def test_the_same_row_on_a_page_and_in_files() -> None:
    line = row_line(ROW)
    html = "".join(f"<td>{cell}</td>" for cell in ROW)
    assert list(map(as_text, lines_of(f"<table><tr>{html}</tr></table>"))) == [line]
    assert read_doc(doc(["首行"], None, rows=[ROW])) == ["首行", line]
    cells = "".join(f"<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>" for cell in ROW)
    merged = "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>"
    raw = word(["首行", "末行"], None, [f"<w:tbl><w:tr>{cells}</w:tr><w:tr>{merged}{cells}</w:tr></w:tbl>"])
    assert read_docx(raw).count(line) == 2
    assert read_pdf(with_table([ROW, ("粮食产量", "万吨", "31.2", "", "", "31以上")])) == [
        line,
        "粮食产量 万吨 31.2 — — 31以上",
    ]
