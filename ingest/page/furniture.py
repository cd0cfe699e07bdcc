"""What a site puts around a text: menus, buttons, disclaimers, attachment names. Pure.

Only whole lines are judged; a line of the text itself is never changed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.text.rules import load_rules

_BUTTONS = """
导航菜单 首页 网站首页 返回首页 返回顶部 返回列表 打印 打印本页 打印本稿 打印正文 打印文章 关闭 关闭窗口
关闭本页 收藏 收藏本页 分享 分享到 分享至 推荐朋友 字体 字号 字体大小 大 中 小 默认 放大 缩小 下载 保存
纠错 长者模式 无障碍 无障碍浏览 无障碍阅读 适老化 繁体 繁体中文 繁體中文 简体 EN English 评论 阅读 浏览
浏览次数 阅读次数 点击数 点击次数 访问量 工作报告 政府信息公开 政务公开 信息公开 内容摘要 信息详情 正文
语音播报 语音阅读 语音阅读正文 播放 暂停 QQ空间 新浪微博 人人网 开心网 百度空间 和讯 天涯社区 微信 微博
设为首页 收藏本站 设为首页收藏本站 登录 注册 搜索 阅读模式 复制链接 [复制链接] 关于本站 关于我们 网站地图
法律声明 联系我们 隐私声明 使用帮助 网站声明 网站导航 展开 收起 更多 更多>> 请选择 目录 A+ A- T+ T-
"""
_WORDS = frozenset(_BUTTONS.split())
_MARKS = re.compile(r"[\[\]【】（）()|>›»<·•\-—_/\\.\d:：\s\u3000\xa0]*")
_TIME = r"(?:\s?[\sT]?\d{1,2}[:：∶]\d{2}(?:[:：∶]\d{2})?)?"
_DATE = rf"(?:19|20)\d\d\s?[-年./]\s?\d{{1,2}}\s?[-月./]\s?\d{{1,2}}\s?日?{_TIME}"
_PATTERNS = (
    r"(?:[您你])?(?:现在|当前)?(?:所在)?的?(?:所在)?位置\s?[:：].*",
    r"当前位置.{0,80}",
    r"(?:网站)?首页\s?[-–>»›].{0,80}",
    r"[【\[（(]?\s?字\s?[体号](?:大小)?\s?[:：].{0,30}",
    r"[【\[（(]\s?(?:打印|关闭|纠错|收藏|分享|推荐|大|中|小|下载|返回|我要|字).{0,24}",
    r"(?:浏览|点击|阅读|访问|查看|人气)(?:次数|量|数|率)?\s?[:：]?\s?\d*\s?次?",
    rf"(?:文章|信息|稿件|文件|新闻)?来源\s?[:：].{{0,60}}(?:{_DATE})?.{{0,30}}",
    rf"(?:信息)?(?:发布|更新|发表|发稿|创建)?(?:时间|日期)\s?[:：]\s?{_DATE}.{{0,120}}",
    rf"{_DATE}\s?(?:[【\[（(]?\s?字\s?[体号].{{0,30}}|(?:文章|信息)?来源\s?[:：].{{0,60}}|(?:浏览|阅读|点击).{{0,20}})",
    # 首页 上一页 [1] 2 3 下一页 共5页
    r"(?=[^页頁]{0,30}[页頁])(?>首页|[上下前后後]一?[页頁]|[末尾][页頁]|第\s?\d+\s?[页頁]|[共转到]\s?\d*\s?[页頁]?|\d{1,3}(?!\d)\s?[页頁]?|[\s\[\]()（）|<>«»‹›/.…:：·]){1,60}+",
    r"扫(?:一扫|描).{0,30}",
    r"分享(?:到|至|按钮)?\s?[:：].{0,40}",
)
_FURNITURE = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS))
_BARE_DATE = re.compile(_DATE)

# From one of these on, a page has said what it has to say.
_END_PATTERNS = (
    r"(?:上|下)一?[篇条](?:文章)?\s?[:：].*|(?:上|下)一[篇条]",
    r"相关(?:文章|链接|阅读|新闻|推荐|稿件|解读|信息|文档|附件|资料|报道|帖子|政策)\s?[:：]?.{0,40}",
    r"分享(?:到|至)\s?[:：]?",
    r"[（(【\[]?\s?(?:责任编辑|责编|本文编辑|编辑|网络编辑|值班编辑|编审|责任校对)\s?[:：].{0,40}",
    r"本文仅代表.*|.{0,20}不代表本[站网](?:立场|观点).*|[【\[]?(?:本[站网])?(?:免责|版权|特别|郑重)?声明[】\]]?\s?[:：].*|[【\[]?免责声明.*",
    r"凡注明.{0,300}|本(?:文|页)(?:地址|链接|网址|永久链接)\s?[:：].*",
    r"留言与评论.*|网友评论.{0,20}|发表评论.{0,20}|我要评论.{0,10}|验证码\s?[:：].{0,20}|暂无评论.{0,20}",
    r"(?:©|Copyright|版权所有).*|.{0,60}ICP备\s?\d.*|.{0,20}公网安备.*|网站标识码\s?[:：].*|Powered by.*",
    r"(?:猜你喜欢|热门推荐|为您推荐|推荐阅读|延伸阅读|标签云|热门标签|最新文章|热门文章|大家都在看)\s?[:：]?.{0,10}",
    r"标签\s?[:：].{0,80}|Tags?\s?[:：].{0,80}",
    r"扫(?:一扫|描).{0,6}(?:手机|微信|二维码).{0,20}|[【\[]?\s?(?:打印|关闭)(?:本页|窗口|此页|正文)\s?[】\]]?.{0,12}",
    r"违法和不良信息.*|.{0,10}举报电话\s?[:：].*",
    r"您需要登录后才可以.*|本版积分规则|您访问的链接即将离开.*",
    r"附件下载\s?[:：]?|文件下载\s?[:：]?|相关附件\s?[:：]?",
)
_END = re.compile("|".join(f"(?:{pattern})" for pattern in _END_PATTERNS))
_ATTACHMENT = re.compile(
    r"(?:[•·*\-]\s*)?(?:附\s?件\s?\d{0,2}\s?[:：.、]?\s?)?(?:\d{1,2}[.、]\s?)?[^。；]{0,160}\."
    r"(?:docx?|pdf|xlsx?|wps|et|zip|rar|ofd|pptx?|ceb|txt|jpe?g|png)(?:\s?[（(\[]?\s?[\d.]+\s?[KkMm]?[Bb]?\s?[）)\]]?)?(?:\s?(?:下载|预览|点击下载))?",
    re.I,
)
_HEADING = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[)）]|第[一二三四五六七八九十]{1,3}[章节部]|\d{1,3}[.、．]|[—―-]{1,4}"
)
_SALUTATION = re.compile(r"(?:各位(?:代表|委员|同志)|尊敬的).{0,16}[:：!！,，]?")
_PAUSE = re.compile(r"[，。；！？,;]")
_DOCUMENTARY = re.compile(r"[，。；！？,;：:\d]")
_LONGEST_COUNTER = 80  # characters
_COUNTERS = tuple(rule for _, rule in load_rules(__package__, "counters.rules.toml").items())
_MENU = 20  # so many short lines without a mark or a figure are a menu of links
_BULK = 200  # characters of text before which no line is believed to end it


def changes_by_itself(line: str) -> bool:
    """A counter, a clock, the weather: another one at each look, wherever on the page it stands."""
    return len(line) <= _LONGEST_COUNTER and any(rule.find(line.strip()) for rule in _COUNTERS)


def is_furniture(line: str) -> bool:
    """A button, a breadcrumb, an info line, a lone mark or number: not a line of a document."""
    if len(line) > 200:
        return False
    bare = line.replace(" ", "").replace("\u3000", "").replace("\xa0", "").rstrip(":：")
    if bare in _WORDS or _MARKS.fullmatch(line):
        return True
    return _FURNITURE.fullmatch(line) is not None or ends_text(line)


def is_info(line: str) -> bool:
    """A line that holds a date and nothing else: when the page was put up, not part of the text."""
    return _BARE_DATE.fullmatch(line) is not None


def ends_text(line: str) -> bool:
    """A line after which nothing of the document comes."""
    return len(line) <= 400 and _END.fullmatch(line) is not None


def is_attachment(line: str) -> bool:
    """The name of a file, with or without 附件 before it."""
    return len(line) <= 200 and _ATTACHMENT.fullmatch(line) is not None


def is_heading(line: str) -> bool:
    return _HEADING.match(line) is not None


def is_salutation(line: str) -> bool:
    return len(line) <= 30 and _SALUTATION.fullmatch(line) is not None


def is_prose(line: str) -> bool:
    """Running text: long enough, with a pause in it."""
    return len(line) >= 30 and _PAUSE.search(line) is not None


def cut_tail(lines: Sequence[str]) -> list[str]:
    """`lines` without what follows the document, without attachment names at its end, and without what
    changes by itself anywhere.

    A line like 上一篇 ends the text only where more stands before it than after it.
    """
    lines = [line for line in lines if not changes_by_itself(line)]
    total = sum(map(len, lines))
    before = 0
    end = len(lines)
    for index, line in enumerate(lines):
        if before * 2 >= total and before >= _BULK and ends_text(line):
            end = index
            break
        before += len(line)
    while end and (is_furniture(lines[end - 1]) or is_attachment(lines[end - 1])):
        end -= 1
    menu = end
    while menu and _is_menu_entry(lines[menu - 1]):
        menu -= 1
    if end - menu >= _MENU:
        end = menu
    if end and lines[end - 1].rstrip(" :：") in ("附件", "附") and end < len(lines):
        end -= 1
    return list(lines[:end])


def _is_menu_entry(line: str) -> bool:
    return len(line) < 20 and _DOCUMENTARY.search(line) is None and not is_heading(line)


def first_prose(lines: Sequence[str]) -> int:
    """The index of the first line of running text or of 各位代表; len(lines) where there is none."""
    for index, line in enumerate(lines):
        if is_salutation(line) or (is_prose(line) and not is_furniture(line)):
            return index
    return len(lines)
