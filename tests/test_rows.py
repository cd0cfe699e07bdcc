"""A row of a table as a line: a figure stays in its column, on a page as in a file."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ingest.attachments.doc import read_doc
from ingest.attachments.docx import read_docx
from ingest.attachments.pdf import read_pdf
from ingest.compare.fingerprint import content_hash
from ingest.page.lines import as_text, lines_of, parse_html
from ingest.text.rows import ABOVE, ACROSS, REST, row_line
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


SPANNING = [
    ("指标", ACROSS, "单位", "2023年", ACROSS, "2024年", ACROSS, ACROSS),
    ("固定资产投资", ACROSS, "亿元", "8.2", "9"),
    (ABOVE, "工业投资", ABOVE, "4.2", "5", ABOVE, ABOVE),
]
SPANNED_LINES = [
    f"指标 {ACROSS} 单位 2023年 {ACROSS} {REST} 2024年 {ACROSS} {ACROSS}".strip(),
    f"固定资产投资 {ACROSS} 亿元 8.2 9",
    f"工业投资 {ABOVE} 4.2 5",
]


def test_a_place_that_another_cell_spans_is_no_letter_of_the_text() -> None:
    assert list(map(row_line, SPANNING)) == SPANNED_LINES
    assert row_line((ABOVE, ABOVE, "计划", "完成", ACROSS, ABOVE)) == f"计划 {REST} 完成 {ACROSS}".strip()
    assert row_line((ABOVE,) * 4) == ""
    told = [" ".join(cell for cell in row if cell.strip()) for row in SPANNING]
    assert content_hash("\n".join(SPANNED_LINES)) == content_hash("\n".join(told))


def test_spans_on_a_page_and_in_a_word_file() -> None:
    heading = "<th colspan=2>指标</th><th>单位</th><th colspan=2>2023年</th><th colspan=3>2024年</th>"
    first = "<td colspan=2 rowspan=1>固定资产投资</td><td rowspan='2'>亿元</td><td>8.2</td><td>9</td>"
    second = "<td><table><tr><td colspan=3></td></tr></table></td><td>工业投资</td><td>4.2</td><td>5</td>"
    page = parse_html(
        "".join(f"<tr>{row}</tr>" for row in (heading, first, second)).join(("<table>", "</table>"))
    )
    assert list(filter(None, map(as_text, lines_of(page.html)))) == SPANNED_LINES
    wide = f"<table><tr>{first.replace('=2', '=99999')}</tr><tr>{second}</tr></table>"
    assert max(map(len, lines_of(parse_html(wide).html))) < 200

    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"

    two, three = '<w:gridSpan w:val="2"/>', '<w:gridSpan w:val="3"/>'
    begins, goes_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = [
        [cell("指标", two), cell("单位"), cell("2023年", two), cell("2024年", three)],
        [cell("固定资产投资", two), cell("亿元", begins), cell("8.2"), cell("9")],
        [cell("", goes_on), cell("工业投资"), cell("", goes_on), cell("4.2"), cell("5")],
    ]
    table = "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in rows)
    assert read_docx(word(["首行", "末行"], None, [f"<w:tbl>{table}</w:tbl>"]))[1:4] == SPANNED_LINES
    wide = cell("6.5", '<w:gridSpan w:val="99"/>') * 99
    assert max(map(len, read_docx(word(["首行"], None, [f"<w:tbl><w:tr>{wide}</w:tr></w:tbl>"])))) < 600


@pytest.mark.parametrize(
    ("cells", "lines"),
    [
        (
            ("指标<br>名称", "单位", "<p>2023年</p><p>完成</p>", "2024年<br/>预期目标"),
            ["指标名称 单位 2023年完成 2024年预期目标"],
        ),
        (("社会消费品<br>零售总额", "亿元", "", "41.5<br>左右"), ["社会消费品零售总额 亿元 — 41.5左右"]),
        (("出口<br>进口", "亿元", "41<br>8.5", "43<br>9"), ["出口", "进口 亿元 41", "8.5 43", "9"]),
        (("12", "社会消费品<br>零售总额", "亿元", "41.5"), ["12", "社会消费品零售总额 亿元 41.5"]),
        (("首行<br>次行", "甲", "乙", "丙"), ["首行", "次行 甲 乙 丙"]),
    ],
)
def test_the_lines_of_a_cell_are_one_in_a_table_of_figures(cells: Sequence[str], lines: list[str]) -> None:
    row = "".join(f"<td>{cell}</td>" for cell in cells)
    page = parse_html(f"<table><tr>{row}</tr></table>").html
    assert list(filter(None, map(as_text, lines_of(page)))) == lines


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
