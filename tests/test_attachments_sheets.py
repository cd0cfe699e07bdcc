"""A table of targets in an .xlsx or .xls is read as it is shown, row by row; each figure from its column."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import docx
import openpyxl
import pytest

from ingest.attachments import cells
from ingest.attachments import xlsx as xlsx_reader
from ingest.attachments.cells import Sheet, lines_of_sheets, shown
from ingest.attachments.sandbox import read_attachment
from ingest.attachments.xls import read_xls
from ingest.attachments.xlsx import read_xlsx
from ingest.errors import GongbaoError, NotADocument, TooLarge
from ingest.model import Kind
from ingest.reading import read_document, read_table
from ingest.text.rows import ABOVE
from tests.support.archive_files import zipped
from tests.support.attached import mutated, repacked
from tests.support.sheet_files import PLAN_LINES, PLAN_TITLE, Cell, xls, xlsx
from workers.targets.extract import extract

SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("make", [xlsx, xls])
def test_a_table_of_targets(make: object) -> None:
    raw = make()  # type: ignore[operator]
    assert read_attachment(raw, "附表.xls").lines == PLAN_LINES
    reading = read_document(raw, "附表.xls")
    assert reading.article.title == PLAN_TITLE
    found = extract(reading.article.body, year=2026, kind=reading.identity.kind, region=None)
    assert {(t.indicator, t.low, t.unit, t.quote) for t in found.targets} == {
        ("gdp", 5.5, "%", "地区生产总值增长 % 6 5.2 5.5左右"),
        ("retail_sales", 5.0, "%", "社会消费品零售总额增长 % — 4.3% 5%"),
        ("general_budget_revenue", 3.0, "%", "一般公共预算收入增长 % 3 2.8 3以上"),
        ("new_urban_jobs", 12000.0, "人", "城镇新增就业 万人 1 1.1 1.2"),
    }
    # Of last year what was reached, and not what was planned.
    assert {(o.indicator, o.year, o.low) for o in found.outcomes} == {
        ("gdp", 2025, 5.2),
        ("retail_sales", 2025, 4.3),
        ("general_budget_revenue", 2025, 2.8),
        ("new_urban_jobs", 2025, 11000.0),
    }


@pytest.mark.parametrize(
    ("number", "pattern", "said"),
    [
        (5.5, "General", "5.5"),
        (870.0, "General", "870"),
        (0.1 + 0.2, "General", "0.3"),
        (1.2e12, "General", "1200000000000"),
        (0.055, "0.0%", "5.5%"),
        (2025.0, '0"年完成"', "2025年完成"),
        (0.0549, "0.00%", "5.49%"),
        (0.05, "0%", "5%"),
        (812.345, "#,##0.00", "812.35"),
        (812.6, "0", "813"),
        (5.5, "0.0##", "5.5"),
        (5.0, "0.0_ ;[Red]-0.0", "5.0"),
        (-3.2, "0.0;[Red]-0.0", "-3.2"),
        (5.5, '0.0"左右"', "5.5左右"),
        (5.5, '0.0"%"', "5.5%"),
        (5.5, "0.0\\%", "5.5%"),
        (5.5, '0.0"%左右"', "5.5%左右"),
        (0.055, '"≤"0.0%', "≤5.5%"),
        (3.0, '\\≥0"%"', "≥3%"),
        (852.6, '"约"0.0"亿元"', "852.6亿元"),
        (46044, 'yyyy"年"', "2026-01-22"),
        (2026, '0"年"', "2026年"),
        (8526000, "#,##0.0,", "8526.0"),
        (8526000, '0!.0,"万元"', "852.6万元"),
        (1234567890, "#,##0.00,,", "1234.57"),
        (316.00000000001, "General", "316"),
        (6.5 / 0.97, "General", "6.701030928"),
        (123456789012.0, "General", "123456789012"),
        (46044, "yyyy/m/d", "2026-01-22"),
        (1e300, "yyyy", "1" + "0" * 300),
        (1e300, "0.0", "1" + "0" * 300),
    ],
)
def test_a_number_is_that_which_its_cell_shows(number: float, pattern: str, said: str) -> None:
    assert shown(number, pattern) == said


def test_what_is_hidden_is_left_out() -> None:
    raw = xlsx(hidden={"旧表": [["地区生产总值", 7]]})
    assert read_xlsx(raw) == PLAN_LINES
    with zipfile.ZipFile(io.BytesIO(raw)) as container:
        sheet = container.read("xl/worksheets/sheet1.xml").decode()
    unseen = sheet.replace('<row r="5"', '<row hidden="1" r="5"').replace(
        "<sheetData>", '<cols><col min="7" max="7" hidden="1"/></cols><sheetData>'
    )
    lines = read_xlsx(repacked(raw, {"xl/worksheets/sheet1.xml": unseen.encode()}))
    assert not any("地区生产总值" in line or "备注" in line for line in lines)


def test_a_column_without_width_is_hidden() -> None:
    raw = xlsx()
    with zipfile.ZipFile(io.BytesIO(raw)) as container:
        sheet = container.read(SHEET).decode()
    unseen = sheet.replace("<sheetData>", '<cols><col min="7" max="7" width="0"/></cols><sheetData>')
    assert not any("备注" in line for line in read_xlsx(repacked(raw, {SHEET: unseen.encode()})))


def test_a_sheet_that_is_a_chart_is_none_of_cells() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx()))
    book.create_chartsheet("图", 0).add_chart(openpyxl.chart.LineChart())
    book.save(stream := io.BytesIO())
    assert read_xlsx(stream.getvalue()) == PLAN_LINES


def test_days_are_counted_from_1904_where_a_book_says_so() -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append(["报告日期", date(2026, 1, 18)])
    book.save(stream := io.BytesIO())
    assert read_xlsx(stream.getvalue()) == ["报告日期 2026-01-18"]


def test_texts_beside_a_table_stay_as_they_are() -> None:
    rows = [{0: "关于下达计划的说明"}, {0: "甲", 3: "乙"}, {2: "R&D spending 占比"}]
    assert lines_of_sheets([Sheet(list(enumerate(rows)))], "") == [
        "关于下达计划的说明",
        "甲 乙",
        "R&D spending占比",
    ]


@pytest.mark.parametrize(
    ("changed", "error", "said"),
    [
        ({SHEET: b"<a>" + b"a" * 8 * 2**20 + b"</a>"}, TooLarge, "100 to 1: a zip bomb"),
        ({f"x/{n}": b"" for n in range(3000)}, TooLarge, "more than 2000 entries"),
        ({SHEET: b"<!DOCTYPE a [<!ENTITY b 'c'>]><sheetData>&b;</sheetData>"}, NotADocument, "a DTD"),
        ({SHEET: b"<worksheet>"}, NotADocument, "its XML is broken"),
        ({SHEET: b"<worksheet/>"}, NotADocument, "its sheets hold no text"),
        ({SHEET: None}, NotADocument, "has no"),
        ({"xl/workbook.xml": None, "xl/workbook.bin": b""}, NotADocument, "an .xlsb is not read"),
    ],
)
def test_hostile(changed: dict[str, bytes | None], error: type[GongbaoError], said: str) -> None:
    with pytest.raises(error, match=f"^reading an .xlsx file: .*(?:{said})"):
        read_xlsx(repacked(xlsx(), changed))


def test_a_sheet_of_too_many_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "MOST_CELLS", 30)
    for make, read in ((xlsx, read_xlsx), (xls, read_xls)):
        with pytest.raises(TooLarge, match="more than 30 cells"):
            read(make())


def test_a_cell_at_the_far_corner_costs_nothing() -> None:
    far = "<worksheet><row r='1048576'><c r='XFD1048576' t='str'><v>角</v></c></row></worksheet>"
    assert read_xlsx(repacked(xlsx(), {SHEET: far.encode()})) == ["角"]


@pytest.mark.parametrize("make", [xls, xlsx])
def test_mutated_files_are_read_or_are_a_typed_error(make: object) -> None:
    raw, read_one = make(), read_xls if make is xls else read_xlsx  # type: ignore[operator]
    for seed in range(30):
        read = error = None
        try:
            read = read_one(mutated(raw, seed))
        except (NotADocument, TooLarge) as exc:
            error = str(exc)
        assert read or str(error).startswith("reading an .xls")


MERGED: tuple[tuple[Cell, ...], ...] = (
    (PLAN_TITLE, None, None, None, None, None, None),
    ("类别", "指标名称", "单位", "2024年", None, "2025年", "2026年"),
    (None, None, None, "完成", None, "完成", "目标"),
    (None, None, None, "总量", "增长%", "总量", "总量"),
    ("经济", "地区生产总值", "亿元", 810, 5.1, 855, 900),
    (None, "社会消费品零售总额", "未显示", 300, 5, 316, 332),
    ("民生", "城镇新增就业", "万人", 1, None, 1.1, 1.2),
    (None, "农村劳动力转移就业", None, 2, None, 2.1, 2.2),
)


@pytest.mark.parametrize("make", [xlsx, xls])
def test_a_merged_cell_is_that_of_all_places_that_it_takes(make: object) -> None:
    places = [(0, 0, 0, 6), (4, 5, 0, 0), (6, 7, 0, 0), (4, 5, 2, 2), (6, 7, 2, 2)]
    headings = [*[(1, 3, column, column) for column in range(3)], (1, 1, 3, 4), (2, 2, 3, 4)]
    raw = make(MERGED, merged=[*places, *headings])  # type: ignore[operator]
    assert read_attachment(raw, "附表.xls").lines == [
        PLAN_TITLE,
        "类别 指标名称 单位 2024年完成总量 2024年完成增长% 2025年完成总量 2026年目标总量",
        "经济 地区生产总值 亿元 810 5.1 855 900",
        f"— 社会消费品零售总额 {ABOVE} 300 5 316 332",
        "民生 城镇新增就业 万人 1 — 1.1 1.2",
        f"— 农村劳动力转移就业 {ABOVE} 2 — 2.1 2.2",
    ]
    reading = read_document(raw, "附表.xls")
    found = extract(reading.article.body, year=2026, kind=reading.identity.kind, region=None)
    assert {(t.indicator, t.low, t.unit) for t in found.targets} == {
        ("gdp", 90_000_000_000.0, "元"),
        ("retail_sales", 33_200_000_000.0, "元"),
        ("new_urban_jobs", 12_000.0, "人"),
        ("migrant_jobs", 22_000.0, "人"),
    }
    assert ("gdp", 2024, 5.1) in {(o.indicator, o.year, o.low) for o in found.outcomes}


def test_merged_cells_of_what_is_hidden_or_empty_say_nothing() -> None:
    rows = [("指标名称", "单位", "2026年目标"), ("工业投资", "亿元", 30), (None, None, 5.5), (None, "%", 4)]
    plain = ["指标名称 单位 2026年目标", "工业投资 亿元 30", "5.5", "— % 4"]
    assert read_xlsx(xlsx(rows)) == plain
    assert read_xlsx(xlsx(rows, merged=[(2, 3, 1, 1), (7, 9, 0, 2)])) == plain
    raw = xlsx(rows, merged=[(1, 3, 1, 1)])
    with zipfile.ZipFile(io.BytesIO(raw)) as container:
        sheet = container.read(SHEET).replace(b'<row r="2"', b'<row hidden="1" r="2"')
    assert read_xlsx(repacked(raw, {SHEET: sheet})) == ["指标名称 单位 2026年目标", "5.5", "— % 4"]


def test_merged_cells_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    merged = "".join(f"<mergeCell ref='A{n}:XFD1048576'/>" for n in range(1, 2000))
    rows = "".join(f"<row r='{n}'><c r='A{n}'><v>{n}</v></c></row>" for n in range(1, 2000))
    sheet = f"<worksheet><sheetData>{rows}</sheetData>{merged}</worksheet>".encode()
    raw = repacked(xlsx(), {SHEET: sheet})
    assert read_xlsx(raw) == ["1"]
    monkeypatch.setattr(xlsx_reader, "MOST_CELLS", 3000)
    with pytest.raises(TooLarge, match="more than 3000 cells"):
        read_xlsx(raw)


LONG_TABLE = [
    ["项目名称", "单位", "2025年完成", "2026年目标"],
    *([f"农村公路{n}号线", "个", str(n), str(n + 2)] for n in range(20)),
]
LONG_TITLE = "荣昌区2026年民生实事主要指标"
NOTE = "注：完成数为预计数，以年底验收的结果为准；目标数不含上年结转的项目，由各牵头单位按季度报送进度。"


@pytest.mark.parametrize("note", [[], [NOTE]])
def test_a_long_table_alone_is_text_from_its_first_row_on(note: list[str]) -> None:
    rows = [["附件1"], [LONG_TITLE], ["单位：个"], *LONG_TABLE, *([line] for line in note)]
    sheet = read_document(xlsx(rows), "附件1.xlsx").article
    body = ["单位：个", *map(" ".join, LONG_TABLE), *note]
    assert (sheet.title, sheet.body.split("\n")) == (LONG_TITLE, body)
    document = docx.Document()
    for line in (LONG_TITLE, "单位：个"):
        document.add_paragraph(line)
    table = document.add_table(0, 4)
    for row in LONG_TABLE:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    for line in note:
        document.add_paragraph(line)
    document.save(stream := io.BytesIO())
    assert read_document(stream.getvalue(), "附件1.docx").article.body.split("\n")[-len(body) :] == body


def test_a_short_table_alone_is_no_line_of_its_site() -> None:
    rows: list[list[Cell]] = [
        ["指标名称", "单位", "2025年预计", "2026年目标"],
        ["城镇新增就业", "万人", "1.1", "1.2"],
    ]
    reading = read_document(xlsx(rows), "荣昌区2026年国民经济和社会发展计划主要指标.xlsx")
    assert reading.identity.kind is Kind.PLAN_REPORT
    [told] = extract(reading.article.body, year=2026, kind=Kind.PLAN_REPORT).targets
    assert (told.indicator, told.low) == ("new_urban_jobs", 12_000)


def test_years_that_run_down_the_first_column() -> None:
    rows: list[list[Cell]] = [
        ["指标", "地区生产总值", "城镇新增就业"],
        ["单位", "亿元", "人"],
        ["2025年完成", 812.3, 11500],
        ["2026年目标", 870, 12000],
    ]
    lines = read_xlsx(xlsx(rows))
    assert lines == [
        "指标 地区生产总值 城镇新增就业",
        "单位 亿元 人",
        "2025年完成 812.3 11500",
        "2026年目标 870 12000",
    ]
    told = extract("\n".join(lines), year=2026, kind=Kind.PLAN_REPORT)
    assert {(t.indicator, t.year, t.low, t.quote) for t in told.targets} == {
        ("gdp", 2026, 8.7e10, "2026年目标 870"),
        ("new_urban_jobs", 2026, 12000, "2026年目标 870 12000"),
    }
    assert {(o.indicator, o.year, o.low) for o in told.outcomes} == {
        ("gdp", 2025, 8.123e10),
        ("new_urban_jobs", 2025, 11500),
    }


def test_a_row_whose_figures_are_not_known_yet_is_no_heading() -> None:
    rows: list[list[Cell]] = [
        ["指标名称", "单位", "2025年预计", "2026年目标"],
        ["粮食产量", "万吨"],
        ["城镇新增就业", "万人", "1.1", "1.2"],
    ]
    lines = ["指标名称 单位 2025年预计 2026年目标", "粮食产量 万吨", "城镇新增就业 万人 1.1 1.2"]
    assert read_xlsx(xlsx(rows)) == lines


def test_what_is_said_of_a_table_is_no_heading() -> None:
    rows = [
        ("编制单位：区发展改革委", None, None, "单位：亿元"),
        ("指标", "2025年完成", "2026年目标", None),
        (None, None, "总量", "其中：本级"),
        ("一般公共预算收入", 40.6, 42, 20),
    ]
    assert read_xlsx(xlsx(rows)) == [
        "编制单位：区发展改革委 单位：亿元",
        "指标 2025年完成 2026年目标总量 2026年目标其中：本级",
        "一般公共预算收入 40.6 42 20",
    ]


def test_a_row_of_figures_with_units_is_no_heading() -> None:
    rows = [
        ("项目", "2025年", "1—9月完成", "2026年目标", "责任单位"),
        ("农村公路改造", "52公里", "—", "60公里", "区交通委"),
        ("人均预期寿命", "78.9岁", "—", "79岁以上", "区卫健委"),
        ("垃圾分类覆盖率", 96, "—", 98, "区城管局"),
    ]
    assert read_xlsx(xlsx(rows)) == [" ".join(map(str, row)) for row in rows]


CSV = """荣昌区2026年民生实事主要指标,,,
项目名称,单位,2025年完成,2026年目标
城镇新增就业,人,"11,200","12,000"
"农村公路
硬化里程",公里,,6.5
"""


@pytest.mark.parametrize(
    "raw",
    [
        CSV.encode("gb18030"),
        CSV.encode("utf-8-sig"),
        b"\xef\xbb\xbf" + CSV.encode("gb18030"),
        CSV.replace('"11,200","12,000"', "11200,12000").replace(",", "\t").encode("utf-16"),
        CSV.replace('"11,200","12,000"', "11200,12000").replace(",", ";").replace("\n", "\r\n").encode(),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_csv_is_a_sheet(raw: bytes, packed: bool) -> None:
    raw, name = (zipped({"主要指标.csv": raw}), "附表.zip") if packed else (raw, "附表.csv")
    article = read_document(raw, name).article
    assert article.title == "荣昌区2026年民生实事主要指标"
    assert article.body.replace(",", "").split("\n") == [
        "项目名称 单位 2025年完成 2026年目标",
        "城镇新增就业 人 11200 12000",
        "农村公路硬化里程 公里 — 6.5",
    ]


@pytest.mark.parametrize("charset", ["gb18030", "utf-16", "utf-8-sig"])
def test_a_text_of_cells_that_is_called_a_sheet_is_one(charset: str) -> None:
    rows = "\r\n".join("\t".join(row) for row in ([LONG_TITLE], *LONG_TABLE))
    article = read_document(rows.encode(charset), "附表.xls").article
    assert (article.title, article.body) == (LONG_TITLE, "\n".join(map(" ".join, LONG_TABLE)))


def test_a_csv_that_says_its_sign() -> None:
    raw = "sep=;\r\n指标;单位;2026年目标\r\n全区1,2,3,4次产业;个;5\r\n城镇新增就业;人;12000\r\n"
    assert read_attachment(raw.encode("gb18030"), "附表.csv").lines == [
        "指标 单位 2026年目标",
        "全区1,2,3,4次产业 个 5",
        "城镇新增就业 人 12000",
    ]


def test_a_page_that_is_called_a_sheet_is_one_where_it_has_rows_of_a_table() -> None:
    rows = ([LONG_TITLE], *LONG_TABLE)
    table = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    page = f'<html><meta charset="gb2312"><body><table>{table}</table></body></html>'.encode("gb18030")
    for name in ("附表.xls", "https://example.org/a.et"):
        article = read_document(page, name).article
        assert (article.title, article.body) == (LONG_TITLE, "\n".join(map(" ".join, LONG_TABLE)))
        assert read_table(page, name, "text/html") == f"{LONG_TITLE}\n{article.body}"
    layout = "<html><body><table><tr><td>您访问的文件不存在</td><td>返回首页</td></tr></table></body></html>"
    with pytest.raises(NotADocument, match="a page or plain text came"):
        read_table(layout.encode(), "附表.xls", "text/html")
    with pytest.raises(NotADocument, match="a page or plain text came"):
        read_table(page, "附表.docx", "text/html")


@pytest.mark.parametrize(
    "raw", [b"", b"a" * 2**18, "<html>文件不存在</html>".encode(), b"\0\1\2" * 99, b"{'a':1, 'b':2}"]
)
def test_what_is_no_csv_is_said_to_be_so(raw: bytes) -> None:
    with pytest.raises(NotADocument):
        read_attachment(raw, "附表.csv")


def test_rows_of_values_with_words_are_no_headings() -> None:
    rows = [
        ("指标名称", "2025年预期目标", "牵头单位"),
        ("地区生产总值", "增长6.5%左右", "区发展改革委"),
        ("居民收入增长", "与经济增长同步", "区人力社保局"),
        ("研发投入强度", "≥1.9%", "区科技局"),
        ("城镇新增就业", "1.1万人", "区人力社保局"),
    ]
    assert read_xlsx(xlsx(rows)) == [" ".join(row) for row in rows]


def test_figures_of_full_width_are_no_headings() -> None:
    rows = [
        ("指标名称", "单位", "2025年完成", "2026年预期目标"),
        ("城镇居民人均可支配收入增长", "％", "４．７", "５．１左右"),
        ("农村居民人均可支配收入增长", "％", "６．３", "６．６"),
    ]
    assert read_xlsx(xlsx(rows)) == [" ".join(row) for row in rows]


SHEET_XML = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:s="urn:schemas-microsoft-com:office:spreadsheet">
<Styles><Style s:ID="p"><NumberFormat s:Format="0.0%"/></Style></Styles>
<Worksheet s:Name="1"><Table><Column/><Column s:Index="5" s:Hidden="1"/>
<Row><Cell s:MergeAcross="3"><Data s:Type="String">荣昌区2026年主要指标表</Data></Cell></Row>
<Row><Cell><Data s:Type="String">指标</Data></Cell><Cell><Data s:Type="String">单位</Data></Cell>
<Cell><Data s:Type="String">2025年完成</Data></Cell><Cell><Data s:Type="String">2026年目标</Data></Cell>
<Cell><Data s:Type="String">内部</Data></Cell></Row>
<Row s:Index="5"><Cell><Data s:Type="String">地区生产总值<B>增长</B></Data></Cell>
<Cell s:Index="3" s:StyleID="p"><Data s:Type="Number">0.052</Data></Cell>
<Cell s:StyleID="p"><Data s:Type="Number">0.055</Data></Cell><Cell><Data s:Type="Number">9</Data></Cell></Row>
<Row s:Hidden="1"><Cell><Data s:Type="String">就业</Data></Cell>
<Cell><Data s:Type="Number">8</Data></Cell></Row>
</Table></Worksheet>
<Worksheet s:Name="2"><Table><Row><Cell><Data s:Type="String">草稿</Data></Cell></Row></Table>
<WorksheetOptions><Visible>SheetHidden</Visible></WorksheetOptions></Worksheet></Workbook>"""


def test_a_sheet_as_xml_is_read_as_it_is_shown() -> None:
    article = read_document(SHEET_XML.encode(), "附表.xls").article
    assert article.title == "荣昌区2026年主要指标表"
    assert article.body.split("\n") == ["指标 单位 2025年完成 2026年目标", "地区生产总值增长 — 5.2% 5.5%"]
    with pytest.raises(NotADocument, match="its XML is broken"):
        read_attachment(SHEET_XML[:-20].encode(), "附表.xls")
    cells = "<Cell/>" * 200_001
    with pytest.raises(TooLarge, match="more than 200000 cells"):
        read_attachment(SHEET_XML.replace("<Column/>", f"<Row>{cells}</Row>").encode(), "附表.xls")
