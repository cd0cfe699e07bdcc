"""How governments of other provinces and years word what they promise and what they reached.

A figure is written short: `gdp>=6%`, `gdp~6%` (about), `gdp=5..6%` (a range), `trade:positive`. Every
sentence is of our own making.
"""

from __future__ import annotations

import pytest

from ingest.model import Figure, Kind, Region
from workers.targets.extract import extract

SIGNS = {"exact": "=", "about": "~", "at_least": ">=", "more_than": ">", "at_most": "<=", "less_than": "<"}


def short(figure: Figure) -> str:
    name = figure.label if figure.indicator == "other" else figure.indicator
    unit = figure.unit or ""
    if figure.comparator.value == "range":
        return f"{name}={figure.low:g}..{figure.high:g}{unit}"
    sign = SIGNS.get(figure.comparator.value)
    if sign is None:
        return f"{name}:{figure.comparator.value}"
    value = figure.low if figure.low is not None else figure.high
    return f"{name}{sign}{value:.10g}{unit}"


def at(figure: Figure) -> str:
    return "" if figure.year == 2023 else f"@{figure.year}"


LEAD = "二、2024年工作安排\n今年经济社会发展主要预期目标是："
BEHIND = "；旅游业稳步发展。地区生产总值增长4.9%，固定资产投资增长4.8%，进出口总额增长4.7%。"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全市生产总值增长6.5%、总量突破1200亿元", "gdp=6.5% gdp>1.2e+11元"),
        ("全州地区生产总值预期增长7%，力争8%", "gdp=7%"),
        (
            "生产总值比上年增长11%，其中一产增长4%，二产增长14%，三产增长12%",
            "gdp=11% gdp_primary=4% gdp_secondary=14% gdp_tertiary=12%",
        ),
        ("GDP按增长6%安排，地方一般公共预算收入按增长3%安排", "gdp=6% general_budget_revenue=3%"),
        (
            "地区生产总值安排增长12%，财政总收入安排增长15%，其中地方财政收入安排增长13%",
            "fiscal_revenue=15% gdp=12% general_budget_revenue=13%",
        ),
        ("旗域地区生产总值增长6%左右，农牧民人均可支配收入增长7%左右", "gdp~6% rural_income~7%"),
        ("州内生产总值增长8%以上，农牧民人均纯收入增长12%以上", "gdp>=8% rural_income>=12%"),
        ("县域经济总量突破300亿元，地区生产总值增速7.5%左右", "gdp>3e+10元 gdp~7.5%"),
        ("我盟地区生产总值增长5%以上，我盟固定资产投资增长12%", "fixed_asset_investment=12% gdp>=5%"),
        ("全自治州地区生产总值增长6%，全自治州社会消费品零售总额增长6.5%", "gdp=6% retail_sales=6.5%"),
        ("全疆地区生产总值增长5.5%左右，全兵团固定资产投资增长8%", "fixed_asset_investment=8% gdp~5.5%"),
        (
            "国内生产总值增长10%，财政收入增长12%，农民人均纯收入增加200元",
            "fiscal_revenue=12% gdp=10% rural_income=200元",
        ),
        (
            "农民人均纯收入净增600元以上，城镇居民人均可支配收入增加1500元左右",
            "rural_income>=600元 urban_income~1500元",
        ),
        (
            "完成地区生产总值320亿元，增长9%；完成固定资产投资200亿元，增长15%",
            "fixed_asset_investment=15% fixed_asset_investment=2e+10元 gdp=3.2e+10元 gdp=9%",
        ),
        (
            "实现社会消费品零售总额98亿元，增长12%；实现财政总收入25亿元，增长10%",
            "fiscal_revenue=10% fiscal_revenue=2500000000元 retail_sales=12% retail_sales=9800000000元",
        ),
        (
            "地区生产总值增速保持在6%以上，规上工业增加值增速保持在8%左右，固定资产投资增速不低于10%",
            "fixed_asset_investment>=10% gdp>=6% industrial_value_added~8%",
        ),
        ("地区生产总值增速控制在5%—6%区间", "gdp=5..6%"),
        (
            "地区生产总值增长6—6.5%，固定资产投资增长5%到6%，社零总额增长7%～8%",
            "fixed_asset_investment=5..6% gdp=6..6.5% retail_sales=7..8%",
        ),
        (
            "规上工业增加值增长5％至6％，服务业增加值增长6%-7%",
            "industrial_value_added=5..6% services_value_added=6..7%",
        ),
        ("规上工业增加值增长5至6个百分点", "industrial_value_added=5..6百分点"),
        ("地区生产总值增长6.5个百分点", "gdp=6.5百分点"),
        (
            "地区生产总值增长百分之六点五，规模以上工业增加值增长百分之八左右，城镇新增就业三万人",
            "gdp=6.5% industrial_value_added~8% new_urban_jobs=30000人",
        ),
        (
            "城镇登记失业率控制在百分之四点五以内，人口自然增长率控制在千分之六以内",
            "population_growth<=6‰ registered_unemployment<=4.5%",
        ),
        ("地区生产总值增长目标定为6%左右，规上工业增加值增长目标为7%", "gdp~6% industrial_value_added=7%"),
        ("地区生产总值增长的预期目标为6.5%上下", "gdp~6.5%"),
        ("地区生产总值：增长6%左右", "gdp~6%"),
        (
            "规上工业增加值增幅8%，固投增速10%，社零增速7%",
            "fixed_asset_investment=10% industrial_value_added=8% retail_sales=7%",
        ),
        ("规上工业增长8%，税收增长5%，外贸增长6%", "industrial_value_added=8% tax_revenue=5% trade=6%"),
        (
            "固定资产投资（不含农户）增长8%，社会消费品零售总额（含网上）增长6%",
            "fixed_asset_investment=8% retail_sales=6%",
        ),
        (
            "固定资产投资增长6%左右（其中：工业投资增长15%以上）",
            "fixed_asset_investment~6% industrial_investment>=15%",
        ),
        (
            "固定资产投资增长5%，其中工业投资增长10%、民间投资增长6%",
            "fixed_asset_investment=5% industrial_investment=10% private_investment=6%",
        ),
        (
            "固定资产投资增长10%，其中基础设施投资增长8%，房地产开发投资与上年持平",
            "fixed_asset_investment=10% infrastructure_investment=8% real_estate_investment:flat",
        ),
        (
            "工业投资、技改投资、民间投资分别增长10%、12%、8%以上",
            "industrial_investment>=10% private_investment>=8% tech_upgrade_investment>=12%",
        ),
        (
            "地区生产总值、规上工业增加值、固定资产投资、社会消费品零售总额分别增长6%、8%、10%、7%左右",
            "fixed_asset_investment~10% gdp~6% industrial_value_added~8% retail_sales~7%",
        ),
        (
            "地区生产总值和规上工业增加值分别增长6%左右和8%以上，固定资产投资和社零总额均增长10%",
            "fixed_asset_investment=10% gdp~6% industrial_value_added>=8% retail_sales=10%",
        ),
        (
            "社会消费品零售总额、进出口总额和一般公共预算收入各增长5%、3%、4%",
            "general_budget_revenue=4% retail_sales=5% trade=3%",
        ),
        ("城镇和农村居民人均可支配收入分别增长6%和7%以上", "rural_income>=7% urban_income>=6%"),
        (
            "城镇居民、农村居民人均可支配收入分别达到45000元和21000元",
            "rural_income=21000元 urban_income=45000元",
        ),
        ("城乡居民人均可支配收入分别增长6%左右、7%左右", "rural_income~7% urban_income~6%"),
        ("城镇居民人均可支配收入和农牧民人均可支配收入分别增长5%、8%", "rural_income=8% urban_income=5%"),
        (
            "全体居民、城镇居民、农村居民人均可支配收入分别增长6%、5.5%、7%",
            "resident_income=6% rural_income=7% urban_income=5.5%",
        ),
        ("城乡居民收入增速跑赢GDP", "rural_income:faster_than urban_income:faster_than"),
        ("居民人均可支配收入增长与经济增长基本同步", "resident_income:in_step_with"),
        ("居民收入与地区生产总值同步增长", "resident_income:in_step_with"),
        ("全体居民人均可支配收入增长快于经济增长", "resident_income:faster_than"),
        ("农村居民收入增速快于城镇居民收入增速", "rural_income:faster_than"),
        ("一般公共预算收入增长与经济增长同步", "general_budget_revenue:in_step_with"),
        ("固定资产投资增速高于全省平均水平0.5个百分点以上", "fixed_asset_investment:faster_than"),
        ("地区生产总值增速高于全市平均水平1个百分点左右", "gdp:faster_than"),
        ("社零总额增速不低于全市平均水平", "retail_sales:faster_than"),
        ("规上工业增加值增速在全省平均水平以上", "industrial_value_added:faster_than"),
        ("居民消费价格涨幅与全国保持一致", "cpi:same_as"),
        ("进出口总额保持正增长，实际利用外资实现正增长", "foreign_investment:positive trade:positive"),
        ("外贸出口力争由负转正", "exports:positive"),
        ("一般公共预算收入与上年持平", "general_budget_revenue:flat"),
        ("固定资产投资实现零增长", "fixed_asset_investment:flat"),
        ("耕地保有量只增不减", "耕地保有量:positive"),
        ("地区生产总值力争翻番", "gdp=2倍"),
        ("规上工业总产值翻一番以上", "industrial_output>=2倍"),
        ("高新技术企业数量翻两番", "high_tech_enterprises=4倍"),
        ("旅游总收入增长1.5倍", "tourism_revenue=1.5倍"),
        ("高新技术企业总数达到上年的2倍", "high_tech_enterprises=2倍"),
        ("地区生产总值比上年增长6%，规上工业总产值是2020年的2倍", "gdp=6%"),
        ("地区生产总值不低于6%", "gdp>=6%"),
        ("地区生产总值增长不低于6%，力争达到6.5%", "gdp>=6%"),
        (
            "固定资产投资增长超过10%，规上工业增加值增长高于8%",
            "fixed_asset_investment>10% industrial_value_added>8%",
        ),
        ("一般公共预算收入突破50亿元", "general_budget_revenue>5000000000元"),
        (
            "一般公共预算收入达到50亿元以上、增长5%左右",
            "general_budget_revenue>=5000000000元 general_budget_revenue~5%",
        ),
        ("城镇新增就业 ８，５００ 人", "new_urban_jobs=8500人"),
        ("城镇新增就业1，234，500人", "new_urban_jobs=1234500人"),
        (
            "一般公共预算收入增长3.5%（同口径），税收收入占比不低于80%",
            "general_budget_revenue=3.5% 税收收入占比>=80%",
        ),
        ("一般公共预算收入同口径增长5%，扣除一次性因素增长6%", "general_budget_revenue=5%"),
        ("财政总收入、一般公共预算收入分别增长8%和6%", "fiscal_revenue=8% general_budget_revenue=6%"),
        (
            "公共财政预算收入增长10%，地方财政一般预算收入增长9%",
            "general_budget_revenue=10% general_budget_revenue=9%",
        ),
        (
            "城镇登记失业率控制在4%以内，城镇新增就业6000人以上",
            "new_urban_jobs>=6000人 registered_unemployment<=4%",
        ),
        (
            "城镇新增就业不少于6000人，城镇调查失业率不高于5.5%",
            "new_urban_jobs>=6000人 urban_unemployment<=5.5%",
        ),
        ("城镇调查失业率5.5%左右，全年新增城镇就业20万人", "new_urban_jobs=200000人 urban_unemployment~5.5%"),
        ("实现城镇新增就业50万人以上", "new_urban_jobs>=500000人"),
        ("城镇就业新增1.2万人", "new_urban_jobs=12000人"),
        ("居民消费价格涨幅控制在3%左右", "cpi~3%"),
        ("居民消费价格总水平涨幅不超过3.5%", "cpi<=3.5%"),
        ("居民消费价格上涨2%左右", "cpi~2%"),
        ("居民消费价格指数控制在103以内", "cpi<=103"),
        ("物价涨幅控制在3%以内", "cpi<=3%"),
        ("人口自然增长率控制在6.5‰以内", "population_growth<=6.5‰"),
        ("人口自增率低于5‰", "population_growth<5‰"),
        ("万元GDP能耗下降3.5%，万元生产总值综合能耗降低4%以上", "energy_intensity=3.5% energy_intensity>=4%"),
        (
            "单位地区生产总值能耗降低2.5%左右，碳排放强度下降3%左右",
            "carbon_intensity~3% energy_intensity~2.5%",
        ),
        ("单位生产总值能耗下降2%以上，单位GDP二氧化碳排放下降3%", "carbon_intensity=3% energy_intensity>=2%"),
        (
            "化学需氧量、二氧化硫、氨氮、氮氧化物排放量分别下降1%、2%、1.5%和3%",
            "ammonia_nitrogen=1.5% cod=1% nox=3% so2=2%",
        ),
        ("化学需氧量和二氧化硫排放总量分别削减2%和1.5%", "cod=2% so2=1.5%"),
        ("主要污染物排放总量削减2%以上", "pollutants>=2%"),
        ("COD、SO2排放量各下降2%", "cod=2% so2=2%"),
        ("PM2.5平均浓度控制在35微克/立方米以下", "pm25<=35微克/立方米"),
        ("PM2.5浓度下降3%，空气质量优良天数比率达到85%以上", "air_quality_rate>=85% pm25=3%"),
        (
            "空气质量优良天数达到310天以上，细颗粒物平均浓度降至32微克/立方米",
            "air_quality_days>=310天 pm25=32微克/立方米",
        ),
        ("空气优良天数比例提高2个百分点", "air_quality_rate=2百分点"),
        ("国考断面水质优良比例达到95%以上", "water_quality_rate>=95%"),
        ("地表水达到或好于Ⅲ类水体比例达到90%", "water_quality_rate=90%"),
        ("国省考断面水质优良比例保持100%", "water_quality_rate=100%"),
        ("森林覆盖率达到45%，城镇化率提高1个百分点", "forest_cover=45% urbanization_rate=1百分点"),
        ("常住人口城镇化率达到68%左右", "urbanization_rate~68%"),
        ("节能减排完成省下达的任务", "energy_conservation:fulfil"),
        ("完成上级下达的节能减排降碳目标任务", "energy_conservation:fulfil"),
        ("单位GDP能耗下降完成省下达目标", "energy_intensity:fulfil"),
        ("主要污染物减排完成国家下达任务", "pollutants:fulfil"),
        ("全面完成市下达的节能减排和环境保护任务", "energy_conservation:fulfil"),
        ("能耗、排放等约束性指标完成省定任务", "energy_conservation:fulfil"),
        ("其他约束性指标控制在上级下达范围以内", "energy_conservation:fulfil"),
        ("能耗双控完成市定目标", "energy_conservation:fulfil"),
        ("节能降耗、污染减排达到国家要求", "energy_conservation:fulfil"),
        ("粮食总产量稳定在120亿斤以上", "grain_output>=1.2e+10斤"),
        ("粮食产量达到50万吨，生猪出栏80万头", "grain_output=500000吨 hogs=800000头"),
        (
            "外贸进出口总额达到25亿美元，增长8%；实际到位外资1.2亿美元",
            "foreign_investment=120000000美元 trade=2500000000美元 trade=8%",
        ),
        ("外贸进出口总额同比增长10%左右，其中出口增长8%左右", "exports~8% trade~10%"),
        ("实际利用外资8000万美元以上", "foreign_investment>=80000000美元"),
        ("货物进出口总额增长3%，实际使用外资稳中有升", "trade=3%"),
        ("外贸进出口促稳提质，规上工业增加值增长7%", "industrial_value_added=7%"),
        ("研发经费投入强度达到2.8%左右", "rd_intensity~2.8%"),
        ("全社会研发经费支出占地区生产总值比重3%以上", "rd_intensity>=3%"),
        ("研究与试验发展经费投入强度提高0.1个百分点", "rd_intensity=0.1百分点"),
        ("R&D经费增长15%以上，技术合同成交额突破100亿元", "rd_spending_growth>=15% tech_contracts>1e+10元"),
        ("每万人口发明专利拥有量达到12件", "patents=12件"),
        (
            "高新技术企业达到500家，新增专精特新企业30家以上",
            "high_tech_enterprises=500家 specialised_enterprises>=30家",
        ),
        ("净增规上工业企业20家，新发展经营主体2万户", "industrial_enterprises=20家 market_entities=20000户"),
        ("数字经济核心产业增加值占GDP比重达到12%", "digital_economy_share=12%"),
        ("旅游总收入增长12%，接待游客突破800万人次", "tourism_revenue=12% tourist_arrivals>8000000人次"),
        ("服务业增加值增长7%左右，第三产业增加值增长7%", "gdp_tertiary=7% services_value_added~7%"),
        ("一、二、三产业增加值分别增长4%、9%、8%", "gdp_primary=4% gdp_secondary=9% gdp_tertiary=8%"),
        ("网上零售额增长15%，建筑业总产值增长8%", "construction_output=8% online_retail=15%"),
        ("确保地区生产总值增长6%，确保规上工业增加值增长8%", "gdp=6% industrial_value_added=8%"),
        ("力争地区生产总值增长6%以上，固定资产投资增长8%以上", "fixed_asset_investment>=8% gdp>=6%"),
        ("力争固定资产投资突破300亿元", "fixed_asset_investment>3e+10元"),
        ("奋力实现地区生产总值增长7%", "gdp=7%"),
        ("地区生产总值增长６．５％左右，规上工业增加值增长８％", "gdp~6.5% industrial_value_added=8%"),
        ("地区生产总值增长 6. 5% 左右,规上工业增加值增长 7 %", "gdp~6.5% industrial_value_added=7%"),
        ("地区生产总值增长7.8％。以内", "gdp<=7.8%"),
        ("地区生产总值增长8_M_M_以上", "gdp>=8%"),
        ("在大规模减税降费的情况下一般公共预算收入增长2%", "general_budget_revenue=2%"),
        ("一般公共预算收入在落实减税政策的前提下增长2%左右", "general_budget_revenue~2%"),
        ("一般公共预算收入下降3%以内", "general_budget_revenue>=-3%"),
        ("房地产开发投资下降5%左右", "real_estate_investment~-5%"),
        ("社会消费品零售总额在上年高基数上增长8%", "retail_sales=8%"),
        ("地区生产总值增长6%的目标", "gdp=6%"),
        ("一般公共预算收入在52亿元基础上增长6%", "general_budget_revenue=6%"),
        ("固定资产投资由降转增，外贸进出口扭负为正", "fixed_asset_investment:positive trade:positive"),
        ("固定资产投资由降转增，增长5%左右", "fixed_asset_investment~5%"),
        ("地区生产总值增长6%左右的目标，居民消费价格涨幅控制在2%左右的水平", "cpi~2% gdp~6%"),
        ("城镇和农牧区常住居民人均可支配收入分别增长5.5%、7.5%左右", "rural_income~7.5% urban_income~5.5%"),
        ("连队居民人均可支配收入增长7%，城镇居民人均可支配收入增长6%", "rural_income=7% urban_income=6%"),
        (
            "城乡居民人均可支配收入增长与经济增长同步、农村居民增速快于城镇居民",
            "rural_income:faster_than rural_income:in_step_with urban_income:in_step_with",
        ),
        ("城乡居民收入差距缩小到1.5倍以内，城乡居民收入比控制在1.6倍以下", ""),
        ("一般公共预算收入自然口径增长3%，可比口径增长5%", "general_budget_revenue=3%"),
        ("居民人均可支配收入增长不低于经济增速", "resident_income:faster_than"),
        ("地区生产总值增速比全省高0.5个百分点左右", "gdp:faster_than"),
        (
            "化学需氧量、氨氮、氮氧化物三项主要污染物排放量分别下降2%、2.2%、1.5%",
            "ammonia_nitrogen=2.2% cod=2% nox=1.5%",
        ),
        (
            "全体居民人均可支配收入增长6%，其中城镇居民增长5%、农村居民增长7.5%",
            "resident_income=6% rural_income=7.5% urban_income=5%",
        ),
        ("高新技术企业达到120家，新增50家以上", "high_tech_enterprises=120家 high_tech_enterprises>=50家"),
        ("PM₂.₅年均浓度控制在35微克/立方米", "pm25=35微克/立方米"),
        ("一般公共预算收入突破50亿元、力争达到52亿元", "general_budget_revenue>5000000000元"),
        ("师市生产总值增长8%以上，固定资产投资降幅收窄至5%以内", "fixed_asset_investment>=-5% gdp>=8%"),
        (
            "单位GDP能耗、主要污染物排放量完成自治区下达的约束性指标任务",
            "energy_intensity:fulfil pollutants:fulfil",
        ),
        ("旅游接待1800万人次，增长12%", "tourist_arrivals=12% tourist_arrivals=18000000人次"),
    ],
)
def test_what_a_sentence_of_the_headline_promises(text: str, expected: str) -> None:
    extraction = extract(LEAD + text + BEHIND, year=2024, kind=Kind.WORK_REPORT)
    told = [f for f in extraction.targets if f.headline and f.start < len(LEAD + text)]
    assert sorted(map(short, told)) == expected.split()
    assert extraction.outcomes == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "地区生产总值达到812.5亿元、增长6.1%，城镇化率达到61.2%",
            "gdp=6.1% gdp=8.125e+10元 urbanization_rate=61.2%",
        ),
        (
            "预计全年地区生产总值增长5.5%左右，一般公共预算收入完成52.1亿元、下降3.2%",
            "gdp~5.5% general_budget_revenue=-3.2% general_budget_revenue=5210000000元",
        ),
        ("固定资产投资增长9.4%，高于全省2.1个百分点，居全市第2位", "fixed_asset_investment=9.4%"),
        ("经营主体新增1.2万户、总量突破10万户", "market_entities=12000户 market_entities>100000户"),
        ("高新技术企业净增30家、达到210家", "high_tech_enterprises=210家 high_tech_enterprises=30家"),
        ("社会消费品零售总额由2018年的80亿元增加到2023年的120亿元", "retail_sales=1.2e+10元"),
        ("财政收入由30亿元增加到52亿元", "fiscal_revenue=5200000000元"),
        ("五年来，地区生产总值年均增长7.5%，城镇新增就业累计12万人", ""),
        ("2023年，地区生产总值是2018年的1.6倍，一般公共预算收入比2018年增长80%", ""),
        ("单位GDP能耗累计下降18%，PM2.5平均浓度累计下降20%", ""),
        ("工业增加值占地区生产总值比重达到40%，第三产业对经济增长贡献率达到55%", ""),
        ("上半年地区生产总值增长4.8%，全年增长5.6%", "gdp=5.6%"),
        ("1—11月规上工业增加值增长6.2%", ""),
        ("2022年地区生产总值增长3%，2023年增长5.2%", "gdp=3%@2022 gdp=5.2%"),
        ("惠及经营主体3万户，服务企业1200家，帮助高新技术企业20家融资3亿元", ""),
        ("贡献了全市60%的规上工业增加值和45%的税收", ""),
        ("财政收入超5亿元的乡镇由3个增加到6个", ""),
        ("经开区实现规上工业产值300亿元，增长12%；全区固定资产投资增长7%", "fixed_asset_investment=7%"),
        ("临江高新区完成固定资产投资90亿元，其中工业投资增长20%", ""),
        ("全国地区生产总值增长5.2%，我市地区生产总值增长6.1%", "gdp=6.1%"),
        ("粮食总产量52万吨，同比增长1.2%", "grain_output=1.2% grain_output=520000吨"),
        (
            "全县农村居民人均可支配收入16800元，比上年增长8.3%，比城镇居民快2.1个百分点",
            "rural_income=16800元 rural_income=8.3%",
        ),
        ("税收收入占一般公共预算收入比重达到78%，财政民生支出占比85%", ""),
        (
            "城镇登记失业率3.2%，城镇新增就业6523人、完成年度任务的108%",
            "new_urban_jobs=6523人 registered_unemployment=3.2%",
        ),
        ("居民消费价格上涨0.3%，城镇调查失业率平均为5.1%", "cpi=0.3% urban_unemployment=5.1%"),
        (
            "实际利用外资1.02亿美元，同比增长12%，完成全年目标的102%",
            "foreign_investment=102000000美元 foreign_investment=12%",
        ),
        ("万元GDP能耗下降3.1%，超额完成省下达3%的目标任务", "energy_intensity=3.1%"),
        ("接待游客1250万人次、增长45%", "tourist_arrivals=12500000人次 tourist_arrivals=45%"),
        ("实现旅游综合收入98亿元、增长52%", "tourism_revenue=52% tourism_revenue=9800000000元"),
        (
            "接待游客50万人次、旅游收入3亿元，分别增长5%和7%",
            "tourism_revenue=300000000元 tourism_revenue=7% tourist_arrivals=5% tourist_arrivals=500000人次",
        ),
        (
            "城镇居民人均可支配收入3万元、农村居民人均可支配收入2万元，分别增长5%和7%",
            "rural_income=20000元 rural_income=7% urban_income=30000元 urban_income=5%",
        ),
        (
            "城乡居民人均可支配收入分别为41200元、19800元，增长5.2%、7.9%",
            "rural_income=19800元 rural_income=7.9% urban_income=41200元 urban_income=5.2%",
        ),
        ("金融机构存贷款余额分别增长10.2%、12.1%", "deposits=10.2% loans=12.1%"),
        ("金融机构存款、贷款余额分别增长9%和20%", "deposits=9% loans=20%"),
        ("空气质量优良天数336天，同比增加12天", "air_quality_days=12天 air_quality_days=336天"),
        ("森林覆盖率提高到46.2%，国考断面水质优良比例保持100%", "forest_cover=46.2% water_quality_rate=100%"),
        (
            "研发投入强度提升至2.4%，每万人口高价值发明专利拥有量达到6.8件",
            "high_value_patents=6.8件 rd_intensity=2.4%",
        ),
        ("固定资产投资、规上工业增加值增速分别居全市第1位、第3位", ""),
        ("地区生产总值增速比上半年加快0.8个百分点", ""),
        ("人均地区生产总值突破8万元，全员劳动生产率提高5%", "gdp_per_capita>80000元 labour_productivity=5%"),
        ("全年引进项目120个，总投资350亿元", ""),
        (
            "新增规上工业企业32家、限上商贸企业45家，新认定高新技术企业18家",
            "high_tech_enterprises=18家 industrial_enterprises=32家",
        ),
        ("农民收入增速连续10年高于城镇居民", ""),
        (
            "一般公共预算收入增长21.5%，总量突破60亿元大关",
            "general_budget_revenue=21.5% general_budget_revenue>6000000000元",
        ),
        ("2019年以来，地区生产总值年均增长6.3%", ""),
        ("“十三五”时期，地区生产总值年均增长7%，2020年达到500亿元", "gdp=5e+10元@2020"),
        ("年初确定的地区生产总值增长6%的目标没有完成", ""),
        ("地区生产总值增速未达到6%的预期目标", ""),
        ("科技型企业贷款余额突破75亿元，居民储蓄存款余额40亿元", ""),
        ("现代服务业增加值增长9%，限额以上企业零售额增长11%", ""),
        ("外贸企业达到300家，出口基地新增2家", ""),
        (
            "专精特新企业达到100家，高技术制造业、装备制造业增加值分别增长12%、13%",
            "high_tech_value_added=12% specialised_enterprises=100家",
        ),
        ("第一产业增加值增长6.5%，高于全省平均增速2个百分点", "gdp_primary=6.5%"),
        ("社会消费品零售总额增长21.7%，比上年提高6个百分点", "retail_sales=21.7%"),
        ("高新技术产业增加值增长12%，高于规上工业增速7个百分点", "high_tech_value_added=12%"),
        ("空气质量优良天数92.9%", "air_quality_rate=92.9%"),
        ("开发区营业收入、税收收入均增长20%", ""),
        ("新增市场主体400户，48家企业签约融资", "market_entities=400户"),
        ("固定资产投资累计完成463亿元，全年累计接待游客152万人次", "tourist_arrivals=1520000人次"),
        ("财政总收入增长1.4倍，外贸出口同比增长1.2倍", "exports=1.2倍"),
        ("现代化灌区加快建设，粮食产量超过22亿斤、创近16年新高", "grain_output>2200000000斤"),
        ("经济总量跨上5000亿元台阶", "gdp>5e+11元"),
        ("城镇调查失业率平均值5.2%", "urban_unemployment=5.2%"),
        ("游客旅游总花费83亿元", "tourism_revenue=8300000000元"),
        ("新增市场主体3000户，增长20%", "market_entities=3000户"),
        ("宁波市实现地区生产总值1500亿元", ""),
        (
            "固定资产投资由降转增、增长1.2%，进出口总额由负转正，增长0.8%",
            "fixed_asset_investment=1.2% trade=0.8%",
        ),
        ("固定资产投资增速由-5.2%回升至3.6%", "fixed_asset_investment=3.6%"),
        ("固定资产投资由上年的-5.2%转为增长3.6%", "fixed_asset_investment=3.6%"),
        ("地区生产总值320.5亿元，按不变价格计算，增长6.8%", "gdp=3.205e+10元 gdp=6.8%"),
        ("地区生产总值按不变价计算增长6.8%", "gdp=6.8%"),
        ("人口自然增长率为-1.2‰，人口出生率5.1‰", "birth_rate=5.1‰ population_growth=-1.2‰"),
        ("人口自然增长率-1.2‰", "population_growth=-1.2‰"),
        ("接待游客首次突破1000万人次大关，达1023万人次", "tourist_arrivals=10230000人次"),
        ("社会消费品零售总额恢复性增长7.3%，旅游总收入大幅增长25%", "retail_sales=7.3% tourism_revenue=25%"),
        ("规上工业增加值增速连续11个月保持两位数增长，全年增长12.5%", "industrial_value_added=12.5%"),
        ("前三季度地区生产总值增长6.2%，预计全年增长6%", "gdp=6%"),
        (
            "规上工业企业达到312家，净增28家",
            "industrial_enterprises=28家 industrial_enterprises=312家",
        ),
        ("规上工业企业达到312家，新增28家国家级绿色工厂", "industrial_enterprises=312家"),
        (
            "全体居民人均可支配收入30126元，增长5.8%，其中城镇居民39821元、增长4.7%，农村居民20560元、增长7.1%",
            "resident_income=30126元 resident_income=5.8% rural_income=20560元 rural_income=7.1%"
            " urban_income=39821元 urban_income=4.7%",
        ),
        ("旅游接待人次、综合收入分别增长22.3%、25.1%", "tourism_revenue=25.1% tourist_arrivals=22.3%"),
        ("外贸进出口总额同比翻番，达到15亿元", "trade=1500000000元 trade=2倍"),
        ("城镇新增就业完成年度目标的112%，达到6720人", "new_urban_jobs=6720人"),
        (
            "财政总收入完成15.2亿元，占年度计划的105%，比上年增收2.1亿元、增长16%",
            "fiscal_revenue=1520000000元 fiscal_revenue=16% fiscal_revenue=210000000元",
        ),
        ("地区生产总值跨过200亿元门槛、达203亿元，增长5.9%", "gdp=2.03e+10元 gdp=5.9%"),
        ("常住人口自然增长率6.25‰", "population_growth=6.25‰"),
        (
            "接待国外、国内旅游人数分别达3万人次和402万人次",
            "inbound_tourists=30000人次 tourist_arrivals=4020000人次",
        ),
        (
            "地区生产总值从98亿元干到141亿元，农民收入从3.1万元涨到4.5万元",
            "gdp=1.41e+10元 rural_income=45000元",
        ),
        ("粮食总产实现“十八连丰”，达到23.5万吨", "grain_output=235000吨"),
        ("粮食生产实现“八连增”，达到23.5万吨", "grain_output=235000吨"),
        ("实现粮食生产‘八连增’，总产量达到23.5万吨", "grain_output=235000吨"),
        ("粮食生产喜获丰收，总产达23.5万吨，增长2%", "grain_output=2% grain_output=235000吨"),
        ("粮食生产扭转了下滑局面、全年产量23.5万吨", "grain_output=235000吨"),
        ("粮食生产喜获丰收，蔬菜总产量达到9万吨", ""),
        (
            "全口径财政收入、一般预算财政收入分别实现9亿元、5亿元",
            "fiscal_revenue=900000000元 general_budget_revenue=500000000元",
        ),
        ("工业增加值实现新突破，增长8%", "industrial_value_added=8%"),
        ("财政总收入突破10亿元、是2018年的2.3倍", "fiscal_revenue>1000000000元"),
        ("财政总收入首破10亿元，增长15%", "fiscal_revenue=15% fiscal_revenue>1000000000元"),
        (
            "全社会研发经费支出12.8亿元，占地区生产总值的比重达到2.6%",
            "rd_intensity=2.6% rd_spending_growth=1280000000元",
        ),
        ("税收收入5.6亿元，占地区生产总值比重2.6%", "tax_revenue=560000000元"),
        ("地区生产总值连续跨上200亿元、300亿元台阶，达到316亿元", "gdp=3.16e+10元"),
        ("经济总量连续跨越400亿元至700亿元四个台阶", "gdp>7e+10元"),
        ("经营主体快速增长，总量超过12万户", "market_entities>120000户"),
        ("省、市重点项目完成投资分别占年度计划的105%、98%", ""),
        ("地区生产总值超过300亿元，冲刺320亿元", "gdp>3e+10元"),
        (
            "接待游客和旅游总收入分别突破500万人次、40亿元",
            "tourism_revenue>4000000000元 tourist_arrivals>5000000人次",
        ),
        ("高新综保区全年完成进出口额20亿元，增长30%", ""),
        ("江北片区全年实现固定资产投资90亿元", ""),
        ("红色旅游接待游客突破80万人次", ""),
        ("全市旅游接待游客突破800万人次", "tourist_arrivals>8000000人次"),
    ],
)
def test_what_a_sentence_of_the_review_says_was_reached(text: str, expected: str) -> None:
    extraction = extract(f"一、2023年工作回顾\n{text}。", year=2024, kind=Kind.WORK_REPORT)
    assert sorted(f"{short(f)}{at(f)}" for f in extraction.outcomes) == expected.split()
    assert extraction.targets == ()


@pytest.mark.parametrize(
    "text",
    [
        "力争主要经济指标增速进入全省前列",
        "规上工业增加值增速进入全市前三",
        "固定资产投资稳中提质",
        "居民消费价格保持基本稳定",
        "地区生产总值增长X%，固定资产投资增长XX%",
        "地区生产总值增长×%左右，城镇新增就业X万人",
        "城镇新增就业○○人，地区生产总值增长**%",
        "民营经济增加值占地区生产总值比重达到60%",
        "人均工业总产值增长6%",
        "税收收入占一般公共预算收入比重达到85%",
        "新型农业经营主体占比提高5个百分点",
        "全国地区生产总值增长5%左右",
        "未来科技城经开区地区生产总值增长12%",
        "全省地区生产总值增长5.5%，全国增长5%",
        "跨境电商进出口增长30%，机电产品出口增长12%",
        "单位GDP建设用地下降5%，万元GDP电耗下降3%",
        "财政收入超10亿元的乡镇达到5个",
        "上半年地区生产总值增长6%",
        "一季度规上工业增加值增长10%",
        "规上工业企业利税增长8%",
        "拉动地区生产总值增长1.5个百分点",
        "外贸综合服务企业达到20家",
        "房地产开发企业完成投资下降",
        "失业人员再就业率达到60%",
    ],
)
def test_what_promises_no_figure_of_the_vocabulary(text: str) -> None:
    region = Region("331002", "椒江区", ("浙江省", "台州市", "椒江区"), "331000")
    extraction = extract(LEAD + text + BEHIND, year=2024, kind=Kind.WORK_REPORT, region=region)
    told = [f for f in extraction.targets if f.headline and f.start < len(LEAD + text)]
    assert [short(f) for f in told if f.indicator != "other"] == []
