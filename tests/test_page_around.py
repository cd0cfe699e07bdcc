"""What stands around a text and is not marked as such: whose page it is and the day, a cut beginning, buttons
with counters, a header block below it, the same text again for telephones. None of it is text."""

from __future__ import annotations

import pytest

from ingest.model import Reading
from ingest.page.contents import without_contents
from ingest.page.parsed import parse_page
from ingest.reading import read_document
from tests.support.growth import Work, grows_with_size_only

TITLE = "2013年阳谷县人民政府工作报告"
BODY = (
    "各位代表：",
    "现在，我代表县人民政府，向大会报告工作，请予审议，并请各位政协委员和列席人员提出意见。",
    "一、2012年工作回顾",
    "2012年，全县地区生产总值完成120亿元，增长9.5%；固定资产投资完成80亿元，增长20%。",
    "一年来，我们着力推进工业化、城镇化和农业现代化，全县经济平稳较快发展，人民生活不断改善。",
    "二、2013年工作安排",
    "2013年的主要预期目标是：地区生产总值增长10%左右，固定资产投资增长18%，城镇登记失业率控制在4%以内。",
    "各位代表，让我们同心同德，扎实工作，为建设富裕和谐新阳谷而努力奋斗！",
)
PARAGRAPHS = "".join(f"<p>{line}</p>" for line in BODY)
RELATED = "".join(
    f'<li><a href="/{place}.html">{place}2013年政府工作报告</a></li>' for place in ("东阿县", "高唐县")
)


def page(
    *, title: str = TITLE, heading: str = TITLE, above: str = "", below: str = "", outside: str = ""
) -> str:
    return (
        f'<html><head><meta charset="utf-8"><title>{title}</title></head><body><div class="nav">'
        f'<a href="/">首页</a> <a href="/zw">政务公开</a></div><h1>{heading}</h1>{above}'
        f'<div class="content">{PARAGRAPHS}{below}</div>{outside}<div class="foot">版权所有 某单位</div>'
        "</body></html>"
    )


def read(html: str) -> Reading:
    return read_document(html.encode(), "page.html")


@pytest.mark.parametrize(
    "line",
    [
        "县府办　2013-01-28 17:20　阅读：12",
        "阳谷县人民政府 发布时间：2013-01-28",
        "阳谷县人民政府门户网站 2013-01-28",
        "<span>县府办</span><span>2013-01-28</span>",
        "阳谷县人民政府 www.example.gov.cn　　发布时间：2013-01-28 17:20　　【字体：大 中 小】",
        "2013年1月28日 星期一 聊城日报",
        "[ 发布时间:2013-1-28 ]",
        "二〇一三年一月二十八日　来源：聊城日报",
        "时间：２０１３－０１－２８　１７：２０　来源：聊城日报",
        "<span>阳谷融媒</span><span>2013-01-28 08:15</span><span>1.2万阅读</span>",
        "稿源：县府办　日期：2013-01-28　编辑：某某",
    ],
)
def test_a_line_of_name_and_day_is_no_text_and_dates_the_page(line: str) -> None:
    found = read(page(above=f"<div>{line}</div>"))
    assert found.article.body == "\n".join(BODY)
    assert str(found.article.published_at)[:10] == "2013-01-28"


@pytest.mark.parametrize(
    "line",
    [
        "内容概述：阳谷县2013年政府工作报告",
        "【摘要】报告回顾了2012年的工作，提出了2013年经济社会发展的目标和任务，作了安排。",
        "阳谷县2013年政府工作报告，在县第十七届人民代表大会第五次会议上...",
        "将本文的Word文档下载到电脑，方便收藏和打印",
        "AI摘要</div><div>本文是阳谷县2013年政府工作报告，回顾了成绩，提出了目标，内容由AI生成，仅供参考。",
        "【温馨提示】本文件以正式印发的纸质文本为准，网上文本仅供参考，如有出入请以纸质文件为准。",
        "打印 | 关闭 | 收藏 | 繁体 | 无障碍 | 大字体",
        "阳谷发布</div><div>小字号",
        "浏览：128次　页数：12页　上传于2013-02-11　格式：doc",
    ],
)
def test_a_summary_above_is_no_text(line: str) -> None:
    assert read(page(above=f"<div>{line}</div>")).article.body == "\n".join(BODY)


def test_a_summary_is_no_title() -> None:
    above = f"<h2>{TITLE}</h2><p><b>内容概述：</b>阳谷县2013年政府工作报告</p>"
    found = read(page(title="阳谷县人民政府", heading="阳谷县人民政府", above=above))
    assert found.article.title == TITLE


@pytest.mark.parametrize(
    "below",
    [
        f"<div><a>顶一下</a> (3) 30%</div><ul>{RELATED}</ul>",
        f"<div>收藏 点赞 12</div><ul>{RELATED}</ul>",
        "<p>【阳谷县政府工作报告】相关文章：</p><p>2012年政府工作报告</p>",
        "<p>剩余8页未读，点击继续阅读</p>",
        "<p>正在加载中，请稍候……</p>",
        "<p>记者：张某　摄影：李某某</p><p>值班编委：王某　责任编辑：赵某</p><p>投稿邮箱：a@example.org</p>",
        f"<div><a>我要收藏</a> <a>我要纠错</a></div><ul>{RELATED}</ul>",
        "<div>参考资料：[1] 某县人民政府网 http://www.example.gov.cn</div>",
        "<table><tr><td>索引号</td><td>A0-1</td><td>发布机构</td><td>县政府办</td></tr></table>",
    ],
)
@pytest.mark.parametrize("place", ["below", "outside"])
def test_what_follows_is_no_text(below: str, place: str) -> None:
    found = read(page(**{place: below}))
    assert found.article.body == "\n".join(BODY)
    if "索引号" in below:
        assert found.article.header.index_number == "A0-1"


@pytest.mark.parametrize("times", [2, 3])
def test_the_same_text_for_telephones_is_read_once(times: int) -> None:
    each = f"<div><h1>{TITLE}</h1><div>{PARAGRAPHS}</div></div>"
    hidden = each.replace("<div>", '<div style="display:none">', 1)
    html = f"<html><head><title>{TITLE}</title></head><body>{each}{hidden * (times - 1)}</body></html>"
    assert read(html).article.body == "\n".join(BODY)


def test_the_title_on_several_lines_above_the_text_is_none_of_it() -> None:
    above = "<p align=center>2013年阳谷县</p><p align=center>人民政府工作报告</p>"
    html = page().replace("<p>各位代表：</p>", f"{above}<p>各位代表：</p>", 1)
    assert read(html).article.body == "\n".join(BODY)


def test_the_head_of_a_decision_on_several_lines_is_of_it() -> None:
    title, above = "县人大常委会关于批准河道整治的决议", "<p>县人大常委会</p><p>关于批准河道整治的决议</p>"
    html = page(title=title, heading=title).replace("<p>各位代表：</p>", f"{above}<p>各位代表：</p>", 1)
    assert read(html).article.body.startswith("县人大常委会\n关于批准河道整治的决议\n")


def test_the_pages_of_a_library_of_files_are_one_text() -> None:
    parts = ["".join(f"<p>{line}</p>" for line in BODY[at : at + 3]) for at in (0, 3, 6)]
    sheets = "".join(
        f"<div>{part}<p>第{n}页 / 共3页</p><p>— {n} —</p></div>" for n, part in enumerate(parts, 1)
    )
    html = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1>{sheets}</body></html>"
    assert read(html).article.body == "\n".join(BODY)


def test_another_text_under_the_same_title_is_kept() -> None:
    found = read(page(below=f"<p>{TITLE}</p><p>另外，全县今年还要办好十件民生实事，请各位代表监督。</p>"))
    assert found.article.body.endswith("请各位代表监督。")


def test_a_subtitle_in_the_heading_is_a_line_of_the_text() -> None:
    said = "——2013年1月6日在阳谷县第十七届人民代表大会第五次会议上"
    found = read(page(title="某政府网", heading=f"{TITLE}<br><small>{said}</small>"))
    assert found.article.title == TITLE
    assert found.article.body == "\n".join((said, *BODY))


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("阳谷县人民政府工作报告(2013年)----阳谷政务网", "|阳谷县人民政府工作报告(2013年)"),
        ("阳谷县人民政府工作报告(2013年)--", "阳谷县人民政府工作报告(2013年)_"),
    ],
)
def test_signs_at_the_edges_are_no_title(title: str, heading: str) -> None:
    found = read(page(title=title, heading=heading))
    assert found.article.title == "阳谷县人民政府工作报告(2013年)"
    assert found.article.body == "\n".join(BODY)


def test_the_head_of_an_office_gives_a_plan_report() -> None:
    found = read(page(above="<p>阳谷县发展和改革局局长　何光明</p>"))
    assert found.identity.speaker == "何光明"


LONG = (
    BODY[0],
    BODY[1],
    *(
        line
        for number, numeral in enumerate("一二三四五六七八九", 1)
        for line in (
            f"（{numeral}）第{number}方面的工作",
            f"全年完成投资{number}2.5亿元，增长{number}.1%，新增项目{number}3个，带动就业{number}00人，群众获得感持续增强。",
            f"第{number}批项目全部建成，年产值达到{number}6亿元，税收增长{number}.5%，企业的竞争力和城乡面貌明显改善。",
        )
    ),
    BODY[-1],
)


@pytest.mark.parametrize("box", ['<div id="zoom">{}</div>', '<div class="content">{}</div>', "<div>{}</div>"])
@pytest.mark.parametrize("at", [5, 12, 16, 20])
@pytest.mark.parametrize(
    "between",
    [
        '<p>相关阅读：<a href="/a/2.html">阳谷县2012年政府工作报告</a></p>',
        f"<div><h4>相关阅读</h4><ul>{RELATED}</ul></div>",
        "<p>扫描二维码关注阳谷发布公众号</p>",
    ],
)
def test_a_text_goes_on_behind_what_stands_in_its_middle(between: str, at: int, box: str) -> None:
    first, second = ("".join(f"<p>{line}</p>" for line in part) for part in (LONG[:at], LONG[at:]))
    html = f"<h1>{TITLE}</h1>{box.format(first + between + second)}"
    assert read(html).article.body == "\n".join(LONG)


@pytest.mark.parametrize("mark", ["！", "："])
def test_a_speaker_who_turns_to_the_assembly_again_goes_on(mark: str) -> None:
    parts = [
        f"第{number}件实事要在年底以前办成，件件有人管，件件有回音，请代表和群众监督。"
        for number in range(20)
    ]
    first = ["各位代表：", *parts[:14]]
    rest = [*parts[14:], f"各位代表{mark}让我们团结起来，为建设更加美好的家园而努力奋斗！"]
    between = '<p>相关推荐：<a href="/a/2.html">阳谷县2012年政府工作报告</a></p>'
    inside = [f"<p>{line}</p>" for line in (*first, *rest)]
    inside.insert(len(first), between)
    body = read(f'<h1>{TITLE}</h1><div id="zoom">{"".join(inside)}</div>').article.body
    assert body == "\n".join([*first, *rest] if mark == "！" else first)


def test_another_text_below_is_not_that_text_going_on() -> None:
    other = "".join(f"<p>{line.replace('全年', '去年')}</p>" for line in LONG[2:])
    box = "".join(f"<p>{line}</p>" for line in LONG)
    html = f'<h1>{TITLE}</h1><div class="content">{box}<p>相关阅读：东阿县政府工作报告</p>{other}</div>'
    assert read(html).article.body == "\n".join(LONG)


OTHER = (
    "本解读由县政府办公室组织编写，旨在帮助干部群众准确把握报告精神，更好推动各项工作落地见效。",
    "报告起草过程中，先后召开座谈会十二次，征求各方面意见三百余条，反复修改，数易其稿。",
)
OTHERS = "".join(f"<p>{line}</p>" for line in OTHER)


@pytest.mark.parametrize(
    "layout",
    [
        '<div class="maincon">{}</div><div class="jiedu">{}</div>',
        '<div class="left"><div class="maincon"><div>{}</div></div></div><div class="side">{}</div>',
        '<div class="content"><div class="left">{}</div><div class="right">{}</div></div>',
        '<section id="wz">{}</section><aside class="zcjd"><h3>报告解读</h3>{}</aside>',
    ],
)
def test_another_text_in_a_box_behind_is_none_of_it(layout: str) -> None:
    body = read(f"<h1>{TITLE}</h1>{layout.format(PARAGRAPHS, OTHERS)}").article.body
    assert body == "\n".join(BODY)


@pytest.mark.parametrize(
    ("layout", "between"),
    [
        ('<div class="part1">{}</div><div class="part2">{}</div>', ()),  # called alike
        ("<div>{}</div><div>{}</div>", ()),
        ('<div class="out"><div class="maincon">{}</div>{}</div>', ()),  # closed too early
        ('<div class="maincon">{}</div><div class="mcjs"><p>名词解释</p>{}</div>', ("名词解释",)),
        (
            '<div class="wrap">{}</div><div class="rest"><p>三、保障措施</p>' + OTHERS * 2 + "{}</div>",
            ("三、保障措施", *OTHER, *OTHER),
        ),
    ],
)
def test_a_text_goes_on_in_a_box_behind(layout: str, between: tuple[str, ...]) -> None:
    body = read(f"<h1>{TITLE}</h1>{layout.format(PARAGRAPHS, OTHERS)}").article.body
    assert body == "\n".join((*BODY, *between, *OTHER))


def test_the_last_words_of_a_report_in_a_box_of_their_own_are_of_it() -> None:
    most, last = ("".join(f"<p>{line}</p>" for line in part) for part in (BODY[:-1], BODY[-1:]))
    html = f'<h1>{TITLE}</h1><div class="text-main">{most}</div><div class="text-end">{last}</div>'
    assert read(html).article.body == "\n".join(BODY)


def test_boxes_of_a_paragraph_each_are_one_text() -> None:
    boxes = "".join(f'<div class="{name}">{line}</div>' for name, line in zip("abcdefgh", BODY, strict=True))
    assert read(f"<h1>{TITLE}</h1>{boxes}").article.body == "\n".join(BODY)


@pytest.mark.parametrize("unseen", "\xad\u200b\u200d\u200e\u202c\u2060\ufeff")
def test_what_has_no_width_is_no_letter(unseen: str) -> None:
    sown = "".join(f"<p>{unseen.join(line)}</p>" for line in BODY)
    assert read(f"<h1>{TITLE}</h1><div>{sown}</div>").article.body == "\n".join(BODY)


@pytest.mark.parametrize("line", ["稿源：县府办　日期：2013-01-28", "<i>来源：县府办</i><i>2013-01-28</i>"])
def test_where_a_text_is_from(line: str) -> None:
    assert read(page(above=f"<p>{line}</p>")).article.origin == "县府办"


@pytest.mark.parametrize(
    "mark", ['<a name="_Toc{0}" id="_Toc{0}">{1}</a>', '<a href="#top"></a>{1}', '<a name="p{0}"></a>{1}']
)
def test_what_marks_a_place_in_a_text_is_no_link(mark: str) -> None:
    marked = "".join(f"<p>{mark.format(n, line)}</p>" for n, line in enumerate(BODY))
    assert read(f"<h1>{TITLE}</h1><div>{marked}</div>").article.body == "\n".join(BODY)


@pytest.mark.parametrize(
    "contents",
    [
        "<div><p>目录</p><ul>{}</ul></div>",
        "<div id='ez-toc-container'><p>文章目录</p><nav><ul>{}</ul></nav></div>",
    ],
)
def test_a_table_of_contents_is_no_text(contents: str) -> None:
    headings = [line for line in BODY if line[1] == "、"]
    rows = "".join(f"<li><a href='#h{n}'>{line}</a></li>" for n, line in enumerate(headings))
    text = "".join(
        f"<h2 id='h{headings.index(line)}'><a href='#top'>{line}</a></h2>"
        if line in headings
        else f"<p>{line}</p>"
        for line in BODY
    )
    page = f"<a id='top'></a><h1>{TITLE}</h1><div class='post'>{contents.format(rows)}{text}</div>"
    assert read(page).article.body == "\n".join(BODY)


@pytest.mark.parametrize(
    "piece",
    ["<a href='#a'>目录之一</a>", "<p><a href='#a'>目录之一</a>", "<b><a href='#a' id=b>目录之一</a> </b>"],
)
def test_contents_are_looked_for_in_linear_time(piece: str) -> None:
    def work_on(size: int) -> Work:
        page = parse_page(f"<div>{piece * (size // len(piece))}</div><i id=a>", "http://x/")
        return lambda: without_contents(page)

    grows_with_size_only(work_on, 200_000)
