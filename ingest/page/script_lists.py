"""Lists that a page's scripts hold: rows written by document.write, items in an array of JSON. Pure.

Nothing is run: a script that joins texts and variables is read as a person reads it, any other is left alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from itertools import chain
from typing import Any

from ingest.errors import ShapeChanged
from ingest.model import ListItem
from ingest.page.dates import list_day
from ingest.page.json_lists import guess_keys, layout_of, read_json_rows
from ingest.page.script_values import LONGEST, script_places, scripts_of

_INERT = re.compile(
    r"""\btype\s{0,3}=\s{0,3}["']?text/(?:html|template|plain|ng-template|x-(?!java)[\w-]{1,40})\b""",
    re.I,
)
_HELD = re.compile(r"<(?:code|textarea)\b[^<>]{0,200}>\s{0,99}<!--", re.I)
_UNCOMMENTS = re.compile(r"""["'/^]<!--|\bnodeType\s{0,3}={2,3}\s{0,3}8\b|\bCOMMENT_NODE\b""")
_VARIABLE = re.compile(
    r"""\b([A-Za-z_$][\w$]{0,40})\s{0,5}=\s{0,5}("[^"\n]{0,2000}"|'[^'\n]{0,2000}'|\d{1,6})\s{0,5}[;,\n]"""
)
_DECIDES = re.compile(r"\b(?:if|switch|for|while|function|try)\b|\?|=>")
_WRITE = re.compile(r"document\.write(?:ln)?\s{0,5}\(")
_TERM = re.compile(
    r"""\s*(?:("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|([A-Za-z_$][\w$]*)|\(\s*([A-Za-z_$][\w$]*)\s*([+-]\s*\d{1,3})\s*\))\s*"""
)
_LONGEST_ADDRESS = 200  # characters before what is not known
_IN_ADDRESS = re.compile(r"""\bhref=["']?[^"'<>\s]{1,180}\Z""")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.S)
_LITERAL = re.compile(r"'((?:[^'\\\n]|\\.){0,3000})'" r'|"((?:[^"\\\n]|\\.){0,3000})"')
_MARKUP = re.compile(r"^[^<]{0,20}<(?:li|tr|dd|dl|div|p|a)\b")
_LEADS = re.compile(r"""href=["'][^"'<>]{1,400}["']""")
_GIVEN = re.compile(r"""=\s{0,3}(?:'(\s{0,9}[\[{][^'<>]{20,100000})'|"(\s{0,9}[\[{][^"<>]{20,100000})")""")
_FIELD = re.compile(r"<textarea\b[^<>]{0,400}>(\s{0,99}[\[{][^<]{20,100000})</textarea>", re.I)
_JSON_START = re.compile(r"""=\s{0,5}(?=[\[{])|JSON\.parse\(\s{0,3}(?=')""")
# Objects and rows as people write them in a script: {id: 7, title: '…', url: "…"}, ["…", "/a/1.html"].
_LOOSE_OBJECT = re.compile(r"\{([^{}<>]{10,2000})\}")
_PAIR = re.compile(
    r"""["']?([A-Za-z_]\w{0,30})["']?\s{0,3}:\s{0,3}(?:"((?:[^"\\\n]|\\.){0,600})"|'((?:[^'\\\n]|\\.){0,600})'|(\d{1,15}))"""
)
_LOOSE_ROW = re.compile(r"\[([^\[\]{}<>]{10,2000})\]")
# addRow("…", "/a/1.html", "2026-01-28")
_ARGUMENT = r"""(?:"(?:[^"\\\n<>]|\\.){0,600}+"|'(?:[^'\\\n<>]|\\.){0,600}+'|\d{1,15}+)\s{0,9}"""
_CALLED = re.compile(rf"\w\s{{0,3}}\(\s{{0,9}}({_ARGUMENT}(?:,\s{{0,9}}{_ARGUMENT}){{1,11}}+)\)")
_CELL = re.compile(r""""((?:[^"\\\n]|\\.){0,600})"|'((?:[^'\\\n]|\\.){0,600})'""")
_ADDRESS_CELL = re.compile(r"^(?:https?:/|\.{0,2}/)|\.s?html?$|\.(?:jsp|aspx?|php)\b")
_CHINESE = re.compile(r"[\u4e00-\u9fff]{4}")
_MOST_VALUES = 40
_SHORT = 400  # characters of a script that writes a value
_FEWEST_ITEMS = 2


def written_out(html: str) -> str:
    """`html` with what its scripts write by document.write, or put together as rows of a list, in the place
    of these scripts."""
    pieces, at = [], 0
    for start, begin, end, after in script_places(html):
        script = html[begin:end]
        if end == after or len(script) > LONGEST or ("<" not in script and "document.write" not in script):
            continue
        said = _written(script) if "document.write" in script else _put_together(script)
        if said is None:
            continue
        pieces += [html[at:start], said]
        at = after
    return "".join([*pieces, html[at:]])


def with_written_values(html: str) -> str:
    """`html` with the values that short scripts write, in their place: a number, a day, where a page is from.
    Nothing is, where a script decides something or needs more than its own texts."""
    pieces, at = [], 0
    for start, begin, end, after in script_places(html) if "document.write" in html else ():
        script = html[begin:end] if end - begin <= _SHORT else ""
        plain = "document.write" in script and not _DECIDES.search(script)
        said = _written(script, whole=True) if plain else None
        if said and "<" not in said:
            pieces += [html[at:start], said]
            at = after
    return "".join([*pieces, html[at:]]) if pieces else html


def inert_shown(html: str) -> str:
    """`html` with the markup that its scripts of no program hold (type="text/html") in their place."""
    pieces, at = [], 0
    for start, begin, end, after in script_places(html):
        if _INERT.search(html[start:begin]):
            pieces += [html[at:start], "<div>", html[begin:end], "</div>"]
            at = after
    return "".join([*pieces, html[at:]])


def uncommented(html: str) -> str:
    """`html` with what it holds in comments for a script to show: one that takes the marks away, or reads
    the comment in a <code>."""
    if "<!--" not in html:
        return html
    if _HELD.search(html) or any(map(_UNCOMMENTS.search, scripts_of(html))):
        return html.replace("<!--", " ").replace("-->", " ")
    return html


def _written(script: str, *, whole: bool = False) -> str | None:
    """What the script writes; None where it does something else with it than joining texts, and with `whole`
    where one of them is not known. A link of whose address a part is not known is left out."""
    known = {name: value if value.isdecimal() else _text(value) for name, value in _VARIABLE.findall(script)}
    parts = []
    for call in _WRITE.finditer(script):
        at, joined, leads = call.end(), "", True
        start = at
        while term := _TERM.match(script, at):
            literal, name, counted, step = term.groups()
            said = _text(literal) if literal else known.get(name or counted)
            if counted and said is not None:
                said = str(int(said) + int("".join(step.split()))) if said.isdecimal() else None
            if said is None and whole:
                return None
            leads = leads and (said is not None or not _IN_ADDRESS.search(joined[-_LONGEST_ADDRESS:]))
            joined += said or ""
            at = term.end()
            if script[at : at + 1] != "+":
                break
            at += 1
        if at == start or script[at : at + 1] != ")":
            return None
        parts.append(joined if leads else "")
    return "".join(parts) if parts else None


def _put_together(script: str) -> str | None:
    """The rows that a script joins to a list, where they stand there whole: s += '<li>…</li>'."""
    if "href" not in script:
        return None
    literals = (_text(match[0]) for match in _LITERAL.finditer(script))
    rows = [literal for literal in literals if _MARKUP.match(literal)]
    joined = "".join(rows)
    return joined if len(_LEADS.findall(joined)) >= _FEWEST_ITEMS and "+" not in joined else None


def _text(literal: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], literal[1:-1])


def items_in_scripts(html: str, url: str, now: datetime | None) -> list[ListItem]:
    """The items of the longest array of objects with addresses and titles that stands in a script."""
    best: list[ListItem] = []
    values = 0
    for script in _holding(html):
        if len(script) > LONGEST or ("报告" not in script and "title" not in script.lower()):
            continue
        for value in (*_values(script), *_loose(script)):
            values += 1
            if values > _MOST_VALUES:
                return best
            if (keys := guess_keys(value)) is None:
                continue
            try:
                items = read_json_rows(value, url, layout_of(keys), now)
            except ShapeChanged:
                continue
            if len(items) >= max(_FEWEST_ITEMS, len(best) + 1):
                best = items
    return best


def _holding(html: str) -> Iterator[str]:
    """The scripts of a page, and the arrays that it hands to an element of its own, :items='[{…}]', or holds
    in a hidden field."""
    yield from scripts_of(html)
    yield from (f"={unescape(held[1])}" for held in _FIELD.finditer(html))
    for given in _GIVEN.finditer(html):
        yield f"={unescape(given[1] or given[2])}"


def _values(script: str) -> list[Any]:
    found, at, decoder = [], 0, json.JSONDecoder(strict=False)
    while start := _JSON_START.search(script, at):
        at = start.end()
        try:
            value, at = decoder.raw_decode(script, start.end())
        except (ValueError, RecursionError):
            continue
        found.append(value)
    return found


def _loose(script: str) -> list[Any]:
    """The objects, the rows of texts and those that a function is called with, that a script holds in a form
    that is no JSON: those of one shape together."""
    objects: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for match in _LOOSE_OBJECT.finditer(script):
        pairs = {key: _text(f"'{one or two or number}'") for key, one, two, number in _PAIR.findall(match[1])}
        if len(pairs) > 1:
            objects.setdefault(tuple(pairs), []).append(pairs)
    rows: dict[int, list[dict[str, str]]] = {}
    for match in chain(_LOOSE_ROW.finditer(script), _CALLED.finditer(script)):
        cells = [_text(f"'{one or two}'") for one, two in _CELL.findall(match[1])]
        if named := _named(cells):
            rows.setdefault(len(cells), []).append(named)
    return [alike for alike in (*objects.values(), *rows.values()) if len(alike) >= _FEWEST_ITEMS]


def _named(cells: list[str]) -> dict[str, str] | None:
    """A row of texts with the names of what they are, where one is an address and one a title."""
    url = next((cell for cell in cells if _ADDRESS_CELL.search(cell.strip())), None)
    title = max((cell for cell in cells if cell != url and _CHINESE.search(cell)), key=len, default=None)
    if url is None or title is None:
        return None
    day = next((cell for cell in cells if cell not in (url, title) and list_day(cell)), "")
    return {"url": url, "title": title, "date": day}
