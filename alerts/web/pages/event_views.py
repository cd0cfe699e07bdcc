"""What happened to reports, ready to print, and where the sentences stand that it is about. Pure.

Reports and figures are report_views.py, the lines of events alerts/words/titles.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from alerts.web.pages.report_views import CHIPS, Marked, Tag, anchor_told, mark_quotes, report_href
from alerts.words.language import Words
from ingest.model import Event

_TONES: Mapping[str, str] = {
    "report.published": "good",
    "report.completed": "good",
    "report.confirmed": "good",
    "report.provisional": "warn",
    "report.contradicted": "bad",
    "report.revised": "warn",
    "report.withdrawn": "bad",
    "report.overdue": "warn",
    "target.revised": "warn",
    "target.withdrawn": "bad",
    "source.broken": "bad",
    "source.recovered": "good",
    "endpoint.disabled": "bad",
    "operator.merged": "warn",
    "operator.split": "warn",
    "operator.undone": "warn",
}


@dataclass(frozen=True, slots=True)
class EventView:
    """`href`: the row of its target, where the report still has it; else `said`: the sentences that it is
    about, each as (before or now, the sentence)."""

    id: str
    at: datetime
    title: str
    tags: tuple[Tag, ...]
    href: str
    said: tuple[tuple[str, Marked], ...]


@dataclass(frozen=True, slots=True)
class Happening:
    """Events of one moment: `events` in full, `targets` folded away."""

    at: datetime
    events: tuple[EventView, ...]
    targets: tuple[EventView, ...]


@dataclass(frozen=True, slots=True)
class TargetNews:
    """A target that was announced, changed or dropped. `href`: where its sentence stands, `earlier` that of
    what it was."""

    href: str
    earlier: str
    label: str
    text: str
    resolve: str
    was: str
    tags: tuple[Tag, ...]


@dataclass(frozen=True, slots=True)
class TargetBulletin:
    """What was announced of one report at one moment, in the order of its text."""

    place: str
    href: str
    at: datetime
    targets: tuple[TargetNews, ...]
    more: int  # targets beyond those shown


def event_href(root: str, event: Event, speaking: Collection[int]) -> str:
    """Where the sentence of what an event of a report tells stands: the row of a target that the report still
    has, else what the page says of the event, or its targets. `speaking`: versions that speak for a report.
    """
    page, target = report_href(root, str(event.data["report"]["key"])), event.data.get("target")
    if target and event.version_id in speaking:
        return f"{page}#target-{anchor_told(target)}"
    if event.data.get("targets") and not event.data.get("differences"):
        return f"{page}#targets"
    return f"{page}#{event.id}"


def event_view(event: Event, speaking: Collection[int], words: Words) -> EventView:
    target, stands = event.data.get("target"), event.version_id in speaking
    return EventView(
        event.id,
        event.occurred_at,
        words.title(event),
        ((words.events.get(event.type, event.type), _TONES.get(event.type, "")),),
        f"#target-{anchor_told(target)}" if target and stands else "",
        tuple(_said(event, words, stands=stands)),
    )


def _said(event: Event, words: Words, *, stands: bool) -> Iterator[tuple[str, Marked]]:
    """The sentences of what a report said before and says now, where its tables do not show them."""
    before, now = words.say("原为"), words.say("今为")
    for entry in event.data.get("sentences") or ():
        for when, side in ((before, entry["before"]), (now, entry["after"])):
            if side is not None:
                marked = [side["text"][m["start"] : m["end"]] for m in side["marks"]]
                yield when, mark_quotes(side["text"], marked)
    pair = {} if event.data.get("sentences") else event.data
    for change in pair.get("differences") or (pair,):
        target, previous = change.get("target"), change.get("previous")
        for when, figure in ((before, previous), (now, target)):
            if figure and not (figure is target and stands and "differences" not in pair):
                text = figure.get("sentence") or figure["quote"]
                yield when if previous else "", mark_quotes(text, [figure["quote"]])


def happenings(events: Iterable[Event], speaking: Collection[int], words: Words) -> list[Happening]:
    """Events, newest first, by moment; the many target.published of a report are folded. `speaking`: the
    versions that speak for it."""
    views = []
    for at, group in groupby(events, key=lambda e: e.occurred_at):
        together = list(group)
        views.append(
            Happening(
                at,
                tuple(event_view(e, speaking, words) for e in together if e.type != "target.published"),
                tuple(
                    event_view(e, speaking, words) for e in reversed(together) if e.type == "target.published"
                ),
            )
        )
    return views


def newest_targets(events: Iterable[Event]) -> list[list[Event]]:
    """target.* events, newest first, by report and moment."""
    return [list(g) for _, g in groupby(events, key=lambda e: (e.data["report"]["key"], e.occurred_at))]


def bulletins(
    root: str, told: Iterable[Sequence[Event]], speaking: Collection[int], words: Words
) -> list[TargetBulletin]:
    """Of `newest_targets`. `speaking`: versions that speak for a report."""
    views = []
    for together in told:
        views.append(
            TargetBulletin(
                place=words.place_and_year(together[0].data["report"]),
                href=report_href(root, str(together[0].data["report"]["key"])),
                at=together[0].occurred_at,
                targets=tuple(target_news(root, e, speaking, words) for e in together[::-1][:CHIPS]),
                more=max(0, len(together) - CHIPS),
            )
        )
    return views


def target_news(root: str, event: Event, speaking: Collection[int], words: Words) -> TargetNews:
    """Of a target.* event."""
    target, previous = event.data.get("target"), event.data.get("previous")
    figure = target or previous or {}
    tag = () if event.type == "target.published" else ((words.events[event.type], _TONES[event.type]),)
    href = event_href(root, event, speaking)
    return TargetNews(
        href=href,
        earlier=f"{href.partition('#')[0]}#{event.id}",
        label=words.label(figure),
        text=words.figure(target) if target else words.say("删去"),
        resolve=words.resolves.get(str(figure.get("resolve")), "") if target else "",
        was=words.figure(previous) if previous else "",
        tags=tag,
    )
