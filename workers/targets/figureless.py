"""Predicates without a figure: 与经济增长同步, 高于全国平均水平, 与全省一致, 正增长, 持平. Pure.

完成…任务 is predicates.task. Every repetition is bounded: the patterns run in linear time on any text.
"""

from __future__ import annotations

from ingest.model import Comparator


def _any(words: str) -> str:
    return "(?:" + "|".join(words.split()) + ")"


_GROWTH = _any("增长速度 增长 增速 增幅")
_WITH = _any("和 与 同 跟")
_ECONOMY = (
    "(?:地区)?"
    + _any("经济 生产总值 GDP")
    + _any("增长 发展 增速 增幅")
    + "?的?"
    + _any("速度 增速 增幅 水平")
    + "?"
)
_OTHERS = _any("""
全国(?:、全[省市])? 全省(?:、全市)? 全市 全区 国家 省市 省 市 自治区 周边 同类
西部 中部 东部 中西部 城镇 城市 去年 上年 预期 财政收入
""")
_STEADY = _any("保持 实现 基本 大体 总体") + "{0,3}"
_FASTER = _any("不低于 不慢于 高于 快于 超过 大于 好于 跑赢 领先 优于")
_ADVERBS = _any("明显 略 继续 持续 保持 均 要") + "{0,3}"
_WORD = "[^，。；：、\\d]"  # neither a mark nor a figure: 高于5% is a bound, not a bond
_CLAUSE_ENDS = "(?=[，。；：、\\n）]|$)"

_PATTERNS: tuple[tuple[Comparator, tuple[str, ...]], ...] = (
    (
        Comparator.IN_STEP_WITH,
        (
            f"{_GROWTH}?(?:保持)?{_WITH}{_ECONOMY}{_STEADY}同步(?:增长)?",
            f"{_GROWTH}?(?:保持)?{_WITH}{_any('全国 全省 全市')}(?:、全[省市])?{_STEADY}同步(?:增长)?",
        ),
    ),
    (
        Comparator.FASTER_THAN,
        (
            f"{_GROWTH}?{_ADVERBS}{_FASTER}{_WORD}{{0,3}}?(?:{_ECONOMY}|{_OTHERS}){_WORD}{{0,10}}{_CLAUSE_ENDS}",
            f"{_GROWTH}?{_ADVERBS}{_FASTER}(?:{_ECONOMY}|{_OTHERS}(?:平均)?{_any('水平 增速 增幅')}?)"
            "[\\d.]{1,5}个?百分点(?:以上|左右)?",
            f"{_GROWTH}?(?:保持)?在{_OTHERS}平均{_any('水平 值 数')}?{_any('之上 以上')}",
        ),
    ),
    (Comparator.SAME_AS, (f"{_GROWTH}?{_WITH}{_OTHERS}{_WORD}{{0,8}}?{_STEADY}{_any('一致 相当 同幅')}",)),
    (Comparator.POSITIVE, (f"{_any('保持 实现')}{{0,2}}(?:转为)?正增长", "由负转正", "只增不减")),
    (
        Comparator.FLAT,
        (
            f"(?:{_any('和 与 同 较 比')}(?:上一年|上年|去年|{_WORD}{{1,6}}?))?{_STEADY}持平",
            f"(?:保持|稳定|维持)在?{_any('上一年 上年 去年')}(?:同期)?的?水平",
            "零增长",
        ),
    ),
)
_FIRST = "不稳维增保和与同跟明略继持均要高快超大好跑领优在实转正由只较比零基总"

BOND_PATTERN = (
    f"(?=[{_FIRST}])(?:"
    + "|".join(f"(?P<{comparator.value}>{'|'.join(patterns)})" for comparator, patterns in _PATTERNS)
    + ")"
)
