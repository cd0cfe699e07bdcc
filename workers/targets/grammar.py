"""One clause -> the figures in it: whose number, how it binds. Pure.

`read_clause` is a function of a context and a clause, to the clause's figures and the next context
(clause.py). Each word of a clause has a rule (RULES), which moves the state of the clause and says which word
is read next. What the rules do to the list of subjects is subjects.py; how a number, or a bond
(与经济增长同步), closes a predicate, figures.py. A sentence is sentence.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from ingest.model import LEFT_OUT, Measure, Resolve
from workers.targets import resolves
from workers.targets.candidates import Candidate, Subject
from workers.targets.clause import (
    MARKS,
    Clause,
    ClauseState,
    Context,
    Cut,
    Listed,
    Setting,
    Turn,
)
from workers.targets.figures import (
    levels_just_told,
    read_bond,
    read_numbers,
    read_task,
)
from workers.targets.lexicon import Token, Word
from workers.targets.owners import ABOVE_ALL
from workers.targets.predicates import (
    came_of_the_plan,
    ends_there,
    is_a_goal,
    is_number_behind,
    is_of_the_plan,
    is_planned,
    part_of_task,
    said,
    touches,
)
from workers.targets.subjects import (
    act,
    counts_nobody,
    extend_unknown,
    forget_a_slogan,
    from_a_base,
    is_of_its_own,
    is_of_no_investors,
    label,
    name_indicators,
    name_share,
    name_subject,
    names_output,
    read_unknown,
    recall_elided,
    recall_share,
    settle_unknown,
)
from workers.targets.times import (
    TIME_WORDS,
    base_named,
    base_of_multiple,
    compares_all,
    compares_with,
    far_base,
    first_of_span,
    follow,
    of_one_year,
    only_named,
    opens_a_list,
    price_of,
    since_then,
    whole_of_this_year,
)

_COMPARING = frozenset({"高于", "低于", "快于", "超过"})
_ARE = ("是", "为", "如下")
_COUNTED = ("家", "户", "个")
_GREW = re.compile(r"增[速幅](?:达到?|为)?\d")
_ITEM = re.compile("[^；。\n]{1,200}")
_ALL_OF_THEM = ("总量", "总数", "存量")

Rule = Callable[[ClauseState, int, Token], int]
"""Reads the word at an index of the clause; returns the index of the next word to be read."""


# --- what a subject is made of -------------------------------------------------------------------------


def _fill(state: ClauseState, index: int, token: Token) -> int:
    """率, 的, 同比: at most the end of a noun; 按可比价格."""
    _now_reached(state, token)
    if token.text in _ALL_OF_THEM:
        state.verbs = state.verbs._replace(new=False)  # 新增高企200家、|总量|突破1400家
    extend_unknown(state, token)
    if "价" in token.text and len(token.text) > 2 and state.base is None and not _is_behind_a_figure(state):
        state.base = token.text.removeprefix("按").removesuffix("计算")
    recall_elided(state, token)
    if names_output(state, token):
        read_unknown(state, token.start, token.end)
    return index + 1


def _is_behind_a_figure(state: ClauseState) -> bool:
    """100亿元（2020年价）: in such brackets it is that figure's base, for which extract.py looks there."""
    return state.outer is not None and not state.open


def _indicator(state: ClauseState, index: int, token: Token) -> int:
    if counts_nobody(state.text, token) or is_of_no_investors(state, token):
        read_unknown(state, token.start, token.end)
        return index + 1
    left_out = next((word for word in LEFT_OUT if state.text.endswith(word, 0, token.start)), None)
    if left_out is not None:  # 剔除|房地产投资|增长8%: of the rest
        state.unknown, state.base = None, state.text[token.start - len(left_out) : token.end]
        return index + 1
    last = index - 1
    if last > 0 and state.words[last].word is Word.OWNER and touches(state.words, last):
        last -= 1  # 高于全省固定资产投资增速
    compared = last >= 0 and _compares(state, state.words[last])
    if state.share:
        name_share(state, token)
    elif not compared:
        name_indicators(state, token)
        _is_moved(state, index)
    return index + 1


def _is_moved(state: ClauseState, index: int) -> None:
    """减排|二氧化硫3.7万吨, 降低|单位GDP能耗3%: the verb in front of what is measured by its fall.

    And 压减|粮食面积|3000亩, 增加|财政收入|3亿元: by how much.
    """
    words = state.words
    verb = words[index - 1].word if touches(words, index) else None
    if verb not in (Word.UP, Word.DOWN):
        return
    indicator = state.subjects[-1].indicator if state.subjects else None
    falls = indicator is not None and indicator.measure is Measure.CHANGE
    by = is_number_behind(words, index + 1)
    if by or (falls and verb is Word.DOWN):
        state.verbs = said(state.verbs, verb)


def _compares(state: ClauseState, last: Token) -> bool:
    """比规上工业…, 高于规上工业增速5个百分点: what follows is what the subject is compared with."""
    if last.word is Word.BEFORE and last.comparator is not None and last.text in _COMPARING:
        state.verbs = state.verbs._replace(compared=True)
        state.rank = state.rank or last.text == "超过"  # 超过全市生产总值5%: so much more than that
        return True
    return last.word is Word.THAN


def _not_itself(state: ClauseState, index: int, token: Token) -> int:
    """人均地区生产总值, 占全区进出口总额20.6%: contains the name of an indicator and is another thing."""
    begin, unknown = token.start, state.unknown
    if token.word is Word.SHARE and is_of_the_plan(state.text, token.end):
        return _behind_number(state, index)
    if unknown is not None and unknown[1] == begin:
        begin = unknown[0]  # 环保投入|相当于全市生产总值的比例
    elif recall_share(state, token) or name_share(state, token):
        return index + 1
    if state.listed is Listed.JOINED and state.text.startswith("、占", token.start - 1):
        state.move(Turn.MARK)  # 工业投资保持两位数增长、|占固定资产投资比重27%: no growth by as much
    named = begin < token.start or is_of_its_own(token.text)
    name = label(state.text, begin, token.end) if named else ""
    name_subject(state, Subject(None, name, begin, token.end))
    state.share = token.word is Word.SHARE
    return index + 1


def _together(state: ClauseState, index: int, token: Token) -> int:
    """技术交易额、新产品产值|总和: the figure is of neither."""
    state.subjects, state.unknown = [], None
    state.move(Turn.DROP)
    return index + 1


def _behind_number(state: ClauseState, index: int) -> int:
    """完成15亿元，占年度预算的105%，增长6%: how much of the plan a figure is says nothing of its own."""
    words = state.words
    found = (at for at in range(index, len(words)) if words[at].word is Word.NUMBER)
    at = next(found, index)
    while touches(words, at + 1) and touches(words, at + 2) and words[at + 1].word is Word.AND:
        if words[at + 2].word is not Word.NUMBER:
            break
        at += 2  # 分别占年度计划的105%、98%
    return at + 1


def _owner(state: ClauseState, index: int, token: Token) -> int:
    """全区: whose figure comes next; behind 高于, what the subject is compared with."""
    if state.verbs.new and token.text == "国家":  # 新增国家单项冠军企业: who has recognised it
        read_unknown(state, token.start, token.end)
        return index + 1
    state.owner = token.text
    if state.actor and not _is_of_a_zone(state, token):
        state.actor = state.setting.owners.is_foreign("", token.text) and _of_goals_above(state, token)
    if state.bound is not None:
        state.verbs = state.verbs._replace(compared=True)
    return index + 1


def _begin(text: str, end: int, marks: str) -> int:
    """Where what stands behind the last of these marks begins."""
    return max(text.rfind(mark, 0, end) for mark in marks) + 1


def _of_goals_above(state: ClauseState, token: Token) -> bool:
    """国家今年的预期目标为：…；…, till the sentence says 我市."""
    return state.setting.owners.goals_above(state.text, _begin(state.text, token.start, "。\n"))


def _is_of_a_zone(state: ClauseState, token: Token) -> bool:
    """兰州新区|领跑|国家|级新区，生产总值…; 全市|开发区…，工业增加值…: what opens with a zone is its own."""
    begin = _begin(state.text, token.start, "。；\n")
    if (token.text in ABOVE_ALL) is (begin == token.start):
        return False
    return state.setting.owners.opens(state.text, begin)


def _object(state: ClauseState, index: int, token: Token) -> int:
    read_unknown(state, token.start, token.end)  # 惠及经营主体10万户: not how many there are
    return index + 1


def _and(state: ClauseState, index: int, token: Token) -> int:
    settle_unknown(state)
    if state.listed is Listed.TOLD:
        following = state.words[index + 1] if index + 1 < len(state.words) else None
        if following is None or following.word is not Word.NUMBER:
            state.forget_verbs()
            resolves.next_part(state, token.end, stop=False)
    state.move(Turn.AND)
    return index + 1


def _new(state: ClauseState, index: int, token: Token) -> int:
    """新增50家高新技术企业, or 高新技术企业新增50家, or 高新技术企业达到120家，新增50家."""
    counted = is_number_behind(state.words, index + 1)
    again = state.listed is Listed.TOLD and bool(state.subjects) and counted
    again = again and ends_there(state.text, state.words[index + 1].end)
    if counted and state.unknown is None and (again or state.listed is Listed.NAMED):
        if again:
            state.forget_verbs()
        state.verbs = state.verbs._replace(up=True)
        return index + 1
    state.subjects, state.unknown, state.base = [], None, None
    state.move(Turn.DROP)
    state.forget_verbs()
    state.verbs = state.verbs._replace(new=True)
    return index + 1


# --- time, and what stands beside the predicate --------------------------------------------------------


def _time(state: ClauseState, index: int, token: Token) -> int:
    before, year = state.text[max(0, token.start - 1) : token.start], state.setting.year
    if only_named(state.text, token) or of_one_year(state.text, token):
        return index + 1
    if since_then(state.text, token):
        if state.leading:
            state.when = state.when._replace(several=True)  # 2016年以来，新增就业12万人
        return index + 1
    price = price_of(state.text, token)
    if price is not None:
        if not _is_behind_a_figure(state):
            state.base = price
        return index + 1
    if compares_with(state.text, token):
        before = "比"
    if token.word is Word.WHOLE:
        act(state, token)  # 综合保税区|全年完成: whose year it is
        _now_reached(state, token)
        state.whole = True
        if whole_of_this_year(state.text, token):
            state.when = state.when._replace(annual=True)
        if index and state.words[index - 1].word in (Word.AIM, Word.ENSURE) and touches(state.words, index):
            state.when = state.when._replace(past=None)  # 力争|全年: what is aimed at is not over
    base = base_named(state.text, token)
    if base is not None:
        if before == "以":
            state.base = base  # 以2020年为基期，
        state.compared, before = base, "比"
    state.far = (
        state.far
        or far_base(state.when, token, before, year)
        or (token.word is Word.PLAN and state.text.startswith(("期间", "时期"), token.end))
    )
    if not state.from_base:  # 由2018年的30亿元增加到52亿元
        state.when = follow(state.when, state.text, token, before, year)
        since = first_of_span(state.text, token.start)
        if since is not None and state.when.horizon is not None:
            state.when = state.when._replace(since=since)
    if state.far and compares_all(state.text, token):
        state.when = state.when._replace(several=True, past=None)
    if token.word is Word.PART and opens_a_list(state.text, token) and not state.number and state.leading:
        state.when = state.when._replace(partly=state.when.partial)
    return index + 1


def _than(state: ClauseState, index: int, token: Token) -> int:
    following = state.words[index + 1] if touches(state.words, index + 1) else None
    before = following is not None and following.word is Word.LAST
    state.verbs = state.verbs._replace(compared=True, risen=before)
    return index + 1


def _from(state: ClauseState, index: int, token: Token) -> int:
    if not from_a_base(state.text, token):
        read_unknown(state, token.start, token.end)
        return index + 1
    settle_unknown(state)  # 居民储蓄存款|由2243亿元增加到4202亿元
    state.verbs = state.verbs._replace(new=False)  # 国家认定的企业|从850家增加到1375家
    state.from_base = True
    return index + 1


def _rank(state: ClauseState, index: int, token: Token) -> int:
    state.rank, state.unknown = True, None
    return index + 1


def _total(state: ClauseState, index: int, token: Token) -> int:
    counts = is_number_behind(state.words, index + 1)
    if counts and state.verbs.new and state.words[index + 1].text.endswith(_COUNTED):
        state.verbs = state.verbs._replace(new=False)  # 新增高企200家、|累计|1400家
    state.total = True
    return index + 1


def _multiple(state: ClauseState, index: int, token: Token) -> int:
    settle_unknown(state)
    state.verbs = state.verbs._replace(level=True)  # 是2018年的1.6倍
    named = base_of_multiple(token)
    state.far = state.far or named is not None
    state.base = named or state.base
    return index + 1


def _within(state: ClauseState, index: int, token: Token) -> int:
    settle_unknown(state)
    state.within = token.text
    return index + 1


def _aside(state: ClauseState, index: int, token: Token) -> int:
    state.leading = False
    return index + 1


# --- predicates ----------------------------------------------------------------------------------------


def _task(state: ClauseState, index: int, token: Token) -> int:
    if part_of_task(state.words, index, state.part_start):
        name_subject(state, Subject(None, "", token.start, token.end))
        return index + 1
    _plan(state, token)
    return _aside(state, index, token)


def _plan(state: ClauseState, token: Token) -> None:
    """地区生产总值|年初目标|增长6%: what was planned for the subject."""
    held_against = state.verbs.compared  # 比|预期目标|下降0.3个百分点
    if state.subjects and (state.open or state.leading or held_against) and is_planned(state.text, token):
        state.planned = True
        if held_against and "预算" in token.text:  # 比2022年预算数|增长4%
            than = [word.end for word in state.words if word.word is Word.THAN and word.end <= token.start]
            state.base = state.text[than[-1] if than else token.start : token.end]
        else:
            state.rank = state.rank or held_against


def _now_reached(state: ClauseState, token: Token) -> None:
    """年初目标增长6%，|实际|增长5.6%, |预计|…, |完成|…: what follows is what came of the plan."""
    begins = token.word is Word.FULFIL and state.leading
    if begins or (came_of_the_plan(token) and resolves.current(state) is None):
        state.planned = False


def _lead(state: ClauseState, index: int, token: Token) -> int:
    _plan(state, token)
    state.leading = False
    act(state, token)
    state.unknown = None
    counted = is_number_behind(state.words, index + 1)
    if token.text == "改善" and counted:  # 优良天数比例|改善|17%: nobody says which way it goes
        state.each = False
        return _behind_number(state, index)
    return index + 1


def _each(state: ClauseState, index: int, token: Token) -> int:
    if token.text == "均" and state.text.endswith("人", 0, token.start):
        read_unknown(state, token.start, token.end)  # 地区生产总值100亿元，人|均|5万元
        return index + 1
    settle_unknown(state)
    state.each = token.text == "分别"
    following = state.words[index + 1].word if touches(state.words, index + 1) else None
    if not state.each and state.listed is Listed.TOLD and following in (Word.UP, Word.DOWN):
        state.subjects = levels_just_told(state) or state.subjects
    return index + 1


def _before(state: ClauseState, index: int, token: Token) -> int:
    settle_unknown(state)
    state.bound = token.comparator
    if is_a_goal(state.text, token.end):
        state.verbs = state.verbs._replace(compared=True)
    return index + 1


def _resolve(state: ClauseState, index: int, token: Token) -> int:
    act(state, token)  # 灵武市|力争: what follows is its own
    settle_unknown(state)
    resolves.say(state, Resolve.AIM if token.word is Word.AIM else Resolve.ENSURE, token.end)
    return index + 1


def _verb(state: ClauseState, index: int, token: Token) -> int:
    if not _counts(state, index):
        act(state, token)
    settle_unknown(state)
    _now_reached(state, token)
    state.leading = False
    if token.word in (Word.FULFIL, Word.LEVEL) and is_of_the_plan(state.text, token.end):
        return _behind_number(state, index)
    if token.word in (Word.FULFIL, Word.LEVEL):
        behind = read_task(state, index)
        if behind is not None:
            return behind
    if state.listed is Listed.TOLD and state.subjects and not state.chained:
        # 达到2297亿元、增长0.3%: the same subject goes on with another verb.
        state.forget_verbs()
        state.chained = True
        if token.word is Word.LEVEL and state.when.average:
            state.when = state.when._replace(average=False, averaged=True)  # 年均增长8%、达到2297亿元
    state.bound = None  # 突破千亿大关、达到1002亿元
    if token.text.startswith("总"):
        state.verbs = state.verbs._replace(new=False)  # 新增9家、|总数达|31家
    state.verbs = said(state.verbs, token.word)
    return index + 1


def _counts(state: ClauseState, index: int) -> bool:
    """龙头企业|达到|1736家: the noun in front of the verb is counted, and does nothing itself."""
    following = [token for token in state.words[index + 1 : index + 3] if token.word is not Word.BEFORE]
    return bool(following) and following[0].word is Word.NUMBER and following[0].text.endswith(_COUNTED)


# --- marks ---------------------------------------------------------------------------------------------


def _mark(state: ClauseState, index: int, token: Token) -> int:
    """Forget what holds to the mark; behind ； and 。 the subjects, too (clause.py)."""
    if state.listed is Listed.NAMED and state.verbs.level:
        state.unknown = None  # 粮食总产实现|“十八连丰”，达到23万吨: what the verb is about
    forget_a_slogan(state)
    if token.text == "：" and state.unknown is not None and state.text[slice(*state.unknown)] in _ARE:
        state.unknown = None  # 我们的目标|是：
    settle_unknown(state)
    comma, open_, subjects = token.word is Word.COMMA, state.listed is not Listed.TOLD, state.subjects
    if token.text == "：" and _announces_no_end(state, index, token):
        return index + 1
    if token.text == "（":
        state.open_bracket()
    when = state.when
    if not comma and not _goes_on_growing(state, token):
        state.subjects, state.foreign, state.base = [], False, None
        goes_on = state.actor and (token.text == "：" or _of_goals_above(state, token))
        state.actor = goes_on or state.setting.owners.opens(state.text, token.end)
        when = when._replace(
            partial=when.partly and (when.partial or _comes_to_the_whole(state.text, token.end))
        )
        if when.past is not None:
            item = _begin(state.text, token.start, "。；\n")
            if state.text.find("主要考虑", item, token.start) >= 0:
                when = when._replace(past=None)  # 主要考虑：去年下降2%；|固定资产投资增长4%
    elif open_ and (state.part_figures or not any(subject.indicator for subject in subjects)):
        state.subjects = []
    # else 实际利用外资和其他约束性指标，确保完成市定任务: the predicate may still come.
    if not comma or not open_ or _stands_alone(state, index):
        state.forget_verbs()
    if state.verbs.new or state.verbs.compared:
        state.verbs = state.verbs._replace(new=False, compared=False, risen=False)
    state.when = when._replace(average=False, averaged=True) if when.average else when
    state.owner, state.compared, state.within = "", None, None
    state.rank = state.share = state.from_base = state.far = state.total = state.whole = False
    state.move(Turn.MARK)
    resolves.next_part(state, token.end, stop=not comma)
    if token.text == "）":
        state.close_bracket()
    elif not comma:
        state.outer = None
    return index + 1


def _goes_on_growing(state: ClauseState, token: Token) -> bool:
    """生产总值达2085亿元；|增速达16%: how much it grew, behind a mark that is no end."""
    told = token.text == "；" and state.listed is Listed.TOLD
    return told and _GREW.match(state.text, token.end) is not None


def _comes_to_the_whole(text: str, start: int) -> bool:
    """1—10月，…，预计全年…；|税收完成7.2亿元，预计全年完成8.5亿元: each item begins with the part again."""
    item = _ITEM.match(text, start)
    return item is not None and item[0].find("全年") > 0


def _stands_alone(state: ClauseState, index: int) -> bool:
    """市场主体快速增长，|总量超过1000万户; 出口下降，仅完成3亿: the verb is said, and how much is not."""
    return (
        touches(state.words, index)
        and state.words[index - 1].word in (Word.UP, Word.DOWN)
        and state.words[index].text == "，"
    )


def _announces_no_end(state: ClauseState, index: int, token: Token) -> bool:
    """地区生产总值：增长6%; 增长6%，其中：开发区增长8%."""
    named = state.listed is not Listed.TOLD and state.subjects and state.subjects[-1].end == token.start
    return bool(named) or (touches(state.words, index) and state.words[index - 1].text == "其中")


RULES: Mapping[Word, Rule] = {
    Word.INDICATOR: _indicator,
    Word.FILL: _fill,
    **dict.fromkeys((Word.VOID, Word.SHARE), _not_itself),
    Word.TOGETHER: _together,
    Word.OWNER: _owner,
    Word.OBJECT: _object,
    Word.AND: _and,
    Word.NEW: _new,
    **dict.fromkeys(TIME_WORDS, _time),
    Word.THAN: _than,
    Word.FROM: _from,
    Word.RANK: _rank,
    Word.TOTAL: _total,
    Word.MULTIPLE: _multiple,
    Word.WITHIN: _within,
    **dict.fromkeys((Word.BASE, Word.BEHIND), _aside),
    Word.TASK: _task,
    Word.LEAD: _lead,
    Word.EACH: _each,
    Word.BEFORE: _before,
    **dict.fromkeys((Word.AIM, Word.ENSURE), _resolve),
    **dict.fromkeys((Word.UP, Word.DOWN, Word.LEVEL, Word.FULFIL), _verb),
    Word.NUMBER: read_numbers,
    Word.BOND: read_bond,
    **dict.fromkeys(MARKS, _mark),
}


class ClauseReading(NamedTuple):
    """The figures of a clause; the quotes to be cut, of its sentence so far; and what holds behind it."""

    candidates: Sequence[Candidate]
    cuts: Sequence[Cut]
    context: Context


def read_clause(setting: Setting, context: Context, clause: Clause) -> ClauseReading:
    """One clause, word by word."""
    state = ClauseState(setting, context, clause)
    words, at, index, count = clause.words, clause.start, 0, len(clause.words)
    while index < count:
        token = words[index]
        if token.start > at:
            read_unknown(state, at, token.start)
        index = RULES[token.word](state, index, token)
        at = words[index - 1].end
    return ClauseReading(state.candidates(), state.cuts, state.context())
