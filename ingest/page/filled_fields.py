"""Show what fields of a form say behind the labels of a header block: 索引号 <input value="X-1">. Pure.

What is chosen or typed in by a reader is none of it; how the block is read is header.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.page.labels import Sort, label_of

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_ASKED = ("请输入", "请选择", "请填写")  # of a form to search with
_LEVELS = 3  # from a field to the cell beside that of its label
_MOST = 60  # fields of a page; a block has twenty
_BESIDE = 3  # looked at before a field


def show_values(tree: LexborHTMLParser, html: str) -> None:
    """Put the values of text fields that stand behind a label in the place of the fields."""
    if "<input" not in html and "<INPUT" not in html:
        return
    for node in tree.css("input[value]")[:_MOST]:
        said = node.attributes
        value = (said.get("value") or "").strip()
        if (said.get("type") or "text").lower() != "text" or not value or value.startswith(_ASKED):
            continue
        if (label := label_of(_before(node))) is not None and label.sort is Sort.FIELD:
            node.replace_with(value)


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
