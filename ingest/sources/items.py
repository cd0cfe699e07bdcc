"""Read a source's list page by its family and its file. Pure.

How each form is read is page/; what is done with the items is list_poll.py.
"""

from __future__ import annotations

from datetime import datetime

from ingest.errors import Blocked, EmptyList, NotADocument, ShapeChanged
from ingest.model import ListItem, ListLayout
from ingest.page.charset import decode
from ingest.page.error_pages import MISSING, error_of, error_page
from ingest.page.feed_lists import flaw, read_feed, read_sitemap
from ingest.page.json_lists import html_inside, is_json, read_json_list
from ingest.page.lists import read_list
from ingest.page.parsed import parse_page
from ingest.page.script_requests import asked_for
from ingest.page.vacancy import is_vacant, says_vacant
from ingest.page.walls import LARGEST, blocked, is_cookie_wall
from ingest.sources.families import Form
from ingest.sources.spec import Source


def read_list_text(text: str, url: str, source: Source, now: datetime | None = None) -> tuple[ListItem, ...]:
    """The items of a list page of `source`, canonical, each address once. `now` dates 3 小时前 and 02-05.

    Raises ShapeChanged (EmptyList where the list is there without any); ErrorPage and Replaced where no list
    is there, but what a site shows instead of one.
    """
    try:
        return read_text_items(text, url, source, now)
    except ShapeChanged as exc:
        said = _instead(text, url)
        # 没有找到 is said of items, too.
        if says_vacant(text) if said == MISSING else not said and is_vacant(text, source.list_layout):
            raise EmptyList(
                f"reading the list {url}: the list is there and has no item in it{_filled_from(text, url)}"
            ) from exc
        if said:
            raise error_of(said, url) from exc
        if filled := _filled_from(text, url):
            raise ShapeChanged(f"{exc}{filled}") from exc
        raise


def _filled_from(text: str, url: str) -> str:
    if not (asked := asked_for(text, url)):
        return ""
    return (
        f"; its scripts ask for {', '.join(map(str, asked))}: if the list comes from there, watch that"
        " (gongbao sources new ADDRESS)"
    )


def _instead(text: str, url: str) -> str | None:
    try:
        return error_page(parse_page(text, url), menus=True)
    except NotADocument:
        return None


def list_text(raw: bytes, content_type: str | None, url: str) -> str:
    """The text of a list page. Raises Blocked where it is a block page, Undecodable, NotADocument."""
    text = decode(raw, content_type)
    if wall := _wall(text, url):
        raise Blocked(
            f"reading the list {url}: the answer is a block page ({wall})",
            by="cookie_wall" if is_cookie_wall(wall) else "block_page",
            detail=wall,
        )
    return text


def _wall(text: str, url: str) -> str | None:
    try:
        return None if len(text) > LARGEST else blocked(parse_page(text, url))
    except NotADocument:  # no page, so no wall: said by whoever reads it
        return None


def flaw_of(text: str, source: Source) -> str | None:
    """What had to be mended for the list to be read at all; None: nothing."""
    return flaw(text) if source.traits.form in (Form.FEED, Form.SITEMAP) else None


def read_text_items(text: str, url: str, source: Source, now: datetime | None = None) -> tuple[ListItem, ...]:
    """As `read_list_text`, but an empty list is a changed shape like another."""
    layout, pattern = source.list_layout, source.list.url_pattern
    match source.traits.form:
        case Form.FEED:
            return read_feed(text, url, url_pattern=pattern, now=now)
        case Form.SITEMAP:
            return read_sitemap(text, url, url_pattern=pattern)
        case Form.JSON:
            return _read_json(text, url, source, layout, now)
        case Form.HTML:
            return read_list(text, url, layout, now=now)


def _read_json(
    text: str, url: str, source: Source, layout: ListLayout, now: datetime | None
) -> tuple[ListItem, ...]:
    json = source.json_layout
    if not is_json(text) and json.html:
        return read_list(text, url, layout, now=now)  # a server of the family that sends HTML as it is
    if (inside := html_inside(text, url, json)) is not None:
        return read_list(inside, url, layout, now=now)
    return read_json_list(text, url, json, url_pattern=layout.url_pattern, now=now)
