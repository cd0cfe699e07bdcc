"""What is written by e-mail: one event, a digest of several, the question whether somebody wants it. Pure.

The same events give the same bytes, under the same Message-ID. Sending is smtp.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import escape
from urllib.parse import quote

from alerts.delivery.digest import WITH_TABLES, days_of
from alerts.delivery.mailbox import Mailbox
from alerts.delivery.webhook import TEST_TYPE
from alerts.words import entry_body, language
from alerts.words.as_text import as_text
from alerts.words.entry_body import content_of
from alerts.words.filter_text import filter_words
from alerts.words.language import Words
from alerts.words.safe_text import clean, report_url, spoken
from ingest.events import as_object
from ingest.filters import OF_REPORTS
from ingest.model import Event, Filter, MailRequest, Rhythm, Subscription

SUBJECT_LIMIT = 200  # characters
# A long address in angle brackets would be folded into encoded words, which nobody takes for an address:
# what is set raw stays as it is.
_POLICY = SMTP.clone(refold_source="none")


@dataclass(frozen=True, slots=True)
class Sent:
    """From whom, and where this service is found."""

    sender: str  # as GONGBAO_MAIL_FROM has it
    base_url: str

    @property
    def address(self) -> str:
        return parseaddr(self.sender)[1]

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Sentences:
    """What e-mails say in one language."""

    words: Words
    body: entry_body.Words
    all: str
    daily: str
    days: str  # one of a day that was held back
    weekly: str
    count: str
    rest: str
    why: str
    leave: str
    ask_subject: str
    ask: str
    ask_link: str
    ask_else: str
    rhythms: dict[Rhythm, str]
    test: str


CHINESE = Sentences(
    words=language.CHINESE,
    body=entry_body.CHINESE,
    all="全部",
    daily="公报日报 {0.year}年{0.month}月{0.day}日：{2} 条",
    days="公报日报 {0.year}年{0.month}月{0.day}日—{1.month}月{1.day}日：{2} 条",
    weekly="公报周报 {0.year}年{0.month}月{0.day}日—{1.month}月{1.day}日：{2} 条",
    count="共 {} 条：",
    rest="以上前 {} 条列出全部目标，其余见各自的报告页。",
    why="你在 {service} 订阅了此邮件（{filter}，{rhythm}）。",
    leave="退订",
    ask_subject="请确认：订阅公报邮件",
    ask="有人（大概是你）请求将下列内容发到这个邮箱：{filter}，{rhythm}。",
    ask_link="打开此页并按“确认”，才会开始发送",
    ask_else="如果不是你，不必理会：不确认就不会收到任何邮件。此链接三天内有效。",
    rhythms={Rhythm.AT_ONCE: "随时", Rhythm.DAILY: "每日汇总", Rhythm.WEEKLY: "每周汇总"},
    test="这是一封测试邮件。",
)
ENGLISH = Sentences(
    words=language.ENGLISH,
    body=entry_body.ENGLISH,
    all="everything",
    daily="gongbao daily, {0:%-d} {0:%B} {0.year}: {2} in all",
    days="gongbao daily, {0:%-d} {0:%B} to {1:%-d} {1:%B} {1.year}: {2} in all",
    weekly="gongbao weekly, {0:%-d} {0:%B} to {1:%-d} {1:%B} {1.year}: {2} in all",
    count="{} in all:",
    rest="The first {} stand here with all their targets; the others on their own pages.",
    why="You subscribed to this at {service} ({filter}, {rhythm}).",
    leave="Unsubscribe",
    ask_subject="Please confirm: e-mail from gongbao",
    ask="Somebody, probably you, asked to have this sent to your address: {filter}, {rhythm}.",
    ask_link="Open this page and press “Confirm”; nothing is sent before",
    ask_else=(
        "If it was not you, do nothing: without your answer you get no mail. The link is good for three days."
    ),
    rhythms={Rhythm.AT_ONCE: "at once", Rhythm.DAILY: "once a day", Rhythm.WEEKLY: "once a week"},
    test="This is a test.",
)


def sentences_of(lang: str) -> Sentences:
    return ENGLISH if lang == "en" else CHINESE


def filter_line(filter: Filter, lang: str) -> str:
    """What a mailbox gets, in words; that it is told of reports goes without saying."""
    said = replace(filter, types=()) if filter.types == OF_REPORTS else filter
    sentences = sentences_of(lang)
    return " · ".join(filter_words(said, sentences.words)) or sentences.all


def confirm_url(base_url: str, word: str) -> str:
    return f"{base_url}/mail/confirm/{quote(word, safe='')}"


def leave_url(base_url: str, id: str, word: str) -> str:
    return f"{base_url}/mail/leave/{quote(id, safe='')}/{quote(word, safe='')}"


def question(request: MailRequest, mailbox: Mailbox, sent: Sent) -> EmailMessage:
    """Does the owner of this address want what somebody asked for? Nothing that somebody wrote is in it."""
    sentences = sentences_of(request.language)
    said = {
        "filter": filter_line(request.filter, request.language),
        "rhythm": sentences.rhythms[request.rhythm],
    }
    link = escape(spoken(confirm_url(sent.base_url, mailbox.word), sentences.words.lang))
    body = (
        f"<p>{escape(sentences.ask.format(**said))}</p>\n"
        f'<p><a href="{link}">{sentences.ask_link}</a></p>\n<p>{sentences.ask_else}</p>'
    )
    email = _email(
        f"ask.{request.id}", sentences.ask_subject, body, mailbox, sent, sentences, request.asked_at
    )
    email["Auto-Submitted"] = "auto-generated"
    return email


def news(subscription: Subscription, mailbox: Mailbox, events: Sequence[Event], sent: Sent) -> EmailMessage:
    """One event, or a digest of all of them, oldest first."""
    sentences = sentences_of(subscription.language)
    if subscription.rhythm is Rhythm.AT_ONCE or events[0].type == TEST_TYPE:
        subject, body, id_ = _subject(events[0], sentences), _entry(events[0], sent, sentences), events[0].id
    else:
        subject, body = _digest(events, subscription.rhythm, sent, sentences)
        id_ = (
            "dig_" + hashlib.sha256("\n".join(sorted(event.id for event in events)).encode()).hexdigest()[:32]
        )
    leave = leave_url(sent.base_url, subscription.id, mailbox.word)
    why = sentences.why.format(
        service=sent.base_url,
        filter=filter_line(subscription.filter, subscription.language),
        rhythm=sentences.rhythms[subscription.rhythm],
    )
    link = escape(spoken(leave, sentences.words.lang))
    foot = f'<hr>\n<p>{escape(why)} <a href="{link}">{sentences.leave}</a></p>'
    made = _email(
        f"{id_}.{subscription.id}",
        subject,
        f"{body}\n{foot}",
        mailbox,
        sent,
        sentences,
        max(event.occurred_at for event in events),
    )
    made.set_raw("List-Id", f"<{subscription.id}.{sent.domain}>")
    made.set_raw("List-Unsubscribe", f"<{leave}>")
    made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    made["Auto-Submitted"] = "auto-generated"
    return made


def _digest(events: Sequence[Event], rhythm: Rhythm, sent: Sent, sentences: Sentences) -> tuple[str, str]:
    first, last = days_of(events)
    daily = sentences.daily if first == last else sentences.days
    line = daily if rhythm is Rhythm.DAILY else sentences.weekly
    parts = [f"<p>{sentences.count.format(len(events))}</p>", "<ul>"]
    for event in events:
        href = escape(spoken(_page(event, sent), sentences.words.lang))
        title = escape(_subject(event, sentences))
        parts.append(f'<li><a href="{href}">{title}</a></li>')
    parts.append("</ul>")
    for event in events[:WITH_TABLES]:
        parts += [f"<h2>{escape(_subject(event, sentences))}</h2>", _entry(event, sent, sentences)]
    if len(events) > WITH_TABLES:
        parts.append(f"<p>{sentences.rest.format(WITH_TABLES)}</p>")
    return line.format(first, last, len(events)), "\n".join(parts)


def _subject(event: Event, sentences: Sentences) -> str:
    if event.type == TEST_TYPE:
        return sentences.test
    return " ".join(clean(sentences.words.title(event)).split())


def _entry(event: Event, sent: Sent, sentences: Sentences) -> str:
    if event.type == TEST_TYPE:
        return f"<p>{sentences.test}</p>"
    return clean(content_of(event, _page(event, sent), sentences.body))


def _page(event: Event, sent: Sent) -> str:
    key = as_object(event.data.get("report")).get("key")
    return report_url(sent.base_url, str(key)) if key else f"{sent.base_url}/"


_STYLE = (
    "body{font-family:sans-serif;line-height:1.5;max-width:50em}"
    "table{border-collapse:collapse}td,th{border:1px solid #bbb;padding:.3em .5em;text-align:left;"
    "vertical-align:top}"
)


def _email(
    id: str, subject: str, body: str, mailbox: Mailbox, sent: Sent, sentences: Sentences, at: datetime
) -> EmailMessage:
    lang = sentences.words.tag
    message = EmailMessage(policy=_POLICY)
    name, address = parseaddr(sent.sender)
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(addr_spec=mailbox.address)
    message["Subject"] = subject if len(subject) <= SUBJECT_LIMIT else subject[: SUBJECT_LIMIT - 1] + "…"
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{id}@{sent.domain}>"
    message["Content-Language"] = lang
    message.set_content(as_text(body) + "\n", cte="base64")
    page = (
        f'<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8"><style>{_STYLE}</style></head>\n'
        f"<body>\n{body}\n</body></html>\n"
    )
    message.add_alternative(page, subtype="html", cte="base64")
    message.set_boundary("=_" + hashlib.sha256(id.encode()).hexdigest()[:40])
    return message
