"""Of the files of an archive the report is read, wherever it stands; archives made to hurt are refused."""

from __future__ import annotations

import io
import zipfile
from ctypes.util import find_library

import pytest

from ingest.attachments.archive import read_archive
from ingest.attachments.choice import Candidate, chosen
from ingest.attachments.kinds import AttachmentKind, kind_of
from ingest.attachments.sandbox import FileText, read_attachment
from ingest.errors import GongbaoError, Locked, NotADocument, TooLarge
from ingest.reading import read_document
from tests.support.archive_files import rar, zipped
from tests.support.attached import REPORT, TITLE, mutated, word
from tests.support.doc_files import doc
from tests.support.sheet_files import xlsx

LINES = [TITLE, *REPORT]
ANNEX = word(["绿色发展：一种发展。"] * 40, "名词解释")
PLAN = word(["计划已经执行，增长5%。"] * 40, "关于荣昌区2025年国民经济和社会发展计划执行情况的报告")
MIXED = {
    "附件/1名词解释.docx": ANNEX,
    "__MACOSX/附件/._2荣昌区政府工作报告.docx": b"\0",
    "附件/2荣昌区政府工作报告.doc": doc(),
    "附件/~$荣昌区政府工作报告.docx": b"\0",
    "说明.txt": "先看说明".encode(),
}
needs_libarchive = pytest.mark.skipif(
    find_library("archive") is None, reason="no libarchive (Debian: apt-get install libarchive13)"
)


@pytest.mark.parametrize(
    ("raw", "within"),
    [
        (zipped({"报告.docx": word()}), "报告.docx"),
        (zipped(MIXED), "附件/2荣昌区政府工作报告.doc"),
        (zipped(MIXED, gbk=True), "附件/2荣昌区政府工作报告.doc"),
        (
            zipped({"说明.txt": b"readme", "政府工作报告.txt": "\r\n".join(LINES).encode("gb18030")}),
            "政府工作报告.txt",
        ),
        # By the text, where names say nothing.
        (zipped({"1.docx": ANNEX, "2.docx": word()}), "2.docx"),
        # By the sort of the report.
        (zipped({"计划报告.docx": PLAN, "政府报告.docx": word()}), "政府报告.docx"),
        (zipped({"a/报告.zip": zipped({"报告.docx": word()})}), "a/报告.zip/报告.docx"),
        (zipped({"../../etc/报告.docx": word(), "/报告.doc": b"\0"}), "../../etc/报告.docx"),
        pytest.param(rar(MIXED), "附件/2荣昌区政府工作报告.doc", marks=needs_libarchive),
        pytest.param(zipped({"a.rar": rar({"b.docx": word()})}), "a.rar/b.docx", marks=needs_libarchive),
    ],
)
def test_the_report_is_read_wherever_it_stands(raw: bytes, within: str) -> None:
    read = read_attachment(raw, "附件.zip")
    assert (read.lines, read.within) == (LINES, within)


def test_an_archive_is_read_like_its_report() -> None:
    assert read_document(zipped(MIXED), "附件.zip").content_hash == read_document(word(), "a").content_hash


def test_a_table_of_targets_in_it_is_read_with_the_report() -> None:
    table = xlsx([["指标", "单位", "2026年目标"], ["地区生产总值", "亿元", 870]])
    others = {"附表2重点项目表.xlsx": table, "附表3指标解释.docx": ANNEX}
    raw = zipped({"附表1主要指标表.xlsx": table, "计划报告.docx": PLAN, **others})
    plan = read_attachment(PLAN, "a.docx").lines
    assert read_attachment(raw, "a.zip") == FileText(
        [*plan, "指标 单位 2026年目标", "地区生产总值 亿元 870"], "计划报告.docx"
    )


def test_the_title_of_the_page_says_which_report_is_meant() -> None:
    both = zipped({"1.docx": word(), "2.docx": PLAN})
    title = "关于荣昌区2025年国民经济和社会发展计划执行情况的报告"
    assert read_attachment(both, "附件.zip", wanted=title).within == "2.docx"


def locked() -> bytes:
    """The directory and the entry say that a password is needed."""
    raw = bytearray(zipped({"报告.docx": word()}))
    raw[6] |= 1
    at = raw.rindex(b"PK\x01\x02")
    raw[at + 8] |= 1
    return bytes(raw)


def crowded(count: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for number in range(count):
            packed.writestr(f"{number}.docx", b"")
    return stream.getvalue()


TOWNS = {f"{name}镇政府工作报告.docx": word(title=f"{name}镇人民政府工作报告") for name in "甲乙"}
DEEP = zipped({"b.zip": zipped({"c.zip": zipped({"d.docx": word()})})})


@pytest.mark.parametrize(
    ("raw", "error", "said"),
    [
        (zipped({"报告.docx": b"0" * 30 * 2**20}), TooLarge, "100 to 1: a zip bomb"),
        (crowded(2_500), TooLarge, "more than 2000 entries"),
        (DEEP, TooLarge, "an archive in an archive in an archive"),
        (zipped(TOWNS), NotADocument, "which of its files is the report is not said .甲镇"),
        (zipped({"a.txt": b"a", "图.jpg": b"\xff\xd8"}), NotADocument, "none of its 2 files .*a.txt、图.jpg"),
        (zipped({}), NotADocument, "none of its 0 files"),
        (zipped({"报告.docx": word()})[:-300], NotADocument, "damaged"),
        (zipped({"a.docx": word()[:900]}), NotADocument, "a.docx in it: its container is damaged"),
        (locked(), Locked, "locked with a password"),
        pytest.param(
            b"Rar!\x1a\x07\x00" + bytes(90), NotADocument, "damaged|none of", marks=needs_libarchive
        ),
        pytest.param(rar({"a.docx": bytes(99)})[:-40], NotADocument, "damaged", marks=needs_libarchive),
        pytest.param(b"7z\xbc\xaf\x27\x1c" + bytes(90), NotADocument, "damaged|none", marks=needs_libarchive),
    ],
)
def test_what_cannot_be_read_is_said(raw: bytes, error: type[GongbaoError], said: str) -> None:
    with pytest.raises(error, match=f"^reading 附件.zip: .*(?:{said})"):
        read_attachment(raw, "附件.zip")


def test_a_torn_annex_hides_no_report() -> None:
    raw = zipped({"名词解释.docx": ANNEX, "报告.docx": word()})
    at = 400  # within the first of them
    assert read_attachment(raw[:at] + bytes(40) + raw[at + 40 :], "附件.zip").within == "报告.docx"


def test_names_choose_where_texts_do_not() -> None:
    short = [Candidate(name, ["字"]) for name in ("附表.docx", "政府工作报告.pdf", "政府工作报告.docx")]
    assert chosen(short) == [short[1]]
    assert chosen(short[:1]) == short[:1]
    assert chosen([]) == []


@pytest.mark.parametrize("make", [zipped, pytest.param(rar, marks=needs_libarchive)])
def test_mutated_archives_are_read_or_are_a_typed_error(make: object) -> None:
    raw = make({"报告.docx": word(), "附表.docx": b"0"})  # type: ignore[operator]

    def read(kind: AttachmentKind, content: bytes, what: str) -> list[str]:
        if kind is not AttachmentKind.DOCX:
            raise NotADocument(f"{what}: {kind.label}")
        return [str(len(content))]

    for seed in range(30):
        torn = mutated(raw, seed)
        lines = error = None
        try:
            lines, _ = read_archive(kind_of(raw), torn, "reading a", "", read)
        except (NotADocument, TooLarge) as exc:
            error = str(exc)
        assert lines or str(error).startswith("reading a")
