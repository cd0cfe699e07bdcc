"""Sources, lists and pages: what is due, who is at it, how each fared."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ingest.model import ListItem, SourceKind
from ingest.store import documents, leases, overview, settlement, vanished, watchlist
from ingest.store.db import Store
from tests.support.store_samples import (
    HOUR,
    NEVER,
    NOW,
    PORTAL,
    REPOST,
    a_page,
    a_reading,
    show,
    watch,
)

pytestmark = pytest.mark.both_databases

MINUTE = timedelta(minutes=1)
LEASE = 5 * MINUTE


def test_sources_are_refreshed_and_vanished_lists_retired(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        moved = replace(PORTAL, name="新名", list_urls=("https://portal.example/new/",))
        watchlist.sync_sources(tx, [moved], NOW + HOUR)
        (portal, repost) = overview.source_rows(tx)
        assert (portal.name, portal.kind, portal.official) == ("新名", SourceKind.PORTAL, True)
        assert [one.url for one in portal.lists] == ["https://portal.example/new/"]
        assert portal.lists[0].next_poll_at == NOW + HOUR  # a new list is due at once
        assert repost.lists == ()  # its file is gone: nothing of it is polled
        assert [one.url for one in leases.lease_lists(tx, "me", NOW + 2 * HOUR, LEASE, 9)] == [
            "https://portal.example/new/"
        ]
        watch(tx)  # the old files again: the lists come back with their past
        assert [len(row.lists) for row in overview.source_rows(tx)] == [1, 1]
        watchlist.sync_sources(tx, [], NOW)
        assert leases.soonest(tx) is None


def test_ensure_source_leaves_lists_alone(store: Store) -> None:
    local = watchlist.SourceRow("local", "本地文件", SourceKind.LOCAL, False, "file:///")
    with store.begin() as tx:
        watch(tx)
        watchlist.ensure_source(tx, local)
        watchlist.ensure_source(tx, replace(PORTAL, name="改名"))
        assert [(row.slug, row.name, len(row.lists)) for row in overview.source_rows(tx)] == [
            ("local", "本地文件", 0),
            ("portal", "改名", 1),
            ("repost", "转载网", 1),
        ]


def test_a_lease_is_for_one_owner_until_it_ends(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        first = leases.lease_lists(tx, "a", NOW, LEASE, 1)
        second = leases.lease_lists(tx, "b", NOW, LEASE, 9)
        assert [one.source for one in first + second] == ["portal", "repost"]
        assert leases.lease_lists(tx, "c", NOW, LEASE, 9) == []
        assert leases.lease_lists(tx, "c", NOW + LEASE, LEASE, 9) == []
        late = NOW + LEASE + timedelta(microseconds=1)
        assert len(leases.lease_lists(tx, "c", late, LEASE, 9)) == 2  # a and b are dead
        done = {"etag": None, "last_modified": None, "items": 3, "changed": True}
        assert not watchlist.list_done(tx, first[0].id, "a", late, NEVER, **done)  # a was only slow: too late
        assert watchlist.list_done(tx, first[0].id, "c", late, NEVER, **done)
        assert not watchlist.list_failed(tx, second[0].id, "b", late, NEVER, "TimedOut")


def test_how_a_list_fared(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)

        def poll(minutes: int) -> int:
            (one,) = leases.lease_lists(tx, "me", NOW + minutes * MINUTE, LEASE, 9, ["portal"])
            return one.id

        id_ = poll(0)
        watchlist.list_done(
            tx, id_, "me", NOW, NOW + MINUTE, etag='"1"', last_modified="Sat", items=20, changed=True
        )
        assert poll(1) == id_
        watchlist.list_failed(tx, id_, "me", NOW + MINUTE, NOW + 2 * MINUTE, "TimedOut: 20 s")
        assert poll(2) == id_
        watchlist.list_failed(tx, id_, "me", NOW + 2 * MINUTE, NOW + 3 * MINUTE, "Blocked: 知道创宇")
        (one,) = overview.source_rows(tx)[0].lists
        assert (one.failures, one.last_error, one.items, one.etag) == (2, "Blocked: 知道创宇", 20, '"1"')
        assert poll(3) == id_
        not_modified = {"etag": '"1"', "last_modified": "Sat", "items": None, "changed": False}
        watchlist.list_done(tx, id_, "me", NOW + 3 * MINUTE, NEVER, **not_modified)
        (one,) = overview.source_rows(tx)[0].lists
        assert (one.failures, one.last_error, one.items) == (0, None, 20)
        assert (one.last_polled_at, one.next_poll_at) == (NOW + 3 * MINUTE, NEVER)


@pytest.mark.parametrize("crowd", [leases.CROWD, 0], ids=["few-due", "many-due"])
def test_the_longest_waiting_come_first_and_only_those_asked_for(
    store: Store, crowd: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "CROWD", crowd)
    with store.begin() as tx:
        watch(tx)
        for number, source in enumerate(["portal", "repost", "portal"]):
            a_page(tx, source, str(number), NOW - number * MINUTE)
        assert leases.due_sources(tx, NOW, ["portal", "repost"], 9) == ["portal", "repost"]
        assert leases.due_sources(tx, NOW, ["repost"], 9) == ["repost"]
        assert leases.due_sources(tx, NOW, ["portal", "repost"], 1) == ["portal"]
        assert leases.due_sources(tx, NOW, [], 9) == []
        assert leases.due_sources(tx, NOW, None, 9) == ["portal", "repost"]
        assert leases.due_sources(tx, NOW, None, 9, but=["portal"]) == ["repost"]
        assert leases.lease_pages(tx, "me", NOW, LEASE, 9, []) == []
        taken = leases.lease_pages(tx, "me", NOW, LEASE, 9, {"portal"}, each=1)
        taken += leases.lease_pages(tx, "me", NOW, LEASE, 9, {"portal"}, each=9)
        assert [page.url for page in taken] == [
            "https://portal.example/2.html",
            "https://portal.example/0.html",
        ]
        assert [page.source for page in leases.lease_pages(tx, "me", NOW, LEASE, 9)] == ["repost"]
        leases.lease_lists(tx, "me", NOW, LEASE, 9)
        assert leases.due_sources(tx, NOW, ["portal", "repost"], 9) == []


def test_soonest_minds_leases_and_retired_lists(store: Store) -> None:
    with store.begin() as tx:
        assert leases.soonest(tx) is None
        watch(tx)
        assert leases.soonest(tx) == NOW
        for one in leases.lease_lists(tx, "me", NOW, LEASE, 9):
            watchlist.list_failed(tx, one.id, "me", NOW, NOW + HOUR, "Blocked")
        assert leases.soonest(tx) == NOW + HOUR
        page = a_page(tx, now=NOW + MINUTE)
        assert leases.soonest(tx) == NOW + MINUTE
        assert leases.soonest(tx, ["repost"]) == NOW + HOUR
        leases.lease_pages(tx, "me", NOW + MINUTE, LEASE, 9)
        assert leases.soonest(tx) == NOW + MINUTE + LEASE
        watchlist.page_failed(tx, page.id, NOW, NOW + 2 * HOUR, "TimedOut", "20 s")
        assert leases.soonest(tx) == NOW + HOUR


def test_pages_of_local_files_and_of_retired_sources_are_never_due(store: Store) -> None:
    local = watchlist.SourceRow("local", "本地文件", SourceKind.LOCAL, False, "file:///")
    with store.begin() as tx:
        watch(tx)
        watchlist.ensure_source(tx, local)
        for source in ("local", "portal", "repost"):
            a_page(tx, source)
        watchlist.sync_sources(tx, [PORTAL], NOW)
        assert leases.due_sources(tx, NOW, ["local", "portal", "repost"], 9) == ["portal"]
        assert [page.source for page in leases.lease_pages(tx, "me", NOW, LEASE, 9)] == ["portal"]
        assert leases.lease_pages(tx, "me", NOW, LEASE, 9, ["local", "repost"]) == []


def test_items_are_new_once(store: Store) -> None:
    items = [ListItem(f"https://portal.example/{n}.html", f"标题{n}") for n in (3, 1, 2, 1)]
    with store.begin() as tx:
        watch(tx)
        new = watchlist.see_items(tx, "portal", items, NOW)
        assert [page.url[-6:] for page in new] == ["3.html", "1.html", "2.html"]
        assert {(page.first_seen_at, page.next_fetch_at, page.failures) for page in new} == {(NOW, NOW, 0)}
        assert new[0].title == "标题3"
        assert new[0] == watchlist.page_of(tx, "portal", items[0].url)
        assert watchlist.see_items(tx, "portal", items, NOW + HOUR) == []
        assert len(watchlist.see_items(tx, "repost", items, NOW)) == 3  # of another source
        assert watchlist.see_items(tx, "portal", [], NOW) == []
        assert watchlist.page_of(tx, "portal", "https://portal.example/") is None


def test_how_a_page_fared(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        page = a_page(tx)
        leases.lease_pages(tx, "me", NOW, LEASE, 1)
        watchlist.page_failed(tx, page.id, NOW, NOW + HOUR, "TooLarge", "more than 15 MiB")
        watchlist.page_failed(tx, page.id, NOW + HOUR, NOW + 2 * HOUR, "TooLarge", "more than 15 MiB")
        (problem,) = overview.problems(tx)
        assert (problem.failures, problem.error, problem.error_message) == (2, "TooLarge", "more than 15 MiB")
        (again,) = leases.lease_pages(tx, "me", NOW + 2 * HOUR, LEASE, 1)  # the lease was given back
        watchlist.page_had(tx, again.id, watchlist.Had(NOW + 2 * HOUR, NEVER, '"e"', "Sat", "b" * 64))
        assert overview.problems(tx) == []
        found = watchlist.page_of(tx, page.source, page.url)
        assert found is not None
        assert (found.failures, found.error, found.error_message) == (0, None, None)
        assert (found.etag, found.last_modified, found.body_sha256) == ('"e"', "Sat", "b" * 64)
        assert (found.last_fetched_at, found.next_fetch_at) == (NOW + 2 * HOUR, NEVER)
        watchlist.page_had(tx, again.id, watchlist.Had(NOW, NEVER, '"e"', None))
        found = watchlist.page_of(tx, page.source, page.url)
        assert found is not None
        assert found.body_sha256 == "b" * 64  # not modified: still those bytes


def test_a_page_is_gone_at_the_second_missing_in_a_row(store: Store) -> None:
    def miss(minutes: int) -> bool:
        at = NOW + minutes * MINUTE
        return vanished.page_missing(tx, page.id, at, at + MINUTE, "Gone", "404")

    with store.begin() as tx:
        watch(tx)
        page = a_page(tx)
        shown = show(tx, page, a_reading())
        assert shown.report_id is not None
        told = {"announced_version_id": shown.version_id, "provisional": False, "withdrawn_at": None}
        settlement.settled(tx, shown.report_id, **told, now=NOW)

        assert not miss(1)
        watchlist.page_had(tx, page.id, watchlist.Had(NOW, NOW, None, None))
        assert not miss(2)  # the one before was not "in a row"
        assert settlement.unsettled(tx, NEVER, timedelta(0)) == []
        assert miss(3)
        assert not miss(4)  # it is gone already

        (copy,) = documents.copies_of(tx, shown.report_id)
        assert copy.ended_at == NOW + 3 * MINUTE
        assert settlement.unsettled(tx, NEVER, timedelta(0)) == [shown.report_id]
        gone = watchlist.page_of(tx, page.source, page.url)
        assert gone is not None
        assert (gone.gone_at, gone.error, gone.body_sha256) == (NOW + 3 * MINUTE, "Gone", None)
        assert (overview.source_rows(tx)[0].gone, overview.source_rows(tx)[0].pages) == (1, 1)


def test_a_page_that_comes_back_shows_its_copy_again(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        page = a_page(tx)
        shown = show(tx, page, a_reading())
        assert shown.report_id is not None
        for minutes in (1, 2):
            vanished.page_missing(tx, page.id, NOW + minutes * MINUTE, NEVER, "Gone", "404")
        settlement.settled(
            tx, shown.report_id, announced_version_id=None, provisional=False, withdrawn_at=NOW, now=NOW
        )
        back = NOW + HOUR
        assert watchlist.see_items(tx, "portal", [ListItem(page.url, "标题")], back) == []
        assert leases.lease_pages(tx, "me", back, LEASE, 9) == []  # a dead link in a list is not asked often
        again = watchlist.page_of(tx, page.source, page.url)
        assert again is not None
        applied = show(tx, again, a_reading(), now=back)  # the very bytes of before
        assert (applied.version_id, applied.needs_settling) == (shown.version_id, True)
        (copy,) = documents.copies_of(tx, shown.report_id)
        assert (copy.ended_at, copy.first_seen_at, copy.last_seen_at) == (None, NOW, back)
        found = watchlist.page_of(tx, page.source, page.url)
        assert found is not None
        assert found.gone_at is None


def test_a_source_breaks_and_recovers_once(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        assert not watchlist.source_recovered(tx, "portal")
        assert watchlist.source_broken(tx, "portal", NOW, {"cause": "empty_list"})
        assert not watchlist.source_broken(tx, "portal", NOW + HOUR, {"cause": "gone"})
        portal, repost = overview.source_rows(tx)
        assert (portal.broken_at, portal.broken_reason) == (NOW, {"cause": "empty_list"})
        assert repost.broken_at is None
        assert watchlist.source_recovered(tx, "portal")
        assert not watchlist.source_recovered(tx, "portal")
        assert overview.source_rows(tx)[0].broken_at is None
        assert not watchlist.source_broken(tx, "nobody", NOW, {})


def test_a_catalogue_that_stands_is_not_written_again(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
    with store.read() as tx:  # where nothing may be written
        watchlist.sync_sources(tx, [PORTAL, REPOST], NOW + HOUR)
