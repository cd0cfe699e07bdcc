"""The page of a region: years, verdicts, drawings, who is around, how it is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import Connection, Engine, event

from alerts.web.pages.chart import Mark, Span, chart_of, span_of
from alerts.words.language import CHINESE
from ingest.model import Comparator, Direction, Figure, Kind, Measure
from ingest.store.db import Store
from tests.support import site_data
from tests.support.site_pages import page, texts
from tests.support.site_server import served, stored

# Year, target of GDP (about), target of industry (at least), what the report says of GDP the year before.
YEARS = ((2022, 6.0, 7.0, 7.4), (2023, 6.5, 8.5, 4.9), (2024, 5.5, 8.0, 6.5), (2025, 6.0, 7.5, 6.0))


def fill(store: Store, years: Sequence[tuple[int, float, float, float]] = YEARS) -> None:
    """Four more years of 沙坪坝区 and of what it lies in, up to the one that site_data.py has."""
    with store.begin() as tx:
        for n, (year, gdp, industry, before) in enumerate(years):
            at = site_data.START + timedelta(days=10 + n)
            said = site_data.figure(
                "gdp", "地区生产总值", Comparator.EXACT, before, before, f"增长{before}%", year=year - 1,
                headline=False,
            )  # fmt: skip
            _add(tx, "500106", year, at, site_data.headline(gdp, industry, year), [said])
            _add(tx, "500000", year, at, site_data.headline(gdp - 0.5, industry, year), [])


def _add(
    tx: Connection, code: str, year: int, at: datetime, targets: Sequence[Figure], outcomes: Sequence[Figure]
) -> None:
    what = site_data.reading(Kind.WORK_REPORT, code, year, f"{year}年政府工作报告", f"{code} {year}。" * 300)
    shown = site_data.show(tx, "cq-shapingba", f"https://spb.example.gov.cn/{code}/{year}.html", what, at)
    assert shown.version_id is not None
    site_data.extract(tx, shown.version_id, at, targets, outcomes)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with stored(tmp_path_factory.mktemp("regions")) as store:
        fill(store)
        yield store


@pytest.fixture(scope="module")
def client(store: Store) -> Iterator[httpx.Client]:
    with served(store) as url, httpx.Client(base_url=url) as client:
        yield client


def test_targets_outcomes_and_verdicts_by_year(client: httpx.Client) -> None:
    tree = page(client, "/regions/500106")
    assert texts(tree, "h1") == ["沙坪坝区"]
    assert texts(tree, ".title .printed") == ["Shapingba District, Chongqing"]
    assert texts(tree, ".title .path a") == ["全国", "重庆市"]
    assert texts(tree, "section[aria-labelledby=indicator-gdp] tbody tr") == [
        "2026 6%左右 — 不详 后来的报告还没有说到2026年",
        "2025 6%左右 5.8% 完成 承诺至少5.7%",
        "2024 5.5%左右 6% 完成 承诺至少5.2%",
        "2023 6.5%左右 6.5% 完成 承诺至少6.2%",
        "2022 6%左右 4.9% 未完成 承诺至少5.7%",
        "2021 — 7.4% 没有读到当年的目标",
    ]
    revenue = texts(tree, "section[aria-labelledby=indicator-general_budget_revenue] tbody tr")
    assert revenue[1] == "2025 3% 86.4亿元 不可比 口径不同：目标是增速，实绩是总量"
    assert "可判断的 4 项中完成 3 项" in texts(tree, "section[aria-labelledby=indicator-gdp] caption")[0]
    assert "城镇新增就业" in texts(tree, ".indicator h3")[-1]
    assert [t.split()[0] for t in texts(tree, "details.indicator summary")][:1] == ["项目投资"]


def test_every_figure_leads_to_its_report(client: httpx.Client) -> None:
    tree = page(client, "/regions/500106")
    rows = tree.css(".years-table tbody tr")
    assert len(rows) > 30
    for row in rows:
        figures = row.css(".num, .words")
        assert figures
        links = {link.attributes["href"] for link in row.css("a")}
        assert len(row.css("a .num, a .words")) == len(figures)
        assert all(
            re.fullmatch(r"/reports/\w+/500106/\d{4}#(target|outcome)-\S+", str(link)) for link in links
        )
    by_report: dict[str, set[str]] = {}
    for link in tree.css(".years-table a"):
        report, _, place = str(link.attributes["href"]).partition("#")
        by_report.setdefault(report, set()).add(place)
    for report, places in by_report.items():
        ids = [str(node.attributes["id"]) for node in page(client, report).css("tr[id]")]
        assert places <= set(ids)
        assert len(ids) == len(set(ids))


def test_marks_of_the_drawing(client: httpx.Client) -> None:
    tree = page(client, "/regions/500106")
    [gdp] = tree.css("section[aria-labelledby=indicator-gdp] svg.chart")
    assert gdp.attributes["role"] == "img"
    assert len(gdp.css(".target")) == 5
    assert gdp.css(".target path") == []
    tones = [str(point.attributes["class"]) for point in gdp.css("circle")]
    assert sorted(tone.strip() for tone in tones) == ["outcome", *["outcome bad"], *["outcome good"] * 3]
    assert len(str(gdp.css_first("polyline").attributes["points"]).split()) == 4
    [industry] = tree.css("section[aria-labelledby=indicator-industrial_value_added] svg.chart")
    assert len(industry.css(".target path")) == 5, "a bound has an arrow"
    [investment] = tree.css("section[aria-labelledby=indicator-fixed_asset_investment] svg.chart")
    assert len(investment.css(".target rect")) == 5, "a range is a bar"


def test_reports_neighbours_sources_and_feeds(client: httpx.Client) -> None:
    tree = page(client, "/regions/500106")
    assert texts(tree, ".by-year strong") == ["2026", "2025", "2024", "2023", "2022"]
    assert texts(tree, ".by-year li:first-child a") == [
        "沙坪坝区 2026 政府工作报告",
        "沙坪坝区 2026 国民经济和社会发展计划报告",
    ]
    around = texts(tree, "section[aria-labelledby=neighbours] li")
    assert "渝北区 1 份，至 2026 年" in around, "also a division that does not stand any more"
    assert "渝中区" in around
    assert not any(name.startswith("沙坪坝区") for name in around)
    sources = texts(tree, "section[aria-labelledby=sources] li")
    assert any(s.startswith("沙坪坝区人民政府 政府门户 正常") for s in sources)
    assert not any("成华区" in s for s in sources)
    feeds = [str(a.attributes["href"]) for a in tree.css("section[aria-labelledby=subscribe] a")]
    assert feeds == [
        "/feed.atom?region=500106",
        "/feed.rss?region=500106",
        "/feed.json?region=500106",
        "/subscribe?region=500106",
    ]
    in_english = LexborHTMLParser(httpx.get(client.base_url.join("/regions/500106?lang=en")).text)
    assert (
        in_english.css_first("section[aria-labelledby=subscribe] a").attributes["href"]
        == "/feed.atom?region=500106&lang=en"
    )
    assert all(client.get(feed).status_code == 200 for feed in feeds)


def test_a_region_holds_others_and_not_their_reports(client: httpx.Client) -> None:
    tree = page(client, "/regions/500000")
    assert texts(tree, ".by-year a") == [f"重庆市 {year} 政府工作报告" for year in (2025, 2024, 2023, 2022)]
    assert "沙坪坝区 6 份，至 2026 年" in texts(tree, "section[aria-labelledby=children] li")
    assert len(tree.css("section[aria-labelledby=neighbours] li")) > 25
    provinces = page(client, "/regions")
    assert "重庆市 4 份，至 2025 年" in texts(provinces, "section[aria-labelledby=children] li")
    silent = page(client, "/regions/110101")
    assert "还没有东城区的报告。" in texts(silent, "p.empty")


@pytest.mark.parametrize(
    ("asked", "code"),
    [("沙坪坝区", "500106"), ("重庆市沙坪坝区", "500106"), ("Shapingba", "500106"), ("重庆", "500000")],
)
def test_a_name_leads_to_the_code(client: httpx.Client, asked: str, code: str) -> None:
    answer = client.get(f"/regions/{asked}")
    assert (answer.status_code, answer.headers["location"]) == (307, f"/regions/{code}")


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("朝阳区", ["/regions/110105", "/regions/220104"]),
        ("沙坪霸区", ["/regions/500106"]),
        ("Shapinba", ["/regions/500106"]),
        ("500199", ["/regions/500000"]),
        ("<b>", []),
    ],
)
def test_what_is_no_region_says_what_was_meant(client: httpx.Client, asked: str, meant: list[str]) -> None:
    tree = page(client, f"/regions/{asked}", 404)
    shown = [a.attributes["href"] for a in tree.css("section[aria-labelledby=meant] a")]
    assert shown[: len(meant)] == meant
    assert tree.css("h1 b") == []


def test_the_first_page_of_one_region(client: httpx.Client) -> None:
    for asked in ("500106", "沙坪坝区", "shapingba"):
        tree = LexborHTMLParser(client.get("/", params={"region": asked}).text)
        assert texts(tree, "h2#reports") == ["沙坪坝区的报告"]
        assert {name[:4] for name in texts(tree, "article.report h3 a")} == {"沙坪坝区"}
        assert tree.css_first("input[name=region]").attributes["value"] == "500106"
        assert tree.css_first(".heading a").attributes["href"] == "/regions/500106"
    whole = LexborHTMLParser(client.get("/", params={"region": "重庆"}).text)
    assert any(name.startswith("渝北区") for name in texts(whole, "article.report h3 a"))
    assert client.get("/", params={"region": ""}).status_code == 200
    wrong = client.get("/", params={"region": "沙坪霸区"})
    assert wrong.status_code == 422
    assert "沙坪坝区" in wrong.text


def test_reports_lead_to_their_region(client: httpx.Client) -> None:
    report = page(client, "/reports/work_report/500106/2026")
    [link] = report.css('.facts a[href="/regions/500106"]')
    assert link.text() == "重庆市 · 沙坪坝区"
    assert page(client, "/").css('article.report a[href="/regions/500106"]')


def test_a_place_without_a_code_has_a_page(tmp_path_factory: pytest.TempPathFactory) -> None:
    with stored(tmp_path_factory.mktemp("zone"), seeded=False) as store:
        with store.begin() as tx:
            site_data.watchlist.sync_sources(tx, site_data.SOURCES, site_data.START)
            what = site_data.reading(Kind.WORK_REPORT, "500106", 2026, "工作报告", "某镇。" * 300)
            town = replace(
                what.identity.region, code=None, name="某某镇", parent_code="500106",  # type: ignore[type-var]
                path=("重庆市", "沙坪坝区", "某某镇"),
            )  # fmt: skip
            identity = replace(what.identity, region=town, report_key="work_report/500106+某某镇/2026")
            site_data.show(
                tx, "xianyu", "http://xianyu.example.com/z", replace(what, identity=identity), site_data.START
            )
        with served(store) as url, httpx.Client(base_url=url) as client:
            tree = page(client, "/regions/500106")
            [link] = tree.css("section[aria-labelledby=children] li a")
            zone = page(client, str(link.attributes["href"]))
            assert texts(zone, "h1") == ["某某镇"]
            assert texts(zone, ".by-year a") == ["某某镇 2026 政府工作报告"]
            assert page(client, "/").css(f'article.report a[href="{link.attributes["href"]}"]')


@pytest.mark.parametrize(
    ("plan_of", "language", "expected"),
    [
        (2026, "zh", "2024 5.5%左右 5.6% 4.9% 前后不一 2025年报告称5.6%，2026年报告称4.9%"),
        (
            2025,
            "zh",
            "2024 5.5%左右 4.9% 5.6% 前后不一 2025年国民经济和社会发展计划报告称4.9%，政府工作报告称5.6%",
        ),
        (
            2025,
            "en",
            "2024 about 5.5% 4.9% 5.6% restated in 2025 the economic and social development plan report "
            "says 4.9%, the government work report 5.6%",
        ),
    ],
)
def test_a_year_that_reports_do_not_agree_on(
    tmp_path: Path, plan_of: int, language: str, expected: str
) -> None:
    years = ((2024, 5.5, 8.0, 6.0), (2025, 6.0, 8.0, 5.6), (2026, 6.0, 8.0, 6.0))
    with stored(tmp_path, seeded=False) as store:
        with store.begin() as tx:
            site_data.watchlist.sync_sources(tx, site_data.SOURCES, site_data.START)
        fill(store, years)
        with store.begin() as tx:
            again = site_data.figure("gdp", "地区生产总值", Comparator.EXACT, 4.9, 4.9, "4.9%", year=2024)
            plan = site_data.reading(Kind.PLAN_REPORT, "500106", plan_of, "计划报告", "计划。" * 300)
            shown = site_data.show(tx, "xianyu", "http://xianyu.example.com/p", plan, site_data.START)
            assert shown.version_id is not None
            site_data.extract(tx, shown.version_id, site_data.START, (), [again])
        with served(store) as url, httpx.Client(base_url=url) as client:
            tree = page(client, f"/regions/500106?lang={language}")
    [row] = [r for r in texts(tree, "[aria-labelledby=indicator-gdp] tbody tr") if r.startswith("2024")]
    assert row == expected


def test_the_statements_of_a_page_do_not_grow(tmp_path: Path) -> None:
    asked: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    def statements(url: str) -> int:
        asked.clear()
        assert httpx.get(f"{url}/regions/500106").status_code == 200
        return len(asked)

    with stored(tmp_path) as store, served(store) as url:
        event.listen(Engine, "before_cursor_execute", note)
        try:
            fill(store, YEARS[:2])
            few = statements(url)
            fill(store, YEARS[2:])
            assert statements(url) == few > 0
        finally:
            event.remove(Engine, "before_cursor_execute", note)


def gdp(comparator: Comparator, low: float | None, high: float | None, **more: object) -> Figure:
    return site_data.figure("gdp", "地区生产总值", comparator, low, high, "…", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("figure", "span"),
    [
        (gdp(Comparator.ABOUT, 6.0, 6.0), Span(6.0, 6.0)),
        (gdp(Comparator.AT_LEAST, 6.0, None), Span(6.0, None)),
        (gdp(Comparator.AT_MOST, None, 5.5), Span(None, 5.5)),
        (gdp(Comparator.RANGE, 4.0, 5.0), Span(4.0, 5.0)),
        (gdp(Comparator.IN_STEP_WITH, None, None), None),
        (
            gdp(Comparator.AT_LEAST, 2.5, None, measure=Measure.CHANGE, direction=Direction.DOWN),
            Span(None, -2.5),
        ),
    ],
)
def test_what_a_figure_reaches_over(figure: Figure, span: Span | None) -> None:
    assert span_of(figure) == span


def test_a_drawing_needs_two_years_and_holds_all_that_is_drawn() -> None:
    def mark(year: int, low: float | None, high: float | None) -> Mark:
        return Mark(year, Span(low, high), "")

    assert chart_of([mark(2026, 6, 6)], [], {}, "%", CHINESE) is None
    for values in ((6.0, 6.0), (-30.0, 400.0), (3e4, 3.1e4), (0.0, 0.0), (1e-9, 2e-9), (8.64e9, 9e12)):
        chart = chart_of(
            [mark(2005, values[0], None), mark(2026, *values)], [mark(2026, *values)], {}, "%", CHINESE
        )
        assert chart is not None
        heights = [d.y for d in chart.dashes] + [p.y for p in chart.points]
        assert all(0 < y < chart.bottom for y in heights)
        assert [d.arrow for d in chart.dashes] == ["up", ""]
        assert chart.years[-1][1] == "2026"
        assert len(chart.years) < 12, "numbers of years do not run into each other"
        assert 3 <= len(chart.ticks) <= 8
