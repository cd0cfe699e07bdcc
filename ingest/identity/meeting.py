"""The occasion of a report: which congress, which day, who spoke. Pure.

Read from the lines above 各位代表 and from the title, all in normal form (text/normal.py); the words are
meeting.rules.toml.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ingest.text.rules import Rule, load_rules

_WORDS = load_rules(__package__, "meeting.rules.toml")
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章云苏潘葛奚范彭郎鲁韦昌马苗凤方俞任袁柳鲍史唐费廉岑薛雷贺倪汤"
    "滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江"
    "童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储"
    "靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池"
    "乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍却璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘"
    "匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公付闫肖覃谌佘佟佴伯赏岳帅"
    "亢况郈有琴仝邸冼涂揭操补税撖但原粟矫初线迟苟罡朴代鹿敬占"
)
_LEVELS = {
    office: office[0] for office in ("省长", "市长", "区长", "县长", "旗长", "州长", "盟长", "镇长", "乡长")
}
_LEVELS["专员"] = "地区"
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


def _begins_with_a_surname(text: str) -> bool:
    return text[0] in _SURNAMES or _WORDS["compound_surname"].find(text) is not None


def _day(match: re.Match[str]) -> date | None:
    try:
        return date(*(_number(part) for part in match.groups()))
    except ValueError:  # 2023年2月30日: a slip of the page, so no date
        return None


def _find_day(texts: Sequence[str], rule: Rule) -> date | None:
    for text in texts:
        for match in rule.pattern.finditer(text):
            if day := _day(match):
                return day
    return None


def _speaker(lines: Sequence[str]) -> tuple[str | None, str, str | None]:
    """(name, what stands before the office, office)."""
    for at, line in enumerate(lines):
        following = lines[at + 1] if at + 1 < len(lines) else ""
        meeting = _WORDS["meeting"].find(line)
        plain = line[meeting.end() :].lstrip("上),:") if meeting else line
        if len(plain) > 60:
            continue
        if match := _WORDS["name_in_brackets"].find(line):
            return match["name"], "", None
        if match := _WORDS["speaker_before"].find(line):
            return match["name"], "", match["office"]
        spoken = _WORDS["spoken_on"].find(line)
        for part in (plain, line[spoken.end() :] if spoken else ""):
            part = _WORDS["post_before"].pattern.sub("", part)
            if part and "、" not in part and (match := _WORDS["speaker"].find(part)):
                return match["name"], match["place"], match["office"]
        if (match := _WORDS["office_alone"].find(plain)) and _WORDS["name_alone"].find(following):
            return following, match["place"], match["office"]
        if (match := _WORDS["speaker_in_action"].find(plain)) and _begins_with_a_surname(match["name"]):
            return match["name"], "", None
        if meeting and _WORDS["name_alone"].find(plain) and _begins_with_a_surname(plain):
            return plain, "", None
        alone = (meeting and not plain) or (line.startswith("(") and _WORDS["day_alone"].find(line))
        if alone and _WORDS["name_alone"].find(following) and _begins_with_a_surname(following):
            return following, "", None
    return None, "", None


def _meeting(lines: Sequence[str], joined: str, title: str | None) -> str | None:
    """The congress as the first text names it; over a line break where its name began a line above."""
    texts = [match[1] for text in (*lines, joined, title or "") if (match := _WORDS["meeting"].find(text))]
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
            for match in map(_WORDS["day_alone"].find, beside):
                if match and (day := _day(match)):
                    return day
    return None


def _written(text: str) -> str:
    """元月 and 2024.1.18 as the others write them."""
    return _WORDS["first_month"].pattern.sub("1", _WORDS["dotted"].pattern.sub(r"\1年\2月\3日", text))


def read_occasion(title: str | None, lines: Sequence[str], opening: str = "") -> Occasion:
    """What the title and the first lines say of the occasion.

    `lines`: the lines above the salutation; `opening`: the first sentences after it, which say whom the
    speaker stands for (我代表区人民政府).
    """
    told = [_written(line) for line in lines if not _WORDS["stamp"].find(line)]
    title = _written(title) if title else None
    titled = [title] if title else []
    joined = "".join(told)
    speaker, place, office = _speaker([*told, *titled])
    delivered_on = (
        _find_day([*told, joined, *titled], _WORDS["spoken_on"])
        or _find_day([*told, *titled], _WORDS["in_brackets"])
        or _find_day(titled, _WORDS["day"])
        or _day_beside(told, speaker)
    )
    level = _LEVELS.get(office or "")
    if level is None and (match := _WORDS["self"].find(opening)):
        level = match[1]
    if level is None and office == "主席":
        level = "自治区"
    return Occasion(_meeting(told, joined, title), delivered_on, speaker, place, level)
