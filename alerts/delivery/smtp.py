"""One e-mail to the mail server, and what it answered.

What the answer means for the delivery is retry.py. An answer often repeats the address that was written to:
only its codes are kept.
"""

from __future__ import annotations

import asyncio
import re
from email.message import EmailMessage
from email.utils import parseaddr

import aiosmtplib

from alerts.delivery.retry import Answer
from ingest.settings import Settings

DEADLINE = 60.0  # seconds for an e-mail: many servers let a stranger wait before they greet
_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")  # RFC 3463


async def send_email(settings: Settings, email: EmailMessage, to: str, deadline: float = DEADLINE) -> Answer:
    """Hand it to the server; whatever goes wrong is in the Answer, nothing is raised.

    What fails before the mailbox is named is our own server's failure, what fails afterwards the mailbox's:
    a server that is made to hang by one address is well for others.
    """
    if settings.mail_host is None:
        return Answer(error="e-mail is off here (GONGBAO_MAIL_HOST)", ours=True)
    password = settings.mail_password.get_secret_value() if settings.mail_password else None
    client = aiosmtplib.SMTP(
        hostname=settings.mail_host,
        port=settings.mail_port,
        username=settings.mail_user,
        password=password,
        use_tls=settings.mail_tls == "tls",
        start_tls=settings.mail_tls == "starttls",
        timeout=deadline,
    )
    is_named = is_taken = False
    try:
        async with asyncio.timeout(deadline), client:
            await client.mail(parseaddr(settings.mail_from or "")[1])
            is_named = True
            await client.rcpt(to)
            await client.data(email.as_bytes())
            is_taken = True
    except aiosmtplib.SMTPResponseException as exc:
        if not is_taken:
            whose = "the mailbox was refused" if is_named else "the mail server refused us"
            error = f"{whose}: {_codes(exc.code, exc.message)}"
            is_final = is_named and 500 <= exc.code < 600
            return Answer(exc.code, error=error, refused=is_final, ours=not is_named)
    except (aiosmtplib.SMTPException, TimeoutError, OSError, ValueError) as exc:
        if not is_taken:
            return Answer(error=f"the mail server: {type(exc).__name__}", ours=not is_named)
    finally:
        client.close()
    return Answer(250, taken=True)  # whatever became of the goodbye


def _codes(code: int, said: str) -> str:
    enhanced = _ENHANCED.search(said or "")
    return f"{code} {enhanced.group()}" if enhanced else str(code)
