"""Keyed pseudonyms: one project's names for its people, which no other project can join.

``K_project = HMAC-SHA256(master, project ‖ 0x1f ‖ domain)`` and the pseudonym of a person key is
``v1: + hex(HMAC-SHA256(K_project, domain ‖ 0x1f ‖ key))[:32]``, 128 bits. HMAC is a pseudorandom function as long as
SHA-256's compression function is one (Bellare, CRYPTO 2006); the master key never enters a workspace. Only linkage,
views and the composition root may import this module.
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Iterable
from typing import Final

from tre.core.ids import ProjectId

VERSION: Final = "v1"
SEPARATOR: Final = b"\x1f"


def project_key(master: bytes, project: ProjectId, domain: str) -> bytes:
    """The key of one project in one domain (such as "person"), 32 bytes."""
    return hmac.digest(master, project.encode() + SEPARATOR + domain.encode(), "sha256")


def pseudonyms(key: bytes, domain: str, identifiers: Iterable[str]) -> list[str]:
    """A pseudonym for each identifier, in the same order.

    >>> key = project_key(b"0" * 32, ProjectId("pay-gap"), "person")
    >>> one, two, again = pseudonyms(key, "person", ["a", "b", "a"])
    >>> one == again, one == two, len(one)
    (True, False, 35)
    """
    keyed = hmac.new(key, domain.encode() + SEPARATOR, hashlib.sha256)
    names = []
    for identifier in identifiers:
        state = keyed.copy()
        state.update(unicodedata.normalize("NFC", identifier).encode())
        names.append(f"{VERSION}:{state.hexdigest()[:32]}")
    return names
