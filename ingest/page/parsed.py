"""A page parsed once: its text, its tree, and what is read before scripts and frames are taken out. Pure.

Bytes become text in charset.py. The readers of an article, of its further pages and of its attachments share
one ParsedPage and leave its tree as it is: who takes elements out works on a copy, or puts them back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingest.page.base import base_of
from ingest.page.filled_fields import show_values
from ingest.page.lines import parse_html, remove, strip_invisible
from ingest.page.script_lists import with_written_values
from ingest.page.styled_lines import break_lines

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode


_XML = re.compile(r"\s{0,20}<\?xml\b")
_HEAD = 2_000  # characters
_FRAMES = "iframe[src], embed[src], object[data], object param[name='src' i][value]"


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """The page at `url`. Its tree, from `root` on, is without what is never shown: scripts, styles, frames,
    form choices.

    `base`: what its addresses are relative to; `metas`: its `<meta name=…>` tags; `frames`: the addresses, as
    printed, of what it shows in frames; `scriptless`: addresses and texts of its links for readers without
    scripts, and of its form choices.
    """

    html: str
    url: str
    base: str
    root: LexborNode
    metas: Mapping[str, str]
    frames: tuple[str, ...]
    scriptless: tuple[tuple[str, str], ...]

    @property
    def body(self) -> LexborNode | None:
        return self.root.css_first("body")

    def without(self, selectors: Sequence[str]) -> ParsedPage:
        """The page without what the selectors match: a copy, or the page itself where there are none."""
        if not selectors:
            return self
        root = self.root.clone()  # a clone of the whole document forgets that it is in quirks mode
        for selector in selectors:
            remove(root.css(selector))
        return replace(self, root=root)


def parse_page(html: str, url: str) -> ParsedPage:
    """Parse a page, as charset.decode gives it: without control characters and the like.

    Raises NotADocument for what cannot be a page (no element, nested beyond reason)."""
    tree = parse_html(with_written_values(_without_sections(html)))
    assert tree.root is not None  # where there is a body
    frames = [node.attributes for node in tree.css(_FRAMES)]
    page = ParsedPage(
        html,
        url,
        base_of(tree, url),
        tree.root,
        metas=read_metas(tree),
        frames=tuple(
            (frame.get("src") or frame.get("data") or frame.get("value") or "").strip() for frame in frames
        ),
        scriptless=tuple(
            (node.attributes.get("href") or node.attributes.get("value") or "", node.text())
            for node in tree.css("noscript a[href], option[value]")
        ),
    )
    strip_invisible(tree)
    show_values(tree, html)
    break_lines(tree, html)
    return page


def _without_sections(html: str) -> str:
    """XML that is no page has its text in CDATA, of which a parser of HTML hides the first paragraph."""
    if not _XML.match(html) or "<html" in html[:_HEAD].lower():
        return html
    return html.replace("<![CDATA[", "").replace("]]>", "")


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
