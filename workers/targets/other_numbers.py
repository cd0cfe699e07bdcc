"""What a number is when it is no figure of the subjects: a base, a size, a part, a name. Pure.

Each asks one thing of the number that `token` is, or that ends at `stop` in front of the word `following`.
"""

from __future__ import annotations

from workers.targets.clause import ClauseState, Listed
from workers.targets.lexicon import Token, Word
from workers.targets.predicates import COUNTED, Value, touches
from workers.targets.times import TIME_WORDS

_OF_THAT_SIZE = ("县", "乡", "镇", "村", "强县", "大县", "企业", "项目", "园区", "产业", "集群", "开发区")
_NAMED_SO = ("计划", "规划", "行动", "工程", "方案")
_SLOGAN = 10  # characters between a word and its quotation marks
_GIVEN = ("任务（", "目标（", "基数（", "指标（")


def is_in_a_slogan(state: ClauseState, token: Token) -> bool:
    """“五年翻一番”行动, “倍增”计划, 居民收入倍增规划: a name, and no figure."""
    if not token.text.endswith(("番", "倍增")):
        return False
    if state.text.startswith(_NAMED_SO, token.end):
        return True
    before = state.text[max(0, token.start - _SLOGAN) : token.start]
    return before.rfind("“") > before.rfind("”") and "”" in state.text[token.end : token.end + _SLOGAN]


def is_a_given_task(state: ClauseState, token: Token) -> bool:
    """在去年任务（5亿元）的基础上增长8%: what was to be reached, said in brackets."""
    return state.text.endswith(_GIVEN, 0, token.start)


def is_base(state: ClauseState, stop: int, following: Token | None) -> bool:
    """由30亿元增加到52亿元, 在30亿元基础上."""
    return state.from_base or (
        following is not None and following.word is Word.BASE and following.start <= stop + 1
    )


def is_part(state: ClauseState, index: int) -> bool:
    """一般公共预算收入的82%, 生产总值增速的2倍, but not 增加到2023年的120亿元, nor 翻一番的倍增."""
    words = state.words
    if not (touches(words, index) and words[index - 1].text == "的") or words[index].text == "倍增":
        return False
    return index < 2 or words[index - 2].word not in TIME_WORDS


def counts_what_follows(state: ClauseState, value: Value, stop: int, following: Token | None) -> bool:
    """新增市场主体400户，48家企业签约: a bare count, and a noun that nobody knows right behind it.

    Or 财政收入超10亿元县，主营业务收入超百亿元企业: how large each of some others is.
    Or 50%税收、60%就业: a part of it.
    """
    if value.number.unit in ("元", "美元") and state.text.startswith(_OF_THAT_SIZE, stop):
        return True
    part = value.number.unit == "%" and state.listed is Listed.JOINED and not _is_said(state)
    counted = value.number.unit in COUNTED and not state.verbs.new
    if not (part or counted) or stop >= len(state.text):
        return False
    touching = following is not None and following.start == stop
    return not touching and "一" <= state.text[stop] <= "龥"


def _is_said(state: ClauseState) -> bool:
    """Is there a verb that the number belongs to?"""
    return state.verbs.up or state.verbs.down or state.verbs.level


def is_size_of_indicator(state: ClauseState, value: Value, stop: int, following: Token | None) -> bool:
    """500万元以上|固定资产投资: which projects are counted; but 新增50家以上|高新技术企业 is how many.

    创造了50%|税收、60%|研发投入: how large a part of it.
    """
    if following is None or following.word is not Word.INDICATOR or following.start != stop:
        return False
    if value.number.unit == "%":
        return state.listed is not Listed.NAMED and not _is_said(state)
    if value.number.unit in ("‰", "百分点") or state.verbs.new:
        return False
    return state.text.endswith("以上", 0, stop)
