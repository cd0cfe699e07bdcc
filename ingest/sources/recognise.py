"""Tell the family of a site from one of its list pages. Pure.

What a family does is families.py; writing the file is draft.py.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from ingest.errors import NotADocument, ParseError, ShapeChanged
from ingest.page.charset import printable
from ingest.page.feed_lists import is_address_list, read_feed, read_sitemap
from ingest.page.json_lists import Keys, guess_keys, html_inside, is_json, parse_json, read_json_list
from ingest.page.lines import parse_html
from ingest.page.urls import canonical_url
from ingest.sources.families import FAMILIES, Family, Form

_JSON_ORDER = ("govcn", "gkmlpt", "was5", "igs", "jpaas", "ucap")
# Of the address of the list itself.
_ADDRESSES = (
    ("gkmlpt", re.compile(r"/gkmlpt/api/")),
    ("was5", re.compile(r"/was5/web/search|/ssp/search/api/")),
    ("igs", re.compile(r"/igs/front/search")),
    ("jpaas", re.compile(r"/jpaas-")),
    ("ucap", re.compile(r"/common/search/[0-9a-f]{32}|/u/search/|/cms-\w+/")),
    ("govcn", re.compile(r"^https?://www\.gov\.cn/.*\.json$")),
)
_IN_PAGE = (
    ("discuz", re.compile(r"""<meta\s[^<>]{0,80}content=["']Discuz!|id=["']normalthread_\d""", re.I)),
    ("zwxl", re.compile(r"""class=["'](?:[\w -]{0,60}\s)?(?:zwxl|gkxl|zwgk-zwxl)-""")),
    (
        "hanweb",
        re.compile(r"<record>\s{0,20}<!\[CDATA\[|/module/(?:web|jslib/jquery)/jpage/|/module/xxgk/|JCMS|Hanweb|大汉"),
    ),
    ("nfcms", re.compile(r"NFCMS|南方网|/gkmlpt/")),
    ("ucap", re.compile(r"UCAP-?CONTENT|ucapcontent|/ucap/", re.I)),
    ("trs", re.compile(r"createPageHTML\s{0,4}\(|TRS_|trs_|拓尔思|TRS\s?WCM")),
)  # fmt: skip
# Families that the address of their articles alone tells.
_BY_ADDRESS = ("pc", "lonsun", "openness", "columns", "idfolder")
_LINKS = (
    ("trs", re.compile(r"/t(?:(?:19|20)\d{6}_\d+(?:_app)?|\d{5,})\.s?html?$")),
    ("hanweb", re.compile(r"/art/(?:19|20)\d\d/(?:\d{1,2}/\d{1,2}/)?art_")),
    ("nfcms", re.compile(r"/m?post_\d+\.html$")),
    (
        "ucap",
        re.compile(
            r"/(?:(?:\d{4}/\d{1,2}/\d{1,2}|\d{6})/[0-9a-f]{32}|\d{6}/(?:c\d\d_\d+|\d{6,12}))\.s?html?$"
        ),
    ),
    *((name, re.compile(FAMILIES[name].list.likely or "")) for name in _BY_ADDRESS),
    ("discuz", re.compile(r"mod=viewthread|/thread-\d+-\d+-\d+\.html$")),
    ("repost", re.compile(r"/baogao/[a-z]{2,12}/\d+\.html$|/b[a-z]{2}/\d+\.html$")),
)
_ENOUGH = 3  # links of one shape


@dataclass(frozen=True, slots=True)
class Recognised:
    """A family, and by what it was known."""

    family: Family
    sign: str


def recognise(text: str, url: str) -> Recognised:
    """The family of the list page, JSON, feed or sitemap at `url`; "plain" where nothing is known.

    In this order: the form of the answer, the address, the shape of the links, marks in the page.
    """
    head = text.lstrip("\ufeff \t\r\n")[:2000]
    if head.startswith("<?xml") or re.match(r"<(?:rss|feed|rdf:RDF|urlset|sitemapindex)\b", head):
        for name, read in (("feed", read_feed), ("sitemap", read_sitemap)):
            try:
                read(text, url)
            except ParseError:
                continue
            return _known(name, f"it is a {name}")
    if is_address_list(text):
        return _known("sitemap", "it is a sitemap of an address a line")
    if is_json(text) and not head.startswith("<"):
        return _of_json(text, url)
    for name, sign in _ADDRESSES:
        if sign.search(url):
            return _known(name, f"its address has {sign.search(url)[0]}")  # type: ignore[index]
    marks = {name: match[0] for name, sign in _IN_PAGE if (match := sign.search(text))}
    shapes = _shapes(text, url)
    if "discuz" in marks:
        return _known("discuz", f"the page has {marks['discuz']!r}")
    if shapes and (top := shapes.most_common(1)[0])[1] >= _ENOUGH:
        # Chongqing's districts print TRS addresses as well: what tells them is their theme or their host.
        if top[0] == "trs" and ("zwxl" in marks or re.search(r"//(?:[\w-]+\.)?cq\.gov\.cn/", url)):
            return _known("zwxl", f"{top[1]} links as of TRS, theme of Chongqing")
        return _known(top[0], f"{top[1]} links of its shape")
    for name, mark in marks.items():
        return _known(name, f"the page has {mark!r}")
    return _known("plain", "no sign of a known family")


def _known(name: str, sign: str) -> Recognised:
    return Recognised(FAMILIES[name], sign)


def _of_json(text: str, url: str) -> Recognised:
    named = [name for name, sign in _ADDRESSES if sign.search(url)]
    guess = _guess(text, url)
    for name in dict.fromkeys((*named, *_JSON_ORDER)):
        family = FAMILIES[name]
        if family.form is not Form.JSON:
            continue
        try:
            if html_inside(text, url, family.json) is None:
                items = read_json_list(text, url, family.json)
                if name not in named and guess.get("date") and not any(item.published_on for item in items):
                    continue  # its days have another name
        except ParseError:
            continue
        return _known(name, "its JSON has the keys of that family")
    return _known("json", "JSON with keys of its own: say under [json] which")


def _guess(text: str, url: str) -> Keys:
    try:
        return guess_keys(parse_json(text, url)) or {}
    except ShapeChanged:
        return {}


def _shapes(text: str, url: str) -> Counter[str]:
    """How many links of the page have the shape of each family's articles."""
    counts: Counter[str] = Counter()
    if "<" not in text:
        return counts
    try:
        tree = parse_html(printable(text.replace("<![CDATA[", "").replace("]]>", "")))
    except NotADocument:
        return counts
    seen = set()
    for node in tree.css("a[href]"):
        try:
            address = canonical_url(node.attributes.get("href") or "", url)
        except ParseError:
            continue
        if address not in seen:
            seen.add(address)
            counts.update(name for name, shape in _LINKS if shape.search(address))
    return counts
