"""Keys: made once, private, damaged ones refused."""

import stat

import pytest

from tre.adapters.keys import Keys, PublicKey
from tre.core.errors import BadInput, IntegrityError


def test_keys_are_made_once_and_for_their_owner_alone(tmp_path):
    first, second = Keys(tmp_path / "s"), Keys(tmp_path / "s")
    assert (first.master, first.public_key()) == (second.master, second.public_key())
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in (tmp_path / "s").iterdir())
    assert Keys(tmp_path / "other").master != first.master


def test_signatures_fit_their_own_bytes_alone(tmp_path):
    keys = Keys(tmp_path / "s")
    signature = keys.sign(b"data")
    assert keys.fits(b"data", signature)
    assert not keys.fits(b"date", signature)
    assert not keys.fits(b"data", "zz")
    assert not Keys(tmp_path / "other").fits(b"data", signature)


@pytest.mark.parametrize("name", ["signing.pem", "master.key"])
def test_a_damaged_key_is_refused(tmp_path, name):
    Keys(tmp_path / "s")
    (tmp_path / "s" / name).write_bytes(b"x")
    with pytest.raises(IntegrityError):
        Keys(tmp_path / "s")


def test_a_public_key_must_be_one():
    with pytest.raises(BadInput):
        PublicKey("nonsense")
