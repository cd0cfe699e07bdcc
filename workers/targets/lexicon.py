"""The words that the grammar knows, and one pattern that finds them all in one pass. Pure.

Indicators come from vocabulary.py; what the words do together is grammar.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from ingest.model import Comparator
from workers.targets.numerals import NUMBER_PATTERN
from workers.targets.vocabulary import expand, load_vocabulary


class Word(Enum):
    """What a token does in a clause."""

    INDICATOR = auto()
    VOID = auto()  # contains an indicator's name and is not one: 人均地区生产总值
    NUMBER = auto()
    UP = auto()  # 增长
    DOWN = auto()  # 下降
    LEVEL = auto()  # 达到, 控制在
    FULFIL = auto()  # 完成 (also a level verb: 完成50亿元)
    TASK = auto()  # 任务, 目标, 要求
    EACH = auto()  # 分别, 均
    AND = auto()
    COMMA = auto()
    STOP = auto()  # ； ：
    END = auto()  # 。 and the hard break
    AIM = auto()
    ENSURE = auto()
    BEFORE = auto()  # 不低于
    BEHIND = auto()  # 左右
    BOND = auto()  # 与经济增长同步: a predicate without a figure
    FILL = auto()  # 同比, 总量: says nothing about whose figure it is
    LEAD = auto()  # 推动, 实现: a verb in front of an indicator
    OWNER = auto()  # 全省, 全市
    WHOLE = auto()  # 全年
    PART = auto()  # 上半年
    YEAR = auto()  # 2023年
    LAST = auto()  # 去年
    THIS = auto()  # 今年
    AVERAGE = auto()  # 年均
    PLAN = auto()  # 十四五
    AHEAD = auto()  # 未来五年
    BEHIND_US = auto()  # 五年来
    RANK = auto()  # 居全市第一
    BASE = auto()  # 基础上
    FROM = auto()  # 由
    THAN = auto()  # 比
    NEW = auto()  # 新增


_WORDS: Mapping[Word, str] = {
    Word.UP: "增长 增 增速 增幅 增长率 涨幅 涨 上涨 上升 提高 提升 增加 递增 涨幅度 上涨幅度 增长幅度 增长速度 上涨率 增收",
    Word.DOWN: "下降 降低 减少 削减 压减 降 下降率 降低率 降幅 下降幅度 消减 回落 下跌 减 负增长",
    Word.LEVEL: "达到 达 达成 为 突破到 控制 控制在 稳定在 保持在 维持在 保持 稳定 提高到 提升到 提高至 提升至 增加到 增加至 增长到 增长至 增至 增到 "
    "降至 降到 下降到 下降至 降低到 降低至 迈上 站上 跃上 实现 稳控在 掌握在 限制在 达(到)? 不变 有望达到 总量达到 总量达 总数达到 累计达到 控在 落在",
    Word.FULFIL: "完成",
    Word.TASK: "任务 目标 要求 指标 计划 任务目标 目标任务 指标任务 标准 控制目标 考核目标",
    Word.EACH: "分别 均 都 各 各自 双双",
    Word.AND: "、 和 与 及 以及",
    Word.COMMA: "， （ ）",
    Word.STOP: "； ：",
    Word.END: "。 ！ ？ \n",
    Word.AIM: "力争 争取 努力 奋力 全力争取 力求",
    Word.ENSURE: "确保 保证",
    Word.FILL: "的 在 以 坚决 全面 全力 圆满 不折不扣 如期 按时 顺利 严格 按 按照 同比 可比 同口径 按同口径 按可比口径 可比口径 按可比价格 按可比价 按不变价 按可比价格计算 可比价 名义 实际 预期 预计 预计可 总体 基本 大体 继续 持续 "
    "稳步 总量 总额 总值 规模 指数 水平 总水平 数量 总数 人数 累计 年度 平均 率 比例 要 将 再 可 能 仍 只 已 净 总 安排 增量 存量 左右的 等 其中 同时 此外 每年 "
    "等主要经济指标 等主要指标 等指标 等主要经济指标增速 主要经济指标 排放量 排放总量 排放 减排 浓度 产量 人员 方面 指标的 主要 幅度 有 更 还 力度 速度 进一步 全口径 首次 历史性 成功 预计实现 预计完成 口径 扣除 价格 因素 后 "
    "剔除 不可比因素 合理区间 区间 范围 余额 贸易 我们 有望 较快 高质量 稳定 质量 面积 到 至 了 所",
    Word.LEAD: "推动 带动 促进 拉动 使 让 促 助力 保障 支撑 推进 引领 力促 全面实现 全年实现 年内实现 实现了 完成了 全年完成 稳住 推动实现 努力使 全力推动 做到 形成 全社会 预期目标 预期目标为",
    Word.WHOLE: "全年 年末 年底 年内 全年实现 全年预计 一年",
    Word.PART: "一季度 上半年 前三季度 前两季度 二季度 三季度 四季度 下半年 前三个季度 首季 前11个月 月均 日均 单月 截至 截止 当月 季度 半年",
    Word.LAST: "去年 上年 上一年 上年度 前年 去年全年",
    Word.THIS: "今年 本年 本年度 新一年 新的一年 当年",
    Word.AVERAGE: "年均 年平均 每年平均 五年平均 两年平均",
    Word.PLAN: "(“)?十一五(”)? (“)?十二五(”)? (“)?十三五(”)? (“)?十四五(”)? (“)?十五五(”)? (“)?十五(”)?期间 (“)?十六五(”)?",
    Word.AHEAD: "今后五年 未来五年 五年内 今后5年 未来5年 未来三年 今后三年 今后几年 五年后 通过五年 再用五年",
    Word.BEHIND_US: "五年来 过去五年 五年间 5年来 过去5年 三年来 近年来 近五年 四年来 十年来 近三年 几年来 历年 五年累计 连续",
    Word.RANK: "居 位居 位列 排名 排 列 位次 高居 跃居 稳居 名列 排位 保持全市 保持全省 保持全国",
    Word.BASE: "基础上 的基础上",
    Word.FROM: "从 由 自",
    Word.THAN: "比 较 相比 高出 相较",
    Word.NEW: "新增 新培育 培育 新引进 引进 新认定 认定 净增 新发展 新建 新设立 新登记 引育 新增国家 新增市级",
}  # fmt: skip

_COMPARATORS_BEFORE: Mapping[Comparator, str] = {
    Comparator.AT_LEAST: "不低于 不少于 不小于 至少 保底 不得低于 不能低于 最低",
    Comparator.MORE_THAN: "超过 突破 高于 超 大于 多于 跨越 冲刺 跨过 逾 突破至 快于",
    Comparator.AT_MOST: "不超过 不高于 不大于 不多于 不突破 不得超过 至多 最多",
    Comparator.LESS_THAN: "低于 小于 少于 不到",
    Comparator.ABOUT: "约 近 接近 大约 将近 约为",
}
_COMPARATORS_BEHIND: Mapping[Comparator, str] = {
    Comparator.ABOUT: "左右 上下",
    Comparator.AT_LEAST: "以上 及以上 或以上 起",
    Comparator.AT_MOST: "以内 以下 之内 及以下 内 之下",
}
_OWN = "全国 全球 全省 全市 全区 全县 全州 全旗 国家 中心城区 主城区 我国 我省 我市 我区 我县 我州 本市 本区 本县 本省 全自治区 全盟 全域 全乡 全镇"

# Predicates without a figure. The economy, the whole country or last year is what is compared with.
_THE_ECONOMY = r"(?:(?:地区)?(?:经济|生产总值|GDP)(?:增长|发展|增速|增幅)?(?:的)?(?:速度|增速|增幅|水平)?)"
_THE_OTHERS = r"(?:全国(?:、全[省市])?|全省(?:、全市)?|全市|全区|国家|省|市|省市|自治区|周边|同类|西部|中部|东部|中西部|城镇|城市|去年|上年|预期|财政收入)"
_LIMIT = "[^，。；：、\\d]"
BONDS: tuple[tuple[Comparator, str], ...] = (
    (
        Comparator.IN_STEP_WITH,
        rf"(?:增长|增速|增幅)?(?:保持)?(?:和|与|同|跟){_THE_ECONOMY}(?:保持|实现|基本|大体|总体)*同步(?:增长)?|(?:与|和)(?:全国|全省|全市)(?:保持|基本)*同步(?:增长)?",
    ),
    (
        Comparator.FASTER_THAN,
        rf"(?:增长|增速|增幅|增长速度)?(?:明显|略|继续|持续|保持|努力|力争|均|要)*(?:高于|快于|超过|大于|好于|跑赢|领先|优于){_LIMIT}{{0,3}}?(?:{_THE_ECONOMY}|{_THE_OTHERS}){_LIMIT}{{0,10}}(?=[，。；：、\n])"
        rf"|(?:增长|增速|增幅)?(?:保持)?在{_THE_OTHERS}平均(?:水平|值|数)?(?:之上|以上)",
    ),
    (
        Comparator.SAME_AS,
        rf"(?:增长|增速|增幅)?(?:和|与|同){_THE_OTHERS}{_LIMIT}{{0,8}}?(?:保持|基本|大体)*(?:一致|相当|同幅|持平于)",
    ),
    (Comparator.POSITIVE, r"(?:保持|实现|确保|力争)*(?:转为)?正增长|由负转正|只增不减"),
    (
        Comparator.FLAT,
        rf"(?:(?:和|与|同|较|比)(?:上年|去年|上一年|{_LIMIT}{{1,6}}?))?(?:保持|基本|大体|总体)*持平|零增长",
    ),
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word or number in the reading text; `ids` for an indicator, `comparator` where the word is one."""

    word: Word
    text: str
    start: int
    end: int
    ids: tuple[str, ...] = ()
    comparator: Comparator | None = None


@dataclass(frozen=True, slots=True)
class _Entry:
    word: Word
    ids: tuple[str, ...] = ()
    comparator: Comparator | None = None


def _trie_pattern(words: Iterable[str]) -> str:
    """One pattern for many literal words; the longest one that fits is taken, in linear time."""
    root: dict[str, dict[str, object]] = {}
    for word in words:
        node: dict[str, object] = root  # type: ignore[assignment]
        for char in word:
            node = node.setdefault(char, {})  # type: ignore[assignment]
        node[""] = {}

    def build(node: Mapping[str, object]) -> str:
        branches: dict[str, list[str]] = {}
        for char, child in node.items():
            if char:
                branches.setdefault(build(child), []).append(char)  # type: ignore[arg-type]
        options = [
            (re.escape(chars[0]) if len(chars) == 1 else "[" + "".join(map(re.escape, chars)) + "]") + rest
            for rest, chars in branches.items()
        ]
        if not options:
            return ""
        body = options[0] if len(options) == 1 and "" not in node else "(?:" + "|".join(options) + ")"
        return body + "?" if "" in node else body

    return build(root)


def _entries() -> dict[str, _Entry]:
    entries: dict[str, _Entry] = {}
    for word, spellings in _WORDS.items():
        for pattern in spellings.split(" ") if word is not Word.END else ["。", "！", "？", "\n"]:
            for spelling in expand(pattern) if "(" in pattern else (pattern,):
                if spelling:
                    entries[spelling] = _Entry(word)
    for word, table in ((Word.BEFORE, _COMPARATORS_BEFORE), (Word.BEHIND, _COMPARATORS_BEHIND)):
        for comparator, spellings in table.items():
            for spelling in spellings.split():
                entries[spelling] = _Entry(word, comparator=comparator)
    for spelling in _OWN.split():
        entries[spelling] = _Entry(Word.OWNER)
    for spelling, ids in load_vocabulary().aliases.items():
        entries[spelling] = _Entry(Word.INDICATOR if ids else Word.VOID, ids)
    return entries


@cache
def _compiled() -> tuple[re.Pattern[str], Mapping[str, _Entry]]:
    entries = _entries()
    bonds = "|".join(f"(?P<{comparator.value}>{pattern})" for comparator, pattern in BONDS)
    words = _trie_pattern(entries)
    # A bond begins with one of few characters: look before trying them.
    pattern = (
        rf"(?P<year>(?:19|20)\d\d年(?:底|末|初)?)|(?P<months>(?:前|1—|1至)?\d{{1,2}}(?:个)?月份?(?:底|末)?)|(?P<rank>第\d+位?名?)"
        rf"|(?P<number>{NUMBER_PATTERN})"
        rf"|(?=[增保和与同跟明略继持努力均要高快超大好跑领优在实确转正由只较比零基大总])(?:{bonds})|(?P<word>{words})"
    )
    return re.compile(pattern), entries


def tokens(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """All tokens of `text[start:end]`, in order; what lies between two of them is unknown text."""
    pattern, entries = _compiled()
    found: list[Token] = []
    for match in pattern.finditer(text, start, len(text) if end is None else end):
        group = match.lastgroup
        printed = match[0]
        begin, stop = match.span()
        if group == "word":
            entry = entries[printed]
            found.append(Token(entry.word, printed, begin, stop, entry.ids, entry.comparator))
        elif group == "number":
            found.append(Token(Word.NUMBER, printed, begin, stop))
        elif group == "year":
            found.append(Token(Word.YEAR, printed, begin, stop))
        elif group == "months":
            found.append(Token(Word.PART, printed, begin, stop))
        elif group == "rank":
            found.append(Token(Word.RANK, printed, begin, stop))
        else:
            found.append(Token(Word.BOND, printed, begin, stop, comparator=Comparator(group)))
    return found
