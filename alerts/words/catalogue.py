"""Our own sentences in English. They are written in Chinese where they are said; the English stands in
web/locale/en/, a file a page. Pure.

How a sentence is said is language.py; nouns and figures are chinese.py and english.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import polib

FOLDER = Path(__file__).parents[1] / "web" / "locale" / "en"

Forms = tuple[str, ...]  # of one; of any other number, where that is said otherwise


@lru_cache(maxsize=1)
def english() -> Mapping[str, Forms]:
    """The English of each Chinese sentence, of all files together."""
    return {entry.msgid: forms(entry) for file in files() for entry in polib.pofile(str(file))}


def files() -> list[Path]:
    return sorted(FOLDER.glob("*.po"))


def forms(entry: polib.POEntry) -> Forms:
    """In the order of their numbers."""
    several = [str(entry.msgstr_plural[number]) for number in sorted(entry.msgstr_plural)]
    return tuple(several or [entry.msgstr])
