"""Read an RSS or Atom feed, or a sitemap, into items. Pure.

Lists in HTML are lists.py, lists in JSON json_lists.py. Entities and DTDs are refused (defusedxml); a bare
`&` and names of HTML (&nbsp;), which no feed may use undeclared, are mended, and `flaw` says so.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date, datetime
from xml.etree.ElementTree import Element
from xml.etree.ElementTree import ParseError as XmlError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ingest.china_time import china_day
from ingest.errors import NotADocument, ParseError, ShapeChanged
from ingest.model import ListItem
from ingest.page.charset import printable
from ingest.page.dates import english_moment, list_day
from ingest.page.list_days import day_in_address
from ingest.page.titles import clean_title
from ingest.page.urls import absolute_url, canonical_url

_DATES = ("pubDate", "published", "date", "updated", "lastBuildDate")
_NAMED = 3  # sitemaps named in an error
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_CDATA, _END = "<![CDATA[", "]]>"
# What XML declares by itself; all else behind a `&` is a name it does not know, or none.
_LOOSE = re.compile(r"&(?!#\d{1,7};|#x[0-9a-fA-F]{1,6};|(?:amp|lt|gt|quot|apos);)(?:(\w{2,31});)?")
_ADDRESS_LINE = re.compile(r"https?://[^\s<>\"{}]{3,2000}\Z")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


def read_feed(
    text: str, url: str, *, url_pattern: str | None = None, now: datetime | None = None
) -> tuple[ListItem, ...]:
    """The items of the RSS (0.9 to 2.0) or Atom feed at `url`, in its order, each address once.

    Raises ShapeChanged where it is no feed or has no item, NotADocument where it carries a DTD.
    """
    root = _parse(text, url, "a feed")
    if local_name(root) not in ("rss", "feed", "RDF"):
        raise ShapeChanged(f"reading the list {url}: expected a feed, found <{local_name(root)}>")
    return _chosen(_entries(root, url, now), url, url_pattern, "an <item> or <entry> with a link and a title")


def read_sitemap(text: str, url: str, *, url_pattern: str | None = None) -> tuple[ListItem, ...]:
    """The addresses of the sitemap at `url` (XML, or an address a line), newest first, undated ones last.

    A sitemap knows no titles, except a news sitemap's: "" then, the article has it. Raises ShapeChanged
    where it is no sitemap, lists other sitemaps, or has no address; NotADocument where it carries a DTD.
    """
    if is_address_list(text):
        items = _chosen(_addresses(text, url), url, url_pattern, "an address")
        return tuple(sorted(items, key=_day_or_first, reverse=True))
    root = _parse(text, url, "a sitemap")
    if local_name(root) == "sitemapindex":
        parts = [loc for loc in (_text(node, "loc") for node in root) if loc]
        raise ShapeChanged(
            f"reading the list {url}: a sitemap of {len(parts)} sitemaps; name those that matter as lists in"
            f" the source file: {', '.join(parts[:_NAMED])}{' …' if len(parts) > _NAMED else ''}"
        )
    if local_name(root) != "urlset":
        raise ShapeChanged(f"reading the list {url}: expected a sitemap, found <{local_name(root)}>")
    items = _chosen(_locations(root, url), url, url_pattern, "a <url> with a <loc>")
    return tuple(sorted(items, key=_day_or_first, reverse=True))


def is_address_list(text: str) -> bool:
    """Whether each line of a text is an address, and nothing else: the other form of a sitemap."""
    lines = text.split()
    return bool(lines) and all(map(_ADDRESS_LINE.match, lines))


def _addresses(text: str, url: str) -> Iterator[ListItem]:
    for line in text.split():
        if address := _address(line, url):
            yield ListItem(address, "", day_in_address(address))


def _day_or_first(item: ListItem) -> date:
    return item.published_on or date.min


def flaw(text: str) -> str | None:
    """What had to be mended for a feed or sitemap to be read; None: it is XML, or addresses, as it stands."""
    if is_address_list(text):
        return None
    try:
        fromstring(printable(text).strip(), forbid_dtd=True)
    except DefusedXmlException:
        return None
    except (XmlError, ValueError, RecursionError) as exc:
        return f"no proper XML ({exc}); read with each loose & taken for a character"
    return None


def _entries(root: Element, url: str, now: datetime | None) -> Iterator[ListItem]:
    for node, base in _with_base(root, url):
        if local_name(node) not in ("item", "entry"):
            continue
        address, title = _address(*_link(node, base)), _title(node)
        if address and title:
            yield ListItem(
                address, title, next((d for n in _DATES if (d := _day(_text(node, n), now))), None)
            )


def _with_base(root: Element, url: str) -> Iterator[tuple[Element, str]]:
    """Each element in document order, with the address that its links are seen from (XML Base)."""
    waiting = [(root, url)]
    while waiting:
        node, base = waiting.pop()
        base = _based(node, base)
        yield node, base
        waiting += [(child, base) for child in reversed(node)]


def _based(node: Element, base: str) -> str:
    try:
        return absolute_url(said, base) if (said := node.get(_XML_BASE)) else base
    except ParseError:
        return base


def _title(node: Element) -> str | None:
    """As a reader sees it: HTML inside is escaped (once or twice) or, in Atom, markup of its own (xhtml)."""
    named = next((part for part in node if local_name(part) == "title"), None)
    if named is None:
        return None
    text = "".join(named.itertext())
    if named.get("type") == "text":
        return clean_title(text)
    return clean_title(html.unescape(clean_title(text) or ""))


def _locations(root: Element, url: str) -> Iterator[ListItem]:
    for node, base in _with_base(root, url):
        if local_name(node) == "url" and (address := _address(_text(node, "loc"), base)):
            titles = (clean_title(part.text) for part in node.iter() if local_name(part) == "title")
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
    text = printable(text).strip()
    try:
        try:
            return fromstring(text, forbid_dtd=True)
        except XmlError as exc:
            if (mended := _mended(text)) == text:
                raise
            try:
                return fromstring(mended, forbid_dtd=True)
            except XmlError:
                raise exc from None  # what is wrong besides is said of the text as it came
    except DefusedXmlException as exc:
        raise NotADocument(
            f"reading the list {url}: it declares a DTD or entities, which is refused"
        ) from exc
    except (XmlError, ValueError, RecursionError) as exc:
        raise ShapeChanged(f"reading the list {url}: expected {what}, found no proper XML ({exc})") from exc


def _mended(text: str) -> str:
    """With every loose & written as XML wants it; CDATA stays as it is."""
    first, *others = text.split(_CDATA)
    pieces = [_LOOSE.sub(_escaped, first)]
    for other in others:
        inside, end, after = other.partition(_END)
        pieces += [_CDATA, inside, end, _LOOSE.sub(_escaped, after)]
    return "".join(pieces)


def _escaped(loose: re.Match[str]) -> str:
    meant = html.unescape(loose[0]) if loose[1] else "&"
    return f"&amp;{loose[0][1:]}" if meant[0] == "&" else "".join(f"&#{ord(one)};" for one in meant)


def local_name(node: Element) -> str:
    """The name of an element without its namespace."""
    return str(node.tag).rpartition("}")[2]


def _text(node: Element, name: str) -> str | None:
    return next((part.text for part in node if local_name(part) == name and part.text), None)


def _text_deep(node: Element, name: str) -> str | None:
    return next((part.text for part in node.iter() if local_name(part) == name and part.text), None)


def _link(node: Element, base: str) -> tuple[str | None, str]:
    """The address as it is printed, and what it is seen from. RSS prints it inside <link>, Atom in an
    attribute, of which the alternate is the page."""
    links = [part for part in node if local_name(part) == "link"]
    for link in links:
        if link.get("href") and link.get("rel", "alternate") == "alternate":
            return link.get("href"), _based(link, base)
    printed = next((link for link in links if link.text and link.text.strip()), None)
    if printed is not None:
        return printed.text, _based(printed, base)
    guid = next((part for part in node if local_name(part) == "guid"), None)
    if guid is None or (guid.get("isPermaLink") or "").strip().lower() == "false":
        return None, base
    return guid.text, base


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
    when = english_moment(text)
    day = when.date() if when is not None else _iso_day(text) or list_day(text, now)
    # A year like 1 or 9999 is a CMS's way to say that it does not know.
    return day if day is not None and _FIRST_YEAR <= day.year < _LAST_YEAR else None


def _iso_day(text: str) -> date | None:
    """An ISO time with an offset names a moment: its day is that of China."""
    try:
        when = datetime.fromisoformat(text.strip())
        return china_day(when) if when.tzinfo else when.date()
    except (ValueError, OverflowError):
        return None
