"""Find the title of a page among its headings and lines, and the subtitle below it. Pure.

What a title looks like is titles.py; the rest of an article is article.py.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING

from ingest.page.furniture import is_furniture, is_prose
from ingest.page.parsed import ParsedPage
from ingest.page.titles import (
    LONGEST_SAID,
    TITLE_LINES,
    broken_title,
    clean_title,
    is_cut,
    looks_like_title,
    names_report,
    same_title,
    says_which,
    title_around,
    title_parts,
    without_category,
    without_info,
)

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_SPACE = re.compile(r"\s+")
_PATH = re.compile(r"\s{0,9}(?:[>›»＞]|&gt;){1,2}\s{0,9}")
CELL_EDGE = " |"  # of a line whose cells a bar parts
# Elements that may say in class or id that they hold the title; `_says_title` decides.
_PLACES = (
    "h1, h2, h3, h4, h5, ucaptitle, [class*='tit' i], [id*='tit' i], [class*='bt' i], [id*='bt' i],"
    " [class*='_h'], [class*='headline' i], [class*='biaoti' i]"
)
_TITLE_METAS = ("og:title", "title", "headline", "twitter:title")
_AROUND = frozenset(["text", "txt", "box", "con", "content", "main", "name"])  # art_title_box
_OF_SOMETHING_ELSE = re.compile(
    r"(?i)sub|small|down|nav|menu|list|side|logo|site|tab|hot|relat|recom|column|channel|foot|popup|dialog|modal"
)
_HEADING_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "ucaptitle"})
_MENU = 3  # blanks in a heading without a pause: it is a menu
_MOST = 200  # elements that are looked at
_NAME = 60  # characters of an element's name that is worth remembering
_ABOVE = 8  # lines above the text among which its title is looked for
_BELOW = 10  # lines below the title among which the subtitle is looked for


@dataclass(frozen=True, slots=True)
class Heading:
    """A title; `sure`: the page says in two ways, or in the words of a document, that it is one. `others`:
    the headings that may be a better one, where next to nothing speaks for it."""

    text: str | None
    sure: bool
    others: tuple[str, ...] = ()


def page_title(page: ParsedPage, site: str | None) -> Heading:
    """The heading that <title> begins with or holds; else <title> without the site; else a heading.

    The first <h1> alone is no guide: on many themes it is the site's logo. Nor is <title> alone: on many
    sites it is the name of the site, the office or the column.
    """
    head = page.root.css_first("title")
    printed = without_info(clean_title(head.text())) if head else None
    headings = list(dict.fromkeys(text for text in _headings(page.root) if text != site))
    parts = title_parts(printed, site) if printed else []
    if printed:
        plain = _SPACE.sub("", printed)
        begins = [text for text in headings if len(text) >= 6 and plain.startswith(_SPACE.sub("", text))]
        if begins and not TITLE_LINES["site"].find(longest := max(begins, key=len)):
            return Heading(longest, True)
        within = [
            text for text in headings if _SPACE.sub("", text) in plain and not TITLE_LINES["site"].find(text)
        ]
        if within := [
            text for text in within if looks_like_title(text) or len(text) > max(11, len(parts[0]))
        ]:
            return Heading(max(within, key=len), True)
        if is_cut(parts[0]) and (whole := [text for text in headings if same_title(parts[0], text)]):
            return Heading(max(whole, key=len), True)
    named = [text for text in headings if looks_like_title(text)]
    own = [
        part
        for part in parts
        if part != site and not TITLE_LINES["site"].find(part) and not is_furniture(part)
    ]
    for part in own[:1] if parts and own and own[0] == parts[0] else own:
        if looks_like_title(part):
            fuller = next((text for text in named if part in text), without_category(part))
            if says_which(fuller):
                return Heading(fuller, True)
            # A column (公告公示, 规划计划), or what many are called: a heading may say more.
            return Heading(next(filter(names_report, named), fuller), False)
    if named:
        return Heading(named[0], False)
    said = without_info(first_text(page.metas, _TITLE_METAS))
    if said and looks_like_title(said):
        return Heading(title_parts(said, site)[0], True)
    if own and own[0] == parts[0]:
        return Heading(own[0], False)
    return Heading(next(iter(headings), printed), False, tuple(headings))


def title_above(lines: Sequence[str], body: Sequence[str], headings: Collection[str]) -> str | None:
    """The nearest title-like line or heading above the text: of its own first lines, else of the page's."""
    start = next((index for index, line in enumerate(body[:_ABOVE]) if is_prose(line)), 0)
    own = [line for line in body[:start] if looks_like_title(line) or line in headings]
    if own:
        return title_around(body[:start], body.index(own[0])) or own[0]
    first = next(iter(body), None)
    at = next((index for index, line in enumerate(lines) if line.strip(CELL_EDGE) == first), 0)
    above = [line.strip(CELL_EDGE) for line in lines[max(0, at - _ABOVE) : at]]
    for index in reversed(range(len(above))):
        text = without_info(above[index]) or ""
        if title := title_around([*above[:index], text], index):
            return title
        if looks_like_title(text) or (text in headings and not TITLE_LINES["site"].find(text)):
            return text
    return next(filter(None, map(_end_of_path, reversed(above))), None)


def _end_of_path(line: str) -> str | None:
    """The title at the end of where the reader is: 首页 > 政府工作报告 > 某县2026年政府工作报告."""
    *path, last = _PATH.split(line)
    return last if len(path) > 1 and looks_like_title(last) and says_which(last) else None


def subtitle(below: Sequence[str], body: Sequence[str]) -> list[str]:
    """The lines between the title and the text that say at which meeting, when and by whom: not those that
    the text has itself."""
    found: list[str] = []
    have = set(body[:_BELOW])
    for line in below[:_BELOW]:
        said = any(TITLE_LINES[name].find(line) for name in ("occasion", "speaker"))
        if line in have or (is_prose(line) and not said):
            break
        if is_furniture(line):
            continue
        if said or TITLE_LINES["day"].find(line):
            found.append(line)
    return found if any(not TITLE_LINES["day"].find(line) for line in found) else []


def first_text(metas: Mapping[str, str], names: Sequence[str]) -> str | None:
    """The first of these `<meta>` tags that says something."""
    lower = {name.lower(): value for name, value in metas.items()}
    return next((clean for name in names if (clean := clean_title(lower.get(name)))), None)


def text_of(node: LexborNode) -> str:
    if not node.css_first("br, p, div"):
        return clean_title(node.text()) or ""
    said = node.text(separator="\n").lstrip()[:LONGEST_SAID]
    lines = [line for one in said.split("\n") if (line := clean_title(one))]
    # 政府工作报告 / ——2026年1月26日在…会议上: the subtitle stands in the same element.
    lines = [*lines[:1], *takewhile(lambda line: not TITLE_LINES["occasion"].find(line), lines[1:])]
    title, count = broken_title(lines)
    return title if title and count == len(lines) else clean_title(" ".join(lines)) or ""


def _headings(root: LexborNode) -> Iterator[str]:
    for node in root.css(_PLACES)[:_MOST]:
        if not _says_title(node):
            continue
        text = without_info(text_of(node)) or ""
        if not 4 <= len(text) <= 150 or is_furniture(text):
            continue
        if text.count(" ") >= _MENU and "，" not in text and not looks_like_title(text):
            continue
        link = node.css_first("a[href]")
        if link is not None and clean_title(link.text()) == text and node.tag not in _HEADING_TAGS:
            continue  # an item of a list
        yield text


def _says_title(node: LexborNode) -> bool:
    if node.tag in _HEADING_TAGS:
        return True
    attributes = node.attributes
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".split()
    return any((_names_title if len(name) <= _NAME else _names_title.__wrapped__)(name) for name in names)


@lru_cache(maxsize=2_048)
def _names_title(name: str) -> bool:
    """DocTitle, title-text, xl_bt, wip_art_h: the last word says title. Most elements of a page are called
    like others of it."""
    if _OF_SOMETHING_ELSE.search(name):
        return False
    words = [word for word in name.lower().replace("-", "_").split("_") if word]
    while words and (words[-1] in _AROUND or words[-1].isdecimal()):
        words.pop()
    last = words[-1].rstrip("0123456789") if words else ""
    if last in ("tit", "biaoti") or last.endswith(("title", "headline")):
        return True
    return (last.endswith("bt") and len(last) <= 5) or (last == "h" and len(words) > 1)
