"""Columns are read in their order, the cells of a row stand in one line, heads of pages are no text."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from ingest.attachments.ofd import read_ofd
from ingest.attachments.page_layout import ReadingOrder
from ingest.attachments.paragraphs import Line, join_pages
from ingest.attachments.pdf import read_pdf
from ingest.attachments.ruled_tables import Rule, tables_of
from ingest.errors import NotADocument
from ingest.model import Kind
from ingest.text.rows import ABOVE, ACROSS, REST
from tests.support.attached import REPORT, SONG, TARGETS, TITLE
from tests.support.ofd_files import ofd, row
from tests.support.pdf_files import GRID, in_columns, set_in_cells, with_table
from workers.targets.extract import extract

LINES = [*REPORT, *(f"第{n}件事：修路{n}.5公里，PM2.5控制在35微克以内。{TARGETS}" for n in range(45))]
PLAN = (
    ("指标", "单位", "2025年完成", "2026年预期目标"),
    ("全体居民人均可支配收入增长速度", "%", "5.0", "与经济增长同步"),
    ("粮食产量", "万吨", "31.2", "31以上"),
)
RULED_ABOVE = [("LINEABOVE", (0, 0), (-1, 0), 1, "black"), ("LINEBELOW", (0, 0), (-1, -1), 1, "black")]


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_columns_are_read_one_after_the_other(columns: int) -> None:
    plain = [line.replace("　", " ") for line in (TITLE, *LINES)]
    assert read_pdf(in_columns(LINES, columns=columns)) == plain


def test_a_title_that_is_the_head_of_further_pages_is_no_head() -> None:
    lines = read_pdf(in_columns(LINES, "政府工作报告"))
    assert (lines[0], len(lines)) == ("政府工作报告", len(LINES) + 1)


def test_a_row_of_a_table_is_a_line_its_wrapped_cells_too() -> None:
    raw = with_table(PLAN, above=[TARGETS], below=[TARGETS], widths=[90, 60, 80, 100])
    assert read_pdf(raw) == [TARGETS, *(" ".join(cells) for cells in PLAN), TARGETS]


@pytest.mark.parametrize("style", [[], RULED_ABOVE])
def test_a_table_without_rules_between_its_cells(style: list[tuple[object, ...]]) -> None:
    assert read_pdf(with_table(PLAN, style)) == [" ".join(cells) for cells in PLAN]


def test_an_empty_cell_of_a_table_without_rules_has_its_place() -> None:
    rows = [*PLAN, ("城镇新增就业", "万人", "", "1.1"), ("研发投入强度", "%", "2.1", "")]
    lines = [" ".join(cell or "—" for cell in row) for row in rows]
    assert read_pdf(with_table(rows, RULED_ABOVE)) == lines
    # Not what has no place in the columns, and no form.
    places = [(10, 60), (100, 130), (200, 230), (300, 330)]
    full = [Line(f"{n}", *place, 10, -20.0 * row) for row in range(3) for n, place in enumerate(places)]
    between = [Line("5.5", *place, 10, -60) for place in ((10, 60), (140, 190), (300, 330))]
    form = [Line("姓名", *place, 10, -80) for place in places[1:]]
    read = [line.text for line in ReadingOrder().lines([*full, *between, *form])]
    assert read[3:] == ["5.5 5.5 5.5", "姓名 姓名 姓名"]


INDICATORS = (
    ("指标名称", "单位", "2025年预计完成", "2026年预期目标", "增长%"),
    ("地区生产总值", "亿元", "812.3", "870", "5.5"),
    ("全体居民人均可支配收入", "元", "41230", "43500", "5.5"),
    ("固定资产投资（不含农户）增长速度", "%", "4.2", "5以上", "—"),
    ("城镇新增就业人数", "万人", "1.15", "1.1", "—"),
    ("单位地区生产总值能源消耗降低", "%", "3.1", "完成市下达任务", "—"),
    ("空气质量优良天数比率", "%", "88.2", "88以上", "—"),
)
NARROW = (78, 50, 60, 60, 50)


@pytest.mark.parametrize("padding", [0, 4])
@pytest.mark.parametrize("height", ["middle", "top", "bottom"])
def test_wrapped_cells_of_a_table_without_rules_are_of_the_row_of_their_figure(
    height: str, padding: float
) -> None:
    raw = set_in_cells(
        [INDICATORS], NARROW, height=height, padding=padding, above=["目标如下："], below=["二、任务"]
    )
    assert read_pdf(raw) == ["目标如下：", *(" ".join(row) for row in INDICATORS), "二、任务"]


def test_a_table_without_rules_goes_on_over_pages_with_its_headings_or_without() -> None:
    long = [(f"{name}（第{n}次）", *row) for n in range(4) for name, *row in INDICATORS[1:]]
    head, pages = INDICATORS[0], [long[:9], long[9:18], long[18:]]
    rows = [" ".join(row) for row in long]
    assert read_pdf(set_in_cells([[head, *pages[0]], *pages[1:]], NARROW)) == [" ".join(head), *rows]
    again = [line for page in pages for line in (" ".join(head), *(" ".join(row) for row in page))]
    assert read_pdf(set_in_cells([[head, *page] for page in pages], NARROW)) == again


@pytest.mark.parametrize("last", [1, 2])
def test_the_last_rows_of_a_table_without_rules_stand_alone_on_a_page(last: int) -> None:
    rows = [*INDICATORS, ("环境空气质量优良天数（市考核口径）比率", "%", "", "97以上", "—")]
    raw = set_in_cells([rows[:-last], rows[-last:]], NARROW, above=["青川县2026年报告"], padding=4)
    lines = [" ".join(cell or "—" for cell in row) for row in rows]
    assert read_pdf(raw) == ["青川县2026年报告", *lines[:-last], "青川县2026年报告", *lines[-last:]]


def test_what_does_not_stand_in_the_columns_of_the_page_before_is_no_row_of_its_table() -> None:
    places = [(70, 160), (180, 210), (240, 280), (320, 360)]
    row = [Line("粮食产量"[: n + 1], *place, 10, 700) for n, place in enumerate(places)]
    table = [replace(piece, y=700 - 20 * n, text=f"{n}.5") for n in range(4) for piece in row]
    order = ReadingOrder()
    order.lines(table)
    other = [Line("农村", 70, 120, 10, 700), Line("5.5", 150, 190, 10, 700), Line("6", 230, 250, 10, 690)]
    assert not any(line.of_table for line in order.lines(other))


@pytest.mark.parametrize("in_forms", [False, True])
def test_the_last_row_between_rules_stands_alone_on_a_page(in_forms: bool) -> None:
    rows = [*PLAN[:2], ("环境空气质量\n优良天数", "%", "97.1", "96.8")]
    pdfmetrics.registerFont(UnicodeCIDFont(SONG))
    canvas = Canvas(stream := io.BytesIO())
    lefts = (70, 250, 300, 380, 480)
    for name, page in (("one", rows[:2]), ("two", rows[2:])):
        if in_forms:  # as what stamps a PDF leaves its pages
            canvas.beginForm(name)
        for number, cells in enumerate(page):
            top = 700 - 30 * number
            canvas.lines([(lefts[0], y, lefts[-1], y) for y in (top, top - 30)])
            canvas.lines([(x, top, x, top - 30) for x in lefts])
            for left, cell in zip(lefts, cells, strict=False):
                canvas.setFont(SONG, 10)
                for at, line in enumerate(cell.split("\n")):
                    canvas.drawString(left + 4, top - 12 - 12 * at, line)
        if in_forms:
            canvas.endForm()
            canvas.scale(0.8, 0.8)
            canvas.doForm(name)
        canvas.showPage()
    canvas.save()
    assert read_pdf(stream.getvalue()) == [" ".join(row).replace("\n", "") for row in rows]


def broken_over_a_page(
    one: Sequence[Sequence[str]],
    two: Sequence[Sequence[str]],
    lefts: Sequence[float] = (70, 203, 250, 330, 410),
) -> list[str]:
    """Rows between rules at the end of a page and at the beginning of the next one, with their numbers."""
    pdfmetrics.registerFont(UnicodeCIDFont(SONG))
    canvas = Canvas(stream := io.BytesIO())
    for number, rows in enumerate((one, two), 1):
        for at, cells in enumerate(rows):
            top = 700 - 20 * at
            canvas.lines([(lefts[0], y, lefts[-1], y) for y in (top, top - 20)])
            canvas.lines([(x, top, x, top - 20) for x in lefts])
            canvas.setFont(SONG, 10)
            for left, cell in zip(lefts, cells, strict=False):
                canvas.drawString(left + 4, top - 14, cell)
        canvas.drawString(230, 30, f"- {number} -")
        canvas.showPage()
    canvas.save()
    return read_pdf(stream.getvalue())


@pytest.mark.parametrize("again", [False, True])
def test_a_row_between_rules_that_goes_on_over_the_end_of_its_page(again: bool) -> None:
    cut = ("全县居民人均可支配收入比上", "%", "5.0", "5.5")
    behind = ("粮食产量", "万吨", "31.2", "31以上")
    read = broken_over_a_page([PLAN[0], PLAN[2], cut], [*PLAN[:again], ("年增长",), behind])
    rows = [PLAN[0], PLAN[2], ("全县居民人均可支配收入比上年增长", *cut[1:]), *PLAN[:again], behind]
    assert read == [" ".join(row) for row in rows]


def test_the_rest_of_a_row_alone_on_a_page() -> None:
    rows = broken_over_a_page(
        [("任务", "内容"), ("全县居民人均可支配收入与经", "同步")], [("济增长",)], lefts=(70, 203, 300)
    )
    assert rows == ["任务 内容", "全县居民人均可支配收入与经济增长 同步"]


@pytest.mark.parametrize(
    ("last", "first"),
    [
        (("粮食产量", "万吨", "31.2", "31"), ("民生保障",)),  # a line that is not full
        (("全县居民人均可支配收入增长", "%", "5.0", "5.5"), ("二、民生保障",)),
        (("全县居民人均可支配收入增长", "%", "5.0", "5.5"), ("城镇居民", "%", "4.6", "5.0")),
        (("一、全县居民人均可支配收入",), ("城镇居民", "%", "4.6", "5.0")),
    ],
)
def test_a_row_of_its_own_begins_a_page(last: Sequence[str], first: Sequence[str]) -> None:
    assert broken_over_a_page([PLAN[0], last], [first, PLAN[2]]) == [
        " ".join(row) for row in (PLAN[0], last, first, PLAN[2])
    ]


def test_headings_over_several_columns_and_kinds_over_several_rows() -> None:
    rows = (
        ("类别", "指标名称", "单位", "2025年", "", "2026年", ""),
        ("", "", "", "完成", "增长%", "目标", "增长%"),
        ("经济发展", "地区生产总值", "亿元", "812.3", "5.2", "870", "5.5"),
        ("", "规模以上工业增加值", "亿元", "300.1", "6.1", "320", "6.5左右"),
        ("", "一般公共预算收入", "亿元", "41.2", "2.5", "42.5", "3"),
        ("", "社会消费品零售总额", "亿元", "305.6", "4.8", "322", "5"),
        ("", "全体居民人均可支配收入", "元", "41230", "5.3", "43500", "5.5"),
    )
    over = {(0, at): (2, 1) for at in (0, 1, 2)} | {(0, 3): (1, 2), (0, 5): (1, 2), (2, 0): (5, 1)}
    lines = read_pdf(set_in_cells([rows], (40, 84, 44, 60, 55, 60, 60), spans=over))
    assert lines[0] == "类别 指标名称 单位 2025年完成 2025年增长% 2026年目标 2026年增长%"
    assert [line.removeprefix("经济发展 ") for line in lines[1:]] == [" ".join(row[1:]) for row in rows[2:]]


def test_a_heading_of_two_lines_is_not_over_those_beside_it() -> None:
    rows = (
        ("序号", "指标名称", "单位", "2025年实际", "2026年预期目标", "增长%"),
        ("1", "粮食总产量", "万吨", "31.2", "31以上", "—"),
        ("2", "城镇新增就业", "万人", "1.15", "1.1", "—"),
        ("3", "社会消费品零售总额", "亿元", "305.6", "322", "5"),
    )
    raw = set_in_cells([rows], (40, 110, 50, 70, 65, 60), height="bottom")
    assert read_pdf(raw) == [" ".join(row) for row in rows]


def test_a_figure_close_to_the_name_of_the_cell_beside_it() -> None:
    rows = (
        ("指标", "2025年完成", "2026年目标"),
        ("粮食产量", "31.2", "31"),
        ("全部粮食总产量", "31.5", "32"),
    )
    lefts = ((70, 160, 240), (70, 153, 240), (70, 153, 240))
    parts = [Line(rows[2][0], 70, 147, 12, 660), Line("31.5", 153, 175, 12, 660)]
    pieces = [
        Line(text, left, left + 11 * len(text), 12, 700 - 20 * n)
        for n, (row, places) in enumerate(zip(rows, lefts, strict=True))
        for text, left in zip(row, places, strict=True)
    ]
    whole = Line("全部粮食总产量 31.5", 70, 175, 12, 660, parts=tuple(parts))
    read = ReadingOrder().lines([*pieces[:6], whole, pieces[-1]])
    assert [line.text for line in read] == [" ".join(row) for row in rows]
    assert all(line.of_table for line in read)


def test_values_with_words_and_of_two_figures() -> None:
    rows = (
        ("指标", "2025年完成情况", "2026年预期目标"),
        ("地区生产总值", "812.3亿元，增长5.2%", "870亿元，增长5.5%左右"),
        ("全体居民人均可支配收入", "41230元，增长5.3%", "43500元，增长5.5%左右"),
        ("城镇新增就业", "1.15万人", "1.1万人以上"),
        ("空气质量优良天数比率", "88.2%", "88%以上"),
    )
    assert read_pdf(set_in_cells([rows], (95, 95, 105), padding=4)) == [" ".join(row) for row in rows]


def test_rows_that_only_rules_down_part() -> None:
    rules = [("BOX", (0, 0), (-1, -1), 1, "black"), ("LINEBEFORE", (1, 0), (-1, -1), 1, "black")]
    raw = with_table(
        INDICATORS, [*rules, ("LINEBELOW", (0, 0), (-1, 0), 1, "black")], widths=[100, 50, 75, 75, 60]
    )
    assert read_pdf(raw) == [" ".join(row) for row in INDICATORS]


def test_a_table_ends_where_the_headings_of_another_begin() -> None:
    other = (
        ("项目", "单位", "2026年计划", "", ""),
        ("老旧小区改造和加装电梯", "个", "12", "", ""),
        ("新建学校", "所", "3", "", ""),
    )
    raw = set_in_cells([[*INDICATORS, *other]], NARROW)
    assert read_pdf(raw) == [" ".join(filter(None, row)) for row in (*INDICATORS, *other)]


def test_a_column_of_text_beside_figures_is_none_of_a_table() -> None:
    text = [Line("地" * 18, 70, 268, 12, 700 - 16 * n) for n in range(9)] + [Line("地。", 70, 92, 12, 556)]
    beside = [Line(f"{n}.5", x, x + 20, 12, 700 - 16 * n) for n in range(8) for x in (320, 420)]
    read = [line.text for line in ReadingOrder().lines([*text, *beside])]
    assert read[-2:] == ["地" * 18, "地。"]


@pytest.mark.parametrize("left", [True, False])
def test_a_table_between_rules_beside_a_column_of_text(left: bool) -> None:
    text, table = (320, 70) if left else (70, 320)
    full = [Line("地" * 18, text, text + 198, 12, 700 - 16 * n) for n in range(9)]
    rows = [
        Line(f"就业 人 {n}", table, table + 200, 12, 690 - 24 * n, row=True, of_table=True) for n in range(4)
    ]
    title = Line("主要预期目标和任务" * 3, 150, 450, 12, 740)
    read = [line.text for line in ReadingOrder().lines([title, *full, *rows])]
    texts, cells = ["地" * 18] * 9, [row.text for row in rows]
    assert read == [title.text, *([*cells, *texts] if left else [*texts, *cells])]


def test_a_watermark_is_no_text() -> None:
    def slanted(canvas: Canvas) -> None:
        canvas.rotate(40)
        canvas.setFont(SONG, 50)
        canvas.drawString(350, 250, "征求意见稿")
        canvas.rotate(-40)

    raw = set_in_cells([INDICATORS], NARROW, above=["目标如下："], over=slanted)
    assert read_pdf(raw) == ["目标如下：", *(" ".join(row) for row in INDICATORS)]


@pytest.mark.parametrize("turned", [0, 90])
def test_what_is_cut_off_a_page_is_no_text(turned: int) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont(SONG))
    canvas = Canvas(stream := io.BytesIO())
    canvas.setCropBox((20, 40, 575, 800))
    canvas.setPageRotation(turned)
    canvas.setFont(SONG, 12)
    for x, y, text in ((60, 500, "地区生产总值增长5%。"), (60, 20, "印刷厂校样"), (-90, 500, "裁切线")):
        canvas.drawString(x, y, text)
    canvas.save()
    assert read_pdf(stream.getvalue()) == ["地区生产总值增长5%。"]


def test_the_head_and_number_of_a_page_beside_a_table_on_its_side_are_none_of_its_rows() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont(SONG))
    canvas = Canvas(stream := io.BytesIO())
    for number in range(3):
        canvas.setFont(SONG, 10)
        canvas.drawString(200, 800, "青川县人民代表大会文件")
        canvas.drawString(290, 30, f"- {number + 1} -")
        canvas.rotate(90)
        for at, cells in enumerate(INDICATORS):
            for left, cell in zip((100, 330, 400, 500, 620), cells, strict=True):
                canvas.drawString(left, -100 - 30 * at, cell)
        canvas.showPage()
    canvas.save()
    assert read_pdf(stream.getvalue()) == [" ".join(row) for row in INDICATORS] * 3


def test_lines_that_do_not_come_out_even_stay_as_they_are() -> None:
    form = [
        ("姓名", "电话", "402460"),
        ("备注：住在镇上。",),
        ("姓名", "邮编", "402461"),
        ("姓名", "电话", "402462"),
    ]
    pieces = [
        Line(text, 70 + 130 * at, 70 + 130 * at + 11 * len(text), 12, 700 - 16 * n)
        for n, row in enumerate(form)
        for at, text in enumerate(row)
    ]
    assert [line.text for line in ReadingOrder().lines(pieces)] == [" ".join(row) for row in form]


@pytest.mark.parametrize("turned", [0, 90, 270])
def test_merged_cells_stand_in_their_first_row_and_have_their_places_on_a_page_on_its_side_too(
    turned: int,
) -> None:
    rows = (
        ("类别", "指标", "单位", "2025年", "", "2026年", ""),
        ("", "", "", "完成", "增长", "目标", "增长"),
        ("经济\n发展", "地区生产总值", "亿元", "812.3", "5.2%", "870", "5.5%"),
        ("", "工业增加值", "", "300", "6%", "320", "6.5%"),
    )
    merged = [((0, 0), (0, 1)), ((1, 0), (1, 1)), ((2, 0), (2, 1)), ((3, 0), (4, 0)), ((5, 0), (6, 0))]
    spans = [("SPAN", *corners) for corners in (*merged, ((0, 2), (0, 3)), ((2, 2), (2, 3)))]
    lines = read_pdf(with_table(rows, [GRID, *spans], turned=turned))
    assert lines == [
        f"类别 指标 单位 2025年 {ACROSS} {REST} 2026年 {ACROSS}".strip(),
        "完成 增长 目标 增长",
        "经济发展 地区生产总值 亿元 812.3 5.2% 870 5.5%",
        f"工业增加值 {ABOVE} 300 6% 320 6.5%",
    ]
    told = {(t.indicator, t.low) for t in extract("\n".join(lines), year=2026, kind=Kind.PLAN_REPORT).targets}
    assert told == {
        ("gdp", 87e9),
        ("gdp", 5.5),
        ("industrial_value_added", 32e9),
        ("industrial_value_added", 6.5),
    }


def test_the_lines_of_a_cell_are_joined_from_top_to_bottom_whatever_their_fonts() -> None:
    rules = [Rule(0, y, 200, y) for y in (0, 50, 100)] + [Rule(x, 0, x, 100) for x in (0, 100, 200)]
    [table] = tables_of(rules)
    pieces = [Line("标", 10, 20, 9, 70), Line("2026年预期目", 10, 70, 12, 83.3), Line("6", 110, 120, 9, 20)]
    assert [line.text for line in table.rows(table.cells(pieces))] == ["2026年预期目标", "6"]


def test_columns_of_an_ofd() -> None:
    text = "甲乙丙丁戊己庚辛壬癸子丑寅卯"
    rows = "".join(row(100 + 8 * n, f"{text}左{n}", f"{text}右{n}") for n in range(5))
    lines = read_ofd(ofd([], None, extra=rows))
    assert "".join(lines) == "".join(f"{text}{side}{n}" for side in "左右" for n in range(5))


def test_two_stacks_of_short_cells_are_rows() -> None:
    cells = [Line(f"{n}号", x, x + 30, 10, -20.0 * n) for n in range(6) for x in (0, 300)]
    assert [line.text for line in ReadingOrder().lines(cells)] == [f"{n}号 {n}号" for n in range(6)]


def test_text_above_a_long_table_in_smaller_letters_is_no_title() -> None:
    text = [Line("二、预期目标", 122, 216, 16, 700), Line("全区主要指标如下。", 122, 266, 16, 672)]
    table = [Line(f"指标{n} 亿元 {n}", 90, 500, 9, 640 - 12 * n, row=True) for n in range(20)]
    assert join_pages([[*text, *table]])[:2] == ["二、预期目标", "全区主要指标如下。"]


def test_a_line_that_begins_with_a_comma_goes_on() -> None:
    text = [Line("地" * 28, 90, 538, 16, 700 - 28 * n) for n in range(5)]
    short, rest = Line("增长5%", 90, 170, 16, 560), Line("，就业1万人。", 122, 230, 16, 532)
    assert join_pages([[*text, short, rest]]) == ["地" * 140 + "增长5%，就业1万人。"]


def test_heads_whose_numbers_stand_between_dots() -> None:
    text = [Line("地" * 27 + "，", 90, 538, 16, 670 - 28 * n) for n in range(5)]
    heads = [f"·{n}· 2026年第1期" if n % 2 else f"荣昌区公报 ·{n}·" for n in range(2, 7)]
    pages = [[Line(head, 90, 200, 9, 740), *text] for head in heads]
    assert join_pages(pages) == [("地" * 27 + "，") * 25]


def over_notes(notes: Sequence[str], em: float = 9) -> list[str]:
    """Two pages of text at whose edge a sentence goes on, with the notes at the foot of the first."""
    full = [Line("地" * 28, 90, 538, 16, 700 - 28 * n) for n in range(6)]
    foot = [Line(text, 90, 90 + em * len(text), em, 500 - 12 * n) for n, text in enumerate(notes)]
    behind = [Line("增长5%。", 90, 180, 16, 700), Line("地" * 26 + "。", 122, 538, 16, 672)]
    return join_pages([[*full, *foot], behind])


@pytest.mark.parametrize("mark", ["①", "[1]", "1", "注：", "*"])
def test_a_sentence_goes_on_over_the_notes_at_the_foot_of_its_page(mark: str) -> None:
    first, second = f"{mark}规上企业：{'指' * 46}", "规模以上企业。"
    assert over_notes([first, second, "②四上企业：略。"]) == [
        "地" * 168 + "增长5%。",
        first + second,
        "②四上企业：略。",
        "地" * 26 + "。",
    ]


@pytest.mark.parametrize(
    ("notes", "em"), [(["①规上企业：略。"], 16), (["来源：县统计局。"], 9), (["5.5%。"], 9)]
)
def test_what_is_no_note_stays_where_it_stands(notes: list[str], em: float) -> None:
    assert "".join(over_notes(notes, em)) == "地" * 168 + notes[0] + "增长5%。" + "地" * 26 + "。"


def test_a_paragraph_after_a_gap_is_one_of_its_own() -> None:
    full = [Line("地" * 28, 90, 538, 16, 700 - 28 * n - 28 * (n > 2)) for n in range(6)]
    assert join_pages([full]) == ["地" * 84, "地" * 84]


def test_no_letter_is_lost_wherever_pieces_stand() -> None:
    texts = ["5.5", "指标", "单位", "2026年目标", "全部粮食总产量", "%", "增长5%", "其中：", "项目", ""]
    for seed in range(300):
        chance = random.Random(seed)
        lefts = [chance.uniform(0, 500) for _ in range(chance.randint(1, 7))]
        pieces = []
        for text in chance.choices(texts, k=chance.randint(1, 80)):
            left = chance.choice(lefts) + chance.choice([0, 0, chance.uniform(-15, 15)])
            y = -chance.randint(0, 30) * chance.choice([7.0, 12.0])
            pieces.append(Line(text, left, left + 10 * len(text), chance.choice([10, 10, 12, 18]), y))
        read = "".join(line.text for line in ReadingOrder().lines(pieces))
        given = "".join(piece.text for piece in pieces)
        assert sorted(read.replace(" ", "").replace("—", "")) == sorted(given), seed


def test_a_font_that_does_not_say_what_it_draws() -> None:
    glyphs = b"".join(
        b"<%s> Tj T* " % b"".join(b"%04X" % (300 + 97 * n + 31 * at) for n in range(28)) for at in range(20)
    )
    text = b"BT /F 15 Tf 27 TL 72 700 Td " + glyphs + b"ET"
    parts = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 5 0 R>>>>/Contents 4 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type0/BaseFont/A+Song/Encoding/Identity-H/DescendantFonts[6 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/A+Song/DW 1000"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>",
    )
    raw = b"%PDF-1.4\n" + b"".join(b"%d 0 obj%s\nendobj\n" % (n, part) for n, part in enumerate(parts, 1))
    with pytest.raises(NotADocument, match="do not say what they draw"):
        read_pdf(raw + b"trailer<</Size 7/Root 1 0 R>>")
