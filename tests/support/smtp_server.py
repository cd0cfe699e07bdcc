"""A real SMTP server on loopback that takes, refuses or drops e-mails, as it is told. Not a test file.

    with SmtpServer() as server:
        server.refuse["gone@example.org"] = "550 5.1.1 <gone@example.org>: no such mailbox"
        … server.emails …

It has no clock and waits for nothing; who waits for an e-mail calls `arrived`.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, Envelope, Session

from ingest.settings import Settings

PATIENCE = 20.0


class Email:
    def __init__(self, envelope: Envelope) -> None:
        content = envelope.content
        assert isinstance(content, bytes)
        self.sender = envelope.mail_from
        self.to = list(envelope.rcpt_tos)
        self.bytes = content
        message = message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        self.message = message

    @property
    def id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    def part(self, subtype: str) -> str:
        part = self.message.get_body((subtype,))
        assert part is not None
        content: str = part.get_content()
        return content

    @property
    def text(self) -> str:
        return self.part("plain")

    @property
    def html(self) -> str:
        return self.part("html")


class _Handler:
    def __init__(self, owner: SmtpServer) -> None:
        self.owner = owner

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.owner.named.append(address)
        if (refusal := self.owner.refuse.get(address)) is not None:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        email = Email(envelope)
        with self.owner.changed:
            self.owner.emails.append(email)
            self.owner.changed.notify_all()
        self.owner.before_answer(email)
        return "250 OK"


class SmtpServer:
    """`before_answer` is called when an e-mail is kept and its 250 not yet said."""

    def __init__(self) -> None:
        self.emails: list[Email] = []
        self.named: list[str] = []  # every address that an e-mail was tried for
        self.refuse: dict[str, str] = {}
        self.before_answer: Callable[[Email], object] = lambda _email: None
        self.changed = threading.Condition()
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(PATIENCE)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def _listen(self) -> asyncio.Server:
        return await self._loop.create_server(lambda: SMTP(_Handler(self), loop=self._loop), "127.0.0.1", 0)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(PATIENCE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        talks = asyncio.all_tasks() - {asyncio.current_task()}
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)

    def settings(self, **more: Any) -> dict[str, Any]:
        """Those of a service that sends its mail here."""
        return {
            "mail_host": "127.0.0.1",
            "mail_port": self.port,
            "mail_tls": "none",
            "mail_from": "gongbao <news@gongbao.example>",
            "mail_rate": 60_000.0,
            **more,
        }

    def settings_for(self, settings: Settings, **more: Any) -> Settings:
        return settings.model_copy(update=self.settings(**more))

    def arrived(self, count: int) -> list[Email]:
        """Wait until so many e-mails have come."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.emails) >= count, PATIENCE), self.emails
            return list(self.emails)
