"""Whether one page holds many reports: a yearbook, 全国各省政府工作报告汇编. Pure.

Such a page belongs to no single report. Which reports it holds is titles by containment (decide.py).
"""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.compare.fingerprint import Text, text_of
from ingest.identity.kinds import REPORTS, kind_of_title
from ingest.model import Kind
from ingest.regions.gazetteer import find_region
from ingest.text.clean import clean
from ingest.text.normal import letters_of, normal_form
from ingest.text.rules import load_rules

_WORDS = load_rules(__package__, "compilation.rules.toml")
_SPEAKS_FOR, _BY_ORDER = "代表", "委托"  # in each opening one of them, and in few sentences
_OWN = 1_500  # letters that follow an opening, at least: 我代表区政府 is said again in a farewell
_TITLES = 3
_TITLES_APART = 500
_LONGEST_TITLE = 40


@lru_cache(4)  # asked for its name, and again for its place among others
def is_compilation(body: str) -> bool:
    """Two or more openings of a report far apart (我代表…政府…, 受…政府委托…), two titles of work reports
    with a long text behind each, or three titles of any reports.

    A report that stands on its page twice is one (text_of takes it once); a list of links to other reports
    has its titles close together. The same answer for whoever reads a page and for whoever decides on it.
    """
    plain = clean(body).text
    if len(_WORDS["maybe_opening"].pattern.findall(plain)) >= 2 and _openings(text_of(body)) >= 2:
        return True
    titles = _titles(plain)
    works = (t for t, (kind, chars) in titles.items() if kind is Kind.WORK_REPORT and chars >= _OWN)
    return len(titles) >= _TITLES or len({_of(title) for title in works} - {None}) >= 2


def _of(title: str) -> tuple[str, str] | None:
    """Region and year in the letters of a title; None where it names not both."""
    region, year = find_region(title), _WORDS["year"].find(title)
    return (region.key, year[0]) if region and year else None


def _openings(text: Text) -> int:
    count, since = 0, -1  # letters since the last opening; none so far
    before, place = "", None
    for sentence, letters in zip(text.sentences, text.letters, strict=True):
        match = _opening(sentence)
        if match and not 0 <= since < _OWN:
            # One report may say so twice: 下面，我代表市政府，就今后五年的工作提出建议，请予审议.
            other = place is not None and match["place"] not in ("", place)
            if since < 0 or other or _WORDS["head"].find(before + sentence[: match.start()]):
                count, since = count + (since >= _OWN), 0
                place = match["place"]
        since += len(letters) if since >= 0 else 0
        before = sentence
    return count + (since >= _OWN)


def _opening(sentence: str) -> re.Match[str] | None:
    if _SPEAKS_FOR in sentence and (match := _WORDS["opening"].find(sentence)):
        return match
    return _WORDS["commissioned"].find(sentence) if _BY_ORDER in sentence else None


def _titles(plain: str) -> dict[str, tuple[Kind, int]]:
    """Letters of a title with a text of its own behind it -> of which kind, and how long that text is."""
    titles: dict[str, tuple[Kind, int]] = {}
    title: str | None = None
    kind, since = Kind.OTHER, 0
    for raw in [*plain.split("\n"), ""]:
        line = raw.strip()
        if 6 <= len(line) <= _LONGEST_TITLE and _WORDS["title_word"].find(line):
            normal = normal_form(line)
            said = None if _WORDS["full_stop"].find(normal) else kind_of_title(normal)
            if said is not Kind.WORK_REPORT and _WORDS["numbered"].find(normal):
                said = None  # 一、2023年国民经济和社会发展计划执行情况: a heading
            if said in REPORTS and normal != title:
                _keep(titles, title, kind, since)
                title, kind, since = normal, said, 0
                continue
        since += len(line)
    _keep(titles, title, kind, since)
    return titles


def _keep(titles: dict[str, tuple[Kind, int]], title: str | None, kind: Kind, chars: int) -> None:
    letters = letters_of(title or "")
    if chars >= _TITLES_APART and letters not in ("", "政府工作报告", "工作报告"):
        titles[letters] = (kind, max(chars, titles[letters][1] if letters in titles else 0))
