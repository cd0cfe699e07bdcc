"""Whether one page holds many reports: a yearbook, 全国各省政府工作报告汇编. Pure.

Such a page belongs to no single report. Which reports it holds is found by containment (decide.py).
"""

from __future__ import annotations

import re

from ingest.compare.fingerprint import text_of
from ingest.identity.kinds import REPORTS, kind_of_title
from ingest.model import Kind
from ingest.regions.gazetteer import find_region
from ingest.text.normal import letters_of, normal_form

# 现在，我代表渝北区人民政府向大会报告工作: once in each report.
_OPENING = re.compile(r"我[^。]{0,6}代表[^。]{0,30}政府[^。]{0,30}(?:报告|审议)")
_OWN = 1_500  # letters that follow an opening, at least: 我代表区政府 is said again in a farewell
_TITLES = 3
_TITLES_APART = 500
_LONGEST_TITLE = 40
_MAYBE = re.compile("代\\s{0,2}表")  # cheap to look for
_TITLE_WORD = re.compile("[报報][告吿]|计划|計劃|规划|規劃|预算|預算")
_YEAR = re.compile(r"(?:19|20)\d\d")
_FULL_STOP = re.compile(r"[。;!?,:]")


def is_compilation(body: str) -> bool:
    """Two or more openings of a report far apart, two titles of work reports with a long text behind each, or
    three titles of any reports.

    A report that stands on its page twice is one (text_of takes it once); a list of links to other reports
    has its titles close together.
    """
    if _openings(body) >= 2:
        return True
    titles = _titles(body)
    works = (t for t, (kind, chars) in titles.items() if kind is Kind.WORK_REPORT and chars >= _OWN)
    return len(titles) >= _TITLES or len({_of(title) for title in works} - {None}) >= 2


def _of(title: str) -> tuple[str, str] | None:
    """Region and year in the letters of a title; None where it names not both."""
    region, year = find_region(title), _YEAR.search(title)
    return (region.key, year[0]) if region and year else None


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


def _titles(body: str) -> dict[str, tuple[Kind, int]]:
    """Letters of a title with a text of its own behind it -> of which kind, and how long that text is."""
    found: dict[str, tuple[Kind, int]] = {}
    title: str | None = None
    kind, since = Kind.OTHER, 0
    for raw in [*body.split("\n"), ""]:
        line = raw.strip()
        if 6 <= len(line) <= _LONGEST_TITLE and _TITLE_WORD.search(line):
            normal = normal_form(line)
            said = None if _FULL_STOP.search(normal) else kind_of_title(normal)
            if said in REPORTS and normal != title:
                _keep(found, title, kind, since)
                title, kind, since = normal, said, 0
                continue
        since += len(line)
    _keep(found, title, kind, since)
    return found


def _keep(found: dict[str, tuple[Kind, int]], title: str | None, kind: Kind, chars: int) -> None:
    letters = letters_of(title or "")
    if chars >= _TITLES_APART and letters not in ("", "政府工作报告", "工作报告"):
        found[letters] = (kind, max(chars, found[letters][1] if letters in found else 0))
