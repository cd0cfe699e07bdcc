"""What feed validators ask for, as functions that return complaints: an empty list is a valid feed.

Atom: RFC 4287, by the grammar in rules/atom.rng and what a grammar cannot say; RFC 5005 for archives. RSS:
the RSS 2.0 specification and the profile of the RSS Advisory Board, as the validator of the W3C applies them.
JSON Feed 1.1: rules/jsonfeed-1.1.json. Of all three: addresses in HTML are absolute, and no script is in it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator
from lxml import etree
from lxml import html as lxml_html

RULES = Path(__file__).parents[1] / "rules"
ATOM, HISTORY = "{http://www.w3.org/2005/Atom}", "{http://purl.org/syndication/history/1.0}"
_GRAMMAR = etree.RelaxNG(etree.parse(RULES / "atom.rng"))
_JSON_FEED = Draft202012Validator(json.loads((RULES / "jsonfeed-1.1.json").read_text()))
_RFC_822 = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} "
    r"\d\d:\d\d:\d\d ([+-]\d{4}|GMT)"
)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_CHANNEL = {
    *("title", "link", "description", "language", "copyright", "managingEditor", "webMaster", "pubDate"),
    *("lastBuildDate", "category", "generator", "docs", "cloud", "ttl", "image", "item"),
}
_ITEM = {
    *("title", "link", "description", "author", "category", "comments", "enclosure", "guid", "pubDate"),
    "source",
}
_UNSAFE = {"script", "style", "iframe", "object", "embed", "form", "meta", "link", "base"}


def complaints(document: bytes, media_type: str, url: str) -> list[str]:
    """What is wrong with this feed, which was got from `url` as `media_type`."""
    match media_type.partition(";")[0]:
        case "application/atom+xml":
            return list(_atom(etree.fromstring(document), url))
        case "application/rss+xml":
            return list(_rss(etree.fromstring(document), url))
        case "application/feed+json":
            return list(_json(json.loads(document), url))
        case other:
            return [f"{other} is no media type of a feed"]


def _atom(feed: Any, url: str) -> Iterator[str]:
    if not _GRAMMAR.validate(feed):
        yield from (f"line {error.line}: {error.message}" for error in _GRAMMAR.error_log)
        return
    entries = feed.findall(f"{ATOM}entry")
    if feed.find(f"{ATOM}author") is None and not all(e.find(f"{ATOM}author") is not None for e in entries):
        yield "no author of the feed, and not of every entry"
    yield from _once("entry id", [e.findtext(f"{ATOM}id") for e in entries])
    for thing in (feed, *entries):
        id_, title = thing.findtext(f"{ATOM}id"), thing.findtext(f"{ATOM}title")
        links = thing.findall(f"{ATOM}link")
        if not _URI.fullmatch(id_):
            yield f"id {id_!r} is no URI"
        if not title.strip():
            yield f"{id_}: no title"
        for link in links:
            if not _URI.fullmatch(link.get("href")):
                yield f"{id_}: link {link.get('href')!r} is not absolute"
        alternates = [link for link in links if link.get("rel", "alternate") == "alternate"]
        yield from _once(f"alternate of {id_}", [(a.get("type"), a.get("hreflang")) for a in alternates])
    selves = [link.get("href") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if selves != [url]:
        yield f"self is {selves}, the feed was got from {url}"
    for entry in entries:
        content, id_ = entry.find(f"{ATOM}content"), entry.findtext(f"{ATOM}id")
        has_alternate = any(e.get("rel", "alternate") == "alternate" for e in entry.findall(f"{ATOM}link"))
        if content is None and not has_alternate:
            yield f"{id_}: neither content nor an alternate"
        if content is not None and content.get("src") and entry.find(f"{ATOM}summary") is None:
            yield f"{id_}: content elsewhere, and no summary"
        if content is not None and content.get("type") == "html":
            yield from _html(id_, content.text or "")
        if entry.findtext(f"{ATOM}updated") > feed.findtext(f"{ATOM}updated"):
            yield f"{id_}: newer than its feed"
    if feed.find(f"{HISTORY}archive") is not None and not any(
        link.get("rel") == "current" for link in feed.findall(f"{ATOM}link")
    ):
        yield "an archive without a link to the current feed"


def _rss(rss: Any, url: str) -> Iterator[str]:
    if (rss.tag, rss.get("version"), [child.tag for child in rss]) != ("rss", "2.0", ["channel"]):
        yield "not <rss version='2.0'> with one channel"
        return
    channel = rss[0]
    items = channel.findall("item")
    for what, thing, known, many in (
        ("channel", channel, _CHANNEL, {"item", "category"}),
        *((f"item {n}", item, _ITEM, {"category"}) for n, item in enumerate(items)),
    ):
        names = [child.tag for child in thing if not child.tag.startswith("{")]
        yield from (f"{what}: RSS has no {name}" for name in set(names) - known)
        yield from _once(what, [name for name in names if name not in many])
        yield from (f"{what}: no text in {c.tag}" for c in thing if c.tag != "item" and _hollow(c))
        for name in ("pubDate", "lastBuildDate"):
            said = thing.findtext(name)
            if said is not None and not (_RFC_822.fullmatch(said) and _is_day(said)):
                yield f"{what}: {name} {said!r} is no date of RFC 822"
        link = thing.findtext("link")
        if link is not None and not link.startswith(("http://", "https://")):
            yield f"{what}: link {link!r}"
    yield from (f"channel: no {name}" for name in ("title", "link", "description") if not _has(channel, name))
    language = channel.findtext("language") or ""
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]{2,4})?", language):
        yield f"channel: language {language!r}"
    selves = [link.get("href") for link in channel.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if selves != [url]:
        yield f"atom:link self is {selves}, the feed was got from {url}"
    yield from _once("guid", [item.findtext("guid") for item in items])
    for item in items:
        guid = item.find("guid")
        if guid is None:
            yield "item without guid"
            continue
        if guid.get("isPermaLink", "true") != "false" and not guid.text.startswith(("http://", "https://")):
            yield f"guid {guid.text!r} says that it is a link"
        if not (_has(item, "title") or _has(item, "description")):
            yield f"{guid.text}: neither title nor description"
        yield from _html(guid.text, item.findtext("description") or "")


def _json(feed: Any, url: str) -> Iterator[str]:
    yield from (f"{error.json_path}: {error.message}" for error in _JSON_FEED.iter_errors(feed))
    if feed.get("feed_url") != url:
        yield f"feed_url is {feed.get('feed_url')!r}, the feed was got from {url}"
    items = [item for item in feed.get("items", ()) if isinstance(item, dict)]
    yield from _once("item id", [item.get("id") for item in items])
    for item in items:
        yield from _html(str(item.get("id")), item.get("content_html", ""))


def _html(what: str, markup: str) -> Iterator[str]:
    for element in lxml_html.fragment_fromstring(markup, create_parent="div").iter():
        if element.tag in _UNSAFE:
            yield f"{what}: <{element.tag}> in the content"
        for name, value in element.attrib.items():
            if name.startswith("on") or name == "style":
                yield f"{what}: {name}= in the content"
            if name in ("href", "src") and urlsplit(value).scheme not in ("http", "https"):
                yield f"{what}: {value!r} in the content is not absolute"


def _once(what: str, values: Iterable[Any]) -> Iterator[str]:
    yield from (f"{what}: {value!r} stands {n} times" for value, n in Counter(values).items() if n > 1)


def _has(thing: Any, name: str) -> bool:
    return bool((thing.findtext(name) or "").strip())


def _hollow(element: Any) -> bool:
    return not element.tag.startswith("{") and not (element.text or "").strip() and not element.attrib


def _is_day(said: str) -> bool:
    """Does the day of the week fit the date?"""
    try:
        return parsedate_to_datetime(said).strftime("%a") == said[:3]
    except ValueError:
        return False
