"""The text of a report on sites that repost it, among what they put around it. Pages of our own writing."""

# ruff: noqa: E501  (markup as the sites print it)
from __future__ import annotations

import pytest

from ingest.page.parsed import parse_page
from ingest.page.reader import read_page
from ingest.page.text import read_text
from ingest.reading import read_document

URL = "http://news.example/a/20260205/7.html"
LINES = [
    "河湾县第十八届人民代表大会第四次会议1月26日开幕，县长张大山代表县人民政府向大会作政府工作报告，请代表审议。",
    "报告提出，今年全县地区生产总值增长5%左右，一般公共预算收入增长4%，新增城镇就业两千人，粮食产量稳定在六亿斤。",
    "北坡的渠要在汛期以前修通，三所村小的灶台和屋顶要在开学以前改好，山里的两条路要在年底以前通到每一个组。",
    "县人民政府说，答应的事一件一件记在墙上，年底由各位代表逐件来看，看过以后再说做得怎么样，哪件没有做完。",
]
TEXT = "".join(f"<p>　　{line}</p>" for line in LINES)
COMMENTS = "".join(
    f"<div class='c'><p>读者{n}</p><p>修路是大好事，我们组里的老人盼了二十年，希望这次真的能修到家门口来，别又停在半路。</p>"
    f"<p>{n}小时前</p><p>查看回复 {n} 举报</p><p>回复 踩0 赞{n}5 收藏</p></div>"
    for n in range(1, 9)
)
LINKS = "".join(
    f"<li><a href='/a/{n}'>另一条很长的新闻标题，说的是别处的事，第{n}条</a></li>" for n in range(9)
)


@pytest.mark.parametrize(
    ("above", "below"),
    [
        # a portal: its channels, a rail of links, editors and comments
        (f"<ul>{LINKS}</ul><h1>河湾县人代会开幕</h1><p>2026-02-05 09:12 来源：河湾日报</p>",
         f"<p>责任编辑：某某</p><h3>相关新闻</h3><ul>{LINKS}</ul><p>热门评论 8条</p>{COMMENTS}"),
        # a site of opinions: labels without a colon, the first title, the comments of many
        ("<h1>河湾县人代会开幕</h1><p>分享到：</p><p>9 70</p><p>2026-02-05 19:32:27 字号：A- A A+ 来源：河湾日报</p>",
         f"<p>9</p><p>标签 河湾 人代会</p><p>原标题：河湾县人代会开幕</p><p>责任编辑: 某某</p><p>小编最近文章</p>"
         f"<ul>{LINKS}</ul><p>热门评论 10条</p>{COMMENTS}"),
        # accounts on a platform: whose it is, follow, the way back, what the platform declares
        ("<h1>河湾县人代会开幕</h1><p>河湾发布</p><p>+关注</p><p>2026-02-05 20:35 河湾发布 某某</p>",
         "<p>编辑|某某</p><p>校对|某某</p><p>返回某站，查看更多</p><p>平台声明：该文观点仅代表作者本人，某某号系信息发布平台。</p>"
         "<p>阅读 (1024)</p>"),
        # an application's page: open it, scan it, read on
        ("<h1>河湾县人代会开幕</h1><p>发表于2026-02-05 21:30| 164次阅读| 来源河湾日报</p>",
         f"<p>特别声明：以上内容为自媒体平台用户上传并发布，本平台仅提供信息存储服务。</p><p>打开某某新闻APP，查看更多</p>"
         f"<p>扫描下方二维码关注我们</p><p>为你推荐</p><ul>{LINKS}</ul><p>文明上网理性发言</p>{COMMENTS}"),
        # a paper: written, photographed, all rights reserved
        ("<h1>河湾县人代会开幕</h1><p>记者 某某</p>",
         f"<p>采写：河湾日报记者 某某</p><p>本文为河湾日报原创稿件，未经授权不得转载。</p><p>24小时热文</p><ul>{LINKS}</ul>"),
        # a blog of the most common make: what it was filed under, how many have spoken, who may speak
        ("<h1>河湾县人代会开幕</h1><p>2026年2月5日</p>", f"<h2>8 条评论</h2>{COMMENTS}<h3>发表回复</h3><ul>{LINKS}</ul>"),
        # a blog that takes money
        ("<h1>河湾县人代会开幕</h1><p>2026年2月5日</p>", f"<p>赞(5) 打赏</p><h3>已有 8 条评论</h3>{COMMENTS}<ul>{LINKS}</ul>"),
        # a notebook
        ("<h1>河湾县人代会开幕</h1>", "<p>打赏作者</p><p>最后编辑于 ：2026.02.05 10:20:11</p><p>©著作权归作者所有,转载请联系作者</p>"),
        # a library of files: what it knows of one, what it sells
        ("<h1>河湾县人代会开幕</h1><p>文档编号：1234567　上传时间：2026-02-05　格式：DOCX　页数：12　大小：35.21KB</p><p>上传者：某某</p>",
         f"<p>关 键 词：河湾 人代会 开幕</p><p>预览已结束，下载原文档直接使用（共12页）</p><p>下载文档 5积分</p><p>文档简介：{LINES[0]}</p>"),
        # a collector of texts
        ("<h1>河湾县人代会开幕</h1>", f"<p>本文由某某范文网整理，仅供学习参考，更多精彩内容请关注公众号。</p><ul>{LINKS}</ul>"),
        ("<h1>河湾县人代会开幕</h1>", f"<p>文档来源：某某网，如有侵权请联系我们删除，谢谢支持。</p><ul>{LINKS}</ul>"),
        # whose site it is, in the text's own box
        ("<h1>河湾县人代会开幕</h1>", "<p>主办单位：河湾县人民政府 网站标识码：1234567890</p><p>承办单位：河湾县政务服务局　地址：河湾县中街1号　电话：0123-1234567</p>"),
        # a board below the text
        ("<h1>河湾县人代会开幕</h1>",
         f"<p>网友评论（8）</p>{COMMENTS}<p>我来说两句</p><p>相关推荐</p><ul>{LINKS}</ul>"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("container", ["<div class='p-9'>{}</div>", "<div class='content'>{}</div>", "{}"])
def test_text_without_comments_and_footers(above: str, below: str, container: str) -> None:
    html = f"<html><head><title>河湾县人代会开幕_某某网</title></head><body>{container.format(above + TEXT + below)}</body></html>"
    body = read_page(parse_page(html, URL)).body.split("\n")
    assert [line for line in body if line != "记者 某某"] == LINES


SUBTITLE = "——2026年1月26日在河湾县第十八届人民代表大会第四次会议上"
INFO = [
    "2026-02-05 09:15　发布于：某省",
    "作者：　来源：县府办　时间：2026/02/05 09:05:33　访问量：221",
    "【 来源：县府办 】 【 发布日期：2026-02-05 】 【 点击量：233 】",
    "<span>2026-02-05</span><span>河湾县人民政府</span><span>浏览量：12</span>",
    "作者：佚名　文章来源：本站原创　点击数：12　更新时间：2026-2-5",
    "发布人：办公室　发布时间：2026-02-05　被阅览数：1234 次　文字 〖 大 中 小 〗 自动滚屏（右键暂停）",
    "发布：2026-02-05 编辑：admin 热度：99℃",
    "日期：[2026-02-05]　视力保护色：杏仁黄　秋叶褐",
    "2026-02-05 | 分类：政务 | 评论：3人 | 浏览：1024次",
    "河湾老张 2026-02-05 发布于某省 | 转藏 全屏 朗读 打印 分享 12阅读",
    "發佈日期：2026-02-05　來源：縣政府辦公室　瀏覽次數：12",
    "2026-02-05 10:00:00 admin 原创 1234",
    "发布时间：20260205",
]


@pytest.mark.parametrize("container", ["<div class='p-9'>{}</div>", "<div class='content'>{}</div>", "{}"])
@pytest.mark.parametrize("info", INFO)
def test_a_line_that_says_when_and_from_where_is_no_text(info: str, container: str) -> None:
    above = f"<h1>河湾县人代会开幕</h1><div>{info}</div><p>{SUBTITLE}</p>"
    article = read_page(parse_page(f"<body>{container.format(above + TEXT)}</body>", URL))
    assert article.body.split("\n") == [SUBTITLE, *LINES]
    assert str(article.published_at).startswith("2026-02-05")


@pytest.mark.parametrize("info", [INFO[1], INFO[2], INFO[6], INFO[7]])
def test_a_text_saved_with_such_a_line_keeps_what_stands_above_it(info: str) -> None:
    title = "河湾县2026年政府工作报告"
    article = read_text("\n".join([title, SUBTITLE, info, "各位代表：", *LINES]))
    assert article.title == title
    assert article.body.split("\n") == [SUBTITLE, "各位代表：", *LINES]


@pytest.mark.parametrize("line", ["时间：1月26日　地点：县会议中心", "2026年1月26日　县长　张大山"])
def test_what_a_text_says_of_its_meeting_is_kept(line: str) -> None:
    html = f"<body><div id='zoom'><h1>河湾县人代会开幕</h1><p>{line}</p>{TEXT}</div></body>"
    assert read_page(parse_page(html, URL)).body.split("\n") == [line, *LINES]


@pytest.mark.parametrize(
    "line",
    [
        "主办单位：河湾县人民政府，县水务局",
        "承办单位：县教育局",
        "地址：河湾县中街1号",
        "关键词：稳增长",
        "评论：今年的渠修得比哪一年都快",
        "更多资讯平台落户河湾",
        "格式：统一用县里的表",
    ],
)
def test_a_line_of_the_text_that_begins_like_a_site_s_is_kept(line: str) -> None:
    html = f"<body><div id='zoom'>{TEXT}<p>{line}</p><p>{LINES[0]}</p></div></body>"
    assert read_page(parse_page(html, URL)).body.split("\n") == [*LINES, line, LINES[0]]


def test_a_table_of_figures_that_ends_a_text_belongs_to_it() -> None:
    rows = [("粮食产量", "吨", "4200", "4300"), ("地区生产总值增长", "%", "5.1", "5左右")]
    table = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    html = (
        f"<body><ul>{LINKS}</ul><h1>河湾县人代会开幕</h1><div class='p-9'>{TEXT}<p>附表</p><table>"
        f"<tr><td>指标</td><td>单位</td><td>2025年完成</td><td>2026年计划</td></tr>{table}</table></div><ul>{LINKS}</ul></body>"
    )
    body = read_page(parse_page(html, URL)).body.split("\n")
    assert body == [*LINES, "附表", "指标 单位 2025年完成 2026年计划", *map(" ".join, rows)]


def test_a_line_of_comments_above_most_of_a_text_ends_nothing() -> None:
    html = f"<body><div id='zoom'>{TEXT}<p>网友评论（3）</p>{TEXT * 2}</div></body>"
    assert read_page(parse_page(html, URL)).body.split("\n").count(LINES[3]) == 3


def test_short_lines_at_the_end_are_text_up_to_the_editors() -> None:
    short = ["此外", "北坡的渠也快修通了", "大家都盼着呢！"]
    html = (
        f"<body><ul>{LINKS}</ul><h1>河湾县人代会开幕</h1><div class='p-9'>{TEXT}"
        + "".join(f"<p>{line}</p>" for line in short)
        + "<p>编辑|某某</p><p>点击菜单栏办更多事</p></div></body>"
    )
    assert read_page(parse_page(html, URL)).body.split("\n") == [*LINES, *short]


@pytest.mark.parametrize("place", range(1, len(LINES) + 1))
@pytest.mark.parametrize(
    "line",
    ["点击下载文档", "剩余内容已隐藏，支付完成后下载完整资料", "还剩12页未读，继续阅读", "【广告】", "打开某某APP，体验更优质内容",
     "第一范文网www.example.com，更多精彩范文请关注", "欢迎访问某某网www.example.com"],
)  # fmt: skip
def test_what_a_site_puts_between_two_lines_makes_no_other_text(line: str, place: int) -> None:
    between = "".join(f"<p>{one}</p>" for one in [*LINES[:place], line, *LINES[place:]])
    read = [
        read_document(f"<title>河湾县人代会开幕</title><div id=zoom>{text}</div>".encode(), URL)
        for text in (TEXT, between)
    ]
    assert read[0].content_hash == read[1].content_hash
