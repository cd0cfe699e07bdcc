"""Columns are read in their order, the cells of a row stand in one line, heads of pages are no text."""

from __future__ import annotations

import pytest

from ingest.attachments.ofd import read_ofd
from ingest.attachments.page_layout import ReadingOrder
from ingest.attachments.paragraphs import Line, join_pages
from ingest.attachments.pdf import read_pdf
from ingest.attachments.ruled_tables import Rule, tables_of
from ingest.model import Kind
from ingest.text.rows import ABOVE, ACROSS, REST
from tests.support.attached import REPORT, TARGETS, TITLE
from tests.support.ofd_files import ofd, row
from tests.support.pdf_files import GRID, in_columns, with_table
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
    assert [line.text for line in table.rows(pieces)] == ["2026年预期目标", "6"]


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


def test_a_paragraph_after_a_gap_is_one_of_its_own() -> None:
    full = [Line("地" * 28, 90, 538, 16, 700 - 28 * n - 28 * (n > 2)) for n in range(6)]
    assert join_pages([full]) == ["地" * 84, "地" * 84]
