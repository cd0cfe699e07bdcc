"""A predicate is complete: its figures, for each of the subjects that it is about. Pure.

Which words open and close a predicate is grammar.py; what a number measures is predicates.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.model import Comparator, Direction, Measure, Resolve
from workers.targets import resolves
from workers.targets.candidates import POINTS, SHARED_QUALIFIER, Candidate, Subject
from workers.targets.clause import ClauseState, Listed, Turn
from workers.targets.lexicon import Token, Word
from workers.targets.numerals import parse_number
from workers.targets.other_numbers import (
    counts_what_follows,
    is_a_given_task,
    is_base,
    is_in_a_slogan,
    is_part,
    is_size_of_indicator,
)
from workers.targets.predicates import (
    COUNTED,
    Numbers,
    Value,
    belongs_to_another_noun,
    fell,
    fulfilled,
    grew_by_points,
    is_size_of,
    measure_of,
    number_list,
    task,
    were_added,
)
from workers.targets.subjects import name_those_in_front, named_by_the_last, settle_unknown
from workers.targets.times import end_of_years

LONGEST_QUOTE = 160
LONGEST_PREFIX = 14  # characters in front of the first subject that still belong to the quote
_BUDGETED = frozenset(
    {"general_budget_revenue", "fiscal_revenue", "tax_revenue", "general_budget_expenditure"}
)
_FLOWS = frozenset({"元", "美元", "人", "个", "人次", "吨", "斤"})  # 累计完成投资500亿元: a sum over years
_FIRMS, _AND_NEW = ("家", "户"), ("，", "，其中")
_EXPECTED, _DONE = ("预期", "计划", "目标", "收入预算", "支出预算"), ("完成", "实际")
_GOAL = ("的目标", "的年度目标", "的预期目标")
_TOWN_AND_COUNTRY = ["rural_income", "urban_income"]
_RATES = ("率", "比重", "占比", "比例")
_PEOPLE = ("人", "名", None)
_RECENT = 8  # figures of the same sentence that a subject may already have

_FLOORS = frozenset({Comparator.AT_LEAST, Comparator.MORE_THAN})
_CEILINGS = frozenset({Comparator.AT_MOST, Comparator.LESS_THAN})

Bounds = tuple[Comparator, float | None, float | None]


def read_bond(state: ClauseState, index: int, token: Token) -> int:
    """与经济增长同步: a predicate without a figure."""
    settle_unknown(state)
    comparator, subjects = token.comparator, state.subjects
    assert comparator is not None  # lexicon.py gives every bond one
    of_a_goal = state.planned and comparator is Comparator.FLAT  # 固定资产投资目标|与上年持平
    if subjects and state.listed is not Listed.TOLD and not of_a_goal:
        if comparator is Comparator.FULFIL:
            phrase = state.text[state.list_start : token.end]
            subjects = fulfilled(subjects, state.setting.vocabulary, phrase)
        for subject in subjects:
            indicator = subject.indicator
            if comparator is Comparator.IN_STEP_WITH and indicator is not None and indicator.id == "gdp":
                continue  # 经济、居民收入同步增长: it is what the other goes in step with
            if indicator is not None or subject.label:
                measure = None if indicator is None or comparator is Comparator.FULFIL else indicator.measure
                if measure is Measure.GROWTH and token.text.startswith("达到") and not state.verbs.up:
                    measure = Measure.LEVEL  # 居民收入达到全省平均水平
                _tell(state, subject, (comparator, None, None), token.end, measure, None)
        _close(state)
    return index + 1


def read_task(state: ClauseState, index: int) -> int | None:
    """完成国家下达的节能减排任务, 节能减排完成市定任务: the index behind it; None where it is no task."""
    named = task(state.words, index)
    if named is None:
        return None
    vocabulary = state.setting.vocabulary
    subjects, start = state.subjects, state.list_start
    # 能耗、污染物排放量|完成下达的约束性指标任务: only what kind of task it is
    of_a_kind = state.listed is Listed.NAMED and all(i.text.endswith("约束性指标") for i in named.indicators)
    inside = bool(named.indicators) and not of_a_kind
    if inside and state.words[index].word is Word.FULFIL:
        # The subjects stand inside their predicate.
        subjects, start = [], state.part_start
        for token in named.indicators:
            for indicator in map(vocabulary.indicators.__getitem__, token.ids):
                subjects.append(Subject(indicator, indicator.label, token.start, token.end))
        state.subjects, state.list_start = subjects, start
        state.move(Turn.NOUN)
    elif inside or not subjects or state.listed is Listed.TOLD:
        return None
    for subject in fulfilled(subjects, vocabulary, state.text[start : named.end]):
        _tell(state, subject, (Comparator.FULFIL, None, None), named.end, None, None)
    _close(state)
    state.unknown = None
    return named.index


def read_numbers(state: ClauseState, index: int, token: Token) -> int:
    """The list of numbers that begins with the word: the index behind it."""
    if is_in_a_slogan(state, token) or is_a_given_task(state, token):
        state.unknown = None
        return index + 1
    behind = _tell_the_freed(state, index, token)
    if behind is not None:
        return behind
    last = state.subjects[-1].indicator if state.subjects else None
    parts = last is not None and bool(last.parts)  # 存贷款余额达到90亿元和60亿元: of both
    several = max(len(state.subjects), 2 if state.each or parts else 0)
    bound = state.bound or _bound_of_each(state, token)
    numbers = number_list(state.text, state.words, index, bound, several, last, each=state.each)
    values, end = numbers.values, numbers.end
    if not values:
        state.leading = False
        state.bound = None
        return index + 1
    following = state.words[end] if end < len(state.words) else None
    stop = state.words[end - 1].end
    if is_base(state, stop, following):
        state.base = state.text[token.start : stop]
        state.from_base = state.minus = False
        if not any(word.word is Word.DOWN and word.text.endswith("降幅") for word in state.words[:index]):
            state.verbs = state.verbs._replace(down=False)  # 由下降1.8%|升至增长7.7%; not 降幅由7%|收窄至2.5%
        if (
            next((word.word for word in state.words[end:] if word.word in (Word.UP, Word.DOWN)), None)
            is Word.DOWN
        ):
            state.verbs = state.verbs._replace(up=False)  # 由增长12%|转为下降3.5%
        state.unknown = None
        return end
    if (
        len(state.subjects) == 1
        and _bound_of_each(state, token)
        and state.told[-1].unit == values[0].number.unit
    ):
        state.told[-1] = state.told[-1]._replace(low=values[0].number.high, end=stop)
        return end  # 突破200亿元、300亿元大关: one mark after the other
    if is_part(state, index):
        state.unknown = None
        return end
    if is_size_of(state.text, stop) or is_size_of_indicator(state, values[-1], stop, following):
        return end  # 利用省外2000万元以上项目资金, 500万元以上固定资产投资: inside a noun
    if belongs_to_another_noun(state.text, stop) or counts_what_follows(state, values[-1], stop, following):
        state.unknown = state.bound = None  # 财政收入超3亿元的县; 74.6%的规模工业增加值
        return end
    if state.minus:
        values = [values[0].negative(), *values[1:]]
        state.minus = False
    settle_unknown(state)
    if _tell_new(state, values, stop, following):
        return end + 1
    if state.rank or not state.subjects:
        state.unknown = None
        return end
    _tell_all(state, Numbers(values, end, numbers.shared), stop)
    return end


def _bound_of_each(state: ClauseState, token: Token) -> Comparator | None:
    """游客、旅游收入分别突破5000万人次、500亿元: what bound the number in front binds this one, too."""
    told = state.told[-1] if state.told and state.listed is Listed.TOLD else None
    if told is None or told.comparator is not Comparator.MORE_THAN or told.subject not in state.subjects:
        return None
    return told.comparator if state.text[told.end : token.start] in ("、", "和") else None


# --- figures -------------------------------------------------------------------------------------------


def _tell_all(state: ClauseState, numbers: Numbers, stop: int) -> None:
    """The numbers that end at `stop`, given to the subjects in order."""
    subjects, values = state.subjects, numbers.values
    if state.each and len(subjects) < len(values):
        if state.listed is Listed.TOLD:
            subjects = _just_told(state, len(values))
        if state.listed is not Listed.TOLD or not subjects:
            subjects = _parts(state, len(values))
            state.subjects = subjects or state.subjects
    elif len(subjects) < len(values):
        subjects = state.subjects = _parts(state, len(values)) or subjects
    rate = values[0].number.unit == "%" and state.listed is Listed.NAMED  # a sum is of all together
    if len(values) > 1 or rate:
        subjects = named_by_the_last(state, subjects)
    if len(values) == 1:
        subjects = state.subjects = _of_all_residents(state, subjects, values[0])
        pairs = [(subject, values[0]) for subject in subjects]
    else:
        # 污染物化学需氧量和二氧化硫分别减少3.8%和2%: the last subjects take the numbers.
        subjects = _joined(state.text, subjects, len(values))
        pairs = list(zip(subjects[max(0, len(subjects) - len(values)) :], values, strict=False))
    for subject, value in pairs:
        # Of 人均生产总值 too, for 分别增长6%、5% that may follow: extract.py passes over what has no name.
        if subject.label or not state.share:
            doubts = (SHARED_QUALIFIER,) if numbers.shared and value is not values[-1] else ()
            _tell_one(state, subject, value, stop, doubts)
    _close(state)


def _joined(text: str, subjects: list[Subject], count: int) -> list[Subject]:
    """城市更新和水利投资: with 和 inside a noun that nobody knows, if then each subject has its number."""
    joined: list[Subject] = []
    for subject in subjects:
        last = joined[-1] if joined else subject
        unknown = last.indicator is None and subject.indicator is None
        if joined and unknown and text[last.end : subject.start] in ("和", "与", "及"):
            joined[-1] = last._replace(label=text[last.start : subject.end], end=subject.end)
        else:
            joined.append(subject)
    return joined if len(subjects) > count == len(joined) else subjects


def _of_all_residents(state: ClauseState, subjects: list[Subject], value: Value) -> list[Subject]:
    """城乡居民人均可支配收入14061元: one sum for both is that of all of them; 增长8% may be of each."""
    if value.number.unit != "元":
        return subjects
    ids = sorted(subject.indicator.id for subject in subjects if subject.indicator is not None)
    if ids != _TOWN_AND_COUNTRY or subjects[0].start != subjects[1].start:
        return subjects
    of_all = state.setting.vocabulary.indicators["resident_income"]
    return [subjects[0]._replace(indicator=of_all, label=of_all.label)]


def _parts(state: ClauseState, count: int) -> list[Subject]:
    """存贷款余额增长10%、12%: one name, and the numbers are of its parts; [] where it has none."""
    only = state.subjects[0] if len(state.subjects) == 1 else None
    if only is None or only.indicator is None or only.prefix or len(only.indicator.parts) != count:
        return []
    indicators = map(state.setting.vocabulary.indicators.__getitem__, only.indicator.parts)
    return [only._replace(indicator=part, label=part.label) for part in indicators]


def _tell_one(state: ClauseState, subject: Subject, value: Value, stop: int, doubts: tuple[str, ...]) -> None:
    indicator, unit = subject.indicator, value.number.unit
    if unit == "%" and indicator is not None and indicator.rate and not (state.verbs.up or state.verbs.down):
        indicator = state.setting.vocabulary.indicators[indicator.rate]  # 优良天数达到90%
        subject = subject._replace(indicator=indicator, label=indicator.label)
    measure = measure_of(indicator, unit, state.verbs)
    if measure is Measure.GROWTH and indicator is None and _is_a_rate(state, subject):
        measure = Measure.SHARE
    if measure is Measure.LEVEL and _is_new_too(state, subject, unit):
        measure = Measure.CHANGE
    if measure is None or _has(state, subject, measure, value, stop):
        return
    if measure is Measure.GROWTH and _just_added(state, subject):
        return  # 新增市场主体3000户，增长20%: of those that are new
    if unit == "百分点" and indicator is not None and indicator.measure is Measure.GROWTH:
        # 增长21.7%，提高6个百分点; 增速提高6个百分点: of the growth itself
        grew = grew_by_points(state.text, state.part_start, stop)
        if not grew or _has(state, subject, Measure.GROWTH, value, stop):
            return
        doubts = (*doubts, POINTS)
    if unit == "%" and indicator is not None and indicator.is_index(value.number.low):
        measure, unit = Measure.LEVEL, None  # 居民消费价格指数控制在103%以内
    if unit == "%" and indicator is not None and indicator.is_per_mille(value.number.high):
        unit = "‰"  # 人口自然增长率控制在6.5%。以内
    if fell(indicator, unit, state.verbs):
        value = value.negative()
    _tell(state, subject, value.bounds(), stop, measure, unit, doubts)


def _is_a_rate(state: ClauseState, subject: Subject) -> bool:
    """毛入学率82%, 服务业占GDP50%: a noun outside the vocabulary that is a rate or a share by its words."""
    rate = subject.label.endswith(_RATES) and not subject.label.endswith("增长率")
    return not state.verbs.up and (rate or "占" in subject.label)


def _just_told(state: ClauseState, count: int) -> list[Subject]:
    """城镇居民收入3万元、农村居民收入2万元，分别增长5%和7%: the subjects are those of the last figures.

    None when there are not as many of one kind: 存贷款余额分别增长10%、12% are two things under one name.
    """
    told = state.told[-count:]
    alike = {(figure.measure, figure.foreign) for figure in told}
    subjects = [figure.subject for figure in told]
    distinct = all(a is not b for number, a in enumerate(subjects) for b in subjects[:number])
    return subjects if len(told) == count and len(alike) == 1 and distinct else []


def levels_just_told(state: ClauseState) -> list[Subject]:
    """接待游客110万人次、旅游收入5亿元，均|增长20%: all whose sums stand in front; [] where it is but one."""
    count, behind = 0, len(state.text)
    for figure in reversed(state.told):
        if figure.measure is not Measure.LEVEL or (count and "；" in state.text[figure.end : behind]):
            break
        count, behind = count + 1, figure.subject.start
    return _just_told(state, count) if count > 1 else []


def _tell_new(state: ClauseState, values: Sequence[Value], stop: int, following: Token | None) -> bool:
    """新增50家高新技术企业: the number stands in front of its noun."""
    if (
        not state.verbs.new
        or following is None
        or following.word is not Word.INDICATOR
        or following.start != stop
    ):
        return False
    indicator = state.setting.vocabulary.indicators[following.ids[0]]
    unit = values[0].number.unit
    if len(following.ids) > 1 or unit not in indicator.levels:
        return False
    subject = Subject(indicator, indicator.label, following.start, following.end)
    _tell(state, subject, values[0].bounds(), following.end, Measure.CHANGE, unit)
    state.subjects = [subject]
    _close(state)
    return True


def _tell_the_freed(state: ClauseState, index: int, token: Token) -> int | None:
    """5万人实现脱贫, 7.6万贫困人口脱贫: the index behind it; None where it is something else."""
    number = parse_number(token.text)
    if number is None or number.unit not in _PEOPLE:
        return None
    bound = state.bound or (Comparator.MORE_THAN if number.more else Comparator.EXACT)
    stop = name_those_in_front(state, token)
    if stop is None:
        return None
    value = Value(replace(number, unit="人"), bound)
    _tell(state, state.subjects[-1], value.bounds(), stop, Measure.LEVEL, "人")
    _close(state)
    while index < len(state.words) and state.words[index].start < stop:
        index += 1
    return index


def was_only_expected(text: str, told: Candidate, stop: int) -> bool:
    """预期增长6.5%，|完成3.5%: only planned, and reached was the figure that ends at `stop`."""
    expected = any(text.find(word, told.start, told.end) >= 0 for word in _EXPECTED)
    expected = expected or text.startswith(_GOAL, told.end)  # 确定的增长6.5%|的目标圆满完成，预计增长6.6%
    return expected and any(text.find(word, told.end, stop) >= 0 for word in _DONE)


def _has(state: ClauseState, subject: Subject, measure: Measure, value: Value, stop: int) -> bool:
    """7%以上、力争达到8%; 增长7.1%，按可比口径增长9.1%: the first one is the target.

    But 预期增长6.5%，完成3.5% is what was reached.
    """
    return any(
        told.subject is subject
        and told.measure is measure
        and not is_made_exact(told, value.comparator, value.number.unit, resolves.current(state))
        and not (told is state.told[-1] and range_of(told, value.bounds(), value.number.unit))
        and not _is_multiple_of_one(state, told, value)
        and told.when == state.when
        and told.planned is state.planned
        and not was_only_expected(state.text, told, stop)
        for told in state.told[-_RECENT:]
    )


def _is_multiple_of_one(state: ClauseState, told: Candidate, value: Value) -> bool:
    """翻番，达到15亿元; 达到15亿元，同比翻番: both are told. But 达到15亿元，力争翻番 is only hoped for."""
    if value.number.unit == "倍":
        return told.unit != "倍" and resolves.current(state) is None
    return told.unit == "倍"


def is_made_exact(told: Candidate, comparator: Comparator, unit: str | None, resolve: Resolve | None) -> bool:
    """由降转增，增长1.2%; 突破1000万人次，达1023万人次: how much the next figure says, but no mere aim."""
    if told.comparator is Comparator.MORE_THAN:
        exact = comparator is not Comparator.MORE_THAN and resolve is None
        return exact and told.measure is Measure.LEVEL and told.unit == unit
    return told.comparator is Comparator.POSITIVE


def range_of(told: Candidate, bounds: Bounds, unit: str | None) -> tuple[float, float] | None:
    """不低于5%、|不高于7%: the range that a bound makes with the one before it, if it is its other end."""
    comparator, low, high = bounds
    if told.comparator in _FLOORS and comparator in _CEILINGS:
        low = told.low
    elif told.comparator in _CEILINGS and comparator in _FLOORS:
        high = told.high
    else:
        return None
    return (low, high) if unit == told.unit and low is not None and high is not None and low < high else None


def _just_added(state: ClauseState, subject: Subject) -> bool:
    return any(
        told.subject is subject and told.measure is Measure.CHANGE and told.unit in COUNTED
        for told in state.told[-_RECENT:]
    )


def _is_new_too(state: ClauseState, subject: Subject, unit: str | None) -> bool:
    """新增四上企业50家，其中|规上工业企业30家: so many are new, too, where no verb says otherwise."""
    told = state.told[-1] if state.told else None
    if told is None or told.measure is not Measure.CHANGE or told.unit != unit or unit not in _FIRMS:
        return False
    text, noun = state.text, told.subject
    bare = text[subject.end].isdigit() and text[noun.end].isdigit() and not told.total
    return bare and text[told.end : subject.start] in _AND_NEW and were_added(text, told.start, noun.start)


def _close(state: ClauseState) -> None:
    """The predicate is complete: the next noun begins a new list."""
    state.move(Turn.TOLD)
    state.bound = state.base = None
    state.from_base = state.share = state.chained = state.each = False


def _tell(
    state: ClauseState,
    subject: Subject,
    bounds: Bounds,
    end: int,
    measure: Measure | None,
    unit: str | None,
    doubts: tuple[str, ...] = (),
) -> None:
    comparator, low, high = bounds
    when, year = state.when, state.setting.year
    if state.within is not None and year is not None:  # 五年翻一番, from the year before on
        when = when._replace(horizon=end_of_years(state.within, year), since=year)
    moved = state.verbs.up or state.verbs.down
    moves = unit is not None and (moved or unit == "倍")
    far, ahead = state.far and moves, state.when.horizon is not None and moves
    total = state.total and not state.whole and not (_goes_on(state, subject, measure) and not far)
    state.told.append(
        Candidate(
            subject=subject,
            measure=measure,
            comparator=comparator,
            low=low,
            high=high,
            unit=unit,
            resolve=resolves.current(state),
            start=max(_quote_start(state), end - LONGEST_QUOTE),
            end=end,
            when=when,
            foreign=state.foreign,
            far_base=far or (total and (moved or unit in _FLOWS)),
            flags=doubts,
            direction=_direction(state, measure, low is not None or high is not None),
            base=_base(state, measure, unit, further=moves and (far or ahead)),
            total=total,
            owner=state.setting.owners.named(subject.owner) if subject.owner and state.foreign else None,
            planned=state.planned,
        )
    )
    if subject.label:
        resolves.count_figure(state)


def _goes_on(state: ClauseState, subject: Subject, measure: Measure | None) -> bool:
    """居民消费价格累计上涨3%: over the months of the year, where no years are named.

    So is 累计完成税收5亿元 in a report on budgets; 居民收入累计增长55% is over years.
    """
    when, indicator = state.when, subject.indicator
    if indicator is None or when.horizon is not None or when.since is not None or when.several:
        return False
    if indicator.index:
        return measure is Measure.GROWTH
    return measure is Measure.LEVEL and indicator.id in _BUDGETED and state.setting.owners.of_budgets


def _base(state: ClauseState, measure: Measure | None, unit: str | None, *, further: bool) -> str | None:
    """由30亿元增加到52亿元 is a level, measured from nothing; prices are of a level, too."""
    if state.base is not None:
        level = measure in (Measure.LEVEL, Measure.SHARE) and unit != "倍"
        return None if level and "价" not in state.base else state.base
    return state.compared if further else None


def _direction(state: ClauseState, measure: Measure | None, has_figure: bool) -> Direction | None:
    """A growth is up: 下降3.2% of what should grow is -3.2."""
    if measure is Measure.GROWTH:
        return Direction.UP
    if measure is not Measure.CHANGE or not has_figure:
        return None
    return Direction.DOWN if state.verbs.down else Direction.UP


def _quote_start(state: ClauseState) -> int:
    if not state.subjects or state.listed is Listed.TOLD:
        return state.part_start
    first = state.subjects[0].start
    if state.told and state.told[-1].end == first and state.told[-1].unit == "%":
        return first  # 投资增长2.6%|一般公共预算收入11亿元: the page has lost the mark between
    return first if first - state.list_start > LONGEST_PREFIX else state.list_start
