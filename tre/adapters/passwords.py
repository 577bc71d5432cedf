"""Password hashing by argon2id with its library's own current defaults."""

import unicodedata
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tre.core.errors import BadInput

MIN_LENGTH: Final = 12  # characters
_HASHER: Final = PasswordHasher()


def hash_password(password: str) -> str:
    """The hash to store. Raises BadInput for a password of fewer than 12 characters."""
    if len(password) < MIN_LENGTH:
        raise BadInput(f"A password has at least {MIN_LENGTH} characters.")
    return _HASHER.hash(_normal(password))


def password_fits(stored: str | None, password: str) -> bool:
    """Whether the password is the one that was hashed; takes as long when there is nothing stored."""
    try:
        return _HASHER.verify(stored or _nobody(), _normal(password)) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    """Checked against when there is no such person, so that the time taken does not tell."""
    return _HASHER.hash("nobody has this password")


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
