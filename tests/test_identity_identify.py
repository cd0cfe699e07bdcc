"""Which report a page holds: kind, region, year, occasion, key. Texts are of our own making."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ingest.identity.identify import identify
from ingest.identity.kinds import kind_of_title
from ingest.identity.place import code_in_index_number
from ingest.model import Article, Header, Identity, Kind
from ingest.text.normal import normal_form
from tests.support.growth import Work, grows_with_size_only

SPEECH = """各位代表：
现在，我代表区人民政府，向大会报告工作，请予审议，并请各位政协委员和列席人员提出意见。
一、2023年工作回顾
过去一年，全区上下迎难而上，各项工作取得新进展。
二、2024年工作安排
今年经济社会发展的主要预期目标是：地区生产总值增长6%左右。
"""

REPORT = f"""政 府 工 作 报 告
——2024年1月18日在重庆市北碚区第十九届人民代表大会第四次会议上
重庆市北碚区人民政府区长　某 某
{SPEECH}"""


def read(title: str | None, body: str = SPEECH, **header: object) -> Identity:
    return identify(Article(title, body, Header(**header)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("政府工作报告", Kind.WORK_REPORT),
        ("（重庆市）重庆市北碚区人民政府工作报告（2024年1月18日）", Kind.WORK_REPORT),
        ("政府工作报告（全文）", Kind.WORK_REPORT),
        ("北碚区2024年政府工作报告（征求意见稿）", Kind.WORK_REPORT),
        ("凝心聚力 学习贯彻新精神——在区第十九届人民代表大会第四次会议上的政府工作报告", Kind.WORK_REPORT),
        ("资料：某某省2011年政府工作报告", Kind.WORK_REPORT),
        ("关于北碚区2023年国民经济和社会发展计划执行情况及2024年计划草案的报告", Kind.PLAN_REPORT),
        ("2023年国民经济和社会发展计划执行情况与2024年国民经济和社会发展计划（草案）", Kind.PLAN_REPORT),
        ("关于北碚区2023年预算执行情况和2024年预算草案的报告", Kind.BUDGET_REPORT),
        ("某某市国民经济和社会发展第十四个五年规划和二〇三五年远景目标纲要", Kind.FIVE_YEAR_PLAN),
        ("某某市国民经济和社会发展第十五个五年（2026—2030年）规划纲要", Kind.FIVE_YEAR_PLAN),
        ("北碚区“十五五”规划纲要", Kind.FIVE_YEAR_PLAN),
        ("北碚区“十五五”教育发展规划纲要", None),
        ("北碚区人民政府关于印发2024年政府工作报告任务分解的通知", Kind.NOTICE),
        ("关于开展安全生产检查的通知", Kind.NOTICE),
        ("北碚区人大关于政府工作报告的决议", Kind.OTHER),
        ("关于北碚区2024年上半年国民经济和社会发展计划执行情况的报告", Kind.OTHER),
        ("关于2023年财政决算和2024年上半年预算执行情况的报告", Kind.OTHER),
        ("“十四五”规划中期评估：国民经济和社会发展第十四个五年规划实施情况", Kind.OTHER),
        ("2024年政府工作报告解读", Kind.NEWS),
        ("一图读懂北碚区政府工作报告", Kind.NEWS),
        ("政府工作报告（摘要）", Kind.NEWS),
        ("代表热议政府工作报告", Kind.NEWS),
        ("某某同志作政府工作报告", Kind.NEWS),
        ("政府工作报告诞生侧记", Kind.NEWS),
        ("北碚区第十九届人民代表大会第四次会议开幕", Kind.NEWS),
        ("北碚区人民代表大会常务委员会工作报告", Kind.OTHER),
        ("法治政府建设情况报告", None),
        ("北碚区人民政府2024年工作报告", Kind.WORK_REPORT),
        ("天生街道办事处2024年工作报告", Kind.WORK_REPORT),
        ("街道办事处工作报告", None),
        ("加强合作扎实工作在区人大会议上的政府工作报告", Kind.WORK_REPORT),
        ("北碚区2024年计划草案和国民经济和社会发展计划报告解读", Kind.NEWS),
    ],
)
def test_kind_of_a_title(title: str, kind: Kind | None) -> None:
    assert kind_of_title(normal_form(title)) is kind


def test_a_report_whole() -> None:
    assert identify(Article("政府工作报告", REPORT)) == Identity(
        kind=Kind.WORK_REPORT,
        year=2024,
        region=read("北碚区政府工作报告").region,
        meeting="重庆市北碚区第十九届人民代表大会第四次会议",
        delivered_on=date(2024, 1, 18),
        speaker="某某",
        report_key="work_report/500109/2024",
        title="政府工作报告",
    )


@pytest.mark.parametrize(
    ("lines", "meeting", "day", "speaker"),
    [
        (
            "2024年2月4日在南岸区第十九届人民代表大会第五次会议上\n重庆市南岸区人民政府区长张某某",
            "南岸区第十九届人民代表大会第五次会议",
            date(2024, 2, 4),
            "张某某",
        ),
        (
            "政府工作报告2011年3月2日在徐水县第九届人民代表大会\n第五次会议上\n徐水县人民政府县长 \n李某某",
            "徐水县第九届人民代表大会第五次会议",
            date(2011, 3, 2),
            "李某某",
        ),
        (
            "——在某某县第十五届人民代表大会第二次会议上\n某某县人民政府代县长 王某\n（2008年3月27日）",
            "某某县第十五届人民代表大会第二次会议",
            date(2008, 3, 27),
            "王某",
        ),
        (
            "在河北省第十届人民代表大会第三次会议上\n河北省省长 王某\n（二〇〇五年一月十一日）",
            None,
            date(2005, 1, 11),
            "王某",
        ),
        (
            "2025年1月14日在湖南省第十四届人民代表大会第三次会议上省长王某某作政府工作报告。",
            "湖南省第十四届人民代表大会第三次会议",
            date(2025, 1, 14),
            "王某某",
        ),
        (
            "——2025年1月15日王某市长在上海市第十六届人民代表大会第三次会议上的报告",
            None,
            date(2025, 1, 15),
            "王某",
        ),
        (
            "2025年1月19日在新疆维吾尔自治区第十四届人民代表大会第三次会议上\n自治区主席 某某某·某某某某",
            None,
            date(2025, 1, 19),
            "某某某·某某某某",
        ),
        (
            "——2025年1月21日在保定市第十六届人民代表大会第六次会议上\n王某某",
            None,
            date(2025, 1, 21),
            "王某某",
        ),
        (
            "——2026年1月13日在北京市第十六届人民代表大会第四次会议上\n北京市人民政府市长　王某䥽",
            "北京市第十六届人民代表大会第四次会议",
            date(2026, 1, 13),
            "王某䥽",
        ),
        ("时间：2023-03-30 作者：某网 来源：某某市政府网\n2023年03月30日 16:40", None, None, None),
        ("（2023年2月30日）", None, None, None),
    ],
)
def test_occasion(lines: str, meeting: str | None, day: date | None, speaker: str | None) -> None:
    identity = identify(Article("政府工作报告", f"{lines}\n{SPEECH}"))
    assert identity.delivered_on == day
    assert identity.speaker == speaker
    if meeting is not None:
        assert identity.meeting == meeting


@pytest.mark.parametrize(
    ("title", "body", "year"),
    [
        ("北碚区2023年国民经济和社会发展计划执行情况及2024年计划草案的报告", "", 2024),
        ("北碚区2023年国民经济和社会发展计划执行情况的报告", "", 2024),
        (
            "计划报告",
            "受区政府委托，现将2023年国民经济和社会发展计划执行情况及2024年计划草案提请大会审查。",
            2024,
        ),
        ("关于北碚区2023年预算执行情况和2024年预算草案的报告", "", 2024),
        ("政府工作报告", "一、2023年工作回顾\n二、2024年工作安排\n到2035年，建成现代化新北碚。", 2024),
        ("政府工作报告", "一、2023年工作回顾\n过去一年。\n二、今年工作", 2024),
        ("政府工作报告", "一、关于2014年政府工作\n好。\n二、2015年经济社会发展的目标和重点工作\n", 2015),
        ("2024年政府工作报告", "各位代表：过去一年成绩来之不易。", 2024),
        ("政府工作报告（2024年1月10日）", "各位代表：过去一年成绩来之不易。", 2024),
        # When the page was put up; 2010 is its hour and minute behind the day.
        (
            "政府工作报告2026-01-20 10:10:10 来源：北碚日报",
            "一、2025年工作回顾\n二、2026年工作安排\n增长5%",
            2026,
        ),
        # A congress in December speaks of the year to come.
        ("政府工作报告（2021年12月28日）", "一、2021年工作回顾\n二、2022年工作安排", 2022),
        ("政府工作报告（2021年12月28日）", "一、2021年工作回顾\n二、明年的工作", 2022),
        # A collector of texts calls last year's report that of the coming year.
        ("2026年某某县政府工作报告", "一、2024年工作回顾\n二、2025年工作安排\n增长5%", 2025),
        ("2024年某某县政府工作报告", "一、2024年工作回顾\n二、2025年工作安排\n增长5%", 2025),
        # A goal far ahead is not the year of the report.
        (
            "政府工作报告（2021年2月5日）",
            "一、“十三五”时期工作回顾\n二、2025年主要任务\n三、2021年重点工作",
            2021,
        ),
        ("某某市国民经济和社会发展第十四个五年规划纲要", "", 2021),
        ("某某市国民经济和社会发展“十五五”规划纲要", "", 2026),
        ("中共某某市委关于制定国民经济和社会发展第十四个五年规划和二〇三五年远景目标的建议", "", 2021),
        ("关于《中共某某市委关于制定国民经济和社会发展第十五个五年规划的建议》的说明", "", 2026),
        # What tells of a year, and of no part of it: its targets, if any, are the next one's.
        ("某某县2024年工作总结", "今年以来，全县经济平稳运行。", 2025),
        ("某某县2024年国民经济和社会发展统计公报", "全年粮食产量5万吨。", 2025),
        ("某某县2024年上半年经济运行情况", "上半年，全县经济平稳运行。", 2024),
        ("某某县2024年1-8月经济运行情况", "1-8月，全县经济平稳运行。", 2024),
        ("某某县2024年第三季度经济运行情况", "三季度，全县经济平稳运行。", 2024),
        ("某某县2024年1-3季度经济运行情况", "1-3季度，全县经济平稳运行。", 2024),
        ("某某高新区2023年经济社会发展情况和2024年工作打算", "今年以来，投资增长5%。", 2024),
        ("某某县“十五五”时期经济社会发展主要指标", "", 2026),
        ("某某县“十五五”主要指标解读", "", None),
        ("政府工作报告", "各位代表：过去一年成绩来之不易。", None),
    ],
)
def test_year(title: str, body: str, year: int | None) -> None:
    assert read(title, body).year == year


def test_the_day_of_the_page_counts_only_when_nothing_else_does() -> None:
    upload = date(2023, 3, 30)
    assert read("某县2020年政府工作报告", "各位代表：", published_on=upload).year == 2020
    assert read("政府工作报告", "各位代表：", published_on=upload).year == 2023


@pytest.mark.parametrize(
    ("title", "body", "header", "source_region", "key"),
    [
        ("政府工作报告", REPORT, {}, None, "500109"),
        ("重庆市北碚区政府工作报告", SPEECH, {}, None, "500109"),
        ("政府工作报告", SPEECH.replace("代表区", "代表北碚区"), {}, None, "500109"),
        ("计划报告", "", {"issuer": "北碚区发展改革委"}, None, "500109"),
        ("政府工作报告", SPEECH, {}, "500109", "500109"),
        # 区长 does not speak for the city whose portal shows it.
        ("政府工作报告", SPEECH, {}, "500000", None),
        # A portal shows what another place wrote.
        ("重庆市北碚区政府工作报告", SPEECH, {}, "500112", "500109"),
        ("政府工作报告", "各位代表：", {"index_number": "11500109009300000X/2024-00001"}, None, "500109"),
        # Namesakes: the source, the index number, the body decide.
        ("鼓楼区政府工作报告", SPEECH, {}, "320100", "320106"),
        ("鼓楼区政府工作报告", SPEECH, {"index_number": "350102/2024-00001"}, None, "350102"),
        ("鼓楼区政府工作报告", SPEECH + "我们在福州市委领导下工作。", {}, None, "350102"),
        ("鼓楼区政府工作报告", SPEECH, {}, None, None),
        # On the site of another place: the one nearby, else none; never that place.
        ("鼓楼区政府工作报告", SPEECH, {}, "320102", "320106"),
        ("江北区政府工作报告", SPEECH, {}, "500106", "500105"),
        ("朝阳区政府工作报告", SPEECH, {}, "110108", "110105"),
        ("鼓楼区政府工作报告", SPEECH, {}, "500106", None),
        # A newspaper's name is no place.
        (
            "工作总结",
            "一、2023年工作情况",
            {"issuer": "重庆高新技术产业开发区管理委员会办公室"},
            None,
            "500000+重庆高新技术产业开发区",
        ),
        ("北碚区某某镇2024年政府工作报告", SPEECH, {}, None, "500109+某某镇"),
    ],
)
def test_region(
    title: str, body: str, header: dict[str, str], source_region: str | None, key: str | None
) -> None:
    identity = identify(Article(title, body, Header(**header)), source_region=source_region)  # type: ignore[arg-type]
    assert (identity.region.key if identity.region else None) == key


def test_the_paper_that_reposts_is_not_the_place() -> None:
    article = Article("2025年宁夏政府工作报告", "各位代表：", origin="青海日报")
    region = identify(article).region
    assert region is not None
    assert region.code == "640000"


NEWS = """1月23日上午，高阳县第十八届人民代表大会第四次会议隆重开幕。
应到代表185名，实到168名，符合法定人数。代县长王某某代表县人民政府向大会作政府工作报告。
报告指出，2023年，面对严峻形势，全县经济稳中向好。"""


def test_news_under_a_report_title_is_news() -> None:
    identity = read("高阳县2024年政府工作报告", NEWS)
    assert identity.kind is Kind.NEWS
    assert identity.report_key.startswith("doc/")


def test_the_report_under_a_headline_is_the_report() -> None:
    assert read("聚焦两会：北碚区政府工作报告", REPORT).report_key == "work_report/500109/2024"
    assert read("北碚区政府工作报告（摘要）", REPORT).kind is Kind.NEWS


def test_a_report_without_its_title() -> None:
    body = "2019年1月29日在保定市徐水区第二届人民代表大会第三次会议上\n一、2018年工作回顾\n一年来，成绩不小。"
    assert read(None, body).report_key == "work_report/130609/2019"


def test_a_notice_may_be_the_cover_of_the_report() -> None:
    title = "北碚区人民政府关于印发2024年政府工作报告的通知"
    assert read(title, "各街道办事处：\n现将报告印发给你们。").kind is Kind.NOTICE
    assert (
        read(title, f"各街道办事处：\n现将报告印发给你们。\n{REPORT}").report_key == "work_report/500109/2024"
    )


def test_a_notice_may_be_the_cover_of_the_years_plan() -> None:
    title = "北碚区人民政府关于下达2024年国民经济和社会发展计划的通知"
    cover = "各街道办事处：\n2024年国民经济和社会发展计划已经区人代会审议通过，现予下达，请认真组织实施。\n"
    plan = (
        "北碚区2024年国民经济和社会发展计划\n" + "稳步扩大有效投资，加快建设重点项目，培育特色产业。\n" * 50
    )
    assert read(title, cover + plan).report_key == "plan_report/500109/2024"
    attached = "附件：北碚区2024年国民经济和社会发展计划.docx\n"
    assert read(title, cover + attached).kind is Kind.NOTICE
    assert read(title, cover + attached + "请各单位认真抓好落实。\n" * 100).kind is Kind.NOTICE
    untitled = "一、扩大有效投资\n" + "稳步扩大有效投资，加快建设重点项目，培育特色产业。\n" * 150
    assert read(title, cover + untitled).report_key == "plan_report/500109/2024"
    divided = title.replace("计划的通知", "计划任务分解方案的通知")
    assert read(divided, cover + untitled).kind is Kind.NOTICE


def test_reports_of_other_years_and_places_never_share_a_key() -> None:
    keys = {
        read(f"重庆市{place}{year}年政府工作报告", "各位代表：").report_key
        for place in ("北碚区", "渝北区", "北碚区某某镇", "")
        for year in (2023, 2024)
    }
    assert len(keys) == 8


def test_other_documents_are_keyed_by_number_else_by_title_issuer_and_date() -> None:
    notice = Article(
        "关于开展某项检查的通知",
        "正文。" * 9,
        Header(issuer="北碚区人民政府", document_number="碚府发〔2024〕1号"),
    )
    key = identify(notice).report_key
    assert key.startswith("doc/")
    assert len(key) == len("doc/") + 24
    retitled = replace(notice, title="某项检查的通知（转发）", body="另一正文。")
    assert identify(retitled).report_key == key
    other = replace(notice, header=replace(notice.header, document_number="碚府发〔2024〕2号"))
    assert identify(other).report_key != key
    unnumbered = replace(notice, header=Header(issuer="北碚区人民政府", written_on=date(2024, 3, 1)))
    later = replace(unnumbered, header=replace(unnumbered.header, written_on=date(2024, 3, 2)))
    assert identify(unnumbered).report_key != identify(later).report_key


def test_documents_without_title_are_not_all_one() -> None:
    one, other = Article(None, "第一份材料的正文。" * 5), Article(None, "第二份材料的正文。" * 5)
    assert identify(one).report_key != identify(other).report_key
    assert (
        identify(one, "https://a.example/1").report_key == identify(other, "https://a.example/1").report_key
    )


@pytest.mark.parametrize(
    ("index_number", "code"),
    [
        ("11500106009290411N/2025-00101", "500106"),
        ("330522/2023-05094", "330522"),
        ("009315877/2017-00733", None),
        ("6107280000/2024-001005", "610728"),
        ("YP-2026-00491", None),
        (None, None),
    ],
)
def test_code_in_an_index_number(index_number: str | None, code: str | None) -> None:
    assert code_in_index_number(index_number) == code


@pytest.mark.parametrize("noise", ["在第", "区长", "2024年", "（", "重庆市"])
def test_hostile_text_is_identified_in_linear_time(noise: str) -> None:
    def identified(letters: int) -> Work:
        line = noise * (letters // len(noise))
        article = Article(line, "\n".join([line, line[:190], line[:80]] * 3))
        return lambda: identify(article)

    identify(Article(None, REPORT))  # loads the divisions
    grows_with_size_only(identified, 60_000)


def test_a_long_report_is_identified_in_linear_time() -> None:
    def identified(lines: int) -> Work:
        article = Article("政府工作报告", REPORT + "持续优化营商环境，新增经营主体3万户。\n" * lines)
        return lambda: identify(article)

    identify(Article(None, REPORT))  # loads the divisions
    grows_with_size_only(identified, 20_000)


def test_real_reports(shared: Path) -> None:
    """Region and year of the development set; read without page/, so only the title line is taken off."""
    rows = list(csv.DictReader((shared / "data" / "reports.csv").read_text(encoding="utf-8").splitlines()))
    misses = []
    for row in rows:
        text = (shared / "data" / "reports" / row["file"]).read_text(encoding="utf-8")
        first, _, rest = text.partition("\n")
        titled = first.startswith("标题：")
        identity = identify(Article(first[3:] if titled else None, rest if titled else text))
        region = "".join(identity.region.path) if identity.region else ""
        if not region.endswith(row["region"]) or str(identity.year) != row["year"]:
            misses.append((row["file"], region, identity.year))
    # 保定市_2013: news that names no year.
    assert [file for file, _, _ in misses if file != "保定市_2013.txt"] == []
    assert len(rows) == 97


@pytest.mark.parametrize(("month", "year"), [("2月", 2024), ("12月", 2025)])
def test_a_congress_dated_to_the_month_gives_the_year(month: str, year: int) -> None:
    body = f"——2024年{month}在北碚区第十九届人民代表大会第四次会议上\n各位代表：\n我向大会报告工作。"
    assert read("北碚区政府工作报告", body).year == year
