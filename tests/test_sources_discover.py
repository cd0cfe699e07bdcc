"""From a home page to the column of reports: in each shape of portal, no wrong one, within budget."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.page.columns import ColumnKind, hub_links, report_columns
from ingest.settings import Settings
from ingest.sources.discover import BUDGET, Discovery, Reason, discover, source_text
from ingest.sources.load import load_source
from ingest.sources.portals import home_of, homes_within
from ingest.web.session import Web
from tests.support.portals import Portal, portals
from tests.support.service import Gongbao
from tests.support.web_server import WebServer

NOW = datetime(2026, 2, 20, tzinfo=UTC)
SETTINGS = Settings(allow_hosts=("127.0.0.1",), host_delay=0.001)
Country = list[tuple[Portal, WebServer]]


@pytest.fixture(scope="module")
def country() -> Iterator[Country]:
    with ExitStack() as stack:
        servers = []
        for number in range(len(portals(""))):
            server = stack.enter_context(WebServer())
            portal = portals(server.url(""))[number]
            portal.put_up(server)
            servers.append((portal, server))
        yield servers


@pytest.fixture(scope="module")
def found(country: Country) -> dict[str, Discovery]:
    async def search() -> list[Discovery]:
        async with Web.from_settings(SETTINGS) as web:
            return await asyncio.gather(
                *(discover(web, server.url("/"), NOW, region="500106", name="某区") for _, server in country)
            )

    return {portal.name: one for (portal, _), one in zip(country, asyncio.run(search()), strict=True)}


def test_the_column_of_every_site_is_found_and_no_other(
    country: Country, found: dict[str, Discovery]
) -> None:
    for portal, server in country:
        columns = found[portal.name].columns
        first = [column.url for column in columns if column.kind is ColumnKind.WORK_REPORT][:1]
        assert first == ([server.url(portal.column)] if portal.column else []), portal.name
        plans = [column.url for column in columns if column.kind is ColumnKind.PLAN_REPORT]
        assert plans == ([server.url(portal.plan)] if portal.plan else []), portal.name


def test_it_says_what_it_saw(found: dict[str, Discovery]) -> None:
    column = found["named on the home page"].columns[0]
    assert (column.newest, str(column.newest_on)) == ("2026年政府工作报告", "2026-01-23")
    assert (column.items, column.reports, column.family) == (5, 5, "trs")


def test_it_stays_within_its_budget(country: Country, found: dict[str, Discovery]) -> None:
    """By the servers' own logs; robots.txt is asked besides, and a page that sends on is one request more."""
    for portal, server in country:
        asked = [seen.path for seen in server.seen if seen.path != "/robots.txt"]
        sent_on = sum("http-equiv='refresh'" in body for body in portal.pages.values())
        assert len(asked) == len(set(asked)) == found[portal.name].requests + sent_on, portal.name
        assert len(asked) <= BUDGET, portal.name


def test_it_says_why_nothing_was_found(found: dict[str, Discovery]) -> None:
    assert found["a gazette and no column of reports"].reason is Reason.NOT_LINKED
    assert found["a home page written by a script"].reason is Reason.UNREADABLE
    with WebServer() as server:
        server.page("/", "<p>如果您是网站管理员，请登录知道创宇云防御</p>")

        async def search() -> list[Discovery]:
            async with Web.from_settings(SETTINGS) as web:
                return [await discover(web, url, NOW) for url in (server.url("/"), "http://127.0.0.1:1/")]

        assert [one.reason for one in asyncio.run(search())] == [Reason.BLOCKED, Reason.UNREACHABLE]


def test_what_is_proposed_is_a_source(found: dict[str, Discovery], tmp_path: Path) -> None:
    proposed = source_text(found["below the disclosure, three links away"], NOW.date())
    path = tmp_path / "some.toml"
    path.write_text(f'kind = "portal"\n{proposed}', encoding="utf-8")
    source = load_source(path)
    assert [watched.column for watched in source.lists] == [ColumnKind.WORK_REPORT, ColumnKind.PLAN_REPORT]
    assert (source.region, source.verified) == ("500106", NOW.date())


def test_what_is_proposed_of_lists_that_a_script_fills_is_a_source(
    found: dict[str, Discovery], tmp_path: Path
) -> None:
    path = tmp_path / "some.toml"
    proposed = source_text(found["lists that a script fills, by GET and by POST"], NOW.date())
    path.write_text(f'kind = "portal"\n{proposed}', encoding="utf-8")
    source = load_source(path)
    assert [watched.post for watched in source.lists] == [None, '{"c": "8b", "pageNo": {page}}']
    assert source.json_layout.url == ("docUrl",)


def test_the_command_goes_on_where_it_was(country: Country, tmp_path: Path) -> None:
    gongbao = Gongbao(tmp_path, {"GONGBAO_ALLOW_HOSTS": "127.0.0.1", "GONGBAO_HOST_DELAY": "0"})
    sites = [server for portal, server in country if portal.name != "a home page written by a script"][:2]
    homes = [server.url("/") for server in sites]
    rows = json.loads(gongbao("sources", "discover", homes[0], "--format", "json").stdout)
    assert [(row["reason"], row["columns"][0]["kind"]) for row in rows] == [(None, "work_report")]
    before = [len(server.seen) for server in sites]
    said = gongbao("sources", "discover", *homes)
    assert "2 of 2 sites have a column of reports; 1 were asked now" in said.stderr
    after = [len(server.seen) for server in sites]
    assert after[0] == before[0], "what is known is not asked again"
    assert after[1] > before[1]
    assert said.stdout.count('kind = "work_report"') == 3


def test_home_pages_of_governments_are_known() -> None:
    assert home_of("500106") == "https://cqspb.gov.cn/"
    assert len(homes_within("500000")) >= 36
    assert sum(len(homes_within(f"{number}0000")) for number in range(11, 66)) > 3000


def test_a_page_before_the_home_page_leads_on() -> None:
    page = "<p>欢迎访问某区人民政府门户网站</p><a href='/main.html'><img src='in.gif' alt='点击进入'></a>"
    assert hub_links(page, "http://x.gov.cn/") == ("http://x.gov.cn/main.html",)


def test_a_column_that_a_script_writes_is_linked() -> None:
    page = "<script>document.write('<a href=\"/zwgk/bg/\">政府工作报告</a>')</script>"
    assert [column.url for column in report_columns(page, "http://x.gov.cn/")] == ["http://x.gov.cn/zwgk/bg/"]
