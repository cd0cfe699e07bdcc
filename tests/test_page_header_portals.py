"""Header blocks as portals print them: cells, terms, spans, one long line; labels padded, glued, bilingual.

The values are made up. Simpler layouts are test_page_header.py.
"""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest

from ingest.model import ArticleLayout
from ingest.page.article import read_article
from ingest.page.parsed import parse_page
from ingest.page.text import read_text

TEXT = "<p>各位代表：</p><p>现在，我代表区人民政府，向大会报告工作，请予审议，并请各位委员提出意见。</p>"
BLOCKS: list[tuple[str, dict[str, Any]]] = [
    (
        "<table><tr><td>索引号<br><b>文号</b><br>成文日期</td><td>X12/2024-3<br>某府发〔2024〕4号<br>2024-03-05"
        "</td></tr></table>",
        {
            "index_number": "X12/2024-3",
            "document_number": "某府发〔2024〕4号",
            "written_on": date(2024, 3, 5),
        },
    ),
    (
        "<p>索引号（X12/2024-3）　发布机构（某县政府办）</p><p>成文日期（2024-03-05）</p><p>名称（全称）</p>",
        {"index_number": "X12/2024-3", "issuer": "某县政府办", "written_on": date(2024, 3, 5)},
    ),
    (
        "<p>索引号：X12/2024-3</p><p>成文日期：1709568000000</p><p>发布日期：1709740800</p>",
        {"index_number": "X12/2024-3", "written_on": date(2024, 3, 5), "published_on": date(2024, 3, 7)},
    ),
    (
        "<p>索引号：{{item.syh}}</p><p>发布机构：${org}</p><p>文号：undefined</p><p>成文日期：2024-03-05</p><p>有效性：有效</p>",
        {"written_on": date(2024, 3, 5), "validity": "有效"},
    ),
    ("<p>索引号（自动生成）</p><p>成文日期（发布日期）</p>", {}),
    (
        "<table><tr><td>索引号</td><td><input type=text readonly value='X12/2024-3'></td><td>发布机构：</td>"
        "<td><INPUT VALUE=某县政府办></td></tr></table><p>成文日期：<input value=2024-03-05> 主题分类 "
        "<input type=hidden value=7><select><option>计划</select></p><p>名称：<input value=请输入名称></p>",
        {"index_number": "X12/2024-3", "issuer": "某县政府办", "written_on": date(2024, 3, 5)},
    ),
    (
        "<p>索引号：<span></span><input value='X12/2024-3'>文号：<input value='某府发〔2024〕4号'></p>",
        {"index_number": "X12/2024-3", "document_number": "某府发〔2024〕4号"},
    ),
    (
        "<form action=/search>标题：<input name=t value=''> 文号 <input name=n value=府发> 发布日期 "
        "<input name=a value=2024-01-01> 至 <input name=b value=2024-12-31><button>查询</button></form>"
        "<p>发布日期：2024-03-05</p>",
        {"published_on": date(2024, 3, 5)},
    ),
    (
        "<table><tr><td>索引号 <i class=help>?</i></td><td>X12/2024-3<button>复制</button></td></tr>"
        "<tr><td>发文字号 <i class=help>?</i></td><td>某府发〔2024〕4号<a href=#>复制</a></td></tr></table>",
        {"index_number": "X12/2024-3", "document_number": "某府发〔2024〕4号"},
    ),
    (
        "<table><tr><td>索引号</td><td><script>var n = 'X12/2024-3'; document.write(n);</script></td></tr>"
        "<tr><td>发布机构</td><td><script>document.write('某县' + \"政府办\")</script></td>"
        "<td>成文日期</td><td><script>document.write(day)</script></td></tr><tr>"
        "<td>有效性</td><td><script>if (a) document.write('有'); else document.write('无')</script></td>"
        "</tr></table>",
        {"index_number": "X12/2024-3", "issuer": "某县政府办"},
    ),
    (
        "<dl><dt>索引号</dt><dd>：X12/2024-3</dd><dt>发布机构</dt><dd>： 某县政府办</dd></dl>",
        {"index_number": "X12/2024-3", "issuer": "某县政府办"},
    ),
    (
        "<div>索引号：X12/2024-3 / 发布机构：某县政府办 / 成文日期：2024-03-05 / 有效性：有效</div>",
        {
            "index_number": "X12/2024-3",
            "issuer": "某县政府办",
            "written_on": date(2024, 3, 5),
            "validity": "有效",
        },
    ),
    (
        "<div>索引号 : X12/2024-3&emsp;发布机构 : 某县政府办&emsp;生成日期 : 2024-03-05</div>",
        {"index_number": "X12/2024-3", "issuer": "某县政府办", "written_on": date(2024, 3, 5)},
    ),
    (
        "<table><tr><td>索\u200b引\u200b号</td><td>X12/2024-3</td><td>发布机构\ufeff</td><td>某县政府办</td></tr></table>",
        {"index_number": "X12/2024-3", "issuer": "某县政府办"},
    ),
    (
        "<table><tr><td>索引号<br>X12/2024-3</td><td><b>发布机构</b><br><span>某县政府办</span></td></tr></table>",
        {"index_number": "X12/2024-3", "issuer": "某县政府办"},
    ),
    (
        "<table><tr><td>索引号<br><small>Index No.</small></td><td>X12/2024-3</td>"
        "<td>发布机构<br>Publisher</td><td>某县政府办</td></tr></table>",
        {"index_number": "X12/2024-3", "issuer": "某县政府办"},
    ),
    (
        "<p>信息索取号：X12/2024-3</p><p>信息制作单位：某县政府办</p><p>制作日期：3/5/2024</p>"
        "<p>上传时间：3/7/2024 9:30:00 AM</p>",
        {
            "index_number": "X12/2024-3",
            "issuer": "某县政府办",
            "written_on": date(2024, 3, 5),
            "published_on": date(2024, 3, 7),
        },
    ),
    (
        "<p>索引号：X12/2024-3</p><p>成文日期：二 〇 二 四 年 三 月 五 日</p><p>发布日期：24-03-07</p>",
        {"index_number": "X12/2024-3", "written_on": date(2024, 3, 5), "published_on": date(2024, 3, 7)},
    ),
    (
        "<table><tr><td>索引号 Index No.</td><td>X12/2024-3</td></tr>"
        "<tr><td>发布机构 Issued by</td><td>某县政府办</td></tr></table>",
        {"index_number": "X12/2024-3", "issuer": "某县政府办"},
    ),
    (
        "<ul><li>索引号：<span title='115002290093/2024-3'>11500229…</span></li>"
        "<li>发布机构：<span title='某县人民政府办公室'>某县人民...</span></li></ul>",
        {"index_number": "115002290093/2024-3", "issuer": "某县人民政府办公室"},
    ),
    (
        "<p>索引号：X12/2024-3</p><p>成文日期：2024-03-05</p><p>文号：</p><p>主题分类：</p><p>发布机构：</p>",
        {"index_number": "X12/2024-3", "written_on": date(2024, 3, 5)},
    ),
    (
        "<div><label>索引号</label><label>发布机构</label><label>文号</label></div><h1>2024年政府工作报告</h1>",
        {},
    ),
    (
        "<table><tr><td>索引号：<br>Q/2023-77</td><td>发布机构：<br>某局</td>"
        "<td>公开日期：<br>2023-09-18</td></tr></table>",
        {"index_number": "Q/2023-77", "issuer": "某局", "published_on": date(2023, 9, 18)},
    ),
    (
        "<table><tr><td>索引号</td><td>A01/2024-00012</td><td>效力属性</td><td>现行有效</td><td>"
        "公开责任部门</td><td>某县发改局</td></tr><tr><td>发文日期</td><td>2024年3月5日</td><td>"
        "公开日期</td><td>2024年3月8日</td><td>文号</td><td></td></tr></table>",
        {
            "index_number": "A01/2024-00012",
            "validity": "现行有效",
            "issuer": "某县发改局",
            "written_on": date(2024, 3, 5),
            "published_on": date(2024, 3, 8),
        },
    ),
    (
        "<table><tr><td>索引号 X12/2024-3</td><td>主题分类 计划</td></tr><tr><td>发布机构 某市政"
        "府办公厅</td><td>成文日期 2024-03-05</td></tr></table>",
        {
            "index_number": "X12/2024-3",
            "subject_class": "计划",
            "issuer": "某市政府办公厅",
            "written_on": date(2024, 3, 5),
        },
    ),
    (
        "<ul><li><span>索引号</span><span>X12/2024-3</span></li><li><span>发布机构</span><span>某"
        "县政府办</span></li><li><span>成文日期</span><span>2024-03-05</span></li><li><span>有效"
        "性</span><span>有效</span></li></ul>",
        {
            "index_number": "X12/2024-3",
            "issuer": "某县政府办",
            "written_on": date(2024, 3, 5),
            "validity": "有效",
        },
    ),
    (
        "<p><strong>索引号：</strong>X12/2024-3<strong>文号：</strong>某政发〔2024〕1号<strong>发"
        "布机构：</strong>某县政府办<strong>发布日期：</strong>2024-03-05</p>",
        {
            "index_number": "X12/2024-3",
            "document_number": "某政发〔2024〕1号",
            "issuer": "某县政府办",
            "published_on": date(2024, 3, 5),
        },
    ),
    (
        "<ul><li><label>索引号</label>X12/2024-3</li><li><label>发布机构</label>某县政府办</li><"
        "li><label>公开日期</label>2024-03-05</li></ul>",
        {"index_number": "X12/2024-3", "issuer": "某县政府办", "published_on": date(2024, 3, 5)},
    ),
    (
        "<div><em>文件编号：</em><i>某政〔2024〕12号</i></div><div><em>制发机关：</em><i>某市人民"
        "政府</i></div><div><em>签发日期：</em><i>2024-03-05</i></div>",
        {"document_number": "某政〔2024〕12号", "issuer": "某市人民政府", "written_on": date(2024, 3, 5)},
    ),
    (
        "索引号：X12/2024-3｜发文字号：某政发〔2024〕1号｜发布机构：某县政府办",
        {"index_number": "X12/2024-3", "document_number": "某政发〔2024〕1号", "issuer": "某县政府办"},
    ),
    (
        "索引号：X12/2024-3\xa0\xa0\xa0\xa0发文日期\xa02024-03-05\xa0\xa0\xa0\xa0发布机构\xa0某县政府办",
        {"index_number": "X12/2024-3", "issuer": "某县政府办", "written_on": date(2024, 3, 5)},
    ),
    (
        "索引号：X12/2024-3     发文日期     2024-03-05     主题分类     财政     文号",
        {"index_number": "X12/2024-3", "written_on": date(2024, 3, 5), "subject_class": "财政"},
    ),
    (
        "索引号: X12/2024-3  效 力 属 性: 有效  编 辑 日 期: 2024-03-05 11:20  发布机构: 某县政府办",
        {
            "index_number": "X12/2024-3",
            "validity": "有效",
            "issuer": "某县政府办",
            "published_on": date(2024, 3, 5),
        },
    ),
    (
        "索引号：X12/2024-3；文号：某政发〔2024〕1号；发布机构：某县政府办；成文日期：2024-03-05",
        {
            "index_number": "X12/2024-3",
            "document_number": "某政发〔2024〕1号",
            "issuer": "某县政府办",
            "written_on": date(2024, 3, 5),
        },
    ),
    (
        "索引號：X12/2024-3 發(fā)布機構(gòu)：某縣人民政府 發(fā)文日期：2024-03-05\n"
        "效力屬性：有效 主題分類(lèi)：計劃\n"
        "名稱(chēng)：某縣計劃報告",
        {
            "index_number": "X12/2024-3",
            "issuer": "某縣人民政府",
            "written_on": date(2024, 3, 5),
            "validity": "有效",
            "subject_class": "計劃",
            "title": "某縣計劃報告",
        },
    ),
    (
        "發佈機構：某市政府\n發佈日期：2024-03-05\n檔案編號：123\n索引號：X12/2024-3",
        {"issuer": "某市政府", "published_on": date(2024, 3, 5), "index_number": "X12/2024-3"},
    ),
    (
        "索引号：X12/2024-3\n发布机构：某局\n发布日期：2024-03-0510:22:33\n生效日期：2024-04-01",
        {"index_number": "X12/2024-3", "issuer": "某局", "published_on": date(2024, 3, 5)},
    ),
    (
        "索引号：X12/2024-3\n"
        "发布机构：某局\n"
        "发布日期：Tue Mar 05 10:22:33 CST 2024\n"
        "成文日期：2024年3月1日星期五",
        {
            "index_number": "X12/2024-3",
            "issuer": "某局",
            "published_on": date(2024, 3, 5),
            "written_on": date(2024, 3, 1),
        },
    ),
    (
        "索引号：X12/2024-3发布机构：某县政府办发布日期：2024-03-05有效性：有效文号：某政〔2024〕1号",
        {
            "index_number": "X12/2024-3",
            "issuer": "某县政府办",
            "published_on": date(2024, 3, 5),
            "validity": "有效",
            "document_number": "某政〔2024〕1号",
        },
    ),
    (
        "索引号/Index No.：X12/2024-3\n发布机构/Issued by：某自治州人民政府\n发布日期/Date：2024-03-05",
        {"index_number": "X12/2024-3", "issuer": "某自治州人民政府", "published_on": date(2024, 3, 5)},
    ),
    (
        "索引号(Index Number)：X12/2024-3 发文机关(Issuing Agency)：某市人民政府 成文日期(Date)：2024-03-05",
        {"index_number": "X12/2024-3", "issuer": "某市人民政府", "written_on": date(2024, 3, 5)},
    ),
    (
        "文 号：政府令第187号 制定机关：某市政府 施行日期：2024-05-01",
        {"document_number": "政府令第187号", "issuer": "某市政府"},
    ),
    (
        "索引号：X12/2024-3\n签署日期：2024-03-01 登记日期：2024-03-05 时效：有效\n公开责任部门：某局",
        {"index_number": "X12/2024-3", "written_on": date(2024, 3, 1), "validity": "有效", "issuer": "某局"},
    ),
    (
        "索引号﹕X12/2024-3\n发布机构∶某局\n发布日期︰2024-03-05",
        {"index_number": "X12/2024-3", "issuer": "某局", "published_on": date(2024, 3, 5)},
    ),
    (
        "“索引号”：X12/2024-3\n“发布机构”：某局",
        {"index_number": "X12/2024-3", "issuer": "某局"},
    ),
    (
        "◆索引号：X12/2024-3 ◆发布机构：某局 ◆文号：某政〔2024〕1号",
        {"index_number": "X12/2024-3", "issuer": "某局", "document_number": "某政〔2024〕1号"},
    ),
    (
        "1.索引号：X12/2024-3\n2.发布机构：某局\n3.文号：某政〔2024〕1号",
        {"index_number": "X12/2024-3", "issuer": "某局", "document_number": "某政〔2024〕1号"},
    ),
    (
        "索引号 X12/2024-3 规范性文件编号 GF-2024-1\n发布机构 某局 密级 公开",
        {"index_number": "X12/2024-3", "issuer": "某局"},
    ),
    (
        "某县人民政府关于印发2024年政府工作报告的通知\n索引号：X12/2024-3 发布机构：某局",
        {
            "title": "某县人民政府关于印发2024年政府工作报告的通知",
            "index_number": "X12/2024-3",
            "issuer": "某局",
        },
    ),
    (
        "<table><tr><td>名 称</td><td colspan=3>某县2023年计划执行情况<br>与2024年计划草案的报告"
        "</td></tr><tr><td>索引号</td><td>X12/2024-3</td><td>发布机构</td><td>某局</td></tr></ta"
        "ble>",
        {
            "title": "某县2023年计划执行情况与2024年计划草案的报告",
            "index_number": "X12/2024-3",
            "issuer": "某局",
        },
    ),
    (
        "<table class=t><tr><th>主题分类</th><td>综合政务;政府报告</td><th>发文单位</th><td>某州"
        "人民政府</td></tr><tr><th>成文日期</th><td>2025年1月10日</td><th>发文字号</th><td>—</td"
        "></tr><tr><th>标\u3000\u3000题</th><td colspan=3>2025年某州政府工作报告</td></tr><tr><t"
        "h>发布日期</th><td>2025年1月14日</td><th>时\u3000\u3000效</th><td>有效</td></tr></table"
        ">",
        {
            "subject_class": "综合政务;政府报告",
            "issuer": "某州人民政府",
            "written_on": date(2025, 1, 10),
            "title": "2025年某州政府工作报告",
            "published_on": date(2025, 1, 14),
            "validity": "有效",
        },
    ),
    (
        "<div><span class=l>信息索引号</span>：<span class=r>014000/2025-00031</span><span class"
        "=l>生成日期</span>：<span class=r>2025-01-14</span><span class=l>公开日期</span>：<span"
        " class=r>2025-01-15</span></div><div><span class=l>文件编号</span>：<span class=r>某政发"
        "〔2025〕5号</span><span class=l>公开形式</span>：<span class=r>网站、公报</span></div>",
        {
            "index_number": "014000/2025-00031",
            "written_on": date(2025, 1, 14),
            "published_on": date(2025, 1, 15),
            "document_number": "某政发〔2025〕5号",
        },
    ),
    (
        "<table><tr><td colspan=2>信息名称：2025年某市国民经济和社会发展计划</td></tr><tr><td>索"
        " 引 号：000014/2025-003</td><td>组配分类：发展计划</td></tr><tr><td>公开责任部门：某市发"
        "改委</td><td>编辑日期：2025-01-14 15:30:22</td></tr></table>",
        {
            "title": "2025年某市国民经济和社会发展计划",
            "index_number": "000014/2025-003",
            "issuer": "某市发改委",
            "published_on": date(2025, 1, 14),
        },
    ),
    (
        "政府信息公开 > 规划计划\n"
        "索 引 号：BM001-0201-2025-00003    公开目录：规划计划\n"
        "发布机构：某市人民政府办公室    生成日期：2025年01月14日\n"
        "名\u3000\u3000称：某市2025年国民经济计划\n"
        "文\u3000\u3000号：某政发〔2025〕2号        时效：有效\n",
        {
            "index_number": "BM001-0201-2025-00003",
            "issuer": "某市人民政府办公室",
            "written_on": date(2025, 1, 14),
            "title": "某市2025年国民经济计划",
            "document_number": "某政发〔2025〕2号",
            "validity": "有效",
        },
    ),
    (
        "索引号 |  |  文号 | 某政〔2025〕3号\n"
        "发布机构 | 某县政府 | 公开日期 | 2025-01-14\n"
        "效力属性 | 有效 | 主题词 | ",
        {
            "document_number": "某政〔2025〕3号",
            "issuer": "某县政府",
            "published_on": date(2025, 1, 14),
            "validity": "有效",
        },
    ),
    (
        "〖索引号〗JA-2025-0007 〖发布机构〗某区府办 〖发布日期〗2025/01/14",
        {"index_number": "JA-2025-0007", "issuer": "某区府办", "published_on": date(2025, 1, 14)},
    ),
    (
        "索引号:K2845/2025-01 发文机构:某局 发文日期:2025-01-1408:30:00 信息有效期:长期 浏览量:22次",
        {"index_number": "K2845/2025-01", "issuer": "某局", "written_on": date(2025, 1, 14)},
    ),
    (
        "公文种类：报告  公文时效：有效  索引编号：K2845/2025-01  印发机关：某市政府办公室  印发"
        "日期：2025.1.14",
        {
            "validity": "有效",
            "index_number": "K2845/2025-01",
            "issuer": "某市政府办公室",
            "written_on": date(2025, 1, 14),
        },
    ),
    (
        "索引號： | K2845/2025-01 | 發(fā)布機(jī)構(gòu)： | 某市統(tǒng)計(jì)局 |\n"
        "發(fā)布日期： | 2025-01-14 | 有效性： | 有效 |\n"
        "名\u3000稱(chēng)： | 某市計劃 | 文\u3000號(hào)： | |",
        {
            "index_number": "K2845/2025-01",
            "issuer": "某市統(tǒng)計(jì)局",
            "published_on": date(2025, 1, 14),
            "validity": "有效",
            "title": "某市計劃",
        },
    ),
    (
        "來源：某縣政府辦 作者： 編輯日期：2025-01-14\n"
        "索引號：K2845/2025-01 公開責任部門：某縣政府辦 時效：有效",
        {
            "index_number": "K2845/2025-01",
            "issuer": "某縣政府辦",
            "published_on": date(2025, 1, 14),
            "validity": "有效",
        },
    ),
    (
        "索引号：K2845/2025-01；主题分类：财政、金融、审计/财政；发文机关：某市人民政府；成文日期"
        "：2025年1月14日",
        {
            "index_number": "K2845/2025-01",
            "subject_class": "财政、金融、审计/财政",
            "issuer": "某市人民政府",
            "written_on": date(2025, 1, 14),
        },
    ),
    (
        "索引号 (Index): K2845/2025-01\n发文机关 (Issuer): 某市人民政府\n发布日期 (Released): 2025-01-14",
        {"index_number": "K2845/2025-01", "issuer": "某市人民政府", "published_on": date(2025, 1, 14)},
    ),
    (
        "索引号（Index No.）： K2845/2025-01\u3000发布机构（Publisher）：某盟行政公署",
        {"index_number": "K2845/2025-01", "issuer": "某盟行政公署"},
    ),
    (
        "<div><font>索引号:</font><font>K2845/2025-01</font><font>成文日期:</font><font>2025-01-"
        "14</font><font>发文机构:</font><font>某局</font><font>文号:</font><font>某〔2025〕1号</"
        "font></div>",
        {
            "index_number": "K2845/2025-01",
            "written_on": date(2025, 1, 14),
            "issuer": "某局",
            "document_number": "某〔2025〕1号",
        },
    ),
    (
        "·索引号：K2845/2025-01\n·公开责任单位：某局\n·信息名称：某局计划\n·公开日期：2025年01月14日",
        {
            "index_number": "K2845/2025-01",
            "issuer": "某局",
            "title": "某局计划",
            "published_on": date(2025, 1, 14),
        },
    ),
    (
        "效力：有效 索引号：K2845/2025-01 发文机关：某局",
        {"validity": "有效", "index_number": "K2845/2025-01", "issuer": "某局"},
    ),
    (
        "标题：某县计划\n索引：X/2026-9\n发文机关：某局\n成文时间：2026年2月3日",
        {"title": "某县计划", "index_number": "X/2026-9", "issuer": "某局", "written_on": date(2026, 2, 3)},
    ),
    (
        "公文标题：某县计划    发文字号：某〔2026〕3号\n"
        "发文机关：某局    成文日期：2026-02-03 实施日期：2026-03-01\n"
        "文件状态：有效",
        {
            "title": "某县计划",
            "document_number": "某〔2026〕3号",
            "issuer": "某局",
            "written_on": date(2026, 2, 3),
            "validity": "有效",
        },
    ),
    (
        "索 引 号 | X/2026-9 | 信息名称 | 某县计划\n"
        "发布机构 | 某局 | 产生日期 | 2026-02-03\n"
        "文 号 |  | 有 效 性 | 有效",
        {
            "index_number": "X/2026-9",
            "title": "某县计划",
            "issuer": "某局",
            "written_on": date(2026, 2, 3),
            "validity": "有效",
        },
    ),
    (
        "发布单位:某区人民政府信息来源:某区政府办发布日期:2026-02-0309:15:00浏览量:3\n索引号:X/2026-9",
        {"issuer": "某区人民政府", "published_on": date(2026, 2, 3), "index_number": "X/2026-9"},
    ),
    (
        "發文機關：某市政府 發文字號：某府〔2026〕3號 發佈日期：2026年2月3日 主題分類：綜合政務 "
        "標題：某市計劃",
        {
            "issuer": "某市政府",
            "document_number": "某府〔2026〕3號",
            "published_on": date(2026, 2, 3),
            "subject_class": "綜合政務",
            "title": "某市計劃",
        },
    ),
    (
        "索引號(hào)：X/2026-9 公開(kāi)日期：2026-02-03 責(zé)任部門(mén)：某局 關(guān)鍵詞：計劃",
        {"index_number": "X/2026-9", "published_on": date(2026, 2, 3), "issuer": "某局", "keywords": "計劃"},
    ),
    (
        "索引号：X/2026-9\n发布机构：某区办公室\n关 键 词：计划;报告\n有效性：有效",
        {"index_number": "X/2026-9", "issuer": "某区办公室", "keywords": "计划;报告", "validity": "有效"},
    ),
    (
        "索引号：X/2026-9\n关键词：计划;报告\n主题词：计划",
        {"index_number": "X/2026-9", "keywords": "计划"},
    ),
    (
        "བརྡ་ཨང་།索引号：X/2026-9\u3000གཏོང་ཚེས།发布日期：2026-02-03\u3000发布机构：某局",
        {"index_number": "X/2026-9", "published_on": date(2026, 2, 3), "issuer": "某局"},
    ),
    (
        "1、索引号：X/2026-9\n2、发布机构：某局\n3、公开日期：2026-02-03\n4、内容概述：计划",
        {"index_number": "X/2026-9", "issuer": "某局", "published_on": date(2026, 2, 3)},
    ),
    (
        "主题分类：其他\t成文日期：2026-02-03\t有效状态：有效\n发文字号：某政发〔二〇二六〕3号",
        {
            "subject_class": "其他",
            "written_on": date(2026, 2, 3),
            "validity": "有效",
            "document_number": "某政发〔二〇二六〕3号",
        },
    ),
    (
        "【发布机构:某局】【发布日期:2026-02-03】【索引号:X/2026-9】【字号:大 中 小】",
        {"issuer": "某局", "published_on": date(2026, 2, 3), "index_number": "X/2026-9"},
    ),
    (
        "（索引号：X/2026-9 发布机构：某局 发布日期：2026-02-03）",
        {"index_number": "X/2026-9", "issuer": "某局", "published_on": date(2026, 2, 3)},
    ),
    (
        "发布机构：某局\u3000\u3000\u3000发布日期：2026-02-03\n"
        "名\u3000\u3000称：某县2026年国民经济和社会发展\n"
        "计划（草案）的报告\n"
        "索 引 号：X/2026-9",
        {
            "issuer": "某局",
            "published_on": date(2026, 2, 3),
            "title": "某县2026年国民经济和社会发展计划（草案）的报告",
            "index_number": "X/2026-9",
        },
    ),
]


@pytest.mark.parametrize(("printed", "expected"), BLOCKS)
def test_blocks_of_portals(printed: str, expected: dict[str, Any]) -> None:
    if printed.startswith("<"):
        page = parse_page(f"<body>{printed}<h1>某区的文</h1><div id=zoom>{TEXT}</div></body>", "http://a/")
        header = read_article(page, ArticleLayout()).header
    else:
        header = read_text(printed).header
    got = {name: value for name, value in dataclasses.asdict(header).items() if value is not None}
    assert got == expected


def test_labels_without_values_close_a_block_and_are_no_text() -> None:
    block = (
        "<ul><li>索引号：X12/2024-3</li><li>发布机构：某县政府办</li><li>文号：</li><li>关键字：</li></ul>"
    )
    html = f"<h1>某县政府工作报告</h1>{block}<div>{TEXT}</div>"
    article = read_article(parse_page(html, "http://x.gov.cn/1.html"), ArticleLayout())
    assert article.body.startswith("各位代表：")
