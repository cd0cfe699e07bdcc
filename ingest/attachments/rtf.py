"""Read an .rtf (also one that is called .doc): paragraphs and the rows of tables, by striprtf. Pure.

Deleted, hidden and struck-out text is left out before; notes, headers and pictures striprtf leaves out
itself.
"""

from __future__ import annotations

import re

from striprtf.striprtf import rtf_to_text

from ingest.errors import NotADocument, TooLarge
from ingest.text.rows import row_line

MOST = 20 * 2**20  # bytes without pictures: a report has some hundred thousand

_GROUP = re.compile(r"\{[^{}]*+\}")
# Of a run, where its group says it (RTF 1.9.1, "Associated Character Properties").
_UNSEEN = re.compile(r"\\(?:v|deleted|strike|striked1)(?![a-z0-9])")
_PICTURE = re.compile(r"\{\\(?:\*\\)?(?:pict|objdata|datastore|themedata)\b[^{}]*+(?:\{[^{}]*+\}[^{}]*+)*+\}")
_CODE_PAGE = re.compile(r"\\ansicpg\d+")
_CHINESE_FONT = "\\fcharset134"  # GB 2312: what Word writes beside a Western code page


def read_rtf(raw: bytes, what: str = "reading an .rtf file") -> list[str]:
    """The lines of the text; `what` begins the messages. Raises NotADocument (torn, no text), TooLarge."""
    text = _PICTURE.sub("", raw.decode("gb18030", "replace"))
    if len(text) > MOST:
        raise TooLarge(f"{what}: {len(text)} characters of text and marks, more than {MOST}")
    if _CHINESE_FONT in text:
        text = _CODE_PAGE.sub(r"\\ansicpg936", text)
    try:
        seen = _GROUP.sub(_seen, text)
        plain = str(rtf_to_text(seen, encoding="gb18030", errors="replace"))  # type: ignore[no-untyped-call]
    except (ValueError, LookupError) as exc:
        raise NotADocument(f"{what}: it is damaged ({exc!r}); fetch it again") from exc
    lines = [line for printed in plain.splitlines() if (line := _line(printed))]
    if not lines:
        raise NotADocument(f"{what}: it holds no text")
    return lines


def _seen(group: re.Match[str]) -> str:
    return "" if _UNSEEN.search(group[0]) else group[0]


def _line(printed: str) -> str:
    """The cells of a row, which striprtf ends with a bar each, as one line."""
    if not printed.endswith("|"):
        return printed.strip()
    return row_line(printed.removesuffix("|").split("|"))
