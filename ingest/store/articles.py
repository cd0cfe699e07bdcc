"""Reports that were put up as several articles: which of their texts speak for them, and which figures count.

The announced text speaks for its report; `beside` it other articles of the same report do, and a figure that
stands in two of them counts in one. Which these are is workers/articles.py: kept when a report is settled,
so that whoever asks for many reports need not work it out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, Table, and_, or_, select, update

from ingest.model import Figure
from ingest.store import rows
from ingest.store.leaders import leading_versions
from ingest.store.tables import outcomes, reports, targets, versions

FIGURES = (targets, outcomes)


def counts(table: Table, elected: Sequence[int] = ()) -> ColumnElement[bool]:
    """Of targets or outcomes beside their versions and reports: do they count for the report? `elected`: the
    leading versions of reports that nobody was told of."""
    g = table.c
    speaks = or_(
        g.version_id == reports.c.announced_version_id,
        versions.c.beside.is_not(None),
        *(g.version_id.in_(part) for part in rows.chunks(elected)),
    )
    return and_(speaks, g.repeats.is_(None))


def speaking(tx: Connection, report_ids: Sequence[int]) -> dict[int, list[int]]:
    """Report -> the versions that speak for it, the leading one first. A report without a version is left
    out."""
    others = beside(tx, report_ids)
    return {id_: [leader, *others.get(id_, ())] for id_, leader in leading_versions(tx, report_ids).items()}


def speakers(tx: Connection, report_ids: Sequence[int]) -> set[int]:
    """The versions that speak for any of these reports."""
    return {version_id for several in speaking(tx, report_ids).values() for version_id in several}


def beside(tx: Connection, report_ids: Sequence[int]) -> dict[int, list[int]]:
    """Report -> the versions that speak for it beside the announced one, oldest first. Most have none, and
    are left out."""
    found: dict[int, list[int]] = {}
    for part in rows.chunks(report_ids):
        query = select(versions.c.report_id, versions.c.id).where(
            versions.c.report_id.in_(part), versions.c.beside.is_not(None)
        )
        for report_id, version_id in tx.execute(query.order_by(versions.c.id)):
            found.setdefault(report_id, []).append(version_id)
    return found


def figures_of(tx: Connection, table: Table, version_ids: Sequence[int]) -> list[tuple[int, int, Figure]]:
    """Of each of a few versions, in this order, its targets or outcomes, as (id, version, figure)."""
    query = select(table).where(table.c.version_id.in_(version_ids)).order_by(table.c.start, table.c.id)
    found = [(row["id"], row["version_id"], rows.figure(row)) for row in tx.execute(query).mappings()]
    return sorted(found, key=lambda one: version_ids.index(one[1]))


def counted(tx: Connection, table: Table, version_ids: Sequence[int]) -> dict[int, list[Figure]]:
    """Those of its targets or outcomes that count, of each of a few versions, in the order of its text."""
    g = table.c
    query = select(table).where(g.version_id.in_(version_ids), g.repeats.is_(None)).order_by(g.start, g.id)
    return rows.by_column("version_id", version_ids, tx.execute(query), rows.figure)


def keep(tx: Connection, report_id: int, version_ids: Collection[int]) -> None:
    """These speak for the report beside the announced one, and no others; all their figures count."""
    forget(tx, [report_id])
    if version_ids:
        tx.execute(update(versions).where(versions.c.id.in_(version_ids)).values(beside=True))


def repeat(tx: Connection, table: Table, ids: Sequence[int]) -> None:
    """These figures count in another article."""
    for part in rows.chunks(ids):
        tx.execute(update(table).where(table.c.id.in_(part)).values(repeats=True))


def forget(tx: Connection, report_ids: Iterable[int]) -> None:
    """Their texts are no articles of one report, till they are settled: some of them leave it, say."""
    of_them = select(versions.c.id).where(versions.c.report_id.in_(sorted(set(report_ids))))
    for table in FIGURES:
        said = update(table).where(table.c.version_id.in_(of_them), table.c.repeats.is_not(None))
        tx.execute(said.values(repeats=None))
    spoke = update(versions).where(versions.c.id.in_(of_them), versions.c.beside.is_not(None))
    tx.execute(spoke.values(beside=None))
