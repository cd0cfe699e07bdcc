"""The matrix as a list: a row a region, and of each indicator its target in a few columns. Pure.

The page that shows it is web/pages/matrix.py; formats are table.py and parquet.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from alerts.listing.table import Listing
from ingest.model import Figure, Region
from ingest.regions.english import english_name
from ingest.regions.gazetteer import level_of

_REGION = ("region.code", "region.name", "region.name_en", "region.level", "region.parent", "year", "state")
_TARGET = ("low", "high", "unit", "measure", "comparator", "quote", "report")

Row = tuple[Region, str, Mapping[str, tuple[Figure, str]]]  # state; indicator -> its target, report key


def matrix(rows: Iterable[Row], indicators: Sequence[str], year: int) -> Listing:
    """`state`: reported, late, or missing."""
    return Listing(
        columns=(),
        fields=(*_REGION, *(f"{indicator}.{key}" for indicator in indicators for key in _TARGET)),
        records=tuple(_record(row, indicators, year) for row in rows),
    )


def _record(row: Row, indicators: Sequence[str], year: int) -> dict[str, Any]:
    region, state, targets = row
    return {
        "region": {
            "code": region.code,
            "name": region.name,
            "name_en": english_name(region.code),
            "level": level_of(region.key),
            "parent": region.parent_code,
        },
        "year": year,
        "state": state,
        **{
            indicator: _target(*targets[indicator]) if indicator in targets else None
            for indicator in indicators
        },
    }


def _target(figure: Figure, report: str) -> dict[str, Any]:
    return {
        "low": figure.low,
        "high": figure.high,
        "unit": figure.unit,
        "measure": figure.measure and figure.measure.value,
        "comparator": figure.comparator.value,
        "quote": figure.quote,
        "report": report,
    }
