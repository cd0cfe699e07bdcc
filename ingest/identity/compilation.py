"""Whether one page holds many reports: a yearbook, 全国各省政府工作报告汇编. Pure.

Such a page belongs to no single report. Which reports it holds is found by containment (decide.py).
"""

from __future__ import annotations

import re

from ingest.identity.fingerprint import text_of
from ingest.identity.kinds import REPORTS, kind_of_title
from ingest.identity.normal import letters_of, normal_form

# 现在，我代表渝北区人民政府向大会报告工作: once in each report.
_OPENING = re.compile(r"我[^。]{0,6}代表[^。]{0,30}政府[^。]{0,30}(?:报告|审议)")
_OWN = 1_500  # letters that follow an opening, at least: 我代表区政府 is said again in a farewell
_TITLES = 3
_TITLES_APART = 500
_LONGEST_TITLE = 40
_MAYBE = re.compile("代\\s{0,2}表")  # cheap to look for
_TITLE_WORD = re.compile("[报報][告吿]|计划|計劃|规划|規劃|预算|預算")
_FULL_STOP = re.compile(r"[。;!?,:]")


def is_compilation(body: str) -> bool:
    """Two or more openings of a report far apart, or three or more titles of reports far apart.

    A report that stands on its page twice is one (text_of takes it once); a list of links to other reports
    has its titles close together.
    """
    return _openings(body) >= 2 or _titles(body) >= _TITLES


def _openings(body: str) -> int:
    if len(_MAYBE.findall(body)) < 2:
        return 0
    text = text_of(body)
    count, since = 0, -1  # letters since the last opening; none so far
    for sentence, letters in zip(text.sentences, text.letters, strict=True):
        if _OPENING.search(sentence) and not 0 <= since < _OWN:
            count, since = count + (since >= _OWN), 0
        since += len(letters) if since >= 0 else 0
    return count + (since >= _OWN)


def _titles(body: str) -> int:
    """Titles with a text of their own behind them, each of another report."""
    found: set[str] = set()
    title, since = None, 0
    for raw in [*body.split("\n"), ""]:
        line = raw.strip()
        if 6 <= len(line) <= _LONGEST_TITLE and _TITLE_WORD.search(line):
            normal = normal_form(line)
            if not _FULL_STOP.search(normal) and kind_of_title(normal) in REPORTS and normal != title:
                if title is not None and since >= _TITLES_APART:
                    found.add(letters_of(title))
                title, since = normal, 0
                continue
        since += len(line)
    if title is not None and since >= _TITLES_APART:
        found.add(letters_of(title))
    return len({t for t in found if t not in ("政府工作报告", "工作报告")})
