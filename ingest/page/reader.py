"""A parsed page -> Article: the one entry, whatever kind of page it is. Pure."""

from __future__ import annotations

from ingest.model import Article, ArticleLayout
from ingest.page.article import read_article
from ingest.page.discuz import is_thread, read_thread
from ingest.page.parsed import ParsedPage

ANY = ArticleLayout()  # nothing is known of it


def read_page(
    page: ParsedPage, layout: ArticleLayout = ANY, *, bodiless: bool = False, starter: str | None = None
) -> Article:
    """What an article page says; a Discuz thread is known by its posts. `bodiless`: all but the main text.
    `starter`: who began the thread, where this is a further page of it (discuz.py).

    Raises ShapeChanged where the selectors of `layout` do not match or no main text is there.
    """
    if layout.body is None and is_thread(page):
        return read_thread(page, layout, starter=starter)
    return read_article(page, layout, bodiless=bodiless)
