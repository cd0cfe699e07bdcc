"""What on a list page belongs to one item: the element around its link, or the run of those beside it. Pure.

Which items are the list is lists.py; the day in a box, list_days.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.page.list_days import holds_day
from ingest.page.list_links import Link

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_ROWS = frozenset({"li", "tr", "dd", "dt", "article"})
_STOPS = frozenset({"body", "ul", "ol", "tbody", "table", "html"})
_ENDS = frozenset({"li", "tr"})
_UNBOUND = frozenset({*_ROWS, "dl", "p", "h3", "h4"})  # may hold a long summary
_HIGHEST = 6  # levels above the link
_CONTEXT = 400  # characters of text in the box of one item; a box with more holds many
_BESIDE = 8  # siblings looked at for a day
_MOST_COMPANIONS = 4
_MANY = ""  # in place of an address
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|ofd|zip|rar|jpe?g|png|mp[34])$", re.I)


@dataclass(frozen=True, slots=True)
class Box:
    """A link with the `nodes` that are its item, all links in there, and the item's place on the page:
    `path` by tags and classes, `bare` by tags alone, the `classes` of the item itself, `holder` the element
    around it, `above` the one around that."""

    link: Link
    nodes: tuple[LexborNode, ...]
    beside: tuple[Link, ...]
    path: str
    bare: str
    classes: frozenset[str]
    holder: int | None
    above: int | None

    @property
    def is_row(self) -> bool:
        """Whether the item is a whole row of a table."""
        return self.bare.startswith("tr<")


@dataclass(slots=True)
class _Owners:
    """Whose an element is: the one address that all links in it lead to, or _MANY."""

    of: dict[int, str] = field(default_factory=dict)
    dates_first: dict[int, bool] = field(default_factory=dict)

    def note(self, link: Link) -> None:
        node: LexborNode | None = link.node
        while node is not None and node.tag not in ("body", "html"):
            known = self.of.get(node.mem_id)
            if known == link.url or known == _MANY:
                return
            self.of[node.mem_id] = link.url if known is None else _MANY
            node = node.parent


def boxes_of(links: Sequence[Link]) -> list[Box]:
    """The items that the links are, in page order: of a row with several links the one that it is about."""
    owners = _Owners()
    for link in links:
        owners.note(link)
    rows: dict[int, tuple[LexborNode, list[Link]]] = {}
    for link in links:
        if (row := _row_of(link.node)) is not None and owners.of.get(row.mem_id) == _MANY:
            rows.setdefault(row.mem_id, (row, []))[1].append(link)
    common = _common(rows)
    of_rows: dict[int, Box] = {}
    dropped: set[int] = set()
    for row, inside in rows.values():
        if (main := _main(row, inside, common, owners)) is not None:
            of_rows[main.node.mem_id] = _box(main, row, (row,), tuple(inside))
            dropped |= {link.node.mem_id for link in inside if link is not main}
    found = []
    for link in links:
        if link.node.mem_id in dropped:
            continue
        found.append(of_rows.get(link.node.mem_id) or _own(link, owners))
    return found


def _row_of(node: LexborNode) -> LexborNode | None:
    """The row that a link stands in, itself included."""
    at: LexborNode | None = node
    for _ in range(_HIGHEST):
        if at is None or at.tag in _STOPS:
            return None
        if at.tag in _ROWS:
            return at
        at = at.parent
    return None


def _common(rows: dict[int, tuple[LexborNode, list[Link]]]) -> set[str]:
    """The addresses that several rows lead to: what the items are filed under."""
    seen: dict[str, int] = {}
    for _, inside in rows.values():
        for url in {link.url for link in inside}:
            seen[url] = seen.get(url, 0) + 1
    return {url for url, count in seen.items() if count > 1}


def _main(row: LexborNode, inside: Sequence[Link], common: set[str], owners: _Owners) -> Link | None:
    """The link that a row is about, where it is about one; the others are the item's column, a file of it,
    or what explains it. None where the row holds several items."""
    kept = list(inside)
    kept = [link for link in kept if link.url not in common] or kept
    kept = [link for link in kept if not link.url.endswith("/")] or kept
    kept = [link for link in kept if not _FILE.search(link.url) and not _FILE.search(link.title)] or kept
    if len({link.url for link in kept}) == 1:
        return kept[0]
    if len(kept) > _MOST_COMPANIONS or all(_dated(link, owners) for link in kept):
        return None
    return kept[0] if holds_day(_without(row, inside)) else None


def _dated(link: Link, owners: _Owners) -> bool:
    """Whether a link of a shared row has a day of its own."""
    box = _own(link, owners)
    text = " ".join(node.text() if node.is_text_node else node.text(separator=" ") for node in box.nodes)
    return holds_day(text.replace(link.node.text(separator=" "), " ", 1)) or holds_day(" ".join(link.rest))


def _without(row: LexborNode, links: Sequence[Link]) -> str:
    text = row.text(separator=" ")
    for link in links:
        text = text.replace(link.node.text(separator=" "), " ", 1)
    return text


def _own(link: Link, owners: _Owners) -> Box:
    """The largest element that holds this item alone, and what stands beside it where it says no day."""
    box = link.node
    node = link.node if link.node.tag in _ROWS else link.node.parent
    for _ in range(_HIGHEST):
        if node is None or node.tag in _STOPS or owners.of.get(node.mem_id) != link.url:
            break
        if node.tag not in _UNBOUND and len(node.text(strip=True)) >= _CONTEXT:
            break
        box = node
        node = node.parent
        if box.tag in _ENDS and (node is None or not _is_item_of_rows(box, node, link, owners)):
            break
        if box.tag in _ENDS and node is not None:
            box, node = node, node.parent
    nodes: tuple[LexborNode, ...] = (box,)
    if box.tag not in _ENDS and not holds_day(_without(box, (link,))) and not holds_day(" ".join(link.rest)):
        nodes = (box, *_beside(box, owners))
    return _box(link, box, nodes, (link,))


def _is_item_of_rows(row: LexborNode, around: LexborNode, link: Link, owners: _Owners) -> bool:
    """Whether an item is a list of its own, a row a field: <ul><li>title</li><li>day</li></ul>."""
    return (
        owners.of.get(around.mem_id) == link.url
        and sum(child.tag == row.tag for child in around.iter()) > 1
        and not holds_day(_without(row, (link,)))
        and holds_day(_without(around, (link,)))  # else a menu, whose other entries are too short to be items
    )


def _beside(box: LexborNode, owners: _Owners) -> list[LexborNode]:
    """The siblings of an element up to those of the next item; before it where the list prints days first."""
    parent = box.parent
    if parent is None:
        return []
    if parent.mem_id not in owners.dates_first:
        owners.dates_first[parent.mem_id] = _begins_with_day(parent, owners)
    backwards = owners.dates_first[parent.mem_id]
    found = []
    at = box.prev if backwards else box.next
    for _ in range(_BESIDE):
        if at is None or at.mem_id in owners.of:
            break
        if at.is_text_node or at.is_element_node:
            found.append(at)
        at = at.prev if backwards else at.next
    return found


def _begins_with_day(parent: LexborNode, owners: _Owners) -> bool:
    """Whether days stand above their items, be it below a heading that is a link too: then none stands below
    the last one."""
    children = list(parent.iter(include_text=True))
    first, *others = [n for n, child in enumerate(children) if child.mem_id in owners.of] or [len(children)]
    if _holds_day(children[:first]):
        return True
    items = [n for n in others if children[n].tag == children[others[0]].tag]
    if not items or children[first].tag == children[items[0]].tag:
        return False
    between = (children[n + 1 : m] for n, m in pairwise((first, *items)))
    return all(map(_holds_day, between)) and not _holds_day(children[items[-1] + 1 :])


def _holds_day(nodes: Sequence[LexborNode]) -> bool:
    texts = (node.text(separator=" ") for node in nodes[:_BESIDE])
    return any(len(text) < _CONTEXT and holds_day(text) for text in texts)


def _box(link: Link, box: LexborNode, nodes: tuple[LexborNode, ...], beside: tuple[Link, ...]) -> Box:
    steps, bare = [], []
    classes = frozenset((box.attributes.get("class") or "").split())
    node: LexborNode | None = box
    for _ in range(4):
        if node is None or node.tag == "body":
            break
        # Rows that are rows by their tag are classed odd and even, first and last.
        named = node is not box or node.tag not in _ROWS
        first_class = (node.attributes.get("class") or "").split()[:1] if named else []
        steps.append(".".join([node.tag or "", *first_class]))
        bare.append(node.tag or "")
        node = node.parent
    holder = box.parent
    above = holder.parent if holder is not None else None
    return Box(
        link, nodes, beside, "<".join(steps), "<".join(bare), classes,
        holder.mem_id if holder is not None else None, above.mem_id if above is not None else None,
    )  # fmt: skip
