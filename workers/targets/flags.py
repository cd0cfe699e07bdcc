"""Reasons to doubt a figure: short fixed words that travel with it (`Figure.flags`). Pure.

docs/extract.md explains each. A figure without a flag is one that we would sign.
"""

from __future__ import annotations

from workers.targets.candidates import Found

IMPLAUSIBLE = "implausible"  # outside the bounds of its indicator: GDP growth of 60 %
SHARED_QUALIFIER = "shared_qualifier"  # 分别增长5%、6.5%左右: does 左右 bind both? read as: yes
POINTS = "points"  # 增长6.5个百分点, where 6.5% is usual
OTHER_BASE = "other_base"  # 比2020年翻一番: measured against another year than the one before
ESTIMATE = "estimate"  # 预计: an outcome that the report itself does not know yet
UNANNOUNCED = "unannounced"  # headline by its place only: no 预期目标是 stands in front of it
TABLE = "table"  # read from a table by its headings
NO_YEAR = "no_year"  # the document does not say of which year


def believable(found: Found) -> bool:
    """Do the percentages lie within the bounds of the indicator? What has no bounds is believed."""
    indicator = found.slot.indicator
    if indicator is None or found.unit not in ("%", "‰"):
        return True
    low, high = indicator.bounds
    return all(value is None or low <= value <= high for value in (found.low, found.high))
