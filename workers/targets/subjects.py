"""The subjects of a clause: which nouns a predicate is about, and whose they are. Pure.

When a subject's predicate is complete is grammar.py's business; names and aliases are vocabulary.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from workers.targets.candidates import Slot
from workers.targets.lexicon import Token
from workers.targets.vocabulary import Vocabulary

NOUN_ENDINGS = frozenset(
    (
        *("率", "面积", "产量", "人数", "数量", "总量", "总额", "总值", "规模", "水平", "余额", "浓度"),
        *("比例", "比重", "增加值", "产值", "的"),
    )
)
LONGEST_LABEL = 24
_OWN_LEVEL = frozenset((*"省市州盟区县旗", "市属", "区属", "县属"))  # 县一般公共预算收入
_MOST_SUBJECTS = 12


class OwnersLike(Protocol):
    def is_foreign(self, prefix: str, owner: str) -> bool: ...
    def is_own(self, prefix: str) -> bool: ...
    def names_another(self, noun: str) -> bool: ...
    def acts_for_itself(self, name: str) -> bool: ...


class Subjects:
    """`open` until their predicate is complete; `fresh`: the next noun starts a new list; `joined`: 和 or 、
    just before; `start`: of the clause that they stand in."""

    def __init__(self, text: str, vocabulary: Vocabulary, owners: OwnersLike, start: int) -> None:
        self.text, self.vocabulary, self.owners = text, vocabulary, owners
        self.slots: list[Slot] = []
        self.open, self.fresh, self.joined = True, True, False
        self.start = start
        self.foreign = False
        self.owner = ""  # 全省, 全市 just before
        self.actor = False  # 经开区实现…: what follows is another's, till the sentence says otherwise
        self.unknown: tuple[int, int] | None = None  # text that no word covers, not yet settled

    def label(self, start: int, end: int) -> str:
        return self.text[start : min(end, start + LONGEST_LABEL)]

    def unknown_text(self, start: int, end: int, *, said: bool) -> None:
        """Text between two words. `said`: a verb stands between it and the subjects."""
        attached = self.slots and self.open and not self.joined and not self.fresh and self.unknown is None
        if attached and not said:
            # 固定资产投资项目: the noun goes on, so it is another noun.
            last = self.slots[-1]
            self.slots[-1] = replace(last, indicator=None, label=self.label(last.start, end), end=end)
            return
        self.unknown = (self.unknown[0] if self.unknown else start, end)

    def extend_unknown(self, token: Token) -> None:
        """率, 面积 behind a noun that nobody knows belong to it."""
        if self.unknown is not None and self.unknown[1] == token.start and token.text in NOUN_ENDINGS:
            self.unknown = (self.unknown[0], token.end)

    def unknown_noun(self) -> Slot | None:
        if self.unknown is None:
            return None
        begin, end = self.unknown
        return Slot(None, self.label(begin, end), begin, end)

    def act(self, token: Token) -> None:
        """经开区|实现: the noun before the verb is the owner of what follows."""
        if self.unknown is not None and self.unknown[1] == token.start:
            name = self.text[max(self.unknown[0], token.start - LONGEST_LABEL) : token.start]
            if self.owners.acts_for_itself(name):
                self.actor = True

    def own(self, token: Token) -> None:
        """全区: whose figure comes next."""
        self.owner = token.text
        self.actor = False

    def indicators(self, token: Token, clause: int) -> bool:
        """A name of the vocabulary. Returns whether a new list began."""
        prefix = ""
        if self.unknown is not None and self.unknown[1] == token.start:
            prefix = self.text[max(self.unknown[0], token.start - LONGEST_LABEL) : token.start]
        owner, self.owner = self.owner, ""
        foreign = self.owners.is_foreign(prefix, owner) or self.actor
        if self.owners.is_own(prefix) or prefix in _OWN_LEVEL:
            prefix = ""
        # 主要污染物化学需氧量: the second name explains the first. 科技型企业贷款余额: it is another thing.
        replaces = (
            bool(self.slots) and not self.fresh and not self.joined and self.slots[-1].end == token.start
        )
        if replaces and not prefix:
            last = self.slots[-1]
            if last.indicator is not None and last.indicator.group != "environment":
                prefix = self.text[last.start : last.end][-LONGEST_LABEL:]
        kept = self.foreign and self.joined
        began = False
        for number, id in enumerate(token.ids):
            indicator = self.vocabulary.indicators[id]
            slot = Slot(indicator, indicator.label, token.start, token.end, prefix)
            if number:
                self.slots.append(slot)
            else:
                began = self.noun(slot, clause, replaces=replaces)
        self.foreign = kept or foreign
        return began

    def noun(self, slot: Slot, clause: int, *, replaces: bool = False) -> bool:
        """A subject joins the list, takes the place of the last one, or starts a new list (True)."""
        self.unknown = None
        growing = bool(self.slots) and self.open and not self.fresh and self.joined
        began = False
        if growing and len(self.slots) < _MOST_SUBJECTS:
            self.slots.append(slot)
        elif replaces and self.open:
            self.slots[-1] = slot
        else:
            self.slots, self.start = [slot], clause
            self.open, began = True, True
            # 开发区营业收入、税收收入: both are the zone's.
            self.foreign = slot.indicator is None and self.owners.names_another(slot.label)
        self.fresh = self.joined = False
        return began

    def take(self, slots: Sequence[Slot], clause: int) -> None:
        """完成节能减排任务: the subjects stand inside their predicate."""
        self.slots, self.start, self.open = list(slots), clause, True

    def drop(self) -> None:
        """The next noun starts from nothing."""
        self.slots, self.fresh, self.unknown = [], True, None

    def stop(self) -> None:
        """；or 。"""
        self.slots, self.foreign, self.actor = [], False, False

    def close(self) -> None:
        """The predicate is complete: the next noun starts a new list."""
        self.open, self.fresh, self.joined = False, True, False
