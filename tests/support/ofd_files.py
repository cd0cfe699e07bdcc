"""An .ofd file as a writer prints one, made here. No tests.

The order of the text objects in the file is not that of reading, and each line is several of them.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from html import escape

from tests.support.attached import REPORT, TITLE

NAMESPACE = ' xmlns:ofd="http://www.ofdspec.org/2016"'
_SIZE, _WIDTH, _LEFT, _TOP, _LEADING, _LINES = 5.6, 28, 26.0, 45.0, 9.8, 22  # mm; em; mm; mm; mm; a page


def ofd(
    lines: Iterable[str] = REPORT,
    title: str | None = TITLE,
    *,
    namespace: str = NAMESPACE,
    header: str = "",
    footer: str = "— {} —",
    extra: str = "",
    files: dict[str, bytes] | None = None,
) -> bytes:
    """The lines as paragraphs on as many pages as they need; `extra` are objects of each page, as XML."""
    printed = [(_LEFT + (_WIDTH * _SIZE - len(title) * 7.7) / 2, 7.7, title)] if title else []
    for line in lines:
        left = 2.0
        for piece in _broken(line):
            printed.append((_LEFT + left * _SIZE, _SIZE, piece))
            left = 0.0
    pages = [printed[at : at + _LINES] for at in range(0, len(printed), _LINES)] or [[]]
    parts = {"OFD.xml": _root(namespace), "Doc_0/Document.xml": _document(len(pages), namespace)}
    for number, page in enumerate(pages):
        objects = [_text(95, 20, 4.2, header)] if header else []
        objects.append(_text(95, 285, 4.2, footer.format(number + 1)))
        for row, (left, size, text) in enumerate(page):
            objects += _objects(left, _TOP + row * _LEADING, size, text)
        body = "".join(reversed(objects)) + extra
        parts[f"Doc_0/Pages/Page_{number}/Content.xml"] = _tagged(
            f'<Page><Content><Layer ID="1">{body}</Layer></Content></Page>', namespace
        )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, xml in parts.items():
            packed.writestr(name, xml)
        for name, content in (files or {}).items():
            packed.writestr(name, content)
    return stream.getvalue()


def row(y: float, *cells: str) -> str:
    """A row of a table as XML: a text object for each cell, from edge to edge."""
    step = (_WIDTH * _SIZE - 5 * _SIZE) / max(len(cells) - 1, 1)
    return "".join(_text(_LEFT + step * at, y, _SIZE, cell) for at, cell in enumerate(cells))


def _broken(line: str) -> list[str]:
    pieces, width = [""], 2.0
    for letter in line:
        if width + _em(letter) > _WIDTH:
            pieces.append("")
            width = 0.0
        pieces[-1] += letter
        width += _em(letter)
    return pieces


def _objects(left: float, y: float, size: float, text: str) -> list[str]:
    """The line in pieces of seven letters, as writers cut it where the script changes."""
    found = []
    for at in range(0, len(text), 7):
        piece = text[at : at + 7]
        found.append(_text(left + size * sum(map(_em, text[:at])), y, size, piece))
    return found


def _text(x: float, y: float, size: float, text: str) -> str:
    steps = " ".join(f"{_em(letter) * size:g}" for letter in text[:-1])
    delta = f' DeltaX="{steps}"' if steps else ""
    return (
        f'<TextObject ID="9" Boundary="{x:g} {y - size:g} 160 {size:g}" Font="1" Size="{size:g}">'
        f'<TextCode X="0" Y="{size:g}"{delta}>{escape(text)}</TextCode></TextObject>'
    )


def _em(letter: str) -> float:
    return 0.5 if letter.isascii() else 1.0


def _root(namespace: str) -> str:
    return _tagged("<OFD><DocBody><DocRoot>Doc_0/Document.xml</DocRoot></DocBody></OFD>", namespace)


def _document(pages: int, namespace: str) -> str:
    listed = "".join(f'<Page ID="{n + 2}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(pages))
    area = "<CommonData><PageArea><PhysicalBox>0 0 210 297</PhysicalBox></PageArea></CommonData>"
    return _tagged(f"<Document>{area}<Pages>{listed}</Pages></Document>", namespace)


def _tagged(xml: str, namespace: str) -> str:
    if namespace.startswith(" xmlns:ofd"):
        xml = xml.replace("</", "<\0").replace("<", "<ofd:").replace("<ofd:\0", "</ofd:")
    return '<?xml version="1.0" encoding="UTF-8"?>' + xml.replace(">", f"{namespace}>", 1)
