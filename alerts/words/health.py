"""What is wrong with a source, in Chinese and in English side by side. Pure.

What may be wrong, and the values that are put into words here, is ingest/watch/health.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any

Data = Mapping[str, Any]


class Language(IntEnum):
    CHINESE = 0
    ENGLISH = 1


# health.Cause, and "broken" where the cause is not known.
CAUSES: Mapping[str, tuple[str, str]] = {
    "broken": ("异常", "broken"),
    "layout_changed": ("结构变了", "the layout changed"),
    "empty_list": ("列表空了", "the list is empty"),
    "too_few_items": ("条目太少", "too few items"),
    "dates_back": ("日期倒退", "the dates went back"),
    "fields_missing": ("栏目缺失", "fields are missing"),
    "block_page": ("被拦截", "a firewall blocks us"),
    "cookie_wall": ("脚本防护", "it wants a browser"),
    "certificate": ("证书无效", "the certificate is not valid"),
    "tls": ("TLS 不通", "no TLS connection"),
    "dns": ("域名失效", "the name does not resolve"),
    "unreachable": ("连不上", "it does not answer"),
    "robots": ("robots 不准", "robots.txt forbids it"),
    "gone": ("列表没了", "the list is gone"),
    "refused_address": ("地址不准", "its address is not public"),
    "bad_answer": ("应答不对", "the answer is no page"),
    "articles": ("文章读不到", "its articles cannot be had"),
    "internal_error": ("程序出错", "a fault of gongbao"),
}
# What came, where the cause says it all but for a detail.
_FOUND: Mapping[str, tuple[str, str]] = {
    "layout_changed": ("网页结构变了，读不出条目", "another layout, no items could be read"),
    "block_page": ("拦截页", "a block page"),
    "cookie_wall": ("要求运行脚本、带 cookie 的防护", "a wall of scripts and cookies"),
    "certificate": ("证书无效", "a certificate that is not valid"),
    "tls": ("TLS 握手失败", "no TLS connection"),
    "dns": ("域名解析不到", "the name does not resolve"),
    "unreachable": ("连不上", "no answer"),
    "robots": ("robots.txt 不准访问", "robots.txt forbids it"),
    "gone": (
        "网页不在了（404、410、转到首页，或换成了别的栏目）",
        "no page (404, 410, sent to the home page, or another column in its place)",
    ),
    "refused_address": ("指向不该访问的地址", "an address that is not public"),
    "bad_answer": ("不是网页的应答", "an answer that is no page"),
    "internal_error": ("程序出错", "a fault of gongbao"),
}
_FIELDS: Mapping[str, tuple[str, str]] = {
    "title": ("标题", "title"),
    "published_on": ("发布日期", "date"),
    "index_number": ("索引号", "index number"),
    "issuer": ("发布机构", "issuer"),
    "body": ("正文", "text"),
}
_AT_LEAST = ("至少 {}", "at least {}")
_ABOUT = ("约 {}，如上次", "about {}, as last time")
_LAST = ("，上次 {} 条", ", last time {}")
_LIST = ("列表页", "a list page")
_READABLE_LIST = ("读得出条目的列表页", "a list page with items")
_NOT_BEFORE = ("最新一条不早于 {}", "the newest item not before {}")
_NEWEST = ("最新一条是 {}", "the newest item of {}")
_TIMED_OUT = ("超时", "no answer in time")
_ARTICLES = ("最近 {} 篇：", "in the last {} articles: ")
_CAN_BE_READ = ("读得出的 {} 篇文章", "{} articles that can be read")
_CANNOT_BE_READ = ("{} 篇文章读不到", "{} articles that cannot be had")
_SHARE = ("{0} {1:.0%}", "{0} {1:.0%}")
_SHARE_AT_LEAST = ("{0} {1:.0%} 以上", "{0} at least {1:.0%}")
_SHARE_BEFORE = ("{0} {1:.0%}，如以往", "{0} {1:.0%}, as before")
_BRACKETS = ("{}（{}）", "{} ({})")
_COMMA = ("、", ", ")


def cause_text(cause: str, language: Language = Language.CHINESE) -> str:
    """A health.Cause, or "broken", in few words."""
    return CAUSES[cause][language]


def expected_text(expected: Data, language: Language = Language.CHINESE) -> str:
    """What was expected of a source (health.Expected): `至少 1 条，上次 20 条`."""
    if "fields" in expected:
        shares = [
            (_SHARE_BEFORE if one["before"] else _SHARE_AT_LEAST)[language].format(
                _FIELDS[name][language], one["share"]
            )
            for name, one in expected["fields"].items()
        ]
        return _COMMA[language].join(shares)
    if "newest" in expected:
        return _NOT_BEFORE[language].format(expected["newest"])
    if "about" in expected:
        return _ABOUT[language].format(_items(expected["about"], language))
    if "articles" in expected:
        return _CAN_BE_READ[language].format(expected["articles"])
    last = _LAST[language].format(expected["last"]) if "last" in expected else ""
    if "least" in expected:
        return _AT_LEAST[language].format(_items(expected["least"], language)) + last
    return _LIST[language] + last if last else _READABLE_LIST[language]


def found_text(cause: str, found: Data, language: Language = Language.CHINESE) -> str:
    """What came instead (health.Found): `0 条`, `拦截页（HTTP 403）`."""
    if "fields" in found:
        shares = [
            _SHARE[language].format(_FIELDS[name][language], share) for name, share in found["fields"].items()
        ]
        return _ARTICLES[language].format(found["articles"]) + _COMMA[language].join(shares)
    if "newest" in found:
        return _NEWEST[language].format(found["newest"])
    if "items" in found:
        return _items(found["items"], language)
    if found.get("timed_out"):
        return _TIMED_OUT[language]
    unread = _CANNOT_BE_READ[language].format(found["articles"]) if "articles" in found else ""
    said = unread or _FOUND[cause][language]
    return _BRACKETS[language].format(said, found["detail"]) if "detail" in found else said


def reason_text(reason: Data | None, language: Language = Language.CHINESE) -> str | None:
    """Why a source is said to be broken (`broken_reason`): `empty_list: 0 条 (https://…)`."""
    if reason is None:
        return None
    return f"{reason['cause']}: {found_text(reason['cause'], reason['found'], language)} ({reason['url']})"


def in_words(data: Data) -> dict[str, Any]:
    """The data of an event as readers get it: what was expected and found of a source in Chinese."""
    if data.get("cause") is None:
        return dict(data)
    return {
        **data,
        "expected": expected_text(data["expected"]),
        "found": found_text(data["cause"], data["found"]),
    }


def _items(count: int, language: Language) -> str:
    if language is Language.CHINESE:
        return f"{count} 条"
    return "1 item" if count == 1 else f"{count} items"
