"""Does an event pass a filter?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ingest.events import EventType
from ingest.filters import matches
from ingest.model import Event, Filter

ALL = Filter(headline_only=False)
CHONGQING, YUBEI, SHAPINGBA, NANJING = "500000", "500112", "500106", "320100"


def figure(indicator: str, headline: bool = True) -> dict[str, Any]:
    return {"indicator": indicator, "headline": headline}


def event(type_: str, **data: Any) -> Event:
    region = {"code": YUBEI, "name": "渝北区", "path": ["重庆市", "渝北区"]}
    told = {
        "report": {"kind": "work_report", "year": 2026, "region": region},
        "source": {"slug": "cq", "name": "重庆", "official": True},
    } | data
    return Event("evt_1", type_, "s", datetime(2026, 1, 20, tzinfo=UTC), told)


def in_region(region: Mapping[str, Any] | None) -> Event:
    return event("report.published", report={"kind": "work_report", "region": region})


@pytest.mark.parametrize("type_", [t.value for t in EventType])
def test_an_empty_filter_lets_all_through_but_copies(type_: str) -> None:
    quiet = type_ in ("copy.appeared", "endpoint.disabled") or type_.startswith("operator.")
    assert matches(ALL, event(type_)) is not quiet


@pytest.mark.parametrize(
    ("types", "type_", "expected"),
    [
        (("report.published",), "report.published", True),
        (("report.published",), "report.revised", False),
        (("report.published", "target.revised"), "target.revised", True),
        (("report.*",), "report.withdrawn", True),
        (("report.*",), "target.published", False),
        (("copy.appeared",), "copy.appeared", True),
        (("copy.*",), "copy.appeared", True),
        (("*",), "copy.appeared", True),
        (("*",), "source.broken", True),
        (("*",), "endpoint.disabled", False),
        (("source.*", "*"), "endpoint.disabled", False),
        (("endpoint.*",), "endpoint.disabled", True),
        (("*", "endpoint.disabled"), "endpoint.disabled", True),
        (("report",), "report.published", False),
    ],
)
def test_types(types: tuple[str, ...], type_: str, expected: bool) -> None:
    assert matches(replace(ALL, types=types), event(type_)) is expected


@pytest.mark.parametrize(
    ("regions", "region", "expected"),
    [
        ((YUBEI,), {"code": YUBEI}, True),
        ((CHONGQING,), {"code": YUBEI}, True),
        ((CHONGQING,), {"code": CHONGQING}, True),
        ((YUBEI,), {"code": CHONGQING}, False),
        ((SHAPINGBA,), {"code": YUBEI}, False),
        ((NANJING,), {"code": YUBEI}, False),
        ((NANJING, YUBEI), {"code": YUBEI}, True),
        ((CHONGQING,), {"code": None, "name": "高新区", "parent_code": SHAPINGBA}, True),
        ((SHAPINGBA,), {"code": None, "name": "高新区", "parent_code": SHAPINGBA}, True),
        ((YUBEI,), {"code": None, "name": "高新区", "parent_code": SHAPINGBA}, False),
        ((YUBEI,), {"code": None, "name": "高新区"}, False),
        ((YUBEI,), None, False),
        ((), None, True),
    ],
)
def test_regions_stand_for_all_below_them(
    regions: tuple[str, ...], region: Mapping[str, Any] | None, expected: bool
) -> None:
    assert matches(replace(ALL, regions=regions), in_region(region)) is expected


@pytest.mark.parametrize(
    ("filter", "event", "expected"),
    [
        (Filter(kinds=("work_report",)), event("report.published"), True),
        (Filter(kinds=("plan_report",)), event("report.published"), False),
        (Filter(kinds=("work_report",)), event("source.broken", report=None), False),
        # headline_only speaks of target events, of the old figure as well as the new
        (Filter(), event("target.published", target=figure("gdp")), True),
        (Filter(), event("target.published", target=figure("gdp", headline=False)), False),
        (ALL, event("target.published", target=figure("gdp", headline=False)), True),
        (Filter(), event("target.revised", target=figure("gdp", False), previous=figure("gdp")), True),
        (Filter(), event("target.withdrawn", target=None, previous=figure("gdp")), True),
        (Filter(), event("report.published", targets=[figure("gdp", False)]), True),
        (Filter(), event("source.broken", report=None), True),
        # indicators
        (Filter(indicators=("gdp",)), event("target.published", target=figure("gdp")), True),
        (Filter(indicators=("cpi",)), event("target.published", target=figure("gdp")), False),
        (Filter(indicators=("cpi",)), event("target.withdrawn", target=None, previous=figure("cpi")), True),
        (
            Filter(indicators=("cpi",)),
            event("report.published", targets=[figure("gdp"), figure("cpi")]),
            True,
        ),
        (Filter(indicators=("cpi",)), event("report.published", targets=[figure("gdp")]), False),
        (Filter(indicators=("cpi",)), event("report.published", targets=[]), False),
        (
            Filter(indicators=("cpi",)),
            event("report.revised", targets=[], differences=[{"target": None, "previous": figure("cpi")}]),
            True,
        ),
        (
            Filter(indicators=("cpi",)),
            event(
                "report.revised",
                targets=[figure("cpi"), figure("gdp")],
                differences=[{"target": figure("gdp"), "previous": None}],
            ),
            False,
        ),
        (Filter(indicators=("cpi",)), event("report.withdrawn"), True),
        (Filter(indicators=("cpi",)), event("source.broken"), False),
        # backfill
        (Filter(), event("report.published", backfill=True), False),
        (Filter(types=("*",)), event("target.published", target=figure("gdp"), backfill=True), False),
        (Filter(backfill=True), event("report.published", backfill=True), True),
        (Filter(backfill=True), event("report.published"), True),
        # official_only
        (Filter(official_only=True), event("report.published"), True),
        (Filter(official_only=True), event("report.provisional", source={"official": False}), False),
        (Filter(official_only=True), event("report.overdue", source=None), True),
    ],
)
def test_kinds_figures_and_sources(filter: Filter, event: Event, expected: bool) -> None:
    assert matches(filter, event) is expected


def test_every_field_must_agree() -> None:
    wanted = Filter(
        ("report.published",),
        (CHONGQING,),
        ("work_report",),
        ("gdp",),
        headline_only=True,
        official_only=True,
    )
    told = event("report.published", targets=[figure("gdp")])
    assert matches(wanted, told)
    for other in [
        replace(wanted, types=("report.revised",)),
        replace(wanted, regions=(NANJING,)),
        replace(wanted, kinds=("plan_report",)),
        replace(wanted, indicators=("cpi",)),
    ]:
        assert not matches(other, told)
