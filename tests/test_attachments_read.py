"""A .docx, a .doc, a .pdf and an .ofd give the lines that a reader sees; no figure is lost or cut in two."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import sync_playwright

from ingest.attachments.docx import read_docx
from ingest.attachments.kinds import AttachmentKind, kind_of
from ingest.attachments.paragraphs import Line, join_pages
from ingest.attachments.pdf import read_pdf
from ingest.attachments.sandbox import read_attachment
from ingest.errors import Locked, NotADocument, Scan, TooLarge
from ingest.model import Kind
from ingest.reading import read_document
from tests.support.archive_files import zipped
from tests.support.attached import (
    REPORT,
    TARGETS,
    TITLE,
    W,
    container,
    drawn,
    old_office,
    pdf,
    repacked,
    word,
)
from tests.support.doc_files import doc
from tests.support.ofd_files import ofd
from tests.support.pdf_files import in_columns
from workers.targets.extract import extract


@pytest.mark.parametrize(
    ("raw", "name", "kind"),
    [
        (word(), "a.docx", AttachmentKind.DOCX),
        (word(), "报告.pdf", AttachmentKind.DOCX),  # the name lies
        (pdf(), "a.docx", AttachmentKind.PDF),
        (b"\r\n\r\n" + pdf(), "a.pdf", AttachmentKind.PDF),  # dirt before it
        (old_office("Root Entry", "WordDocument"), "a.doc", AttachmentKind.DOC),
        (old_office("Root Entry", "WordDocument"), "http://h/x/a.wps", AttachmentKind.WPS),
        (old_office("Root Entry", "Workbook"), "a.doc", AttachmentKind.XLS),
        (old_office("Root Entry", "EncryptedPackage"), "a.docx", AttachmentKind.LOCKED),
        (old_office("Root Entry"), "a", AttachmentKind.OLE),
        (container("OFD.xml", "Doc_0/Document.xml"), "a.pdf", AttachmentKind.OFD),
        (container("[Content_Types].xml", "xl/workbook.xml"), "a.xlsx", AttachmentKind.XLSX),
        (container("ppt/presentation.xml"), "a", AttachmentKind.PPTX),
        (zipped({"报告.docx": word()}, stored=True), "a.zip", AttachmentKind.ZIP),
        (container("报告.docx", "notes about word/document.txt"), "a.zip", AttachmentKind.ZIP),
        (b"{\\rtf1\\ansi", "a.doc", AttachmentKind.RTF),
        (b"Rar!\x1a\x07\x00", "a.rar", AttachmentKind.RAR),
        (b"\x89PNG\r\n\x1a\n", "a.docx", AttachmentKind.IMAGE),
        (b"\xff\xd8\xff\xe0", "a.jpg", AttachmentKind.IMAGE),
        (b"Founder CEB 3.0", "a.ceb", AttachmentKind.CEB),
        ("<html><p>404 很抱歉</p></html>".encode(), "a.docx", AttachmentKind.PAGE),
        (b"a,b", "http://h/x/a.csv?t=1", AttachmentKind.CSV),
        (b" <html>", "a.csv", AttachmentKind.PAGE),
        ("<p>文件见 %PDF-1.4 endobj</p>".encode(), "a.html", AttachmentKind.PAGE),
        ("BMI指数说明".encode(), "a.txt", AttachmentKind.PAGE),
        (b"", "a.docx", AttachmentKind.PAGE),
    ],
)
def test_kind_is_known_by_the_bytes(raw: bytes, name: str, kind: AttachmentKind) -> None:
    assert kind_of(raw, name) is kind


@pytest.mark.parametrize("make", [word, pdf, ofd, doc])
def test_the_lines_of_a_document(make: object) -> None:
    raw = make()  # type: ignore[operator]
    # A full-width space comes out of a PDF as a plain one.
    lines = [line.replace("　", " ") for line in read_attachment(raw, "报告").lines]
    assert lines == [TITLE, *(line.replace("　", " ") for line in REPORT)]


@pytest.mark.parametrize("make", [word, pdf, ofd, doc])
def test_a_document_is_read_like_a_page(make: object) -> None:
    reading = read_document(make(), "报告")  # type: ignore[operator]
    who = reading.identity
    assert reading.article.title == TITLE
    assert (who.kind, who.year, who.region and who.region.code) == (Kind.WORK_REPORT, 2026, "500153")
    assert str(who.delivered_on) == "2026-01-22"
    found = extract(reading.article.body, year=who.year, kind=who.kind, region=who.region)
    assert {(t.indicator, t.low) for t in found.targets} >= {
        ("gdp", 5.5),
        ("retail_sales", 5.0),
        ("general_budget_revenue", 3.0),
        ("new_urban_jobs", 12000.0),
    }


def test_documents_of_one_text_are_one_version_whatever_their_format() -> None:
    """So their targets are those of the text."""
    files = {"a": word(), "b": pdf(), "c": ofd(), "d": doc(), "e": in_columns(REPORT)}
    files |= {"f": zipped({"报告.docx": word()}), "g.txt": "\n".join([TITLE, *REPORT]).encode()}
    assert len({read_document(raw, name).content_hash for name, raw in files.items()}) == 1


# --- docx ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        (  # Word 2003 puts measures and dates into smart tags
            '<w:p><w:r><w:t>新修道路</w:t></w:r><w:smartTag w:element="chmetcnv"><w:r><w:t>12公里</w:t></w:r>'
            "</w:smartTag><w:r><w:t>以上</w:t></w:r></w:p>",
            "新修道路12公里以上",
        ),
        (
            '<w:p><w:r><w:t>增长</w:t></w:r><w:del w:id="1"><w:r><w:delText>7%</w:delText></w:r></w:del>'
            '<w:ins w:id="2" w:author="a"><w:r><w:t>6%</w:t></w:r></w:ins></w:p>',
            "增长6%",
        ),
        (
            "<w:p><w:moveFrom><w:r><w:t>旧处</w:t></w:r></w:moveFrom><w:r><w:t>新处</w:t></w:r></w:p>",
            "新处",
        ),
        (
            "<w:sdt><w:sdtContent><w:p><w:r><w:t>控件里的段落</w:t></w:r></w:p></w:sdtContent></w:sdt>",
            "控件里的段落",
        ),
        (
            "<w:p><w:r><w:t>看得见</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>看不见</w:t></w:r><w:r><w:t>的</w:t></w:r></w:p>",
            "看得见的",
        ),
        (
            "<w:p><w:r><w:t>增长</w:t></w:r><w:r><w:rPr><w:strike/></w:rPr><w:t>7%</w:t></w:r>"
            "<w:r><w:rPr><w:dstrike/></w:rPr><w:t>8%</w:t></w:r>"
            "<w:r><w:rPr><w:strike w:val='0'/></w:rPr><w:t>6%</w:t></w:r></w:p>",
            "增长6%",
        ),
        (
            "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>地区</w:t></w:r></w:p><w:p><w:r><w:t>生产总值</w:t></w:r></w:p></w:tc>"
            "<w:tc><w:p/></w:tc><w:tc><w:p><w:r><w:t>5.5%</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
            "地区生产总值 5.5%",
        ),
        (
            "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>5</w:t></w:r><w:r><w:noBreakHyphen/><w:t>6%</w:t></w:r></w:p>",
            "5-6%",
        ),
        (
            "<w:p><w:r><w:t>失业率</w:t><w:sym w:font='Symbol' w:char='F0A3'/><w:t>5.5%</w:t></w:r></w:p>",
            "失业率≤5.5%",
        ),
        (
            "<w:sdt><w:sdtContent>"
            "<w:p><w:pPr><w:rPr><w:del w:id='1'/></w:rPr></w:pPr><w:r><w:t>增长</w:t></w:r></w:p>"
            "<w:p><w:r><w:t>6%</w:t></w:r></w:p></w:sdtContent></w:sdt>",
            "增长6%",
        ),
        (
            "<w:tbl><w:tr><w:tc><w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>就业</w:t></w:r></w:p></w:tc>"
            "<w:tc><w:p><w:r><w:t>5.5%</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
            "就业 5.5%",
        ),
        (
            "<w:p><w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>单击此处输入</w:t></w:r>"
            "</w:sdtContent></w:sdt><w:r><w:t>增长6%</w:t></w:r></w:p>",
            "增长6%",
        ),
        ("<w:p><w:hyperlink><w:r><w:t>链接里的字</w:t></w:r></w:hyperlink></w:p>", "链接里的字"),
    ],
)
def test_docx_keeps_what_is_seen(xml: str, expected: str) -> None:
    lines = read_docx(word(["首行", "末行"], None, [xml]))
    assert lines == ["首行", expected, "末行"]


@pytest.mark.parametrize("namespace", [W, "http://schemas.microsoft.com/office/word/2003/wordml"])
@pytest.mark.parametrize(
    "around", ["{}", '<p:package xmlns:p="urn:p"><p:part><p:xmlData>{}</p:xmlData></p:part></p:package>']
)
def test_a_word_document_as_xml_is_read_like_a_docx(namespace: str, around: str) -> None:
    def said(*lines: str) -> str:
        return "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)

    cells = "".join(f"<w:tc>{said(cell)}</w:tc>" for cell in ("地区生产总值", "%", "5.5"))
    whole = (
        f'<w:doc xmlns:w="{namespace}" xmlns:o="urn:schemas-microsoft-com:office:office"><w:body>'
        f"{said(TITLE, *REPORT)}<w:tbl><w:tr>{cells}</w:tr></w:tbl>"
        f"<w:sectPr><w:hdr>{said('页眉')}</w:hdr></w:sectPr>"
        "</w:body></w:doc>"
    )
    head = '<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Word.Document"?>'
    raw = head + around.format(whole)
    article = read_document(raw.encode(), "报告.doc").article
    assert (article.title, article.body) == (TITLE, "\n".join([*REPORT, "地区生产总值 % 5.5"]))
    with pytest.raises(NotADocument, match="its XML is broken"):
        read_attachment(raw[:-9].encode(), "报告.doc")


def test_docx_leaves_out_text_in_a_hidden_style() -> None:
    styles = (
        f'<w:styles xmlns:w="{W}"><w:style w:styleId="Hidden"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:styleId="Below"><w:basedOn w:val="Hidden"/></w:style>'
        '<w:style w:styleId="Shown"><w:basedOn w:val="Hidden"/><w:rPr><w:vanish w:val="0"/></w:rPr></w:style>'
        "</w:styles>"
    )
    said = [
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>增长{figure}%</w:t></w:r></w:p>'
        for style, figure in (("Hidden", 8), ("Below", 7), ("Shown", 6))
    ]
    run = (
        "<w:p><w:r><w:rPr><w:rStyle w:val='Hidden'/></w:rPr><w:t>再高</w:t></w:r>"
        "<w:r><w:t>一点</w:t></w:r></w:p>"
    )
    raw = word(["首行", "末行"], None, [*said, run])
    assert read_docx(repacked(raw, {"word/styles.xml": styles.encode()})) == [
        "首行",
        "增长6%",
        "一点",
        "末行",
    ]


def test_docx_in_a_frame_has_its_lines_and_rows() -> None:
    def cell(*content: str) -> str:
        pieces = (text if text[0] == "<" else f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in content)
        return f"<w:tc>{''.join(pieces)}</w:tc>"

    rows = (cell("指标") + cell("2026年", "目标"), cell("就业") + cell("5.5%"))
    table = f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"
    for frame in (
        cell("一、回顾", "过去一年", table, "二、任务"),
        cell("一、回顾", "过去一年", table) + cell("二、任务"),
        cell(f"<w:tbl><w:tr>{cell('一、回顾', '过去一年', table)}</w:tr></w:tbl>", "二、任务"),
    ):
        lines = read_docx(word([], None, [f"<w:tbl><w:tr>{frame}</w:tr></w:tbl>"]))
        assert lines == ["一、回顾", "过去一年", "指标 2026年目标", "就业 5.5%", "二、任务"]


def test_docx_leaves_out_its_table_of_contents() -> None:
    row = "<w:p><w:r><w:t>一、2025年工作回顾</w:t></w:r><w:r><w:tab/><w:t>3</w:t></w:r></w:p>"
    assert read_docx(word(["首行", "末行"], None, [row])) == ["首行", "末行"]


def test_docx_writes_automatic_numbers_out() -> None:
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:numFmt w:val="{fmt}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for n, (fmt, text) in enumerate(
            [("chineseCounting", "%1、"), ("chineseCountingThousand", "（%2）"), ("decimal", "%3.")]
        )
    )
    numbering = (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="4">{levels}</w:abstractNum>'
        '<w:num w:numId="9"><w:abstractNumId w:val="4"/></w:num></w:numbering>'
    )
    rows = [(0, "回顾"), (1, "修路"), (1, "架桥"), (0, "安排"), (1, "种树"), (2, "松树")]
    xml = [
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="9"/></w:numPr></w:pPr>'
        f"<w:r><w:t>{text}</w:t></w:r></w:p>"
        for level, text in rows
    ]
    raw = repacked(word(["首行", "末行"], None, xml), {"word/numbering.xml": numbering.encode()})
    assert read_docx(raw)[1:-1] == [
        "一、回顾",
        "（一）修路",
        "（二）架桥",
        "二、安排",
        "（一）种树",
        "1.松树",
    ]


@pytest.mark.parametrize(
    ("own", "numbers"),
    [
        ("", "一、 二、 三、 四、"),
        ('<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>', "一、 二、 一、 二、"),
        ('<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>', "一、 二、 五、 六、"),
        (
            '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/><w:lvl w:ilvl="0">'
            '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:lvlOverride>',
            "一、 二、 1. 2.",
        ),
    ],
)
def test_lists_of_one_kind_go_on_unless_they_say_that_they_begin_again(own: str, numbers: str) -> None:
    numbering = (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="4"><w:lvl w:ilvl="0">'
        '<w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>'
        "</w:abstractNum>"
        '<w:num w:numId="1"><w:abstractNumId w:val="4"/></w:num>'
        f'<w:num w:numId="2"><w:abstractNumId w:val="4"/>{own}</w:num></w:numbering>'
    )
    xml = [
        f'<w:p><w:pPr><w:numPr><w:numId w:val="{number}"/></w:numPr></w:pPr><w:r><w:t>修路</w:t></w:r></w:p>'
        for number in (1, 1, 2, 2)
    ]
    raw = repacked(word(["首行", "末行"], None, xml), {"word/numbering.xml": numbering.encode()})
    assert read_docx(raw)[1:-1] == [f"{number}修路" for number in numbers.split()]


@pytest.mark.parametrize("level", ["²", "①", "9" * 5000, "-1"])
def test_a_level_that_is_no_number_is_the_first(level: str) -> None:
    numbering = (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="4"><w:lvl w:ilvl="{level}">'
        f'<w:start w:val="{level}"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
        '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="4"/></w:num></w:numbering>'
    )
    paragraph = (
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr></w:pPr>'
        "<w:r><w:t>修路</w:t></w:r></w:p>"
    )
    raw = repacked(word(["首行", "末行"], None, [paragraph]), {"word/numbering.xml": numbering.encode()})
    assert read_docx(raw)[1:-1] == ["1.修路"]


def test_docx_finds_its_main_part_by_the_package() -> None:
    raw = word(["正文在别处"], None)
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
        ' Target="/word/document2.xml"/></Relationships>'
    )
    body = (
        f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>正文在此</w:t></w:r></w:p></w:body></w:document>'
    )
    moved = repacked(
        raw,
        {
            "word/document.xml": None,
            "_rels/.rels": rels.encode(),
            "word/document2.xml": body.encode("utf-16"),
        },
    )
    assert kind_of(moved) is AttachmentKind.DOCX
    assert read_docx(moved) == ["正文在此"]


def taking_in(name: str, chunk: bytes) -> bytes:
    """A .docx between whose first and last line another file stands whole."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="chunk" Type="{office}/aFChunk" Target="{name}"/></Relationships>'
    )
    raw = word(["首行", "末行"], None, [f'<w:altChunk xmlns:w="{W}" xmlns:r="{office}" r:id="chunk"/>'])
    part = f"word/{name}" if name[0] != "/" else name[1:]
    return repacked(raw, {"word/_rels/document.xml.rels": rels.encode(), part: chunk})


_ROWS = ("指标 单位 2025年完成 2026年目标", "就业 人 11500 12000")
_PAGE = "<p>就业增长。<table>" + "".join(f"<tr><td>{row.replace(' ', '<td>')}" for row in _ROWS)


@pytest.mark.parametrize(
    ("name", "chunk", "lines"),
    [
        ("afchunk.docx", word(["就业增长。"], None), ["就业增长。"]),
        ("/word/afchunk.docx", taking_in("a.htm", _PAGE.encode()), ["首行", "就业增长。", *_ROWS, "末行"]),
        ("a.htm", f"<html><meta charset=gb2312>{_PAGE}".encode("gbk"), ["就业增长。", *_ROWS]),
        (
            "a.mht",
            b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n"
            b"Content-Type: text/html; charset=utf-8\n\n" + _PAGE.encode() + b"\n--x--",
            ["就业增长。", *_ROWS],
        ),
        ("a.rtf", b"{\\rtf1\\ansi \\u23601?\\u19994?\\par}", ["就业"]),
        ("a.txt", "就业增长。\n收入增加。".encode(), ["就业增长。", "收入增加。"]),
    ],
)
def test_docx_has_the_lines_of_the_files_that_it_takes_in(name: str, chunk: bytes, lines: list[str]) -> None:
    assert read_attachment(taking_in(name, chunk), "报告.docx").lines == ["首行", *lines, "末行"]


def test_docx_that_takes_in_what_cannot_be_read_is_said_to_be_so() -> None:
    with pytest.raises(NotADocument, match=r"word/a.png in it: it takes in an image"):
        read_docx(taking_in("a.png", b"\x89PNG"))
    nested = word(["最里"], None)
    for _ in range(3):
        nested = taking_in("a.docx", nested)
    with pytest.raises(TooLarge, match="takes in another one"):
        read_docx(nested)


# --- pdf -------------------------------------------------------------------------------------


def test_pdf_joins_lines_and_pages_and_drops_margins() -> None:
    lines = [f"第{n}件事。{TARGETS}" for n in range(30)]
    found = read_pdf(pdf(lines, header="荣昌区人民政府文件"))
    assert found == [TITLE, *lines]


@pytest.mark.parametrize("pages", [2, 3])
def test_pdf_heads_of_few_pages(pages: int) -> None:
    lines = [f"第{n}件事。{TARGETS}" for n in range(5 * pages)]
    found = read_pdf(pdf(lines, header="荣昌区人民政府文件", breaks=range(5, 5 * pages, 5)))
    assert found == [TITLE, *lines]
    text = [Line("地" * 26 + "。", 122, 538, 16, 670 - 28 * n) for n in range(6)]
    title, unit = Line("主要指标", 250, 320, 16, 740), Line("单位：亿元", 460, 538, 10, 720)
    assert join_pages([[title, unit, *text]] * 2)[:2] == ["主要指标", "单位：亿元"]
    assert "单位：亿元" in join_pages([[title, unit, *text]] * pages)


@pytest.mark.parametrize("footer", ["{}", "- {} -", "— {} —", "第{}页", "第 {} 页 共 9 页", "{} / 9"])
def test_pdf_page_numbers_are_no_text(footer: str) -> None:
    assert read_pdf(pdf(REPORT[4:], None, footer=footer, breaks=(2, 4))) == list(REPORT[4:])


def test_a_heading_after_a_full_line_stays_a_line_of_its_own() -> None:
    page = [Line("地" * 28, 90, 538, 16), Line("（二）修路", 90, 170, 16), Line("1.5%的路", 90, 170, 16)]
    assert join_pages([page]) == ["地" * 28, "（二）修路", "1.5%的路"]


@pytest.mark.parametrize(
    ("one", "two", "joined"),
    [
        ("地区生产总值增长5", ".5%左右", "地区生产总值增长5.5%左右"),
        ("the gross", "product", "the gross product"),
    ],
)
def test_joined_lines(one: str, two: str, joined: str) -> None:
    page = [Line(one, 122, 538, 16), Line(two, 90, 300, 16), Line("下一段", 122, 170, 16)]
    assert join_pages([page]) == [joined, "下一段"]


def test_a_title_of_two_lines_is_one() -> None:
    text = [Line("地" * 28, 122, 538, 23, 600 - n) for n in range(5)]
    title = [Line("重庆市荣昌区人民政府", 100, 500, 34, 700), Line("工作报告", 250, 350, 34, 660)]
    under = Line("2026年1月22日", 260, 330, 23, 640)
    assert join_pages([[*title, under, *text]])[:2] == ["重庆市荣昌区人民政府工作报告", "2026年1月22日"]


def test_spaced_titles_are_closed_up() -> None:
    page = [Line("政 府 工 作 报 告", 200, 400, 22)]
    assert join_pages([page]) == ["政府工作报告"]


@pytest.mark.browser
def test_pdf_that_a_browser_printed() -> None:
    """Another program's PDF: subset fonts, letters drawn one by one, a title of two lines, paragraphs and
    rows of a table over the page's edge."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    lines = [
        *REPORT,
        *(f"第{n}件事：修路{n}.5公里，PM2.5控制在35微克以内，投资3.{n}亿元。{TARGETS}" for n in range(30)),
    ]
    body = "".join(f"<p>{line}</p>" for line in lines)
    rows = [
        (f"第{n}类居民人均可支配收入（含转移性收入）", "元", f"{40 + n}123", f"{43 + n}500")
        for n in range(30)
    ]
    table = "".join(f"<tr><td>{'<td>'.join(row)}" for row in rows)
    style = (
        "table{border-collapse:collapse}td{border:1px solid;width:6em}"
        "@page{size:A4;margin:2.5cm;@bottom-center{content:'— ' counter(page) ' —'}}"
        "body{font:16pt/28pt 'Noto Serif CJK SC',serif}"
        "p{text-indent:2em;text-align:justify;margin:0}h1{text-align:center}"
    )
    html = f"<meta charset=utf-8><style>{style}</style><h1>{TITLE}</h1>{body}<table>{table}</table>"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        tab = browser.new_page()
        tab.set_content(html)
        raw = tab.pdf(prefer_css_page_size=True)
        browser.close()
    assert read_pdf(raw) == [line.replace("　", " ") for line in (TITLE, *lines, *map(" ".join, rows))]


@pytest.mark.parametrize(
    ("raw", "error", "said"),
    [
        (drawn(3), Scan, "it holds no text: its 3 pages have 0 characters"),
        (drawn(3, "扫描全能王 创建"), Scan, "it holds no text: its 3 pages have 0 characters"),
        (drawn(1, "— {} —"), Scan, "it holds no text: its 1 pages have 0 characters"),
        (pdf(password="开门"), Locked, "locked with a password"),
        (old_office("EncryptedPackage"), Locked, "locked with a password"),
        (
            b"Founder CEB 3.0",
            NotADocument,
            "a .ceb file .Founder Apabi.; it is archived, and its text is not read",
        ),
        (b"{\\rtf1", NotADocument, "it holds no text"),
        (
            zipped(
                {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}, stored=True
            ),
            NotADocument,
            "an OpenDocument file .*; it is archived, and its text is not read",
        ),
        (old_office("WordDocument"), NotADocument, "it is damaged"),
        (b"<html>404</html>", NotADocument, "a page or plain text came instead of a document"),
        (word([], None), NotADocument, "it holds no text"),
    ],
)
def test_what_cannot_be_read_is_said(raw: bytes, error: type[NotADocument], said: str) -> None:
    with pytest.raises(NotADocument, match=f"^reading 报告.dat: .*{said}") as raised:
        read_attachment(raw, "/tmp/报告.dat")
    assert raised.type is error


@pytest.mark.parametrize("name", ["报告.pdf", "https://example.org/a.docx", "附表.csv"])
def test_a_page_that_came_instead_of_a_file_is_said_to_be_one(name: str) -> None:
    page = "<html><title>登录</title><body><form>用户名<input></form></body></html>".encode()
    with pytest.raises(NotADocument, match="a page without text came instead of a file"):
        read_document(page, name)


def test_pdf_encrypted_without_a_password_is_read() -> None:
    assert read_pdf(pdf(owner="别人")) == read_pdf(pdf())


def test_a_text_is_read_in_its_charset_and_no_page_for_one() -> None:
    text = "\r\n".join([TITLE, *REPORT])
    for charset in ("gb18030", "utf-8-sig", "utf-16"):
        assert read_attachment(text.encode(charset), "P020260125.txt").lines == text.splitlines()
    with pytest.raises(NotADocument, match="a page came"):
        read_attachment(b"\r\n<html>404", "P020260125.txt")
    with pytest.raises(NotADocument, match="plain text came instead"):
        read_attachment(text.encode(), "P020260125.docx")
