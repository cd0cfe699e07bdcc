"""Which report is this: normal form and content hash, region, kind and year, relation, decision. Pure.

Takes what page/ read, says what it is; what is done about it is pipeline.py.
"""

from ingest.identity.decide import (
    PARTIAL,
    Candidate,
    Decision,
    Known,
    NewCopy,
    NewVersion,
    SameVersion,
    Unchanged,
    decide,
    leading,
)
from ingest.identity.identify import identify
from ingest.identity.normal import content_hash, normal_form
from ingest.identity.regions import find_region, is_within, region_by_code
from ingest.identity.relate import relate

__all__ = [
    "PARTIAL",
    "Candidate",
    "Decision",
    "Known",
    "NewCopy",
    "NewVersion",
    "SameVersion",
    "Unchanged",
    "content_hash",
    "decide",
    "find_region",
    "identify",
    "is_within",
    "leading",
    "normal_form",
    "region_by_code",
    "relate",
]
