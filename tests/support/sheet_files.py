"""Tables of targets as .xlsx and .xls for the tests of attachments, by openpyxl and xlwt. No tests."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import openpyxl
import xlwt
from openpyxl.worksheet.cell_range import CellRange

Cell = str | float | tuple[float, str] | None
"""What a cell holds; with the format that it is shown in."""
Merged = Sequence[tuple[int, int, int, int]]
"""Of each merged cell the first and last row, first and last column, from 0."""

PLAN_TITLE = "荣昌区2026年国民经济和社会发展主要预期目标"
PLAN: tuple[tuple[Cell, ...], ...] = (
    (PLAN_TITLE, None, None, None, None, None, None),
    (None, None, None, None, None, None, "单位：亿元、%"),
    ("类别", "指标名称", "单位", "2025年", None, "2026年", "备注"),
    (None, None, None, "预期目标", "完成情况", "预期目标", None),
    ("经济发展", "地区生产总值增长", "%", 6, 5.2, "5.5左右", None),
    (None, "社会消费品\n零售总额增长", "%", None, (0.043, "0.0%"), (0.05, "0%"), None),
    (None, "一般公共预算收入增长", "%", 3, 2.8, "3以上", "同口径"),
    ("民生", "城镇新增就业", "万人", 1, 1.1, 1.2, None),
)
PLAN_LINES = [
    PLAN_TITLE,
    "单位：亿元、%",
    "类别 指标名称 单位 2025年预期目标 2025年完成情况 2026年预期目标 备注",
    "经济发展 地区生产总值增长 % 6 5.2 5.5左右 —",
    "— 社会消费品零售总额增长 % — 4.3% 5% —",
    "— 一般公共预算收入增长 % 3 2.8 3以上 同口径",
    "民生 城镇新增就业 万人 1 1.1 1.2 —",
]


def xlsx(
    rows: Sequence[Sequence[Cell]] = PLAN,
    *,
    merged: Merged = (),
    hidden: Mapping[str, Sequence[Sequence[Cell]]] | None = None,
) -> bytes:
    """`rows` on the first sheet; `hidden` on others that are not shown, and one that hides row and column."""
    book = openpyxl.Workbook()
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row, 1):
            value, form = cell if isinstance(cell, tuple) else (cell, "General")
            if value is not None:
                book.active.cell(number, column, value).number_format = form
    for first, last, left, right in merged:
        book.active.merged_cells.add(CellRange(None, left + 1, first + 1, right + 1, last + 1))
    for name, others in (hidden or {}).items():
        sheet = book.create_sheet(name)
        for row in others:
            sheet.append(list(row))
        sheet.sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def xls(rows: Sequence[Sequence[Cell]] = PLAN, *, merged: Merged = ()) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            value, form = cell if isinstance(cell, tuple) else (cell, "General")
            if value is not None:
                sheet.write(number, column, value, xlwt.easyxf(num_format_str=form))
    sheet.merged_ranges.extend(merged)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
