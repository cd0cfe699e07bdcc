"""Show what fields of a form say behind the labels of a header block: 索引号 <input value="X-1">. Pure.

What is chosen or typed in by a reader is none of it; how the block is read is header.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.page.labels import Sort, label_of

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_ASKED = ("请输入", "请选择", "请填写")  # of a form to search with
_TO = ("至", "到", "-", "—", "~", "～")
_FEWEST = 2  # fields that are a block
_LEVELS = 3  # from a field to the cell beside that of its label
_MOST = 60  # fields of a page; a block has twenty
_BESIDE = 3  # looked at before a field


def show_values(tree: LexborHTMLParser, html: str) -> None:
    """Put the values of text fields that stand behind a label in the place of the fields, where these are a
    block: one alone, and a stretch of days from one to another, is what a form to search with begins with."""
    if "<input" not in html and "<INPUT" not in html:
        return
    shown: list[tuple[LexborNode, str]] = []
    for node in tree.css("input[value]")[:_MOST]:
        said = node.attributes
        value = (said.get("value") or "").strip()
        if (said.get("type") or "text").lower() != "text" or not value or value.startswith(_ASKED):
            continue
        label = label_of(_before(node))
        if label is not None and label.sort is Sort.FIELD and not _begins_stretch(node):
            shown.append((node, value))
    if len(shown) >= _FEWEST:
        for node, value in shown:
            node.replace_with(value)


def _begins_stretch(node: LexborNode) -> bool:
    """发布日期 <input> 至 <input>"""
    behind = node.next
    while behind is not None and not (text := behind.text().strip()):
        behind = behind.next
    return behind is not None and text.startswith(_TO)


def _before(node: LexborNode) -> str:
    """What stands before an element, in its cell or in the one beside, without blanks and colon."""
    at: LexborNode | None = node
    for _ in range(_LEVELS):
        if at is None:
            break
        before = at.prev
        for _ in range(_BESIDE):
            if before is None:
                break
            if text := "".join(before.text().split()):
                return text.rstrip(":：")
            before = before.prev
        at = at.parent
    return ""
