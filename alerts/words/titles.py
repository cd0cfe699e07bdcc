"""One line that says an event all: its shape, and the words of each language. Pure.

How a figure, a report or a label is said is chinese.py and english.py; the body of an entry is
entry_body.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alerts.words import chinese, english
from alerts.words.disabled import disabled_text
from alerts.words.health import Language, cause_text, expected_text, found_text
from ingest.events import as_object
from ingest.identity.names import report_name
from ingest.model import Event

FIGURES = 5  # said in a title
Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Titles:
    """The words of one language. `lines` are by type of event, those with a second form under a name of their
    own; what stands in braces is put in by `title_of`."""

    lines: Mapping[str, str]
    figures: tuple[str, str, str]  # no target at all; one, or several, none of them headline
    changes: tuple[str, str, str, str]  # of a figure: gone, new, other words, another figure
    unseen: Mapping[str, str]  # what to say for a figure, a change, a source that is not there
    was: Mapping[str, str]  # "formerly", by type of event
    due: tuple[str, str, str]  # with a date, that of the year before, without
    cause: str
    decision: str
    comma: str
    language: Language
    resolves: Mapping[str, str]
    report: Callable[[Data], str]
    place: Callable[[Data], str]  # and year
    label: Callable[[Data], str]
    short: Callable[[Data], str]
    figure: Callable[[Data], str]


CHINESE = Titles(
    lines={
        "report.published": "{name}：{figures}",
        "report.provisional": "{name}（待官方确认）：{figures}",
        "report.completed": "{name}（已见全文）：{figures}",
        "report.confirmed": "{name}：官方已发布，与先前所见一致",
        "typed": "{name}：已有文字版，印证扫描件识读的目标 {agreed} 项",
        "report.contradicted": "{name}：官方文本与先前所见不一致：{changes}",
        "report.revised": "{name}修订：{changes}",
        "report.withdrawn": "{name}：已从各网站撤下",
        "flips": "{name}：网页在两个文本之间来回：{changes}",
        "moved": "{name}：实为 {moved_to}",
        "report.overdue": "{name}：尚未见到，{due}",
        "target.published": "{place} {label}：{target}",
        "target.revised": "{place} {label}：{target}（原 {previous}）",
        "target.withdrawn": "{place} {label}：{target}（已删去）",
        "copy.appeared": "{name}：另见于 {source}",
        "source.broken": "来源异常：{source}{cause}：应有 {expected}，实得 {found}",
        "source.recovered": "来源恢复：{source}",
        "endpoint.disabled": "端点停用：{endpoint}（{address}）：{reason}",
        "operator.merged": "{name}：并入 {into}{decision}",
        "operator.split": "{name}：部分文本移至 {into}{decision}",
        "operator.undone": "{name}：文本自 {into} 移回{decision}",
    },
    figures=(
        "发布，未读出目标",
        "发布，{} 项目标，无主要预期目标一段",
        "发布，{} 项目标，无主要预期目标一段",
    ),
    changes=("{0} 删去（{2} {3}）", "{0} {1}（新增）", "{0} {1}（措辞有改）", "{0} {1}（{2} {3}）"),
    unseen={
        "report.contradicted": "见正文",
        "report.revised": "文字有改动，目标未变",
        "source": "来源",
        "report": "另一报告",
    },
    was={"report.contradicted": "先前", "report.revised": "原"},
    due=("应在 {} 前后", "（上年 {}）", "往年此时已发布"),
    cause="（{}）",
    decision="（决定 {}）",
    comma="、",
    language=Language.CHINESE,
    resolves=chinese.RESOLVES,
    report=report_name,
    place=chinese.place_and_year,
    label=lambda figure: chinese.label(figure) or "目标",
    short=chinese.short_label,
    figure=chinese.figure_text,
)
ENGLISH = Titles(
    lines={
        "report.published": "{name}: {figures}",
        "report.provisional": "{name} (not yet confirmed): {figures}",
        "report.completed": "{name} (now whole): {figures}",
        "report.confirmed": "{name}: the official text agrees with what was seen before",
        "typed": "{name}: a typed text confirms {agreed} of the targets read from a scan",
        "report.contradicted": "{name}: the official text differs: {changes}",
        "report.revised": "{name} revised: {changes}",
        "report.withdrawn": "{name}: no site shows it any more",
        "flips": "{name}: the page goes back and forth between two texts: {changes}",
        "moved": "{name}: turned out to be {moved_to}",
        "report.overdue": "{name}: not seen yet, {due}",
        "target.published": "{place} {label}: {target}",
        "target.revised": "{place} {label}: {target} (was {previous})",
        "target.withdrawn": "{place} {label}: {target} (withdrawn)",
        "copy.appeared": "{name}: also seen at {source}",
        "source.broken": "Source broken: {source}{cause}: expected {expected}, found {found}",
        "source.recovered": "Source recovered: {source}",
        "endpoint.disabled": "Endpoint disabled: {endpoint} ({address}): {reason}",
        "operator.merged": "{name}: merged into {into}{decision}",
        "operator.split": "{name}: texts moved to {into}{decision}",
        "operator.undone": "{name}: texts moved back from {into}{decision}",
    },
    figures=(
        "no targets read",
        "{} target, no list of headline targets",
        "{} targets, no list of headline targets",
    ),
    changes=("{0} withdrawn ({2} {3})", "{0} {1} (new)", "{0} {1} (other words)", "{0} {1} ({2} {3})"),
    unseen={
        "report.contradicted": "see the entry",
        "report.revised": "other words, the same targets",
        "source": "a source",
        "report": "another report",
    },
    was={"report.contradicted": "was", "report.revised": "was"},
    due=("expected about {}", " ({} last year)", "due by the season"),
    cause=" ({})",
    decision=" (decision {})",
    comma="; ",
    language=Language.ENGLISH,
    resolves=english.RESOLVES,
    report=english.report_name,
    place=english.place_and_year,
    label=english.label,
    short=english.label,
    figure=english.figure_text,
)


def title_of(event: Event, language: str = "zh-CN") -> str:
    """The line, with the figures where there are any. Raises ValueError for a type without words."""
    words, data = ENGLISH if language == "en" else CHINESE, event.data
    line = words.lines.get(_line(event))
    if line is None:
        raise ValueError(f"titles: no words for an event of type {event.type!r} (id {event.id})")
    report, target, previous = (as_object(data.get(name)) for name in ("report", "target", "previous"))
    if event.type == "target.revised" and not previous:
        line = words.lines["target.published"]
    if event.type == "target.withdrawn":
        target = previous or target
    endpoint, decision = as_object(data.get("endpoint")), data.get("decision")
    cause = data.get("cause")
    return line.format(
        name=words.report(report),
        figures=_figures(words, data),
        changes=_changes(words, event.type, data.get("differences") or ()),
        moved_to=data.get("moved_to"),
        due=_due(words, data),
        place=words.place(report),
        label=words.label(target),
        target=words.resolves.get(str(target.get("resolve")), "") + words.figure(target),
        previous=words.figure(previous),
        source=as_object(data.get("source")).get("name") or words.unseen["source"],
        cause=words.cause.format(cause_text(cause, words.language)) if cause else "",
        expected=expected_text(data["expected"], words.language) if cause else "—",
        found=found_text(cause, data["found"], words.language) if cause else "—",
        endpoint=endpoint.get("id"),
        address=endpoint.get("url"),
        reason=disabled_text(str(data.get("reason")), words.language),
        into=_into(words, report, as_object(data.get("into"))),
        agreed=data.get("agreed_total", 0),
        decision=words.decision.format(decision) if decision else "",
    )


def _line(event: Event) -> str:
    if event.data.get("moved_to"):
        return "moved"
    if event.data.get("scan"):
        return "typed"
    return "flips" if event.type == "report.revised" and event.data.get("flips") else event.type


def _figures(words: Titles, data: Data) -> str:
    targets = data.get("targets") or ()
    headline = [t for t in targets if t.get("headline")]
    if not headline:
        total = data.get("targets_total") or len(targets)
        return words.figures[min(total, 2)].format(total)
    return _joined(words, [f"{words.short(t)} {words.figure(t)}" for t in headline])


def _changes(words: Titles, type_: str, differences: Sequence[Data]) -> str:
    gone, new, reworded, changed = words.changes
    parts = []
    for pair in differences:
        target, previous = pair.get("target"), pair.get("previous")
        if target is None:
            form = gone
        elif previous is None:
            form = new
        else:
            form = reworded if chinese.same_figure(target, previous) else changed
        now, before = words.figure(target or {}), words.figure(previous or {})
        parts.append(
            form.format(words.short(target or previous or {}), now, words.was.get(type_, ""), before)
        )
    return _joined(words, parts) or words.unseen.get(type_, "")


def _joined(words: Titles, parts: Sequence[str]) -> str:
    return words.comma.join(parts[:FIGURES]) + (" …" if len(parts) > FIGURES else "")


def _due(words: Titles, data: Data) -> str:
    dated, last, undated = words.due
    if not data.get("expected_on"):
        return undated
    before = data.get("last_year_on")
    return dated.format(data["expected_on"]) + (last.format(before) if before else "")


def _into(words: Titles, report: Data, into: Data) -> str:
    """The report that texts were moved to, by name; where the names do not tell the two apart, by key."""
    name = words.report(into)
    if into and name != words.report(report):
        return name
    return str(into.get("key") or words.unseen["report"])
