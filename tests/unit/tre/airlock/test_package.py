"""The seal: every byte of every file counts, and the message says which file it was."""

import pytest

from tre.adapters.keys import Keys, PublicKey
from tre.airlock.package import MANIFEST, SIGNATURE, seal, verify
from tre.core.errors import IntegrityError

FILES = {"outputs/table.csv": b"a,b\n1,2\n", "record.json": b"{}"}


@pytest.fixture
def keys(tmp_path):
    return Keys(tmp_path / "secrets")


@pytest.fixture
def sealed(keys):
    return seal(FILES, release="rel-1", sign=keys.sign)


def test_a_sealed_package_verifies_with_the_public_key_alone(keys, sealed):
    assert set(verify(sealed, PublicKey(keys.public_key()).fits)) == set(FILES)


def test_every_single_byte_counts(keys, sealed):
    for name, data in sealed.items():
        for place in range(len(data)):
            for bit in (1, 32, 128):
                changed = bytearray(data)
                changed[place] ^= bit
                with pytest.raises(IntegrityError) as found:
                    verify({**sealed, name: bytes(changed)}, keys.fits)
                assert name in found.value.message


def test_a_missing_file_is_named(keys, sealed):
    for name in sealed:
        with pytest.raises(IntegrityError, match=name.replace(".", r"\.")):
            verify({other: data for other, data in sealed.items() if other != name}, keys.fits)


def test_an_added_file_is_named(keys, sealed):
    with pytest.raises(IntegrityError, match="extra"):
        verify({**sealed, "outputs/extra.csv": b""}, keys.fits)


@pytest.mark.parametrize("added", [b"\n", b" ", b"00"])
def test_the_signature_has_one_spelling(keys, sealed, added):
    with pytest.raises(IntegrityError):
        verify({**sealed, SIGNATURE: sealed[SIGNATURE] + added}, keys.fits)
    with pytest.raises(IntegrityError):
        verify({**sealed, SIGNATURE: sealed[SIGNATURE].upper()}, keys.fits)


def test_another_key_does_not_fit(sealed, tmp_path):
    other = Keys(tmp_path / "other")
    with pytest.raises(IntegrityError, match=MANIFEST):
        verify(sealed, other.fits)
