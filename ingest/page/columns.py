"""Find the columns of a portal that reports are put into, from the links of a page and the menus in its
scripts. Pure.

Whether a column holds what it promises is seen in its items: sources/discover.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from ingest.errors import NotADocument, ParseError
from ingest.page.base import base_of
from ingest.page.charset import printable
from ingest.page.gkmlpt import categories, is_index
from ingest.page.lines import parse_html
from ingest.page.list_links import ROW_LINKS, give_addresses, picture_says
from ingest.page.script_lists import written_out
from ingest.page.script_values import scripts_of
from ingest.page.titles import clean_title
from ingest.page.urls import ARTICLE_ADDRESS, absolute_url, canonical_url


class ColumnKind(StrEnum):
    """What a list is a column of, as portals name and keep them."""

    WORK_REPORT = "work_report"  # 政府工作报告
    PLAN_REPORT = "plan_report"  # 国民经济和社会发展计划报告
    PLANNING = "planning"  # 规划计划: plan reports among plans of every kind
    GAZETTE = "gazette"  # 政府公报
    NEWS = "news"  # 要闻: where a report often stands first
    CONGRESS = "congress"  # 人大: the congress that hears it
    TOPIC = "topic"  # 专题: the page made for this year's session
    POLICY = "policy"  # 政策文件: documents of every kind


# Whose, and of when: 省政府工作报告, 县市区政府工作报告, 历年政府工作报告.
_NARROWEST = tuple(ColumnKind)
_OF = "[省自治州盟市区县旗本级各地年度历届全国务院]{0,20}"
_RUN = r"(?:人民)?"
# What the link says, by kind; the first that fits. Blanks and decoration are taken off before.
_TEXTS: tuple[tuple[ColumnKind, re.Pattern[str]], ...] = (
    (
        ColumnKind.WORK_REPORT,
        re.compile(rf"{_OF}{_RUN}(?:政府)?工作报告(?:全文|公开|专栏|汇编)?|{_OF}{_RUN}政府报告"),
    ),
    (
        ColumnKind.PLAN_REPORT,
        re.compile(
            rf"{_OF}(?:国民经济(?:和|与|及)?(?:社会)?发展)?(?:年度)?(?:发展)?计划(?:执行情况)?(?:的)?报告(?:全文|公开)?"
            rf"|{_OF}国民经济(?:和|与|及)?社会发展(?:年度)?计划(?:执行情况|草案|及执行情况|公开)?"
            rf"|{_OF}国民经济发展计划报告|{_OF}国民经济和社会发展报告"
        ),
    ),
    (
        ColumnKind.PLANNING,
        re.compile(
            rf"{_OF}(?:规划(?:及|和|与|、)?计划|计划(?:及|和|与|、)?规划|发展规划|规划信息|规划(?:计划)?(?:总结|公开)?|总体规划"
            r"|国民经济和社会发展规划(?:纲要)?|五年规划(?:及专项规划)?|工作计划|计划总结)(?:信息|公开)?"
        ),
    ),
    (ColumnKind.GAZETTE, re.compile(rf"{_OF}{_RUN}(?:政府)?公报(?:电子版)?")),
    (ColumnKind.CONGRESS, re.compile(r".{0,8}(?:人大常委会|人民代表大会常务委员会|人大网)")),
    (ColumnKind.TOPIC, re.compile(r".{0,14}(?:两会|人代会|人民代表大会)(?:专题|专栏)?")),
)
# What the folder is called, in pinyin: 政府工作报告 is zfgzbg nearly everywhere.
_PATHS: tuple[tuple[ColumnKind, re.Pattern[str]], ...] = (
    (
        ColumnKind.WORK_REPORT,
        re.compile(
            r"/[a-z]{0,5}(?:zfgzbg|zfggbg|zhengfugongzuobaogao)[a-z]{0,2}\d{0,6}(?:_\d+)?(?=[/.]|$)"
            r"|/gzbg(?:_\d+)?(?=[/.]|$)|/zfbg(?=[/._]|$)",
            re.I,
        ),
    ),
    (
        ColumnKind.PLAN_REPORT,
        re.compile(
            r"/(?:gmjjhshfz(?:nd)?(?:gh|jh|jhbg|bg)|[a-z]{0,5}fzjhbg|n?d?jhbg)(?:_\d+)?(?=[/.]|$)", re.I
        ),
    ),
    (ColumnKind.PLANNING, re.compile(r"/(?:ghjh|jhgh|ghxx|fzgh|ghjhxx)(?:_\d+)?(?=[/.]|$)", re.I)),
    (ColumnKind.GAZETTE, re.compile(r"/[a-z]{0,4}zfgb(?:_\d+)?(?=[/.]|$)", re.I)),
)  # fmt: skip
# The pages that lead on to columns, the likeliest first.
_HUBS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_OF}(?:政府)?工作报告.{{0,4}}|{_OF}规划(?:计划)?|规划计划.{{0,4}}",
        r"法定主动公开(?:内容|目录|信息)?|主动公开(?:目录|内容|基本目录)?|政府信息公开目录|信息公开目录",
        r"政府信息公开(?:专栏|平台)?|信息公开|政务公开(?:专栏)?|政府信息公开网",
        r"(?:点击)?进入(?:网站|首页|主页|门户(?:网站)?|新版)?|简体中文版?",  # a page before the home page
        r"(?:网站|站点)地图",
        r"重点(?:领域)?信息公开|其他法定(?:公开)?信息|综合信息|市政府|区政府|县政府|政府文件|政策文件|要闻动态|公开",
    )
)
_DECORATION = re.compile(r"^[\s·•>»\-—|【\[（(]+|[\s·•>»\-—|】\]）)]+$|[\s\u3000\xa0]+")
_MOST = 60
# A menu that stands only in a script: {"name": "政府工作报告", "url": "/zwgk/zfgzbg/"}.
_OBJECT = re.compile(r"\{[^{}]{10,1200}\}")
_PAIR = re.compile(
    r"""["']?(\w{1,24})["']?\s{0,3}:\s{0,3}("(?:[^"\\]|\\.){0,400}"|'(?:[^'\\]|\\.){0,400}')"""
)
_NAMES = ("name", "title", "text", "label", "channelname", "columnname", "catname", "menuname", "navname")
_ADDRESSES = ("url", "href", "link", "linkurl", "channelurl", "path", "jumpurl", "domain_url", "target_url")


@dataclass(frozen=True, slots=True)
class ColumnLink:
    """A link that says 政府工作报告 and the like, or leads to a folder named like it."""

    url: str
    text: str
    kind: ColumnKind


def column_links(html: str, url: str) -> tuple[ColumnLink, ...]:
    """The columns that the page at `url` links to, in page order, each address once."""
    found: dict[str, ColumnLink] = {}
    for address, text in _links(html, url):
        kind = _kind_of(address, text)
        if kind is None or len(found) >= _MOST or ARTICLE_ADDRESS.search(address) or is_index(address):
            continue
        found.setdefault(canonical_url(address), ColumnLink(address, text, kind))
    return tuple(found.values())


def report_columns(html: str, url: str) -> tuple[ColumnLink, ...]:
    """Those of work reports and of plan reports alone."""
    wanted = (ColumnKind.WORK_REPORT, ColumnKind.PLAN_REPORT)
    return tuple(link for link in column_links(html, url) if link.kind in wanted)


def hub_links(html: str, url: str) -> tuple[str, ...]:
    """The pages below which columns of reports are to be looked for, the likeliest first."""
    ranked: dict[str, int] = {}
    for address, text in _links(html, url):
        if ARTICLE_ADDRESS.search(address) or address == url:
            continue
        if is_index(address):
            ranked.setdefault(address, 0)
            continue
        for rank, pattern in enumerate(_HUBS):
            if pattern.fullmatch(text):
                ranked.setdefault(address, rank)
                break
    return tuple(sorted(ranked, key=lambda address: ranked[address]))


def _kind_of(address: str, text: str) -> ColumnKind | None:
    """What words or address say, the narrower of the two."""
    said = [kind for kind, pattern in _TEXTS if pattern.fullmatch(text)]
    said += [kind for kind, pattern in _PATHS if pattern.search(address)]
    return min(said, key=_NARROWEST.index, default=None)


def _links(html: str, url: str) -> Iterator[tuple[str, str]]:
    """Every address that the page leads to, with what stands there, without decoration."""
    try:
        tree = parse_html(written_out(printable(html)))
    except NotADocument:
        return
    base = base_of(tree, url)
    give_addresses(tree)
    for node in tree.css(f"a[href], area[href], {ROW_LINKS}, option[value*='/']"):
        said = node.attributes
        address = (said.get("href") or said.get("value") or "").strip()
        text = node.text(strip=True) or said.get("title") or said.get("alt") or picture_says(node)
        if len(text) > 60:
            text = said.get("title") or ""
        yield from _link(address, text, base)
    for address, name in categories(html, url):
        yield from _link(address, name, base)
    for script in scripts_of(html):
        if "报告" in script or "公开" in script or "\\u62a5" in script:
            yield from _script_links(script, base)


def _script_links(script: str, base: str) -> Iterator[tuple[str, str]]:
    for part in _OBJECT.finditer(script):
        pairs = {key.lower(): _unquoted(value) for key, value in _PAIR.findall(part[0])}
        name = next((pairs[key] for key in _NAMES if pairs.get(key)), "")
        address = next((pairs[key] for key in _ADDRESSES if pairs.get(key)), "")
        if name and address:
            yield from _link(address, name, base)


def _unquoted(value: str) -> str:
    inner = value[1:-1]
    try:
        return str(json.loads(f'"{inner}"')) if "\\" in inner else inner
    except ValueError:
        return inner


def _link(href: str, text: str, base: str) -> Iterator[tuple[str, str]]:
    if not href or href.startswith(("#", "javascript:", "mailto:")):
        return
    try:
        yield absolute_url(href, base).partition("#")[0], _DECORATION.sub("", clean_title(text) or "")
    except ParseError:
        return
