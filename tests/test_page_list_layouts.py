"""Lists in the layouts that portals print them in: addresses, titles and days wholly right, whatever stands around.

A row is written as its site writes it, with {url}, {title}, {cut} (the title cut, with …), {day} (a date, with
any format), {number} (of the row, from 1) and {before} (the year before).
"""

# ruff: noqa: E501  (markup as the sites print it)
from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from urllib.parse import urljoin

import pytest

from ingest.errors import ShapeChanged
from ingest.model import ListLayout
from ingest.page.lists import read_list

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
BASE = "http://www.mouxian.gov.cn/zwgk/zfgzbg/index.html"
ITEMS = (
    ("2026年政府工作报告", date(2026, 1, 10)),
    ("某县2025年政府工作报告——2025年1月9日在某县第十八届人民代表大会第四次会议上", date(2025, 1, 13)),
    ("关于某县2024年国民经济和社会发展计划执行情况与2025年国民经济和社会发展计划草案的报告", date(2025, 1, 12)),
    ("2024年政府工作报告（全文）", date(2024, 2, 5)),
    ("政府工作报告", date(2023, 2, 28)),
    ("2022年某县人民政府工作报告", date(2022, 12, 30)),
    ("某政发〔2022〕8号 关于印发《政府工作报告》重点任务分工方案的通知", date(2022, 2, 8)),
    ("2021年政府工作报告", date(2021, 2, 3)),
)  # fmt: skip

UL, TABLE, BOX = "<ul class='list'>{}</ul>", "<table>{}</table>", "<div class='con'>{}</div>"
SCRIPT = "<div id='list'></div><script>var list = [{}];show(list);</script>"
ROWS: dict[str, tuple[str, str]] = {
    # the day beside the link
    "day behind": (UL, "<li><a href='{url}' target='_blank'>{title}</a><span>{day}</span></li>"),
    "day before, title cut": (UL, "<li><span class='time'>{day}</span><a href='{url}' title='{title}'>{cut}</a></li>"),
    "in square brackets": (UL, "<li>·<a href='{url}'>{title}</a>&nbsp;&nbsp;[{day}]</li>"),
    "in black brackets": (UL, "<li><a href='{url}'>{title}</a><em>【{day}】</em></li>"),
    "in Chinese": (UL, "<li><a href='{url}'>{title}</a>（{day.year}年{day.month}月{day.day}日）</li>"),
    "with slashes": (UL, "<li><a href='{url}'>{title}</a><span>{day.year}/{day.month}/{day.day}</span></li>"),
    "with a time": (UL, "<li>[{day} 09:3{number}:00] <a href='{url}'>{title}</a></li>"),
    "of two figures for the year": (UL, "<li><a href='{url}'>{title}</a><span>[{day:%y-%m-%d}]</span></li>"),
    "of two figures for the year, behind the link": (UL, "<li><a href='{url}'>{title}</a> [{day:%y-%m-%d}]</li>"),
    "of two figures for the year, and br": (BOX, "<a href='{url}'>{title}</a>（{day:%y/%m/%d}）<br>"),
    "without hyphens": (UL, "<li><a href='{url}'>{title}</a><span>{day:%Y%m%d}</span></li>"),
    "with the day of the week": (UL, "<li><a href='{url}'>{title}</a><span>{day.year}年{day:%m}月{day:%d}日 星期三</span></li>"),
    "spaced": (UL, "<li>\n  <a\n href='{url}'\n>\n   {title}\n  </a>\n  <span>\n {day.year} - {day:%m} - {day:%d}\n</span>\n</li>"),
    "in an attribute": (UL, "<li><a href='{url}'>{title}</a><time datetime='{day}T08:00:00+08:00'>{day.month}月{day.day}日</time></li>"),
    "day over month": (BOX, "<div class='it'><div class='d'><p>{day:%d}</p><p>{day:%Y-%m}</p></div><div><a href='{url}'><h4>{title}</h4></a><p>各位代表，现在我代表县人民政府报告工作。2019年12月3日会议指出。</p></div></div>"),
    "month and day over year": (UL, "<li><a href='{url}'><div><strong>{day:%m-%d}</strong><span>{day:%Y}</span></div><div><h6>{title}</h6><p>近日，县政府印发通知，明确任务分工，推动落实。</p></div></a></li>"),
    "year over month and day": (UL, "<li><div class='rq'><i>{day:%Y}</i><b>{day:%m/%d}</b></div><a href='{url}'>{title}</a></li>"),
    "day, month, year": (UL, "<li><div class='rq'><b>{day:%d}</b><i>{day.month}月</i><i>{day.year}</i></div><a href='{url}'>{title}</a></li>"),
    "with labels": (BOX, "<div class='row'><a href='{url}'>{title}</a><p><span>索引号：001/{day.year}-0000{number}</span><span>成文日期：{before}-12-11</span><span>公开日期：{day}</span></p></div>"),
    "and a deadline": (UL, "<li><a href='{url}'>{title}</a><span>发布时间：{day}</span><span>截止时间：2027-03-01</span></li>"),
    "and the day of an update": (UL, "<li><a href='{url}'>{title}</a><span>发布日期:{day}</span><span>更新日期:2026-02-28</span></li>"),
    "source, time, clicks": (UL, "<li><h5><a href='{url}'>{title}</a></h5><p>来源：某县人民政府办公室　时间：{day} 10:21　点击：33</p></li>"),
    "of two the later": (UL, "<li><a href='{url}'>{title}</a><span>{before}-01-05</span><span>{day}</span></li>"),
    "month, day, year": (UL, "<li><a href='{url}'>{title}</a><font>（{day.month}/{day.day}/{day.year}）</font></li>"),
    "in English": (UL, "<li><div><span>{day:%d}</span><span>{day:%b}</span><span>{day:%Y}</span></div><a href='{url}'>{title}</a></li>"),
    "in English, month first": (UL, "<li><a href='{url}'>{title}</a><span>发布于{day:%b} {day.day}, {day.year}</span></li>"),
    "in milliseconds, for a script": (UL, "<li><h4><a href='{url}'>{title}</a></h4><p><span>某县发布</span><span class='time' data-val='{stamp}000'></span></p></li>"),
    "in seconds, for a script": (UL, "<li data-link='{url}'><div><span>{title}</span></div><div><span class='create_time'>{stamp}</span></div></li>"),
    "in the title of the link, labelled": (TABLE, "<tr><td>·</td><td><a href='{url}' title='标题：{title}&#10;作者：佚名&#10;发布时间：{day} 10:12:33&#10;点击数：33'>{cut}</a></td></tr>"),
    "in the title of the row": (UL, "<li title='{title}&#10;发布时间：{day}'><a href='{url}'>{cut}</a></li>"),
    "in the title of the link": (UL, "<li><a href='{url}' title='{title} [{day}]'>{title}</a></li>"),
    # boxes of every kind
    "dl an item": (BOX, "<dl><dt><a href='{url}' title='{title}'>{cut}</a></dt><dd>{day}</dd></dl>"),
    "dl an item, day first": (BOX, "<dl class='clearfix'><dt>{day}</dt><dd><a href='{url}'>{title}</a></dd></dl>"),
    "one dl": ("<dl>{}</dl>", "<dd><a href='{url}'>{title}</a><span>{day:%Y.%m.%d}</span></dd>"),
    "one dl, days below": ("<dl>{}</dl>", "<dt><a href='{url}'>{title}</a></dt><dd>{day}</dd>"),
    "one dl, days above": ("<dl>{}</dl>", "<dt>{day}</dt><dd><a href='{url}'>{title}</a></dd>"),
    "table": (TABLE, "<tr><td><img src='/i.gif'></td><td><a href='{url}'>{title}</a></td><td align='right'>{day}</td></tr>"),
    "table an item": (BOX, "<table width='98%'><tr><td width='20'>·</td><td><a href='{url}'>{title}</a></td><td>({day})</td></tr></table>"),
    "table with spacers, in capitals": (TABLE, "<TR><TD height=24><FONT color=#999>&#9632;</FONT> <A href='{url}' target=_blank>{title}</A> <FONT>({day.year}-{day.month}-{day.day})</FONT></TD></TR><tr><td background=/x.gif></td></tr>"),
    "table with a head": ("<table><tr><td>序号</td><td>标题</td><td>公开时间</td><td>成文时间</td></tr>{}</table>", "<tr><td>{number}</td><td><a href='{url}'>{title}</a></td><td>{day}</td><td>2026-03-09</td></tr>"),
    "table with a term": ("<table><tr><th>标题</th><th>文号</th><th>成文日期</th><th>有效期至</th></tr>{}</table>", "<tr><td><a href='{url}'>{title}</a></td><td></td><td>{day}</td><td>{day.year}-12-31</td></tr>"),
    "table with days of two kinds": ("<table><tr><th>标题</th><th>印发日期</th><th>施行日期</th><th>失效时间</th></tr>{}</table>", "<tr><td><a href='{url}'>{title}</a></td><td>{day}</td><td>{day.year}-12-31</td><td>2031-12-31</td></tr>"),
    "table with a term, without a head": (TABLE, "<tr><td><a href='{url}'>{title}</a></td><td>{day}</td><td>2031-12-31</td></tr>"),
    "board": (TABLE, "<tr><td class='subject'><a href='{url}'>{title}</a></td><td><a href='u.php?uid=3'>乡里人</a><p>{day}</p></td><td><em>2</em>/90</td><td><a href='u.php?uid=9'>过路人</a><p><a href='{url}&page=e#a' title='2026-02-27 10:00'>2026-02-27</a></p></td></tr>"),
    "table in a table": ("<table><tr><td><table><tr><td><a href='/a/'>政府信息公开指南</a></td></tr><tr><td><a href='/b/'>政府信息公开目录</a></td></tr></table></td><td><table>{}</table></td></tr></table>", "<tr><td><a href='{url}'>{title}</a></td><td nowrap>{day}</td></tr>"),
    "ul under a head": ("<ul class='tit'><li><span>名称</span><span>发文日期</span><span>发布日期</span></li></ul><ul>{}</ul>", "<li><span><a href='{url}' title='{title}'>{cut}</a></span><span>{before}-12-02</span><span>{day}</span></li>"),
    "ul an item": (BOX, "<ul class='row'><li>{number}</li><li><a href='{url}'>{title}</a></li><li>县政府办</li><li>{day}</li></ul>"),
    "ul an item under a head": ("<div><ul class='hd'><li>标题</li><li>发布日期</li><li>实施日期</li></ul>{}</div>", "<ul class='row'><li><a href='{url}'>{title}</a></li><li>{day}</li><li>2026-05-01</li></ul>"),
    "ul in a div an item": (BOX, "<div class='navli'><ul><li class='mc'><a href='{url}' title='{title}'>{title}</a></li><li class='rq'><span>{day}</span></li></ul></div>"),
    "divs in li": (UL, "<li><div class='l'><div class='ll'><i></i><a href='{url}'>{title}</a></div></div><div class='r'><span>{day}</span></div></li>"),
    "p an item": (BOX, "<p><a href='{url}'>{title}</a> {day}</p>"),
    "br between": (BOX, "·<a href='{url}'>{title}</a> ({day})<br>"),
    "spans and br": (BOX, "<span class='t'><a href='{url}'>{title}</a></span><span class='d'>{day}</span><br/>"),
    "title and day in a div each": (BOX, "<div class='t'><a href='{url}'>{title}</a></div><div class='d'>{day}</div>"),
    "days above, under a linked heading": ("<div><h3><a href='/bg/'>政府工作报告专栏</a></h3>{}</div>", "<p>{day}</p><p><a href='{url}'>{title}</a></p>"),
    "days below, under a linked heading and a clock": ("<div><h3><a href='/bg/'>政府工作报告专栏</a></h3><p>2026-03-01</p>{}</div>", "<p><a href='{url}'>{title}</a></p><p>{day}</p>"),
    "headings and footers": (BOX, "<article><h2><a href='{url}'>{title}</a></h2><footer>{day}</footer></article>"),
    "elements of its own": ("<ucap-list>{}</ucap-list>", "<ucap-item><a href='{url}'>{title}</a><span>{day}</span></ucap-item>"),
    "a list a year": (BOX, "<h3>{day.year}年</h3><ul><li><a href='{url}'>{title}</a><span>{day}</span></li></ul>"),
    "spacers between": (UL, "<li class='odd{number}'><a href='{url}'>{title}</a><span>{day}</span></li><li class='line'></li>"),
    # all in the link
    "card": (BOX, "<div class='card'><a href='{url}'><div class='card-body'><p class='card-title'>{title}</p><p class='card-text'><small>{day}</small> <small>来源：本网</small></p></div></a></div>"),
    "block with a summary": (BOX, "<a class='item' href='{url}'><div>{day}</div><h4>{title}</h4><p>各位代表，现在我代表县人民政府向大会报告工作，请予审议。</p></a>"),
    "li with a summary": (UL, "<li><a href='{url}'><div class='tt'>{title}</div><div class='zy'>各位代表，现在我代表县人民政府报告工作。</div><div>{day}</div></a></li>"),
    "number, title, day": (UL, "<li><a href='{url}'><span class='num'>{number}</span><span class='title'>{title}</span><span>{day}</span></a></li>"),
    "fields below the title": (UL, "<li><a href='{url}'><p>{title}</p><p><span>发文机关：某县人民政府</span><span>发布日期：{day}</span><span>有效</span></p></a></li>"),
    "title, summary, day": (UL, "<li><a href='{url}'><strong>{title}</strong><em>各位代表，现在我代表县人民政府向大会报告工作，请予审议。</em><b>{day}</b></a></li>"),
    "text and day": (BOX, "<a href='{url}' title='{title}'>{cut}<em>{day:%Y/%m/%d}</em></a>"),
    "title, number of the document, day": (BOX, "<a href='{url}'><span>{title}</span><span>某府发〔{day.year}〕1号</span><span>{day}</span></a>"),
    # what stands around the title
    "new": (UL, "<li><a href='{url}'>{title}<font color=red>NEW</font></a><span>{day}</span></li>"),
    "pinned, in brackets": (UL, "<li><a href='{url}'>[置顶]{title}</a><span>{day}</span></li>"),
    "pinned, with the title apart": (UL, "<li><a href='{url}' title='{title}'><span class=top>置顶</span>{cut}</a><span>{day}</span></li>"),
    "pinned": (UL, "<li><a href='{url}'><span class=top>置顶</span>{title}</a><span>{day}</span></li>"),
    "numbered": (UL, "<li><a href='{url}'>{number}、{title}</a><span>{day}</span></li>"),
    "numbered with a stop": (UL, "<li><a href='{url}'>{number}. {title}</a><span>{day}</span></li>"),
    "numbered close by": (UL, "<li><a href='{url}'>{number}.{title}</a><span>{day}</span></li>"),
    "how often it was read": (UL, "<li><a href='{url}'>{title} (3{number}次)</a><span>{day}</span></li>"),
    "how often, with a label": (UL, "<li><a href='{url}'>{title}（浏览：{number}04）</a><span>{day}</span></li>"),
    "title of a preview": (UL, "<li><a href='{url}' title='点击查看：{title}'>{cut}</a><span>{day}</span></li>"),
    "bullets": (UL, "<li>&gt;&nbsp;<a href='{url}'>&middot;&nbsp;{title}</a>&emsp;{day}</li>"),
    "red and bold": (UL, "<li><b><a href='{url}'><font color='#f00'>{title}</font></a></b><font>{day}</font></li>"),
    "title with its labels": (UL, "<li><a href='{url}' title='文章标题：{title}&#13;&#10;作&nbsp;&nbsp;者：佚名&#13;&#10;更新时间：2026-02-27 11:02:33'>{cut}</a><span>{day}</span></li>"),
    "title with its day": (UL, "<li><a href='{url}' title='{title}&#10;{day}'>{cut}</a><span>{day}</span></li>"),
    "title in another attribute": (UL, "<li><a href='{url}' aria-label='{title}'>{cut}</a><span>{day}</span></li>"),
    "title in a tooltip": (UL, "<li><a href='{url}' data-original-title='{title}'>{cut}</a><span>{day}</span></li>"),
    "title that is none": (UL, "<li><a href='{url}' title='点击查看'>{title}</a><span>{day}</span></li>"),
    "title on the cell": (TABLE, "<tr><td title='{title}'><a href='{url}'>{cut}</a></td><td>{day}</td></tr>"),
    # more than one link
    "category": (UL, "<li><a class='lm' href='/zwgk/ghjh/'>规划计划报告</a> | <a href='{url}'>{title}</a><span>{day}</span></li>"),
    "category by query": (TABLE, "<tr><td>[<a href='ShowClass.asp?ClassID=5'>政府文件公开</a>]<a href='{url}'>{title}</a></td><td>{day}</td></tr>"),
    "office": (UL, "<li><a href='{url}'>{title}</a><a href='http://fgw.ms.gov.cn/'>县发展和改革局信息</a><span>{day}</span></li>"),
    "file": (UL, "<li><a href='{url}'>{title}</a><span>{day}</span><a href='/files/{number}.pdf'>政府工作报告.pdf</a></li>"),
    "explanations": (UL, "<li><p><a href='{url}'>{title}</a><span>{day}</span></p><p>相关解读：<a href='/jd/{number}.htm'>【图文解读】一图看懂该文件的主要内容</a> <a href='/sp/{number}.htm'>【视频解读】主要负责人谈该文件</a></p></li>"),
    "picture, title, more": (UL, "<li><a href='{url}'><img src='/p.jpg' alt='{title}'></a><div><a href='{url}'>{title}</a><p>各位代表：现在我报告工作……<a href='{url}'>查看详情&gt;&gt;</a></p><span>{day}</span></div></li>"),
    "blog": (BOX, "<article><h2><a href='{url}'>{title}</a></h2><time datetime='{day}T09:00:00+08:00'>{day.month}月 {day.day}</time><p>各位代表：现在我报告工作…… <a href='{url}'>继续阅读“{title}”</a></p></article>"),
    "blog, the title behind the button": (BOX, "<article><h2><a href='{url}'>{title}</a></h2><time datetime='{day}T09:00:00+08:00'>{day}</time><p>各位代表：现在我报告工作…… <a href='{url}#more'>继续阅读<span>{title}</span></a></p></article>"),
    "tag": (BOX, "<div class='post'><h2><a href='{url}'>{title}</a></h2><div>{day} <i></i> 132 <a href='/tag/1/'>政府工作报告标签</a></div></div>"),
    # links that a script opens, and lists that it writes
    "opened": (UL, "<li><a href='javascript:void(0)' onclick=\"window.open('{url}')\">{title}</a><span>{day}</span></li>"),
    "opened by the row": (UL, "<li onclick=\"location.href='{url}'\"><a href='#'>{title}</a><span>{day}</span></li>"),
    "opened by a function": (UL, "<li><a href=\"javascript:openWin('{url}')\">{title}</a><span>{day}</span></li>"),
    "kept in data": (UL, "<li><a data-url='{url}' href='javascript:;'>{title}</a><span>{day}</span></li>"),
    "kept in data of the row": (UL, "<li data-href='{url}'><p>{title}</p><span>{day}</span></li>"),
    "called with a number": (
        "<script>function show(id) {{ var w = 1; window.open('/content/detail/' + id + '.html'); }}</script><ul>{}</ul>",
        "<li><a href='javascript:show(8000{number})'>{title}</a><span>{day}</span></li>",
    ),
    "called with a text": (
        "<ul>{}</ul><script>function go(i,t){{location.href=\"/content/detail/\"+encodeURI(i)+'.html'}}</script>",
        "<li><a href='#' onclick=\"go('8000{number}', 'x');return false;\">{title}</a><span>{day}</span></li>",
    ),
    "called with two": (
        "<script>function open1(id, c) {{ window.location.href = '/' + c + '/detail/' + id + '.html?t=' + new Date(); }}</script><ul>{}</ul>",
        "<li><a href='javascript:open1(8000{number},\"content\")'>{title}</a><span>{day}</span></li>",
    ),
    "called by a function in a variable": (
        "<script>var show = function(id){{ location.href = '/content/detail/' + id + '.html'; }};</script><ul>{}</ul>",
        "<li><a href='javascript:show(8000{number})'>{title}</a><span>{day}</span></li>",
    ),
    "called by an arrow": (
        "<script>const show = (id) => {{ window.open(`/content/detail/${{id}}.html`) }};</script><ul>{}</ul>",
        "<li><a href='javascript:;' onclick='show(8000{number})'>{title}</a><span>{day}</span></li>",
    ),
    "called by a variable": (
        "<ul>{}</ul><script>function go(id, p) {{ if (!id) {{ return; }} var u = p + '/detail/' + id + '.html'; var w = window.open('about:blank'); w.location.href = u; }}</script>",
        "<li><a onclick=\"go('8000{number}', '/content')\">{title}</a><span>{day}</span></li>",
    ),
    "called, below the place of the application": (
        "<ul>{}</ul><script>var place = '/content'; function go(id) {{ window.open(ctx + place + `/detail/${{id}}.html`) }}</script>",
        "<li><a href='javascript:go(8000{number})'>{title}</a><span>{day}</span></li>",
    ),
    "a click bound to the rows": (
        "<ul class='l'>{}</ul><script>$('.l').on('click', 'li', function () {{ var id = $(this).data('id'); location.href = '/content/detail/' + id + '.html'; }});</script>",
        "<li data-id='8000{number}'><p>{title}</p><span>{day}</span></li>",
    ),
    "a click bound to the links": (
        "<ul>{}</ul><script>$('.it').click(function(){{window.open('/content/detail/'+$(this).attr('rel')+'.html')}})</script>",
        "<li><a class='it' href='javascript:;' rel='8000{number}'>{title}</a><span>{day}</span></li>",
    ),
    "opened, joined": (UL, "<li><a href=\"javascript:window.open('/content/detail/'+8000{number}+'.html')\">{title}</a><span>{day}</span></li>"),
    "title written": (UL, "<li><a href='{url}'><script>document.write('{title}')</script></a><span>{day}</span></li>"),
    "handed to an element": ("<news-list :items='[{}{{}}]'></news-list>", "{{&quot;title&quot;:&quot;{title}&quot;,&quot;url&quot;:&quot;{url}&quot;,&quot;publishDate&quot;:&quot;{day}&quot;}},"),
    "in a hidden field": ("<input type=hidden value=\"[{}{{}}]\">", "{{'title':'{title}','url':'{url}','time':'{day}'}},"),
    "the index number linked too": (TABLE, "<tr><td><a href='{url}'>11500229009293411E/2025-0000{number}</a></td><td><a href='{url}'>{title}</a></td><td>{day}</td></tr>"),
    "cells in a link": (BOX, "<a href='{url}' class='row'><span class='c1'>{number}</span><span class='c2'>{title}</span><span class='c3'>某县人民政府办公室</span><span class='c4'>{day}</span></a>"),
    "under its day": (BOX, "<h4>{day}</h4><ul><li><a href='{url}'>{title}</a></li></ul>"),
    "under its year": (BOX, "<h3>{day.year}年</h3><ul><li><a href='{url}'>{title}</a><span>{day:%m-%d}</span></li></ul>"),
    "under its year in a row": (UL, "<li class='y'>{day.year}</li><li><a href='{url}'>{title}</a><span>{day.month}月{day.day}日</span></li>"),
    # links that say nothing, the title beside them
    "to be looked at": ("<table><tr><th>序号</th><th>标题</th><th>发布日期</th><th>操作</th></tr>{}</table>", "<tr><td>{number}</td><td>{title}</td><td>{day}</td><td><a href='{url}'>查看</a></td></tr>"),
    "to be looked at, and explained": (TABLE, "<tr><td>{day.year}年</td><td>{title}</td><td><a href='{url}'>查看</a></td><td><a href='/jd/{number}.html'>解读</a></td><td>{day}</td></tr>"),
    "to be looked at or loaded": (TABLE, "<tr><td>{title}</td><td>{day}</td><td><a href='{url}'>查看</a> <a href='/f/{number}.pdf'>下载</a></td></tr>"),
    "details in brackets": (UL, "<li>{title} <a href='{url}'>[详情]</a> <span>{day}</span></li>"),
    "the whole text below": (BOX, "<article><h2>{title}</h2><div>{day} / 报告</div><p>各位代表：现在，我代表县人民政府向大会报告工作。</p><a href='{url}'>阅读全文 &gt;&gt;</a></article>"),
    "the whole text in dl": (BOX, "<dl><dt>{title}</dt><dd>{day}</dd><dd><a href='{url}'>查看全文</a></dd></dl>"),
    "a button below the day, the title in a head of its own": (BOX, "<div class='card'><div class='card-header'><span>{title}</span></div><div class='card-body'><p>发布时间：{day}</p><a class='btn' href='{url}'>查看详情</a></div></div>"),
    "a picture over the title": (BOX, "<div class=card><a href='{url}'><img src=/a.jpg></a><h3>{title}</h3><p>{day}</p></div>"),
    "a picture that says the title": (UL, "<li><a href='{url}'><img alt='{title}'></a><span>{day}</span></li>"),
    "an empty box over a card": (BOX, "<div class=it><a class=ov href='{url}'></a><h4>{title}</h4><span>{day}</span></div>"),
    "a button": (TABLE, "<tr><td>{title}</td><td>{day}</td><td><button onclick=\"window.open('{url}')\">查看</button></td></tr>"),
    "cards without a link": (BOX, "<section onclick=\"jump('{url}')\"><div>{title}</div><div>{day}</div></section>"),
    "rows without a link": (TABLE, "<tr onclick=\"window.location='{url}'\"><td>{number}</td><td>{title}</td><td>{day}</td></tr>"),
    "json": ("<script type='application/json'>{{\"list\":[{}{{}}]}}</script>", '{{"docTitle":"{title}","docUrl":"{url}","publishTime":"{day}T09:00:00"}},'),
    "objects": (SCRIPT, "{{id:{number},title:'{title}',url:'{url}',time:'{day}'}},"),
    "pushed": (SCRIPT, '0];list.push({{title:"{title}",link:"{url}",date:"{day}"}});var a=['),
    "rows of texts": (SCRIPT, '["{title}","{url}","{day}"],'),
    "called with texts": ("<div id=d></div><script>{}</script>", "list.push(new Doc('{title}', '{url}', '{day}'));"),
    "called with texts and a number": ("<script>{}</script>", "addRow({number},\"{url}\",\"{title}\",\"{day}\",'');\n"),
    "markup put together": ("<ul id='x'></ul><script>var s='';{}document.getElementById('x').innerHTML=s;</script>", "s+='<li><a href=\"{url}\">{title}</a><span>{day}</span></li>';\n"),
    "appended": ("<ul id='u'></ul><script>$(function(){{ {} }});</script>", "$('#u').append(\"<li><a href='{url}'>{title}</a><span>{day}</span></li>\");"),
    "written": (UL, "<script>document.write('<li><a href=\"{url}\">{title}</a><span>{day}</span></li>');</script>"),
}  # fmt: skip

MENU = (
    "<div class='nav'><ul><li><a href='/'>首页</a></li><li><a href='/zwgk/'>政务公开</a></li></ul></div>"
    "<div class='crumb'>当前位置：<a href='/'>首页</a>&gt;<a href='./'>政府工作报告</a></div>"
)
SIDE = "<div class='left'><ul>{}</ul></div>".format(
    "".join(
        f"<li><a href='/zwgk/{number}/'>{name}</a></li>"
        for number, name in enumerate(("政府信息公开指南", "政府信息公开制度", "法定主动公开内容", "国民经济和社会发展规划", "政府信息公开年度报告"))
    )
)  # fmt: skip
HOT = "<div class='right'><ul class='hot'>{}</ul></div>".format(
    "".join(
        f"<li><a href='/xwzx/2026{month:02d}/t2026{month:02d}11_{month}.html'>县委书记到第{month}产业园区调研重点项目建设工作</a><span>2026-{month:02d}-11</span></li>"
        for month in (1, 2)
    )
)
FOOT = (
    "<div class='links'><a href='http://www.gov.cn/'>中国政府网</a><a href='http://www.hefei.gov.cn/'>合肥市人民政府门户网站</a></div>"
    "<div class='foot'><a href='https://beian.miit.gov.cn/'>皖ICP备05000000号-1</a>更新日期：2026-02-11</div>"
)
FRAMES = {
    "bare": "<html><body>{}</body></html>",
    "menus before": f"<html><body>{MENU}<div class='main'>{SIDE}<div class='content'>{{}}</div></div>{FOOT}</body></html>",
    "news before and behind": f"<html><body>{MENU}{HOT}<div class='main'><div class='content'>{{}}</div>{HOT.replace('hot', 'new')}</div>{FOOT}</body></html>",
}
Address = Callable[[int, date], str]


def read(row: str, wrap: str, frame: str, address: Address) -> list[tuple[str, str, date | None]]:
    rows = "".join(
        row.format(
            url=address(number, day), title=title, cut=title[:14] + ("…" if title[14:] else ""), day=day, number=number,
            before=day.year - 1, stamp=int(datetime(day.year, day.month, day.day, 3, tzinfo=UTC).timestamp()),
        )
        for number, (title, day) in enumerate(ITEMS, 1)
    )  # fmt: skip
    page = FRAMES[frame].format(wrap.format(rows))
    return [(item.url, item.title, item.published_on) for item in read_list(page, BASE, now=NOW)]


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("layout", ROWS)
def test_a_list_is_read_wholly_right(layout: str, frame: str) -> None:
    def address(number: int, day: date) -> str:
        return f"/content/detail/{80000 + number}.html"

    wrap, row = ROWS[layout]
    assert read(row, wrap, frame, address) == [
        (urljoin(BASE, address(number, day)), title, day) for number, (title, day) in enumerate(ITEMS, 1)
    ]


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize(
    "address",
    [
        "./{day:%Y%m}/t{day:%Y%m%d}_{number}.html",
        "/{day:%Y}/{day:%m-%d}/33195{number}.html",
        "/{day:%Y_%m}/{day:%d}_10/content-54942{number}.html",
        "/nw12336/{day:%Y%m%d}/{number:032x}.html",
        "/columns/ab0652d2-7dc4-49e7-89f1-1901d3eb723b/{day:%Y%m}/{day:%d}/{number:08x}-7af0-403a-b848-485c1e7577f3.html",
        "/art/{day.year}/{day.month}/{day.day}/art_33720_{number}.html",
    ],
)
def test_a_day_that_only_the_address_says(address: str, frame: str) -> None:
    found = read(
        "<li><a href='{url}'>{title}</a></li>", UL, frame, lambda n, d: address.format(number=n, day=d)
    )
    assert [(title, day) for _, title, day in found] == list(ITEMS)


def test_a_year_that_only_the_address_says() -> None:
    found = read(
        "<li><a href='{url}'><span>{day:%m/%d}</span>{title}</a></li>", UL, "menus before",
        lambda n, d: f"./{d:%Y%m}/t{d:%Y%m%d}_{n}.html",
    )  # fmt: skip
    assert [(title, day) for _, title, day in found] == list(ITEMS)


def test_links_that_say_nothing_are_read_by_a_layout_too() -> None:
    rows = "".join(
        f"<tr class=r><td>{title}</td><td>{day}</td><td><a href='/a/{n}.html'>查看</a></td></tr>"
        for n, (title, day) in enumerate(ITEMS)
    )
    items = read_list(TABLE.format(rows), BASE, ListLayout(item="tr.r"), now=NOW)
    assert [(item.title, item.published_on) for item in items] == list(ITEMS)


def test_a_viewer_is_the_file_that_it_shows() -> None:
    found = read(
        "<li><a href='{url}'>{title}</a><span>{day}</span></li>", UL, "menus before",
        lambda n, d: f"/pdfjs/web/viewer.html?file=%2Ffiles%2F{n}.pdf&amp;page=1",
    )  # fmt: skip
    assert [url for url, _, _ in found] == [f"http://www.mouxian.gov.cn/files/{n}.pdf" for n in range(1, 9)]


def test_the_home_page_of_another_site_is_no_item() -> None:
    with pytest.raises(ShapeChanged):
        read_list(f"<html><body>{MENU}<ul id='list'></ul>{FOOT}</body></html>", BASE, now=NOW)


@pytest.mark.parametrize(
    "page",
    [
        "<ul>{}</ul><div id=list></div><p>今天是2026年3月1日 星期日</p>",
        "<div class=m><p>{}</p></div><ul><li><a href=# data-id=7>2026年政府工作报告</a><span>2026-01-10</span></li></ul>",
        "<table><tr><td>{}</td><td>2026年3月1日</td></tr></table>",
        "<ul>{}</ul><ul><li><a href=/a/1.html>茂县</a><span>2026-01-10</span></li></ul>",
    ],
)
@pytest.mark.parametrize(
    "entry",
    ["公共资源交易", "政府工作报告", "重大建设项目批准和实施信息公开专栏"],
    ids=["short", "report", "long"],
)
def test_the_longest_entry_of_a_menu_is_no_list(page: str, entry: str) -> None:
    names = "".join(f"<li><a href='/{n}/'>{name}</a></li>" for n, name in enumerate(("首页", "新闻", entry)))
    menu = names if "<ul>{}" in page else names.replace("li>", "b>")
    with pytest.raises(ShapeChanged):
        read_list(f"<html><body>{page.format(menu)}</body></html>", BASE, now=NOW)


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/bg/2026/", "2026年政府工作报告"),
        ("show.asp?id=3", "政府工作报告"),
        ("/a/t20260110_7.html", "县情概况介绍"),
    ],
)
def test_one_item_may_be_a_list(address: str, title: str) -> None:
    page = (
        f"<ul><li><a href='/'>首页</a></li></ul><ul><li><a href='{address}'>{title}</a> 2026-01-10</li></ul>"
    )
    items = read_list(page, BASE, now=NOW)
    assert [(item.title, item.published_on) for item in items] == [(title, date(2026, 1, 10))]


@pytest.mark.parametrize(
    ("held", "read"),
    [
        ("<div id=l><!--{}--></div><script>l.innerHTML = l.innerHTML.replace('<!--', '').replace('-->', '')</script>", True),
        ("<div id=l><!--{}--></div><script>if (n.nodeType == 8) show(n)</script>", True),
        ("<code class=pagelet_html><!--{}--></code>", True),
        ("<div id=l><!--{}--></div><script>load()</script>", False),
    ],
)  # fmt: skip
def test_a_list_in_a_comment_is_read_where_a_script_shows_it(held: str, read: bool) -> None:
    row = "<li><a href='/bg/{0}.html'>茂县{0}年政府工作报告</a><span>{0}-01-12</span></li>"
    page = f"<html><body>{MENU}{held.format('<ul>' + ''.join(map(row.format, (2026, 2025, 2024))) + '</ul>')}</body></html>"
    if read:
        assert len(read_list(page, BASE, now=NOW)) == 3
    else:  # what a designer left there
        with pytest.raises(ShapeChanged):
            read_list(page, BASE, now=NOW)


def test_an_address_that_all_rows_call_is_that_of_none() -> None:
    row = "<li><a onclick=\"show('{0}', '/zwgk/')\">茂县{0}年政府工作报告</a><span>{0}-01-12</span></li>"
    with pytest.raises(ShapeChanged):
        read_list(f"<ul>{''.join(map(row.format, (2026, 2025, 2024)))}</ul>", BASE, now=NOW)


@pytest.mark.parametrize("title", ["工作报告", "计划报告"])
def test_a_report_may_have_a_title_as_short_as_a_menu_entry(title: str) -> None:
    row = f"<li><a href='/bg/{{0}}.html'>{title}</a><span>{{0}}-01-12</span></li>"
    side = f"<ul class=left><li><a href='/gzbg/'>{title}</a></li><li><a href='/gh/'>规划计划</a></li></ul>"
    page = (
        f"<html><body>{MENU}{side}<ul class=list>{''.join(map(row.format, (2026, 2025)))}</ul></body></html>"
    )
    items = read_list(page, BASE, now=NOW)
    assert [(item.title, item.published_on) for item in items] == [
        (title, date(year, 1, 12)) for year in (2026, 2025)
    ]


def test_a_menu_of_short_names_is_no_list() -> None:
    menu = "".join(
        f"<li><a href='/{n}/'>{name}</a></li>" for n, name in enumerate(("工作报告", "计划报告", "预算报告"))
    )
    with pytest.raises(ShapeChanged):
        read_list(
            f"<html><body>{MENU}<ul class=left>{menu}</ul><ul id=list></ul></body></html>", BASE, now=NOW
        )


def test_two_items_a_row() -> None:
    cells = "<td><a href='{url}'>{title}</a></td><td>{day}</td>"
    rows = ""
    for number, (title, day) in enumerate(ITEMS[:7], 1):
        rows += ("<tr>" if number % 2 else "") + cells.format(url=f"/a/{number}.html", title=title, day=day)
    items = read_list(f"<html><body>{MENU}<table>{rows}</table></body></html>", BASE, now=NOW)
    assert [(item.title, item.published_on) for item in items] == list(ITEMS[:7])


@pytest.mark.parametrize("reports", [1, 3, 8])
@pytest.mark.parametrize("news", [5, 20])
@pytest.mark.parametrize(
    ("at", "address"),
    [
        (
            "http://www.mouxian.gov.cn/zwgk/zfgzbg/",
            "./202601/t20260110_{}.html",
        ),  # below the list's own address
        ("http://www.mouxian.gov.cn/zfgzbg/list.jsp", "/content/{}.html"),  # a column that is called so
    ],
)
def test_a_few_reports_are_the_list_beside_much_news(reports: int, news: int, at: str, address: str) -> None:
    row = "<li><a href='{}'>{}</a><span>2026-01-{:02d}</span></li>"
    mine = "".join(row.format(address.format(n), f"{2026 - n}年政府工作报告", 9 - n) for n in range(reports))
    others = "".join(
        row.format(f"/xwzx/t202601{n + 10}_{n}.html", f"县委书记到第{n}产业园区调研重点项目建设工作", n + 10)
        for n in range(news)
    )
    menu = "<ul class=m><li><a href='/a/'>历年政府工作报告</a></li><li><a href='/b/'>国民经济和社会发展计划报告</a></li></ul>"
    page = f"<html><body>{menu}<div><ul class=list>{mine}</ul></div><div><ul class=hot>{others}</ul></div></body></html>"
    assert [item.title for item in read_list(page, at, now=NOW)] == [
        f"{2026 - n}年政府工作报告" for n in range(reports)
    ]


HEADLINES = (
    "<div class=top><h2><a href='{url}'>{title}</a></h2><span>{day}</span></div>",
    "<div class=top><h2><a href='{url}'>{title}</a></h2><p>各位代表：现在，我代表县人民政府报告工作。<a href='{url}'>[详细]</a></p></div>",
    "<div class=top><a href='{url}'><img src=/p.jpg></a><div><a href='{url}'>{title}</a><p>{day}</p></div></div>",
    "<div class=c1><ul><li><a href='{url}'>{title}</a><span>{day}</span></li></ul></div>",
)


@pytest.mark.parametrize("headline", HEADLINES)
def test_the_newest_report_may_stand_above_its_list(headline: str) -> None:
    row = "<li><a href='/bg/{0}.html'>茂县{0}年政府工作报告</a><span>{0}-01-12</span></li>"
    older = "".join(map(row.format, range(2025, 2020, -1)))
    newest = headline.format(url="/bg/2026.html", title="茂县2026年政府工作报告", day="2026-01-12")
    menu = "<ul><li><a href='/gh/'>国民经济和社会发展规划</a></li><li><a href='/bg/'>2026年政府工作报告</a></li></ul>"
    news = (("/xw/1.html", "县长作2026年政府工作报告"), ("/xw/2.html", "县委召开常委会会议"))
    hot = "<div><ul class=hot>{}</ul></div>".format(
        "".join(f"<li><a href='{u}'>{t}</a></li>" for u, t in news)
    )
    page = f"<html><body>{menu}{hot}{newest}<div class=c2><ul>{older}</ul></div></body></html>"
    assert [(item.url[-9:], item.published_on) for item in read_list(page, BASE, now=NOW)] == [
        (f"{year}.html", None if "各位代表" in headline and year == 2026 else date(year, 1, 12))
        for year in range(2026, 2020, -1)
    ]


@pytest.mark.parametrize("title", ["茂县{}年政府工作报告", "茂县人民政府工作报告"])
def test_the_newest_report_may_be_linked_by_a_banner_and_a_picture_too(title: str) -> None:
    newest = f"<a href='/bg/2026.html'>{title.format(2026)}</a>"
    picture = f"<a href='/bg/2026.html'><img src=/p.jpg alt='{title.format(2026)}'></a><p>{newest}"
    row = f"<li><a href='/bg/{{0}}.html'>{title.replace('{}', '{0}')}</a><span>{{0}}-01-12</span></li>"
    rows = "".join(map(row.format, (2026, 2025, 2024)))
    page = f"<div class=banner>{newest}</div><div class=pic>{picture}</p></div><ul class=list>{rows}</ul>"
    items = read_list(f"<html><body>{MENU}{page}</body></html>", BASE, now=NOW)
    assert [(item.url[-9:], item.published_on) for item in items] == [
        (f"{year}.html", date(year, 1, 12)) for year in (2026, 2025, 2024)
    ]


@pytest.mark.parametrize("headline", HEADLINES[::2])
def test_a_report_above_the_news_is_one_more_item(headline: str) -> None:
    row = "<li><a href='/xw/{0}.html'>县政府召开第{0}次常务会议研究农业工作</a><span>2026-01-0{0}</span></li>"
    news = "".join(map(row.format, range(1, 8)))
    report = headline.format(url="/xw/20.html", title="2026年茂县政府工作报告全文发布", day="2026-01-10")
    items = read_list(f"{report}<ul>{news}</ul>", "http://www.mouxian.gov.cn/xw/index.html", now=NOW)
    assert [item.published_on for item in items] == [date(2026, 1, n) for n in (10, *range(1, 8))]


NEWS = "<ul class=new>{}</ul>".format(
    "".join(
        f"<li><a href='/xw/{n}.html'>关于做好第{n}号春季防汛抗旱工作的通知</a><span>2026-02-0{n}</span></li>"
        for n in range(1, 9)
    )
)


@pytest.mark.parametrize("behind", [False, True])
@pytest.mark.parametrize("years", [1, 2, 4])
@pytest.mark.parametrize("address", ["/bg/{}.html", "/show.asp?id={}", "./{}.html"])
def test_reports_without_days_are_the_list_beside_news_with_them(
    address: str, years: int, behind: bool
) -> None:
    row = f"<li><a href='{address}'>茂县{{}}年政府工作报告</a></li>"
    reports = "".join(row.format(year, year) for year in range(2026, 2026 - years, -1))
    boxes = [f"<div class=main><ul>{reports}</ul></div>", f"<div class=side>{NEWS}</div>"]
    items = read_list(f"<html><body>{MENU}{''.join(boxes[::-1] if behind else boxes)}</body></html>", BASE)
    titles = [item.title for item in items]
    assert titles[:years] == [f"茂县{year}年政府工作报告" for year in range(2026, 2026 - years, -1)]


@pytest.mark.parametrize("items", [1, 2])
def test_a_few_items_below_the_lists_own_address_are_the_list_beside_news(items: int) -> None:
    row = "<li><a href='./{0}.html'>关于印发茂县{0}年工作要点的通知</a><span>{0}-01-12</span></li>"
    own = "".join(map(row.format, range(2026, 2026 - items, -1)))
    page = f"<html><body>{MENU}<div class=side>{NEWS}</div><div class=main><ul>{own}</ul></div></body></html>"
    assert [item.title[4:11] for item in read_list(page, BASE)] == [
        f"茂县{year}年" for year in range(2026, 2026 - items, -1)
    ]


SESSION = "http://www.mouxian.gov.cn/zt/2026lh/index.html"


@pytest.mark.parametrize("behind", [False, True])
@pytest.mark.parametrize(
    ("papers", "found"),
    [
        ("<a href='/zwgk/202601/t20260128_1.html'>政府工作报告</a>", 1),
        ("<a href='./1.html'>政府工作报告</a><a href='./2.html'>关于茂县2026年国民经济和社会发展计划草案的报告</a>", 2),
        ("<a href='http://www.gov.cn/202601/t20260128_1.html'>2026年国务院政府工作报告</a>", 0),
        ("<a href='/zwgk/zfgzbg/'>政府工作报告</a><a href='/zwgk/ghjh.htm'>国民经济和社会发展规划</a>", 0),
        ("<a href='/202601/t20260128_1.html'>2026年政府工作报告</a><a href='/xw/1.html'>县领导看望慰问困难群众</a>", 0),
    ],
)  # fmt: skip
def test_the_papers_of_a_session_stand_beside_its_news(papers: str, found: int, behind: bool) -> None:
    row = (
        "<li><a href='/xw/{0}.html'>县十八届人大六次会议举行第{0}次全体会议</a><span>2026-01-2{0}</span></li>"
    )
    boxes = [
        f"<div class=papers><ul>{papers.replace('<a', '<li><a').replace('</a>', '</a></li>')}</ul></div>",
        f"<div class=news><ul>{''.join(map(row.format, range(6)))}</ul></div>",
    ]
    items = read_list(f"<html><body>{MENU}{''.join(boxes[::-1] if behind else boxes)}</body></html>", SESSION)
    assert len(items) == 6 + found
    assert all("报告" in item.title for item in items[:found])


@pytest.mark.parametrize("rows", [3, 15])
def test_what_stands_below_its_address_is_the_list_beside_tabs_of_news(rows: int) -> None:
    row = "<li><a href='{}'>{}</a><span>2026-01-{:02d}</span></li>"
    mine = [(f"./202601/t202601{n + 10}_{n}.html", f"关于印发某县第{n}号工作方案的通知") for n in range(rows)]
    tabs = "".join(
        "<div class=tab><ul class=tl>{}</ul></div>".format(
            "".join(
                row.format(
                    f"/xw/t202601{n + 10}_{t}{n}.html", f"县领导深入第{n}乡镇调研指导重点工作推进情况", n + 10
                )
                for n in range(8)
            )
        )
        for t in range(3)
    )
    shown = "".join(row.format(url, title, n + 10) for n, (url, title) in enumerate(mine))
    page = f"<html><body><div><ul class=list>{shown}</ul></div>{tabs}</body></html>"
    items = read_list(page, "http://www.mouxian.gov.cn/zwgk/zfwj/index.html", now=NOW)
    assert [item.title for item in items] == [title for _, title in mine]


def test_a_list_in_parts_is_one() -> None:
    row = "<li><a href='{url}'>{title}</a><span>{day}</span></li>"
    parts = [
        "".join(
            row.format(url=f"/a/{number}.html", title=ITEMS[number][0], day=ITEMS[number][1])
            for number in numbers
        )
        for numbers in (range(5), range(5, 8))
    ]
    page = f"<html><body>{HOT}<div><ul class='one'>{parts[0]}</ul><ul class='two'>{parts[1]}</ul></div></body></html>"
    assert [(item.title, item.published_on) for item in read_list(page, BASE, now=NOW)] == list(ITEMS)


def test_the_day_below_a_headline_is_its_own() -> None:
    row = "<p><a href='/a/{0}.html'>茂县{0}年政府工作报告</a> {0}-01-12</p>"
    older = "".join(map(row.format, (2025, 2024, 2023)))
    page = f"<div><h2><a href='/a/2026.html'>茂县2026年政府工作报告</a></h2><p>2026-01-12</p>{older}</div>"
    items = read_list(page, BASE, now=NOW)
    assert [item.published_on for item in items] == [date(year, 1, 12) for year in (2026, 2025, 2024, 2023)]


def test_titles_without_days_are_a_list_where_a_menu_is_none() -> None:
    found = read("<li><a href='{url}'>{title}</a></li>", UL, "menus before", lambda n, d: f"/a/{n}.html")
    assert [(title, day) for _, title, day in found] == [(title, None) for title, _ in ITEMS]


@pytest.mark.parametrize(
    "holder",
    ["noscript", "template", "textarea", "xmp", "script type='text/html'", 'script type="text/x-tmpl"'],
)
def test_a_list_for_readers_without_scripts_is_read_where_there_is_no_other(holder: str) -> None:
    wrap, row = (
        f"<div id=list></div><{holder} class=x><ul>{{}}</ul></{holder.split()[0]}>",
        ROWS["divs in li"][1],
    )
    found = read(row, wrap, "bare", lambda n, d: f"/content/detail/{n}.html")
    assert [(title, day) for _, title, day in found] == list(ITEMS)
    with pytest.raises(ShapeChanged):
        read_list(
            f"<html><body><p>维护中</p><{holder}>请启用脚本</{holder.split()[0]}></body></html>",
            BASE,
            now=NOW,
        )
