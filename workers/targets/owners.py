"""Whose figures are they: the reporting region's, or another's. Pure.

Inside a sentence the words in front of an indicator say it (重庆经开区 inside 南岸区, 全国). A resolution
(决议) and a committee's review (审查结果报告) repeat a report's figures without setting them; a compilation
lists the targets of many governments, one paragraph or one heading for each.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.model import Kind, Owner, Region
from ingest.regions.gazetteer import NATION, find_region
from ingest.text.rules import load_rules
from workers.targets.normalise import Sentence

ABOVE_ALL = frozenset({"全国", "全球", "国家", "上级", "我国"})
_WORDS = load_rules(__package__, "owners.rules.toml")
_SHORT = (("高新技术产业开发区", "高新区"), ("经济技术开发区", "经开区"), ("经济开发区", "经开区"))

_TOWNS = ("镇", "乡", "苏木", "街道")
_COUNTIES = {whole + kind for whole in "全我本" for kind in "县区旗"}  # what a town is part of
_LEVELS = ("省级", "市级", "州级", "区级", "县级")
_AUTONOMOUS = frozenset({"15", "45", "54", "64", "65"})  # 内蒙古, 广西, 西藏, 宁夏, 新疆
_ZONES = ("开发区", "高新区", "经开区", "保税区", "园区")
_LONGEST_ZONE = 16
_HEAD = 1500  # characters in which a resolution says what it is
_FEWEST = 3  # names standing alone on their lines that make a list of governments


def _short_names(name: str) -> set[str]:
    names = {name}
    for long, short in _SHORT:
        if name.endswith(long):
            names.add(name.removesuffix(long) + short)
    return names


class Owners:
    """Tells from the words in front of an indicator whether the figure belongs to somebody else."""

    def __init__(self, region: Region | None, kind: Kind | None = None) -> None:
        self.of_budgets = kind is Kind.BUDGET_REPORT
        self._own = () if region is None else tuple(_short_names(region.name))
        self._others = set(ABOVE_ALL)
        # 塔城地区 (654200) is under 伊犁州 (654000): of a code only the province is certain.
        self._code = None if region is None else region.code
        code = self._code or ""
        self._province = code[:2]
        if region is None:
            return
        if code == NATION.code:
            self._others = {"全球", "全省", "全市"}
        elif not code.endswith("00"):
            self._others |= {"全省", "我省", "本省", "省里"}
            if not region.name.endswith("市"):
                self._others |= {"全市", "我市", "本市", "市里"}
            if self._code is None and region.name.endswith(_TOWNS):
                self._others |= _COUNTIES
        else:
            self._others.add("县域")
            if not code.endswith("0000"):
                self._others |= {"全省", "我省", "本省", "省里"}

    @property
    def known(self) -> bool:
        """Is it known which region reports?"""
        return bool(self._own)

    @property
    def is_district(self) -> bool:
        """Is it a district, of which 区级 is all? Not a county, whose towns have revenue beside 县级."""
        of_a_city = self._code is not None and not self._code.endswith("00")
        return of_a_city and self._own[0].endswith("区")

    def is_foreign(self, prefix: str, owner: str) -> bool:
        """`prefix`: the unknown text in front of the indicator; `owner`: 全省, 全市 … if one stands there."""
        if owner in self._others:
            return True
        return bool(prefix) and not self.is_own(prefix) and _WORDS["place"].find(prefix) is not None

    def is_of_another(self, whole: str) -> bool:
        """全国, 全市: is a column of a table that says so another's? 全区 may be the autonomous region."""
        if whole == "全区" and self._province in _AUTONOMOUS:
            return not self._own[0].endswith("区")
        return whole in self._others

    def acts_for_itself(self, name: str, verb: str) -> bool:
        """经开区|实现…, 两江新区|完成…: is the noun before a verb a zone or a place that does not report?

        Or firms, of what they 实现 and 完成: what is behind 推动企业提升效益 is the region's.
        """
        name = name.removesuffix("共")
        if name in _TOWNS or self.is_own(name):
            return False  # 街道|实现…, without a name: the one that reports
        if _WORDS["firms_last"].find(name):
            return _WORDS["acts_itself"].find(verb) is not None
        return _WORDS["zone_last"].find(name) is not None or _is_place(name)

    def opens(self, text: str, start: int) -> bool:
        """综保区作用有效发挥，进出口总额…: does what begins at `start` have a zone for its subject?

        Or, in a report of a city, its counties: 县域经济继续提速，财政收入…
        """
        if text.startswith("县域", start):
            return "县域" in self._others
        if self.goals_above(text, start):
            return True
        if self._opens_with_a_place(text, start):
            return True
        if text.find("区", start, start + _LONGEST_ZONE) < 0:
            return False
        match = _WORDS["zone_opens"].find(text, start)
        return match is not None and not self.is_own(match[1])

    def goals_above(self, text: str, start: int) -> bool:
        """国家今年的预期目标为：…, 省里安排今年全省…: does a government above say its goals at `start`?"""
        match = _WORDS["goals_above"].find(text, start)
        if match is None or match["nation"]:
            return match is not None and "全国" in self._others
        return ("全省" if match["province"] else "全市") in self._others

    def _opens_with_a_place(self, text: str, start: int) -> bool:
        """长沙市要发挥龙头作用，力争经济增长6%, in the report of 湖南; 犁桥水镇要争当标兵，…."""
        match = _WORDS["place_opens"].find(text, start) if self.known else None
        if match is None or self.is_own(match[1]):
            return False
        region = find_region(match[1], within=self._code)
        return match["town"] is not None or (region is not None and region.code != self._code)

    def of_several(self, text: str, end: int) -> bool:
        """8个市|财政收入: does what ends there count places inside the region?"""
        of_the_city = text.startswith("重点", end)  # 57个市|重点项目
        return not of_the_city and _WORDS["several"].find(text, max(0, end - 8), end) is not None

    def part(self, noun: str) -> str | None:
        """开发区, 州直, 塔城地区: the name of a part of the region whose figures stand beside its own."""
        if not noun or self.is_own(noun):
            return None
        if _WORDS["part"].find(noun) or (_WORDS["place"].find(noun) and _is_place(noun)):
            return noun
        return None

    def own_budget(self, name: str) -> str | None:
        """市级一般公共预算收入, in a report on budgets: the government's own, beside 全市一般公共预算收入."""
        return name[:2] if self.of_budgets and name.startswith(_LEVELS) else None

    def named(self, part: str) -> Owner:
        """With its code, where it is a place inside the region (开发区 has none)."""
        region = find_region(part, within=self._code)
        if region is None or region.code is None or not region.code.startswith(self._province):
            return Owner(part, None)
        return Owner(region.name if part.endswith(region.name) else part, region.code)

    def names_another(self, noun: str) -> bool:
        """开发区营业收入: does a noun outside the vocabulary begin with a zone that does not report?"""
        match = _WORDS["zone_first"].find(noun)
        return match is not None and not self.is_own(match[0])

    def is_own(self, prefix: str) -> bool:
        """Is the text in front of an indicator the region's own name, at its end, or a part of it (新区)?

        园区 is what a zone calls itself.
        """
        if prefix.endswith(self._own):
            return True
        if len(prefix) > 1 and any(name.startswith(prefix) for name in self._own):
            return True
        if prefix.removeprefix("全年") == "园区":
            return any(name.endswith(_ZONES) for name in self._own)
        zone = _WORDS["zone_last"].find(prefix) is not None
        return zone and any(name.endswith(prefix) for name in self._own)


def speaks_of_a_report(body: str) -> bool:
    """Is the text a resolution or a review, which sets no targets of its own?"""
    head = body[:_HEAD]
    return _WORDS["resolution"].find(head) is not None and _WORDS["address"].find(head) is None


def hands_out_tasks(body: str) -> bool:
    """Does a notice break down the tasks of a work report, and say who has each: （责任单位：县发改局）?"""
    return _WORDS["of_a_report"].find(body[:_HEAD]) is not None and _WORDS["charged"].find(body) is not None


def _is_place(name: str) -> bool:
    region = find_region(name)
    return region is not None and name.endswith(region.name)


def strangers(text: str, sentences: Sequence[Sentence], owners: Owners) -> set[int]:
    """The sentences (by number) under another government's name: 杭州市2024年…, 宁波市：…, or a heading."""
    alone: dict[int, str] = {}
    labels: dict[int, str] = {}
    for number, sentence in enumerate(sentences):
        if not sentence.first:
            continue
        if sentence.end - sentence.start <= 14:
            match = _WORDS["alone"].find(text, sentence.start, sentence.end)
            if match and _is_place(match[1]):
                alone[number] = match[1]
        label = _WORDS["label"].find(text, sentence.start, sentence.end)
        if label and _is_place(label[1]):
            labels[number] = label[1]
    headed = len(set(alone.values())) >= _FEWEST
    if not owners.known and len(set(labels.values())) < 2:
        labels = {}  # a report of whose region nothing else is known names itself
    others: set[int] = set()
    under = in_paragraph = False
    for number, sentence in enumerate(sentences):
        if sentence.first:
            if headed and number in alone:
                under = not owners.is_own(alone[number])
            in_paragraph = number in labels and not owners.is_own(labels[number])
        if under or in_paragraph:
            others.add(number)
    return others
