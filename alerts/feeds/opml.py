"""OPML 2.0 (opml.org/spec2.opml) of the feeds with a name. Pure: the same topics give the same bytes."""

from __future__ import annotations

from collections.abc import Iterable

from alerts.feeds.named_feeds import Topic, page_of
from alerts.words.safe_text import clean, spoken

TITLES = {"zh": "公报 gongbao", "en": "gongbao"}


def render(topics: Iterable[Topic], base: str, lang: str = "zh") -> bytes:
    """`base` is the address of the service, without a slash at its end."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        f"<head><title>{TITLES[lang]}</title></head>",
        "<body>",
        *(_outline(topic, base, lang) for topic in topics),
        "</body>",
        "</opml>",
        "",
    ]
    return "\n".join(lines).encode()


def _outline(topic: Topic, base: str, lang: str) -> str:
    from xml.sax.saxutils import quoteattr  # few ask for this, and it brings half of urllib

    title = clean(f"{TITLES[lang]} · {topic.named(lang)}")
    attributes = {
        "type": "rss",  # the word for any feed; readers look at the document itself
        "text": title,
        "title": title,
        "xmlUrl": topic.address(base, "atom", lang),
        "htmlUrl": spoken(f"{base}{page_of(topic.filter)}", lang),
        "language": "zh-CN" if lang == "zh" else lang,
    }
    return "<outline " + " ".join(f"{name}={quoteattr(value)}" for name, value in attributes.items()) + "/>"
