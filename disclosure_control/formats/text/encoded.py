"""Words that are bytes in disguise: base64, base32, hexadecimal, escapes, long numbers.

Nobody can read them, so nobody can say that they may leave. What unpacks is read like any file; what does not is named.
Lone digests are ordinary; many of them can hold anything. Source of the alphabets: RFC 4648.
"""

import base64
import binascii
import bz2
import lzma
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from typing import Any, Final

from disclosure_control.core.content import ContentBuilder, FileContent, Text
from disclosure_control.core.errors import Unreadable
from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.core.location import Location, located
from disclosure_control.core.outcome import Outcome
from disclosure_control.formats.registry import by_magic
from disclosure_control.formats.sniff import examine

MANY: Final = 300  # characters of packed words in a file that are named; ordinary outputs have none or a digest
_STOPS: Final = 2_000  # as many stop the file, whatever they are
_DEEPEST: Final = 3
_MAX_PACKED: Final = 8_000_000
_MAX_UNPACKED: Final = 16_000_000
_LEAST_READ: Final = 16  # bytes that say something
_READABLE: Final = 0.95
_DIGESTS: Final = frozenset({32, 40, 56, 64, 96, 128})  # hexadecimal digits of MD5, SHA-1 and SHA-2
_NAMED_DIGEST: Final = re.compile(r"sha(?:1|256|384|512)-[A-Za-z0-9+/]{27,86}={0,2}")  # W3C, Subresource Integrity
_LONG: Final = re.compile(r"[!-~]{20}")
_APART: Final = re.compile(r"\d")
_WORD: Final = re.compile(
    r"(?P<escape>(?:\\x[0-9A-Fa-f]{2}|%[0-9A-Fa-f]{2}|&#x?[0-9A-Fa-f]{1,4};){8,})"
    r"|(?P<word>(?<![\w+/-])[A-Za-z0-9+/_-]{20,}={0,6}(?![\w+/]))"
)
_SPARSE: Final = re.compile(r"\\x[0-9A-Fa-f]{2}")
_MANY_ESCAPES: Final = 16  # in one text
_BITS: Final = re.compile(r"(?<![\w.,])[01]{8}(?:[ ,;|][01]{8}){7,}(?![\w.,])")
_GROUPS: Final = re.compile(r"(?<![\w+/])(?:[A-Za-z0-9+/]{2,19}[ :,;.-]){7,}[A-Za-z0-9+/]{1,19}={0,2}(?![\w+/])")
_BYTES: Final = re.compile(r"(?<![\w.])(?:\d{1,3}(?:\s*,\s*|\s+)){47,}\d{1,3}(?![\w.])")
_DENSE: Final = re.compile(r"[!-~]{100,}")
_WHOLE: Final = 20  # letters of a word that counts alone
_PLAIN: Final = re.compile(rb"[a-z0-9 ,.\n]")
_BLANK: Final = re.compile(rb"[ ,\n]")
_SIGNS: Final = 14  # different signs in a word without spaces, as in base85
_HEX: Final = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_BASE32: Final = re.compile(r"[A-Z2-7]+={0,6}")


@dataclass
class _WordGroup:
    """Packed words of one kind, in the order of the file."""

    words: list[str] = field(default_factory=list)
    where: list[Location] = field(default_factory=list)
    digests: int = 0  # characters of words that may be digests

    @property
    def size(self) -> int:
        return sum(map(len, self.words))


def read_packed(texts: Sequence[Text]) -> FileContent:
    """Name the places of packed words, and read what they unpack to.

    Returns: findings, and the texts and tables that were unpacked, with the places of the words that hold them.
    """
    reading = ContentBuilder()
    _read(texts, reading, 1)
    return reading.done("", None)


def _read(texts: Sequence[Text], reading: ContentBuilder, depth: int) -> None:
    kinds: dict[str, _WordGroup] = {}
    for text in texts:
        for kind, word in _words(text.text):
            group = kinds.setdefault(kind, _WordGroup())
            group.words.append(word)
            group.where.append(text.where)
            group.digests += len(word) if _may_be_digest(kind, word) else 0
    unpacked = [(kind, group, _unpack(kind, group)) for kind, group in kinds.items()]
    readable = [(group, inside) for _, group, inside in unpacked if inside is not None]
    rest = [group for kind, group, inside in unpacked if inside is None and kind not in _ORDINARY]
    for group, inside in readable:
        why = f"What stands here is packed, and unpacks to {_format_name(inside)}."
        reading.findings.append(_finding([group], why, Outcome.FAIL))
    if sum(group.size for group in rest) >= MANY:
        characters = sum(group.size - group.digests for group in rest)
        why = "Digits and letters stand here that may be packed bytes. Nobody can say what they hold."
        reading.findings.append(_finding(rest, why, Outcome.FAIL if characters >= _STOPS else Outcome.REVIEW))
    for group, inside in readable:
        where = located("unpacked").within(group.where[0])
        part = _as_file(inside)
        reading.absorb(part, where)
        if depth < _DEEPEST:
            deeper = ContentBuilder()
            _read(part.texts, deeper, depth + 1)
            reading.absorb(deeper, where)


def _finding(found_words: Iterable[_WordGroup], why: str, outcome: Outcome) -> Finding:
    groups = list(found_words)
    where = dict.fromkeys(place for group in groups for place in group.where)
    return make_finding("artefact.packed", where, why, outcome=outcome, characters=sum(group.size for group in groups))


def _words(text: str) -> Iterator[tuple[str, str]]:
    """Each packed word of a text, with its kind."""
    if _LONG.search(text):
        yield from _long_words(text)
    if _APART.search(text):
        for match in _GROUPS.finditer(text):
            yield from _groups(match.group())
        for match in _BYTES.finditer(text):
            numbers = list(map(int, re.findall(r"\d+", match.group())))
            if max(numbers) < 256:
                yield "bytes", bytes(numbers).hex()
        for match in _BITS.finditer(text):
            yield "bits", re.sub("[^01]", "", match.group())


def _long_words(text: str) -> Iterator[tuple[str, str]]:
    for match in _WORD.finditer(text):
        word = match.group()
        kind = "escape" if match["escape"] else _kind(word)
        if kind:
            yield kind, word
    if "\\x" in text and len(escapes := _SPARSE.findall(text)) >= _MANY_ESCAPES and "\\x" * 2 not in text:
        yield "sparse", "".join(escapes)
    for match in _DENSE.finditer(text):
        word = match.group()
        if len({c for c in word if not c.isalnum()}) >= _SIGNS and _is_mixed(re.sub(r"[^A-Za-z0-9]", "", word)):
            yield "dense", word


def _groups(groups: str) -> Iterator[tuple[str, str]]:
    """Packed words that are written in groups of one length, as the digits of a certificate are."""
    parts = re.split("[ :,;.-]", groups)
    for size, run in groupby(parts, len):
        word = "".join(run)
        kind = _kind(word) if size < _WHOLE <= len(word) else ""
        if kind in ("hex", "base64"):
            yield "groups" if kind == "hex" else kind, word


def _kind(word: str) -> str:
    """What a long word is written in; empty for ordinary ones."""
    bare = word.rstrip("=")
    if bare.isdecimal():
        kind = "bits" if len(bare) >= 64 and set(bare) == {"0", "1"} else "digits"
        return kind if len(bare) >= 40 and len(set(bare)) > 1 else ""
    if len(bare) >= 32 and _HEX.fullmatch(bare) and any(map(str.isdecimal, bare)):
        return "hex"
    if len(bare) >= 40 and _BASE32.fullmatch(word) and sum(map(str.isdecimal, bare)) >= len(bare) / 20:
        return "base32"
    return "base64" if _is_mixed(bare) else ""


def _may_be_digest(kind: str, word: str) -> bool:
    return (kind == "hex" and len(word) in _DIGESTS) or _NAMED_DIGEST.fullmatch(word) is not None


def _is_mixed(word: str) -> bool:
    """Whether capitals, small letters and digits stand in a word as in one made by chance."""
    size = len(word)
    upper, lower = sum(map(str.isupper, word)), sum(map(str.islower, word))
    digits = sum(map(str.isdecimal, word))
    changes = sum(_class(a) != _class(b) for a, b in pairwise(word))
    return size >= 20 and min(upper, lower) >= size * 0.15 and digits >= size * 0.05 and changes >= size * 0.35


def _class(letter: str) -> int:
    return 0 if letter.isupper() else 1 if letter.islower() else 2 if letter.isdecimal() else 3


def _unpack(kind: str, group: _WordGroup) -> bytes | None:
    """What the words of one kind hold together, or each alone; None where nobody can read it."""
    if kind == "bytes":
        return next((inside for word in group.words if (inside := _written_in_bytes(bytes.fromhex(word)))), None)
    if kind not in _UNPACKERS or group.size > _MAX_PACKED:
        return None
    whole = _UNPACKERS[kind]("".join(group.words))
    together = None if whole is None else _open(whole)
    if together is not None:
        return together
    each = [_UNPACKERS[kind](word) for word in group.words[:1_000]]
    opened = [content for content in map(_open, [e for e in each if e is not None]) if content is not None]
    return b"\n".join(opened) if opened else None


def _written_in_bytes(content: bytes) -> bytes | None:
    """What numbers below 256 say as bytes; None where they are packed in no way, and are not written text either."""
    opened = _open(content)
    is_packed = opened is not None and opened != content
    is_prose = len(_PLAIN.findall(content)) >= 0.8 * len(content) and len(_BLANK.findall(content)) >= len(content) / 20
    return opened if is_packed or (opened is not None and (is_prose or by_magic(content))) else None


def _open(content: bytes) -> bytes | None:
    """The bytes out of their packing, if a person or a program can read them."""
    for opener in _OPENERS:
        try:
            content = opener(content)
            break
        except (zlib.error, OSError, ValueError, EOFError, lzma.LZMAError, MemoryError):
            continue
    if len(content) < _LEAST_READ:
        return None
    return content if by_magic(content) or _is_text(content) else None


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    return sum(c.isprintable() or c in "\n\r\t" for c in text) >= _READABLE * len(text)


def _format_name(content: bytes) -> str:
    formats = by_magic(content)
    return f"what {formats[0].name} begins with" if formats else "text"


def _as_file(content: bytes) -> FileContent:
    """What is unpacked, read as the file that it most likely is."""
    formats = by_magic(content)
    endings = [formats[0].endings[0]] if formats else [".json", ".csv", ".txt"]
    part = ContentBuilder()
    for ending in endings:
        try:
            read = examine(f"unpacked{ending}", content)
        except Unreadable:
            continue
        if ending != ".csv" or any(len(table.columns) > 1 for table in read.tables):
            return read
    part.text("its bytes", content.decode("utf-8", "replace")[:_MAX_UNPACKED])
    return part.done("", None)


def _from_hex(word: str) -> bytes | None:
    return _attempt(lambda: bytes.fromhex(word[: len(word) // 2 * 2]))


def _from_base64(word: str) -> bytes | None:
    bare = word.replace("=", "").replace("-", "+").replace("_", "/")
    return _attempt(lambda: base64.b64decode(bare[: len(bare) // 4 * 4 + len(bare) % 4] + "=" * (-len(bare) % 4)))


def _from_base32(word: str) -> bytes | None:
    bare = word.replace("=", "")
    return _attempt(lambda: base64.b32decode(bare + "=" * (-len(bare) % 8)))


def _from_escapes(word: str) -> bytes | None:
    codes = re.findall(r"\\x([0-9A-Fa-f]{2})|%([0-9A-Fa-f]{2})|&#x([0-9A-Fa-f]{1,4});|&#([0-9]{1,4});", word)
    values = [int(a or b or c, 16) if a or b or c else int(d) for a, b, c, d in codes]
    return _attempt(lambda: bytes(values))


def _from_bits(word: str) -> bytes | None:
    return _attempt(lambda: int(word, 2).to_bytes((len(word) + 7) // 8, "big"))


def _from_digits(word: str) -> bytes | None:
    number = int(word[:4_000])
    return _attempt(lambda: number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _from_base85(word: str) -> bytes | None:
    return _attempt(lambda: base64.b85decode(word.strip("\"'"))) or _attempt(
        lambda: base64.a85decode(word.strip("\"'"))
    )


def _attempt(unpack: Callable[[], bytes]) -> bytes | None:
    try:
        return unpack() or None
    except (ValueError, binascii.Error, OverflowError):
        return None


_ORDINARY: Final = ("bytes", "groups")  # lists of small numbers, and of codes of one length
_UNPACKERS: Final[dict[str, Callable[[str], bytes | None]]] = {
    "hex": _from_hex,
    "groups": _from_hex,
    "base64": _from_base64,
    "base32": _from_base32,
    "escape": _from_escapes,
    "bits": _from_bits,
    "digits": _from_digits,
    "dense": _from_base85,
}


def _inflate(unpacking: Any, content: bytes) -> bytes:
    """At most so many bytes of a packed stream, which must be at its end or at the limit."""
    opened: bytes = unpacking.decompress(content, _MAX_UNPACKED)
    if not opened:
        raise ValueError("nothing is in it")
    return opened


_OPENERS: Final[tuple[Callable[[bytes], bytes], ...]] = (
    lambda content: _inflate(zlib.decompressobj(47), content),  # zlib and gzip
    lambda content: _inflate(bz2.BZ2Decompressor(), content),
    lambda content: _inflate(lzma.LZMADecompressor(memlimit=256_000_000), content),
)
