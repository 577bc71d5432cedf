"""The chain: any change, move, cut or addition is found, and the first broken entry is named."""

from dataclasses import fields, replace

import pytest

from tests.factories import NOW
from tre.adapters.keys import Keys
from tre.audit.chain import Entry, Head, append, entry_hash, head_bytes
from tre.audit.events import REQUIRED_DETAILS, Action, Event
from tre.audit.verify import verify
from tre.core.errors import IntegrityError, TreError


@pytest.fixture
def keys(tmp_path):
    return Keys(tmp_path / "secrets")


@pytest.fixture
def entries():
    made = []
    for number in range(5):
        event = Event(Action.PERSON_ADDED, "olga", f"person-{number}", NOW, {"roles": ["checker"]})
        made.append(append(event, made[-1] if made else None))
    return made


def head_of(entries, keys):
    last = entries[-1]
    return Head(last.number, last.hash, keys.sign(head_bytes(last.number, last.hash)))


def test_a_whole_chain_verifies(entries, keys):
    assert verify(entries, head_of(entries, keys), keys.fits).entries == 5


def test_an_empty_log_verifies(keys):
    assert verify([], None, keys.fits).entries == 0


CHANGES = {
    "at": "2020-01-01T00:00:00.000000+00:00",
    "actor": "mallory",
    "action": "request.released",
    "subject": "other",
    "details": {},
    "previous_hash": "f" * 64,
    "hash": "f" * 64,
    "number": 9,
}


@pytest.mark.parametrize("field", [field.name for field in fields(Entry)])
@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_changed_field_is_found_at_its_entry(entries, keys, field, place):
    head = head_of(entries, keys)
    entries[place] = replace(entries[place], **{field: CHANGES[field]})
    with pytest.raises(IntegrityError, match=str(place + 1)):
        verify(entries, head, keys.fits)


def test_an_entry_rehashed_after_a_change_breaks_the_next(entries, keys):
    head = head_of(entries, keys)
    forged = replace(entries[1], actor="mallory")
    entries[1] = replace(forged, hash=entry_hash(forged))
    with pytest.raises(IntegrityError, match="Audit entry 3 does not follow"):
        verify(entries, head, keys.fits)


def test_a_whole_chain_rewritten_without_the_key_is_found(entries, keys):
    head = head_of(entries, keys)
    rewritten = []
    for old in entries:
        event = Event(Action.PERSON_ADDED, "mallory", old.subject, NOW, {"roles": []})
        rewritten.append(append(event, rewritten[-1] if rewritten else None))
    with pytest.raises(IntegrityError, match="head"):
        verify(rewritten, head, keys.fits)
    resigned = Head(5, rewritten[-1].hash, head.signature)
    with pytest.raises(IntegrityError, match="signature"):
        verify(rewritten, resigned, keys.fits)


def test_a_removed_entry_is_named(entries, keys):
    with pytest.raises(IntegrityError, match="Audit entry 3 is missing"):
        verify([*entries[:2], *entries[3:]], head_of(entries, keys), keys.fits)


def test_a_cut_end_is_found(entries, keys):
    with pytest.raises(IntegrityError, match="names entry 5, but the log ends with entry 3"):
        verify(entries[:3], head_of(entries, keys), keys.fits)


def test_an_emptied_log_is_found(entries, keys):
    with pytest.raises(IntegrityError):
        verify([], head_of(entries, keys), keys.fits)
    with pytest.raises(IntegrityError, match="signed head"):
        verify(entries, None, keys.fits)


@pytest.mark.parametrize("action", list(Action))
def test_an_event_without_its_details_cannot_be_made(action):
    for name in REQUIRED_DETAILS[action]:
        others = dict.fromkeys(REQUIRED_DETAILS[action] - {name}, "x")
        with pytest.raises(TreError, match=name):
            Event(action, "olga", "x", NOW, others)
    assert action in REQUIRED_DETAILS
