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
# 行署, 管委会: what governs a prefecture (地区, 盟) or a zone. 法治政府工作报告 is another report.
_WORK = re.compile(
    r"(?:(?<!法治)(?<!法制)(?<!数字)(?<!廉洁)政府|行署|行政公署|管委会|管理委员会)(?:(?:19|20)\d\d年度?)?工作(?:的)?报告"
)
# Who else reports to a congress, in nearly the same words.
_COURTS = r"(?:人民法院|中级法院|法院|检察院|常务委员会|常委会|纪委|监委|纪律检查委员会|监察委员会)"
_OF_AN_ORGAN = re.compile(rf"(?:{_COURTS}|人大|政协)(?:(?:19|20)\d\d年度?)?工作(?:的)?报告")
_NOT_GOVERNMENT = r"(?:(?!政府|行署|公署|管委会)[^。,])"
_SPEAKS_FOR_ORGAN = re.compile(
    rf"我[^。]{{0,10}}代表{_NOT_GOVERNMENT}{{0,24}}?{_COURTS}[^。]{{0,8}}?(?:向|作|报告)"
    rf"|(?<!接)受{_NOT_GOVERNMENT}{{2,24}}?{_COURTS}[^。,]{{0,6}}委托"
    r"|^.{0,30}(?:法院|检察院)(?:代理?|副)?(?:院长|检察长)",
    re.M,
)
# A government also reports to the standing committee, in the course of the year.
_TO_COMMITTEE = re.compile(r"主任、(?:各位)?副主任")
_FIVE_YEAR = re.compile(r"(?:第[一二三四五六七八九十]+个五年|\"?十[一二三四五六]?五\"?)(?:规划|计划)")
_ECONOMY = re.compile(r"国民经济[和与及、]?社会发展|经济[和与]?社会发展计划")
_PLAN = re.compile(r"(?:国民经济[和与及、]?社会发展|经济[和与]?社会发展).{0,16}?计划")
_BUDGET = re.compile(r"预算(?:执行|草案|\(草案\)|及|的报告|报告)|财政预算.{0,20}报告")
# Reports of the same family that are not the one of the year's congress.
_ANOTHER = re.compile(
    r"上半年|下半年|前三季度|半年度|中期|评估|调整|决算|审计|部门预算|单位预算|绩效|预算公开|实施情况|建议$|基本思路"
    r"|审查(?:结果|意见|情况|的?报告)|初步?审查?的?意见|说明(?:\(.*\))?$"
)
_PART_OF_YEAR = re.compile(r"上半年|下半年|半年度?(?:政府)?工作|前三季度|[一二三四]季度")
_FOREIGN = re.compile(r"[英日韩俄法蒙藏]文版|英译|外文版|双语|(?:维吾尔|哈萨克|朝鲜|壮)文版|蒙古文")
# Before or after the report's name: then the text speaks of the report.
_BEFORE = re.compile(
    r"(?:解读|图解|图说|读懂|看懂|一图|一张图|长图|聚焦|数读|数说|速览|划重点|热议|学习|审议|讨论|听取|起草|关于对|围绕|摘自|宣讲|"
    r"报道|侧记|综述|直播|回放|两会|听.{1,8}讲|看完|读完|说说|聊聊)[^-:]{0,24}$"
)
# What stands behind the report on its page: 政府工作报告(附名词解释).
_APPENDED = re.compile(
    r"\(?(?:附|含|及|和|并附|暨)(?:件|名词|注释|解释|解读|图解|说明|附件|附表|[:、及和]){1,8}\)?(?=$|[-_|(])"
)
_COLLECTED = re.compile(r"历年|汇总|汇编|合集|大全|集锦|目录$")
# Words that no report has in its own title; the others of the two lists may be part of a slogan.
_STRONG = re.compile(
    r"解读|图解|图说|读懂|看懂|一图|长图|摘要|摘登|摘编|节选|侧记|综述|名词|注释|分解|分工|督查|述评|评论"
    r"|极简|精简版|简版|速读|漫画|动漫|动画|海报|手绘|说唱|座谈|主持召开|会议召开|起草组"
)
_SPOKEN_BEFORE = re.compile(r"(?<!所)作$")
_AFTER = re.compile(
    r"^[^-]{0,12}?(?:解读|摘要|摘登|摘编|节选|侧记|综述|要点|亮点|看点|图解|一图|名词|注释|诞生|起草|热议|引发|反响|任务|分解|分工|落实|重点|"
    r"目标责任|审议|讨论|说明|征集|问答|时说|时强调|指出|提出|明确|透露|干货|关键词|速览|数据|出炉|来了|解析|评论|点评|述评|宣讲|学习|贯彻|"
    r"里的|中的|专题|意见建议|征求意见的|工作方案|落实情况|完成情况|办理|督查|执行情况|进展|推进|提到|民生实事|金句|成绩单)"
)
_RESOLUTION = re.compile(r"决议(?:\(.*\))?$")
_NOTICE = re.compile(r"(?:通知|公告|通告|决定|批复|意见|令|公示|函|通报)(?:\(.*\))?$")
_WRAPPED = re.compile(r"(?:印发|发布|公布|下达|批转|转发)《?(?P<inner>.+?)》?的?通知(?:\(.*\))?$")
_NEWS = re.compile(r"开幕|闭幕|召开|举行|作政府工作报告|作工作报告|记者|新闻|快讯|会见|强调|出席|访谈")
# All that stands around the name of the report in a title that says no more than what it is.
_PLAIN_BEFORE = re.compile(
    r"(?:.{0,20}[-:|》丨])?[^-:|。,!?]{0,24}(?:会议上?的?|\d年度?|人民|[省市区县旗州盟镇乡]|街道|行署|\(|\"|《|关于)?$"
)
_PLAIN_AFTER = re.compile(
    r"[》)\"]*(?:\([^()]{0,24}\))*(?:(?:19|20)\d\d年?(?:\d+月\d+日|-\d+-\d+)?)?(?:全文|正文|原文|完整版|文字版|文字实录|实录|发布|公布|出炉|来了|!)*"
    r"(?:[-_|].*)?$"
)
# In the first person: 区长代表区人民政府作报告 is how the news puts it.
_OPENING_WORK = re.compile(
    r"我[^。]{0,6}代表[一-鿿]{0,24}?(?:行署|行政公署|管委会|管理委员会),?(?:向[一-鿿]{2,8})?,?(?:作|报告)[一-鿿]{0,4}工作"
    r"|我[^。]{0,6}代表[一-鿿]{0,24}?政府,?(?:向(?:大会|各位代表)|作)[一-鿿]{0,8}(?:报告|工作)|请予审议.{0,30}政协"
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
_LEAST_OF_A_REPORT = 3_000
_NEWS_HEAD = 700  # characters of a body in which news shows itself


def _about(title: str, found: re.Match[str]) -> bool:
    before, after = title[: found.start()], title[found.end() :].lstrip(')》"')
    around = re.split(r"[-_|]", before)[-1] + "报告" + re.split(r"[-_|]", after)[0]  # a column's name aside
    return bool(
        _SPOKEN_BEFORE.search(before)
        or _BEFORE.search(before)
        or _AFTER.match(after)
        or _STRONG.search(around)
    )


def kind_of_title(title: str) -> Kind | None:
    """The kind that a title (normal form) says; None where it says nothing.

    关于印发…的通知 is a notice here; whether the report itself follows is seen by kind_of().
    """
    plain = _APPENDED.sub("", _DRAFT_MARK.sub("", title))
    if _RESOLUTION.search(plain):
        return Kind.OTHER
    if _NOTICE.search(plain):
        return Kind.NOTICE
    if _OF_AN_ORGAN.search(plain) and not _WORK.search(plain):
        return Kind.OTHER
    if found := _WORK.search(plain):
        if _PART_OF_YEAR.search(plain) or _FOREIGN.search(plain) or _COLLECTED.search(plain):
            return Kind.OTHER
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


def _says_only_that(title: str) -> bool:
    """Whether a title names the report and no more; 政府工作报告,这些与你有关! names it and more."""
    plain = _APPENDED.sub("", _DRAFT_MARK.sub("", title))
    found = _WORK.search(plain)
    return found is not None and bool(
        _PLAIN_BEFORE.fullmatch(plain[: found.start()]) and _PLAIN_AFTER.fullmatch(plain[found.end() :])
    )


def _reads_like_one(head: str, chars: int) -> bool:
    """Whether a body has anything of a work report: whom it speaks to, the occasion, its first heading, its
    length."""
    return chars >= _LEAST_OF_A_REPORT or any(
        pattern.search(head) for pattern in (_SALUTATION, _OPENING_WORK, _REVIEW_HEADING, _CONGRESS)
    )


def _kind_of_opening(head: str) -> Kind | None:
    for opening in (head, head.replace("\n", "")):  # the lines may be broken anywhere
        for pattern, kind in ((_OPENING_PLAN, Kind.PLAN_REPORT), (_OPENING_BUDGET, Kind.BUDGET_REPORT)):
            if pattern.search(opening):
                return kind
        if _OPENING_WORK.search(opening) and not _of_another(head):
            return Kind.WORK_REPORT
    return None


def _of_another(head: str) -> bool:
    """Whether a court, a standing committee … speaks, or a government to the committee."""
    return bool(_SPEAKS_FOR_ORGAN.search(head) or _TO_COMMITTEE.search(head))


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
            or (inner is not Kind.WORK_REPORT and "报告" in wrapped["inner"] and chars >= _LEAST_OF_A_REPORT)
            or (inner is Kind.FIVE_YEAR_PLAN and chars >= _LEAST_OF_A_REPORT)
            or (inner is not Kind.WORK_REPORT and chars >= _COVERED and _has_title(head, inner))
        ):
            return inner  # the notice is a cover; the report follows
    if kind is Kind.WORK_REPORT and _of_another(head):
        return Kind.OTHER
    if kind is Kind.WORK_REPORT and title and not _says_only_that(title) and not _reads_like_one(head, chars):
        return Kind.NEWS
    if kind in REPORTS:
        return Kind.NEWS if _is_news(head, chars) else kind
    opened = None if _is_news(head, chars) else _kind_of_opening(head)
    if kind is Kind.NEWS and title and opened and _SALUTATION.search(head) and not _STRONG.search(title):
        return opened  # 聚焦两会:政府工作报告, with the report itself below
    if kind is not None:
        return kind
    if opened:
        return opened
    if not title and _CONGRESS.search(head) and _REVIEW_HEADING.search(head) and not _of_another(head):
        return Kind.WORK_REPORT  # the title is lost; the occasion and the first heading are not
    if (
        any(_WORK.search(name) for name in classes)
        and chars >= _LEAST_OF_A_REPORT
        and not _is_news(head, chars)
    ):
        return Kind.WORK_REPORT
    if title and _is_news(head, chars):
        return Kind.NEWS
    return Kind.OTHER
