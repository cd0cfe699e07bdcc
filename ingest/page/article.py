"""Read an article page: title, header block, <meta> tags, when put up, where from. Pure.

Its main text is body.py, a Discuz thread is discuz.py, plain text is text.py; which of them a page needs,
reader.py decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime

from ingest.china_time import CHINA
from ingest.model import Article, ArticleLayout, Header
from ingest.page.body import main_text
from ingest.page.dates import day_behind, parse_when
from ingest.page.furniture import first_prose
from ingest.page.header import DEEPEST, FORESIGHT, Block, find_header, may_end
from ingest.page.lines import TAG, as_cells, labelled_lines, safe_cut
from ingest.page.page_title import (
    CELL_EDGE,
    Heading,
    first_text,
    page_title,
    subtitle,
    text_of,
    title_above,
)
from ingest.page.parsed import ParsedPage
from ingest.page.text import printed_origin, printed_when, without_title
from ingest.page.titles import TITLE_LINES, with_year, without_info

_SOURCE = re.compile(r"(?:来源|稿源)\s?[:：]\s?([^\s|【\[（(]{2,40})")

_DATE_METAS = (
    "pubdate",
    "publishdate",
    "firstpublishedtime",
    "pubtime",
    "publishedtime",
    "publishtime",
    "dcdate",
    "dcdateissued",
)
_PREFIX = re.compile(r"^(?:article|bytedance|og|weibo):(?:article:)?")
_SEPARATOR = re.compile(r"[\s_.-]")
_STEP = 4000  # characters of HTML
# In serialised HTML, whatever elements stand between the characters.
_BETWEEN = rf"(?:\s|&nbsp;|<!--.*?-->|{TAG})*+"
_INDEX_NUMBER = re.compile(rf"索{_BETWEEN}引{_BETWEEN}号", re.S)
_CUT = re.compile(r"(?<=\w)(?:…{1,2}|\.{3,6})$")
# WeChat: its script prints it.
_SCRIPTED = re.compile(r"""var (?:createTime = '([\d: -]{10,19})'|ct = "(\d{10})")""")
# JSON-LD (schema.org), and what Baidu asks of a page.
_IN_JSON_LD = re.compile(
    r"""ld\+json["']?\s{0,9}>[^<]{0,4000}?"(?:datePublished|pubDate)"\s{0,9}:\s{0,9}"([^"<]{8,40})\""""
)
_OTHER_DAYS = ("occasion", "day", "other_day")
_NEAR = 10  # lines below the title
_ORIGIN_METAS = ("contentsource", "source", "article:author:source")


def read_article(page: ParsedPage, layout: ArticleLayout, *, bodiless: bool = False) -> Article:
    """The article of a page.

    Raises ShapeChanged where the layout's body is not there, or nothing on the page reads like a text;
    with `bodiless` (the text is in an attachment) it does not, and leaves the body empty.
    """
    metas = page.metas
    named = _named(page, layout)
    page = page.without(layout.drop)
    page_lines = _PageLines((page.body.html if page.body else None) or "")
    block = _header(page, layout, page_lines)
    header = _whole_values(block.header, page)
    heading = Heading(named or header.title, True)
    if heading.text is None:
        heading = page_title(page, first_text(metas, ("sitename",)))
    body = [] if bodiless else main_text(page, layout, heading.text)
    title = heading.text
    if not heading.sure and body:
        above = title_above(page_lines.all, body, heading.others)
        if above and not (title or "").endswith(above):  # a heading of several lines says more than one
            title = above
    if title:
        title = with_year(title, body[: first_prose(body)])
    near = _below_title(page_lines, title)
    body = without_title(body, title)
    return Article(
        title=title,
        body="\n".join([*subtitle(near, body), *body] if body else body),
        header=header,
        metas=dict(metas),
        published_at=_first_date(metas)
        or _put_up(near)
        or printed_when(block, page_lines.first(80))
        or _marked_up(page)
        or _first_when(near),
        origin=first_text(metas, _ORIGIN_METAS) or _first_source(near) or printed_origin(block),
    )


class _PageLines:
    """The lines of a page, cells apart by a bar. What is printed above a text is near its top, so `top` is no
    longer than somebody asked for."""

    def __init__(self, html: str) -> None:
        self.html = html
        self._cut = 0
        self.top: list[str] = []

    @property
    def all(self) -> list[str]:
        while self.longer():
            pass
        return self.top

    def longer(self, chars: int = _STEP) -> bool:
        """Read on, some `chars` of HTML; False where the page has ended."""
        start = self._cut
        if start == len(self.html):
            return False
        self._cut = safe_cut(self.html, start, chars)
        self.top += map(as_cells, labelled_lines(self.html[start : self._cut]))
        return True

    def first(self, number: int) -> list[str]:
        while len(self.top) < number and self.longer():
            pass
        return self.top[:number]

    def down_to_text(self, index: int) -> None:
        """Read on to the first line, at `index` or below, at which a reader of header blocks may stop."""
        while index < len(self.top) or self.longer():
            if index < len(self.top) and (index >= DEEPEST or may_end(self.top[index])):
                self.first(index + FORESIGHT + 1)
                return
            index = min(index + 1, len(self.top))

    def reaches(self, index: int) -> bool:
        """So far down the lines at the top are those of the page."""
        return self._cut == len(self.html) or index < len(self.top)


def _first_date(metas: Mapping[str, str]) -> datetime | date | None:
    plain: dict[str, str] = {}
    for name, value in metas.items():
        plain.setdefault(_SEPARATOR.sub("", _PREFIX.sub("", name.lower())), value)
    return next((when for name in _DATE_METAS if (when := parse_when(plain.get(name)))), None)


def _marked_up(page: ParsedPage) -> datetime | date | None:
    """When the page was put up, as it says to programs alone: JSON-LD, microdata, its only <time>."""
    if any(said in page.html for said in ("createTime", "var ct")) and (
        scripted := _SCRIPTED.search(page.html)
    ):
        if scripted[2]:
            return datetime.fromtimestamp(int(scripted[2]), CHINA)
        return parse_when(scripted[1])
    if "ld+json" in page.html and (said := _IN_JSON_LD.search(page.html)) and (when := parse_when(said[1])):
        return when
    times = page.root.css("time[datetime]")
    for node in (*page.root.css("[itemprop='datePublished']"), *(times if len(times) == 1 else ())):
        if when := parse_when(
            node.attributes.get("content") or node.attributes.get("datetime") or node.text()
        ):
            return when
    return None


def _named(page: ParsedPage, layout: ArticleLayout) -> str | None:
    """The title where the page or its source file says which it is."""
    if layout.title:
        for node in page.root.css(layout.title):
            if text := without_info(text_of(node)):
                return text
    return first_text(page.metas, ("articletitle",))


def _below_title(page_lines: _PageLines, title: str | None) -> list[str]:
    """The short lines just below the page's title, where date, source, meeting and speaker are printed;
    what its own line has besides the title comes first."""
    if not title:
        return []
    read = 0
    while (at := _line_of(page_lines.top, title, read)) is None:
        read = len(page_lines.top)
        if not page_lines.longer():
            return []
    lines = page_lines.first(at + _NEAR)
    beside = lines[at].strip(CELL_EDGE).removeprefix(title).strip()
    below = (line.strip(CELL_EDGE) for line in (beside, *lines[at + 1 :]))
    return [line for line in below if line and len(line) < 120]


def _line_of(lines: Sequence[str], title: str, start: int) -> int | None:
    begin = (at for at in range(start, len(lines)) if lines[at].strip(CELL_EDGE).startswith(title))
    return next((at for at in begin if without_info(lines[at].strip(CELL_EDGE)) == title), None)


def _put_up(lines: Sequence[str]) -> datetime | date | None:
    """When lines below a title say that the page was put up: behind that label, else by a line that says
    neither the day of a report nor when else something was (成文日期, 更新时间)."""
    for line in lines:
        if (label := TITLE_LINES["put_up"].find(line)) and (when := day_behind(line[label.end() :])):
            return when
    return _first_when(
        line for line in lines if not any(TITLE_LINES[name].find(line) for name in _OTHER_DAYS)
    )


def _first_when(lines: Iterable[str]) -> datetime | date | None:
    return next((when for line in lines if "会议" not in line and (when := parse_when(line))), None)


def _first_source(lines: Iterable[str]) -> str | None:
    return next((match[1] for line in lines if (match := _SOURCE.search(line))), None)


def _whole_values(header: Header, page: ParsedPage) -> Header:
    """With the values that the page shows cut (某县人民…) as they stand whole in a `title` of an element."""
    said = {field.name: getattr(header, field.name) for field in fields(header)}
    cut = {name: value for name, value in said.items() if isinstance(value, str) and _CUT.search(value)}
    if not cut:
        return header
    titles = [(node.attributes.get("title") or "").strip() for node in page.root.css("[title]")]
    whole = {
        name: title
        for name, value in cut.items()
        for title in titles
        if title.startswith(_CUT.sub("", value))
    }
    return replace(header, **whole)  # type: ignore[arg-type]


# --- header ----------------------------------------------------------------------------------


def _header(page: ParsedPage, layout: ArticleLayout, page_lines: _PageLines) -> Block:
    """The header block: where the layout says, else among the lines above the text, else anywhere."""
    read, chars = 0, _STEP
    while True:
        page_lines.down_to_text(read)
        above = find_header(page_lines.top)
        read = len(page_lines.top) if above.end is None else above.end
        known = above.end is not None and page_lines.reaches(above.end + FORESIGHT)
        if known or not page_lines.longer(chars):
            break
        chars *= 2  # each time all that was read is read again
    if layout.header:
        lines = [
            as_cells(line) for node in page.root.css(layout.header) for line in labelled_lines(node.html)
        ]
        return Block(find_header(lines).header, others=above.others)
    if above.header != Header():
        return above
    if not _INDEX_NUMBER.search(page_lines.html):
        return above
    for index, line in enumerate(page_lines.all):
        # Some themes print the block below the text, or after a long introduction.
        if "索" in line and re.search(r"索\s{0,6}引\s{0,6}号", line):
            below = find_header(page_lines.all[index : index + 40])
            return Block(below.header, others={**below.others, **above.others})
    return above
