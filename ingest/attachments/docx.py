"""Read a .docx: its paragraphs and table rows as lines, in the order of the document. Pure.

python-docx leaves out what stands in smart tags, content controls and accepted insertions; Word 2003 put
every number and date into smart tags, so figures would be lost in silence. Hence our own walk over
word/document.xml (ECMA-376 part 1, clause 17), by defusedxml's SAX parser: no tree, no DTD, no entities.

Limits of the container are container.py; automatic numbers numbering.py; files that are taken in whole
chunks.py; which lines are text is page/text.py.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Collection, Iterator, Sequence
from xml.sax import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from ingest.attachments.chunks import ChunkTargets, chunk_lines
from ingest.attachments.container import Counted, entry, opened
from ingest.attachments.numbering import Lists, Numbering
from ingest.attachments.office_xml import is_on, local, parse, value
from ingest.attachments.styles import Styles
from ingest.errors import NotADocument, TooLarge
from ingest.text.rows import ABOVE, ACROSS, SPANNED, row_line

MOST_CHARS = 5_000_000  # of text; a compilation of 65 reports has 760,000
MOST_DEPTH = 2  # documents that are taken in by what is taken in
_MAIN = "word/document.xml"
_CONTENTS = re.compile(r"\S[^\t]{0,80}\t\s*\d{1,3}")  # a row of a table of contents
_COLUMNS = re.compile("[1-9][0-9]?")  # that a cell goes over
_WIDEST = 60  # columns; a wider table is none that is printed
_SYMBOLS = {"A3": "≤", "B3": "≥", "B1": "±", "B4": "×", "2D": "-", "25": "%"}  # of the font Symbol, by code
_SKIPPED = frozenset({"del", "moveFrom", "Fallback", "rt", "instrText", "delText"})
_BESIDE = frozenset({"hdr", "ftr", "footnote", "endnote", "comments"})  # where XML holds all in one file


def read_docx(raw: bytes, what: str = "reading a .docx file") -> list[str]:
    """The lines of the document, not yet cleaned; `what` begins the messages.

    Deleted, hidden and struck-out text is left out, automatic numbers (一、 （一）) are written out, the
    cells of a row stand in one line. Raises NotADocument (torn, a DTD, no text), TooLarge (a bomb).
    """
    return _said(_lines(raw, what), what)


def _lines(raw: bytes, what: str, depth: int = 0) -> list[str]:
    with opened(raw, what) as container:
        main = _main_part(container, what)
        folder, name = posixpath.split(main)
        names = set(container.namelist())
        styles, lists, chunks = Styles(), Lists(), ChunkTargets(folder)
        for part, handler in (
            ("styles.xml", styles),
            ("numbering.xml", lists),
            (f"_rels/{name}.rels", chunks),
        ):
            if (path := f"{folder}/{part}") in names:
                parse(entry(container, path, what), handler, what)

        def taken_in(reference: str) -> list[str]:
            path = chunks.found.get(reference, "")
            said = f"{what}: {path} in it"
            if depth >= MOST_DEPTH:
                raise TooLarge(f"{said}: what a document takes in takes in another one, and so on")
            held = entry(container, path, what).readall()
            return chunk_lines(held, said, lambda raw: _lines(raw, said, depth + 1))

        body = _Body(
            Numbering(lists.resolved(), styles.numbered(), lists.kinds), styles.hidden(), what, taken_in
        )
        parse(entry(container, main, what), body, what)
        return body.lines


def read_word_xml(raw: bytes, what: str = "reading a Word document as XML") -> list[str]:
    """Likewise, of one that is no container: as Word 2003 wrote XML, or all parts of a .docx in one file.
    Automatic numbers are not written out."""
    body = _Body(Numbering({}, {}), frozenset(), what)
    parse(Counted(io.BytesIO(raw), len(raw), what), body, what)
    return _said(body.lines, what)


def _said(lines: list[str], what: str) -> list[str]:
    if not lines:
        raise NotADocument(f"{what}: it holds no text (a scan, or an empty form)")
    return lines


def printed_lines(paragraph: str) -> Iterator[str]:
    """The lines of a paragraph (it may be broken by hand), without those of a table of contents."""
    for line in paragraph.split("\n"):
        if line.strip() and not (len(line) < 100 and _CONTENTS.fullmatch(line.strip())):
            yield line.strip()


def _main_part(container: zipfile.ZipFile, what: str) -> str:
    """Where the text is: word/document.xml, unless the package says otherwise (document2.xml)."""
    names = container.namelist()
    if _MAIN in names or "_rels/.rels" not in names:
        return _MAIN
    found = _Target()
    parse(entry(container, "_rels/.rels", what), found, what)
    return found.target or _MAIN


class _Target(ContentHandler):
    """The part that .rels names as the office document."""

    def __init__(self) -> None:
        super().__init__()
        self.target: str | None = None

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        if local(name) == "Relationship" and (value(attrs, "Type") or "").endswith("/officeDocument"):
            self.target = (value(attrs, "Target") or "").lstrip("/")


class _Paragraph:
    """A paragraph under way; text boxes nest them. `pieces`: of those before it whose mark is deleted."""

    __slots__ = ("hidden", "level", "list_id", "mark_deleted", "pieces", "style")

    def __init__(self, pieces: list[str]) -> None:
        self.pieces = pieces
        self.mark_deleted = False
        self.hidden = False  # the run under way
        self.style: str | None = None
        self.list_id: str | None = None
        self.level: str | None = None


class _Body(ContentHandler):
    """Lines out of the events of word/document.xml."""

    def __init__(
        self,
        numbering: Numbering,
        hidden: Collection[str | None],
        what: str,
        taken_in: Callable[[str], list[str]] = lambda _: [],
    ) -> None:
        super().__init__()
        self._taken_in = taken_in  # the lines of a file that it refers to
        self.lines: list[str] = []
        self._numbering = numbering
        self._hidden_styles = hidden
        self._what = what
        self._path: list[str] = []
        self._paragraphs: list[_Paragraph] = []
        self._rows: list[list[list[str]]] = []
        self._frames: list[bool] = []  # of each of these: a table stands in one of its cells
        self._cells: list[list[str]] = []
        self._goes_on: list[bool] = []  # of each of these: the cell above it does
        self._wide: list[int] = []  # columns
        self._open: list[str] = []  # the pieces of a paragraph that goes on in the next one
        self._prompts: list[bool] = []  # of each content control: it shows what to type into it
        self._skipping = 0
        self._chars = 0

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        tag = local(name)
        self._path.append(tag)
        if tag in _SKIPPED or tag in _BESIDE:
            self._skipping += 1
        match tag:
            case "p":
                self._paragraphs.append(_Paragraph(self._open))
                self._open = []
            case "sdt":
                self._prompts.append(False)
            case "showingPlcHdr" if self._prompts and is_on(attrs):
                self._prompts[-1] = True
            case "sdtContent" if self._prompts:
                self._skipping += self._prompts[-1]
            case "tr":
                self._rows.append([])
                self._frames.append(False)
            case "tc":
                self._cells.append([])
                self._goes_on.append(False)
                self._wide.append(1)
            case "vMerge" if self._cells:
                self._goes_on[-1] = value(attrs, "val") != "restart"
            case "gridSpan" if self._cells:
                said = value(attrs, "val") or ""
                self._wide[-1] = int(said) if _COLUMNS.fullmatch(said) else 1
            case "altChunk" if not self._skipping:
                for line in self._taken_in(value(attrs, "id") or ""):
                    self._count(len(line))
                    self._emit(line)
            case _:
                if self._paragraphs:
                    self._in_paragraph(tag, attrs, self._paragraphs[-1])

    def _in_paragraph(self, tag: str, attrs: AttributesImpl, paragraph: _Paragraph) -> None:
        above = self._path[-2]
        match tag:
            case "r":
                paragraph.hidden = paragraph.style in self._hidden_styles
            case "rStyle" if self._path[-3] == "r":
                paragraph.hidden |= value(attrs, "val") in self._hidden_styles
            case "vanish" | "strike" | "dstrike" if above == "rPr" and self._path[-3] == "r":
                paragraph.hidden |= is_on(attrs)
            case "del" if above == "rPr" and self._path[-3] == "pPr":
                paragraph.mark_deleted = True
            case "pStyle":
                paragraph.style = value(attrs, "val")
            case "numId" if above == "numPr":
                paragraph.list_id = value(attrs, "val")
            case "ilvl" if above == "numPr":
                paragraph.level = value(attrs, "val")
            case "tab" | "ptab" if above == "r":
                self._add("\t")
            case "br" | "cr":
                self._add("\n")
            case "noBreakHyphen":
                self._add("-")
            case "sym" if value(attrs, "font") == "Symbol":
                self._add(_SYMBOLS.get((value(attrs, "char") or "").upper()[-2:], ""))
            case _:
                pass  # formatting, pictures, marks: no text

    def characters(self, content: str) -> None:
        if self._path and self._path[-1] == "t":
            self._add(content)

    def _add(self, text: str) -> None:
        if self._skipping or not self._paragraphs or self._paragraphs[-1].hidden:
            return
        self._count(len(text))
        self._paragraphs[-1].pieces.append(text)

    def _count(self, chars: int) -> None:
        self._chars += chars
        if self._chars > MOST_CHARS:
            raise TooLarge(f"{self._what}: it holds more than {MOST_CHARS} characters of text")

    def endElement(self, name: str) -> None:
        tag = self._path.pop()
        match tag:
            case "p" if self._paragraphs:
                self._end_paragraph(self._paragraphs.pop())
            case "sdtContent" if self._prompts:
                self._skipping -= self._prompts[-1]
            case "sdt" if self._prompts:
                self._prompts.pop()
            case "tc" if self._cells:
                self._end_paragraph(_Paragraph(self._open))
                cell, goes_on, wide = self._cells.pop(), self._goes_on.pop(), self._wide.pop()
                if self._rows:
                    covered = goes_on and not cell
                    more = min(wide - 1, max(_WIDEST - len(self._rows[-1]), 0))
                    self._rows[-1] += [[ABOVE] if covered else cell, *[[ABOVE if covered else ACROSS]] * more]
                elif cell:
                    self._emit("".join(cell))
            case "tr" if self._rows:
                self._end_row(self._rows.pop(), self._frames.pop())
            case "body":
                self._end_paragraph(_Paragraph(self._open))
            case _:
                pass
        if tag in _SKIPPED or tag in _BESIDE:
            self._skipping -= 1

    def _end_row(self, cells: Sequence[Sequence[str]], frame: bool) -> None:
        """One cell alone, or one with a table in it, is a frame: what stands in it are lines as elsewhere."""
        if frame or len(cells) == 1:
            lines = [line for cell in cells for line in cell if line not in SPANNED]
        else:
            lines = [row_line(["".join(cell) for cell in cells])]
        for line in filter(None, lines):
            self._emit(line)
        if self._frames and any(lines):
            self._frames[-1] = True

    def _end_paragraph(self, paragraph: _Paragraph) -> None:
        if paragraph.mark_deleted:
            self._open = paragraph.pieces
            return
        self._open = []
        text = "".join(paragraph.pieces)
        if not text.strip() or self._skipping:
            return
        number = self._numbering.number(paragraph.list_id, paragraph.level, paragraph.style)
        for line in printed_lines(number + text.lstrip() if number else text):
            self._emit(line)

    def _emit(self, line: str) -> None:
        (self._cells[-1] if self._cells else self.lines).append(line)
