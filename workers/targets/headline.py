"""Where the 主要预期目标 of the year stand: behind a lead-in, in a list, or in one dense paragraph. Pure.

Lead-ins and the parts of a report are sections.py; what becomes of a figure is extract.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from ingest.model import Measure
from workers.targets.candidates import Candidate
from workers.targets.lead_ins import LeadIn
from workers.targets.normalise import Sentence
from workers.targets.parts import SECTION_WORDS, Part, Place
from workers.targets.sections import CLOSING, is_numbered

_SHORT, _ASIDE = 14, 40
_LINE = 60  # characters of a line of a list
_FEW_CORE = 2  # core indicators that are enough behind words that can announce nothing else
_FEWEST = 3  # indicators, one of them core, that are the goals of a place without a GDP of its own
_GROWTHS = (Measure.GROWTH, Measure.CHANGE)
FEWEST_CORE = 3  # core indicators that make a paragraph the headline when GDP is not among them


def is_target(place: Place, candidate: Candidate) -> bool:
    """A figure of the part that looks ahead, and of no other time."""
    return (
        place.part is Part.PRESENT
        and candidate.when.past is None
        and not candidate.when.several
        and not candidate.when.partial
    )


def is_annual(place: Place, candidate: Candidate) -> bool:
    """A target of this region for this very year, measured against the last."""
    return (
        is_target(place, candidate)
        and not candidate.foreign
        and candidate.owner is None
        and candidate.when.horizon is None
        and not candidate.when.average
        and not candidate.far_base
    )


def core_indicators(figures: Sequence[Candidate]) -> set[str]:
    return {
        f.subject.indicator.id
        for f in figures
        if f.subject.indicator is not None and f.subject.indicator.core
    }


def is_growth_of_gdp(figure: Candidate) -> bool:
    indicator = figure.subject.indicator
    return indicator is not None and indicator.id == "gdp" and figure.measure in _GROWTHS


def qualifies(figures: Sequence[Candidate]) -> bool:
    """The growth of GDP, or several of the core indicators: else 目标是 announces something smaller."""
    return any(map(is_growth_of_gdp, figures)) or len(core_indicators(figures)) >= FEWEST_CORE


def _is_counted(text: str, sentence: Sentence) -> bool:
    """（一）抓项目, 1.抓项目: normalise.py leaves a second break in place of what counts an item."""
    return text.endswith("\n\n", 0, sentence.start)


class Headlines:
    """The sentences of one body, each with its place, the lead-ins, and what gives its figures.

    `named` says of each sentence whether it may hold figures of the vocabulary.
    """

    def __init__(
        self,
        text: str,
        sentences: Sequence[Sentence],
        candidates: Callable[[int], Sequence[Candidate]],
        named: Sequence[bool],
        places: Sequence[Place],
        leads: Mapping[int, LeadIn],
        *,
        work_report: bool,
    ) -> None:
        self.text, self.sentences, self.candidates, self.named = text, sentences, candidates, named
        self.places, self.leads, self.work_report = places, leads, work_report

    def announced(self) -> dict[int, int]:
        """Sentence number -> from where on its figures are the headline targets, by their lead-ins."""
        headline: dict[int, int] = {}
        last = -1  # the last sentence of the headline so far
        fewer: list[tuple[int, int]] = []
        for lead in self.leads.values():
            if lead.plan or self.places[lead.sentence].part is not Part.PRESENT:
                continue
            zone = self._zone(lead)
            figures = [
                f
                for number, start in zone
                for f in self.candidates(number)
                if f.start >= start and self._annual(number, f)
            ]
            if not (qualifies(figures) or (figures and self._goes_on(last, lead))):
                fewer = fewer or (zone if self._are_goals_enough(lead, figures) else [])
                continue
            headline.update(zone)
            last = zone[-1][0]
        return headline or dict(fewer)

    def _are_goals_enough(self, lead: LeadIn, figures: Sequence[Candidate]) -> bool:
        """今年的主要目标：农业总产值增长5%，农民收入增长7%，…: goals of a town, which has no GDP."""
        core = core_indicators(figures)
        known = {f.subject.indicator.id for f in figures if f.subject.indicator is not None}
        of_a_town = self.work_report and lead.plain and bool(core) and len(known) >= _FEWEST
        return of_a_town or (lead.chief and len(core) >= _FEW_CORE)

    def _goes_on(self, last: int, lead: LeadIn) -> bool:
        """主要预期目标是：…。⏎ 约束性指标是：…: does a lead-in open what directly follows the headline?"""
        if last < 0:
            return False
        paragraph = self.sentences[lead.sentence].paragraph
        return lead.sentence == last + 1 and paragraph <= self.sentences[last].paragraph + 1

    def unannounced(self) -> dict[int, int]:
        """No 目标是: the first paragraph, or list, of the year's part with GDP and two more core figures."""
        present = [
            number for number in range(len(self.sentences)) if self.places[number].part is Part.PRESENT
        ]
        by_paragraph: dict[int, list[int]] = {}
        for number in present:
            by_paragraph.setdefault(self.sentences[number].paragraph, []).append(number)
        for numbers in (*by_paragraph.values(), *self._lists(by_paragraph.values())):
            figures = [f for n in numbers if self.named[n] for f in self.candidates(n) if self._annual(n, f)]
            core = core_indicators(figures)
            if "gdp" in core and qualifies(figures) and len(core) >= FEWEST_CORE:
                return {n: self.sentences[n].start for n in numbers if self.candidates(n)}
        return self._growth_of_the_year(present) or self._opening_goals(present)

    def _growth_of_the_year(self, present: Iterable[int]) -> dict[int, int]:
        """今年国内生产总值增长9%，其中一、二、三产业分别增长…: at last, a sentence with it and one more."""
        for number in filter(self.named.__getitem__, present):
            figures = [f for f in self.candidates(number) if self._annual(number, f)]
            if len(figures) > 1 and any(is_growth_of_gdp(f) for f in figures):
                return {number: self.sentences[number].start}
        return {}

    def _opening_goals(self, present: Iterable[int]) -> dict[int, int]:
        """2026年，…力争固定资产投资增长8%，财政收入达到3500万元，…: a town opens its year with its goals.

        What is counted (（一）…, 一是…) is a task.
        """
        for number in filter(self.named.__getitem__, present if self.work_report else ()):
            figures = [f for f in self.candidates(number) if self._annual(number, f)]
            if not any(figure.subject.indicator for figure in figures):
                continue
            sentence = self.sentences[number]
            tasks = _is_counted(self.text, self._opening(number)) or SECTION_WORDS["counts_tasks"].find(
                self.text, sentence.start, sentence.end
            )
            few = len(core_indicators(figures)) < FEWEST_CORE
            return {} if tasks or few else {number: sentence.start}
        return {}

    def _lists(self, paragraphs: Iterable[Sequence[int]]) -> Iterator[list[int]]:
        """Lines of a figure or two each, one below the other: a list that was printed without a lead-in."""
        run: list[int] = []
        for numbers in paragraphs:
            first, last = self.sentences[numbers[0]], self.sentences[numbers[-1]]
            follows = not run or first.paragraph == self.sentences[run[-1]].paragraph + 1
            listed = last.end - first.start <= _LINE and any(
                self._annual(n, f) for n in numbers if self.named[n] for f in self.candidates(n)
            )
            if not (listed and follows):
                yield run
                run = []
            if listed:
                run = [*run, *numbers]
        yield run

    def _ends_before(self, lead_in: LeadIn, zone: Sequence[tuple[int, int]], sentence: Sentence) -> bool:
        """主要目标⏎地区生产总值增长6%，…。⏎（一）抓项目: all goals in one paragraph, above a counted one."""
        lead, *inside = (self.sentences[number] for number, _ in zone)
        paragraphs = {one.paragraph for one in inside}
        if len(paragraphs) != 1 or not _is_counted(self.text, sentence):
            return False
        if inside[0].paragraph != lead.paragraph and _is_counted(self.text, self._opening(zone[1][0])):
            return False  # （一）经济发展目标。地区生产总值增长6%，…。⏎（二）社会民生目标。…
        figures = [f for number, start in zone for f in self.candidates(number) if f.start >= start]
        return len(core_indicators(figures)) >= FEWEST_CORE or self._are_goals_enough(lead_in, figures)

    def _is_next_group(self, lead: LeadIn, sentence: Sentence) -> bool:
        """（一）经济发展目标：地区生产总值增长6%。⏎（二）社会民生目标：…: of goals too, as the lead-in."""
        counted = _is_counted(self.text, self._opening(lead.sentence)) and _is_counted(self.text, sentence)
        return counted and SECTION_WORDS["group"].find(self.text, sentence.start, sentence.end) is not None

    def _go_on(self, zone: Sequence[tuple[int, int]], number: int) -> bool:
        """同时，城镇新增就业3000人，…: more of the goals, in the paragraph right below them."""
        sentence = self.sentences[number]
        if number != zone[-1][0] + 1 or not SECTION_WORDS["goals_go_on"].find(
            self.text, sentence.start, sentence.end
        ):
            return False
        annual = [f.subject.indicator for f in self.candidates(number) if self._annual(number, f)]
        return len({indicator.id for indicator in annual if indicator is not None}) > 1

    def _opening(self, number: int) -> Sentence:
        """The first sentence of the paragraph in which a sentence stands."""
        while not self.sentences[number].first:
            number -= 1
        return self.sentences[number]

    def _annual(self, number: int, candidate: Candidate) -> bool:
        return is_annual(self.places[number], candidate)

    def _zone(self, lead: LeadIn) -> list[tuple[int, int]]:
        """The sentences (number, from where) of the paragraph or the list of targets that a lead-in opens."""
        zone = [(lead.sentence, lead.end)]
        paragraph = self.sentences[lead.sentence].paragraph
        listed = not any(f.start >= lead.end for f in self.candidates(lead.sentence))
        patience, explaining = 1, False
        for number in range(lead.sentence + 1, len(self.sentences)):
            sentence = self.sentences[number]
            if sentence.paragraph != paragraph:
                if not (listed or self._is_next_group(lead, sentence) or self._go_on(zone, number)):
                    break
                if is_numbered(self.text, sentence) or self._ends_before(lead, zone, sentence):
                    break
                paragraph, explaining = sentence.paragraph, False
            if number in self.leads:
                break
            if CLOSING.find(self.text, sentence.start, sentence.end):
                if not listed or sentence.first:
                    break
                explaining = True  # 综合考虑各方面因素提出: of this item
            length = sentence.end - sentence.start
            if explaining:
                continue
            if any(self._annual(number, c) for c in self.candidates(number)):
                zone.append((number, sentence.start))
            elif listed and length <= _SHORT:
                if sentence.first and SECTION_WORDS["tasks_begin"].find(
                    self.text, sentence.start, sentence.end
                ):
                    break
                continue  # the name of a group: 经济增长。地区生产总值增长6%。
            elif listed and not sentence.first:
                explaining = True  # why this figure was chosen
            elif lead.chief and not listed and zone[-1][0] == number - 1:
                continue  # 改革开放取得新进展，…: one of the goals has no figure
            elif patience and length <= _ASIDE:
                patience -= 1  # 力争主要经济指标增速进入全市前列。
            else:
                break
        return zone
