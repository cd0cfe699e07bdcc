"""What pages, API and command show: reports, targets, sources, problems, counts; heartbeats beside them."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest
from sqlalchemy import Connection

from ingest.filters import Years
from ingest.model import Article, Extraction, Identity, Kind, Reading, Region
from ingest.regions.gazetteer import region_by_code
from ingest.store import (
    browse,
    extraction,
    outbox,
    overview,
    presence,
    regions,
    report_keys,
    settlement,
    vanished,
    watchlist,
)
from ingest.store.db import Store
from tests.support.extracted import save_extraction
from tests.support.store_samples import (
    HOUR,
    NEVER,
    NOW,
    a_figure,
    a_page,
    a_reading,
    a_report,
    an_event,
    show,
    watch,
)

pytestmark = pytest.mark.both_databases

ZONE = Region(None, "两江新区", ("重庆市", "两江新区"), "500000")


def _extract(tx: Connection, version_id: int | None) -> None:
    assert version_id is not None
    save_extraction(
        tx,
        version_id,
        Extraction(
            (
                a_figure(start=20),
                a_figure("cpi", 3.0, start=8),
                a_figure("jobs", 9.0, start=30, headline=False),
            ),
            (a_figure("trade", 1.0),),
            "grammar/1",
        ),
        NOW,
    )


def _world(store: Store) -> None:
    """沙坪坝 2024 on portal and repost, and a zone: extracted; 渝北 2023 and the plan of 东城: waiting."""
    with store.begin() as tx:
        watch(tx)
        page = a_page(tx, "portal", "1")
        first = show(tx, page, a_reading())
        show(tx, a_page(tx, "repost", "1"), a_reading(), now=NOW)
        _extract(tx, first.version_id)
        show(
            tx,
            a_page(tx, "repost", "2"),
            a_reading("渝北。", code="500112", year=2023, title="渝北区2023年政府工作报告"),
            now=NOW + HOUR,
        )
        zone = Reading(
            Article("两江新区100%报告", "两江。"),
            Identity(
                Kind.WORK_REPORT, 2024, ZONE, report_key="work_report/zone/2024", title="两江新区100%报告"
            ),
            "sha256:zone",
        )
        _extract(tx, a_report(tx, a_page(tx, "portal", "3"), zone).version_id)
        show(
            tx,
            a_page(tx, "portal", "4"),
            a_reading("东城。", code="110101", kind=Kind.PLAN_REPORT, title="东城区2024年计划报告"),
            now=NOW + 2 * HOUR,
        )


def _keys(rows: list[browse.ReportRow]) -> set[str]:
    return {row.report.key.split("/", 1)[1] for row in rows}


SHAPINGBA, YUBEI, LIANGJIANG, DONGCHENG = "500106/2024", "500112/2023", "zone/2024", "110101/2024"


REPORTS: tuple[tuple[dict[str, object], set[str]], ...] = (
    ({}, {SHAPINGBA, YUBEI, LIANGJIANG, DONGCHENG}),
    ({"region": "500000"}, {SHAPINGBA, YUBEI, LIANGJIANG}),
    ({"region": "000000"}, {SHAPINGBA, YUBEI, LIANGJIANG, DONGCHENG}),
    ({"region": "500106"}, {SHAPINGBA}),
    ({"region": "500100"}, {SHAPINGBA, YUBEI}),
    ({"region": ZONE.key}, {LIANGJIANG}),
    ({"region": "110000"}, {DONGCHENG}),
    ({"region": "999999"}, set()),
    ({"region": "500000+无此地"}, set()),
    ({"kind": Kind.PLAN_REPORT}, {DONGCHENG}),
    ({"kind": "work_report", "year": 2024}, {SHAPINGBA, LIANGJIANG}),
    ({"year": 2023}, {YUBEI}),
    ({"query": "渝北"}, {YUBEI}),
    ({"query": "2024 报告 东城"}, {DONGCHENG}),
    ({"query": "100%"}, {LIANGJIANG}),
    ({"query": "PLAN_REPORT"}, {DONGCHENG}),
    ({"query": "_"}, {SHAPINGBA, YUBEI, LIANGJIANG, DONGCHENG}),  # only as a character of the key
    ({"query": "'; DROP TABLE reports; --"}, set()),
)


def test_reports_by_question(store: Store) -> None:
    _world(store)
    with store.read() as tx:
        for question, keys in REPORTS:
            assert _keys(browse.reports(tx, **question)) == keys, question  # type: ignore[arg-type]


def test_what_is_a_region_of_its_own_and_what_lies_in_it(store: Store) -> None:
    _world(store)
    shapingba, city = region_by_code("500106"), region_by_code("500000")
    assert shapingba
    assert city
    with store.read() as tx:
        for region, keys in ((shapingba, {SHAPINGBA}), (ZONE, {LIANGJIANG}), (city, set[str]())):
            assert _keys(browse.reports(tx, exactly=region)) == keys
            assert {row.report.region for row in browse.targets(tx, exactly=region)} == (
                {region} if keys else set()
            )
        inside = regions.reported_regions(tx, {"500000"})
        assert {(one.region.name, one.reports) for one in inside} == {
            ("沙坪坝区", 1), ("渝北区", 1), ("两江新区", 1),
        }  # fmt: skip
        assert regions.reported_regions(tx, {None, "500106"}) == []
        assert [r.region.name for r in regions.reported_regions(tx, {"110000", None})] == ["东城区"]
        assert regions.zone_with_reports(tx, ZONE.key) == ZONE
        assert regions.zone_with_reports(tx, "500000+无此地") is None
        assert overview.sources_showing(tx, shapingba) == {"portal", "repost"}
        assert overview.sources_showing(tx, ZONE) == {"portal"}
        assert [one.slug for one in overview.source_rows(tx, {"repost"})] == ["repost"]
        newest = report_keys.newest_id(tx)
        assert len(report_keys.keys_between(tx, 0, newest)) == 4
        assert report_keys.keys_between(tx, newest, newest + 9) == []


def test_reports_come_in_pages_newest_first(store: Store) -> None:
    _world(store)
    with store.read() as tx:
        everything = browse.reports(tx)
        assert [row.report.key for row in everything[:2]] == [
            "plan_report/110101/2024",
            "work_report/500112/2023",
        ]
        assert browse.reports(tx, limit=2) + browse.reports(tx, limit=2, offset=2) == everything
        assert browse.reports(tx, offset=4) == []


def test_a_report_row_has_all_that_a_line_shows(store: Store) -> None:
    _world(store)
    with store.read() as tx:
        (row,) = browse.reports(tx, region="500106")
        assert (row.url, row.source) == ("https://portal.example/1.html", "portal")
        assert (row.copies, row.targets, row.extracted, row.dead) == (2, 3, True, False)
        assert [figure.indicator for figure in row.headline] == ["cpi", "gdp"]  # in the order of the text
        assert row.chars == len(a_reading().article.body)
        (row,) = browse.reports(tx, region="500112")
        assert (row.copies, row.targets, row.extracted, row.headline) == (1, 0, False, ())


def test_report_detail(store: Store) -> None:
    _world(store)
    with store.begin() as tx:
        report_id = browse.reports(tx, region="500106")[0].report.id
        outbox.append(tx, [an_event("1", report_id=report_id), an_event("2", report_id=report_id)])
    with store.read() as tx:
        assert browse.report_detail(tx, "work_report/000000/1999") is None
        detail = browse.report_detail(tx, "work_report/500106/2024")
        assert detail is not None
        assert detail.version is not None
        assert detail.copy is not None
        assert detail.version.body == a_reading().article.body
        assert detail.copy.official
        assert detail.versions == (detail.version,)
        assert [copy.source for copy in detail.copies] == ["portal", "repost"]
        assert [figure.indicator for figure in detail.targets] == ["cpi", "gdp", "jobs"]
        assert [figure.indicator for figure in detail.outcomes] == ["trade"]
        assert [event.subject for event in detail.events] == ["2", "1"]


def test_the_leading_version_is_shown(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        official, repost = a_page(tx, "portal"), a_page(tx, "repost")
        first = show(tx, official, a_reading("官方报告。" * 30))
        second = show(tx, repost, a_reading("转载报告。" * 40), now=NOW + HOUR)
        assert first.report_id == second.report_id

        def leader() -> int | None:
            (row,) = browse.reports(tx)
            return row.version_id

        assert leader() == first.version_id  # official
        for hours in (2, 3):
            vanished.page_missing(tx, official.id, NOW + hours * HOUR, NEVER, "Gone", "404")
        assert leader() == second.version_id  # the only live one
        for hours in (4, 5):
            vanished.page_missing(tx, repost.id, NOW + hours * HOUR, NEVER, "Gone", "404")
        assert leader() == first.version_id  # none is live: over all
        assert browse.reports(tx)[0].copies == 0
        assert second.report_id is not None
        settlement.settled(
            tx,
            second.report_id,
            announced_version_id=second.version_id,
            provisional=True,
            withdrawn_at=None,
            now=NOW,
        )
        assert leader() == second.version_id  # what subscribers were told


TARGETS: tuple[tuple[dict[str, object], str], ...] = (
    ({}, "cpi gdp jobs cpi gdp jobs"),
    ({"headline": True}, "cpi gdp cpi gdp"),
    ({"headline": False}, "jobs jobs"),
    ({"indicator": "gdp"}, "gdp gdp"),
    ({"region": "500106"}, "cpi gdp jobs"),
    ({"region": "500000", "indicator": "cpi"}, "cpi cpi"),
    ({"region": "110000"}, ""),
    ({"indicator": ["gdp", "jobs"], "region": ["500106", "110000"]}, "gdp jobs"),
    ({"year": Years(2020, 2024), "indicator": "cpi"}, "cpi cpi"),
    ({"year": Years(2020, 2023)}, ""),
    (
        {"region": [*(f"5001{n:02}" for n in range(99)), *(f"{n}00" for n in range(1101, 1501))]},
        "cpi gdp jobs",
    ),
    ({"year": 2024, "kind": "work_report", "limit": 2}, "cpi gdp"),
    ({"year": 2023}, ""),
    ({"kind": Kind.PLAN_REPORT}, ""),
)


@pytest.mark.parametrize("announced", [False, True])
def test_targets_by_question(store: Store, announced: bool) -> None:
    _world(store)
    if announced:
        with store.begin() as tx:
            for row in browse.reports(tx):
                told = {"announced_version_id": row.version_id, "provisional": False, "withdrawn_at": None}
                settlement.settled(tx, row.report.id, **told, now=NOW)  # type: ignore[arg-type]
    with store.read() as tx:
        for question, found in TARGETS:
            rows = browse.targets(tx, **question)  # type: ignore[arg-type]
            assert " ".join(row.figure.indicator for row in rows) == found, question
            assert all(row.url is not None and row.report.year == 2024 for row in rows), question


@pytest.mark.parametrize("of", ["targets", "outcomes"])
@pytest.mark.parametrize("announced", [False, True])
def test_figures_after_a_place(store: Store, of: Literal["targets", "outcomes"], announced: bool) -> None:
    _world(store)
    with store.begin() as tx:
        for row in browse.reports(tx) if announced else []:
            told = {"announced_version_id": row.version_id, "provisional": False, "withdrawn_at": None}
            settlement.settled(tx, row.report.id, **told, now=NOW)  # type: ignore[arg-type]
    with store.read() as tx:
        whole = browse.targets(tx, of=of)
        after, found = None, []
        while page := browse.targets(tx, of=of, limit=1, after=after):
            found += page
            last = page[-1]
            after = (last.report.first_seen_at, last.report.id, last.figure.start, last.figure_id)
        assert found == whole
        assert len(whole) > 1
        far = (NOW - 99 * HOUR, 2**62 - 1, 2**62 - 1, 2**62 - 1)
        assert browse.targets(tx, of=of, after=far) == []
        assert browse.reports(tx, before=(NOW - 99 * HOUR, 2**62 - 1)) == []


def test_targets_are_those_of_the_leading_version_only(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        for page, text in ((a_page(tx, "portal"), "官方。" * 50), (a_page(tx, "repost"), "转载。" * 50)):
            _extract(tx, show(tx, page, a_reading(text)).version_id)
        assert overview.counts(tx).targets == 6
        assert {row.copy.source for row in browse.targets(tx) if row.copy} == {"portal"}
        assert overview.totals(tx).targets == len(browse.targets(tx)) == 3
        [report] = browse.reports(tx)
        told = {"announced_version_id": report.version_id, "provisional": False, "withdrawn_at": None}
        settlement.settled(tx, report.report.id, **told, now=NOW)  # type: ignore[arg-type]
        assert overview.totals(tx).targets == len(browse.targets(tx)) == 3


def test_counts(store: Store) -> None:
    _world(store)
    with store.begin() as tx:
        outbox.append(tx, [an_event("1")])
        watchlist.page_failed(tx, a_page(tx, name="bad").id, NOW, NEVER, "Blocked", "知道创宇")
    with store.read() as tx:
        assert overview.counts(tx) == overview.Counts(
            sources=2,
            pages=6,
            problems=1,
            aside=0,
            reports=4,
            versions=4,
            copies=5,
            targets=6,
            outcomes=2,
            events=1,
            deliveries={},
            waiting=2,
            dead=0,
            unsettled=4,
        )
        portal, repost = overview.source_rows(tx)
        assert (portal.pages, portal.problems, portal.next_poll_at) == (4, 1, NOW)
        assert (repost.pages, repost.problems, repost.last_polled_at) == (2, 0, None)


def test_problems_latest_first(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        for number in range(3):
            page = a_page(tx, name=str(number))
            watchlist.page_failed(tx, page.id, NOW + number * HOUR, NEVER, "TimedOut", "20 s")
        assert [page.url[-6] for page in overview.problems(tx, limit=2)] == ["2", "1"]


def test_problems_of_one_kind_do_not_hide_the_others(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        for number in range(9):
            page = a_page(tx, name=str(number))
            error = "Blocked" if number in (0, 4) else "Gone"
            watchlist.page_failed(tx, page.id, NOW + number * HOUR, NEVER, error, "said")
        assert [page.url[-6] for page in overview.problems(tx, limit=9, each=2)] == ["8", "7", "4", "0"]


def test_dead_documents_latest_first(store: Store) -> None:
    _world(store)
    with store.begin() as tx:
        waiting = extraction.waiting(tx, NOW, HOUR)
        for number, version_id in enumerate(waiting):
            extraction.mark_dead(tx, version_id, NOW + number * HOUR, "stopped its worker 3 times")
        found = overview.dead(tx)
        assert [version.id for _, version in found] == waiting[::-1]
        assert [report.id for report, _ in found] == [version.report_id for _, version in found]
        assert len(overview.dead(tx, limit=1)) == 1
        assert overview.counts(tx).dead == len(waiting) == 2


def test_heartbeats(store: Store) -> None:
    with store.begin() as tx:
        presence.beat(tx, "work", "host-1", NOW)
        presence.beat(tx, "poll", "host-2", NOW, {"source": "portal"})
        presence.beat(tx, "work", "host-1", NOW + HOUR, {"jobs": 3})
        assert presence.beats(tx) == [
            presence.Beat("work", "host-1", NOW, NOW + HOUR, {"jobs": 3}),
            presence.Beat("poll", "host-2", NOW, NOW, {"source": "portal"}),
        ]
        assert presence.forget(tx, NOW + timedelta(minutes=1)) == 1
        presence.leave(tx, "work", "host-1")
        assert presence.beats(tx) == []
