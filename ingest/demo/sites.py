"""The demo's sample sites on loopback: four layouts, and one page that changes a figure after a while.

All texts and figures are invented for the demo; only the names of places are real.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path

from ingest.demo.layouts import (
    Entry,
    bracket_article,
    bracket_list,
    colon_article,
    colon_list,
    forum_list,
    forum_thread,
    repost_article,
    repost_list,
)

COPIES = 6  # pages that show a report, on all sites together: four reports, two of them on two sites

# path -> the page's text now; the bytes are made when it is asked for
Pages = Mapping[str, Callable[[], str]]


@dataclass(frozen=True, slots=True)
class Site:
    """One sample site. `source` is its source file, with {base} for the address."""

    slug: str
    charset: str
    content_type: str
    pages: Pages
    source: str


def text(name: str) -> str:
    return (files("ingest.demo") / "texts" / f"{name}.txt").read_text(encoding="utf-8")


def _always(html: str) -> Callable[[], str]:
    return lambda: html


class Change:
    """What happens in the sample world while it is watched.

    The plan report's investment target changes `after` seconds from when it was first served; `happened` is
    set once the new figure was. The repost site has a report only after the portal showed it.
    """

    def __init__(self, after: float) -> None:
        self.after = after
        self.first_served: float | None = None
        self.happened = threading.Event()
        self.published = threading.Event()

    def figure(self) -> str:
        now = time.monotonic()
        if self.first_served is None:
            self.first_served = now
        if now - self.first_served < self.after:
            return "8%以上"
        self.happened.set()
        return "6%左右"


def sites(change: Change) -> tuple[Site, ...]:
    """The four sites. `change` decides what the plan report says when it is asked for."""
    return (_tongliang(change), _yongchuan(), _repost(change), _forum())


def _tongliang(change: Change) -> Site:
    name = "重庆市铜梁区人民政府"
    work_title = "重庆市铜梁区人民政府工作报告（2026年）"
    plan_title = "关于铜梁区2025年国民经济和社会发展计划执行情况及2026年计划草案的报告"
    notice_title = "关于开展2026年春季植树活动的通知"
    work, plan, notice = (f"./202602/t2026020{n}_1432000{n}.html" for n in (3, 5, 6))
    plan_text = text("tongliang-plan")
    entries = (
        Entry(notice, notice_title, "2026-02-06"),
        Entry(plan, plan_title, "2026-02-05"),
        Entry(work, work_title, "2026-02-03"),
    )
    issuer = "铜梁区人民政府办公室"

    def work_page() -> str:
        change.published.set()
        return work_html

    place = "——2026年1月20日在重庆市铜梁区第三届人民代表大会第六次会议上<br>重庆市铜梁区人民政府区长 林望舒"
    work_html = bracket_article(
        name, work_title, "2026-02-03", "11500224009340105K/2026-00031", issuer, text("tongliang-work"), place
    )
    return Site(
        slug="demo-tongliang",
        charset="utf-8",
        content_type="text/html; charset=utf-8",
        pages={
            "/zfgzbg/": _always(bracket_list(name, entries)),
            f"/zfgzbg{work[1:]}": work_page,
            f"/zfgzbg{plan[1:]}": lambda: bracket_article(
                name,
                plan_title,
                "2026-02-05",
                "115002240093410424/2026-00017",
                "铜梁区发展和改革委员会",
                plan_text.replace("{investment}", change.figure()),
            ),
            f"/zfgzbg{notice[1:]}": _always(
                bracket_article(
                    name,
                    notice_title,
                    "2026-02-06",
                    "11500224009340105K/2026-00040",
                    issuer,
                    text("tongliang-notice"),
                )
            ),
        },
        source="""slug = "demo-tongliang"
name = "铜梁区人民政府（演示）"
kind = "portal"
home = "{base}/"
region = "500151"
delay = 0
interval = "2s"
recheck = "3s"

[[lists]]
url = "{base}/zfgzbg/"

[list]
item = "ul.tab-item li"
date = "span"
url_pattern = '/t\\d{8}_\\d+\\.html$'

[expect]
overdue = false
""",
    )


def _yongchuan() -> Site:
    name = "重庆市永川区人民政府"
    title = "永川区2026年政府工作报告"
    path = "/content/2026-02/10/content_5501.htm"
    place = (
        "——2026年1月24日在重庆市永川区第十八届人民代表大会第七次会议上<br>重庆市永川区人民政府区长　周镕之"
    )
    article = colon_article(
        name, title, "2026-02-10", "009333012/2026-00052", "永川区政府办公室", text("yongchuan-work"), place
    )
    return Site(
        slug="demo-yongchuan",
        charset="gb18030",
        content_type="text/html",
        pages={
            "/zwgk/": _always(colon_list(name, (Entry(path, title, "2026-02-10"),))),
            path: _always(article),
        },
        source="""slug = "demo-yongchuan"
name = "永川区人民政府（演示）"
kind = "portal"
home = "{base}/"
region = "500118"
delay = 0
interval = "2s"

[[lists]]
url = "{base}/zwgk/"

[list]
item = "table.cwx-table tr:not(.cwx-tit)"
date = "td:last-child"

[expect]
overdue = false
""",
    )


def _repost(change: Change) -> Site:
    name = "县域报告网"
    tongliang = "/baogao/xn/20311.html"
    rongchang = "/baogao/xn/20312.html"
    t_title = "(重庆市)重庆市铜梁区人民政府工作报告(2026年1月20日)"
    r_title = "(重庆市)重庆市荣昌区人民政府工作报告(2026年1月22日)"
    whole = text("tongliang-work")
    # Such sites keep what fits: here the part from the second chapter on, as far as the third task.
    cut = whole[whole.index("二、2026年工作安排") : whole.index("（四）把环境守护好")]
    entries = (Entry(rongchang, r_title, "2026-02-08"), Entry(tongliang, t_title, "2026-02-09"))

    def listing() -> str:
        return repost_list(name, entries if change.published.is_set() else entries[:1])

    return Site(
        slug="demo-repost",
        charset="utf-8",
        content_type="text/html; charset=utf-8",
        pages={
            "/baogao/xn/": listing,
            tongliang: _always(repost_article(name, t_title, tongliang, cut)),
            rongchang: _always(repost_article(name, r_title, rongchang, text("rongchang-work"))),
        },
        source="""slug = "demo-repost"
name = "县域报告网（演示）"
kind = "repost"
home = "{base}/"
delay = 0
interval = "2s"

[[lists]]
url = "{base}/baogao/xn/"

[list]
url_pattern = '/baogao/[a-z]+/\\d+\\.html$'
""",
    )


def _forum() -> Site:
    name = "镕城论坛"
    title = "2026年重庆市永川区政府工作报告"
    place = (
        "——2026年1月24日在重庆市永川区第十八届人民代表大会第七次会议上\n重庆市永川区人民政府区长　周镕之\n"
    )
    # Discuz! answers a thread at both of its addresses; lists show the short one.
    short, long = "/thread-7001-1-1.html", "/forum.php?mod=viewthread&tid=7001"
    thread = _always(forum_thread(name, title, "2026-2-12", place + text("yongchuan-work")))
    return Site(
        slug="demo-forum",
        charset="gb18030",
        content_type="text/html; charset=gbk",
        pages={
            "/forum-2-1.html": _always(forum_list(name, (Entry(short[1:], title, "2026-2-12"),))),
            short: thread,
            long: thread,
        },
        source="""slug = "demo-forum"
name = "镕城论坛（演示）"
kind = "forum"
home = "{base}/"
delay = 0
interval = "2s"

[[lists]]
url = "{base}/forum-2-1.html"

[list]
item = 'tbody[id^="normalthread"]'
link = "a.xst"
""",
    )


# --- serving ---------------------------------------------------------------------------------


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            page = site.pages.get(self.path)
            if page is None:
                self._answer(404, b"not here", "text/plain")
                return
            body = page().encode(site.charset)
            etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if self.headers.get("If-None-Match") == etag:
                self._answer(304, b"", site.content_type, etag)
                return
            self._answer(200, body, site.content_type, etag)

        def _answer(self, status: int, body: bytes, content_type: str, etag: str | None = None) -> None:
            self.send_response(status)
            if status != 304:
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
            if etag:
                self.send_header("ETag", etag)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet: the demo prints what gongbao does, not what its sample sites do."""

    return Handler


@contextmanager
def serve(
    shown: Sequence[Site], sources_dir: Path, *, listen: str = "127.0.0.1", name: str = "127.0.0.1"
) -> Iterator[dict[str, str]]:
    """Serve the sites on free ports of `listen`, which pollers reach as `name`, and write their source files
    into `sources_dir`.

    Yields slug -> base address.
    """
    sources_dir.mkdir(parents=True, exist_ok=True)
    bases: dict[str, str] = {}
    with ExitStack() as stack:
        for site in shown:
            server = ThreadingHTTPServer((listen, 0), _handler(site))
            server.daemon_threads = True
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            threading.Thread(target=server.serve_forever, name=site.slug, daemon=True).start()
            bases[site.slug] = f"http://{name}:{server.server_port}"
            source = site.source.replace("{base}", bases[site.slug])
            (sources_dir / f"{site.slug}.toml").write_text(source, encoding="utf-8")
        yield bases
