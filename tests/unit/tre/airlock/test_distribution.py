"""After a release: once to each who was named, receipts, and a revocation that a notice proves."""

import json
from dataclasses import replace

import pytest

from tests.factories import NOW, checker, person, project, request
from tre.adapters.keys import Keys
from tre.airlock.distribution import address, download, push, revoke, start_push
from tre.airlock.package import MANIFEST, seal
from tre.airlock.request import Direction, Recipient
from tre.airlock.revocation_notice import check_is_not_revoked, notice, read_notice
from tre.airlock.states import State
from tre.core import digest
from tre.core.errors import BadInput, BadTransition, IntegrityError, NotAllowed

LEAD = person(id="lea", roles=("lead",))
RELEASED = replace(
    request(state=State.RELEASED),
    release="rel-1",
    manifest_digest="1" * 64,
    recipients=(Recipient("ravi", "sofia", "t"),),
)


def test_a_recipient_downloads_once_for_each_time_they_were_named():
    once, event = download(RELEASED, person(), project(), now=NOW)
    assert event.details == {"release": "rel-1", "manifest_digest": "1" * 64}
    with pytest.raises(NotAllowed, match="already"):
        download(once, person(), project(), now=NOW)
    named, _ = address(once, checker(), project(), recipients=["ravi", "mei"], now=NOW)
    twice, _ = download(named, person(), project(), now=NOW)
    download(twice, person(id="mei"), project(), now=NOW)
    assert [one.to for one in twice.deliveries] == ["person:ravi"] * 2


@pytest.mark.parametrize("who", [checker(), LEAD, person(id="mei"), person(id="olga", roles=("operator",))])
def test_nobody_else_downloads(who):
    with pytest.raises(NotAllowed):
        download(RELEASED, who, project(), now=NOW)


def test_only_checkers_and_leads_name_recipients():
    for who in (person(), person(id="dana", roles=("data-manager",))):
        with pytest.raises(NotAllowed):
            address(RELEASED, who, project(), recipients=["mei"], now=NOW)
    with pytest.raises(BadInput):
        address(RELEASED, LEAD, project(), recipients=[], now=NOW)


@pytest.mark.parametrize("state", [state for state in State if state is not State.RELEASED])
def test_only_what_is_released_is_given_out(state):
    other = replace(RELEASED, state=state)
    for act in (
        lambda: download(other, person(), project(), now=NOW),
        lambda: start_push(other, checker(), project(), store="file:///x", now=NOW),
        lambda: address(other, checker(), project(), recipients=["mei"], now=NOW),
        lambda: revoke(other, checker(), project(), reason="x", now=NOW),
    ):
        with pytest.raises(BadTransition):
            act()


def test_what_came_in_has_no_package():
    for act in (download, lambda *who, now: start_push(*who, store="file:///x", now=now)):
        with pytest.raises((BadTransition, NotAllowed)):
            act(replace(RELEASED, direction=Direction.IN), person(), project(), now=NOW)


def test_a_push_leaves_a_receipt_with_the_stores_address():
    started, beginning = start_push(RELEASED, checker(), project(), store="s3://bucket/releases", now=NOW)
    assert (started, beginning.details["store"]) == (RELEASED, "s3://bucket/releases")
    pushed, event = push(RELEASED, checker(), store="s3://bucket/releases", now=NOW)
    assert (pushed.deliveries[0].to, event.details["store"]) == ("store:s3://bucket/releases", "s3://bucket/releases")
    for store in ("", "x" * 600, "s3://a\nb"):
        with pytest.raises(BadInput):
            start_push(RELEASED, checker(), project(), store=store, now=NOW)


@pytest.fixture
def keys(tmp_path):
    return Keys(tmp_path / "secrets")


def test_a_revocation_needs_a_reason_and_gives_the_same_notice_each_time(keys):
    with pytest.raises(BadInput):
        revoke(RELEASED, LEAD, project(), reason=" ", now=NOW)
    with pytest.raises(NotAllowed):
        revoke(RELEASED, person(), project(), reason="x", now=NOW)
    revoked, event = revoke(RELEASED, LEAD, project(), reason="An error in table 2.", now=NOW)
    assert (revoked.state, event.details["release"]) == (State.REVOKED, "rel-1")
    assert notice(revoked, keys.sign) == notice(revoked, keys.sign)
    with pytest.raises(BadTransition):
        notice(RELEASED, keys.sign)


def test_a_package_that_a_notice_revokes_says_so_and_another_does_not(keys):
    sealed = seal({"a": b"1"}, release="rel-1", sign=keys.sign)
    manifest = digest.of_bytes(sealed[MANIFEST])
    revoked, _ = revoke(replace(RELEASED, manifest_digest=manifest), LEAD, project(), reason="An error.", now=NOW)
    said = read_notice(notice(revoked, keys.sign), keys.fits)
    with pytest.raises(IntegrityError, match=r"revoked on 2026-05-04: An error\."):
        check_is_not_revoked(sealed, said)
    check_is_not_revoked(seal({"a": b"2"}, release="rel-2", sign=keys.sign), said)


def test_every_word_of_a_notice_is_signed(keys, tmp_path):
    revoked, _ = revoke(RELEASED, LEAD, project(), reason="An error.", now=NOW)
    good = notice(revoked, keys.sign)
    for name in ("release", "manifest_sha256", "revoked_at", "reason", "format", "signature"):
        with pytest.raises(IntegrityError):
            read_notice(json.dumps({**json.loads(good), name: "other"}).encode(), keys.fits)
    with pytest.raises(IntegrityError):
        read_notice(good, Keys(tmp_path / "other").fits)
    for bad in (b"", b"[]", b"{}", b"\xff"):
        with pytest.raises(IntegrityError):
            read_notice(bad, keys.fits)
