"""How many pictures a page shows that may be the pages of its text. Pure.

Asked only where a page has no text. Pictures that are files of their own are attachments/ and ocr/.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.page.parsed import ParsedPage

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_ADDRESSES = ("data-src", "data-original", "file", "src")  # a page of Discuz or WeChat loads them late
_FURNITURE = re.compile(
    r"(?:^|[/_-])(?:logo|icon|ico|qr|ewm|erwei|wei[xb]|banner|share|print|close|btn|button|arrow|line|dot|blank|space"
    r"|loading|none|redstar|conac|jiucuo|beian)|^data:|\.svg|\.gif",
    re.I,
)
_IN_PARAGRAPHS = "p img, center img"  # as editors put them
_LINK = "a"
_HIGHEST = 3  # levels above a picture


def pictures_in(page: ParsedPage) -> int:
    """The pictures in the paragraphs of a page, without signs, codes, and what is linked to something else.
    What decorates a page stands in boxes and lists: one that shows that alone has lost its text."""
    return sum(map(_may_be_text, page.root.css(_IN_PARAGRAPHS)))


def _may_be_text(picture: LexborNode) -> bool:
    said = picture.attributes
    address = next(filter(None, map(said.get, _ADDRESSES)), "")
    return bool(address) and not _FURNITURE.search(address) and not _is_linked(picture, address)


def _is_linked(picture: LexborNode, address: str) -> bool:
    """Whether a picture is a link to anything but itself."""
    around = picture.parent
    for _ in range(_HIGHEST):
        if around is None:
            return False
        if around.tag == _LINK:
            return (around.attributes.get("href") or address) != address
        around = around.parent
    return False
