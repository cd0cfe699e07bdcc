"""Mark with <br> the lines that only a style sets apart: white-space: pre-wrap, display: block. Pure.

What CSS files say is not known here. Which tags begin a line is lines.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest.page.lines import outermost

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_KEEPS_LINES = re.compile(r"white-space\s*:\s*(?:(pre(?:-wrap|-line)?|break-spaces)\b|[a-z])", re.I)
_KEPT = ("white-space:pre", "white-space: pre")
_BLOCK = ("display:block", "display: block")
_CELLS = frozenset({"td", "th"})
_LONG_CELL = 400  # characters; the lines of less in a cell belong to its row
_LONG = 20  # characters of a line that is no heading
_ENDS = re.compile(r"[。！？：；…”）)!?:;]\s*\Z")
_INDENT = r"(?:[\u3000\u2003\xa0]{2}| {4}|\t)"
_INDENTED = re.compile(_INDENT)
_LINE = re.compile(r"\n")
_PARAGRAPH = re.compile(rf"\n(?={_INDENT})")


def break_lines(tree: LexborHTMLParser, page: str) -> None:
    """Put the breaks into the tree of a page. Most pages say nothing of the kind, and are asked no more."""
    if any(said in page for said in _KEPT):
        _break_kept(tree)
    if any(said in page for said in _BLOCK):
        _break_spans(tree)


def _selector(saying: Sequence[str], of: str = "") -> str:
    return ", ".join(f"{of}[style*='{said}' i]" for said in saying)


def _break_kept(tree: LexborHTMLParser) -> None:
    """Where the line breaks of the source are shown."""
    in_cells = {node.mem_id for cell in ("td ", "th ") for node in tree.css(_selector(_KEPT, cell))}
    for node in outermost(tree.css(_selector(_KEPT))):
        text = node.text()
        if "\n" in text:
            at = _PARAGRAPH if _are_wrapped(text.split("\n")) else _LINE
            for inner in _shown_as_written(node, node.mem_id in in_cells):
                _break(tree, inner, at)


def _shown_as_written(node: LexborNode, in_cell: bool) -> list[LexborNode]:
    """The texts in an element whose line breaks are shown."""
    texts = []
    waiting = [(node, True, in_cell)]
    while waiting:
        node, kept, in_cell = waiting.pop()
        if said := _KEEPS_LINES.search(node.attributes.get("style") or ""):
            kept = said[1] is not None
        in_cell = in_cell or node.tag in _CELLS
        child = node.first_child
        while child is not None:
            if child.is_element_node:
                waiting.append((child, kept, in_cell))
            elif kept and child.is_text_node:
                text = child.text_content or ""
                if "\n" in text and not (in_cell and len(text) < _LONG_CELL):
                    texts.append(child)
            child = child.next
    return texts


def _break(tree: LexborHTMLParser, text: LexborNode, at: re.Pattern[str]) -> None:
    first, *further = at.split(text.text_content or "")
    text.insert_before(first)
    for line in further:
        text.insert_before(tree.create_node("br"))
        text.insert_before(line)
    text.decompose()


def _break_spans(tree: LexborHTMLParser) -> None:
    """Around each span that is shown as a block."""
    spans = tree.css(_selector(_BLOCK, "span"))
    texts = [(span, span.text()) for span in outermost(spans)]
    if wrapped := _are_wrapped([text for _, text in texts]):
        spans = [span for span, text in texts if _INDENTED.match(text)]
    for span in spans:
        span.insert_before(tree.create_node("br"))
        if not wrapped:
            span.insert_after(tree.create_node("br"))


def _are_wrapped(lines: Sequence[str]) -> bool:
    """Whether these are paragraphs cut into lines, which stop anywhere: then only an indented line begins a
    paragraph."""
    long = [line for line in lines if len(line.strip()) > _LONG]
    return sum(_ENDS.search(line) is None for line in long) * 2 > len(long)
