"""What the styles of a Word document say: the list of their paragraphs, whether their text is hidden. Pure.

ECMA-376 part 1, clause 17.7; what becomes of it is numbering.py and docx.py.
"""

from __future__ import annotations

from collections.abc import Container
from xml.sax import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from ingest.attachments.office_xml import is_on, local, value

_DEPTH = 20  # styles based on styles


class Styles(ContentHandler):
    """styles.xml. What a style does not say itself, the one that it is based on does."""

    def __init__(self) -> None:
        super().__init__()
        self._style: str | None = None  # None: the defaults of the document
        self._based: dict[str | None, str] = {}
        self._list: dict[str | None, str] = {}
        self._level: dict[str | None, str] = {}
        self._vanish: dict[str | None, bool] = {}

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        match local(name):
            case "style":
                self._style = value(attrs, "styleId")
            case "basedOn":
                self._based[self._style] = value(attrs, "val") or ""
            case "numId":
                self._list[self._style] = value(attrs, "val") or ""
            case "ilvl":
                self._level[self._style] = value(attrs, "val") or ""
            case "vanish":
                self._vanish[self._style] = is_on(attrs)
            case _:
                pass

    def endElement(self, name: str) -> None:
        if local(name) == "style":
            self._style = None

    def numbered(self) -> dict[str, tuple[str, str | None]]:
        """Style -> its list, and the level there."""
        found = {}
        for style in {*self._list, *self._based} - {None}:
            at = self._says(style, self._list)
            if style is not None and at in self._list:
                found[style] = (self._list[at], self._level.get(style) or self._level.get(at))
        return found

    def hidden(self) -> frozenset[str | None]:
        """The styles whose text is hidden; None among them: what has no style is."""
        return frozenset(
            style
            for style in {*self._vanish, *self._based}
            if self._vanish.get(self._says(style, self._vanish), False)
        )

    def _says(self, style: str | None, known: Container[str | None]) -> str | None:
        """The first of a style and those that it is based on that is `known`."""
        at = style
        for _ in range(_DEPTH):
            if at in known or at not in self._based:
                break
            at = self._based[at]
        return at
