"""Regions side by side: an indicator's ranks, what was raised and lowered, promises kept; the matrix."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pyarrow import parquet
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import Connection, Engine, event

from alerts.web.pages.histogram import histogram_of
from alerts.web.pages.kept import Kept, record
from alerts.web.pages.matrix import standings_of
from alerts.web.pages.ranking import ranks
from alerts.web.pages.scope import scope_of
from alerts.web.pages.tiles import Province, tile_map
from ingest.errors import ConfigError
from ingest.model import Comparator, Figure, Kind, Measure
from ingest.outcome import Verdict
from ingest.regions.gazetteer import NATION, region_by_code
from ingest.regions.tree import directly_in
from ingest.store.db import Store
from ingest.store.regions import days_reported, stretches_of
from ingest.watch.season import Level, Standing
from tests.support import site_data
from tests.support.site_pages import page, texts
from tests.support.site_server import served, stored

# Code -> the GDP target of 2025 and of 2026 (None: the report says nothing of it), and what 2025 reached.
COUNTIES: dict[str, tuple[float | None, float | None, float | None]] = {
    "130602": (6.0, 6.5, 6.2),  # 竞秀区 raised it, and kept its word
    "130606": (6.5, 6.0, 5.1),  # 莲池区 lowered it, and did not
    "130607": (6.0, 5.5, None),  # 满城区
    "130608": (5.5, 5.5, 5.5),  # 清苑区
    "130609": (7.0, None, 7.0),  # 徐水区 says nothing more of it
    "130623": (None, 7.0, None),  # 涞水县 is new
}
LAST_ONLY = "130624"  # 阜平县: no report of 2026 yet


def fill(store: Store, counties: Sequence[str] = tuple(COUNTIES)) -> None:
    with store.begin() as tx:
        for code in counties:
            before, now, reached = COUNTIES[code]
            _add(tx, code, 2025, _gdp(before, 2025), [])
            _add(tx, code, 2026, _gdp(now, 2026), _gdp(reached, 2025, Comparator.EXACT))
        _add(tx, LAST_ONLY, 2025, _gdp(8.0, 2025), [])


def _gdp(value: float | None, year: int, how: Comparator = Comparator.ABOUT) -> list[Figure]:
    if value is None:
        return []
    quote = f"地区生产总值增长{value:g}%"
    return [site_data.figure("gdp", "地区生产总值", how, value, value, quote, year=year)]


def _add(tx: Connection, code: str, year: int, targets: Sequence[Figure], outcomes: Sequence[Figure]) -> None:
    at = site_data.START + timedelta(days=year - 2020)
    what = site_data.reading(Kind.WORK_REPORT, code, year, f"{year}年政府工作报告", f"{code} {year}。" * 300)
    shown = site_data.show(tx, "xianyu", f"http://xianyu.example.com/{code}/{year}.html", what, at)
    assert shown.version_id is not None
    site_data.extract(tx, shown.version_id, at, targets, outcomes)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with stored(tmp_path_factory.mktemp("beside")) as store:
        fill(store)
        yield store


@pytest.fixture(scope="module")
def client(store: Store) -> Iterator[httpx.Client]:
    with served(store) as url, httpx.Client(base_url=url) as client:
        yield client


BAODING = "/indicators/gdp?year=2026&within=130600"


def test_regions_are_ranked_with_the_year_before_beside(client: httpx.Client) -> None:
    tree = page(client, BAODING)
    assert texts(tree, "h1") == ["地区生产总值 2026"]
    assert texts(tree, ".ranked tbody tr")[:7] == [
        "1 涞水县 7%左右 新提 — —",
        "2 竞秀区 6.5%左右 +0.5 调高 6%左右 6.2% 完成",
        "3 莲池区 6%左右 −0.5 调低 6.5%左右 5.1% 未完成",
        "4 满城区 5.5%左右 −0.5 调低 6%左右 —",
        "4 清苑区 5.5%左右 ±0 持平 5.5%左右 5.5% 完成",
        "— 徐水区 报告没有提 不再提 7%左右 7% 完成",
        "— 阜平县 未见报告 未见报告 8%左右 —",
    ]
    assert texts(tree, ".moves a")[:6] == ["全部 24", "调高 1", "调低 2", "持平 1", "新提 1", "不再提 1"]
    shades = [str(cell.attributes["class"]) for cell in tree.css(".ranked td.figure")]
    assert shades[:3] == ["figure shade-5", "figure shade-4", "figure shade-3"]
    assert shades[5] == "figure shade-0"
    assert texts(tree, ".record tbody tr") == ["2025 6 4 3 75%"]


def test_what_was_lowered_is_one_click_away(client: httpx.Client) -> None:
    [lowered] = [a for a in page(client, BAODING).css(".moves a") if a.text().startswith("调低")]
    tree = page(client, str(lowered.attributes["href"]).partition("#")[0])
    assert texts(tree, ".ranked tbody th a") == ["莲池区", "满城区"]
    assert texts(tree, ".moves [aria-current]") == ["调低 2"]


def test_every_figure_leads_to_its_sentence(client: httpx.Client) -> None:
    tree = page(client, BAODING)
    links = [str(a.attributes["href"]) for a in tree.css(".ranked td a")]
    assert len(links) == len(tree.css(".ranked .num")) == 15
    for link in (links[0], links[-3]):
        report, _, place = link.partition("#")
        assert page(client, report).css(f'tr[id="{place}"]')


@pytest.mark.parametrize(
    ("sort", "first"), [("low", "满城区"), ("change", "竞秀区"), ("code", "竞秀区"), ("high", "涞水县")]
)
def test_rows_are_ordered_as_asked(client: httpx.Client, sort: str, first: str) -> None:
    assert texts(page(client, f"{BAODING}&sort={sort}"), ".ranked tbody th a")[0] == first


def test_the_nation_is_tiles_and_leads_down(client: httpx.Client) -> None:
    tree = page(client, "/indicators/gdp?year=2026")
    tiles = {a.text(strip=True): str(a.attributes["href"]) for a in tree.css("svg.tiles a")}
    assert len(tiles) == 31
    assert tiles["河北"] == "/indicators/gdp?year=2026&within=130000"
    province = page(client, tiles["河北"])
    [baoding] = [a for a in province.css("a.inside") if "保定" in str(a.attributes["aria-label"])]
    assert texts(page(client, str(baoding.attributes["href"])), ".path") == [
        "各指标 · 全国 · 河北省 · 保定市"
    ]
    assert texts(province, ".choices span:last-child a") == ["直接下级", "各县区"]
    counties = page(client, "/indicators/gdp?year=2026&within=130000&level=county")
    assert texts(counties, ".moves a")[0] == "全部 167"
    assert len(counties.css(".ranked tbody tr")) == 60
    assert counties.css("a[rel=next][href*=page]")


def test_the_spread_is_readable_as_a_table(client: httpx.Client) -> None:
    tree = page(client, BAODING)
    drawn = [title.text() for title in tree.css("svg.histogram title")]
    assert len(drawn) == 9
    assert sum(int(cell.text()) for cell in tree.css("[aria-labelledby=spread] td")) == 5 + 6


def test_the_list_of_indicators(client: httpx.Client) -> None:
    tree = page(client, "/indicators?year=2026")
    [gdp] = [row for row in tree.css(".known tr") if "地区生产总值" in row.text()]
    assert gdp.css_first("a").attributes["href"] == "/indicators/gdp?year=2026"
    assert "2025–2026" in gdp.text()


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/indicators/gpd", 404, "perhaps gdp"),
        ("/indicators/other", 404, "other"),
        ("/indicators/gdp?within=沙坪霸区", 422, "沙坪坝区"),
        ("/indicators/gdp?level=county", 422, "within=130000"),
        ("/indicators/gdp?within=130600&level=city", 422, "leave it out"),
        ("/indicators/gdp?yaer=2026", 422, "year"),
        ("/indicators/gdp?year=20266", 422, "year"),
        ("/indicators/gdp?move=up", 422, "raised"),
    ],
)
def test_what_is_not_there_says_what_was_meant(
    client: httpx.Client, path: str, status: int, said: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert said in answer.text


def test_a_label_leads_to_the_id(client: httpx.Client) -> None:
    answer = client.get("/indicators/GDP", params={"within": "保定"})
    assert answer.headers["location"] == "/indicators/gdp?within=%E4%BF%9D%E5%AE%9A"
    assert texts(page(client, str(answer.headers["location"])), ".path")[0].endswith("保定市")


def test_the_statements_of_the_page_do_not_grow(client: httpx.Client, store: Store) -> None:
    asked: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        counts = []
        for path in (BAODING, "/indicators/gdp?year=2026&within=130000&level=county"):
            asked.clear()
            page(client, path)
            counts.append(len([one for one in asked if one.startswith("SELECT")]))
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert counts[1] <= counts[0]


# --- the matrix --------------------------------------------------------------------------------

MATRIX = "/matrix?year=2026&within=130600"


def matrix_row(tree: LexborHTMLParser, name: str) -> tuple[list[str], list[str]]:
    """The texts and the classes of the cells of a region."""
    [row] = [row for row in tree.css(".matrix tbody tr") if row.css_first("th a").text() == name]
    cells = row.css("td")
    return [cell.text().strip() for cell in cells], [str(cell.attributes["class"]) for cell in cells]


def test_regions_by_indicators_with_shades_and_reasons(client: httpx.Client) -> None:
    tree = page(client, MATRIX)
    assert texts(tree, ".matrix thead th") == ["地区", "GDP ›"]
    assert matrix_row(tree, "涞水县") == (["7%左右"], ["shade-5"])
    assert matrix_row(tree, "徐水区") == (["没有提"], ["why"])
    assert matrix_row(tree, "阜平县")[0][0] in ("没有报告", "逾期", "未到")
    assert matrix_row(page(client, "/matrix?year=2025&within=130600"), "涞水县")[0] == ["没有提"]
    [link] = [a for a in tree.css(".matrix td a") if a.text() == "7%左右"]
    report, _, place = str(link.attributes["href"]).partition("#")
    assert page(client, report).css(f'tr[id="{place}"]')
    assert texts(page(client, "/matrix?year=2011&within=130600"), ".empty") == [
        "这些地方 2011 年的报告都还没有。"
    ]


def test_reports_that_name_no_target_are_not_missing(client: httpx.Client, store: Store) -> None:
    with store.begin() as tx:
        _add(tx, "130705", 2026, [], [])
    where = "/matrix?year=2026&within=130700"
    tree = page(client, where)
    assert texts(tree, ".title .counts dd")[1] == "1"
    assert texts(tree, ".empty") == ["这些地方已有的 2026 年报告里没有读到主要指标的目标。"]
    assert texts(page(client, f"{where}&lang=en"), ".empty") == [
        "The one report for 2026 names no target for the main indicators."
    ]


def test_what_was_found_a_year_late_says_nothing_of_when_a_report_is_due(store: Store) -> None:
    county = region_by_code(LAST_ONLY)
    assert county
    march = datetime(2026, 3, 20, tzinfo=UTC)
    with store.read() as tx:
        [(_, seen)] = days_reported(tx, Kind.WORK_REPORT, 2025, *stretches_of([LAST_ONLY], None)).values()
        assert seen.year == 2026
        assert standings_of(tx, [county], [], 2026, march) == {LAST_ONLY: Standing.LATE}
        assert standings_of(tx, [county], [], 2025, march) == {}


def test_the_matrix_is_sorted_by_its_links(client: httpx.Client) -> None:
    tree = page(client, MATRIX)
    assert texts(tree, ".matrix tbody th a")[0] == "竞秀区"
    by_gdp = page(client, str(tree.css(".matrix thead a")[1].attributes["href"]))
    assert texts(by_gdp, ".matrix tbody th a")[:2] == ["涞水县", "竞秀区"]
    assert by_gdp.css_first("th[aria-sort=descending]").text().strip().startswith("GDP ↓")
    rising = page(client, str(by_gdp.css(".matrix thead a")[1].attributes["href"]))
    assert texts(rising, ".matrix tbody th a")[0] in ("满城区", "清苑区")
    many = page(client, "/matrix?year=2026&within=130000&level=county&sort=gdp")
    assert texts(many, ".matrix tbody th a")[0] == "涞水县"
    assert len(many.css(".matrix tbody tr")) == 60


def test_the_matrix_as_csv_json_and_parquet(client: httpx.Client) -> None:
    tree = page(client, MATRIX)
    data = {
        a.text(): str(a.attributes["href"])
        for a in tree.css(".title a")
        if "format=" in str(a.attributes["href"])
    }
    rows = list(csv.DictReader(io.StringIO(client.get(data["CSV"]).text)))
    assert len(rows) == 24
    [lianchi] = [row for row in rows if row["region.code"] == "130606"]
    assert (lianchi["gdp.low"], lianchi["gdp.report"], lianchi["state"]) == (
        "6.0", "work_report/130606/2026", "reported",
    )  # fmt: skip
    whole = client.get(data["JSON"]).json()
    assert [one["gdp"]["low"] for one in whole if one["region"]["code"] == "130623"] == [7.0]
    table = parquet.read_table(io.BytesIO(client.get(data["Parquet"]).content))
    assert (table.num_rows, str(table.schema.field("gdp.low").type)) == (24, "double")
    nation = client.get("/matrix?year=2026&level=county&format=csv").text.splitlines()
    assert len(nation) > 2800


def test_one_region_by_years(client: httpx.Client) -> None:
    tree = page(client, "/matrix?region=莲池区")
    assert texts(tree, ".matrix thead th") == ["指标", "2026", "2025"]
    assert texts(tree, ".matrix tbody th") == ["地区生产总值 增速"]
    assert texts(tree, ".matrix td a") == ["6%左右", "6.5%左右", "5.1%"]
    assert texts(tree, ".matrix .verdict") == ["未完成"]
    assert texts(page(client, "/matrix?region=130606&year=2025"), ".matrix thead th") == ["指标", "2025"]
    rows = list(csv.DictReader(io.StringIO(client.get("/matrix?region=130606&format=csv").text)))
    assert [row["outcome.verdict"] for row in rows] == ["unknown", "missed"]
    silent = page(client, "/matrix?region=110101")
    assert texts(silent, ".empty") == ["还没有目标。"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [("region=无此地", "无此地"), ("within=朝阳区", "110105"), ("sort=gpd", "gdp"), ("format=xlsx", "csv")],
)
def test_the_matrix_refuses_what_it_does_not_know(client: httpx.Client, asked: str, said: str) -> None:
    answer = client.get(f"/matrix?{asked}")
    assert answer.status_code == 422
    assert said in answer.text


def test_the_pages_speak_english(client: httpx.Client) -> None:
    for path in (BAODING, MATRIX, "/matrix?region=130606", "/indicators", "/indicators/gdp?year=2026"):
        tree = page(client, f"{path}{'&' if '?' in path else '?'}lang=zh")
        assert tree.css_first("html").attributes["lang"] == "zh-CN"
        tree = page(client, f"{path}{'&' if '?' in path else '?'}lang=en")
        for quoted in tree.css("[title], [lang=zh-CN], .also"):
            quoted.decompose()
        assert not re.search(r"[\u4e00-\u9fff]", tree.css_first("main").text()), path
    client.cookies.clear()


# --- without a server --------------------------------------------------------------------------


def test_ranks_and_shades() -> None:
    assert ranks([6.0, None, 8.0, 6.0, 5.0]) == [(2, 3), (None, 0), (1, 5), (2, 3), (4, 1)]
    assert ranks([5.5, 5.5]) == [(1, 3), (1, 3)]
    assert ranks([7.0]) == [(1, 3)]
    assert ranks([]) == []
    assert [shade for _, shade in ranks([float(n) for n in range(10)])] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


@pytest.mark.parametrize("values", [(4.0, 4.5, 4.5, 8.0), (-3.0, 400.0), (3e4, 3.1e4), (1e-9, 2e-9)])
def test_a_histogram_counts_every_value(values: tuple[float, ...]) -> None:
    drawn = histogram_of(values, values[:1], lambda low, high: f"{low:g}-{high:g}")
    assert drawn is not None
    assert sum(one.this.count for one in drawn.bins) == len(values)
    assert sum(one.last.count for one in drawn.bins) == 1
    assert len(drawn.bins) <= 15
    assert all(0 <= one.this.y <= drawn.bottom for one in drawn.bins)
    assert histogram_of((5.0, 5.0), (), str.format) is None  # type: ignore[arg-type]


def test_the_record_counts_what_can_be_compared() -> None:
    judged = [(2025, Verdict.MET), (2025, Verdict.MISSED), (2025, Verdict.UNKNOWN), (2026, Verdict.UNKNOWN)]
    assert record(judged) == [Kept(2025, 3, 2, 1)]
    assert Kept(2025, 3, 3, 2).share == 67


def test_every_province_has_a_tile_of_its_own() -> None:
    provinces = directly_in(None, site_data.START.date())
    drawn = tile_map([Province(one.code or "", one.name, "", "", "", 0) for one in provinces])
    assert len({(tile.x, tile.y) for tile in drawn.tiles}) == len(provinces) == 31


def test_which_regions_stand_side_by_side() -> None:
    hebei, county = region_by_code("130000"), region_by_code("130602")
    assert hebei
    assert county
    assert len(scope_of(NATION, None, 2026).regions) == 31
    assert len(scope_of(hebei, Level.COUNTY, 2026).regions) == 167
    assert scope_of(county, None, 2026).regions == (county,)
    with pytest.raises(ConfigError, match="in which province"):
        scope_of(NATION, Level.COUNTY, 2026)


def test_a_place_without_a_code_stands_for_itself(client: httpx.Client, store: Store) -> None:
    with store.begin() as tx:
        _add(tx, "130000+河北雄安新区", 2026, _gdp(9.0, 2026), [])
    tree = page(client, "/matrix?year=2026&within=河北雄安新区")
    assert matrix_row(tree, "河北雄安新区") == (["9%左右"], ["shade-3"])
    assert not tree.css("[aria-labelledby=subscribe]"), "no feed can be asked for"
    ranked = page(client, "/indicators/gdp?year=2026&within=河北雄安新区")
    assert texts(ranked, ".ranked tbody tr") == ["1 河北雄安新区 9%左右 新提 — —"]
    assert not ranked.css("main [href*='feed'], link[rel=alternate][href*=region]")


def test_another_measure_is_not_ranked(client: httpx.Client, store: Store) -> None:
    with store.begin() as tx:
        level = site_data.figure(
            "gdp", "地区生产总值", Comparator.EXACT, 3e11, 3e11, "地区生产总值达到3000亿元", unit="元",
            measure=Measure.LEVEL,
        )  # fmt: skip
        _add(tx, "130626", 2026, [level], [])
    [row] = [one for one in texts(page(client, BAODING), ".ranked tbody tr") if "定兴县" in one]
    assert row == "— 定兴县 3000亿元 新提 — —"
