"""Archives (RFC 5005), gzip, OPML, saved feeds and English: a reader misses nothing and pays little."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import httpx
import pytest
from lxml import etree

from alerts.feeds.archives import MOST, NEWEST, SPAN, WINDOW, archive_of, bounds, closed, shown
from alerts.web.http.conditional import LEAST_GZIPPED, Representation
from alerts.web.http.validators import accepts_gzip, strong_etag
from ingest.model import Filter
from ingest.store import saved_feeds
from ingest.store.db import Store
from ingest.store.saved_feeds import SavedFeed
from tests.support.site_server import served, stored
from tests.support.subscribers import report_event, tell

NAMES = {"a": "http://www.w3.org/2005/Atom", "fh": "http://purl.org/syndication/history/1.0"}
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
EVENTS = 345


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with stored(tmp_path_factory.mktemp("archives"), seeded=False) as store:
        tell(store, *(report_event(n, LONG_AGO + timedelta(hours=n)) for n in range(EVENTS)))
        with store.begin() as tx:
            wanted = Filter(regions=("500000",), indicators=())
            saved_feeds.add(tx, SavedFeed("cq", "重庆 <全部>", wanted, LONG_AGO))
        yield store


@pytest.fixture(scope="module")
def client(store: Store) -> Iterator[httpx.Client]:
    with served(store) as url, httpx.Client(base_url=url) as client:
        yield client


def links(document: bytes) -> dict[str, str]:
    feed = etree.fromstring(document)
    found = feed.xpath("a:link | channel/a:link", namespaces=NAMES)
    return {link.get("rel"): link.get("href") for link in found}


def ids(document: bytes) -> list[str]:
    return [entry.id for entry in feedparser.parse(document).entries]


# --- archives --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/feed.atom", "/feed.rss", "/feed.atom?region=500112", "/feeds/cq.atom", "/feed.atom?lang=en"]
)
def test_feed_and_archives_together_have_everything(client: httpx.Client, path: str) -> None:
    seen: set[str] = set()
    url, documents, feed_id = path, 0, None
    while url:
        answer = client.get(url)
        assert answer.status_code == 200
        found = ids(answer.content)
        assert 0 < len(found) <= NEWEST
        seen |= set(found)
        documents += 1
        there = links(answer.content)
        assert there["self"].endswith(url.removeprefix(str(client.base_url).rstrip("/")))
        root = etree.fromstring(answer.content)
        in_archive = bool(root.xpath("//fh:archive", namespaces=NAMES))
        assert in_archive == (documents > 1)
        assert ("current" in there) == in_archive
        if in_archive:
            assert there["current"].endswith(path)
            assert "immutable" in answer.headers["cache-control"]
        if root.tag.endswith("feed"):  # one logical feed has one id
            feed_id = feed_id or root.xpath("string(a:id)", namespaces=NAMES)
            assert root.xpath("string(a:id)", namespaces=NAMES) == feed_id
        url = there.get("prev-archive", "")
        assert there.get("next", "") == url
    assert len(seen) == EVENTS
    assert documents == 1 + EVENTS // WINDOW


@pytest.mark.parametrize(
    ("apart", "entries"),
    [
        (timedelta(hours=1), NEWEST),
        (timedelta(minutes=12), 241),  # 48 hours, both ends
        (timedelta(seconds=12), MOST),  # a day with thousands
    ],
)
def test_a_feed_shows_a_hundred_entries_or_two_days(apart: timedelta, entries: int) -> None:
    events = [report_event(n, LONG_AGO + n * apart) for n in range(MOST + 500)][::-1]
    assert shown(events) == events[:entries]
    assert shown(events[:7]) == events[:7]
    assert entries in (NEWEST, MOST) or events[0].occurred_at - events[entries - 1].occurred_at == SPAN


def test_json_feed_pages_by_next_url(client: httpx.Client) -> None:
    seen: list[str] = []
    url = "/feed.json"
    while url:
        feed = client.get(url).json()
        seen += [item["id"] for item in feed["items"]]
        url = feed.get("next_url", "")
    assert len(set(seen)) == EVENTS


def test_an_archive_never_changes_and_an_open_one_is_not_there(tmp_path: Path) -> None:
    with stored(tmp_path, seeded=False) as store, served(store) as url:
        tell(store, *(report_event(n, LONG_AGO) for n in range(150)))
        assert httpx.get(f"{url}/archive/2/feed.atom").status_code == 404
        first = httpx.get(f"{url}/archive/1/feed.atom")
        tell(store, *(report_event(n, LONG_AGO) for n in range(150, 260)))
        assert httpx.get(f"{url}/archive/1/feed.atom").content == first.content
        second = httpx.get(f"{url}/archive/2/feed.atom")
        assert second.status_code == 200
        assert links(second.content)["prev-archive"] == f"{url}/archive/1/feed.atom"
        assert "prev-archive" not in links(first.content)


def test_an_archive_is_closed_by_its_last_event_and_not_before(tmp_path: Path) -> None:
    with stored(tmp_path, seeded=False) as store, served(store) as url:
        tell(store, *(report_event(n, LONG_AGO) for n in range(99)))
        assert httpx.get(f"{url}/archive/1/feed.atom").status_code == 404
        assert (closed(99), closed(100), closed(199), closed(200)) == (0, 1, 1, 2)
        tell(store, report_event(99, LONG_AGO))
        whole = httpx.get(f"{url}/archive/1/feed.atom")
        assert whole.status_code == 200
        assert whole.text.count("<entry") == 100


def test_a_narrow_feed_passes_over_archives_without_its_events(tmp_path: Path) -> None:
    with stored(tmp_path, seeded=False) as store, served(store) as url:
        tell(store, *(report_event(n, LONG_AGO, "report.revised") for n in range(100)))
        tell(store, *(report_event(n, LONG_AGO) for n in range(1000, 1400)))
        tell(store, *(report_event(n, LONG_AGO, "report.revised") for n in range(2000, 2120)))
        path = "/feed.atom?type=report.revised"
        before = links(httpx.get(url + path).content)["prev-archive"]
        assert before == f"{url}/archive/6/feed.atom?type=report.revised"
        assert (
            links(httpx.get(before).content)["prev-archive"]
            == f"{url}/archive/1/feed.atom?type=report.revised"
        )


def test_a_feed_asked_for_again_says_what_one_asked_for_first_would(tmp_path: Path) -> None:
    """What was found before is kept (web/feeds/recent.py): it must make no difference, whatever is new."""
    paths = ("/feed.json?type=report.revised", "/feed.json?region=500112", "/feed.json?region=110000")
    with stored(tmp_path, seeded=False) as store, served(store) as kept:
        number = 0
        for new in (0, 3, 1, 99, 0, 100, 250, 1):
            types = ["report.revised" if n % 3 else "report.published" for n in range(number, number + new)]
            tell(store, *(report_event(number + n, LONG_AGO, type_) for n, type_ in enumerate(types)))
            number += new
            with served(store) as fresh:
                for path in paths:
                    one, other = (httpx.get(base + path).text.replace(base, "") for base in (kept, fresh))
                    assert one == other, (number, path)


def test_a_short_feed_has_no_archive(tmp_path: Path) -> None:
    with stored(tmp_path) as store, served(store) as url:
        assert set(links(httpx.get(f"{url}/feed.atom").content)) == {"self", "alternate"}


@pytest.mark.parametrize("latest", [0, 1, 99, 100, 101, 250])
def test_what_no_closed_archive_has_fits_into_the_feed(latest: int) -> None:
    end = bounds(closed(latest))[1] if closed(latest) else 1
    assert latest - end + 1 <= NEWEST
    for sequence in range(1, latest + 1):
        after, before = bounds(archive_of(sequence))
        assert after < sequence < before


# --- gzip ------------------------------------------------------------------------------------


def test_each_coding_has_its_own_strong_etag(client: httpx.Client) -> None:
    def get(coding: str, **headers: str) -> httpx.Response:
        return client.get("/feed.atom", headers={"Accept-Encoding": coding, **headers})

    plain, packed = get("identity"), get("gzip")
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert plain.content == packed.content
    assert plain.headers["etag"] == strong_etag(plain.content)
    assert packed.headers["etag"] == strong_etag(Representation.of([plain.content]).kept)
    assert plain.headers["etag"] != packed.headers["etag"]
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"
    assert int(packed.headers["content-length"]) * 5 < len(plain.content)
    for held in (plain, packed):
        for coding in ("identity", "gzip"):
            unchanged = get(coding, **{"If-None-Match": held.headers["etag"]})
            assert unchanged.status_code == 304
            assert unchanged.headers["etag"] == held.headers["etag"]
            assert unchanged.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("length", [0, 1, LEAST_GZIPPED - 1, LEAST_GZIPPED, 3_000_000])
def test_a_body_is_the_same_in_whatever_parts_it_was_made(length: int) -> None:
    body = "".join(random.Random(7).choices("公报 2026年", k=length)).encode()[:length]
    whole = Representation.of([body])
    assert whole == Representation.of([body[:7], b"", body[7:1000], body[1000:]]) == Representation.of([body])
    assert (whole.length, whole.packed) == (length, length >= LEAST_GZIPPED)
    assert whole.etags[0] == strong_etag(body)
    assert (b"".join(whole.body()) if whole.packed else whole.kept) == body
    assert not whole.packed or gzip.decompress(whole.kept) == body


@pytest.mark.parametrize(
    ("header", "accepts"),
    [
        (None, False),
        ("", False),
        ("identity", False),
        ("gzip", True),
        ("GZIP;q=0.5, br", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("*", True),
        ("*, gzip;q=0", False),
        ("br, *;q=0", False),
        ("x-gzip", True),
        ("gzip;q=nonsense", True),
    ],
)
def test_accept_encoding(header: str | None, accepts: bool) -> None:
    assert accepts_gzip(header) is accepts


# --- named feeds -----------------------------------------------------------------------------


def test_opml_lists_feeds_that_are_there(client: httpx.Client) -> None:
    answer = client.get("/feeds.opml")
    assert answer.headers["content-type"].startswith("text/x-opml")
    outlines = etree.fromstring(answer.content).findall("body/outline")
    assert len(outlines) == 1 + 31 + 1
    assert [o.get("text") for o in outlines][:2] == ["公报 gongbao · 全部", "公报 gongbao · 北京市"]
    assert outlines[-1].get("text") == "公报 gongbao · 重庆 <全部>"
    for outline in (*outlines[:3], outlines[-1]):
        assert not feedparser.parse(client.get(outline.get("xmlUrl")).content).bozo
    english = etree.fromstring(client.get("/feeds.opml?lang=en").content).findall("body/outline")
    assert all("lang=en" in outline.get("xmlUrl") for outline in english)
    pages = [outline.get("htmlUrl").removeprefix(str(client.base_url).rstrip("/")) for outline in english]
    assert (pages[:2], pages[-1]) == (["/?lang=en", "/regions/110000?lang=en"], "/regions/500000?lang=en")
    assert outlines[1].get("htmlUrl").endswith("/regions/110000")
    assert client.get(pages[1]).headers["content-language"] == "en"


def test_a_saved_feed_has_a_name_and_an_id_of_its_own(client: httpx.Client) -> None:
    document = client.get("/feeds/cq.atom").content
    feed = etree.fromstring(document)
    assert feed.xpath("string(a:title)", namespaces=NAMES) == "公报 gongbao · 重庆 <全部>"
    assert feed.xpath("string(a:id)", namespaces=NAMES) == "tag:gazette.example.cn,2026:feeds/cq"
    assert client.get("/feeds/cq.json").json()["title"].endswith("重庆 <全部>")
    assert client.get("/feeds/cq.json?lang=en").json()["title"] == "gongbao · 重庆 <全部>"


@pytest.mark.parametrize("path", ["/feeds/none.atom", "/archive/9/feeds/cq.atom", "/archive/7/feed.rss"])
def test_what_is_not_there_is_a_problem(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_english_has_the_same_ids_and_other_words(client: httpx.Client) -> None:
    chinese, english = (client.get(f"/feed.json?lang={lang}").json() for lang in ("zh", "en"))
    assert [i["id"] for i in chinese["items"]] == [i["id"] for i in english["items"]]
    assert english["language"] == "en"
    assert "government work report" in english["items"][0]["title"]
    assert "lang=en" in english["feed_url"]
    assert client.get("/feed.atom?lang=fr").status_code == 422


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("", "公报 gongbao"),
        (
            "?region=500112&indicator=gdp&kind=work_report",
            "公报 gongbao · 渝北区 · 政府工作报告 · 地区生产总值",
        ),
        (
            "?type=target.revised&type=report.*&headline=false",
            "公报 gongbao · 报告 · 目标修订 · 含其他承诺",
        ),
        ("?kind=work_report&official=true&lang=en", "gongbao · government work report · official only"),
    ],
)
def test_a_feed_is_called_by_what_it_is_narrowed_to(client: httpx.Client, query: str, title: str) -> None:
    assert client.get(f"/feed.json{query}").json()["title"] == title


def test_pages_lead_to_the_feeds(client: httpx.Client) -> None:
    page: Any = etree.HTML(client.get("/").content)
    kinds = page.xpath("//link[@rel='alternate']/@type")
    assert set(kinds) == {"application/atom+xml", "application/rss+xml", "application/feed+json"}
    assert page.xpath("//link[@rel='alternate'][@hreflang='en']")
    assert page.xpath("//a[contains(@href, '/feeds.opml')]")
