"""What an engine saw on scanned pages: lines, and a text with how sure it is of each letter. Pure.

The engine is tesseract.py; lines become paragraphs in attachments/paragraphs.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ingest.attachments.paragraphs import Line, join_pages

_WIDE = re.compile("[\u1100-\u11ff\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]")
_CELL = 1.5  # em: a gap that is wider parts the cells of a row
# The right ring of a percent sign is now and then seen a second time, as a digit: 5.2%4，. No report prints
# one.
_RING = re.compile(r"(?<=[%‰])\d(?=[，。、；,;）)\s]|\Z)")
# A dash between figures is seen as the word for one, which no report prints before a digit: 4%一5%. At the
# beginning of a line the first figure stands at the end of the one before.
_DASH = re.compile(r"(?:(?<=[%‰\d])|\A)一(?=\d)")
_INVISIBLE = re.compile(r"\s")
NOT_SEEN = 0  # confidence of a letter that the engine did not give: it came in on the way


@dataclass(frozen=True, slots=True)
class Word:
    """What the engine takes for one word, its box in pixels, and how sure it is: 0 to 100."""

    text: str
    left: int
    right: int
    top: int
    bottom: int
    confidence: int


@dataclass(frozen=True, slots=True)
class ScannedLine:
    """One line of a page: the line as all readers of files give it, and the confidence of each letter."""

    line: Line
    confidence: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """One page: its lines from top to bottom, and the picture that the engine looked at (JPEG)."""

    lines: tuple[ScannedLine, ...]
    picture: bytes = field(repr=False, default=b"")


@dataclass(frozen=True, slots=True)
class Scanned:
    """A document as an engine read it, page by page; `engine`: its name, version and language."""

    pages: tuple[ScannedPage, ...]
    engine: str

    @property
    def paragraphs(self) -> list[str]:
        return join_pages([[one.line for one in page.lines] for page in self.pages])

    def confidence_of(self, text: str) -> bytes:
        """How sure the engine is of each character of a text that was made of `paragraphs`: a byte each, 0 to
        100. Blanks are as sure as the letter before them."""
        seen = [one for page in self.pages for line in page.lines for one in _letters(line)]
        letters = "".join(letter for letter, _ in seen)
        out = bytearray()
        at = 0
        for line in text.splitlines(keepends=True):
            bare = _INVISIBLE.sub("", line)
            found = letters.find(bare, at)
            if found < 0:
                found = letters.find(bare)  # a title that was put in front
            sure = (
                [one for _, one in seen[found : found + len(bare)]] if found >= 0 else [NOT_SEEN] * len(bare)
            )
            at = found + len(bare) if found >= 0 else at
            told = iter(sure)
            last = NOT_SEEN
            for character in line:
                last = last if character.isspace() else next(told)
                out.append(last)
        return bytes(out)


def line_of(words: Sequence[Word]) -> ScannedLine | None:
    """One line of the words that stand in it; None for one without a letter."""
    words = sorted((word for word in words if word.text.strip()), key=lambda word: word.left)
    if not words:
        return None
    left, right = words[0].left, max(word.right for word in words)
    ems = sum(_ems(word.text) for word in words)
    em = max((right - left) / max(ems, 1.0), 1.0)
    text, row, end = "", False, left
    confidence: list[int] = []
    for word in words:
        if text and (wide := (word.left - end) / em > _CELL):
            text, confidence, row = f"{text} ", [*confidence, word.confidence], wide
        text += word.text
        confidence += [word.confidence] * len(word.text)
        end = max(end, word.right)
    for ring in reversed(list(_RING.finditer(text))):
        text = text[: ring.start()] + text[ring.end() :]
        del confidence[ring.start() : ring.end()]
    text = _DASH.sub("—", text)
    top = min(word.top for word in words)
    return ScannedLine(Line(text, left, right, em, -float(top), row), tuple(confidence))


def _letters(line: ScannedLine) -> Iterator[tuple[str, int]]:
    for letter, sure in zip(line.line.text, line.confidence, strict=True):
        if not letter.isspace():
            yield letter, sure


def _ems(text: str) -> float:
    return sum(1.0 if _WIDE.match(letter) else 0.5 for letter in text)


def words_of(tsv: str, scale: float = 1.0) -> Iterable[list[Word]]:
    """The words of each line of tesseract's table (level 5: a word), their places times `scale`."""
    lines: dict[tuple[str, ...], list[Word]] = {}
    for row in tsv.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) != 12 or cells[0] != "5" or not cells[11].strip():
            continue
        left, top, width, height = (round(int(cell) * scale) for cell in cells[6:10])
        sure = max(0, min(100, int(float(cells[10]))))
        word = Word(cells[11].strip(), left, left + width, top, top + height, sure)
        lines.setdefault(tuple(cells[1:5]), []).append(word)
    return lines.values()
