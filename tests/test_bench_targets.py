"""The open benchmark on a folder of one's own: what it counts, what it prints, and when it is skipped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench import targets

REPORT = """椒江区2024年政府工作报告
——2024年1月20日在椒江区第十届人民代表大会第三次会议上
各位代表：
一、2023年工作回顾
地区生产总值增长5.1%，固定资产投资增长3.3%。
二、2024年工作安排
今年主要预期目标是：地区生产总值增长6%以上，固定资产投资增长8%，社会消费品零售总额增长7%，节能减排完成市定任务。
"""
TRUTH = """file,indicator,comparator,low,high,quote
a.txt,gdp,more_than,6.0,,地区生产总值增长6%以上
a.txt,fixed_asset_investment,exact,9.0,9.0,固定资产投资增长9%
a.txt,energy_conservation,fulfil,,,节能减排完成市定任务
a.txt,other,exact,1,1,别的
a.txt,gdp,qualitative,,,稳中求进
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "a.txt").write_text(REPORT, encoding="utf-8")
    (tmp_path / "truth.csv").write_text(TRUTH, encoding="utf-8")
    return tmp_path


def run(folder: Path, *arguments: str) -> int:
    return targets.main(
        ["--reports", str(folder / "reports"), "--truth", str(folder / "truth.csv"), *arguments]
    )


def test_precision_recall_and_the_misses(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["documents"] == 1
    assert told["groups"]["numeric"] == {
        "right": 1,
        "wrong": 2,
        "missed": 1,
        "precision": 0.3333,
        "recall": 0.5,
        "f1": 0.4,
    }
    assert told["groups"]["figureless"]["f1"] == 1.0
    assert told["comparators"]["min"]["right"] == 1
    assert told["indicators"]["retail_sales"]["wrong"] == 1
    assert run(folder) == 0
    text = capsys.readouterr().out
    assert "missed (1):\n  a.txt  fixed_asset_investment exact 9 9\n    固定资产投资增长9%" in text
    assert "今年主要预期目标是" in text.split("wrong (2):")[1]


def test_outcomes_count_by_year(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "truth.csv").write_text(
        "file,year,indicator,comparator,low,high,quote\na.txt,2023,gdp,exact,5.1,5.1,\n"
        "a.txt,2022,fixed_asset_investment,exact,3.3,3.3,\n",
        encoding="utf-8",
    )
    assert run(folder, "--role", "outcomes", "--json") == 0
    numeric = json.loads(capsys.readouterr().out)["groups"]["numeric"]
    assert (numeric["right"], numeric["wrong"], numeric["missed"]) == (1, 1, 1)


def test_the_meaning_of_a_figure_is_all_of_its_fields(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "truth.csv").write_text(
        "file,year,indicator,measure,comparator,low,high,unit,period,direction,quote\n"
        "a.txt,2024,gdp,growth,at_least,6,,%,,,\n"  # the measure says which way
        "a.txt,2024,fixed_asset_investment,growth,exact,8,8,%,average,up,\n"
        "a.txt,2024,retail_sales,growth,exact,7,7,%,year,down,\n",
        encoding="utf-8",
    )
    assert run(folder, "--role", "meaning", "--json") == 0
    numeric = json.loads(capsys.readouterr().out)["groups"]["numeric"]
    assert (numeric["right"], numeric["wrong"], numeric["missed"]) == (1, 2, 2)


def test_a_file_that_is_not_there_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (folder / "truth.csv").open("a", encoding="utf-8") as file:
        file.write("b.txt,gdp,exact,5,5,地区生产总值增长5%\n")
    assert run(folder) == 0
    assert "b.txt" in capsys.readouterr().err


def test_without_data_it_is_skipped_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(targets, "SHARED", tmp_path / "none")
    assert targets.main([]) == 0
    assert "skipped" in capsys.readouterr().out
    assert targets.main(["--reports", str(tmp_path / "none")]) == 2
