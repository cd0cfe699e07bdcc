"""Home pages of governments in the shapes of real ones, for the search of report columns. Not a test file.

Each portal is a few pages: a home page with its menus, on the way there a page or two of disclosure, and the
column in which the reports stand, printed as its system prints it. The pages are ours, the addresses shaped
as sites have them.
"""

# ruff: noqa: E501  (markup as the systems print it)
from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.support.web_server import WebServer

YEARS = (2026, 2025, 2024, 2023, 2022)
PLAN = "关于上年国民经济和社会发展计划执行情况与{year}年计划草案的报告"


@dataclass(frozen=True)
class Portal:
    """`pages` by path; `column` is where the work reports stand, None where the site has no such column;
    `plan` where the plan reports do."""

    name: str
    pages: dict[str, str]
    column: str | None
    plan: str | None = None

    def put_up(self, server: WebServer) -> None:
        for path, body in self.pages.items():
            kind = "application/xml" if path.endswith(".xml") else "text/html; charset=utf-8"
            kind = "application/json" if body.startswith("{") else kind
            server.page(path, body, headers={"Content-Type": kind})


def _page(body: str, title: str = "某某市人民政府") -> str:
    foot = "<div class='foot'><a href='/wzdt/'>网站地图</a><a href='/lxwm/'>联系我们</a></div>"
    return f"<html><head><title>{title}</title></head><body>{body}{foot}</body></html>"


def _home(links: str, script: str = "") -> str:
    news = "".join(
        f"<li><a href='/xwzx/202601/t202601{day:02d}_{day}01.html'>市长到企业调研走访第{day}次</a><span>2026-01-{day:02d}</span></li>"
        for day in range(10, 20)
    )
    menu = "<a href='/'>首页</a><a href='/xwzx/'>新闻中心</a><a href='/zwfw/'>政务服务</a><a href='/hdjl/'>互动交流</a>"
    explained = "<a href='/xwzx/202601/t20260112_9.html'>2026年政府工作报告解读</a>"
    return _page(f"<div class='nav'>{menu}{links}</div><ul class='news'>{news}</ul>{explained}{script}")


def _list(address: Callable[[int], str], title: str = "{year}年政府工作报告") -> str:
    rows = "".join(
        f"<li><a href='{address(year)}' title='{title.format(year=year)}'>{title.format(year=year)}</a><span>{year}-01-{20 + year % 7}</span></li>"
        for year in YEARS
    )
    return _page(f"<ul class='list'>{rows}</ul>")


def _links(**columns: str) -> str:
    return "".join(f"<li><a href='{path}'>{text}</a></li>" for text, path in columns.items())


def _trs(folder: str) -> Callable[[int], str]:
    return lambda year: f"{folder}{year}02/t{year}0203_{year}77.html"


def _sitemap(addresses: Sequence[str]) -> str:
    locations = "".join(f"<url><loc>{address}</loc></url>" for address in addresses)
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{locations}</urlset>'


def _filled(script: str) -> str:
    return _page(f"{_links(政府工作报告='/zwgk/zfgzbg/')}<ul id='list'></ul><script>{script}</script>")


def _rows(title: str) -> str:
    rows = [
        {"docTitle": title.format(year=year), "docUrl": f"/a/{year}.html", "pubTime": f"{year}-01-22"}
        for year in YEARS
    ]
    return json.dumps({"code": 200, "data": {"rows": rows}})


def _menu_script(**columns: str) -> str:
    menus = [{"id": number, "name": text, "url": path} for number, (text, path) in enumerate(columns.items())]
    return f"<script>var menus = {json.dumps(menus)};</script>"


# How columns and their articles are addressed where no other portal here shows it.
_SHAPES = {
    "Henan": ("/zwgk/zfgzbg/", "/{year}/02-03/33195{year}.html"),
    "Shanghai": ("/nw12336/index.html", "/nw12336/{year}0225/{year:032x}.html"),
    "Heilongjiang": ("/hlj/szfgzbg/list.shtml", "/hlj/szfgzbg/{year}02/c00_3191{year}.shtml"),
    "Gansu": ("/gsszf/c100190/xxgk_list.shtml", "/gsszf/gsyw/{year}02/17427{year}.shtml"),
    "Panjin": ("/zfgzbg/", "/{year}_01/09_10/content-54{year}.html"),
    "Jiangxi": (
        "/jxsrmzf/zfgzb/pc/list.html",
        "/jxsrmzf/zfgzb/pc/content/content_201921198626859{year}.html",
    ),
    "Guangxi": ("/zwgk/fdzdgknr/ghjh/ndjh/", "/zwgk/fdzdgknr/ghjh/ndjh/t655{year}.html"),
    "Openness": ("/OpennessContent/showList/784/34502/page_1.html", "/OpennessContent/show/34{year}.html"),
    "Xi'an": ("/gk/ghjh/zfgzbg/1.html", "/gk/ghjh/zfgzbg/202920214385185{year}.html"),
    "Kunming": ("/zfxxgk/fdzdgknr/zfgzbg/", "/c/{year}-02-11/505{year}.shtml"),
}


def _shaped() -> list[Portal]:
    """A portal a shape, which names its column among the menus of its disclosure."""
    return [
        Portal(
            f"addresses of {place}",
            {
                "/": _home(_links(政务公开="/xxgk/index.html")),
                "/xxgk/index.html": _page(_links(政策文件="/xxgk/zcwj/", 政府工作报告=column)),
                column: _list(lambda year, shape=article: shape.format(year=year)),  # type: ignore[misc]
            },
            column,
        )
        for place, (column, article) in _SHAPES.items()
    ]


def _gkmlpt_index() -> str:
    """An empty shell with the categories of its site in a script."""
    below = [
        {"id": 694, "name": "政府工作报告", "children": []},
        {"id": 695, "name": "国民经济和社会发展计划报告"},
    ]
    tree = [
        {"id": 1, "name": "机构职能", "children": [], "jump_url": "/zwgk/jgzn/"},
        {"id": 20, "name": "规划计划", "children": below, "post_count": 30},
    ]
    config = f"{{SID: '769001', TREE: {json.dumps(tree)}, SERVICE_AREA_ID: '441900'}}"
    return _page(f"<div id='app'></div><script>window._CONFIG = {config};</script>")


def _gkmlpt(title: str) -> str:
    articles = [
        {
            "id": year,
            "title": title.format(year=year),
            "url": f"/gkmlpt/content/4/4504/post_{year}.html",
            "created_at": f"{year}-01-2{year % 7}",
        }
        for year in YEARS
    ]
    return json.dumps({"classify": {"id": 694}, "total": len(articles), "articles": articles})


def portals(base: str) -> list[Portal]:
    """`base` is the address of the server, for pages that name themselves whole."""
    disclosed, openness = "/zwgk/zfxxgkml/ghjh/", "/public/column/1681?type=4&action=list"
    uuid = "/columns/ab0652d2-7dc4-49e7/"
    return [
        Portal(
            "named on the home page",
            {
                "/": _home(_links(政府工作报告="/zwgk/zfgzbg/")),
                "/zwgk/zfgzbg/": _list(_trs("/zwgk/zfgzbg/")),
            },
            "/zwgk/zfgzbg/",
        ),
        Portal(
            "of the province's own, beside those of its counties",
            {
                "/": _home(_links(省政府工作报告="/szf/zfgzbg/", 县市区政府工作报告="/szf/xsqzfgzbg/")),
                "/szf/zfgzbg/": _list(_trs("/szf/zfgzbg/")),
                "/szf/xsqzfgzbg/": _list(_trs("/szf/xsqzfgzbg/"), "某某县{year}年政府工作报告"),
            },
            "/szf/zfgzbg/",
        ),
        Portal(
            "below the disclosure, three links away",
            {
                "/": _home(_links(政务公开="/zwgk/")),
                "/zwgk/": _page(_links(政府信息公开="/zwgk/zfxxgkml/", 政策解读="/zwgk/zcjd/")),
                "/zwgk/zfxxgkml/": _page(_links(规划计划=disclosed, 人事信息="/zwgk/zfxxgkml/rsxx/")),
                disclosed: _page(
                    _links(
                        政府工作报告=f"{disclosed}zfgzbg_123/",
                        国民经济和社会发展计划=f"{disclosed}gmjjhshfzjh/",
                    )
                ),
                f"{disclosed}zfgzbg_123/": _list(_trs(f"{disclosed}zfgzbg_123/")),
                f"{disclosed}gmjjhshfzjh/": _list(_trs(f"{disclosed}gmjjhshfzjh/"), PLAN),
            },
            f"{disclosed}zfgzbg_123/",
            f"{disclosed}gmjjhshfzjh/",
        ),
        Portal(
            "Hanweb, old and new addresses in one list",
            {
                "/": _home(_links(年度工作报告="/col/col1229/index.html")),
                "/col/col1229/index.html": _list(
                    lambda year: (
                        f"/col/col1229/art/{year}/art_{year:032x}.html"
                        if year > 2024
                        else f"/art/{year}/2/3/art_1229_{year}.html"
                    )
                ),
            },
            "/col/col1229/index.html",
        ),
        Portal(
            "a menu that stands only in a script",
            {
                "/": _home("", _menu_script(机构职能="/jgzn/", 政府工作报告=f"{uuid}index.html")),
                f"{uuid}index.html": _list(
                    lambda year: f"{uuid}{year}02/02/{year:08x}-7af0-403a-b848-485c1e7577f3.html"
                ),
            },
            f"{uuid}index.html",
        ),
        Portal(
            "folders with their own spelling",
            {
                "/": _home(_links(自治区政府工作报告="/xj/xjzfgzbg/", 历年报告="/xj/lsjzfgzbg/")),
                "/xj/xjzfgzbg/": _list(lambda year: f"/xj/xjzfgzbg/{year}02/{year:032x}.shtml"),
                "/xj/lsjzfgzbg/": _page("<p>正在建设</p>"),
            },
            "/xj/xjzfgzbg/",
        ),
        Portal(
            "an id a page",
            {
                "/": _home(_links(信息公开="/web/zwgkx/index.shtml")),
                "/web/zwgkx/index.shtml": _page(
                    _links(
                        政府工作报告="/web/zwgkx/zfgzbg/index.shtml", 政府公报="/web/zwgkx/zfgb/index.shtml"
                    )
                ),
                "/web/zwgkx/zfgzbg/index.shtml": _list(
                    lambda year: f"/web/zwgkx/zfgzbg/{year}020108425256544/index.shtml"
                ),
                "/web/zwgkx/zfgb/index.shtml": _list(
                    lambda year: f"/web/zwgkx/zfgb/{year}0201/index.shtml", "政府公报{year}年第1期"
                ),
            },
            "/web/zwgkx/zfgzbg/index.shtml",
        ),
        Portal(
            "columns by number in the query",
            {
                "/": _home(_links(政府信息公开=openness)),
                openness: _page(_links(政府工作报告=f"{openness}&catId=6708531&nav=3")),
                f"{openness}&catId=6708531&nav=3": _list(lambda year: f"/public/1681/5654{year}.html"),
            },
            f"{openness}&catId=6708531&nav=3",
        ),
        Portal(
            "the platform of Guangdong, a tree in a script",
            {
                "/": _home(_links(市政府信息公开平台="/gkmlpt/index#27")),
                "/gkmlpt/index": _gkmlpt_index(),
                "/gkmlpt/api/all/694?page=1&sid=769001": _gkmlpt("{year}年政府工作报告"),
                "/gkmlpt/api/all/695?page=1&sid=769001": _gkmlpt(PLAN),
            },
            "/gkmlpt/api/all/694?page=1&sid=769001",
            "/gkmlpt/api/all/695?page=1&sid=769001",
        ),
        Portal(
            "lists that a script fills, by GET and by POST",
            {
                "/": _home(_links(政府工作报告="/zwgk/zfgzbg/", 计划报告="/zwgk/jhbg/")),
                "/zwgk/zfgzbg/": _filled("var c = '8a'; $.getJSON(ctx + '/api/list', {c: c, page: n}, show)"),
                "/api/list?c=8a&page=1": _rows("{year}年政府工作报告"),
                "/zwgk/jhbg/": _filled("axios.post('/api/query', {c: '8b', pageNo: n}).then(show)"),
                "/api/query": _rows(PLAN),
            },
            "/api/list?c=8a&page=1",
            "/api/query#plan_report",
        ),
        Portal(
            "only the sitemap knows",
            {
                "/": _home(_links(走进某某="/zjmm/")),
                "/sitemap.xml": _sitemap(
                    [
                        base + path
                        for path in ("/", "/zjmm/", "/zwgk/gzbg/", "/zwgk/gzbg/202602/t20260203_1.html")
                    ]
                ),
                "/zwgk/gzbg/": _list(_trs("/zwgk/gzbg/")),
            },
            "/zwgk/gzbg/",
        ),
        Portal(
            "reports of others stand in columns called alike",
            {
                "/": _home(
                    _links(
                        法治政府建设工作报告="/fzzf/fzzfgzbg/",
                        政府信息公开工作年度报告="/xxgk/gkgzbg/",
                        工作报告="/rd/gzbg/",
                        法定主动公开内容="/zwgk/fdzdgknr/",
                    )
                ),
                "/rd/gzbg/": _list(_trs("/rd/gzbg/"), "{year}年人大常委会工作报告"),
                "/fzzf/fzzfgzbg/": _list(_trs("/fzzf/fzzfgzbg/"), "{year}年法治政府建设工作报告"),
                "/zwgk/fdzdgknr/": _page(_links(政府工作报告="/zwgk/fdzdgknr/qtfdxx/zfgzbg/")),
                "/zwgk/fdzdgknr/qtfdxx/zfgzbg/": _list(_trs("/zwgk/fdzdgknr/qtfdxx/zfgzbg/")),
            },
            "/zwgk/fdzdgknr/qtfdxx/zfgzbg/",
        ),
        *_shaped(),
        Portal(
            "image maps, a frame of old markup, links by script",
            {
                "/": "<html><head><title>某县政府网</title></head><body><map><area href='/html/xxgk.htm' alt='信息公开'></map>"
                "<table><tr><td onclick=\"location.href='/bsfw.asp'\">办事服务</td></tr></table></body></html>",
                "/html/xxgk.htm": _page(
                    "<a href='javascript:void(0)' onclick=\"window.open('/html/zfgzbg.htm')\">政府工作报告</a>"
                ),
                "/html/zfgzbg.htm": _list(lambda year: f"/show.asp?id={year}"),
            },
            "/html/zfgzbg.htm",
        ),
        Portal(
            "a page that sends on to the real home page",
            {
                "/": "<html><head><meta http-equiv='refresh' content='0;url=/main/index.html'></head><body></body></html>",
                "/main/index.html": _home(_links(**{"【工作报告】": "/main/gzbg/"})),
                "/main/gzbg/": _list(_trs("/main/gzbg/")),
            },
            "/main/gzbg/",
        ),
        Portal(
            "menus of spans, words with blanks, the year in the column's name",
            {
                "/": _home("<li><a href='/gk/'><span>信 息</span><span>公 开</span></a></li>"),
                "/gk/": _page(
                    "<dl><dt><a href='/gk/bg/'>政 府 工 作 报 告</a></dt><dt><a href='/gk/2026lh/'>2026年政府工作报告</a></dt></dl>"
                ),
                "/gk/bg/": _list(_trs("/gk/bg/")),
                "/gk/2026lh/": _page("<p>各位代表</p>"),
            },
            "/gk/bg/",
        ),
        Portal(
            "a list in a frame, named by a picture",
            {
                "/": _home("<a href='/bg/'><img src='/bg.png' alt='政府工作报告'></a>"),
                "/bg/": _home("<iframe src='/bg/in.html' width='100%' height='800'></iframe>"),
                "/bg/in.html": _list(_trs("/bg/")),
            },
            "/bg/in.html",
        ),
        Portal(
            "a row that is clicked",
            {
                "/": _home("<li onclick=\"location.href='/bg/'\">政府工作报告</li>"),
                "/bg/": _list(_trs("/bg/")),
            },
            "/bg/",
        ),
        Portal(
            "a choice on the map of the site",
            {
                "/": _home(""),
                "/wzdt/": _page(
                    "<select><option>请选择</option><option value='/bg/'>政府工作报告</option></select>"
                ),
                "/bg/": _list(_trs("/bg/")),
            },
            "/bg/",
        ),
        Portal(
            "a gazette and no column of reports",
            {
                "/": _home(_links(政府公报="/zwgk/zfgb/", 政务公开="/zwgk/")),
                "/zwgk/": _page(_links(政策文件="/zwgk/zcwj/")),
                "/zwgk/zcwj/": _list(_trs("/zwgk/zcwj/"), "关于印发{year}年工作要点的通知"),
                "/zwgk/zfgb/": _list(_trs("/zwgk/zfgb/"), "政府公报{year}年第1期"),
            },
            None,
        ),
        Portal(
            "a home page written by a script",
            {"/": "<html><body><div id='app'></div><script src='/app.js'></script></body></html>"},
            None,
        ),
    ]
