"""Read JSON as people write it: keys without quotes, texts in single ones, a comma too many. Pure.

What the value means is json_lists.py and hidden_text.py.
"""

from __future__ import annotations

import json
import re
from typing import Any

_PIECES = re.compile(
    r""""(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'|(?<=[{,\s])[A-Za-z_$][\w$]{0,60}(?=\s{0,9}:)|,(?=\s{0,99}[\]}])""",
    re.S,
)
_ESCAPES = re.compile(r"""\\(?:x([0-9a-fA-F]{2})|(['$`]))|\\.|(")""", re.S)


def loads(text: str) -> Any:
    """The value of a text that is JSON, or what a script would take for the same. Raises ValueError (that of
    the text as it came) and RecursionError."""
    try:
        return json.loads(text, strict=False)
    except ValueError as exc:
        try:
            return json.loads(_PIECES.sub(_mended, text), strict=False)
        except ValueError:
            raise exc from None


def _mended(piece: re.Match[str]) -> str:
    said = piece[0]
    if said == ",":
        return ""
    if said[0] not in "\"'":
        return f'"{said}"'
    return f'"{_ESCAPES.sub(_escaped, said[1:-1])}"'


def _escaped(found: re.Match[str]) -> str:
    if found[1]:
        return f"\\u00{found[1]}"
    return found[2] or ('\\"' if found[3] else found[0])
