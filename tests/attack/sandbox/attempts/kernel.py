"""System calls that widen rights, reach other processes or open large parts of the kernel."""

import ctypes
import fcntl
import mmap
import os
import pty
import struct
import termios

from tries import INTEL, LIBC, attempt, call, reaches

TIOCSTI, TIOCLINUX = 0x5412, 0x541C
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000
# Calls whose number differs: (x86-64, the others' common table).
NUMBERS = {
    "ptrace": (101, 117), "personality": (135, 92), "keyctl": (250, 219), "add_key": (248, 217),
    "request_key": (249, 218), "perf_event_open": (298, 241), "bpf": (321, 280), "userfaultfd": (323, 282),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272), "unshare": (272, 97),
    "setns": (308, 268), "clone": (56, 220), "memfd_create": (319, 279), "shmget": (29, 194),
    "vmsplice": (278, 75), "fanotify_init": (300, 262), "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
    "chroot": (161, 51), "quotactl": (179, 60), "move_pages": (279, 239), "mbind": (237, 235),
    "set_mempolicy": (238, 237), "migrate_pages": (256, 238), "adjtimex": (159, 171),
}  # fmt: skip
# The same everywhere.
IO_URING_SETUP, OPEN_TREE, MOVE_MOUNT, FSOPEN, FSPICK, CLONE3 = 425, 428, 429, 430, 433, 435
PIDFD_OPEN, PIDFD_GETFD, PROCESS_MADVISE, MOUNT_SETATTR, QUOTACTL_FD = 434, 438, 440, 442, 443
MEMFD_SECRET, OPEN_TREE_ATTR = 447, 467
HERE = -100


def number(name: str) -> int:
    return NUMBERS[name][0 if INTEL else 1]


def simple(title: str, how, *arguments: object) -> None:
    """An attempt that is one system call."""
    attempt(title)(lambda given: how(*arguments))


def _child() -> int:
    pid = os.fork()
    if pid == 0:
        os.read(os.pipe()[0], 1)
    return pid


@attempt("ptrace")
def ptrace(given):
    call(number("ptrace"), 16, _child(), 0, 0)


@attempt("process_vm_readv")
def read_memory(given):
    source, room = ctypes.create_string_buffer(8), ctypes.create_string_buffer(8)
    mine, theirs = ((ctypes.c_void_p * 2)(ctypes.addressof(b), 8) for b in (room, source))
    call(number("process_vm_readv"), _child(), mine, 1, theirs, 1, 0)


@attempt("process_vm_writev")
def write_memory(given):
    source, room = ctypes.create_string_buffer(8), ctypes.create_string_buffer(8)
    mine, theirs = ((ctypes.c_void_p * 2)(ctypes.addressof(b), 8) for b in (room, source))
    call(number("process_vm_writev"), _child(), mine, 1, theirs, 1, 0)


@attempt("kcmp")
def compare(given):
    call(number("kcmp"), os.getpid(), _child(), 1, 0, 0)


@attempt("pidfd_getfd")
def take_descriptor(given):
    call(PIDFD_GETFD, os.pidfd_open(_child()), 0, 0)


simple("process_madvise", reaches, PROCESS_MADVISE, -1, None, 0, 20, 0)
simple("a new user namespace", call, number("unshare"), NEW_USER)
simple("a new network namespace", call, number("unshare"), NEW_NETWORK)
simple("entering a namespace again", lambda: reaches(number("setns"), os.open("/proc/self/ns/user", os.O_RDONLY), 0))


@attempt("a new user namespace by clone")
def clone_user(given):
    if call(number("clone"), NEW_USER | 17, 0, 0, 0, 0) == 0:
        os._exit(0)


@attempt("a new user namespace by clone3")
def clone3_user(given):
    arguments = ctypes.create_string_buffer(struct.pack("=8Q", NEW_USER, 0, 0, 0, 17, 0, 0, 0))
    if call(CLONE3, arguments, 64) == 0:
        os._exit(0)


simple("a mount", call, number("mount"), b"none", b"/tmp", b"tmpfs", 0, None)
simple("/data made writable again", call, number("mount"), b"none", b"/data", None, 0x1020, None)
simple("an unmount", reaches, number("umount2"), b"/nowhere", 0)
simple("pivot_root", reaches, number("pivot_root"), b"/nowhere", b"/nowhere")
simple("chroot", call, number("chroot"), b"/tmp")
simple("fsopen", reaches, FSOPEN, b"tmpfs", 0)
simple("fspick", reaches, FSPICK, HERE, b"/nowhere", 0)
simple("open_tree", reaches, OPEN_TREE, HERE, b"/tmp", 1)
simple("open_tree_attr", reaches, OPEN_TREE_ATTR, HERE, b"/tmp", 0, None, 0)
simple("move_mount", reaches, MOVE_MOUNT, -1, b"", -1, b"", 0)
simple("mount_setattr", reaches, MOUNT_SETATTR, HERE, b"/tmp", 0, (ctypes.c_uint64 * 4)(), 32)
simple("quotactl", reaches, number("quotactl"), 0, None, 0, None)
simple("quotactl_fd", reaches, QUOTACTL_FD, -1, 0, 0, None)
simple("a file's handle", reaches, number("name_to_handle_at"), HERE, b"/data", None, None, 0)
simple("a file by its handle", reaches, number("open_by_handle_at"), -1, ctypes.create_string_buffer(16), 0)
simple("keyctl", call, number("keyctl"), 0, -5, 1)
simple("add_key", call, number("add_key"), b"user", b"tre-attack", b"x", 1, -2)
simple("request_key", reaches, number("request_key"), b"user", b"tre-attack-none", None, 0)
simple("bpf", call, number("bpf"), 0, ctypes.create_string_buffer(struct.pack("=4I", 2, 4, 4, 1) + bytes(100)), 116)
simple("userfaultfd", call, number("userfaultfd"), 1)
simple("io_uring", call, IO_URING_SETUP, 2, ctypes.create_string_buffer(120))
simple("memfd_create", call, number("memfd_create"), b"x", 0)
simple("memfd_secret", call, MEMFD_SECRET, 0)
simple("a new segment of shared memory", call, number("shmget"), 0, 4096, 0o600)
simple("vmsplice", reaches, number("vmsplice"), -1, None, 0, 0)
simple("fanotify", call, number("fanotify_init"), 0x200, 0)
simple("personality", call, number("personality"), 0x0040000)
simple("pages moved between nodes", reaches, number("move_pages"), 0, 0, None, None, None, 0)
simple("all pages moved between nodes", reaches, number("migrate_pages"), 0, 64, None, None)
simple("memory bound to a node", reaches, number("mbind"), 0, 0, 99, None, 0, 0)
simple("a policy of memory", reaches, number("set_mempolicy"), 0, None, 0)
simple("the clock's rate read", reaches, number("adjtimex"), ctypes.create_string_buffer(208))


@attempt("perf_event_open")
def performance(given):
    size = 112
    wanted = ctypes.create_string_buffer(struct.pack("=IIQ", 1, size, 0) + bytes(24) + struct.pack("=Q", 0x61), size)
    call(number("perf_event_open"), wanted, 0, -1, -1, 0)


@attempt("a program that is only in memory")
def memory_program(given):
    fd = call(number("memfd_create"), b"x", 0)
    os.write(fd, b"#!/bin/true\n")
    if os.fork() == 0:
        os.execve(fd, ["x"], {})  # noqa: S606
    if os.wait()[1] != 0:
        raise OSError(1, "")


def _terminal() -> int:
    _, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    return terminal


@attempt("keys pushed into a terminal")
def push(given):
    fcntl.ioctl(_terminal(), TIOCSTI, b"x")


@attempt("keys pushed by a code with a high half")
def push_high(given):
    terminal = _terminal()
    ioctl = 16 if INTEL else 29
    call(ioctl, terminal, (1 << 32) | TIOCSTI, b"x")


@attempt("a console's selection")
def console(given):
    # A pseudo-terminal knows no such code; that the kernel says so is reaching it.
    reaches(16 if INTEL else 29, _terminal(), TIOCLINUX, b"\x02")


def _machine_code(code: bytes) -> int:
    room = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    room.write(code)
    made = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(room)))
    return made()


@attempt("calls by the 32-bit door")
def old_door(given):
    # mov eax, 20 (getpid of the 32-bit table); int 0x80; ret
    if not INTEL or _machine_code(b"\xb8\x14\x00\x00\x00\xcd\x80\xc3") != os.getpid():
        raise OSError(38, "")


@attempt("ptrace by the 32-bit door")
def old_door_ptrace(given):
    # push rbx; xor ebx, ebx; mov eax, 26 (ptrace TRACEME); int 0x80; pop rbx; ret
    if not INTEL or _machine_code(b"\x53\x31\xdb\xb8\x1a\x00\x00\x00\xcd\x80\x5b\xc3") != 0:
        raise OSError(1, "")


@attempt("calls by the x32 door")
def narrow_door(given):
    if not INTEL:
        raise OSError(38, "")
    call(0x40000000 | 39)


@attempt("a family in a number's high half")
def high_half(given):
    if LIBC.syscall(ctypes.c_long(41 if INTEL else 198), ctypes.c_long((1 << 32) | 16), 3, 16) < 0:
        raise OSError(ctypes.get_errno(), "")
