"""A document of which it is not clear which report it is: kept, shown with the reason, told to nobody, till
the operator says which it is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from test_workers_jobs import TEXT, simple, told

from ingest.compare.fingerprint import content_hash
from ingest.errors import ConfigError
from ingest.identity.decide import decide
from ingest.identity.doubts import Doubt, doubts
from ingest.model import Article, Capture, Identity, Kind, ListItem, Reading, Region, SourceKind
from ingest.settings import Settings
from ingest.store import browse, figures, watchlist
from ingest.store.db import Store
from tests.support import deciding
from tests.support.service import Gongbao
from tests.support.site_server import served
from workers import operate
from workers.context import Context
from workers.jobs import extract_all, settle_all

BANAN = Region("500113", "巴南区", ("重庆市", "巴南区"), "500000")
REPORT, OTHER = Kind.WORK_REPORT, Kind.OTHER


@pytest.mark.parametrize(
    ("kind", "region", "year", "found"),
    [
        (REPORT, BANAN, 2026, ()),
        (REPORT, None, 2026, (Doubt.REGION,)),
        (REPORT, BANAN, None, (Doubt.YEAR,)),
        (OTHER, BANAN, None, (Doubt.KIND,)),
        (OTHER, None, None, (Doubt.KIND, Doubt.REGION)),
        (Kind.NOTICE, BANAN, None, ()),
    ],
)
def test_what_is_not_known(
    kind: Kind, region: Region | None, year: int | None, found: tuple[Doubt, ...]
) -> None:
    assert doubts(kind, region, year) == found


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context(Settings(data_dir=tmp_path), simple)


def take(store: Store, context: Context, key: str, *, kind: Kind, region: Region | None, page: str) -> int:
    """Show a text under this identity, and do the work that follows; its version."""
    now, body = datetime.now(UTC), f"{page}{TEXT}"
    about = Identity(kind, 2026 if region else None, region, report_key=key, title="奋力谱写新篇章")
    reading = Reading(Article("奋力谱写新篇章", body), about, content_hash(body))
    with store.begin() as tx:
        row = watchlist.SourceRow("banan", "巴南区", SourceKind.PORTAL, True, "https://banan.example/")
        watchlist.ensure_source(tx, row)
        [shown] = watchlist.see_items(tx, "banan", [ListItem(f"https://banan.example/{page}", "题")], now)
        decision = decide(deciding.known(tx, shown, reading), page, reading)
        applied = deciding.apply(tx, shown, decision, reading, official=True, now=now)
        capture = Capture(now, 200, page, len(body))
        deciding.had(tx, shown.id, capture, now)
    assert applied.version_id is not None
    extract_all(store, context, [applied.version_id])
    return applied.version_id


@pytest.fixture
def unclear(store: Store, context: Context) -> int:
    return take(store, context, "doc/1", kind=OTHER, region=None, page="a")


@pytest.mark.both_databases
def test_nobody_is_told_of_what_is_unclear(store: Store, context: Context, unclear: int) -> None:
    assert told(store) == []
    take(store, context, "doc/2", kind=REPORT, region=None, page="b")
    take(store, context, "work_report/500113/2026", kind=REPORT, region=BANAN, page="c")
    assert told(store)[0] == "report.published"
    with store.read() as tx:
        found = {row.report.key for row in browse.reports(tx, unclear=True)}
        assert found == {"doc/1", "doc/2"}
        assert browse.unclear_reports(tx) == 2
        assert len(browse.reports(tx)) == 3, "they are kept"


@pytest.mark.both_databases
def test_the_operator_says_what_it_is_and_it_is_told(store: Store, context: Context, unclear: int) -> None:
    done = operate.settle(store, "doc/1", kind=REPORT, region=BANAN, year=2026, now=datetime.now(UTC))
    assert done.waits, "it is read for its year first"
    assert done.into.key == "work_report/500113/2026"
    extract_all(store, context, [unclear])
    assert told(store) == ["operator.merged", "report.published", "target.published", "target.published"]
    with store.read() as tx:
        assert {figure.year for figure in figures.targets_of(tx, unclear)} == {2026}
        assert browse.reports(tx, unclear=True) == []
    operate.undo(store, done.decision.id, datetime.now(UTC))
    extract_all(store, context, [unclear])
    settle_all(store, context, [done.into.id, done.report.id])
    assert told(store)[4:] == ["operator.undone", "report.withdrawn"]
    with store.read() as tx:
        [row] = browse.reports(tx, unclear=True)
        assert row.report.key == "doc/1"


@pytest.mark.parametrize(
    ("kind", "region", "year", "message"),
    [
        (None, BANAN, 2026, "--kind"),
        (Kind.NEWS, BANAN, 2026, "--kind"),
        (REPORT, None, 2026, "--region"),
        (REPORT, BANAN, None, "--year"),
    ],
)
def test_what_is_still_not_known_is_asked_for(
    store: Store, unclear: int, kind: Kind | None, region: Region | None, year: int | None, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        operate.settle(store, "doc/1", kind=kind, region=region, year=year, now=datetime.now(UTC))


def test_page_api_and_command_show_it_with_the_reason(tmp_path: Path) -> None:
    gongbao = Gongbao(tmp_path / "data", {})
    text = tmp_path / "speech.txt"
    text.write_text(
        "各位代表：\n现在，我代表区人民政府，向大会报告工作，请予审议。\n一、2025年工作回顾\n"
        + "过去一年，经济平稳运行，各项工作取得新进展。\n" * 3
        + "二、2026年工作安排\n今年的主要预期目标是：地区生产总值增长6%左右，社会消费品零售总额增长7%。\n",
        encoding="utf-8",
    )
    aside = tmp_path / "aside.txt"
    aside.write_text(
        "铜梁区园林绿化工作情况\n" + "今年栽种行道树，修剪草坪，浇水施肥。\n" * 3, encoding="utf-8"
    )
    said = gongbao("import", str(text), str(aside)).stdout
    assert said.count("(not clear: region; `gongbao settle`)") == said.count("not clear") == 1
    [row] = gongbao.json("reports", "--unclear")
    assert (row["doubts"], row["title"]) == (["region"], None)
    because = "it is a document of its own (work_report); not read out of it: region"
    assert because in gongbao("explain", row["key"]).stdout
    assert gongbao.json("events") == []
    store = Store.open(f"sqlite:///{tmp_path / 'data' / 'gongbao.db'}")
    try:
        with served(store) as base:
            [item] = httpx.get(f"{base}/api/v1/reports?unclear=true").json()["items"]
            assert (item["key"], item["doubts"]) == (row["key"], ["region"])
            assert "归属不明：地区" in httpx.get(f"{base}/?unclear=true").text
            assert "归属不明 1" in httpx.get(base).text
    finally:
        store.close()
    assert "one of budget_report, " in gongbao("settle", row["key"], "--kind", "notice", code=2).stderr
    assert "work_report/500113/2026" in gongbao("settle", row["key"], "--region", "巴南区").stdout
