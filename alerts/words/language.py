"""A language as pages and tables speak it: its nouns, its figures, our sentences in it. Pure.

Which language a request wants is web/http/language.py. Titles of events are titles.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alerts.words import chinese, english
from alerts.words.catalogue import Forms
from alerts.words.catalogue import english as english_sentences
from alerts.words.health import Language
from alerts.words.titles import title_of
from alerts.words.verdicts import verdict_reason
from ingest.identity import names
from ingest.indicators.vocabulary import Indicator
from ingest.model import Event, Figure, Region
from ingest.outcome import Answer
from ingest.regions.english import english_name, english_path

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language: `words.say("{Chinese sentence}", n=3)`, `words.figure(figure_json(f))`."""

    lang: str  # zh or en, as `?lang=` has it
    tag: str  # as HTML has it
    own_name: str
    comma: str
    between: str  # the members of a list
    health: Language
    kinds: Mapping[str, str]
    events: Mapping[str, str]
    relations: Mapping[str, str]
    source_kinds: Mapping[str, str]
    fields: Mapping[str, str]
    measures: Mapping[str, str]
    doubts: Mapping[str, str]
    resolves: Mapping[str, str]
    verdicts: Mapping[str, str]
    delivery_states: Mapping[str, str]
    channels: Mapping[str, str]
    roles: Mapping[str, str]
    rhythms: Mapping[str, str]
    levels: Mapping[str, str]
    reason: str  # what a record calls the reason of a verdict in this language
    figure: Callable[[Data], str]
    label: Callable[[Data], str]
    short_label: Callable[[Data], str]
    number: Callable[[float, str | None], str]
    report_name: Callable[[Data], str]
    place: Callable[[Region], str]  # 沙坪坝区, Shapingba District
    path: Callable[[Region], str]  # with what it lies in
    place_and_year: Callable[[Data], str]  # of a report
    indicator: Callable[[Indicator], str]
    unclear: Callable[[Sequence[str]], str]  # which report it may be; "" of what is clear
    sentences: Callable[[], Mapping[str, Forms]]

    @property
    def other(self) -> Words:
        """Those of the other language."""
        return ENGLISH if self.lang == "zh" else CHINESE

    @property
    def asked(self) -> str:
        """What asks a feed for this language, behind another parameter; "" for the one that is usual."""
        return "" if self.lang == "zh" else f"&lang={self.lang}"

    def form(self, sentence: str, count: object = None) -> str:
        """How a Chinese sentence is said, its %(names)s not yet put in; for one, or for so many."""
        said = self.sentences().get(sentence)
        if said is None:
            return sentence
        return said[0] if count in (None, 1) else said[-1]

    def say(self, sentence: str, /, **values: object) -> str:
        """The sentence with `values` put in. A number that it depends on is called `n`."""
        return self.form(sentence, values.get("n")) % values

    def verdict_reason(self, target: Figure, answer: Answer) -> str:
        """Why a target is said to be met, missed, or neither."""
        return verdict_reason(target, answer, self.lang)

    def title(self, event: Event) -> str:
        """One line that says an event all."""
        return title_of(event, self.tag)


def _path(region: Region) -> str:
    return " · ".join(region.path or (region.name,))


def _english_place(region: Region) -> str:
    return english_name(region.code) or region.name


def _english_path(region: Region) -> str:
    if whole := english_path(region.code):
        return whole
    return ", ".join(filter(None, (region.name, english_path(region.parent_code))))


CHINESE = Words(
    lang="zh",
    tag="zh-CN",
    own_name="中文",
    comma="，",
    between="、",
    health=Language.CHINESE,
    kinds=names.KIND_NAMES,
    events=chinese.EVENTS,
    relations=chinese.RELATIONS,
    source_kinds=chinese.SOURCE_KINDS,
    fields=chinese.FIELDS,
    measures=chinese.MEASURES,
    doubts=chinese.DOUBTS,
    resolves=chinese.RESOLVES,
    verdicts=chinese.VERDICTS,
    delivery_states=chinese.DELIVERY_STATES,
    channels=chinese.CHANNELS,
    roles=chinese.ROLES,
    rhythms=chinese.RHYTHMS,
    levels=chinese.LEVELS,
    reason="reason_zh",
    figure=chinese.figure_text,
    label=chinese.label,
    short_label=chinese.short_label,
    number=chinese.number_text,
    report_name=names.report_name,
    place=lambda region: region.name,
    path=_path,
    place_and_year=chinese.place_and_year,
    indicator=lambda indicator: indicator.label,
    unclear=chinese.unclear_text,
    sentences=dict,
)
ENGLISH = Words(
    lang="en",
    tag="en",
    own_name="English",
    comma=", ",
    between=", ",
    health=Language.ENGLISH,
    kinds=english.KIND_NAMES,
    events=english.EVENTS,
    relations=english.RELATIONS,
    source_kinds=english.SOURCE_KINDS,
    fields=english.FIELDS,
    measures=english.MEASURES,
    doubts=english.DOUBTS,
    resolves=english.RESOLVES,
    verdicts=english.VERDICTS,
    delivery_states=english.DELIVERY_STATES,
    channels=english.CHANNELS,
    roles=english.ROLES,
    rhythms=english.RHYTHMS,
    levels=english.LEVELS,
    reason="reason",
    figure=english.figure_text,
    label=english.label,
    short_label=english.label,
    number=english.number_text,
    report_name=english.report_name,
    place=_english_place,
    path=_english_path,
    place_and_year=english.place_and_year,
    indicator=lambda indicator: indicator.en,
    unclear=english.unclear_text,
    sentences=english_sentences,
)
LANGUAGES: Mapping[str, Words] = {words.lang: words for words in (CHINESE, ENGLISH)}  # the default first
