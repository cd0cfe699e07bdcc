"""A report that was put up as several articles: together they say what it promises, in lists as in feeds."""

from __future__ import annotations

import csv
import html
import itertools
import random
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, select
from test_copies_order import DOC, START, Arrival, arrive, read, settled_again, show, work

from ingest.events import figure_json
from ingest.model import Event, Figure
from ingest.settings import Settings
from ingest.store import (
    articles,
    browse,
    dataset,
    documents,
    outbox,
    overview,
    promises,
    schema,
    search,
    settlement,
    watchlist,
)
from ingest.store import tables as t
from ingest.store.db import Store
from ingest.store.outcome import history_of
from ingest.store.regions import reports_within
from ingest.store.search import Asked
from tests.support import copies
from tests.support.site_server import served
from workers.context import Context
from workers.targets.extract import extract

BOTH = pytest.mark.both_databases
KEY = "work_report/500151/2026"
DAY = timedelta(days=1)


def _lines(line: str) -> str:
    return "\n".join(line.format(n=n) for n in range(1, 20))


REVIEW = (
    "各位代表：\n现在，我代表区人民政府，向大会报告工作，请予审议。\n一、2025年工作回顾\n"
    + _lines("第{n}批重点工程如期开工，沿线群众搬迁安置有序推进，配套道路第{n}期同步建成。")
    + "\n2025年，地区生产总值增长4.8%，一般公共预算收入增长3%。\n"
)
GOALS = (
    "二、2026年总体要求\n"
    + _lines("坚持第{n}项原则，统筹城乡发展和生态保护，奋力谱写全区发展第{n}篇章。")
    + "\n今年经济社会发展主要预期目标是：地区生产总值增长5%以上，固定资产投资增长6%，城镇新增就业2万人。\n"
)
TASKS = (
    "三、2026年重点工作\n"
    + _lines("办好第{n}件民生实事，件件有着落、事事有回音，让老百姓的日子越过越好第{n}回。")
    + "\n确保地区生产总值增长5%以上。新增高新技术企业20家。建成充电桩500个。\n"
)
WHOLE = Arrival("whole", copies.Document(DOC.title, REVIEW + GOALS + TASKS), True)


PARTS = tuple(
    Arrival(f"part{number}", copies.Document(f"{DOC.title}（{mark}）", text), True)
    for number, (mark, text) in enumerate(zip("一二三", (REVIEW, GOALS, TASKS), strict=True), 1)
)
PROMISED = {
    ("gdp", "part2"), ("fixed_asset_investment", "part2"), ("new_urban_jobs", "part2"),
    ("high_tech_enterprises", "part3"),
}  # fmt: skip
REACHED = {("gdp", "part1"), ("general_budget_revenue", "part1")}


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context(Settings(data_dir=tmp_path), extract)


def known(tx: Connection, of: str = "targets") -> set[tuple[str, str]]:
    """Indicator and page of each figure that counts: the same wherever one asks."""
    rows = browse.targets(tx, of=of)  # type: ignore[arg-type]
    found = [(row.figure.indicator, str(row.url).rpartition("/")[2]) for row in rows]
    assert len(found) == len(set(found)), found
    [report] = browse.reports(tx)
    assert browse.figures_within(tx, [report], of) == sorted(  # type: ignore[arg-type]
        rows, key=lambda row: (row.version_id != report.version_id, row.version_id, row.figure.start)
    )
    detail = browse.report_detail(tx, KEY)
    assert detail is not None
    figures = [row.figure for row in rows]
    assert sorted(getattr(detail, of), key=str) == sorted(figures, key=str)
    table = dataset.targets(tx) if of == "targets" else dataset.outcomes(tx)
    assert sum(row["leading"] for batch in table for row in batch) == len(rows)
    if of == "targets":
        assert (report.targets, overview.totals(tx).targets) == (len(rows), len(rows))
        assert sorted(map(str, report.headline)) == sorted(str(f) for f in figures if f.headline)
        assert len([one for batch in dataset.verdicts(tx) for one in batch]) == len(rows)
        indicators = {figure.indicator for figure in figures}
        [told] = promises.promised(tx, [reports_within(["500151"])], indicators, [2026])
        assert {figure.indicator for figure in told.figures} == indicators
    for row in rows:
        version = documents.version(tx, row.version_id)
        assert version is not None
        assert row.content_hash == version.content_hash
        assert version.body[row.figure.start : row.figure.end] == row.figure.quote
        searched(tx, row.figure, (row.figure.indicator,) if of == "targets" else ())
    return set(found)


def searched(tx: Connection, figure: Figure, indicators: Sequence[str]) -> None:
    """The report is found by the words of each figure, in a text that has them."""
    [hit] = search.search(tx, Asked(figure.quote, indicators=indicators)).hits
    found = documents.version(tx, hit.version_id)
    assert found is not None
    assert hit.passage is not None
    assert figure.quote in hit.passage.text
    assert found.body[hit.passage.start : hit.passage.end] == hit.passage.text
    assert (found.content_hash, hit.leads) == (
        hit.content_hash,
        hit.version_id == hit.report.announced_version_id,
    )


def told(store: Store) -> list[Event]:
    with store.read() as tx:
        return outbox.events(tx, limit=1000, newest_first=False)


def subjects(store: Store) -> list[str]:
    return sorted(e.subject.partition("#")[2] for e in told(store) if e.type == "target.published")


ALL_TOLD = [
    "fixed_asset_investment.growth", "gdp.growth", "high_tech_enterprises.change", "new_urban_jobs.level",
]  # fmt: skip


@pytest.mark.parametrize(
    ("database", "order", "at_once"),
    [
        ("postgresql", PARTS, False),
        *itertools.product(["sqlite"], itertools.permutations(PARTS), [False, True]),
    ],
    indirect=["database"],
    ids=lambda value: "".join(one.name for one in value) if isinstance(value, tuple) else str(value),
)
def test_the_report_promises_what_its_articles_do_whatever_their_order(
    store: Store, context: Context, order: Sequence[Arrival], at_once: bool
) -> None:
    if at_once:
        work(store, context, [show(store, one, START) for one in order], START)
    else:
        for hours, one in enumerate(order):
            arrive(store, context, one, START + timedelta(hours=hours))
    with store.read() as tx:
        assert known(tx) == PROMISED
        assert known(tx, "outcomes") == REACHED
    assert subjects(store) == ALL_TOLD
    assert settled_again(store, context) == 0
    with store.read() as tx:
        assert known(tx) == PROMISED
    arrive(store, context, WHOLE, START + DAY)
    with store.read() as tx:
        assert known(tx) == {(indicator, "whole") for indicator, _ in PROMISED}
        assert articles.beside(tx, [1]) == {}
    assert subjects(store) == ALL_TOLD
    assert {e.type for e in told(store)} <= {
        "report.published", "report.completed", "target.published", "copy.appeared",
    }  # fmt: skip


@pytest.mark.parametrize("place", range(3))
def test_the_whole_speaks_alone_when_it_came_before_some_of_its_articles(
    store: Store, context: Context, place: int
) -> None:
    order = [*PARTS[:place], WHOLE, *PARTS[place:]]
    for hours, one in enumerate(order):
        arrive(store, context, one, START + timedelta(hours=hours))
    with store.read() as tx:
        assert known(tx) == {(indicator, "whole") for indicator, _ in PROMISED}
    assert subjects(store) == ALL_TOLD


@pytest.fixture
def three(store: Store, context: Context) -> None:
    for hours, one in enumerate(PARTS):
        arrive(store, context, one, START + timedelta(hours=hours))


@BOTH
@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("part", [1, 2])
def test_a_revision_of_one_article_is_told_of_that_one(store: Store, context: Context, part: int) -> None:
    before = len(told(store))
    old, new = [("固定资产投资增长6%", "固定资产投资增长7%"), ("企业20家", "企业25家")][part - 1]
    document = copies.Document(PARTS[part].document.title, PARTS[part].document.body.replace(old, new))
    arrive(store, context, Arrival(PARTS[part].name, document, True), START + DAY)
    report, target = told(store)[before:]
    assert (report.type, target.type) == ("report.revised", "target.revised")
    assert str(report.data["url"]).endswith(PARTS[part].name)
    assert target.data["target"]["low"] == target.data["previous"]["low"] + (1 if part == 1 else 5)
    with store.read() as tx:
        assert known(tx) == PROMISED
        lows = {row.figure.low for row in browse.targets(tx)}
    assert target.data["target"]["low"] in lows
    assert target.data["previous"]["low"] not in lows
    assert settled_again(store, context) == 0
    arrive(store, context, PARTS[part], START + 2 * DAY)  # and back again
    assert told(store)[-1].type == "target.revised"
    with store.read() as tx:
        assert target.data["previous"]["low"] in {row.figure.low for row in browse.targets(tx)}


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("part", range(3))
def test_an_article_that_is_taken_down_takes_nothing_back(store: Store, context: Context, part: int) -> None:
    before = len(told(store))
    with store.begin() as tx:
        settlement.mark_unsettled(tx, settlement.end_copies(tx, part + 1, START + DAY), START + DAY)
    work(store, context, [], START + DAY)
    with store.read() as tx:
        assert known(tx) == PROMISED
    assert told(store)[before:] == []
    # The last one of all takes the report along.
    with store.begin() as tx:
        for page in range(1, 4):
            settlement.mark_unsettled(tx, settlement.end_copies(tx, page, START + DAY), START + DAY)
    work(store, context, [], START + DAY)
    assert [event.type for event in told(store)[before:]] == ["report.withdrawn"]
    arrive(store, context, PARTS[1], START + 2 * DAY)
    assert told(store)[-1].type == "target.published"
    with store.read() as tx:
        assert known(tx) == {one for one in PROMISED if one[1] == "part2"} | {("gdp", "part2")}


@pytest.mark.usefixtures("three")
def test_reposts_of_the_articles_are_copies(store: Store, context: Context) -> None:
    before = len(told(store))
    for hours, (part, body) in enumerate(
        zip(PARTS, (REVIEW, GOALS.replace("2万人", "3万人"), TASKS), strict=True)
    ):
        repost = Arrival(f"re{part.name}", copies.Document(part.document.title, f"{body}责任编辑：某某\n"))
        arrive(store, context, repost, START + DAY + timedelta(hours=hours))
    assert {event.type for event in told(store)[before:]} <= {"copy.appeared"}
    with store.read() as tx:
        assert known(tx) == PROMISED


def test_articles_of_a_reposting_site_are_confirmed_one_by_one(store: Store, context: Context) -> None:
    for part in PARTS:
        arrive(store, context, Arrival(part.name, part.document), START)
    assert subjects(store) == ALL_TOLD
    with store.read() as tx:
        assert known(tx) == PROMISED
    before = len(told(store))
    for part in PARTS:
        arrive(store, context, Arrival(f"own{part.name}", part.document, True), START + DAY)
    assert [event.type for event in told(store)[before:] if event.type != "copy.appeared"] == [
        "report.confirmed"
    ]
    assert subjects(store) == ALL_TOLD
    with store.read() as tx:
        assert known(tx) == {(indicator, f"own{page}") for indicator, page in PROMISED}


HEAD_CUT, END_CUT = GOALS + TASKS, REVIEW + GOALS


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("official", [False, True])
def test_what_two_sites_cut_at_either_end_takes_nothing_back(
    store: Store, context: Context, turned: bool, official: bool
) -> None:
    cut = [
        Arrival(name, copies.Document(DOC.title, body), official)
        for name, body in (("head", HEAD_CUT), ("end", END_CUT))
    ]
    for day, arrival in enumerate([*(reversed(cut) if turned else cut), WHOLE]):
        arrive(store, context, arrival, START + day * DAY)
        with store.read() as tx:
            listed = [figure_json(row.figure) for row in browse.targets(tx)]
        assert sorted(map(_said, listed), key=str) == held(told(store))
    assert subjects(store) == ALL_TOLD
    types = {event.type for event in told(store)}
    assert types <= {
        "report.published" if official else "report.provisional", "report.completed", "report.confirmed",
        "target.published", "copy.appeared",
    }  # fmt: skip


@pytest.mark.usefixtures("three")
def test_what_one_article_promises_is_held_against_what_another_says(store: Store, context: Context) -> None:
    last = copies.Document(
        "重庆市铜梁区2025年政府工作报告",
        WHOLE.document.body.replace("2025年", "2024年").replace("2026年", "2025年"),
    )
    arrive(store, context, Arrival("last", last, True), START + DAY)
    with store.read() as tx:
        [region] = {report.region for report in documents.reports_by_id(tx, [1]).values()}
        assert region is not None
        history = history_of(tx, region)
    became = {
        (row.report.year, row.figure.indicator): answer.verdict.value
        for row, answer in zip(history.targets, history.answers, strict=True)
    }
    assert became[2025, "gdp"] == "missed"


def test_a_store_that_knew_no_articles_finds_them(bare_database: str) -> None:
    store = Store.open(bare_database)
    with store.begin() as tx:
        schema.upgrade(tx, "0117")
        for report in (1, 2):
            about = {"key": f"k{report}", "kind": "work_report", "first_seen_at": START, "provisional": False}
            tx.execute(t.reports.insert().values(id=report, **about))
        for version, report in ((1, 1), (2, 1), (3, 2), (4, 2)):
            text = {"content_hash": f"h{version}", "body": "", "header": {}, "identity": {}}
            kept = {"relation": "part", "first_seen_at": START, "attempts": 1, **text}
            tx.execute(t.versions.insert().values(id=version, report_id=report, **kept))
        for one, other, relation in ((1, 2, "part"), (2, 1, "part"), (4, 3, "part"), (3, 4, "revision")):
            pair = {"version_id": one, "other_version_id": other, "evidence": {}}
            tx.execute(t.relations.insert().values(relation=relation, **pair))
        announced = {1: 2, 2: 3}
        for report, version in announced.items():
            of = t.reports.c.id == report
            tx.execute(t.reports.update().where(of).values(announced_version_id=version))
    store.migrate()
    with store.read() as tx:
        assert settlement.unsettled(tx, datetime.now(UTC), timedelta()) == [1]
    store.close()


@pytest.mark.usefixtures("three")
def test_an_article_that_leaves_its_report_is_forgotten_there(store: Store, context: Context) -> None:
    assert read(PARTS[1]).identity.report_key == KEY
    with store.begin() as tx:
        [one, *_] = articles.beside(tx, [1])[1]
        articles.forget(tx, [1])
        assert articles.beside(tx, [1]) == {}
        repeats = t.targets.select().where(t.targets.c.repeats.is_not(None))
        assert tx.execute(repeats).all() == []
        settlement.mark_unsettled(tx, [1], START + DAY)
    before = len(told(store))
    work(store, context, [], START + DAY)
    assert told(store)[before:] == []
    with store.read() as tx:
        assert one in articles.beside(tx, [1])[1]
        assert known(tx) == PROMISED


CHANGES = (("增长6%", "增长7%"), ("总值增长5%", "总值增长6%"), ("20家", "25家"), ("增长3%", "增长2%"))


def _said(figure: dict[str, Any]) -> tuple[object, ...]:
    return figure["indicator"], figure["low"], figure["high"]


def held(events: Sequence[Event]) -> list[tuple[object, ...]]:
    """The targets that whoever has followed all events holds."""
    have: list[tuple[object, ...]] = []
    for event in events:
        target, previous = event.data.get("target"), event.data.get("previous")
        if previous:
            have.remove(_said(previous))
        if target:
            assert previous or _said(target) not in have, "told twice"
            have = [*dict.fromkeys([*have, _said(target)])]
        if event.type == "report.withdrawn":
            have = []
    return sorted(have, key=str)


@pytest.mark.parametrize("seed", range(6))
def test_what_the_feed_has_told_is_what_the_lists_show(store: Store, context: Context, seed: int) -> None:
    rng = random.Random(seed)
    pages = [*PARTS, WHOLE] if seed % 2 else [*PARTS]
    for step in range(10):
        now, chosen = START + step * 31 * DAY, rng.choice(pages)
        if rng.random() < 0.2 and chosen is not WHOLE:
            with store.begin() as tx:
                page = watchlist.page_of(tx, chosen.source, f"https://portal.example/{chosen.name}")
                gone = settlement.end_copies(tx, page.id, now) if page else set()
                settlement.mark_unsettled(tx, gone, now)
            work(store, context, [], now)
        else:
            body = chosen.document.body.replace(*rng.choice(CHANGES))
            document = copies.Document(chosen.document.title, body)
            official = rng.random() < 0.8
            name = chosen.name if official else f"{chosen.name}-{step}"
            arrive(store, context, Arrival(name, document, official), now)
        with store.read() as tx:
            report = documents.report(tx, 1)
            listed = [figure_json(row.figure) for row in browse.targets(tx)]
            speaking = articles.speaking(tx, [1]).get(1)
            [row] = tx.execute(select(t.search_texts)).all() or [None]
        assert speaking == (row and [row.version_id, *map(int, (row.beside or "").split())])
        if report is None:
            continue
        if report.withdrawn_at is None:
            assert sorted(map(_said, listed), key=str) == held(told(store))
        assert settled_again(store, context) == 0


MASKED = (
    WHOLE.document.body.replace("5%", "X%").replace("6%", "X%").replace("2万", "X万").replace("20家", "X家")
)
Shows = tuple[str, bool, str]  # a page, whether it is the government's, what it shows from then on


@pytest.mark.parametrize(
    "story",
    [
        # The repost's text comes back on a page of the government, after all of it was taken back.
        [
            ("repost", False, HEAD_CUT),
            ("one", True, MASKED),
            ("two", True, END_CUT),
            ("one", True, HEAD_CUT),
        ],
        # One of two pieces is replaced by the whole without its figures.
        [("one", True, END_CUT), ("two", True, HEAD_CUT), ("two", True, MASKED)],
        # Of two pages that are cut and corrected the one that holds the other leads at once.
        [
            ("one", True, WHOLE.document.body),
            ("two", True, (END_CUT + "新增高新技术企业20家。\n" + TASKS[:250]).replace("5%以上", "6%以上")),
            ("one", True, END_CUT.replace("5%以上", "6%以上")),
        ],
        # Cut, and corrected.
        [("one", True, WHOLE.document.body), ("one", True, END_CUT.replace("2万", "3万"))],
    ],
    ids=["comes-back", "masked", "two-cut", "cut"],
)
def test_whatever_becomes_of_its_texts_the_feed_has_told_what_the_lists_show(
    store: Store, context: Context, story: Sequence[Shows]
) -> None:
    for day, (name, official, body) in enumerate(story):
        arrive(store, context, Arrival(name, copies.Document(DOC.title, body), official), START + day * DAY)
        with store.read() as tx:
            listed = [figure_json(row.figure) for row in browse.targets(tx)]
        assert sorted(map(_said, listed), key=str) == held(told(store))
        assert settled_again(store, context) == 0


@BOTH
@pytest.mark.usefixtures("three")
def test_each_target_leads_to_the_article_in_which_it_stands(store: Store) -> None:
    with served(store, page_rate=0) as url, httpx.Client(base_url=url) as client:

        def get(path: str, status: int = 200) -> httpx.Response:
            answer = client.get(html.unescape(path))
            assert answer.status_code == status, path
            return answer

        detail = get(f"/api/v1/reports/{KEY}").json()
        pages = {copy["content_hash"]: copy["url"].rpartition("/")[2] for copy in detail["copies"]}
        for of, expected in (("targets", PROMISED), ("outcomes", REACHED)):
            assert {(one["indicator"], pages[one["content_hash"]]) for one in detail[of]} == expected
            for one in detail[of]:
                text = get(f"/api/v1/reports/{KEY}/text?content_hash={one['content_hash']}").text
                assert text[one["start"] : one["end"]] == one["quote"]
            listed = csv.DictReader(get(f"/reports/{KEY}/{of}.csv").text.lstrip("\ufeff").splitlines())
            assert {(row["indicator"], row["url"].rpartition("/")[2]) for row in listed} == expected
        get(f"/api/v1/reports/{KEY}/text?content_hash=sha256:0", 404)
        get(f"/reports/{KEY}/text?of=0", 404)

        page = get(f"/reports/{KEY}").text
        rows = set(re.findall(r'<tr role="row" id="([^"]+)"', page))
        assert len(rows) == len(PROMISED) + len(REACHED)
        links = re.findall(rf'<a href="(/reports/{KEY}/text[^"]*#f-[^"]+)">([^<]+)</a>', page)
        assert len(links) == len(rows)
        for href, quote in links:
            address, _, place = href.partition("#")
            [there] = re.findall(rf'href="([^"]+)"[^>]* id="{place}">([^<]+)<', get(address).text)
            assert there[1] == quote
            assert there[0].partition("#")[2] in rows

            found = get(f"/search?q={quote}").text
            [to] = {html.unescape(one) for one in re.findall(rf'href="(/reports/{KEY}/text[^"]*#q)"', found)}
            [paragraph] = re.findall(r'<p id="q"[^>]*>(.*?)</p>', get(to).text, re.DOTALL)
            assert quote in html.unescape(re.sub("<[^>]*>", "", paragraph))
        told_of = set(re.findall(r'href="#(target-[^"]+)"', page))
        assert len(told_of) == len(PROMISED)
        news = set(re.findall(rf'/reports/{KEY}#(target-[^"]+)"', get("/").text))
        assert len(news) == 3, "the headline ones"
        assert news <= rows
        assert page.count("现行文本") == len(PARTS)
        assert re.findall("全文分 3 篇", get(f"/reports/{KEY}/text").text)
        for asked in ("/indicators/gdp", "/indicators/high_tech_enterprises", "/matrix"):
            assert f"/reports/{KEY}#target-" in get(f"{asked}?year=2026&within=500000").text, asked
