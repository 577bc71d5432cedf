"""Take the network from this process, and from what it starts, for good: a system-call filter that needs no right.

A classic BPF program (Linux, ``seccomp(2)``) answers ``socket``, ``connect`` and ``io_uring_setup`` with "not
permitted". Calls of another architecture end the process.
"""

import ctypes
import errno
import platform
import struct
from typing import Final

_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050000 | errno.EPERM
_KILL: Final = 0x80000000
# Numbers of socket, connect and io_uring_setup, as Linux's own tables give them, by machine.
_CALLS: Final = {
    "x86_64": (0xC000003E, (41, 42, 425)),
    "aarch64": (0xC00000B7, (198, 203, 425)),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def take_network_away() -> bool:
    """Whether the network is gone; False where the kernel or the machine knows no such filter."""
    known = _CALLS.get(platform.machine())
    if known is None or platform.system() != "Linux":
        return False
    architecture, calls = known
    lines = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    lines += [(_EQUAL, len(calls) - i, 0, number) for i, number in enumerate(calls)]
    lines += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    packed = b"".join(struct.pack("<HBBI", *line) for line in lines)
    program = _Program(len(lines), packed)
    control = ctypes.CDLL(None, use_errno=True).prctl
    if control(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(control(_SECCOMP, _FILTER, ctypes.byref(program), 0, 0) == 0)
