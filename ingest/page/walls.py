"""Know a block page for what it is: HTTP 200, and no page behind it. Pure.

What to do about one is web/ (Blocked) and poll.
"""

from __future__ import annotations

import re

from ingest.page.parsed import ParsedPage

LARGEST = 300_000  # characters; no wall is as large, its scrambled script included
_SHORT = 600  # characters of visible text; an article about firewalls is longer

_IN_TEXT = {
    "知道创宇云防御": re.compile(r"知道创宇云防御|创宇盾"),
    "安全狗": re.compile(r"网站防火墙|safedog|安全狗", re.I),
    "云锁": re.compile(r"云锁.{0,20}(?:拦截|防护)"),
    "360网站卫士": re.compile(r"360网站卫士|奇安信网站卫士"),
    "阿里云盾": re.compile(r"errors\.aliyun\.com|由于您访问的URL有可能对网站造成安全威胁"),
    "宝塔网站防火墙": re.compile(r"宝塔网站防火墙|请求带有不合法参数"),
    "an access limit": re.compile(
        r"访问(?:过于|太过?)频繁|请求(?:过于|太过?)频繁|您的IP.{0,12}(?:限制|封|禁止)"
    ),
    "a captcha": re.compile(
        r"(?:请|需要).{0,6}(?:完成|进行|通过|输入).{0,6}(?:安全)?验证|拖动.{0,8}滑块|人机验证"
    ),
    "a firewall": re.compile(
        r"访问(?:被|已被)(?:拒绝|拦截|阻断)|Web应用防火墙|\bWAF\b|Access Denied|Request blocked", re.I
    ),
}
_IN_SCRIPT = {
    "加速乐 (JS cookie)": re.compile(r"__jsl?_?clearance|__jsluid", re.I),
    "瑞数 (JS cookie)": re.compile(r"\$_ts\s{0,3}=|\$_ts\.|9DhefwqGPrzGxEp9hPaoag|FSSBBIl1UgzbN7N", re.I),
    "a JS cookie": re.compile(r"document\.cookie\s{0,3}=.{0,4000}location\.(?:href|reload|replace)", re.S),
    "a JS challenge": re.compile(r"eval\(function\(p,a,c,k,e", re.I),
}


def is_cookie_wall(name: str) -> bool:
    """Whether the wall of that name lets in whoever runs its script and sends the cookie back."""
    return name in _IN_SCRIPT


def blocked(page: ParsedPage) -> str | None:
    """The name of the wall that this page is, or None for a page with something to read.

    Only a page with next to no visible text can be a wall.
    """
    html = page.html
    if len(html) > LARGEST:
        return None
    visible = ""
    for node in page.root.traverse(include_text=True):
        if node.is_text_node:
            visible += "".join((node.text_content or "").split())
            if len(visible) > _SHORT:
                return None
    for name, sign in _IN_TEXT.items():
        if sign.search(visible) or (len(html) < 20_000 and sign.search(html)):
            return name
    if len(visible) < 60:
        for name, sign in _IN_SCRIPT.items():
            if sign.search(html):
                return name
    return None
