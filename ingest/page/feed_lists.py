"""Read an RSS or Atom feed, or a sitemap, into items. Pure.

Lists in HTML are lists.py, lists in JSON json_lists.py. Entities and DTDs are refused (defusedxml).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import Element
from xml.etree.ElementTree import ParseError as XmlError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ingest.errors import NotADocument, ParseError, ShapeChanged
from ingest.model import ListItem
from ingest.page.charset import printable
from ingest.page.dates import CHINA, list_day
from ingest.page.titles import clean_title
from ingest.page.urls import canonical_url

_DATES = ("pubDate", "published", "date", "updated", "lastBuildDate")
_NAMED = 3  # sitemaps named in an error


def read_feed(
    text: str, url: str, *, url_pattern: str | None = None, now: datetime | None = None
) -> tuple[ListItem, ...]:
    """The items of the RSS (0.9 to 2.0) or Atom feed at `url`, in its order, each address once.

    Raises ShapeChanged where it is no feed or has no item, NotADocument where it carries a DTD.
    """
    root = _parse(text, url, "a feed")
    if _name(root) not in ("rss", "feed", "RDF"):
        raise ShapeChanged(f"reading the list {url}: expected a feed, found <{_name(root)}>")
    return _chosen(_entries(root, url, now), url, url_pattern, "an <item> or <entry> with a link and a title")


def read_sitemap(text: str, url: str, *, url_pattern: str | None = None) -> tuple[ListItem, ...]:
    """The addresses of the sitemap at `url`, newest first, those without a date last.

    A sitemap knows no titles, except a news sitemap's: "" then, the article has it. Raises ShapeChanged
    where it is no sitemap, lists other sitemaps, or has no address; NotADocument where it carries a DTD.
    """
    root = _parse(text, url, "a sitemap")
    if _name(root) == "sitemapindex":
        parts = [loc for loc in (_text(node, "loc") for node in root) if loc]
        raise ShapeChanged(
            f"reading the list {url}: a sitemap of {len(parts)} sitemaps; name those that matter as lists in"
            f" the source file: {', '.join(parts[:_NAMED])}{' …' if len(parts) > _NAMED else ''}"
        )
    if _name(root) != "urlset":
        raise ShapeChanged(f"reading the list {url}: expected a sitemap, found <{_name(root)}>")
    items = _chosen(_locations(root, url), url, url_pattern, "a <url> with a <loc>")
    return tuple(sorted(items, key=lambda item: item.published_on or date.min, reverse=True))


def _entries(root: Element, url: str, now: datetime | None) -> Iterator[ListItem]:
    for node in root.iter():
        if _name(node) not in ("item", "entry"):
            continue
        address, title = _address(_link(node), url), clean_title(_text(node, "title"))
        if address and title:
            yield ListItem(
                address, title, next((d for n in _DATES if (d := _day(_text(node, n), now))), None)
            )


def _locations(root: Element, url: str) -> Iterator[ListItem]:
    for node in root:
        if address := _address(_text(node, "loc"), url):
            titles = (clean_title(part.text) for part in node.iter() if _name(part) == "title")
            when = list_day(_text(node, "lastmod") or _text_deep(node, "publication_date"))
            yield ListItem(address, next(filter(None, titles), ""), when)


def _chosen(found: Iterator[ListItem], url: str, url_pattern: str | None, what: str) -> tuple[ListItem, ...]:
    wanted = re.compile(url_pattern) if url_pattern else None
    items: dict[str, ListItem] = {}
    for item in found:
        if wanted is None or wanted.search(item.url):
            items.setdefault(item.url, item)
    if not items:
        raise ShapeChanged(
            f"reading the list {url}: not {what}"
            + (f" and url_pattern {url_pattern!r}" if url_pattern else "")
            + "; look at it and correct the source file"
        )
    return tuple(items.values())


def _parse(text: str, url: str, what: str) -> Element:
    try:
        return fromstring(printable(text).strip(), forbid_dtd=True)
    except DefusedXmlException as exc:
        raise NotADocument(
            f"reading the list {url}: it declares a DTD or entities, which is refused"
        ) from exc
    except (XmlError, ValueError, RecursionError) as exc:
        raise ShapeChanged(f"reading the list {url}: expected {what}, found no proper XML ({exc})") from exc


def _name(node: Element) -> str:
    return str(node.tag).rpartition("}")[2]


def _text(node: Element, name: str) -> str | None:
    return next((part.text for part in node if _name(part) == name and part.text), None)


def _text_deep(node: Element, name: str) -> str | None:
    return next((part.text for part in node.iter() if _name(part) == name and part.text), None)


def _link(node: Element) -> str | None:
    """RSS prints the address inside <link>, Atom in an attribute, of which the alternate is the page."""
    links = [part for part in node if _name(part) == "link"]
    for link in links:
        if link.get("href") and link.get("rel", "alternate") == "alternate":
            return link.get("href")
    printed = next((link.text for link in links if link.text and link.text.strip()), None)
    guid = next((part for part in node if _name(part) == "guid"), None)
    if printed or guid is None or guid.get("isPermaLink") == "false":
        return printed
    return guid.text


def _address(link: str | None, url: str) -> str | None:
    if not link or not link.strip():
        return None
    try:
        return canonical_url(link, url)
    except ParseError:  # one unreadable address does not break the list
        return None


def _day(text: str | None, now: datetime | None) -> date | None:
    if not text:
        return None
    try:
        when = parsedate_to_datetime(text)
    except ValueError:  # not RFC 5322: ISO 8601, or a Chinese date
        return _iso_day(text) or list_day(text, now)
    return (when if when.tzinfo else when.replace(tzinfo=CHINA)).astimezone(CHINA).date()


def _iso_day(text: str) -> date | None:
    """An ISO time with an offset names a moment: its day is that of China."""
    try:
        when = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return when.astimezone(CHINA).date() if when.tzinfo else when.date()
