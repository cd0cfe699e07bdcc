"""Lists and addresses of documents as each family prints them. Not a test file."""

# ruff: noqa: E501  (markup as the families print it)
from __future__ import annotations

import html
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from tests.support.world_plans import Plan
from tests.support.world_texts import Text


@dataclass(frozen=True)
class Entry:
    """A document on a site: its address there, and further pages."""

    text: Text
    path: str
    pages: tuple[str, ...] = ()


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
                f"<record><![CDATA[<tr><td><a mc='{t}' rq='{d:%Y-%m-%d}' syh='{e.text.header.index_number}' wh='{e.text.header.document_number or '无'}' href='{base}{p}'>{t[:6]}</a></td></tr>]]></record>"
                for (p, t, d), e in zip(rows, entries, strict=True)
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
