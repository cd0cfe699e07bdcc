"""A column of work reports that prints their years alone: <a>2026年</a> under 政府工作报告. Pure.

Asked only where lists.py has found no day and no report: beside a list, years are its filter.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.model import ListItem
from ingest.page.list_links import links_of

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_TITLE = "{}年政府工作报告"
_COLUMN = re.compile(r"政府工作报告|/[a-z]{0,6}zfgzbg\b", re.I)
_YEAR = re.compile(r"((?:19|20)\d\d)\s?(?:年度?)?")
_COLUMNS = re.compile(r"/(?:(?:index|list|node)[\w-]{0,20}\.\w{1,6})?")  # the end of another list's path
_FEWEST = 2


def items_of_years(tree: LexborHTMLParser, base: str) -> list[ListItem]:
    """An item for each year that is a link by itself, where title, headings or address name the column; none
    where the years lead to lists."""
    said = (base, *(node.text() for node in tree.css("title, h1, h2, h3, h4")))
    if not any(_COLUMN.search(text) for text in said):
        return []
    here = urlsplit(base).path
    items: dict[str, ListItem] = {}
    for link in links_of(tree, base):
        path = urlsplit(link.url).path
        year = _YEAR.fullmatch(link.title.strip())
        if year and path != here and not _COLUMNS.fullmatch(path[path.rfind("/") :]):
            items.setdefault(year[1], ListItem(link.url, _TITLE.format(year[1])))
    return list(items.values()) if len(items) >= _FEWEST else []
