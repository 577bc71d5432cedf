"""A head that lies outside: whoever has the database and even the key cannot rewrite what came before it."""

import pytest

from tests.factories import NOW
from tre.adapters.keys import Keys
from tre.audit.chain import Head, append, head_bytes
from tre.audit.events import Action, Event
from tre.audit.exported_head import check_against_heads, head_file, read_head
from tre.audit.verify import verify
from tre.core.errors import BadInput, IntegrityError


@pytest.fixture
def keys(tmp_path):
    return Keys(tmp_path / "secrets")


def log(keys, *actors):
    entries, last = [], None
    for actor in actors:
        last = append(Event(Action.PROJECT_CLOSED, actor, "pay", NOW), last)
        entries.append(last)
    return entries, Head(last.number, last.hash, keys.sign(head_bytes(last.number, last.hash)))


def test_a_log_that_went_on_holds_what_was_exported(keys):
    _, early = log(keys, "a", "b")
    entries, head = log(keys, "a", "b", "c")
    kept = read_head(head_file(early, at="now"), keys.fits)
    assert verify(check_against_heads(entries, [kept]), head, keys.fits).entries == 3


@pytest.mark.parametrize("rewritten", [("x", "b", "c"), ("a", "x", "c"), ("a", "x", "b", "c")])
def test_history_that_was_rewritten_and_signed_anew_is_found(keys, rewritten):
    """The whole chain is computed again and the head signed with the real key: only the kept head can tell."""
    _, early = log(keys, "a", "b")
    entries, head = log(keys, *rewritten)
    assert verify(entries, head, keys.fits)
    with pytest.raises(IntegrityError, match="entry 2 is not the one"):
        verify(check_against_heads(entries, [early]), head, keys.fits)


def test_a_log_that_was_cut_short_is_found(keys):
    _, late = log(keys, "a", "b", "c")
    entries, head = log(keys, "a")
    with pytest.raises(IntegrityError, match="ends before entry 3"):
        verify(check_against_heads(entries, [late]), head, keys.fits)


def test_an_exported_head_is_signed(keys, tmp_path):
    _, head = log(keys, "a")
    good = head_file(head, at="now")
    with pytest.raises(IntegrityError):
        read_head(good.replace(b'"entry": 1', b'"entry": 2'), keys.fits)
    with pytest.raises(IntegrityError):
        read_head(good, Keys(tmp_path / "other").fits)
    for bad in (b"", b"[]", b"{}", good.replace(b"tre-audit-head/1", b"other")):
        with pytest.raises(BadInput):
            read_head(bad, keys.fits)
