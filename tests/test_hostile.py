"""Pages that are not there, bombs, traps or not pages: a typed error on each, nothing else disturbed."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from test_road import free_port

from alerts.web.http.api_tokens import FIRST_FILE, PREFIX
from tests.support.service import Gongbao, until
from tests.support.web_server import WebServer, Wire

GOOD = """<html><head><meta charset="utf-8">
<meta name="ArticleTitle" content="重庆市荣昌区人民政府工作报告（2026年）"></head>
<body><h1>重庆市荣昌区人民政府工作报告（2026年）</h1><div class="trs_editor_view">
<p>——2026年1月22日在重庆市荣昌区第三届人民代表大会第六次会议上</p><p>二、2026年工作安排</p>
<p>全年主要预期目标是：地区生产总值增长5.5%左右，社会消费品零售总额增长5%，一般公共预算收入增长3%以上。</p>
<p>为实现上述目标，我们将办好群众身边的每一件小事，一件一件抓到底。</p></div></body></html>"""

# What each bad page must be called, by its path.
EXPECTED = {
    "/t/missing.html": "Gone",
    "/t/huge.html": "TooLarge",
    "/t/bomb.html": "TooLarge",
    "/t/inner.html": "RefusedAddress",
    "/t/binary.html": "NotADocument",
    "/t/wall.html": "Blocked",
    "/t/shell.html": "ShapeChanged",
    "/t/reset.html": "HostUnavailable",
    "/t/broken.html": "HostUnavailable",
}

HUGE = 200 * 2**20


def huge(wire: Wire) -> None:
    """200 MB without a length that would give it away."""
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html><body>")
    for _ in range(HUGE // 2**20):
        wire.send(b"x" * 2**20)


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gongbao]:
    """A folder in which one site was looked at once: nine bad pages, a good one, and a worker."""
    folder = tmp_path_factory.mktemp("hostile")
    with WebServer() as server:
        paths = ["/t/good.html", *EXPECTED]
        links = "".join(
            f'<li><a href="{p}">第{n}份工作报告</a><span>2026-02-0{n % 9 + 1}</span></li>'
            for n, p in enumerate(paths)
        )
        server.page("/list/", f'<html><body><ul class="list">{links}</ul></body></html>')
        server.page("/t/good.html", GOOD)
        server.script("/t/huge.html", huge)
        bomb = gzip.compress(b"\0" * (64 * 2**20))
        server.page("/t/bomb.html", bomb, headers={"Content-Encoding": "gzip"})
        server.page("/t/inner.html", status=302, location="http://169.254.169.254/latest/meta-data/")
        server.page("/t/binary.html", b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 40)
        server.page(
            "/t/wall.html", "<html><body>如果您是网站管理员，请登录知道创宇云防御查看详情</body></html>"
        )
        server.page(
            "/t/shell.html", "<html><body><div id='app'></div><script src='/a.js'></script></body></html>"
        )
        server.script("/t/reset.html", lambda wire: wire.reset())
        server.page("/t/broken.html", "no", status=502)
        sources = folder / "sources"
        sources.mkdir()
        (sources / "traps.toml").write_text(
            f'slug = "traps"\nname = "陷阱"\nkind = "portal"\nhome = "{server.url("/")}"\ndelay = 0\n'
            f'[[lists]]\nurl = "{server.url("/list/")}"\n[list]\nitem = "ul.list li"\n',
            encoding="utf-8",
        )
        gongbao = Gongbao(
            folder,
            {
                "GONGBAO_SOURCES_DIR": str(sources),
                "GONGBAO_ALLOW_HOSTS": "127.0.0.1",
                "GONGBAO_HOST_DELAY": "0",
                "GONGBAO_WEB_PORT": str(free_port()),
                "GONGBAO_SWEEP_INTERVAL": "1",
            },
        )
        with gongbao.running("up"):
            gongbao.ready()
            until(lambda: len(problems(gongbao)) >= len(EXPECTED), pause=1.0)  # a command takes its time
            until(lambda: gongbao.json("events", "--type", "report.published"), pause=1.0)
            yield gongbao


def problems(gongbao: Gongbao) -> dict[str, str]:
    """Path -> error, as `gongbao doctor` lists them."""
    found: list[Any] = json.loads(gongbao("doctor", "--json", code=None).stdout)
    pages = [f["text"] for f in found if f["about"] == "page of traps"]
    matches = [re.match(r"http://[^/]+(/\S+): (\w+): ", text) for text in pages]
    return {m[1]: m[2] for m in matches if m}


def test_each_is_a_typed_error_in_doctor(looked: Gongbao) -> None:
    assert problems(looked) == EXPECTED


def test_each_is_on_the_status_page(looked: Gongbao) -> None:
    page = unescape(httpx.get(f"{looked.base}/status", trust_env=False).text)
    for path, error in EXPECTED.items():
        assert path in page
        assert error in page


def test_the_first_token_is_kept_for_the_owner_and_in_no_log(looked: Gongbao) -> None:
    file = looked.folder / FIRST_FILE
    token = file.read_text().strip()
    assert file.stat().st_mode & 0o777 == 0o600
    assert token.startswith(PREFIX)
    assert token not in looked.log()
    assert str(file) in looked.log()
    address, bearer = f"{looked.base}/api/v1/subscriptions", {"Authorization": f"Bearer {token}"}
    assert httpx.get(address, headers=bearer, trust_env=False).json()["items"] == []
    assert httpx.get(address, trust_env=False).status_code == 401


def test_the_good_page_beside_them_is_announced(looked: Gongbao) -> None:
    [event] = looked.json("events", "--type", "report.published")
    assert event["data"]["report"]["region"]["code"] == "500153"
    assert event["data"]["targets_total"] == 3


def test_the_source_is_not_broken_by_them(looked: Gongbao) -> None:
    assert looked.json("events", "--type", "source.broken") == []


def test_nobody_needed_much_memory(looked: Gongbao) -> None:
    """The highest resident size of any process of the service (Linux tells)."""
    if not Path("/proc").is_dir():
        pytest.skip("no /proc on this system: the peak resident size cannot be read")
    peaks = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            environ = (status.parent / "environ").read_bytes()
            text = status.read_text()
        except OSError:
            continue
        if str(looked.folder).encode() in environ and (peak := re.search(r"VmHWM:\s+(\d+) kB", text)):
            peaks[status.parent.name] = int(peak[1]) / 1024
    assert peaks
    assert max(peaks.values()) < 300, peaks
