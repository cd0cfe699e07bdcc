"""A body -> targets and outcomes: the verdict on every figure that the grammar finds. Pure.

Reading is reading.py, the parts of a report sections.py, one sentence grammar.py, owners owners.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.model import Comparator, Extraction, Figure, Kind, Measure, Region
from workers.targets.found import Found
from workers.targets.grammar import read_sentence
from workers.targets.lexicon import Word, tokens
from workers.targets.owners import Owners
from workers.targets.reading import Reading, read
from workers.targets.sections import LeadIn, Part, Place, is_numbered, lead_ins, places
from workers.targets.sentences import Sentence, split
from workers.targets.vocabulary import OTHER, load_vocabulary

EXTRACTOR = "targets/1"

_SILENT = frozenset({Kind.NEWS, Kind.NOTICE})
_FIGURELESS = frozenset(
    {
        Comparator.IN_STEP_WITH,
        Comparator.FASTER_THAN,
        Comparator.SAME_AS,
        Comparator.POSITIVE,
        Comparator.FLAT,
        Comparator.FULFIL,
    }
)
_WORTH_READING = re.compile(
    r"\d|百分之|千分之|百分点|同步|正增长|持平|高于|快于|超过|完成|达到|平均水平|一致|相当|控制在|只增不减|领先|跑赢|亿|万"
)
_CLOSING = re.compile(
    "(?:上述|这些|这个|这一|以上|为(?:了)?(?:实现|完成|确保)|完成(?:全年|上述|今年)|做好|之所以|我们|按照上述|各位代表"
    "|确定(?:这|上述|以上|今年)|(?:实现|围绕)(?:上述|以上|这|今年|全年)|综合(?:考虑|分析|各方面|研判)|重点(?:做好|抓好|是|要))"
)
_BULLET = re.compile(r"[—●•·◆■▪★①-⑳]{1,3}(?:[一二三四五六七八九十]是)?|[一二三四五六七八九十]是")
_SHORT, _ASIDE = 14, 40
_AROUND = 400
_SHORTEST_LABEL = 4
_FEWEST_CORE = 3  # core indicators that make a paragraph the headline when GDP is not among them


def extract(body: str, *, year: int | None, kind: Kind, region: Region | None = None) -> Extraction:
    """Read the targets and outcomes out of `body`; offsets count its characters, `body[start:end] == quote`.

    `year` is the year that the targets are for. News and notices tell of targets and set none: they give
    nothing. A percentage outside the indicator's bounds (GDP growth of 60 %) is a misprint and is left out.
    """
    if kind in _SILENT or not body:
        return Extraction((), (), EXTRACTOR)
    return _Extractor(body, year, kind, region).extraction()


class _Extractor:
    def __init__(self, body: str, year: int | None, kind: Kind, region: Region | None) -> None:
        self.body, self.year = body, year
        self.reading: Reading = read(body)
        self.text = self.reading.text
        self.sentences: list[Sentence] = list(split(self.text))
        self.leads: list[LeadIn] = lead_ins(self.text, self.sentences, year)
        self.announced = {lead.sentence: lead for lead in self.leads}
        first = Place(Part.PLAN, year) if kind is Kind.FIVE_YEAR_PLAN else Place(Part.PAST)
        self.places = places(self.text, self.sentences, self.leads, year, first)
        self.owners = Owners(region)
        self.found: list[list[Found]] = [self._read(number) for number in range(len(self.sentences))]

    def _read(self, number: int) -> list[Found]:
        sentence = self.sentences[number]
        if self.places[number].part is Part.APPENDIX:
            return []
        if not _WORTH_READING.search(self.text, sentence.start, sentence.end):
            return []
        # 完成“十四五”规划目标任务，主要预期目标是：… The words in front say nothing of the figures behind.
        lead = self.announced.get(number)
        cut = lead.end if lead is not None and not lead.plan else sentence.start
        return [
            *(self._read_span(sentence.start, cut) if cut > sentence.start else ()),
            *self._read_span(cut, sentence.end),
        ]

    def _read_span(self, start: int, end: int) -> list[Found]:
        words = tokens(self.text, start, end)
        if not any(token.word in (Word.INDICATOR, Word.NUMBER) for token in words):
            return []
        return read_sentence(self.text, words, (start, end), load_vocabulary(), self.owners, self.year)

    # --- the headline -----------------------------------------------------------------------

    def _is_target(self, number: int, found: Found) -> bool:
        place = self.places[number]
        return (
            place.part is Part.PRESENT
            and found.when.past is None
            and not found.when.several
            and not found.when.partial
            and not found.foreign
        )

    def _annual(self, number: int, found: Found) -> bool:
        return self._is_target(number, found) and found.when.horizon is None and not found.when.average

    def _core(self, figures: Sequence[Found]) -> set[str]:
        return {
            f.slot.indicator.id for f in figures if f.slot.indicator is not None and f.slot.indicator.core
        }

    def _qualifies(self, figures: Sequence[Found]) -> bool:
        """The growth of GDP, or several of the core indicators: else 目标是 announces something smaller."""
        core = self._core(figures)
        gdp = any(
            f.slot.indicator is not None and f.slot.indicator.id == "gdp" and f.measure is Measure.GROWTH
            for f in figures
        )
        return gdp or len(core) >= _FEWEST_CORE

    def _zone(self, lead: LeadIn) -> list[tuple[int, int]]:
        """The sentences (number, from where) of the paragraph or the list of targets that a lead-in opens."""
        zone = [(lead.sentence, lead.end)]
        paragraph = self.sentences[lead.sentence].paragraph
        listed = not any(f.start >= lead.end for f in self.found[lead.sentence])
        patience, explaining = 1, False
        for number in range(lead.sentence + 1, len(self.sentences)):
            sentence = self.sentences[number]
            if sentence.paragraph != paragraph:
                if not listed:
                    break
                if is_numbered(self.text, sentence):
                    break
                paragraph, explaining = sentence.paragraph, False
            if number in self.announced or _CLOSING.match(self.text, sentence.start, sentence.end):
                break
            length = sentence.end - sentence.start
            if explaining:
                continue
            if any(self._annual(number, found) for found in self.found[number]):
                zone.append((number, sentence.start))
            elif listed and length <= _SHORT:
                continue  # the name of a group: 经济增长。地区生产总值增长6%。
            elif listed and not sentence.first:
                explaining = True  # why this figure was chosen
            elif patience and length <= _ASIDE:
                patience -= 1  # 力争主要经济指标增速进入全市前列。
            else:
                break
        return zone

    def _headline(self) -> dict[int, int]:
        """Sentence number -> from where on its figures are the headline targets of the year."""
        headline: dict[int, int] = {}
        for lead in self.leads:
            if lead.plan or self.places[lead.sentence].part is not Part.PRESENT:
                continue
            zone = self._zone(lead)
            figures = [
                f
                for number, start in zone
                for f in self.found[number]
                if f.start >= start and self._annual(number, f)
            ]
            if self._qualifies(figures):
                headline.update(zone)
        return headline or self._unannounced()

    def _unannounced(self) -> dict[int, int]:
        """No 目标是: the first paragraph of the year's part that promises GDP with two more core figures."""
        by_paragraph: dict[int, list[int]] = {}
        for number, sentence in enumerate(self.sentences):
            if self.found[number] and self.places[number].part is Part.PRESENT:
                by_paragraph.setdefault(sentence.paragraph, []).append(number)
        for numbers in by_paragraph.values():
            figures = [f for number in numbers for f in self.found[number] if self._annual(number, f)]
            core = self._core(figures)
            if "gdp" in core and self._qualifies(figures) and len(core) >= _FEWEST_CORE:
                return {number: self.sentences[number].start for number in numbers}
        return {}

    # --- the verdict ------------------------------------------------------------------------

    def extraction(self) -> Extraction:
        headline = self._headline()
        targets: list[Figure] = []
        outcomes: list[Figure] = []
        for number, figures in enumerate(self.found):
            place = self.places[number]
            for found in figures:
                if found.foreign or found.when.partial or not _believable(found):
                    continue
                begins = headline.get(number)
                is_headline = begins is not None and found.end > begins and self._annual(number, found)
                if found.slot.indicator is None and (
                    not is_headline or len(found.slot.label) < _SHORTEST_LABEL
                ):
                    continue
                if found.slot.prefix and not is_headline:
                    continue  # 限上企业零售额: nobody knows what the words in front change
                if place.part is Part.PLAN or (
                    place.part is Part.PRESENT and (found.when.horizon is not None or found.when.average)
                ):
                    if found.when.past is None and not found.when.several:
                        horizon = found.when.horizon or place.horizon
                        targets.append(self._figure(number, found, horizon, headline=False))
                elif self._is_target(number, found):
                    targets.append(self._figure(number, found, self.year, headline=is_headline))
                elif (
                    found.comparator not in _FIGURELESS
                    and not found.when.average
                    and found.when.horizon is None
                ):
                    year = self._outcome_year(place, found)
                    if year is not None or self.year is None:
                        outcomes.append(self._figure(number, found, year, headline=False))
        return Extraction(_once(targets), _once(outcomes), EXTRACTOR)

    def _outcome_year(self, place: Place, found: Found) -> int | None:
        if found.when.past is not None:
            return found.when.past
        if found.when.several or place.part is Part.PAST_YEARS:
            return None  # a sum over years, or nobody said of which year
        return None if self.year is None else self.year - 1

    def _printed_name(self, found: Found) -> str:
        if found.slot.indicator is None:
            return found.slot.label
        return found.slot.prefix + self.text[found.slot.start : found.slot.end]

    def _figure(self, number: int, found: Found, year: int | None, *, headline: bool) -> Figure:
        # 现代服务业增加值: nobody knows what the words in front change, so it is a figure of its own name.
        indicator = found.slot.indicator if not found.slot.prefix else None
        bullet = _BULLET.match(self.text, found.start)
        start, end = self.reading.span(bullet.end() if bullet else found.start, found.end)
        sentence = self.sentences[number]
        # A sentence without end (a page without full stops) is cut around the figure.
        from_, to = self.reading.span(
            max(sentence.start, found.start - _AROUND), min(sentence.end, found.end + _AROUND)
        )
        label = indicator.label if indicator is not None else self._printed_name(found)
        return Figure(
            indicator=indicator.id if indicator is not None else OTHER,
            label=label,
            year=year,
            measure=found.measure,
            comparator=found.comparator,
            low=found.low,
            high=found.high,
            unit=found.unit,
            resolve=found.resolve,
            headline=headline,
            quote=self.body[start:end],
            start=start,
            end=end,
            sentence=self.body[from_:to].strip(),
        )


def _believable(found: Found) -> bool:
    indicator = found.slot.indicator
    if indicator is None or found.unit not in ("%", "‰"):
        return True
    low, high = indicator.bounds
    return all(value is None or low <= value <= high for value in (found.low, found.high))


def _once(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """A text that stands twice on its page, a target said twice: the first one is kept."""
    seen: dict[tuple[object, ...], Figure] = {}
    for figure in figures:
        key = (
            figure.indicator,
            figure.label,
            figure.year,
            figure.measure,
            figure.comparator,
            figure.low,
            figure.high,
            figure.unit,
        )
        known = seen.get(key)
        if known is None or (figure.headline and not known.headline):
            seen[key] = figure
    return tuple(sorted(seen.values(), key=lambda figure: (figure.start, figure.end, figure.indicator)))
