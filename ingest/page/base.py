"""The address that the links of a page are seen from: its own, or what <base href> says. Pure.

Joining and spelling an address is urls.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.errors import ParseError
from ingest.page.urls import absolute_url

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser


def base_of(tree: LexborHTMLParser, url: str) -> str:
    """What relative links on the page at `url` are joined to (HTML, 4.2.3: the first <base> with a href)."""
    named = tree.css_first("base[href]")
    try:
        return absolute_url(named.attributes.get("href") or "", url) if named is not None else url
    except ParseError:  # as in a browser: a base that is no address is none
        return url
