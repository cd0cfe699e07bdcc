"""What kind of document this is: from its title, else from its first sentences, else from its classes. Pure.

A text *about* a report (news, resolution, explanation, list of tasks) is not the report.
All texts here are in normal form (normal.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.model import Kind

REPORTS = frozenset({Kind.WORK_REPORT, Kind.PLAN_REPORT, Kind.BUDGET_REPORT, Kind.FIVE_YEAR_PLAN})
"""The kinds of which a region has one a year: they get a report key of kind, region and year."""

_DRAFT_MARK = re.compile(
    r"\((?:公开)?(?:征求意见稿|讨论稿|送审稿|审议稿|提交稿|草案|全文|实录|文字实录|修订版|[一二三四五六七八九十\d]+)\)"
)
_WORK = re.compile(r"政府(?:(?:19|20)\d\d年度?)?工作(?:的)?报告")
_FIVE_YEAR = re.compile(r"(?:第[一二三四五六七八九十]+个五年|\"?十[一二三四五六]?五\"?)(?:规划|计划)")
_ECONOMY = re.compile(r"国民经济[和与及、]?社会发展|经济[和与]?社会发展计划")
_PLAN = re.compile(r"(?:国民经济[和与及、]?社会发展|经济[和与]?社会发展).{0,16}?计划")
_BUDGET = re.compile(r"预算(?:执行|草案|\(草案\)|及|的报告|报告)|财政预算.{0,20}报告")
# Reports of the same family that are not the one of the year's congress.
_ANOTHER = re.compile(
    r"上半年|前三季度|半年度|中期|评估|调整|决算|审计|部门预算|单位预算|绩效|预算公开|实施情况|建议$|基本思路"
)
# Before or after the report's name: then the text speaks of the report.
_BEFORE = re.compile(
    r"(?:解读|图解|图说|读懂|看懂|一图|一张图|长图|聚焦|数读|数说|速览|划重点|热议|学习|审议|讨论|听取|起草|关于对|围绕|摘自|宣讲|"
    r"报道|侧记|综述|直播|回放|两会)[^-:]{0,24}$"
)
# Words that no report has in its own title; the others of the two lists may be part of a slogan.
_STRONG = re.compile(
    r"解读|图解|图说|读懂|看懂|一图|长图|摘要|摘登|摘编|节选|侧记|综述|名词|注释|分解|分工|督查|述评|评论"
)
_SPOKEN_BEFORE = re.compile(r"(?<!所)作$")
_AFTER = re.compile(
    r"^[^-]{0,12}?(?:解读|摘要|摘登|摘编|节选|侧记|综述|要点|亮点|看点|图解|一图|名词|注释|诞生|起草|热议|引发|反响|任务|分解|分工|落实|重点|"
    r"目标责任|审议|讨论|说明|征集|问答|时说|时强调|指出|提出|明确|透露|干货|关键词|速览|数据|出炉|来了|解析|评论|点评|述评|宣讲|学习|贯彻|"
    r"里的|中的|专题|意见建议|征求意见的|工作方案|落实情况|完成情况|办理|督查)"
)
_RESOLUTION = re.compile(r"决议(?:\(.*\))?$")
_NOTICE = re.compile(r"(?:通知|公告|通告|决定|批复|意见|令|公示|函|通报)(?:\(.*\))?$")
_WRAPPED = re.compile(r"(?:印发|发布|公布|下达|批转|转发)《?(?P<inner>.+?)》?的?通知(?:\(.*\))?$")
_NEWS = re.compile(r"开幕|闭幕|召开|举行|作政府工作报告|作工作报告|记者|新闻|快讯|会见|强调|出席|访谈")
# In the first person: 区长代表区人民政府作报告 is how the news puts it.
_OPENING_WORK = re.compile(
    r"我[^。]{0,6}代表[一-鿿]{0,24}?政府,?(?:向(?:大会|各位代表)|作)[一-鿿]{0,8}(?:报告|工作)|请予审议.{0,30}政协"
)
_OPENING_PLAN = re.compile(
    r"现?将[^。]{0,60}国民经济[和与及、]?社会发展[^。]{0,12}计划[^。]{0,40}(?:提请|报告|审查|审议)"
)
_OPENING_BUDGET = re.compile(r"现?将[^。]{0,60}预算(?:执行|草案)[^。]{0,40}(?:提请|报告|审查|审议)")
_CONGRESS = re.compile(r"(?:人民代表大会|人大)第?[一二三四五六七八九十\d]+次(?:全体)?会议")
_SALUTATION = re.compile(r"各位代表|各位委员|主任、各位副主任")
_REVIEW_HEADING = re.compile(
    r"^.{0,8}(?:(?:19|20)\d\d年|过去[一五]年|[\"十一二三四五]{3,5}时期).{0,8}(?:工作回顾|工作情况|政府工作(?!报告))",
    re.M,
)
_NEWS_BODY = re.compile(
    r"开幕|隆重|记者|本报讯|胜利闭幕|应到代表|会议由.{2,12}主持|(?:\d日,?|召开的)[^。]{0,60}(?:会议|大会)[^。]{0,40}(?:召开|举行|开幕|作政府工作报告|作工作报告)"
    r"|报告(?:共)?分为|报告》?,?(?:最后)?(?:指出|提出|强调|认为|说,)"
)
_COVERED = 1_000  # characters from which a notice may have the whole plan below it
_NO_TITLE = re.compile(r"[。;!?]|,.*,|^(?:关于|印发|现将|附件|附:|\d+[.、])|(?:docx?|pdf|xlsx?|wps)$")
_NEWS_HEAD = 700  # characters of a body in which news shows itself


def _about(title: str, found: re.Match[str]) -> bool:
    before, after = title[: found.start()], title[found.end() :].lstrip(')》"')
    return bool(_SPOKEN_BEFORE.search(before) or _BEFORE.search(before) or _AFTER.match(after))


def kind_of_title(title: str) -> Kind | None:
    """The kind that a title (normal form) says; None where it says nothing.

    关于印发…的通知 is a notice here; whether the report itself follows is seen by kind_of().
    """
    plain = _DRAFT_MARK.sub("", title)
    if _RESOLUTION.search(plain):
        return Kind.OTHER
    if _NOTICE.search(plain):
        return Kind.NOTICE
    if found := _WORK.search(plain):
        return Kind.NEWS if _about(plain, found) else Kind.WORK_REPORT
    if (found := _FIVE_YEAR.search(plain)) and _ECONOMY.search(plain):
        if _ANOTHER.search(plain):
            return Kind.OTHER
        return Kind.NEWS if _STRONG.search(plain) else Kind.FIVE_YEAR_PLAN
    for pattern, kind in ((_PLAN, Kind.PLAN_REPORT), (_BUDGET, Kind.BUDGET_REPORT)):
        if found := pattern.search(plain):
            if _ANOTHER.search(plain):
                return Kind.OTHER
            return Kind.NEWS if _STRONG.search(plain) else kind
    if _NEWS.search(plain):
        return Kind.NEWS
    return None


def _kind_of_opening(opening: str) -> Kind | None:
    for pattern, kind in (
        (_OPENING_PLAN, Kind.PLAN_REPORT),
        (_OPENING_BUDGET, Kind.BUDGET_REPORT),
        (_OPENING_WORK, Kind.WORK_REPORT),
    ):
        if pattern.search(opening):
            return kind
    return None


def _is_news(head: str, chars: int) -> bool:
    """Whether the body tells of a report in the third person, whatever its title says."""
    if _SALUTATION.search(head) or _OPENING_WORK.search(head) or _REVIEW_HEADING.search(head):
        return False
    return chars < 8_000 and _NEWS_BODY.search(head[:_NEWS_HEAD]) is not None


def _has_title(head: str, kind: Kind) -> bool:
    """Does a line of its own below a notice say that a text of this kind begins?"""
    return any(
        len(line) <= 60 and not _NO_TITLE.search(line) and kind_of_title(line) is kind
        for line in head.split("\n")
    )


def kind_of(title: str | None, head: str, chars: int, classes: Sequence[str] = ()) -> Kind:
    """The kind of a document.

    `title` and `head` (first lines, joined by "\\n") in normal form; `chars`: length of the whole body;
    `classes`: values of the header block and metas that name a column or a class.
    """
    kind = kind_of_title(title) if title else None
    if kind is Kind.NOTICE and title and (wrapped := _WRAPPED.search(title)):
        inner = kind_of_title(wrapped["inner"])
        if inner in REPORTS and (
            _SALUTATION.search(head)
            or (inner is not Kind.WORK_REPORT and "报告" in wrapped["inner"] and chars >= 3_000)
            or (inner is Kind.FIVE_YEAR_PLAN and chars >= 3_000)
            or (inner is not Kind.WORK_REPORT and chars >= _COVERED and _has_title(head, inner))
        ):
            return inner  # the notice is a cover; the report follows
    if kind in REPORTS:
        return Kind.NEWS if _is_news(head, chars) else kind
    opened = None if _is_news(head, chars) else _kind_of_opening(head)
    if kind is Kind.NEWS and title and opened and _SALUTATION.search(head) and not _STRONG.search(title):
        return opened  # 聚焦两会:政府工作报告, with the report itself below
    if kind is not None:
        return kind
    if opened:
        return opened
    if not title and _CONGRESS.search(head) and _REVIEW_HEADING.search(head):
        return Kind.WORK_REPORT  # the title is lost; the occasion and the first heading are not
    if any(_WORK.search(name) for name in classes) and chars >= 3_000 and not _is_news(head, chars):
        return Kind.WORK_REPORT
    if title and _is_news(head, chars):
        return Kind.NEWS
    return Kind.OTHER
