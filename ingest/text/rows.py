"""The cells of a row -> a line of text, in which a figure stays in its column. Pure.

Sheets, whose headings may take several rows, are attachments/cells.py; which figures of a table are targets
is workers/targets/tables.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

EMPTY = "—"  # a cell without content between others
SPANNED = "\u2003"  # the place of a cell over which another one spans: a blank, so no letter of the text
FIGURE = re.compile(r"[-+]?\d[\d,.]*(?:%|％)?(?:左右|以上|以下|以内)?")
_NAMES = re.compile("指标|项目|单位")
FEWEST = 4  # cells: with fewer, a name and a value beside it are a pair
_LONGEST = 40  # characters of a cell of figures or names
_JOINT = re.compile(r"(?<![A-Za-z])\s|\s(?![A-Za-z])")


def row_line(cells: Sequence[str]) -> str:
    """What a row says, its cells apart by a blank, each as it stands. Of a table an empty one among figures,
    or among the names above them, is EMPTY, and one that is SPANNED has its place, but for the edges."""
    own = [on_one_line(cell) for cell in cells if cell != SPANNED]
    if len(cells) < FEWEST or not is_of_a_table(own):
        return " ".join(cell for cell in cells if cell.strip())
    empty = EMPTY if len(own) >= FEWEST else ""
    texts = (SPANNED if cell == SPANNED else on_one_line(cell) or empty for cell in cells)
    return " ".join(filter(None, texts)).strip(f" {SPANNED}")


def on_one_line(cell: str) -> str:
    """A cell of a table; a blank would be the end of it, so there is one between words of Latin alone."""
    return _JOINT.sub("", " ".join(cell.split()))


def is_of_a_table(texts: Sequence[str]) -> bool:
    """Whether the cells of a row are figures with what they are of, or the names above them."""
    if sum(map(bool, texts)) < 2 or max(map(len, texts)) > _LONGEST:
        return False
    return any(map(FIGURE.fullmatch, texts[1:])) or any(map(_NAMES.search, texts))
