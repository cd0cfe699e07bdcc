"""How one text of a report stands to another: the relation, and the evidence for it. Pure.

Called for texts of one report, or for a text without an identity of its own and the one that may hold it:
likeness of words alone never makes two reports one. What the two have in common is overlap.py; which text
leads, identity/decide.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from ingest.compare.figures import Change
from ingest.compare.fingerprint import Text
from ingest.compare.overlap import IN_COMMON, MUCH_SHORTER, NEARLY_ALL, Overlap
from ingest.compare.script_variants import in_words_of
from ingest.model import Relation

_DRAFT = re.compile(
    r"[征徵]求意[见見](?:[一二三四]?稿|第?[一二三四]?[次轮輪]?稿)|[讨討][论論]稿|送[审審]稿|初稿|修改稿|代[拟擬]稿"
)
_NUMBER = "(?:[一二三四五六七八九十]{1,2}|[①-⑩])"
_PAGE = re.compile(
    rf"(?:[(（](?:(?:全文|连载)·?)?(?:第?\d{{1,2}}(?:页|部分|/\d{{1,2}})?|(?:之|第|续)?{_NUMBER}(?:部分|篇)?|[上中下]篇?|续)[)）]"
    rf"|(?:连载|之|连载之){_NUMBER})(?:[(（]完[)）])?\s*$|第\d{{1,2}}页"
)

EXCERPT = 0.5  # of a scan's letters: a text with fewer is not the whole of it
_PIECES = Relation.PART, "both are pieces of one work by their titles, with nothing in common"
_ENDS = Relation.PART, "both are pieces of one work: the one begins in the other, and goes on where that ends"
_LATE_START = 0.03  # of the whole: what starts later is a part from its middle
_WORDS_CHANGED = 0.1  # of the letters in changed sentences' company, before other figures are a revision


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a text has its relation to another.

    `coverage`: the share of this text's letters that stands in the other, in order; `other_coverage`: the
    other way round. `changed`: sentences with other figures. `because`: the deciding reason in a sentence.
    """

    relation: Relation
    because: str
    coverage: float
    other_coverage: float
    letters: int
    other_letters: int
    shared: int = 0  # sentences
    starts_at: float = 0.0  # where in the other the first shared sentence stands, 0 to 1
    masked: int = 0
    cut: bool = False  # much shorter, and nearly all of it the other's, other figures or not
    changed: tuple[Change, ...] = ()

    @property
    def apart(self) -> bool:
        """Are the two pieces of one work, each of which says what the other does not?"""
        return self.relation is Relation.PART and max(self.coverage, self.other_coverage) < NEARLY_ALL

    def as_json(self) -> dict[str, Any]:
        data = asdict(self)
        return data | {
            "relation": self.relation.value,
            "coverage": round(self.coverage, 4),
            "other_coverage": round(self.other_coverage, 4),
            "starts_at": round(self.starts_at, 4),
            "changed": [asdict(change) for change in self.changed],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Evidence:
        changed = tuple(Change(c["this"], c["other"]) for c in data["changed"])
        return cls(**{**data, "relation": Relation(data["relation"]), "changed": changed})


def compare(
    text: Text,
    other: Text,
    title: str | None = None,
    other_title: str | None = None,
    *,
    nameless: bool = False,
) -> Evidence:
    """What `text` is to `other`, another text of its report.

    | relation | when |
    |---|---|
    | draft | its title or head says so (征求意见稿), the other's does not |
    | same | equal letters, but for lines without figures at the edges |
    | masked | figures of the other stand as X, or are left out |
    | restated | the same sentences with other figures, hardly any other words changed |
    | truncated | nearly all of it stands in the other, in order; much shorter, or ends in mid-sentence,
      or only the other's beginning or end is missing |
    | part | likewise, and it is one page of several, or nameless and from the middle; or both are pieces, by
      their titles（上, 下）with nothing in common, or because the one goes on where the other ends |
    | revision | anything else, also a text that holds more than the other |

    `nameless`: it does not say which report it is.
    """
    if text.converted != other.converted:
        text = in_words_of(text, other)
    found = Overlap(text, other)
    pieces = _pieces(found, title, other_title)
    relation, because = pieces or _judge(found, title, other_title, nameless)
    return Evidence(
        relation=relation,
        because=because,
        coverage=found.coverage,
        other_coverage=found.other_coverage,
        letters=text.chars,
        other_letters=other.chars,
        shared=len(found.shared),
        starts_at=found.starts_at,
        masked=found.masks,
        cut=found.is_cut(),
        changed=() if pieces else tuple(found.told_changes()),
    )


def beside_a_scan(evidence: Evidence) -> Evidence:
    """What two texts are to each other of which one was read by OCR, or both: the same work. What differs
    may be misread, and a guess contradicts nothing."""
    if evidence.relation is Relation.DRAFT:
        return evidence
    because = "one of the two was read from a scan: what differs may be misread"
    much_shorter = evidence.letters < EXCERPT * evidence.other_letters
    relation = Relation.TRUNCATED if much_shorter else Relation.SAME
    return replace(evidence, relation=relation, because=because, masked=0, cut=much_shorter, changed=())


def is_draft(title: str | None, text: Text) -> bool:
    """Does it call itself a draft for comment (征求意见稿 …), in its title or its first sentence?"""
    return _DRAFT.search((title or "") + "".join(text.sentences[:1])[:200]) is not None


def _pieces(found: Overlap, title: str | None, other_title: str | None) -> tuple[Relation, str] | None:
    """政府工作报告（上）and（下）: two articles that make one report; two texts of which neither is whole."""
    titled = all(_PAGE.search(each or "") for each in (title, other_title))
    if titled and max(found.coverage, found.other_coverage) < IN_COMMON:
        return _PIECES
    drafts = is_draft(title, found.text), is_draft(other_title, found.other)
    return _ENDS if drafts[0] is drafts[1] and found.are_ends_of_one() else None


def _judge(
    found: Overlap, title: str | None, other_title: str | None, nameless: bool
) -> tuple[Relation, str]:
    text, other = found.text, found.other
    drafts = is_draft(title, text), is_draft(other_title, other)
    same = text.letters == other.letters or text.joined == other.joined
    if drafts[0] and not drafts[1]:
        return Relation.DRAFT, "its title or head calls it a draft"
    if same:
        return Relation.SAME, "the same letters"
    if found.masks:
        return Relation.MASKED, f"{found.masks} figures of the other are masked or left out here"
    if found.equal_but_for_edges():
        return Relation.SAME, "the same sentences; only lines without figures around them differ"
    contained = found.coverage >= NEARLY_ALL
    cut = text.chars <= MUCH_SHORTER * other.chars or found.ends_in_mid_sentence()
    if found.figures_differ:
        count = len(found.changed) + len(found.contradicted)
        differing = "1 sentence has other figures" if count == 1 else f"{count} sentences have other figures"
        if found.words_changed() <= _WORDS_CHANGED:
            return Relation.RESTATED, differing
        return Relation.REVISION, f"words changed, and {differing}"
    if contained and (cut or found.is_one_block()):
        if _PAGE.search(title or "") or (nameless and found.starts_at > _LATE_START):
            return Relation.PART, "it stands in the other as one piece of it"
        return Relation.TRUNCATED, "nearly all of it stands in the other, in order; the rest is missing"
    if contained and text.chars < other.chars:
        return Relation.REVISION, "it lacks some of the other"
    if found.other_coverage >= NEARLY_ALL:
        return Relation.REVISION, "it holds the other and more"
    return Relation.REVISION, "sentences moved" if found.moved and not found.unpaired else "words changed"
