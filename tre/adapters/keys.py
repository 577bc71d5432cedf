"""The secrets of one installation: the pseudonyms' master key and the Ed25519 signing key, made at first use.

They lie in ``secrets/`` under the home, readable by their owner alone, and are never mounted anywhere.
"""

import hmac
import os
import secrets
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tre.core.errors import BadInput, IntegrityError

MASTER_BYTES: Final = 32


class Keys:
    """The ``Signer`` port, and the other secrets of this installation."""

    def __init__(self, folder: Path) -> None:
        """Read the secrets under ``folder``, making what is missing. Raises IntegrityError for a damaged one."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.master = _read_or_create(folder / "master.key", secrets.token_bytes(MASTER_BYTES))
        self.session = _read_or_create(folder / "session.key", secrets.token_bytes(MASTER_BYTES))
        pem = _read_or_create(folder / "signing.pem", _new_private_key())
        try:
            private = serialization.load_pem_private_key(pem, password=None)
        except ValueError:
            raise IntegrityError("The signing key cannot be read.") from None
        if not isinstance(private, Ed25519PrivateKey) or len(self.master) != MASTER_BYTES:
            raise IntegrityError("A key of this installation is not of its kind.")
        self._private = private
        self._commitments = hmac.digest(self.master, b"commitments in the record of a release", "sha256")

    def sign(self, data: bytes) -> str:
        """The signature as 128 lower-case hexadecimal digits."""
        return self._private.sign(data).hex()

    def commit(self, text: str) -> str:
        """HMAC-SHA256 of a text under a key of its own, made from the master key."""
        return f"hmac-sha256:{hmac.digest(self._commitments, text.encode(), 'sha256').hex()}"

    def public_key(self) -> str:
        """The public key as PEM text."""
        encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        return self._private.public_key().public_bytes(encoding, form).decode()

    def fits(self, data: bytes, signature: str) -> bool:
        """Whether a signature over some bytes is this installation's own."""
        return PublicKey(self.public_key()).fits(data, signature)


class PublicKey:
    """Verifies signatures; needs nothing of the installation but the key's PEM text."""

    def __init__(self, pem: str) -> None:
        """Read a key. Raises BadInput when it is none."""
        try:
            key = serialization.load_pem_public_key(pem.encode())
        except ValueError:
            raise BadInput("The public key cannot be read.", hint="It is a PEM file of an Ed25519 key.") from None
        if not isinstance(key, Ed25519PublicKey):
            raise BadInput("The public key is not an Ed25519 key.")
        self._key = key

    def fits(self, data: bytes, signature: str) -> bool:
        """Whether a hexadecimal signature over some bytes is this key's."""
        try:
            self._key.verify(bytes.fromhex(signature), data)
        except (InvalidSignature, ValueError):
            return False
        return True


def _new_private_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _read_or_create(path: Path, fresh: bytes) -> bytes:
    """What the file holds; if there is none, ``fresh`` is written first. Two processes at once agree on one."""
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    if not path.exists():
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(fresh)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(partial, path)
        except FileExistsError:
            pass
        finally:
            partial.unlink()
    return path.read_bytes()
