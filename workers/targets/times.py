"""The words of time in a sentence: which year, which plan, a part of the year, a sum over years. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from workers.targets.candidates import When
from workers.targets.lexicon import Token, Word

_PLAN_END = {
    "八五": 1995,
    "九五": 2000,
    **dict.fromkeys(("“十五”", "十五计划", "十五期间", "十五时期"), 2005),
    "十一五": 2010,
    "十二五": 2015,
    "十三五": 2020,
    "十四五": 2025,
    "十五五": 2030,
    "十六五": 2035,
}
_COUNT = {"10": 10, "十": 10, "两": 2}
_COUNT |= {
    digit: count for digits in ("23456789", "二三四五六七八九") for count, digit in enumerate(digits, 2)
}
_MIDDLE_OF_THE_CENTURY = 2050
_TERM = 5  # years of a government, and of a plan
# Not in 2023年, 二〇二三年, and not what is behind us: 过去五年, 三年来.
_YEARS_TO_COME = re.compile(rf"(?<![\d〇零一二三四五六七八九十去近这])({'|'.join(_COUNT)})年(?!来)")
_COMPARING = frozenset("比较与同自从在")  # 比2019年, 较上年, 在去年高基数上: not the year of the figure
_THAN_THAT = re.compile("(?:(?:[低高好优快慢多少大小]于|超过|接近|保持|维持)在?|恢复[至到]|相当于)$")
_SPAN = re.compile(r"((?:19|20)\d\d)年?[—至到]$")
_PRICES = re.compile("(?:的)?(?:不变|可比|现行)?价格?(?:水平)?(?![值位])")
_COMPARED_TO = re.compile("(?:年|期|时期)?[末底初]?相比，")
_THAN_THEN = re.compile("(?:年|期|时期)?[末底初]?，")
_END_OF_IT = "((?:(?:年|期|时期)?[末底初])?)"
_AT_THE_END = ("末", "期末", "末期")
_MULTIPLE_OF = re.compile("(?:(?:19|20)\\d\\d年|“?(?:十[一二三四五]?|[八九])五”?)(?:时期|期间|期?[底末初])?")
_BASE_BEFORE = re.compile("[比较与同以在]$")
_BASE_BEHIND: Mapping[str, re.Pattern[str]] = {
    **dict.fromkeys("比较", re.compile(_END_OF_IT)),
    **dict.fromkeys("与同", re.compile(f"{_END_OF_IT}相比")),
    "以": re.compile(f"{_END_OF_IT}(?:价格?)?为基"),
    "在": re.compile(f"{_END_OF_IT}的?基础上"),
}
_SPOKEN_OF = re.compile(
    "(?:规划|计划|时期|发展){0,2}(?:纲要)?的?"
    "(?:目标)?(?:要求|部署|思路|实施|落实|编制|良好|开局|开好|开门|收官|圆满|决战|起步|承上启下|第[一二三四]年|最后一年|关键)"
    "|规划(?:纲要)?[和与及](?:19|20)\\d\\d年的?远景目标"
)
_GOAL_OF = re.compile("(?:规划|时期|发展|的|确定|各项|主要){0,4}(?:目标|任务)")
_THEN = ("年", "年，", "末，", "底，", "期间，", "时期，")
_RECORDS = ("新高", "新低", "之最", "最", "来新高", "来新低", "来最")
_FAR_AHEAD = ("远景目标", "的远景目标")
_MEANS = ("浓度", "值", "气温", "失业率", "水平")
_WHOLE = ("1—12", "1至12", "前12", "12月末", "12月底")  # months
_DOING = ("力争", "争取", "确保", "完成", "实现", "计划", "安排", "预计")
TIME_WORDS = frozenset(
    {
        Word.YEAR,
        Word.LAST,
        Word.THIS,
        Word.WHOLE,
        Word.PART,
        Word.AVERAGE,
        Word.PLAN,
        Word.AHEAD,
        Word.BEHIND_US,
    }
)


def plan_end(text: str) -> int | None:
    """The last year of the five-year plan that a phrase names: “十四五” is 2025."""
    for name, end in _PLAN_END.items():
        if name in text:
            return end
    return None


def end_of_plan(year: int) -> int:
    """The last year of the five-year plan that a year belongs to."""
    return year + -year % 5


def end_of_years(phrase: str, year: int) -> int:
    """今后四年, 三年内, said in the report of `year`: their last; of 今后几年, 本届政府 the fifth."""
    if "世纪中叶" in phrase:
        return _MIDDLE_OF_THE_CENTURY
    match = _YEARS_TO_COME.search(phrase)
    return year + (_COUNT[match[1]] if match else _TERM) - 1


def whole_of_this_year(text: str, token: Token) -> bool:
    """全年|力争, 全年|完成: of the year at hand. 全年空气质量优良天数 may be of any."""
    return token.text.startswith("全年") and (token.text != "全年" or text.startswith(_DOING, token.end))


def turns_to_this_year(text: str, token: Token) -> bool:
    """筹办2026年展览会，|全年引资10亿元: not of the year that is spoken of; but 到2030年，|全年引资 is."""
    return token.text.startswith(("全年", "年内")) and not text.endswith(_THEN, 0, token.start)


def only_named(text: str, token: Token) -> bool:
    """“十四五”|开局之年, 完成|“十四五”|目标: the plan is spoken of, and is no time of the figures behind.

    Nor is the year in “十四五”规划和|2035年|远景目标; that of 展望|2035年|远景目标 is.
    Nor are the years of 创|近五年|新高.
    """
    if token.word is Word.BEHIND_US:
        return text.startswith(_RECORDS, token.end)
    if token.word is Word.YEAR:
        named = text.startswith(_FAR_AHEAD, token.end)
        return named and not text.endswith("展望", 0, token.start)
    if token.word is not Word.PLAN:
        return False
    goal = text.endswith(("完成", "实现"), 0, token.start) and _GOAL_OF.match(text, token.end) is not None
    return goal or _SPOKEN_OF.match(text, token.end) is not None


def of_one_year(text: str, token: Token) -> bool:
    """年均|浓度, 年均|气温: a mean of the days of a year, and none of several years."""
    return token.word is Word.AVERAGE and text.startswith(_MEANS, token.end)


def opens_a_list(text: str, token: Token) -> bool:
    """前三季度，…；…: not 截至12月底, which is where the whole year has led."""
    return text.startswith(("，", "全", "我"), token.end) and not token.text.startswith(("截", "12月"))


def since_then(text: str, token: Token) -> bool:
    """是|2004年|以来最好水平: how long something was so, and not the time of a figure."""
    return token.word is Word.YEAR and text.startswith("以来", token.end)


def compares_with(text: str, token: Token) -> bool:
    """低于|去年, 保持|去年|增速, 高于|2015年|水平: what is compared with is no time of what follows."""
    return (
        token.word in (Word.YEAR, Word.LAST)
        and _THAN_THAT.search(text, max(0, token.start - 4), token.start) is not None
    )


def compares_all(text: str, token: Token) -> bool:
    """与|2020年|相比，…; 较“十二五”|末，…: all that follows is measured from that year."""
    if token.word not in (Word.YEAR, Word.PLAN):
        return False
    behind = _THAN_THEN if text.endswith(("比", "较"), 0, token.start) else _COMPARED_TO
    return behind.match(text, token.end) is not None


def first_of_span(text: str, end: int) -> int | None:
    """2021—|2025年: the first year of the span whose last one begins at `end`."""
    match = _SPAN.search(text, max(0, end - 6), end)
    return int(match[1]) if match else None


def base_named(text: str, token: Token) -> str | None:
    """比|2020年|增长, 与“十三五”|末相比, 以2020年|为基期: what a figure is measured from, as printed."""
    if token.word not in (Word.YEAR, Word.PLAN):
        return None
    before = _BASE_BEFORE.search(text, max(0, token.start - 1), token.start)
    if before is None:
        return None
    behind = _BASE_BEHIND[before[0]].match(text, token.end)
    return text[token.start : token.end] + behind[1] if behind else None


def base_of_multiple(token: Token) -> str | None:
    """达到2010年的 (三倍): the year that it is a multiple of, None for the one before."""
    match = _MULTIPLE_OF.search(token.text)
    return match[0] if match else None


def price_of(text: str, token: Token) -> str | None:
    """2020年|价, 2020年|不变价格: prices of a year, which is not the year of the figure."""
    match = _PRICES.match(text, token.end) if token.word is Word.YEAR else None
    return text[token.start : match.end()] if match else None


def far_base(when: When, token: Token, before: str, year: int | None) -> bool:
    """比2015年, 较“八五”: is the figure measured against another year than the one before its own?

    `before` is the character in front of the word, `year` the year that the report's targets are for.
    """
    if year is None or before not in _COMPARING:
        return False
    if token.word is Word.YEAR:
        return int(token.text[:4]) < (when.past or year - 1) - 1
    if token.word is Word.PLAN:
        end = plan_end(token.text)
        return end is not None and end < (when.past or year - 1) - 1
    return False


def follow(when: When, text: str, token: Token, before: str, year: int | None) -> When:
    """What is known of the time after one more word of `text`; `before` is the character in front of it.

    `year` is the year that the report's targets are for. Its own plan's end (到2025年 in 2025) is annual.
    """
    word = token.word
    compared = before in _COMPARING
    if word is Word.WHOLE:
        if turns_to_this_year(text, token):
            when = when._replace(horizon=None, since=None)
        return when._replace(partial=False)
    if word is Word.PART:
        return when._replace(partial=not token.text.startswith(_WHOLE))
    if word is Word.AVERAGE:
        return when._replace(average=True)
    if word is Word.BEHIND_US:
        return when._replace(several=True, summed=when.summed or token.text.endswith(("累计", "年")))
    if word is Word.THIS:
        return when._replace(
            past=None, horizon=None, several=False, since=None, averaged=False, annual=not compared
        )
    if word is Word.YEAR:
        named = int(token.text[:4])
        if compared or year is None:
            # 到2015年，…, of an unknown year: nobody says that it was reached
            return when._replace(horizon=named) if before == "到" else when
        if named < year:
            return when._replace(past=named, horizon=None, since=None, partial=False)
        if named > year:
            since = when.since if when.horizon == named else None
            return when._replace(horizon=named, since=since, several=False, summed=False, effort=False)
        return when._replace(past=None, horizon=None, partial=False, since=None, averaged=False, annual=True)
    if word is Word.LAST:
        return when if compared or year is None else when._replace(past=year - 1)
    if word is Word.PLAN:
        end = plan_end(token.text)
        if end is None or year is None or compared:
            return when
        if end < year:
            if text.startswith(_AT_THE_END, token.end):  # “十三五”|末: of its last year
                return when._replace(past=end, partial=False, several=False)
            return when._replace(several=True)
        return when._replace(since=end - 4, horizon=end if end > year else when.horizon)
    if word is Word.AHEAD:
        if year is None:
            return when
        effort = token.text.endswith(("时间", "努力", "发展", "奋斗"))
        return when._replace(horizon=end_of_years(token.text, year), since=year, effort=effort)
    raise AssertionError(f"{word} is not a word of time")
