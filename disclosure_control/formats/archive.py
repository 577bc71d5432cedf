"""ZIP files of strangers: their entries within limits, and not a byte that belongs to none of them."""

import io
import struct
import zipfile
import zlib
from typing import Final

from disclosure_control.core.errors import Unreadable

MAX_ENTRIES: Final = 2_000
MAX_BYTES: Final = 300_000_000
_DESCRIBED: Final = 0x8  # the flag of an entry whose sizes follow its content
_BLOCK: Final = 1 << 20
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_DESCRIPTORS: Final = (0, 12, 16, 20, 24)  # bytes that may follow an entry's content
# What programs write beside an entry's name, and how long it can be: sizes, times and owners.
_EXTRAS: Final = {0x0001: 28, 0x000A: 36, 0x5455: 13, 0x5855: 12, 0x7855: 8, 0x7875: 15}
_PADDING: Final = (0xA220, 0xD935, 0xCAFE)
_BAD: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


def entries(content: bytes) -> dict[str, bytes]:
    """Every entry of an archive by its name, unpacked.

    Raises:
        Unreadable: it cannot be unpacked within the limits, is encrypted, or holds bytes outside its entries.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            listed = [info for info in archive.infolist() if not info.is_dir()]
            _check_listed(archive.infolist(), archive.comment)
            _check_layout(content, archive)
            return {info.filename: _unpacked(archive, info) for info in listed}
    except _BAD as error:
        raise Unreadable("The archive cannot be unpacked.") from error


def _check_listed(listed: list[zipfile.ZipInfo], comment: bytes) -> None:
    if len(listed) > MAX_ENTRIES or sum(info.file_size for info in listed) > MAX_BYTES:
        raise Unreadable("The archive holds more than is unpacked.", rule="artefact.too-big")
    if any(info.flag_bits & 0x1 for info in listed):
        raise Unreadable("The archive is encrypted.", hint="Hand it in without a password.")
    names = [info.filename for info in listed]
    if len(set(names)) != len(names):
        raise Unreadable("Two entries of the archive have one name.")
    if any(not _is_ordinary(info.extra) for info in listed):
        raise Unreadable("The archive holds bytes beside the names of its entries.", rule="artefact.left-over")
    if comment or any(info.comment for info in listed):
        raise Unreadable("The archive carries a comment.", rule="artefact.left-over", hint="Make it without one.")


def _check_layout(content: bytes, archive: zipfile.ZipFile) -> None:
    """Entries stand one after another from the first byte, and nothing follows the end of the list."""
    at, described = 0, False
    for info in sorted(archive.infolist(), key=lambda info: info.header_offset):
        gap = info.header_offset - at
        if gap and not described:
            raise Unreadable("The archive holds bytes between its entries.", rule="artefact.left-over")
        if gap not in _DESCRIPTORS or (at == 0 and gap):
            raise Unreadable("The archive holds bytes between its entries.", rule="artefact.left-over")
        head = _LOCAL.unpack_from(content, info.header_offset)
        name_end = info.header_offset + _LOCAL.size + head[9]
        if not _is_ordinary(content[name_end : name_end + head[10]]):
            raise Unreadable("The archive holds bytes beside the names of its entries.", rule="artefact.left-over")
        at = name_end + head[10] + info.compress_size
        described = bool(info.flag_bits & _DESCRIBED)
        _check_packed(content[name_end + head[10] : at], info)
    gap = archive.start_dir - at
    if gap not in _DESCRIPTORS or (gap and not described):
        raise Unreadable("The archive holds bytes after its entries.", rule="artefact.left-over")
    end = content.rfind(b"PK\x05\x06")
    if end + 22 != len(content):
        raise Unreadable("Bytes follow the end of the archive.", rule="artefact.left-over")


def _is_ordinary(extra: bytes) -> bool:
    """Whether the fields beside an entry's name are those that programs write."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        body = extra[at + 4 : at + 4 + length]
        padded = kind in _PADDING and not any(body[4:])
        if len(body) != length or not (padded or length <= _EXTRAS.get(kind, -1)):
            return False
        at += 4 + length
    return not any(extra[at:])


def _check_packed(packed: bytes, info: zipfile.ZipInfo) -> None:
    """What is packed ends where its entry does."""
    if info.compress_type != zipfile.ZIP_DEFLATED:
        return
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    left = packed
    while left and not unpacking.eof:
        unpacking.decompress(left, _BLOCK)
        left = unpacking.unconsumed_tail
    if unpacking.unused_data:
        raise Unreadable("The archive holds bytes after what an entry packs.", rule="artefact.left-over")


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with archive.open(info) as file:
        data = file.read(info.file_size + 1)
        if len(data) != info.file_size or file.read(1):
            raise Unreadable("An entry of the archive is larger than it says.", rule="artefact.too-big")
    return data
