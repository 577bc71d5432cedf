"""Tells people what happened: follows the log from where it was last, whoever wrote to it, and sends what it says.

The place in the log is written down after a notice was taken: a notice may come twice after a crash, and none is lost.
A new installation begins at the log's end.
"""

import logging
import threading
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from tre.adapters.notifiers import Mail, Webhook
from tre.adapters.vault import write_whole
from tre.airlock.notifications import Notice, notice_of
from tre.airlock.permissions import person_can_review
from tre.app import Tre
from tre.audit.chain import Entry
from tre.core import clock
from tre.core.errors import BadInput, NotFound, TreError
from tre.settings import Settings

EVERY_S: Final = 5.0
LONGEST_S: Final = 300.0  # between attempts while a server does not answer
_LOG: Final = logging.getLogger(__name__)


class Way(Protocol):
    """A way to send notices."""

    def send(self, notice: Notice, link: str) -> None:
        """Send one. Raises Unavailable."""


class Notifier:
    """Follows the log of one installation."""

    def __init__(self, app: Tre, ways: Sequence[Way], address: str) -> None:
        """Send by ``ways``; ``address`` is the airlock's own, as people's browsers know it."""
        self._app = app
        self._ways = ways
        self._address = address
        folder = app.settings.home / "notices"
        folder.mkdir(exist_ok=True, mode=0o711)
        self._place = folder / "place"
        if not self._place.exists():
            self._note(app.audit_log.last_number())

    def run(self, stop: threading.Event) -> None:
        """Send until ``stop``; a server that does not answer is asked again, ever more seldom."""
        wait = EVERY_S
        while not stop.wait(wait):
            try:
                self.send()
                wait = EVERY_S
            except TreError as error:
                _LOG.warning("%s It is tried again.", error.message)
                wait = min(LONGEST_S, wait * 2)

    def send(self) -> int:
        """Send what was not sent yet; how many notices. Raises Unavailable, with the place where it stopped kept."""
        count = 0
        for entry in self._app.audit_log.entries(int(self._place.read_text()) + 1):
            notice = self._notice(entry)
            if notice is not None:
                for way in self._ways:
                    way.send(notice, f"{self._address}{notice.page}")
                count += 1
            self._note(entry.number)
        return count

    def _notice(self, entry: Entry) -> Notice | None:
        if not entry.action.startswith(("request.", "release.")) or entry.action == "request.file-viewed":
            return None
        try:
            request = self._app.requests.record(entry.subject)
        except NotFound:
            return None
        project, today = self._app.projects.get(request.project), clock.now().date()
        everybody = self._app.people.all()
        checkers = [person.id for person in everybody if person_can_review(person, request, project, today)]
        return notice_of(entry, request, checkers)

    def _note(self, number: int) -> None:
        write_whole(self._place, str(number).encode())


def ways_of(settings: Settings) -> list[Way]:
    """The ways that the settings name. Raises BadInput when a file of theirs cannot be read."""
    ways: list[Way] = []
    if settings.mail_host:
        addresses = _addresses(settings.mail_addresses)
        tls = settings.mail_starttls
        ways.append(Mail(settings.mail_host, settings.mail_port, settings.mail_from, addresses, starttls=tls))
    if settings.webhook_url:
        if not settings.webhook_url.startswith(("https://", "http://127.0.0.1", "http://[::1]")):
            raise BadInput("The setting 'webhook_url' must be an https address.")
        ways.append(Webhook(settings.webhook_url, _secret(settings.webhook_secret_file)))
    return ways


def _addresses(path: Path | None) -> dict[str, str]:
    try:
        addresses = tomllib.loads(path.read_text("utf-8")) if path else {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise BadInput("The file of the setting 'mail_addresses' cannot be read.") from None
    if not all(isinstance(address, str) and "@" in address and address.isprintable() for address in addresses.values()):
        raise BadInput("The file of 'mail_addresses' has lines of the form: person = \"address\".")
    return addresses


def _secret(path: Path | None) -> bytes:
    try:
        secret = path.read_bytes().strip() if path else b""
    except OSError:
        secret = b""
    if not secret:
        raise BadInput("The setting 'webhook_secret_file' must name a file that holds a secret.")
    return secret
