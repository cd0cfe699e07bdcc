"""What a region's reports of the year before promised, and what a report says of that year. Reads only.

Which promise belongs to which target, and whether it was kept, is ingest/last_year.py.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from ingest.last_year import NOTHING, Past, Promised
from ingest.model import Report
from ingest.store import rows
from ingest.store import tables as t
from ingest.store.leaders import leading_versions
from ingest.store.outcome import KINDS
from ingest.store.regions import reports_of


def past_of(tx: Connection, report: Report, version_id: int) -> Past:
    """What is known of the year before that of `report`, whose text is `version_id`: the promises of reports
    of its own kind first. Four queries, whatever the store holds."""
    if report.region is None or report.year is None:
        return NOTHING
    r, g, o = t.reports.c, t.targets.c, t.outcomes.c
    year = report.year - 1
    of_year = select(t.reports).where(
        reports_of(report.region),
        r.year == year,
        r.kind.in_([kind.value for kind in KINDS]),
        r.withdrawn_at.is_(None),
        r.merged_into.is_(None),
    )
    before = {row["id"]: rows.report(row) for row in tx.execute(of_year).mappings()}
    leaders = leading_versions(tx, list(before))
    keys = {version: before[id_].key for id_, version in leaders.items()}
    kinds = {version: before[id_].kind for id_, version in leaders.items()}
    promises = (
        select(t.targets)
        .where(g.version_id.in_(list(keys)), g.year == year)
        .order_by(g.version_id, g.start, g.id)
    )
    found = list(tx.execute(promises).mappings()) if keys else []
    found.sort(key=lambda row: kinds[row["version_id"]] is not report.kind)
    reached = select(t.outcomes).where(o.version_id == version_id, o.year == year).order_by(o.start, o.id)
    return Past(
        tuple(Promised(rows.figure(row), keys[row["version_id"]]) for row in found),
        tuple(rows.figure(row) for row in tx.execute(reached).mappings()),
    )
