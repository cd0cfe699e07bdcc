"""A store with an invented winter of reports, for the tests of pages, API, feeds and lists.

Places are real, every figure and sentence is made up. Everything goes in through the store's functions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection

from ingest.events import EventType, figure_json, make_event, report_data
from ingest.identity.decide import NewVersion, decide
from ingest.model import (
    Article,
    Capture,
    Comparator,
    DeliveryState,
    Direction,
    Event,
    Extraction,
    Figure,
    Filter,
    Header,
    Identity,
    Kind,
    ListItem,
    Measure,
    Reading,
    Relation,
    Resolve,
    SourceKind,
    Subscription,
)
from ingest.regions.gazetteer import region_by_code
from ingest.store import (
    documents,
    extraction,
    leases,
    outbox,
    presence,
    settlement,
    subscriptions,
    vanished,
    watchlist,
)
from ingest.store.browse import report_detail
from ingest.store.db import Store
from ingest.store.watchlist import SourceRow
from tests.support import deciding
from tests.support.extracted import save_extraction

START = datetime(2026, 1, 12, 1, 30, tzinfo=UTC)

SOURCES = (
    SourceRow(
        "cq-shapingba", "沙坪坝区人民政府", SourceKind.PORTAL, True, "https://spb.example.gov.cn/",
        ("https://spb.example.gov.cn/zwgk/zfgzbg/", "https://spb.example.gov.cn/zwgk/ghjh/"),
    ),
    SourceRow(
        "cq-yubei", "渝北区人民政府", SourceKind.PORTAL, True, "https://yb.example.gov.cn/",
        ("https://yb.example.gov.cn/zwgk/gzbg/index.html",),
    ),
    SourceRow(
        "sc-chenghua", "成华区人民政府", SourceKind.PORTAL, True, "https://ch.example.gov.cn/",
        ("https://ch.example.gov.cn/xxgk/list.shtml?catalog=zfgzbg",),
    ),
    SourceRow(
        "xianyu", "县域资料网", SourceKind.REPOST, False, "http://xianyu.example.com/",
        ("http://xianyu.example.com/list-12.html",),
    ),
    SourceRow(
        "bayu-bbs", "巴渝论坛", SourceKind.FORUM, False, "http://bbs.example.net/",
        ("http://bbs.example.net/forum.php?mod=forumdisplay&fid=38",),
    ),
)  # fmt: skip
OFFICIAL = {source.slug: source.official for source in SOURCES}


def figure(
    indicator: str,
    label: str,
    comparator: Comparator,
    low: float | None,
    high: float | None,
    quote: str,
    *,
    unit: str | None = "%",
    measure: Measure | None = Measure.GROWTH,
    year: int = 2026,
    headline: bool = True,
    resolve: Resolve | None = None,
    sentence: str | None = None,
    start: int = 0,
    direction: Direction | None = None,
) -> Figure:
    whole = sentence if sentence is not None else f"今年经济社会发展的主要预期目标是：{quote}。"
    way = direction or (Direction.UP if measure is Measure.GROWTH else None)
    return Figure(
        indicator, label, year, measure, comparator, low, high, unit, resolve, headline, quote, start,
        start + len(quote), whole, direction=way,
    )  # fmt: skip


def headline(gdp: float, industry: float, year: int = 2026) -> tuple[Figure, ...]:
    """The paragraph of the main expected targets, with two figures to choose."""
    parts = [
        ("gdp", "地区生产总值", Comparator.ABOUT, gdp, gdp, f"地区生产总值增长{gdp:g}%左右"),
        ("industrial_value_added", "规模以上工业增加值", Comparator.AT_LEAST, industry, None,
         f"规模以上工业增加值增长{industry:g}%以上"),
        ("fixed_asset_investment", "固定资产投资", Comparator.RANGE, 4.0, 5.0, "固定资产投资增长4%—5%"),
        ("retail_sales", "社会消费品零售总额", Comparator.AT_LEAST, 6.5, None,
         "社会消费品零售总额增长6.5%以上"),
        ("general_budget_revenue", "一般公共预算收入", Comparator.EXACT, 3.0, 3.0, "一般公共预算收入增长3%"),
    ]  # fmt: skip
    sentence = "今年经济社会发展的主要预期目标是：" + "，".join(p[5] for p in parts)
    sentence += "，居民收入增长与经济增长基本同步，城镇调查失业率控制在5.5%以内，完成市下达的节能减排任务。"
    made = [
        figure(*p, year=year, sentence=sentence, start=sentence.index(p[5]),
               resolve=Resolve.AIM if p[0] == "retail_sales" else None)
        for p in parts
    ]  # fmt: skip
    rest = [
        ("resident_income", "居民人均可支配收入", Comparator.IN_STEP_WITH, None, None,
         "居民收入增长与经济增长基本同步", None, Measure.GROWTH),
        ("urban_unemployment", "城镇调查失业率", Comparator.AT_MOST, None, 5.5,
         "城镇调查失业率控制在5.5%以内", "%", Measure.SHARE),
        ("energy_conservation", "节能减排", Comparator.FULFIL, None, None,
         "完成市下达的节能减排任务", None, None),
    ]  # fmt: skip
    made += [
        figure(*p[:6], unit=p[6], measure=p[7], year=year, sentence=sentence, start=sentence.index(p[5]))
        for p in rest
    ]
    return tuple(made)


def commitments() -> tuple[Figure, ...]:
    def later(*args: object, **more: object) -> Figure:
        return figure(*args, headline=False, **more)  # type: ignore[arg-type]

    return (
        later(
            "new_urban_jobs", "城镇新增就业", Comparator.AT_LEAST, 30000.0, None, "城镇新增就业3万人以上",
            unit="人", measure=Measure.LEVEL, resolve=Resolve.ENSURE, start=900,
            sentence="落实就业优先政策，办好高校毕业生专场招聘一百场，确保城镇新增就业3万人以上，零就业家庭动态清零。",
        ),
        later(
            "air_quality_days", "空气质量优良天数", Comparator.AT_LEAST, 310.0, None,
            "空气质量优良天数稳定在310天以上", unit="天", measure=Measure.LEVEL, start=1200,
            sentence="深入打好蓝天保卫战，空气质量优良天数稳定在310天以上，PM2.5平均浓度继续下降。",
        ),
        later(
            "project_investment", "重点项目投资", Comparator.MORE_THAN, 3.2e10, None, "完成投资超过320亿元",
            unit="元", measure=Measure.LEVEL, start=1500,
            sentence="实施重点项目186个，完成投资超过320亿元，其中产业项目不少于三分之一。",
        ),
        later(
            "energy_intensity", "单位GDP能耗", Comparator.ABOUT, 2.5, 2.5, "单位GDP能耗下降2.5%左右",
            measure=Measure.CHANGE, direction=Direction.DOWN, start=1800,
            sentence="推进重点行业改造，单位GDP能耗下降2.5%左右。",
        ),
    )  # fmt: skip


def outcomes() -> tuple[Figure, ...]:
    said = "过去一年，地区生产总值增长5.8%，一般公共预算收入达到86.4亿元，新增市场主体1.9万户。"

    def reached(*args: object, **more: object) -> Figure:
        return figure(*args, headline=False, year=2025, sentence=said, **more)  # type: ignore[arg-type]

    return (
        reached("gdp", "地区生产总值", Comparator.EXACT, 5.8, 5.8, "地区生产总值增长5.8%", start=5),
        reached(
            "general_budget_revenue", "一般公共预算收入", Comparator.EXACT, 8.64e9, 8.64e9,
            "一般公共预算收入达到86.4亿元", unit="元", measure=Measure.LEVEL, start=18,
        ),
        reached(
            "market_entities", "市场主体", Comparator.EXACT, 19000.0, 19000.0, "新增市场主体1.9万户",
            unit="户", measure=Measure.LEVEL, start=34,
        ),
    )  # fmt: skip


def reading(
    kind: Kind, code: str | None, year: int, title: str, text: str, header: Header = Header(), **about: object
) -> Reading:
    region = region_by_code(code) if code else None
    digest = hashlib.sha256(text.encode()).hexdigest()
    key = f"{kind.value}/{code}/{year}" if code else f"{kind.value}/{digest[:12]}"
    return Reading(
        Article(title=title, body=text, header=header),
        Identity(kind=kind, year=year, region=region, report_key=key, title=title, **about),  # type: ignore[arg-type]
        f"sha256:{digest}",
    )


def show(
    tx: Connection, source: str, url: str, what: Reading, at: datetime, relation: Relation = Relation.SAME
) -> documents.Applied:
    """This page of this source shows this document, as of `at`."""
    page = watchlist.page_of(tx, source, url)
    if page is None:
        [page] = watchlist.see_items(tx, source, [ListItem(url, what.article.title or "", None)], at)
    known = deciding.known(tx, page, what)
    sha = hashlib.sha256(f"{url}{what.content_hash}".encode()).hexdigest()
    decision = decide(known, sha, what)
    if isinstance(decision, NewVersion):
        decision = NewVersion(decision.report_id, relation)
    applied = deciding.apply(tx, page, decision, what, official=OFFICIAL[source], now=at)
    capture = Capture(fetched_at=at, status=200, sha256=sha, size=len(what.article.body.encode()))
    deciding.had(tx, page.id, capture, at + timedelta(hours=6))
    return applied


def extract(
    tx: Connection, version_id: int, at: datetime, targets: Sequence[Figure] = (), done: Sequence[Figure] = ()
) -> None:
    extraction.start(tx, [version_id], at)
    save_extraction(tx, version_id, Extraction(tuple(targets), tuple(done), "test/1"), at)


def tell(
    tx: Connection, type_: EventType, applied: documents.Applied, at: datetime, **more: object
) -> list[Event]:
    """Append a report event and, for a publication, one event for each target."""
    assert applied.version_id is not None
    assert applied.report_id is not None
    version = documents.version(tx, applied.version_id)
    report = documents.report(tx, applied.report_id)
    assert version is not None
    assert report is not None
    detail = report_detail(tx, report.key)
    assert detail is not None
    shown = max((c for c in detail.copies if c.version_id == version.id), key=lambda c: (c.official, -c.id))
    data = {**report_data(report, version, shown, detail.targets), **more}
    ids = {"report_id": report.id, "version_id": version.id}
    made = [make_event(type_, report.key, version.content_hash, at, data, **ids)]
    if type_ in (EventType.REPORT_PUBLISHED, EventType.REPORT_PROVISIONAL):
        made += [
            make_event(
                EventType.TARGET_PUBLISHED,
                f"{report.key}#{number}",
                version.content_hash,
                at,
                {**report_data(report, version, shown), "target": figure_json(target), "previous": None},
                **ids,
            )
            for number, target in enumerate(detail.targets)
        ]
    outbox.append(tx, made)
    provisional = type_ is EventType.REPORT_PROVISIONAL
    settlement.settled(
        tx, report.id, announced_version_id=version.id, provisional=provisional,
        withdrawn_at=at if type_ is EventType.REPORT_WITHDRAWN else None, now=at,
    )  # fmt: skip
    return made


def seed(store: Store) -> None:
    """Six reports, five sources, something of every trouble, three processes at work."""
    winter(store)
    beat(store)


def beat(store: Store) -> None:
    """Three processes that did something just now, and one that has not for a quarter of an hour."""
    now = datetime.now(UTC)
    with store.begin() as tx:
        for role, ago in (("poll", 2), ("work", 3), ("send", 1), ("work", 900)):
            presence.beat(tx, role, f"{role}-{4100 + ago}", now - timedelta(seconds=ago))


def winter(store: Store) -> None:
    """What is the same whenever it is made."""
    with store.begin() as tx:
        watchlist.sync_sources(tx, SOURCES, START)
    _poll(store)
    with store.begin() as tx:
        _reports(tx)
    with store.begin() as tx:
        _troubles(tx)


def _poll(store: Store) -> None:
    at = START + timedelta(days=6)
    with store.begin() as tx:
        for watched in leases.lease_lists(tx, "test", START, timedelta(minutes=5), 20):
            if watched.source == "sc-chenghua":
                watchlist.list_failed(
                    tx, watched.id, "test", at, at + timedelta(hours=1),
                    "ShapeChanged: 列表页 应有条目而一条没有；上次 20 条",
                )  # fmt: skip
            else:
                watchlist.list_done(
                    tx, watched.id, "test", at, at + timedelta(minutes=30),
                    etag=None, last_modified=None, items=20, changed=True,
                )  # fmt: skip


def _reports(tx: Connection) -> None:
    spb = reading(
        Kind.WORK_REPORT, "500106", 2026,
        "政府工作报告（2026年1月12日在沙坪坝区第十九届人民代表大会第六次会议上）",
        "各位代表：现在，我代表区人民政府，向大会报告工作。" * 300,
        Header(
            index_number="11500106000000000X/2026-00012", issuer="沙坪坝区人民政府办公室",
            written_on=date(2026, 1, 12), published_on=date(2026, 1, 14),
            subject_class="综合政务/政府工作报告", genre_class="其他公文",
        ),
        meeting="沙坪坝区第十九届人民代表大会第六次会议", delivered_on=date(2026, 1, 12),
    )  # fmt: skip
    first = show(
        tx, "cq-shapingba", "https://spb.example.gov.cn/zwgk/zfgzbg/202601/t20260114_1.html", spb, START
    )
    assert first.version_id is not None
    extract(tx, first.version_id, START, (*headline(6.0, 8.0), *commitments()), outcomes())
    tell(tx, EventType.REPORT_PUBLISHED, first, START + timedelta(seconds=2))
    elsewhere = "http://xianyu.example.com/show-12-8813.html"
    again = show(tx, "xianyu", elsewhere, spb, START + timedelta(hours=5))
    repost = {"slug": "xianyu", "name": "县域资料网", "official": False}
    copy = tell(
        tx,
        EventType.COPY_APPEARED,
        again,
        START + timedelta(hours=5, seconds=2),
        source=repost,
        url=elsewhere,
        relation="same",
    )
    assert len(copy) == 1

    at = START + timedelta(days=1)
    page = "https://yb.example.gov.cn/zwgk/gzbg/202601/t20260115_88.html"
    old = reading(
        Kind.WORK_REPORT, "500112", 2026, "2026年渝北区人民政府工作报告", "各位代表，上一年……" * 500
    )
    was = show(tx, "cq-yubei", page, old, at)
    assert was.version_id is not None
    extract(tx, was.version_id, at, headline(5.5, 7.0), outcomes()[:1])
    tell(tx, EventType.REPORT_PUBLISHED, was, at + timedelta(seconds=1))
    late = at + timedelta(hours=3)
    new = reading(
        Kind.WORK_REPORT, "500112", 2026, "2026年渝北区人民政府工作报告", "各位代表，过去一年……" * 500
    )
    now_shown = show(tx, "cq-yubei", page, new, late, Relation.RESTATED)
    assert now_shown.version_id is not None
    extract(tx, now_shown.version_id, late, headline(6.0, 7.0), outcomes()[:1])
    change = {
        "target": figure_json(headline(6.0, 7.0)[0]),
        "previous": figure_json(headline(5.5, 7.0)[0]),
    }
    told = tell(tx, EventType.REPORT_REVISED, now_shown, late, differences=[change])
    outbox.append(
        tx,
        [
            make_event(
                EventType.TARGET_REVISED, "work_report/500112/2026#gdp", new.content_hash, late,
                {k: told[0].data[k] for k in ("report", "version", "source", "url")} | change,
                report_id=now_shown.report_id, version_id=now_shown.version_id,
            )
        ],
    )  # fmt: skip

    at = START + timedelta(days=2)
    cut = reading(Kind.WORK_REPORT, "510107", 2026, "武侯区政府工作报告（2026）", "二、今年工作安排……" * 300)
    seen = show(tx, "bayu-bbs", "http://bbs.example.net/thread-20988-1-1.html", cut, at, Relation.TRUNCATED)
    assert seen.version_id is not None
    extract(tx, seen.version_id, at, headline(5.5, 6.0)[:4])
    tell(tx, EventType.REPORT_PROVISIONAL, seen, at + timedelta(seconds=3))

    at = START + timedelta(days=3)
    plan = reading(
        Kind.PLAN_REPORT, "500106", 2026,
        "关于沙坪坝区2025年国民经济和社会发展计划执行情况及2026年计划草案的报告",
        "一、2025年计划执行情况……" * 700 + "\n大力发展低空经济，建成飞行服务站三座。\n二、安排……",
        Header(issuer="沙坪坝区发展和改革委员会"),
    )  # fmt: skip
    planned = show(
        tx, "cq-shapingba", "https://spb.example.gov.cn/zwgk/ghjh/202601/t20260115_7.html", plan, at
    )
    assert planned.version_id is not None
    extract(tx, planned.version_id, at, commitments(), outcomes())
    tell(tx, EventType.REPORT_PUBLISHED, planned, at + timedelta(seconds=1))

    at = START + timedelta(days=4)
    gone = reading(Kind.WORK_REPORT, "430104", 2025, "岳麓区2025年政府工作报告", "各位代表：……" * 400)
    lost = show(tx, "xianyu", "http://xianyu.example.com/show-12-7001.html", gone, at)
    assert lost.version_id is not None
    extract(tx, lost.version_id, at, headline(6.5, 7.5, 2025)[:3])
    tell(tx, EventType.REPORT_PROVISIONAL, lost, at)
    missing = watchlist.page_of(tx, "xianyu", "http://xianyu.example.com/show-12-7001.html")
    assert missing is not None
    for hours in (6, 12):
        when = at + timedelta(hours=hours)
        vanished.page_missing(tx, missing.id, when, when + timedelta(days=1), "Gone", "the page answered 404")
    tell(tx, EventType.REPORT_WITHDRAWN, lost, at + timedelta(hours=12))

    at = START + timedelta(days=5)
    heavy = reading(Kind.PLAN_REPORT, "500105", 2026, "江北区2026年计划草案的报告", "表格……" * 5000)
    dead = show(tx, "xianyu", "http://xianyu.example.com/show-12-9002.html", heavy, at)
    assert dead.version_id is not None
    for _ in range(3):
        extraction.start(tx, [dead.version_id], at)
    extraction.mark_dead(tx, dead.version_id, at, "抽取进程三次中止：超过 180 秒")
    notice = reading(Kind.NOTICE, None, 2026, "关于召开<b>座谈会</b>的通知", "各有关单位：……")
    show(tx, "bayu-bbs", "http://bbs.example.net/thread-21044-1-1.html", notice, at + timedelta(hours=1))


def _troubles(tx: Connection) -> None:
    at = START + timedelta(days=6)
    troubles = [
        ("xianyu", "http://xianyu.example.com/down/200m.html", "政府工作报告汇编（下载）", "TooLarge",
         "reading http://xianyu.example.com/down/200m.html: more than 15728640 bytes after inflation; "
         "raise GONGBAO_PAGE_LIMIT if this page is wanted"),
        ("bayu-bbs", "http://bbs.example.net/thread-21050-1-1.html", "转：2026年报告", "RefusedAddress",
         "redirected to 169.254.169.254, which is not a public address"),
        ("cq-yubei", "https://yb.example.gov.cn/zwgk/gzbg/P0202601.html", "渝北区政府工作报告（图解）",
         "NotADocument", "the bytes are a PNG image, not a page"),
    ]  # fmt: skip
    for source, url, title, code, message in troubles:
        [page] = watchlist.see_items(tx, source, [ListItem(url, title, None)], at)
        watchlist.page_failed(tx, page.id, at, at + timedelta(hours=2), code, message)
    home = "https://ch.example.gov.cn/"
    came = {"items": 0}
    watchlist.source_broken(tx, "sc-chenghua", at, {"cause": "empty_list", "found": came, "url": home})
    source = {"slug": "sc-chenghua", "name": "成华区人民政府", "official": True}
    broken = make_event(
        EventType.SOURCE_BROKEN, "sc-chenghua", "2026-01-18", at,
        {"source": source, "url": home, "cause": "empty_list", "expected": {"about": 20}, "found": came},
    )  # fmt: skip
    outbox.append(tx, [broken])

    subscriptions.add(
        tx, Subscription("sub_1", "https://hooks.example.org/gongbao", "whsec_c2VjcmV0", Filter(), START)
    )
    told = outbox.events(tx, Filter(), limit=3)
    subscriptions.create_deliveries(tx, [(event.id, "sub_1") for event in told], at)
    for number, (delivery, _, _) in enumerate(
        subscriptions.lease_deliveries(tx, "test", at, timedelta(minutes=1), 10)
    ):
        state = (DeliveryState.DONE, DeliveryState.DEAD, DeliveryState.DUE)[number % 3]
        subscriptions.attempted(
            tx,
            delivery.id,
            at,
            state=state,
            next_attempt_at=at + timedelta(minutes=5) if state is DeliveryState.DUE else None,
            status=204 if state is DeliveryState.DONE else 500,
            error=None if state is DeliveryState.DONE else "HTTP 500",
            seconds=0.2,
        )
