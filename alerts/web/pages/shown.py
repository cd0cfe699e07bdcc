"""A figure in a table of a page, which leads to its row on the page of its report. Pure.

The row itself is report_views.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from alerts.web.pages.report_views import anchor, report_href
from alerts.words.language import Words
from ingest.events import figure_json
from ingest.model import Figure


@dataclass(frozen=True, slots=True)
class Linked:
    text: str
    resolve: str
    href: str
    quote: str


def linked(root: str, figure: Figure, report: str, words: Words, part: str = "target") -> Linked:
    """`part`: target or outcome, as the report of that key has it."""
    return Linked(
        words.figure(figure_json(figure)),
        words.resolves.get(figure.resolve or "", ""),
        f"{report_href(root, report)}#{part}-{anchor(figure)}",
        figure.quote,
    )
