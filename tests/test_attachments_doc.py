"""A .doc and a .wps give the lines that their text gives as .docx; what is torn or older is said to be so."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from ingest.attachments.doc import read_doc
from ingest.attachments.docx import read_docx
from ingest.attachments.sandbox import read_attachment
from ingest.errors import NotADocument, TooLarge
from ingest.text.rows import ABOVE, ACROSS, REST
from tests.support.attached import REPORT, TITLE, mutated, word
from tests.support.doc_files import doc, ole

LINES = [TITLE, *REPORT]


@pytest.mark.parametrize("name", ["报告.doc", "报告.wps"])
def test_the_lines_of_a_document(name: str) -> None:
    assert read_attachment(doc(), name).lines == LINES


@pytest.mark.parametrize("unseen", [0x0800, 0x083C, 0x0837, 0x2A53])
def test_what_is_deleted_hidden_or_struck_out_is_left_out_and_what_stands_behind_the_text(
    unseen: int,
) -> None:
    raw = doc(["增长[-7%-]6%", "[-整段删去-]", "末行"], None, unseen=unseen)
    assert read_doc(raw) == ["增长6%", "末行"]


@pytest.mark.parametrize("wide", [False, True])
def test_rows_of_a_table_are_lines_also_with_empty_cells(wide: bool) -> None:
    rows = [("指标", "", "目标"), ("地区\r生产总值", "5.5%"), ("", "", ""), ("粮食", "", "")]
    assert read_doc(doc(["首行"], None, rows=rows, wide=wide)) == [
        "首行",
        "指标 目标",
        "地区生产总值 5.5%",
        "粮食",
    ]


def test_automatic_numbers_are_written_out() -> None:
    levels = [(39, "%1、"), (37, "（%2）"), (0, "%3."), (23, "\uf0b7")]
    lines = ["回顾", "修路", "架桥", "安排", "种树", "松树", "一点", "不在其中", "总结"]
    numbered = {1: 1, 2: 1, 3: 0, 4: 1, 5: 2, 6: 3, 8: 0}
    assert read_doc(doc(lines, None, levels=levels, numbered=numbered, heading=[0])) == [
        "一、回顾",
        "（一）修路",
        "（二）架桥",
        "二、安排",
        "（一）种树",
        "1.松树",
        "一点",
        "不在其中",
        "三、总结",
    ]


def test_lists_that_cannot_be_made_out_cost_the_numbers_and_not_the_text() -> None:
    raw = doc(["回顾"], None, levels=[(39, "%1、")], numbered={0: 0})
    assert read_doc(raw.replace(struct.pack("<HI", 1, 77), struct.pack("<HI", 60000, 77))) == ["回顾"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('见\x13 HYPERLINK "http://h/" \x14链接里的字\x15。', ["见链接里的字。"]),
        ("\x13 TOC \\o \x14一、回顾\t3\x15", []),
        ("5\x1e6%\x01\x08\x02", ["5-6%"]),
        ("一行\x0b二行\x0c三行", ["一行", "二行", "三行"]),
        ("𠮷林与\U00020000", ["𠮷林与\U00020000"]),
    ],
)
def test_signs_that_are_no_letters(line: str, expected: list[str]) -> None:
    assert read_doc(doc([line, "末行"], None)) == [*expected, "末行"]


def test_a_document_of_many_pages_of_formats() -> None:
    lines = [f"第{n}件事[-不-]办好" for n in range(150)]
    assert read_doc(doc(lines, None)) == [f"第{n}件事办好" for n in range(150)]


ENDLESS = doc().replace(struct.pack("<I", len("\r".join([*LINES, ""]))), struct.pack("<I", 99_999_999))


@pytest.mark.parametrize(
    ("raw", "error", "said"),
    [
        (doc(flags=0x1100), NotADocument, "locked with a password"),
        (doc(magic=0xA5DC, version=104), NotADocument, "Word 6 or 95 wrote it"),
        (doc(magic=0xA5EC, version=105), NotADocument, "Word 6 or 95 wrote it"),
        (doc(magic=0x1234), NotADocument, "it is damaged"),
        (doc()[:2000], NotADocument, "it is damaged"),
        (doc([], None), NotADocument, "it holds no text"),
        (ole({"WordDocument": b"", "0Table": b""}), NotADocument, "it is damaged"),
        (ENDLESS, TooLarge, "more than 5000000 characters"),
    ],
)
def test_what_cannot_be_read_is_said(raw: bytes, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=f"^reading 报告.doc: .*{said}"):
        read_attachment(raw, "报告.doc")


def test_a_wps_of_another_format_is_said_to_be_unread() -> None:
    with pytest.raises(NotADocument, match=r"^reading 报告.wps: its container holds no Word document"):
        read_attachment(ole({"WPSText": b"x"}), "报告.wps")


def test_mutated_files_are_read_or_are_a_typed_error() -> None:
    raw = doc(rows=[("指标", "目标"), ("粮食", "5%")], levels=[(39, "%1、")], numbered={2: 0}, heading=[4])
    for seed in range(100):
        read = error = None
        try:
            read = read_doc(mutated(raw, seed))
        except (NotADocument, TooLarge) as exc:
            error = str(exc)
        assert read or str(error).startswith("reading a .doc file: ")


def test_what_libreoffice_writes(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("no LibreOffice on this machine (Debian: apt-get install libreoffice-writer-nogui)")
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>".format
    rows = "".join(f"<w:tr>{cell(a)}<w:tc><w:p/></w:tc>{cell(b)}</w:tr>" for a, b in ["指目", "粮5"])
    deleted = (
        '<w:p><w:r><w:t>增长</w:t></w:r><w:del w:id="1" w:author="a"><w:r><w:delText>7%</w:delText></w:r>'
        '</w:del><w:ins w:id="2" w:author="a"><w:r><w:t>6%</w:t></w:r></w:ins></w:p>'
    )
    raw = word(extra=[f"<w:tbl>{rows}</w:tbl>", deleted])
    (tmp_path / "a.docx").write_bytes(raw)
    command = [office, f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", "doc"]
    subprocess.run([*command, "a.docx"], cwd=tmp_path, check=True, capture_output=True, timeout=150)
    assert read_attachment((tmp_path / "a.doc").read_bytes(), "a.doc").lines == read_docx(raw)


def test_merged_cells_have_their_places() -> None:
    first, goes_on, across = 0x60, 0x20, 0x01
    wide = [(800, first), (2400, first), (3000, first), (5000, 0), (7000, 0)]
    each = [(800, 0), (2400, 0), (3000, 0), (4010, 0), (5000, 0), (6000, 0), (7000, 0)]
    under = [(right, goes_on if right <= 3000 else 0) for right, _ in each]
    rows = [
        ("类别", "指标", "单位", "2025年", "2026年"),
        ("", "", "", "完成", "增长", "目标", "增长"),
        ("经济发展", "地区生产总值", "亿元", "812", "5.2%", "870", "5.5%"),
        ("", "工业增加值", "", "300", "6%", "320", "6.5%"),
        ("民生", "增速", "", "5%", "—", "6%", "—"),
    ]
    last = [(800, 0), (2400, 0), (3000, across), *each[3:]]
    fourth = [(800, goes_on), (2400, 0), (3000, goes_on), *each[3:]]
    edges = [wide, under, each, fourth, last]
    assert read_doc(doc(["首行"], None, rows=rows, edges=edges)) == [
        "首行",
        f"类别 指标 单位 2025年 {ACROSS} {REST} 2026年 {ACROSS}".strip(),
        "完成 增长 目标 增长",
        "经济发展 地区生产总值 亿元 812 5.2% 870 5.5%",
        f"工业增加值 {ABOVE} 300 6% 320 6.5%",
        f"民生 增速 {ACROSS} 5% — 6% —",
    ]
    assert read_doc(doc([], None, rows=rows[:1], edges=[wide[:2]])) == ["类别 指标 单位 2025年 2026年"]
