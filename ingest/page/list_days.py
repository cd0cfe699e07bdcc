"""The day that a list prints beside one of its items. Pure.

In what forms a day is written is dates.py; which part of the page belongs to the item, list_boxes.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from ingest.china_time import china_day
from ingest.page.dates import AMERICAN_DAY, ENGLISH_DAY, MONTHS, SLASHED_DAY, TOMORROW, list_day, parse_date
from ingest.page.json_lists import json_day
from ingest.page.list_links import DAY_ALONE, Link
from ingest.page.titles import clean_title

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_PUBLISHED = re.compile(r"(?:发布|公开|公布|上网|发表|发稿)(?:日期|时间)")
_DAY_COLUMN = re.compile(r"日\s*期|时\s*间")
_IN_FORCE = re.compile(r"失效|有效|施行|实施|生效|执行|截止|到期|废止")  # from when or until when it holds
_PUBLISHED_CLASS = re.compile(r"(?:^|[\s_-])(?:fb|pub|release|gk)", re.I)
_ROWS = frozenset({"tr", "li", "ul", "dl", "div"})
_CELLS = frozenset({"th", "td", "li", "dt", "dd", "span", "div", "em", "b", "i", "p"})
_DAY_PARTS = "time, span, em, i, b, small, strong, font, p, div, td, dd, dt, label"
# t20260227_1.html, /2026/2/27/, /2026/02-27/, /202602/27/, /2026_02/27_10/, /20260227/, _20260227.html
_URL_DAY = re.compile(
    r"/t?(?P<whole>(?:19|20)\d{6})(?=[_/])|_(?P<behind>(?:19|20)\d{6})[_.]"
    r"|/(?P<year>(?:19|20)\d\d)[/_-]?(?P<month>\d{1,2})[/-](?P<day>\d{1,2})(?=[/_])"
)
_DAY_OVER_MONTH = re.compile(
    r"(?<![\d-])(\d{1,2})日?\s{0,3}/?\s{1,9}((?:19|20)\d\d)\s?[-/.年]\s?(\d{1,2})(?:月)?(?!\s?[-/.\d])"
)
_MONTH_OVER_DAY = re.compile(r"((?:19|20)\d\d)\s?[-/.年]\s?(\d{1,2})(?:月)?\s{1,9}(\d{1,2})日?(?![\d:：-])")
_YEAR_OVER_DAY = re.compile(
    r"(?<![\d-])((?:19|20)\d\d)年?\s{1,9}(\d{1,2})\s?[-/.月]\s?(\d{1,2})日?(?![\d:：-])"
)
_DAY_OVER_YEAR = re.compile(
    r"(?<![\d/.-])(\d{1,2})\s?[-/.月]\s?(\d{1,2})日?\s{1,9}((?:19|20)\d\d)年?(?![\d:：.-])"
)
_DAY_MONTH_YEAR = re.compile(r"(?<![\d-])(\d{1,2})日?\s{1,9}(\d{1,2})月\s{1,9}((?:19|20)\d\d)年?(?![\d:：-])")
# The groups that are year, month and day.
_PARTED = (
    (_DAY_OVER_MONTH, (2, 3, 1)),
    (_MONTH_OVER_DAY, (1, 2, 3)),
    (_YEAR_OVER_DAY, (1, 2, 3)),
    (_DAY_OVER_YEAR, (3, 1, 2)),
    (_DAY_MONTH_YEAR, (3, 2, 1)),
    (SLASHED_DAY, (3, 1, 2)),
    (ENGLISH_DAY, (3, 2, 1)),
    (AMERICAN_DAY, (3, 1, 2)),
)
_LETTERS_OF_TIME = (10, 13)  # seconds and milliseconds since 1970
_YEAR = re.compile(r"((?:19|20)\d\d)\s?年?度?")
_HOLDS_DAY = (
    "data-date",
    "data-time",
    "data-pubdate",
    "data-publish",
    "data-val",
    "data-timestamp",
    "data-ts",
)
_TIME_CLASS = "[class*='time' i]"  # may print seconds since 1970, for a script to make a day of
_HOLDING_DAY = ", ".join([_TIME_CLASS, *(f"[{name}]" for name in _HOLDS_DAY)])
_HEADING_LEVELS = 4
_BEFORE = 100  # siblings before an item
_HEADING = 20  # characters
_LONG = 120  # characters; longer is a summary, whose days are of what it tells


def day_in_address(address: str) -> date | None:
    match = _URL_DAY.search(address)
    if match is None:
        return None
    whole = match["whole"] or match["behind"]
    return parse_date(whole or f"{match['year']}-{match['month']}-{match['day']}")


def day_of(
    link: Link,
    nodes: Sequence[LexborNode],
    beside: Sequence[Link],
    now: datetime | None,
    near: date | None = None,
) -> date | None:
    """The day of `link`, whose item are the `nodes`; `beside` are all links in there, whose texts are titles.
    `near`: a day that a month and day without a year are closest to, where the address has none.

    Of several days that of publication, where the page says which that is; in two columns without a name
    the later one that is not still to come, as nothing is published before it is written. Never one inside
    a title, which belongs to the document.
    """
    if day := parse_date(link.node.attributes.get("rq")):  # Hanweb
        return day
    near = day_in_address(link.url) or near
    own = link.node.mem_id
    if len(nodes) == 1 and nodes[0].mem_id == own:
        return _first_day(link.rest, now, near) or _day_behind_title(link) or _held_day(link.node)
    for node in nodes:
        if node.tag in _ROWS and (day := _day_of_column(node)):
            return day
        timed = node.css_first("time[datetime]")
        if timed is not None and (day := parse_date(timed.attributes.get("datetime"))):
            return day
    text = " ".join(_text_of(node) for node in nodes)
    for one in beside:
        text = text.replace(
            one.node.text(separator=" "), f" {' '.join(one.rest)} " if one.node.mem_id == own else " ", 1
        )
    for said in _PUBLISHED.finditer(text):
        if day := list_day(text[said.end() : said.end() + 40], now, near):
            return day
    if day := _parted(text):
        return day
    return (
        _day_of_part(nodes, {one.node.mem_id for one in beside}, now, near)
        or _first_day((*link.rest, text), now, near)
        or _day_behind_title(link)
        or next((day for node in nodes if not node.is_text_node and (day := _held_day(node))), None)
    )


def _day_behind_title(link: Link) -> date | None:
    """The day that the `title` of the link or its row says besides the title: 标题：… 发布时间：…,
    … [2026-01-10]."""
    row = link.node.parent
    for node in (link.node, row) if row is not None else (link.node,):
        said = clean_title(node.attributes.get("title")) or ""
        if link.title in said and (day := parse_date(said.replace(link.title, " ", 1))):
            return day
    return None


def heading_above(node: LexborNode, known: dict[int, str | None]) -> str | None:
    """The day or the year that stands alone above an item, as the heading of its part of the list. `known`:
    what stands above the items before."""
    found = known[node.mem_id] = _heading_above(node, known)
    return found


def _heading_above(node: LexborNode, known: dict[int, str | None]) -> str | None:
    at: LexborNode | None = node
    for _ in range(_HEADING_LEVELS):
        before = at.prev if at is not None else None
        for _ in range(_BEFORE):
            if before is None:
                break
            if before.mem_id in known:
                return known[before.mem_id]
            text = before.text(strip=True) if before.is_element_node else ""
            if 0 < len(text) <= _HEADING and (_YEAR.fullmatch(text) or DAY_ALONE.fullmatch(text)):
                return text
            before = before.prev
        at = at.parent if at is not None else None
    return None


def stamp(node: LexborNode, now: datetime | None, near: date | None = None) -> date | None:
    """The day that an element prints; its attribute is exact where the text says "3 小时前"."""
    exact = node if node.attributes.get("title") else node.css_first("[title]")
    said = exact.attributes.get("title") if exact is not None else None
    return parse_date(said) or list_day(node.text(), now, near) or _held_day(node)


def _held_day(node: LexborNode) -> date | None:
    """The day that an element holds for a script to print: in an attribute, or as seconds since 1970."""
    if node.css_first(_HOLDING_DAY) is None:
        return None
    for name in _HOLDS_DAY:
        held = node if node.attributes.get(name) else node.css_first(f"[{name}]")
        if held is not None and (day := _day_held(held.attributes.get(name) or "")):
            return day
    counted = node.css_first(_TIME_CLASS)
    said = counted.text(strip=True) if counted is not None else ""
    return _day_held(said) if said.isdecimal() else None


def _day_held(said: str) -> date | None:
    return json_day(said) if said.isdecimal() and len(said) in _LETTERS_OF_TIME else parse_date(said)


def holds_day(text: str) -> bool:
    """Whether a day stands in a text, or what may be one where today is known."""
    return _parted(text) is not None or list_day(text, _ANY_TIME) is not None


_ANY_TIME = datetime.fromisoformat("2026-01-01T00:00:00+08:00")


def _text_of(node: LexborNode) -> str:
    return node.text() if node.is_text_node else node.text(separator=" ")


def _first_day(texts: Sequence[str], now: datetime | None, near: date | None) -> date | None:
    joined = " ".join(texts)
    for said in _PUBLISHED.finditer(joined):
        if day := list_day(joined[said.end() : said.end() + 40], now, near):
            return day
    if day := _parted(joined):
        return day
    alone = [
        day for text in texts if DAY_ALONE.fullmatch(text.strip()) and (day := list_day(text, now, near))
    ]
    if alone:
        return _later(alone, now)
    return next(
        (day for text in texts if len(text) <= _LONG and (day := list_day(text, now, near))), None
    ) or list_day(joined, now, near)


def _day_of_part(
    nodes: Sequence[LexborNode], links: set[int], now: datetime | None, near: date | None
) -> date | None:
    """The day in the elements that print a day and nothing else."""
    days: list[date] = []
    for node in nodes:
        if node.is_text_node:
            continue
        for part in [node, *node.css(_DAY_PARTS)]:
            if part.mem_id in links:
                continue
            text = part.text(strip=True)
            if len(text) > 30 or not DAY_ALONE.fullmatch(text) or not (day := stamp(part, now, near)):
                continue
            if part.css_first("a[href]") is not None:
                continue  # the last reply of a thread
            if _PUBLISHED_CLASS.search(part.attributes.get("class") or ""):
                return day
            days.append(day)
    return _later(days, now)


def _later(days: Sequence[date], now: datetime | None) -> date | None:
    come = [day for day in days[:2] if now is None or day <= china_day(now) + TOMORROW]
    return max(come or days[:2], default=None)


def _day_of_column(row: LexborNode) -> date | None:
    """The day in the column that is headed 发布日期, else the later of those without a term: of a table,
    or of rows made of lists, spans or boxes."""
    head = _head_of(row)
    if head is None or head.mem_id == row.mem_id:
        return None
    names = [cell.text(strip=True) for cell in _cells(head)]
    said = _cells(row)
    if len(said) != len(names):
        return None
    columns = [n for n, name in enumerate(names) if len(name) < 12 and _DAY_COLUMN.search(name)]
    published = [n for n in columns if _PUBLISHED.search(names[n])]
    kept = published[:1] or [n for n in columns if not _IN_FORCE.search(names[n])]
    return max(filter(None, (parse_date(said[n].text()) for n in kept)), default=None)


def _cells(row: LexborNode) -> list[LexborNode]:
    """The cells of a row: its children, down to where there are several."""
    here = row
    for _ in range(3):
        found = [child for child in here.iter() if child.tag in _CELLS]
        if len(found) != 1:
            return found
        here = found[0]
    return []


def _head_of(row: LexborNode) -> LexborNode | None:
    """The first row of the table or list, or the lone row of the list before it."""
    box = row.parent
    if row.tag == "tr":
        while box is not None and box.tag != "table":
            box = box.parent
        return box.css_first("tr") if box is not None else None
    first = next(iter(box.iter()), None) if box is not None else None
    if first is not None and first.css_first("a[href]") is None:
        return first
    before = box.prev if box is not None and row.tag == "li" else None
    while before is not None and not before.is_element_node:
        before = before.prev
    if before is None or before.css_first("a[href]") is not None:
        return None
    return before.css_first("li") or before


def _parted(text: str) -> date | None:
    """A day printed large over or under its month, or month and day over the year: 10 / 2026-01."""
    for pattern, order in _PARTED:
        if match := pattern.search(text):
            year, month, day = (_number(match[group]) for group in order)
            try:
                return date(year, month, day)
            except ValueError:
                continue
    return None


def _number(said: str) -> int:
    return int(said) if said.isdigit() else MONTHS.index(said.capitalize()) + 1
