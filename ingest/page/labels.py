"""The labels of a header block (信息公开目录): how they are spelled, and what they mean. Pure.

The spellings are labels.toml. Where they stand in a line is label_tokens.py, what stands beside them
header.py.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from importlib import resources

from ingest.text.script import simplified_char

CUT = {"号": "", "称": "title", "题": "title", "性": "validity", "词": "keywords", "构": "issuer"}
SUBSTITUTE = 50  # the rank of the first label that only stands in for one of the Header
LONGEST = 10  # characters of a label, without blanks


class Sort(Enum):
    """What was recognised in a line."""

    FIELD = "field"  # a label of the Header
    OTHER = "other"  # a label of something else, or one that only stands in for one of the Header
    CUT = "cut"  # 号:, 称: — what a text dump left of 索 引 号
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Token:
    """A label or the text between two labels; `rank` is the spelling's place (0 best)."""

    sort: Sort
    text: str
    field: str = ""
    rank: int = 0


def _vocabulary() -> Iterator[Token]:
    words = tomllib.loads(resources.files(__package__).joinpath("labels.toml").read_text(encoding="utf-8"))
    for label in words["others"]["labels"].split():
        yield Token(Sort.OTHER, label)
    for sort, table, best in (
        (Sort.OTHER, words["substitutes"], SUBSTITUTE),
        (Sort.FIELD, words["fields"], 0),
    ):
        for field, labels in table.items():
            for rank, label in enumerate(labels.split(), best):
                yield Token(sort, label, field, rank)


_LABELS = {label.text: label for label in _vocabulary()}
_FIRST = frozenset(label[0] for label in _LABELS)
_LAST = frozenset(label[-1] for label in _LABELS)


def may_begin(char: str) -> bool:
    """Whether a label can begin with this character: few lines do."""
    return char in _FIRST or simplified_char(char) in _FIRST


def label_of(printed: str) -> Token | None:
    """The label that is printed so, without blanks, in simplified or traditional characters; or None."""
    if found := _LABELS.get(printed):
        return found
    if not printed or simplified_char(printed[-1]) not in _LAST:
        return None
    return _LABELS.get("".join(map(simplified_char, printed)))
