"""HTML around the demo's texts, in the layouts that real sites have. Pure.

Four layouts: a portal with a bracketed header table (TRS WCM, as Chongqing's districts), a portal with
a colon table in GBK, a repost site with its furniture, a Discuz! X thread in GBK. Serving is sites.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a list page."""

    href: str
    title: str
    day: str


def paragraphs(text: str, indent: str = "　　") -> str:
    return "\n".join(f"<p>{indent}{escape(line)}</p>" for line in text.splitlines() if line.strip())


def bracket_list(site: str, entries: Sequence[Entry]) -> str:
    lines = "\n".join(
        f'<li class="clearfix"><a href="{e.href}" title="{escape(e.title)}" target="_blank">'
        f"{escape(e.title[:22])}{'…' if len(e.title) > 22 else ''}</a><span>{e.day}</span></li>"
        for e in entries
    )
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>政府工作报告_{site}</title>
<meta name="ColumnName" content="政府工作报告"></head><body>
<div class="nav"><a href="/">首页</a><a href="/zwgk/">政务公开</a><a href="/hdjl/">互动交流</a></div>
<ul class="tab-item">
{lines}
</ul>
<div class="page"><script>createPageHTML(1, 0, "index", "html");</script></div>
<div class="footer">主办：{site}（演示） 网站标识码：5001510000</div></body></html>"""


def bracket_article(
    site: str, title: str, day: str, index: str, issuer: str, text: str, place: str = ""
) -> str:
    cells = (
        ("索引号", index, "发文字号", "无"),
        ("主题分类", "国民经济发展规划、计划", "体裁分类", "报告"),
        ("发布机构", issuer, "有效性", ""),
        ("成文日期", day, "发布日期", day),
    )
    rows = "\n".join(
        f'<tr><td class="t1">[ {a} ]</td><td class="t2">{b}</td><td class="t1">[ {c} ]</td>'
        f'<td class="t2">{d}</td></tr>'
        for a, b, c, d in cells
    )
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8">
<title>{escape(title)}_{site}</title>
<meta name="SiteName" content="{site}"><meta name="ArticleTitle" content="{escape(title)}">
<meta name="PubDate" content="{day} 09:30"><meta name="ContentSource" content="{issuer}"></head><body>
<div class="crumbs">您当前的位置：<a href="/">首页</a>&gt;<a href="/zfgzbg/">政府工作报告</a></div>
<table class="zwxl-table">
{rows}
</table>
<div class="zwxl-title"><h1>{escape(title)}</h1></div>
<div class="tools">字体：<a>大</a> <a>中</a> <a>小</a> <a>打印</a> 分享到：</div>
<div class="zwxl-article"><div class="trs_editor_view TRS_UEDITOR trs_paper_default">
<p style="text-align:center">{place}</p>
{paragraphs(text)}
</div></div>
<div class="fenxiang">分享到： <a>微信</a> <a>微博</a></div>
<div class="footer">主办：{site}（演示）</div></body></html>"""


def colon_list(site: str, entries: Sequence[Entry]) -> str:
    rows = "\n".join(
        f'<tr><td>{n}</td><td><a href="{e.href}">{escape(e.title)}</a></td><td>{e.day}</td></tr>'
        for n, e in enumerate(entries, 1)
    )
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<title>{site} 信息公开目录</title></head><body>
<table class="cwx-table"><tbody><tr class="cwx-tit"><td>序号</td><td>名称</td><td>日期</td></tr>
{rows}
</tbody></table></body></html>"""


def colon_article(
    site: str, title: str, day: str, index: str, issuer: str, text: str, place: str = ""
) -> str:
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<title>{escape(title)} - {site}</title></head><body>
<div id="top">欢迎访问{site}</div>
<table class="gkxl-top" border="1">
<tr><td>索 引 号：</td><td>{index}</td><td>信息分类名称：</td><td>综合政务/政府工作报告</td></tr>
<tr><td>发布机构：</td><td>{issuer}</td><td>生成日期：</td><td>{day}</td><td>发布日期：</td><td>{day}</td></tr>
<tr><td>名&nbsp;&nbsp;称：</td><td colspan="5">{escape(title)}</td></tr>
<tr><td>文&nbsp;&nbsp;号：</td><td></td><td>主 题 词：</td><td></td></tr>
</table>
<div class="gkxl-article">
<p align="center">{place}</p>
{paragraphs(text)}
</div>
<p class="close">[ 关闭窗口 ] [ 打印本页 ]</p></body></html>"""


def repost_list(site: str, entries: Sequence[Entry]) -> str:
    lines = "\n".join(f'<li><a href="{e.href}">{escape(e.title)}</a> <em>{e.day}</em></li>' for e in entries)
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>政府报告 - {site}</title></head><body>
<div class="menu">导航菜单</div><ul class="list">
{lines}
</ul></body></html>"""


def repost_article(site: str, title: str, path: str, text: str) -> str:
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{escape(title)}-{site}</title></head><body>
<div class="menu">导航菜单</div>
<h1>{escape(title)}</h1>
<div class="info">时间：2026-03-01 12:00 阅读：318</div>
<div class="content">
{paragraphs(text)}
</div>
<div class="notice"><p>本文仅代表作者观点，不代表本站立场。报告类信息，本站展示并非全部都完整，请到政府官网查阅。</p></div>
<p>本文地址：{path}</p>
<div class="comment"><h3>留言与评论（共有 0 条评论）</h3><label>验证码：</label></div></body></html>"""


def forum_list(site: str, entries: Sequence[Entry]) -> str:
    rows = "\n".join(
        f'<tbody id="normalthread_{n}"><tr><th class="new"><a href="{e.href}" class="s xst">{escape(e.title)}</a>'
        f'</th><td class="by"><cite><a href="#">镕城旧事</a></cite><em><span>{e.day}</span></em></td></tr></tbody>'
        for n, e in enumerate(entries, 7001)
    )
    return f"""<!DOCTYPE html><html><head><meta charset="gbk"><meta name="generator" content="Discuz! X3.4" />
<title>政府报告 - {site}</title></head><body><div id="threadlist"><table>
<tbody id="stickthread_1"><tr><th><a href="thread-1-1-1.html" class="s xst">版规</a></th></tr></tbody>
{rows}
</table></div></body></html>"""


def forum_thread(site: str, title: str, day: str, text: str) -> str:
    lines = "<br />\n".join(f"　　{escape(line)}" for line in text.splitlines() if line.strip())
    return f"""<!DOCTYPE html><html><head><meta charset="gbk"><meta name="generator" content="Discuz! X3.4" />
<title>{escape(title)} - {site}</title></head><body>
<div id="toptb"><a href="#">设为首页</a><a href="#">收藏本站</a></div>
<div id="postlist">
<h1 class="ts"><a>[重庆]</a> <span id="thread_subject">{escape(title)}</span></h1>
<div id="post_9001"><table><tr><td class="pls"><div class="authi"><a href="home.php?mod=space&amp;uid=12">镕城旧事</a></div>
<p>主题 2万 帖子 3万 积分 17246</p></td>
<td class="plc"><div class="pti"><div class="authi"><em id="authorposton9001">发表于 {day} 21:02:51</em></div></div>
<div class="pct"><table><tr><td class="t_f" id="postmessage_9001">
<i class="pstatus"> 本帖最后由 镕城旧事 于 {day} 21:04 编辑 </i><br />
{lines}<font class="jammer">1 x9 K</font></td></tr></table></div></td></tr></table></div>
<div id="post_9002"><table><tr><td class="pls"><div class="authi"><a href="home.php?mod=space&amp;uid=77">路过的人</a></div></td>
<td class="plc"><table><tr><td class="t_f" id="postmessage_9002">多谢楼主整理</td></tr></table></td></tr></table></div>
</div>
<div id="f_pst">您需要登录后才可以回帖 登录 | 立即注册</div><div id="ft">Powered by Discuz! X3.4</div></body></html>"""
