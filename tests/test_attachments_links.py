"""Which link of a page is the report, and what a file is called."""

# ruff: noqa: E501  (HTML as sites write it)

from __future__ import annotations

import pytest

from ingest.attachments.links import Link, report_attachments, unnamed_attachments
from ingest.attachments.names import file_name, has_file_ending, without_ending
from ingest.model import ArticleLayout
from ingest.page.parsed import parse_page
from ingest.page.reader import ANY
from tests.support.growth import Work, grows_with_size_only

URL = "http://www.example.gov.cn/zwgk/zfgzbg/202601/t20260125_7.html"
BASE = "http://www.example.gov.cn/zwgk/zfgzbg/202601"
NAME = "荣昌区2026年政府工作报告"


def page(body: str, title: str = "政府工作报告_某区人民政府") -> str:
    return f"<html><head><title>{title}</title></head><body><div class='nav'><a href='/'>首页</a></div>{body}</body></html>"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (f'<div id="zoom"><a href="./P020260125.docx">{NAME}.docx</a></div>', [("P020260125.docx", f"{NAME}.docx")]),
        (f'<ul class="attachment"><li><a href="a.pdf">{NAME}</a></li></ul>', [("a.pdf", NAME)]),
        # name and 下载 are two links to one file
        (f'<div class="fj"><a href="a.doc">下载</a><a href="a.doc">{NAME}</a></div>', [("a.doc", NAME)]),
        # one document in three formats
        (
            f'<div class="fj"><a href="a.ofd">{NAME}.ofd</a><a href="b.doc">{NAME}.doc</a><a href="c.docx">{NAME}.docx</a></div>',
            [("c.docx", f"{NAME}.docx")],
        ),
        (f'<div id="zoom"><a href="P0.txt">{NAME}.txt</a></div>', [("P0.txt", f"{NAME}.txt")]),
        # annexes are not the report
        (
            f'<div id="zoom"><a href="a.docx">{NAME}.docx</a><a href="b.docx">附件1：{NAME}名词解释.docx</a>'
            '<a href="c.xlsx">重点项目一览表.xlsx</a></div>',
            [("a.docx", f"{NAME}.docx")],
        ),
        # the only file of a page that is titled a report, called nothing in particular
        ('<div id="zoom"><a href="./P020260125512345678.docx">附件1.docx</a></div>', [("P020260125512345678.docx", "P020260125512345678.docx")]),
        ('<div class="view"><a href="2026.pdf">点击下载</a></div>', [("2026.pdf", "2026.pdf")]),
        # TRS puts the file somewhere of its own
        ('<section><a href="./P020260125512345678901.pdf">附件</a></section>', [("P020260125512345678901.pdf", "P020260125512345678901.pdf")]),
        # a CMS that serves files by number
        (f'<div class="fj"><a href="/module/download/downfile.jsp?f=1">{NAME}</a></div>', [("/module/download/downfile.jsp?f=1", NAME)]),
        (f'<div class="fj"><a href="/x?id=3" download="{NAME}.docx">下载</a></div>', [("/x?id=3", f"{NAME}.docx")]),
        ('<div id="zoom"><a href="/js/pdfjs/web/viewer.html?file=/f/2026.pdf">在线阅读</a></div>', [("/f/2026.pdf", "2026.pdf")]),
        # shown in a frame, through a viewer or not
        ('<iframe src="/js/pdfjs/web/viewer.html?file=/files/2026.pdf"></iframe>', [("/files/2026.pdf", "2026.pdf")]),
        ('<div id="zoom"><embed src="x.pdf" type="application/pdf"></div><a href="x.pdf">政府工作报告</a>', [("x.pdf", "政府工作报告")]),
        ('<iframe src="/web/viewer.html?file=../files/1.pdf"></iframe>', [("/files/1.pdf", "1.pdf")]),
        ('<iframe src="https://view.officeapps.live.com/op/view.aspx?src=http%3A%2F%2Fwww.example.gov.cn%2Ff%2F1.docx"></iframe>', [("/f/1.docx", "1.docx")]),
        ('<iframe src="/onlinePreview?url=aHR0cDovL3d3dy5leGFtcGxlLmdvdi5jbi9mLzEucGRm"></iframe>', [("/f/1.pdf", "1.pdf")]),
        ('<object><param name="src" value="/f/1.pdf"></object>', [("/f/1.pdf", "1.pdf")]),
        ('<div id="zoom"><embed src="/getfile?id=3" type="application/pdf"></div>', [("/getfile?id=3", "")]),
        # by a script
        ("<div id='zoom'></div><script>showVsbpdfIframe('/__local/A/1.pdf','100%','600','0')</script>", [("/__local/A/1.pdf", "1.pdf")]),
        ("<div id='zoom'></div><script>PDFObject.embed(\"/f/1.pdf\", '#zoom');</script>", [("/f/1.pdf", "1.pdf")]),
        ('<script>var f=[{"name":"政府工作报告.docx","path":"/f/1.docx"},{"name":"名词解释.pdf","path":"/f/2.pdf"}]</script>',
         [("/f/1.docx", "政府工作报告.docx")]),
        ('<script>show("/f/2.pdf", "名词解释.pdf"); show("/f/1.docx", "政府工作报告.docx");</script>', [("/f/1.docx", "政府工作报告.docx")]),
        ("<div id='zoom'><div class='pdf' data-src='/f/1.pdf'></div></div>", [("/f/1.pdf", "1.pdf")]),
        ('<div id="zoom"></div><div class="foot"><a href="/zn.pdf">指南</a></div>', []),
        ('<div id="zoom"><a href="/f/1.pdf">下载PDF版</a></div>', [("/f/1.pdf", "1.pdf")]),
        ('<iframe src="/foot.html"></iframe><iframe src="about:blank"></iframe>', []),
        # what only begins like an address
        ('<iframe src="http://[1]/a.pdf"></iframe><embed src="http://[1">', []),
        (f'<div id="zoom"><a href="a.asp">http://[1]/{NAME}.doc</a></div>', [("a.asp", f"http://[1]/{NAME}.doc")]),
        # an ending is seen only once the address is spelled out
        ('<div id="zoom"><a href="a%2Edo\nc">正文</a></div>', [("a.doc", "a.doc")]),
        # in a name # and ? are characters like others
        (f'<div id="zoom"><a href="/get/1">{NAME}#1.doc</a><a href="/get/2">{NAME}#1.docx</a></div>', [("/get/2", f"{NAME}#1.docx")]),
        # of the reports of one congress, the one that the page is titled
        (f'<div id="zoom"><a href="a.docx">计划执行情况报告.docx</a><a href="b.docx">{NAME}.docx</a></div>', [("b.docx", f"{NAME}.docx")]),
        # a list of reports, none of them this page's alone
        ('<div id="zoom"><a href="a.docx">甲镇工作报告.docx</a><a href="b.docx">乙镇工作报告.docx</a></div>',
         [("a.docx", "甲镇工作报告.docx"), ("b.docx", "乙镇工作报告.docx")]),
        # the site's own files stand outside the text
        ('<div id="zoom">见附件</div><div class="foot"><a href="/help.pdf">使用帮助.pdf</a></div>', []),
        ('<div id="zoom"><a href="a.docx">重点工作分工方案.docx</a></div>', []),
        ('<div id="zoom"><a href="b.html">某区政府工作报告</a></div>', []),
        # opened by a script
        (f"""<div id="zoom"><a href="javascript:void(0)" onclick="downFile('P020.wps','1')">{NAME}.wps</a></div>""", [("P020.wps", f"{NAME}.wps")]),
        (f"""<div id="zoom"><a href="javascript:download('/file/get?id=3')">{NAME}.pdf</a></div>""", [("/file/get?id=3", f"{NAME}.pdf")]),
        (f"""<div id="zoom"><a href="#" onclick="printpage('zoom')">{NAME}.pdf</a></div>""", []),
        ('<div id="zoom"><a href="javascript:void(0)">政府工作报告.docx</a><a href="http://[bad/a.docx">政府工作报告.docx</a></div>', []),
        ("", []),
    ],
)  # fmt: skip
def test_report_attachments(body: str, found: list[tuple[str, str]]) -> None:
    wanted = [
        Link(f"http://www.example.gov.cn{at}" if at.startswith("/") else f"{BASE}/{at}", name)
        for at, name in found
    ]
    assert list(report_attachments(parse_page(page(body), URL), ANY)) == wanted


@pytest.mark.parametrize(
    ("names", "title", "count"),
    [
        (["附件1.docx", "附件2.pdf"], "政府工作报告", 2),
        (["附件1.docx", "名词解释.docx"], "政府工作报告", 2),
        (["附件1.docx", "附件2.pdf"], "关于领取雨伞的通知", 0),
        ([f"附件{n}.docx" for n in range(9)], "政府工作报告", 0),
        (["重点工作分工方案.docx", "雨伞.docx"], "政府工作报告", 0),
    ],
)
def test_a_few_files_whose_names_say_nothing_may_each_be_the_report(
    names: list[str], title: str, count: int
) -> None:
    links = "".join(f'<a href="{n}.docx">{name}</a>' for n, name in enumerate(names))
    parsed = parse_page(page(f'<div id="zoom">{links}</div>', title), URL)
    assert len(unnamed_attachments(parsed, ANY)) == count


def test_a_lone_file_of_a_page_that_is_no_report_is_none() -> None:
    body = '<div id="zoom"><a href="./P020260125512345678901.docx">附件1.docx</a></div>'
    assert report_attachments(parse_page(page(body, "关于领取雨伞的通知"), URL), ANY) == ()


def test_the_source_file_says_where_to_look_and_what_to_leave() -> None:
    body = f'<div class="odd"><a href="1.docx">附件.docx</a></div><div class="old"><a href="0.docx">{NAME}.docx</a></div>'
    layout = ArticleLayout(body="div.odd", drop=("div.old",))
    assert report_attachments(parse_page(page(body), URL), layout) == (Link(f"{BASE}/1.docx", "1.docx"),)


def test_the_protocol_of_a_link_may_be_left_out() -> None:
    body = f'<div class="fj"><a href="//files.example.gov.cn/{"0" * 32}.pdf">{NAME}</a></div>'
    [link] = report_attachments(parse_page(page(body), URL), ANY)
    assert link.url == f"http://files.example.gov.cn/{'0' * 32}.pdf"


def test_many_links_take_linear_time() -> None:
    def work_on(links: int) -> Work:
        body = "".join(f'<p><a href="{n}.docx">第{n}号文件{"报告" * 40}</a></p>' for n in range(links))
        html = page(f'<div id="zoom">{body}</div>')
        return lambda: report_attachments(parse_page(html, URL), ANY)

    grows_with_size_only(work_on, 4_000)


@pytest.mark.parametrize(
    ("disposition", "expected"),
    [
        (None, "a.docx"),
        ('attachment; filename="report.docx"', "report.docx"),
        ("attachment; filename=report.docx; size=12", "report.docx"),
        ("attachment; filename*=UTF-8''%E6%8A%A5%E5%91%8A.docx", "报告.docx"),
        ("attachment; filename=\"x.docx\"; filename*=gb18030''%B1%A8%B8%E6.docx", "报告.docx"),
        ("attachment; filename*=nonsense''%B1%A8%B8%E6.docx", "报告.docx"),
        ('attachment; filename="%E6%8A%A5%E5%91%8A.docx"', "报告.docx"),
        ('attachment; filename="' + "报告.docx".encode().decode("latin-1") + '"', "报告.docx"),
        ('attachment; filename="' + "报告.docx".encode("gb18030").decode("latin-1") + '"', "报告.docx"),
        ('attachment; filename="=?UTF-8?B?5oql5ZGKLmRvY3g=?="', "报告.docx"),
        ('attachment; filename="报告.docx"', "报告.docx"),
        ('attachment; filename="../../etc/cron.d/报告.docx"', "报告.docx"),
        ('attachment; filename="..\\\\..\\\\报告.docx"', "报告.docx"),
        ("attachment; filename*=UTF-8''%2e%2e%2f%2e%2e%2fa%00b.docx", "ab.docx"),
        ('attachment; filename="报告\u202excod.exe"', "报告xcod.exe"),
        ('attachment; filename=".."', "a.docx"),
        ("inline", "a.docx"),
        ('attachment; filename="' + "长" * 500 + '"', "长" * 200),
    ],
)
def test_what_a_file_is_called(disposition: str | None, expected: str) -> None:
    assert file_name(disposition, "http://h/x/a.docx?b=c") == expected


@pytest.mark.parametrize(
    ("url", "text", "expected"),
    [
        ("http://h/download?id=3&fileName=%E6%8A%A5%E5%91%8A.docx", "下载", "报告.docx"),
        ("http://h/download.jsp?id=3", "政府工作报告.pdf", "政府工作报告.pdf"),
        ("http://h/%E6%8A%A5%E5%91%8A.pdf", "", "报告.pdf"),
        ("/home/somebody/报告.docx", "", "报告.docx"),
        ("http://h/%2e%2e%2f%2e%2e%2fpasswd.docx", "", "passwd.docx"),
        ("http://h/", "", ""),
        ("//[附件]/报告.docx", "", "报告.docx"),
    ],
)
def test_a_name_out_of_the_address_or_the_link(url: str, text: str, expected: str) -> None:
    assert file_name(None, url, text) == expected


def test_endings() -> None:
    assert has_file_ending("http://h/a.PDF?x=1")
    assert has_file_ending("政府工作报告.wps ")
    assert not has_file_ending("http://h/a.html?f=b.pdf")
    assert without_ending("政府工作报告.docx") == "政府工作报告"
    assert without_ending("5.5亿元的路") == "5.5亿元的路"


def test_links_to_files_are_seen_from_the_base_of_the_page() -> None:
    html = page('<div class="attachment"><a href="a/b.docx">某区政府工作报告.docx</a></div>')
    html = html.replace("<head>", '<head><base href="http://files.example.gov.cn/zwgk/">', 1)
    assert "<base" in html
    assert report_attachments(parse_page(html, URL), ANY) == (
        Link("http://files.example.gov.cn/zwgk/a/b.docx", "某区政府工作报告.docx"),
    )
