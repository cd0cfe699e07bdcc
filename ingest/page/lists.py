"""Read a list page into items: address, title, date. Pure.

A list that has lost its items is a broken source and is said aloud (ShapeChanged); when a list is due and
what is done with new items is poll.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.errors import ParseError, ShapeChanged
from ingest.model import Header, ListItem, ListLayout
from ingest.page.base import base_of
from ingest.page.charset import printable
from ingest.page.dates import list_day, parse_date
from ingest.page.furniture import is_furniture
from ingest.page.header import header_of
from ingest.page.lines import parse_html, strip_invisible
from ingest.page.script_lists import items_in_scripts, written_out
from ingest.page.titles import clean_title, looks_like_title, names_report, without_category
from ingest.page.urls import canonical_url, is_route

_THREADS = "tbody[id^='normalthread']"
_PINNED = "tbody[id^='stickthread']"  # 置顶
_THREAD_LINK = "a.xst, span[id^='thread_'] a, .new a.xst, .common a.xst"
_THREAD_DATE = "td.by em, td.author em"
_URL_DAY = re.compile(
    r"/t((?:19|20)\d{6})_|/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=/)|_((?:19|20)\d{6})[_.]"
)
_CUT = re.compile(r"(?:(?<!…)…++|(?<!\.)\.{2,}+|(?<!。)。{2,}+)$")
_ITEM_TAGS = frozenset({"li", "tr", "dd", "dl", "p", "h4", "h3"})
_BOX_TAGS = frozenset({"div", "section", "article"})
# What a list prints of a day, and nothing else: [2026-01-10], 01/10, 2026年1月10日 09:30.
_DAY_ALONE = re.compile(
    r"[\[(（【]?\s{0,3}(?:发布(?:时间|日期)[:：]?\s{0,3})?(?:(?:19|20)\d\d\s?[-/.年]\s?)?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?"
    r"(?:\s{0,3}\d{1,2}:\d\d(?::\d\d)?)?\s{0,3}[\])）】]?"
)
_BULLET = re.compile(r"^[\s·•●■◆▪▶►>»*-]+(?=\S)")
_DAY_OVER_MONTH = re.compile(
    r"(?<![\d-])(\d{1,2})日?\s{1,9}((?:19|20)\d\d)\s?[-/.年]\s?(\d{1,2})(?:月)?(?!\s?[-/.\d])"
)
_MONTH_OVER_DAY = re.compile(r"((?:19|20)\d\d)\s?[-/.年]\s?(\d{1,2})(?:月)?\s{1,9}(\d{1,2})日?(?![\d:：-])")
_PUBLISHED = re.compile(r"(?:发布|公开|公布|上网|发表)(?:日期|时间)")
_TITLE_LENGTH = 6  # characters; a menu's entry is shorter
_RECORD = re.compile(r"<record>\s{0,20}<!\[CDATA\[")
_CONTEXT = 400  # characters of text in the box of one item; a box with more holds many


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A link that may be an item, with the place in the page that it shares with its fellows, and the very
    element that holds its box, with the box's tag and class."""

    item: ListItem
    place: str
    container: tuple[int | None, str | None, str | None]
    dated: bool


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
    layout = layout or ListLayout()
    here = canonical_url(url)
    page = written_out(printable(html))
    tree = parse_html(_with_records(page))
    strip_invisible(tree)
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
        found = _by_structure(tree, base, wanted, likely, now) or items_in_scripts(page, base, now)
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
        link = node if node.tag == "a" and node.attributes.get("href") else node.css_first(layout.link)
        if link is not None and link.tag != "a":
            link = link.css_first("a[href]")
        if link is None:
            continue  # a heading row, a spacer
        when = None
        if layout.date:
            dated = node.css_first(layout.date)
            when = _stamp(dated, now) if dated else None
        if item := _item(link, base, when or _day_beside(node, link, now)):
            yield item


def _threads(tree: LexborHTMLParser, base: str, now: datetime | None) -> Iterator[ListItem]:
    for row in tree.css(f"{_PINNED}, {_THREADS}"):
        if link := row.css_first(_THREAD_LINK):
            if (row.id or "").startswith("stick") and not names_report(link.text()):
                continue  # the board's rules, a festival
            stamp = row.css_first(_THREAD_DATE)
            if item := _item(link, base, _stamp(stamp, now) if stamp else None):
                yield item


def _by_structure(
    tree: LexborHTMLParser,
    base: str,
    wanted: re.Pattern[str] | None,
    likely: re.Pattern[str] | None,
    now: datetime | None,
) -> Iterable[ListItem]:
    """The largest group of links that stand alike and look like items; with `wanted`, all links of that
    address; with `likely`, such links first."""
    candidates = [c for link in tree.css("a[href]") if (c := _candidate(link, base, now))]
    if wanted is not None:
        # The source file says what an article's address looks like: nothing else needs to be guessed.
        return [c.item for c in candidates if wanted.search(c.item.url)]
    if likely is not None and (alike := [c for c in candidates if likely.search(c.item.url)]):
        return _with_siblings(alike, candidates)
    return _largest(candidates)


def _with_siblings(alike: Sequence[_Candidate], candidates: Sequence[_Candidate]) -> list[ListItem]:
    """The list that articles of the family's address stand in, whole: a site that changed its addresses shows
    old ones and new ones side by side."""
    chosen = {item.url for item in _largest(alike) or [c.item for c in alike]}
    boxes = {c.container for c in candidates if c.item.url in chosen}
    places = {c.place for c in candidates if c.item.url in chosen and c.dated}
    return [
        c.item
        for c in candidates
        if c.item.url in chosen or (c.container in boxes and (c.dated or c.place not in places))
    ]


def _largest(candidates: Iterable[_Candidate]) -> list[ListItem]:
    groups: dict[str, list[_Candidate]] = {}
    for candidate in candidates:
        groups.setdefault(candidate.place, []).append(candidate)
    lists = [group for group in groups.values() if _likeness(group) > 0]
    return [candidate.item for candidate in max(lists, key=_likeness)] if lists else []


def _likeness(group: Sequence[_Candidate]) -> float:
    dated = sum(candidate.dated for candidate in group)
    named = sum(looks_like_title(candidate.item.title) for candidate in group)
    if dated * 2 >= len(group):
        return 100.0 * dated + sum(min(len(candidate.item.title), 60) for candidate in group)
    if named * 2 >= len(group) and len(group) >= 2:
        return float(sum(min(len(candidate.item.title), 60) for candidate in group))
    return 0.0


def _candidate(link: LexborNode, base: str, now: datetime | None) -> _Candidate | None:
    box, path = _box_of(link)
    item = _item(link, base, _day_beside(box, link, now))
    if item is None or len(item.title) < _TITLE_LENGTH or is_furniture(item.title):
        return None
    holder = box.parent
    container = (holder.mem_id if holder else None, box.tag, box.attributes.get("class"))
    return _Candidate(item, path, container, item.published_on is not None)


def _box_of(link: LexborNode) -> tuple[LexborNode, str]:
    """The element that holds this item alone (li, tr, dd …; else a small div), and its place on the page."""
    box = link
    node = link.parent
    for _ in range(5):
        if node is None or node.tag in ("body", "ul", "ol", "tbody", "table"):
            break
        if node.tag in _ITEM_TAGS:
            box = node
            if node.tag in ("li", "tr", "dl"):
                break
        elif (
            node.tag in _BOX_TAGS and len(node.css("a[href]")) == 1 and len(node.text(strip=True)) < _CONTEXT
        ):
            box = node
        node = node.parent
    path = []
    node = box
    for _ in range(4):
        if node is None or node.tag == "body":
            break
        first_class = (node.attributes.get("class") or "").split()[:1] if node is not box else []
        path.append(".".join([node.tag or "", *first_class]))
        node = node.parent
    return box, "<".join(path)


def _day_beside(box: LexborNode, link: LexborNode, now: datetime | None) -> date | None:
    """The date in the item's box, outside the link; else the one that the link carries. Of several the one of
    publication, where the page says which that is."""
    if day := parse_date(link.attributes.get("rq")):
        return day
    if box.tag == "tr" and (day := _day_of_column(box)):
        return day
    text = box.text(separator=" ")
    if box.mem_id != link.mem_id:
        text = text.replace(link.text(separator=" "), " ", 1)
        if (said := _PUBLISHED.search(text)) and (day := parse_date(text[said.end() : said.end() + 40])):
            return day
        if day := _parted_day(text):
            return day
        if day := list_day(text, now, _day_in(link.attributes.get("href") or "")):
            return day
    if box.mem_id == link.mem_id and not link.child:
        return None
    parts = link.css("span, em, i, b, time, div, p, small")
    return next((day for part in parts if (day := _stamp(part, now))), None)


def _day_of_column(row: LexborNode) -> date | None:
    """The day in the column of a table that is headed 发布日期."""
    table = row.parent
    while table is not None and table.tag != "table":
        table = table.parent
    head = table.css_first("tr") if table is not None else None
    if head is None or head.mem_id == row.mem_id:
        return None
    names = [cell.text(strip=True) for cell in head.css("th, td")]
    column = next((n for n, name in enumerate(names) if len(name) < 12 and _PUBLISHED.search(name)), None)
    cells = row.css("td, th")
    if column is None or len(cells) != len(names):
        return None
    return parse_date(cells[column].text())


def _parted_day(text: str) -> date | None:
    """A day printed large over or under its month: 10 / 2026-01."""
    for found, order in (
        (_DAY_OVER_MONTH.search(text), (2, 3, 1)),
        (_MONTH_OVER_DAY.search(text), (1, 2, 3)),
    ):
        if found is None:
            continue
        year, month, day = (int(found[group]) for group in order)
        try:
            return date(year, month, day)
        except ValueError:
            continue
    return None


def _stamp(node: LexborNode, now: datetime | None) -> date | None:
    """The day that an element prints; its title attribute is exact where the text says "3 小时前"."""
    exact = node if node.attributes.get("title") else node.css_first("[title]")
    return (parse_date(exact.attributes.get("title")) if exact is not None else None) or list_day(
        node.text(), now
    )


def _item(link: LexborNode, base: str, when: date | None) -> ListItem | None:
    href = (link.attributes.get("href") or "").strip()
    if not href or href.startswith(("javascript:", "mailto:", "tel:")):
        return None
    try:
        address = canonical_url(href, base)
    except ParseError:  # one unreadable link does not break the list
        return None
    title = _title(link)
    if not title or (href.startswith("#") and not is_route(address)):
        return None
    # Hanweb: <a mc="title" rq="date" syh="index number" wh="document number">
    said = {"index_number": link.attributes.get("syh"), "document_number": link.attributes.get("wh")}
    return ListItem(address, title, when or _day_in(address), header_of(said))


def _title(link: LexborNode) -> str | None:
    text = clean_title(_without_day(link))
    full = clean_title(link.attributes.get("mc") or link.attributes.get("title"))
    if text is None:
        return full
    if full is None or len(full) <= len(text):
        return _CUT.sub("", text) if full and _CUT.search(text) else without_category(text)
    cut = _CUT.sub("", text).strip()
    # A title attribute that says something else ("点击查看") is no title.
    return full if cut != text or full.startswith(cut) or text in full else without_category(text)


def _without_day(link: LexborNode) -> str:
    """The text of a link without the day that it prints in an element of its own, and without a bullet."""
    text = link.text()
    for part in link.css("span, em, i, b, time, div, p, small, font, label"):
        said = part.text()
        if said.strip() and _DAY_ALONE.fullmatch(said.strip()):
            text = text.replace(said, " ", 1)
    return _BULLET.sub("", text)


def _day_in(address: str) -> date | None:
    found = _URL_DAY.search(address)
    if found is None:
        return None
    return parse_date(found[1] or found[5] or f"{found[2]}-{found[3]}-{found[4]}")


def _distinct(items: Iterable[ListItem]) -> tuple[ListItem, ...]:
    """Each address once, where it came first, with the fuller title and the first date: pictures link too."""
    seen: dict[str, ListItem] = {}
    for item in items:
        known = seen.get(item.url)
        if known is None:
            seen[item.url] = item
            continue
        title = max(known.title, item.title, key=len) if known.title in item.title else known.title
        header = known.header if known.header != Header() else item.header
        seen[item.url] = ListItem(item.url, title, known.published_on or item.published_on, header)
    return tuple(seen.values())
