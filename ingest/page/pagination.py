"""Where a list goes on: the address of its next page. Pure.

Nothing is fetched here; walking the pages back is backfill.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from ingest.errors import NotADocument, ParseError
from ingest.page.base import base_of
from ingest.page.charset import printable
from ingest.page.form_addresses import address_sent, form_of
from ingest.page.json_pages import said_next
from ingest.page.lines import parse_html
from ingest.page.list_links import address_called, give_addresses, picture_says
from ingest.page.script_calls import called_out, give_clicked
from ingest.page.script_lists import written_out
from ingest.page.urls import absolute_url, canonical_url

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode


class Style(StrEnum):
    """How a family numbers the pages of a list when nothing on the page says so."""

    NONE = "none"  # one page is all there is
    SUFFIX = "suffix"  # index.html, index_1.html …
    QUERY = "query"  # …?page=2
    RECORDS = "records"  # …?startrecord=16&endrecord=30 (Hanweb)


@dataclass(frozen=True, slots=True)
class Paging:
    """`second` is the number that the second page has in its name: TRS counts index, index_1; NFCMS
    index, index_2. `pages` is a source file's own pattern (see `fill`), and wins over all else."""

    style: Style = Style.NONE
    second: int = 1
    pages: str | None = None


PLACEHOLDERS = frozenset({"page", "page0", "start", "end", "size"})
_PLACEHOLDER = re.compile(r"\{(\w+)(?::(\d+))?\}")
_SIZE = 15  # records on a page where a pattern does not say

# createPageHTML(12, 0, "index", "html"), createPageHTML('pages', 12, 1, 'index', 'shtml', 232), createPage(9)
_COUNTER = re.compile(
    r"""createPage(?:HTML)?\s{0,9}\(\s{0,9}(?:["'][\w-]{0,40}["']\s{0,9},\s{0,9})?["']?(\d{1,6})["']?\s{0,9}"""
    r"""(?:,\s{0,9}["']?(?P<current>\d{1,6})["']?\s{0,9}"""
    r"""(?:,\s{0,9}["'](?P<stem>[\w-]{1,60})["']\s{0,9},\s{0,9}["'](?P<ending>\w{1,6})["'])?)?"""
)
# page_div("page", 1, 12, "index", "shtml"), showPages(12, 0, 'list', 'html'): other systems' own
_OTHER_COUNTER = re.compile(
    r"""age(?<=[Pp]age)\w{0,30}\s{0,9}\(\s{0,9}(?:["'][\w-]{0,40}["']\s{0,9},\s{0,9})?["']?(\d{1,6})["']?\s{0,9},\s{0,9}["']?(\d{1,6})["']?"""
    r"""\s{0,9},\s{0,9}["'](?P<stem>[\w-]{1,60})["']\s{0,9},\s{0,9}["']\.?(?P<ending>[sj]?html?|jsp|aspx?|php)["']"""
)
# for (var i = 1; i <= pages; i++) document.write("<a href='list_" + i + ".html'>" + i + "</a>")
_LOOP = re.compile(
    r"""for(?<!\wfor)\s{0,3}\(\s{0,3}(?:var\s|let\s)?\s{0,3}(?P<n>\w{1,20})\s{0,3}="""
    r"""(?:[^{}"'()]|\([^{}"'()]{0,40}\)){0,120}+\)(?:(?!\bfor\b)[^}]){0,400}?"""
    r"""\bhref=(?:\\?["'])?(?P<stem>[^"'<>\s\\]{1,200})["']\s{0,3}\+\s{0,3}\(?(?P=n)\s{0,3}(?P<more>\+\s{0,3}1)?\)?\s{0,3}\+\s{0,3}"""
    r"""["'](?P<ending>[^"'<>\s\\]{1,40})[^;}+]{0,80}\+\s{0,3}\(?(?P=n)\s{0,3}(?P<shown>\+\s{0,3}1)?\)?\s{0,3}\+"""
)
# Pager({size:14, current:0, prefix:'index', suffix:'html'}) of Beijing and Shenzhen: size counts the pages.
_PAGER = re.compile(
    r"""Pager(?<!\wPager)\s{0,5}\(\s{0,5}\{\s{0,5}size\s{0,5}:\s{0,5}["']?(\d{1,6})["']?[^{}]{0,200}?prefix\s{0,5}:\s{0,5}["'](?P<stem>[\w-]{1,60})["']"""
    r"""[^{}]{0,60}?suffix\s{0,5}:\s{0,5}["'](?P<ending>\w{1,6})["']"""
)
# var currentPage = 0; … var countPage = 7; …: TRS, where a page spells createPageHTML out.
_SPELT_OUT = re.compile(
    r"\bcurrentPage\s{0,9}=\s{0,9}(?P<current>\d{1,6})\b[^<]{0,600}?\bcountPage\s{0,9}=\s{0,9}\d{1,6}\b"
)
_ENDING = re.compile(r"""["'.](s?html?)\b""")
_SCRIPT_LONG = 2_000  # characters
_LOCATION = re.compile(
    r"""location(?:\.href)?\s{0,5}=\s{0,5}["']([^"'\s]{1,400}[?&]\w{0,20}(?:page|Page|PAGE)\w{0,12}=)["']\s{0,5}\+"""
)
# laypage({…, jump: function (e) {location.href = "list_" + e.curr + ".html"}}), and others that count pages
_PLUG_IN = re.compile(r"lay[pP]age|[pP]aginat(?:ion|or)")
_TURNED = re.compile(
    r"""location(?:\.href)?\s{0,5}=\s{0,5}["']([^"'\s]{0,200}[=_/-])["']\s{0,5}\+\s{0,5}\(?(?:[A-Za-z_]\w{0,20}\.)?"""
    r"""(?:(?:curr|page|pageN(?:o|um)|pageIndex|num|current)\b|getCurrent\(\))\)?\s{0,5}(?:\+\s{0,5}["']([^"'\s]{1,40})["'])?"""
)
_TOTAL_PAGES = re.compile(
    r"""(?:<totalpage>|["']?\b(?:countPage|totalPages?|pageCount|page_count)["']?\s{0,5}[=:]\s{0,5}["']?)\s{0,5}(\d{1,6})\b"""
)
_TOTAL_RECORDS = re.compile(r"<totalrecord>\s{0,5}(\d{1,9})\s{0,5}</totalrecord>", re.I)
_NEXT = re.compile(
    r"(?:[下后後]一?[页頁](?:第[页頁])?|next(?:page)?|[较更]早的?文章|(?:点击)?(?:加载|显示)更多|older(?:posts)?)",
    re.I,
)
_NO_LETTER = re.compile(
    r"[^\u4e00-\u9fffA-Za-z]"
)  # of 下 一 页 »: blanks, arrows, brackets, letters of an icon font
_NEXT_PICTURE = re.compile(
    r"(?:^|[/_-])(?:page_?)?(?:next(?:_?page)?|xia_?yi_?ye|xyy)\.\w{3,4}(?:$|\?)", re.I
)
NOT_FOLLOWED = "the list goes on by a form that is sent by POST, which is not followed (see `post`)"
_ARROW = re.compile(r"[>＞»›≫→]{1,3}")
_LONGEST_NAME = 20
_LEADING = ("<a", "<link", "<option", "<form", "onclick", "data-url", "data-href")
_LEADING_ON = "link[rel='next'], a[href], area[href], [onclick], [data-url], [data-href]"
_BUTTONS = "form button, form input[type='submit' i], form input[type='image' i]"
_POSTED_FIELDS = "form[method='post' i] input[name]"
_PAGE_KEYS = (
    "page", "pageno", "pagenum", "pagenumber", "pageindex", "currpage", "curpage", "currentpage", "current",
    "cur_page", "p",
)  # fmt: skip
_OFFSET_KEYS = ("offset", "start", "skip", "startindex")
_SIZE_KEYS = ("limit", "size", "rows", "pagesize", "length", "count")
_HANWEB_COLUMN = re.compile(r"/col/col\d+/(?:index\.html?)?$")
_HANWEB_UNIT = re.compile(r"""<div[^<>]{0,200}\bid=["'](\d{2,12})["'][^<>]{0,200}>\s{0,200}<script""")
_NUMBERED = re.compile(r"[/_-](1)\.(?:s?html?|jhtml)$")  # page_1.html, column-index-1.shtml, 89275467-1.shtml
_INDEX = re.compile(r"^(?P<stem>.+)\.(?P<ending>[sj]?html?|jsp|aspx?|php)$")


def next_page(text: str, url: str, first: str, number: int, paging: Paging) -> str | None:
    """The address of page `number` (2 is the second) of the list that begins at `first`; None at its end.

    `text` is what page `number - 1` at `url` said. In this order: the source file's pattern, the address that
    JSON gives (`next`), a link that says 下一页 (or a button that sends a form), what a script on the page
    says (`createPageHTML(total, …)`), a number in the query of `first` or at its end (page_1.html), and
    what the family does. A page that turns out not to be there is the end too.
    """
    if number < 2:
        raise ValueError(f"page {number} of {first}: the next page is at least the second")
    if paging.pages is not None:
        return _absolute(fill(paging.pages, number), first)
    if (total := total_pages(text)) is not None and number > total:
        return None
    if (said := said_next(text, url)) is not None:
        return _absolute(said, url) if said else None
    if linked := _linked(text, url):
        return linked
    if counted_on := _scripted(text, url, number):
        return counted_on
    if (counter := _COUNTER.search(text)) and not counter["stem"] and _keyed(first):
        counter = None  # the script is given a query to count in
    if counter:
        return _suffixed(first, _counted(counter, number), counter["stem"], counter["ending"])
    if (spelt := _SPELT_OUT.search(text)) and not _keyed(first):
        ending = _ENDING.search(text, spelt.end(), spelt.end() + _SCRIPT_LONG)
        return _suffixed(first, _counted(spelt, number), ending=ending[1] if ending else None)
    if other := _OTHER_COUNTER.search(text):
        current = min(map(int, other.groups()[:2]))
        return _suffixed(first, _named(current, number), other["stem"], other["ending"])
    if pager := _PAGER.search(text):
        return _suffixed(first, number - 1, pager["stem"], pager["ending"])
    if in_row := _linked(text, url, str(number)):
        return in_row
    if paging.style is Style.RECORDS:
        return _records(text, first, number)
    if keyed := _keyed(first, number):
        return keyed
    if numbered := _NUMBERED.search(urlsplit(first).path):
        parts = urlsplit(first)
        path = f"{parts.path[: numbered.start(1)]}{number}{parts.path[numbered.end(1) :]}"
        return urlunsplit(parts._replace(path=path))
    if paging.style is Style.SUFFIX:
        return _suffixed(first, paging.second + number - 2)
    return None


def _counted(counter: re.Match[str], number: int) -> int:
    """What page `number` has in its name: scripts count their pages from nought (index_1 is the second), or
    from one, which shows in the number of the page that they stand on."""
    return _named(int(counter["current"] or 0), number)


def _named(current: int, number: int) -> int:
    """`current`: the page before, as its script counts."""
    return number if current == number - 1 > 0 else number - 1


def _scripted(text: str, url: str, number: int) -> str | None:
    """Where a script leads that puts the number behind an address: location.href = '…?pageIndex=' + n."""
    if match := _LOCATION.search(text):
        return _absolute(f"{match[1]}{number}", url)
    if "for" in text and (match := _LOOP.search(text)):
        place = number - bool(match["shown"]) + bool(match["more"])  # the link says which page it is
        return _absolute(f"{match['stem']}{place}{match['ending']}", url)
    if _PLUG_IN.search(text) and (match := _TURNED.search(text)):
        return _absolute(f"{match[1]}{number}{match[2] or ''}", url)
    return None


def total_pages(text: str) -> int | None:
    """How many pages the list has, where its page says so."""
    counts = [
        int(match[1]) for pattern in (_COUNTER, _PAGER, _TOTAL_PAGES) if (match := pattern.search(text))
    ]
    if other := _OTHER_COUNTER.search(text):
        counts.append(max(map(int, other.groups()[:2])))
    return next((count for count in counts if count > 0), None)


def fill(pattern: str, number: int) -> str:
    """`pattern` for page `number`: {page} counts 1, 2, 3; {page0} counts 0, 1, 2; {start}, {end} are the
    first and last record of the page, {size} of them ({size:20} says how many).

    Raises ValueError for another placeholder.
    """
    sizes = [int(match[2]) for match in _PLACEHOLDER.finditer(pattern) if match[1] == "size" and match[2]]
    size = sizes[0] if sizes else _SIZE
    values = {
        "page": number,
        "page0": number - 1,
        "start": (number - 1) * size + 1,
        "end": number * size,
        "size": size,
    }

    def value(match: re.Match[str]) -> str:
        if match[1] not in PLACEHOLDERS:
            raise ValueError(f"{{{match[1]}}} is none of {', '.join(sorted(PLACEHOLDERS))}")
        return str(values[match[1]])

    return _PLACEHOLDER.sub(value, pattern)


def _linked(text: str, url: str, number: str | None = None) -> str | None:
    """Where the link 下一页 leads, if it leads anywhere; with `number`, the link of a row of numbers."""
    if not any(said in text for said in _LEADING):
        return None
    try:
        plain = printable(text)
        page = called_out(written_out(plain) if "document.write" in plain else plain)
        tree = parse_html(page)
    except NotADocument:
        return None
    here, base = _canonical(url, url), base_of(tree, url)
    give_clicked(tree, page)
    give_addresses(tree)
    if number is not None:
        return _numbered_link(tree, base, url, number)
    for node in tree.css(_LEADING_ON):
        href = (node.attributes.get("href") or "").strip()
        if (href.startswith(("#", "javascript:")) and node.tag == "a") or not _says_next(node):
            continue
        href = href or address_called(node) or ""
        found = _absolute(href, base) if href else None
        if found and _canonical(found, found) != here:
            return found
    button = next(filter(_says_next, tree.css(_BUTTONS)), None)
    sent = address_sent(button) if button is not None else None
    return _absolute(sent, base) if sent else None


def sends_form(text: str) -> bool:
    """Whether 下一页 of a list sends a form by POST (__doPostBack of ASP.NET). No address leads there, and
    what is sent changes with each answer: that is not followed."""
    if "post" not in text.lower():
        return False
    try:
        tree = parse_html(printable(text))
    except NotADocument:
        return False
    counted = any(
        (field.attributes.get("name") or "").lower() in _PAGE_KEYS for field in tree.css(_POSTED_FIELDS)
    )
    for node in filter(_says_next, tree.css(f"{_LEADING_ON}, {_BUTTONS}")):
        said = f"{node.attributes.get('href') or ''} {node.attributes.get('onclick') or ''}"
        form = form_of(node)
        posts = form is not None and (form.attributes.get("method") or "").strip().lower() == "post"
        called = "javascript:" in said or "onclick" in node.attributes
        if "__doPostBack" in said or (posts and node.tag != "a") or (called and (posts or counted)):
            return True
    return False


def _says_next(node: LexborNode) -> bool:
    """Whether a link is called 下一页: by its text, what a mouse over it says, or its picture."""
    said = node.attributes
    classes = (said.get("class") or "").split()
    if said.get("rel") == "next" or "nxt" in classes:
        return True
    text = node.text(strip=True)
    if not text and ("next" in classes or _shows_next(node)):
        return True
    names = (
        text,
        said.get("title"),
        said.get("aria-label"),
        said.get("alt"),
        said.get("value"),
        "" if text else picture_says(node),
    )
    return any(
        name and len(name) <= _LONGEST_NAME and _NEXT.fullmatch(_NO_LETTER.sub("", name)) for name in names
    )


def _shows_next(node: LexborNode) -> bool:
    """Whether the picture of a link is called so: next.gif, xyy.png."""
    picture = node.css_first("img[src]")
    return picture is not None and _NEXT_PICTURE.search(picture.attributes.get("src") or "") is not None


def _numbered_link(tree: LexborHTMLParser, base: str, url: str, number: str) -> str | None:
    """The link (or choice) that says 2, or >, and leads into this list's folder, with that number or one less
    in its name."""
    parts = urlsplit(url)
    folder = f"{parts.scheme}://{parts.netloc}{parts.path.rpartition('/')[0]}/"
    for node in tree.css("a[href], option[value]"):
        text = node.text(strip=True).strip("[]【】第页")
        if text != number and not _ARROW.fullmatch(text):
            continue
        leads = node.attributes.get("href") or node.attributes.get("value") or ""
        found = _absolute(leads, base) if not leads.isdecimal() else None  # a number is for a script
        numbers = re.findall(r"\d+", found.removeprefix(folder)) if found and found.startswith(folder) else []
        if number in numbers or str(int(number) - 1) in numbers:
            return found
    return None


def _suffixed(first: str, suffix: int, stem: str | None = None, ending: str | None = None) -> str | None:
    parts = urlsplit(first)
    folder, _, name = parts.path.rpartition("/")
    known = _INDEX.match(name)
    stem = stem or (known["stem"] if known else "index")
    ending = ending or (known["ending"] if known else "html")
    if name and not known:
        return None  # an address that is no file: nothing to number
    return _absolute(
        urlunsplit((parts.scheme, parts.netloc, f"{folder}/{stem}_{suffix}.{ending}", "", "")), first
    )


def _keyed(first: str, number: int | None = None) -> str | None:
    """`first` with the page number in its query counted on; None where there is none."""
    parts = urlsplit(first)
    pieces = parts.query.split("&")
    for index, piece in enumerate(pieces):
        name, _, value = piece.partition("=")
        if name.lower().lstrip("_") in _PAGE_KEYS and value.isdigit() and len(value) < 7:
            pieces[index] = f"{name}={int(value) + (number or 1) - 1}"
            return urlunsplit(parts._replace(query="&".join(pieces)))
    fields = {
        name.lower().lstrip("_"): value for name, _, value in (piece.partition("=") for piece in pieces)
    }
    size = next((int(fields[key]) for key in _SIZE_KEYS if fields.get(key, "").isdecimal()), 0)
    for index, piece in enumerate(pieces):
        name, _, value = piece.partition("=")
        if size and name.lower().lstrip("_") in _OFFSET_KEYS and value.isdecimal() and len(value) < 7:
            pieces[index] = f"{name}={int(value) + size * ((number or 1) - 1)}"
            return urlunsplit(parts._replace(query="&".join(pieces)))
    return None


def _records(text: str, first: str, number: int) -> str | None:
    """Hanweb: the records counted on in the query of dataproxy.jsp, or a column's unit with a page number."""
    parts = urlsplit(first)
    fields = dict(piece.partition("=")[::2] for piece in parts.query.split("&") if piece)
    start, end = fields.get("startrecord", ""), fields.get("endrecord", "")
    if start.isdigit() and end.isdigit() and int(end) >= int(start) >= 0:
        size = int(end) - int(start) + 1
        begin = int(start) + size * (number - 1)
        total = _TOTAL_RECORDS.search(text)
        if total and begin > int(total[1]):
            return None
        fields |= {"startrecord": str(begin), "endrecord": str(begin + size - 1)}
        return urlunsplit(parts._replace(query="&".join(f"{k}={v}" if v else k for k, v in fields.items())))
    if _HANWEB_COLUMN.search(parts.path):
        unit = _HANWEB_UNIT.search(text)
        uid = fields.get("uid") or (unit[1] if unit else None)
        return urlunsplit(parts._replace(query=f"uid={uid}&pageNum={number}")) if uid else None
    return _keyed(first, number)


def _canonical(url: str, base: str) -> str | None:
    try:
        return canonical_url(url, base)
    except ParseError:
        return None


def _absolute(url: str, base: str) -> str | None:
    """As the site spells it: only what is known again needs one spelling."""
    try:
        return absolute_url(url, base).partition("#")[0]
    except ParseError:
        return None
