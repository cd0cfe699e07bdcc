"""A page goes back and forth between texts, over real sockets: that is told once, and where it ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from ingest.model import Event
from ingest.store import leaders
from ingest.store.db import Store
from tests.support.one_report import PATH, Site, portal, report

A, B, C = "6%左右", "7%左右", "8%左右"
REVISED = ["report.revised", "target.revised"]


@pytest.fixture
def site(store: Store) -> Iterator[Site]:
    with portal(store) as one:
        yield one


def said(events: list[Event]) -> list[tuple[str, bool]]:
    return [(event.type, event.data.get("flips", False)) for event in events]


PLAIN, FLIPS = [(type_, False) for type_ in REVISED], [(type_, True) for type_ in REVISED]


def test_the_return_is_told_once_with_the_fact_that_it_flips(site: Site) -> None:
    assert said(site.turn(B)) == PLAIN
    assert said(site.turn(A)) == FLIPS
    for growth in (B, A, B, B, A, B):
        assert said(site.turn(growth)) == []
        with site.store.read() as tx:  # what is shown of it is what stands there
            assert leaders.leading_versions(tx, [1])[1] == leaders.live_leader(tx, 1)


@pytest.mark.both_databases
def test_where_the_page_comes_to_rest_is_told(site: Site) -> None:
    site.turn(B)
    site.turn(A)
    assert site.turn(B) == [], "last told: A"
    for _ in range(6):
        assert site.turn(B) == []
    [revised, target] = site.turn(B)
    assert said([revised, target]) == FLIPS
    assert (target.data["previous"]["low"], target.data["target"]["low"]) == (6, 7)
    assert site.unsettled() == [], "once"
    assert site.turn(A) == [], "the same turns"
    assert site.turn(B) == []
    for _ in range(8):
        assert site.turn(B) == [], "and this one was told"


@pytest.mark.both_databases
def test_a_page_that_nobody_looked_at_is_not_at_rest(site: Site) -> None:
    for growth in (B, A, B):
        site.turn(growth)
    site.now += timedelta(days=20)
    assert site.turn(A) == []
    site.now += timedelta(days=20)
    assert site.unsettled() == []


def test_a_third_text_is_told_as_ever_and_so_is_a_return_from_it(site: Site) -> None:
    site.turn(B)
    site.turn(A)
    assert site.turn(B) == []
    [revised, target] = site.turn(C)
    assert said([revised, target]) == PLAIN
    assert (target.data["previous"]["low"], target.data["target"]["low"]) == (7, 8)
    assert said(site.turn(B)) == FLIPS
    assert site.turn(C) == []
    assert said(site.turn(A)) == FLIPS, "another pair"


def test_a_return_after_a_month_is_a_change_like_any_other(site: Site) -> None:
    site.turn(B)
    site.now += timedelta(days=31)
    assert said(site.turn(A)) == PLAIN
    assert said(site.turn(B)) == FLIPS
    assert site.turn(A) == []


def test_a_text_that_flipped_and_went_is_withdrawn_and_told_anew(site: Site) -> None:
    site.turn(B)
    site.turn(A)
    site.lose()
    site.show()
    site.look_at_list()
    assert site.types() == ["report.withdrawn"]
    site.server.page(PATH, report(A))
    site.now = max(site.now, site.page().next_fetch_at)
    site.look()
    assert site.types() == ["report.published", *["target.published"] * 3]
