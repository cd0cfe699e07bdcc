"""From a report to the bytes it was read from: over the store, the archive, the command and the web."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import update
from test_attachments_road import ARTICLE
from typer.testing import CliRunner

import gongbao
from alerts.listing.captures import exhibit_record
from alerts.words.entry_body import evidence_url
from alerts.words.safe_text import report_url
from ingest.archive.archive import Archive
from ingest.errors import ArchiveError, ConfigError
from ingest.evidence import behind, payload, record
from ingest.file_import import keep_file, local_file, make_ready, still_known
from ingest.model import ListItem, SourceKind
from ingest.pipeline import Pipeline
from ingest.reading import read_document
from ingest.settings import Settings
from ingest.source_health import source_row
from ingest.sources.spec import Source
from ingest.store import documents, evidence, watchlist
from ingest.store.db import Store
from ingest.store.evidence import Exhibit
from ingest.store.tables import captures
from ingest.web.session import Web
from tests.support.archiving import check
from tests.support.attached import word
from tests.support.browser import chromium
from tests.support.service import Gongbao
from tests.support.site_server import served
from tests.support.web_server import WebServer, Wire

OPTION = re.compile(r"--[a-z]+")
KEY = "work_report/500153/2026"
PAGE = """<html><head><meta charset="gb2312"><title>政府工作报告</title></head><body>
<h1>2026年重庆市荣昌区人民政府工作报告</h1><div class="trs_editor_view">
<p>——2026年1月22日在重庆市荣昌区第三届人民代表大会第六次会议上</p><p>各位代表：</p>
<p>现在，我代表区人民政府，向大会报告工作，请予审议。</p>
<p>一、2025年工作回顾</p><p>过去一年，老桥的栏杆换过了，公交线延到了镇上，地区生产总值增长5.2%。</p>
<p>二、2026年工作安排</p><p>全年主要预期目标是：地区生产总值增长{gdp}左右，社会消费品零售总额增长5%，一般公共预算收入
增长3%以上。</p><p>为实现上述目标，我们将办好群众身边的每一件小事，一件一件抓到底，一年一年往前走，请各位代表监督。</p>
</div></body></html>"""


def body(gdp: str = "5.5%") -> bytes:
    return PAGE.format(gdp=gdp).encode("gb18030")


class World:
    """One page of one portal, looked at again and again."""

    def __init__(self, server: WebServer, store: Store, folder: Path) -> None:
        self.server, self.store, self.folder = server, store, folder
        self.settings = Settings(allow_hosts=("127.0.0.1",), host_delay=0, data_dir=folder)
        source = Source.model_validate(
            {
                "slug": "site",
                "name": "荣昌区人民政府",
                "kind": SourceKind.PORTAL,
                "home": server.url("/"),
                "delay": 0,
                "lists": [{"url": server.url("/list/")}],
            }
        )
        self.pipeline = Pipeline(store, None, {"site": source})
        server.page("/robots.txt", status=404)
        with store.begin() as tx:
            watchlist.sync_sources(tx, [source_row(source)], self.pipeline.now())

    def shows(self, content: bytes, **headers: str) -> None:
        self.server.page("/a.html", content, headers={"Content-Type": "text/html", **headers})

    def look(self, path: str = "/a.html") -> str:
        """Look at the page again; the name of what was decided."""

        async def take() -> str:
            with self.store.begin() as tx:
                url = self.server.url(path)
                page = watchlist.page_of(tx, "site", url)
                if page is None:
                    [page] = watchlist.see_items(
                        tx, "site", [ListItem(url, "政府工作报告")], self.pipeline.now()
                    )
            with Archive.from_settings(self.settings) as archive:
                async with Web.from_settings(self.settings, archive) as web:
                    return (await self.pipeline.take(page, web)).outcome

        return asyncio.run(take())

    @property
    def archive(self) -> Archive:
        return Archive.from_settings(self.settings)

    def exhibits(self, what: str = KEY, version: str | None = None) -> tuple[Exhibit, ...]:
        with self.store.read() as tx:
            return behind(tx, what, version).exhibits


@pytest.fixture
def world(store: Store, tmp_path: Path) -> Iterator[World]:
    with WebServer() as server:
        yield World(server, store, tmp_path)


# --- what is kept ----------------------------------------------------------------------------


@pytest.mark.parametrize("coding", ["plain", "gzip"])
def test_the_bytes_come_back(world: World, coding: str) -> None:
    sent = body() if coding == "plain" else gzip.compress(body())
    world.shows(sent, **({"Content-Encoding": "gzip"} if coding == "gzip" else {}))
    assert world.look() == "NewVersion"
    [exhibit] = world.exhibits()
    assert payload(world.archive, exhibit) == body()
    assert exhibit.capture.sha256 == hashlib.sha256(body()).hexdigest()
    assert record(world.archive, exhibit).endswith(body() + b"\r\n\r\n")
    assert exhibit.capture.url == world.server.url("/a.html")
    assert exhibit.content_hash is not None


def test_an_unchanged_page_is_one_row_that_was_seen_later(world: World) -> None:
    world.shows(body())
    assert [world.look() for _ in range(3)] == ["NewVersion", "Unchanged", "Unchanged"]
    [exhibit] = world.exhibits()
    assert exhibit.last_seen_at > exhibit.capture.fetched_at
    again = world.archive.record(str(exhibit.seen[0]), int(exhibit.seen[1] or 0))
    assert (again.kind, again.status) == ("revisit", "200 OK")
    assert again.refers_to == (exhibit.capture.warc_file, exhibit.capture.warc_offset)
    assert payload(world.archive, exhibit) == body()
    check(*(world.folder / "warc").glob("*.warc.gz"))


def test_not_modified_says_that_the_page_still_showed_it(world: World) -> None:
    def conditional(wire: Wire) -> None:
        fresh = wire.seen.headers.get("if-none-match") == '"v"'
        wire.answer(b"" if fresh else body(), 304 if fresh else 200, {"ETag": '"v"'})

    world.server.script("/a.html", conditional)
    assert [world.look() for _ in range(2)] == ["NewVersion", "NotModified"]
    [exhibit] = world.exhibits()
    assert world.archive.record(str(exhibit.seen[0]), int(exhibit.seen[1] or 0)).status == "304 Not Modified"
    with world.store.read() as tx:
        [report] = evidence.named(tx, KEY)
        [copy] = documents.copies_of(tx, report[0])
    assert copy.last_seen_at == exhibit.last_seen_at > exhibit.capture.fetched_at


@pytest.mark.both_databases
def test_each_version_has_its_own_capture(world: World) -> None:
    world.shows(body())
    world.look()
    world.shows(body("6%"))
    assert world.look() == "NewVersion"
    world.shows(body())
    world.look()
    found = world.exhibits()
    assert [payload(world.archive, e) for e in found] == [body(), body("6%"), body()]
    first, second, third = found
    assert first.content_hash == third.content_hash != second.content_hash
    assert world.exhibits(version=second.content_hash) == (second,)
    assert world.exhibits(str(second.content_hash)) == (second,)
    assert world.exhibits(str(second.content_hash).removeprefix("sha256:")[:12]) == (second,)


def test_bytes_that_change_around_the_same_text(world: World) -> None:
    """The hit counter moved: another payload, the same version."""
    other = body().replace(b"</body>", b"<!-- 42 --></body>")
    for content in (body(), other):
        world.shows(content)
        world.look()
    assert [payload(world.archive, e) for e in world.exhibits()] == [body(), other]
    assert len({e.content_hash for e in world.exhibits()}) == 1


def test_a_take_down_is_evidence_too(world: World) -> None:
    world.shows(body())
    world.look()
    world.server.page("/a.html", "没有了", status=404)
    assert [world.look() for _ in range(3)] == ["Gone"] * 3
    shown, gone = world.exhibits()
    assert (shown.capture.status, gone.capture.status) == (200, 404)
    assert "没有了".encode() in record(world.archive, gone)
    assert (gone.content_hash, gone.last_seen_at > gone.capture.fetched_at) == (None, True)
    world.shows(body())
    world.look()
    assert [e.capture.status for e in world.exhibits()] == [200, 404]
    assert payload(world.archive, world.exhibits()[0]) == body()


def test_a_report_that_is_an_attachment(world: World) -> None:
    raw = word()
    shell_page = ARTICLE.format(
        title="政府工作报告", body='<p>附件：<a href="/f.docx">政府工作报告.docx</a></p>'
    )
    world.server.page("/f.docx", raw, headers={"Content-Type": "application/msword"})
    world.shows(shell_page.encode())
    assert world.look() == "NewVersion"
    shell, file = world.exhibits("work_report/")
    assert (shell.attachment, file.attachment is not None) == (None, True)
    assert payload(world.archive, file) == raw
    with world.store.read() as tx:
        assert behind(tx, "work_report/").best == file
    world.look()
    assert [e.id for e in world.exhibits("work_report/")] == [shell.id, file.id]
    assert world.exhibits("work_report/")[1].last_seen_at > file.last_seen_at


def imported(pipeline: Pipeline, path: Path, archive: Archive | None = None) -> None:
    file = local_file(path, 10**6)
    make_ready(pipeline.store, official=False)
    if still_known(pipeline, file, official=False) is None:
        keep_file(pipeline, file, read_document(file.raw, file.name), official=False, archive=archive)


def test_a_local_file_is_kept_once(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "报告.html"
    path.write_bytes(body())
    pipeline = Pipeline(store, None, {})
    with Archive(tmp_path / "warc") as archive:
        for _ in range(2):
            imported(pipeline, path, archive)
        with store.read() as tx:
            [exhibit] = behind(tx, KEY).exhibits
        assert payload(archive, exhibit) == body()
        assert b"\r\nWARC-Type: resource\r\n" in record(archive, exhibit)
    assert str(tmp_path) not in json.dumps(exhibit_record(exhibit))


# --- what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "version", "said"),
    [
        ("work_report/999999/2026", None, "none has this key"),
        ("", None, "none has this key"),
        ("%", None, "none has this key"),
        ("sha256:0000000000", None, "none has this key"),
        (KEY, "sha256:0000000000", "0 versions of work_report/500153/2026"),
        (KEY, "", "0 versions"),
    ],
)
def test_what_is_meant_must_be_one(
    store: Store, tmp_path: Path, what: str, version: str | None, said: str
) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(body())
    imported(Pipeline(store, None, {}), path)
    with store.read() as tx, pytest.raises(ConfigError, match=said):
        behind(tx, what, version)


def test_a_beginning_that_fits_two(store: Store, tmp_path: Path) -> None:
    for n, place in enumerate(("荣昌区", "铜梁区")):
        path = tmp_path / f"{n}.html"
        path.write_bytes(PAGE.format(gdp="5%").replace("荣昌区", place).encode("gb18030"))
        imported(Pipeline(store, None, {}), path)
    with store.read() as tx, pytest.raises(ConfigError, match="500151/2026, work_report/500153/2026"):
        behind(tx, "work_report/5001")


def test_a_lost_file_is_named(world: World) -> None:
    world.shows(body())
    world.look()
    [exhibit] = world.exhibits()
    [path] = (world.folder / "warc").glob("*.warc.gz")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(ArchiveError, match=path.name):
        payload(world.archive, exhibit)
    path.unlink()
    for read in (payload, record):
        with pytest.raises(ArchiveError, match=path.name):
            read(world.archive, exhibit)
    assert world.look() == "Unchanged"
    [exhibit] = world.exhibits()
    assert payload(world.archive, exhibit) == body(), (
        "an unchanged page was kept again, for its file was lost"
    )


def test_a_swapped_file_is_noticed(world: World) -> None:
    world.shows(body())
    world.look()
    [exhibit] = world.exhibits()
    with world.store.begin() as tx:
        tx.execute(update(captures).values(sha256="0" * 64))
    [exhibit] = world.exhibits()
    with pytest.raises(ArchiveError, match="not the one that was seen"):
        payload(world.archive, exhibit)


def test_a_capture_without_archive_says_so(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(body())
    imported(Pipeline(store, None, {}), path)
    with store.read() as tx:
        found = behind(tx, KEY)
    with pytest.raises(ArchiveError, match="only the hash"):
        payload(Archive(tmp_path / "warc"), found.exhibits[0])
    with pytest.raises(ArchiveError, match="none of its captures was archived"):
        assert found.best


# --- the command and the web -----------------------------------------------------------------


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[World]:
    """A page with an unfriendly script and a local file, in a data folder of its own."""
    folder = tmp_path_factory.mktemp("evidence")
    (folder / "gongbao.db").write_bytes(sqlite_template.read_bytes())
    store = Store.open(f"sqlite:///{folder / 'gongbao.db'}")
    with WebServer() as server:
        world = World(server, store, folder)
        world.shows(body() + b"<script>alert(1)</script>")
        world.look()
        path = folder / "local.html"
        path.write_bytes(body("7%").replace("荣昌区".encode("gbk"), "铜梁区".encode("gbk")))
        with world.archive as archive:
            imported(world.pipeline, path, archive)
        yield world
    store.close()


def test_the_command_lists_and_gives_back(seen: World, tmp_path: Path) -> None:
    command = Gongbao(seen.folder, {})
    [listed] = command.json("evidence", KEY)
    [exhibit] = seen.exhibits()
    assert listed == exhibit_record(exhibit)
    narrow = Gongbao(seen.folder, {"COLUMNS": "80"})("evidence", "work_report/500153", "--list").stdout
    assert "荣昌区人民" in narrow
    assert len(narrow.splitlines()) < 10, "one capture, folded little"
    done = subprocess.run(
        [sys.executable, "-m", "gongbao", "evidence", KEY, "--out", "-"],
        env=command.environment,
        capture_output=True,
        check=True,
    )
    assert done.stdout == payload(seen.archive, exhibit)
    assert done.stderr.startswith(f"capture {exhibit.id} of".encode())
    command("evidence", listed["content_hash"], "--out", str(tmp_path / "one.warc"), "--warc")
    assert (tmp_path / "one.warc").read_bytes() == record(seen.archive, exhibit)
    check(tmp_path / "one.warc")
    local = command.json("evidence", "work_report/500151")
    assert local[0]["url"].startswith("file:///")
    assert "--out" in command("evidence", KEY, "--warc", code=2).stderr
    command("evidence", KEY, "--capture", str(local[0]["id"]), code=2)
    assert "none has this key" in command("evidence", "nothing", code=2).stderr
    said = command("evidence", KEY, "--out", str(tmp_path / "no" / "such"), code=1).stderr
    assert "could not be written: No such file or directory" in said


def test_the_command_names_the_file_that_is_lost(seen: World, tmp_path: Path) -> None:
    command = Gongbao(seen.folder, {"GONGBAO_ARCHIVE_DIR": str(tmp_path)})
    [exhibit] = seen.exhibits()
    said = command("evidence", KEY, "--out", "-", code=3).stderr
    assert str(exhibit.capture.warc_file) in said.replace("\n", "")


@pytest.fixture(scope="module")
def client(seen: World) -> Iterator[httpx.Client]:
    with served(seen.store, data_dir=seen.folder) as url, httpx.Client(base_url=url) as client:
        yield client


def test_strangers_bytes_are_a_download_and_nothing_else(seen: World, client: httpx.Client) -> None:
    [exhibit] = seen.exhibits()
    for part, content, type_, ending in (
        ("", record(seen.archive, exhibit), "application/warc", "warc"),
        ("?part=payload", payload(seen.archive, exhibit), "text/plain", "html.txt"),
    ):
        answer = client.get(f"/evidence/{exhibit.id}{part}")
        assert answer.status_code == 200
        assert answer.content == content
        assert answer.headers["content-type"] == type_
        assert answer.headers["content-disposition"] == (
            f'attachment; filename="gongbao-evidence-{exhibit.id}.{ending}"'
        )
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    head = client.head(f"/evidence/{exhibit.id}")
    assert (head.status_code, head.content) == (200, b"")


def test_a_capture_can_be_looked_at(seen: World, client: httpx.Client) -> None:
    [exhibit] = seen.exhibits()
    answer = client.get(f"/evidence/{exhibit.id}/view")
    tree = LexborHTMLParser(answer.text)
    assert "老桥的栏杆换过了" in tree.css_first(".read-text").text()
    [frame] = tree.css("iframe")
    assert frame.attributes["sandbox"] is None, "nothing is allowed"
    assert "frame-src 'self'" in answer.headers["content-security-policy"]
    assert [a.attributes["href"] for a in tree.css("a[download]")] == [
        f"/evidence/{exhibit.id}",
        f"/evidence/{exhibit.id}?part=payload",
    ]
    inner = client.get(str(frame.attributes["src"]))
    assert inner.headers["content-type"] == "text/html; charset=utf-8"
    policy = inner.headers["content-security-policy"].split("; ")
    assert {"sandbox", "default-src 'none'", "frame-ancestors 'self'"} <= set(policy)
    assert "老桥的栏杆换过了" in inner.text
    assert "alert" not in inner.text
    assert client.get("/evidence/999/view").status_code == 404
    [local] = seen.exhibits("work_report/500151")
    assert client.get(f"/evidence/{local.id}/view").status_code == 403
    assert client.get(f"/evidence/{local.id}/page").status_code == 403


@pytest.mark.browser
def test_the_page_as_it_was_runs_nothing_and_asks_for_nothing(world: World) -> None:
    here = world.server.url
    world.shows(
        body()
        + (
            f"<script>parent.location='{here('/s')}'</script><img src='{here('/i')}' onerror='stop()'>"
            f"<link rel=stylesheet href='{here('/l')}'><meta http-equiv=refresh content='0;url={here('/m')}'>"
            f"<style>h1{{background:url({here('/u')})}}</style><iframe src='{here('/f')}'></iframe>"
            f"<form action='{here('/form')}'><button>送出</button></form><a href='{here('/a')}'>别处</a>"
        ).encode("gb18030")
    )
    world.look()
    [exhibit] = world.exhibits()
    asked = len(world.server.seen)
    with served(world.store, data_dir=world.folder) as url, chromium() as browser:
        page = browser.new_page()
        page.goto(f"{url}/evidence/{exhibit.id}/view")
        frame = page.frame_locator("iframe.as-it-was")
        frame.get_by_text("老桥的栏杆换过了").wait_for()
        frame.get_by_role("button", name="送出").click()
        frame.get_by_role("link", name="别处").click()
        page.reload()
        frame.get_by_text("老桥的栏杆换过了").wait_for()
        assert page.url == f"{url}/evidence/{exhibit.id}/view"
    assert len(world.server.seen) == asked


def test_the_report_links_to_its_evidence(seen: World, client: httpx.Client) -> None:
    [exhibit] = seen.exhibits()
    assert f'href="/evidence/{exhibit.id}/view"' in client.get(f"/reports/{KEY}").text
    [copy] = client.get(f"/api/v1/reports/{KEY}").json()["copies"]
    assert copy["evidence"] == f"{client.base_url}".rstrip("/") + f"/evidence/{exhibit.id}"
    assert client.get(copy["evidence"]).status_code == 200


def test_an_entry_of_a_feed_leads_to_the_evidence(seen: World, client: httpx.Client) -> None:
    [exhibit] = seen.exhibits()
    page = report_url("", KEY)
    link = evidence_url(page, str(exhibit.content_hash))
    answer = client.get(link)
    assert (answer.status_code, answer.headers["location"]) == (307, f"/evidence/{exhibit.id}/view")
    assert client.get(link, follow_redirects=True).status_code == 200
    [local] = seen.exhibits("work_report/500151")
    for hash_ in ("0" * 64, str(local.content_hash)):
        answer = client.get(evidence_url(page, hash_))
        assert answer.status_code == 404
        assert "没有存档的网页" in answer.text
    assert client.get(evidence_url(page, "'; --")).status_code == 422


def test_local_files_are_not_given_to_the_web(seen: World, client: httpx.Client) -> None:
    [exhibit] = seen.exhibits("work_report/500151")
    assert client.get(f"/evidence/{exhibit.id}").status_code == 403
    assert "/evidence/" not in client.get(f"/reports/{'work_report/500151/2026'}").text
    [copy] = client.get("/api/v1/reports/work_report/500151/2026").json()["copies"]
    assert copy["evidence"] is None


@pytest.mark.parametrize(("asked", "status"), [("999", 404), ("0", 422), ("x", 422), ("1?part=../x", 422)])
def test_what_is_not_there(client: httpx.Client, asked: str, status: int) -> None:
    answer = client.get(f"/evidence/{asked}")
    assert answer.status_code == status


def test_a_lost_file_is_said_without_our_paths(seen: World, client: httpx.Client) -> None:
    [exhibit] = seen.exhibits()
    path = seen.folder / "warc" / str(exhibit.capture.warc_file)
    aside = path.rename(path.with_suffix(".aside"))
    try:
        answer = client.get(f"/evidence/{exhibit.id}")
    finally:
        aside.rename(path)
    assert answer.status_code == 503
    assert path.name in answer.text
    assert str(seen.folder) not in answer.text


def test_what_the_docs_say_of_the_command() -> None:
    text = (Path(__file__).resolve().parents[1] / "docs" / "evidence.md").read_text()
    shown = {
        option
        for line in re.findall(r"^    gongbao evidence .*", text, re.M)
        for option in OPTION.findall(line)
    }
    known = set(OPTION.findall(CliRunner().invoke(gongbao.app, ["evidence", "--help"]).output))
    assert shown <= known
    assert set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`.*?) \|", text, re.M)))) >= {
        "id", "attachment", "status", "sha256", "content_hash", "warc_file", "seen_file"
    }  # fmt: skip
