"""Files that are broken in ways that parsers do not expect, from files that are not."""

import random
from collections.abc import Callable, Sequence

Change = Callable[[random.Random, bytearray, Sequence[bytes]], None]
_NUMBERS = (
    b"\x00",
    b"\xff",
    b"\x7f",
    b"\x80",
    b"\xff\xff\xff\xff",
    b"\x00\x00\x00\x00",
    b"\x7f\xff\xff\xff",
    b"-1",
    b"1e999",
)
_MARKS = (b"<", b">", b"{", b"[", b'"', b"\\", b"%", b"&", b"\n", b",", b"\x00")
_WORDS = (*_MARKS, "\u202e".encode(), b"<!--", b"]]>", b"../")


def flip(chance: random.Random, data: bytearray, others: Sequence[bytes]) -> None:
    for _ in range(chance.randint(1, 8)):
        if data:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def cut(chance: random.Random, data: bytearray, others: Sequence[bytes]) -> None:
    del data[chance.randrange(len(data) + 1) :]


def remove(chance: random.Random, data: bytearray, others: Sequence[bytes]) -> None:
    at = chance.randrange(len(data) + 1)
    del data[at : at + chance.randint(1, 64)]


def insert(chance: random.Random, data: bytearray, others: Sequence[bytes]) -> None:
    at = chance.randrange(len(data) + 1)
    data[at:at] = chance.choice((*_WORDS, chance.randbytes(chance.randint(1, 32))))


def number(chance: random.Random, data: bytearray, others: Sequence[bytes]) -> None:
    at, value = chance.randrange(len(data) + 1), chance.choice(_NUMBERS)
    data[at : at + len(value)] = value


def repeat(chance: random.Random, data: bytearray, others: Sequence[bytes]) -> None:
    at = chance.randrange(len(data) + 1)
    data[at:at] = bytes(data[at : at + chance.randint(1, 128)]) * chance.randint(2, 200)


def splice(chance: random.Random, data: bytearray, others: Sequence[bytes]) -> None:
    other = chance.choice(others)
    data[chance.randrange(len(data) + 1) :] = other[chance.randrange(len(other) + 1) :]


def noise(chance: random.Random, data: bytearray, others: Sequence[bytes]) -> None:
    keep = chance.randint(0, 16)
    data[keep:] = chance.randbytes(chance.randint(0, 2_000))


CHANGES: tuple[Change, ...] = (flip, cut, remove, insert, number, repeat, splice, noise)


def mutated(chance: random.Random, seeds: Sequence[bytes]) -> bytes:
    """One of the seeds, changed in one to four ways."""
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.randint(1, 4)):
        chance.choice(CHANGES)(chance, data, seeds)
    return bytes(data)
