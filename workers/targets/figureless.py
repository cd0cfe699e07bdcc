"""Predicates without a figure: 与经济增长同步, 高于全国平均水平, 与全省一致, 正增长, 持平. Pure.

The words are figureless.rules.toml, a rule for each comparator; 完成…任务 is predicates.task.
"""

from __future__ import annotations

from ingest.model import Comparator
from ingest.text.rules import load_rules

# What each begins with: the engine passes quickly over all other characters, and tries few of the rules.
_FIRST = {
    Comparator.IN_STEP_WITH: "增保和与同跟实基大总",
    Comparator.FASTER_THAN: "比增明略继持保力均要不高快超大好跑领优在",
    Comparator.SAME_AS: "增和与同跟达",
    Comparator.POSITIVE: "保实转由正只扭止",
    Comparator.FLAT: "和与同较比保实基大总持稳维零",
    Comparator.FULFIL: "严控保稳维在按不任目指均都全如顺圆坚应要确得完",
}

BOND_PATTERN = (
    f"(?=[{''.join(sorted(set(''.join(_FIRST.values()))))}])(?:"
    + "|".join(
        f"(?=[{_FIRST[Comparator(name)]}])(?P<{name}>{rule.written})"
        for name, rule in load_rules(__package__, "figureless.rules.toml").items()
    )
    + ")"
)
