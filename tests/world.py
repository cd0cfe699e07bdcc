"""A country of local web sites: every family of sources, charset, header shape and fault. Not a test file.

    with World(seed) as world:
        world.sources, world.sites      # what to watch; what each site shows and must be read as
        world.crawl(store, archive)     # with a real poller, over real sockets

What the documents say is world_texts.py; a server with a log of its requests is web_server.py.
"""

# ruff: noqa: E501  (markup as the families print it)
from __future__ import annotations

import asyncio
import hashlib
import html
import json
import random
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from types import TracebackType
from typing import Any, Self

from attached import word
from web_server import WebServer, Wire
from world_texts import Text, counties, make_text

from ingest.backfill import backfill
from ingest.model import Header, Kind, SourceKind
from ingest.pipeline import Outcome, Pipeline
from ingest.poll import Poller
from ingest.settings import Settings
from ingest.sources import Source
from ingest.store import Store
from ingest.web import Archive, LocalPace, Web

SPLIT = {"split-counter", "split-links", "split-thread"}
GAP = 0.02  # seconds between two requests to one host
YEAR = 2026


@dataclass(frozen=True)
class Entry:
    """A document on a site: its address there, and further pages."""

    text: Text
    path: str
    pages: tuple[str, ...] = ()


@dataclass
class Site:
    """`shown` are the parts of the header that its block prints; `lists` the paths of its list's pages."""

    plan: Plan
    server: WebServer
    source: Source
    entries: list[Entry]
    lists: tuple[str, ...]
    robots: str = ""
    shown: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Plan:
    """One row of the country: which family in which clothes. `block`: shape of the header block, "" none;
    `quirks`: see World."""

    name: str
    family: str
    form: str = "ul"
    charset: str = "utf-8"
    declared: str = "utf-8"
    block: str = "table4"
    container: str = "div.TRS_Editor"
    paragraphs: str = "p"
    quirks: frozenset[str] = frozenset()
    article: str = "trs"
    more: dict[str, Any] = field(default_factory=dict)


def _plan(name: str, family: str, form: str, article: str, *quirks: str, **more: Any) -> Plan:
    return Plan(name, family, form, article=article, quirks=frozenset(quirks), **more)


JSON_KEYS = {"json": {"items": "data.rows", "url": "puburl", "title": "name", "date": "day"}}

PLANS = (
    _plan("trs-gbk", "trs", "ul", "trs", "metas", charset="gb18030", declared="gb2312", block="table4"),
    _plan("trs-pages", "trs", "ul", "trs", "paginated", "order-old-first", block="thtd", container="div.TRS_UEDITOR"),
    _plan("trs-split", "trs", "ul", "trs", "split-counter", block="table2", container="div.trs_editor_view"),
    _plan("trs-twins", "trs", "ul", "trs", "twins", "metas", block="ulli"),
    _plan("trs-broken", "trs", "table", "trs", "broken", block="table4", paragraphs="open"),
    _plan("trs-twice", "trs", "ul", "trs", "twice", "order-mixed", block="spans"),
    _plan("zwxl-bracketed", "zwxl", "ul", "trs", "metas", block="bracketed", container="div.zwxl-article"),
    _plan("zwxl-table", "zwxl", "table", "trs", "noise", block="bracketed", container="div.zwxl-main", paragraphs="br"),
    _plan("zwxl-files", "zwxl", "ul", "trs", "attachment", "metas", block="bracketed", container="div.zwxl-article"),
    _plan("hanweb-records", "hanweb", "records", "art", block="table4", container="div#zoom"),
    _plan("hanweb-column", "hanweb", "column", "art", "paginated", block="thtd", container="div.article-content", charset="gb18030", declared="gbk"),
    _plan("jpaas-list", "jpaas", "jpaas", "iid", block="ulli", container="div.wip_art_con"),
    _plan("jpaas-html", "jpaas", "jpaas-html", "art", block="dl", container="div#zoom"),
    _plan("gkmlpt", "gkmlpt", "gkmlpt", "gkmlpt", "paginated", block="table4", container="div.article-content"),
    _plan("nfcms", "nfcms", "nfcms", "post", "metas", block="", container="div.news_cont_d_wrap"),
    _plan("nfcms-open", "nfcms", "nfcms", "post", "broken", block="ulli", container="div#zoomcon", paragraphs="open"),
    _plan("ucap-json", "ucap", "ucap", "ucap", block="dl", container="div#UCAP-CONTENT"),
    _plan("ucap-html", "ucap", "divs", "ucap", "next-link", block="spans", container="div#cmsArticleContent"),
    _plan("was5", "was5", "was5", "trs", block="columns", container="div.TRS_Editor"),
    _plan("igs", "igs", "igs", "trs", "metas", block="", container="div#xlrllt"),
    _plan("govcn", "govcn", "govcn", "govcn", block="table4", container="div.pages_content"),
    _plan("own-json", "json", "json", "plain", block="table2", container="div.main-text", more=JSON_KEYS),
    _plan("rss", "feed", "rss", "plain", block="thtd", container="div.content"),
    _plan("atom", "feed", "atom", "plain", block="", container="div.view", charset="gb18030", declared="gb2312"),
    _plan("sitemap", "sitemap", "sitemap", "plain", block="dl", container="div.con-article", more={"list": {"url_pattern": "/a/"}}),
    _plan("plain-table", "plain", "table", "plain", "order-mixed", block="spans", container="section.whatever"),
    _plan("plain-mislabelled", "plain", "ul", "plain", "noise", charset="utf-8", declared="gbk", block="table4"),
    _plan("plain-density", "plain", "divs", "plain", "noise", block="ulli", container="div.xq-nr", paragraphs="div"),
    _plan("plain-spaced", "plain", "ul", "plain", block="spaced", container="div.article_con", paragraphs="br"),
    _plan("discuz-x", "discuz", "threads", "thread", block="", more={"kind": "forum"}),
    _plan("discuz-gbk", "discuz", "threads", "thread", "split-thread", block="", charset="gb18030", declared="gbk", more={"kind": "forum"}),
    _plan("repost", "repost", "reposts", "repost", "decorated", block="", container="div.content", paragraphs="br"),
    _plan("repost-split", "repost", "reposts", "repost", "split-links", "decorated", block="", container="div.article", charset="gb18030", declared="gb2312"),
    _plan("slow", "trs", "ul", "trs", "crawl-delay", block="table2"),
    _plan("closed", "trs", "ul", "trs", "disallow", block="table4"),
    _plan("busy", "trs", "ul", "trs", "retry-after", block="ulli"),
    _plan("wall", "trs", "ul", "trs", "wall", block=""),
)  # fmt: skip


# --- addresses -------------------------------------------------------------------------------

ADDRESSES: dict[str, Callable[[date, int], str]] = {
    "trs": lambda day, n: f"/zwgk/zfgzbg/{day:%Y%m}/t{day:%Y%m%d}_{n}.html",
    "art": lambda day, n: f"/art/{day.year}/{day.month}/{day.day}/art_7_{n}.html",
    "iid": lambda day, n: f"/jpaas-jpolicy-web-server/front/info/detail?iid={n:08x}",
    "gkmlpt": lambda day, n: f"/gkmlpt/content/3/9/post_{n}.html",
    "post": lambda day, n: f"/zwgk/content/post_{n}.html",
    "ucap": lambda day, n: f"/x/{day.year}/{day.month}/{day.day}/{n:032x}.shtml",
    "govcn": lambda day, n: f"/zhengce/content/{day:%Y%m}/content_{n}.htm",
    "thread": lambda day, n: f"/forum.php?mod=viewthread&tid={n}",
    "repost": lambda day, n: f"/baogao/xn/{n}.html",
    "plain": lambda day, n: f"/a/{n}.html",
}

LISTS = {
    "ul": "/zwgk/zfgzbg/", "table": "/zwgk/zfgzbg/index.html", "divs": "/zwgk/gzbg_list.shtml",
    "records": "/module/web/jpage/dataproxy.jsp?startrecord=1&endrecord=9&perpage=9&columnid=7",
    "column": "/col/col7/index.html", "jpaas": "/interface/getPolicyByOrgId?orgId=1&pageNo=1",
    "jpaas-html": "/front/page/build/unit?unitId=9&pageNo=1", "gkmlpt": "/gkmlpt/api/all/0?page=1&sid=756001",
    "nfcms": "/zwgk/wjk/index.html", "ucap": "/common/search/0123456789abcdef?_isJson=true&page=1",
    "was5": "/was5/web/search?channelid=29&page=1", "igs": "/igs/front/search/list.html?index=a&pageNumber=1",
    "govcn": "/zhengce/zuixin/ZUIXIN.json", "json": "/api/list?page=1", "rss": "/rss.xml", "atom": "/atom.xml",
    "sitemap": "/sitemap.xml", "threads": "/forum.php?mod=forumdisplay&fid=2", "reposts": "/baogao/xn/",
}  # fmt: skip

SECOND = {"ul": "/zwgk/zfgzbg/index_1.html", "gkmlpt": "/gkmlpt/api/all/0?page=2&sid=756001",
          "column": "/col/col7/index.html?uid=380055&pageNum=2"}  # fmt: skip


# --- lists -----------------------------------------------------------------------------------


def list_page(plan: Plan, base: str, entries: Sequence[Entry], titles: Sequence[str], pages: int) -> str:
    """A page of the list in the plan's form."""
    rows = [(e.path, t, e.text.put_up) for e, t in zip(entries, titles, strict=True)]
    attr = html.escape
    match plan.form:
        case "ul":
            cut = [t if len(t) < 24 else f"{t[:20]}…" for _, t, _ in rows]
            items = "".join(
                f'<li><a href="{attr(p)}" title="{t}">{c}</a><span>{d:%Y-%m-%d}</span></li>'
                for (p, t, d), c in zip(rows, cut, strict=True)
            )
            if "twins" in plan.quirks:
                items += "".join(
                    f'<li><a href="{p.replace(".html", "_app.html")}">{t}</a><span>{d:%Y-%m-%d}</span></li>'
                    f'<li><a href="{p}?variant=zh-hant">{t}</a><span>{d:%Y-%m-%d}</span></li>'
                    for p, t, d in rows
                )
            return _frame(
                f'<ul class="list">{items}</ul><script>createPageHTML({pages}, 0, "index", "html");</script>'
            )
        case "table":
            items = "".join(
                f'<tr><td><a href="{base}{p}">{t}</a></td><td>{d.year}年{d.month}月{d.day}日</td></tr>'
                for p, t, d in rows
            )
            return _frame(f'<table class="wj"><tr><th>标题</th><th>日期</th></tr>{items}</table>')
        case "divs":
            host = base.removeprefix("http:")
            items = "".join(
                f'<div class="cen mar"><a href="{host}{p}">{t}</a><em>{d:%Y.%m.%d}</em></div>'
                for p, t, d in rows
            )
            return _frame(f'<div class="box">{items}</div>')
        case "nfcms":
            items = "".join(
                f'<li><span class="name"><a href="{p.replace("post_", "mpost_")}">{t}</a></span><span class="date">{d:%m-%d}</span></li>'
                for p, t, d in rows
            )
            return _frame(f'<div class="viewList"><ul>{items}</ul></div>')
        case "records":
            items = "".join(
                f'<record>\n<![CDATA[<li><a title="{t}" href="{p}">{t[:8]}…</a><b>{d:%Y-%m-%d}</b></li>]]></record>'
                for p, t, d in rows
            )
            return f'<?xml version="1.0" encoding="UTF-8"?><datastore><recordset>{items}</recordset><totalrecord>3</totalrecord><totalpage>1</totalpage></datastore>'
        case "column":
            items = "".join(
                f"<record><![CDATA[<tr><td><a mc='{t}' rq='{d:%Y-%m-%d}' syh='X/1' wh='' href='{base}{p}'>{t[:6]}</a></td></tr>]]></record>"
                for p, t, d in rows
            )
            return _frame(
                f'<div id="380055" class="list"><script type="text/xml"><datastore><recordset>{items}</recordset></datastore></script></div>'
            )
        case "reposts":
            items = "".join(f'<li><a href="{p}">{t}</a></li>' for p, t, _ in rows)
            return _frame(f'<ul class="e2">{items}</ul>')
        case "threads":
            items = "".join(
                f'<tbody id="normalthread_{n}"><tr><th><a href="{attr(p)}&amp;extra=page%3D1" class="s xst">[转帖] {t}</a></th><td class="by"><cite><a href="space-uid-7.html">楼主</a></cite><em><span title="{d:%Y-%m-%d}">前天</span></em></td></tr></tbody>'
                for n, (p, t, d) in enumerate(rows)
            )
            return f'<html><head><meta name="generator" content="Discuz! X3.4"><meta charset="{plan.declared}"></head><body><table><tbody id="stickthread_1"><tr><th><a href="thread-1-1-1.html" class="s xst">版规先看一遍</a></th></tr></tbody>{items}</table></body></html>'
        case "jpaas":
            return json.dumps(
                {
                    "data": {
                        "total": 3,
                        "list": [
                            {"iid": p[-8:], "title": f"<em>{t}</em>", "publishDate": f"{d:%Y-%m-%d} 09:00:00"}
                            for p, t, d in rows
                        ],
                    }
                }
            )
        case "jpaas-html":
            return json.dumps(
                {
                    "data": {
                        "html": "".join(
                            f'<li><a href="{p}">{t}</a><span>[{d:%Y-%m-%d}]</span></li>' for p, t, d in rows
                        )
                    }
                }
            )
        case "gkmlpt":
            return json.dumps(
                {
                    "total": 200 if pages > 1 else 3,
                    "articles": [
                        {
                            "id": n,
                            "title": t,
                            "url": f"{base}{p}",
                            "display_publish_time": int(
                                datetime(d.year, d.month, d.day, 4, tzinfo=UTC).timestamp()
                            ),
                        }
                        for n, (p, t, d) in enumerate(rows)
                    ],
                }
            )
        case "ucap":
            return json.dumps(
                {
                    "data": {
                        "results": [
                            {"url": p, "title": t, "publishedTimeStr": f"{d:%Y-%m-%d} 09:00:00"}
                            for p, t, d in rows
                        ]
                    }
                }
            )
        case "was5":
            docs = ",".join(
                json.dumps({"url": base + p, "title": t, "time": f"{d:%Y-%m-%d} 10:00"}, ensure_ascii=False)
                for p, t, d in rows
            )
            return f'{{"count":"3","docs":[{docs}\n]}}'
        case "igs":
            return json.dumps(
                {
                    "page": {
                        "content": [
                            {
                                "DOCTITLE": t,
                                "PUBDATE": f"{d:%Y-%m-%d}T00:00:00.000+0800",
                                "DOCPUBURL": base + p,
                            }
                            for p, t, d in rows
                        ]
                    }
                }
            )
        case "govcn":
            return json.dumps(
                [{"URL": base + p, "TITLE": t, "DOCRELPUBTIME": f"{d:%Y-%m-%d}"} for p, t, d in rows]
            )
        case "json":
            return f"callback({json.dumps({'data': {'rows': [{'puburl': p, 'name': t, 'day': str(d)} for p, t, d in rows]}})});"
        case "rss":
            items = "".join(
                f"<item><title>{t}</title><link>{attr(base + p)}</link><pubDate>{d:%a, %d %b %Y} 09:00:00 +0800</pubDate></item>"
                for p, t, d in rows
            )
            return f'<?xml version="1.0" encoding="{plan.declared}"?><rss version="2.0"><channel><title>公报</title>{items}</channel></rss>'
        case "atom":
            items = "".join(
                f'<entry><title>{t}</title><link href="{p}"/><updated>{d:%Y-%m-%d}T09:00:00+08:00</updated></entry>'
                for p, t, d in rows
            )
            return f'<?xml version="1.0" encoding="{plan.declared}"?><feed xmlns="http://www.w3.org/2005/Atom"><title>公报</title>{items}</feed>'
        case "sitemap":
            items = "".join(
                f"<url><loc>{base}{p}</loc><lastmod>{d:%Y-%m-%d}</lastmod></url>" for p, _, d in rows
            )
            return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{base}/about.html</loc></url>{items}</urlset>'
        case other:
            raise ValueError(other)


MENU = '<div class="nav"><ul><li><a href="/">网站首页</a></li><li><a href="/zwgk/">政务公开栏目</a></li><li><a href="/hd/">互动交流</a></li></ul></div>'
FOOT = '<div class="foot"><p>主办：某地人民政府办公室　网站标识码：5001060001</p><p>ICP备05001234号 <a href="/about.html">关于我们</a></p></div>'


def _frame(inner: str) -> str:
    return f'<html><head><title>政府工作报告</title></head><body>{MENU}<div class="hot"><a href="/hot/77.html">头条推荐的一篇长长的文章标题</a></div>{inner}{FOOT}</body></html>'


# --- articles --------------------------------------------------------------------------------

LABELS = {
    "index_number": "索引号", "document_number": "发文字号", "issuer": "发布机构", "subject_class": "主题分类",
    "genre_class": "体裁分类", "validity": "有效性", "written_on": "成文日期", "published_on": "发布日期",
    "title": "名称", "keywords": "主题词",
}  # fmt: skip
BLANKS = ("", "———", "无", " ")


def header_block(rng: random.Random, shape: str, header: Header) -> str:
    """The block in one of the shapes of portals, blank values as they print them."""
    pairs = []
    for name, label in LABELS.items():
        value = getattr(header, name)
        shown = f"{value:%Y-%m-%d}" if isinstance(value, date) else value
        pairs.append((label, html.escape(shown) if shown else rng.choice(BLANKS)))
    pairs = (
        [pair for pair in pairs if pair[0] not in ("名称", "主题词")]
        if shape in ("bracketed", "columns")
        else pairs
    )
    spaced = {"索引号": "索 引 号", "名称": "名　　称", "主题词": "主 题 词"}
    match shape:
        case "":
            return ""
        case "table4":
            two = [pairs[n : n + 2] for n in range(0, len(pairs), 2)]
            rows = "".join(
                "<tr>" + "".join(f"<td>{k}：</td><td>{v}</td>" for k, v in row) + "</tr>" for row in two
            )
            return f'<table class="gkxl-top">{rows}</table>'
        case "table2":
            return "<table>" + "".join(f"<tr><td>{k}</td><td>{v}</td></tr>" for k, v in pairs) + "</table>"
        case "bracketed":
            two = [pairs[n : n + 2] for n in range(0, len(pairs), 2)]
            rows = "".join(
                "<tr>"
                + "".join(f'<td class="t1">[ {k} ]</td><td class="t2">{v}</td>' for k, v in row)
                + "</tr>"
                for row in two
            )
            return f'<table class="zwxl-table">{rows}</table>'
        case "thtd":
            return "<table>" + "".join(f"<tr><th>{k}：</th><td>{v}</td></tr>" for k, v in pairs) + "</table>"
        case "ulli":
            return '<ul class="clearfix">' + "".join(f"<li>{k}：{v}</li>" for k, v in pairs) + "</ul>"
        case "dl":
            return (
                '<dl class="reference">' + "".join(f"<dt>{k}：</dt><dd>{v}</dd>" for k, v in pairs) + "</dl>"
            )
        case "spans":
            return '<div id="attribute">' + "".join(f"<span>{k}：{v}</span>" for k, v in pairs) + "</div>"
        case "spaced":
            return (
                '<div class="headInfo">'
                + "".join(f"<p>{spaced.get(k, k)}：&nbsp;{v}</p>" for k, v in pairs)
                + "</div>"
            )
        case "columns":
            heads = "".join(f"<th>{k}</th>" for k, _ in pairs)
            return f"<table><tr>{heads}</tr><tr>{''.join(f'<td>{v}</td>' for _, v in pairs)}</tr></table>"
        case other:
            raise ValueError(other)


def paragraphs(style: str, lines: Sequence[str]) -> str:
    match style:
        case "p":
            return "".join(f"<p>　　{line}</p>\n" for line in lines)
        case "br":
            return "<br>\n".join(f"&nbsp;&nbsp;&nbsp;&nbsp;{line}" for line in lines)
        case "div":
            return "".join(f'<div style="text-indent:2em"><span>{line}</span></div>' for line in lines)
        case "open":
            return "".join(f'<p><font face="仿宋">{line}' for line in lines)
        case other:
            raise ValueError(other)


SHARE = '<div class="bdsharebuttonbox">分享到：<a>微信</a><a>新浪微博</a></div>'
RELATED = '<div class="xg"><h3>相关链接：</h3><ul><li><a href="/b/1.html">一图读懂去年的政府工作报告</a></li><li><a href="/b/2.html">关于进一步做好有关工作的意见</a></li></ul></div>'


def article_page(
    rng: random.Random, plan: Plan, text: Text, lines: Sequence[str], *, after: str = "", part: int = 1
) -> str:
    tag, _, name = plan.container.replace("#", ".#").partition(".")
    attribute = f'id="{name[1:]}"' if name.startswith("#") else f'class="{name}"'
    metas = ""
    if "metas" in plan.quirks:
        metas = f'<meta name="ArticleTitle" content="{text.title}"><meta name="PubDate" content="{text.put_up:%Y-%m-%d} 09:30"><meta name="ContentSource" content="政府办">'
    block = header_block(rng, plan.block, text.header) if part == 1 else ""
    if "twice" in plan.quirks:
        block = f'<div class="pc">{block}</div><div class="phone">{block}</div>'
    body = paragraphs(plan.paragraphs, lines)
    noise = SHARE + (RELATED if "noise" in plan.quirks else "")
    stray = "</div></span></div>" if "broken" in plan.quirks else ""
    where = (
        ""
        if plan.block
        else f'<div class="info">来源：政府办　发布时间：{text.put_up:%Y-%m-%d} 10:20　<a>【打印】</a></div>'
    )
    crumbs = '<div class="position">您现在的位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政府信息公开</a> &gt; 正文</div>'
    return (
        f'<!DOCTYPE html>\n<html><head><meta http-equiv="Content-Type" content="text/html; charset={plan.declared}"><title>{text.title}_某地人民政府网</title>{metas}</head><body>{MENU}{crumbs}{stray}'
        f'{block}<h1>{text.title}</h1>{where}<{tag} {attribute}>{body}</{tag}>{after}{noise}<div class="sx"><p>上一篇：<a href="/b/3.html">没有了</a></p></div>{FOOT}</body></html>'
    )


def thread_page(
    plan: Plan, text: Text, posts: Sequence[tuple[int, Sequence[str]]], pages: Sequence[str] = ()
) -> str:
    shown = "".join(
        f'<div id="post_{n}"><table><tr><td class="pls"><div class="authi"><a href="space-uid-{author}.html" class="xw1">网友{author}</a></div></td><td class="plc"><div class="pti"><em id="authorposton{n}">发表于 {text.put_up:%Y-%m-%d} 16:53:38</em></div><div class="t_fsz"><table><tr><td class="t_f" id="postmessage_{n}">{"<br>".join(lines)}</td></tr></table></div></td></tr></table></div>'
        for n, (author, lines) in enumerate(posts, 100)
    )
    pager = "".join(f'<a href="{html.escape(p)}">{n}</a>' for n, p in enumerate(pages, 2))
    return (
        f'<html><head><meta charset="{plan.declared}"><meta name="generator" content="Discuz! X3.4"><title>{text.title} - 某论坛</title></head><body><div id="hd">{MENU}</div>'
        f'<h1><span id="thread_subject">{text.title}</span></h1><div id="postlist">{shown}</div><div class="pg"><strong>1</strong>{pager}</div></body></html>'
    )


# --- the country -----------------------------------------------------------------------------


class Clock:
    now = datetime(YEAR, 2, 20, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class World:
    """All sites, each on a server of its own. The quirks of a plan:

    paginated, next-link (two pages of list) · order-old-first, order-mixed · split-counter, split-links,
    split-thread (long articles) · twins · broken · noise · twice · metas · attachment · decorated ·
    crawl-delay, disallow, retry-after, wall
    """

    def __init__(self, seed: int = YEAR) -> None:
        self.rng = random.Random(seed)
        self.clock = Clock()
        self.sites: dict[str, Site] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        regions = counties(self.rng, len(PLANS))
        for plan, region in zip(PLANS, regions, strict=True):
            texts = [
                make_text(self.rng, region, Kind.WORK_REPORT, YEAR),
                make_text(self.rng, region, self.rng.choice((Kind.PLAN_REPORT, Kind.WORK_REPORT)), YEAR - 1),
                make_text(self.rng, region, Kind.NOTICE, YEAR),
            ]
            if plan.family in ("repost", "discuz") or "attachment" in plan.quirks:
                texts = texts[:2]
            self.sites[plan.name] = self._site(plan, self._stack.enter_context(WebServer()), texts)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _site(self, plan: Plan, server: WebServer, texts: list[Text]) -> Site:
        rng = self.rng
        entries = []
        for text in texts:
            number = rng.randint(100_000, 999_999)
            path = ADDRESSES[plan.article](text.put_up, number)
            if "decorated" in plan.quirks:
                region = text.region
                spoken = text.header.written_on or text.put_up
                name = f"({region.path[0]}){region.name}人民政府工作报告({spoken.year}年{spoken.month}月{spoken.day}日)"
                text = (
                    replace(text, title=name, kind=Kind.WORK_REPORT)
                    if text.kind is Kind.WORK_REPORT
                    else text
                )
            entries.append(self._publish(plan, server, text, path))
        order = sorted(entries, key=lambda e: e.text.put_up, reverse="order-old-first" not in plan.quirks)
        if "order-mixed" in plan.quirks:
            rng.shuffle(order)
        lists = self._publish_list(plan, server, order)
        robots = {
            "crawl-delay": "User-agent: *\nCrawl-delay: 1\n",
            "disallow": "User-agent: *\nDisallow: /secret/\nDisallow: /*.pdf$\n",
        }
        said = "".join(text for quirk, text in robots.items() if quirk in plan.quirks)
        server.page("/robots.txt", said, status=200 if said else 404, headers={"Content-Type": "text/plain"})
        portal = plan.family not in ("repost", "discuz")
        source = Source.model_validate(
            {
                "slug": plan.name, "name": "某地人民政府", "family": plan.family,
                "kind": SourceKind.PORTAL if portal else SourceKind.REPOST,
                "region": texts[0].region.code if portal else None,
                "delay": GAP, "lists": [server.url(lists[0])], **plan.more,
            }
        )  # fmt: skip
        hidden = {"title", "keywords"} if plan.block in ("bracketed", "columns") else set()
        shown = frozenset(LABELS.keys() - hidden) if plan.block else frozenset()
        return Site(plan, server, source, entries, lists, said, shown)

    def _publish_list(self, plan: Plan, server: WebServer, order: list[Entry]) -> tuple[str, ...]:
        first = LISTS[plan.form]
        titles = [e.text.title for e in order]
        two = "paginated" in plan.quirks
        halves = [(order[:2], titles[:2]), (order[2:], titles[2:])] if two else [(order, titles)]
        paths = (first, SECOND[plan.form]) if two else (first,)
        for path, (some, called) in zip(paths, halves, strict=True):
            page = list_page(plan, server.url(""), some, called, len(halves))
            if "disallow" in plan.quirks:
                page = page.replace(
                    "</ul><script>",
                    '<li><a href="/secret/202601/t20260105_9.html">某地内部工作报告的通知</a><span>2026-01-05</span></li></ul><script>',
                )
            if "wall" in plan.quirks:
                server.page(
                    path, '<html><script>document.cookie="a=1";location.reload()</script></html>', status=412
                )
                continue
            type_ = (
                "application/json"
                if page[:1] in "{["
                else "text/xml"
                if page.startswith("<?xml")
                else "text/html"
            )
            self._serve(plan, server, path, page, type_)
        return paths

    def _serve(self, plan: Plan, server: WebServer, path: str, page: str, type_: str = "text/html") -> None:
        charset = "utf-8" if type_ == "application/json" else plan.charset
        raw = page.encode(charset)
        etag = f'"{hashlib.sha256(raw).hexdigest()[:16]}"'
        headers = {
            "Content-Type": type_ if type_ == "text/html" else f"{type_}; charset={charset}",
            "ETag": etag,
        }

        def answer(wire: Wire) -> None:
            if wire.seen.headers.get("if-none-match") == etag:
                wire.answer(b"", 304, {"ETag": etag})
            else:
                wire.answer(raw, 200, headers)

        server.script(path, answer)

    def _publish(self, plan: Plan, server: WebServer, text: Text, path: str) -> Entry:
        rng, lines = self.rng, text.lines
        stem, dot, ending = path.rpartition(".")
        if "attachment" in plan.quirks:
            file = f"{path.rpartition('/')[0]}/P0{rng.randint(10**6, 10**7)}.docx"
            server.page(file, word(lines, text.title), headers={"Content-Type": "application/octet-stream"})
            page = article_page(
                rng, plan, text, ["见附件。"], after=f'<p>附件：<a href="{file}">{text.title}.docx</a></p>'
            )
            self._serve(plan, server, path, page)
            return Entry(text, path, (file,))
        pieces = _pieces(lines) if plan.quirks & SPLIT and text.kind is not Kind.NOTICE else [lines]
        if plan.article == "thread":
            posts: list[list[tuple[int, Sequence[str]]]] = [[(7, piece)] for piece in pieces]
            posts[0] += [
                (8, ["沙发，谢谢楼主分享，辛苦了，先收藏再慢慢看，回头细读一遍再来说说自己的看法。"])
            ]
            more = [f"{path}&page={n}" for n in range(2, len(posts) + (2 if len(posts) > 1 else 1))]
            if more:
                posts.append([(9, ["路过看看，这份报告写得很实在，希望每一件都能办成，明年再来对照一遍。"])])
            for address, said in zip([path, *more], posts, strict=True):
                self._serve(plan, server, address, thread_page(plan, text, said, more))
            return Entry(text, path, tuple(more))
        first = 1 if "split-counter" in plan.quirks else 2
        more = [f"{stem}_{n}{dot}{ending}" for n in range(first, first + len(pieces) - 1)]
        after = (
            f'<script>createPageHTML({len(pieces)}, 0, "{stem.rpartition("/")[2]}", "html");</script>'
            if "split-counter" in plan.quirks
            else ""
        )
        if "split-links" in plan.quirks:
            links = "".join(f'<a href="{p.rpartition("/")[2]}">{n}</a> ' for n, p in enumerate(more, 2))
            after = f'<p class="fy">上一页 <a href="{path}">1</a> {links}<a href="{more[0].rpartition("/")[2]}">下一页</a></p>'
        for number, (address, piece) in enumerate(zip([path, *more], pieces, strict=True), 1):
            page = article_page(rng, plan, text, piece, after=after, part=number)
            self._serve(plan, server, address, page)
        if "retry-after" in plan.quirks:
            _busy_at_first(server, path)
        return Entry(text, path, tuple(more))

    # --- looking at it ---

    @property
    def sources(self) -> dict[str, Source]:
        return {name: site.source for name, site in self.sites.items()}

    def crawl(self, store: Store, archive: Archive | None = None) -> list[Outcome]:
        """Everything that is due, by a real poller; of lists with further pages all of them."""

        async def go() -> list[Outcome]:
            settings = Settings(allow_hosts=("127.0.0.1",), host_delay=GAP)
            pipeline = Pipeline(store, None, self.sources, now=self.clock, chance=lambda: 0.5)
            async with Web.from_settings(settings, archive, pace=LocalPace(GAP)) as web:
                poller = Poller(pipeline, web)
                for site in self.sites.values():
                    if len(site.lists) > 1:
                        assert all([step.fine async for step in backfill(poller, site.source, 3)])
                rounds = await poller.once()
            return [outcome for one in rounds for outcome in one.outcomes]

        return asyncio.run(go())

    def requests(self) -> dict[str, list[str]]:
        return {name: site.server.paths() for name, site in self.sites.items()}

    def forget_requests(self) -> None:
        for site in self.sites.values():
            site.server.seen.clear()


def _pieces(lines: Sequence[str]) -> list[Sequence[str]]:
    """Three pages; the second begins in the middle of a sentence."""
    at = next(n for n, line in enumerate(lines) if n > len(lines) // 3 and "，" in line and len(line) > 20)
    end = len(lines) - 4
    half = lines[at].index("，") + 1
    return [[*lines[:at], lines[at][:half]], [lines[at][half:], *lines[at + 1 : end]], lines[end:]]


def _busy_at_first(server: WebServer, path: str) -> None:
    real = server._pages[path]
    asked: list[str] = []

    def answer(wire: Wire) -> None:
        asked.append(path)
        if len(asked) == 1:
            wire.answer(b"", 503, {"Retry-After": "1"})
        else:
            real(wire)

    server.script(path, answer)
