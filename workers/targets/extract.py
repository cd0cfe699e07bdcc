"""A body -> targets and outcomes: the verdict on every figure that the grammar finds. Pure.

The reading text is normalise.py, the parts of a report sections.py, one sentence sentence.py, tables
tables.py, owners owners.py, where the headline stands headline.py.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from ingest.indicators.vocabulary import OTHER, load_vocabulary
from ingest.model import Comparator, Extraction, Figure, Kind, Measure, Period, Region
from ingest.text.clean import clean
from ingest.text.rules import load_rules
from ingest.text.traced import Span, Traced
from workers.targets.candidates import (
    ESTIMATE,
    IMPLAUSIBLE,
    NO_YEAR,
    OTHER_BASE,
    TABLE,
    UNANNOUNCED,
    Candidate,
)
from workers.targets.headline import Headlines, is_annual, is_target, qualifies
from workers.targets.lead_ins import lead_ins
from workers.targets.lexicon import Word, may_name_an_indicator, tokens
from workers.targets.normalise import Sentence, holding, read, split
from workers.targets.owners import Owners, hands_out_tasks, speaks_of_a_report, strangers
from workers.targets.parts import REVIEWS, Part, Place
from workers.targets.periods import Time, in_one_year, in_years_ahead
from workers.targets.sections import begins_with_tasks, places, proposes_a_plan, reports_on_a_part
from workers.targets.sentence import read_sentence
from workers.targets.tables import Cell, read_tables
from workers.targets.times import end_of_plan

EXTRACTOR = "targets/3"

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
_LED_TO = (Comparator.EXACT, Comparator.ABOUT, Comparator.AT_LEAST, Comparator.AT_MOST)
_GOALS_AGAIN = "；）"
_DASHES = frozenset("—●•·◆■▪★")
_REASONS = ("考虑", "依据", "理由", "支撑", "看，")  # one of them is in whatever gives any
_UNREAD = (Part.APPENDIX, Part.PART_YEAR)
_AHEAD = (Part.PRESENT, Part.PLAN)
_WORDS = load_rules(__package__, "extract.rules.toml")
_NAMED = frozenset({Word.INDICATOR})
_LABELLED = _NAMED | {Word.NUMBER, Word.BOND}
_ESTIMATES = ("初步", "预计", "据")  # a sentence that begins so may be of the part of the year before it
_AROUND = 400
_NEAR = 60  # characters in front of a figure where 预计 still speaks of it
_LIST = 150  # characters of a list of goals that were set
_OPENS = 12  # characters at the head of a sentence that govern all of it
_SHORTEST_LABEL = 4
_HOPES = 2  # 增长6%、力争7%、冲刺8%: beyond a goal
_WILD = 300  # bounds of what may well double in a year: exports, foreign investment


def extract(body: str, *, year: int | None, kind: Kind, region: Region | None = None) -> Extraction:
    """Read the targets and outcomes out of `body`; offsets count its characters, `body[start:end] == quote`.

    `year` is the year that the targets are for. News and notices tell of targets and set none: they give
    nothing, and neither do resolutions and reviews; only a notice that hands out the tasks of a report gives
    what it repeats, and none of it is headline. A doubtful figure carries the reasons (`flags`, see
    candidates.py); one outside the bounds of its indicator (GDP growth of 60 %) is kept, and never headline.
    """
    if kind is Kind.NEWS or not body:
        return Extraction((), (), EXTRACTOR)
    plain = clean(body)
    if speaks_of_a_report(plain.text) or (kind is Kind.NOTICE and not hands_out_tasks(plain.text)):
        return Extraction((), (), EXTRACTOR)
    return _Extractor(body, plain, year, kind, region).extraction()


def _first(kind: Kind, year: int | None, text: str) -> Place:
    """Where such a document begins: a 规划纲要, or a 建议 for one, is all plan; a report looks back."""
    if kind is Kind.NOTICE:
        return Place(Part.PRESENT)
    if kind is not Kind.FIVE_YEAR_PLAN and not (kind is Kind.OTHER and proposes_a_plan(text)):
        return Place(Part.PART_YEAR if reports_on_a_part(text) else Part.PAST)
    return Place(Part.PLAN, None if year is None else end_of_plan(year))


def _worth_reading(text: str, sentences: Sequence[Sentence]) -> set[int]:
    """The sentences (by number) that may hold a figure. One search passes over all that do not."""
    starts = [sentence.start for sentence in sentences]
    found: set[int] = set()
    at = 0
    while (match := _WORDS["worth_reading"].find(text, at)) is not None:
        number = bisect_right(starts, match.start()) - 1
        found.add(number)
        at = sentences[number].end
    return found


class _Extractor:
    """`plain` is what text/clean.py made of `body`; tables and sentences are read in it."""

    def __init__(self, body: str, plain: Traced, year: int | None, kind: Kind, region: Region | None) -> None:
        self.body, self.plain, self.year = body, plain, year
        self.owners, self.kind = Owners(region, kind), kind
        self.tables = read_tables(plain.text, load_vocabulary(), self.owners, year)
        spans = sorted((table.start, table.end) for table in self.tables)
        self.table_starts, self.table_ends = [start for start, _ in spans], [end for _, end in spans]
        self.reading = read(plain.text, self.table_ends)
        self.text = self.reading.text
        below = _WORDS["estimate_below"].pattern.search(plain.text) if "下同" in plain.text else None
        self.estimated_from = below.start() if below else None
        self.sentences: list[Sentence] = list(split(self.text))
        self.leads = {lead.sentence: lead for lead in lead_ins(self.text, self.sentences, self.owners, year)}
        leads, first = list(self.leads.values()), _first(kind, year, self.text)
        self.places = places(self.text, self.sentences, leads, year, first, self._dashed)
        if first.part is Part.PAST and begins_with_tasks(self.text, self.sentences, self.places):
            first = Place(Part.PRESENT)
            self.places = places(self.text, self.sentences, leads, year, first, self._dashed)
        self.strangers = strangers(self.text, self.sentences, self.owners)
        self.worth_reading = _worth_reading(self.text, self.sentences)
        # May the sentence hold a figure of the vocabulary? Most do not, and need no reading.
        self.named = [
            number in self.worth_reading and may_name_an_indicator(self.text, sentence.start, sentence.end)
            for number, sentence in enumerate(self.sentences)
        ]
        self.reasons = dict(self._reasons())
        self._read_before: dict[int, Sequence[Candidate]] = {}

    def _dashed(self, sentence: Sentence) -> bool:
        """——综合实力更强: does a dash or a bullet stand in front?"""
        begin = self.reading.span(sentence.start, sentence.end)[0]
        return self.plain.text[max(0, begin - 4) : begin].rstrip()[-1:] in _DASHES

    def candidates(self, number: int) -> Sequence[Candidate]:
        """The figures of a sentence, also those outside the vocabulary, which count in a headline only."""
        known = self._read_before.get(number)
        if known is None:
            known = self._read(number)
            if number in self.reasons:
                known = [one for one in known if not self._is_a_reason(one, self.reasons[number])]
            self._read_before[number] = known
        return known

    def _reasons(self) -> Iterator[tuple[int, int]]:
        """Among the goals, the sentences that say why one was set (主要考虑：…), and from where on."""
        paragraph, said = -1, holding(self.text, self.sentences, _REASONS)
        reasoning = {self.sentences[number].paragraph for number in said}
        for number, sentence in enumerate(self.sentences):
            if sentence.paragraph not in reasoning:
                continue
            if self.places[number].part not in _AHEAD or number in self.leads:
                continue
            start, end = sentence.start, sentence.end
            match = _WORDS["reasons"].find(self.text, start, end) if number in said else None
            if match is not None:
                paragraph = sentence.paragraph
                yield number, match.start()
            elif paragraph == sentence.paragraph and _WORDS["one_more_reason"].find(self.text, start, end):
                yield number, start

    def _is_a_reason(self, candidate: Candidate, start: int) -> bool:
        """Behind these words, and before the next goal of the sentence."""
        begin = max(candidate.subject.start, start)
        return candidate.end > start and not any(
            self.text.find(mark, start, begin) >= 0 for mark in _GOALS_AGAIN
        )

    def _read(self, number: int) -> Sequence[Candidate]:
        sentence = self.sentences[number]
        part = self.places[number].part
        if part in _UNREAD or number in self.strangers:
            return ()
        if not self.named[number] and (part is not Part.PRESENT or number not in self.worth_reading):
            return ()
        if self.tables and self._in_table(sentence):
            return ()
        # 完成“十四五”规划目标任务，主要预期目标是：… The words in front say nothing of the figures behind.
        lead = self.leads.get(number)
        cut = lead.end if lead is not None and not lead.plan else sentence.start
        return [
            *(self._read_span(number, sentence.start, cut) if cut > sentence.start else ()),
            *self._read_span(number, cut, sentence.end),
        ]

    def _read_span(self, number: int, start: int, end: int) -> list[Candidate]:
        words = tokens(self.text, start, end)
        # What is outside the vocabulary counts in a headline only, and there is none in other parts.
        present = self.places[number].part is Part.PRESENT
        if (_LABELLED if present else _NAMED).isdisjoint([token.word for token in words]):
            return []
        return read_sentence(self.text, words, start, load_vocabulary(), self.owners, self.year)

    def _in_table(self, sentence: Sentence) -> bool:
        start, end = self.reading.span(sentence.start, sentence.end)
        before = bisect_left(self.table_starts, end)  # the tables are in order, and none reaches into another
        return before > 0 and start < self.table_ends[before - 1]

    # --- the verdict ------------------------------------------------------------------------

    def extraction(self) -> Extraction:
        headlines = Headlines(
            self.text,
            self.sentences,
            self.candidates,
            self.named,
            self.places,
            self.leads,
            work_report=self.kind is Kind.WORK_REPORT,
        )
        repeats = self.kind is Kind.NOTICE  # the headline is the report's
        headline = {} if repeats else headlines.announced()
        announced = bool(headline)
        in_tables = [cell for table in self.tables for cell in table.cells]
        chief_table = not repeats and qualifies([cell.candidate for cell in in_tables if not cell.past])
        if not (headline or chief_table or repeats):
            headline = headlines.unannounced()
        targets: list[Figure] = []
        outcomes: list[Figure] = []
        of_a_part = -2  # the last sentence on a part of the year
        for number, named in enumerate(self.named):
            begins = headline.get(number)
            if not named and begins is None:
                continue
            found = self.candidates(number)
            goes_on = begins is None and (
                (number == of_a_part + 1 and self._goes_on(number)) or self._estimates_a_part(number)
            )
            if goes_on or (found and found[-1].when.partly):
                of_a_part = number
            for candidate in () if goes_on else found:
                chief = (
                    begins is not None
                    and candidate.end > begins
                    and is_annual(self.places[number], candidate)
                )
                doubts = [*candidate.flags, *([] if announced or not chief else [UNANNOUNCED])]
                self._judge(number, candidate, chief, doubts, targets, outcomes)
        self._from_tables(in_tables, chief_table, targets, outcomes)
        return Extraction(_once(targets), _once(outcomes), EXTRACTOR)

    def _goes_on(self, number: int) -> bool:
        """上半年，…。固定资产投资…: does a sentence behind one on a part of the year name no other time?"""
        sentence = self.sentences[number]
        if sentence.first or self.places[number].part not in REVIEWS:
            return False
        return self._names_no_time(sentence)

    def _estimates_a_part(self, number: int) -> bool:
        """一季度，全县克服困难。|预计地区生产总值增长6%: does the sentence in front name a part of a year?"""
        sentence = self.sentences[number]
        if sentence.first or not self.text.startswith(_ESTIMATES, sentence.start):
            return False
        before = self.sentences[number - 1]
        opens = _WORDS["opens_a_part"].find(self.text, before.start, before.end)
        return opens is not None and self._names_no_time(sentence)

    def _names_no_time(self, sentence: Sentence) -> bool:
        return _WORDS["names_a_time"].find(self.text, sentence.start, sentence.end) is None

    def _judge(
        self,
        number: int,
        candidate: Candidate,
        chief: bool,
        doubts: list[str],
        targets: list[Figure],
        outcomes: list[Figure],
    ) -> None:
        """Put one figure among the targets, among the outcomes, or nowhere."""
        place, when = self.places[number], candidate.when
        if when.effort and place.part in REVIEWS:  # 经过五年努力，…达到50亿元: those years are behind us
            when = when._replace(horizon=None, since=None, several=True)
            candidate = candidate._replace(when=when)
        if (candidate.foreign and candidate.owner is None) or when.partial:
            return
        if candidate.subject.indicator is None and (
            not chief or len(candidate.subject.label) < _SHORTEST_LABEL
        ):
            return
        if candidate.subject.prefix and not chief:
            return  # 限上企业零售额: nobody knows what the words in front change
        if candidate.far_base and not when.average:
            doubts.append(OTHER_BASE)
        if place.part is Part.PLAN and when.annual and when.horizon is None and not when.average:
            place = Place(Part.PRESENT)  # 今年…, 全年力争…: said of the year among the plans
        if place.part is Part.PLAN and when.past is not None:
            place = Place(Part.PAST)  # 预计2025年达到420亿元: where a plan begins
        if place.part in _AHEAD and (
            self._is_as_it_is(number, candidate)
            or _WORDS["lays_the_ground"].find(self.text, candidate.end) is not None
        ):
            return
        if place.part is Part.PLAN or (
            place.part is Part.PRESENT and (when.horizon is not None or when.average)
        ):
            if when.past is None and (not when.several or when.summed):
                ahead = self._ahead(place, candidate)
                targets.append(self._published(number, candidate, ahead, doubts))
        elif is_target(place, candidate):
            one = in_one_year(candidate, self.year)
            targets.append(self._published(number, candidate, one, doubts, headline=chief))
        elif (
            candidate.comparator not in _FIGURELESS
            and not candidate.planned
            and not when.average
            and not candidate.far_base
            and when.horizon is None
            and not self._many_times(candidate)
            and not (place.part is Part.PAST_YEARS and self._rose_over_years(candidate))
            and not self._aimed_at(number, candidate)
        ):
            year = self._outcome_year(place, candidate)
            if year is not None or self.year is None:
                if self._is_estimated(number, candidate):
                    doubts.append(ESTIMATE)
                told = candidate._replace(resolve=None)  # 争取资金5亿元，投资增长9%: that is no will
                outcomes.append(self._published(number, told, Time(year), doubts))

    def _is_as_it_is(self, number: int, candidate: Candidate) -> bool:
        """全市现有高新技术企业900家: how it stands."""
        if candidate.measure is Measure.CHANGE or candidate.resolve is not None:
            return False
        begin = max(self.sentences[number].start, candidate.start - _LIST)
        return _WORDS["as_it_is"].find(self.text, begin, candidate.end) is not None

    def _is_estimated(self, number: int, candidate: Candidate) -> bool:
        """预计增长6%, or far behind it where the sentence opens with it: 预计全年…，…，…."""
        start, said = self.sentences[number].start, _WORDS["estimate"]
        begin = max(start, candidate.start - _NEAR)
        near = said.find(self.text, begin, candidate.end)
        opens = near or said.find(self.text, start, min(start + _OPENS, candidate.end))
        return opens is not None or self._estimated_below(candidate)

    def _estimated_below(self, candidate: Candidate) -> bool:
        """增长6%（预计，下同）: the reading text leaves such brackets out; those of the body say it."""
        if self.estimated_from is None:
            return False
        return self.reading.span(candidate.start, candidate.end)[1] + 1 >= self.estimated_from

    def _ahead(self, place: Place, candidate: Candidate) -> Time:
        """The time of a figure of several years ahead."""
        printed = self.text[candidate.start : candidate.end]
        return in_years_ahead(
            candidate,
            self.year,
            place.horizon,
            each=_WORDS["each_year"].find(printed) is not None,
            summed=_WORDS["summed"].find(printed) is not None,
            reached=_WORDS["reached"].find(printed) is not None,
        )

    def _rose_over_years(self, candidate: Candidate) -> bool:
        """规上工业企业由62家增加到95家，|增长53%, in a review of five years: over all of them."""
        if candidate.measure is not Measure.GROWTH:
            return False
        before = max(0, candidate.start - _NEAR)
        rose = _WORDS["rose_over_years"].find(self.text, before, candidate.start)
        return rose is not None and rose["one"] is None

    def _many_times(self, candidate: Candidate) -> bool:
        """财政收入增长1.4倍 or 翻番 is of many years, unless it says otherwise or is of a wild kind."""
        indicator = candidate.subject.indicator
        doubled = self.text[candidate.start : candidate.end].find("番") >= 0
        if (
            candidate.unit != "倍"
            or not (doubled or candidate.measure is Measure.GROWTH)
            or indicator is None
        ):
            return False
        if _WORDS["of_last_year"].find(self.text[candidate.start : candidate.end]):
            return False
        if doubled and (candidate.when.averaged or _WORDS["grew_by_year"].find(self.text, candidate.end)):
            return True  # 年均增长15%，翻了一番: over those years
        high = indicator.bounds[1]
        limit = high if high >= _WILD else min(high, 100)
        grown = None if candidate.low is None else candidate.low - 1 if doubled else candidate.low
        return grown is None or grown * 100 > limit

    def _aimed_at(self, number: int, candidate: Candidate) -> bool:
        """预计增长7%、力争实现650亿元, 目标为7%, in a review: nobody says that it was reached."""
        start, end = candidate.start, candidate.end
        if _WORDS["was_the_goal"].find(self.text, start, end):
            return True
        if _WORDS["is_the_goal"].find(self.text, end) and _WORDS["was_set"].find(self.text, start, end):
            return True
        reached = candidate.comparator is Comparator.MORE_THAN or self._is_estimated(number, candidate)
        if not reached and _WORDS["aimed_higher"].find(self.text, end):
            return True  # 达到5000万元，力争达到5200万元: both are aimed at; not 超过300亿元，冲刺320亿元
        if self.places[number].part in REVIEWS:
            sentence = self.sentences[number]
            begin = max(sentence.start, start - _LIST)
            aim = _WORDS["in_order_to"].find(self.text, begin, min(sentence.end, end + _LIST))
            if aim is not None and aim.start() <= end <= aim.end():
                return True
            for name, behind in (("goals_were", sentence.start), ("budget_was", begin)):
                goals = _WORDS[name].find(self.text, behind, start)
                if goals is not None and _WORDS["came_of_it"].find(self.text, goals.end(), end) is None:
                    return True
            goals = _WORDS["goals_set"].find(self.text, begin, min(sentence.end, end + _LIST))
            if (
                goals is not None
                and goals.start() <= max(start, candidate.subject.start)
                and end <= goals.end()
            ):
                return _WORDS["came_of_it"].find(self.text, begin, goals.start()) is None
        return (
            candidate.resolve is not None
            and _WORDS["aimed"].find(self.text, self.sentences[number].start, end) is not None
        )

    def _outcome_year(self, place: Place, candidate: Candidate) -> int | None:
        if _WORDS["over_years"].find(self._text_of(candidate)):
            return None  # 去年达218亿美元，五年累计804亿美元
        if candidate.when.past is not None:
            return candidate.when.past
        of_one = candidate.when.annual or _WORDS["of_last_year"].find(self._text_of(candidate)) is not None
        of_many = candidate.when.several or (place.part is Part.PAST_YEARS and not of_one)
        if of_many and not self._reached(candidate):
            return None  # a sum over years, or nobody said of which year
        return None if self.year is None else self.year - 1

    def _text_of(self, candidate: Candidate) -> str:
        return self.text[candidate.start : candidate.end]

    def _reached(self, candidate: Candidate) -> bool:
        """五年来…居民收入达到4万元: where the years have led, which is the last year's figure.

        A share (城镇化率60%) is no sum over years; 突破2万亿元 was done once.
        """
        if candidate.measure not in (Measure.LEVEL, Measure.SHARE) or candidate.unit == "倍":
            return False
        if self.text.find("累计", candidate.start, candidate.end) >= 0:
            return False
        if candidate.comparator is Comparator.MORE_THAN:
            return _WORDS["passed"].find(self.text, candidate.start, candidate.end) is not None
        if candidate.comparator not in _LED_TO:
            return False
        return (
            candidate.measure is Measure.SHARE
            or _WORDS["reached"].find(self.text, candidate.start, candidate.end) is not None
            or _WORDS["led_there"].find(self.text, candidate.end) is not None
            or (
                _WORDS["grew_by_year"].find(self.text, candidate.end) is not None
                and _WORDS["size_of_a_year"].find(self.text, candidate.start, candidate.end) is not None
            )
        )

    def _published(
        self,
        number: int,
        candidate: Candidate,
        time: Time,
        doubts: Sequence[str],
        *,
        headline: bool = False,
    ) -> Figure:
        bullet = _WORDS["bullet"].find(self.text, candidate.start)
        end = candidate.end
        for _ in range(_HOPES):
            short = _WORDS["aimed_short"].find(self.text, end) if candidate.unit == "%" else None
            higher = short or _WORDS["aimed_higher"].find(self.text, end)
            if higher is None or (not short and ("%" in higher[0]) is not (candidate.unit == "%")):
                break
            end = higher.end()
        quote = self._printed(bullet.end() if bullet else candidate.start, end)
        sentence = self.sentences[number]
        # A sentence without end (a page without full stops) is cut around the figure.
        around = self._printed(
            max(sentence.start, candidate.start - _AROUND), min(sentence.end, candidate.end + _AROUND)
        )
        # 现代服务业增加值: nobody knows what the words in front change, so it is a figure of its own name.
        printed = candidate.subject.label
        if candidate.subject.indicator is not None:
            printed = candidate.subject.prefix + self.text[candidate.subject.start : candidate.subject.end]
        if candidate.base is None:
            price = _WORDS["price_behind"].find(self.text, candidate.end)
            candidate = candidate._replace(base=price[1]) if price else candidate
        return published(self.body, candidate, quote, around, time, doubts, printed, headline=headline)

    def _printed(self, start: int, end: int) -> Span:
        """The span of the body that the reading text `start` to `end` was read from."""
        return self.plain.span(*self.reading.span(start, end))

    def _from_tables(
        self, cells: Iterable[Cell], chief: bool, targets: list[Figure], outcomes: list[Figure]
    ) -> None:
        for cell in cells:
            candidate, doubts = cell.candidate, [*cell.candidate.flags, TABLE]
            if candidate.foreign or candidate.subject.indicator is None or candidate.subject.prefix:
                continue
            time = Time(cell.year)
            ahead = cell.year is not None and self.year is not None and cell.year > self.year
            if candidate.when.average or ahead:
                time = in_years_ahead(candidate, self.year, cell.year)
            headline = chief and not cell.past and cell.year == self.year and time.period is Period.YEAR
            span = self.plain.span(*cell.span)
            figure = published(
                self.body,
                candidate,
                span,
                span,
                time,
                doubts,
                candidate.subject.label,
                headline=headline,
            )
            (outcomes if cell.past else targets).append(figure)


def published(
    body: str,
    candidate: Candidate,
    quote: tuple[int, int],
    around: tuple[int, int],
    time: Time,
    doubts: Sequence[str],
    printed: str,
    *,
    headline: bool,
) -> Figure:
    """The figure as it is published; `quote` and `around` are spans of `body`."""
    indicator = candidate.subject.indicator if not candidate.subject.prefix else None
    reasons = list(dict.fromkeys(doubts))
    of_years = candidate.base is not None and time.period in (Period.BY_END, Period.SUM)
    if not candidate.believable and not of_years:  # 到2025年比2020年增长50%: the bounds are those of a year
        reasons.append(IMPLAUSIBLE)
    if time.year is None:
        reasons.append(NO_YEAR)
    return Figure(
        indicator=indicator.id if indicator is not None else OTHER,
        label=indicator.label if indicator is not None else printed,
        year=time.year,
        measure=candidate.measure,
        comparator=candidate.comparator,
        low=candidate.low,
        high=candidate.high,
        unit=candidate.unit,
        resolve=candidate.resolve,
        headline=headline and IMPLAUSIBLE not in reasons and candidate.owner is None,
        quote=body[quote[0] : quote[1]],
        start=quote[0],
        end=quote[1],
        sentence=body[around[0] : around[1]].strip(),
        flags=tuple(reasons),
        period=time.period,
        first_year=time.first,
        direction=candidate.direction,
        base=candidate.base,
        owner=candidate.owner,
    )


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
            figure.period,
            figure.direction,
            figure.owner,
        )
        known = seen.get(key)
        if known is None or (figure.headline and not known.headline):
            seen[key] = figure
    return tuple(sorted(seen.values(), key=lambda figure: (figure.start, figure.end, figure.indicator)))
