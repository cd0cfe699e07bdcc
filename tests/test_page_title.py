"""The title of a page, the subtitle below it, and what stands in the same heading, on pages of our own."""

# ruff: noqa: E501  (markup as the themes print it)
from __future__ import annotations

from datetime import date, datetime

import pytest

from ingest.china_time import CHINA
from ingest.identity.identify import identify
from ingest.page.parsed import parse_page
from ingest.page.reader import read_page
from ingest.page.titles import clean_title, looks_like_title, names_report
from ingest.page.walls import blocked

URL = "http://www.example.gov.cn/t20260205_7.html"
TEXT = (
    "<p>各位代表：</p><p>现在，我代表县人民政府，向大会报告工作，请予审议，并请列席的同志提出意见。</p>"
    "<p>今年打算把北坡的渠修通，把三所村小的灶台改好，地区生产总值增长5%左右。</p>"
)
NAMED = "河湾县2026年政府工作报告"
MENU = '<div class="nav"><a href="/">首页</a> <a href="/zwgk/">政务公开</a></div>'


def read(body: str, head: str = ""):  # type: ignore[no-untyped-def]
    return read_page(parse_page(f"<html><head>{head}</head><body>{MENU}{body}</body></html>", URL))


@pytest.mark.parametrize(
    "heading",
    [
        f'<p class="title-text">{NAMED}</p>',
        f'<div class="DocTitle">{NAMED}</div>',
        f'<div class="zw-title">{NAMED}</div>',
        f'<div class="art_title_box">{NAMED}</div>',
        f'<span id="info_title">{NAMED}</span>',
        f'<div class="wz_bt">{NAMED}</div>',
        f'<td class="biaoti">{NAMED}</td>',
        f'<div class="con_art_h">{NAMED}</div>',
        f'<div class="newsHeadline"><b>{NAMED}</b></div>',
        f'<table><tr><td><span class="bt">{NAMED}</span></td></tr></table>',
        f'<p align="center"><font size="5">{NAMED}</font></p>',  # only the line above the text
        f'<h2 id="art_title">{NAMED}<small>2026-02-05<span>来源：河湾日报</span></small></h2>',
        f'<h1 class="tit">{NAMED} 发布时间：2026-02-05 来源：河湾日报</h1>',
        f'<h1 class="reader-title">{NAMED}.docx</h1>',
    ],
)
@pytest.mark.parametrize(
    "printed",
    ["河湾县人民政府", "河湾县发展和改革局", "河湾县政务服务中心", "河湾在线", "政府信息公开", "信息详情"],
)
def test_what_names_the_document_beats_what_names_the_site(heading: str, printed: str) -> None:
    article = read(f"{heading}<p>2026-02-05</p><div class='text'>{TEXT}</div>", f"<title>{printed}</title>")
    assert article.title == NAMED
    assert article.body.startswith("各位代表：")
    assert article.published_at == date(2026, 2, 5)


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        # the document, named after its site
        ("<title>河湾县人民政府 - 河湾县2026年政府工作报告</title>", "", NAMED),
        # what the reader may do with it before it; said to other sites alone
        ("<title>打印-河湾县2026年政府工作报告</title>", "", NAMED),
        ("<title>河湾县</title><meta property='og:title' content='河湾县2026年政府工作报告-河湾县'>", "", NAMED),
        ("<title>【中国稳健前行】坚定实施扩大内需战略_河湾网</title>", "", "【中国稳健前行】坚定实施扩大内需战略"),
        # on two lines
        ("<title>详情</title>",
         '<div class="bt">关于河湾县2025年国民经济和社会发展<br>计划执行情况与2026年计划草案的报告</div>',
         "关于河湾县2025年国民经济和社会发展计划执行情况与2026年计划草案的报告"),
        ("<title>河湾县人民政府</title>",
         "<div>关于河湾县2025年国民经济和社会发展计划执行情况</div><div>与2026年计划草案的报告</div>",
         "关于河湾县2025年国民经济和社会发展计划执行情况与2026年计划草案的报告"),
        # cut, and whole in the heading
        ("<title>关于河湾县2025年国民经济和社会发展计划执行情况…</title>",
         '<div class="c-title">关于河湾县2025年国民经济和社会发展计划执行情况与2026年计划草案的报告</div>',
         "关于河湾县2025年国民经济和社会发展计划执行情况与2026年计划草案的报告"),
        # a heading that says more than <title>
        ("<title>政府工作报告</title>", f"<h1>{NAMED}</h1>", NAMED),
        # the titles of boxes, of menus and of links to others are none
        ("<title>河湾县人民政府</title>",
         f'<div class="box-title">通知公告</div><div class="tit"><a href="/1">岭西县2025年政府工作报告</a></div><h1>{NAMED}</h1>', NAMED),
        ("<title>河湾县人民政府</title>", f'<div class="nav_title">政府工作报告 发展规划 统计公报 人事任免</div><h5>{NAMED}</h5>', NAMED),
        # of a piece of news, which has no words of a document: the heading nearest to its text
        ("<title>工作动态</title>", '<div class="title_la">走进河湾 旅游</div><h5>北坡的渠通水了！</h5>', "北坡的渠通水了！"),
    ],
)  # fmt: skip
def test_title_of_a_page(head: str, body: str, title: str) -> None:
    article = read(f'{body}<div class="text">{TEXT}</div>', head)
    assert article.title == title
    assert "草案的报告" not in article.body


@pytest.mark.parametrize(
    ("line", "titled"),
    [
        ("河湾高新区2023年经济社会发展情况和2024年工作打算", True),
        ("河湾镇2024年工作总结暨2025年工作思路", True),
        ("河湾县2024年经济运行情况", True),
        ("河湾县“十五五”时期经济社会发展主要指标", True),
        ("2025年工作思路", False),
        ("一、2024年工作总结和2025年工作打算", False),
        ("主要指标", False),
    ],
)
def test_papers_that_are_called_no_report(line: str, titled: bool) -> None:
    assert looks_like_title(line) == titled


@pytest.mark.parametrize(
    ("line", "names", "titled"),
    [
        ("河灣縣2026年政府工作報告", True, True),
        ("政府工作報告提出：2010年河灣縣經濟社會發展預期目標", True, True),
        ("關於河灣縣2026年國民經濟和社會發展計劃草案的報告", True, True),
        ("縣長在渠首看望民工", False, False),
    ],
)
def test_titles_in_traditional_characters(line: str, names: bool, titled: bool) -> None:
    assert (names_report(line), looks_like_title(line)) == (names, titled)


def test_date_and_source_in_the_heading_are_read() -> None:
    heading = f"<h2>{NAMED}<small>2026-02-05 09:12 <span>来源：河湾日报</span></small></h2>"
    article = read(f"{heading}<div id='zoom'>{TEXT}</div>")
    assert article.published_at == datetime(2026, 2, 5, 9, 12, tzinfo=CHINA)
    assert article.origin == "河湾日报"


SUBTITLES = [
    "<div class='sub'>——2026年1月26日在河湾县第十八届人民代表大会第四次会议上<br>河湾县县长 张大山</div>",
    "<p>（2026年1月26日在河湾县第十八届人民代表大会第四次会议上）</p><p>河湾县人民政府县长　张大山</p>",
    "<p>——在河湾县第十八届人民代表大会第四次会议上</p><p>（2026年1月26日）</p><p>县长 张大山</p>",
]


@pytest.mark.parametrize("subtitle", SUBTITLES)
@pytest.mark.parametrize("info", ["", "<div>来源：河湾日报 发布时间：2026-02-05</div>"])
def test_subtitle_outside_the_text_says_meeting_day_and_speaker(subtitle: str, info: str) -> None:
    article = read(f"<div class='qt-title'>{NAMED}</div>{subtitle}{info}<div id='zoom'>{TEXT}</div>")
    found = identify(article, URL)
    assert found.meeting == "河湾县第十八届人民代表大会第四次会议"
    assert found.delivered_on == date(2026, 1, 26)
    assert found.speaker == "张大山"
    assert article.title == NAMED


def test_subtitle_inside_the_text_stays_there_once() -> None:
    inside = f"<p>——2026年1月26日在河湾县第十八届人民代表大会第四次会议上</p><p>县长 张大山</p>{TEXT}"
    article = read(f"<h1>{NAMED}</h1><div id='zoom'>{inside}</div>")
    assert article.body.count("会议上") == 1
    assert article.body.startswith("——2026年1月26日在")


def test_subtitle_in_a_table_of_the_text_stays_there_once() -> None:
    rows = "".join(
        f"<table><tr><td>{line}</td></tr></table>"
        for line in ("——2026年1月26日在河湾县第十八届人民代表大会第四次会议上", "县长 张大山")
    )
    article = read(f"<table><tr><td><h1>{NAMED}</h1></td></tr></table><div id='zoom'>{rows}{TEXT}</div>")
    assert article.title == NAMED
    assert article.body.startswith("——2026年1月26日在")
    assert article.body.count("会议上") == 1


def test_what_is_no_subtitle_stays_outside() -> None:
    around = "<p>2026-02-05</p><p>县长信箱</p><p>浏览次数：12</p>"
    article = read(f"<h1>{NAMED}</h1>{around}<div id='zoom'>{TEXT}</div>")
    assert article.body.startswith("各位代表：")


def test_shield_is_known_by_its_words() -> None:
    shown = (
        "<div><div>403</div><div>服务器拒绝执行该请求</div></div><div><span>浏览器</span><span>防护节点</span><span>源站</span></div>"
        "<p>客户端 IP: 192.0.2.7</p><p>请求 ID: 1788-93a</p>"
    )
    page = parse_page(f"<html><head><title>拒绝执行</title></head><body>{shown}</body></html>", URL)
    assert blocked(page) == "云防护"


@pytest.mark.parametrize(
    "column",
    ["公告公示", "规划计划", "政府公报", "领导讲话", "规划纲要", "国民经济和社会发展规划", "政府工作报告"],
)
def test_what_names_the_report_beats_a_column_that_sounds_like_one(column: str) -> None:
    head = f"<title>{column}-河湾县人民政府</title>"
    for heading in (f"<h1>{NAMED}</h1>", f'<p align="center">{NAMED}</p>'):
        article = read(f"{heading}<div class='TRS_Editor'>{TEXT}</div>", head)
        assert article.title == NAMED
    assert read(f"<div class='TRS_Editor'>{TEXT}</div>", head).title == column


PLAN = [
    "关于河湾县2025年国民经济和社会发展计划",
    "执行情况与2026年国民经济和社会发展计划（草案）的",
    "报　告",
]
SHORT_PLAN = ["河湾县2025年国民经济和社会发展计划执行情况", "和2026年国民经济和社会发展计划草案的报告"]


OF_GOVERNMENT = ["河湾县人民政府", "关于2025年国民经济和社会发展计划执行情况", "与2026年计划草案的报告"]


@pytest.mark.parametrize(
    "lines", [PLAN, SHORT_PLAN, OF_GOVERNMENT, ["河湾县人民政府关于印发", "2026年重点工作的通知"]]
)
@pytest.mark.parametrize(
    ("line", "around"),
    [
        ("{}<br>", "<h1>{}</h1><div class='nr'>{}</div>"),
        ("<p>{}</p>", "<h1>{}</h1><div class='nr'>{}</div>"),
        ("<p align=center>{}</p>", "{}<div class='nr'>{}</div>"),
        ("<p align=center><b>{}</b></p>", "<div class='TRS_Editor'>{}{}</div>"),
    ],
)
def test_a_title_on_several_lines_is_one(lines: list[str], line: str, around: str) -> None:
    html = around.format("".join(map(line.format, lines)), TEXT)
    for printed in ("河湾县门户网站", "规划计划-河湾县人民政府", "".join(lines).replace("　", "")):
        article = read(html, f"<title>{printed}</title>")
        assert article.title == "".join(lines).replace("　", "")
        assert article.body.startswith("各位代表：")


def test_a_title_has_the_year_that_the_text_has_in_its_own() -> None:
    head = "<title>河湾县政府工作报告-河湾县人民政府</title>"
    article = read(f"<div class='TRS_Editor'><p>河湾县2026年政府工作报告</p>{TEXT}</div>", head)
    assert article.title == "河湾县2026年政府工作报告"
    assert article.body.startswith("各位代表：")
    article = read(f"<div class='TRS_Editor'><p>北坡县2026年政府工作报告</p>{TEXT}</div>", head)
    assert article.title == "河湾县政府工作报告"


def test_two_titles_below_each_other_stay_two() -> None:
    body = f"<p align=center>{NAMED}</p><p align=center>关于2025年工作的报告</p><div>{TEXT}</div>"
    assert read(body, "<title>河湾县人民政府</title>").title == NAMED


def test_of_a_page_that_is_all_title_the_beginning_is_one() -> None:
    assert len(clean_title(" " * 9_000 + "某县政府工作报告，" * 9_000) or "") == 4_000


def test_a_heading_of_two_lines_says_more_than_the_second() -> None:
    article = read(
        f"<h1>河湾县人民政府<br>2026年政府工作报告</h1><div>{TEXT}</div>", "<title>河湾在线</title>"
    )
    assert article.title == "河湾县人民政府 2026年政府工作报告"


def test_the_end_of_where_the_reader_is_names_the_document_where_nothing_else_does() -> None:
    path = f"<div>当前位置：<a href='/'>首页</a> &gt; <a href='/b/'>政府工作报告</a> &gt; {NAMED}</div>"
    assert read(f"{path}<div>{TEXT}</div>", "<title>河湾县人民政府门户网站</title>").title == NAMED
    assert read(f"{path.replace(NAMED, '正文')}<div>{TEXT}</div>", "<title>河湾在线</title>").title != "正文"
