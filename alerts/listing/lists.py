"""What is listed, on the terminal and by the API: reports, targets, events, sources, subscriptions. Pure.

The records are records.py, the formats of a list table.py; which rows is the store's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alerts.listing import records
from alerts.listing.table import Column, Listing, Record
from alerts.words.chinese import local_time
from alerts.words.disabled import disabled_text
from alerts.words.filter_text import filter_words
from alerts.words.health import cause_text
from alerts.words.language import Words
from ingest.indicators.vocabulary import Indicator
from ingest.model import Attempt, Channel, Delivery, Event, Filter, Subscription
from ingest.outcome import Answer
from ingest.sources.coverage import KnownRegion, Place, Share
from ingest.store.browse import ReportRow, TargetRow
from ingest.store.overview import SourceHealth
from ingest.store.saved_feeds import SavedFeed
from ingest.store.search import Hit

FIGURES_SHOWN = 3  # headline figures beside a report; `targets` lists them all


def clock(record: Record, key: str) -> str:
    value = record[key]
    return local_time(datetime.fromisoformat(value)) if value else "—"


def _day(record: Record, key: str) -> str:
    return clock(record, key).split(" ")[0]


def _name(report: Record, words: Words) -> str:
    return str(report["name_en"] if words.lang == "en" else report["name"])


def _figures(figures: Sequence[Record], words: Words) -> str:
    text = words.between.join(f"{words.short_label(f)} {words.figure(f)}" for f in figures[:FIGURES_SHOWN])
    return f"{text} …" if len(figures) > FIGURES_SHOWN else text or "—"


def _passage(hit: Record, words: Words) -> str:
    if (passage := hit["passage"]) is None:
        return "—"
    return f"{'…' * passage['cut_before']}{passage['text']}{'…' * passage['cut_behind']}"


# --- the lists -------------------------------------------------------------------------------

_REPORT = ("key", "name", "name_en", "title", "kind", "year", "region.code", "region.name")
_SEEN = ("url", "source.slug", "source.official", "first_seen_at", "provisional", "withdrawn_at")
_PERIOD = ("period.kind", "period.from", "period.to")
_FIGURE = (
    *("indicator", "label", "label_en", *_PERIOD, "measure", "comparator", "low", "high", "unit"),
    *("direction", "base", "owner.name", "owner.code"),
    *("resolve", "headline", "quote", "sentence", "flags", "confidence"),
)
_OUTCOME = (
    *(f"outcome.{key}" for key in ("verdict", "cause", "reason", "reason_zh")),
    *(f"outcome.said.{key}" for key in ("report", *_PERIOD, "measure", "comparator", "low", "high")),
    *(f"outcome.said.{key}" for key in ("unit", "direction", "base", "owner.name", "quote")),
    *(f"outcome.earlier.{key}" for key in ("report", "low", "high", "quote")),
)
_EVENT = (
    "sequence",
    "id",
    "type",
    "occurred_at",
    "subject",
    "data.report.key",
    "data.report.name",
    "data.report.title",
    "data.source.slug",
    "data.url",
    "data.target.indicator",
    "data.target.quote",
    "data.previous.quote",
)
_SOURCE = (
    "slug",
    "name",
    "kind",
    "official",
    "home",
    "state",
    "broken_at",
    "broken_reason",
    "last_success_at",
    "pages",
    "gone",
    "problems",
    "last_polled_at",
    "next_poll_at",
)
_SUBSCRIPTION = (
    *("id", "url", "filter", "created_at", "failing_since", "disabled_at", "disabled_reason"),
    *("paused_at", "mode", "channel", "language", "previous_secret_until", "rhythm", "bounces", "bounced_at"),
)
_DELIVERY = (
    "id",
    "event_id",
    "event_type",
    "subscription_id",
    "state",
    "attempts",
    "created_at",
    "next_attempt_at",
    "done_at",
    "last_status",
    "last_error",
)


def reports(rows: Sequence[ReportRow]) -> Listing:
    return Listing(
        columns=(
            Column("报告", _name, least=14),
            Column("主要目标", lambda r, w: _figures(r["headline"], w), least=12),
            Column("目标", lambda r, w: str(r["targets"]), right=True, keep=True),
            Column("文本", lambda r, w: str(r["copies"]), right=True, keep=True),
            Column("状况", _report_state, least=8),
            Column("首见", lambda r, w: _day(r, "first_seen_at"), keep=True),
        ),
        fields=(
            *_REPORT,
            *_SEEN,
            *(["state", "chars", "copies", "targets", "doubts"]),
        ),
        records=tuple(map(records.report_record, rows)),
    )


def hits(rows: Sequence[Hit]) -> Listing:
    return Listing(
        columns=(
            Column("报告", _name, least=14),
            Column("原文", _passage, least=30),
        ),
        fields=(
            *_REPORT,
            *_SEEN,
            *(["doubts", "passage.text", "passage.start", "passage.end"]),
            *(["passage.cut_before", "passage.cut_behind", "content_hash"]),
        ),
        records=tuple(map(records.hit_record, rows)),
    )


def targets(rows: Sequence[TargetRow], answers: Sequence[Answer] | None = None) -> Listing:
    """With `answers`, one for each row: what became of each target."""
    became = () if answers is None else (Column("结果", _became),)
    return Listing(
        columns=(
            Column("报告", lambda r, w: _name(r["report"], w), least=20),
            Column("指标", lambda r, w: w.label(r), least=14),
            Column("目标", lambda r, w: w.resolves.get(r["resolve"], "") + w.figure(r), least=12),
            *became,
            Column("主要", lambda r, w: "✓" if r["headline"] else "", keep=True),
            Column("原文", lambda r, w: str(r["quote"])),
        ),
        fields=(
            *(f"report.{field}" for field in _REPORT),
            "year",
            *_FIGURE,
            "url",
            "source.slug",
            "source.official",
            "content_hash",
            *(() if answers is None else _OUTCOME),
        ),
        records=tuple(
            map(records.target_record, rows)
            if answers is None
            else (records.target_record(row, answer) for row, answer in zip(rows, answers, strict=True))
        ),
    )


_NEITHER = ("not_comparable", "unknown")  # which say why


def _became(record: Record, words: Words) -> str:
    outcome = record["outcome"]
    said = words.figure(outcome["said"]) if outcome["said"] else ""
    became = f"{words.verdicts[outcome['verdict']]} {said}".strip()
    if outcome["verdict"] not in _NEITHER:
        return became
    return words.say("%(said)s（%(why)s）", said=became, why=outcome[words.reason])


def indicators(rows: Sequence[Indicator]) -> Listing:
    return Listing(
        columns=(
            Column("编号", lambda r, w: str(r["id"]), keep=True),
            Column("指标", lambda r, w: str(r["label"])),
            Column("英文", lambda r, w: str(r["label_en"])),
            Column("主要", lambda r, w: "✓" if r["core"] else "", keep=True),
        ),
        fields=("id", "label", "label_en", "measure", "core", "units"),
        records=tuple(map(records.indicator_record, rows)),
    )


def regions(rows: Sequence[KnownRegion]) -> Listing:
    return Listing(
        columns=(
            Column("代码", lambda r, w: str(r["code"] or "—"), keep=True),
            Column("区划", lambda r, w: "".join(r["path"]), least=12),
            Column("英文", lambda r, w: str(r["name_en"] or "—")),
            Column("工作报告", lambda r, w: w.between.join(map(str, r["years"])) or "—"),
            Column("来源", lambda r, w: w.between.join(r["sources"]) or "—"),
        ),
        fields=("code", "name", "name_en", "path", "level", "parent", "years", "reports", "sources"),
        records=tuple(map(records.region_record, rows)),
    )


def events(rows: Sequence[Event]) -> Listing:
    told = {event.id: event for event in rows}
    return Listing(
        columns=(
            Column("序号", lambda r, w: str(r["sequence"]), right=True, keep=True),
            Column("时间", lambda r, w: clock(r, "occurred_at"), keep=True),
            Column("事件", lambda r, w: w.events[r["type"]], keep=True),
            Column("内容", lambda r, w: w.title(told[r["id"]])),
        ),
        fields=_EVENT,
        records=tuple(map(records.event_record, rows)),
    )


def sources(rows: Sequence[SourceHealth]) -> Listing:
    return Listing(
        columns=(
            Column("代号", lambda r, w: str(r["slug"]), keep=True),
            Column("来源", lambda r, w: str(r["name"]), least=14),
            Column("类别", lambda r, w: w.source_kinds[r["kind"]], keep=True),
            Column("状况", source_state, least=8),
            Column("网页", lambda r, w: str(r["pages"]), right=True, keep=True),
            Column("上次轮询", lambda r, w: clock(r, "last_polled_at"), keep=True),
        ),
        fields=_SOURCE,
        records=tuple(map(records.source_record, rows)),
    )


def subscriptions(rows: Sequence[Subscription]) -> Listing:
    return Listing(
        columns=(
            # Each command takes the beginning of an id; all of it would leave no room for the address.
            Column("编号", lambda r, w: str(r["id"])[:14], keep=True),
            Column("渠道", lambda r, w: w.channels[r["channel"]], keep=True),
            Column("地址", _subscribed_address, least=20),
            Column("筛选", lambda r, w: _filter(r["filter"], w), least=14),
            Column("状况", _subscription_state, least=4),
        ),
        fields=_SUBSCRIPTION,
        records=tuple(map(records.subscription_record, rows)),
    )


def mailboxes(rows: Sequence[Subscription]) -> Listing:
    return Listing(
        columns=(
            Column("编号", lambda r, w: str(r["id"])[:14], keep=True),
            Column("邮箱", lambda r, w: str(r["url"]).removeprefix("mailto:"), least=16),
            Column("频率", lambda r, w: w.rhythms[r["rhythm"]], keep=True),
            Column("筛选", lambda r, w: _filter(r["filter"], w), least=14),
            Column("退信", lambda r, w: str(r["bounces"]), right=True, keep=True),
            Column("状况", _subscription_state, least=4),
        ),
        fields=_SUBSCRIPTION,
        records=tuple(map(records.subscription_record, rows)),
    )


def saved_feeds(rows: Sequence[SavedFeed], base_url: str) -> Listing:
    return Listing(
        columns=(
            Column("编号", lambda r, w: str(r["id"]), keep=True),
            Column("名称", lambda r, w: str(r["name"])),
            Column("筛选", lambda r, w: _filter(r["filter"], w)),
            Column("地址", lambda r, w: str(r["url"])),
        ),
        fields=("id", "name", "url", "filter", "created_at"),
        records=tuple(records.saved_feed_record(feed, base_url) for feed in rows),
    )


def deliveries(rows: Sequence[Delivery]) -> Listing:
    return Listing(
        columns=(
            Column("编号", lambda r, w: str(r["id"]), right=True, keep=True),
            Column("事件", lambda r, w: str(r["event_type"]), least=10),
            Column("订阅", lambda r, w: str(r["subscription_id"])[:14], keep=True),
            Column("状况", lambda r, w: w.delivery_states[r["state"]]),
            Column("次数", lambda r, w: str(r["attempts"]), right=True),
            Column("应答", lambda r, w: str(r["last_status"] or r["last_error"] or "—")),
            Column("下次", lambda r, w: clock(r, "next_attempt_at"), keep=True),
        ),
        fields=_DELIVERY,
        records=tuple(map(records.delivery_record, rows)),
    )


def attempts(rows: Sequence[Attempt]) -> Listing:
    return Listing(
        columns=(
            Column("时间", lambda r, w: clock(r, "at"), keep=True),
            Column("应答", lambda r, w: str(r["status"] or "—"), right=True, keep=True),
            Column("秒", lambda r, w: f"{r['seconds']:.2f}", right=True, keep=True),
            Column("错误", lambda r, w: str(r["error"] or "")),
        ),
        fields=("at", "status", "error", "seconds"),
        records=tuple(map(records.attempt_record, rows)),
    )


def _report_state(record: Record, words: Words) -> str:
    states = {"extracted": "", "waiting": words.say("待抽取"), "dead": words.say("放弃")}
    said = [
        words.say("已撤下") if record["withdrawn_at"] else "",
        words.say("待官方确认") if record["provisional"] else "",
        states[record["state"]],
        words.unclear(record["doubts"]),
    ]
    return words.comma.join(filter(None, said)) or "—"


def source_state(record: Record, words: Words) -> str:
    """Of a `records.source_record`: `列表空了：应有 至少 1 条，上次 20 条，实得 0 条`."""
    if not record["broken_at"]:
        return words.say("正常") if record["last_polled_at"] else words.say("未轮询")
    checks = [record["articles"], *record["lists"]]
    check = next((c for c in checks if c["state"] == record["state"]), None)
    if check is None:
        return words.say("异常：%(reason)s", reason=record["broken_reason"] or "—")
    cause = cause_text(record["state"], words.health)
    if words.lang != "zh":  # what was expected and what was found is said in Chinese
        return cause
    return f"{cause}：应有 {check['expected']}，实得 {check['found']}"


def _subscription_state(record: Record, words: Words) -> str:
    if record["disabled_at"]:
        return words.say(
            "停用：%(reason)s", reason=disabled_text(record["disabled_reason"] or "—", words.health)
        )
    if record["paused_at"]:
        return words.say("暂停，自 %(time)s", time=clock(record, "paused_at"))
    if record["failing_since"]:
        return words.say("失败，自 %(time)s", time=clock(record, "failing_since"))
    return words.say("正常")


def _subscribed_address(record: Record, _: Words) -> str:
    """Of a channel without the options that Apprise adds to each."""
    address = str(record["url"])
    return address.partition("?")[0] if record["channel"] == Channel.APPRISE.value else address


def _filter(record: Record, words: Words) -> str:
    fields: Record = {name: tuple(v) if isinstance(v, list) else v for name, v in record.items()}
    return " · ".join(filter_words(Filter(**fields), words)) or words.say("全部")


# --- coverage --------------------------------------------------------------------------------


def coverage_list(shares: Sequence[Share], years: Sequence[int]) -> Listing:
    """How much of each level of divisions is watched and has reported."""
    found = [
        {
            "level": share.level,
            "divisions": share.divisions,
            "sources": share.sources,
            "columns": share.columns,
            **{f"reported_{year}": share.reported[year] for year in years},
        }
        for share in shares
    ]
    return Listing(
        columns=(
            Column("级别", lambda r, w: w.levels[r["level"]], keep=True),
            Column("区划", lambda r, w: str(r["divisions"]), right=True),
            Column("有来源", lambda r, w: _of(r, "sources"), right=True),
            Column("有报告栏目", lambda r, w: _of(r, "columns"), right=True),
            *(_reported_column(year) for year in years),
        ),
        fields=("level", "divisions", "sources", "columns", *(f"reported_{year}" for year in years)),
        records=tuple(found),
    )


def place_list(places: Sequence[Place]) -> Listing:
    """Each division with what watches it."""
    found = [
        {
            "code": place.region.code,
            "name": "".join(place.region.path),
            "level": place.level,
            "sources": list(place.sources),
            "columns": list(place.columns),
            "reported": list(place.reported),
        }
        for place in places
    ]
    return Listing(
        columns=(
            Column("代码", lambda r, w: str(r["code"]), keep=True),
            Column("区划", lambda r, w: str(r["name"]), least=12),
            Column("来源", lambda r, w: w.between.join(r["sources"]) or "—", least=12),
            Column("报告栏目", lambda r, w: "\n".join(r["columns"]) or "—", least=20),
            Column("已见报告", lambda r, w: w.between.join(map(str, r["reported"])) or "—", keep=True),
        ),
        fields=("code", "name", "level", "sources", "columns", "reported"),
        records=tuple(found),
    )


def _of(record: Record, key: str) -> str:
    whole = record["divisions"]
    return f"{record[key]} ({record[key] / whole:.0%})" if whole else "0"


def _reported_column(year: int) -> Column:
    return Column("%(year)s年报告", lambda r, _: _of(r, f"reported_{year}"), right=True, year=year)
