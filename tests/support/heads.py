"""Reports of our own making with the heads, openings and headings that sites print."""

from __future__ import annotations

from ingest.identity.identify import identify
from ingest.model import Article, Header, Identity

FILL = "持续优化营商环境，新增经营主体3万户，办好民生实事，群众满意度稳步提高。"
LONG = FILL * 100


def spoken(
    own: str = "区",
    head: str = "",
    *,
    opening: str | None = None,
    review: str = "一、2023年工作回顾",
    plan: str = "二、2024年工作安排",
) -> str:
    """A work report as it is read out: `own` is whom the speaker stands for, `head` what stands above."""
    opening = opening or f"现在，我代表{own}人民政府，向大会报告工作，请予审议，并请各位政协委员提出意见。"
    lines = [head, "各位代表：", opening, review, FILL * 30, plan, "今年的主要预期目标是：" + FILL * 30]
    return "\n".join(line for line in lines if line)


def read(title: str | None, body: str, source_region: str | None = None, **header: object) -> Identity:
    origin = header.pop("origin", None)
    published_at = header.pop("published_at", None)
    article = Article(title, body, Header(**header), origin=origin, published_at=published_at)  # type: ignore[arg-type]
    return identify(article, source_region=source_region)
