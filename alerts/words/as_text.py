"""The body of an entry (entry_body.py) as plain text: for who reads e-mail without HTML. Pure.

Only our own markup is read here: every tag is closed and nothing is hidden.
"""

from __future__ import annotations

from html.parser import HTMLParser


def as_text(html: str) -> str:
    """A paragraph, an item or a row of a table is a line, cells stand between bars, an address in brackets
    behind its words."""
    parser = _Lines()
    parser.feed(html)
    parser.close()
    lines = (line.strip() for line in "".join(parser.said).split("\n"))
    return "\n".join(line.replace(_BLANK, "") for line in lines if line)


_BLANK = "\0"  # a line with nothing on it, before a heading


class _Lines(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._address: str | None = None
        self._is_first_cell = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        match tag:
            case "a":
                self._address = dict(attrs).get("href")
            case "tr":
                self._is_first_cell = True
            case "td" | "th":
                self.said.append("" if self._is_first_cell else " | ")
                self._is_first_cell = False
            case "h2" | "hr":
                self.said.append(f"\n{_BLANK}\n")
            case "li":
                self.said.append("· ")
            case "br":
                self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._address:
            self.said.append(f" <{self._address}>")
            self._address = None
        if tag in ("p", "tr", "li", "table", "ul", "h2", "h3"):
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        self.said.append(data.replace("\n", " "))
