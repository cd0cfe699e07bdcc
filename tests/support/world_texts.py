"""Reports of our own making whose targets, header and identity are known by construction. Not a test file.

Places are real divisions; every figure and sentence is made up, from a seed. How they are printed is
world.py.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files

from ingest.model import Comparator, Header, Kind, Region
from ingest.regions.gazetteer import region_by_code

C = Comparator

Row = tuple[str, C, float | None, float | None]


@dataclass(frozen=True)
class Text:
    """A document: what it says (`lines`), and what must be read out of it."""

    kind: Kind
    region: Region
    year: int
    title: str
    lines: tuple[str, ...]
    header: Header
    put_up: date
    targets: frozenset[Row]

    @property
    def body(self) -> str:
        return "\n".join(self.lines)


def counties(rng: random.Random, number: int) -> list[Region]:
    """So many counties, districts and county-level cities, of all provinces."""
    with files("ingest.regions").joinpath("regions.csv").open(encoding="utf-8") as rows:
        codes = [row["code"] for row in csv.DictReader(rows) if not row["code"].endswith("00")]
    chosen: list[Region] = []
    for code in rng.sample(codes, len(codes)):
        region = region_by_code(code)
        if (
            region is not None
            and len(region.path) >= 2
            and region.name[-1] in "县区市旗"
            and len(region.name) > 2
        ):
            chosen.append(region)
        if len(chosen) == number:
            return chosen
    raise AssertionError(f"only {len(chosen)} counties")


def _headline(rng: random.Random) -> Iterator[tuple[str, Row]]:
    def half(low: int, high: int) -> float:
        return rng.randint(low * 2, high * 2) / 2

    a, b, c, d, e = half(4, 8), half(5, 9), half(3, 6), half(4, 8), half(2, 7)
    yield f"地区生产总值增长{a:g}%左右", ("gdp", C.ABOUT, a, a)
    yield f"规模以上工业增加值增长{b:g}%以上", ("industrial_value_added", C.AT_LEAST, b, None)
    yield f"固定资产投资增长{c:g}%—{c + 1:g}%", ("fixed_asset_investment", C.RANGE, c, c + 1)
    yield f"社会消费品零售总额增长{d:g}%", ("retail_sales", C.EXACT, d, d)
    yield f"一般公共预算收入增长{e:g}%以上", ("general_budget_revenue", C.AT_LEAST, e, None)
    yield "居民收入增长与经济增长基本同步", ("resident_income", C.IN_STEP_WITH, None, None)
    yield "城镇调查失业率控制在5.5%以内", ("urban_unemployment", C.AT_MOST, None, 5.5)


def _commitments(rng: random.Random) -> Iterator[tuple[str, Row]]:
    jobs, days, firms, special = (
        rng.randint(20, 90) / 10, rng.randint(290, 350), rng.randint(8, 60), rng.randint(3, 40),
    )  # fmt: skip
    yield f"城镇新增就业{jobs:g}万人以上", ("new_urban_jobs", C.AT_LEAST, round(jobs * 10000, 3), None)
    yield f"空气质量优良天数达到{days}天以上", ("air_quality_days", C.AT_LEAST, float(days), None)
    yield f"新增高新技术企业{firms}家", ("high_tech_enterprises", C.EXACT, float(firms), float(firms))
    yield (
        f"新增“专精特新”企业{special}家",
        ("specialised_enterprises", C.EXACT, float(special), float(special)),
    )


_TOWNS = [
    "石桥",
    "柳河",
    "青杠",
    "双塘",
    "白鹤",
    "龙潭",
    "新庙",
    "枫木",
    "马鞍",
    "黄沙",
    "杏花",
    "落雁",
    "大坪",
    "三渡",
    "竹园",
    "清溪",
]
_DEEDS = (
    "{town}的菜市场翻修了屋顶，摊位由{n}个添到{m}个，买菜的人不再淋雨。",
    "我们把{town}通往河对岸的便桥换成了石桥，孩子们上学少走{n}里路，老人们赶集也方便了。",
    "{town}的卫生院添了两台检查设备，全科医生由{n}名增至{m}名，小病不再往城里跑。",
    "从{town}到县道的最后一段路铺上了沥青，{n}户果农的果子当天就能运出去，价钱比往年好。",
    "{town}小学的操场重新铺过，食堂的账目每周贴在门口，家长随时可以来看、来问。",
    "{town}的老茶厂请回了退休的师傅，带出{n}个徒弟，去年卖茶的收入摊到每户不算多，但是稳当。",
    "有人在热线里说{town}的路灯夜里不亮，我们当晚换了{n}盏，又把整条街查了一遍。",
    "镕炼车间的旧炉子停了，{town}的河水清了，{n}㎡的滩地重新种上了芦苇。",
    "一年来，热线接到的{n}件来电件件有回音，其中说{town}停车难的最多，我们在旧仓库那里辟出{m}个车位。",
    "{town}的图书室晚上开到九点，借书的人里一半是刚放学的孩子，管理员是{n}位退休教师。",
)
_PLANS = (
    "我们要把{town}的排水管网一段一段查清楚，雨季之前全部修好。",
    "在{town}办一所日间照料中心，让老人中午有热饭吃、下午有人陪。",
    "请{town}的种粮大户带一带周边的散户，把撂荒的地一块一块种起来。",
    "让{town}的年轻人在家门口找得到活干，也找得到学手艺的地方。",
    "把{town}的办事窗口合成一个，材料只交一次，能在手机上办的不必跑腿。",
    "继续给{town}的老小区加装电梯，钱怎么分摊，由住户自己商量，我们只管帮忙。",
    "{town}的工业园不再盖空厂房，先有订单，再谈用地，把已有的厂房用满。",
)
_SURNAMES = "王李张刘陈杨黄赵吴周"
_GIVEN = ["守田", "试言", "小满", "知行", "问渠", "伯安", "镕之", "一苇", "望舒", "明远"]
_OFFICES = {"县": "县长", "区": "区长", "市": "市长", "旗": "旗长"}


def _deeds(rng: random.Random, number: int) -> list[str]:
    chosen = rng.sample(_DEEDS, number)
    return [d.format(town=rng.choice(_TOWNS), n=rng.randint(3, 99), m=rng.randint(100, 400)) for d in chosen]


def make_text(rng: random.Random, region: Region, kind: Kind, year: int) -> Text:
    """A work report, a plan report or a notice, of the region's government for the year."""
    spoken = date(year, 1, rng.randint(6, 24))
    put_up = spoken + timedelta(days=rng.randint(1, 12))
    match kind:
        case Kind.WORK_REPORT:
            forms = (f"{year}年{region.name}人民政府工作报告", f"{region.name}人民政府工作报告（{year}年）")
            title = rng.choice(forms)
            lines, targets = _report(rng, region, year, spoken, title)
        case Kind.PLAN_REPORT:
            title = f"关于{region.name}{year - 1}年国民经济和社会发展计划执行情况"
            title += f"与{year}年国民经济和社会发展计划草案的报告"
            lines, targets = _report(rng, region, year, spoken, title)
        case Kind.NOTICE:
            title = f"{region.name}人民政府办公室关于做好{year}年春季植树工作的通知"
            lines = ["各镇人民政府、街道办事处，县级各部门："]
            lines += ["经研究，现就今年春季植树有关事项通知如下，请认真抓好落实。", *_plans(rng, 5)]
            lines += [f"{region.name}人民政府办公室", f"{put_up.year}年{put_up.month}月{put_up.day}日"]
            targets = []
        case _:
            raise ValueError(kind)
    header = _header(rng, region, title, spoken, put_up, "通知" if kind is Kind.NOTICE else "报告")
    return Text(kind, region, year, title, tuple(lines), header, put_up, frozenset(targets))


def _plans(rng: random.Random, number: int) -> list[str]:
    return [plan.format(town=rng.choice(_TOWNS)) for plan in rng.sample(_PLANS, number)]


def _report(
    rng: random.Random, region: Region, year: int, spoken: date, title: str
) -> tuple[list[str], list[Row]]:
    headline, later = list(_headline(rng)), list(_commitments(rng))
    congress = (
        f"第{rng.choice(('十五', '十六', '十七', '十八'))}届人民代表大会第{rng.choice('一二三四五六')}次会议"
    )
    day = f"{spoken.year}年{spoken.month}月{spoken.day}日"
    grown = rng.randint(40, 75) / 10
    lines = [f"——{day}在{region.name}{congress}上"]
    if "工作报告" in title:
        lines.append(
            f"{region.name}人民政府{_OFFICES[region.name[-1]]}　{rng.choice(_SURNAMES)}{rng.choice(_GIVEN)}"
        )
    else:
        lines.append(f"{region.name}发展和改革局")
    lines += [
        "各位代表：",
        f"现在，我代表{region.name}人民政府，向大会报告工作，请予审议，并请各位政协委员提出意见。",
        f"一、{year - 1}年工作回顾",
        f"过去一年，地区生产总值增长{grown:g}%，日子过得紧，但该办的事一件没有落下。",
        *_deeds(rng, 5),
        f"二、{year}年工作安排",
        f"今年经济社会发展的主要预期目标是：{'，'.join(said for said, _ in headline)}。",
    ]
    for (said, _), number, plan in zip(later, "一二三四", _plans(rng, 4), strict=True):
        lines += [f"（{number}）{plan[:-1]}，{said}。", _deeds(rng, 1)[0].replace("去年", "往后")]
    lines.append("各位代表！事情要一件一件办，账要一笔一笔算，让我们把今年的事办好。")
    if rng.random() < 0.5:
        lines += ["名词解释", "1.“一窗通办”：指群众办事只找一个窗口，办件时间比原来缩短50%。"]
        lines.append("2.“无废城市”：指固体废物尽量少产生、多利用，到2030年利用率达到90%以上的城市。")
    return lines, [row for _, row in (*headline, *later)]


def _header(rng: random.Random, region: Region, title: str, spoken: date, put_up: date, genre: str) -> Header:
    number = rng.randint(1, 300)
    return Header(
        index_number=f"{rng.randint(10**8, 10**9 - 1)}/{put_up.year}-{number:05}",
        document_number=rng.choice((f"{region.name[0]}府发〔{put_up.year}〕{number}号", None)),
        issuer=f"{region.name}人民政府办公室",
        subject_class=rng.choice(("国民经济发展规划、计划", "综合政务/政务公开", None)),
        genre_class=genre,
        validity=rng.choice(("有效", None)),
        written_on=spoken,
        published_on=put_up,
        title=title,
        keywords=rng.choice((None, f"{genre} 政府工作")),
    )
