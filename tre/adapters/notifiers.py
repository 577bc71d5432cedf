"""Notices on their way: by mail over SMTP, and to a web address as signed JSON."""

import hashlib
import hmac
import json
import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from email.message import EmailMessage
from typing import Final

from tre.airlock.notifications import Notice
from tre.core.errors import Unavailable

TIMEOUT_S: Final = 20
SIGNATURE: Final = "X-TRE-Signature"


class Mail:
    """Sends notices by SMTP to those whose address is known."""

    def __init__(self, host: str, port: int, sender: str, addresses: Mapping[str, str], *, starttls: bool) -> None:
        """Send from ``sender``; ``addresses`` has each person's."""
        self._host = host
        self._port = port
        self._sender = sender
        self._addresses = addresses
        self._starttls = starttls

    def send(self, notice: Notice, link: str) -> None:
        """One message to each person. Raises Unavailable when the server does not take it."""
        addresses = [self._addresses[person] for person in notice.to if person in self._addresses]
        if not addresses:
            return
        try:
            with smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_S) as server:
                if self._starttls:
                    server.starttls(context=ssl.create_default_context())
                for address in addresses:
                    server.send_message(self._message(notice, link, address))
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(f"The mail server does not take a notice ({type(error).__name__}).") from None

    def _message(self, notice: Notice, link: str, address: str) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, address, notice.subject
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(f"{notice.text}\n\n{link}\n")
        return message


class Webhook:
    """Posts notices as JSON, signed with HMAC-SHA256 of the body."""

    def __init__(self, url: str, secret: bytes) -> None:
        """Post to ``url``."""
        self._url = url
        self._secret = secret

    def send(self, notice: Notice, link: str) -> None:
        """One call for each notice. Raises Unavailable unless the answer is a success."""
        body = json.dumps(
            {
                "event": notice.event,
                "request": notice.request,
                "project": notice.project,
                "to": list(notice.to),
                "text": notice.text,
                "link": link,
            }
        ).encode()
        signature = hmac.new(self._secret, body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", SIGNATURE: f"sha256={signature}"}
        request = urllib.request.Request(self._url, body, headers, method="POST")  # noqa: S310 - settings check it
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S):  # noqa: S310
                pass
        except (OSError, urllib.error.HTTPError) as error:
            raise Unavailable(f"The webhook does not take a notice ({type(error).__name__}).") from None
