"""What storing a text will do with it, tried where it can be ended (bounded_reading.py). Pure.

The store works on texts inside a transaction, which nothing can end; what has been done with the same texts
once comes to its end there too. Deciding is identity/decide.py, and tried by pipeline.py likewise.
"""

from __future__ import annotations

from collections.abc import Mapping

from ingest.compare.changing_lines import hold_still
from ingest.compare.fingerprint import fingerprint_of, text_of
from ingest.compare.overlap import nothing_in_common


def are_strangers(text: str, shown: str) -> bool:
    """Whether a text has nothing in common with the one that a page showed."""
    return nothing_in_common(text_of(shown), text_of(text))


def try_out(text: str, shown: str | None, changes: Mapping[str, int]) -> None:
    """Hold a text still as the one that a page shows in place of `shown` (None: of nothing), and take its
    fingerprint."""
    held = text if shown is None else hold_still(shown, text, changes).body
    fingerprint_of(text_of(held))
