"""A row of a ruled table that goes on over the end of its page: the rest of it goes back to where it begins.
Pure.

What the rules of one page make is ruled_tables.py; tables without rules are aligned_tables.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingest.attachments.aligned_columns import is_value
from ingest.attachments.paragraphs import HEADING, Line
from ingest.attachments.ruled_tables import Cells, Table, cell_text

_ENDS = ("。", "；", "：")
_FULL = 2.0  # em: so near to the edge of its cell ends a line that goes on
_BELOW = 2.0  # em: where what goes back stands under what is there
_MARGIN = 2  # lines below a table that ends a page, and above one that begins the next


def carry_back(
    ending: Sequence[tuple[Table, Cells]],
    around: Sequence[Line],
    beginning: Sequence[tuple[Table, Cells]],
    around_next: Sequence[Line],
) -> None:
    """Move the rest of a row from the tables that a page is `beginning` with to those that the page before is
    `ending` with; `around` them stands what is in none."""
    if not ending or not beginning:
        return
    upper, held = min(ending, key=lambda table: table[0].heights[-1])
    lower, more = max(beginning, key=lambda table: table[0].heights[0])
    under = {round(piece.y) for piece in around if piece.y < upper.heights[-1]}
    over = {round(piece.y) for piece in around_next if piece.y > lower.heights[0]}
    if not held or max(len(under), len(over)) > _MARGIN or not lower.goes_on_with(upper):
        return
    texts = [_texts(upper, cells) for _, cells in sorted(held.items())]
    first = [row for row, cells in sorted(more.items()) if _texts(lower, cells) not in texts][:1]
    if not first:
        return
    row, rest = held[max(held)], more[first[0]]
    headed = first[0] != min(more)
    cut = upper.open_below and (headed or lower.open_above)
    if not cut and not _goes_on(upper, row, lower, rest):
        return
    foot = min(piece.y for cell in row.values() for piece in cell)
    top = max(piece.y for cell in rest.values() for piece in cell)
    for left, pieces in more.pop(first[0]).items():
        column = lower.column(left)
        own = next((begin for begin in row if upper.column(begin) == column), left)
        row[own] += [replace(piece, y=foot - _BELOW * piece.em - top + piece.y) for piece in pieces]


def _texts(table: Table, cells: Mapping[float, Sequence[Line]]) -> dict[int, str]:
    return {table.column(left): cell_text(pieces) for left, pieces in cells.items()}


def _goes_on(
    upper: Table,
    row: Mapping[float, Sequence[Line]],
    lower: Table,
    rest: Mapping[float, Sequence[Line]],
) -> bool:
    """Whether all that `rest` says begins in the full cells of a row that says more."""
    begun = {upper.column(left): pieces for left, pieces in row.items()}
    said = _texts(lower, rest)
    if not said.keys() < begun.keys():
        return False
    for column, text in said.items():
        last = min(begun[column], key=lambda piece: (piece.y, -piece.right))
        edge = [*upper.columns, upper.right][column + 1]
        whole = cell_text(begun[column]).endswith(_ENDS) or edge - last.right > _FULL * last.em
        if whole or HEADING.match(text) or is_value(replace(last, text=text)):
            return False
    return True
