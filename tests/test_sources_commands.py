"""sources check, new, list and poll --backfill against sites on loopback: from the command to the bytes."""

# ruff: noqa: E501  (markup as the families print it)
from __future__ import annotations

import csv
import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from ingest.model import ListItem
from ingest.page.columns import report_columns
from ingest.sources.check import look_at_items
from ingest.store import watchlist
from ingest.store.db import Store
from tests.support.service import PATIENCE, Gongbao
from tests.support.web_server import WebServer, Wire

ARTICLE = """<html><head><meta name="ArticleTitle" content="璧山区{year}年政府工作报告"><meta name="PubDate" content="{year}-01-22 10:00"></head>
<body><table class="zwxl-table"><tr><td>[ 索引号 ]</td><td>1150/2025-{year}</td><td>[ 发布机构 ]</td><td>璧山区人民政府</td></tr></table>
<h1>璧山区{year}年政府工作报告</h1><div class="trs_editor_view TRS_UEDITOR">{body}</div></body></html>"""
BODY = "".join(
    f"<p>　　{{year}}年要办好第{n}件实事，把安排好的事情一件一件落到实处，让老百姓看得见也摸得着变化。</p>"
    for n in range(9)
)


def listing(years: range, *, counter: str = "") -> str:
    rows = "".join(
        f'<li><a href="./{year}01/t{year}0122_{year}.html">璧山区{year}年政府工作报告</a><span>{year}-01-22</span></li>'
        for year in years
    )
    return (
        "<html><head><title>政府工作报告_重庆市璧山区人民政府</title></head><body><div class='nav'>"
        "<a href='/'>网站首页</a><a href='/zwgk/ghjh/gmjjhshfzgh/'>规划计划</a></div>"
        f"<ul class='tab-item'>{rows}</ul><script>{counter}</script></body></html>"
    )


@pytest.fixture
def site() -> Iterator[WebServer]:
    """A column of three pages, five reports on each, the newest of 2025."""
    with WebServer() as server:
        counter = "createPageHTML(3, 0, 'index', 'html');"
        server.page("/zfgzbg/", listing(range(2025, 2020, -1), counter=counter))
        server.page("/zfgzbg/index_1.html", listing(range(2020, 2015, -1), counter=counter))
        server.page("/zfgzbg/index_2.html", listing(range(2015, 2010, -1), counter=counter))
        for year in range(2011, 2026):
            server.page(
                f"/zfgzbg/{year}01/t{year}0122_{year}.html",
                ARTICLE.format(year=year, body=BODY.format(year=year)),
            )
        yield server


@pytest.fixture
def gongbao(tmp_path: Path) -> Gongbao:
    return Gongbao(
        tmp_path / "data",
        {
            "GONGBAO_SOURCES_DIR": str(tmp_path / "sources"),
            "GONGBAO_ALLOW_HOSTS": "127.0.0.1",
            "GONGBAO_HOST_DELAY": "0",
        },
    )


def source_file(folder: Path, slug: str, text: str) -> None:
    (folder / "sources").mkdir(exist_ok=True)
    (folder / "sources" / f"{slug}.toml").write_text(text, encoding="utf-8")


def bishan(site: WebServer, more: str = "") -> str:
    return (
        'name = "璧山区人民政府"\nfamily = "trs"\nkind = "portal"\nregion = "500120"\n'
        f'{more}lists = ["{site.url("/zfgzbg/")}"]\n'
    )


def test_check_says_what_a_source_yields(gongbao: Gongbao, site: WebServer, tmp_path: Path) -> None:
    source_file(tmp_path, "bishan", bishan(site))
    said = gongbao("sources", "check", "bishan", code=None).stdout
    assert "5 items, 5 with a date, from 2021-01-22 to 2025-01-22" in said
    assert "2025-01-22  璧山区2025年政府工作报告" in said
    assert f"next page {site.url('/zfgzbg/index_1.html')}: 5 items, 5 not on the first" in said
    assert said.count("article http") == 2
    assert "重庆市／璧山区" in said
    assert "header: index_number, issuer" in said
    assert f"links to a column of reports: {site.url('/zwgk/ghjh/gmjjhshfzgh/')}" in said
    assert len(site.paths()) == 4
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"path": "/zfgzbg/", "status": 404}, "Gone"),
        ({"path": "/zfgzbg/", "body": "<p>栏目建设中</p>"}, "ShapeChanged"),
        ({"path": "/zfgzbg/", "status": 301, "location": "/new/"}, "moved to"),
        ({"path": "/zfgzbg/index_1.html", "status": 404}, "next page"),
        ({"path": "/zfgzbg/index_1.html", "body": listing(range(2025, 2020, -1))}, "0 not on the first"),
        ({"path": "/zfgzbg/202501/t20250122_2025.html", "status": 403}, "Blocked"),
    ],
)
def test_check_says_what_looks_wrong(
    gongbao: Gongbao, site: WebServer, tmp_path: Path, change: dict[str, str], said: str
) -> None:
    site.page("/new/", listing(range(2025, 2020, -1)))
    site.page(**change)  # type: ignore[arg-type]
    source_file(tmp_path, "bishan", bishan(site))
    done = gongbao("sources", "check", "bishan", code=1)
    wrong = [line for line in done.stdout.splitlines() if line.startswith("WRONG")]
    assert any(said in line for line in wrong), (done.stdout, done.stderr)


NOW = datetime(2026, 1, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("title", "day", "said"),
    [
        ("某区政府工作报告", "2026-02-20", "a date still to come"),
        ("某区政府工作报告", "2023-02-20", "nothing newer than 2023-02-20"),
        ("某区政府工作报告", None, "no dates"),
        ("某区政府工作报…", "2026-01-19", "8 titles are cut off"),
        ("公告", "2026-01-19", "8 titles are very short"),
        ("某区政府工作报告", "2026-01-19", "1 titles stand there with several addresses"),
    ],
)
def test_what_looks_wrong_about_items(title: str, day: str | None, said: str) -> None:
    when = datetime.fromisoformat(day).date() if day else None
    items = [ListItem(f"http://a/{n}", title, when) for n in range(8)]
    assert any(said in line.text for line in look_at_items("http://a/", items, NOW))


def test_new_recognises_and_writes(gongbao: Gongbao, site: WebServer, tmp_path: Path) -> None:
    url = site.url("/zfgzbg/")
    printed = gongbao("sources", "new", url, "--slug", "bishan", "--kind", "portal").stdout
    assert 'family = "trs"' in printed
    assert 'name = "重庆市璧山区人民政府"' in printed
    assert 'region = "500120"' in printed
    assert "5 items were read" in printed
    assert not (tmp_path / "sources").exists()
    gongbao("sources", "new", url, "--slug", "bishan", "--kind", "portal", "--write")
    assert (tmp_path / "sources" / "bishan.toml").read_text(encoding="utf-8") == printed
    assert "5 items" in gongbao("sources", "check", "bishan", code=None).stdout
    again = gongbao("sources", "new", url, "--slug", "bishan", "--write", code=2)
    assert "is there already" in again.stderr


def test_new_writes_only_into_a_folder_of_ones_own(gongbao: Gongbao, site: WebServer) -> None:
    at_home = Gongbao(gongbao.folder, {**gongbao.settings, "GONGBAO_SOURCES_DIR": ""})
    said = at_home("sources", "new", site.url("/zfgzbg/"), "--slug", "bishan", "--write", code=2)
    assert "GONGBAO_SOURCES_DIR" in said.stderr


def test_new_of_a_home_page_names_its_columns(gongbao: Gongbao, site: WebServer) -> None:
    site.page("/", "<body><h1>某区人民政府</h1><a href='/zwgk_9/zfgzbg/gzbg/'>政府工作报告</a></body>")
    said = gongbao("sources", "new", site.url("/"), code=2)
    assert f"{site.url('/zwgk_9/zfgzbg/gzbg/')} 政府工作报告" in said.stderr


@pytest.mark.parametrize(
    "call",
    [
        "$.ajax({type:'get', url: '/api/list?cid=7', success: show})",
        '$.getJSON("/api/list?cid=7", show)',
        "fetch(`/api/list?cid=7`).then(show)",
        "x.open('GET', '/api/list?cid=7', true)",
    ],
)
def test_new_of_a_list_that_a_script_fills_says_where_from(
    gongbao: Gongbao, site: WebServer, call: str
) -> None:
    site.page("/ajax/", f"<ul id=l></ul><script>$.get('/hits.jsp?id=1');{call}</script>")
    run = gongbao("sources", "new", site.url("/ajax/"), code=2)
    assert f"its scripts ask for {site.url('/api/list?cid=7')}; if that" in run.stderr


def test_new_of_a_list_that_a_script_fills_does_not_name_the_page_itself(
    gongbao: Gongbao, site: WebServer
) -> None:
    menu = "<a href='/zwgk/jhbg/'>计划报告</a><a href='/zwgk/zfgzbg/'>政府工作报告</a>"
    site.page("/zwgk/zfgzbg/", f"{menu}<ul id=l></ul><script>fetch('/api/list?cid=7')</script>")
    said = gongbao("sources", "new", site.url("/zwgk/zfgzbg/"), code=2).stderr
    assert f"columns of reports: {site.url('/zwgk/jhbg/')} 计划报告; and its scripts ask for" in said


def test_new_guesses_the_keys_of_unknown_json(gongbao: Gongbao, site: WebServer) -> None:
    rows = [
        {"docTitle": f"某市第{n}号文件的标题", "docLink": f"/d/{n}.html", "pubDate": "2026-01-19"}
        for n in range(6)
    ]
    site.page("/api?pageNo=1", json.dumps({"result": {"rows": rows}}))
    printed = gongbao("sources", "new", site.url("/api?pageNo=1"), "--slug", "a").stdout
    assert 'kind = "repost"' in printed  # nobody vouched for the host
    for line in (
        'family = "json"',
        'items = "result.rows"',
        'url = "docLink"',
        'title = "docTitle"',
        'date = "pubDate"',
    ):
        assert line in printed


def test_report_columns() -> None:
    page = (
        "<a href='/zwgk/zfgzbg/'>工作报告</a><a href='/zwgk/zfgzbg/index.html#a'>更多</a><a href='/a/b/'>政府工作报告</a>"
        "<a href='/zfgzbg/202501/t20250122_1.html'>某区政府工作报告</a><a href='javascript:'>政府工作报告</a><a href='/c/'>机构</a>"
    )
    assert [column.url for column in report_columns(page, "http://x.gov.cn/")] == [
        "http://x.gov.cn/zwgk/zfgzbg/",
        "http://x.gov.cn/a/b/",
    ]


def test_list_shows_what_is_known_and_how_it_fares(gongbao: Gongbao, site: WebServer, tmp_path: Path) -> None:
    source_file(tmp_path, "bishan", bishan(site))
    source_file(tmp_path, "off", bishan(site, "enabled = false\n").replace("500120", "500151"))
    source_file(tmp_path, "board", f'name = "某论坛"\nfamily = "discuz"\nlists = ["{site.url("/f")}"]\n')
    rows = {row["slug"]: row for row in gongbao.json("sources", "list")}
    assert {slug: row["state"] for slug, row in rows.items()} == {
        "bishan": "new",
        "off": "off",
        "board": "new",
    }
    assert not (tmp_path / "data").exists()  # looking makes no database
    for args, slugs in (
        (("--region", "500120"), {"bishan"}),
        (("--region", "重庆市"), {"bishan", "off"}),
        (("--kind", "forum"), {"board"}),
        (("--state", "off"), {"off"}),
    ):
        assert {row["slug"] for row in gongbao.json("sources", "list", *args)} == slugs
    assert "停用" in gongbao("sources", "list").stdout
    header = next(csv.reader(StringIO(gongbao("sources", "list", "--format", "csv").stdout)))
    assert {"slug", "family", "region", "enabled", "verified", "state"} <= set(header)
    for wrong in (("--region", "亚特兰蒂斯"), ("--kind", "blog"), ("--state", "odd")):
        gongbao("sources", "list", *wrong, code=2)


def test_a_fresh_catalogue_is_listed_without_a_request(gongbao: Gongbao) -> None:
    at_home = Gongbao(gongbao.folder, {"GONGBAO_SOURCES_DIR": ""})
    rows = at_home.json("sources", "list", "--region", "500000")
    assert len(rows) >= 39
    assert {row["state"] for row in rows} == {"new", "off"}


def test_backfill_walks_the_list_back(gongbao: Gongbao, site: WebServer, tmp_path: Path) -> None:
    source_file(tmp_path, "bishan", bishan(site))
    gongbao("migrate")
    said = gongbao("poll", "--source", "bishan", "--backfill", "2").stdout
    assert f"{site.url('/zfgzbg/')}: page 1: 5 items, 5 new" in said
    assert f"{site.url('/zfgzbg/index_1.html')}: page 2: 5 items, 5 new" in said
    assert json.loads(said.splitlines()[-1]) == {"NewVersion": 10}
    assert "/zfgzbg/index_2.html" not in site.paths()
    # Further back than the list goes; what is known is not fetched again.
    before = len(site.paths())
    said = gongbao("poll", "--source", "bishan", "--backfill", "99").stdout
    assert f"{site.url('/zfgzbg/index_2.html')}: page 3: 5 items, 5 new" in said
    assert json.loads(said.splitlines()[-1]) == {"NewVersion": 5}
    assert "/zfgzbg/index_3.html" not in site.paths()
    assert len(site.paths()) - before == 3 + 5
    assert len({row["year"] for row in gongbao.json("reports", "--limit", "50")}) == 15


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ({"status": 404}, "the list ends here"),
        ({"body": listing(range(2025, 2020, -1))}, "shows what the page before showed"),
        ({"body": "<p>没有了</p>"}, "the list ends here"),
    ],
)
def test_backfill_knows_the_end(
    gongbao: Gongbao, site: WebServer, tmp_path: Path, second: dict[str, str], said: str
) -> None:
    site.page("/zfgzbg/", listing(range(2025, 2020, -1)))  # nothing says how many pages there are
    site.page("/zfgzbg/index_1.html", **second)  # type: ignore[arg-type]
    source_file(tmp_path, "bishan", bishan(site))
    gongbao("migrate")
    assert said in gongbao("poll", "--source", "bishan", "--backfill", "9").stdout


def asked_for(wire: Wire) -> None:
    """Two pages of a list that is asked by POST; a page beyond them is empty."""
    page = json.loads(wire.seen.body or b"{}").get("pageNum", 0)
    years = {1: range(2025, 2020, -1), 2: range(2020, 2015, -1)}.get(page, range(0))
    rows = [
        {"url": f"/zfgzbg/{year}01/t{year}0122_{year}.html", "title": f"璧山区{year}年政府工作报告"}
        for year in years
    ]
    wire.answer(json.dumps({"results": rows}).encode(), headers={"Content-Type": "application/json"})


def test_new_of_a_list_that_a_script_fills_writes_what_the_script_asks_for(
    gongbao: Gongbao, site: WebServer
) -> None:
    script = "$.ajax({type: 'POST', contentType: 'application/json', url: '/query', data: JSON.stringify({pageNum: n})})"
    page = "<html><head><title>政府工作报告_重庆市璧山区人民政府</title></head><body>{}<script>{}</script></body></html>"
    menu = "<a href='/zwgk/jhbg/'>计划报告</a><a href='/zwgk/zfgzbg/'>政府工作报告</a>"
    site.page("/zwgk/zfgzbg/", page.format(f"{menu}<ul></ul>", script))
    site.script("/query", asked_for)
    printed = gongbao("sources", "new", site.url("/zwgk/zfgzbg/")).stdout
    for line in (
        f"# The scripts of {site.url('/zwgk/zfgzbg/')} ask for it.",
        'name = "重庆市璧山区人民政府"',
        'region = "500120"',
        f'url = "{site.url("/query")}"',
        'post = "{\\"pageNum\\": {page}}"',
        "# 5 items were read, the first of them:",
    ):
        assert line in printed.splitlines(), line
    gongbao("sources", "new", site.url("/zwgk/zfgzbg/"), "--slug", "bishan", "--write")
    gongbao("migrate")
    assert "5 items, 5 not on the first" in gongbao("sources", "check", "bishan", code=None).stdout


def test_a_list_that_is_asked_by_post(gongbao: Gongbao, site: WebServer, tmp_path: Path) -> None:
    site.script("/query", asked_for)
    lists = f'''
[[lists]]
url = "{site.url("/query#reports")}"
post = '{{"pageNum": {{page}}, "pageSize": 5}}'

[json]
items = "results"
url = "url"
title = "title"
'''
    text = bishan(site).replace('family = "trs"', 'family = "json"')
    source_file(tmp_path, "bishan", re.sub(r"(?m)^lists = .*$", lists, text))
    gongbao("migrate")
    checked = gongbao("sources", "check", "bishan", code=None).stdout
    assert "5 items, 5 not on the first" in checked
    assert "304" not in checked
    said = gongbao("poll", "--source", "bishan", "--backfill", "9").stdout
    assert "page 2: 5 items, 5 new" in said
    assert "the list ends here" in said
    assert json.loads(said.splitlines()[-1]) == {"NewVersion": 10}
    asked = [(seen.method, json.loads(seen.body)["pageNum"]) for seen in site.seen if seen.path == "/query"]
    assert asked == [("POST", 1), ("POST", 2), ("POST", 1), ("POST", 2), ("POST", 3), ("POST", 1)]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ('post = "page={page}"\npages = "index_{page0}.html"', "put {page} into `post`"),
        ('post = "page={number}"', "{number} is none of"),
    ],
)
def test_a_post_that_cannot_be(
    gongbao: Gongbao, site: WebServer, tmp_path: Path, keys: str, said: str
) -> None:
    lists = f'[[lists]]\nurl = "{site.url("/query")}"\n{keys}'
    source_file(tmp_path, "bishan", re.sub(r"(?m)^lists = .*$", lambda _: lists, bishan(site)))
    assert said in gongbao("sources", "list", code=2).stderr


def test_backfill_needs_to_know_whose(gongbao: Gongbao, site: WebServer, tmp_path: Path) -> None:
    source_file(tmp_path, "bishan", bishan(site))
    assert "--source" in gongbao("poll", "--backfill", "2", code=2).stderr


def test_a_source_that_is_off_is_polled_when_named(gongbao: Gongbao, site: WebServer, tmp_path: Path) -> None:
    source_file(tmp_path, "off", bishan(site, "enabled = false\n"))
    gongbao("migrate")
    assert "enabled = false" in gongbao("poll", "--once", code=2).stderr
    assert site.paths() == []
    gongbao("poll", "--once", "--source", "off")
    assert "/zfgzbg/" in site.paths()


def test_a_title_cut_in_the_list_is_completed_by_its_article(
    gongbao: Gongbao, site: WebServer, tmp_path: Path
) -> None:
    site.page("/zfgzbg/", listing(range(2025, 2020, -1)).replace("2025年政府工作报告", "2025年政府工…"))
    source_file(tmp_path, "bishan", bishan(site))
    gongbao("migrate")
    gongbao("poll", "--once", "--source", "bishan")
    store = Store.open(f"sqlite:///{tmp_path / 'data' / 'gongbao.db'}")
    with store.read() as tx:
        page = watchlist.page_of(tx, "bishan", site.url("/zfgzbg/202501/t20250122_2025.html"))
    store.close()
    assert page is not None
    assert page.title == "璧山区2025年政府工作报告"


@pytest.mark.parametrize("command", [("--once",), ("--source", "my", "--backfill", "2")])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_poll_that_waits_for_its_host_is_broken_off(
    gongbao: Gongbao, tmp_path: Path, site: WebServer, command: tuple[str, ...], number: int, code: int
) -> None:
    source_file(tmp_path, "my", f'name = "某县人民政府"\nkind = "portal"\nlists = ["{site.url("/zfgzbg/")}"]')
    asked = threading.Event()

    def slow(wire: Wire) -> None:
        asked.set()
        wire.answer(b"User-agent: *\nCrawl-delay: 86400\n")

    site.script("/robots.txt", slow)
    # What is started in the background of a shell has SIGINT ignored, and so would its children have.
    begin = "import signal, gongbao; signal.signal(signal.SIGINT, signal.default_int_handler); gongbao.main()"
    with subprocess.Popen(
        [sys.executable, "-c", begin, "poll", *command],
        env=gongbao.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert asked.wait(PATIENCE)
            process.send_signal(number)
            _, said = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
    assert process.returncode == code, said
    assert "Traceback" not in said
