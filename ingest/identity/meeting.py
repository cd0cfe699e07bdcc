"""The occasion of a report: which congress, which day, who spoke. Pure.

Read from the lines above 各位代表 and from the title, all in normal form (normal.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

_NUM = "〇一二三四五六七八九十百0-9"
_DATE = rf"((?:19|20)\d\d|[〇一二三四五六七八九]{{4}})年([{_NUM}]{{1,3}})月([{_NUM}]{{1,3}})日"
_MEETING = re.compile(
    r"(?:在|于|召开的|日(?![在于])|^|-(?!\d))(?:在|于)?(?:[^。]{0,8}召开的)?"
    rf"([一-鿿]{{0,24}}?第?[{_NUM}]{{1,4}}届(?:人民代表大会|人大)(?:常务委员会|常委会)?"
    rf"第?[{_NUM}]{{1,4}}次(?:全体)?会议)"
)
# The day of a speech stands before 在…会议, before the speaker, or alone in brackets; a time stamp does not.
_SPOKEN_ON = re.compile(
    rf"{_DATE}(?=,?在|于|[^。;,]{{0,40}}(?:会议|人民代表大会|省长|市长|区长|县长|旗长|州长|主席))"
)
_IN_BRACKETS = re.compile(rf"\({_DATE}(?:[一-鿿]{{2,4}})?\)")
_NAME_IN_BRACKETS = re.compile(rf"^\({_DATE}(?P<name>[一-鿿]{{2,4}})\)$")
_DAY_ALONE = re.compile(rf"\(?{_DATE}\)?")
_DOTTED = re.compile(r"((?:19|20)\d\d)[./-](\d{1,2})[./-](\d{1,2})(?=在)")
_FIRST_MONTH = re.compile(r"(?<=年)元(?=月)")
_POST_BEFORE = re.compile(r"^[^,。:]{0,16}?书记、")
_STAMP = re.compile(r"(?:时间|日期|来源|作者|阅读|浏览|编辑|发表于|发布|更新|点击)[^。]{0,6}:|发表于")

_OFFICE = "省长|市长|区长|县长|旗长|州长|盟长|镇长|乡长|专员|总理|主席|主任"
_PERSON = r"[一-鿿]{1,10}(?:·[一-鿿]{1,10})+|(?!同志|各位|代表|作政|受|就|向|台|团)[一-鿿]{2,4}?"
_SPEAKER = re.compile(
    rf"^(?P<place>.*?)(?:代理|代|副)?(?P<office>{_OFFICE}):?(?P<name>{_PERSON})"
    r"(?=$|同志|[作在向受](?!$)|代表|\(|,|:|;|各位|\s)"
)
_SPEAKER_BEFORE = re.compile(rf"日(?P<name>[一-鿿]{{2,4}}?)(?P<office>{_OFFICE})(?=在|作|代表)")
_OFFICE_ALONE = re.compile(rf"^(?P<place>[^。;]{{0,30}}?)(?:代理|代|副)?(?P<office>{_OFFICE})$")
_NAME_ALONE = re.compile(r"^(?!各位)(?:[一-鿿]{2,4}|[一-鿿]{1,10}(?:·[一-鿿]{1,10})+)$")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付"
    "方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤齐续殷应庄温康施文牛樊葛邢安季庞伍颜倪章鲁岳翟申耿关左柳焦俞柴蓝"
)
_LEVELS = {
    office: office[0] for office in ("省长", "市长", "区长", "县长", "旗长", "州长", "盟长", "镇长", "乡长")
}
_LEVELS["专员"] = "地区"
_SELF = re.compile(
    r"代表(?:[一-鿿]{0,16}?)(自治区|地区|[省市区县旗州盟镇乡]|苏木|街道)(?:(?:人民)?政府|办事处|行署|行政公署)"
)
_DIGITS = {char: number for number, char in enumerate("〇一二三四五六七八九")}


@dataclass(frozen=True, slots=True)
class Occasion:
    """`meeting` as printed, without spaces; `speaker_place`: what stands before the office, maybe "";
    `level`: the last character of what the speaker governs ("区" for a 区长), or
    "自治区", "地区", "苏木", "街道"."""

    meeting: str | None = None
    delivered_on: date | None = None
    speaker: str | None = None
    speaker_place: str = ""
    level: str | None = None


def _number(text: str) -> int:
    """`"11"`, `"十一"`, `"二十八"`, `"二〇二四"` -> int."""
    if text.isdecimal():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return (_DIGITS.get(tens, 1) if tens else 1) * 10 + (_DIGITS.get(ones, 0) if ones else 0)
    return int("".join(str(_DIGITS[char]) for char in text if char in _DIGITS) or "0")


def _day(found: re.Match[str]) -> date | None:
    try:
        return date(*(_number(part) for part in found.groups()))
    except ValueError:  # 2023年2月30日: a slip of the page, so no date
        return None


def _find_day(texts: Sequence[str], pattern: re.Pattern[str]) -> date | None:
    for text in texts:
        for found in pattern.finditer(text):
            if day := _day(found):
                return day
    return None


def _speaker(lines: Sequence[str]) -> tuple[str | None, str, str | None]:
    """(name, what stands before the office, office)."""
    for at, line in enumerate(lines):
        following = lines[at + 1] if at + 1 < len(lines) else ""
        meeting = _MEETING.search(line)
        plain = line[meeting.end() :].lstrip("上,:") if meeting else line
        if len(plain) > 60:
            continue
        if found := _NAME_IN_BRACKETS.match(line):
            return found["name"], "", None
        if found := _SPEAKER_BEFORE.search(line):
            return found["name"], "", found["office"]
        spoken = _SPOKEN_ON.search(line)
        for part in (plain, line[spoken.end() :] if spoken else ""):
            part = _POST_BEFORE.sub("", part)
            if part and "、" not in part and (found := _SPEAKER.search(part)):
                return found["name"], found["place"], found["office"]
        if (found := _OFFICE_ALONE.match(plain)) and _NAME_ALONE.match(following):
            return following, found["place"], found["office"]
        alone = (meeting and not plain) or (line.startswith("(") and _DAY_ALONE.fullmatch(line))
        if alone and _NAME_ALONE.match(following) and following[0] in _SURNAMES:
            return following, "", None
    return None, "", None


def _meeting(lines: Sequence[str], joined: str, title: str | None) -> str | None:
    """The congress as the first text names it; over a line break where its name began a line above."""
    texts = [found[1] for text in (*lines, joined, title or "") if (found := _MEETING.search(text))]
    if not texts:
        return None
    if texts[0].startswith("第"):
        texts[0] = next((text for text in texts if text.endswith(texts[0]) and text != texts[0]), texts[0])
    return texts[0].rpartition("在")[2] or texts[0]  # 区长某某在某某区第十九届…


def _day_beside(lines: Sequence[str], speaker: str | None) -> date | None:
    """The day that stands alone in the line above or below the speaker's."""
    for at, line in enumerate(lines):
        beside = (lines[at - 1] if at else "", lines[at + 1] if at + 1 < len(lines) else "")
        if speaker and line.endswith(speaker) and len(line) <= 40:
            for found in map(_DAY_ALONE.fullmatch, beside):
                if found and (day := _day(found)):
                    return day
    return None


def _written(text: str) -> str:
    """元月 and 2024.1.18 as the others write them."""
    return _FIRST_MONTH.sub("1", _DOTTED.sub(r"\1年\2月\3日", text))


def read_occasion(title: str | None, lines: Sequence[str], opening: str = "") -> Occasion:
    """What the title and the first lines say of the occasion.

    `lines`: the lines above the salutation; `opening`: the first sentences after it, which say whom the
    speaker stands for (我代表区人民政府).
    """
    told = [_written(line) for line in lines if not _STAMP.search(line)]
    title = _written(title) if title else None
    titled = [title] if title else []
    joined = "".join(told)
    speaker, place, office = _speaker([*told, *titled])
    delivered_on = (
        _find_day([*told, joined, *titled], _SPOKEN_ON)
        or _find_day([*told, *titled], _IN_BRACKETS)
        or _find_day(titled, re.compile(_DATE))
        or _day_beside(told, speaker)
    )
    level = _LEVELS.get(office or "")
    if level is None and (found := _SELF.search(opening)):
        level = found[1]
    if level is None and office == "主席":
        level = "自治区"
    return Occasion(_meeting(told, joined, title), delivered_on, speaker, place, level)
