"""The rows of the country of local sites: which family, in which clothes, with which quirks. Not a test file."""

# ruff: noqa: E501  (a table)
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Plan:
    """One row of the country: which family in which clothes. `block`: shape of the header block, "" none;
    `quirks`: see World."""

    name: str
    family: str
    form: str = "ul"
    charset: str = "utf-8"
    declared: str = "utf-8"
    block: str = "table4"
    container: str = "div.TRS_Editor"
    paragraphs: str = "p"
    quirks: frozenset[str] = frozenset()
    article: str = "trs"
    more: dict[str, Any] = field(default_factory=dict)


def _plan(name: str, family: str, form: str, article: str, *quirks: str, **more: Any) -> Plan:
    return Plan(name, family, form, article=article, quirks=frozenset(quirks), **more)


JSON_KEYS = {"json": {"items": "data.rows", "url": "puburl", "title": "name", "date": "day"}}

PLANS = (
    _plan("trs-gbk", "trs", "ul", "trs", "metas", charset="gb18030", declared="gb2312", block="table4"),
    _plan("trs-pages", "trs", "ul", "trs", "paginated", "order-old-first", block="thtd", container="div.TRS_UEDITOR"),
    _plan("trs-split", "trs", "ul", "trs", "split-counter", block="table2", container="div.trs_editor_view"),
    _plan("trs-twins", "trs", "ul", "trs", "twins", "metas", block="ulli"),
    _plan("trs-broken", "trs", "table", "trs", "broken", block="table4", paragraphs="open"),
    _plan("trs-twice", "trs", "ul", "trs", "twice", "order-mixed", block="spans"),
    _plan("zwxl-bracketed", "zwxl", "ul", "trs", "metas", block="bracketed", container="div.zwxl-article"),
    _plan("zwxl-table", "zwxl", "table", "trs", "noise", block="bracketed", container="div.zwxl-main", paragraphs="br"),
    _plan("zwxl-files", "zwxl", "ul", "trs", "attachment", "metas", block="bracketed", container="div.zwxl-article"),
    _plan("hanweb-records", "hanweb", "records", "art", block="table4", container="div#zoom"),
    _plan("hanweb-column", "hanweb", "column", "art", "paginated", block="", container="div.article-content", charset="gb18030", declared="gbk"),
    _plan("jpaas-list", "jpaas", "jpaas", "iid", block="ulli", container="div.wip_art_con"),
    _plan("jpaas-html", "jpaas", "jpaas-html", "art", block="dl", container="div#zoom"),
    _plan("gkmlpt", "gkmlpt", "gkmlpt", "gkmlpt", "paginated", block="table4", container="div.article-content"),
    _plan("nfcms", "nfcms", "nfcms", "post", "metas", block="", container="div.news_cont_d_wrap"),
    _plan("nfcms-open", "nfcms", "nfcms", "post", "broken", block="ulli", container="div#zoomcon", paragraphs="open"),
    _plan("ucap-json", "ucap", "ucap", "ucap", block="dl", container="div#UCAP-CONTENT"),
    _plan("ucap-html", "ucap", "divs", "ucap", "next-link", block="spans", container="div#cmsArticleContent"),
    _plan("was5", "was5", "was5", "trs", block="columns", container="div.TRS_Editor"),
    _plan("igs", "igs", "igs", "trs", "metas", block="", container="div#xlrllt"),
    _plan("govcn", "govcn", "govcn", "govcn", block="table4", container="div.pages_content"),
    _plan("own-json", "json", "json", "plain", block="table2", container="div.main-text", more=JSON_KEYS),
    _plan("rss", "feed", "rss", "plain", block="thtd", container="div.content"),
    _plan("atom", "feed", "atom", "plain", block="", container="div.view", charset="gb18030", declared="gb2312"),
    _plan("sitemap", "sitemap", "sitemap", "plain", block="dl", container="div.con-article", more={"list": {"url_pattern": "/a/"}}),
    _plan("plain-table", "plain", "table", "plain", "order-mixed", block="spans", container="section.whatever"),
    _plan("plain-mislabelled", "plain", "ul", "plain", "noise", charset="utf-8", declared="gbk", block="table4"),
    _plan("plain-density", "plain", "divs", "plain", "noise", block="ulli", container="div.xq-nr", paragraphs="div"),
    _plan("plain-spaced", "plain", "ul", "plain", block="spaced", container="div.article_con", paragraphs="br"),
    _plan("discuz-x", "discuz", "threads", "thread", "decorated", block="", more={"kind": "forum"}),
    _plan("discuz-gbk", "discuz", "threads", "thread", "split-thread", "decorated", block="", charset="gb18030", declared="gbk", more={"kind": "forum"}),
    _plan("repost", "repost", "reposts", "repost", "decorated", block="", container="div.content", paragraphs="br"),
    _plan("repost-split", "repost", "reposts", "repost", "split-links", "decorated", block="", container="div.article", charset="gb18030", declared="gb2312"),
    _plan("word-paste", "trs", "ul", "trs", "logo", block="table4", container="div.Custom_UnionStyle", paragraphs="word"),
    _plan("block-inside", "plain", "ul", "plain", "inside", "furniture", block="table4", container="div.pages_content"),
    _plan("layout-tables", "zwxl", "table", "trs", "furniture", "logo", block="thtd", container="div.trs_paper_default", paragraphs="tables"),
    _plan("unknown-theme", "plain", "ul", "plain", "inside", "logo", "noise", block="ulli", container="div.nr-box", paragraphs="word"),
    _plan("slow", "trs", "ul", "trs", "crawl-delay", block="table2"),
    _plan("closed", "trs", "ul", "trs", "disallow", block="table4"),
    _plan("busy", "trs", "ul", "trs", "retry-after", block="ulli"),
    _plan("wall", "trs", "ul", "trs", "wall", block=""),
)  # fmt: skip
