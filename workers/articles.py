"""What a report tells that was put up as several articles (政府工作报告（上）, （下）). Pure.

Which of its texts are articles of it is identity/decide.py; what one text tells after another, changes.py;
settling.py loads and saves.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ingest.model import Event
from workers.changes import ReportState, announced_state, changes
from workers.target_diff import without

Known = Mapping[int, ReportState]  # version -> as subscribers know it, the announced one first
BesideEachOther = Callable[[ReportState, ReportState], tuple[ReportState, ReportState]]


@dataclass(frozen=True, slots=True)
class Articles:
    """`known`: what subscribers know of the report; `standing`: what speaks for it now beside the leading
    text; `apart`: pairs of versions that are articles of one work; `told`: versions of which anything was
    told since the report was withdrawn last."""

    known: Known
    standing: Sequence[ReportState]
    apart: Collection[frozenset[int]]
    told: Collection[int]
    beside_each_other: BesideEachOther


@dataclass(frozen=True, slots=True)
class Told:
    """`events` tell of the other articles; what the leading text `after` tells, it tells beside `before`.
    `beside`: the versions that then speak for the report beside the announced one; `pages`: where those that
    speak were announced, but for the leading one."""

    before: ReportState | None
    after: ReportState
    events: Sequence[Event]
    beside: Sequence[int]
    pages: Collection[int]


def tell(before: ReportState | None, after: ReportState, articles: Articles, now: datetime) -> Told:
    """Each article that is not known is told: after the text whose place it takes, else as what the known
    ones lack. One that something was told of before anybody kept what is known is known."""
    known = dict(articles.known)
    stand = {after.version.id, *(one.version.id for one in articles.standing)}
    events: list[Event] = []

    def went(article: ReportState) -> list[ReportState]:
        """The known texts whose place it takes."""
        id_, apart = article.version.id, articles.apart
        if id_ in known:
            return []
        return [known[one] for one in known if one not in stand and frozenset((one, id_)) not in apart]

    for article in (*articles.standing, after):
        id_, gone = article.version.id, went(article)
        if articles.known and not gone and id_ in articles.told:
            known.setdefault(id_, article)
        if id_ in known or article is after:
            continue
        old, new = _compared(before, known, gone, article, articles, stand)
        events += changes(old, new, now)
        if not gone or announced_state(old, new) is new:
            known = _with(known, gone, article)

    gone = went(after)
    if known and next(iter(known)) != after.version.id:
        before, leading = _compared(before, known, gone, after, articles, stand)
        leads = announced_state(before, leading) is leading
        if leads or (not gone and (after.official or not next(iter(known.values())).official)):
            known = _with(known, gone if leads else (), after)
        announced = after.version.id if leads else next(iter(known))
        after = leading
    else:
        before, announced = next(iter(known.values()), before), after.version.id
    pages = {one.shown_by.page_id for id_, one in known.items() if id_ != after.version.id}
    return Told(before, after, events, [one for one in known if one != announced], pages)


def _compared(
    before: ReportState | None,
    known: Known,
    gone: Sequence[ReportState],
    article: ReportState,
    articles: Articles,
    stand: Collection[int],
) -> tuple[ReportState | None, ReportState]:
    """What was told, beside which the article is news, and the article."""
    if not known:
        return before, article
    if not gone:  # no article takes back or changes what another says
        said = [figure for one in known.values() for figure in one.targets]
        again = without(article.targets, without(article.targets, said))
        return articles.beside_each_other(replace(next(iter(known.values())), targets=again), article)
    # What the others still say is neither new nor gone.
    rest = [figure for id_, one in known.items() if id_ in stand for figure in one.targets]
    article = replace(article, targets=without(article.targets, rest))
    pairs = [articles.beside_each_other(one, article) for one in gone]
    targets = [figure for old, _ in pairs for figure in old.targets]
    old, new = pairs[0]
    restated = any(one.restated for _, one in pairs)
    return replace(old, targets=without(targets, rest)), replace(new, restated=restated)


def _with(known: Known, gone: Sequence[ReportState], article: ReportState) -> dict[int, ReportState]:
    """What is known once the article is told: it stands first where what stood there is gone."""
    left = {one.version.id for one in gone}
    told = {article.version.id: replace(article, report=replace(article.report, withdrawn_at=None))}
    stays = {id_: one for id_, one in known.items() if id_ not in left}
    return told | stays if next(iter(known), None) in left else stays | told
