"""Read a list page into items: address, title, date. Pure.

A list that has lost its items is a broken source and is said aloud (ShapeChanged); when a list is due and
what is done with new items is list_poll.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from ingest.errors import ShapeChanged
from ingest.model import Header, ListItem, ListLayout
from ingest.page.base import base_of
from ingest.page.charset import printable
from ingest.page.lines import parse_html, strip_invisible
from ingest.page.list_choice import by_structure, listed, worth_of
from ingest.page.list_days import day_in_address, day_of, stamp
from ingest.page.list_links import ROW_LINKS, give_addresses, give_rows_addresses, read_link
from ingest.page.script_calls import called_out, give_clicked
from ingest.page.script_lists import inert_shown, items_in_scripts, uncommented, written_out
from ingest.page.titles import names_report
from ingest.page.urls import canonical_url
from ingest.page.xml_lists import items_of_xml
from ingest.page.year_lists import items_of_years

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_THREADS = "tbody[id^='normalthread']"
_PINNED = "tbody[id^='stickthread']"  # 置顶
_THREAD_LINK = "a.xst, span[id^='thread_'] a, .new a.xst, .common a.xst"
_THREAD_DATE = "td.by em, td.author em"
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_HOLDER = re.compile(r"<(/?)(?:noscript|template|textarea|xmp)\b[^>]{0,400}>", re.I)
_RECORD = re.compile(r"<record>\s{0,20}<!\[CDATA\[")
_READ_ON = re.compile(
    r"(?:继续|点击)?(?:阅读|查看|浏览)(?:更多|全文|详情)?(?=\S)|(?:continue reading|read more)\s", re.I
)
_FULL = 5  # items; a list with so many days beside them is the list of its page


def read_list(
    html: str, url: str, layout: ListLayout | None = None, *, now: datetime | None = None
) -> tuple[ListItem, ...]:
    """The items of the list page at `url`, in page order, each address once and canonical.

    With `layout.item`, that selector says what an item is; `link` and `date` are looked up inside it.
    Without, a Discuz list is known by its threads, of which the pinned ones (置顶) count if they name a
    report, and elsewhere the items are the links that stand alike on the page and have dates beside them (or
    in their addresses). `url_pattern` must be found in an address; `likely`, the shape of a family's
    articles, only says which links to look at first. Hanweb's records inside scripts are read as well.
    Links are seen from <base href> where the page has one.

    Titles: the `title` attribute where the text is cut (…). Dates: never those inside the link's own text,
    which belong to the document; `now` is what 3 小时前 and 02-05 are counted from (dates.list_day).

    Raises ShapeChanged where no item is found.
    """
    try:
        return _read_list(html, url, layout or ListLayout(), now)
    except ShapeChanged:
        free = layout is None or not (layout.item or layout.url_pattern)
        if free and (items := _distinct(items_of_xml(html, url, now))):
            return items
        # A list for readers without scripts, or that a script is to show.
        if (shown := _HOLDER.sub(r"<\1div>", inert_shown(uncommented(html)))) == html:
            raise
        try:
            return _read_list(shown, url, layout or ListLayout(), now)
        except ShapeChanged:
            pass
        raise


def _read_list(html: str, url: str, layout: ListLayout, now: datetime | None) -> tuple[ListItem, ...]:
    here = canonical_url(url)
    page = called_out(written_out(printable(html)))
    tree = parse_html(_with_records(page))
    strip_invisible(tree)
    give_clicked(tree, page)
    give_addresses(tree)
    give_rows_addresses(tree)
    base = base_of(tree, url)
    wanted = re.compile(layout.url_pattern) if layout.url_pattern else None
    likely = re.compile(layout.likely) if layout.likely else None
    found: Iterable[ListItem]
    if layout.item:
        found = _by_layout(tree, base, layout, now)
        how = f"the item selector {layout.item!r} with link {layout.link!r}"
    elif tree.css_first(_THREADS):
        found = _threads(tree, base, now)
        how = f"the threads {_THREADS!r}"
    else:
        found = _by_structure_or_script(page, tree, base, wanted, likely, now)
        how = "links with dates beside them"
    items = _distinct(
        item for item in found if item.url != here and (wanted is None or wanted.search(item.url))
    )
    if not items:
        raise ShapeChanged(
            f"reading the list {url}: no item found by {how}"
            + (f" and url_pattern {layout.url_pattern!r}" if layout.url_pattern else "")
            + "; look at the page and correct the source file"
        )
    return items


def _with_records(html: str) -> str:
    """Hanweb sends its list as <record><![CDATA[<li>…]]></record>, often inside a script: take it out."""
    pieces = _RECORD.split(html)
    if len(pieces) == 1:
        return html
    records = [piece.split("]]>", 1)[0] for piece in pieces[1:]]
    rows = "".join(
        f"<table>{record}</table>" if record.lstrip().startswith("<tr") else record for record in records
    )
    return f"<body><ul>{rows}</ul></body>"


def _by_layout(
    tree: LexborHTMLParser, base: str, layout: ListLayout, now: datetime | None
) -> Iterator[ListItem]:
    for node in tree.css(layout.item or ""):
        found = node if node.attributes.get("href") else node.css_first(layout.link)
        if found is None:
            found = node.css_first(ROW_LINKS)
        elif found.tag != "a" and not found.attributes.get("href"):
            found = found.css_first("a[href]")
        link = read_link(found, base) if found is not None else None
        if link is None:
            continue  # a heading row, a spacer
        when = None
        if layout.date:
            dated = node.css_first(layout.date)
            when = stamp(dated, now) if dated else None
        yield listed(link, when or day_of(link, _around(node), (link,), now) or day_in_address(link.url))


def _around(node: LexborNode) -> tuple[LexborNode, ...]:
    """The row of an item that is a bare link."""
    row = node.parent if node.tag == "a" else None
    return (row,) if row is not None and len(row.css("a[href]")) == 1 else (node,)


def _threads(tree: LexborHTMLParser, base: str, now: datetime | None) -> Iterator[ListItem]:
    for row in tree.css(f"{_PINNED}, {_THREADS}"):
        if (node := row.css_first(_THREAD_LINK)) and (link := read_link(node, base)):
            if (row.id or "").startswith("stick") and not names_report(link.title):
                continue  # the board's rules, a festival
            dated = row.css_first(_THREAD_DATE)
            yield listed(link, stamp(dated, now) if dated else None)


def _by_structure_or_script(
    page: str,
    tree: LexborHTMLParser,
    base: str,
    wanted: re.Pattern[str] | None,
    likely: re.Pattern[str] | None,
    now: datetime | None,
) -> list[ListItem]:
    """What the page shows; where that is less of a list than what its scripts hold (a menu beside a box that
    a script is to fill), that; else the years of a column of reports."""
    shown = by_structure(tree, base, wanted, likely, now)
    items = [one.item for one in shown]
    if sum(one.dated for one in shown) * 2 >= len(shown) >= _FULL:
        return items
    scripted = items_in_scripts(page, base, now)
    found = max(items, scripted, key=worth_of) if items else scripted
    if any(item.published_on or names_report(item.title) for item in found):
        return found
    return items_of_years(tree, base) or found


def _distinct(items: Iterable[ListItem]) -> tuple[ListItem, ...]:
    """Each address once, where it came first, with the fuller title and the first date: pictures link too."""
    seen: dict[str, ListItem] = {}
    for item in items:
        known = seen.get(item.url)
        if known is None:
            seen[item.url] = item
            continue
        # An index number may be linked too, and 继续阅读“…” or 继续阅读….
        fuller = item.title.startswith(known.title) or item.title.endswith(known.title)
        fuller = (fuller and not _READ_ON.match(item.title)) or not _CHINESE.search(known.title)
        title = item.title if fuller else known.title
        header = known.header if known.header != Header() else item.header
        seen[item.url] = ListItem(item.url, title, known.published_on or item.published_on, header)
    return tuple(seen.values())
