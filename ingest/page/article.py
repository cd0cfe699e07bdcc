"""Read an article page: title, header block, <meta> tags, when put up, where from. Pure.

Its main text is body.py, a Discuz thread is discuz.py, plain text is text.py; which of them a page needs,
reader.py decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.model import Article, ArticleLayout, Header
from ingest.page.body import main_text
from ingest.page.dates import parse_when
from ingest.page.furniture import is_furniture
from ingest.page.header import Block, find_header
from ingest.page.lines import as_cells, labelled_lines, remove, strip_invisible
from ingest.page.text import printed_origin, printed_when, without_title
from ingest.page.titles import clean_title, looks_like_title, without_site

_SPACE = re.compile(r"\s+")
_SITE_NAME = re.compile(r"(?:政府|网|网站|官网|平台|门户|委员会|首页)$")
_SOURCE = re.compile(r"来源\s?[:：]\s?([^\s|【\[（(]{2,40})")

_TITLE_PLACES = (
    "h1, h2, h3, .title, .article-title, .article_title, .cont_title, .bt, .tit, .wzbt, #title, ucaptitle,"
    " .xl-title"
)
_DATE_METAS = (
    "pubdate",
    "publishdate",
    "firstpublishedtime",
    "article:published_time",
    "pubtime",
    "publish_time",
)
_ORIGIN_METAS = ("contentsource", "source", "article:author:source")


def read_article(
    tree: LexborHTMLParser, html: str, url: str, layout: ArticleLayout, *, bodiless: bool = False
) -> Article:
    """The article of a page and its tree; the tree is consumed: scripts and furniture are taken out.

    Raises ShapeChanged where the layout's body is not there, or nothing on the page reads like a text;
    with `bodiless` (the text is in an attachment) it does not, and leaves the body empty.
    """
    metas = read_metas(tree)
    named = _named(tree, layout, metas)
    strip_invisible(tree)
    for selector in layout.drop:
        remove(tree.css(selector))
    page_lines = [as_cells(line) for line in labelled_lines(tree.body.html if tree.body else "")]
    block = _header(tree, layout, page_lines)
    title = named or block.header.title or _visible_title(tree, metas)
    body = [] if bodiless else main_text(tree, html, url, layout, title)
    title = title or next((line for line in body[:3] if looks_like_title(line)), None)
    near = _near_title(page_lines, title)
    return Article(
        title=title,
        body="\n".join(without_title(body, title)),
        header=block.header,
        metas=metas,
        published_at=_first_date(metas) or _first_when(near) or printed_when(block, page_lines[:80]),
        origin=_first(metas, _ORIGIN_METAS) or _first_source(near) or printed_origin(block),
    )


def read_metas(tree: LexborHTMLParser) -> dict[str, str]:
    """The `<meta name=…>` tags with something in them, names as printed; the first of a name counts."""
    metas: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        name = attributes.get("name") or attributes.get("property") or ""
        content = (attributes.get("content") or "").strip()
        if name and content and name.lower() not in ("viewport", "renderer"):
            metas.setdefault(name, content)
    return metas


def _first(metas: Mapping[str, str], names: Sequence[str]) -> str | None:
    lower = {name.lower(): value for name, value in metas.items()}
    return next((clean for name in names if (clean := clean_title(lower.get(name)))), None)


def _first_date(metas: Mapping[str, str]) -> datetime | date | None:
    lower = {name.lower(): value for name, value in metas.items()}
    return next((when for name in _DATE_METAS if (when := parse_when(lower.get(name)))), None)


def _text(node: LexborNode) -> str:
    return clean_title(node.text(separator=" " if node.css_first("br") else "")) or ""


# --- title -----------------------------------------------------------------------------------


def _named(tree: LexborHTMLParser, layout: ArticleLayout, metas: Mapping[str, str]) -> str | None:
    """The title where the page or its source file says which it is."""
    if layout.title:
        for node in tree.css(layout.title):
            if text := _text(node):
                return text
    return _first(metas, ("articletitle",))


def _visible_title(tree: LexborHTMLParser, metas: Mapping[str, str]) -> str | None:
    """The heading that <title> begins with or holds; else <title> without the site; else a heading.

    The first <h1> alone is no guide: on many themes it is the site's logo. Nor is <title> alone: on many
    county sites it is the site's name.
    """
    head = tree.css_first("title")
    site = _first(metas, ("sitename",))
    printed = clean_title(head.text()) if head else None
    headings = [
        text
        for node in tree.css(_TITLE_PLACES)[:60]
        if 4 <= len(text := _text(node)) <= 150 and text != site and not is_furniture(text)
    ]
    if printed:
        plain = _SPACE.sub("", printed)
        begins = [text for text in headings if plain.startswith(_SPACE.sub("", text)) and len(text) >= 6]
        if begins:
            return max(begins, key=len)
        if within := [text for text in headings if _SPACE.sub("", text) in plain and looks_like_title(text)]:
            return max(within, key=len)
        if (own := without_site(printed, site)) and own != site and not _SITE_NAME.search(own):
            return own
    named = [text for text in headings if looks_like_title(text)]
    return next(iter(named or headings), printed)


def _near_title(page_lines: Sequence[str], title: str | None) -> list[str]:
    """The short lines just below the page's title, where date and source are printed."""
    for index, line in enumerate(page_lines):
        if title and line == title:
            return [near for near in page_lines[index + 1 : index + 9] if len(near) < 120]
    return []


def _first_when(lines: Iterable[str]) -> datetime | date | None:
    return next((when for line in lines if "会议" not in line and (when := parse_when(line))), None)


def _first_source(lines: Iterable[str]) -> str | None:
    return next((found[1] for line in lines if (found := _SOURCE.search(line))), None)


# --- header ----------------------------------------------------------------------------------


def _header(tree: LexborHTMLParser, layout: ArticleLayout, page_lines: Sequence[str]) -> Block:
    """The header block: where the layout says, else among the lines above the text, else anywhere."""
    above = find_header(page_lines)
    if layout.header:
        lines = [as_cells(line) for node in tree.css(layout.header) for line in labelled_lines(node.html)]
        return Block(find_header(lines).header, others=above.others)
    if above.header != Header():
        return above
    for index, line in enumerate(page_lines):
        # Some themes print the block below the text, or after a long introduction.
        if "索" in line and re.search(r"索\s{0,6}引\s{0,6}号", line):
            below = find_header(page_lines[index : index + 40])
            return Block(below.header, others={**below.others, **above.others})
    return above
