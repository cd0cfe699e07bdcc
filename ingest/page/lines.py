"""HTML into lines as a reader sees them. Pure.

One line per block element or <br>; a row of a table is one line with its cells kept apart. What is
furniture and what is text is furniture.py; here nothing is judged.

The tree is parsed once, by lexbor. Its own serialisation is then cut by regular expressions, which
costs a fraction of walking the nodes from Python.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import accumulate
from operator import sub
from typing import TYPE_CHECKING, TypeAlias

from ingest.errors import NotADocument
from ingest.page.labels import label_of
from ingest.text.rows import ABOVE, ACROSS, FEWEST, is_of_a_table, on_one_line, row_line

if TYPE_CHECKING:  # who only passes on what others read pays for no parser
    from selectolax.lexbor import LexborHTMLParser, LexborNode

Kept: TypeAlias = "Callable[[Sequence[LexborNode]], Collection[int]]"  # of nodes: the `mem_id` of some

CELL = "\ue000"  # between two cells of a row
LINK, UNLINK = "\ue001", "\ue002"  # around the text of a link
# Before a CELL: each a place in front of it that cells above go over, or one behind that it goes over
# itself.
_ABOVE, _WIDE = "\ue003", "\ue004"
_MARKS = f"{_ABOVE}{_WIDE}"

_INVISIBLE = [
    "script",
    "style",
    "noscript",
    "noframes",
    "template",
    "iframe",
    "object",
    "svg",
    "select",
    "textarea",
    "canvas",
    "audio",
    "video",
    "rt",
    "rp",
]
_SPECIAL = re.compile(r"<(!--|pre|td|th)")  # what a fragment may hold besides tags that are cut at
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_CJK = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f"
# A line break inside a Chinese sentence is the editor's, not the author's.
_WRAPPED = re.compile(rf"\n(?<=[{_CJK}]\n)\s*(?=[{_CJK}])")
_SPACES = re.compile(r"  +")
_PRE = re.compile(r"<pre\b[^>]*>([^<]*)</pre>")
# By their first letters: most tags are of none, and are passed at the first one.
_BLOCKS = (
    "a(?:ddress|rticle|side)|b(?:r|ody|lockquote)|c(?:aption|enter)|d(?:iv|[dlt]|etails|ir)"
    "|f(?:ieldset|ig(?:caption|ure)|o(?:oter|rm))|h(?:[1-6r]|eader)|li|m(?:ain|enu)|nav|o(?:l|ption)|p(?:re)?"
    "|s(?:ection|ummary)|t(?:r|able|body|foot|head)|u(?:l|cap(?:content|title))"
)
# In a serialised tree every attribute stands in double quotes and "<" never stands in text. The name of a tag
# may hold one, and lose its end with the tag that seems to begin there: so the bounds.
_REST = r"""[^">]{0,500}+(?:"[^"]*+"[^">]{0,500}+){0,200}+>"""
_BLOCK_TAG = re.compile(rf"</?(?:{_BLOCKS})(?:>|(?=[\s/]){_REST})")
_WRITTEN_BLOCK_TAG = re.compile(_BLOCK_TAG.pattern, re.I)  # folding the case takes three times as long
TAG = rf"</?[a-zA-Z]{_REST}"
_TAG = re.compile(TAG)
_CELL_TAG = re.compile(rf"(<(?:t[dh](?=[\s>]){_REST}|/t[dh]>))")
_TERM = re.compile(
    r"</dt>\s*<dd(?:\s[^<>]*)?>(?=(?:[^<]|<(?!/?(?:p|div|br|ul|ol|li|d[dlt]|table)[\s>])){0,400}</dd>)", re.I
)
_LABEL_SPAN = re.compile(
    r"</span>\s*+(<span(?:\s[^<>]*+)?>)(?=\s{0,4}+[\[【]?\s{0,2}[\u4e00-\u9fff/][\u4e00-\u9fff/\s]{1,12}[\]】]?\s{0,4}[:：])"
)
# 来源：某县政府办<a>打印</a>: what a short link says is none of the words before it.
_BUTTON_BEHIND = re.compile(
    r"<(?<=[\u4e00-\u9fff）】\]]<)((?:/(?:a|span|em|i|b|font|strong)><){0,3}+)a(?=\s[^<>]{0,400}>[^<>]{1,8}</a>)"
)
_TABLE_TAG = re.compile(r"<(?=/?t)(/?)(table|tr(?<!/tr))(?=[\s>])")
_SPANS = re.compile(r'\s(col|row)span="?\s*(\d{1,5})')
_MOST_SPANNED = 60  # columns; a wider table is none that is printed
_DIGIT = re.compile(r"\d")
_COLON_CELL = re.compile(r"(?<=[^|])\|\s?[:：]\s?\|")
_LABEL_IN_CELL = re.compile(r"<br>(?<=[:：]<br>)(?=[^<]{1,80}</t[dh]>)")
# <td>索引号<br>X-1</td>, <td><b>索引号</b><br><small>Index No.</small></td>
_LABEL_OVER_VALUE = re.compile(
    r">(?=[\s\u3400-\u9fff])([^<>]{2,16}+)((?:</(?:b|strong|span|font)>)?)<br>"
    r"(?=(?:<(?!/?t)[^<>]{1,80}>)?([^<>]{1,80})(?:</(?!t)\w{1,8}>){0,2}\s{0,20}</t[dh]>)"
)
_INLINE = re.compile(
    r">\s{0,4}+([\s\u3400-\u9fff][^<>]{1,23}+)</(?=[sblefi])(?:span|b|strong|label|em|i|font)>"
)
# <span>某县发布</span><span>2026-01-26 09:30</span><span>12阅读</span>: their style sets them apart.
_DAY_ALONE = re.compile(
    r">\s{0,9}((?:19|20)\d\d-\d\d?-\d\d?(?:\s\d\d?:\d\d(?::\d\d)?)?)\s{0,9}(</(?:span|em|i|b|time|font|label|small)>)"
)
# <a name="_Toc7"> only marks a place.
_ANCHOR = re.compile(rf"""<a(?=[\s>])(?!(?:\s(?:name|id)="[^"]{{0,200}}")++>){_REST}""")
_EDGE = " \t\u3000\xa0\u200b\ufeff\u2002\u2003"
WHITE = f"{_EDGE}\n\r\f"

# No width, or the direction of writing: sown between letters against copying, or left behind by Word.
_UNSEEN = "\xad\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u202d\u202e\u2060\ufeff"
_MAX_DEPTH = 1500
_MAX_UNCLOSED_FORMAT = 200
_FORMAT = "b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u"
# Elements that close themselves (p, li, td …) nest only inside the ones listed here.
_NEST = (
    "div|section|article|ul|ol|dl|table|blockquote|center|form|main|nav|aside|header|footer|fieldset|h[1-6]|pre|dir|menu"
    "|details|figure|address|svg|math|button|object|marquee|select|template|noscript"
)


def _any_case(names: str) -> str:
    """A pattern for names in letters of both cases, by their first ones: without re.I, which takes four times
    as long."""
    by_first: dict[str, list[str]] = {}
    for name in names.split("|"):
        by_first.setdefault(name[0], []).append(name[1:])
    pattern = "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in by_first.items())
    both = re.sub("[a-z]", lambda letter: f"[{letter[0]}{letter[0].upper()}]", pattern)
    firsts = "".join(by_first)
    return rf"(?=[{firsts}{firsts.upper()}])(?:{both})(?=[\s>/])"


_NESTING = re.compile(f"<(/?)({_any_case(_NEST)})".encode())
# No end tag inside one of them closes what is outside.
_SCOPES = frozenset({b"table", b"object", b"marquee", b"template"})
_OPENS_NESTING = re.compile(f"<{_any_case(_NEST)}".encode())
_FORMATTING = re.compile(f"<(/?){_any_case(_FORMAT)}".encode())
_OPENS_FORMAT = re.compile(f"<{_any_case(_FORMAT)}".encode())
_MOST_TAGS = 200_000  # a compilation of 65 reports has a tenth of that
_FLAT = 3_000  # tags; even <div><div>… costs no more than 0.05 s below that
_PLAIN = 1_000  # tags; what formatting is left open among so few costs nothing
_FORMAT_TAG = re.compile(rf"</?(?:{_FORMAT})(?=[\s>/])[^<>]*+>".encode(), re.I)
_FRAMESET = re.compile(rb"</?frameset(?=[\s>/])[^<>]*+>", re.I)
_FRAME = re.compile(rb"<frame(?=[\s/])([^<>]*+)>", re.I)


def parse_html(page: str) -> LexborHTMLParser:
    """The tree of `page`, without scripts, styles and the like.

    lexbor takes quadratic time on deep nesting (60 s for 1e6 open <div>), so that is refused first:
    raises NotADocument. Formatting tags left open by the hundred are thrown away: they carry no text.
    """
    from selectolax.lexbor import LexborHTMLParser

    bounded = _bounded(page.encode("utf-8", "replace"))
    tree = LexborHTMLParser(bounded)
    if tree.body is None:
        # A page of frames has them in place of a body: it becomes a body with frames in it.
        tree = LexborHTMLParser(_FRAME.sub(rb"<iframe\1></iframe>", _FRAMESET.sub(b"<body>", bounded)))
    return tree


def _bounded(page: bytes) -> bytes:
    tags = page.count(b"<")
    if tags > _MOST_TAGS:
        raise NotADocument(f"reading a page: {tags} tags (limit {_MOST_TAGS}); no site sends that")
    if tags < _PLAIN:
        return page
    nests = tags >= _FLAT and len(_OPENS_NESTING.findall(page)) > _MAX_DEPTH  # few pages have as many
    if nests and _depth(_NESTING.findall(page)) > _MAX_DEPTH:
        raise NotADocument(
            f"reading a page: more than {_MAX_DEPTH} elements are open at once; no site sends that"
        )
    if len(_OPENS_FORMAT.findall(page)) <= _MAX_UNCLOSED_FORMAT:  # most pages have no more of them
        return page
    if _most_open(_FORMATTING.findall(page)) > _MAX_UNCLOSED_FORMAT:
        return _FORMAT_TAG.sub(b"", page)
    return page


def _depth(tags: Iterable[tuple[bytes, bytes]]) -> int:
    """How many elements are open at once, at most; no more than one beyond the limit. An end tag closes what
    is open of its name, with all in it, and otherwise nothing."""
    opened: list[bytes] = []
    within: list[Counter[bytes]] = [Counter()]  # of what is open in the page, and in each scope that is
    deepest = 0
    for ends, said in tags:
        name = b"h" if said[1:].isdigit() else said.lower()  # any heading closes any other
        if not ends:
            opened.append(name)
            deepest = max(deepest, len(opened))
            if deepest > _MAX_DEPTH:
                break
            if name in _SCOPES:
                within.append(Counter())
            else:
                within[-1][name] += 1
        elif name in _SCOPES and name in opened:
            while (last := opened.pop()) != name:
                if last in _SCOPES:
                    within.pop()
            within.pop()
        elif within[-1][name]:
            while (last := opened.pop()) != name:
                within[-1][last] -= 1
            within[-1][name] -= 1
    return deepest


def _most_open(tags: Sequence[bytes]) -> int:
    """How many are open at once, at most. Of each tag: b"" if it opens, b"/" if it closes; a tag that closes
    nothing is nothing."""
    open_by_then = list(accumulate(-1 if tag else 1 for tag in tags))
    lowest_by_then = accumulate(open_by_then, min, initial=0)
    return max(map(sub, open_by_then, lowest_by_then), default=0)


def strip_invisible(tree: LexborHTMLParser | LexborNode) -> None:
    """Take what is never shown out of the tree: scripts, styles, frames, form choices."""
    tree.strip_tags(_INVISIBLE)


def outermost(nodes: Iterable[LexborNode]) -> list[LexborNode]:
    """`nodes` (in document order) without those inside another of them, each once: one that two selectors of
    a list match is found twice."""
    listed = list({node.mem_id: node for node in nodes}.values())
    chosen = {node.mem_id for node in listed}
    free: set[int] = set()  # ancestors known to have no chosen one above them
    kept = []
    for node in listed:
        above = []
        parent = node.parent
        while parent is not None and parent.mem_id not in chosen and parent.mem_id not in free:
            above.append(parent.mem_id)
            parent = parent.parent
        if parent is None or parent.mem_id in free:
            free.update(above)
            kept.append(node)
    return kept


def remove(nodes: Iterable[LexborNode]) -> None:
    """Take `nodes` out of their tree. Only the outermost are freed: what is inside goes with them."""
    for node in outermost(nodes):
        node.decompose()


def html_without(node: LexborNode, selectors: str, kept: Kept = lambda _: ()) -> str | None:
    """The serialised element without what the selectors match inside it; of that, `kept` says what stays.

    Its tree is afterwards what it was before: to copy it first takes longer than all else that is read of it.
    """
    matched = list(
        {found.mem_id: found for found in node.css(selectors) if found.mem_id != node.mem_id}.values()
    )
    staying = kept(matched)
    inside = outermost(found for found in matched if found.mem_id not in staying)
    places = [(found, found.next, found.parent) for found in inside]
    for found in inside:
        found.decompose(recursive=False)
    try:
        return node.html
    finally:
        for found, following, parent in reversed(places):
            if following is not None:
                following.insert_before(found, move=True)
            elif parent is not None:
                parent.insert_child(found, move=True)


def lines_of(fragment: str | None, *, links: bool = False, written: bool = False) -> list[str]:
    """The non-empty lines of serialised HTML, stripped; cells of one row are separated by CELL.

    With `links`, the text of each link stands between LINK and UNLINK. `written`: HTML as somebody wrote it,
    with tags in upper case too.
    """
    if not fragment:
        return []
    block_tag = _WRITTEN_BLOCK_TAG if written else _BLOCK_TAG
    special = set(_SPECIAL.findall(fragment))
    text = _COMMENT.sub("", fragment) if "!--" in special else fragment
    if "pre" in special:
        text = _PRE.sub(lambda pre: "<br>".join(pre[1].splitlines()), text)
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    text = _WRAPPED.sub("", text)
    for white in "\n\t\r\f":
        text = text.replace(white, " ")
    if "td" in special or "th" in special:
        text = _rows(text, block_tag)
    text = _DAY_ALONE.sub(r"> \1 \2", text)
    if links:
        text = _ANCHOR.sub(LINK, text.replace("</a>", UNLINK)).replace(f"{LINK}{UNLINK}", "")
    text = _TAG.sub("", block_tag.sub("\n", text))
    if "&" in text:
        text = html.unescape(text)
    for unseen in _UNSEEN:
        if unseen in text:
            text = text.replace(unseen, "")
    lines = [line for raw in text.split("\n") if raw and (line := raw.strip(_EDGE))]
    return [_SPACES.sub(" ", line) if "  " in line else line for line in lines]


def labelled_lines(fragment: str | None) -> list[str]:
    """As `lines_of`, for the header reader: a term and its description (dt, dd) are the cells of one row,
    spans that begin with a label and short links do not run on from what stands before, and an element that
    holds a label alone does not run on into what follows."""
    if fragment and "</dt>" in fragment:
        fragment = _TERM.sub(CELL, fragment)
    if fragment and "</span>" in fragment:
        fragment = _LABEL_SPAN.sub(r" \1", fragment)
    if fragment and "<a " in fragment:
        fragment = _BUTTON_BEHIND.sub(r" <\1a", fragment)
    if fragment and "<br>" in fragment:
        fragment = _LABEL_OVER_VALUE.sub(_on_one_line, _LABEL_IN_CELL.sub(" ", fragment))
    return lines_of(_INLINE.sub(_label_apart, fragment) if fragment else fragment)


def _label_apart(element: re.Match[str]) -> str:
    """<label>索引号</label>X-1: a space ends the label."""
    return f"{element[0]} " if label_of("".join(element[1].split())) else element[0]


def _on_one_line(cell: re.Match[str]) -> str:
    return f">{cell[1]}{cell[2]} " if _is_label(cell[1]) and not _is_label(cell[3]) else cell[0]


def safe_cut(fragment: str, start: int, chars: int) -> int:
    """Where serialised HTML can be cut, some `chars` behind a cut at `start`, so that its parts have the
    lines of the whole: where a block ends, outside of tables and comments. Its length where that is nowhere.
    """
    while (end := start + chars) + chars < len(fragment):
        cut = fragment.rfind("</", start, end)
        while cut > start and not fragment.startswith(("</p>", "</div>", "</li>"), cut, end):
            cut = fragment.rfind("</", start, cut)
        if cut > start and _is_whole(fragment[start:cut]):
            return cut
        chars *= 2
    return len(fragment)


def _is_whole(part: str) -> bool:
    """Whether what begins in a part of HTML ends in it: cells and comments."""
    enclosed = ("<td", "</td"), ("<th", "</th"), ("<!--", "-->")
    return all(begin not in part or part.count(begin) == part.count(end) for begin, end in enclosed)


def _rows(text: str, block_tag: re.Pattern[str]) -> str:
    """Put CELL before each cell; one that holds one line only loses the breaks around it, and of a table of
    figures each those inside it."""
    pieces = _CELL_TAG.split(text)
    spanned = _spanned(pieces) if "span=" in text else {}
    row: dict[int, list[str]] = {}  # the lines of its cells, by the index of their text
    for index in range(1, len(pieces), 2):
        if "<tr" in pieces[index - 1]:
            _join(pieces, row)
            row = {}
        opening = not pieces[index].startswith("</")
        pieces[index] = f"{spanned.get(index, '')}{CELL}" if opening else ""
        closed = index + 2 < len(pieces) and pieces[index + 2].startswith("</")
        if opening and closed and len(pieces[index + 1]) < 400 and "<t" not in pieces[index + 1]:
            parts = [part for part in block_tag.split(pieces[index + 1]) if _TAG.sub("", part).strip()]
            if len(parts) <= 1:
                pieces[index + 1] = "".join(parts).strip()
            row[index + 1] = parts
    _join(pieces, row)
    return "".join(pieces)


def _join(pieces: list[str], row: Mapping[int, Sequence[str]]) -> None:
    """Put the lines of each cell of a row together, if it is of a table (2024年<br>完成) and none has two
    figures below each other. A number in front stays a line of its own: such lines are no letters of a text
    (text/running_heads.py), and its hash is to be the same."""
    if all(len(parts) <= 1 for parts in row.values()):
        return
    cells = [[on_one_line(html.unescape(_TAG.sub("", part))) for part in parts] for parts in row.values()]
    for (at, labels), beside, values in zip(row.items(), [*row][1:], cells[1:], strict=False):
        are_labels = len(labels) == len(values) > 1 and all(map(_is_label, labels))
        if are_labels:  # 索引号<br>文号 | X-1<br>某府发1号
            rows = map(CELL.join, zip(labels, row[beside], strict=True))
            pieces[at], pieces[beside] = f"<br>{CELL}".join(rows), ""
            return
    stacked = any(sum(_DIGIT.search(line) is not None for line in cell) > 1 for cell in cells)
    if not stacked and len(cells) >= FEWEST and is_of_a_table(list(map("".join, cells))):
        for index, parts in row.items():
            pieces[index] = "".join(part.strip() for part in parts)
        if "".join(cells[0]).isdecimal():
            pieces[min(row)] += "\n"


def _is_label(part: str) -> bool:
    return label_of("".join(_TAG.sub("", part).split()).rstrip(":：")) is not None


def _spanned(pieces: Sequence[str]) -> dict[int, str]:
    """What stands before the cells, by the index of their tag, to tell what they and those above span."""
    tables = [_Grid()]
    found: dict[int, str] = {}
    for index, piece in enumerate(pieces):
        if index % 2 == 0:
            for ends, tag in _TABLE_TAG.findall(piece) if "<" in piece else ():
                if tag == "tr":
                    tables[-1].next_row()
                elif not ends:
                    tables.append(_Grid())
                elif len(tables) > 1:
                    tables.pop()
        elif not piece.startswith("</"):
            found[index] = tables[-1].next_cell(piece)
    return found


class _Grid:
    """The rows of one table under way."""

    def __init__(self) -> None:
        self._row = self._column = 0
        self._until: dict[int, int] = {}  # by column: the last row that a cell reaches

    def next_row(self) -> None:
        self._row += 1
        self._column = 0

    def next_cell(self, tag: str) -> str:
        """The marks of the cell that begins with `tag`."""
        begin = self._column
        while self._until.get(self._column, -1) >= self._row:
            self._column += 1
        first = self._column
        spans = {name: max(int(number), 1) for name, number in _SPANS.findall(tag)}
        self._column = min(first + spans.get("col", 1), _MOST_SPANNED)
        reached = dict.fromkeys(range(first, self._column), self._row + spans.get("row", 1) - 1)
        self._until.update(reached)
        return _ABOVE * (first - begin) + _WIDE * (len(reached) - 1)


def as_text(line: str) -> str:
    """A line for people: cells of a row apart by one space, an empty one among figures marked."""
    if CELL not in line:
        return line
    before, *pieces = line.split(CELL)
    marks, cells = before[len(before.rstrip(_MARKS)) :], []
    for piece in pieces:
        cell = piece.rstrip(_MARKS)
        cells += [*[ABOVE] * marks.count(_ABOVE), cell, *[ACROSS] * marks.count(_WIDE)]
        marks = piece[len(cell) :]
    return _SPACES.sub(" ", f"{before.rstrip(_MARKS)} {row_line(cells)}").strip(_EDGE)


def as_cells(line: str) -> str:
    """A line for the header reader: cells apart by a bar, as the plain-text dumps print them. A colon in a
    cell of its own ends the label before it."""
    if CELL not in line:
        return line
    plain = line.replace(_ABOVE, "").replace(_WIDE, "")
    return _COLON_CELL.sub("：|", plain.replace(CELL, "|").strip(" "))
