"""Passwords are hashed at the library's own cost, although the tests' own process takes the least."""

import subprocess
import sys

import argon2
import pytest

from tre.adapters.passwords import hash_password, password_fits
from tre.core.errors import BadInput

PASSWORD = "a long enough password"


def test_a_process_of_the_product_hashes_as_the_library_does_by_default() -> None:
    program = f"from tre.adapters.passwords import hash_password; print(hash_password('{PASSWORD}'))"
    made = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()
    assert argon2.extract_parameters(made) == argon2.extract_parameters(argon2.PasswordHasher().hash(PASSWORD))
    assert argon2.extract_parameters(made).type is argon2.Type.ID
    assert password_fits(made, PASSWORD), "a hash says at what cost it was made"
    assert not password_fits(made, PASSWORD.upper())


def test_what_is_stored_or_typed_wrongly_does_not_fit() -> None:
    stored = hash_password("ﬁfty words, ﬁfty")
    assert password_fits(stored, "fifty words, fifty"), "the same letters typed in another way"
    for other in (None, "", "no hash", stored[:-4]):
        assert not password_fits(other, "fifty words, fifty")
    with pytest.raises(BadInput, match="12"):
        hash_password("eleven char")
