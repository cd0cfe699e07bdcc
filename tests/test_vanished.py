"""All articles of a list answer 404 at once, over real sockets: the site is ailing, nothing is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from ingest.model import Page
from ingest.store import leases, overview, watchlist
from ingest.store.db import Store
from ingest.watch.vanished import BELIEVED_AFTER, Beside, is_gone
from tests.support.polling import polled, portal_of_yubei
from tests.support.watched_report import PATH, TITLE, Site, report
from tests.support.web_server import WebServer

NOW = datetime(2026, 1, 20, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOTICES = [f"/xxgk/t202601{n:02}_{n}.html" for n in range(10, 17)]


@pytest.mark.parametrize(
    ("looks", "age", "beside", "gone"),
    [
        (1, timedelta(0), Beside(well=6), False),
        (2, HOUR, Beside(well=6), True),
        (2, HOUR, Beside(), True),  # the only one of its list: nothing speaks against it
        (2, HOUR, Beside(failing=1), True),
        (2, HOUR, Beside(failing=2), False),
        (9, 6 * DAY, Beside(failing=6), False),
        (9, BELIEVED_AFTER, Beside(failing=6), True),
        (2, HOUR, Beside(well=1, failing=5), False),
        (2, HOUR, Beside(well=1, failing=4), True),
        (2, HOUR, Beside(unasked=6), False),
        (3, DAY, Beside(unasked=6), True),  # nobody answers for them
        (2, HOUR, Beside(well=2, unasked=4), True),
        (2, HOUR, Beside(well=1, failing=1, unasked=4), False),
    ],
)
def test_a_page_is_gone_unless_nearly_all_beside_it_are(
    looks: int, age: timedelta, beside: Beside, gone: bool
) -> None:
    assert is_gone(looks, NOW - age, beside, NOW) is gone


class Portal(Site):
    """With notices beside the report; looked at whenever anything is due."""

    def __post_init__(self) -> None:
        items = f'<li><a href="{PATH}">{TITLE}</a><span>2026-01-18</span></li>'
        for n, path in enumerate(NOTICES):
            items += f'<li><a href="{path}">关于做好第{n}项工作的通知</a><span>2026-01-1{n}</span></li>'
        self.server.page("/list/", f"<html><body><ul class='news'>{items}</ul></body></html>")
        self.serve(PATH, *NOTICES)

    def serve(self, *paths: str) -> None:
        for path in paths:
            number = NOTICES.index(path) if path in NOTICES else -1
            text = "".join(f"<p>第{number}项工作的第{n}个要求，请各单位照办。</p>" for n in range(20))
            title = f"关于做好第{number}项工作的通知"
            head = f'<meta name="PubDate" content="2026-01-{10 + number}"><title>{title}</title>'
            page = f"<html><head>{head}</head><body><div class='TRS_Editor'>{text}</div></body></html>"
            self.server.page(path, report() if path == PATH else page)

    def lose(self, *paths: str, status: int = 404, body: str = "not here") -> None:
        for path in paths:
            self.server.page(path, body, status=status)

    def live(self, span: timedelta) -> None:
        until = self.now + span
        source = portal_of_yubei(self.server.url(""), interval="24h")
        while self.now < until:
            polled(self.store, lambda: self.now, [source], lambda poller: poller.once())
            self.work()
            with self.store.read() as tx:
                due = leases.soonest(tx)
            assert due is not None
            self.now = max(self.now + timedelta(minutes=1), due)
        self.now = until

    def page_of(self, path: str) -> Page:
        with self.store.read() as tx:
            page = watchlist.page_of(tx, "yubei", self.server.url(path))
        assert page is not None
        return page


@pytest.fixture
def site(store: Store) -> Iterator[Portal]:
    with WebServer() as server:
        one = Portal(store, server)
        one.live(2 * DAY)
        assert one.told() == ["report.published", *["target.published"] * 6]
        yield one


def test_a_day_without_any_article_takes_nothing_back(site: Portal) -> None:
    site.lose(PATH, *NOTICES)
    asked = len(site.server.paths())
    site.live(DAY)
    assert site.told() == ["source.broken"], "said, and nothing more"
    each = (len(site.server.paths()) - asked) / (len(NOTICES) + 1)
    assert each < 12, "later and later"
    site.serve(PATH, *NOTICES)
    site.live(2 * DAY)
    assert site.told() == ["source.recovered"]
    assert site.page_of(PATH).missing_since is None


def test_all_articles_gone_for_more_than_a_week_are_gone(site: Portal) -> None:
    site.lose(PATH, *NOTICES)
    site.live(timedelta(days=6))
    assert site.told() == ["source.broken"]
    site.live(timedelta(days=4))
    assert site.told() == ["report.withdrawn"], "and the source is broken as before"
    with site.store.read() as tx:
        assert [row.broken_at is not None for row in overview.source_rows(tx)] == [True]


def test_one_article_that_goes_alone_is_gone_as_soon_as_those_beside_it_are_known_to_be_well(
    site: Portal,
) -> None:
    site.lose(PATH)
    site.live(8 * DAY)
    assert site.told() == ["report.withdrawn"]


def test_another_text_everywhere_is_no_text(site: Portal) -> None:
    """No word of it is known; but it stands on all pages of a list, where others were."""
    said = "".join(f"<p>第{n}步，请打开搜索框，输入关键词，再按回车键浏览。</p>" for n in range(30))
    body = f"<html><body><h1>使用说明</h1><div class='TRS_Editor'>{said}</div></body></html>"
    site.lose(PATH, *NOTICES, status=200, body=body)
    site.live(2 * DAY)
    assert site.told() == ["source.broken"]
    site.serve(PATH, *NOTICES)
    site.live(2 * DAY)
    assert site.told() == ["source.recovered"]


def test_a_page_that_went_while_the_clock_was_ahead_is_withdrawn_when_it_is_right_again(site: Portal) -> None:
    site.lose(PATH)
    right = site.now
    site.now += timedelta(days=3650)
    site.live(timedelta(minutes=1))  # missed, asked again
    site.live(timedelta(minutes=30))  # and gone
    gone_at = site.page_of(PATH).gone_at
    assert gone_at is not None
    assert gone_at.year == 2036
    assert site.told() == []
    site.now = right + HOUR
    site.live(30 * HOUR)
    assert site.told() == ["report.withdrawn"]
