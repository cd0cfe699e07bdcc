"""Find the columns of a portal that reports are put into, from the links of its home page. Pure.

Whether a column holds what it promises is for people to see: `gongbao sources check`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.errors import NotADocument, ParseError
from ingest.page.base import base_of
from ingest.page.charset import printable
from ingest.page.lines import parse_html
from ingest.page.titles import clean_title
from ingest.page.urls import canonical_url

# 政府工作报告 is zfgzbg nearly everywhere, 计划报告 often gmjjhshfzgh below 规划计划 ghjh.
_PATH = re.compile(r"/(?:s|q|x)?(?:zfgzbg|zfgb|zfbg|gzbg|gmjjhshfzgh)(?=[/_.]|$)", re.I)
_TEXT = re.compile(r"^(?:市|区|县|旗|历[年届])?(?:人民)?(?:政府工作报告|政府报告|工作报告|计划报告)$")
_ARTICLE = re.compile(r"/t\d{8}_\d+|/art_\d+_\d+|/post_\d+|/[0-9a-f]{32}\.|/content_\d+")
_MOST = 20


@dataclass(frozen=True, slots=True)
class Column:
    """A link that says 政府工作报告, or leads to a folder named like it."""

    url: str
    text: str


def report_columns(html: str, url: str) -> tuple[Column, ...]:
    """The columns of reports that the page at `url` links to, in page order, each address once."""
    try:
        tree = parse_html(printable(html))
    except NotADocument:
        return ()
    base = base_of(tree, url)
    found: dict[str, Column] = {}
    for node in tree.css("a[href]"):
        href, text = (node.attributes.get("href") or "").strip(), clean_title(node.text()) or ""
        if href.startswith(("#", "javascript:")) or len(found) >= _MOST:
            continue
        try:
            address = canonical_url(href, base)
        except ParseError:
            continue
        if (_PATH.search(address) or _TEXT.match(text.replace(" ", ""))) and not _ARTICLE.search(address):
            found.setdefault(address, Column(address, text))
    return tuple(found.values())
