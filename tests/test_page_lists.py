"""List pages of every family, in our own words and the families' own markup."""

# ruff: noqa: E501  (markup as the families print it)
from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from ingest.errors import ShapeChanged
from ingest.model import ListItem, ListLayout
from ingest.page.lists import read_list
from ingest.page.pagination import Paging, next_page
from ingest.page.titles import whole_title
from ingest.sources.families import FAMILIES

URL = "http://www.example.gov.cn/zwgk/zfgzbg/index.html"
HERE = "http://www.example.gov.cn/zwgk/zfgzbg"

MENU = (
    '<div class="nav"><ul><li><a href="/">网站首页</a></li><li><a href="/zwgk/">政务公开栏目</a></li>'
    '<li><a href="/hd/">互动交流栏目</a></li><li><a href="/bs/">办事服务大厅</a></li></ul></div>'
)
FOOT = '<div class="foot"><a href="/about.html">关于我们网站</a> <a href="mailto:a@b.cn">联系管理员邮箱</a></div>'

TRS = (
    MENU
    + """
<ul class="list-cont">
 <li><a href="./202502/t20250211_31.html" title="璧山区2025年政府工作报告（全文）" target="_blank">璧山区2025年政府工作…</a>
     <span>2025-02-11</span></li>
 <li><a href="./202402/t20240205_22.html" target="_blank">璧山区2024年政府工作报告</a><span>[2024-02-05]</span></li>
 <li class="line"></li>
 <li><a href="./202302/t20230208_13_app.html">璧山区2023年政府工作报告</a><span>02-08</span></li>
</ul>
"""
    + FOOT
)
TRS_ITEMS = (
    ListItem(f"{HERE}/202502/t20250211_31.html", "璧山区2025年政府工作报告（全文）", date(2025, 2, 11)),
    ListItem(f"{HERE}/202402/t20240205_22.html", "璧山区2024年政府工作报告", date(2024, 2, 5)),
    ListItem(f"{HERE}/202302/t20230208_13.html", "璧山区2023年政府工作报告", date(2023, 2, 8)),
)


def test_trs_list_without_a_layout() -> None:
    assert read_list(TRS, URL) == TRS_ITEMS


@pytest.mark.parametrize(
    "layout",
    [
        ListLayout(item="ul.list-cont li"),
        ListLayout(item="ul.list-cont li", link="a[target], a", date="span"),
        ListLayout(item="ul.list-cont a"),
        ListLayout(url_pattern=r"/t20\d{6}_\d+\.html$"),
    ],
)
def test_trs_list_with_a_layout(layout: ListLayout) -> None:
    assert [(item.url, item.title) for item in read_list(TRS, URL, layout)] == [
        (item.url, item.title) for item in TRS_ITEMS
    ]


@pytest.mark.parametrize(
    "record",
    [
        '<li><a href="{0}" title="{1}">{1}</a><b>{2}</b></li>',
        '<tr><td><a href="{0}">{1}</a></td><td>{2}</td></tr>',
        '<div class="row"><span class="d">{2}</span><a href="{0}">{1}</a></div>',
    ],
)
def test_hanweb_records_in_a_script(record: str) -> None:
    wanted = (
        ListItem(
            "http://www.example.gov.cn/art/2025/2/11/art_7_31.html", "某县政府工作报告", date(2025, 2, 11)
        ),
        ListItem(
            "http://www.example.gov.cn/art/2024/2/5/art_7_22.html", "某县上年政府工作报告", date(2024, 2, 5)
        ),
    )
    records = "".join(
        f"<record><![CDATA[{record.format(item.url, item.title, item.published_on)}]]></record>"
        for item in wanted
    )
    page = f'{MENU}<div id="9"><script type="text/xml"><datastore><recordset>{records}</recordset></datastore></script></div>'
    assert read_list(page, URL) == wanted


THREADS = """<table id="threadlisttableid">
<tbody id="stickthread_1"><tr><th><a href="thread-1-1-1.html" class="s xst">版规，发帖前请先看一遍</a></th></tr></tbody>
<tbody id="separatorline"><tr><th><a href="javascript:;">版块主题</a></th></tr></tbody>
<tbody id="normalthread_8801"><tr><th class="common"><em>[<a href="forum.php?mod=forumdisplay&amp;fid=23">重庆</a>]</em>
 <a href="forum.php?mod=viewthread&amp;tid=8801&amp;extra=page%3D1" class="s xst">2024年重庆市巫溪县政府工作报告</a></th>
 <td class="by"><cite><a href="space-uid-77.html">云台客</a></cite><em><span title="2024-3-2">3&nbsp;天前</span></em></td>
 <td class="by"><cite>过路人</cite><em><a href="#"><span title="2024-3-4 09:02">昨天 09:02</span></a></em></td></tr></tbody>
<tbody id="normalthread_8790"><tr><th class="new"><a href="thread-8790-1-1.html" class="s xst">2024年城口县工作报告</a></th>
 <td class="by"><cite>云台客</cite><em><span>2024-2-27</span></em></td></tr></tbody></table>"""


def test_discuz_list() -> None:
    board = "http://bbs.example.cn/forum.php?mod=forumdisplay&fid=23"
    assert read_list(THREADS, board) == (
        ListItem(
            "http://bbs.example.cn/forum.php?mod=viewthread&tid=8801",
            "2024年重庆市巫溪县政府工作报告",
            date(2024, 3, 2),
        ),
        ListItem(
            "http://bbs.example.cn/forum.php?mod=viewthread&tid=8790",
            "2024年城口县工作报告",
            date(2024, 2, 27),
        ),
    )


def test_repost_column_has_no_dates_of_its_own() -> None:
    """The date inside a title is the report's day, not the day it was put up."""
    page = MENU + "".join(
        f'<div class="item"><a href="/baogao/xn/{n}.html"><h3>(重庆市)重庆市{name}人民政府工作报告(2025年1月1{n}日)</h3></a>'
        f'<a class="more" href="/baogao/xn/{n}.html">阅读全文</a></div>'
        for n, name in enumerate(("璧山区", "铜梁区", "潼南区"))
    )
    items = read_list(page, "http://repost.example/baogao/")
    assert [item.url for item in items] == [f"http://repost.example/baogao/xn/{n}.html" for n in range(3)]
    assert items[0] == ListItem(
        "http://repost.example/baogao/xn/0.html", "(重庆市)重庆市璧山区人民政府工作报告(2025年1月10日)", None
    )


def test_one_address_is_one_item_with_its_fuller_title() -> None:
    page = (
        '<ul><li><a href="t20250211_3.html"><img src="a.jpg"></a><a href="t20250211_3.html#c">某区关于工作的报告</a>2025-02-11</li>'
        '<li><a href="t20250210_2.html">某区关于规划的通知</a>2025-02-10</li></ul>'
    )
    assert [item.title for item in read_list(page, URL)] == ["某区关于工作的报告", "某区关于规划的通知"]


@pytest.mark.parametrize(
    ("html", "layout", "said"),
    [
        (MENU + FOOT, None, "links with dates"),
        (TRS, ListLayout(item="div.new-list li"), "div.new-list li"),
        (TRS, ListLayout(item="ul.list-cont li", url_pattern="/2026/"), "/2026/"),
        (TRS, ListLayout(item="ul.list-cont span"), "ul.list-cont span"),
        ('<table><tbody id="normalthread_1"><tr><td>锁定</td></tr></tbody></table>', None, "normalthread"),
        ("<p>栏目建设中</p>", None, URL),
    ],
)
def test_a_list_without_items_is_said_aloud(html: str, layout: ListLayout | None, said: str) -> None:
    with pytest.raises(ShapeChanged) as caught:
        read_list(html, URL, layout)
    assert said in str(caught.value)
    assert URL in str(caught.value)


@pytest.mark.parametrize(
    ("listed", "own", "whole"),
    [
        ("某县2024年政府工…", "某县2024年政府工作报告", "某县2024年政府工作报告"),
        ("某县2024年 政府工...", "某县2024年政府工作报告（全文）", "某县2024年政府工作报告（全文）"),
        ("某县政府工作报告", "某县人民政府", "某县政府工作报告"),
        ("关于印发某某的…", "另一个题目", "关于印发某某的…"),
        ("", "某县政府工作报告", "某县政府工作报告"),
        (None, "某县政府工作报告", "某县政府工作报告"),
        ("某县政府工作…", None, "某县政府工作…"),
        ("", None, None),
    ],
)
def test_a_title_that_the_list_cut_is_completed_by_the_article(
    listed: str | None, own: str | None, whole: str | None
) -> None:
    assert whole_title(listed, own) == whole


def test_days_are_counted_from_now() -> None:
    page = (
        '<ul><li><a href="/a/1.html">某区关于工作的报告</a><span>3小时前</span></li>'
        '<li><a href="/a/2.html">某区关于规划的通知</a><span>昨天 16:53</span></li>'
        '<li><a href="/a/3.html">某区关于预算的报告</a><span>12-30</span></li></ul>'
    )
    items = read_list(page, URL, now=datetime(2026, 1, 20, 4, 0, tzinfo=UTC))
    assert [item.published_on for item in items] == [date(2026, 1, 20), date(2026, 1, 19), date(2025, 12, 30)]


@pytest.mark.parametrize(
    ("order", "first"),
    [((1, 2, 3), "1.html"), ((3, 1, 2), "3.html")],
)
def test_items_stay_in_the_order_of_the_page(order: tuple[int, ...], first: str) -> None:
    page = "".join(
        f'<li><a href="{n}.html">某区第{n}号文件的通知</a><span>2025-0{n}-01</span></li>' for n in order
    )
    assert read_list(f"<ul>{page}</ul>", URL)[0].url.endswith(first)


def test_a_link_that_carries_parts_of_the_header() -> None:
    rows = "".join(
        f"<tr><td><a mc='某县{n}号文件的通知' rq='2026-01-1{n}' syh='X1/2026-0000{n}' wh='{wh}' href='/art/2026/1/1{n}/art_7_{n}.html'>某县…</a></td></tr>"
        for n, wh in enumerate(("某府发〔2026〕3号", "无", ""))
    )
    items = read_list(
        f"<html><body><table>{rows}</table></body></html>", "http://x.gov.cn/col/col7/index.html"
    )
    assert [(item.header.index_number, item.header.document_number) for item in items] == [
        ("X1/2026-00000", "某府发〔2026〕3号"), ("X1/2026-00001", None), ("X1/2026-00002", None),
    ]  # fmt: skip


def test_links_are_seen_from_the_base_of_the_page() -> None:
    page = f'<html><head><base href="/other/place/"></head><body>{TRS}</body></html>'
    assert [item.url for item in read_list(page, URL)] == [
        "http://www.example.gov.cn/other/place/202502/t20250211_31.html",
        "http://www.example.gov.cn/other/place/202402/t20240205_22.html",
        "http://www.example.gov.cn/other/place/202302/t20230208_13.html",
    ]
    assert next_page(page + '<a href="index_1.html">下一页</a>', URL, URL, 2, Paging()) == (
        "http://www.example.gov.cn/other/place/index_1.html"
    )


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        (".\\202502\\t20250211_31.html", f"{HERE}/202502/t20250211_31.html"),
        ("http://x//a/./b.html", "http://x//a/b.html"),
        ("http://x//[1]/./a.html", "http://x//%5B1%5D/a.html"),
        ("//[1]/./a.html", None),  # a host that is no address: this one item is nowhere
    ],
)
def test_one_strange_link_does_not_break_the_list(href: str, expected: str | None) -> None:
    page = TRS.replace("./202502/t20250211_31.html", href)
    others = [item.url for item in TRS_ITEMS[1:]]
    assert [item.url for item in read_list(page, URL)] == ([expected, *others] if expected else others)


def test_routes_of_a_script_are_items_of_their_own() -> None:
    rows = "".join(
        f'<li><a href="#/detail/{n}">某区202{n}年政府工作报告全文</a><span>202{n}-01-20</span></li>'
        for n in range(3)
    )
    assert [item.url for item in read_list(f"<ul>{rows}</ul>", URL)] == [
        f"{HERE}/#/detail/{n}" for n in range(3)
    ]


def test_a_pinned_thread_that_names_a_report_is_an_item_and_the_rules_are_not() -> None:
    pinned = """
<tbody id="stickthread_11"><tr><th><a href="thread-11-1-1.html" class="s xst">本版版规（发帖前必读）</a></th>
 <td class="by"><cite>版主</cite><em><span>2019-1-2</span></em></td></tr></tbody>
<tbody id="stickthread_12"><tr><th><a href="thread-12-1-1.html" class="s xst">2025年巫山县政府工作报告全文</a></th>
 <td class="by"><cite>版主</cite><em><span>2025-2-2</span></em></td></tr></tbody>"""
    board = "http://bbs.example.cn/forum.php?mod=forumdisplay&fid=23"
    found = read_list(THREADS.replace("<tbody", f"{pinned}<tbody", 1), board)
    assert found[0] == ListItem(
        "http://bbs.example.cn/forum.php?mod=viewthread&tid=12",
        "2025年巫山县政府工作报告全文",
        date(2025, 2, 2),
    )
    assert found[1:] == read_list(THREADS, board)


@pytest.mark.parametrize("old", [1, 12])
def test_a_likely_address_chooses_the_list_and_drops_none_of_it(old: int) -> None:
    """A site that changed its addresses: the articles of the last two years stand under new ones."""
    new = [f"/col/col1229/art/{year}/art_{year:032x}.html" for year in (2026, 2025)]
    addresses = [*new, *(f"/art/{2024 - n}/2/3/art_1229_{n}.html" for n in range(old))]
    rows = "".join(
        f"<li><a href='{address}'>第{n}份政府工作报告</a><span>2020-01-{28 - n}</span></li>"
        for n, address in enumerate(addresses)
    )
    menu = "".join(f"<li><a href='/menu/{n}.html'>办事服务指南之{n}</a></li>" for n in range(20))
    page = f"<body><ul>{menu}</ul><ul>{rows}</ul></body>"
    items = read_list(page, "http://a.gov.cn/col/col1229/", FAMILIES["hanweb"].list)
    assert [item.url for item in items] == [f"http://a.gov.cn{address}" for address in addresses]


REPORTS = [(f"{year}年政府工作报告", date(year, 1, 10)) for year in (2026, 2025, 2024)]


def listed(rows: str) -> list[tuple[str, date | None]]:
    menu = "<ul><li><a href='/zwgk/'>政务公开</a></li><li><a href='/hdjl/'>互动交流</a></li></ul>"
    page = f"<html><head><title>政府工作报告-某县人民政府</title></head><body>{menu}{rows}</body></html>"
    return [(item.title, item.published_on) for item in read_list(page, "http://x.gov.cn/zwgk/zfgzbg/")]


@pytest.mark.parametrize(
    "row",
    [
        "<li><a href='./{n}.html' title='{title}'>{title}<span>{day:%Y/%m/%d}</span></a></li>",
        "<li><a href='./{n}.html'><span>{title}</span><span>{day:%Y-%m-%d}</span></a></li>",
        "<li><a href='./{n}.html' title='{title}'><div class='li-tit'>{title}</div><div>[{day:%Y-%m-%d}]</div></a></li>",
        "<li><a href='./{n}.html'><span class='fl'>· {title}</span><i>{day:%Y.%m.%d} 09:30</i></a></li>",
        "<div class='item'><div class='date'><b>{day:%d}</b><em>{day:%Y-%m}</em></div><div class='txt'><h3>"
        "<a href='/c/{n}.html'>{title}</a></h3><p>各位代表：现在，我代表县人民政府报告工作。</p></div></div>",
        "<div class='item'><div class='date'>{day:%Y-%m}<strong>{day:%d}</strong></div>"
        "<h3><a href='/c/{n}.html'>{title}</a></h3></div>",
        "<li><a href='/c/{n}.html'>{title}</a><span class='js-date' data-date='{day:%Y-%m-%d}'></span></li>",
        "<li><a href='/c/{n}.html'>{title}</a><p>成文日期：2020-01-01 发布日期：{day:%Y-%m-%d}</p></li>",
        "<li><script>var url = './{n}.html'; var name ='{title}';\n"
        "document.write('<a href=\"'+url+'\">'+name+'</a><span>{day:%Y-%m-%d}</span>');</script></li>",
    ],
)
def test_titles_and_days_as_sites_print_them(row: str) -> None:
    rows = "".join(row.format(n=n, title=title, day=day) for n, (title, day) in enumerate(REPORTS))
    assert listed(f"<ul>{rows}</ul>" if row.startswith("<li") else rows) == REPORTS


def test_a_title_that_its_attribute_has_on_two_lines() -> None:
    row = "<li><a href='./{n}.html' title='{head}\n  {tail}'>{head}…</a><span>{day}</span></li>"
    rows = "".join(
        row.format(n=n, head=title[:-4], tail=title[-4:], day=day) for n, (title, day) in enumerate(REPORTS)
    )
    assert listed(f"<ul>{rows}</ul>") == REPORTS


def test_of_two_columns_of_days_that_of_publication_counts() -> None:
    rows = "".join(
        f"<tr><td>{n}</td><td><a href='/s/{n}.html'>{title}</a></td><td>{day.year}-01-05</td><td>{day}</td></tr>"
        for n, (title, day) in enumerate(REPORTS)
    )
    head = "<tr><th>序号</th><th>名称</th><th>生成日期</th><th>发布日期</th></tr>"
    assert listed(f"<table>{head}{rows}</table>") == REPORTS


def test_items_in_an_array_of_a_script() -> None:
    """The longest array of objects with addresses and titles, however deep it lies."""
    rows = [
        {"channelid": 7, "title": title, "daytime": str(day), "url": f"/gzbg/{day:%Y%m%d}/i{n}.html"}
        for n, (title, day) in enumerate(REPORTS)
    ]
    links = [{"name": "中国政府网", "url": "http://www.gov.cn/"}, {"name": "信访", "url": "/xf/"}]
    script = (
        f"var links={json.dumps(links)};var dataList={json.dumps([{'infolist': rows}])};var pages={{a:1}};"
    )
    assert listed(f"<div id='list'></div><script>{script}</script>") == REPORTS


def test_a_script_that_does_more_than_joining_texts_is_left_alone() -> None:
    with pytest.raises(ShapeChanged):
        listed(
            "<ul><li><script>document.write(make('<a href=\"/a.html\">某年政府工作报告</a>', 3));</script></li></ul>"
        )


YEARS = "".join(f"<td><a href='/bg/{y}.html'>{y}{'年' * (y > 2023)}</a></td>" for y in range(2026, 2020, -1))
REPORT_HEAD = "<title>政府工作报告_某县人民政府</title>"
LONG_MENU = '<ul><li><a href="/a1/">县人民政府领导之窗信息</a></li><li><a href="/a2/">县人民政府机构设置信息</a></li></ul>'


@pytest.mark.parametrize("around", [MENU, MENU + LONG_MENU])
def test_a_column_that_prints_the_years_of_its_reports_alone(around: str) -> None:
    page = (
        f"<html><head>{REPORT_HEAD}</head><body>{around}<table><tr>{YEARS}</tr></table>{FOOT}</body></html>"
    )
    url = "http://www.example.gov.cn/xxgk/c1/"
    assert read_list(page, url) == tuple(
        ListItem(f"http://www.example.gov.cn/bg/{y}.html", f"{y}年政府工作报告")
        for y in range(2026, 2020, -1)
    )
    with pytest.raises(ShapeChanged):
        read_list(page.replace("政府工作报告", "政务公开").replace(LONG_MENU, ""), url)


def test_years_beside_a_list_or_leading_to_others_are_its_filter() -> None:
    assert read_list(f"{REPORT_HEAD}<table><tr>{YEARS}</tr></table>" + TRS, URL) == TRS_ITEMS
    filters = "".join(
        f"<a href='{to}'>{y}年</a>"
        for y, to in ((2026, "?year=2026"), (2025, "/bg/2025/"), (2024, "/bg/2024/index.html"))
    )
    with pytest.raises(ShapeChanged):
        read_list(f"<html>{REPORT_HEAD}<body>{filters}</body></html>", URL)


def test_items_in_a_hidden_field() -> None:
    rows = [
        {"title": title, "url": f"./{n}.html", "date": str(day)} for n, (title, day) in enumerate(REPORTS)
    ]
    assert (
        listed(f"<textarea style='display:none'>{json.dumps(rows)}</textarea><div id=list></div>") == REPORTS
    )
