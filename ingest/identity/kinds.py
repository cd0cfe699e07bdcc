"""What kind of document this is: from its title, else from its first sentences, else from its classes. Pure.

A text *about* a report (news, resolution, explanation, list of tasks) is not the report. The words that the
rules look for are kinds.rules.toml; all texts are in normal form (text/normal.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ingest.model import Kind
from ingest.text.rules import load_rules

REPORTS = (Kind.WORK_REPORT, Kind.PLAN_REPORT, Kind.BUDGET_REPORT, Kind.FIVE_YEAR_PLAN)
"""The kinds of which a region has one a year, those that most ask for first: they get a report key of kind,
region and year."""

_WORDS = load_rules(__package__, "kinds.rules.toml")
_GREETED = "主任、"  # in whatever to_committee finds
_COVERED = 1_000  # characters from which a notice may have the whole plan below it
_LEAST_OF_A_REPORT = 3_000
_MOST_OF_NEWS = 8_000
_MOST_OF_A_LINE = 200  # characters of what a site says in a report's place
_NEWS_HEAD = 700  # characters of a body in which news shows itself

# --- titles ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TitleRule:
    """A kind that a title has when it `says` so and no rule above does; `example` is such a title."""

    name: str
    says: Callable[[str], bool]
    kind: Kind
    example: str


def _plain(title: str) -> str:
    """The title without what only says that this is a draft, or that notes stand behind it."""
    return _WORDS["appended"].pattern.sub("", _WORDS["draft_mark"].pattern.sub("", title))


def is_own_heading(line: str) -> bool:
    """Whether a line (normal form) is the heading of a report and nothing more."""
    return _WORDS["own_heading"].find(line) is not None


def is_resolution(title: str) -> bool:
    """Whether a title (normal form) is that of a resolution on a report."""
    return _WORDS["resolution"].find(title) is not None


def _notice(title: str) -> bool:
    """关于印发…的通知: whether the report itself follows is seen by kind_of()."""
    return _WORDS["notice"].find(title) is not None


def _of_an_organ(title: str) -> bool:
    return _WORDS["of_an_organ"].find(title) is not None and not _work(title)


def _work(title: str) -> bool:
    return _WORDS["work"].find(title) is not None


def _work_but_another(title: str) -> bool:
    others = (_WORDS["part_of_year"], _WORDS["foreign"], _WORDS["collected"])
    return _work(title) and any(other.find(title) for other in others)


def _hands_out_tasks(title: str) -> bool:
    """The paper itself, without the notice that sends it out; not an article that explains it."""
    return _WORDS["hands_out_tasks"].find(title) is not None and _WORDS["explained"].find(title) is None


def _about_work(title: str) -> bool:
    match = _WORDS["work"].find(title)
    if match is None:
        return False
    before, after = title[: match.start()], title[match.end() :].lstrip(')》"')
    around = re.split(r"[-_|]", before)[-1] + "报告" + re.split(r"[-_|]", after)[0]  # a column's name aside
    return bool(
        _WORDS["spoken_before"].find(before)
        or _WORDS["before"].find(before)
        or _WORDS["after"].find(after)
        or _WORDS["strong"].find(around)
    )


def _five_years(title: str) -> bool:
    if _WORDS["outline_of_a_place"].find(title) is not None:
        return True
    return _WORDS["five_year"].find(title) is not None and _WORDS["economy"].find(title) is not None


def _plan(title: str) -> bool:
    return _WORDS["plan"].find(title) is not None


def _budget(title: str) -> bool:
    return _WORDS["budget"].find(title) is not None


def _news(title: str) -> bool:
    return _WORDS["news"].find(title) is not None


def _another(says: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda title: says(title) and _WORDS["another"].find(title) is not None


def _about(says: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda title: says(title) and _WORDS["strong"].find(title) is not None


TITLE_RULES: tuple[TitleRule, ...] = (
    TitleRule("a resolution", is_resolution, Kind.OTHER, "关于某某区政府工作报告的决议"),
    TitleRule("a notice", _notice, Kind.NOTICE, "关于印发2025年政府工作报告的通知"),
    TitleRule("a court's report", _of_an_organ, Kind.OTHER, "某某区人民法院工作报告"),
    TitleRule("another work report", _work_but_another, Kind.OTHER, "2025年上半年政府工作报告"),
    TitleRule(
        "the tasks of a work report", _hands_out_tasks, Kind.NOTICE, "2025年政府工作报告重点任务分解方案"
    ),
    TitleRule("about a work report", _about_work, Kind.NEWS, "一图读懂2025年政府工作报告"),
    TitleRule("a work report", _work, Kind.WORK_REPORT, "2025年某某区政府工作报告"),
    TitleRule(
        "another report on a plan of five years",
        _another(_five_years),
        Kind.OTHER,
        "国民经济和社会发展第十四个五年规划中期评估报告",
    ),
    TitleRule(
        "about a plan of five years", _about(_five_years), Kind.NEWS, "图解国民经济和社会发展第十四个五年规划"
    ),
    TitleRule(
        "a plan of five years", _five_years, Kind.FIVE_YEAR_PLAN, "国民经济和社会发展第十四个五年规划纲要"
    ),
    TitleRule(
        "another plan report", _another(_plan), Kind.OTHER, "2025年上半年国民经济和社会发展计划执行情况"
    ),
    TitleRule("about a plan report", _about(_plan), Kind.NEWS, "2025年国民经济和社会发展计划摘要"),
    TitleRule("a plan report", _plan, Kind.PLAN_REPORT, "2024年国民经济和社会发展计划执行情况的报告"),
    TitleRule("another budget report", _another(_budget), Kind.OTHER, "2024年预算执行和其他收支的审计"),
    TitleRule("about a budget report", _about(_budget), Kind.NEWS, "图解2025年预算草案"),
    TitleRule("a budget report", _budget, Kind.BUDGET_REPORT, "2024年预算执行情况和2025年预算草案的报告"),
    TitleRule("news", _news, Kind.NEWS, "某某区人大会议隆重开幕"),
)
"""The first rule that says so has said it."""


def title_answers(title: str) -> Iterator[TitleRule]:
    """The rules that a title agrees with, in order."""
    plain = _plain(title)
    return (rule for rule in TITLE_RULES if rule.says(plain))


def kind_of_title(title: str) -> Kind | None:
    """The kind that a title (normal form) says; None where it says nothing."""
    return next((rule.kind for rule in title_answers(title)), None)


# --- pages -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Page:
    """`title` and `head` (first lines, joined by "\\n") in normal form; `chars`: length of the whole body;
    `classes`: values of the header block and metas that name a column or a class."""

    title: str | None
    head: str
    chars: int
    classes: Sequence[str] = ()

    @cached_property
    def titled(self) -> Kind | None:
        return kind_of_title(self.title) if self.title else None

    @cached_property
    def of_another(self) -> bool:
        """Whether a court, a standing committee … speaks, or a government to the committee."""
        organ = _WORDS["organ"].find(self.head) and _WORDS["speaks_for_organ"].find(self.head)
        return bool(organ or (_GREETED in self.head and _WORDS["to_committee"].find(self.head)))

    @cached_property
    def is_news(self) -> bool:
        """Whether the body tells of a report in the third person, whatever its title says."""
        speaks = ("salutation", "opening_work", "review_heading")
        if any(_WORDS[name].find(self.head) for name in speaks):
            return False
        if self.chars >= _MOST_OF_NEWS:
            return False
        told = _WORDS["told_in_news"].find(self.head) or _WORDS["news_body"].find(self.head[:_NEWS_HEAD])
        return told is not None

    @cached_property
    def opened(self) -> Kind | None:
        """The kind that the first sentences say."""
        if self.is_news:
            return None
        for opening in (self.head, self.head.replace("\n", "")):  # the lines may be broken anywhere
            if _WORDS["opening_plan"].find(opening):
                return Kind.PLAN_REPORT
            if _WORDS["opening_budget"].find(opening):
                return Kind.BUDGET_REPORT
            if _WORDS["opening_work"].find(opening) and not self.of_another:
                return Kind.WORK_REPORT
        return None

    @property
    def is_long(self) -> bool:
        return self.chars >= _LEAST_OF_A_REPORT

    def has(self, name: str) -> bool:
        """Do the first lines hold such words?"""
        return _WORDS[name].find(self.head) is not None


@dataclass(frozen=True, slots=True)
class KindRule:
    """One rule; `example` is a page of which it is the first that says anything, namely `kind`."""

    name: str
    kind_of: Callable[[Page], Kind | None]
    example: Page
    kind: Kind


def _cover(page: Page) -> Kind | None:
    """A notice with the text that it names below it."""
    match = _WORDS["wrapped"].find(page.title) if page.title and page.titled is Kind.NOTICE else None
    inner = kind_of_title(match["inner"]) if match else None
    if match is None or inner not in REPORTS:
        return None
    work = inner is Kind.WORK_REPORT
    follows = page.has("salutation") or (
        not work and (page.is_long or (page.chars >= _COVERED and _has_title(page.head, inner)))
    )
    return inner if follows else None


def _has_title(head: str, kind: Kind) -> bool:
    """Does a line of its own below a notice say that a text of this kind begins?"""
    return any(
        len(line) <= 60 and not _WORDS["no_title"].find(line) and kind_of_title(line) is kind
        for line in head.split("\n")
    )


def _court(page: Page) -> Kind | None:
    return Kind.OTHER if page.titled is Kind.WORK_REPORT and page.of_another else None


def _slogan(page: Page) -> Kind | None:
    """政府工作报告,这些与你有关! names the report and more, and the body has nothing of one."""
    if page.titled is not Kind.WORK_REPORT or not page.title or _says_only_that(page.title):
        return None
    return None if _reads_like_one(page) else Kind.NEWS


def _says_only_that(title: str) -> bool:
    plain = _plain(title)
    match = _WORDS["work"].find(plain)
    return match is not None and bool(
        _WORDS["plain_before"].find(plain[: match.start()])
        and _WORDS["plain_after"].find(plain[match.end() :])
    )


def _reads_like_one(page: Page) -> bool:
    """Whom it speaks to, the occasion, its first heading, its length."""
    return page.is_long or any(
        page.has(name) for name in ("salutation", "opening_work", "review_heading", "congress")
    )


def _outline(page: Page) -> Kind | None:
    """The head of a government presents the plan of five years: that year's work report."""
    if page.titled is not Kind.FIVE_YEAR_PLAN or not page.title or not _WORDS["outline"].find(page.title):
        return None
    spoken = page.has("salutation") and page.has("outline_spoken") and not page.of_another
    return Kind.WORK_REPORT if spoken else None


def _told_of(page: Page) -> Kind | None:
    return Kind.NEWS if page.titled in REPORTS and page.is_news else None


def _put_off(page: Page) -> Kind | None:
    """A sentence or two of the site's own in the report's frame: 报告待审议通过后公布, 本网站暂停服务."""
    if page.titled not in REPORTS or not 0 < page.chars < _MOST_OF_A_LINE or _reads_like_one(page):
        return None
    return None if any(map(page.has, ("how_much", "table", "elsewhere"))) else Kind.NEWS


def _report(page: Page) -> Kind | None:
    return page.titled if page.titled in REPORTS else None


def _below_a_slogan(page: Page) -> Kind | None:
    """聚焦两会:政府工作报告, with the report itself below."""
    if page.titled is not Kind.NEWS or not page.title or not page.opened or not page.has("salutation"):
        return None
    return None if _WORDS["strong"].find(page.title) else page.opened


def _titled(page: Page) -> Kind | None:
    return page.titled


def _opened(page: Page) -> Kind | None:
    return page.opened


def _title_lost(page: Page) -> Kind | None:
    """The occasion and the first heading are not."""
    lost = not page.title and page.has("congress") and page.has("review_heading") and not page.of_another
    return Kind.WORK_REPORT if lost else None


def _class(page: Page) -> Kind | None:
    """The site keeps the page under work reports."""
    named = any(_WORDS["work"].find(name) for name in page.classes)
    return Kind.WORK_REPORT if named and page.is_long and not page.is_news else None


def _news_below(page: Page) -> Kind | None:
    told = page.title or _WORDS["told_in_news"].find(page.head)
    return Kind.NEWS if told and page.is_news else None


def _nothing(page: Page) -> Kind:
    return Kind.OTHER


_TITLE, _SPEECH = "2025年某某区政府工作报告", "各位代表:\n现在,我代表区人民政府,向大会报告工作,请予审议。"
_OUTLINE = "各位代表:\n现在,我代表市人民政府,向大会作关于第十个五年计划纲要的报告,请予审议。"
_PRESS = "本报讯 1月8日,某某区人大会议举行,区长作政府工作报告。"
RULES: tuple[KindRule, ...] = (
    KindRule(
        "a notice with its text below",
        _cover,
        Page("关于印发2025年政府工作报告的通知", "各位代表:", 9_000),
        Kind.WORK_REPORT,
    ),
    KindRule("another organ speaks", _court, Page(_TITLE, "主任、各位副主任、各位委员:", 9_000), Kind.OTHER),
    KindRule(
        "a slogan", _slogan, Page("政府工作报告,这些与你有关!", "新的一年,有这些变化。", 900), Kind.NEWS
    ),
    KindRule("a report that is told of", _told_of, Page(_TITLE, _PRESS, 900), Kind.NEWS),
    KindRule(
        "a plan of five years that is presented",
        _outline,
        Page("关于某某市国民经济和社会发展第十个五年计划纲要的报告", _OUTLINE, 9_000),
        Kind.WORK_REPORT,
    ),
    KindRule(
        "a sentence in a report's place",
        _put_off,
        Page(_TITLE, "因机房搬迁,本网站将于1月26日至28日暂停服务。", 25),
        Kind.NEWS,
    ),
    KindRule("a report by its title", _report, Page(_TITLE, _SPEECH, 9_000), Kind.WORK_REPORT),
    KindRule(
        "a report below a slogan",
        _below_a_slogan,
        Page("某某区人大会议隆重开幕", _SPEECH, 9_000),
        Kind.WORK_REPORT,
    ),
    KindRule(
        "what the title says", _titled, Page("某某区人大会议隆重开幕", "会场座无虚席。", 900), Kind.NEWS
    ),
    KindRule(
        "what the first sentences say", _opened, Page("奋力谱写新篇章", _SPEECH, 9_000), Kind.WORK_REPORT
    ),
    KindRule(
        "the occasion, where the title is lost",
        _title_lost,
        Page(None, "在某某区第十九届人民代表大会第六次会议上\n一、2024年工作回顾", 9_000),
        Kind.WORK_REPORT,
    ),
    KindRule(
        "the class that the site gives it",
        _class,
        Page("奋力谱写新篇章", "过去一年,全区上下同心。", 9_000, ("政府工作报告",)),
        Kind.WORK_REPORT,
    ),
    KindRule("a body that is news", _news_below, Page("奋力谱写新篇章", _PRESS, 900), Kind.NEWS),
    KindRule("anything else", _nothing, Page("奋力谱写新篇章", "过去一年,全区上下同心。", 900), Kind.OTHER),
)
"""The first rule that says anything has said it."""


def answers(page: Page) -> Iterator[tuple[KindRule, Kind]]:
    """The rules that say anything of a page, with what each says."""
    return ((rule, kind) for rule in RULES if (kind := rule.kind_of(page)) is not None)


def kind_of(title: str | None, head: str, chars: int, classes: Sequence[str] = ()) -> Kind:
    """The kind of a document; see Page for what is asked for."""
    return next(kind for _, kind in answers(Page(title, head, chars, classes)))
