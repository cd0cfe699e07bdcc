"""Traditional characters and their simplified forms by OpenCC: what ingest/text/simplified.txt holds.

`python -m tests.support.opencc_table` writes that file anew, after a release of OpenCC.
"""

from __future__ import annotations

from pathlib import Path

from opencc import OpenCC

import ingest.text

FILE = Path(ingest.text.__path__[0]) / "simplified.txt"


def table() -> str:
    """Two lines: the characters, and the form of each. 衞 of Hong Kong is in a table of its own."""
    general, of_hong_kong = OpenCC("t2s"), OpenCC("hk2s")
    pairs = []
    for char in map(chr, range(0x3400, 0xA000)):
        plain = general.convert(char)
        plain = plain if plain != char else of_hong_kong.convert(char)
        if plain != char and not _is_common(char):
            pairs.append((char, plain))
    return "".join(f"{''.join(line)}\n" for line in zip(*pairs, strict=True))


def _is_common(char: str) -> bool:
    """One of GB 2312: simplified texts use it, too."""
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


if __name__ == "__main__":
    FILE.write_text(table(), encoding="utf-8")
