"""Predicates without a figure: 与经济增长同步, 高于全国平均水平, 与全省一致, 正增长, 持平. Pure.

The words are figureless.rules.toml, a rule for each comparator; 完成…任务 is predicates.task.
"""

from __future__ import annotations

from ingest.model import Comparator
from ingest.text.rules import load_rules

_FIRST = (
    "不稳维增保和与同跟明略继持均要力高快超大好跑领优在实转正由只较比零基总严控按任目指全都如顺圆坚应确得完"
)

BOND_PATTERN = (
    f"(?=[{_FIRST}])(?:"
    + "|".join(
        f"(?P<{Comparator(name).value}>{rule.pattern.pattern})"
        for name, rule in load_rules(__package__, "figureless.rules.toml").items()
    )
    + ")"
)
