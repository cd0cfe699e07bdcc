"""Is what stands at the address of a column of reports still that column? Pure.

A site that is made anew answers the old address with its home page or with another column, and with status
200. What follows from it is watch/health.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ingest.model import ListItem
from ingest.page.titles import names_report

FEWEST = 3  # items; of fewer nothing follows
NEARLY_ALL = 0.8


def is_another_column(items: Sequence[ListItem], before: Mapping[str, str | None]) -> bool:
    """Whether nothing is left of a column of reports; `before`: the items that it named (address, title)."""
    if len(before) < FEWEST or any(item.url in before for item in items):
        return False
    reports = sum(map(names_report, before.values()))
    return reports >= NEARLY_ALL * len(before) and not any(names_report(item.title) for item in items)
