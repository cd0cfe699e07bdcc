"""Read an .rtf (also one that is called .doc): paragraphs and the rows of tables, by striprtf. Pure.

Deleted, hidden and struck-out text is left out before; notes, headers and pictures striprtf leaves out
itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from striprtf.striprtf import rtf_to_text

from ingest.attachments.edged_rows import Edge, EdgedRow, row_lines
from ingest.errors import NotADocument, TooLarge

MOST = 20 * 2**20  # bytes without pictures: a report has some hundred thousand

_GROUP = re.compile(r"\{[^{}]*+\}")
# Of a run, where its group says it (RTF 1.9.1, "Associated Character Properties").
_UNSEEN = re.compile(r"\\(?:v|deleted|strike|striked1)(?![a-z0-9])")
_PICTURE = re.compile(r"\{\\(?:\*\\)?(?:pict|objdata|datastore|themedata)\b[^{}]*+(?:\{[^{}]*+\}[^{}]*+)*+\}")
_CODE_PAGE = re.compile(r"\\ansicpg\d+")
_OF_ROWS = re.compile(
    r"\\(?P<word>trowd|trleft|clvmrg|clmrg|cellx|pard|intbl|par|line|row)(?P<number>-?\d{1,6})?(?![a-z\d])"
)
_MARK = "\x02"
_ROW = re.compile(rf"(?:(?P<cells>.*)\|)? ?{_MARK}(?P<number>\d{{1,7}}){_MARK}\s*")
_CHINESE_FONT = "\\fcharset134"  # GB 2312: what Word writes beside a Western code page


def read_rtf(raw: bytes, what: str = "reading an .rtf file") -> list[str]:
    """The lines of the text; `what` begins the messages. Raises NotADocument (torn, no text), TooLarge."""
    text = _PICTURE.sub("", raw.decode("gb18030", "replace"))
    if len(text) > MOST:
        raise TooLarge(f"{what}: {len(text)} characters of text and marks, more than {MOST}")
    if _CHINESE_FONT in text:
        text = _CODE_PAGE.sub(r"\\ansicpg936", text)
    try:
        seen, edged = _with_marks(_GROUP.sub(_seen, text))
        plain = str(rtf_to_text(seen, encoding="gb18030", errors="replace"))  # type: ignore[no-untyped-call]
    except (ValueError, LookupError) as exc:
        raise NotADocument(f"{what}: it is damaged ({exc!r}); fetch it again") from exc
    lines = list(filter(None, _lines(plain, edged)))
    if not lines:
        raise NotADocument(f"{what}: it holds no text")
    return lines


def _lines(plain: str, edged: Sequence[EdgedRow]) -> Iterator[str]:
    table: list[EdgedRow] = []
    for printed in plain.splitlines():
        row = _ROW.fullmatch(printed)  # its cells end with a bar each
        if row is not None and int(row["number"]) < len(edged):
            table.append(replace(edged[int(row["number"])], texts=(row["cells"] or "").split("|")))
        elif printed.endswith("|"):  # its end is hidden, or torn
            table.append(EdgedRow(printed.removesuffix("|").split("|")))
        else:
            yield from row_lines(table)
            table = []
            yield printed.strip()
    yield from row_lines(table)


def _with_marks(text: str) -> tuple[str, list[EdgedRow]]:
    """The text with the number of each row behind its cells, which are one line each, and the edges of these
    rows."""
    text = text.replace(_MARK, "")
    rows: list[EdgedRow] = []
    left, edges, above, across, inside = 0, list[Edge](), False, False, False
    parts: list[str] = []
    at = 0
    for match in _OF_ROWS.finditer(text):
        match match["word"]:
            case "trowd":
                left, edges, above, across = 0, [], False, False
            case "trleft":
                left = int(match["number"] or 0)
            case "clvmrg":
                above = True
            case "clmrg":
                across = True
            case "cellx":
                edges.append(Edge(int(match["number"] or 0), above, across))
                above = across = False
            case "pard" | "intbl" as word:
                inside = word == "intbl"
            case "par" | "line":
                if inside:
                    parts.append(text[at : match.start()])
                    at = match.end()
            case _:
                parts += [text[at : match.start()], f" {_MARK}{len(rows)}{_MARK}"]
                at = match.start()
                rows.append(EdgedRow((), left, tuple(edges)))
    return "".join([*parts, text[at:]]), rows


def _seen(group: re.Match[str]) -> str:
    return "" if _UNSEEN.search(group[0]) else group[0]
