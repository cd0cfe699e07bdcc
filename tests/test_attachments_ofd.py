"""An .ofd gives the lines that a reader sees, in the order of reading; the torn ones are said to be so."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from ingest.attachments import sandbox
from ingest.attachments.ofd import MOST_PAGES, read_ofd
from ingest.attachments.sandbox import read_attachment
from ingest.errors import GongbaoError, NotADocument, TooLarge
from tests.support.attached import REPORT, TARGETS, TITLE, mutated, repacked
from tests.support.ofd_files import NAMESPACE, ofd, row

REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "ofd"
LINES = [TITLE, *(line.replace("　", " ") for line in REPORT)]


@pytest.mark.parametrize(
    "namespace", [NAMESPACE, ' xmlns="http://www.ofdspec.org"', ' xmlns="http://h/x"', ""]
)
def test_lines_are_those_of_reading_in_any_namespace(namespace: str) -> None:
    assert read_ofd(ofd(namespace=namespace)) == LINES


def test_pages_are_joined_and_their_heads_and_numbers_cut() -> None:
    lines = [f"第{n}件事。{TARGETS}" for n in range(30)]
    assert read_ofd(ofd(lines, header="荣昌区人民政府文件")) == [TITLE, *lines]


def test_rows_of_a_table_are_lines() -> None:
    table = (
        row(200, "指标", "单位", "目标")
        + row(210, "地区生产总值", "%", "5.5左右")
        + row(220, "粮食", "万吨", "31")
    )
    assert read_ofd(ofd(extra=table))[-3:] == ["指标 单位 目标", "地区生产总值 % 5.5左右", "粮食 万吨 31"]


def test_what_is_not_on_the_page_or_is_drawn_twice_is_no_second_text() -> None:
    twice = row(200, "加粗的一行") * 2 + row(900, "页外的一行")
    assert read_ofd(ofd(extra=twice))[-1] == "加粗的一行"
    assert read_ofd(ofd(extra=twice)).count("加粗的一行") == 1


def test_seals_and_attached_files_are_no_text() -> None:
    files = {"Doc_0/Signs/Signatures.xml": b"<Signatures/>", "Doc_0/Attachs/a.txt": "别的字".encode()}
    assert read_ofd(ofd(files=files)) == LINES


CONTENT = "Doc_0/Pages/Page_0/Content.xml"
DEEP = (
    "<Page><Content><Layer>" + "<PageBlock>" * 50_000 + "</PageBlock>" * 50_000 + "</Layer></Content></Page>"
)
PAGES = (
    "<Document><Pages>"
    + "<Page BaseLoc='Pages/Page_0/Content.xml'/>" * (MOST_PAGES + 1)
    + "</Pages></Document>"
)
# A unit that holds itself ten times: ten to the power of the deepest nesting that is followed.
NESTED = (
    "<Res><CompositeGraphicUnits><CompositeGraphicUnit ID='1'><Content>"
    + "<CompositeObject ResourceID='1'/>" * 10
    + "</Content></CompositeGraphicUnit></CompositeGraphicUnits></Res>"
)
SELF = (
    "<Page><PageRes>/r.xml</PageRes>"
    "<Content><Layer><CompositeObject ResourceID='1'/></Layer></Content></Page>"
)


@pytest.mark.parametrize(
    ("changed", "error", "said"),
    [
        ({CONTENT: b"<a>" + b"a" * 8 * 2**20 + b"</a>"}, TooLarge, "100 to 1: a zip bomb"),
        ({f"x/{n}": b"" for n in range(3000)}, TooLarge, "more than 2000 entries"),
        ({CONTENT: b"<!DOCTYPE a [<!ENTITY b 'c'>]><Page>&b;</Page>"}, NotADocument, "a DTD or entities"),
        ({"Doc_0/Document.xml": PAGES.encode()}, TooLarge, "2001 pages; 2000 are read at most"),
        ({CONTENT: b"<Page><Content>"}, NotADocument, "it is damaged"),
        ({"Doc_0/Document.xml": None}, NotADocument, "it is damaged"),
        ({"OFD.xml": b"<OFD/>"}, NotADocument, "it is damaged"),
        ({CONTENT: b"<Page/>", "Doc_0/Res/1.jpg": b"\xff\xd8"}, NotADocument, "no text: .* pictures .a scan"),
        ({CONTENT: DEEP.encode()}, GongbaoError, ""),
    ],
)
def test_hostile(changed: dict[str, bytes | None], error: type[GongbaoError], said: str) -> None:
    with pytest.raises(error, match=f"^reading 报告.ofd: .*(?:{said})"):
        read_attachment(repacked(ofd(), changed), "报告.ofd")


def test_units_that_hold_themselves_end_with_their_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 1.0)
    with pytest.raises(NotADocument, match=r"an .ofd file .*, not read after 1 s"):
        read_attachment(repacked(ofd(), {CONTENT: SELF.encode(), "r.xml": NESTED.encode()}), "报告.ofd")
    monkeypatch.undo()
    assert read_attachment(ofd(), "报告.ofd").lines == LINES


def test_mutated_files_are_read_or_are_a_typed_error() -> None:
    raw = ofd()
    with zipfile.ZipFile(io.BytesIO(raw)) as container:
        part = container.read(CONTENT)
    for seed in range(40):
        # The second is torn inside, where no checksum of the container tells.
        for torn in (mutated(raw, seed), repacked(raw, {CONTENT: mutated(part, seed)})):
            read = error = None
            try:
                read = read_ofd(torn)
            except (NotADocument, TooLarge) as exc:
                error = str(exc)
            assert read or str(error).startswith("reading an .ofd file: ")


@pytest.mark.skipif(not REAL.is_dir(), reason="no ../shared/data/ofd beside the checkout")
def test_real_files() -> None:
    first: dict[str, str] = {}
    for path in sorted(REAL.glob("*.ofd")):
        try:
            first[path.name] = read_ofd(path.read_bytes())[0]
        except NotADocument as exc:
            first[path.name] = str(exc)
    textless = {name for name, line in first.items() if "it holds no text" in line}
    # Drawings, photographs, and two pages with nothing but their number.
    assert textless <= {"Page5.ofd", "V4RideRight.ofd", "containsJPEG.ofd", "h.ofd", "page1.ofd", "page3.ofd"}
    assert first["namespace_no_std.ofd"] == first["helloworld.ofd"] == "你好呀，OFD Reader&Writer！"
    assert first["hello.ofd"] == first["AddWatermarkAnnot.ofd"] == "拿来主义"
    assert first["signout.ofd"] == "XX市政府文件处理"
    assert first["发票示例.ofd"].startswith("发票代码：")
