"""One example of each thing that the JSON API gives, for openapi.json. Values only.

The shapes are schemas.py.

All tell of one report, so that a reader can follow a key from one answer to the next.
"""

from __future__ import annotations

from typing import Any

Example = dict[str, Any]

_HASH = "sha256:9f2b6c1d0e8a47355b1c2d3e4f5061728394a5b6c7d8e9f00112233445566778"
_PAGE = "https://www.example.gov.cn/zwgk/202601/t20260120_1.html"
_SEEN = "2026-01-20T01:00:03.120000Z"

REGION: Example = {"code": "500151", "name": "铜梁区", "path": ["重庆市", "铜梁区"]}
SOURCE_REF: Example = {"slug": "cq-tongliang", "name": "铜梁区人民政府", "official": True}
REPORT_REF: Example = {
    "key": "work_report/500151/2026",
    "title": "重庆市铜梁区人民政府工作报告",
    "kind": "work_report",
    "year": 2026,
    "region": REGION,
}
FIGURE: Example = {
    "indicator": "gdp",
    "label": "地区生产总值",
    "year": 2026,
    "measure": "growth",
    "comparator": "about",
    "low": 6.0,
    "high": 6.0,
    "unit": "%",
    "resolve": None,
    "headline": True,
    "quote": "地区生产总值增长6%左右",
    "start": 512,
    "end": 524,
    "sentence": "今年经济社会发展的主要预期目标是：地区生产总值增长6%左右。",
    "flags": [],
}
REPORT: Example = {
    **REPORT_REF,
    "url": _PAGE,
    "source": SOURCE_REF,
    "first_seen_at": _SEEN,
    "provisional": False,
    "withdrawn_at": None,
    "state": "published",
    "chars": 12480,
    "copies": 2,
    "targets": 48,
    "headline": [FIGURE],
}
TARGET: Example = {**FIGURE, "report": REPORT_REF, "url": _PAGE, "source": SOURCE_REF}
EVENT: Example = {
    "sequence": 18,
    "id": "evt_3f0c0f0f4b6c4e0d8f0a1b2c3d4e5f60",
    "type": "target.published",
    "subject": "work_report/500151/2026 gdp",
    "occurred_at": "2026-01-20T01:00:04.010000Z",
    "data": {
        "report": REPORT_REF,
        "version": {"content_hash": _HASH, "chars": 12480},
        "source": SOURCE_REF,
        "url": _PAGE,
        "target": {**FIGURE, "label_en": "GDP"},
        "previous": None,
    },
}
EVENTS: Example = {"items": [EVENT], "next_after": 18, "more": False}
COPY: Example = {
    "url": "https://reposts.example.org/baogao/cq/3181.html",
    "source": {"slug": "reposts", "name": "某转载站", "official": False},
    "relation": "truncated",
    "first_seen_at": "2026-01-20T04:12:40.000000Z",
    "last_seen_at": "2026-01-25T04:12:40.000000Z",
    "ended_at": None,
    "evidence": "https://gongbao.example.org/evidence/73",
}
VERSION: Example = {
    "content_hash": _HASH,
    "chars": 12480,
    "header": {
        "index_number": "11500151/2026-00007",
        "issuer": "铜梁区人民政府",
        "published_on": "2026-01-20",
    },
    "meeting": "铜梁区第三届人民代表大会第六次会议",
    "speaker": "张三",
    "delivered_on": "2026-01-15",
    "first_seen_at": _SEEN,
    "extracted_at": "2026-01-20T01:00:04.000000Z",
    "extractor": "targets/12",
    "dead_reason": None,
}
REPORT_DETAIL: Example = {
    **REPORT_REF,
    "url": _PAGE,
    "source": SOURCE_REF,
    "first_seen_at": _SEEN,
    "provisional": False,
    "withdrawn_at": None,
    "moved_to": None,
    "version": VERSION,
    "copies": [COPY],
    "targets": [FIGURE],
    "outcomes": [],
    "events": [EVENT],
}
CHECK: Example = {
    "state": "healthy",
    "since": None,
    "expected": None,
    "found": None,
    "last_success_at": _SEEN,
}
WATCHED_LIST: Example = {
    **CHECK,
    "url": "https://www.example.gov.cn/zwgk/zfgzbg/",
    "items": 20,
    "last_polled_at": _SEEN,
    "next_poll_at": "2026-01-20T01:15:03.000000Z",
    "failures": 0,
    "last_error": None,
    "warning": None,
}
SOURCE: Example = {
    "slug": "cq-tongliang",
    "name": "铜梁区人民政府",
    "kind": "portal",
    "official": True,
    "home": "https://www.example.gov.cn/",
    "state": "healthy",
    "broken_at": None,
    "broken_reason": None,
    "last_polled_at": _SEEN,
    "last_success_at": _SEEN,
    "next_poll_at": "2026-01-20T01:15:03.000000Z",
    "pages": 20,
    "gone": 0,
    "problems": 0,
    "fills": {"title": 1.0, "published_on": 1.0, "index_number": 0.95},
    "articles": CHECK,
    "lists": [WATCHED_LIST],
}
FILTER: Example = {
    "types": [],
    "regions": ["500000"],
    "kinds": ["work_report"],
    "indicators": ["gdp"],
    "headline_only": True,
    "official_only": False,
}
SUBSCRIPTION: Example = {
    "id": "sub_5d1f0a7c2b9e4f63",
    "url": "https://hooks.example.org/gongbao",
    "filter": FILTER,
    "mode": "standard",
    "channel": "webhook",
    "language": "zh",
    "created_at": "2026-01-01T08:00:00.000000Z",
    "failing_since": None,
    "disabled_at": None,
    "disabled_reason": None,
    "paused_at": None,
    "previous_secret_until": None,
}
NEW_SUBSCRIPTION: Example = {**SUBSCRIPTION, "secret": "whsec_…"}
SUBSCRIPTION_ASKED: Example = {"url": "https://hooks.example.org/gongbao", "regions": ["500000"]}
REPLAY_ASKED: Example = {"from": 1200, "to": 1260}
REPLAYED: Example = {"due": 61}
TESTED: Example = {"accepted": True, "status": 204, "error": None, "seconds": 0.12}
DELIVERY: Example = {
    "id": 4711,
    "event_id": EVENT["id"],
    "subscription_id": SUBSCRIPTION["id"],
    "state": "done",
    "attempts": 1,
    "created_at": "2026-01-20T01:00:04.020000Z",
    "next_attempt_at": None,
    "done_at": "2026-01-20T01:00:04.160000Z",
    "last_status": 204,
    "last_error": None,
}
ATTEMPT: Example = {"at": "2026-01-20T01:00:04.040000Z", "status": 204, "error": None, "seconds": 0.12}
DELIVERY_DETAIL: Example = {**DELIVERY, "tried": [ATTEMPT]}
