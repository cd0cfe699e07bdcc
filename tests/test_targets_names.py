"""The names that reports print for an indicator. A new name is a new word in the table."""

from __future__ import annotations

import pytest

from ingest.model import Kind, Region
from workers.targets.extract import extract

REGION = Region("330110", "余杭区", ("浙江省", "杭州市", "余杭区"), "330100")
HEAD = "二、2024年工作安排\n今年主要预期目标是："

GROWS = {
    "gdp": "经济增长目标 经济预期增长目标 地区生产总值 国内生产总值 国民生产总值 区属地区生产总值 GDP",
    "gdp_primary": "第一产业增加值 一产业增加值 农林牧渔业增加值",
    "industrial_value_added": "规模以上工业增加值 规上企业工业增加值 限额以上工业增加值",
    "industrial_output": "规模以上工业总产值 规模以上工业现价总产值 工业产值",
    "industrial_investment": "工业投资 工业固定资产投资 工业有效投资",
    "tech_upgrade_investment": "技改投资 工业企业技改投资 工业技术改造投资",
    "fixed_asset_investment": "固投 全社会投资 规模以上固定资产投资 500万元以上项目固定资产投资",
    "retail_sales": "社会消费品零售 社会消费品零售额 社会商品零售额 社零总额",
    "cpi": "CPI 物价总水平 居民价格消费指数 消费物价指数 城市居民消费价格",
    "general_budget_revenue": "地方财政收入 区级财政收入 地方本级收入 一般公共预算地方级收入 公共财政收入",
    "fiscal_revenue": "财政总收入 地区财政收入 公共财政总收入 一般公共预算总收入",
    "urban_income": "城镇居民人均可支配收入 城镇人均可支配收入 城镇居民家庭人均可支配收入",
    "rural_income": "农民人均纯收入 农村人均纯收入 农牧区居民人均可支配收入",
    "trade": "进出口总额 对外贸易总额 海关进出口总额 自营进出口",
    "exports": "外贸出口 商品出口总值 外贸直接出口 海关出口总额",
    "foreign_investment": "实际利用外资 实际到账外资 实际利用外商投资 注册外资实际到账额 实到外资",
    "rd_spending_growth": "研发经费投入 研究与发展经费支出 R&D经费支出 R＆D经费支出",
    "tourism_revenue": "旅游总收入 旅游综合总收入 旅游总花费",
    "tourist_arrivals": "旅游总人数 旅游接待人次 旅游人数",
}
FALLS = {
    "energy_intensity": "单位GDP能耗 万元生产总值综合能耗 每万元GDP能耗 单位地区生产总值能源消耗",
    "carbon_intensity": "单位GDP二氧化碳排放 二氧化碳排放强度 单位GDP碳排放",
    "cod": "化学需氧量 COD排放量",
    "pollutants": "主要污染物排放量 主要污染物排放总量",
}
RATES = {
    "rd_intensity": "研发投入强度 科技研发投入强度 研发经费支出占GDP比重 研发经费支出与地区生产总值之比",
    "registered_unemployment": "城镇登记失业率 城镇失业登记率 登记失业率",
    "air_quality_rate": "空气质量优良率 城区空气质量优良率 空气质量优良天数达标率 AQI优良率",
    "water_quality_rate": "国考断面优Ⅲ类比例 国考断面三类以上水质比例 地表水水质优良比例",
    "urbanization_rate": "常住人口城镇化率 城市化水平",
}


@pytest.mark.parametrize(
    ("names", "predicate"),
    [(GROWS, "增长6%"), (FALLS, "下降6%"), (RATES, "达到6%")],
    ids=["up", "down", "rate"],
)
def test_an_indicator_is_known_by_each_of_its_names(names: dict[str, str], predicate: str) -> None:
    rows = [(id, name) for id, spellings in names.items() for name in spellings.split()]
    companions = "；民间投资增长5%；生猪出栏增长6%；网络零售额增长2%。"
    read = {
        name: extract(HEAD + name + predicate + companions, year=2024, kind=Kind.WORK_REPORT, region=REGION)
        for _, name in rows
    }
    found = [(read[name].targets[0].indicator if read[name].targets else "", name) for _, name in rows]
    assert found == rows


@pytest.mark.parametrize(
    "text",
    [
        "商品零售价格指数控制在102以内",
        "社会物流总费用与地区生产总值的比率降至14%",
        "单位工业增加值能耗下降5%",
        "单位GDP用水量下降3%",
        "人均GDP增长6%",
        "外贸出口供货值增长5%",
    ],
)
def test_what_sounds_like_an_indicator_is_none(text: str) -> None:
    body = HEAD + text + "；民间投资增长5%；生猪出栏增长6%；网络零售额增长2%。"
    targets = extract(body, year=2024, kind=Kind.WORK_REPORT, region=REGION).targets
    assert {t.indicator for t in targets} <= {"private_investment", "hogs", "online_retail", "other"}
