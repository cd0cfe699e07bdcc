"""The tables of a dump: what each column means, in which unit, and from where it is. Pure.

The rows come from dataset_rows.py, files are made of them in dataset_files.py. A column is added, never
renamed: these are a contract.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import NoneType
from typing import Any, get_args

from pydantic import BaseModel, Field

PAGE, READ, RULES, KNOWN = "page", "text", "rules", "gongbao"
SOURCES = {
    PAGE: "as the page or its header block says it",
    READ: "read out of the text of the report",
    RULES: "decided by gongbao's rules from what was read",
    KNOWN: "what gongbao noted while it watched",
}
_UTC = "time, UTC"


def of(source: str, meaning: str, unit: str | None = None) -> Any:
    """A column: from where its values are, what they mean, and their unit."""
    return Field(description=meaning, json_schema_extra={"source": source, "unit": unit})


class ReportRow(BaseModel):
    """One row a report: one government, one year, one kind of document."""

    report_key: str = of(RULES, "kind/region/year; stays the same for good")
    name: str = of(RULES, "a short name in Chinese, always there")
    name_en: str = of(RULES, "the same in English, with where the region lies")
    kind: str = of(RULES, "work_report, plan_report, budget_report, five_year_plan, notice, news, other")
    year: int | None = of(RULES, "the year that its targets are for", "year")
    region_code: str | None = of(
        RULES, "GB/T 2260, six digits; null for a zone or a town, or where not known"
    )
    region_name: str | None = of(RULES, "as the division is called")
    region_path: list[str] = of(RULES, "names from the province down to the region")
    region_parent: str | None = of(RULES, "code of the division above")
    title: str | None = of(PAGE, "what the page called it")
    first_seen_at: datetime = of(KNOWN, "when it was found", _UTC)
    announced_at: datetime | None = of(KNOWN, "when it was told last; null: never", _UTC)
    provisional: bool = of(KNOWN, "seen on unofficial pages only")
    withdrawn_at: datetime | None = of(KNOWN, "when no page showed it any longer", _UTC)
    merged_into: str | None = of(KNOWN, "report_key of the report that it turned out to be")
    content_hash: str | None = of(RULES, "of its leading version, which speaks for it")
    url: str | None = of(KNOWN, "the page to name for it; file: for a file that was imported")
    source: str | None = of(KNOWN, "slug of the site of that page")
    official: bool | None = of(KNOWN, "whether that site is the government's own")


class VersionRow(BaseModel):
    """One row a distinct text of a report."""

    content_hash: str = of(RULES, "SHA-256 of the normal form of the text")
    report_key: str = of(RULES, "the report that it is a text of")
    leading: bool = of(RULES, "whether it speaks for its report, as each of several articles does")
    relation: str = of(RULES, "to the version that led when it came: same, truncated, part, revision …")
    title: str | None = of(PAGE, "what its page called it")
    chars: int = of(READ, "length of the text", "characters")
    meeting: str | None = of(READ, "the congress that it was given to")
    speaker: str | None = of(READ, "who gave it")
    delivered_on: date | None = of(READ, "when it was given", "day")
    index_number: str | None = of(PAGE, "索引号")
    document_number: str | None = of(PAGE, "发文字号")
    issuer: str | None = of(PAGE, "发布机构")
    written_on: date | None = of(PAGE, "成文日期", "day")
    published_on: date | None = of(PAGE, "发布日期", "day")
    first_seen_at: datetime = of(KNOWN, "when it was found", _UTC)
    extracted_at: datetime | None = of(KNOWN, "when its figures were read; null: not yet", _UTC)
    extractor: str | None = of(KNOWN, "by which rules")


class TextRow(BaseModel):
    """One row a version: its text, in which `start` and `end` of figures count."""

    content_hash: str = of(RULES, "the version")
    text: str = of(READ, "the text, a line a paragraph")


class CopyRow(BaseModel):
    """One row for each page that shows, or showed, a version."""

    content_hash: str = of(RULES, "the version")
    report_key: str = of(RULES, "its report")
    url: str = of(KNOWN, "the page")
    source: str = of(KNOWN, "slug of its site")
    source_name: str = of(KNOWN, "what the site is called")
    official: bool = of(KNOWN, "whether the site is the government's own")
    relation: str = of(RULES, "of this text to the report's leading one")
    title: str | None = of(PAGE, "what this page calls it")
    put_up_on: date | None = of(PAGE, "as the page dates itself", "day")
    first_seen_at: datetime = of(KNOWN, "when the page was first seen to show it", _UTC)
    last_seen_at: datetime = of(KNOWN, "when it was last seen to show it", _UTC)
    ended_at: datetime | None = of(KNOWN, "when it was seen to show it no longer", _UTC)


class _Measured(BaseModel):
    """What a figure says."""

    indicator: str = of(RULES, "id of the indicator (table indicators); other: none of these")
    label: str = of(READ, "what the text calls it, or the indicator's label")
    year: int | None = of(RULES, "the year that it is for; the last of its period", "year")
    period: str = of(RULES, "year, average (a year, from first_year on), sum, by_end")
    first_year: int | None = of(RULES, "of an average or a sum", "year")
    measure: str | None = of(RULES, "growth, level, share, change")
    comparator: str = of(
        RULES,
        "how it binds: exact, about, at_least, more_than, at_most, less_than, range; or without a figure",
    )
    low: float | None = of(READ, "lower bound; the figure itself where exact or about", "see unit")
    high: float | None = of(READ, "upper bound; the figure itself where exact or about", "see unit")
    unit: str | None = of(READ, "of low and high, multipliers folded in: %, 百分点, 元, 人 …")
    headline: bool = of(RULES, "of the paragraph of main expected targets (主要预期目标)")


class FigureRow(_Measured):
    id: int = of(KNOWN, "number of the row; means nothing outside this dump")
    report_key: str = of(RULES, "the report")
    content_hash: str = of(RULES, "the version in which it stands")
    leading: bool = of(RULES, "whether it counts for its report: filter by it to count each figure once")
    kind: str = of(RULES, "of the report")
    report_year: int | None = of(RULES, "of the report", "year")
    region_code: str | None = of(RULES, "of the report")
    region_name: str | None = of(RULES, "of the report")
    direction: str | None = of(READ, "up or down, of a growth or a change")
    base: str | None = of(READ, "what it is measured from, as printed, where not from the year before")
    owner_name: str | None = of(READ, "whose figure it is, where it is another's than the region's")
    owner_code: str | None = of(RULES, "code of that")
    resolve: str | None = of(READ, "aim (力争), ensure (确保)")
    quote: str = of(READ, "the words of the figure")
    sentence: str = of(READ, "the sentence around them")
    start: int = of(READ, "where the quote begins in the text", "characters")
    end: int = of(READ, "where it ends", "characters")
    flags: list[str] = of(RULES, "reasons for doubt; empty: none")
    confidence: float | None = of(READ, "how sure OCR is of it, 0 to 1; of a scan (flag ocr) only")


class TargetRow(FigureRow):
    """One row a figure that a version promises."""


class OutcomeRow(FigureRow):
    """One row a figure that a version says was reached in a past year."""


class VerdictRow(_Measured):
    """One row a target that counts: whether the reports of the next years say that it was met."""

    target_id: int = of(KNOWN, "id in the table targets")
    report_key: str = of(RULES, "the report that promised it")
    kind: str = of(RULES, "of that report")
    report_year: int | None = of(RULES, "of that report", "year")
    region_code: str | None = of(RULES, "of that report")
    region_name: str | None = of(RULES, "of that report")
    verdict: str = of(RULES, "met, missed, restated, not_comparable, unknown")
    cause: str = of(RULES, "why, as a word (docs/extract.md)")
    reason: str = of(RULES, "why, as a sentence")
    said_report_key: str | None = of(RULES, "the latest report that speaks of the year")
    said_comparator: str | None = of(RULES, "as comparator, of what it says")
    said_low: float | None = of(READ, "as low, of what it says", "see said_unit")
    said_high: float | None = of(READ, "as high, of what it says", "see said_unit")
    said_unit: str | None = of(READ, "of said_low and said_high")
    said_quote: str | None = of(READ, "its words")
    earlier_report_key: str | None = of(RULES, "an earlier report that says it differently")
    earlier_low: float | None = of(READ, "as low, of what that says", "see said_unit")
    earlier_high: float | None = of(READ, "as high, of what that says", "see said_unit")


class EventRow(BaseModel):
    """One row for all that subscribers were told of."""

    sequence: int = of(KNOWN, "order in which it happened; grows for good")
    id: str = of(KNOWN, "the same wherever it is told: webhook-id, id in feeds")
    type: str = of(KNOWN, "report.published, target.revised, source.broken … (docs/events.md)")
    subject: str = of(KNOWN, "what it is about")
    occurred_at: datetime = of(KNOWN, "when", _UTC)
    report_key: str | None = of(KNOWN, "the report, where it is about one")
    content_hash: str | None = of(KNOWN, "the version, where it is about one")
    data: str = of(KNOWN, "what was told, as JSON (docs/events.md)")


class RegionRow(BaseModel):
    """One row a region that has a report."""

    region: str = of(RULES, "its code; parent+name of one without")
    region_code: str | None = of(RULES, "GB/T 2260, six digits")
    name: str = of(RULES, "as it is called")
    name_en: str | None = of(RULES, "in English")
    path: list[str] = of(RULES, "names from the province down")
    level: str | None = of(RULES, "nation, province, city, county; null for a zone or a town")
    parent: str | None = of(RULES, "code of the division above")
    years: list[int] = of(RULES, "those whose work report is known, newest first")
    reports: int = of(RULES, "how many reports of every kind", "reports")


class IndicatorRow(BaseModel):
    """One row an indicator of the vocabulary."""

    id: str = of(RULES, "as in the column indicator of other tables")
    label: str = of(RULES, "in Chinese")
    label_en: str = of(RULES, "in English")
    measure: str = of(RULES, "what a bare percentage of it means")
    core: bool = of(RULES, "one of those by which the paragraph of main targets is known")
    units: list[str] = of(RULES, "those of a level")


@dataclass(frozen=True, slots=True)
class DataTable:
    """`key`: the columns that tell rows apart; `refers`: columns that are the key of another table."""

    name: str
    row: type[BaseModel]
    key: tuple[str, ...]
    refers: Mapping[str, str]

    @property
    def file(self) -> str:
        return f"{self.name}.parquet"

    @property
    def meaning(self) -> str:
        return " ".join((self.row.__doc__ or "").split())


_REPORT, _VERSION = {"report_key": "reports"}, {"content_hash": "versions"}
_FIGURE = {**_REPORT, **_VERSION}
TEXTS = "texts"  # as large as all others together: only where it is asked for
TABLES = {
    table.name: table
    for table in (
        DataTable("reports", ReportRow, ("report_key",), _VERSION),
        DataTable("versions", VersionRow, ("content_hash",), _REPORT),
        DataTable("copies", CopyRow, ("source", "url", "content_hash"), _FIGURE),
        DataTable("targets", TargetRow, ("id",), _FIGURE),
        DataTable("outcomes", OutcomeRow, ("id",), _FIGURE),
        DataTable("verdicts", VerdictRow, ("target_id",), {"target_id": "targets", **_REPORT}),
        DataTable("events", EventRow, ("sequence",), _FIGURE),
        DataTable("regions", RegionRow, ("region",), {}),
        DataTable("indicators", IndicatorRow, ("id",), {}),
        DataTable(TEXTS, TextRow, ("content_hash",), _VERSION),
    )
}


@dataclass(frozen=True, slots=True)
class DataColumn:
    name: str
    type: type | Any  # str, int, float, bool, date, datetime, list[str], list[int]
    nullable: bool
    meaning: str
    unit: str | None
    source: str


def columns(table: DataTable) -> Iterator[DataColumn]:
    for name, field in table.row.model_fields.items():
        parts = get_args(field.annotation)
        nullable = NoneType in parts
        type_ = next(part for part in parts if part is not NoneType) if nullable else field.annotation
        said = field.json_schema_extra
        assert isinstance(said, dict)
        unit = said["unit"]
        yield DataColumn(
            name, type_, nullable, field.description or "", str(unit) if unit else None, str(said["source"])
        )


# --- said to programs and to people ----------------------------------------------------------

# The types of the Table Schema standard.
TYPES: Mapping[Any, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    date: "date",
    datetime: "datetime",
    list[str]: "array",
    list[int]: "array",
}


def schema(table: DataTable) -> dict[str, Any]:
    """As Table Schema says it (specs.frictionlessdata.io), with unit and source beside."""
    return {
        "fields": [
            {
                "name": column.name,
                "type": TYPES[column.type],
                "description": column.meaning,
                "unit": column.unit,
                "source": column.source,
                "constraints": {"required": not column.nullable},
            }
            for column in columns(table)
        ],
        "primaryKey": list(table.key),
        "foreignKeys": [
            {"fields": name, "reference": {"resource": other, "fields": TABLES[other].key[0]}}
            for name, other in table.refers.items()
        ],
    }


def dictionary() -> str:
    """The data dictionary, as Markdown."""
    lines = ["Where values are from:", ""]
    lines += [f"- **{name}**: {meaning}" for name, meaning in SOURCES.items()]
    for table in TABLES.values():
        lines += ["", f"## {table.name}", "", f"{table.meaning} Key: {', '.join(table.key)}.", ""]
        lines += ["| column | type | meaning | unit | from |", "|---|---|---|---|---|"]
        lines += [
            f"| {c.name} | {TYPES[c.type]}{'?' if c.nullable else ''} | {c.meaning} "
            f"| {c.unit or ''} | {c.source} |"
            for c in columns(table)
        ]
    return "\n".join(lines) + "\n"
