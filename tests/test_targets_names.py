"""The names that reports print for an indicator. A new name is a new word in the table."""

from __future__ import annotations

import pytest

from ingest.model import Kind, Measure, Region, Resolve
from tests.test_targets_oddities import promised
from workers.targets.extract import extract

REGION = Region("330110", "余杭区", ("浙江省", "杭州市", "余杭区"), "330100")
HEAD = "二、2024年工作安排\n今年主要预期目标是："

GROWS = {
    "gdp": "经济增长目标 经济预期增长目标 地区生产总值 国内生产总值 国民生产总值 区属地区生产总值 GDP",
    "gdp_primary": "第一产业增加值 一产业增加值 农林牧渔业增加值",
    "industrial_value_added": """规模以上工业增加值 规上企业工业增加值 限额以上工业增加值
        入统工业增加值 纳统规模以上工业增加值 地方工业增加值""",
    "industrial_output": "规模以上工业总产值 规模以上工业现价总产值 工业产值 入统工业总产值",
    "industrial_investment": """工业投资 工业固定资产投资 工业有效投资 地方工业投资 工业投资额
        工业投资完成额""",
    "tech_upgrade_investment": "技改投资 工业企业技改投资 工业技术改造投资 工业技改投资额",
    "fixed_asset_investment": """固投 全社会投资 规模以上固定资产投资 500万元以上项目固定资产投资
        地方固定资产投资 规上固定资产投资 地区固定资产投资总额 社会固定资产投资""",
    "retail_sales": """社会消费品零售 社会消费品零售额 社会商品零售额 社零总额 地区社会消费品零售总额
        社消零售总额 社消总额""",
    "cpi": "CPI 物价总水平 居民价格消费指数 消费物价指数 城市居民消费价格 消费价格 居民消费价格总指数",
    "general_budget_revenue": """地方财政收入 区级财政收入 地方本级收入 一般公共预算地方级收入
        公共财政收入 财政一般公共预算收入 地方财政公共预算收入 地区一般公共预算收入
        一般地方预算财政收入 一般公共收入预算 地方预算收入""",
    "fiscal_revenue": "财政总收入 地区财政收入 公共财政总收入 一般公共预算总收入",
    "urban_income": """城镇居民人均可支配收入 城镇人均可支配收入 城镇居民家庭人均可支配收入
        城镇居民年人均可支配收入 城镇常住居民可支配收入""",
    "rural_income": """农民人均纯收入 农村人均纯收入 农牧区居民人均可支配收入 农牧村居民纯收入
        农民人均年纯收入 农村居民年人均可支配收入 农牧民人均可支配收入 农区居民人均纯收入""",
    "trade": """进出口总额 对外贸易总额 海关进出口总额 自营进出口 地区外贸进出口总额 属地外贸进出口总额
        地区进出口总值 货物贸易进出口 属地进出口贸易额 商品进出口总额""",
    "exports": """外贸出口 商品出口总值 外贸直接出口 海关出口总额 地方外贸出口 外贸出口额 出口商品总值
        地方自营出口创汇""",
    "foreign_investment": """实际利用外资 实际到账外资 实际利用外商投资 注册外资实际到账额 实到外资
        实际直接利用外资额 地方实际利用外资 直接利用外资到位额 外商直接投资实际到资
        利用外资实际到位资金""",
    "rd_spending_growth": """研发经费投入 研究与发展经费支出 R&D经费支出 R＆D经费支出
        全社会研发投入经费 研究与开发经费支出""",
    "tourism_revenue": "旅游总收入 旅游综合总收入 旅游总花费 旅游收入总额",
    "tourist_arrivals": """旅游总人数 旅游接待人次 旅游人数 游客接待量 游客接待人数 接待国内外游客
        游客总接待量""",
    "high_tech_enterprises": """高新技术企业 高新技术企业保有量 高新技术企业总数 高新技术企业数
        国家高新技术企业拥有量""",
    "specialised_enterprises": "专精特新企业 省级专精特新中小企业总量",
    "little_giants": "国家“小巨人”企业 国家级专精特新“小巨人”企业",
    "market_entities": "经营主体 各类市场主体 登记市场主体 在册经营主体数量 经营主体保有量",
    "project_investment": """重点项目投资 重点项目完成投资 重大项目投资额 市级重点项目完成投资
        省市重点项目投资""",
    "labour_productivity": "全员劳动生产率 全社会劳动生产率",
    "domestic_investment": """实际利用内资 实际利用内资总额 利用省外资金 实际到位省外资金 引进市外资金
        引进省外到位资金 利用省外2000万元以上项目资金 利用省外5000万元以上工业项目资金""",
    "attracted_investment": "招商引资到位资金 招商引资实际到位资金",
    "grain_area": "粮食种植面积 粮食播种面积 粮食作物播种面积",
    "port_throughput": "港口吞吐量 港口货物吞吐量",
    "migrant_jobs": "农村劳动力转移就业 农民转移就业 农牧民转移就业人数 转移农村劳动力",
    "manufacturing_value_added": "制造业增加值 规模以上制造业增加值",
    "construction_value_added": "建筑业增加值",
    "sector_investment": "产业投资 产业项目投资",
    "manufacturing_investment": "制造业投资 制造业固定资产投资",
    "high_tech_investment": "高技术产业投资 高新技术产业投资 高技术制造业投资",
    "high_tech_output": "高新技术产业产值 高新技术产品产值",
    "industrial_profit": "规模以上工业企业利润 规上工业利润总额",
    "services_revenue": "规模以上服务业营业收入 规上服务业营收",
    "marine_gdp": "海洋生产总值",
    "digital_economy": "数字经济核心产业增加值",
    "agro_processing_output": "农产品加工业产值 规上农产品加工业总产值",
    "enterprise_rd_spending": "规上工业企业研发经费投入 企业研究与试验发展经费投入",
    "inbound_tourists": "入境旅游人数 接待入境游客",
    "tourist_spending": "旅游人均花费 游客人均消费",
}
FALLS = {
    "energy_intensity": """单位GDP能耗 万元生产总值综合能耗 每万元GDP能耗 单位地区生产总值能源消耗
        单位生产总值统合能耗 万元地区生产总值耗能 亿元GDP能耗""",
    "carbon_intensity": "单位GDP二氧化碳排放 二氧化碳排放强度 单位GDP碳排放 单位生产总值二氧化碳排放量",
    "cod": "化学需氧量 COD排放量 化学需氧量年排放量",
    "pollutants": "主要污染物排放量 主要污染物排放总量 四项主要污染物排放量",
    "pm25": "PM2.5平均浓度 细颗粒物年均浓度 大气细颗粒物年均浓度 空气中细颗粒物平均浓度",
}
RATES = {
    "rd_intensity": """研发投入强度 科技研发投入强度 研发经费支出占GDP比重
        研发经费支出与地区生产总值之比 研究开发投入占生产总值的比重
        研发与试验发展经费支出与地区生产总值之比 研究与开发经费支出相当于全市生产总值的比例""",
    "registered_unemployment": "城镇登记失业率 城镇失业登记率 登记失业率 城镇居民登记失业率",
    "urban_unemployment": "城镇调查失业率 城市调查失业率 城镇居民调查失业率",
    "birth_rate": "人口出生率",
    "non_tax_share": "非税收入占比 非税占比",
    "environment_spending": """环保投入相当于全市生产总值的比例 环境保护投入占GDP比重
        环保投资占生产总值的比重""",
    "sewage_treatment_rate": "污水处理率 城市污水集中处理率 城镇生活污水处理率",
    "waste_treatment_rate": "生活垃圾无害化处理率 城市垃圾无害化处理率",
    "green_cover": "建成区绿化覆盖率 城市绿化覆盖率",
    "air_quality_rate": "空气质量优良率 城区空气质量优良率 空气质量优良天数达标率 AQI优良率",
    "water_quality_rate": "国考断面优Ⅲ类比例 国考断面三类以上水质比例 地表水水质优良比例",
    "agro_processing_rate": "农产品加工转化率 主要农畜产品加工转化率 农副产品加工率",
    "urbanization_rate": "常住人口城镇化率 城市化水平",
    "registered_urbanization_rate": "户籍人口城镇化率 户籍城镇化率",
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
        "单位GDP电耗下降3%",
        "人均住房面积增长6%",
        "外贸出口供货值增长5%",
        "市级外贸出口额增长6%",
        "对俄进出口总额增长8%",
        "园区工业总产值增长15%",
        "口岸进出口总额增长5%",
        "小微企业贷款余额增长10%",
        "乡村旅游收入增长20%",
        "现代服务业增加值增长9%",
        "跨境电商进出口额增长30%",
        "新型农业经营主体达到600家",
    ],
)
def test_what_sounds_like_an_indicator_is_none(text: str) -> None:
    body = HEAD + text + "；民间投资增长5%；生猪出栏增长6%；网络零售额增长2%。"
    targets = extract(body, year=2024, kind=Kind.WORK_REPORT, region=REGION).targets
    assert {t.indicator for t in targets if t.owner is None} <= {
        "private_investment",
        "hogs",
        "online_retail",
        "other",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("万元生产总值能耗控制在0.85吨标煤以内", "energy_intensity<=0.85吨标准煤"),
        ("单位地区生产总值能耗下降到0.4吨标准煤/万元", "energy_intensity=0.4吨标准煤"),
        ("化学需氧量、氨氮排放量分别控制在1.2万吨、800吨以内", "ammonia_nitrogen<=800吨 cod<=12000吨"),
        ("二氧化硫排放量削减4.3万吨", "so2=43000吨"),
        ("减排二氧化硫3.7万吨、氮氧化物4.8万吨", "so2=37000吨"),
        ("降低单位GDP能耗3%", "energy_intensity=3%"),
        ("全社会研发经费支出占生产总值2.6%", "rd_intensity=2.6%"),
        ("研发投入占GDP的2.8%左右", "rd_intensity~2.8%"),
        ("固定资产投资增长8%，其中工业投入增长9%", "fixed_asset_investment=8% industrial_investment=9%"),
        ("主要河流监测断面Ⅰ—Ⅲ类水质比例达到85%", "water_quality_rate=85%"),
        ("区级地方财政收入增长2%", "general_budget_revenue=2%"),
        ("农林牧渔业可比价总产值增长5%", "farm_output=5%"),
        ("全年共接待游客900万人次", "tourist_arrivals=9000000人次"),
        ("转移劳动力3万人", "migrant_jobs=30000人"),
        ("转移农村剩余劳动力3万人", "migrant_jobs=30000人"),
        ("转移就业农牧民3万人以上", "migrant_jobs>=30000人"),
        ("帮助城镇失业人员实现再就业5000人", "reemployment=5000人"),
        ("实现再就业5000人，困难人员再就业800人", "reemployment=5000人"),
        ("“4050”人员再就业800人", "“4050”人员再就业=800人"),
        ("出栏生猪36万头", "hogs=360000头"),
        ("工业投资占固投比重达到45%", "工业投资占固投比重=45%"),
        (
            "登记失业人数控制在市下达指标内，单位增加值能耗完成市下达目标",
            "registered_unemployment:fulfil energy_intensity:fulfil",
        ),
        ("地区生产总值底线目标增长5%、奋斗目标增长6%", "gdp=5%"),
        (
            "农业、工业、服务业增加值分别增长4%、8%、6%",
            "gdp_primary=4% industrial_value_added=8% services_value_added=6%",
        ),
        ("城镇、农牧民常住居民人均可支配收入分别增长5%、7%", "rural_income=7% urban_income=5%"),
        ("研发经费投入增长12%、占比达2.6%", "rd_spending_growth=12% rd_intensity=2.6%"),
        ("设区市PM2.5平均浓度28微克/立方米", "pm25=28微克/立方米"),
        ("国控断面优良水质比例达到100%", "water_quality_rate=100%"),
        ("地表水省控以上断面Ⅲ类及以上水质比例保持100%", "water_quality_rate=100%"),
        ("全年技改投入完成110亿元", "tech_upgrade_investment=11000000000元"),
        ("引进内资到位额增长10%以上", "domestic_investment>=10%"),
        ("招商引资到位省外资金130亿元", "domestic_investment=13000000000元"),
        ("吸引游客突破6000万人次", "tourist_arrivals>60000000人次"),
        ("国高企业60家", "high_tech_enterprises=60家"),
        ("规工增7%，固投增4%", "industrial_value_added=7% fixed_asset_investment=4%"),
        ("一般公共预算收入增长目标定在5.5%左右", "general_budget_revenue~5.5%"),
        ("经济增速高于全省平均水平，主要经济指标增长6%以上", "gdp:faster_than"),
        ("规上工业总产值增长8%、增加值增长7%", "industrial_output=8% industrial_value_added=7%"),
        (
            "规上工业增加值增长7%，实现产值500亿元",
            "industrial_value_added=7% industrial_output=50000000000元",
        ),
        (
            "建筑业总产值120亿元、增加值30亿元",
            "construction_output=12000000000元 construction_value_added=3000000000元",
        ),
        ("实际利用内、外资分别增长10%和12%", "domestic_investment=10% foreign_investment=12%"),
        ("人均GDP达到1.2万美元，增长6%", "gdp_per_capita=12000美元 gdp_per_capita=6%"),
        ("提高制造业占GDP比重，由24%提高到25%", "manufacturing_share=25%"),
        ("第三产业增加值120亿元，占地区生产总值的52%", "gdp_tertiary=12000000000元 services_share=52%"),
        ("第三产业增加值增长9%，占国内生产总值的比重达到42%", "gdp_tertiary=9% services_share=42%"),
        ("研究与试验发展经费支出占国内生产总值比重达到3%", "rd_intensity=3%"),
        ("第二产业增势强劲，增加值增长9%", "gdp_secondary=9%"),
        ("二、三产业增加值占地区生产总值的比重达到91%", "二、三产业增加值占地区生产总值的比重=91%"),
        ("科技进步贡献率达到62%，农业科技进步贡献率达到65%", "tech_contribution=62%"),
        ("万元GDP用水量下降4%，非化石能源消费比重提高到22%", "water_intensity=4% non_fossil_share=22%"),
        ("单位地区生产总值能耗下降2%、水耗下降4%", "energy_intensity=2% water_intensity=4%"),
        (
            "高中阶段和高等教育毛入学率分别达到96%、62%",
            "high_school_enrolment=96% higher_education_enrolment=62%",
        ),
        ("新增本外币各项贷款120亿元，各项存款增长7%", "loans=12000000000元 deposits=7%"),
        ("人民币存款突破千亿元，余额达1020亿元", "deposits=102000000000元"),
        ("本地生产总值增长5%，常住人口城市化率达到71%", "gdp=5% urbanization_rate=71%"),
        (
            "一般公共预算收入同比减少0.2亿元，减幅2%",
            "general_budget_revenue=20000000元 general_budget_revenue=-2%",
        ),
        ("人均预期寿命达到80.5岁，提高0.3岁", "life_expectancy=80.5岁 life_expectancy=0.3岁"),
        ("每千人口拥有3岁以下婴幼儿托位4.5个", "childcare_places=4.5个"),
        (
            "学前三年毛入园率、九年义务教育巩固率、高中阶段毛入学率分别达到95%、98%、96%",
            "compulsory_retention=98% high_school_enrolment=96% preschool_enrolment=95%",
        ),
        ("基本养老、医疗保险参保率分别达到95%、98%", "medical_coverage=98% pension_coverage=95%"),
        ("实现市外到位资金63亿元", "domestic_investment=6300000000元"),
        ("到位市外国内资金62亿元", "domestic_investment=6200000000元"),
        ("引进省外内资15亿元", "domestic_investment=1500000000元"),
        ("金融存贷款余额分别增长6%、5%", "deposits=6% loans=5%"),
        ("银行业金融机构存贷款余额增长8%", "deposits_and_loans=8%"),
        (
            "存贷款余额达到90亿元和60亿元，增长6%和5%",
            "deposits=9000000000元 loans=6000000000元 deposits=6% loans=5%",
        ),
        ("外商实际直接投资1.2亿美元", "foreign_investment=120000000美元"),
        (
            "接待游客500万人次、收入30亿元",
            "tourist_arrivals=5000000人次 tourism_revenue=3000000000元",
        ),
        ("研发投入强度较上年提高0.1个百分点", "rd_intensity=0.1百分点"),
        ("城镇化率高于全省1个百分点", "urbanization_rate:faster_than"),
        ("人均住房面积增长7%", "人均住房面积=7%"),
        ("商品零售价格涨幅控制在2%左右", "商品零售价格~2%"),
        ("万元GDP电耗下降3%", "万元GDP电耗=3%"),
        ("工业增加值占地区生产总值比重达到50%", "工业增加值占地区生产总值比重=50%"),
        ("服务业增加值增长9%，占GDP比重达到50%", "services_value_added=9% services_share=50%"),
        ("税收占一般公共预算收入的比重不低于80%", "税收占一般公共预算收入的比重>=80%"),
        ("高技术产业产值占规上工业总产值比重达28%", "高技术产业产值占规上工业总产值比重=28%"),
        ("产业投资占固定资产投资53%", "产业投资占固定资产投资=53%"),
        ("工业投资、民间投资占比分别达到27%、36%", "工业投资占比=27% 民间投资占比=36%"),
        (
            "第一产业、第三产业增加值占GDP比重分别达到5%、55%",
            "第一产业增加值占GDP比重=5% services_share=55%",
        ),
        ("制造业、服务业增加值占GDP比重达到25%、55%", "manufacturing_share=25% services_share=55%"),
        ("服务业在国内生产总值中的比重提高到55%", "services_share=55%"),
        ("农牧区转移就业6万人", "migrant_jobs=60000人"),
        ("城镇化率、工业占GDP比重分别达到60%、50%", "工业占GDP比重=50% urbanization_rate=60%"),
        ("新增高新技术企业20家、总量突破140家", "high_tech_enterprises=20家 high_tech_enterprises>140家"),
        ("国省控断面水质优良比例不低于66.7%", "water_quality_rate>=66.7%"),
        (
            "一般公共预算支出拟安排58亿元，增长4%",
            "general_budget_expenditure=5800000000元 general_budget_expenditure=4%",
        ),
        ("工业增加值率达到23%", "工业增加值率=23%"),
        ("固定资产投资增长8%，其中市属固定资产投资增长9%", "fixed_asset_investment=8% 市属固定资产投资=9%"),
        ("一般公共预算收入预算安排为102亿元", "general_budget_revenue=10200000000元"),
        ("规上工业增加值增长8%的底线目标", "industrial_value_added=8%"),
        (
            "工业投资、技改投资、城市更新和水利投资分别增长9%、10%、8%",
            "industrial_investment=9% 城市更新和水利投资=8% tech_upgrade_investment=10%",
        ),
        ("环境空气质量优良天数、化学需氧量和二氧化硫分别减少3%和2%", "cod=3% so2=2%"),
        (
            "工业、技改、基础设施投资分别增长8%、12%、6%",
            "industrial_investment=8% infrastructure_investment=6% tech_upgrade_investment=12%",
        ),
        (
            "高新技术产业、战略性新兴产业增加值分别增长9%和11%",
            "high_tech_value_added=9% strategic_value_added=11%",
        ),
        ("农民纯收入增长9%", "rural_income=9%"),
        ("固定资产总投资增长7%，规上战新增加值增长9%", "fixed_asset_investment=7% strategic_value_added=9%"),
        ("非农户固定资产投资增长7%", "fixed_asset_investment=7%"),
        ("高新产业增加值增长9%", "high_tech_value_added=9%"),
        ("规模企业实现工业总产值60亿元，增长9%", "industrial_output=6000000000元 industrial_output=9%"),
        ("餐饮业、制造业增加值分别增长9%和11%", "manufacturing_value_added=11%"),
        ("评价入库科技型中小企业60家", "tech_enterprises=60家"),
        ("科技型中小企业评价入库突破900家", "tech_enterprises>900家"),
        ("新增国省专精特新企业40家", "specialised_enterprises=40家"),
        ("新增国家重点扶持的高新技术企业50家", "high_tech_enterprises=50家"),
        ("12个国省考核断面水质优良率保持100%", "water_quality_rate=100%"),
        ("国控省控断面水质达标率保持100%", "water_quality_rate=100%"),
        ("地表水省考断面达到或优于Ⅲ类水质比例达到96%", "water_quality_rate=96%"),
        ("工业、民间投资均增长9%", "industrial_investment=9% private_investment=9%"),
    ],
)
def test_what_is_said_of_which_name(text: str, expected: str) -> None:
    assert promised(text) == expected


def test_a_rate_is_no_sum_of_the_years_to_come() -> None:
    plan = "二、“十五五”主要目标\n五年新增城镇就业6万人；城镇化率达到70%；力争到2030年生产总值达到900亿元。"
    figures = extract(plan, year=2026, kind=Kind.WORK_REPORT, region=None).targets
    assert [(f.indicator, f.period.value, f.resolve) for f in figures] == [
        ("new_urban_jobs", "sum", None),
        ("urbanization_rate", "by_end", None),
        ("gdp", "by_end", Resolve.AIM),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "新增农村劳动力转移就业3万人",
        "农村劳动力新增转移就业3万人",
        "农村劳动力转移就业3万人",
        "新增转移农村劳动力3万人",
        "输转城乡富余劳动力3万人",
        "输转劳务3万人",
    ],
)
def test_who_moved_to_other_jobs_is_counted_alike_in_every_order(text: str) -> None:
    (figure,) = extract(f"二、2024年工作安排\n{text}。", year=2024, kind=Kind.WORK_REPORT).targets
    assert (figure.indicator, figure.measure, figure.low) == ("migrant_jobs", Measure.LEVEL, 30000)
