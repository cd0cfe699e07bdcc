"""An .rtf gives the lines that its text has: as Word, WPS and WordPad write them, in files of our own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import pytest

from ingest.attachments.rtf import read_rtf
from ingest.attachments.sandbox import read_attachment
from ingest.errors import NotADocument
from ingest.text.rows import ACROSS, REST
from tests.support.attached import REPORT, TITLE

FONTS = "{\\fonttbl{\\f0\\fswiss Arial;}{\\f1\\fnil\\fcharset134 \\'cb\\'ce\\'cc\\'e5;}}"


def in_bytes(text: str) -> str:
    """政 -> \\'d5\\'fe, as all of them write where the code page has the letter."""
    return "".join(
        char if char.isascii() else "".join(f"\\'{byte:02x}" for byte in char.encode("gb18030"))
        for char in text
    )


def in_numbers(text: str) -> str:
    """政 -> \\u25919?, as Word writes beside a Western code page."""
    return "".join(char if char.isascii() else f"\\u{_signed(ord(char))}?" for char in text)


def in_both(text: str) -> str:
    """政 -> \\uc2\\u25919\\'d5\\'fe: the number, and two bytes for who cannot read it."""
    return "".join(
        char if char.isascii() else f"{{\\uc2\\u{_signed(ord(char))}{in_bytes(char)}}}" for char in text
    )


def _signed(number: int) -> int:
    return number if number < 2**15 else number - 2**16


def rtf(body: str, head: str = "\\ansicpg936") -> bytes:
    return f"{{\\rtf1\\ansi{head}\\deff0{FONTS}\\viewkind4\\uc1\\pard\\f1\\fs32 {body}}}".encode()


@pytest.mark.parametrize("letters", [in_bytes, in_numbers, in_both])
@pytest.mark.parametrize("head", ["\\ansicpg936", "\\ansicpg1252"])
@pytest.mark.parametrize("name", ["报告.rtf", "报告.doc"])
def test_the_lines_of_a_document(letters: Callable[[str], str], head: str, name: str) -> None:
    raw = rtf("\\par\n".join(map(letters, (TITLE, *REPORT))), head)
    assert read_attachment(raw, name).lines == [TITLE, *REPORT]


def test_letters_that_are_written_as_they_are() -> None:
    assert read_rtf("{\\rtf1\\ansi\\ansicpg936 河湾县\\par 增长6%}".encode("gbk")) == ["河湾县", "增长6%"]


def test_rows_of_a_table_are_lines_also_with_empty_cells() -> None:
    row = "\\trowd\\cellx100\\cellx200\\intbl "
    body = "".join(
        row + "".join(f"{in_bytes(cell)}\\cell " for cell in cells) + "\\row\n"
        for cells in (("指标", "", "目标"), ("地区生产总值", "5.5%"))
    )
    assert read_rtf(rtf(f"{in_bytes('首行')}\\par {body}\\pard {in_bytes('末行')}\\par")) == [
        "首行",
        "指标 目标",
        "地区生产总值 5.5%",
        "末行",
    ]


def test_merged_cells_have_their_places_and_a_cell_of_two_paragraphs_is_one_line() -> None:
    def row(widths: str, *cells: str, also: Mapping[int, str] = MappingProxyType({})) -> str:
        edges = "".join(f"{also.get(at, '')}\\clbrdrt\\cellx{edge}" for at, edge in enumerate(widths.split()))
        texts = "".join(f"\\pard\\intbl {in_bytes(cell)}\\cell " for cell in cells)
        return f"\\trowd\\trleft10 {edges} {texts}\\row\n".replace("/", "\\par\n\\pard\\intbl ")

    first, second, wide = "\\clvmgf", "\\clvmrg", "800 2400 3000 5000 7000"
    each = "800 2400 3000 4010 5000 6000 7000"
    rows = [
        row(wide, "类别", "指标", "单位", "2025年", "2026年", also=dict.fromkeys((0, 1, 2), first)),
        row(each, "", "", "", "完成", "增长", "目标", "增长", also=dict.fromkeys((0, 1, 2), second)),
        row(
            each.replace("4010", "3990"),
            "经济/发展",
            "地区生产总值",
            "亿元",
            "812",
            "5.2%",
            "870",
            "5.5%",
            also={0: first},
        ),
        row(each, "", "工业增加值", "亿元", "300", "6%", "320", "6.5%", also={0: second}),
        row("2400 7000", "说明", "均为快报数"),
    ]
    assert read_rtf(rtf("".join(rows) + f"\\pard {in_bytes('末行')}\\par")) == [
        f"类别 指标 单位 2025年 {ACROSS} {REST} 2026年 {ACROSS}".strip(),
        "完成 增长 目标 增长",
        "经济发展 地区生产总值 亿元 812 5.2% 870 5.5%",
        "工业增加值 亿元 300 6% 320 6.5%",
        "说明 均为快报数",
        "末行",
    ]


def test_a_mark_of_a_row_in_the_text_is_text() -> None:
    assert read_rtf(rtf("\\'022025\\'02\\par 5|\x0277\x02\\par")) == ["\x022025\x02", "5|77"]


def test_what_no_reader_sees_is_left_out() -> None:
    hidden = f"{{\\v\\f1 {in_bytes('暗语')}}}{{\\deleted {in_bytes('7%')}}}{{\\v0 {in_bytes('可见')}}}"
    hidden += (
        f"{{\\strike\\f1 {in_bytes('划掉')}}}{{\\striked1 {in_bytes('划掉')}}}{{\\strike0 {in_bytes('的')}}}"
    )
    notes = f"{{\\footnote {in_bytes('脚注')}}}{{\\header {in_bytes('页眉')}}}"
    notes += f"{{\\info{{\\title {in_bytes('旧题')}}}}}"
    picture = "{\\pict\\wmetafile8\\picw100 0102030405ffff{\\*\\blipuid 00}}"
    assert read_rtf(rtf(f"{in_bytes('增长6%')}{hidden}{notes}{picture}\\par")) == ["增长6%可见的"]


@pytest.mark.parametrize(
    "raw",
    [b"{\\rtf1", b"{\\rtf1\\ansi" + b"{" * 10_000, rtf("\\par " * 9), b"{\\rtf1\\ansi\\u99999999? }" * 3],
)
def test_a_file_without_text_is_said_to_be_so(raw: bytes) -> None:
    with pytest.raises(NotADocument, match=r"^reading an .rtf file: it (?:holds no text|is damaged)"):
        read_rtf(raw)


@pytest.mark.parametrize("piece", ["{\\v ", "\\v ", "{\\pict ", "{\\pict {a}", "{\\*\\x ", "\\par|"])
def test_hostile_files_are_read_in_linear_time(piece: str) -> None:
    """None of these ends where a pattern goes over the text once for each of its pieces."""
    try:
        lines = read_rtf(b"{\\rtf1\\ansi " + piece.encode() * 200_000)
    except NotADocument:
        return
    assert not any("\\" in line for line in lines)
