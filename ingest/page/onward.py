"""Know a page that only sends its reader on: by meta refresh, by a script, or as the frame of another. Pure.

Following it like a redirect is web/; a wall that wants a cookie first is walls.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.errors import ParseError
from ingest.page.base import base_of
from ingest.page.charset import decode
from ingest.page.lines import parse_html, strip_invisible
from ingest.page.parsed import parse_page
from ingest.page.urls import absolute_url, canonical_url
from ingest.page.walls import blocked

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_LARGE = 64 * 1024  # bytes; a page with no more to say than where to go is a tenth of that
_SHORT = 60  # characters of visible text: 正在跳转，如果没有跳转请点击这里
_SIGNS = (b"refresh", b"location", b"_self", b"<iframe", b"<frame", b"<object")
_FRAMES = "iframe[src], object[data][type^='text/' i]"  # an object of another type is a film, a file
_REFRESH = re.compile(
    r"\s*\d{1,5}(?:\.\d{0,4})?(?:\s*[;,]\s*|\s+)(?:url\s*=\s*)?[\"']?([^\"'<>]{1,2000})", re.I
)
_SCRIPT = re.compile(
    r"""\blocation(?:\.href)?\s{0,9}=\s{0,9}["']([^"'<>\s]{1,2000})["']"""
    r"""|\blocation\.(?:replace|assign)\s{0,9}\(\s{0,9}["']([^"'<>\s]{1,2000})["']"""
    r"""|\bopen\s{0,9}\(\s{0,9}["']([^"'<>\s]{1,2000})["']\s{0,9},\s{0,9}["']_(?:self|top|parent)["']""",
    re.I,
)
# Itself: <meta http-equiv=refresh content=0>, location.reload(), location.href = location.href.
_AGAIN = re.compile(r"\d{1,2}(?:\.\d{0,4})?(?:\s{0,9};)?")
_RELOADS = re.compile(
    r"\blocation\.reload\s{0,9}\(|\blocation(?:\.href)?\s{0,9}=\s{0,9}(?:(?:window|self|document)\.)?location\b"
    r"|\blocation\.(?:replace|assign)\s{0,9}\(\s{0,9}(?:(?:window|self|document)\.)?location\b"
    # by way of a variable
    r"|\b(\w{1,30})\s{0,9}=\s{0,9}(?:(?:window|self|document)\.)?location(?:\.href)?\s{0,9}[;\n]"
    r"[^<>]{0,200}?\blocation(?:\.href)?\s{0,9}=\s{0,9}\1\s{0,9}(?:[;\n]|$)",
    re.I,
)
_LITTLE = 300  # characters of scripts that do nothing else
_MAIN = re.compile(r"(?:main|content|right|article|zhengwen|body)(?:_?(?:frame|page|win|area))?\Z", re.I)
_ASIDE = re.compile(r"(?:top|head|left|menu|nav|foot|bottom|banner|side|logo|tree|ad)", re.I)
_NO_SIZE = re.compile(r"[01](?:px)?")
_HIDDEN = re.compile(r"(?:display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden)", re.I)
# A file in a frame is read as an attachment of its page (attachments/links.py).
_FILE = re.compile(r"\.(?:pdf|docx?|wps|ofd|ceb|xlsx?)(?:$|[?#&])|[?&]file=", re.I)


def may_send_on(body: bytes) -> bool:
    """Whether it is worth a look."""
    if len(body) > _LARGE:
        return False
    small = body.lower()
    return any(sign in small for sign in _SIGNS)


def onward(body: bytes, content_type: str | None, url: str) -> str | None:
    """The address that the page at `url` sends its reader to, where it has next to nothing to say itself;
    `url` where it does nothing but to reload itself.

    None for a page with a text of its own, for a block page, and for a frame that shows another host or a
    file.
    """
    if not may_send_on(body):
        return None
    try:
        text = decode(body, content_type)
        if text.lstrip()[:1] in ("{", "["):
            return None
        tree = parse_html(text)
        here = canonical_url(url)
        elsewhere = (one for one in _named(tree, base_of(tree, url), url) if canonical_url(one) != here)
        address = next(elsewhere, None) or (url if _reloads(tree, here, base_of(tree, url)) else None)
        if address is None:
            return None
        strip_invisible(tree)
        visible = "".join((tree.root.text() if tree.root else "").split())
        if len(visible) > _SHORT or blocked(parse_page(text, url)):
            return None
    except ParseError:
        return None
    return address


def _named(tree: LexborHTMLParser, base: str, url: str) -> Iterator[str]:
    """What the page names as the place to go, the surest first."""
    for content in _refreshes(tree):
        if (match := _REFRESH.match(content)) and match[1].strip():
            yield from _address(match[1], base)
    loads = (node.attributes.get("onload") or "" for node in tree.css("body[onload]"))
    for script in (*(node.text() for node in tree.css("script")), *loads):
        # Telephones are sent elsewhere, and we are none.
        if "userAgent" not in script and (match := _SCRIPT.search(script)):
            yield from _address(match[1] or match[2] or match[3], base)
    yield from _framed(tree, base, url)


def frame_of(html: str, url: str) -> str | None:
    """The address of the frame in which a page with all its menus shows what it does not say itself: the only
    one, the one that is called so, or the one beside head and menu. Raises NotADocument."""
    tree = parse_html(html)
    here = canonical_url(url)
    return next((one for one in _framed(tree, base_of(tree, url), url) if canonical_url(one) != here), None)


def _framed(tree: LexborHTMLParser, base: str, url: str) -> Iterator[str]:
    frames = [{"src": said.get("data"), **said} for said in (node.attributes for node in tree.css(_FRAMES))]
    frame = _main_frame([one for one in frames if not _is_hidden(one)])
    if frame is not None and not _FILE.search(source := frame.get("src") or ""):
        for address in _address(source, base):
            if urlsplit(address).netloc == urlsplit(url).netloc:
                yield address


def _is_hidden(frame: _Frame) -> bool:
    sizes = ((frame.get(side) or "").strip() for side in ("width", "height"))
    return any(_NO_SIZE.fullmatch(size) for size in sizes) or bool(_HIDDEN.search(frame.get("style") or ""))


def _reloads(tree: LexborHTMLParser, here: str, base: str) -> bool:
    """Whether that is all that its tags and its scripts do."""
    for content in _refreshes(tree):
        named = _REFRESH.match(content)
        goes = [canonical_url(one) for one in _address(named[1], base)] if named else []
        if here in goes or _AGAIN.fullmatch(content.strip()):
            return True
    scripts = tree.css("script")
    said = "".join(node.text() for node in scripts)
    alone = not any("src" in node.attributes for node in scripts)
    return alone and len(said) <= _LITTLE and _RELOADS.search(said) is not None


def _refreshes(tree: LexborHTMLParser) -> Iterator[str]:
    for node in tree.css("meta[http-equiv]"):
        if (node.attributes.get("http-equiv") or "").strip().lower() == "refresh":
            yield node.attributes.get("content") or ""


_Frame = Mapping[str, str | None]


def _main_frame(frames: Sequence[_Frame]) -> _Frame | None:
    """The frame with the text: the only one, the one that is called so, or the one beside head and menu."""
    called = [frame for frame in frames if _is_called(frame, _MAIN)]
    beside = [frame for frame in frames if not _is_called(frame, _ASIDE)]
    return next((some[0] for some in (frames, called, beside) if len(some) == 1), None)


def _is_called(frame: _Frame, names: re.Pattern[str]) -> bool:
    """By its name, its id or its file's name."""
    stem = (frame.get("src") or "").partition("?")[0].rpartition("/")[2].partition(".")[0]
    return any(names.match(name) for name in (frame.get("name") or "", frame.get("id") or "", stem))


def _address(text: str, base: str) -> Iterator[str]:
    try:
        yield absolute_url(text, base)
    except ParseError:  # javascript:, about:blank
        return
