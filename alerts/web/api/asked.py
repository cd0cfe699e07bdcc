"""What several lists are asked with, and all rows of a long one. No routes.

Which names a query may have is http/parameters.py, where a list goes on cursor.py.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query
from sqlalchemy import Connection

from alerts.listing.table import Listing
from alerts.web.http.parameters import asked_indicators, asked_region, asked_regions, asked_year
from ingest.filters import Years
from ingest.model import Kind
from ingest.store.db import Store
from ingest.store.paging import pages

Row = TypeVar("Row")

RegionAsked = Annotated[str | None, Depends(asked_region)]
RegionsAsked = Annotated[tuple[str, ...], Depends(asked_regions)]
IndicatorsAsked = Annotated[tuple[str, ...], Depends(asked_indicators)]
YearsAsked = Annotated[Years | None, Depends(asked_year)]
OfKind = Annotated[Kind | None, Query(description="work_report, plan_report, …")]
A_PAGE = 50  # rows of JSON where it is not said how many: a report with its main targets takes 7 kB
LIMIT = "rows at most; without it JSON has a page, every other format all"


def whole_list(
    store: Store,
    page: Callable[[Connection, int, Any], list[Row]],
    place: Callable[[Row], Any],
    listed: Callable[[Connection, list[Row]], Listing],
) -> Generator[Listing]:
    """Every row of a list, as it is at one moment, a page at a time."""
    with store.read() as tx:
        for rows in pages(lambda size, after: page(tx, size, after), place):
            yield listed(tx, rows)
