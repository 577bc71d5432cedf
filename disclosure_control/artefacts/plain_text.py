"""Text files: UTF-8 and nothing hidden, rebuilt with plain line ends."""

import re
import unicodedata
from typing import Final

from disclosure_control.artefacts.inside import Inside
from disclosure_control.errors import Unreadable
from disclosure_control.examined import Examined, Text
from disclosure_control.finding import Finding, found, places

MEDIA_TYPE: Final = "text/plain"
_ALLOWED_CONTROLS: Final = frozenset("\n\t")
_PACKED: Final = re.compile(r"[A-Za-z0-9+/=_-]{120,}")
_MAX_LINES: Final = 500_000


def examine(content: bytes, _: Inside | None = None) -> Examined:
    """Read a text that may be anybody's.

    Raises:
        Unreadable: it is not UTF-8, or holds control characters.
    """
    lines = decode(content).split("\n")
    if len(lines) > _MAX_LINES:
        raise Unreadable(f"The file has more than {_MAX_LINES:,} lines.")
    findings: list[Finding] = []
    unseen = [i for i, line in enumerate(lines, 1) if line != visible(line)]
    if unseen:
        where = places(f"line {i}" for i in unseen)
        findings.append(found("artefact.hidden-content", where, "The text holds characters that are not seen."))
    if not any(line.strip() for line in lines):
        findings.append(found("artefact.empty"))
    texts = tuple(Text(f"line {i}", visible(line)) for i, line in enumerate(lines, 1) if line.strip())
    clean = "\n".join(visible(line).rstrip() for line in lines).rstrip("\n") + "\n"
    return Examined(MEDIA_TYPE, tuple(findings), texts, clean.encode())


def decode(content: bytes, *, controls: bool = False) -> str:
    """Bytes as text, NFC, with Unix line ends; control characters are left out where they are allowed.

    Raises:
        Unreadable: they are not UTF-8, or hold control characters that are not allowed.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("The file is not UTF-8 text.", rule="artefact.mismatch") from error
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    steering = {c for c in set(text) - _ALLOWED_CONTROLS if unicodedata.category(c) == "Cc"}
    if steering and not controls:
        raise Unreadable("The file holds control characters.", rule="artefact.mismatch")
    return text.translate(dict.fromkeys(map(ord, steering))) if steering else text


def without_packed(text: str) -> str:
    """The text without long runs of packed bytes, in which patterns find only chance.

    >>> without_packed("x = '" + "Ab3/" * 40 + "'")
    "x = '…'"
    """
    return _PACKED.sub("…", text)


def visible(text: str) -> str:
    """The text without characters that only steer how it is shown (direction, zero width, private use)."""
    if text.isascii():
        return text
    return "".join(c for c in text if unicodedata.category(c) not in ("Cf", "Co", "Cs"))
