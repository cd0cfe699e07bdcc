"""The grammar by its tables: where the list of subjects goes, what a clause leaves to the next, headings."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.indicators.vocabulary import load_vocabulary
from ingest.model import Comparator, Measure, Region, Resolve
from workers.targets.candidates import Candidate, When
from workers.targets.clause import MOVES, Context, Listed, Setting, Turn, clauses
from workers.targets.grammar import RULES, read_clause
from workers.targets.lexicon import Word, tokens
from workers.targets.owners import Owners
from workers.targets.parts import HEADINGS, HeadingRule, heading_answers
from workers.targets.predicates import Verbs
from workers.targets.sentence import read_sentence

YEAR = 2024
OWNERS = Owners(Region(code="500108", name="南岸区"))


def read(text: str, context: Context | None = None) -> tuple[list[Candidate], Context]:
    """The last clause of a text, read behind the others."""
    setting = Setting(text, load_vocabulary(), OWNERS, YEAR)
    context, told = context or Context(), []
    for clause in clauses(tokens(text), 0):
        reading = read_clause(setting, context, clause)
        told, context = list(reading.candidates), reading.context
    return told, context


def test_every_word_has_a_rule_and_every_turn_a_move() -> None:
    assert set(RULES) == set(Word)
    assert set(MOVES) == set(Listed)
    assert all(set(moves) == set(Turn) for moves in MOVES.values())


@pytest.mark.parametrize(
    ("words", "listed"),
    [
        ("", Listed.FRESH),
        ("地区生产总值", Listed.NAMED),
        ("地区生产总值、", Listed.JOINED),
        ("地区生产总值、税收收入", Listed.NAMED),
        ("地区生产总值、，", Listed.FRESH),
        ("地区生产总值，", Listed.FRESH),
        ("地区生产总值、、", Listed.JOINED),
        ("地区生产总值、增长6%", Listed.TOLD),
        ("地区生产总值，增长6%", Listed.TOLD),
        ("地区生产总值，、增长6%", Listed.TOLD),
        ("新增", Listed.FRESH),
        ("、", Listed.FRESH_JOINED),
        ("、、", Listed.FRESH_JOINED),
        ("、地区生产总值", Listed.NAMED),
        ("、，", Listed.FRESH),
        ("、新增", Listed.FRESH_JOINED),
        ("地区生产总值、新增", Listed.FRESH_JOINED),
        ("地区生产总值新增", Listed.FRESH),
        ("地区生产总值增长6%", Listed.TOLD),
        ("地区生产总值与经济增长同步", Listed.TOLD),
        ("完成节能减排任务", Listed.TOLD),
        ("地区生产总值增长6%、", Listed.TOLD),
        ("地区生产总值增长6%，", Listed.TOLD),
        ("地区生产总值增长6%新增", Listed.TOLD),
        ("地区生产总值增长6%，税收收入", Listed.NAMED),
    ],
)
def test_where_the_list_of_subjects_stands(words: str, listed: Listed) -> None:
    assert read(words)[1].listed is listed


@pytest.mark.parametrize(
    ("words", "holds"),
    [
        # to the end of the sentence
        ("2025年，", {"when": When(horizon=2025)}),
        ("去年；", {"when": When(past=2023)}),
        # to the stop
        ("上半年，", {"when": When(partial=True, partly=True)}),
        ("上半年；", {"when": When()}),
        ("经开区实现税收收入，", {"foreign": True, "actor": True}),
        ("经开区实现税收收入；", {"foreign": False, "actor": False, "subjects": ()}),
        # to the predicate's figures
        ("地区生产总值不低于", {"bound": Comparator.AT_LEAST}),
        ("地区生产总值增长不低于", {"verbs": Verbs(up=True)}),
        ("地区生产总值增长6%，", {"verbs": Verbs(), "bound": None, "figures": 1}),
        ("地区生产总值、税收收入分别", {"each": True}),
        ("地区生产总值、税收收入分别增长6%、5%", {"each": False, "figures": 2}),
        ("地区生产总值增长6%、达到", {"chained": True}),
        # to the mark
        ("地区生产总值年均增长，", {"when": When(averaged=True)}),
        ("地区生产总值增长，", {"verbs": Verbs()}),
        ("新增", {"verbs": Verbs(new=True)}),
        ("新增，", {"verbs": Verbs()}),
        ("地区生产总值比去年，", {"verbs": Verbs()}),
    ],
)
def test_what_is_left_to_the_next_clause(words: str, holds: dict[str, Any]) -> None:
    context = read(words)[1]
    assert {name: getattr(context, name) for name in holds} == holds


@pytest.mark.parametrize(
    ("sentence", "last"),
    [
        ("地区生产总值达到870亿元，增长6%", [("gdp", Measure.GROWTH, 6, None)]),
        ("地区生产总值、税收收入，确保分别增长6%、5%", [("gdp", Measure.GROWTH, 6, Resolve.ENSURE),
                                       ("tax_revenue", Measure.GROWTH, 5, Resolve.ENSURE)]),
        ("力争地区生产总值增长6%，税收收入增长5%", [("tax_revenue", Measure.GROWTH, 5, Resolve.AIM)]),
        ("地区生产总值增长6%，力争达到7%", []),
        ("地区生产总值增长6%，税收收入占30%", [(None, Measure.SHARE, 30, None)]),
        ("地区生产总值由800亿元增加到870亿元", [("gdp", Measure.LEVEL, 870e8, None)]),
        ("城镇居民收入3万元、农村居民收入2万元，分别增长5%和7%", [("urban_income", Measure.GROWTH, 5, None),
                                                     ("rural_income", Measure.GROWTH, 7, None)]),
    ],
)  # fmt: skip
def test_the_figures_of_a_clause(sentence: str, last: list[tuple[object, ...]]) -> None:
    told = [
        (f.subject.indicator and f.subject.indicator.id, f.measure, f.low, f.resolve)
        for f in read(sentence)[0]
    ]
    assert told == last


def test_a_clause_is_read_alike_from_the_same_context() -> None:
    """Nothing is kept between two readings, and the context that was given is not touched."""
    text = "地区生产总值达到870亿元，增长6%，力争超过全市平均水平"
    first = list(clauses(tokens(text), 0))
    setting = Setting(text, load_vocabulary(), OWNERS, YEAR)
    context = read_clause(setting, Context(), first[0]).context
    again = read_clause(setting, context, first[1])
    assert read_clause(setting, context, first[1]) == again
    assert context == read_clause(setting, Context(), first[0]).context


def test_a_word_that_governs_a_list_is_part_of_no_quote() -> None:
    text = "力争地区生产总值增长6%，税收收入增长5%"
    told = read_sentence(text, tokens(text), 0, load_vocabulary(), OWNERS, YEAR)
    assert [text[f.start : f.end] for f in told] == ["地区生产总值增长6%", "税收收入增长5%"]
    alone = "力争地区生产总值增长6%"
    told = read_sentence(alone, tokens(alone), 0, load_vocabulary(), OWNERS, YEAR)
    assert [alone[f.start : f.end] for f in told] == [alone]


@pytest.mark.parametrize("row", HEADINGS, ids=lambda row: row.name)
def test_each_rule_of_a_heading_is_the_first_that_reads_its_example(row: HeadingRule) -> None:
    rule, place = next(heading_answers(row.example))
    assert (rule, place.part) == (row, row.part)
