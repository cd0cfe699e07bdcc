"""Read JSON as people write it: keys without quotes, texts in single ones, a comma too many; or packed as
base64. Pure.

What the value means is json_lists.py and hidden_text.py.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from typing import Any

_PIECES = re.compile(
    r""""(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'|(?<=[{,\s])[A-Za-z_$][\w$]{0,60}(?=\s{0,9}:)|,(?=\s{0,99}[\]}])""",
    re.S,
)
_PACKED = re.compile(r"[eW][w-z0-3][A-Za-z0-9+/\s]{22,}+={0,2}\s*+")  # of { and [
_ESCAPES = re.compile(r"""\\(?:x([0-9a-fA-F]{2})|(['$`]))|\\.|(")""", re.S)


def is_packed(text: str) -> bool:
    """Whether a text looks like an object or an array of JSON in base64: W3siaWQi…"""
    return text[:1] in ("e", "W") and _PACKED.fullmatch(text) is not None


def unpacked(text: str) -> str | None:
    """The JSON that a text is in base64; None where it is none."""
    if not is_packed(text):
        return None
    try:
        return b64decode(text).decode().strip()
    except ValueError:
        return None


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
