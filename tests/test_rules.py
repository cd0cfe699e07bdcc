"""Rules that are words: every rule of every file finds what it must, and nothing that it must not."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from ingest.errors import ConfigError
from ingest.identity import kinds, years
from ingest.page import furniture
from ingest.text import noise
from ingest.text.beginnings import Beginnings
from ingest.text.rules import Rules

PROJECT = Path(__file__).resolve().parents[1]
FILES = sorted(
    path.relative_to(PROJECT)
    for room in ("ingest", "workers")
    for path in (PROJECT / room).rglob("*.rules.toml")
)
ASKED = re.compile(r'"([a-z_0-9]+)"')


def rules(text: str, source: str = "some.rules.toml") -> Rules:
    return Rules(source, tomllib.loads(text))


def of(path: Path) -> Rules:
    return rules((PROJECT / path).read_text(encoding="utf-8"), path.name)


def takes_all(module: str, file: str) -> bool:
    """Whether a module asks for all rules of a file, and not by name."""
    loaded = re.search(rf'(?:(\w+) = )?load_rules\(__package__, "{re.escape(file)}"\)(\.items\(\))?', module)
    if not loaded:
        return False
    return bool(loaded[2] or re.search(rf"\b{loaded[1]}\.(?:items\(\)|values\(\)|joined\()", module))


@pytest.mark.parametrize("path", FILES, ids=str)
def test_every_rule_finds_its_examples_and_not_its_counterexamples(path: Path) -> None:
    assert [line for rule in of(path).values() for line in rule.failures()] == []


@pytest.mark.parametrize("path", FILES, ids=str)
def test_every_example_begins_as_its_rule_says(path: Path) -> None:
    found = of(path)
    asked = [rule for rule in found.values() if rule.find.__name__ != "search"]
    for rule in asked:
        assert list(rule.begins.among(rule.yes)) == list(range(len(rule.yes)))
    if len(asked) == len(found) and not any(rule.pattern.flags & re.I for rule in asked):
        examples = [text for rule in asked for text in rule.yes]
        assert list(found.joined("whole").begins.among(examples)) == list(range(len(examples)))


@pytest.mark.parametrize(
    ("pattern", "asked", "passed_over"),
    [
        (r"(?:上|下)一?页", "上页 下一页 下雨", "页 一页"),
        (r"[（(]?\s?(?:编辑|校对)[:：].*", "（编辑：某 校对：某 （( \u3000编辑", "某编辑：某 （一） 一"),
        (r"[a-c]{0,3}\d+|(?=x)[xy]|(?>z)|(?i:q)w", "b1 7 x z Qw y", "d1 w 某"),
        (r".{0,9}(?:未经|ICP备\d|权|侵(?:权|害))|页", "某ICP备 侵权 页 未经 侵害", "某 损害 ICP"),
        (r".{2,9}办公[厅室]主办|页", "某某办公室主办 某某办公厅主办 页", "某某办公楼主办 办公"),
        (r".{0,9}?备?|页", "某 x 页", ""),
        (r"(?!x)[^ab]", "c x a", ""),
        (r".{0,3}(?i:icp)", "icp x", ""),
        (r"(?i).{0,3}icp", "icp x", ""),
    ],
)
def test_a_line_is_asked_where_it_may_be_found(pattern: str, asked: str, passed_over: str) -> None:
    begins = Beginnings(pattern)
    lines = asked.split(" ")
    assert any(re.match(pattern, line) for line in lines)
    assert [place for line in lines for place in begins.among([line])] == [0] * len(lines)
    assert not [line for line in passed_over.split() if begins.among([line])]


@pytest.mark.parametrize(
    "begins",
    [furniture._END.begins, furniture._COUNTER.begins, noise._site_lines()],
    ids=["end", "counter", "site"],
)
def test_lines_of_a_text_are_passed_over(begins: Beginnings) -> None:
    """One rule that can begin with anything, and every line is asked of all of them."""
    lines = ["坚持稳中求进", "经济增长6%左右", "整合办公用房", "强化责任落实，办好民生实事"]
    assert begins.among(lines) == []


def test_whoever_speaks_for_an_organ_names_it() -> None:
    text = (PROJECT / "ingest" / "identity" / "kinds.rules.toml").read_text(encoding="utf-8")
    courts = tomllib.loads(text)["parts"]["courts"].removeprefix("(?:").removesuffix(")").split("|")
    asked = rules(text)
    named = [*courts, *asked["speaks_for_organ"].yes]
    assert [words for words in named if not asked["organ"].find(words)] == []


@pytest.mark.parametrize("path", FILES, ids=str)
def test_no_rule_is_dead(path: Path) -> None:
    asking = [module.read_text("utf-8") for module in (PROJECT / path).parent.glob("*.py")]
    if any(takes_all(text, path.name) for text in asking):
        return  # all of them are taken
    asked = {name for text in asking for name in ASKED.findall(text)}
    assert [name for name in of(path) if name not in asked] == []


def test_a_rule_looks_where_it_says() -> None:
    found = rules(
        """
        [parts]
        year = '20\\d\\d年'
        plan = '{year}工作'
        [anywhere]
        any = "安排 打算"
        pattern = '''{plan}
            {any}'''
        yes = ["二、2025年工作安排", "2025年工作打算"]
        no = ["2025年工作"]
        [start]
        at = "start"
        any = "安排 打算"
        yes = ["安排如下"]
        no = ["工作安排"]
        [whole]
        at = "whole"
        pattern = "{year}"
        yes = ["2025年"]
        no = ["2025年底"]
        """
    )
    assert list(found) == ["anywhere", "start", "whole"]
    assert [line for rule in found.values() for line in rule.failures()] == []
    assert found.variant("whole", year="今年").find("今年")
    assert [text for text in ("2025年", "安排", "2025年工作") if found.joined().pattern.fullmatch(text)] == [
        "2025年",
        "安排",
    ]
    assert len(found) == 3


def test_a_rule_that_its_examples_contradict_says_so() -> None:
    rule = rules('[past]\nany = "回顾 总结"\nyes = ["安排"]\nno = ["回顾"]\n')["past"]
    assert list(rule.failures()) == ["past: does not find '安排'", "past: finds '回顾'"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('any = "回顾"\nyes = ["回顾"]', "that it must not"),
        ('any = "回顾"\nno = ["安排"]', "that it must find"),
        ('any = "("\nyes = ["回顾"]\nno = ["安排"]', "its pattern is none"),
        ('pattern = "{year}"\nyes = ["回顾"]\nno = ["安排"]', r"no part \{year\}"),
        ('at = "end"\nany = "回顾"\nyes = ["回顾"]\nno = ["安排"]', "at = 'end'"),
        ('words = "回顾"\nyes = ["回顾"]\nno = ["安排"]', "it has words"),
    ],
)
def test_a_file_that_is_wrong_is_refused(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=rf"'past' of some\.rules\.toml.*{message}"):
        _ = rules(f"[past]\n{text}\n")["past"].pattern


@pytest.mark.parametrize("row", years.RULES, ids=lambda row: row.name)
def test_each_rule_of_the_year_is_the_first_that_reads_its_example(row: years.YearRule) -> None:
    assert next(years.answers(row.example)) == (row, row.year)


@pytest.mark.parametrize("row", kinds.TITLE_RULES, ids=lambda row: row.name)
def test_each_rule_of_a_title_is_the_first_that_reads_its_example(row: kinds.TitleRule) -> None:
    assert next(kinds.title_answers(row.example)) == row


@pytest.mark.parametrize("row", kinds.RULES, ids=lambda row: row.name)
def test_each_rule_of_the_kind_is_the_first_that_reads_its_example(row: kinds.KindRule) -> None:
    assert next(kinds.answers(row.example)) == (row, row.kind)
