"""What is not known of a document that must be known before anybody is told of it. Pure.

Which report a document is, is identify.py; who is told of what, workers/changes.py.
"""

from __future__ import annotations

from enum import StrEnum

from ingest.identity.kinds import REPORTS
from ingest.model import Kind, Region


class Doubt(StrEnum):
    KIND = "kind"  # no kind of document that gongbao knows
    REGION = "region"  # whose it is cannot be read out of it
    YEAR = "year"  # of a report: for which year


def doubts(kind: Kind, region: Region | None, year: int | None) -> tuple[Doubt, ...]:
    """Why a document with these is unclear; nothing for one that is not. The operator can say it
    (`gongbao settle`)."""
    found = [Doubt.KIND] if kind is Kind.OTHER else []
    if region is None:
        found.append(Doubt.REGION)
    if year is None and kind in REPORTS:
        found.append(Doubt.YEAR)
    return tuple(found)
