"""What many regions promise of a few indicators: told and untold reports, whose figures, which years."""

from __future__ import annotations

import pytest

from ingest.model import Kind
from ingest.store import promises
from ingest.store.db import Store
from ingest.store.regions import stretches_of
from tests.support import site_data
from tests.test_site_side_by_side import COUNTIES, fill

pytestmark = pytest.mark.both_databases


def test_what_regions_promise_and_reached(store: Store) -> None:
    site_data.winter(store)
    fill(store)
    with store.read() as tx:
        baoding = stretches_of(COUNTIES, "130600")
        told = promises.promised(tx, baoding, ["gdp"], [2025, 2026])
        values = {(one.region.key, one.year): [f.low for f in one.figures] for one in told}
        assert values == {
            (code, year): [] if value is None else [value]
            for code, (before, now, _) in COUNTIES.items()
            for year, value in ((2025, before), (2026, now))
        }, "a report without the figure is there too"
        said = promises.reached(tx, baoding, ["gdp"], [2025])
        assert {place: [one.figure.low for one in of] for place, of in said.items() if of} == {
            code: [reached] for code, (_, _, reached) in COUNTIES.items() if reached is not None
        }
        # What subscribers were told of leads: the second text of 渝北区. A plan stands beside the report.
        [yubei] = promises.promised(tx, stretches_of(["500112"], None), ["gdp"], [2026])
        assert [f.low for f in yubei.figures] == [6.0]
        kinds = {one.kind for one in promises.promised(tx, stretches_of(["500106"], None), ["gdp"], [2026])}
        assert kinds == {Kind.WORK_REPORT, Kind.PLAN_REPORT}
        assert promises.promised(tx, baoding, ["gdp"], [2024]) == []
        assert promises.years_known(tx, ["gdp", "cpi"]) == {"gdp": (2025, 2026)}
        assert (promises.newest_year(tx, 2026), promises.newest_year(tx, 2010)) == (2026, None)
