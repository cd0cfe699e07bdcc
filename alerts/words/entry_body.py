"""The body of a feed entry: who showed it where, a table of the targets with their sentences, a link. Pure.

Titles are titles.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from alerts.words import chinese, english
from alerts.words.safe_text import spoken, web_address
from ingest.events import as_object
from ingest.model import Event

Figure = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """What the body says in one language."""

    lang: str  # zh or en
    heads: tuple[str, str, str, str, str]  # indicator, year, target, previous target, sentence
    last_year: tuple[str, str]  # its target, what this report says was reached
    gone: str
    source: str
    official: tuple[str, str]  # yes, no
    more: str
    sentences: tuple[str, str, str]  # what changed in the text: one sentence, all of them, the first of them
    sides: Mapping[str, str]  # what stands before a sentence: it was, is now, went, came
    report_page: str
    evidence: str
    label: Callable[[Figure], str]
    figure: Callable[[Figure], str]
    resolves: Mapping[str, str]
    verdicts: Mapping[str, str]
    said: str  # a verdict after its figure


CHINESE = Words(
    lang="zh",
    heads=("指标", "年份", "目标", "原目标", "原文"),
    last_year=("上年目标", "上年实绩"),
    gone="（删去）",
    source="来源：{}（{}）",
    official=("官方", "非官方"),
    more="共 {} 项目标，此处列出前 {} 项。",
    sentences=("文本改动 {} 处：", "文本改动 {} 处：", "文本改动 {} 处，此处列出 {} 处："),
    sides={"before": "原：", "after": "今：", "removed": "删去：", "added": "新增："},
    report_page="报告页：全部目标、各网站文本与变动",
    evidence="存档：当时收到的原始网页",
    label=chinese.label,
    figure=chinese.figure_text,
    resolves=chinese.RESOLVES,
    verdicts=chinese.VERDICTS,
    said="（{}）",
)
ENGLISH = Words(
    lang="en",
    heads=("Indicator", "Year", "Target", "Before", "In the text"),
    last_year=("Target last year", "Reached last year"),
    gone="(withdrawn)",
    source="Source: {} ({})",
    official=("official", "not official"),
    more="{} targets in all; these are the first {}.",
    sentences=("{} change in the text:", "{} changes in the text:", "{} changes in the text; here are {}:"),
    sides={"before": "Before: ", "after": "Now: ", "removed": "Removed: ", "added": "Added: "},
    report_page="Report: all targets, the texts of each site, what changed",
    evidence="Evidence: the page as it was received",
    label=english.label,
    figure=english.figure_text,
    resolves=english.RESOLVES,
    verdicts=english.VERDICTS,
    said=" ({})",
)


def content_of(event: Event, page: str, words: Words = CHINESE) -> str:
    """HTML; `page` is the report's page of this service."""
    data = event.data
    parts = []
    if title := as_object(data.get("report")).get("title"):
        parts.append(f"<p><strong>{escape(str(title))}</strong></p>")
    parts.append(_provenance(data, words))
    if event.type.startswith("target."):
        rows = [(data.get("target"), data.get("previous"))]
    elif data.get("differences") and event.type != "report.completed":
        rows = [(d.get("target"), d.get("previous")) for d in data["differences"]]
    else:
        rows = [(t, None) for t in data.get("targets") or ()]
    if rows:
        parts.append(_table(rows, words))
    total, listed_total = data.get("targets_total") or 0, len(data.get("targets") or ())
    if total > listed_total:
        parts.append(f"<p>{words.more.format(total, listed_total)}</p>")
    parts.append(_sentences(data, words))
    if data.get("report") and event.type != "report.overdue":  # which has no page of its own yet
        parts.append(f'<p><a href="{escape(spoken(page, words.lang))}">{words.report_page}</a></p>')
        if (version := as_object(data.get("version"))) and web_address(data.get("url")):  # not a local file
            link = evidence_url(page, str(version.get("content_hash")))
            parts.append(f'<p><a href="{escape(link)}">{words.evidence}</a></p>')
    return "\n".join(p for p in parts if p)


def evidence_url(page: str, content_hash: str) -> str:
    """Where the archived page of one text of a report can be had (web/pages/evidence.py)."""
    return f"{page}/evidence?{urlencode({'text': content_hash.removeprefix('sha256:')})}"


def _provenance(data: Mapping[str, Any], words: Words) -> str:
    source = as_object(data.get("source"))
    name = escape(str(source.get("name") or source.get("slug") or ""))
    url = web_address(data.get("url"))
    source_text = f'<a href="{escape(url)}">{name or escape(url)}</a>' if url else name
    if not source_text:
        return ""
    return f"<p>{words.source.format(source_text, words.official[0 if source.get('official') else 1])}</p>"


def _table(rows: Sequence[tuple[Figure | None, Figure | None]], words: Words) -> str:
    with_previous = any(previous for _, previous in rows)
    with_last_year = any(as_object(target).get("last_year") for target, _ in rows)
    indicator, year, figure, before, sentence = words.heads
    heads = [indicator, year, figure]
    heads += [before] if with_previous else []
    heads += words.last_year if with_last_year else ()
    heads.append(sentence)
    out = ["<table>", "<tr>" + "".join(f"<th>{h}</th>" for h in heads) + "</tr>"]
    for text, of_it in groupby(rows, key=_text_of):
        same = list(of_it)  # a sentence that sets many figures stands once, beside all of them
        for number, (target, previous) in enumerate(same):
            one = target or previous or {}
            cells = [words.label(one), _years(one), _promise(one, words) if target else words.gone]
            if with_previous:
                cells.append(words.figure(previous) if previous else "—")
            if with_last_year:
                cells += _last_year(as_object(one.get("last_year")), words)
            row = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
            if number == 0:
                span = f' rowspan="{len(same)}"' if len(same) > 1 else ""
                row += f"<td{span}>{escape(text)}</td>"
            out.append(f"<tr>{row}</tr>")
    return "\n".join([*out, "</table>"])


def _last_year(past: Mapping[str, Any], words: Words) -> tuple[str, str]:
    """What was promised for the year before, and what is said of it: `5.8%（完成）`."""
    promised, reached = past.get("target"), past.get("outcome")
    verdict = words.verdicts.get(str(past.get("verdict")), "") if reached else ""
    outcome = words.figure(reached) if reached else "—"
    return _promise(promised, words) if promised else "—", outcome + (
        words.said.format(verdict) if verdict else ""
    )


def _promise(target: Figure, words: Words) -> str:
    """How firm, and what: 力争6%."""
    return words.resolves.get(str(target.get("resolve")), "") + words.figure(target)


def _years(figure: Figure) -> str:
    """`2026`, `2021–2025`: a report speaks of other years than its own, too."""
    period = as_object(figure.get("period"))
    first, last = period.get("from"), period.get("to") or figure.get("year")
    return f"{first}–{last}" if first and last and first != last else str(last or "—")


def _text_of(row: tuple[Figure | None, Figure | None]) -> str:
    one = row[0] or row[1] or {}
    return str(one.get("sentence") or one.get("quote") or "")


def _sentences(data: Mapping[str, Any], words: Words) -> str:
    """The sentences that changed, what went struck out and what came underlined."""
    listed_total = data.get("sentences") or ()
    if not listed_total:
        return ""
    total = max(data.get("sentences_total") or 0, len(listed_total))
    one, all_, first = words.sentences
    line = first if total > len(listed_total) else one if total == 1 else all_
    out = [f"<p>{line.format(total, len(listed_total))}</p>", "<ul>"]
    for entry in listed_total:
        both = entry["before"] is not None and entry["after"] is not None
        lines = [
            f"{words.sides[name if both else entry['change']]}{_side(entry[name], tag, whole=not both)}"
            for name, tag in (("before", "del"), ("after", "ins"))
            if entry[name] is not None
        ]
        out.append(f"<li>{'<br>'.join(lines)}</li>")
    return "\n".join([*out, "</ul>"])


def _side(side: Mapping[str, Any], tag: str, *, whole: bool) -> str:
    """A sentence with what the other lacks in `tag` (all of it: `whole`), figures strong."""
    text, end, out = str(side["text"]), 0, []
    for mark in side["marks"]:
        start, stop = max(end, mark["start"]), mark["end"]
        inner = escape(text[start:stop])
        inner = f"<strong>{inner}</strong>" if mark["figure"] else inner
        out += [escape(text[end:start]), inner if whole else f"<{tag}>{inner}</{tag}>"]
        end = max(end, stop)
    out.append(escape(text[end:]))
    joined = "".join(out)
    return f"<{tag}>{joined}</{tag}>" if whole else joined
