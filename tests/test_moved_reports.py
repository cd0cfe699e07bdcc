"""A page was taken down, over real sockets: whether its report moved is asked before it is withdrawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from ingest.store import settlement, watchlist
from ingest.store.db import Store
from tests.support.one_report import PATH, Site, portal, report
from workers.settling import settle_in

MOVED = "/zwgk/gzbg/202601/t20260118_9.html"


@pytest.fixture
def site(store: Store) -> Iterator[Site]:
    with portal(store) as one:
        yield one


@pytest.mark.both_databases
def test_a_report_that_moved_is_not_withdrawn_and_its_new_address_is_told(site: Site) -> None:
    site.lose()
    assert site.types() == []
    assert site.unsettled() == [], "it waits for the list, and is no backlog"
    site.server.page(MOVED, report())
    site.show(MOVED)
    site.look_at_list()
    [event] = site.told()
    assert (event.type, event.data["url"]) == ("copy.appeared", site.server.url(MOVED))
    site.now += timedelta(days=40)
    site.work()
    assert site.types() == []


def test_a_new_address_that_cannot_be_read_at_once_is_waited_for(site: Site) -> None:
    site.lose()
    site.server.page(MOVED, "<html>502 Bad Gateway</html>", status=502)
    site.show(MOVED)
    site.look_at_list()
    assert site.types() == []
    site.server.page(MOVED, report())
    site.now = site.page(MOVED).next_fetch_at
    site.look()
    assert site.types() == ["copy.appeared"]


def test_a_report_that_is_nowhere_is_withdrawn_at_the_next_look_at_the_list(site: Site) -> None:
    site.lose()
    assert site.types() == []
    site.show()
    site.look_at_list()
    assert site.types() == ["report.withdrawn"]
    site.look_at_list()
    assert site.types() == []


def test_a_page_that_comes_back_meanwhile_is_as_if_nothing_had_happened(site: Site) -> None:
    site.lose()
    site.server.page(PATH, report())
    site.now = site.page().next_fetch_at
    site.look()
    site.look_at_list()
    assert site.types() == []


@pytest.mark.both_databases
def test_a_list_that_fails_keeps_a_report_for_two_days_only(site: Site) -> None:
    site.lose()
    site.server.page("/list/", "<html>500</html>", status=500)
    site.look_at_list()
    assert site.types() == []
    gone_at = site.page().gone_at
    assert gone_at is not None
    over = gone_at + settlement.LONGEST
    with site.store.read() as tx:
        assert settlement.unsettled(tx, over - timedelta(seconds=1), timedelta(0)) == []
        assert settlement.unsettled(tx, over, timedelta(0)) == [1]
    with site.store.begin() as tx:
        settle_in(tx, 1, over)
    assert site.types() == ["report.withdrawn"]


def test_a_list_that_is_watched_no_longer_keeps_nothing(site: Site) -> None:
    site.lose()
    with site.store.begin() as tx:
        watchlist.sync_sources(tx, [], site.now)
    site.work()
    assert site.types() == ["report.withdrawn"]
