"""The subjects of a clause: which nouns a predicate is about, and whose they are. Pure.

Where the list stands is clause.py (MOVES); names and aliases are ingest/indicators/vocabulary.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.indicators.vocabulary import Indicator
from ingest.model import Measure
from ingest.text.rules import load_rules
from workers.targets.candidates import Subject
from workers.targets.clause import ClauseState, Listed, Turn
from workers.targets.lexicon import Token, Word, tokens
from workers.targets.predicates import FREED, NO_VERBS, UMBRELLA

_NOUN_ENDINGS = frozenset(
    (
        *("率", "面积", "产量", "人数", "数量", "总量", "总额", "总值", "规模", "水平", "余额", "浓度"),
        *("比例", "比重", "增加值", "产值", "总产值", "保有量", "拥有量", "贸易", "的"),
    )
)
_OUTPUTS = frozenset({"产值", "总产值", "增加值"})
_FIRMS = frozenset({"家", "户"})
_OF_ALL = frozenset({"tax_revenue", "fiscal_revenue", "general_budget_revenue", "fixed_asset_investment"})
LONGEST_LABEL = 24
_WORDS = load_rules(__package__, "subjects.rules.toml")
_MONEY, _SHARE = "元", "占"
_OF_GDP = {
    "rd_spending_growth": "rd_intensity",
    "manufacturing_value_added": "manufacturing_share",
    "services_value_added": "services_share",
    "gdp_tertiary": "services_share",
    "digital_economy": "digital_economy_share",
}
_INCOMES = frozenset({"resident_income", "urban_income", "rural_income"})
OF_THE_YEAR = ("当年收入", "本年收入")
_YIELDS = ("产量", "总产量", "总产")
_ELIDED = {
    **{("grain_area", word): "grain_output" for word in _YIELDS},
    **{
        (told, word): "industrial_output"
        for told in ("industrial_enterprises", "industrial_value_added")
        for word in ("产值", "总产值")
    },
    **{
        (told, "增加值"): "industrial_value_added" for told in ("industrial_enterprises", "industrial_output")
    },
    ("construction_output", "增加值"): "construction_value_added",
    ("high_tech_output", "增加值"): "high_tech_value_added",
    ("farm_output", "增加值"): "gdp_primary",
    **{("fiscal_revenue", word): "general_budget_revenue" for word in OF_THE_YEAR},
}
_TELLS_MORE = {
    "tourist_arrivals": ("takings", "tourism_revenue"),
    "gdp": ("per_head", "gdp_per_capita"),
    "air_quality_days": ("good_days", "air_quality_rate"),
}
_OWN_LEVEL = frozenset((*"省市州盟区县旗师", "师市", "市属", "区属", "县属"))  # 县一般公共预算收入
_RECEIVES = ("接待", "吸引")
_FAR = 16  # characters between 其中 and a name, 粮食生产 and its yield
_LIST = 60  # characters in front of 到位资金 that say whose it is
_MOST_SUBJECTS = 12
_PER = ("亩均", "地均", "户均", "人均", "村均", "店均", "县均", "乡均", "镇均")


def label(text: str, start: int, end: int) -> str:
    return text[start : min(end, start + LONGEST_LABEL)]


# --- text that no word covers --------------------------------------------------------------------------


def read_unknown(state: ClauseState, start: int, end: int) -> None:
    """Text between two words: the end of the noun before it, or the beginning of one."""
    verbs = state.verbs
    if state.rank or (verbs.compared and state.open and state.subjects):
        return  # 居全市第一; 比上年调整后的基数增长7%
    if state.text[start:end] == "—":
        on_year = state.text.endswith(("同比", "同比分别"), 0, start) and _WORDS["percent"].find(
            state.text, end
        )
        if on_year:
            state.verbs = verbs._replace(up=True)  # 2亿元，同比|—|19.3%; 同比分别—6.2%、—19.3%
        if on_year or verbs.up or state.from_base or _WORDS["below_nought"].find(state.text, end):
            state.minus = True
            return
    state.leading = False
    if state.listed is Listed.NAMED and state.text[start - 1 : start] == "在":
        return  # 收入在|市核|任务基础上: where the predicate begins, no longer noun
    said = verbs.up or verbs.down or verbs.level
    if state.listed is Listed.NAMED and state.unknown is None and not said:
        last = state.subjects[-1]
        if _completes(last, state.text[start:end]) or _WORDS["so_many"].find(state.text[start:end]):
            state.subjects[-1] = last._replace(end=end)
            return
        # 固定资产投资项目: the noun goes on, so it is another noun.
        longer = label(state.text, last.start, end)
        while state.subjects and state.subjects[-1].start == last.start:
            del state.subjects[-1]  # 三次产业|企业改造: one name for several
        state.subjects.append(last._replace(indicator=None, label=longer, end=end))
        return
    state.unknown = (state.unknown[0] if state.unknown else start, end)


def _completes(subject: Subject, behind: str) -> bool:
    """实际利用外资|额, 经营主体|总户数: does the noun go on and still mean the same?"""
    if subject.indicator is None:
        return False
    return _WORDS["of_money" if _MONEY in subject.indicator.levels else "of_count"].find(behind) is not None


def forget_a_slogan(state: ClauseState) -> None:
    """突破|“三百亿”，增长8.5%: what is in quotation marks, with no number behind it, is no noun."""
    if state.unknown is not None and _WORDS["quoted"].find(state.text, *state.unknown):
        state.unknown = None


def extend_unknown(state: ClauseState, token: Token) -> None:
    """率, 面积 behind a noun that nobody knows belong to it."""
    if state.unknown is not None and state.unknown[1] == token.start and token.text in _NOUN_ENDINGS:
        state.unknown = (state.unknown[0], token.end)


def names_output(state: ClauseState, token: Token) -> bool:
    """高新技术企业|产值, 生猪出栏30万头，实现|产值: is it another thing than what is counted in front?"""
    if token.text not in _OUTPUTS or state.unknown is not None or not state.subjects:
        return False
    indicator = state.subjects[-1].indicator
    return indicator is not None and bool(indicator.levels) and _MONEY not in indicator.levels


def settle_unknown(state: ClauseState) -> None:
    """Unknown text turned out to be a noun: the subject of what follows."""
    if state.unknown is not None and not state.rank and not state.verbs.compared:
        begin, end = state.unknown
        if not any(recall(state, begin, end) for recall in _RECALLS):
            name = label(state.text, begin, end)
            # $1.$ in front of 2%: a number that its page has broken is of nothing.
            name_subject(state, Subject(None, name if _WORDS["noun"].find(name) else "", begin, end))


def _recall_income(state: ClauseState, begin: int, end: int) -> bool:
    """居民人均可支配收入增长6%，其中|城镇居民|增长5%、|农村居民|增长7%: whose income it is, and no more."""
    last = state.subjects[-1].indicator if state.subjects else None
    if last is None or last.id not in _INCOMES or state.listed not in (Listed.TOLD, Listed.JOINED):
        return False
    whose = _WORDS["residents"].find(state.text, begin, end)
    if whose is None or whose.end() != end:
        return False
    indicator = state.setting.vocabulary.indicators["urban_income" if whose["urban"] else "rural_income"]
    name_subject(state, Subject(indicator, indicator.label, begin, end))
    return True


def _recall_more(state: ClauseState, begin: int, end: int) -> bool:
    """接待游客2925万人次、|收入|371亿元; 地区生产总值700亿元、|人均|6万元: what else is told of the same."""
    last = state.subjects[-1] if state.subjects and state.listed is Listed.TOLD else None
    if last is None or last.indicator is None or last.prefix or last.indicator.id not in _TELLS_MORE:
        return False
    words, meant = _TELLS_MORE[last.indicator.id]
    if not _WORDS[words].find(state.text, begin, end):
        return False
    foreign, indicator = state.foreign, state.setting.vocabulary.indicators[meant]
    name_subject(state, Subject(indicator, indicator.label, begin, end, owner=last.owner))
    state.foreign = foreign
    return True


def counts_nobody(text: str, token: Token) -> bool:
    """脱贫|攻坚, 脱贫|地区: a verb that names how many did so, with no number behind it."""
    return token.ids == FREED and _WORDS["so_many_are"].find(text, token.end) is None


def is_of_no_investors(state: ClauseState, token: Token) -> bool:
    """争取专项债券，|到位资金|5亿元, 利用外资|到位资金: not the money of 引进 or 招商 in front."""
    if not token.text.removeprefix("实际").startswith("到位资金"):
        return False
    explains = state.listed is Listed.NAMED and state.subjects[-1].end == token.start
    in_front = state.text[max(0, token.start - _LIST) : token.start]
    return (
        explains or _WORDS["of_a_kind"].find(in_front) is not None or not _WORDS["investors"].find(in_front)
    )


def name_those_in_front(state: ClauseState, number: Token) -> int | None:
    """5万人|实现脱贫, 7.6万|贫困人口脱贫: their name stands behind the number. Where it ends."""
    match = _WORDS["are_freed"].find(state.text, number.end)
    if match is None:
        return None
    if "全部" in match[0] and not _WORDS["in_one_year"].find(state.text, state.part_start, match.end()):
        return None
    name_indicators(state, number._replace(end=match.end(), ids=FREED))
    return match.end()


def _recall(state: ClauseState, begin: int, end: int) -> bool:
    """地区生产总值增长7%（其中|开发区|增长10%）: an owner, and what grows is the subject told last."""
    subjects, joined = state.subjects, state.listed is Listed.JOINED
    if not subjects or not (state.listed is Listed.TOLD or (joined and subjects[-1].owner)):
        return False
    owner = state.setting.owners.part(state.text[begin:end])
    if owner is None or any(subject.indicator is None for subject in subjects):
        return False
    theirs = [subject._replace(start=begin, end=end, prefix="", owner=owner) for subject in subjects]
    if joined:
        state.subjects.append(theirs[-1])
    else:
        state.subjects, state.list_start = theirs, begin
        state.forget_verbs()
    state.unknown, state.leading, state.foreign, state.actor = None, False, True, False
    state.move(Turn.NOUN)
    return True


def _prefix(state: ClauseState, token: Token) -> str:
    """The unknown text that ends where the word begins."""
    if state.unknown is None or state.unknown[1] != token.start:
        return ""
    return state.text[max(state.unknown[0], token.start - LONGEST_LABEL) : token.start]


# --- subjects ------------------------------------------------------------------------------------------


def name_subject(state: ClauseState, subject: Subject, *, replaces: bool = False) -> None:
    """A subject joins the list, takes the place of the last one, or begins a new list."""
    state.unknown, state.leading = None, False
    if state.listed is Listed.JOINED and len(state.subjects) < _MOST_SUBJECTS:
        state.subjects.append(subject)
    elif replaces:
        state.subjects[-1] = subject
    else:
        state.subjects, state.list_start = [subject], state.part_start
        # 开发区营业收入、税收收入: both are the zone's.
        state.foreign = subject.indicator is None and state.setting.owners.names_another(subject.label)
        state.planned = False
        state.forget_verbs()
    state.move(Turn.NOUN)
    state.rank = False


def _explains(ids: Sequence[str], umbrella: Indicator) -> bool:
    """主要污染物|化学需氧量, 节能减排|约束性指标: the second name says what the first is about."""
    return umbrella.group == "environment" or umbrella.id in (*ids, UMBRELLA)


def name_indicators(state: ClauseState, token: Token) -> None:
    """A name of the vocabulary, which may stand for several indicators."""
    owners, vocabulary = state.setting.owners, state.setting.vocabulary
    prefix = _prefix(state, token)
    if state.listed is Listed.NAMED and _WORDS["so_many"].find(state.text[token.start - 3 : token.start]):
        return  # 化学需氧量、氨氮两项|主要污染物: what was listed
    if prefix and _WORDS["modifier"].find(prefix):
        prefix = ""
    if not prefix and state.text.endswith(_PER, 0, token.start):
        prefix = state.text[token.start - 2 : token.start]  # 亩均|税收, 人均|粮食产量: so much for each
    owner, state.owner = state.owner, ""
    theirs = owners.part(prefix) or owners.own_budget(prefix or token.text)
    if theirs is None and not prefix and state.subjects and is_of_what_is_told(state.text, token.start):
        theirs = state.subjects[-1].owner or None  # 市级…30亿元，其中|税收收入20亿元
    if prefix and state.text.startswith(_RECEIVES, token.start) and _WORDS["host"].find(prefix):
        state.actor = not owners.is_own(prefix)
    foreign = theirs is not None or owners.is_foreign(prefix, owner) or state.actor
    foreign = foreign or (bool(prefix) and owners.of_several(state.text, token.start))
    foreign = foreign or _is_of_a_sector(state, token.ids)
    level = prefix in _OWN_LEVEL and not state.text.endswith("其中", 0, token.start - len(prefix))
    if theirs is not None or owners.is_own(prefix) or level:
        prefix = ""
    # 主要污染物化学需氧量: the second name explains the first. 科技型企业贷款余额: it is another thing.
    replaces = state.listed is Listed.NAMED and state.subjects[-1].end == token.start
    if replaces and not prefix:
        last = state.subjects[-1]
        another = last.indicator is not None and not _explains(token.ids, last.indicator)
        if another or state.text.startswith("”", token.start - 1):  # 外贸“新三样”|进出口
            prefix = state.text[last.start : last.end][-LONGEST_LABEL:]
    foreign = _shares_its_name(state, token) or foreign
    kept = state.foreign and state.listed in (Listed.JOINED, Listed.FRESH_JOINED)
    if state.foreign and not (owner or prefix) and state.text[token.start - 1 : token.start] == "、":
        # 开发区工业投资增长20%、工业增加值增长15%: 、 ties the second to what the first was of.
        for before in state.subjects[-1:]:
            theirs = theirs or before.owner
            kept = kept or bool(theirs) or owners.is_foreign(before.prefix, "")
    named = [
        Subject(indicator, indicator.label, token.start, token.end, prefix, theirs or "")
        for indicator in map(vocabulary.indicators.__getitem__, token.ids)
    ]
    name_subject(state, named[0], replaces=replaces)
    if _SHARE in token.text:  # 第一产业、|第三产业增加值占生产总值的比重: both are shares
        behind = token.text[token.text.index(_SHARE) :]
        state.subjects[:-1] = [_share_of(subject, behind) for subject in state.subjects[:-1]]
    state.subjects += named[1:]
    state.foreign = kept or foreign


def _shares_its_name(state: ClauseState, token: Token) -> bool:
    """主城区和|县城污水处理率分别达到95%和85%: the first place leaves out what the second one says."""
    last = state.subjects[-1] if state.subjects and state.listed is Listed.JOINED else None
    owner = last and state.setting.owners.part(state.text[last.start : last.end])
    if last is None or owner is None:
        return False
    indicator = state.setting.vocabulary.indicators[token.ids[0]]
    state.subjects[-1] = last._replace(indicator=indicator, label=indicator.label, owner=owner)
    return True


def named_by_the_last(state: ClauseState, subjects: list[Subject]) -> list[Subject]:
    """工业、技改、|房地产投资|分别增长5%、6%和7%: each leaves out the noun that the last one says.

    So does 规上 in front of |亿元以上工业企业|, a noun that nobody knows.
    """
    whole = subjects[-1] if subjects else None
    if whole is None or all(one.indicator is not None for one in subjects):
        return subjects
    printed = state.text[whole.start : whole.end]
    return [
        subject if subject.indicator is not None else _with_noun(state, subject, printed)
        for subject in subjects
    ]


def _with_noun(state: ClauseState, subject: Subject, whole: str) -> Subject:
    """工业 and 房地产投资: 工业投资, if that is a name, by the longest end of the other that makes one.

    Not 县城 in front of 农村生活污水处理率, which is a place; nor PM10 in front of PM2.5.
    """
    head = state.text[subject.start : subject.end]
    joined = state.text.startswith(("、", "和", "与", "及", "以及"), subject.end)
    if not joined or len(head) > LONGEST_LABEL or state.setting.owners.part(head) is not None:
        return subject
    for begin in range(1, len(whole) - 1):
        name = head + whole[begin:]
        known = tokens(name) if whole[begin:].isalpha() else []
        if len(known) == 1 and known[0].text == name and len(known[0].ids) == 1:
            indicator = state.setting.vocabulary.indicators[known[0].ids[0]]
            return subject._replace(indicator=indicator, label=indicator.label)
    return subject


def _is_of_a_sector(state: ClauseState, ids: Sequence[str]) -> bool:
    """高新技术企业|实现|税收20亿元, 金融业|实现|税收: what they did.

    外向型经济|完成|进出口总额 is the region's, as are 企业数量 and 税收 in one list.
    """
    last = state.subjects[-1] if state.subjects and state.listed is Listed.NAMED else None
    if last is None or not state.verbs.level:
        return False
    if last.indicator is not None:
        return not _FIRMS.isdisjoint(last.indicator.levels)
    of_all = not _OF_ALL.isdisjoint(ids) or last.label.endswith(("电商", "企业"))
    return of_all and _WORDS["sector"].find(last.label) is not None


def is_of_what_is_told(text: str, start: int) -> bool:
    """其中|…, 其中：|…, 其中49个省|…: is what begins there a part of what stands in front?"""
    return _WORDS["of_it"].find(text, max(0, start - _FAR), start) is not None


def is_of_its_own(text: str) -> bool:
    """人均生产总值, 商品零售价格: another thing than the indicator in its name, and a figure all the same."""
    return _WORDS["of_its_own"].find(text) is not None


def from_a_base(text: str, token: Token) -> bool:
    """由|30亿元增加到52亿元; not 自|治区, 从|业人员, where the word is the head of another."""
    return _WORDS["from_a_base"].find(text, token.start) is not None


def recall_elided(state: ClauseState, token: Token) -> None:
    """粮食种植面积60万亩、产量5亿斤: the second name leaves out what the first one said.

    规上工业企业52家，实现产值200亿元; but 新增规上工业企业5家，实现产值2亿元 is of those that are new.
    """
    if _is_of_the_grain(state, token):
        state.subjects = []
        state.move(Turn.DROP)
        grain = state.setting.vocabulary.indicators["grain_output"]
        name_subject(state, Subject(grain, grain.label, token.start, token.end))
        return
    last = state.subjects[-1] if state.subjects and state.listed is Listed.TOLD else None
    if last is None or last.indicator is None:
        return
    meant = _ELIDED.get((last.indicator.id, token.text))
    if meant is None or state.unknown is not None:
        return
    new = bool(state.told) and state.told[-1].measure is Measure.CHANGE
    if not (new and not _FIRMS.isdisjoint(last.indicator.levels)):
        indicator, foreign = state.setting.vocabulary.indicators[meant], state.foreign
        name_subject(state, Subject(indicator, indicator.label, token.start, token.end, owner=last.owner))
        state.foreign = foreign


def _is_of_the_grain(state: ClauseState, token: Token) -> bool:
    """粮食生产喜获丰收，|总产|达到23万吨: what was said of the grain is no figure."""
    waits = state.unknown is None and state.listed is not Listed.TOLD and token.text in _YIELDS
    waits = waits and not (state.subjects and state.subjects[-1].indicator is not None)
    return waits and _WORDS["of_grain"].find(state.text[max(0, token.start - _FAR) : token.start]) is not None


def recall_share(state: ClauseState, token: Token) -> bool:
    """研发经费支出12.8亿元，占GDP比重2.6%: the second figure is of what the first one was.

    And 研发经费支出|占生产总值2.6%: it is the noun in front. Others: name_share.
    """
    last = state.subjects[-1] if state.subjects else None
    goes_on = last is not None and state.listed is Listed.NAMED and last.end == token.start
    if last is None or last.indicator is None or not (goes_on or state.listed is Listed.TOLD):
        return False
    meant = _OF_GDP.get(last.indicator.id)
    both = len(state.subjects) > 1 and state.subjects[-2].end == last.end  # 二、三产业增加值
    of_gdp = _WORDS["of_gdp"].find(token.text) or (meant == "rd_intensity" and token.text == "占比")
    if meant is None or both or not of_gdp:
        return False
    indicator = state.setting.vocabulary.indicators[meant]
    begin = last.start if goes_on else token.start
    prefix = last.prefix if goes_on else ""
    name_subject(state, Subject(indicator, indicator.label, begin, token.end, prefix), replaces=goes_on)
    return True


def name_share(state: ClauseState, token: Token) -> bool:
    """服务业增加值|占GDP比重, 产值|占|工业总产值|比重: the noun that has the share goes on.

    服务业增加值增长9%，|占GDP比重50%: and is left out where it was told.
    """
    last = state.subjects[-1] if state.subjects else None
    goes_on = state.share and state.verbs == NO_VERBS
    if last is None or not (goes_on or _WORDS["share"].find(token.text)):
        return False
    if state.listed is Listed.NAMED and (goes_on or last.end == token.start):
        begin, behind = last.start - len(last.prefix), state.text[last.end : token.end]
        name = f"{last.label}{behind}" if goes_on else state.text[begin : token.end]
        # 工业投资、民间投资占比: all of the list are shares; of 二、三产业增加值 both together have one.
        others = [subject for subject in state.subjects[:-1] if subject.end != last.end]
        state.subjects = [_share_of(subject, behind) for subject in (*others, last)]
    elif _is_elided(state, token):
        if last.indicator is not None and last.indicator.rate:
            return True  # 优良天数331天、|占比90.7%
        begin, name = token.start, f"{last.prefix}{last.label}{token.text}"
    else:
        return False
    name_subject(state, Subject(None, name[:LONGEST_LABEL], begin, token.end), replaces=begin < token.start)
    state.share = token.word is not Word.VOID
    return True


def _share_of(subject: Subject, behind: str) -> Subject:
    if not subject.label or not (subject.indicator is None or _MONEY in subject.indicator.levels):
        return subject  # 城镇化率、服务业增加值占GDP比重
    name = f"{subject.prefix}{subject.label}{behind}"[:LONGEST_LABEL]
    return subject._replace(indicator=None, label=name, prefix="")


def _is_elided(state: ClauseState, token: Token) -> bool:
    """服务业增加值增长9%，|占GDP比重50%: is it the share of what was told last?"""
    only = state.subjects[0] if state.listed is Listed.TOLD and len(state.subjects) == 1 else None
    named = only is not None and bool(only.label) and not only.owner
    return named and state.text[token.start - 1 : token.start] in ("，", "、", "；")


_RECALLS = (_recall_income, _recall_more, _recall)


def act(state: ClauseState, token: Token) -> None:
    """经开区|实现: the noun before the verb is the owner of what follows."""
    name = _prefix(state, token)
    if name and state.setting.owners.acts_for_itself(name, token.text):
        state.actor = True
