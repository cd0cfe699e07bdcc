"""A list page without items: is the list empty, or is its layout another one? Pure.

Asked only where lists.py has found no item. What follows from it is watch/health.py.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.errors import NotADocument
from ingest.model import ListLayout
from ingest.page.lines import parse_html, strip_invisible
from ingest.page.titles import looks_like_title

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_SAYS_SO = re.compile(
    r"暂无(?:相关)?(?:数据|信息|内容|记录|文章|文件|公开)|没有(?:找到|查到|查询到|相关|符合)|未(?:找到|查到|查询到)"
    r"|无相关(?:数据|信息|内容|记录)|共\s{0,3}0\s{0,3}(?:条|页|篇|项)"
)
_JSON_ZERO = re.compile(r'"(?:total\w{0,12}|count|rowcount|records?)"\s{0,4}:\s{0,4}"?0"?(?=[\s,}])', re.I)
_DAY = re.compile(r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}")
_FEED = re.compile(r"<(?:rss|feed|rdf:RDF|urlset|datastore)\b", re.I)
_ENTRY = re.compile(r"<(?:item|entry|url|record)[\s>]", re.I)
_BOXES = "ul, ol, tbody, dl"
_ROOTS = "#app, #root, #__next, #__nuxt, #___gatsby, app-root"  # what scripts fill
_STEP = re.compile(r"\s*[>+~]\s*|\s+")
_LINKS = 3  # a page that still has its menus
_SHOWN = 2  # dates or titles that a page shows besides: then there is a list, built in another way


def is_vacant(page: str, layout: ListLayout | None = None) -> bool:
    """Whether a page in which no item was found is a list without entries.

    True where it says so (暂无数据, 共0条), where the box that the item selector names stands there
    without an item, or where the page is whole and shows neither dates nor titles. False for a page that
    shows them in another shape, and for a bare shell that a script is to fill.
    """
    if page.lstrip()[:1] in ("{", "["):
        return _JSON_ZERO.search(page) is not None or page.strip() in ("[]", "{}")
    if _FEED.search(page[:2000]):
        return _ENTRY.search(page) is None
    if (tree := _visible(page)) is None:
        return False
    text = _text_of(tree)
    if _SAYS_SO.search(text):
        return True
    if any(not root.text(strip=True) for root in tree.css(_ROOTS)):
        return False
    if layout is not None and layout.item:
        return _box_is_empty(tree, layout.item)
    lines = [line.strip() for line in text.split("\n")]
    if len(_DAY.findall(text)) >= _SHOWN or sum(map(looks_like_title, lines)) >= _SHOWN:
        return False
    empty = any(not box.text(strip=True) for box in tree.css(_BOXES))
    return empty or len(tree.css("a[href]")) >= _LINKS


def says_vacant(page: str) -> bool:
    """Whether a page says in words that there is nothing in its list."""
    tree = _visible(page)
    return tree is not None and _SAYS_SO.search(_text_of(tree)) is not None


def _visible(page: str) -> LexborHTMLParser | None:
    try:
        tree = parse_html(page)
    except NotADocument:
        return None
    strip_invisible(tree)
    return tree


def _text_of(tree: LexborHTMLParser) -> str:
    return tree.root.text(separator="\n") if tree.root is not None else ""


def _box_is_empty(tree: LexborHTMLParser, item: str) -> bool:
    """For "ul.news > li": is there a ul.news, and no li in it? A selector of one step names no box."""
    from selectolax.lexbor import SelectolaxError

    steps = _STEP.split(item.strip())
    if len(steps) < 2 or "," in item:
        return False
    last = _STEP.findall(item.strip())[-1]
    box = item.strip().rsplit(last, 1)[0]
    try:
        return bool(tree.css(box)) and not tree.css(item)
    except (SelectolaxError, ValueError):
        return False
