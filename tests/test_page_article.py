"""Article pages and threads where the reviewed pages (test_page_pages.py) do not go."""

# ruff: noqa: E501  (markup as the themes print it)
from __future__ import annotations

import json
from datetime import date, datetime

import pytest

from ingest.china_time import CHINA
from ingest.errors import ShapeChanged
from ingest.model import ArticleLayout
from ingest.page.parsed import parse_page
from ingest.page.reader import read_page

URL = "http://www.example.gov.cn/t20250211_31.html"
FIRST = "我代表县人民政府报告工作，请各位审议，也请列席的同志把没说到的地方指出来，一条一条记下。"
SECOND = "今年要把县城到高安的公路修到头，把三所卫生院的床位添够，把说过的话一件件办完，年底再来对账。"
TEXT = f"<p>　　{FIRST}</p><p>　　{SECOND}</p>"
BODY = f"{FIRST}\n{SECOND}"


def page(body: str, head: str = "<title>某县政府工作报告_某县人民政府</title>") -> str:
    menu = "".join(f'<li><a href="/{n}/">栏目之{n}，这里什么都有</a></li>' for n in range(12))
    foot = '<div class="foot">版权所有：某县人民政府 <a href="/map">网站地图</a></div>'
    return f"<html><head>{head}</head><body><ul>{menu}</ul>{body}{foot}</body></html>"


def test_a_header_block_far_down_is_read_and_so_is_the_text_below_it() -> None:
    """Long pages are read in pieces, which end neither in a table nor in a comment."""
    menus = (
        "<ul>" + '<li><a href="/x">又一个栏目</a></li>' * 200 + "</ul><!--" + "<p>旧栏目</p>" * 400 + "-->"
    )
    cells = "<table>" + "<tr><td><p>栏目</p></td><td><p>另一栏目</p></td></tr>" * 100 + "</table>"
    block = "<table><tr><td><p>索引号：</p></td><td><p>X-2025-7</p></td><td><p>发布机构：</p></td><td><p>某县政府办</p></td></tr></table>"
    article = read_page(parse_page(page(f"{menus}{cells}{block}<h1>某县政府工作报告</h1>{TEXT}"), URL))
    assert (article.header.index_number, article.header.issuer) == ("X-2025-7", "某县政府办")
    assert article.body == BODY


@pytest.mark.parametrize(
    "container",
    [
        '<div class="trs_editor_view TRS_UEDITOR">{}</div>',
        "<div class=TRS_Editor>{}</div>",
        '<div id="UCAP-CONTENT"><UCAPCONTENT>{}</UCAPCONTENT></div>',
        '<div id="zoom">{}</div>',
        '<div class="wzcon j-fontContent">{}</div>',
        '<input id="article_content" type="submit"><div class="txt"><div class="txt_txt">{}</div></div>',
        '<div class="content"><ul><li><a href="/a">别的栏目里的一条很长的链接，说的是别的事</a></li></ul>{}</div>',
        "<table><tr><td><h1>某县政府工作报告</h1></td></tr><tr><td>{}</td></tr></table>",
        "<div>{}</div>",
    ],
)
def test_body_is_found(container: str) -> None:
    article = read_page(parse_page(page(container.format(TEXT)), URL))
    assert article.body == BODY
    assert article.title == "某县政府工作报告"


def test_furniture_inside_the_container_is_cut() -> None:
    inside = (
        "<h1>某县政府工作报告</h1><p>发布时间：2025-02-11 09:20　来源：县政府办　浏览次数：5次</p>"
        "<p>【字体：大 中 小】</p><div class='share'>分享到：</div><script>var a='<p>x</p>';</script>"
        f"<p>2025年1月16日在某县第三届人民代表大会第五次会议上</p>{TEXT}"
        "<p>附件：1.某县重点项目表.xlsx</p><p>2.名词解释.pdf</p><p>（责任编辑：小王）</p><p>上一篇：某县公告</p><p>【打印本页】</p>"
    )
    article = read_page(parse_page(page(f'<div id="zoom">{inside}</div>'), URL))
    assert article.body == f"2025年1月16日在某县第三届人民代表大会第五次会议上\n{BODY}"
    assert article.published_at == datetime(2025, 2, 11, 9, 20, tzinfo=CHINA)
    assert article.origin == "县政府办"


@pytest.mark.parametrize(
    "below",
    [
        "主办：某县人民政府　承办：某县人民政府办公室",
        "地址：某县某某路69号 邮编：401120",
        "建议使用IE9.0以上浏览器，分辨率1280*768",
        "一审：某某 二审：某某 三审：某某",
        "官方微信 官方微博 手机版",
        "语音播报：播放 暂停",
        "—— 全文完 ——",
        "本网站使用Cookie以改善您的浏览体验，继续浏览即表示您同意我们使用Cookie，详情请阅读隐私政策。",
        "如您对本站内容有意见建议，请拨打12345，我们将在五个工作日内答复，感谢您的关注与支持。",
        "来源丨县政府办</p><p>编辑丨某某</p><p>审核丨某某",
        "END</p><p>来源 | 县政府办</p><p>编辑 | 某某",
        "编辑/某某 校对/某某 监制/某某",
        "（来源：某县发布 编辑：某某）",
        "您对本页内容是否满意？",
    ],
)
def test_what_a_site_prints_around_a_text_is_none_of_it(below: str) -> None:
    inside = read_page(parse_page(page(f'<div id="zoom">{TEXT}<p>{below}</p></div>'), URL))
    outside = read_page(parse_page(page(f'<div class="x">{TEXT}</div><div class="y">{below}</div>'), URL))
    assert inside.body == outside.body == BODY


@pytest.mark.parametrize(
    "above",
    [
        "2026-01-19 10:10·某县发布",
        "某县发布2026-01-19 10:10关注",
        "某人 2026-01-19 发布于某地 | 33 阅读 | 1 转藏",
        "[ 2026-01-19 10:10:11 ]　[ 某县人民政府办公室 ]　[ 浏览 321 次 ]",
        "阅读 321　　2026/01/19 10:10",
        "2026.01.19　稿源：某县人民政府办公室",
        "http://www.example.gov.cn　2026-01-19 10:10　来源：县府办",
        "3天前",
        "January 19, 2026",
        "<i>2026-01-19</i><i>县府办</i><i>321阅读</i>",
        "2026年1月19日　某城日报",
        "某城日报 2026年01月19日 星期一 第02版：要闻",
        "<a>语音播报：</a><a>播放</a><a>暂停</a> 00:00 / 23:51",
        "【导语】政府工作报告怎么写？以下是小编为大家收集的范文，欢迎阅读。",
        "政策原文</p><p>政策解读</p><p>图解",
        "以下文章来源于某县发布 ，作者县府办",
        "来源：</p><p>某县人民政府门户网站</p><p>发布时间：</p><p>2026-01-19",
    ],
)
def test_what_a_site_that_reposts_prints_above_a_text_is_none_of_it(above: str) -> None:
    assert read_page(parse_page(page(f'<div id="zoom"><p>{above}</p>{TEXT}</div>'), URL)).body == BODY


def test_a_line_below_an_empty_label_may_be_of_the_text() -> None:
    said = "（2026年1月15日在某县第十八届人民代表大会第六次会议上）"
    body = read_page(parse_page(page(f'<div id="zoom"><p>来源：</p><p>{said}</p>{TEXT}</div>'), URL)).body
    assert body == f"{said}\n{BODY}"


def test_of_a_thread_of_phpwind_the_first_post_is_the_text() -> None:
    posts = "<div class=tpc_content>{}</div>".format(
        "写得好，顶一个，希望河湾越来越好，房价稳一点，路修好一点。" * 9
    )
    body = f'<h1>某县政府工作报告</h1><div id="read_tpc" class="tpc_content">{TEXT}</div>{posts}'
    assert read_page(parse_page(page(body), URL)).body == BODY


def test_what_is_shown_where_a_browser_cannot_play_is_no_text() -> None:
    kept = TEXT.replace(
        "<p>", "<p><video src='/a.mp4'>您的浏览器不支持视频</video><canvas>不支持</canvas>", 1
    )
    assert read_page(parse_page(page(f'<div id="zoom">{kept}</div>'), URL)).body == BODY


def test_header_block_inside_the_container_is_cut() -> None:
    block = (
        "<table><tr><td>索引号：</td><td>1137/2025-5</td><td>成文日期：</td><td>2025-02-08</td></tr>"
        "<tr><td>发布机构：</td><td>某县政府办</td><td>文号：</td><td></td></tr></table>"
    )
    article = read_page(parse_page(page(f'<div class="TRS_Editor">{block}{TEXT}</div>'), URL))
    assert article.body == BODY
    assert article.header.index_number == "1137/2025-5"
    assert article.header.written_on == date(2025, 2, 8)


@pytest.mark.parametrize(
    "label", ["索 引 号", "索<!-- a > b -->引号", '<b title="索>">索</b>&emsp;<b title="x>y">引&nbsp;</b>号']
)
def test_header_block_below_the_text_is_read(label: str) -> None:
    block = f"<h3>信息公开属性</h3><ul><li>{label}：1137/2025-5</li><li>发布机构：某县政府办</li></ul>"
    for box in ('id="zoom"', 'class="x"'):
        article = read_page(parse_page(page(f"<div {box}>{TEXT}</div>{block}"), URL))
        assert article.body == BODY
        assert article.header.issuer == "某县政府办"


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        (
            '<meta name="articletitle" content="某县&lt;br/&gt;工作报告"><title>某县</title>',
            "",
            "某县工作报告",
        ),
        ('<meta name="ArticleTitle" content="某县工作报告&ltbr/>——在会上">', "", "某县工作报告——在会上"),
        ("<title>\n 某县政府工作报告_\n 规划计划_某县人民政府门户网站</title>", "", "某县政府工作报告"),
        ("<title>某县政府工作报告-某县网</title>", "", "某县政府工作报告"),
        ("<title>某县人民政府</title>", "<h2>某县政府工作报告</h2>", "某县政府工作报告"),
        (
            "<title>某县工作报告(全文)_某网</title>",
            "<h1>某网</h1><h2>某县工作报告(全文)</h2>",
            "某县工作报告(全文)",
        ),
        ("", "<h1>某县工作报告</h1>", "某县工作报告"),
        ("", "", None),
    ],
)
def test_title(head: str, body: str, title: str | None) -> None:
    assert read_page(parse_page(page(f'{body}<div id="zoom">{TEXT}</div>', head), URL)).title == title


def test_layout_rules_where_it_is_given() -> None:
    html = page(
        f'<b class="name">某县 工作报告</b><i class="ad">广告</i><div id="zoom">假的</div><em id="t">{TEXT}<i class="ad">广告</i></em>'
    )
    layout = ArticleLayout(title="b.name", body="em#t", drop=("i.ad",))
    article = read_page(parse_page(html, URL), layout)
    assert (article.title, article.body) == ("某县 工作报告", BODY)
    with pytest.raises(ShapeChanged, match=r"div\.gone.*correct the source file"):
        read_page(parse_page(html, URL), ArticleLayout(body="div.gone"))


def test_layout_may_name_many_paragraphs_and_the_header() -> None:
    html = page(
        f'<p class="h">文号：某政发〔2025〕1号</p><p class="h">发布机构：某县</p><div class="x">{TEXT}</div>'
    )
    article = read_page(parse_page(html, URL), ArticleLayout(body="div.x p, div.x", header="p.h"))
    assert article.body == BODY
    assert article.header.document_number == "某政发〔2025〕1号"


JSON_LD = (
    '{"@type": "NewsArticle", "dateModified": "2025-03-01", "datePublished": "2025-02-11T09:20:00+08:00"}'
)


@pytest.mark.parametrize(
    ("head", "above"),
    [
        ("<meta property='bytedance:published_time' content='2025-02-11T09:20:00+08:00'>", ""),
        ("<meta name='Publish Time' content='2025-02-11 09:20'>", ""),
        ("<meta name='DC.date' content='2025-02-11 09:20'>", ""),
        ("", "<span itemprop='datePublished' content='2025-02-11T01:20:00Z'>前天</span>"),
        ("", "<time datetime='2025-02-11T09:20'>2月11日</time>"),
        (f'<script type="application/ld+json">{JSON_LD}</script>', ""),
        (
            "<script type='application/ld+json'>{'title': '', \"pubDate\": \"2025-02-11T09:20:00\"}</script>",
            "",
        ),
    ],
)
def test_a_day_that_a_page_says_to_programs(head: str, above: str) -> None:
    article = read_page(parse_page(page(f"{above}<div id=zoom>{TEXT}</div>", head), URL))
    assert article.published_at == datetime(2025, 2, 11, 9, 20, tzinfo=CHINA)


@pytest.mark.parametrize(
    "near",
    [
        "<p>（2025年2月8日）</p><p>发布时间：2025-02-11</p>",
        "<p>2025年2月8日</p><p>2025-02-11 来源：某报</p>",
        "<p>——2025年2月8日在县三届人大五次全会上</p><p>2025-02-11</p>",
        "<table><tr><td>成文日期</td><td>2025-02-08</td><td>发布日期</td><td>2025-02-11</td></tr></table>",
        "<p>成文日期：2025-02-08　发布日期：2025-02-11</p>",
        "<p>更新时间：2025-03-09　发布时间：2025-02-11</p>",
        "<p>实施日期：2025-03-01</p><p>2025-02-11</p>",
        "<p>发布时间：25-02-11</p>",
        "<p>发表于 25-2-11 10:20　点击：3</p>",
        "<p>发布时间：[2025年2月11日]</p>",
        "<p>打印时间：2025-08-01</p><p>时间：2025/2/11</p>",
    ],
)
def test_the_day_of_a_page_is_that_on_which_it_was_put_up(near: str) -> None:
    html = f"<h1>某县政府工作报告</h1>{near}<div class='nr'>{TEXT}</div>"
    assert read_page(parse_page(page(html), URL)).published_at == date(2025, 2, 11)


def test_a_day_is_better_than_none() -> None:
    for near in ("（2025年2月8日）", "更新时间：2025年2月8日", "2025年2月8日"):
        html = f"<h1>某县政府工作报告</h1><p>{near}</p><div class='nr'>{TEXT}</div>"
        assert read_page(parse_page(page(html), URL)).published_at == date(2025, 2, 8)


def test_the_first_month_has_a_name() -> None:
    for printed in ("发布时间：2025年元月12日", "发布时间：二〇二五年元月十二日"):
        html = f"<h1>某县政府工作报告</h1><p>{printed}</p><div class='nr'>{TEXT}</div>"
        assert read_page(parse_page(page(html), URL)).published_at == date(2025, 1, 12)


@pytest.mark.parametrize("script", ["var createTime = '2025-02-11 10:32';", 'var ct = "1739241120";'])
def test_a_page_of_wechat_has_its_moment_in_a_script(script: str) -> None:
    html = f"<h1>某县政府工作报告</h1><em id='publish_time'></em><script>{script}</script><div id='js_content'>{TEXT}</div>"
    article = read_page(parse_page(page(html), URL))
    assert article.published_at == datetime(2025, 2, 11, 10, 32, tzinfo=CHINA)


def test_the_head_of_a_newspaper_says_the_day() -> None:
    head = "<div>上一版 下一版 2025年2月11日 星期二 某城日报 第01版：要闻</div>"
    html = f"{head}<h1>某县政府工作报告</h1><div id='ozoom'>{TEXT}</div>"
    assert read_page(parse_page(page(html), URL)).published_at == date(2025, 2, 11)


def test_signs_that_were_escaped_twice_are_signs() -> None:
    twice = TEXT.replace("　　", "&amp;nbsp;&amp;nbsp;").replace("我代表", "&amp;ldquo;我&amp;rdquo;代表")
    article = read_page(parse_page(page(f"<h1>某县政府工作报告</h1><div id='zoom'>{twice}</div>"), URL))
    assert article.body == BODY.replace("我代表", "“我”代表")


def test_metas_and_dates() -> None:
    head = (
        "<meta name='PubDate' content='2025-02-11 09:20:33'><meta name=\"contentSource\" content=\"县融媒体中心\">"
        '<meta name="createDate" content="2026-06-11"><meta name="Author" content="">'
    )
    article = read_page(parse_page(page(f"<p>2025年02月01日</p><div id=zoom>{TEXT}</div>", head), URL))
    assert article.published_at == datetime(2025, 2, 11, 9, 20, 33, tzinfo=CHINA)
    assert article.origin == "县融媒体中心"
    assert article.metas == {
        "PubDate": "2025-02-11 09:20:33",
        "contentSource": "县融媒体中心",
        "createDate": "2026-06-11",
    }


@pytest.mark.parametrize(
    "line",
    [
        "来源：某县政府办<a href='javascript:print()'>打印</a><a href='#'>收藏</a>",
        "<span>来源：<a href='/bm/'>某县政府办</a></span><a href='/jd/'>政策解读</a>",
    ],
)
def test_a_link_behind_the_origin_is_none_of_it(line: str) -> None:
    html = page(f"<h1>某县政府工作报告</h1><div>2026-01-20 {line}</div><div id=zoom>{TEXT}</div>")
    assert read_page(parse_page(html, URL)).origin == "某县政府办"


def test_article_that_a_portal_keeps_in_a_script() -> None:
    config = json.dumps({"DETAIL": {"title": "某市工作报告", "content": TEXT}})
    assert "\\u" in config
    html = page(
        f"<div id='app'></div><script>window._CONFIG = {config};</script>", "<title>某市工作报告</title>"
    )
    assert read_page(parse_page(html, URL)).body == BODY


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<div id='zoom'><a href='x.pdf'>某县2025年工作报告.pdf</a></div>",
        "<div id='zoom'><script>a=1</script></div>",
    ],
)
def test_page_without_text_is_said_aloud(body: str) -> None:
    with pytest.raises(ShapeChanged, match=f"reading {URL}: no main text"):
        read_page(parse_page(page(body), URL))


def test_source_line_breaks_do_not_cut_sentences() -> None:
    html = page(
        f'<div id="zoom"><p>全年地区生产总值增长\n      6.5%，城镇新增就业3.3万\n人。</p>{TEXT}</div>'
    )
    assert (
        read_page(parse_page(html, URL)).body.split("\n")[0]
        == "全年地区生产总值增长 6.5%，城镇新增就业3.3万人。"
    )


# --- threads ---------------------------------------------------------------------------------


def thread(*posts: tuple[str, str], title: str = "某县政府工作报告") -> str:
    rows = "".join(
        f'<div id="post_{n}"><div class="authi"><a href="space-uid-{author}.html">u{author}</a></div>'
        f'<em id="authorposton{n}">发表于 2025-2-1{n} 10:00</em>'
        f'<table><tr><td class="t_f" id="postmessage_{n}">{text}</td></tr></table></div>'
        for n, (author, text) in enumerate(posts)
    )
    return f'<div id="postlist"><h1><span id="thread_subject">{title}</span></h1>{rows}</div>'


def test_thread_joins_the_starters_posts() -> None:
    html = thread(
        (
            "7",
            f"<i class='pstatus'> 本帖最后由 u7 于 2025-2-10 11:00 编辑 </i><br>{FIRST}<font class='jammer'>x9</font>",
        ),
        ("8", "谢谢楼主，收下了。" * 10),
        ("7", "顶一下"),
        ("7", f"{SECOND}{SECOND}"),
    )
    article = read_page(parse_page(html, "http://bbs.example.cn/thread-1-1-1.html"))
    assert article.title == "某县政府工作报告"
    assert article.body == f"{FIRST}\n{SECOND}{SECOND}"
    assert article.published_at == datetime(2025, 2, 10, 10, 0, tzinfo=CHINA)


def test_thread_without_a_readable_post() -> None:
    with pytest.raises(ShapeChanged, match="without a readable post"):
        read_page(parse_page(thread(("7", "<div class='locked'>本帖需回复可见</div>")), URL))


def test_a_body_that_two_selectors_of_the_source_match_is_read_once() -> None:
    html = page(f'<div class="pages_content" id="UCAP-CONTENT">{TEXT}</div>')
    for layout in (
        ArticleLayout(body_hint="#UCAP-CONTENT, div.pages_content"),
        ArticleLayout(body="div.pages_content, #UCAP-CONTENT"),
    ):
        assert read_page(parse_page(html, URL), layout).body == BODY


def test_lines_far_below_the_head_are_read_where_the_first_ones_do_not_settle_it() -> None:
    """A header block, a date and a source below a long text, and a title that stands there only."""
    block = "<table><tr><td>索引号</td><td>115/2026-1</td><td>发布机构</td><td>某县人民政府</td></tr></table>"
    text = TEXT * (20_000 // len(TEXT))
    article = read_page(parse_page(page(f'<div id="zoom">{text}</div>{block}'), URL))
    assert article.header.index_number == "115/2026-1"
    assert article.header.issuer == "某县人民政府"
    assert article.body.count("\n") > 100


@pytest.mark.parametrize(
    "unseen",
    [
        '<span style="display:none">9</span>',
        '<SPAN STYLE="COLOR: red; DISPLAY: none">9</SPAN>',
        '<font style="font-size:0">9</font>',
        '<font style="font-size: 0px;color:#fff">9</font>',
        '<i style="visibility: hidden">9</i>',
        '<span style="color:#fff;font-size:1px">9</span>',
        "<s>9</s>",
        "<del>9</del>",
        "<STRIKE>9</STRIKE>",
        '<span style="text-decoration: line-through">9</span>',
        "<b hidden>9</b>",
    ],
)
def test_what_nobody_sees_or_sees_struck_out_is_no_text(unseen: str) -> None:
    text = TEXT.replace("三所", f"{unseen}三所")
    assert read_page(parse_page(page(f'<div id="zoom">{text}</div>'), URL)).body == BODY
    assert read_page(parse_page(page(f"<div>{text}</div>"), URL)).body == BODY


@pytest.mark.parametrize("size", ["0.9em", "11px", "1.5em"])
def test_small_letters_are_seen(size: str) -> None:
    text = TEXT.replace("三所", f'<span style="font-size:{size}">三所</span>')
    assert read_page(parse_page(page(f'<div id="zoom">{text}</div>'), URL)).body == BODY


def test_a_text_that_a_script_lets_appear_is_read_where_there_is_no_other() -> None:
    hidden = f'<h1>某县政府工作报告</h1><div class="tab" style="display:none">{TEXT}</div>'
    assert read_page(parse_page(page(hidden), URL)).body == BODY
    other = '<div class="tip" style="display:none"><p>您好，欢迎使用智能问答，请说出您的问题，我们会尽快答复您。</p></div>'
    assert read_page(parse_page(page(f"<h1>某县政府工作报告</h1>{other}<div>{TEXT}</div>"), URL)).body == BODY


@pytest.mark.parametrize(
    "hidden", ["style='display:none'", "hidden", "style='VISIBILITY: hidden; color:red'"]
)
def test_a_part_of_the_text_that_a_script_shows_later_is_of_it(hidden: str) -> None:
    """Pages in one page, or what stands behind its headings."""
    second = "".join(f"<p>{SECOND[:-1]}，这是第{n}件。</p>" for n in "一二三")
    parts = f"<div id='p1'><p>{FIRST}</p></div><div id='p2' {hidden}>{second}</div>"
    pager = "<a href='javascript:show(1)'>1</a> <a href='javascript:show(2)'>2</a>"
    body = read_page(parse_page(page(f'<div id="zoom">{parts}{pager}</div>'), URL)).body
    assert body.startswith(FIRST)
    assert body.count("这是第") == 3
    apart = f"<div><p>{FIRST}</p><p>二、明年的打算</p></div><div {hidden}>{second * 2}</div>{pager}"
    assert read_page(parse_page(page(apart), URL)).body.startswith(f"{FIRST}\n二、明年的打算\n{SECOND[:9]}")
    short = f'<div id="zoom">{TEXT}<div {hidden}>禁止转载，违者必究。</div></div>'
    assert read_page(parse_page(page(short), URL)).body == BODY


MAYOR = "县长某某，男，1975年3月生，大学学历，现任县委副书记、县长，主持县政府全面工作，负责审计方面的工作，分管县审计局，联系县人大、县政协，完成县委交办的其他事项。"
LONG = "".join(f"<p>{SECOND[:-1]}，这是第{n}件，件件都要有人管。</p>" for n in "一二三四五六")


@pytest.mark.parametrize("name", ["content", "view", "article"])
@pytest.mark.parametrize(
    "around",
    [
        "{text}<div class='{name}'><p>{other}</p></div>",
        "<div class='{name}'>内容摘要：{other}</div>{text}",
        "<div class='dialog'><div class='{name}'>{other}</div></div>{text}",
    ],
)
def test_a_box_with_a_common_name_beside_the_text_is_not_taken_for_it(around: str, name: str) -> None:
    html = around.format(name=name, other=MAYOR, text=f"<div class='nr'>{LONG}</div>")
    body = read_page(parse_page(page(f"<h1>某县政府工作报告</h1>{html}"), URL)).body
    assert body.count("\n") == 5
    assert body.startswith(SECOND[:-1])
    assert body.endswith("件件都要有人管。")


def test_a_short_text_is_read_beside_a_list_with_summaries() -> None:
    cards = "".join(
        f"<div class='card'><a href='/n/{n}'>某县第{n}号消息，说的是别的事</a><p>{MAYOR}</p></div>"
        for n in range(9)
    )
    html = f"<h1>某县公告</h1><div class='content'>{TEXT}</div><div class='more'>{cards}</div>"
    assert read_page(parse_page(page(html), URL)).body == BODY


@pytest.mark.parametrize(
    "parts",
    [
        "<div class='TRS_Editor'>{}</div><div class='TRS_Editor'>{}</div>",
        "<div class='tab'><div class='TRS_Editor'>{}</div></div><div class='tab' style='display:none'><div class='TRS_Editor'>{}</div></div>",
        "<div class='content'>{}</div><div class='content'>{}</div>",
        "<div class='pane'>{}</div><div class='pane' style='display:none'>{}</div>",
        "<div class='text'>{}<div id='more' style='display:none'>{}</div><a href='#'>展开全文</a></div>",
    ],
)
def test_a_text_in_several_boxes_is_read_whole(parts: str) -> None:
    html = f"<h1>某县政府工作报告</h1>{parts.format(TEXT, LONG)}"
    body = read_page(parse_page(page(html), URL)).body
    assert body.startswith(BODY)
    assert body.endswith("这是第六件，件件都要有人管。")
    assert body.count("\n") == 7


@pytest.mark.parametrize(
    "twice",
    [
        "<div class='TRS_Editor'>{0}</div><div class='m'><div class='TRS_Editor'>{0}</div></div>",
        "<div class='TRS_Editor'><div class='pc'>{0}</div><div class='m' style='display:none'>{0}</div></div>",
        "<div class='TRS_Editor'><div class='m' style='display:none'>{0}</div><div class='pc'>{0}</div></div>",
    ],
)
@pytest.mark.parametrize("text", [TEXT, LONG])
def test_a_text_that_its_page_has_twice_is_read_once(twice: str, text: str) -> None:
    once = read_page(parse_page(page(f"<div class='TRS_Editor'>{text}</div>"), URL)).body
    assert read_page(parse_page(page(twice.format(text)), URL)).body == once


def test_terms_that_are_hidden_are_no_part_of_a_text() -> None:
    terms = f"<div class='terms' style='display:none'>{LONG}</div>"
    html = f"<h1>某县政府工作报告</h1><div class='text'>{TEXT}</div><p>版权所有：某县人民政府</p>{terms}"
    assert read_page(parse_page(page(html), URL)).body == BODY


def test_a_header_block_that_prints_the_title_first_is_no_text() -> None:
    block = "".join(
        f"<dt>{label}：</dt><dd>{value}</dd>"
        for label, value in (
            ("索引号", "X-1"),
            ("发布机构", "某县政府办"),
            ("名　　称", "某县政府工作报告"),
            ("有 效 性", "有效"),
        )
    )
    html = page(f"<dl>{block}</dl><h1>某县政府工作报告</h1><div class='nr'>{TEXT}</div>")
    article = read_page(parse_page(html, URL))
    assert article.body == BODY
    assert (article.header.index_number, article.header.validity) == ("X-1", "有效")
