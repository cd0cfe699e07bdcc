"""A figure in a table of a page, which leads to its row on the page of its report; and its verdict. Pure.

The row itself is report_views.py; whether a promise was kept, ingest/outcome.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from alerts.web.pages.report_views import Tag, anchor, report_href
from alerts.words.language import Words
from ingest.events import figure_json
from ingest.model import Figure
from ingest.outcome import Answer, Said, Verdict

VERDICT_TONES: Mapping[Verdict, str] = {
    Verdict.MET: "good",
    Verdict.MISSED: "bad",
    Verdict.RESTATED: "warn",
    Verdict.NOT_COMPARABLE: "",
    Verdict.UNKNOWN: "",
}


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


def linked_outcome(root: str, said: Said | None, words: Words) -> Linked | None:
    """What a report says was reached."""
    return linked(root, said.figure, said.report_key, words, "outcome") if said else None


def verdict_tag(answer: Answer, words: Words) -> Tag:
    return words.verdicts[answer.verdict], VERDICT_TONES[answer.verdict]
