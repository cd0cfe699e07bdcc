"""HTML of a page -> Article: the one entry, whatever kind of page it is. Pure."""

from __future__ import annotations

from ingest.model import Article, ArticleLayout
from ingest.page.article import read_article
from ingest.page.charset import printable
from ingest.page.discuz import is_thread, read_thread
from ingest.page.lines import parse_html


def read_page(
    html: str,
    url: str,
    layout: ArticleLayout | None = None,
    *,
    bodiless: bool = False,
    starter: str | None = None,
) -> Article:
    """What an article page says; a Discuz thread is known by its posts. `bodiless`: all but the main text.
    `starter`: who began the thread, where this is a further page of it (discuz.py).

    Raises NotADocument for what cannot be a page (no element, nested beyond reason), ShapeChanged where
    the selectors of `layout` do not match or no main text is there.
    """
    html = printable(html)
    tree = parse_html(html)
    layout = layout or ArticleLayout()
    if layout.body is None and is_thread(tree):
        return read_thread(tree, url, layout, starter=starter)
    return read_article(tree, html, url, layout, bodiless=bodiless)
