"""Targets in the store beside what the next years' reports say, by region; and the command that shows it."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.last_year import last_year
from ingest.model import Comparator, Extraction, Figure, Kind, Reading, Region
from ingest.outcome import Verdict
from ingest.store import browse
from ingest.store.db import Store
from ingest.store.last_year import past_of
from ingest.store.outcome import answers
from tests.support.extracted import save_extraction
from tests.support.service import Gongbao
from tests.support.store_samples import NOW, a_figure, a_page, a_reading, show, watch

pytestmark = pytest.mark.both_databases

ZONE = Region(None, "两江新区", ("重庆市", "两江新区"), "500000")


def reached(value: float, year: int, indicator: str = "gdp") -> Figure:
    return replace(a_figure(indicator, value, headline=False), year=year, comparator=Comparator.EXACT)


def promised(year: int, value: float = 6.0, indicator: str = "gdp") -> Figure:
    return replace(a_figure(indicator, value), year=year)


def keep(
    store: Store, name: str, reading: Reading, targets: tuple[Figure, ...], outcomes: tuple[Figure, ...]
) -> None:
    with store.begin() as tx:
        watch(tx)
        version_id = show(tx, a_page(tx, "portal", name), reading).version_id
        assert version_id is not None
        save_extraction(tx, version_id, Extraction(targets, outcomes, "targets/2"), NOW)


def verdicts(store: Store, **filters: object) -> dict[tuple[str, int | None], Verdict]:
    with store.read() as tx:
        rows = browse.targets(tx, **filters)  # type: ignore[arg-type]
        found = answers(tx, rows)
    return {
        (row.report.key, row.figure.year): answer.verdict
        for row, answer in zip(rows, found, strict=True)
        if row.figure.indicator == "gdp"
    }


def a_year(code: str, year: int, *, kind: Kind = Kind.WORK_REPORT) -> Reading:
    words = {Kind.WORK_REPORT: "政府工作报告", Kind.PLAN_REPORT: "计划报告"}[kind]
    return a_reading(
        f"{code}的{year}年{words}，全文在此。", code=code, year=year, kind=kind, title=f"{year}{words}"
    )


def test_each_target_finds_the_reports_of_its_own_region_and_year(store: Store) -> None:
    keep(store, "a23", a_year("500106", 2023), (promised(2023),), ())
    keep(store, "a24", a_year("500106", 2024), (promised(2024, 5.0),), (reached(6.1, 2023),))
    keep(store, "b23", a_year("500112", 2023), (promised(2023),), ())
    keep(store, "b24", a_year("500112", 2024), (), (reached(4.0, 2023),))
    keep(store, "b24p", a_year("500112", 2024, kind=Kind.PLAN_REPORT), (), (reached(4.6, 2023),))
    keep(store, "c24", a_year("500103", 2024), (), (reached(1.0, 2023),))
    assert verdicts(store) == {
        ("work_report/500106/2023", 2023): Verdict.MET,
        ("work_report/500106/2024", 2024): Verdict.UNKNOWN,
        ("work_report/500112/2023", 2023): Verdict.RESTATED,
    }
    assert verdicts(store, region="500106", year=2023) == {("work_report/500106/2023", 2023): Verdict.MET}


def test_a_zone_without_a_code_is_found_by_its_place_and_name(store: Store) -> None:
    def of_zone(year: int, region: Region) -> Reading:
        reading = a_year("500112", year)
        key = f"work_report/{region.key}/{year}"
        who = replace(reading.identity, region=region, report_key=key)
        article = replace(reading.article, body=f"{region.path}的{year}年报告，全文在此。")
        return Reading(article, who, f"sha256:{key}")

    elsewhere = Region(None, "两江新区", ("湖北省", "两江新区"), "420000")
    keep(store, "z23", of_zone(2023, ZONE), (promised(2023),), ())
    keep(store, "y24", of_zone(2024, elsewhere), (), (reached(9.0, 2023),))
    assert set(verdicts(store).values()) == {Verdict.UNKNOWN}
    keep(store, "z24", of_zone(2024, ZONE), (), (reached(5.0, 2023),))
    assert verdicts(store) == {(f"work_report/{ZONE.key}/2023", 2023): Verdict.MISSED}


def test_nothing_in_the_store(store: Store) -> None:
    with store.read() as tx:
        assert answers(tx, []) == []


# --- the command -----------------------------------------------------------------------------------

REPORT = """椒江区{year}年政府工作报告
——{year}年1月20日在椒江区第十届人民代表大会第{session}次会议上
椒江区人民政府区长 林望舒
各位代表：
现在，我代表区人民政府向大会报告工作，请予审议。
一、{before}年工作回顾
地区生产总值增长{gdp}%，固定资产投资增长{investment}%。
二、{year}年工作安排
今年主要预期目标是：地区生产总值增长6%以上，固定资产投资增长8%，社会消费品零售总额增长7%，节能减排完成市定任务。
"""


@pytest.fixture
def two_years(tmp_path: Path) -> Gongbao:
    gongbao = Gongbao(tmp_path / "data", {})
    for year, session, gdp, investment in ((2023, "二", 4.1, 3.3), (2024, "三", 6.2, 5.5)):
        text = REPORT.format(year=year, before=year - 1, session=session, gdp=gdp, investment=investment)
        path = tmp_path / f"{year}.txt"
        path.write_text(text, encoding="utf-8")
        gongbao("import", str(path))
    return gongbao


def test_targets_with_outcomes(two_years: Gongbao) -> None:
    told = json.loads(two_years("targets", "--with-outcomes", "--format", "json").stdout)
    became = {(t["year"], t["indicator"]): t["outcome"]["verdict"] for t in told}
    assert became == {
        (2023, "gdp"): "met",
        (2023, "fixed_asset_investment"): "missed",
        (2023, "retail_sales"): "unknown",
        (2023, "energy_conservation"): "unknown",
        **{
            (2024, indicator): "unknown"
            for indicator in ("gdp", "fixed_asset_investment", "retail_sales", "energy_conservation")
        },
    }
    (missed,) = [t for t in told if t["outcome"]["verdict"] == "missed"]
    assert missed["outcome"]["said"]["low"] == 5.5
    assert missed["outcome"]["said"]["report"] == "work_report/331002/2024"
    plain = json.loads(two_years("targets", "--format", "json").stdout)
    assert all("outcome" not in t for t in plain)
    lines = csv.DictReader(io.StringIO(two_years("targets", "--with-outcomes", "--format", "csv").stdout))
    assert [line["outcome.verdict"] for line in lines].count("met") == 1
    table = two_years("targets", "--with-outcomes", "--year", "2023").stdout
    assert "未完成 5.5%" in table
    assert "完成 6.2%" in table


def test_what_was_promised_for_the_year_before_and_what_the_report_says_of_it(store: Store) -> None:
    keep(
        store,
        "p24",
        a_year("500106", 2024, kind=Kind.PLAN_REPORT),
        (promised(2024, 7), promised(2024, 3, "cpi")),
        (),
    )
    keep(store, "w24", a_year("500106", 2024), (promised(2024, 6.5), promised(2024, 8, "trade")), ())
    keep(store, "x24", a_year("500107", 2024), (promised(2024, 9),), ())
    new = promised(2025), promised(2025, 2, "cpi"), promised(2025, 8, "trade"), promised(2025, 5, "exports")
    said = reached(6.1, 2024), reached(9, 2024, "trade"), reached(7, 2023), reached(4, 2024, "exports")
    keep(store, "w25", a_year("500106", 2025), new, said)
    with store.read() as tx:
        detail = browse.report_detail(tx, "work_report/500106/2025")
        assert detail is not None
        assert detail.version is not None
        past = past_of(tx, detail.report, [detail.version.id])
    told = [last_year(figure, detail.report, past) for figure in new]
    assert [
        one
        and (
            one.promised and one.promised.figure.low,
            one.outcome and one.outcome.low,
            one.answer and one.answer.verdict,
        )
        for one in told
    ] == [
        (6.5, 6.1, Verdict.MISSED),  # the report of its own kind comes first
        (3, None, Verdict.UNKNOWN),  # only the plan has one
        (8, 9, Verdict.MET),
        (None, 4, None),
    ]
    assert told[1] is not None
    assert told[1].promised is not None
    assert told[1].promised.report_key == "plan_report/500106/2024"
    assert last_year(replace(new[0], year=2030), detail.report, past) is None
