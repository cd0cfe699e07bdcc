"""Articles and threads as portals, repost sites and boards print them: header blocks, containers, noise. Not a
test file."""

# ruff: noqa: E501  (markup as the sites print it)
from __future__ import annotations

import html
import random
import re
from collections.abc import Callable, Sequence
from datetime import date

from ingest.model import Header
from tests.support.world_lists import FOOT, MENU
from tests.support.world_plans import Plan
from tests.support.world_texts import Text

LABELS = {
    "index_number": ("索引号", "信息索引号", "索 引 号"), "document_number": ("文号", "发文字号", "备注/文号"),
    "issuer": ("发布机构", "发文机关", "发文机构"), "subject_class": ("主题分类",), "genre_class": ("体裁分类",),
    "validity": ("有效性", "效力状况", "效力状态"), "written_on": ("成文日期", "生成日期", "发文日期"),
    "published_on": ("发布日期", "公开日期"), "title": ("名称", "标题", "名　　称"), "keywords": ("主题词", "主 题 词"),
}  # fmt: skip
DAYS: tuple[Callable[[date], str], ...] = (
    lambda day: f"{day:%Y-%m-%d}", lambda day: f"{day.year}年{day.month}月{day.day}日", lambda day: f"{day:%Y/%m/%d}",
    lambda day: f"{day:%Y-%m-%d} 00:00:00",
)  # fmt: skip
BLANKS = ("", "———", "无", " ")


def header_block(rng: random.Random, shape: str, header: Header) -> str:
    """The block in one of the shapes of portals, blank values as they print them."""
    spell, day = random.Random(f"{shape} {header.issuer}"), rng.choice(DAYS)
    pairs = []
    for name, labels in LABELS.items():
        value = getattr(header, name)
        shown = day(value) if isinstance(value, date) else value
        pairs.append((spell.choice(labels), html.escape(shown) if shown else rng.choice(BLANKS)))
    if shape in ("bracketed", "columns"):
        pairs = pairs[:-2]  # no title, no keywords
    match shape:
        case "":
            return ""
        case "table4":
            two = [pairs[n : n + 2] for n in range(0, len(pairs), 2)]
            rows = "".join(
                "<tr>" + "".join(f"<td>{k}：</td><td>{v}</td>" for k, v in row) + "</tr>" for row in two
            )
            return f'<table class="gkxl-top">{rows}</table>'
        case "table2":
            return "<table>" + "".join(f"<tr><td>{k}</td><td>{v}</td></tr>" for k, v in pairs) + "</table>"
        case "bracketed":
            two = [pairs[n : n + 2] for n in range(0, len(pairs), 2)]
            rows = "".join(
                "<tr>"
                + "".join(f'<td class="t1">[ {k} ]</td><td class="t2">{v}</td>' for k, v in row)
                + "</tr>"
                for row in two
            )
            return f'<table class="zwxl-table">{rows}</table>'
        case "thtd":
            return "<table>" + "".join(f"<tr><th>{k}：</th><td>{v}</td></tr>" for k, v in pairs) + "</table>"
        case "ulli":
            return '<ul class="clearfix">' + "".join(f"<li>{k}：{v}</li>" for k, v in pairs) + "</ul>"
        case "dl":
            return (
                '<dl class="reference">' + "".join(f"<dt>{k}：</dt><dd>{v}</dd>" for k, v in pairs) + "</dl>"
            )
        case "spans":
            return '<div id="attribute">' + "".join(f"<span>{k}：{v}</span>" for k, v in pairs) + "</div>"
        case "spaced":
            return (
                '<div class="headInfo">'
                + "".join(f"<p>{' '.join(k) if len(k) < 4 else k}：&nbsp;{v}</p>" for k, v in pairs)
                + "</div>"
            )
        case "columns":
            heads = "".join(f"<th>{k}</th>" for k, _ in pairs)
            return f"<table><tr>{heads}</tr><tr>{''.join(f'<td>{v}</td>' for _, v in pairs)}</tr></table>"
        case other:
            raise ValueError(other)


def paragraphs(style: str, lines: Sequence[str]) -> str:
    match style:
        case "p":
            return "".join(f"<p>　　{line}</p>\n" for line in lines)
        case "br":
            return "<br>\n".join(f"&nbsp;&nbsp;&nbsp;&nbsp;{line}" for line in lines)
        case "div":
            return "".join(f'<div style="text-indent:2em"><span>{line}</span></div>' for line in lines)
        case "open":
            return "".join(f'<p><font face="仿宋">{line}' for line in lines)
        case "word":  # as pasted from Word: figures in spans of their own, lines wrapped in the source
            figures = [re.sub(r"(\d[\d.]*)", r'<span lang="EN-US">\1</span>', line) for line in lines]
            wrapped = [re.sub(r"(?<=[，：])(?=[\u4e00-\u9fff])", "\n", line) for line in figures]
            return "".join(
                f'<p class="MsoNormal"><o:p></o:p><span>&ensp;&ensp;{line}</span></p>' for line in wrapped
            )
        case "tables":  # a layout table around each paragraph
            return "".join(f"<table><tr><td>　　{line}</td></tr></table>" for line in lines)
        case other:
            raise ValueError(other)


FURNITURE = "<p>（责任编辑：某某）</p><p>分享到：</p><p>【打印本页】【关闭窗口】</p><p>免责声明：本网所载文稿仅供参考。</p>"
SHARE = '<div class="bdsharebuttonbox">分享到：<a>微信</a><a>新浪微博</a></div>'
RELATED = '<div class="xg"><h3>相关链接：</h3><ul><li><a href="/b/1.html">一图读懂去年的政府工作报告</a></li><li><a href="/b/2.html">关于进一步做好有关工作的意见</a></li></ul></div>'


def article_page(
    rng: random.Random, plan: Plan, text: Text, lines: Sequence[str], *, after: str = "", part: int = 1
) -> str:
    tag, _, name = plan.container.replace("#", ".#").partition(".")
    attribute = f'id="{name[1:]}"' if name.startswith("#") else f'class="{name}"'
    metas = ""
    if "metas" in plan.quirks:
        metas = f'<meta name="ArticleTitle" content="{text.title}"><meta name="PubDate" content="{text.put_up:%Y-%m-%d} 09:30"><meta name="ContentSource" content="政府办">'
    block = header_block(rng, plan.block, text.header) if part == 1 else ""
    if "twice" in plan.quirks:
        block = f'<div class="pc">{block}</div><div class="phone">{block}</div>'
    body = paragraphs(plan.paragraphs, lines)
    if "inside" in plan.quirks:
        body, block = f"{block}{body}", ""
    if "furniture" in plan.quirks:
        body += FURNITURE
    logo, heading = "", f"<h1>{text.title}</h1>"
    if "logo" in plan.quirks:
        logo = '<h1><a href="/">某地人民政府门户网站</a></h1>'
        heading = f'<div class="title">{text.title}</div>'
    noise = SHARE + (RELATED if "noise" in plan.quirks else "")
    stray = "</div></span></div>" if "broken" in plan.quirks else ""
    where = (
        ""
        if plan.block
        else f'<div class="info">来源：政府办　发布时间：{text.put_up:%Y-%m-%d} 10:20　<a>【打印】</a></div>'
    )
    crumbs = '<div class="position">您现在的位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政府信息公开</a> &gt; 正文</div>'
    return (
        f'<!DOCTYPE html>\n<html><head><meta http-equiv="Content-Type" content="text/html; charset={plan.declared}"><title>{text.title}_某地人民政府网</title>{metas}</head><body>{logo}{MENU}{crumbs}{stray}'
        f'{block}{heading}{where}<{tag} {attribute}>{body}</{tag}>{after}{noise}<div class="sx"><p>上一篇：<a href="/b/3.html">没有了</a></p></div>{FOOT}</body></html>'
    )


def thread_page(
    plan: Plan, text: Text, posts: Sequence[tuple[int, Sequence[str]]], pages: Sequence[str] = ()
) -> str:
    shown = "".join(
        f'<div id="post_{n}"><table><tr><td class="pls"><div class="authi"><a href="space-uid-{author}.html" class="xw1">网友{author}</a></div></td><td class="plc"><div class="pti"><em id="authorposton{n}">发表于 {text.put_up:%Y-%m-%d} 16:53:38</em></div><div class="t_fsz"><table><tr><td class="t_f" id="postmessage_{n}">{"<br>".join(lines)}</td></tr></table></div></td></tr></table></div>'
        for n, (author, lines) in enumerate(posts, 100)
    )
    pager = "".join(f'<a href="{html.escape(p)}">{n}</a>' for n, p in enumerate(pages, 2))
    return (
        f'<html><head><meta charset="{plan.declared}"><meta name="generator" content="Discuz! X3.4"><title>{text.title} - 某论坛</title></head><body><div id="hd">{MENU}</div>'
        f'<h1><span id="thread_subject">{text.title}</span></h1><div id="postlist">{shown}</div><div class="pg"><strong>1</strong>{pager}</div></body></html>'
    )
