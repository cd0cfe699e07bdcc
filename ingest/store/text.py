"""Text that every database can keep. Pure; the one place that decides what happens to what cannot be kept.

PostgreSQL refuses U+0000 in text, and no UTF-8 can carry a lone surrogate. Each is replaced by U+FFFD, one
for one, so that offsets into a body stay right. Which columns this guards is tables.py.
"""

from __future__ import annotations

import json
import re
from typing import Any

_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


def keepable(text: str) -> str:
    """The same text, of the same length, without NUL and lone surrogates."""
    return text if _is_keepable(text) else _UNKEEPABLE.sub("\ufffd", text)


def _is_keepable(text: str) -> bool:
    if "\x00" in text:
        return False
    try:
        text.encode()  # quicker than any expression
    except UnicodeEncodeError:
        return False
    return True


def _keepable_json(value: Any) -> Any:
    if isinstance(value, str):
        return keepable(value)
    if isinstance(value, dict):
        return {keepable(str(key)): _keepable_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_keepable_json(item) for item in value]
    return value


class Written(str):
    """JSON that dump_json wrote, for a JSON column, before the transaction that is to keep it."""

    __slots__ = ()


def dump_json(value: Any) -> str:
    """JSON as the store writes it: readable Chinese, no NaN (which is not JSON), keepable text only."""
    if type(value) is Written:
        return value
    written = _written(value)
    return written if _is_keepable(written) and r"\u0000" not in written else _written(_keepable_json(value))


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
