"""Know an error page that came with status 200 for what it is. Pure.

Block pages are walls.py; an error page is told by its words only where there is little else on it. What
becomes of a page that shows one is pipeline.py.
"""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

from ingest.page.parsed import ParsedPage

_LARGEST = 100_000  # characters of markup
_SHORT = 400  # characters of visible text, menus included; of an article's text there is more
_SPACES = re.compile(r"\s+")
_MISSING = re.compile(
    r"(?:页面|网页|文章|内容|信息|文件|链接|资源|地址|栏目)(?:已经?|可能)?(?:不存在|被删除|已删除|未找到|找不到|已失效|已下线)"
    r"|(?:找不到|没有找到|无法找到)(?:您?(?:要|所|想)?(?:访问|查看|请求|浏览)?的?)(?:页面|网页|文件|内容|资源)"
    r"|(?:404|410)(?:错误|Error|NotFound|FileNotFound)|(?:Page|File)NotFound|^404$",
    re.I,
)
_UNWELL = {
    "maintenance": re.compile(
        r"(?:网站|系统|平台|站点|服务器?|页面)(?:正在|目前|现在|处于)?(?:进行)?(?:例行|停机|临时)?(?:维护|升级|改版|建设|关闭)(?:中|改造|升级|维护|，|。|,|!|！|$)"
        r"|UnderMaintenance|ServiceUnavailable",
        re.I,
    ),
    "a server without a site": re.compile(
        r"Welcometo(?:nginx|OpenResty|tengine|CentOS)|ItWorks!|ApacheHTTPServerTestPage|IISWindowsServer"
        r"|TestPagefor|没有找到站点",
        re.I,
    ),
    "a parked name": re.compile(
        r"(?:该|此|本)?域名(?:正在|可以?|待)?(?:出售|转让|已过期|未备案|停放|到期)|Thisdomain|Domain(?:is)?ForSale"
        r"|BuyThisDomain",
        re.I,
    ),
    "a server error": re.compile(
        r"InternalServerError|(?:服务器|系统|程序|数据库)(?:内部)?(?:错误|异常|繁忙|出错)|BadGateway|GatewayTime-?out"
        r"|(?:请稍后|请稍候)(?:再试|重试|访问)",
        re.I,
    ),
}
# A log-in stands in the head of many a page; one that is nothing else asks for a password.
_ASKS_FOR_PASSWORD = re.compile(r"""type\s{0,3}=\s{0,3}["']?password""", re.I)
_SAYS_SO = frozenset({"code", "status", "error", "errcode", "errorcode", "msg", "message", "success"})
_HOME = re.compile(r"/(?:(?:index|default|home|main)\.\w{1,6})?", re.I)
_NOT_FOUND = re.compile(
    r"/(?:[\w.-]*/)?(?:40[04]|410|error|notfound|not-found|nopage)(?:[/_.-][\w.-]*)?", re.I
)
_LOG_IN = re.compile(r"/(?:[\w.-]*/)*(?:log-?in|sign-?in|sso|cas|passport)(?:[/.][\w./-]*)?", re.I)

MISSING, LOG_IN = "missing", "a log-in"


def error_page(page: ParsedPage) -> str | None:
    """`MISSING` for a page that says that it is not there, the name of what ails its site, or None for a page
    with something to read."""
    html = page.html
    if len(html) > _LARGEST:
        return None
    visible = _SPACES.sub("", page.root.text())
    if len(visible) > _SHORT:
        return None
    if visible.startswith("{"):
        return "a JSON error" if _is_json_error(visible) else None
    if _MISSING.search(visible):
        return MISSING
    if _ASKS_FOR_PASSWORD.search(html):
        return LOG_IN
    return next((name for name, sign in _UNWELL.items() if sign.search(visible)), None)


def sent_elsewhere(asked: str, came: str) -> str | None:
    """What a redirect from `asked` to `came` says: `MISSING` where it leads to the home page or an error
    page, `LOG_IN` where it leads there, None otherwise."""
    if asked == came:
        return None
    before, after = urlsplit(asked), urlsplit(came)
    path = after.path or "/"
    if _LOG_IN.fullmatch(path) and not _LOG_IN.fullmatch(before.path):
        return LOG_IN
    if _NOT_FOUND.fullmatch(path) and not _NOT_FOUND.fullmatch(before.path):
        return MISSING
    asked_for_more = not _HOME.fullmatch(before.path or "/") or before.query != after.query
    return MISSING if _HOME.fullmatch(path) and not after.query and asked_for_more else None


def _is_json_error(text: str) -> bool:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and bool({str(key).lower() for key in said} & _SAYS_SO)
