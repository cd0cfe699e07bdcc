"""One sentence -> the figures in it, and what two of them are to each other. Pure.

Clause by clause (grammar.py) from one context to the next (clause.py); then what only the whole sentence
says: which figure of two under one name is that of more, which two are the bounds of one, which was planned.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ingest.indicators.vocabulary import Vocabulary
from ingest.model import Comparator
from workers.targets import resolves
from workers.targets.candidates import Candidate, Subject
from workers.targets.clause import MARKS, Context, Setting, clauses
from workers.targets.figures import is_made_exact, range_of, was_only_expected
from workers.targets.grammar import read_clause
from workers.targets.lexicon import Token, Word
from workers.targets.owners import Owners
from workers.targets.subjects import OF_THE_YEAR, is_of_what_is_told

# What a name means in front of 其中 and the same name once more: all revenue; all industry has no name here.
_ALL_REVENUE = "fiscal_revenue"
_MORE = {"general_budget_revenue": _ALL_REVENUE, "industrial_value_added": "", "industrial_output": ""}
_RESIDENTS = ("urban_income", "rural_income")
_NARROW = ("规", "地方")
_OF_A_LEVEL = ("本级", *"省市州盟县区旗")
_TELLS = frozenset({Word.NUMBER, Word.BOND, Word.TASK, Word.INDICATOR})  # 完成约束性指标: a task, too


def read_sentence(
    text: str,
    words: Sequence[Token],
    start: int,
    vocabulary: Vocabulary,
    owners: Owners,
    year: int | None,
) -> list[Candidate]:
    """All figures of one sentence, in order: `words` are its tokens, `start` is where it begins. Linear."""
    setting = Setting(text, vocabulary, owners, year)
    context = Context(list_start=start, actor=owners.opens(text, start))
    candidates: list[Candidate] = []
    for clause in clauses(_to_the_last_figure(words), start):
        reading = read_clause(setting, context, clause)
        candidates += reading.candidates
        for cut in reading.cuts:
            resolves.cut_quotes(candidates, cut)
        context = reading.context
    if len(candidates) < 2:
        return candidates
    candidates = _of_all_residents(setting, _without_transfers(text, candidates))
    return _reached(text, _ranges(_wholes(setting, candidates)))


def _without_transfers(text: str, candidates: list[Candidate]) -> list[Candidate]:
    """一般公共预算总收入90亿元，其中：|当年收入|40亿元: the first is with what came from above."""
    own = next((one.subject for one in candidates if text.startswith(OF_THE_YEAR, one.subject.start)), None)
    if own is None:
        return candidates
    return [
        one
        for one in candidates
        if one.end > own.start or one.subject.indicator is None or one.subject.indicator.id != _ALL_REVENUE
    ]


def _of_all_residents(setting: Setting, candidates: list[Candidate]) -> list[Candidate]:
    """城乡居民人均可支配收入增长6.5%，其中|农村居民|增长7.5%: the first is of all, and not of each."""
    ids = [one.subject.indicator.id if one.subject.indicator else "" for one in candidates]
    part = next(
        (
            one.subject.start
            for one, name in zip(candidates, ids, strict=True)
            if name in _RESIDENTS and is_of_what_is_told(setting.text, one.subject.start)
        ),
        0,
    )
    told: list[Candidate] = []
    for one, name in zip(candidates, ids, strict=True):
        last = told[-1] if told else None
        same = last is not None and (last.start, last.end, last.low) == (one.start, one.end, one.low)
        if name in _RESIDENTS and same and one.end <= part:
            of_all = setting.vocabulary.indicators["resident_income"]
            told[-1] = one._replace(subject=one.subject._replace(indicator=of_all, label=of_all.label))
        else:
            told.append(one)
    return told


def _wholes(setting: Setting, candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """地方财政收入8亿元，其中|一般公共预算收入5亿元; 全部工业总产值9亿元，|规模以上工业总产值6亿元.

    Of two under one name the first is that of more: all revenue, all industry. Or the second is a part:
    全社会固定资产投资8亿元，其中|城镇固定资产投资5亿元.
    """
    text, alone = setting.text, setting.owners.is_district
    front: dict[tuple[str, str | None], Subject] = {}
    wholes: dict[str, int] = {}  # where the first of two by that name ends
    parts: set[Subject] = set()
    for candidate in candidates:
        subject, indicator = candidate.subject, candidate.subject.indicator
        if indicator is None or subject.owner or subject.prefix or candidate.foreign:
            continue
        before = front.setdefault((indicator.id, candidate.unit), subject)
        if before is subject:
            continue
        front[indicator.id, candidate.unit] = subject
        within, whole = is_of_what_is_told(text, subject.start), indicator.id in _MORE
        level = whole and text.startswith(_OF_A_LEVEL, subject.start)  # 其中|市本级|3亿元
        level = level and not (alone and text.startswith("区级", subject.start))
        if level or (within and not whole):
            parts.add(subject)
        elif within or (whole and _is_narrower(text, subject, before, candidate.unit)):
            wholes[indicator.id] = subject.start
    if not (wholes or parts):
        return candidates
    told: list[Candidate] = []
    for candidate in candidates:
        subject, indicator = candidate.subject, candidate.subject.indicator
        if subject in parts:
            candidate = candidate._replace(foreign=True)
        elif indicator is not None and candidate.end <= wholes.get(indicator.id, 0):
            candidate = candidate._replace(subject=_of_more(text, subject, setting.vocabulary))
        told.append(candidate)
    return told


def _is_narrower(text: str, subject: Subject, other: Subject, unit: str | None) -> bool:
    """全部工业总产值, |规模以上|工业总产值; 公共财政收入, |地方|财政收入: does it name less?

    Of two sums; of two rates of growth only where 全部 says it: 规上 may be left out.
    """
    if unit != "元" and not text.startswith("全部", other.start):
        return False
    return text.startswith(_NARROW, subject.start) and not text.startswith(_NARROW, other.start)


def _of_more(text: str, subject: Subject, vocabulary: Vocabulary) -> Subject:
    assert subject.indicator is not None  # _wholes asks for no other
    more = vocabulary.indicators.get(_MORE[subject.indicator.id])
    return subject._replace(
        indicator=more, label=text[subject.start : subject.end] if more is None else more.label
    )


def _ranges(candidates: Sequence[Candidate]) -> list[Candidate]:
    """不低于5%、不高于7%: the two bounds of one figure are its range."""
    joined = [candidates[0]]
    for following in candidates[1:]:
        told = joined[-1]
        ends = None
        if following.subject is told.subject and following.measure is told.measure:
            bounds = following.comparator, following.low, following.high
            ends = range_of(told, bounds, following.unit)
        if ends is None:
            joined.append(following)
        else:
            low, high = ends
            joined[-1] = told._replace(comparator=Comparator.RANGE, low=low, high=high, end=following.end)
    return joined


def _reached(text: str, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Without what was only planned (预期增长6.5%，完成3.5%), or a figure says too (由降转增，增长1.2%)."""
    kept = [
        candidate
        for candidate, following in pairwise(candidates)
        if following.subject is not candidate.subject
        or not (
            was_only_expected(text, candidate, following.end)
            or (
                following.measure is candidate.measure
                and is_made_exact(candidate, following.comparator, following.unit, following.resolve)
            )
        )
    ]
    return [*kept, candidates[-1]]


def _to_the_last_figure(words: Sequence[Token]) -> Sequence[Token]:
    """Behind the clause of the last figure nothing more is told."""
    last = len(words) - 1
    while last >= 0 and words[last].word not in _TELLS:
        last -= 1
    end = last + 1
    while 0 < end < len(words) and words[end - 1].word not in MARKS:
        end += 1
    return words[:end]
