"""Who speaks: a government of its own targets, or somebody of another's. Pure.

A resolution (决议) and a committee's review (审查结果报告) repeat a report's figures without setting them;
a compilation lists the targets of many governments, one paragraph or one heading for each.
Whose a single figure is inside a sentence is owners.py's business.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.regions.gazetteer import find_region
from workers.targets.owners import Owners
from workers.targets.sentences import Sentence

_HEAD = 1500  # characters in which a resolution says what it is
_RESOLUTION = re.compile(
    "会议(?:决定|同意|原则同意|一致同意)[，：]?(?:批准|通过)"
    "|会议(?:听取|审议|审查)(?:和审议|并审议|并审查|和审查)?了?[^。\n]{0,90}(?:报告|草案)[^。\n]{0,20}。(?:[^。\n]{0,80}。){0,3}会议"
    "|(?:财政经济委员会|财经委员会|财经委|预算委员会|常委会)(?:认为|建议|对[^。\n]{0,40}进行了(?:初步)?审查)"
)
_ADDRESS = re.compile("我(?:谨)?代表[^。\n]{0,30}(?:人民)?政府|各位代表")
_NAME = "[一-龥]{1,9}?(?:自治区|自治州|自治县|开发区|高新区|新区|省|市|县|区|州|盟|旗)"
_LABEL = re.compile(rf"({_NAME})(?=：|(?:19|20)\d\d年|今年|政府工作报告|(?:主要)?预期目标)")
_ALONE = re.compile(rf"(?:\d{{1,2}}[、.]?|[一二三四五六七八九十]{{1,3}}、)?({_NAME})：?")
_FEWEST = 3  # names standing alone on their lines that make a list of governments


def speaks_of_a_report(body: str) -> bool:
    """Is the text a resolution or a review, which sets no targets of its own?"""
    head = body[:_HEAD]
    return _RESOLUTION.search(head) is not None and _ADDRESS.search(head) is None


def _is_place(name: str) -> bool:
    region = find_region(name)
    return region is not None and name.endswith(region.name)


def strangers(text: str, sentences: Sequence[Sentence], owners: Owners) -> set[int]:
    """The sentences (by number) under another government's name: 杭州市2024年…, 宁波市：…, or a heading."""
    alone: dict[int, str] = {}
    labels: dict[int, str] = {}
    for number, sentence in enumerate(sentences):
        if not sentence.first:
            continue
        if sentence.end - sentence.start <= 14:
            match = _ALONE.fullmatch(text, sentence.start, sentence.end)
            if match and _is_place(match[1]):
                alone[number] = match[1]
        label = _LABEL.match(text, sentence.start, sentence.end)
        if label and _is_place(label[1]):
            labels[number] = label[1]
    headed = len(set(alone.values())) >= _FEWEST
    if not owners.known and len(set(labels.values())) < 2:
        labels = {}  # a report of whose region nothing else is known names itself
    others: set[int] = set()
    under = in_paragraph = False
    for number, sentence in enumerate(sentences):
        if sentence.first:
            if headed and number in alone:
                under = not owners.is_own(alone[number])
            in_paragraph = number in labels and not owners.is_own(labels[number])
        if under or in_paragraph:
            others.add(number)
    return others
