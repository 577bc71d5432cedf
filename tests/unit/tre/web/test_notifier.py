"""Notices reach those whom they concern, by a real mail server and a real web server, and carry nobody's words."""

import hashlib
import hmac
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from aiosmtpd.controller import Controller

from tests.furnished import installation as furnished
from tests.furnished import sample
from tests.stores import stores
from tre.adapters.notifiers import SIGNATURE, Mail, Webhook
from tre.airlock.notifications import ROWS
from tre.airlock.request import Decision
from tre.airlock.review import Ballot
from tre.airlock.states import State
from tre.audit.events import Action, Event
from tre.core import clock
from tre.core.errors import BadInput, Unavailable
from tre.settings import Settings
from tre.web.notifier import Notifier, ways_of

WORDS = "Thomas Whitfield"
ADDRESSES = {person: f"{person}@example.org" for person in ("ravi", "chidi", "sofia", "nina", "lena")}


class Inbox:
    def __init__(self):
        self.letters = []

    async def handle_DATA(self, _, __, envelope):  # noqa: N802 - aiosmtpd's name
        self.letters.append((envelope.rcpt_tos[0], envelope.content.decode()))
        return "250 OK"


@pytest.fixture
def inbox():
    found = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        found.port = free.getsockname()[1]
    server = Controller(found, hostname="127.0.0.1", port=found.port)
    server.start()
    yield found
    server.stop()


@pytest.fixture
def app(tmp_path):
    opened = furnished(tmp_path / "home")
    sample(opened, title=WORDS, context=WORDS)
    return opened


@pytest.fixture
def notifier(app, inbox):
    mail = Mail("127.0.0.1", inbox.port, "airlock@example.org", ADDRESSES, starttls=False)
    return Notifier(app, [mail], "https://tre.example.org/services/airlock/")


def decide(app, decision):
    for checker in ("chidi", "sofia"):
        asked = stores(app).requests.request("req-1")
        ballots = {one.name: Ballot(decision, asked.binding(one), WORDS) for one in asked.outputs}
        app.reviews.review(checker, "req-1", ballots)


@pytest.mark.parametrize(
    ("act", "to", "said"),
    [
        (lambda app: app.reviews.send_back("chidi", "req-1", WORDS), {"ravi"}, "asks for changes"),
        (lambda app: app.reviews.assign("lena", "req-1", "sofia"), {"sofia"}, "given to you"),
        (lambda app: decide(app, Decision.APPROVE), {"ravi"}, "was approved"),
        (lambda app: decide(app, Decision.REFUSE), {"ravi"}, "was rejected"),
    ],
    ids=["returned", "assigned", "approved", "rejected"],
)
def test_a_letter_says_what_happened_and_nothing_that_somebody_wrote(app, notifier, inbox, act, to, said):
    act(app)
    assert notifier.send() == 1
    assert {one.split("@")[0] for one, _ in inbox.letters} == to
    for _, letter in inbox.letters:
        assert said in letter
        assert "https://tre.example.org/services/airlock/requests/req-1" in letter
        assert "Thomas" not in letter
        assert "health-by-area" not in letter
    assert notifier.send() == 0, "a notice is sent once"


def test_a_checked_request_is_told_to_its_possible_checkers(app, notifier, inbox):
    details = {"round": 1, "outcome": "fail", "policy_digest": "", "report_digest": ""}
    stores(app).requests.note_request(Event(Action.REQUEST_CHECKED, "system", "req-1", clock.now(), details))
    notifier.send()
    assert {one for one, _ in inbox.letters} == {ADDRESSES["chidi"], ADDRESSES["sofia"]}


def test_recipients_and_revocation(app, notifier, inbox):
    sample(app, "req-2", state=State.RELEASED, release="rel-2")
    app.distribution.address("chidi", "req-2", ["nina"])
    app.distribution.revoke("chidi", "req-2", WORDS)
    notifier.send()
    assert [one for one, letter in inbox.letters if "releases/req-2" in letter] == [ADDRESSES["nina"]]
    revoked = {one for one, letter in inbox.letters if "was revoked" in letter}
    assert revoked == {ADDRESSES["nina"], ADDRESSES["ravi"]}
    assert not any("Thomas" in letter for _, letter in inbox.letters)


def test_a_server_that_is_down_loses_nothing(app, inbox):
    down = Notifier(app, [Mail("127.0.0.1", 1, "a@example.org", ADDRESSES, starttls=False)], "https://a/")
    app.reviews.send_back("chidi", "req-1", WORDS)
    with pytest.raises(Unavailable):
        down.send()
    up = Notifier(app, [Mail("127.0.0.1", inbox.port, "a@example.org", ADDRESSES, starttls=False)], "https://a/")
    assert up.send() == 1
    assert len(inbox.letters) == 1


def test_a_webhook_is_signed_and_a_refusal_is_not_taken_for_success(app):
    seen, status = [], [204]

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            seen.append((self.headers[SIGNATURE], body))
            self.send_response(status[0])
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        hook = Webhook(f"http://127.0.0.1:{server.server_port}/", b"secret")
        notifier = Notifier(app, [hook], "https://a/")
        app.reviews.send_back("chidi", "req-1", WORDS)
        status[0] = 500
        with pytest.raises(Unavailable):
            notifier.send()
        status[0] = 204
        assert notifier.send() == 1
    finally:
        server.shutdown()
        server.server_close()
    signature, body = seen[-1]
    assert signature == "sha256=" + hmac.new(b"secret", body, hashlib.sha256).hexdigest()
    assert json.loads(body)["request"] == "req-1"
    assert b"Thomas" not in body


def test_every_row_is_an_event_and_its_text_has_no_place_for_words():
    assert all("{" not in row.message + row.todo for row in ROWS.values())


def test_settings_that_cannot_work_are_refused(tmp_path):
    settings = Settings.load({}, home=tmp_path)
    assert ways_of(settings) == []
    for bad in (
        {"webhook_url": "http://example.org/"},
        {"webhook_url": "https://example.org/"},
        {"mail_host": "localhost", "mail_addresses": tmp_path / "none.toml"},
    ):
        with pytest.raises(BadInput):
            ways_of(settings.model_copy(update=bad))
    (tmp_path / "people.toml").write_text('ravi = "ravi@example.org"\n')
    assert ways_of(replace_settings(settings, tmp_path / "people.toml"))


def replace_settings(settings, path):
    return settings.model_copy(update={"mail_host": "localhost", "mail_addresses": path})
