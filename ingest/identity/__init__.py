"""Which report is this: normal form and content hash, region, kind and year, relation, decision. Pure.

Takes what page/ read, says what it is; what is done about it is pipeline.py.
"""

from ingest.identity.clean import clean
from ingest.identity.decide import (
    PARTIAL,
    Candidate,
    Decision,
    Known,
    Link,
    Neighbour,
    NewCopy,
    NewVersion,
    SameVersion,
    Unchanged,
    decide,
    is_nameless,
    is_piece,
    leading,
)
from ingest.identity.difference import Change, ChangeKind, difference
from ingest.identity.fingerprint import FORM, Fingerprint, Text, content_hash, fingerprint_of, text_of
from ingest.identity.identify import identify
from ingest.identity.marks import Mark, excerpt, readable
from ingest.identity.normal import RADICALS, letters_of, normal_form
from ingest.identity.overlap import MUCH_SHORTER
from ingest.identity.regions import find_region, is_within, region_by_code
from ingest.identity.relate import Evidence, compare, is_draft, relate
from ingest.identity.traced import Span, Traced

__all__ = [
    "FORM",
    "MUCH_SHORTER",
    "PARTIAL",
    "RADICALS",
    "Candidate",
    "Change",
    "ChangeKind",
    "Decision",
    "Evidence",
    "Fingerprint",
    "Known",
    "Link",
    "Mark",
    "Neighbour",
    "NewCopy",
    "NewVersion",
    "SameVersion",
    "Span",
    "Text",
    "Traced",
    "Unchanged",
    "clean",
    "compare",
    "content_hash",
    "decide",
    "difference",
    "excerpt",
    "find_region",
    "fingerprint_of",
    "identify",
    "is_draft",
    "is_nameless",
    "is_piece",
    "is_within",
    "leading",
    "letters_of",
    "normal_form",
    "readable",
    "region_by_code",
    "relate",
    "text_of",
]
