"""Lists for the terminal: three shapes of the same rows; nothing that a terminal would obey."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from alerts.cli.printing import words_for
from alerts.listing import lists
from alerts.listing.table import Column, Format, Listing, as_table, pieces
from alerts.words.language import CHINESE, ENGLISH
from ingest.errors import ConfigError
from ingest.indicators.vocabulary import load_vocabulary
from ingest.model import Filter, Owner
from ingest.regions.gazetteer import NATION
from ingest.sources.coverage import Place
from ingest.store import browse, outbox, overview, subscriptions
from ingest.store.db import Store
from tests.support.site_server import stored


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with stored(tmp_path_factory.mktemp("show")) as store:
        yield store


@pytest.fixture(scope="module")
def listings(store: Store) -> dict[str, Listing]:
    with store.read() as tx:
        return {
            "reports": lists.reports(browse.reports(tx)),
            "targets": lists.targets(_with_rare_fields(browse.targets(tx))),
            "events": lists.events(outbox.events(tx, Filter(types=("*",), headline_only=False))),
            "sources": lists.sources(overview.source_rows(tx)),
            "subscriptions": lists.subscriptions(subscriptions.all(tx)),
            "deliveries": lists.deliveries(subscriptions.deliveries(tx)),
        }


def _with_rare_fields(rows: list[browse.TargetRow]) -> list[browse.TargetRow]:
    """One more figure, of a zone, read from a scan."""
    last = rows[-1]
    rare = replace(last.figure, owner=Owner("经开区"), flags=("ocr",), confidence=0.9)
    return [*rows, replace(last, figure=rare)]


def printed(listing: Listing, width: int = 200) -> str:
    console = Console(width=width, file=io.StringIO(), color_system=None)
    console.print(as_table(listing, CHINESE, width))
    return str(console.file.getvalue())  # type: ignore[attr-defined]


def written(listing: Listing, format_: Format) -> str:
    return "".join(pieces([listing], format_))


def table_of(listing: Listing) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written(listing, Format.CSV))))


def json_of(listing: Listing) -> list[dict[str, Any]]:
    value = json.loads(written(listing, Format.JSON))
    assert isinstance(value, list)
    return value


LISTS = ("reports", "targets", "events", "sources", "subscriptions", "deliveries")


@pytest.mark.parametrize("name", LISTS)
def test_three_shapes_of_the_same_rows(listings: dict[str, Listing], name: str) -> None:
    listing = listings[name]
    rows = json_of(listing)
    assert len(rows) == len(table_of(listing)) == len(listing.records) > 0
    text = printed(listing)
    assert all(column.heading in text for column in listing.columns)


@pytest.mark.parametrize("name", LISTS)
def test_every_csv_field_is_a_field_of_some_record(listings: dict[str, Listing], name: str) -> None:
    listing = listings[name]
    for field in listing.fields:
        assert any(_has(record, field.split(".")) for record in listing.records), field


def _has(record: Any, path: list[str]) -> bool:
    if not path:
        return True
    return isinstance(record, dict) and path[0] in record and _has(record[path[0]], path[1:])


def test_reports_table(listings: dict[str, Listing]) -> None:
    text = printed(listings["reports"])
    assert "沙坪坝区 2026 政府工作报告" in text
    assert "GDP 6%左右" in text
    assert "2026-01-12" in text
    assert "待官方确认" in text
    assert "已撤下" in text


def test_reports_fit_a_terminal(listings: dict[str, Listing]) -> None:
    text = printed(listings["reports"], 80)
    assert text.count("2026-01-") == len(listings["reports"].records), "no day is cut off"
    assert max(map(cell_len, text.splitlines())) <= 80


def test_targets_json_has_the_fields_of_extract(listings: dict[str, Listing]) -> None:
    gdp = next(t for t in json_of(listings["targets"]) if t["report"]["key"] == "work_report/500112/2026")
    assert (gdp["indicator"], gdp["comparator"], gdp["low"], gdp["high"]) == ("gdp", "about", 6.0, 6.0)
    assert gdp["quote"] == "地区生产总值增长6%左右"
    row = next(t for t in table_of(listings["targets"]) if t["report.key"] == "work_report/500112/2026")
    assert (row["low"], row["unit"], row["headline"], row["resolve"]) == ("6.0", "%", "true", "")


def test_events_table_says_what_the_feed_says(listings: dict[str, Listing]) -> None:
    assert "渝北区 2026 地区生产总值：6%左右（原 5.5%左右）" in printed(listings["events"])


def test_sources_table_says_what_is_broken(listings: dict[str, Listing]) -> None:
    assert "异常：empty_list: 0 条 (https://ch.example.gov.cn/)" in printed(listings["sources"])


@pytest.mark.parametrize("format_", list(Format))
def test_a_secret_is_never_listed(listings: dict[str, Listing], format_: Format) -> None:
    listing = listings["subscriptions"]
    text = printed(listing) if format_ is Format.TABLE else written(listing, format_)
    assert "hooks.example.org" in text
    assert "whsec_" not in text


def test_filters_are_said_in_words() -> None:
    listing = Listing((Column("x", lambda r, w: lists._filter(r, w)),), (), ())
    said = listing.columns[0].text
    assert said({"types": [], "headline_only": True}, CHINESE) == "全部"
    assert said({"types": [], "headline_only": False}, CHINESE) == "含其他承诺"
    assert said({"regions": ["500106", "500112"], "headline_only": True}, CHINESE) == "沙坪坝区 · 渝北区"


HOSTILE = "\x1b]0;pwned\x07\x1b[2J标题\u202e\u200b\ud800[red]x[/red]\n=1+1"


def hostile() -> Listing:
    return Listing(
        columns=(Column("标题", lambda r, _: str(r["title"])),),
        fields=("title", "formula", "number", "nested", "missing.deep"),
        records=({"title": HOSTILE, "formula": "=HYPERLINK(1)", "number": -1.5, "nested": {"a": "甲"}},),
    )


def test_nothing_that_a_terminal_would_obey() -> None:
    text = printed(hostile())
    assert "标题[red]x[/red] =1+1" in text
    assert not {"\x1b", "\x07", "\u202e", "\u200b"} & set(text)


def test_nothing_that_a_spreadsheet_would_run() -> None:
    [row] = table_of(hostile())
    assert row["formula"] == "'=HYPERLINK(1)"
    assert row["number"] == "-1.5"
    assert row["nested"] == '{"a": "甲"}'
    assert row["missing.deep"] == ""


def test_json_can_be_encoded_whatever_is_in_it() -> None:
    text = written(hostile(), Format.JSON)
    text.encode()
    assert json.loads(text)[0]["title"].startswith("\x1b]0;pwned")
    assert "\x1b" not in text


def test_a_delivery_is_named_whole_in_80_cells(listings: dict[str, Listing]) -> None:
    listing = listings["deliveries"]
    said = printed(listing, 80)
    for row in json_of(listing):
        assert re.search(
            rf"^ *{row['id']} .*{row['event_type'][:8]}.* {row['subscription_id'][:14]} ", said, re.MULTILINE
        )


def test_empty_lists() -> None:
    for listing in (lists.reports([]), lists.events([]), lists.deliveries([])):
        assert json_of(listing) == []
        assert table_of(listing) == []
        assert listing.columns[0].heading in printed(listing)


def test_a_table_speaks_the_language_that_is_asked_for() -> None:
    listing = lists.indicators([load_vocabulary().indicators["gdp"]])
    table = as_table(listing, ENGLISH)
    assert [column.header for column in table.columns] == ["Id", "Indicator", "English", "Main"]
    years = as_table(lists.place_list([Place(NATION, "province", (), (), (2026, 2025))]), ENGLISH).columns[-1]
    assert [str(cell) for cell in years.cells] == ["2026, 2025"]


@pytest.mark.parametrize(
    ("asked", "surroundings", "lang"),
    [
        (None, {}, "zh"),
        (None, {"LANG": "en_GB.UTF-8"}, "en"),
        (None, {"LC_ALL": "zh_CN.UTF-8", "LANG": "en_GB.UTF-8"}, "zh"),
        (None, {"LC_ALL": "", "LC_MESSAGES": "en_US", "LANG": "zh_CN"}, "en"),
        (None, {"LANG": "C.UTF-8"}, "zh"),
        ("en", {"LANG": "zh_CN.UTF-8"}, "en"),
    ],
)
def test_the_language_of_a_table_is_that_of_the_locale(
    asked: str | None, surroundings: dict[str, str], lang: str
) -> None:
    assert words_for(asked, surroundings).lang == lang


def test_another_language_is_refused() -> None:
    with pytest.raises(ConfigError, match="--lang"):
        words_for("fr")


def test_a_table_with_a_time_says_of_which_zone() -> None:
    when = Column("时间", lambda r, w: str(r["at"]))
    for at, has_time in (("2026-11-29 17:08", True), ("失败，自 2026-11-29 17:08", True), ("—", False)):
        table = as_table(Listing((when,), (), ({"at": at},)), ENGLISH)
        assert ("UTC+8" in str(table.caption)) == has_time


@pytest.mark.parametrize("width", [48, 60, 80, 100])
def test_a_narrow_terminal_folds_and_cuts_nothing_off(width: int) -> None:
    values = {
        "id": "sub_0f3bc9aef3",
        "address": "https://hooks.example.org/gongbao/receive?team=regional",
        "filter": "headline_only",
        "state": "失败，自 2026-11-30 01:08",
        "at": "2026-11-29 17:08",
    }
    columns = (
        Column("编号", lambda r, w: str(r["id"]), keep=True),
        Column("地址", lambda r, w: str(r["address"]), least=20),
        Column("筛选", lambda r, w: str(r["filter"]), least=14),
        Column("状况", lambda r, w: str(r["state"]), least=4),
        Column("时间", lambda r, w: str(r["at"]), keep=True),
    )
    console = Console(width=width, file=io.StringIO(), color_system=None)
    console.print(as_table(Listing(columns, (), (values,)), CHINESE, width))
    said = console.file.getvalue()  # type: ignore[attr-defined]
    assert max(cell_len(line) for line in said.splitlines()) <= width
    shown = Counter(said) - Counter(" ─\n")
    assert not Counter("".join(values.values()).replace(" ", "")) - shown
