"""Which links of a page are its list: those that stand alike, have days and are called like documents. Pure.

What stands with a link is list_boxes.py, its day list_days.py; what a page holds besides is lists.py.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from ingest.model import ListItem
from ingest.page.dates import parse_date
from ingest.page.furniture import is_furniture
from ingest.page.header import header_of
from ingest.page.list_boxes import Box, boxes_of
from ingest.page.list_days import day_in_address, day_of, heading_above
from ingest.page.list_links import Link, links_of
from ingest.page.titles import looks_like_title, names_report, says_which
from ingest.page.urls import ARTICLE_ADDRESS

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_TITLE_LENGTH = 6  # characters; a menu's entry is shorter
_REPORT_COLUMN = re.compile(
    r"/[a-z]{0,6}(?:gzbg|zfbg|zfggbg|jhbg)[\w-]{0,12}(?=[/.]|$)", re.I
)  # 政府工作报告
_HOME = re.compile(r"https?://[^/]+/")
_OFTEN = 3
_MOST_ALIKE = 30  # links of one address; each is looked for in all that belongs to it
_LONG_TITLE = 60
_YEAR = re.compile(r"20\d\d")
_ONE = re.compile(rf"{_YEAR.pattern}|《|^关于")
# What one item counts for in comparing lists, besides the length of its title.
_DATED, _NAMED, _UNDATED = 100, 40, 50


@dataclass(frozen=True, slots=True)
class Candidate:
    """A link that may be an item, with what belongs to it on the page."""

    item: ListItem
    box: Box

    @property
    def dated(self) -> bool:
        return self.item.published_on is not None


def by_structure(
    tree: LexborHTMLParser,
    base: str,
    wanted: re.Pattern[str] | None,
    likely: re.Pattern[str] | None,
    now: datetime | None,
) -> list[Candidate]:
    """The largest group of links that stand alike and look like items, those of a `likely` address before
    others; with `wanted`, all links of that address."""
    candidates = [
        one
        for box in boxes_of(_links_of_items(tree, base, wanted))
        if (one := _candidate(box, now)).dated or len(box.link.title) >= _TITLE_LENGTH
    ]
    if wanted is not None:
        return candidates
    column = _column(tree, base, likely, candidates)
    groups: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        groups.setdefault(candidate.box.path, []).append(candidate)
    parted = [part for group in groups.values() for part in _by_holder(group)]
    best = max((*groups.values(), *parted), key=column.rank, default=[])
    if column.worth(best) <= 0:
        return []
    whole = _whole(best, candidates)
    chosen = {id(one) for one in whole}
    apart = [one for one in candidates if id(one) not in chosen and column.has_apart(one)]
    return _by_heading([*apart, *whole], now)


def _links_of_items(tree: LexborHTMLParser, base: str, wanted: re.Pattern[str] | None) -> list[Link]:
    links = [
        link for link in links_of(tree, base) if _may_be_title(link.title) and not _HOME.fullmatch(link.url)
    ]
    if wanted is not None:
        # The source file says what an article's address looks like: nothing else needs to be guessed.
        links = [link for link in links if wanted.search(link.url)]
    # What many items are filed under (a tag, an office) is none of them; the newest report may be linked as
    # often, by a banner, a picture and among what is much read.
    times = Counter((link.url, link.title) for link in links)
    links = [
        x
        for x in links
        if times[x.url, x.title] < _OFTEN or ARTICLE_ADDRESS.search(x.url) or _names_this(x.title)
    ]
    nth: defaultdict[str, Iterator[int]] = defaultdict(count)
    return [link for link in links if next(nth[link.url]) < _MOST_ALIKE]


_Place = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class _Column:
    """What is known of a page when its list is looked for: what its own address stands in (`site`, `folder`),
    and whether it is there for reports (`of_reports`); by the place of a list, the addresses in it of no
    report (`news`); the places where a report is named with its year (`of_years`)."""

    site: str
    folder: str
    likely: re.Pattern[str] | None
    of_reports: bool
    news: Mapping[_Place, Set[str]]
    of_years: Set[_Place]

    def worth(self, group: Sequence[Candidate]) -> float:
        return worth_of([one.item for one in group], self.likely)

    def rank(self, group: Sequence[Candidate]) -> tuple[bool, bool, bool, float]:
        """Reports that the page is there for, then what stands below the list's own address, count before
        any list beside them, however long that is."""
        half, value = len(group) / 2, self.worth(group)
        dated = sum(one.dated for one in group)
        pages = sum(one.dated or _is_article(one.item) or self._is_of_year(one) for one in group)
        if value <= 0 or pages < half:
            return False, False, False, value  # a menu
        below = sum(map(self._is_below, group)) >= half
        reports = sum(names_report(one.item.title) for one in group) >= half
        few = below and (reports or dated == len(group))
        return self.of_reports and reports, below and len(group) >= _OFTEN, few, value

    def has_apart(self, one: Candidate) -> bool:
        """A report may stand outside the list: the newest one, printed large or in a tab of its own; those of
        a session, in a box beside its news."""
        url, place = one.item.url, _place(one.box)
        dated, article = place in self.of_years, _is_article(one.item)
        if url.endswith("/") or not names_report(one.item.title) or not (dated or article):
            return False
        if not self.news.get(place, set()) <= {url}:  # what is much read
            return False
        if self.of_reports and dated:
            return True
        if self._is_below(one) and (dated or one.dated):
            return True
        return article and url.startswith(self.site)

    def _is_below(self, one: Candidate) -> bool:
        return self.folder.count("/") > 3 and one.item.url.startswith(self.folder)

    def _is_of_year(self, one: Candidate) -> bool:
        title = one.item.title
        named = self.of_reports and names_report(title) and _YEAR.search(title) is not None
        return named and not one.item.url.endswith("/")


def _column(
    tree: LexborHTMLParser, base: str, likely: re.Pattern[str] | None, candidates: Iterable[Candidate]
) -> _Column:
    head = tree.css_first("title")
    of_reports = _REPORT_COLUMN.search(base) is not None or names_report(head.text() if head else None)
    news: dict[_Place, set[str]] = {}
    of_years: set[_Place] = set()
    for one in candidates:
        if not names_report(one.item.title):
            news.setdefault(_place(one.box), set()).add(one.item.url)
        elif _YEAR.search(one.item.title):
            of_years.add(_place(one.box))
    site, folder = urljoin(base, "/"), base.rpartition("/")[0] + "/"
    return _Column(site, folder, likely, of_reports, news, of_years)


def _place(box: Box) -> _Place:
    return box.path, box.holder


def _is_article(item: ListItem) -> bool:
    return ARTICLE_ADDRESS.search(item.url) is not None


def _by_heading(group: Sequence[Candidate], now: datetime | None) -> list[Candidate]:
    """The items, with what stands above their part of the list where they lack a day or its year: 2025年."""
    found = []
    known: dict[int, str | None] = {}
    for one in group:
        box = one.box
        if day_of(box.link, box.nodes, box.beside, None) or day_in_address(box.link.url):
            found.append(one)
            continue
        said = heading_above(box.nodes[0], known)
        if said and said[:4].isdecimal() and (day := _day_under(said, one, now)):
            one = replace(one, item=replace(one.item, published_on=day))
        found.append(one)
    return found


def _day_under(heading: str, one: Candidate, now: datetime | None) -> date | None:
    if (day := parse_date(heading)) is not None:
        return day if not one.dated else None
    box = one.box
    return day_of(box.link, box.nodes, box.beside, now, date(int(heading[:4]), 7, 2)) if one.dated else None


def _by_holder(group: Sequence[Candidate]) -> list[list[Candidate]]:
    """A group that is dated in part, as the lists that it is made of: a menu may be built like the list."""
    if sum(one.dated for one in group) in (0, len(group)):
        return []
    parts: dict[int | None, list[Candidate]] = {}
    for one in group:
        parts.setdefault(one.box.holder, []).append(one)
    return list(parts.values())


def _candidate(box: Box, now: datetime | None) -> Candidate:
    day = day_of(box.link, box.nodes, box.beside, now) or day_in_address(box.link.url)
    return Candidate(listed(box.link, day), box)


def _whole(group: Sequence[Candidate], candidates: Sequence[Candidate]) -> list[Candidate]:
    """The list that a group of links stands in, whole: one that is cut into parts of their own (by five, by
    year), or whose newest items are marked, is one list."""
    chosen = {id(one) for one in group}
    rows = {one.box.holder: one.box for one in group}
    parts = {(one.box.bare, one.box.above) for one in group}
    tables = {one.box.above for one in group}
    paths = {one.box.path for one in group if one.dated}
    classes = Counter((one.box.holder, one.box.classes) for one in candidates if one.dated)

    def belongs(one: Candidate) -> bool:
        if (row := rows.get(one.box.holder)) is not None:
            # Beside the rows may stand a box with one link of its own.
            alike = bool(one.box.classes & row.classes) or one.box.classes == row.classes
            if one.box.bare == row.bare and (alike or classes[one.box.holder, one.box.classes] > 1):
                return one.dated or one.box.path not in paths
            return False
        # Parts of the list, and the last row of a table of two columns where that has one item.
        return one.dated and (
            (one.box.bare, one.box.above) in parts or (one.box.is_row and one.box.holder in tables)
        )

    return [one for one in candidates if id(one) in chosen or belongs(one)]


def worth_of(items: Sequence[ListItem], likely: re.Pattern[str] | None = None) -> float:
    """How much a group of links looks like the list of the page: by its days, then by titles of documents."""
    if len(items) == 1 and not _may_be_alone(items[0], likely):
        return 0.0
    half = len(items) / 2
    said = float(sum(min(len(item.title), _LONG_TITLE) for item in items))
    dated = sum(item.published_on is not None for item in items)
    documents = sum(_names_document(item.title) for item in items)
    worth = 0.0
    if dated >= half:
        worth = _DATED * dated + said - _UNDATED * (len(items) - dated)
    elif documents >= half and (len(items) > 1 or all(names_report(item.title) for item in items)):
        worth = _NAMED * documents + said
    elif sum(looks_like_title(item.title) for item in items) >= half and len(items) > 1:
        worth = said
    if sum(names_report(item.title) for item in items) >= half:
        worth *= 3
    if likely is not None and sum(likely.search(item.url) is not None for item in items) >= half:
        worth *= 2
    return worth


def _may_be_alone(item: ListItem, likely: re.Pattern[str] | None) -> bool:
    """Whether one link may be a list: it may be the longest entry of a menu, the day beside it a clock."""
    if _YEAR.search(item.title) or _is_article(item) or (likely is not None and likely.search(item.url)):
        return True
    return not item.url.endswith("/") and (_names_one(item.title) or names_report(item.title))


def _may_be_title(title: str) -> bool:
    """More than a menu's entry or a button; some columns call a report 工作报告, beside a day."""
    return names_report(title) if len(title) < _TITLE_LENGTH else not is_furniture(title)


def _names_document(title: str) -> bool:
    return looks_like_title(title) and _names_one(title)


def _names_this(title: str) -> bool:
    """Whether it is the title of one page and no word for many."""
    return _ONE.search(title) is not None or (names_report(title) and says_which(title))


def _names_one(title: str) -> bool:
    """Whether a title is one of a page, and no entry of a menu such as 国民经济和社会发展规划."""
    return len(title) >= 14 or _ONE.search(title) is not None


def listed(link: Link, when: date | None) -> ListItem:
    # Hanweb: <a mc="title" rq="date" syh="index number" wh="document number">
    said = {
        "index_number": link.node.attributes.get("syh"),
        "document_number": link.node.attributes.get("wh"),
    }
    return ListItem(link.url, link.title, when, header_of(said))
