"""Feeds over HTTP: a reader subscribes, gets everything once, and pays little for asking again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import httpx
import pytest

from alerts.web.feeds import routes
from alerts.web.feeds.rendered import Rendered, RenderedFeeds
from alerts.web.feeds.routes import last_modified, last_written
from alerts.web.http.conditional import Representation
from alerts.web.http.validators import http_date, is_unchanged, strong_etag
from ingest.events import EventType, make_event
from ingest.model import Event, Filter
from ingest.store import outbox
from ingest.store.db import Store
from tests.support import site_data
from tests.support.site_server import served, stored


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with stored(tmp_path_factory.mktemp("feeds")) as store:
        yield store


@pytest.fixture(scope="module")
def site(store: Store) -> Iterator[str]:
    with served(store) as url:
        yield url


@pytest.fixture(scope="module")
def client(site: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site, headers={"accept-encoding": "identity"}) as client:
        yield client


def all_ids(store: Store, **wanted: object) -> list[str]:
    """Without `types` those of reports, as a feed has it."""
    with store.read() as tx:
        events = outbox.events(tx, Filter(**{"types": ("report.*",), **wanted}), limit=1000)  # type: ignore[arg-type]
    return [f"tag:gazette.example.cn,2026:{e.id}" for e in events]


@pytest.mark.parametrize("path", ["/feed.atom?type=*", "/feed.rss?type=*"])
def test_feedparser_gets_every_event_once(site: str, store: Store, path: str) -> None:
    parsed = feedparser.parse(site + path)
    assert parsed.status == 200
    assert not parsed.bozo
    ids = [entry.id for entry in parsed.entries]
    assert ids == all_ids(store, types=("*",))
    assert len(ids) == len(set(ids)) > 15
    titles = [entry.title for entry in parsed.entries]
    assert titles.count("沙坪坝区 2026 地区生产总值：6%左右") == 1
    assert "渝北区 2026 地区生产总值：6%左右（原 5.5%左右）" in titles

    again = feedparser.parse(site + path, etag=parsed.etag)
    assert again.status == 304
    again = feedparser.parse(site + path, modified=parsed.modified)
    assert again.status == 304


def test_json_feed_has_the_same_entries(client: httpx.Client, store: Store) -> None:
    answer = client.get("/feed.json")
    assert answer.headers["content-type"].startswith("application/feed+json")
    assert [item["id"] for item in answer.json()["items"]] == all_ids(store)


@pytest.mark.parametrize(
    ("path", "type_"),
    [
        ("/feed.atom", "application/atom+xml; charset=utf-8"),
        ("/feed.rss", "application/rss+xml; charset=utf-8"),
        ("/feed.json", "application/feed+json; charset=utf-8"),
    ],
)
def test_validators_and_304(client: httpx.Client, path: str, type_: str) -> None:
    answer = client.get(path)
    assert answer.headers["content-type"] == type_
    assert answer.headers["cache-control"] == "public, max-age=15"
    assert answer.headers["etag"] == strong_etag(answer.content)
    assert client.get(path).content == answer.content

    for headers in (
        {"If-None-Match": answer.headers["etag"]},
        {"If-None-Match": f'"other", W/{answer.headers["etag"]}'},
        {"If-None-Match": "*"},
        {"If-Modified-Since": answer.headers["last-modified"]},
    ):
        unchanged = client.get(path, headers=headers)
        assert unchanged.status_code == 304, headers
        assert unchanged.content == b""
        assert unchanged.headers["etag"] == answer.headers["etag"]
    for headers in (
        {"If-None-Match": '"other"'},
        {"If-None-Match": '"other"', "If-Modified-Since": answer.headers["last-modified"]},
        {"If-Modified-Since": http_date(datetime(2030, 1, 1, tzinfo=UTC))},
        {"If-Modified-Since": "yesterday"},
    ):
        assert client.get(path, headers=headers).status_code == 200, headers


def test_head_is_get_without_the_body(client: httpx.Client) -> None:
    head, get = client.head("/feed.atom"), client.get("/feed.atom")
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["etag"] == get.headers["etag"]
    assert head.headers["content-length"] == str(len(get.content))


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("region=500112", {"regions": ("500112",)}),
        ("region=500000", {"regions": ("500000",)}),
        ("kind=plan_report", {"kinds": ("plan_report",)}),
        ("kind=plan_report&headline=false", {"kinds": ("plan_report",), "headline_only": False}),
        ("indicator=gdp&type=target.*", {"indicators": ("gdp",), "types": ("target.*",)}),
        ("official=true", {"official_only": True}),
        ("type=*&headline=false", {"types": ("*",), "headline_only": False}),
        ("type=source.broken&type=report.revised", {"types": ("source.broken", "report.revised")}),
    ],
)
def test_a_feed_can_be_narrowed(
    client: httpx.Client, store: Store, query: str, wanted: dict[str, object]
) -> None:
    feed = client.get(f"/feed.json?{query}").json()
    ids = [item["id"] for item in feed["items"]]
    assert ids
    assert ids == all_ids(store, **wanted)


def test_the_default_is_one_entry_a_report(client: httpx.Client) -> None:
    items = client.get("/feed.json").json()["items"]
    assert {item["_gongbao"]["type"].partition(".")[0] for item in items} == {"report"}
    published = [i["title"] for i in items if i["_gongbao"]["type"] == "report.published"]
    assert len(published) == len(set(published)) > 1
    assert all("<table>" in i["content_html"] for i in items if i["title"] == published[0])


def test_targets_one_by_one_leave_out_commitments(client: httpx.Client) -> None:
    titles = client.get("/feed.json?type=target.*").text
    assert "城镇新增就业：" not in titles
    assert "城镇新增就业：" in client.get("/feed.json?type=target.*&headline=false").text


def test_one_feed_has_one_address_however_it_is_asked_for(client: httpx.Client, site: str) -> None:
    one = client.get("/feed.json?region=500112&region=500106&headline=true&utm_source=x")
    other = client.get("/feed.json?region=500106&region=500112&region=500106")
    named = client.get("/feed.json", params={"region": ["Shapingba", "重庆市渝北区"]})
    assert one.content == other.content == named.content
    assert one.json()["feed_url"] == f"{site}/feed.json?region=500106&region=500112"


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("type=report.publishd", "type 'report.publishd': there is none; perhaps report.published"),
        ("region=999999", "region '999999': no division"),
        ("region=沙平坝区", "perhaps 平坝区, 沙坪坝区"),
        ("kind=poem", "kind"),
        ("indicator=gdpx", "perhaps gdp"),
        ("lang=zh&lang=en", "lang is given once, not 2 times"),
        ("regions=310000", "regions: no such parameter; perhaps region"),
    ],
)
def test_a_filter_that_cannot_be_is_refused(client: httpx.Client, query: str, word: str) -> None:
    answer = client.get(f"/feed.atom?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert word in answer.json()["detail"]


def test_updated_moves_only_with_the_content(tmp_path: Path) -> None:
    with stored(tmp_path) as store, served(store) as url:
        before = httpx.get(f"{url}/feed.atom?type=*", headers={"Accept-Encoding": "gzip"})
        at = site_data.START + timedelta(days=7)
        source = {"slug": "sc-chenghua", "name": "成华区人民政府", "official": True}
        event = make_event(EventType.SOURCE_RECOVERED, "sc-chenghua", "x", at, {"source": source})
        for _ in range(2):  # the second appends nothing
            with store.begin() as tx:
                outbox.append(tx, [event])
        after = httpx.get(f"{url}/feed.atom?type=*", headers={"If-None-Match": before.headers["etag"]})
        assert after.status_code == 200
        assert after.headers["last-modified"] == http_date(at)
        assert after.headers["etag"] != before.headers["etag"]
        parsed = feedparser.parse(after.content)
        assert datetime.fromisoformat(parsed.feed.updated).replace(microsecond=0) == at
        assert len(parsed.entries) == len(feedparser.parse(before.content).entries) + 1


def test_a_feed_that_is_asked_for_again_is_not_made_again(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = ("/feed.atom?lang=en", "/feed.rss?region=500106")
    first = [client.get(path) for path in paths]
    monkeypatch.setattr(routes, "render_parts", lambda *_: 1 / 0)
    again = [client.get(path) for path in paths]
    assert [answer.content for answer in again] == [answer.content for answer in first]
    assert [answer.headers["etag"] for answer in again] == [answer.headers["etag"] for answer in first]
    assert client.get(paths[0], headers={"accept-encoding": "gzip"}).content == first[0].content


def test_only_so_many_bytes_of_feeds_are_kept() -> None:
    kept = RenderedFeeds(largest=10)

    def put(number: int, size: int) -> list[int]:
        kept.put(number, Rendered(1, (), None, None, Representation(b"x" * size, False, size, ())))
        return sorted(kept._kept)  # type: ignore[type-var]

    assert [put(0, 6), put(1, 4)] == [[0], [0, 1]]
    assert kept.get(0)  # asked for last
    assert [put(2, 1), put(3, 11), put(4, 2)] == [[0, 2], [], [4]]


def test_hostile_titles_over_http(tmp_path: Path) -> None:
    with stored(tmp_path, seeded=False) as store, served(store) as url:
        empty = feedparser.parse(f"{url}/feed.atom")
        assert empty.status == 200
        assert not empty.bozo
        report = {
            "key": "other/1", "title": "<script>alert(1)</script>]]>\ud800\x07&amp;", "kind": "other",
            "year": None, "region": None,
        }  # fmt: skip
        data = json.loads(json.dumps({"report": report, "url": "javascript:alert(1)", "targets": []}))
        event = make_event(EventType.REPORT_PUBLISHED, "other/1", "x", site_data.START, data)
        with store.begin() as tx:
            outbox.append(tx, [event])
        for path in ("/feed.atom", "/feed.rss"):
            body = httpx.get(url + path).content
            assert b"<script" not in body
            parsed = feedparser.parse(body)
            assert not parsed.bozo
            assert parsed.entries[0].title.startswith("<script>alert(1)</script>]]>")
            assert parsed.entries[0].link == f"{url}/reports/other/1"


# --- the rules by themselves -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("none_match", "since", "unchanged"),
    [
        (None, None, False),
        ('"a"', None, True),
        ('W/"a"', None, True),
        ('"b", "a"', None, True),
        ("a", None, False),
        ("", "D", False),
        ('"b"', "D", False),
        ("*", None, True),
        (None, "D", True),
        (None, "E", False),
    ],
)
def test_is_unchanged(none_match: str | None, since: str | None, unchanged: bool) -> None:
    assert is_unchanged('"a"', "D", none_match, since) is unchanged


def test_last_modified_is_of_the_last_written_and_never_too_young() -> None:
    def event(sequence: int, at: datetime) -> Event:
        return Event(f"evt_{sequence}", "source.broken", "s", at, {}, sequence=sequence)

    at = site_data.START
    late_but_earlier = [event(2, at - timedelta(minutes=1)), event(1, at)]
    last = last_written(late_but_earlier)
    assert last_modified(last, at + timedelta(hours=1)) == http_date(at - timedelta(minutes=1))
    assert last_modified(last_written([event(1, at)]), at + timedelta(seconds=40)) is None
    assert last_modified(last_written([]), at) is None
