"""Readers of HTTP that trust what they should not, for attacks that two of them read differently.

A gateway that ``judges`` by one reading and hands the bytes on as they came, before a server that has another, is what
smuggling needs. Each reading says of a head where its body ends. No such reader is in the product.
"""

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

CHUNKS: Final = -1
Reading = Callable[[bytes], int]
END: Final = b"\r\n\r\n"
LAST_CHUNK: Final = re.compile(rb"0[^\r\n]*\r\n\r\n")


def lengths(head: bytes) -> list[bytes]:
    """What is said after each ``Content-Length``; nothing said is 0."""
    return re.findall(rb"(?im)^content-length\s*:\s*([^\r\n]*)", head) or [b"0"]


def nothing(_: bytes) -> int:
    """A head whose length is not understood has no body."""
    return 0


def until_the_end(_: bytes) -> int:
    """Whatever comes belongs to the body."""
    return 1 << 30


def first(head: bytes) -> int:
    """The digits with which the first length begins, as C's atoi reads it."""
    return int(re.match(rb"[+]?(\d*)", lengths(head)[0]).group(1) or 0)


def last(head: bytes) -> int:
    """The last number of the last length, in whatever base."""
    return int(lengths(head)[-1].rpartition(b",")[2].strip(), 0)


def chunks(head: bytes) -> int:
    """In chunks, wherever and however the head says so."""
    return CHUNKS if re.search(rb"(?i)transfer-encoding\s*:\s*[^\r\n]*chunked", head) else 0


def targets(data: bytes, reading: Reading) -> list[str]:
    """The targets of the requests that a reader finds in what came on one connection."""
    names = []
    while END in data:
        head, _, data = data.partition(END)
        names.append(head.lstrip().split(b" ")[1].decode("latin-1"))
        length = reading(head)
        data = LAST_CHUNK.split(data, maxsplit=1)[-1] if length == CHUNKS else data[length:]
    return names


def line_by_line(data: bytes) -> list[str]:
    """The targets that a reader finds to whom each line may begin a request, whichever way lines end."""
    return [name.decode() for name in re.findall(rb"(?:^|[\r\n])\s*[A-Z]+ ([^\r\n ]+)", data)]


def words(data: bytes) -> list[str]:
    """All words of the first line: any of them may be taken for the target."""
    return [urlsplit(word).path for word in data.split(b"\r\n")[0].decode().split()]


def values(data: bytes) -> list[str]:
    """The values of headers whose names are tidied up first."""
    return [line.partition(b":")[2].strip().decode() for line in data.split(b"\r\n")]
