"""The builder of subscriptions, and what pages offer: the addresses give exactly what was chosen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import feedparser
import httpx
import pytest
from lxml import etree
from selectolax.lexbor import LexborHTMLParser

from alerts.web.pages.offers import offer, options
from alerts.words.language import CHINESE, ENGLISH
from ingest.model import Filter
from ingest.store import saved_feeds
from ingest.store.db import Store
from ingest.store.saved_feeds import SavedFeed
from tests.support.site_pages import page, texts
from tests.support.site_server import served, stored

CHONGQING = Filter(regions=("500000",), kinds=("work_report",))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with stored(tmp_path_factory.mktemp("subscribe")) as store:
        with store.begin() as tx:
            saved_feeds.add(tx, SavedFeed("cq", "重庆", CHONGQING, datetime(2026, 1, 1, tzinfo=UTC)))
        yield store


@pytest.fixture(scope="module")
def client(store: Store) -> Iterator[httpx.Client]:
    with served(store) as url, httpx.Client(base_url=url) as client:
        yield client


def sent_by(tree: LexborHTMLParser) -> list[tuple[str, str]]:
    """What the form sends as it stands."""
    form = tree.css_first("form[action^='/subscribe']")
    boxes = [(i.attributes["name"], i.attributes.get("value") or "") for i in form.css("input[checked]")]
    return [*boxes, *((i.attributes["name"], "") for i in form.css("input[type=text]"))]  # type: ignore[misc]


ASKED = (
    "region=500000&region=成都&kind=work_report&indicator=gdp&type=report.published"
    "&headline=false&official=true"
)


def test_the_address_is_what_was_chosen_and_the_form_keeps_it(client: httpx.Client) -> None:
    tree = page(client, f"/subscribe?{ASKED}")
    [atom, rss, json_] = [str(a.attributes["href"]) for a in tree.css(".addresses a")][:3]
    assert parse_qsl(urlsplit(atom).query) == [
        ("type", "report.published"),
        ("region", "500000"),
        ("region", "510100"),
        ("kind", "work_report"),
        ("indicator", "gdp"),
        ("headline", "false"),
        ("official", "true"),
    ]
    again = page(client, f"/subscribe?{httpx.QueryParams(sent_by(tree))}")
    assert again.css_first(".addresses a").attributes["href"] == atom
    entries = feedparser.parse(httpx.get(atom).text).entries
    assert len(entries) == 2
    previewed = [a.text() for a in tree.css("section[aria-labelledby=preview] a")]
    assert previewed == [entry.title for entry in entries]
    assert httpx.get(rss).status_code == httpx.get(json_).status_code == 200
    commands = [code.text() for code in tree.css("dd > code")]
    assert commands[0] == (
        "gongbao webhooks add https://example.org/hook --type report.published --region 500000"
        " --region 510100 --kind work_report --indicator gdp --all-targets --official-only"
    )
    assert commands[1].startswith("gongbao feeds add --name NAME --type report.published")


def test_the_tree_opens_branch_by_branch(client: httpx.Client) -> None:
    closed = page(client, "/subscribe")
    assert len(closed.css(".tree > li")) == len(closed.css(".tree .choice"))
    [sichuan] = [b for b in closed.css("button.open") if b.attributes["value"] == "510000"]
    assert sichuan.attributes["aria-label"] == "展开四川省"
    cities = page(client, "/subscribe?open=510000&region=500000")
    assert cities.css_first("input[value='510100']")
    assert not cities.css_first("input[value='510104']")
    assert page(client, "/subscribe?open=510100").css_first("input[value='510104']")
    assert ("region", "500000") in sent_by(cities)


def test_a_short_address_and_opml(client: httpx.Client) -> None:
    tree = page(client, "/subscribe?region=重庆&kind=work_report&region=")
    links = [str(a.attributes["href"]) for a in tree.css(".addresses a")]
    assert links[3].endswith("/feeds/cq.atom")
    [outline] = etree.fromstring(client.get(links[4]).content).findall(".//outline")
    assert outline.get("xmlUrl") == links[0]
    assert "重庆市" in outline.get("text", "")
    for address in ("/subscribe?region=重庆&lang=en", "/subscribe?lang=en"):
        one, all_ = page(client, address).css(".addresses a[href*=opml]")
        for link in (one, all_):
            document = etree.fromstring(client.get(str(link.attributes["href"])).content)
            titles = {one.get("text", "") for one in document.iter("outline")}
            titles -= {"gongbao · 重庆"}  # as the operator named a saved one
            assert titles
            assert not re.search("[一-龥]", "".join(titles))
    client.cookies.clear()


def test_a_name_of_several_places_is_asked_about(client: httpx.Client) -> None:
    """An address without it would be that of everything."""
    answer = client.get("/subscribe?region=鼓楼区&region=成都&kind=work_report")
    tree = LexborHTMLParser(answer.text)
    assert (answer.status_code, texts(tree, ".trouble")) == (
        422,
        ["没有叫“鼓楼区”的地方，或不止一个 — 也许是"],
    )
    offered = [box.attributes["value"] for box in tree.css(".trouble + .choices input:not([checked])")]
    assert {"320106", "410204", "350102", "320302"} <= set(offered)
    assert sent_by(tree) == [("region", "510100"), ("kind", "work_report"), ("region", "")]
    assert not tree.css("#result")
    answer = client.get("/subscribe?region=不存在的县")
    assert (answer.status_code, texts(LexborHTMLParser(answer.text), ".trouble")[0][:10]) == (
        422,
        "没有叫“不存在的县”",
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/subscribe?region=鼓楼区", 422),
        ("/subscribe?indicator=gdpx", 422),
        ("/subscribe?kind=poem", 422),
        ("/subscribe?regions=500000", 422),
        ("/subscribe?open=nowhere", 200),
        ("/subscribe.opml?lang=fr", 422),
        ("/subscribe?lang=en&kind=news", 200),
    ],
)
def test_what_may_be_asked(client: httpx.Client, path: str, status: int) -> None:
    assert client.get(path).status_code == status


@pytest.mark.parametrize(
    ("path", "feed"),
    [
        ("/", "/feed.atom"),
        ("/?region=500000&kind=work_report", "/feed.atom?region=500000&kind=work_report"),
        ("/regions/500106", "/feed.atom?region=500106"),
        ("/regions/500106?lang=en", "/feed.atom?region=500106&lang=en"),
        ("/reports/work_report/500106/2026", "/feed.atom?region=500106"),
        ("/indicators/gdp?within=500000", "/feed.atom?region=500000&indicator=gdp"),
        ("/matrix?within=500000&year=2026", "/feed.atom?region=500000"),
        ("/status", "/feed.atom?type=source.*"),
        ("/season?within=500000", "/feed.atom?region=500000&kind=work_report"),
    ],
)
def test_a_page_offers_what_it_shows(client: httpx.Client, path: str, feed: str) -> None:
    tree = page(client, path)
    offered = [str(a.attributes["href"]) for a in tree.css("main p.subscribe a")]
    assert feed in offered
    build = next(href for href in offered if href.startswith("/subscribe"))
    plain = feed.removesuffix("&lang=en").removeprefix("/feed.atom")
    assert build == f"/subscribe{plain}"
    assert client.get(build).status_code == 200


def test_mail_is_offered_where_it_is_sent() -> None:
    asked = [("region", "500106"), ("type", "target.*")]
    assert offer("", asked, CHINESE, mail=False).mail is None
    offered = offer("/g", asked, ENGLISH, mail=True)
    assert offered.mail == "/g/mail?region=500106&type=target.*"
    assert offered.feeds[0][1] == "/g/feed.atom?region=500106&type=target.*&lang=en"
    assert options(asked) == " --region 500106 --type 'target.*'"
