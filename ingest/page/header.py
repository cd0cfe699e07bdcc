"""Read the header block of a government page (索引号, 发文字号, 成文日期 …). Pure.

Works on lines: a DOM becomes lines in lines.py, with `|` between cells. How labels are spelled is
labels.py; body text is article.py and text.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any

from ingest.model import Header
from ingest.page.dates import as_day, day_behind, parse_date
from ingest.page.label_tokens import each_cell, may_hold_label, split_glued_label, tokens_of
from ingest.page.labels import SUBSTITUTE, Sort, Token
from ingest.page.titles import UNSEEN, looks_like_title

_BLANK = re.compile(
    r"[-—–_/|无\s.·:：]*|null|None|none|未知|暂无|nbsp;?|undefined|NaN|[{$]\{[^{}]{0,80}\}{1,2}", re.I
)  # the last: what a script was to fill
_HINT = re.compile(r"[?？!！ⓘ]{1,2}")  # beside a label: what it means is shown to a mouse over it
_BUTTON = re.compile(r"(?<=\S)\s{0,3}(?:点击|一键)?复制$")
_SENTENCE = re.compile(r"[。！？]")
_SALUTATION = re.compile(r"^(?:各位|尊敬的).{0,12}[:：,，!！]")
_INDEX = re.compile(r"(?=[A-Za-z./_\- ]*+\d)[A-Za-z0-9./_\- ]*")
_SPEAKER = "报告人"  # who gave the report: a line of it
_PROSE = 60  # characters from which a line with a full stop is text, not header
FORESIGHT = 6  # lines below the one at which reading stopped that may have been looked at
DEEPEST = 400  # lines; menus above the block can be long

# A value on the line after its label may also be the next thing on the page: only these shapes are believed.
_SHAPE = {
    "index_number": re.compile(r"[A-Za-z0-9./_\- ()（）]{4,60}|[\u4e00-\u9fff]{0,6}[A-Za-z0-9./_\-]{6,60}"),
    "document_number": re.compile(
        r".{0,40}\d.{0,12}号.{0,4}|.{1,40}[〔［\[(（]\s?\d{4}\s?[〕］\])）].{0,20}"
    ),
    # A body, not the title below the block.
    "issuer": re.compile(
        r"(?!关于|.{0,50}(?:报告|通知|意见|纲要|规划|计划|方案)(?:[（(].{0,20})?$)(?=.{0,50}[\u4e00-\u9fff])"
        r"[^。；：]{2,50}"
    ),
    "validity": re.compile(r".{0,6}(?:有效|失效|生效|废止|现行|修改|是|否|长期).{0,6}"),
    "title": re.compile(r".{4,200}", re.S),
}
_PLAIN = re.compile(r"[^。]{1,80}")
# A value that has ended, and behind it a label that nobody knows, without a colon.
_ENDS = {
    "index_number": re.compile(
        r"\A([\u4e00-\u9fff]{0,6}[A-Za-z0-9./_\-]*+(?<=[A-Za-z0-9]))\s+[\u4e00-\u9fff]{2}"
    ),
    "document_number": re.compile(
        r"\A([^\s号]{2,30}\s?[^\s号]{0,12}\s?\d{1,5}\s?号)\s+[\u4e00-\u9fff\s]{2,12}$"
    ),
    "validity": re.compile(r"\A((?:现行)?有效|失效|生效中?|已?废止|已?失效)\s+[\u4e00-\u9fff]{2}"),
}
_COUNTERS = frozenset(
    {
        "浏览次数",
        "浏览量",
        "浏览",
        "点击次数",
        "点击数",
        "点击率",
        "点击量",
        "阅读次数",
        "阅读量",
        "阅读",
        "访问量",
    }
    | {"访问次数", "字体", "字号", "字体大小"}
)
_ANCHORS = frozenset(
    {
        "index_number",
        "document_number",
        "issuer",
        "subject_class",
        "info_class",
        "genre_class",
        "validity",
        "written_on",
    }
)


@dataclass(slots=True)
class _Pair:
    """A label with its value; `after` is the line that follows, where the label ends its line without one."""

    label: Token
    value: str
    lines: list[int]
    after: str = ""
    after_line: int = -1


@dataclass(frozen=True, slots=True)
class Block:
    """A header and where it stood.

    `lines` are the indexes of the lines that belong to it; `others` are labels outside the Header with
    their values (来源, 发布时间 …), read also where there is no block. `end`: the line at which running text
    began and reading stopped; None where it never did.
    """

    header: Header = field(default_factory=Header)
    lines: frozenset[int] = frozenset()
    others: Mapping[str, str] = field(default_factory=dict)
    end: int | None = None


def header_of(said: Mapping[str, str | None]) -> Header:
    """The header of values known by their field (as a list prints them); blanks and placeholders are None."""
    return Header(**{name: value.strip() for name, value in said.items() if value and not _blank(value)})  # type: ignore[arg-type]


def may_end(line: str) -> bool:
    """Whether reading may stop at a line: few above a text are like that."""
    return (len(line) > _PROSE and _SENTENCE.search(line) is not None) or _SALUTATION.match(line) is not None


def find_header(lines: Sequence[str]) -> Block:
    """The header block among `lines` (text lines; cells of a row apart by `|`); all None where there is none.
    Stops at the first line of running text.

    Brackets, colons, spaces inside labels, several pairs on a line, values on the line after, a block
    printed twice: all are read. A blank or a placeholder (无, ———, |, null) is None, and never swallows
    the next label. Of two labels for one field the better one counts, of two equal ones the first.
    """
    if UNSEEN.search("".join(lines)):
        lines = [UNSEEN.sub("", line) for line in lines]
    rows = [index for index, line in enumerate(lines[:-1]) if "|" in line and line.count("|") >= 2]
    below = {index + 1: index for index in rows if _has_values_below(lines, index)}
    if below:
        lines = [
            "" if index in below else _beside(line, lines[index + 1]) if index + 1 in below else line
            for index, line in enumerate(lines)
        ]
    pairs, end = _pairs(lines)
    _resolve_next_lines(pairs)
    info = _info_lines(pairs)
    others: dict[str, str] = {}
    fields: dict[str, tuple[int, Any]] = {}
    for pair in pairs:
        if pair.label.sort in (Sort.FIELD, Sort.OTHER) and not _blank(pair.value):
            others.setdefault(pair.label.text, pair.value)
        name, value = _meaning(pair)
        if not name or (name == "published_on" and pair.lines[0] in info):
            continue
        if value is not None and (name not in fields or pair.label.rank < fields[name][0]):
            fields[name] = (pair.label.rank, value)
    if (
        len(
            {
                pair.label.text
                for pair in pairs
                if pair.label.sort is Sort.OTHER and pair.label.field == "issuer"
            }
        )
        > 1
    ):
        # Two bodies, and neither is said to have issued it.
        fields = {name: said for name, said in fields.items() if name != "issuer" or said[0] < SUBSTITUTE}
    printed = {pair.label.field for pair in pairs if pair.label.sort is Sort.FIELD}
    # What a dump left of a label (号：, 称：) is worth one beside a whole one.
    cut = {name for pair in pairs if pair.label.sort is not Sort.FIELD and (name := _meaning(pair)[0])}
    if len(printed | cut) < 2 or not printed & _ANCHORS:
        return Block(others=others, end=end)
    if "title" not in fields and (above := _title_above(lines, pairs)):
        fields["title"] = (SUBSTITUTE, above)
    used = {index for pair in pairs if pair.label.sort is not Sort.OTHER for index in pair.lines}
    used |= _between(used, pairs)
    used |= {index for index, heads in below.items() if heads in used}
    return Block(Header(**{name: value for name, (_, value) in fields.items()}), frozenset(used), others, end)


def _between(used: Set[int], pairs: Sequence[_Pair]) -> set[int]:
    """The lines of labels outside the Header that stand in the block, or close it (时效性, 效力位阶)."""
    first, last = min(used), max(used)
    found: set[int] = set()
    for pair in pairs:
        if pair.label.sort is not Sort.OTHER or pair.label.text == _SPEAKER:
            continue
        if not (pair.value or pair.label.field):  # 关键词 without one closes a block, 附件 is of the text
            continue
        if first < pair.lines[0] <= last + 1:
            found.add(pair.lines[0])
            last = max(last, pair.lines[0])
    return found


def _title_above(lines: Sequence[str], pairs: Sequence[_Pair]) -> str | None:
    """The title that stands on top of a block, as its first row, where no label names it."""
    filled = [
        (index, line.strip()) for index, line in enumerate(lines[: pairs[0].lines[0] + 1]) if line.strip()
    ]
    if len(filled) != 2 or pairs[0].label.field not in _ANCHORS or not looks_like_title(filled[0][1]):
        return None
    return filled[0][1]


def _info_lines(pairs: Sequence[_Pair]) -> set[int]:
    """The lines that say where a page is from, since when and how often it was read: no part of a block."""
    labels: dict[int, set[str]] = {}
    for pair in pairs:
        labels.setdefault(pair.lines[0], set()).add(pair.label.text)
    return {index for index, said in labels.items() if "来源" in said and said & _COUNTERS}


def _pairs(lines: Sequence[str]) -> tuple[list[_Pair], int | None]:
    pairs: list[_Pair] = []
    waiting: _Pair | None = None  # a label that ended its line
    seen = 0
    for index, line in _closed_cells(lines):
        seen += 1
        cells = _labelled_cells(line[:2000]) if may_hold_label(line) else []
        labelled = bool(cells)
        if not labelled and _goes_on(pairs, lines, index):
            pairs[-1].value += line
            pairs[-1].lines.append(index)
            continue
        if not labelled and line.strip(" |-"):
            if waiting is None and (seen > DEEPEST or (len(line) > _PROSE and _SENTENCE.search(line))):
                return pairs, index
            if waiting is not None:
                waiting.after, waiting.after_line = line.strip(" |"), index
                waiting = None
                if glued := split_glued_label(line):
                    waiting = _Pair(glued[1], "", [index])
                    pairs[-1].after = glued[0]
                    pairs.append(waiting)
            continue
        if _SALUTATION.match(line):
            return pairs, index
        if labelled:
            waiting = _read_line(cells, index, pairs, table=len(cells) > 1)
    return pairs, None


@lru_cache(maxsize=128)  # the lines of a page's top are read again with more below them, and as its text's
def _labelled_cells(line: str) -> list[list[Token]]:
    """The cells of a line, if one of them holds a label."""
    cells = tokens_of(line)
    return cells if any(token.sort is not Sort.TEXT for cell in cells for token in cell) else []


def _goes_on(pairs: Sequence[_Pair], lines: Sequence[str], index: int) -> bool:
    """The line is the rest of a title that stands on two lines: in its cell, or above the next label."""
    if (
        not pairs
        or not pairs[-1].value
        or pairs[-1].label.field != "title"
        or pairs[-1].lines[-1] != index - 1
    ):
        return False
    if "|" in lines[index] or index + 1 >= len(lines):
        return False
    if lines[index + 1].startswith("|"):
        return lines[index - 1].startswith("|") or pairs[-1].lines[0] < index - 1
    if looks_like_title(pairs[-1].value) or not looks_like_title(pairs[-1].value + lines[index].strip()):
        return False
    return any(token.sort is Sort.FIELD for cell in tokens_of(lines[index + 1][:2000]) for token in cell)


def _row(line: str) -> list[str]:
    cells = line.strip().split("|")
    return [cell.strip() for cell in (cells[1:] if cells and not cells[0].strip() else cells)]


def _has_values_below(lines: Sequence[str], index: int) -> bool:
    """A row of labels alone, the heads of columns, over one row of values. Over several it is a list."""
    line = lines[index]
    row = len(_row(line))
    columns = row + line.count("｜")
    heads = islice(each_cell(line), len(line.split("|")) - row, None)
    if not all(len(cell) == 1 and cell[0].sort in (Sort.FIELD, Sort.OTHER) for cell in heads):
        return False

    def holds_values(at: int) -> bool:
        if at >= len(lines) or len(_row(lines[at])) != columns:
            return False
        return all(token.sort is Sort.TEXT for cell in each_cell(lines[at]) for token in cell)

    return holds_values(index + 1) and not holds_values(index + 2)


def _beside(heads: str, values: str) -> str:
    """The two rows as one: label, value, label, value …"""
    return "|".join(f"{head}|{value}" for head, value in zip(_row(heads), _row(values), strict=True))


def _read_line(cells: list[list[Token]], index: int, pairs: list[_Pair], *, table: bool) -> _Pair | None:
    """Append the pairs of one line; return the label that still waits for a value at its end."""
    open_pair: _Pair | None = None
    opened_in = -1
    for number, cell in enumerate(cells):
        for token in cell:
            if token.sort is not Sort.TEXT:
                open_pair, opened_in = _Pair(token, "", [index]), number
                pairs.append(open_pair)
            elif open_pair is not None and not (number == opened_in and _HINT.fullmatch(token.text)):
                open_pair.value = token.text
                open_pair = None
        if not cell and opened_in == number - 1:
            open_pair = None  # label | (empty cell): the value is blank
    return None if table else open_pair


def _closed_cells(lines: Sequence[str]) -> Iterable[tuple[int, str]]:
    """The lines with their index; a cell that a dump broke over lines (label, value, bar) is one again."""
    if "|" not in map(str.strip, lines):
        yield from enumerate(map(str.strip, lines))
        return
    index = 0
    while index < len(lines):
        line = lines[index].strip()
        for reach in (1, 2, 3):
            if "|" in line or index + reach >= len(lines):
                break
            if lines[index + reach].strip() == "|" and index:
                line = " ".join(part.strip() for part in lines[index : index + reach]) + " |"
                index += reach
                break
        yield index, line
        index += 1


def _resolve_next_lines(pairs: list[_Pair]) -> None:
    """Give labels the value of the following line, in blocks that are laid out so.

    A block that prints its values beside the labels has, after a blank last label, the title or the text.
    """
    beside = sum(1 for pair in pairs if pair.label.sort is Sort.FIELD and pair.value)
    below = sum(1 for pair in pairs if pair.label.sort is Sort.FIELD and not pair.value and pair.after)
    if below <= beside:
        return
    for pair in pairs:
        if pair.value or not pair.after:
            continue
        name = pair.label.field
        if name.endswith("_on"):
            fits = len(pair.after) < 40 and parse_date(pair.after) is not None
        elif name == "":
            fits = True
        else:
            fits = _SHAPE.get(name, _PLAIN).fullmatch(pair.after) is not None
        if fits or _blank(pair.after):
            pair.value = pair.after
            pair.lines.append(pair.after_line)


def _meaning(pair: _Pair) -> tuple[str, Any]:
    """The Header field of a pair and its value; ("", None) for a label outside the Header."""
    name = pair.label.field
    value = _BUTTON.sub("", pair.value.strip(" \t\u3000\xa0|").lstrip(":： \u3000\xa0"))
    if pair.label.sort is Sort.CUT:
        if name == "":
            name = "index_number" if _INDEX.fullmatch(value) else "document_number"
        elif name == "validity" and not _SHAPE["validity"].fullmatch(value):
            return "", None
    elif pair.label.sort is Sort.OTHER and name == "validity" and not _SHAPE["validity"].fullmatch(value):
        return "", None  # 时效：3年
    if _blank(value):
        return name, None
    if name.endswith("_on"):
        return name, as_day(day_behind(value)) or parse_date(value)
    if (ends := _ENDS.get(name)) and (match := ends.match(value)):
        value = match[1]
    return name, value


def _blank(value: str) -> bool:
    return _BLANK.fullmatch(value.strip(" \t\u3000\xa0|")) is not None
