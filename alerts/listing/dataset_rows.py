"""The rows of a dump's tables, from the store: few at a time, all of one moment where the transaction is one.

What the columns mean is dataset.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection

from alerts.listing import records
from alerts.listing.dataset import (
    TABLES,
    CopyRow,
    DataTable,
    EventRow,
    IndicatorRow,
    OutcomeRow,
    RegionRow,
    ReportRow,
    TargetRow,
    TextRow,
    VerdictRow,
    VersionRow,
)
from alerts.words.verdicts import verdict_reason
from ingest.indicators.vocabulary import load_vocabulary
from ingest.model import Figure, Header, Identity, Report
from ingest.outcome import Answer, Said
from ingest.sources.coverage import known_regions
from ingest.store import dataset
from ingest.store import rows as stored
from ingest.store.regions import reported_regions

Row = Mapping[str, Any]
Batches = Iterator[list[dict[str, Any]]]


def batches(tx: Connection, table: DataTable) -> Batches:
    """All rows of a table, a list of them at a time; each has exactly the columns of its model."""
    return _OF[table.name](tx)


def _filled(model: type[Any], *of: Any, **given: Any) -> dict[str, Any]:
    """The columns of a model: what is given for them, else what the first of these calls so."""

    def found(name: str) -> Any:
        for one in of:
            if isinstance(one, Mapping):
                if name in one:
                    return one[name]
            elif hasattr(one, name):
                return getattr(one, name)
        raise LookupError(f"{model.__name__}.{name}")

    return {name: given[name] if name in given else found(name) for name in model.model_fields}


def _of_report(report: Report | None) -> dict[str, Any]:
    region = report.region if report else None
    return {
        "report_key": report.key if report else None,
        "report_year": report.year if report else None,
        "region_code": region.code if region else None,
        "region_name": region.name if region else None,
        "region_path": list(region.path) if region else [],
        "region_parent": region.parent_code if region else None,
    }


def _reports(tx: Connection) -> Batches:
    for batch in dataset.reports(tx):
        yield [
            _filled(
                ReportRow,
                records.named_report(row["report"]),
                _of_report(row["report"]),
                row["report"],
                row["copy"],
                content_hash=row["leading_hash"],
                merged_into=row["merged_into"],
                url=row["copy"].url if row["copy"] else None,
                source=row["copy"].source if row["copy"] else None,
                official=row["copy"].official if row["copy"] else None,
            )
            for row in batch
        ]


def _versions(tx: Connection) -> Batches:
    for batch in dataset.versions(tx):
        yield [
            _filled(
                VersionRow,
                row,
                _of_report(row["report"]),
                stored.read(Header, row["header"]),
                stored.read(Identity, row["identity"]),
            )
            for row in batch
        ]


def _copies(tx: Connection) -> Batches:
    for batch in dataset.copies(tx):
        yield [_filled(CopyRow, _of_report(row["report"]), row) for row in batch]


def _texts(tx: Connection) -> Batches:
    for batch in dataset.texts(tx):
        yield [_filled(TextRow, row) for row in batch]


def _figures(
    model: type[Any], read: Callable[[Connection], Iterable[list[Row]]]
) -> Callable[[Connection], Batches]:
    def rows(tx: Connection) -> Batches:
        for batch in read(tx):
            yield [
                _filled(
                    model,
                    _of_report(row["report"]),
                    row,
                    kind=row["report"].kind,
                    measure=row["measure"] or None,
                    owner_name=row["owner"] or None,
                    flags=row["flags"] or [],
                )
                for row in batch
            ]

    return rows


def _verdicts(tx: Connection) -> Batches:
    for batch in dataset.verdicts(tx):
        yield [_verdict(*judged) for judged in batch]


def _verdict(target_id: int, report: Report, figure: Figure, answer: Answer) -> dict[str, Any]:
    return _filled(
        VerdictRow,
        figure,
        _of_report(report),
        target_id=target_id,
        kind=report.kind,
        verdict=answer.verdict,
        cause=answer.cause,
        reason=verdict_reason(figure, answer, "en"),
        **_said("said", answer.outcome),
        **_said("earlier", answer.earlier),
    )


def _said(prefix: str, said: Said | None) -> dict[str, Any]:
    names = ("comparator", "low", "high", "unit", "quote")
    values = {name: getattr(said.figure, name) if said else None for name in names}
    values["report_key"] = said.report_key if said else None
    return {f"{prefix}_{name}": value for name, value in values.items()}


def _events(tx: Connection) -> Batches:
    for batch in dataset.events(tx):
        yield [
            _filled(
                EventRow,
                _of_report(row["report"]),
                row,
                data=json.dumps(row["data"], ensure_ascii=False),
            )
            for row in batch
        ]


def _regions(tx: Connection) -> Batches:
    known = known_regions({}, reported_regions(tx))
    yield [
        _filled(RegionRow, records.region_record(one), region=one.region.key, region_code=one.region.code)
        for one in known
    ]


def _indicators(_: Connection) -> Batches:
    yield [
        _filled(IndicatorRow, records.indicator_record(one)) for one in load_vocabulary().indicators.values()
    ]


_OF: Mapping[str, Callable[[Connection], Batches]] = {
    "reports": _reports,
    "versions": _versions,
    "copies": _copies,
    "targets": _figures(TargetRow, dataset.targets),
    "outcomes": _figures(OutcomeRow, dataset.outcomes),
    "verdicts": _verdicts,
    "events": _events,
    "regions": _regions,
    "indicators": _indicators,
    "texts": _texts,
}
assert _OF.keys() == TABLES.keys()
