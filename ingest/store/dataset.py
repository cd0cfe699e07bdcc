"""Everything that is known of reports, row by row for programs that compute. Reads only.

What the columns are called and mean is alerts/listing/dataset.py. A copy of the tables as they are,
for another store, is dump.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, func, select

from ingest.model import Figure, Report
from ingest.outcome import Answer
from ingest.store import articles, documents, rows
from ingest.store import tables as t
from ingest.store.browse import TargetRow
from ingest.store.leaders import copies_query, leading_versions, shown_by
from ingest.store.outcome import answers

BATCH = 1_000  # rows that are in memory at once
TEXTS = 50  # and of those with a text in them

Row = Mapping[str, Any]


def reports(tx: Connection) -> Iterator[list[Row]]:
    """Every report, those that were merged into others too: with the hash of its leading version and the copy
    to name for it."""
    for found in _pages(tx, select(t.reports), t.reports.c.id):
        leaders = leading_versions(tx, [row["id"] for row in found])
        hashes = documents.content_hashes(tx, list(leaders.values()))
        shown = shown_by(tx, list(leaders.values()))
        merged = documents.reports_by_id(tx, [row["merged_into"] for row in found if row["merged_into"]])
        yield [
            {
                "report": rows.report(row),
                "merged_into": merged[row["merged_into"]].key if row["merged_into"] else None,
                "leading_hash": hashes.get(leaders.get(row["id"], 0)),
                "copy": shown.get(leaders.get(row["id"], 0)),
            }
            for row in found
        ]


def versions(tx: Connection) -> Iterator[list[Row]]:
    v = t.versions.c
    wanted = [column for column in t.versions.columns if column.name != "body"]
    query = select(*wanted, func.length(v.body).label("chars"))
    for found in _pages(tx, query, v.id):
        by_id, speaking = _reports(tx, found)
        yield [{**row, "report": by_id[row["report_id"]], "leading": row["id"] in speaking} for row in found]


def texts(tx: Connection) -> Iterator[list[Row]]:
    v = t.versions.c
    query = select(v.id, v.content_hash, v.body.label("text"))
    return _pages(tx, query, v.id, TEXTS)


def copies(tx: Connection) -> Iterator[list[Row]]:
    v = t.versions.c
    query = copies_query().add_columns(t.copies.c.title, t.copies.c.put_up_on, v.content_hash, v.report_id)
    for found in _pages(tx, query.join(t.versions, v.id == t.copies.c.version_id), t.copies.c.id):
        by_id = documents.reports_by_id(tx, list({row["report_id"] for row in found}))
        yield [{**row, "report": by_id[row["report_id"]]} for row in found]


def targets(tx: Connection) -> Iterator[list[Row]]:
    return _figures(tx, t.targets)


def outcomes(tx: Connection) -> Iterator[list[Row]]:
    return _figures(tx, t.outcomes)


def verdicts(tx: Connection) -> Iterator[list[tuple[int, Report, Figure, Answer]]]:
    """Each target that counts for its report, by its id, and what became of it."""
    for found in _figures(tx, t.targets):
        judged = [
            TargetRow(
                row["report"], row["version_id"], row["content_hash"], None, rows.figure(row), row["id"]
            )
            for row in found
            if row["leading"]
        ]
        yield [
            (row.figure_id, row.report, row.figure, answer)
            for row, answer in zip(judged, answers(tx, judged), strict=True)
        ]


def events(tx: Connection) -> Iterator[list[Row]]:
    e = t.events.c
    query = select(t.events, t.versions.c.content_hash).outerjoin(t.versions, t.versions.c.id == e.version_id)
    for found in _pages(tx, query, e.sequence):
        by_id = documents.reports_by_id(tx, list({row["report_id"] for row in found if row["report_id"]}))
        yield [{**row, "report": by_id.get(row["report_id"] or 0)} for row in found]


def _figures(tx: Connection, table: Table) -> Iterator[list[Row]]:
    """Of every version, with whether they count for their report."""
    v = t.versions.c
    query = select(table, v.content_hash, v.report_id).join(t.versions, v.id == table.c.version_id)
    for found in _pages(tx, query, table.c.id):
        by_id, speaking = _reports(tx, found)
        yield [
            {
                **row,
                "report": by_id[row["report_id"]],
                "leading": row["version_id"] in speaking and row["repeats"] is None,
            }
            for row in found
        ]


def _reports(tx: Connection, found: Sequence[Row]) -> tuple[Mapping[int, Report], set[int]]:
    """The reports of these rows by their ids, and the versions that speak for them."""
    ids = list({row["report_id"] for row in found})
    return documents.reports_by_id(tx, ids), articles.speakers(tx, ids)


def _pages(
    tx: Connection, query: Select[Any], key: Column[Any], most: int | None = None
) -> Iterator[list[Row]]:
    """The rows of a query in the order of a unique number, `most` at a time."""
    size = most or BATCH
    last: int | None = None
    while True:
        onward = query if last is None else query.where(key > last)
        found: list[Row] = [dict(row) for row in tx.execute(onward.order_by(key).limit(size)).mappings()]
        if found:
            yield found
        if len(found) < size:
            return
        last = found[-1][key.name]
