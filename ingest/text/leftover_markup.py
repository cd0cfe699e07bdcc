"""What is left in a text of the source code of a page: entities, tags, escapes of a dump. Pure.

Each is spelled as what it stands for, in as many characters as before, so that every place stays where it is.
What sites put between the words is noise.py and injected_tokens.py.
"""

from __future__ import annotations

import html
import re

NOTHING = "\u200b"
"""Fills up what got shorter; goes once nothing depends on the places any more."""

_SPACES = r"&(?:nbsp|emsp|ensp|thinsp);?|&#(?:160|12288);?"
_ENTITY = r"&(?:#\d{2,6}|#[xX][0-9a-fA-F]{2,5}|[a-z]{2,8}\d{0,2});"
_BLOCKS = "p|br|div|h[1-6]|li|ul|ol|tr|table|tbody|section|center|hr"
_ATTRIBUTES = r"\s+[a-z][\w:-]*\s*=[^<>]{0,300}"
_TAG = rf"</?(?P<tag>{_BLOCKS}|td|span|strong|b|i|u|em|font|a|img|sup|sub)(?:{_ATTRIBUTES}|\s?/)?>"
_ESCAPE = r"\\(?:u(?P<code>[0-9a-fA-F]{4})|[nrt](?![A-Za-z]))"
_LEFT = re.compile(rf"(?P<space>{_SPACES})|(?P<entity>{_ENTITY})|{_TAG}|(?P<escape>{_ESCAPE})", re.I)
_IS_BLOCK = re.compile(_BLOCKS, re.I)


def without_markup(body: str) -> str:
    """`body` with every entity, tag and escape as what a browser shows, filled up with NOTHING."""
    return _LEFT.sub(_shown, body) if _may_hold(body) else body


def holds_markup(body: str) -> bool:
    return _may_hold(body) and _LEFT.search(body) is not None


def _may_hold(body: str) -> bool:
    return any(mark in body for mark in "&<\\")


def _shown(match: re.Match[str]) -> str:
    shown = match[0]
    if match["space"]:
        shown = " "
    elif match["entity"]:
        shown = html.unescape(match[0])
    elif match["tag"]:
        shown = "\n" if _IS_BLOCK.fullmatch(match["tag"]) else NOTHING
    elif match["code"]:
        char = chr(int(match["code"], 16))
        shown = match[0] if "\ud800" <= char <= "\udfff" else char
    elif match["escape"]:
        shown = "\n" if match[0][1] in "nNrR" else " "
    if len(shown) > len(match[0]):  # &nGt; is two characters of four
        return match[0]
    return shown + NOTHING * (len(match[0]) - len(shown))
