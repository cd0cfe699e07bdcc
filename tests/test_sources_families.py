"""A list of each family, in its own markup and our own words: its items, its next page, and how it is known."""

# ruff: noqa: E501  (markup as the families print it)
from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from ingest.errors import ErrorPage, NotADocument, ParseError, ShapeChanged
from ingest.model import ListItem
from ingest.page.json_lists import guess_keys, parse_json
from ingest.page.pagination import next_page
from ingest.sources.draft import draft
from ingest.sources.families import FAMILIES
from ingest.sources.items import list_text, read_list_text
from ingest.sources.recognise import recognise
from ingest.sources.spec import Source

NOW = datetime(2026, 1, 20, 1, 0, tzinfo=UTC)
NAMES = ("某县2026年政府工作报告", "某县2025年政府工作报告", "关于某县上年计划执行情况的报告")


@dataclass(frozen=True)
class Sample:
    """A list of a family: what it says, what its items are (address, day), and where its page 2 is."""

    family: str
    url: str
    text: str
    items: tuple[tuple[str, date | None], ...]
    following: str | None

    def source(self, **more: object) -> Source:
        return Source.model_validate(
            {"slug": "a", "name": "某县", "family": self.family, "kind": "portal", "lists": [self.url]} | more
        )


FRAME = """<html><head><title>某县人民政府</title></head><body><div class="nav"><ul><li><a href="/">网站首页</a></li>
<li><a href="/zwgk/">政务公开栏目</a></li></ul></div><div class="hot"><a href="/zwgk/202512/t20251224_77.html">头条推荐的一篇长长的文章</a></div>{}
<div class="foot"><a href="/about.html">关于我们网站</a></div></body></html>"""

TRS = Sample(
    "trs",
    "http://x.gov.cn/zfgzbg/",
    FRAME.format(
        '<ul class="list">'
        f'<li><a href="./202601/t20260119_3.html" title="{NAMES[0]}">某县2026年政府工…</a><span>01-19</span></li>'
        f'<li><a href="./202501/t20250122_2.html">{NAMES[1]}</a><span>2025年1月22日</span></li>'
        f'<li><a href="../jhbg/202501/t20250120_1_app.html">{NAMES[2]}</a><span>2025-1-20</span></li></ul>'
        "<script>createPageHTML(3, 0, 'index', 'html');</script>"
    ),
    (
        ("http://x.gov.cn/zfgzbg/202601/t20260119_3.html", date(2026, 1, 19)),
        ("http://x.gov.cn/zfgzbg/202501/t20250122_2.html", date(2025, 1, 22)),
        ("http://x.gov.cn/jhbg/202501/t20250120_1.html", date(2025, 1, 20)),
    ),
    "http://x.gov.cn/zfgzbg/index_1.html",
)
ZWXL = Sample(
    "zwxl",
    "http://www.y.gov.cn/zwgk_9/zfgzbg/gzbg/index.html",
    FRAME.format(
        '<div class="zwxl-list"><ul class="tab-item">'
        + "".join(
            f'<li class="clearfix"><a href="//www.y.gov.cn/zwgk_9/zfgzbg/gzbg/20250{n}/t20250{n}11_{n}.html">{name}</a><span>20250{n}11</span></li>'
            for n, name in enumerate(NAMES, 1)
        )
        + "</ul></div><script>createPage(7)</script>"
    ),
    tuple(
        (f"http://www.y.gov.cn/zwgk_9/zfgzbg/gzbg/20250{n}/t20250{n}11_{n}.html", date(2025, n, 11))
        for n in (1, 2, 3)
    ),
    "http://www.y.gov.cn/zwgk_9/zfgzbg/gzbg/index_1.html",
)
HANWEB_XML = Sample(
    "hanweb",
    "http://x.gov.cn/module/web/jpage/dataproxy.jsp?startrecord=1&endrecord=3&perpage=3&columnid=7&unitid=9",
    '<?xml version="1.0" encoding="UTF-8"?><datastore><nextgroup><![CDATA[<a href="/module/x.jsp?page=2"></a>]]></nextgroup><recordset>'
    + "".join(
        f'<record>\n<![CDATA[<li><a title="{name}" href="/art/2025/2/{n}/art_7_{n}.html">{name[:6]}…</a><b>2025-02-0{n}</b></li>]]></record>'
        for n, name in enumerate(NAMES, 1)
    )
    + "</recordset><totalrecord>8</totalrecord><totalpage>3</totalpage></datastore>",
    tuple((f"http://x.gov.cn/art/2025/2/{n}/art_7_{n}.html", date(2025, 2, n)) for n in (1, 2, 3)),
    "http://x.gov.cn/module/web/jpage/dataproxy.jsp?startrecord=4&endrecord=6&perpage=3&columnid=7&unitid=9",
)
HANWEB_TABLE = Sample(
    "hanweb",
    "http://x.gov.cn/col/col7/index.html",
    FRAME.format(
        '<div id="380055" class="list"><script type="text/xml"><datastore><recordset>'
        + "".join(
            f"<record><![CDATA[<tr><td><a mc='{name}' rq='2025-0{n}-17' syh='X/{n}' wh='' href='http://x.gov.cn/art/2025/{n}/17/art_7_{n}.html'>{name[:5]}</a></td></tr>]]></record>"
            for n, name in enumerate(NAMES, 1)
        )
        + "</recordset></datastore></script></div>"
    ),
    tuple((f"http://x.gov.cn/art/2025/{n}/17/art_7_{n}.html", date(2025, n, 17)) for n in (1, 2, 3)),
    "http://x.gov.cn/col/col7/index.html?uid=380055&pageNum=2",
)
JPAAS = Sample(
    "jpaas",
    "http://x.gov.cn/jpaas-jpolicy-console-server/interface/getPolicyByOrgId?orgId=1&pageNo=1&pageSize=3",
    json.dumps(
        {
            "success": True,
            "data": {
                "total": 40,
                "list": [
                    {"iid": f"0{n}ab", "title": f"<em>{name}</em>", "publishDate": 1737500000000 + n}
                    for n, name in enumerate(NAMES)
                ],
            },
        }
    ),
    tuple(
        (f"http://x.gov.cn/jpaas-jpolicy-web-server/front/info/detail?iid=0{n}ab", date(2025, 1, 22))
        for n in range(3)
    ),
    "http://x.gov.cn/jpaas-jpolicy-console-server/interface/getPolicyByOrgId?orgId=1&pageNo=2&pageSize=3",
)
JPAAS_HTML = Sample(
    "jpaas",
    "http://x.gov.cn/jpaas-publish-server/front/page/build/unit?unitId=9&pageNo=2",
    json.dumps({"success": True, "data": {"html": "".join(
        f'<li><a href="/art/2025/2/{n}/art_7_{n}.html">{name}</a><span>[2025-02-0{n}]</span></li>' for n, name in enumerate(NAMES, 1)
    )}}),
    tuple((f"http://x.gov.cn/art/2025/2/{n}/art_7_{n}.html", date(2025, 2, n)) for n in (1, 2, 3)),
    "http://x.gov.cn/jpaas-publish-server/front/page/build/unit?unitId=9&pageNo=3",
)  # fmt: skip
GKMLPT = Sample(
    "gkmlpt",
    "http://x.gov.cn/gkmlpt/api/all/0?page=1&sid=756001",
    json.dumps(
        {
            "total": 240,
            "articles": [
                {
                    "id": n,
                    "title": name,
                    "url": f"http://x.gov.cn/gkmlpt/content/3/9/post_{n}.html",
                    "post_url": "",
                    "created_at": 1737500000,
                    "display_publish_time": 1737590400 if n else None,
                    "publisher": "某市",
                }
                for n, name in enumerate(NAMES)
            ],
        }
    ),
    (
        ("http://x.gov.cn/gkmlpt/content/3/9/post_0.html", date(2025, 1, 22)),
        ("http://x.gov.cn/gkmlpt/content/3/9/post_1.html", date(2025, 1, 23)),
        ("http://x.gov.cn/gkmlpt/content/3/9/post_2.html", date(2025, 1, 23)),
    ),
    "http://x.gov.cn/gkmlpt/api/all/0?page=2&sid=756001",
)
NFCMS = Sample(
    "nfcms",
    "http://x.gov.cn/zwgk/wjk/index.html",
    FRAME.format(
        '<div class="viewList"><ul>'
        + "".join(
            f'<li><span class="name"><a href="http://x.gov.cn/zwgk/content/mpost_{n}.html">{name}</a></span><span class="date">2025-02-1{n}</span><span class="wh">某府〔2025〕{n}号</span></li>'
            for n, name in enumerate(NAMES)
        )
        + "</ul></div>"
    ),
    tuple((f"http://x.gov.cn/zwgk/content/post_{n}.html", date(2025, 2, 10 + n)) for n in range(3)),
    "http://x.gov.cn/zwgk/wjk/index_2.html",
)
UCAP_JSON = Sample(
    "ucap",
    "http://x.gov.cn/common/search/0123456789abcdef0123456789abcdef?_isJson=true&page=1&_pageSize=15",
    json.dumps({"data": {"results": [
        {"url": f"/x/2025/1/{n + 10}/{n:032x}.shtml", "title": name, "publishedTimeStr": f"2025-01-{n + 10} 09:00:00"}
        for n, name in enumerate(NAMES)
    ], "page": 1, "rows": 15}}),
    tuple((f"http://x.gov.cn/x/2025/1/{n + 10}/{n:032x}.shtml", date(2025, 1, n + 10)) for n in range(3)),
    "http://x.gov.cn/common/search/0123456789abcdef0123456789abcdef?_isJson=true&page=2&_pageSize=15",
)  # fmt: skip
UCAP_HTML = Sample(
    "ucap",
    "http://x.gov.cn/c1/zfgzbg_list.shtml",
    FRAME.format(
        "".join(
            f'<div class="cen-div-1 mar-t"><a href="/x/202501/{n:032x}.shtml" title="{name}">{name}</a><em>2025.01.2{n}</em></div>'
            for n, name in enumerate(NAMES)
        )
        + '<div class="page"><a href="javascript:;">上一页</a><a href="zfgzbg_list_2.shtml">下一页 &gt;</a></div>'
    ),
    tuple((f"http://x.gov.cn/x/202501/{n:032x}.shtml", date(2025, 1, 20 + n)) for n in range(3)),
    "http://x.gov.cn/c1/zfgzbg_list_2.shtml",
)
WAS5 = Sample(
    "was5",
    "https://x.gov.cn/was5/web/search?channelid=29&templet=docs.jsp&prepage=15&page=1",
    '{"count":"31","docs":['
    + ",".join(
        f'{{"url":"http://x.gov.cn/a/202502/t2025020{n}_{n}.htm","title":"{name}","fileno":"","time":"2025-02-0{n} 10:00"}}'
        for n, name in enumerate(NAMES, 1)
    )
    + "\n]}",
    tuple((f"http://x.gov.cn/a/202502/t2025020{n}_{n}.htm", date(2025, 2, n)) for n in (1, 2, 3)),
    "https://x.gov.cn/was5/web/search?channelid=29&templet=docs.jsp&prepage=15&page=2",
)
IGS = Sample(
    "igs",
    "http://x.gov.cn/igs/front/search/list.html?index=a&type=g&pageNumber=1&pageSize=10",
    json.dumps({"page": {"content": [
        {"DOCTITLE": name, "PUBDATE": f"2025-02-0{n}T00:00:00.000+0800", "DOCPUBURL": f"http://x.gov.cn/b/t2025020{n}_{n}.shtml"}
        for n, name in enumerate(NAMES, 1)
    ], "totalPages": 4}}),
    tuple((f"http://x.gov.cn/b/t2025020{n}_{n}.shtml", date(2025, 2, n)) for n in (1, 2, 3)),
    "http://x.gov.cn/igs/front/search/list.html?index=a&type=g&pageNumber=2&pageSize=10",
)  # fmt: skip
GOVCN = Sample(
    "govcn",
    "https://www.gov.cn/zhengce/zuixin/ZUIXINZHENGCE.json",
    json.dumps([
        {"URL": f"https://www.gov.cn/zhengce/content/20250{n}/content_{n}.htm", "TITLE": name, "DOCRELPUBTIME": f"2025-0{n}-15"}
        for n, name in enumerate(NAMES, 1)
    ]),
    tuple((f"https://www.gov.cn/zhengce/content/20250{n}/content_{n}.htm", date(2025, n, 15)) for n in (1, 2, 3)),
    None,
)  # fmt: skip
DISCUZ = Sample(
    "discuz",
    "http://bbs.x.cn/forum.php?mod=forumdisplay&fid=2",
    '<html><head><meta name="generator" content="Discuz! X3.4" /></head><body><table>'
    '<tbody id="stickthread_1"><tr><th><a href="thread-1-1-1.html" class="s xst">版规先看一遍</a></th></tr></tbody>'
    + "".join(
        f'<tbody id="normalthread_{n}"><tr><th><a href="forum.php?mod=viewthread&amp;tid={n}&amp;extra=page%3D1" class="s xst">{name}</a></th>'
        f'<td class="by"><cite><a href="space-uid-1.html">楼主</a></cite><em><span>{when}</span></em></td></tr></tbody>'
        for n, (name, when) in enumerate(
            zip(NAMES, ("3&nbsp;小时前", "昨天&nbsp;16:53", "2025-8-2"), strict=True), 5
        )
    )
    + '</table><div class="pg"><strong>1</strong><a href="forum.php?mod=forumdisplay&amp;fid=2&amp;page=2" class="nxt">下一页</a></div></body></html>',
    (
        ("http://bbs.x.cn/forum.php?mod=viewthread&tid=5", date(2026, 1, 20)),
        ("http://bbs.x.cn/forum.php?mod=viewthread&tid=6", date(2026, 1, 19)),
        ("http://bbs.x.cn/forum.php?mod=viewthread&tid=7", date(2025, 8, 2)),
    ),
    "http://bbs.x.cn/forum.php?mod=forumdisplay&fid=2&page=2",
)
REPOST = Sample(
    "repost",
    "http://baogao.x/baogao/xn/",
    FRAME.format(
        '<ul class="e2">'
        + "".join(
            f'<li><a href="/baogao/xn/{n}.html">(重庆市)某{c}县人民政府工作报告(2025年1月1{n}日)</a></li>'
            for n, c in enumerate("甲乙丙")
        )
        + '</ul><div class="pages"><a href="list_2.html">下一页</a></div>'
    ),
    tuple((f"http://baogao.x/baogao/xn/{n}.html", None) for n in range(3)),
    "http://baogao.x/baogao/xn/list_2.html",
)
RSS = Sample(
    "feed",
    "http://x.gov.cn/rss.xml",
    '<?xml version="1.0" encoding="gb2312"?><rss version="2.0"><channel><title>某县</title>'
    + "".join(
        f"<item><title>{name}</title><link>/a/{n}.html</link><pubDate>Mon, 0{n} Feb 2025 20:00:00 GMT</pubDate></item>"
        for n, name in enumerate(NAMES, 3)
    )
    + "</channel></rss>",
    tuple((f"http://x.gov.cn/a/{n}.html", date(2025, 2, n + 1)) for n in (3, 4, 5)),
    None,
)
ATOM = Sample(
    "feed",
    "http://x.gov.cn/atom.xml",
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>某县</title>'
    + "".join(
        f'<entry><title>{name}</title><link rel="self" href="/no/{n}"/><link href="/a/{n}.html"/><updated>2025-02-0{n}T01:00:00+08:00</updated></entry>'
        for n, name in enumerate(NAMES, 3)
    )
    + "</feed>",
    tuple((f"http://x.gov.cn/a/{n}.html", date(2025, 2, n)) for n in (3, 4, 5)),
    None,
)
SITEMAP = Sample(
    "sitemap",
    "http://x.gov.cn/sitemap.xml",
    '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    "<url><loc>http://x.gov.cn/about.html</loc></url>"
    "<url><loc>http://x.gov.cn/zfgzbg/1.html</loc></url>"
    "<url><loc>http://x.gov.cn/zfgzbg/2.html</loc><lastmod>2025-01-22</lastmod></url>"
    "<url><loc>http://x.gov.cn/zfgzbg/3.html</loc><lastmod>2026-01-19T08:00:00+08:00</lastmod></url></urlset>",
    (
        ("http://x.gov.cn/zfgzbg/3.html", date(2026, 1, 19)),
        ("http://x.gov.cn/zfgzbg/2.html", date(2025, 1, 22)),
        ("http://x.gov.cn/zfgzbg/1.html", None),
    ),
    None,
)
LONSUN = Sample(
    "lonsun",
    "http://x.gov.cn/site/label/8888?labelName=a&pageIndex=1&pageSize=15",
    "".join(
        f'<div class="xxgk_navli"><a href="/public/1/{n}.html" title="{name}">{name}</a><span class="date">2025/1/{n}</span></div>'
        for n, name in enumerate(NAMES, 7)
    ),
    tuple((f"http://x.gov.cn/public/1/{n}.html", date(2025, 1, n)) for n in (7, 8, 9)),
    "http://x.gov.cn/site/label/8888?labelName=a&pageIndex=2&pageSize=15",
)
OPENNESS = Sample(
    "openness",
    "http://x.gov.cn/OpennessContent/showList/784/34502/page_1.html",
    FRAME.format("<ul class='list'>" + "".join(
        f'<li><a href="/OpennessContent/show/{n}.html">{name}</a><span>2025-01-1{n}</span></li>' for n, name in enumerate(NAMES)
    ) + "</ul>"),
    tuple((f"http://x.gov.cn/OpennessContent/show/{n}.html", date(2025, 1, 10 + n)) for n in range(3)),
    "http://x.gov.cn/OpennessContent/showList/784/34502/page_2.html",
)  # fmt: skip
UUID = "ab0652d2-7dc4-49e7-89f1-1901d3eb723b"
COLUMNS = Sample(
    "columns",
    f"http://x.gov.cn/columns/{UUID}/index.html",
    FRAME.format("<ul class='newsList'>" + "".join(
        f'<li><a href="/columns/{UUID}/20250{n}/1{n}/{n:08x}-7af0-403a-b848-485c1e7577f3.html">{name}</a></li>' for n, name in enumerate(NAMES, 1)
    ) + f"</ul><a href='/columns/{UUID}/templates/9/blocks/9?page=2'>下一页</a>"),
    tuple((f"http://x.gov.cn/columns/{UUID}/20250{n}/1{n}/{n:08x}-7af0-403a-b848-485c1e7577f3.html", date(2025, n, 10 + n)) for n in (1, 2, 3)),
    f"http://x.gov.cn/columns/{UUID}/templates/9/blocks/9?page=2",
)  # fmt: skip
IDFOLDER = Sample(
    "idfolder",
    "http://x.gov.cn/web/zwgkx/zfgzbg/89275467-1.shtml",
    FRAME.format("<ul class='list'>" + "".join(
        f'<li><a href="/web/zwgkx/zfgzbg/202602010842525654{n}/index.shtml">{name}</a><span>2026-01-1{n}</span></li>' for n, name in enumerate(NAMES)
    ) + "</ul>"),
    tuple((f"http://x.gov.cn/web/zwgkx/zfgzbg/202602010842525654{n}/", date(2026, 1, 10 + n)) for n in range(3)),
    "http://x.gov.cn/web/zwgkx/zfgzbg/89275467-2.shtml",
)  # fmt: skip
PC = Sample(
    "pc",
    "http://x.gov.cn/xxrmzf/zfgzb/pc/list.html",
    FRAME.format("<ul class='list'>" + "".join(
        f'<li><a href="/xxrmzf/zfgzb/pc/content/content_201921198626859008{n}.html" title="{name}">{name[:6]}…</a><span>2026-01-1{n}</span></li>' for n, name in enumerate(NAMES)
    ) + "</ul><a href='/xxrmzf/zfgzb/pc/list_2.html'>下一页</a>"),
    tuple((f"http://x.gov.cn/xxrmzf/zfgzb/pc/content/content_201921198626859008{n}.html", date(2026, 1, 10 + n)) for n in range(3)),
    "http://x.gov.cn/xxrmzf/zfgzb/pc/list_2.html",
)  # fmt: skip
PLAIN = Sample(
    "plain",
    "http://x.gov.cn/gk/ghjh/zfgzbg/1.html",
    FRAME.format("<ul class='list'>" + "".join(
        f'<li><a href="/2025/01-1{n}/331959{n}.html" title="{name}">{name}</a></li>' for n, name in enumerate(NAMES)
    ) + "</ul>"),
    tuple((f"http://x.gov.cn/2025/01-1{n}/331959{n}.html", date(2025, 1, 10 + n)) for n in range(3)),
    "http://x.gov.cn/gk/ghjh/zfgzbg/2.html",
)  # fmt: skip
JSONP = Sample(
    "json",
    "https://x.gov.cn/govsearch/jsonp/list.jsp?page=1&callback=result",
    "result("
    + json.dumps({"data": [
        {"puburl": f"http://x.gov.cn/c/{n}.html", "t": {"main": name}, "efectdate": f"2025年2月{n}日"}
        for n, name in enumerate(NAMES, 1)
    ]})
    + ");",
    tuple((f"http://x.gov.cn/c/{n}.html", date(2025, 2, n)) for n in (1, 2, 3)),
    "https://x.gov.cn/govsearch/jsonp/list.jsp?page=2&callback=result",
)  # fmt: skip

SAMPLES = (
    *(TRS, ZWXL, HANWEB_XML, HANWEB_TABLE, JPAAS, JPAAS_HTML, GKMLPT, NFCMS, UCAP_JSON, UCAP_HTML, WAS5),
    *(IGS, GOVCN, DISCUZ, REPOST, RSS, ATOM, SITEMAP, PLAIN, JSONP, LONSUN, OPENNESS, COLUMNS, IDFOLDER, PC),
)
MORE: dict[str, dict[str, object]] = {
    "sitemap": {"list": {"url_pattern": "/zfgzbg/"}},
    "json": {"json": {"items": "data", "url": "puburl", "title": ["nothing", "t.main"], "date": "efectdate"}},
}

each = pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: f"{s.family}-{s.url.rsplit('/', 1)[-1][:12]}")


def source_of(sample: Sample) -> Source:
    return sample.source(**MORE.get(sample.family, {}))


def read_items(
    raw: bytes, content_type: str | None, url: str, source: Source, now: datetime
) -> tuple[ListItem, ...]:
    return read_list_text(list_text(raw, content_type, url), url, source, now)


def test_every_family_has_a_sample() -> None:
    assert {sample.family for sample in SAMPLES} == set(FAMILIES)


@each
def test_items(sample: Sample) -> None:
    items = read_items(sample.text.encode(), "text/html; charset=utf-8", sample.url, source_of(sample), NOW)
    assert [(item.url, item.published_on) for item in items] == list(sample.items)
    if sample.family not in ("sitemap", "repost"):
        assert [item.title for item in items] == list(NAMES)


@each
def test_next_page(sample: Sample) -> None:
    paging = source_of(sample).paging_of(sample.url)
    assert next_page(sample.text, sample.url, sample.url, 2, paging) == sample.following


@each
def test_recognised_by_its_page(sample: Sample) -> None:
    assert recognise(sample.text, sample.url).family.name == sample.family


@each
def test_an_answer_of_another_form_is_said_aloud(sample: Sample) -> None:
    """The site was rebuilt: never an empty success, always the address and what to do."""
    for raw in (b"<html><body><p>under construction</p></body></html>", b'{"code":500,"data":null}'):
        with pytest.raises((ParseError, ErrorPage)) as caught:
            read_items(raw, "text/html; charset=utf-8", sample.url, source_of(sample), NOW)
        assert sample.url in str(caught.value)


@each
@pytest.mark.parametrize("cut", [0.3, 0.7, 0.95])
def test_a_truncated_answer_never_breaks_the_reader(sample: Sample, cut: float) -> None:
    part = sample.text[: int(len(sample.text) * cut)]
    try:
        items = read_items(part.encode(), None, sample.url, source_of(sample), NOW)
    except ParseError:
        return
    assert all(item.url.startswith("http") and (item.title or sample.family == "sitemap") for item in items)


THREE = (
    ("2026年政府工作报告", "/a/1.html", "2026-01-10"),
    ("关于2025年国民经济和社会发展计划执行情况的报告", "/a/2.html", "2026-01-09"),
    ("2025年政府工作报告", "/a/3.html", "2025-01-10"),
)


@pytest.mark.parametrize(
    "form",
    [
        lambda rows: {"rows": [{"INFO_TITLE": t, "INFO_URL": u, "INFO_DATE": d} for t, u, d in rows]},
        lambda rows: {"resultDocs": [{"data": {"title": t, "url": u, "docDate": d}} for t, u, d in rows]},
        lambda rows: {"list": [{"biaoti": t, "lianjie": f"http://x.gov.cn{u}", "riqi": d} for t, u, d in rows]},
        lambda rows: {"list": [{"标题": t, "链接": u, "发布时间": d} for t, u, d in rows]},
        lambda rows: {"data": {str(n): {"title": t, "url": u, "date": d} for n, (t, u, d) in enumerate(rows)}},
        lambda rows: [[n, t, u, d] for n, (t, u, d) in enumerate(rows)],
        # what stands beside the item
        lambda rows: [{"imgUrl": "/i/1.jpg", "title": t, "url": u, "createTime": "2026-01-19", "pubTime": d} for t, u, d in rows],
        lambda rows: [{"channelName": "政府工作报告", "channelUrl": "/c/", "docTitle": t, "docUrl": u, "time": d} for t, u, d in rows],
        lambda rows: [{"mobileUrl": f"/m{u}", "pcUrl": u, "title": t, "date": d} for t, u, d in rows],
        # a row that is none, and titles with what was searched for marked
        lambda rows: [{"title": "置顶", "url": None, "date": ""}, *({"title": t, "url": u, "date": d} for t, u, d in rows)],
        lambda rows: [{"title": t.replace("报告", "<em>报告</em>"), "url": u, "date": d} for t, u, d in rows],
        # an item on another site has its address under another key
        lambda rows: [{"title": t, "url": u if n else "", "linkUrl": "" if n else u, "imgUrl": "/i/1.jpg", "date": d} for n, (t, u, d) in enumerate(rows)],
        # beside a longer menu
        lambda rows: {"menu": [{"name": f"第{n}个栏目", "url": f"/c/{n}/"} for n in range(9)], "list": [{"title": t, "url": u, "date": d} for t, u, d in rows]},
        # as HTML
        lambda rows: {"ok": True, "data": "".join(f"<li><a href='{u}'>{t}</a><span>{d}</span></li>" for t, u, d in rows)},
        # as Java programs print a day
        lambda rows: [{"title": t, "url": u, "date": [*map(int, d.split("-")), 9, 30]} for t, u, d in rows],
        lambda rows: [{"title": t, "url": u, "date": {"time": int(datetime.fromisoformat(d).timestamp() * 1000), "year": 126}} for t, u, d in rows],
    ],
)  # fmt: skip
@pytest.mark.parametrize("around", ["{}", "var data = {};", "jQuery110_1({});", "\ufeff{}"])
def test_the_keys_of_an_unknown_list_are_found(form: Callable[[object], object], around: str) -> None:
    made = draft(around.format(json.dumps(form(THREE))), "http://x.gov.cn/api/list?page=1")
    found = [
        (item.title, item.url.removeprefix("http://x.gov.cn"), str(item.published_on)) for item in made.items
    ]
    assert found == list(THREE)


def test_rows_without_an_address_are_named() -> None:
    rows = [{"id": n, "title": title, "time": day} for n, (title, _, day) in enumerate(THREE)]
    with pytest.raises(
        ShapeChanged, match="3 rows, none with 'url' and 'title'; the first has the keys id, title"
    ):
        draft(json.dumps({"data": {"rows": rows}}), "http://x.gov.cn/api/list?page=1")


def test_json_in_a_text_of_json_is_read() -> None:
    text = (
        r'{"d": "[{\"title\": \"2026年政府工作报告\", \"url\": \"/a/1.html\", \"pubDate\": \"2026-01-10\"}]"}'
    )
    source = Source.model_validate(
        {"slug": "a", "name": "a", "family": "json", "lists": ["http://a.gov.cn/f"],
         "json": guess_keys(parse_json(text, "http://a.gov.cn/f"))}
    )  # fmt: skip
    (item,) = read_items(text.encode(), None, "http://a.gov.cn/f", source, NOW)
    assert (item.url, item.title, item.published_on) == (
        "http://a.gov.cn/a/1.html", "2026年政府工作报告", date(2026, 1, 10),
    )  # fmt: skip


@pytest.mark.parametrize("family", ["feed", "sitemap"])
def test_entities_are_refused(family: str) -> None:
    bomb = '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><rss><channel><item><title>&b;</title></item></channel></rss>'
    source = Source.model_validate(
        {"slug": "a", "name": "a", "family": family, "kind": "repost", "lists": ["http://a.x/f"], "list": {"url_pattern": "."}}
    )  # fmt: skip
    with pytest.raises(NotADocument, match="DTD"):
        read_items(bomb.encode(), None, "http://a.x/f", source, NOW)


def test_a_sitemap_of_sitemaps_names_them() -> None:
    text = "<sitemapindex><sitemap><loc>http://x.gov.cn/s1.xml</loc></sitemap></sitemapindex>"
    with pytest.raises(ShapeChanged, match=r"http://x.gov.cn/s1\.xml"):
        read_items(text.encode(), None, SITEMAP.url, source_of(SITEMAP), NOW)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"data": {"rows": []}}', "the keys data"),
        ('{"articles": []}', "0 rows"),
        ('{"articles": [{"name": "a", "address": "b"}]}', "the keys name, address"),
        ('{"articles": [1, null, {"url": "javascript:;", "title": "某县报告"}]}', "3 rows"),
        ("[" * 100_000, "expected JSON"),
        ('{"articles": ' + "9" * 5000 + "}", "expected JSON"),
        ("<p>", "expected JSON"),
    ],
)
def test_what_a_json_answer_lacks_is_named(text: str, said: str) -> None:
    with pytest.raises(ShapeChanged, match=said):
        read_items(text.encode(), "application/json; charset=utf-8", GKMLPT.url, source_of(GKMLPT), NOW)


def test_a_family_only_says_which_links_to_look_at_first() -> None:
    """A TRS column whose documents live elsewhere is read as any list is."""
    page = TRS.text.replace("/t2026", "/a2026").replace("/t2025", "/a2025")
    items = read_items(page.encode(), "text/html; charset=utf-8", TRS.url, source_of(TRS), NOW)
    assert [item.title for item in items] == list(NAMES)


def test_twins_of_an_article_are_one_item() -> None:
    page = "".join(
        f'<li><a href="{address}">某区人民政府工作报告</a><span>2026-01-19</span></li>'
        for address in (
            "http://wap.x.gov.cn/a/202601/t20260119_3.html",
            "//www.x.gov.cn/a/202601/t20260119_3_app.html",
            "http://3g.x.gov.cn/a/202601/t20260119_3.html#top",
            "./202601/t20260119_3.html",
        )
    )
    source = Source.model_validate(
        {"slug": "a", "name": "a", "family": "trs", "lists": ["http://www.x.gov.cn/a/index.html"]}
    )
    items = read_items(page.encode(), "text/html; charset=utf-8", source.lists[0].url, source, NOW)
    assert items == (
        ListItem("http://www.x.gov.cn/a/202601/t20260119_3.html", "某区人民政府工作报告", date(2026, 1, 19)),
    )
