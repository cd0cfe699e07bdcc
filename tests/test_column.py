"""Is what stands in a column of reports still that column?"""

from __future__ import annotations

import pytest

from ingest.identity.column import is_another_column
from ingest.model import ListItem

REPORTS = {f"https://x.example/{year}.html": f"{year}年政府工作报告" for year in range(2020, 2026)}
NEWS = {f"https://x.example/yw/{n}.html": f"县长调研第{n}个重点项目" for n in range(6)}


@pytest.mark.parametrize(
    ("before", "now", "another"),
    [
        (REPORTS, NEWS, True),
        ({**REPORTS, "https://x.example/t.html": "县长调研重点项目"}, NEWS, True),
        (REPORTS, {**NEWS, "https://x.example/2025.html": "报告"}, False),  # one of them is left
        (REPORTS, {"https://y.example/1.html": "2025年政府工作报告"}, False),  # at another address
        ({**REPORTS, **NEWS}, {"https://x.example/yw/9.html": "关于做好春运工作的通知"}, False),
        (NEWS, {"https://x.example/yw/9.html": "关于做好春运工作的通知"}, False),
        (dict(list(REPORTS.items())[:2]), NEWS, False),  # of two, nothing follows
        ({}, NEWS, False),
    ],
)
def test_another_column(before: dict[str, str | None], now: dict[str, str], another: bool) -> None:
    assert is_another_column([ListItem(url, title) for url, title in now.items()], before) is another
